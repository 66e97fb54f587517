"""money: what amounts are (net of VAT, outside its scope), at which rate, and what an award comes to with it"""

import sqlalchemy as sa
from alembic import op

from migrations.refusing import refuse_to_destroy

revision = "0025"
down_revision = "0024"

BASES = "('', 'net', 'no_vat', 'outside_scope')"
PERCENT = "vat_rate IS NULL OR (vat_rate >= 0 AND vat_rate <= 10000)"  # in hundredths, as every amount is kept


def upgrade() -> None:
    """What was written down before says nothing of VAT, and goes on saying nothing."""
    with op.batch_alter_table("calls") as table:
        table.add_column(sa.Column("amount_basis", sa.String(), server_default="", nullable=False))
        table.add_column(sa.Column("vat_rate", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("above_budget", sa.String(), server_default="warn", nullable=False))
        table.create_check_constraint(op.f("ck_calls_amount_basis_is_known"), f"amount_basis IN {BASES}")
        table.create_check_constraint(op.f("ck_calls_above_budget_is_known"), "above_budget IN ('warn', 'refuse')")
        table.create_check_constraint(op.f("ck_calls_vat_rate_is_percent"), PERCENT)
    with op.batch_alter_table("lots") as table:
        table.add_column(sa.Column("vat_rate", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("options", sa.BigInteger(), nullable=True))
        table.create_check_constraint(op.f("ck_lots_vat_rate_is_percent"), PERCENT)
        table.create_check_constraint(op.f("ck_lots_options_are_positive"), "options IS NULL OR options > 0")
    with op.batch_alter_table("entries") as table:
        table.add_column(sa.Column("no_vat", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("awards") as table:
        table.add_column(sa.Column("amount_basis", sa.String(), server_default="", nullable=False))
        table.add_column(sa.Column("vat_rate", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("amount_gross", sa.BigInteger(), nullable=True))
        table.create_check_constraint(op.f("ck_awards_amount_basis_is_known"), f"amount_basis IN {BASES}")
        table.create_check_constraint(
            op.f("ck_awards_gross_is_not_less"), "amount_gross IS NULL OR amount_gross >= amount"
        )


def downgrade() -> None:
    refuse_to_destroy(
        revision,
        "calls WHERE amount_basis <> '' OR above_budget <> 'warn'",
        "lots WHERE vat_rate IS NOT NULL OR options IS NOT NULL",
        "entries WHERE no_vat",
        "awards WHERE amount_basis <> ''",
    )
    with op.batch_alter_table("awards") as table:
        table.drop_constraint(op.f("ck_awards_gross_is_not_less"), type_="check")
        table.drop_constraint(op.f("ck_awards_amount_basis_is_known"), type_="check")
        table.drop_column("amount_gross")
        table.drop_column("vat_rate")
        table.drop_column("amount_basis")
    with op.batch_alter_table("entries") as table:
        table.drop_column("no_vat")
    with op.batch_alter_table("lots") as table:
        table.drop_constraint(op.f("ck_lots_options_are_positive"), type_="check")
        table.drop_constraint(op.f("ck_lots_vat_rate_is_percent"), type_="check")
        table.drop_column("options")
        table.drop_column("vat_rate")
    with op.batch_alter_table("calls") as table:
        table.drop_constraint(op.f("ck_calls_vat_rate_is_percent"), type_="check")
        table.drop_constraint(op.f("ck_calls_above_budget_is_known"), type_="check")
        table.drop_constraint(op.f("ck_calls_amount_basis_is_known"), type_="check")
        table.drop_column("above_budget")
        table.drop_column("vat_rate")
        table.drop_column("amount_basis")
