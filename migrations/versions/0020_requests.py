"""requests: what is asked of one applicant after the opening, and the reviews of an ineligibility"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.refusing import refuse_to_destroy

revision = "0020"
down_revision = "0019"

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("questions", JSON, nullable=False),
        sa.Column("closes_at", INSTANT, nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("withdrawn_reason", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('complete', 'explain', 'review')", name=op.f("ck_requests_kind_is_known")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_requests_numbered_from_one")),
        sa.CheckConstraint("asked_at < closes_at", name=op.f("ck_requests_asked_before_it_closes")),
        sa.CheckConstraint(
            "(submission_id IS NULL) = (answered_at IS NULL)", name=op.f("ck_requests_answered_with_its_instant")
        ),
        sa.CheckConstraint("answered_at IS NULL OR answered_at < closes_at", name=op.f("ck_requests_answered_in_time")),
        sa.CheckConstraint(
            "(withdrawn_by IS NULL) = (withdrawn_at IS NULL)", name=op.f("ck_requests_withdrawn_by_somebody")
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_reason = '')", name=op.f("ck_requests_withdrawn_with_a_reason")
        ),
        sa.CheckConstraint(
            "answered_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_requests_answered_or_withdrawn")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id", "application_id"],
            ["entries.id", "entries.application_id"],
            name=op.f("fk_requests_entry_id_entries"),
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name=op.f("fk_requests_asked_by_people")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_requests_submission_id_submissions")
        ),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["people.id"], name=op.f("fk_requests_withdrawn_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
        sa.UniqueConstraint("application_id", "number", name=op.f("uq_requests_application_id_number")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_requests_submission_id")),
    )
    op.create_index(op.f("ix_requests_entry_id"), "requests", ["entry_id"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "outcome IN ('', 'upheld', 'reversed', 'too_late')", name=op.f("ck_reviews_outcome_is_known")
        ),
        sa.CheckConstraint("(outcome = '') = (decided_at IS NULL)", name=op.f("ck_reviews_decided_with_its_instant")),
        sa.CheckConstraint("(outcome = '') = (decided_by IS NULL)", name=op.f("ck_reviews_decided_by_somebody")),
        sa.CheckConstraint("(outcome = '') = (reason = '')", name=op.f("ck_reviews_decided_with_a_reason")),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_reviews_request_id_requests")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_reviews_decision_id_decisions")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_reviews_decided_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_reviews_decision_id")),
        sa.UniqueConstraint("request_id", name=op.f("uq_reviews_request_id")),
    )


def downgrade() -> None:
    refuse_to_destroy(revision, "requests", "reviews")
    op.drop_table("reviews")
    op.drop_table("requests")
