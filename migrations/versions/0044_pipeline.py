"""planned calls: what is thought of for the months to come, before there is a call"""

import sqlalchemy as sa
from alembic import op

from migrations.refusing import refuse_to_destroy

revision = "0044"
down_revision = "0043"

INSTANT = sa.DateTime(timezone=True)
TABLE = "planned_calls"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("withdrawn_reason", sa.String(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('challenge', 'fund')", name=op.f(f"ck_{TABLE}_kind_is_known")),
        sa.CheckConstraint("title <> '' AND summary <> ''", name=op.f(f"ck_{TABLE}_says_something")),
        sa.CheckConstraint("value IS NULL OR value > 0", name=op.f(f"ck_{TABLE}_value_is_positive")),
        sa.CheckConstraint(
            "(published_by IS NULL) = (published_at IS NULL)", name=op.f(f"ck_{TABLE}_published_by_somebody")
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_reason = '')", name=op.f(f"ck_{TABLE}_withdrawn_for_a_reason")
        ),
        sa.ForeignKeyConstraint(["written_by"], ["people.id"], name=op.f(f"fk_{TABLE}_written_by_people")),
        sa.ForeignKeyConstraint(["published_by"], ["people.id"], name=op.f(f"fk_{TABLE}_published_by_people")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f(f"fk_{TABLE}_call_id_calls")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )


def downgrade() -> None:
    refuse_to_destroy(revision, TABLE)
    op.drop_table(TABLE)
