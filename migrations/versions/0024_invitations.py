"""invitations: who is asked to assess a stage before it is opened; requests: who looked at an answer, a reminder"""

import sqlalchemy as sa
from alembic import op

from migrations.refusing import refuse_to_destroy

revision = "0024"
down_revision = "0023"

INSTANT = sa.DateTime(timezone=True)
TABLE = "stage_invitations"
STANDS = sa.text("withdrawn_at IS NULL")


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("invited_by", sa.Integer(), nullable=False),
        sa.Column("invited_at", INSTANT, nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("declared_at", INSTANT, nullable=True),
        sa.Column("reminded_at", INSTANT, nullable=True),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "(accepted IS NULL) = (answered_at IS NULL)", name=op.f("ck_stage_invitations_answered_with_its_instant")
        ),
        sa.CheckConstraint(
            "(withdrawn_by IS NULL) = (withdrawn_at IS NULL)", name=op.f("ck_stage_invitations_withdrawn_by_somebody")
        ),
        sa.CheckConstraint(
            "declared_at IS NULL OR accepted", name=op.f("ck_stage_invitations_declared_by_who_accepted")
        ),
        sa.ForeignKeyConstraint(["stage_id"], ["stages.id"], name=op.f("fk_stage_invitations_stage_id_stages")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_stage_invitations_person_id_people")),
        sa.ForeignKeyConstraint(["invited_by"], ["people.id"], name=op.f("fk_stage_invitations_invited_by_people")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["people.id"], name=op.f("fk_stage_invitations_withdrawn_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_invitations")),
    )
    op.create_index(op.f("ix_stage_invitations_stage_id"), TABLE, ["stage_id"], unique=False)
    op.create_index(op.f("ix_stage_invitations_person_id"), TABLE, ["person_id"], unique=False)
    op.create_index(
        "uq_stage_invitations_one_stands",
        TABLE,
        ["stage_id", "person_id"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )
    with op.batch_alter_table("requests") as requests:
        requests.add_column(sa.Column("looked_by", sa.Integer(), nullable=True))
        requests.add_column(sa.Column("looked_at", INSTANT, nullable=True))
        requests.add_column(sa.Column("reminded_at", INSTANT, nullable=True))
        requests.create_foreign_key(op.f("fk_requests_looked_by_people"), "people", ["looked_by"], ["id"])
        requests.create_check_constraint(
            op.f("ck_requests_looked_at_by_somebody"), "(looked_by IS NULL) = (looked_at IS NULL)"
        )
        requests.create_check_constraint(
            op.f("ck_requests_looked_at_what_was_answered"), "looked_at IS NULL OR answered_at IS NOT NULL"
        )


def downgrade() -> None:
    refuse_to_destroy(revision, TABLE)
    refuse_to_destroy(revision, "requests WHERE looked_at IS NOT NULL")
    with op.batch_alter_table("requests") as requests:
        requests.drop_constraint(op.f("ck_requests_looked_at_what_was_answered"), type_="check")
        requests.drop_constraint(op.f("ck_requests_looked_at_by_somebody"), type_="check")
        requests.drop_constraint(op.f("fk_requests_looked_by_people"), type_="foreignkey")
        requests.drop_column("reminded_at")
        requests.drop_column("looked_at")
        requests.drop_column("looked_by")
    op.drop_table(TABLE)
