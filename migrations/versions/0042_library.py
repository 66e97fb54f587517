"""what officers begin anew from: templates, the library of questions and criteria; from which call another was copied"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.refusing import refuse_to_destroy

revision = "0042"
down_revision = "0041"

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
INSTANT = sa.DateTime(timezone=True)
TEMPLATES, ITEMS, USES, COMMENTS = "call_templates", "library_items", "library_uses", "call_comments"


def upgrade() -> None:
    with op.batch_alter_table("calls") as calls:
        calls.add_column(sa.Column("copied_from", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("criteria") as criteria:
        criteria.add_column(sa.Column("within", sa.String(), nullable=False, server_default=""))
        criteria.add_column(sa.Column("within_weight", sa.Integer(), nullable=True))
        criteria.create_check_constraint(
            op.f("ck_criteria_within_a_criterion_of_some_weight"), "(within = '') = (within_weight IS NULL)"
        )
        criteria.create_check_constraint(
            op.f("ck_criteria_whole_weight_is_percent"), "within_weight IS NULL OR within_weight BETWEEN 1 AND 100"
        )
    op.create_table(
        TEMPLATES,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("kept_by", sa.Integer(), nullable=False),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.Column("removed_by", sa.Integer(), nullable=True),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "(removed_by IS NULL) = (removed_at IS NULL)", name=op.f(f"ck_{TEMPLATES}_removed_by_somebody")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f(f"fk_{TEMPLATES}_call_id_calls")),
        sa.ForeignKeyConstraint(["kept_by"], ["people.id"], name=op.f(f"fk_{TEMPLATES}_kept_by_people")),
        sa.ForeignKeyConstraint(["removed_by"], ["people.id"], name=op.f(f"fk_{TEMPLATES}_removed_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TEMPLATES}")),
    )
    op.create_index(
        f"uq_{TEMPLATES}_one_of_a_call",
        TEMPLATES,
        ["call_id"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        ITEMS,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("tags", sa.String(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("removed_by", sa.Integer(), nullable=True),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.CheckConstraint("kind IN ('question', 'criterion')", name=op.f(f"ck_{ITEMS}_kind_is_known")),
        sa.CheckConstraint("(removed_by IS NULL) = (removed_at IS NULL)", name=op.f(f"ck_{ITEMS}_removed_by_somebody")),
        sa.ForeignKeyConstraint(["added_by"], ["people.id"], name=op.f(f"fk_{ITEMS}_added_by_people")),
        sa.ForeignKeyConstraint(["removed_by"], ["people.id"], name=op.f(f"fk_{ITEMS}_removed_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{ITEMS}")),
    )
    op.create_table(
        USES,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("used_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], [f"{ITEMS}.id"], name=op.f(f"fk_{USES}_item_id_{ITEMS}")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f(f"fk_{USES}_call_id_calls")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{USES}")),
        sa.UniqueConstraint("item_id", "call_id", name=op.f(f"uq_{USES}_item_id_call_id")),
    )
    op.create_index(op.f(f"ix_{USES}_call_id"), USES, ["call_id"])
    op.create_table(
        COMMENTS,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("said_by", sa.Integer(), nullable=False),
        sa.Column("said_at", INSTANT, nullable=False),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "(settled_by IS NULL) = (settled_at IS NULL)", name=op.f(f"ck_{COMMENTS}_settled_by_somebody")
        ),
        sa.CheckConstraint("text <> ''", name=op.f(f"ck_{COMMENTS}_says_something")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f(f"fk_{COMMENTS}_call_id_calls")),
        sa.ForeignKeyConstraint(["said_by"], ["people.id"], name=op.f(f"fk_{COMMENTS}_said_by_people")),
        sa.ForeignKeyConstraint(["settled_by"], ["people.id"], name=op.f(f"fk_{COMMENTS}_settled_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{COMMENTS}")),
    )
    op.create_index(op.f(f"ix_{COMMENTS}_call_id"), COMMENTS, ["call_id"])


def downgrade() -> None:
    refuse_to_destroy(
        revision, TEMPLATES, ITEMS, COMMENTS, "calls WHERE copied_from <> ''", "criteria WHERE within <> ''"
    )
    with op.batch_alter_table("criteria") as criteria:
        criteria.drop_constraint(op.f("ck_criteria_within_a_criterion_of_some_weight"), type_="check")
        criteria.drop_constraint(op.f("ck_criteria_whole_weight_is_percent"), type_="check")
        criteria.drop_column("within_weight")
        criteria.drop_column("within")
    op.drop_table(COMMENTS)
    op.drop_table(USES)
    op.drop_table(ITEMS)
    op.drop_table(TEMPLATES)
    with op.batch_alter_table("calls") as calls:
        calls.drop_column("copied_from")
