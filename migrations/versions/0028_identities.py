"""identities: countries and registers of who applies, and what a search compares beside what it was made of"""

import sqlalchemy as sa
from alembic import op

from migrations.refusing import refuse_to_destroy
from procurement.rules.search import folded

revision = "0028"
down_revision = "0027"

SEARCHED = {
    "calls": ("title", "summary", "problem", "ref"),
    "entries": ("title",),
    "people": ("name", "email"),
    "organisations": ("name",),
}
AT_ONCE = 1000  # rows


def upgrade() -> None:
    for name, columns in SEARCHED.items():
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("words", sa.String(), nullable=False, server_default=""))
        _fill(name, columns)
    with op.batch_alter_table("organisations") as organisations:
        organisations.add_column(sa.Column("country", sa.String(), nullable=False, server_default="GB"))
        organisations.add_column(sa.Column("register", sa.String(), nullable=False, server_default=""))
        organisations.add_column(sa.Column("register_number", sa.String(), nullable=False, server_default=""))
        organisations.create_check_constraint(
            op.f("ck_organisations_register_with_its_number"), "(register = '') = (register_number = '')"
        )
    op.create_index(
        "uq_organisations_register_number",
        "organisations",
        ["register", "register_number"],
        unique=True,
        sqlite_where=sa.text("register <> ''"),
        postgresql_where=sa.text("register <> ''"),
    )
    op.create_table(
        "contests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("register", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("outcome IN ('released', 'kept')", name=op.f("ck_contests_outcome_is_known")),
        sa.CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name=op.f("ck_contests_answered_by_somebody")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_contests_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_contests_person_id_people")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_contests_decided_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contests")),
    )
    op.create_index(
        "uq_contests_waiting",
        "contests",
        ["person_id", "register", "number"],
        unique=True,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    _fill("register_awards", ("words",))  # folded by the rule of before


def _fill(name: str, columns: tuple[str, ...]) -> None:
    """Fold what the rows of a table hold, some rows at a time."""
    connection = op.get_bind()
    table = sa.table(name, sa.column("id"), sa.column("words"), *(sa.column(each) for each in columns))
    last = 0
    while rows := connection.execute(
        sa.select(table.c.id, *(table.c[each].label(f"of_{each}") for each in columns))
        .where(table.c.id > last)
        .order_by(table.c.id)
        .limit(AT_ONCE)
    ).all():
        connection.execute(
            sa.update(table).where(table.c.id == sa.bindparam("row")).values(words=sa.bindparam("folded")),
            [{"row": row[0], "folded": folded(" ".join(row[1:]))} for row in rows],
        )
        last = rows[-1][0]


def downgrade() -> None:
    refuse_to_destroy(revision, "contests", "organisations WHERE register <> '' OR country <> 'GB'")
    op.drop_table("contests")
    op.drop_index("uq_organisations_register_number", table_name="organisations")
    with op.batch_alter_table("organisations") as organisations:
        organisations.drop_constraint(op.f("ck_organisations_register_with_its_number"), type_="check")
        for name in ("register_number", "register", "country"):
            organisations.drop_column(name)
    for name in SEARCHED:
        with op.batch_alter_table(name) as table:
            table.drop_column("words")
