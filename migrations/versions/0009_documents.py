"""documents"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.refusing import refuse_to_destroy

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("application_id", sa.Integer(), nullable=True),
        sa.Column("award_id", sa.Integer(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.Integer(), nullable=True),
        sa.Column(
            "content", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.CheckConstraint("(state = 'failed') = (error <> '')", name=op.f("ck_documents_error_when_failed")),
        sa.CheckConstraint("(state = 'ready') = (digest IS NOT NULL)", name=op.f("ck_documents_digest_when_ready")),
        sa.CheckConstraint("state IN ('requested', 'ready', 'failed')", name=op.f("ck_documents_state_is_known")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_documents_application_id_applications")
        ),
        sa.ForeignKeyConstraint(["award_id"], ["awards.id"], name=op.f("fk_documents_award_id_awards")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_documents_call_id_calls")),
        sa.ForeignKeyConstraint(["requested_by"], ["people.id"], name=op.f("fk_documents_requested_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("code", name=op.f("uq_documents_code")),
        sa.UniqueConstraint("key", name=op.f("uq_documents_key")),
    )
    op.create_index("ix_documents_application_id", "documents", ["application_id", "kind"], unique=False)
    op.create_index("ix_documents_call_id", "documents", ["call_id", "kind"], unique=False)
    op.create_index("ix_documents_waiting", "documents", ["state", "due_at"], unique=False)


def downgrade() -> None:
    refuse_to_destroy(revision, "documents")
    op.drop_index("ix_documents_waiting", table_name="documents")
    op.drop_index("ix_documents_call_id", table_name="documents")
    op.drop_index("ix_documents_application_id", table_name="documents")
    op.drop_table("documents")
