"""corrections: marks that were locked and are corrected by two people, letters that this makes void, debarments by
their two grounds"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.refusing import refuse_to_destroy

revision = "0030"
down_revision = "0029"

INSTANT = sa.DateTime(timezone=True)
GROUNDS = (
    "'mandatory_exclusion', 'discretionary_exclusion', 'debarred'",
    "'improper_behaviour', 'conflict_of_interest', 'condition_of_participation', 'abnormally_low', "
    "'procedural_requirement', 'false_information', 'rule_of_the_call', 'unfair_advantage'",
)
LOOKED_UP = (
    "'', 'corporate_manslaughter', 'terrorism', 'fraud_and_bribery', 'labour_and_slavery', 'organised_crime', "
    "'tax_offences', 'cartel_offence', 'ancillary_offences', 'tax_misconduct', 'competition', 'not_cooperating'",
    "'labour_misconduct', 'environment', 'insolvency', 'potential_competition', 'professional_misconduct', "
    "'poor_performance', 'improper_procurement', 'national_security'",
)
OF_A_MINISTER = "'national_security_threat'"
APPROVED_OR_ENDED = "ck_disqualifications_approved_or_ended"
OF_DEBARRED = "'debarred_mandatory', 'debarred_discretionary'"


def _grounds(keys: str) -> None:
    """On what an application can be taken out of its call."""
    with op.batch_alter_table("disqualifications") as disqualifications:
        disqualifications.drop_constraint(op.f("ck_disqualifications_ground_is_known"), type_="check")
        disqualifications.create_check_constraint(op.f("ck_disqualifications_ground_is_known"), f"ground IN ({keys})")


def _looked_up(keys: str) -> None:
    """Which grounds for exclusion can be found of an applicant."""
    with op.batch_alter_table("checks") as checks:
        checks.drop_constraint(op.f("ck_checks_ground_is_known"), type_="check")
        checks.create_check_constraint(op.f("ck_checks_ground_is_known"), f"ground IN ({keys})")


def upgrade() -> None:
    op.create_table(
        "corrections",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.String(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("agreed_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approved_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("shifts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_corrections_{name}"))
            for name, rule in {
                "of_one_mark": "(assignment_id IS NULL) <> (agreed_id IS NULL)",
                "marks_are_not_negative": "before >= 0 AND after >= 0",
                "another_mark": "before <> after",
                "has_a_reason": "reason <> ''",
                "asked_by_somebody": "asked_by <> ''",
                "approved_by_somebody_else": "approved_by IS NULL OR approved_by <> proposed_by",
                "approved_with_its_instant": "(approved_by IS NULL) = (approved_at IS NULL)",
                "approved_or_ended": "approved_at IS NULL OR ended_at IS NULL",
            }.items()
        ),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_corrections_{name}_{table}"))
            for name, table in {
                "agreed_id": "agreed_marks",
                "approved_by": "people",
                "assignment_id": "assignments",
                "entry_id": "entries",
                "proposed_by": "people",
            }.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_entry_id"), "corrections", ["entry_id"], unique=False)
    waits = sa.text("approved_at IS NULL AND ended_at IS NULL")
    op.create_index(
        "uq_corrections_one_waits",
        "corrections",
        ["entry_id", "criterion"],
        unique=True,
        sqlite_where=waits,
        postgresql_where=waits,
    )
    with op.batch_alter_table("documents") as documents:
        documents.add_column(sa.Column("withdrawn_at", INSTANT, nullable=True))
    _grounds(f"{GROUNDS[0]}, {OF_DEBARRED}, {GROUNDS[1]}")
    with op.batch_alter_table("disqualifications") as disqualifications:  # a review may reverse one that was approved
        disqualifications.drop_constraint(op.f(APPROVED_OR_ENDED), type_="check")
    _looked_up(f"{LOOKED_UP[0]}, {OF_A_MINISTER}, {LOOKED_UP[1]}")


def downgrade() -> None:
    refuse_to_destroy(
        revision,
        "corrections",
        "documents WHERE withdrawn_at IS NOT NULL",
        f"disqualifications WHERE ground IN ({OF_DEBARRED})",
        "disqualifications WHERE approved_at IS NOT NULL AND ended_at IS NOT NULL",
        f"checks WHERE ground = {OF_A_MINISTER}",
    )
    _looked_up(", ".join(LOOKED_UP))
    _grounds(", ".join(GROUNDS))
    with op.batch_alter_table("disqualifications") as disqualifications:
        disqualifications.create_check_constraint(op.f(APPROVED_OR_ENDED), "approved_at IS NULL OR ended_at IS NULL")
    with op.batch_alter_table("documents") as documents:
        documents.drop_column("withdrawn_at")
    op.drop_index("uq_corrections_one_waits", table_name="corrections")
    op.drop_index(op.f("ix_corrections_entry_id"), table_name="corrections")
    op.drop_table("corrections")
