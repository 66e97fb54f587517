"""moderation: panels, what they agree on, and each submission of a scorecard"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.refusing import refuse_to_destroy

revision = "0017"
down_revision = "0016"

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("stages") as table:
        table.add_column(sa.Column("marks_of", sa.String(), server_default="", nullable=False))
        table.add_column(sa.Column("moderate_from", sa.Integer(), nullable=True))
        table.add_column(sa.Column("agreed_at", INSTANT, nullable=True))
    _make_people()
    _make_agreed_marks()
    _make_panels()
    _make_scorecards()


def _make_people() -> None:
    op.create_table(
        "stage_people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.CheckConstraint("role IN ('chair', 'member', 'observer')", name=op.f("ck_stage_people_role_is_known")),
        sa.ForeignKeyConstraint(["stage_id"], ["stages.id"], name=op.f("fk_stage_people_stage_id_stages")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_stage_people_person_id_people")),
        sa.ForeignKeyConstraint(["added_by"], ["people.id"], name=op.f("fk_stage_people_added_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_people")),
        sa.UniqueConstraint("stage_id", "person_id", name=op.f("uq_stage_people_stage_id_person_id")),
    )
    op.create_index(op.f("ix_stage_people_person_id"), "stage_people", ["person_id"], unique=False)
    _unique_where("uq_stage_people_one_chair", "stage_people", ["stage_id"], "role = 'chair'")


def _make_agreed_marks() -> None:
    op.create_table(
        "agreed_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.String(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("present", JSON, nullable=False),
        sa.Column("agreed_by", sa.Integer(), nullable=False),
        sa.Column("agreed_at", INSTANT, nullable=False),
        sa.Column("superseded_at", INSTANT, nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("commitment", sa.String(), nullable=True),
        sa.CheckConstraint("mark IS NULL OR mark >= 0", name=op.f("ck_agreed_marks_mark_is_not_negative")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_agreed_marks_has_a_reason")),
        sa.CheckConstraint(
            "(salt IS NULL) = (commitment IS NULL)", name=op.f("ck_agreed_marks_commitment_with_its_salt")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_agreed_marks_entry_id_entries")),
        sa.ForeignKeyConstraint(["agreed_by"], ["people.id"], name=op.f("fk_agreed_marks_agreed_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreed_marks")),
    )
    op.create_index(op.f("ix_agreed_marks_entry_id"), "agreed_marks", ["entry_id"], unique=False)
    _unique_where("uq_agreed_marks_one_stands", "agreed_marks", ["entry_id", "criterion"], "superseded_at IS NULL")


def _make_panels() -> None:
    op.create_table(
        "panels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("held_at", INSTANT, nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("chair_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("called_by", sa.Integer(), nullable=False),
        sa.Column("called_at", INSTANT, nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_panels_closed_by_somebody")),
        sa.ForeignKeyConstraint(["stage_id"], ["stages.id"], name=op.f("fk_panels_stage_id_stages")),
        sa.ForeignKeyConstraint(["chair_id"], ["people.id"], name=op.f("fk_panels_chair_id_people")),
        sa.ForeignKeyConstraint(["called_by"], ["people.id"], name=op.f("fk_panels_called_by_people")),
        sa.ForeignKeyConstraint(["closed_by"], ["people.id"], name=op.f("fk_panels_closed_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panels")),
        sa.UniqueConstraint("ref", name=op.f("uq_panels_ref")),
    )
    op.create_index(op.f("ix_panels_stage_id"), "panels", ["stage_id"], unique=False)
    op.create_table(
        "panel_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("discussed_at", INSTANT, nullable=True),
        sa.Column("conflicts", JSON, nullable=False),
        sa.Column("minutes", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("position >= 1", name=op.f("ck_panel_items_numbered_from_one")),
        sa.ForeignKeyConstraint(["panel_id"], ["panels.id"], name=op.f("fk_panel_items_panel_id_panels")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_panel_items_entry_id_entries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_items")),
        sa.UniqueConstraint("panel_id", "entry_id", name=op.f("uq_panel_items_panel_id_entry_id")),
        sa.UniqueConstraint("panel_id", "position", name=op.f("uq_panel_items_panel_id_position")),
    )
    op.create_index(op.f("ix_panel_items_entry_id"), "panel_items", ["entry_id"], unique=False)


def _make_scorecards() -> None:
    op.create_table(
        "scorecards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("submitted_at", INSTANT, nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_scorecards_numbered_from_one")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_scorecards_assignment_id_assignments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scorecards")),
        sa.UniqueConstraint("assignment_id", "number", name=op.f("uq_scorecards_assignment_id_number")),
    )


def _unique_where(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    refuse_to_destroy(
        revision,
        "scorecards",
        "agreed_marks",
        "panels",
        "stage_people",
        "stages WHERE moderate_from IS NOT NULL OR agreed_at IS NOT NULL OR marks_of <> ''",
    )
    for table in ("scorecards", "panel_items", "panels", "agreed_marks", "stage_people"):
        op.drop_table(table)
    with op.batch_alter_table("stages") as table:
        table.drop_column("agreed_at")
        table.drop_column("moderate_from")
        table.drop_column("marks_of")
