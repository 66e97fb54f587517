"""reasons: one text per criterion, what others do not read of it, and what breaks a tie"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.refusing import refuse_to_destroy

revision = "0023"
down_revision = "0022"

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
INSTANT = sa.DateTime(timezone=True)
STANDS = "superseded_at IS NULL"
TAKEN = "put_back_at IS NULL"


def upgrade() -> None:
    with op.batch_alter_table("stages") as stages:
        stages.add_column(sa.Column("reasons", sa.String(), nullable=False, server_default="optional"))
        stages.add_column(sa.Column("tie_breakers", JSON, nullable=False, server_default="[]"))
    op.create_table(
        "reasons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.String(), nullable=False),
        sa.Column("agreed_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("made_from", sa.String(), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("superseded_at", INSTANT, nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("commitment", sa.String(), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_reasons_has_a_text")),
        sa.CheckConstraint("made_from IN ('panel', 'assessor', 'officer')", name=op.f("ck_reasons_made_from_is_known")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_reasons_entry_id_entries")),
        sa.ForeignKeyConstraint(["agreed_id"], ["agreed_marks.id"], name=op.f("fk_reasons_agreed_id_agreed_marks")),
        sa.ForeignKeyConstraint(["written_by"], ["people.id"], name=op.f("fk_reasons_written_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reasons")),
    )
    op.create_index(op.f("ix_reasons_entry_id"), "reasons", ["entry_id"], unique=False)
    _one("uq_reasons_one_stands", "reasons", ["entry_id", "criterion"], STANDS)
    op.create_table(
        "redactions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.Column("put_back_by", sa.Integer(), nullable=True),
        sa.Column("put_back_at", INSTANT, nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("commitment", sa.String(), nullable=False),
        sa.CheckConstraint("words <> ''", name=op.f("ck_redactions_has_words")),
        sa.CheckConstraint(
            "ground IN ('national_security', 'commercial', 'personal')", name=op.f("ck_redactions_ground_is_known")
        ),
        sa.CheckConstraint(
            "(put_back_by IS NULL) = (put_back_at IS NULL)", name=op.f("ck_redactions_put_back_by_somebody")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_redactions_entry_id_entries")),
        sa.ForeignKeyConstraint(["taken_by"], ["people.id"], name=op.f("fk_redactions_taken_by_people")),
        sa.ForeignKeyConstraint(["put_back_by"], ["people.id"], name=op.f("fk_redactions_put_back_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redactions")),
    )
    op.create_index(op.f("ix_redactions_entry_id"), "redactions", ["entry_id"], unique=False)
    _one("uq_redactions_taken_once", "redactions", ["entry_id", "words"], TAKEN)


def _one(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    refuse_to_destroy(revision, "reasons", "redactions", "stages WHERE reasons <> 'optional'")
    op.drop_table("redactions")
    op.drop_table("reasons")
    with op.batch_alter_table("stages") as stages:
        stages.drop_column("tie_breakers")
        stages.drop_column("reasons")
