"""register"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.refusing import refuse_to_destroy

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "register_awards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("call_ref", sa.String(), nullable=False),
        sa.Column("call_title", sa.String(), nullable=False),
        sa.Column("lot_title", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("organisation_ref", sa.String(), nullable=False),
        sa.Column("organisation_number", sa.String(), nullable=False),
        sa.Column("size", sa.String(), nullable=False),
        sa.Column("sme", sa.Boolean(), nullable=False),
        sa.Column("vcse", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("awarded_on", sa.Date(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("standstill_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ocid", sa.String(), nullable=False),
        sa.Column("notice_ref", sa.String(), nullable=False),
        sa.Column("document_code", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column(
            "more", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.CheckConstraint("kind IN ('contract', 'grant')", name=op.f("ck_register_awards_kind_is_known")),
        sa.CheckConstraint(
            "status IN ('pending', 'active', 'cancelled', 'unsuccessful')",
            name=op.f("ck_register_awards_status_is_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_awards")),
        sa.UniqueConstraint("public_id", name=op.f("uq_register_awards_public_id")),
    )
    op.create_index(op.f("ix_register_awards_call_ref"), "register_awards", ["call_ref"], unique=False)
    op.create_index("ix_register_awards_facets", "register_awards", ["kind", "year", "theme", "sme"], unique=False)
    op.create_index("ix_register_awards_order", "register_awards", ["awarded_on", "public_id"], unique=False)
    op.create_index(op.f("ix_register_awards_organisation_ref"), "register_awards", ["organisation_ref"], unique=False)
    op.create_table(
        "register_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("event_position", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "subject IN ('call', 'notice', 'award', 'grant')", name=op.f("ck_register_entries_subject_is_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_entries")),
        sa.UniqueConstraint(
            "subject", "public_id", "number", name=op.f("uq_register_entries_subject_public_id_number")
        ),
    )
    op.create_table(
        "register_grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("grant_id", sa.String(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("awarded_on", sa.Date(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_grants")),
        sa.UniqueConstraint("grant_id", name=op.f("uq_register_grants_grant_id")),
    )
    op.create_table(
        "register_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("call_ref", sa.String(), nullable=False),
        sa.Column("call_title", sa.String(), nullable=False),
        sa.Column("ocid", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("standstill_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document_code", sa.String(), nullable=False),
        sa.Column(
            "content", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_notices")),
        sa.UniqueConstraint("public_id", name=op.f("uq_register_notices_public_id")),
    )
    op.create_index(op.f("ix_register_notices_call_ref"), "register_notices", ["call_ref"], unique=False)
    op.create_table(
        "releases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ocid", sa.String(), nullable=False),
        sa.Column("release_id", sa.String(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_releases")),
        sa.UniqueConstraint("ocid", "moment", name=op.f("uq_releases_ocid_moment")),
        sa.UniqueConstraint("ocid", "release_id", name=op.f("uq_releases_ocid_release_id")),
    )


def downgrade() -> None:
    refuse_to_destroy(
        revision, "releases", "register_entries", "register_awards", "register_notices", "register_grants"
    )
    op.drop_table("releases")
    op.drop_index(op.f("ix_register_notices_call_ref"), table_name="register_notices")
    op.drop_table("register_notices")
    op.drop_table("register_grants")
    op.drop_table("register_entries")
    op.drop_index(op.f("ix_register_awards_organisation_ref"), table_name="register_awards")
    op.drop_index("ix_register_awards_order", table_name="register_awards")
    op.drop_index("ix_register_awards_facets", table_name="register_awards")
    op.drop_index(op.f("ix_register_awards_call_ref"), table_name="register_awards")
    op.drop_table("register_awards")
