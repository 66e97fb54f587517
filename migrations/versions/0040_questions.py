"""questions: limits in characters and pages, days, an option that is chosen alone, a declaration's text, types of files,
and when a question is asked at all"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.refusing import refuse_to_destroy

revision = "0040"
down_revision = "0039"

TABLE = "questions"
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
SET = (
    "character_limit IS NOT NULL OR page_limit IS NOT NULL OR earliest IS NOT NULL OR latest IS NOT NULL "
    "OR exclusive <> '' OR statement <> '' OR CAST(types AS TEXT) <> '[]' OR CAST(shown_if AS TEXT) <> '{}' "
    "OR kind IN ('date', 'many_of', 'address', 'organisation', 'declaration')"
)


def upgrade() -> None:
    with op.batch_alter_table(TABLE) as questions:
        questions.add_column(sa.Column("character_limit", sa.Integer(), nullable=True))
        questions.add_column(sa.Column("earliest", sa.Date(), nullable=True))
        questions.add_column(sa.Column("latest", sa.Date(), nullable=True))
        questions.add_column(sa.Column("exclusive", sa.String(), server_default="", nullable=False))
        questions.add_column(sa.Column("statement", sa.String(), server_default="", nullable=False))
        questions.add_column(sa.Column("types", JSON, server_default="[]", nullable=False))
        questions.add_column(sa.Column("page_limit", sa.Integer(), nullable=True))
        questions.add_column(sa.Column("shown_if", JSON, server_default="{}", nullable=False))


def downgrade() -> None:
    refuse_to_destroy(revision, f"{TABLE} WHERE {SET}")
    with op.batch_alter_table(TABLE) as questions:
        for name in (
            "shown_if",
            "page_limit",
            "types",
            "statement",
            "exclusive",
            "latest",
            "earliest",
            "character_limit",
        ):
            questions.drop_column(name)
