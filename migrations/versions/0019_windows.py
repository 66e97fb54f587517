"""windows: what each may cost, which were ended before they began, and files that an entry took over from another"""

import sqlalchemy as sa
from alembic import op

from migrations.refusing import refuse_to_destroy

revision = "0019"
down_revision = "0018"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("stages") as table:
        table.add_column(sa.Column("ended_at", INSTANT, nullable=True))
        table.add_column(sa.Column("ended_reason", sa.String(), server_default="", nullable=False))
        table.create_check_constraint(op.f("ck_stages_ended_before_it_began"), "ended_at IS NULL OR started_at IS NULL")
        table.create_check_constraint(
            op.f("ck_stages_ended_with_its_reason"), "(ended_at IS NULL) = (ended_reason = '')"
        )
    with op.batch_alter_table("stage_lots") as table:
        table.add_column(sa.Column("budget", sa.BigInteger(), nullable=True))
        table.create_check_constraint(op.f("ck_stage_lots_budget_is_positive"), "budget IS NULL OR budget > 0")
    with op.batch_alter_table("attachments") as table:
        table.add_column(sa.Column("sealed_as", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    refuse_to_destroy(
        revision,
        'stages WHERE "window" > 1',
        "stage_lots WHERE budget IS NOT NULL",
        "attachments WHERE sealed_as <> ''",
    )
    with op.batch_alter_table("attachments") as table:
        table.drop_column("sealed_as")
    with op.batch_alter_table("stage_lots") as table:
        table.drop_constraint(op.f("ck_stage_lots_budget_is_positive"), type_="check")
        table.drop_column("budget")
    with op.batch_alter_table("stages") as table:
        table.drop_constraint(op.f("ck_stages_ended_with_its_reason"), type_="check")
        table.drop_constraint(op.f("ck_stages_ended_before_it_began"), type_="check")
        table.drop_column("ended_reason")
        table.drop_column("ended_at")
