"""dates: which amendments were proposed together; and who was disqualified, on what ground, by which two people"""

import sqlalchemy as sa
from alembic import op

from migrations.refusing import refuse_to_destroy

revision = "0022"
down_revision = "0021"

INSTANT = sa.DateTime(timezone=True)
GROUNDS = (
    "'mandatory_exclusion', 'discretionary_exclusion', 'debarred', 'improper_behaviour', 'conflict_of_interest', "
    "'false_information', 'rule_of_the_call', 'unfair_advantage'"
)


def upgrade() -> None:
    with op.batch_alter_table("stage_amendments") as table:
        table.add_column(sa.Column("moved_with_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_stage_amendments_moved_with_id_stage_amendments"), "stage_amendments", ["moved_with_id"], ["id"]
        )
        table.create_index(op.f("ix_stage_amendments_moved_with_id"), ["moved_with_id"], unique=False)
    op.create_table(
        "disqualifications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approved_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.CheckConstraint(f"ground IN ({GROUNDS})", name=op.f("ck_disqualifications_ground_is_known")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_disqualifications_has_a_reason")),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> proposed_by",
            name=op.f("ck_disqualifications_approved_by_somebody_else"),
        ),
        sa.CheckConstraint(
            "(approved_by IS NULL) = (approved_at IS NULL)", name=op.f("ck_disqualifications_approved_with_its_instant")
        ),
        sa.CheckConstraint(
            "approved_at IS NULL OR ended_at IS NULL", name=op.f("ck_disqualifications_approved_or_ended")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id", "application_id"],
            ["entries.id", "entries.application_id"],
            name=op.f("fk_disqualifications_entry_id_entries"),
        ),
        sa.ForeignKeyConstraint(["proposed_by"], ["people.id"], name=op.f("fk_disqualifications_proposed_by_people")),
        sa.ForeignKeyConstraint(["approved_by"], ["people.id"], name=op.f("fk_disqualifications_approved_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disqualifications")),
    )
    op.create_index(op.f("ix_disqualifications_entry_id"), "disqualifications", ["entry_id"], unique=False)
    op.create_index(
        "uq_disqualifications_one_stands",
        "disqualifications",
        ["application_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    refuse_to_destroy(revision, "disqualifications", "stage_amendments WHERE moved_with_id IS NOT NULL")
    op.drop_table("disqualifications")
    with op.batch_alter_table("stage_amendments") as table:
        table.drop_index(op.f("ix_stage_amendments_moved_with_id"))
        table.drop_constraint(op.f("fk_stage_amendments_moved_with_id_stage_amendments"), type_="foreignkey")
        table.drop_column("moved_with_id")
