"""tables of answers: what an officer sets of a table, by the names of its settings"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.refusing import refuse_to_destroy

revision = "0041"
down_revision = "0040"

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
KINDS = "'costs_table', 'milestones_table', 'price_schedule', 'repeating_group'"


def upgrade() -> None:
    with op.batch_alter_table("questions") as questions:
        questions.add_column(sa.Column("layout", JSON, nullable=False, server_default="{}"))


def downgrade() -> None:
    refuse_to_destroy(revision, f"questions WHERE CAST(layout AS TEXT) <> '{{}}' OR kind IN ({KINDS})")
    with op.batch_alter_table("questions") as questions:
        questions.drop_column("layout")
