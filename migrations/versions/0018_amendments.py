"""amendments: who is taken from the reserve, and dates of a stage that move after its publication"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.refusing import refuse_to_destroy

revision = "0018"
down_revision = "0017"

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
INSTANT = sa.DateTime(timezone=True)
WAITS = "approved_at IS NULL AND ended_at IS NULL"


def upgrade() -> None:
    op.create_table(
        "promotions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("closes_at", INSTANT, nullable=True),
        *_two_people(),
        sa.CheckConstraint("amount IS NULL OR amount > 0", name=op.f("ck_promotions_amount_is_positive")),
        *_rules("promotions"),
        sa.ForeignKeyConstraint(
            ["entry_id", "stage_id"], ["entries.id", "entries.stage_id"], name=op.f("fk_promotions_entry_id_entries")
        ),
    )
    _index("promotions", "entry_id")
    op.create_table(
        "stage_amendments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("after", JSON, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        *_two_people(),
        *_rules("stage_amendments"),
    )
    _index("stage_amendments", "stage_id")


def _two_people() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approved_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
    )


def _rules(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.CheckConstraint("reason <> ''", name=op.f(f"ck_{table}_has_a_reason")),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> proposed_by", name=op.f(f"ck_{table}_approved_by_somebody_else")
        ),
        sa.CheckConstraint(
            "(approved_by IS NULL) = (approved_at IS NULL)", name=op.f(f"ck_{table}_approved_with_its_instant")
        ),
        sa.CheckConstraint("approved_at IS NULL OR ended_at IS NULL", name=op.f(f"ck_{table}_approved_or_ended")),
        sa.ForeignKeyConstraint(["stage_id"], ["stages.id"], name=op.f(f"fk_{table}_stage_id_stages")),
        sa.ForeignKeyConstraint(["proposed_by"], ["people.id"], name=op.f(f"fk_{table}_proposed_by_people")),
        sa.ForeignKeyConstraint(["approved_by"], ["people.id"], name=op.f(f"fk_{table}_approved_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _index(table: str, waiting: str) -> None:
    op.create_index(op.f(f"ix_{table}_stage_id"), table, ["stage_id"], unique=False)
    op.create_index(
        f"uq_{table}_one_waits",
        table,
        [waiting],
        unique=True,
        sqlite_where=sa.text(WAITS),
        postgresql_where=sa.text(WAITS),
    )


def downgrade() -> None:
    refuse_to_destroy(revision, "promotions", "stage_amendments")
    op.drop_table("stage_amendments")
    op.drop_table("promotions")
