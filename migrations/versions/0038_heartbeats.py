"""heartbeats: since when each web process was heard of, and the outages that a closing has to do with; calls that are
published at an instant"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.refusing import refuse_to_destroy

revision = "0038"
down_revision = "0037"

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    op.create_table(
        "heartbeats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("ahead", sa.Integer(), nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.CheckConstraint("seen_at >= began_at", name=op.f("ck_heartbeats_seen_from_its_beginning_on")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heartbeats")),
        sa.UniqueConstraint("process", "began_at", name=op.f("uq_heartbeats_process_began_at")),
    )
    op.create_index("ix_heartbeats_seen_at", "heartbeats", ["seen_at"])
    op.create_table(
        "outages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("closes_at", INSTANT, nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("after", JSON, nullable=False),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.Column("amendment_id", sa.Integer(), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.CheckConstraint("ended_at > began_at", name=op.f("ck_outages_ends_after_it_began")),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (amendment_id IS NULL AND answered_by IS NULL)",
            name=op.f("ck_outages_answered_by_one_of_two"),
        ),
        sa.CheckConstraint("amendment_id IS NULL OR answered_by IS NULL", name=op.f("ck_outages_moved_or_stands")),
        sa.CheckConstraint("(answered_by IS NULL) = (answer = '')", name=op.f("ck_outages_stands_with_a_reason")),
        sa.ForeignKeyConstraint(["stage_id"], ["stages.id"], name=op.f("fk_outages_stage_id_stages")),
        sa.ForeignKeyConstraint(
            ["amendment_id"], ["stage_amendments.id"], name=op.f("fk_outages_amendment_id_stage_amendments")
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name=op.f("fk_outages_answered_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outages")),
        sa.UniqueConstraint("stage_id", "began_at", name=op.f("uq_outages_stage_id_began_at")),
    )
    op.create_table(
        "planned_publications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("publish_at", INSTANT, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=False),
        sa.Column("approved_at", INSTANT, nullable=False),
        sa.Column("made_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.CheckConstraint("made_at IS NULL OR ended_at IS NULL", name=op.f("ck_planned_publications_made_or_ended")),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (answer = '')", name=op.f("ck_planned_publications_ended_with_a_reason")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_planned_publications_call_id_calls")),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["people.id"], name=op.f("fk_planned_publications_approved_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_publications")),
    )
    op.create_index("ix_planned_publications_call_id", "planned_publications", ["call_id"])
    op.create_index(
        "uq_planned_publications_one_waits",
        "planned_publications",
        ["call_id"],
        unique=True,
        sqlite_where=sa.text("made_at IS NULL AND ended_at IS NULL"),
        postgresql_where=sa.text("made_at IS NULL AND ended_at IS NULL"),
    )


def downgrade() -> None:
    # what everybody read of, and the reasons that were given; what was approved, and is to come
    refuse_to_destroy(revision, "outages", "planned_publications WHERE made_at IS NULL")
    op.drop_index("uq_planned_publications_one_waits", table_name="planned_publications")
    op.drop_index("ix_planned_publications_call_id", table_name="planned_publications")
    op.drop_table("planned_publications")
    op.drop_table("outages")
    op.drop_index("ix_heartbeats_seen_at", table_name="heartbeats")
    op.drop_table("heartbeats")
