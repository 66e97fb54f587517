"""calls: what the way in law follows from (what is received, what is bought, the whole purchase, lots, conflicts)"""

import sqlalchemy as sa
from alembic import op

from migrations.refusing import refuse_to_destroy

revision = "0043"
down_revision = "0042"

RECEIVES = "receives IN ('', 'supports', 'buys')"
SUBJECT = "subject IN ('', 'goods_services', 'research', 'light_touch', 'works')"
TEXTS = ("receives", "subject", "route_why", "one_lot_why", "conflicts_by")


def upgrade() -> None:
    with op.batch_alter_table("calls") as calls:
        for name in TEXTS:
            calls.add_column(sa.Column(name, sa.String(), server_default="", nullable=False))
        calls.add_column(sa.Column("whole_value", sa.BigInteger(), nullable=True))
        calls.add_column(sa.Column("conflicts_on", sa.Date(), nullable=True))
        calls.create_check_constraint(op.f("ck_calls_receives_is_known"), RECEIVES)
        calls.create_check_constraint(op.f("ck_calls_subject_is_known"), SUBJECT)
        calls.create_check_constraint(
            op.f("ck_calls_whole_value_is_positive"), "whole_value IS NULL OR whole_value > 0"
        )


def downgrade() -> None:
    refuse_to_destroy(revision, "calls WHERE receives <> '' OR conflicts_by <> ''")
    with op.batch_alter_table("calls") as calls:
        for name in ("ck_calls_receives_is_known", "ck_calls_subject_is_known", "ck_calls_whole_value_is_positive"):
            calls.drop_constraint(op.f(name), type_="check")
        for name in (*TEXTS, "whole_value", "conflicts_on"):
            calls.drop_column(name)
