"""slots: the times of interviews and demonstrations, and until when a team chooses one"""

import sqlalchemy as sa
from alembic import op

from migrations.refusing import refuse_to_destroy

revision = "0016"
down_revision = "0015"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("stages") as table:
        table.add_column(sa.Column("choose_by", INSTANT, nullable=True))
    with op.batch_alter_table("entries") as table:
        table.create_unique_constraint(op.f("uq_entries_id_stage_id"), ["id", "stage_id"])
    op.create_table(
        "slots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("joining", sa.String(), nullable=False),
        sa.Column("offered_by", sa.Integer(), nullable=False),
        sa.Column("offered_at", INSTANT, nullable=False),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("chosen_by", sa.Integer(), nullable=True),
        sa.Column("chosen_at", INSTANT, nullable=True),
        sa.Column("reminded_at", INSTANT, nullable=True),
        sa.Column("attendance", sa.String(), nullable=False),
        sa.Column("noted_by", sa.Integer(), nullable=True),
        sa.Column("noted_at", INSTANT, nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_slots_starts_before_it_ends")),
        sa.CheckConstraint("place <> '' OR joining <> ''", name=op.f("ck_slots_is_somewhere")),
        sa.CheckConstraint("(entry_id IS NULL) = (chosen_at IS NULL)", name=op.f("ck_slots_chosen_with_its_instant")),
        sa.CheckConstraint("(entry_id IS NULL) = (chosen_by IS NULL)", name=op.f("ck_slots_chosen_by_somebody")),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR entry_id IS NULL", name=op.f("ck_slots_what_is_taken_is_not_withdrawn")
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_slots_withdrawn_by_somebody")
        ),
        sa.CheckConstraint("attendance IN ('', 'came', 'did_not_come')", name=op.f("ck_slots_attendance_is_known")),
        sa.CheckConstraint("attendance = '' OR entry_id IS NOT NULL", name=op.f("ck_slots_attendance_of_somebody")),
        sa.CheckConstraint("(attendance = '') = (noted_at IS NULL)", name=op.f("ck_slots_noted_with_its_instant")),
        sa.CheckConstraint("(attendance = '') = (noted_by IS NULL)", name=op.f("ck_slots_noted_by_somebody")),
        sa.ForeignKeyConstraint(
            ["stage_id", "call_id"], ["stages.id", "stages.call_id"], name=op.f("fk_slots_stage_id_stages")
        ),
        sa.ForeignKeyConstraint(["lot_id", "call_id"], ["lots.id", "lots.call_id"], name=op.f("fk_slots_lot_id_lots")),
        sa.ForeignKeyConstraint(
            ["entry_id", "stage_id"], ["entries.id", "entries.stage_id"], name=op.f("fk_slots_entry_id_entries")
        ),
        sa.ForeignKeyConstraint(["offered_by"], ["people.id"], name=op.f("fk_slots_offered_by_people")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["people.id"], name=op.f("fk_slots_withdrawn_by_people")),
        sa.ForeignKeyConstraint(["chosen_by"], ["people.id"], name=op.f("fk_slots_chosen_by_people")),
        sa.ForeignKeyConstraint(["noted_by"], ["people.id"], name=op.f("fk_slots_noted_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slots")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_slots_entry_id")),
    )
    op.create_index("ix_slots_stage_id", "slots", ["stage_id", "starts_at"], unique=False)


def downgrade() -> None:
    refuse_to_destroy(revision, "slots", "stages WHERE choose_by IS NOT NULL")
    op.drop_table("slots")
    with op.batch_alter_table("entries") as table:
        table.drop_constraint(op.f("uq_entries_id_stage_id"), type_="unique")
    with op.batch_alter_table("stages") as table:
        table.drop_column("choose_by")
