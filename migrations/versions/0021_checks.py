"""checks: conditions of participation, and what officers looked up about applicants"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.refusing import refuse_to_destroy

revision = "0021"
down_revision = "0020"

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
INSTANT = sa.DateTime(timezone=True)
GROUNDS = (
    "'', 'corporate_manslaughter', 'terrorism', 'fraud_and_bribery', 'labour_and_slavery', 'organised_crime', 'tax_offences', 'cartel_offence', "
    "'ancillary_offences', 'tax_misconduct', 'competition', 'not_cooperating', 'labour_misconduct', 'environment', 'insolvency', "
    "'potential_competition', 'professional_misconduct', 'poor_performance', 'improper_procurement', 'national_security'"
)


def upgrade() -> None:
    with op.batch_alter_table("questions") as table:
        table.add_column(sa.Column("condition", JSON, nullable=False, server_default="{}"))
    with op.batch_alter_table("decisions") as table:
        table.add_column(sa.Column("because", JSON, nullable=False, server_default="{}"))
        table.add_column(sa.Column("heard", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("tie", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("finding", sa.String(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("in_date_until", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('mandatory', 'discretionary', 'debarment', 'status', 'other', 'condition')",
            name=op.f("ck_checks_kind_is_known"),
        ),
        sa.CheckConstraint(
            "finding IN ('clear', 'found', 'past', 'replaced', 'unclear', 'met', 'not_met')",
            name=op.f("ck_checks_finding_is_known"),
        ),
        sa.CheckConstraint("tie IN ('', 'subcontractor', 'associated')", name=op.f("ck_checks_tie_is_known")),
        sa.CheckConstraint(f"ground IN ({GROUNDS})", name=op.f("ck_checks_ground_is_known")),
        sa.CheckConstraint("source <> ''", name=op.f("ck_checks_says_where")),
        sa.CheckConstraint("(about = '') = (tie = '')", name=op.f("ck_checks_about_somebody_with_a_tie")),
        sa.CheckConstraint(
            "(kind = 'condition') = (question <> '')", name=op.f("ck_checks_condition_with_its_question")
        ),
        sa.ForeignKeyConstraint(
            ["stage_id", "call_id"], ["stages.id", "stages.call_id"], name=op.f("fk_checks_stage_id_stages")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id", "stage_id"], ["entries.id", "entries.stage_id"], name=op.f("fk_checks_entry_id_entries")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_checks_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("fk_checks_recorded_by_people")),
        sa.ForeignKeyConstraint(["replaces_id"], ["checks.id"], name=op.f("fk_checks_replaces_id_checks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checks")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_checks_replaces_id")),
    )
    op.create_index("ix_checks_stage_id", "checks", ["stage_id", "organisation_id"], unique=False)
    op.create_index(op.f("ix_checks_entry_id"), "checks", ["entry_id"], unique=False)


def downgrade() -> None:
    refuse_to_destroy(
        revision,
        "checks",
        "questions WHERE CAST(condition AS TEXT) <> '{}'",
        "decisions WHERE CAST(because AS TEXT) <> '{}' OR heard <> ''",
    )
    op.drop_table("checks")
    with op.batch_alter_table("decisions") as table:
        table.drop_column("heard")
        table.drop_column("because")
    with op.batch_alter_table("questions") as table:
        table.drop_column("condition")
