"""reminders: of which closing the teams with a draft were reminded, where a sign-up was going, and who was told of what waits"""

import sqlalchemy as sa
from alembic import op

from migrations.refusing import refuse_to_destroy

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    with op.batch_alter_table("stages") as stages:
        stages.add_column(sa.Column("reminded_of", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("tokens") as tokens:
        tokens.add_column(sa.Column("onwards", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("work_mail", sa.String(), nullable=False, server_default="each"))
        people.add_column(sa.Column("digested_on", sa.Date(), nullable=True))
    op.create_table(
        "work_told",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_work_told_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_told")),
        sa.UniqueConstraint("person_id", "task", name=op.f("uq_work_told_person_id_task")),
    )


def downgrade() -> None:
    refuse_to_destroy(revision, "people WHERE work_mail <> 'each'")
    op.drop_table("work_told")  # whoever was told is told once more
    with op.batch_alter_table("people") as people:
        people.drop_column("digested_on")
        people.drop_column("work_mail")
    # a reminder that went out twice does no harm, and who confirms an address finds the call again by its search
    with op.batch_alter_table("tokens") as tokens:
        tokens.drop_column("onwards")
    with op.batch_alter_table("stages") as stages:
        stages.drop_column("reminded_of")
