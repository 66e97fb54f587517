"""clarifications: questions about a call and their answers, until when one may ask, who has read how far; and messages
of officers to applicants"""

import sqlalchemy as sa
from alembic import op

from migrations.refusing import refuse_to_destroy

revision = "0035"
down_revision = "0034"

INSTANT = sa.DateTime(timezone=True)
TABLE, READ = "clarifications", "clarifications_read"
TOLD, TO = "announcements", "announcement_recipients"


def upgrade() -> None:
    with op.batch_alter_table("stages") as stages:
        stages.add_column(sa.Column("ask_by", INSTANT, nullable=True))
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("lot_id", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("written", sa.Integer(), nullable=False),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("private_reason", sa.String(), nullable=False),
        sa.Column("drafted_by", sa.Integer(), nullable=True),
        sa.Column("drafted_at", INSTANT, nullable=True),
        sa.Column("sent_back", sa.String(), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closed_reason", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("same_as_id", sa.Integer(), nullable=True),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(answered_by IS NULL) = (answered_at IS NULL)", name=op.f(f"ck_{TABLE}_answered_by_somebody")
        ),
        sa.CheckConstraint("(closed_by IS NULL) = (closed_at IS NULL)", name=op.f(f"ck_{TABLE}_closed_by_somebody")),
        sa.CheckConstraint("answered_at IS NULL OR closed_at IS NULL", name=op.f(f"ck_{TABLE}_answered_or_closed")),
        sa.CheckConstraint(
            "answered_by IS NULL OR answered_by <> drafted_by", name=op.f(f"ck_{TABLE}_answered_by_a_second_person")
        ),
        sa.CheckConstraint("answered_at IS NULL OR answer <> ''", name=op.f(f"ck_{TABLE}_answered_with_words")),
        sa.CheckConstraint(
            "(number IS NOT NULL) = (answered_at IS NOT NULL AND private_reason = '')",
            name=op.f(f"ck_{TABLE}_numbered_when_public"),
        ),
        sa.CheckConstraint(
            "closed_at IS NULL OR closed_reason <> '' OR same_as_id IS NOT NULL",
            name=op.f(f"ck_{TABLE}_closed_for_a_cause"),
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{TABLE}_{column}_{table}"))
            for column, table in (
                ("call_id", "calls"),
                ("stage_id", "stages"),
                ("lot_id", "lots"),
                ("asked_by", "people"),
                ("drafted_by", "people"),
                ("answered_by", "people"),
                ("closed_by", "people"),
                ("same_as_id", TABLE),
                ("corrects_id", TABLE),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("call_id", "number", name=op.f(f"uq_{TABLE}_call_id_number")),
    )
    for column in ("call_id", "stage_id", "asked_by"):
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column])
    op.create_table(
        READ,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("read_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f(f"fk_{READ}_person_id_people")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f(f"fk_{READ}_call_id_calls")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{READ}")),
        sa.UniqueConstraint("person_id", "call_id", name=op.f(f"uq_{READ}_person_id_call_id")),
    )
    op.create_index(op.f(f"ix_{READ}_call_id"), READ, ["call_id"])
    op.create_table(
        TOLD,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("sent_by", sa.Integer(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "audience IN ('all', 'drafts', 'submitted', 'chosen')", name=op.f(f"ck_{TOLD}_audience_is_known")
        ),
        sa.CheckConstraint("title <> '' AND text <> ''", name=op.f(f"ck_{TOLD}_says_something")),
        sa.CheckConstraint("count > 0", name=op.f(f"ck_{TOLD}_goes_to_somebody")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f(f"fk_{TOLD}_call_id_calls")),
        sa.ForeignKeyConstraint(["stage_id"], ["stages.id"], name=op.f(f"fk_{TOLD}_stage_id_stages")),
        sa.ForeignKeyConstraint(["sent_by"], ["people.id"], name=op.f(f"fk_{TOLD}_sent_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TOLD}")),
    )
    op.create_index(op.f(f"ix_{TOLD}_call_id"), TOLD, ["call_id"])
    op.create_table(
        TO,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("announcement_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["announcement_id"], [f"{TOLD}.id"], name=op.f(f"fk_{TO}_announcement_id_{TOLD}")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f(f"fk_{TO}_application_id_applications")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TO}")),
        sa.UniqueConstraint("announcement_id", "application_id", name=op.f(f"uq_{TO}_announcement_id_application_id")),
    )
    op.create_index(op.f(f"ix_{TO}_application_id"), TO, ["application_id"])


def downgrade() -> None:
    refuse_to_destroy(revision, TABLE, TOLD, "stages WHERE ask_by IS NOT NULL")
    op.drop_table(TO)
    op.drop_table(TOLD)
    op.drop_table(READ)  # what somebody has read is marked as new once more
    op.drop_table(TABLE)
    with op.batch_alter_table("stages") as stages:
        stages.drop_column("ask_by")
