"""tables of answers: what an officer sets of a table, by the names of its settings"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.refusing import refuse_to_destroy

revision = "0041"
down_revision = "0040"

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("questions") as questions:
        questions.add_column(sa.Column("layout", JSON, nullable=False, server_default="{}"))


def downgrade() -> None:
    refuse_to_destroy(revision, "questions WHERE CAST(layout AS TEXT) <> '{}' OR kind = 'costs_table'")
    with op.batch_alter_table("questions") as questions:
        questions.drop_column("layout")
