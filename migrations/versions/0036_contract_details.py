"""contract details: the day on which a contract is signed, and the notice about it"""

import sqlalchemy as sa
from alembic import op

from migrations.refusing import refuse_to_destroy

revision = "0036"
down_revision = "0035"

INSTANT = sa.DateTime(timezone=True)
TABLE = "contracts"
WAITS, STANDS = "confirmed_at IS NULL AND ended_at IS NULL", "confirmed_at IS NOT NULL AND ended_at IS NULL"


def upgrade() -> None:
    with op.batch_alter_table("awards") as awards:
        # awards that were accepted before are not asked when they were signed: they were published as signed
        awards.add_column(sa.Column("awaits_signing", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("indicators", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f(f"ck_{TABLE}_amount_is_positive")),
        sa.CheckConstraint(
            "starts_on IS NULL OR starts_on >= signed_on", name=op.f(f"ck_{TABLE}_begins_when_it_is_signed")
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on",
            name=op.f(f"ck_{TABLE}_ends_after_it_begins"),
        ),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> proposed_by", name=op.f(f"ck_{TABLE}_confirmed_by_somebody_else")
        ),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL)", name=op.f(f"ck_{TABLE}_confirmed_with_its_instant")
        ),
        sa.ForeignKeyConstraint(["award_id"], ["awards.id"], name=op.f(f"fk_{TABLE}_award_id_awards")),
        sa.ForeignKeyConstraint(["proposed_by"], ["people.id"], name=op.f(f"fk_{TABLE}_proposed_by_people")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["people.id"], name=op.f(f"fk_{TABLE}_confirmed_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(op.f(f"ix_{TABLE}_award_id"), TABLE, ["award_id"])
    for name, where in ((f"uq_{TABLE}_one_waits", WAITS), (f"uq_{TABLE}_one_stands", STANDS)):
        op.create_index(
            name, TABLE, ["award_id"], unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
        )
    with op.batch_alter_table("notices") as notices:
        notices.add_column(sa.Column("contract_id", sa.Integer(), nullable=True))
        notices.create_foreign_key(op.f("fk_notices_contract_id_contracts"), TABLE, ["contract_id"], ["id"])
        notices.create_unique_constraint(op.f("uq_notices_contract_id"), ["contract_id"])


def downgrade() -> None:
    refuse_to_destroy(revision, TABLE, "awards WHERE awaits_signing")
    with op.batch_alter_table("notices") as notices:
        notices.drop_constraint(op.f("uq_notices_contract_id"), type_="unique")
        notices.drop_constraint(op.f("fk_notices_contract_id_contracts"), type_="foreignkey")
        notices.drop_column("contract_id")
    op.drop_table(TABLE)
    with op.batch_alter_table("awards") as awards:
        awards.drop_column("awaits_signing")
