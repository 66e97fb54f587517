"""awards"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.refusing import refuse_to_destroy

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("drafted_by", sa.Integer(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("standstill_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "working", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column(
            "content", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)", name=op.f("ck_notices_published_with_its_instant")
        ),
        sa.CheckConstraint("state IN ('draft', 'published')", name=op.f("ck_notices_state_is_known")),
        sa.CheckConstraint(
            "published_by IS NULL OR published_by <> drafted_by", name=op.f("ck_notices_published_by_somebody_else")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_notices_call_id_calls")),
        sa.ForeignKeyConstraint(["drafted_by"], ["people.id"], name=op.f("fk_notices_drafted_by_people")),
        sa.ForeignKeyConstraint(["published_by"], ["people.id"], name=op.f("fk_notices_published_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("call_id", "kind", "number", name=op.f("uq_notices_call_id_kind_number")),
        sa.UniqueConstraint("ref", name=op.f("uq_notices_ref")),
    )
    op.create_index(op.f("ix_notices_call_id"), "notices", ["call_id"], unique=False)
    op.create_table(
        "awards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirm_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('confirmed', 'accepted') OR confirmed_at IS NOT NULL",
            name=op.f("ck_awards_confirmed_with_its_instant"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('told', 'confirmed', 'accepted') OR told_at IS NOT NULL",
            name=op.f("ck_awards_told_with_its_instant"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_awards_amount_is_positive")),
        sa.ForeignKeyConstraint(
            ["application_id", "call_id"],
            ["applications.id", "applications.call_id"],
            name=op.f("fk_awards_application_id_applications"),
        ),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_awards_call_id_calls")),
        sa.ForeignKeyConstraint(["lot_id", "call_id"], ["lots.id", "lots.call_id"], name=op.f("fk_awards_lot_id_lots")),
        sa.ForeignKeyConstraint(["proposed_by"], ["people.id"], name=op.f("fk_awards_proposed_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awards")),
        sa.UniqueConstraint("application_id", name=op.f("uq_awards_application_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_awards_ref")),
    )
    op.create_index(op.f("ix_awards_call_id"), "awards", ["call_id"], unique=False)


def downgrade() -> None:
    refuse_to_destroy(revision, "awards", "notices")
    op.drop_index(op.f("ix_awards_call_id"), table_name="awards")
    op.drop_table("awards")
    op.drop_index(op.f("ix_notices_call_id"), table_name="notices")
    op.drop_table("notices")
