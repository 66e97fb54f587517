"""ways out: dates to accept by, tenders that are disregarded, claims that suspend awards, calls that are abandoned"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from migrations.refusing import refuse_to_destroy

revision = "0026"
down_revision = "0025"

INSTANT = sa.DateTime(timezone=True)
GROUNDS = (
    "'mandatory_exclusion', 'discretionary_exclusion', 'debarred', 'improper_behaviour', 'conflict_of_interest'",
    "'false_information', 'rule_of_the_call', 'unfair_advantage'",
)
OF_TENDERS = "'condition_of_participation', 'abnormally_low', 'procedural_requirement'"


def _outcomes(reviews: BatchOperations, keys: str) -> None:
    """What a review can have found."""
    reviews.drop_constraint(op.f("ck_reviews_outcome_is_known"), type_="check")
    reviews.create_check_constraint(op.f("ck_reviews_outcome_is_known"), f"outcome IN ({keys})")


def _grounds(disqualifications: BatchOperations, keys: str) -> None:
    """On what an application can be taken out of its call."""
    disqualifications.drop_constraint(op.f("ck_disqualifications_ground_is_known"), type_="check")
    disqualifications.create_check_constraint(op.f("ck_disqualifications_ground_is_known"), f"ground IN ({keys})")


def upgrade() -> None:
    with op.batch_alter_table("awards") as awards:
        awards.add_column(sa.Column("accept_by", INSTANT, nullable=True))
        awards.add_column(sa.Column("reminded_at", INSTANT, nullable=True))
    with op.batch_alter_table("disqualifications") as disqualifications:
        disqualifications.add_column(sa.Column("paragraph", sa.String(), nullable=False, server_default=""))
        disqualifications.add_column(sa.Column("heard", sa.String(), nullable=False, server_default=""))
        _grounds(disqualifications, ", ".join((GROUNDS[0], OF_TENDERS, GROUNDS[1])))
    people = ("proposed_by", "approved_by", "ended_by", "lifted_by")
    op.create_table(
        "claims",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("notified_on", sa.Date(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("confirm_at", INSTANT, nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approved_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("lifted_by", sa.Integer(), nullable=True),
        sa.Column("lifted_at", INSTANT, nullable=True),
        sa.Column("ordered_on", sa.Date(), nullable=True),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_claims_{name}"))
            for name, rule in {
                "says_what_is_claimed": "said <> ''",
                "approved_by_somebody_else": "approved_by IS NULL OR approved_by <> proposed_by",
                "approved_with_its_instant": "(approved_by IS NULL) = (approved_at IS NULL)",
                "approved_or_ended": "approved_at IS NULL OR ended_at IS NULL",
                "ended_by_somebody": "(ended_at IS NULL) = (ended_by IS NULL)",
                "ended_by_somebody_else": "ended_by IS NULL OR ended_by <> proposed_by",
                "lifted_by_somebody": "(lifted_at IS NULL) = (lifted_by IS NULL)",
                "lifted_with_the_day_of_the_order": "(lifted_at IS NULL) = (ordered_on IS NULL)",
                "lifted_by_somebody_else": "lifted_by IS NULL OR lifted_by <> proposed_by",
                "lifted_after_it_was_approved": "lifted_at IS NULL OR approved_at IS NOT NULL",
            }.items()
        ),
        sa.ForeignKeyConstraint(["lot_id", "call_id"], ["lots.id", "lots.call_id"], name=op.f("fk_claims_lot_id_lots")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_claims_call_id_calls")),
        *(sa.ForeignKeyConstraint([name], ["people.id"], name=op.f(f"fk_claims_{name}_people")) for name in people),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
    )
    op.create_index(op.f("ix_claims_call_id"), "claims", ["call_id"], unique=False)
    op.create_table(
        "abandonments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approved_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_abandonments_{name}"))
            for name, rule in {
                "has_a_reason": "reason <> ''",
                "approved_by_somebody_else": "approved_by IS NULL OR approved_by <> proposed_by",
                "approved_with_its_instant": "(approved_by IS NULL) = (approved_at IS NULL)",
                "approved_or_ended": "approved_at IS NULL OR ended_at IS NULL",
            }.items()
        ),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_abandonments_call_id_calls")),
        *(
            sa.ForeignKeyConstraint([name], ["people.id"], name=op.f(f"fk_abandonments_{name}_people"))
            for name in ("proposed_by", "approved_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_abandonments")),
    )
    op.create_index(op.f("ix_abandonments_call_id"), "abandonments", ["call_id"], unique=False)
    op.create_index(
        "uq_abandonments_one_stands",
        "abandonments",
        ["call_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    with op.batch_alter_table("reviews") as reviews:
        reviews.alter_column("decision_id", existing_type=sa.Integer(), nullable=True)
        reviews.add_column(sa.Column("disqualification_id", sa.Integer(), nullable=True))
        reviews.create_foreign_key(
            op.f("fk_reviews_disqualification_id_disqualifications"),
            "disqualifications",
            ["disqualification_id"],
            ["id"],
        )
        reviews.create_unique_constraint(op.f("uq_reviews_disqualification_id"), ["disqualification_id"])
        reviews.create_check_constraint(
            op.f("ck_reviews_about_one_thing"), "(decision_id IS NULL) <> (disqualification_id IS NULL)"
        )
        _outcomes(reviews, "'', 'upheld', 'reversed', 'too_late', 'wrong'")


def downgrade() -> None:
    refuse_to_destroy(
        revision,
        "claims",
        "abandonments",
        f"disqualifications WHERE paragraph <> '' OR ground IN ({OF_TENDERS})",
        "reviews WHERE disqualification_id IS NOT NULL OR outcome = 'wrong'",
    )
    with op.batch_alter_table("reviews") as reviews:
        _outcomes(reviews, "'', 'upheld', 'reversed', 'too_late'")
        reviews.drop_constraint(op.f("ck_reviews_about_one_thing"), type_="check")
        reviews.drop_constraint(op.f("uq_reviews_disqualification_id"), type_="unique")
        reviews.drop_constraint(op.f("fk_reviews_disqualification_id_disqualifications"), type_="foreignkey")
        reviews.drop_column("disqualification_id")
        reviews.alter_column("decision_id", existing_type=sa.Integer(), nullable=False)
    op.drop_index("uq_abandonments_one_stands", table_name="abandonments")
    op.drop_index(op.f("ix_abandonments_call_id"), table_name="abandonments")
    op.drop_table("abandonments")
    op.drop_index(op.f("ix_claims_call_id"), table_name="claims")
    op.drop_table("claims")
    with op.batch_alter_table("disqualifications") as disqualifications:
        _grounds(disqualifications, ", ".join(GROUNDS))
        disqualifications.drop_column("heard")
        disqualifications.drop_column("paragraph")
    with op.batch_alter_table("awards") as awards:
        awards.drop_column("reminded_at")
        awards.drop_column("accept_by")
