"""classification: more than one class and place of a call, and those of a lot; the register: what a claim suspends, and
single bids"""

import sqlalchemy as sa
from alembic import op

from migrations.refusing import refuse_to_destroy

revision = "0033"
down_revision = "0032"

COUNTED = "ix_register_awards_counted"
STATUS = "ck_register_awards_status_is_known"


def upgrade() -> None:
    with op.batch_alter_table("calls") as calls:
        calls.add_column(sa.Column("also_cpv", sa.String(), nullable=False, server_default=""))
        calls.add_column(sa.Column("also_places", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("lots") as lots:
        lots.add_column(sa.Column("cpv", sa.String(), nullable=False, server_default=""))
        lots.add_column(sa.Column("places", sa.String(), nullable=False, server_default=""))
    op.drop_index(COUNTED, table_name="register_awards")
    with op.batch_alter_table("register_awards") as awards:
        awards.add_column(sa.Column("single_bid", sa.Boolean(), nullable=True))
        awards.drop_constraint(op.f(STATUS), type_="check")
        awards.create_check_constraint(
            op.f(STATUS), "status IN ('pending', 'suspended', 'active', 'cancelled', 'unsuccessful')"
        )
    op.create_index(COUNTED, "register_awards", ["year", "kind", "theme", "sme", "status", "single_bid", "amount"])


def downgrade() -> None:
    refuse_to_destroy(
        revision,
        "calls WHERE also_cpv <> '' OR also_places <> ''",
        "lots WHERE cpv <> '' OR places <> ''",
        "register_awards WHERE status = 'suspended' OR single_bid IS NOT NULL",
    )
    op.drop_index(COUNTED, table_name="register_awards")
    with op.batch_alter_table("register_awards") as awards:
        awards.drop_constraint(op.f(STATUS), type_="check")
        awards.create_check_constraint(op.f(STATUS), "status IN ('pending', 'active', 'cancelled', 'unsuccessful')")
        awards.drop_column("single_bid")
    op.create_index(COUNTED, "register_awards", ["year", "kind", "theme", "sme", "status", "amount"])
    with op.batch_alter_table("lots") as lots:
        lots.drop_column("places")
        lots.drop_column("cpv")
    with op.batch_alter_table("calls") as calls:
        calls.drop_column("also_places")
        calls.drop_column("also_cpv")
