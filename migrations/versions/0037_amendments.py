"""amendments: the edited copy of a published call, what it changed, and which answers it touched"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.refusing import refuse_to_destroy

revision = "0037"
down_revision = "0036"

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
INSTANT = sa.DateTime(timezone=True)
WRITTEN = "approved_at IS NULL AND ended_at IS NULL"


def upgrade() -> None:
    with op.batch_alter_table("calls") as table:
        table.add_column(sa.Column("amends_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_calls_amends_id_calls"), "calls", ["amends_id"], ["id"])
    with op.batch_alter_table("entries") as table:
        table.add_column(sa.Column("affected", JSON, server_default="{}", nullable=False))
    with op.batch_alter_table("submissions") as table:
        table.add_column(sa.Column("call_version", sa.Integer(), nullable=True))
    op.create_table(
        "amendments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("copy_id", sa.Integer(), nullable=False),
        sa.Column("base", JSON, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("closings", JSON, nullable=False),
        sa.Column("date_reason", sa.String(), nullable=False),
        sa.Column("begun_by", sa.Integer(), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("proposed_at", INSTANT, nullable=True),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approved_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("material", sa.Boolean(), nullable=False),
        sa.Column("changes", JSON, nullable=False),
        sa.Column("schemes", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        *_rules(),
        *_keys(),
    )
    op.create_index(op.f("ix_amendments_call_id"), "amendments", ["call_id"], unique=False)
    op.create_index(
        "uq_amendments_one_is_written",
        "amendments",
        ["call_id"],
        unique=True,
        sqlite_where=sa.text(WRITTEN),
        postgresql_where=sa.text(WRITTEN),
    )


def _rules() -> tuple[sa.Constraint, ...]:
    rules = {
        "copy_is_another_call": "copy_id <> call_id",
        "proposed_with_its_instant": "(proposed_by IS NULL) = (proposed_at IS NULL)",
        "approved_with_its_instant": "(approved_by IS NULL) = (approved_at IS NULL)",
        "approved_by_somebody_else": "approved_by IS NULL OR approved_by <> proposed_by",
        "approved_once_proposed": "approved_at IS NULL OR proposed_at IS NOT NULL",
        "approved_or_ended": "approved_at IS NULL OR ended_at IS NULL",
        "approved_with_its_version": "(approved_at IS NULL) = (version IS NULL)",
    }
    return tuple(sa.CheckConstraint(rule, name=op.f(f"ck_amendments_{name}")) for name, rule in rules.items())


def _keys() -> tuple[sa.Constraint, ...]:
    of = {"call_id": "calls", "copy_id": "calls", **dict.fromkeys(("begun_by", "proposed_by", "approved_by"), "people")}
    return (
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_amendments_{column}_{table}"))
            for column, table in of.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendments")),
        sa.UniqueConstraint("copy_id", name=op.f("uq_amendments_copy_id")),
    )


def downgrade() -> None:
    refuse_to_destroy(revision, "amendments", "submissions WHERE call_version > 1")
    op.drop_table("amendments")
    with op.batch_alter_table("submissions") as table:
        table.drop_column("call_version")
    with op.batch_alter_table("entries") as table:
        table.drop_column("affected")
    with op.batch_alter_table("calls") as table:
        table.drop_constraint(op.f("fk_calls_amends_id_calls"), type_="foreignkey")
        table.drop_column("amends_id")
