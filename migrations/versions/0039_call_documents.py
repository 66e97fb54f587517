"""documents of a call: what officers put beside it as files, version by version, and who said that they have read them"""

import sqlalchemy as sa
from alembic import op

from migrations.refusing import refuse_to_destroy

revision = "0039"
down_revision = "0038"

INSTANT = sa.DateTime(timezone=True)
DOCUMENTS, FILES, READINGS = "call_documents", "call_files", "document_readings"
KINDS = "('specification', 'contract', 'terms', 'template', 'drawing', 'other')"


def upgrade() -> None:
    op.create_table(
        DOCUMENTS,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.CheckConstraint(f"kind IN {KINDS}", name=op.f(f"ck_{DOCUMENTS}_kind_is_known")),
        sa.CheckConstraint("title <> ''", name=op.f(f"ck_{DOCUMENTS}_has_a_title")),
        sa.CheckConstraint(
            "(stage_id IS NULL) = (key = '')", name=op.f(f"ck_{DOCUMENTS}_filled_in_at_a_question_of_a_stage")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f(f"fk_{DOCUMENTS}_call_id_calls")),
        sa.ForeignKeyConstraint(["stage_id"], ["stages.id"], name=op.f(f"fk_{DOCUMENTS}_stage_id_stages")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{DOCUMENTS}")),
        sa.UniqueConstraint("call_id", "number", name=op.f(f"uq_{DOCUMENTS}_call_id_number")),
    )
    op.create_table(
        FILES,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("stored", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approved_at", INSTANT, nullable=True),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(approved_by IS NULL) = (approved_at IS NULL)", name=op.f(f"ck_{FILES}_approved_by_somebody")
        ),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> added_by", name=op.f(f"ck_{FILES}_approved_by_a_second_person")
        ),
        sa.CheckConstraint("approved_by IS NULL OR reason <> ''", name=op.f(f"ck_{FILES}_approved_for_a_reason")),
        sa.CheckConstraint("published_at IS NULL OR ended_at IS NULL", name=op.f(f"ck_{FILES}_published_or_ended")),
        sa.CheckConstraint(
            "(version IS NULL) = (published_at IS NULL)", name=op.f(f"ck_{FILES}_numbered_when_published")
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{FILES}_{column}_{table}"))
            for column, table in (("document_id", DOCUMENTS), ("added_by", "people"), ("approved_by", "people"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{FILES}")),
        sa.UniqueConstraint("document_id", "version", name=op.f(f"uq_{FILES}_document_id_version")),
        sa.UniqueConstraint("ref", name=op.f(f"uq_{FILES}_ref")),
    )
    waits = sa.text("published_at IS NULL AND ended_at IS NULL")
    op.create_index(
        "uq_call_files_one_waits", FILES, ["document_id"], unique=True, sqlite_where=waits, postgresql_where=waits
    )
    op.create_table(
        READINGS,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("read_at", INSTANT, nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{READINGS}_{column}_{table}"))
            for column, table in (("application_id", "applications"), ("file_id", FILES), ("person_id", "people"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{READINGS}")),
        sa.UniqueConstraint("application_id", "file_id", name=op.f(f"uq_{READINGS}_application_id_file_id")),
    )
    op.create_index(op.f(f"ix_{READINGS}_file_id"), READINGS, ["file_id"])


def downgrade() -> None:
    refuse_to_destroy(revision, DOCUMENTS)
    op.drop_table(READINGS)
    op.drop_index("uq_call_files_one_waits", table_name=FILES)
    op.drop_table(FILES)
    op.drop_table(DOCUMENTS)
