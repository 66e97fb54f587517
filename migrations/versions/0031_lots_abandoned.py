"""lots that are abandoned alone, procurement termination notices, and where a notice was published in law"""

import sqlalchemy as sa
from alembic import op

from migrations.refusing import refuse_to_destroy

revision = "0031"
down_revision = "0030"

INSTANT = sa.DateTime(timezone=True)
STANDS = "uq_abandonments_one_stands"
OF_A_LOT = "uq_abandonments_one_of_a_lot"


def _one_stands(name: str, column: str, where: str) -> None:
    op.create_index(
        name, "abandonments", [column], unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )


def upgrade() -> None:
    with op.batch_alter_table("lots") as lots:
        lots.add_column(sa.Column("abandoned_at", INSTANT, nullable=True))
        lots.add_column(sa.Column("ended_reason", sa.String(), nullable=False, server_default=""))
        lots.create_check_constraint(
            op.f("ck_lots_abandoned_with_its_reason"), "(abandoned_at IS NULL) = (ended_reason = '')"
        )
    op.drop_index(STANDS, table_name="abandonments")
    with op.batch_alter_table("abandonments") as abandonments:
        abandonments.add_column(sa.Column("lot_id", sa.Integer(), nullable=True))
        abandonments.create_foreign_key(
            op.f("fk_abandonments_lot_id_lots"), "lots", ["lot_id", "call_id"], ["id", "call_id"]
        )
    _one_stands(STANDS, "call_id", "ended_at IS NULL AND lot_id IS NULL")
    _one_stands(OF_A_LOT, "lot_id", "ended_at IS NULL")
    with op.batch_alter_table("notices") as notices:
        notices.add_column(sa.Column("abandonment_id", sa.Integer(), nullable=True))
        notices.add_column(sa.Column("approved_by", sa.Integer(), nullable=True))
        notices.add_column(sa.Column("approved_at", INSTANT, nullable=True))
        notices.add_column(sa.Column("outside_number", sa.String(), nullable=False, server_default=""))
        notices.add_column(sa.Column("outside_address", sa.String(), nullable=False, server_default=""))
        notices.add_column(sa.Column("outside_at", INSTANT, nullable=True))
        notices.add_column(sa.Column("entered_by", sa.Integer(), nullable=True))
        notices.add_column(sa.Column("entered_at", INSTANT, nullable=True))
        notices.add_column(sa.Column("sent_back", sa.String(), nullable=False, server_default=""))
        notices.create_foreign_key(
            op.f("fk_notices_abandonment_id_abandonments"), "abandonments", ["abandonment_id"], ["id"]
        )
        for name in ("approved_by", "entered_by"):
            notices.create_foreign_key(op.f(f"fk_notices_{name}_people"), "people", [name], ["id"])
        notices.create_unique_constraint(op.f("uq_notices_abandonment_id"), ["abandonment_id"])
        notices.drop_constraint(op.f("ck_notices_state_is_known"), type_="check")
        for name, rule in {
            "state_is_known": "state IN ('draft', 'approved', 'entered', 'published')",
            "approved_by_somebody_else": "approved_by IS NULL OR approved_by <> drafted_by",
            "approved_with_its_instant": "(approved_by IS NULL) = (approved_at IS NULL)",
            "entered_whole": "(outside_number = '') = (entered_by IS NULL) AND "
            "(outside_address = '') = (entered_by IS NULL) AND (outside_at IS NULL) = (entered_by IS NULL) AND "
            "(entered_at IS NULL) = (entered_by IS NULL)",
            "confirmed_by_somebody_else": "published_by IS NULL OR entered_by IS NULL OR published_by <> entered_by",
        }.items():
            notices.create_check_constraint(op.f(f"ck_notices_{name}"), rule)


def downgrade() -> None:
    refuse_to_destroy(
        revision,
        "lots WHERE abandoned_at IS NOT NULL",
        "abandonments WHERE lot_id IS NOT NULL",
        "notices WHERE abandonment_id IS NOT NULL OR approved_by IS NOT NULL",
    )
    with op.batch_alter_table("notices") as notices:
        for name in (
            "state_is_known",
            "approved_by_somebody_else",
            "approved_with_its_instant",
            "entered_whole",
            "confirmed_by_somebody_else",
        ):
            notices.drop_constraint(op.f(f"ck_notices_{name}"), type_="check")
        notices.create_check_constraint(op.f("ck_notices_state_is_known"), "state IN ('draft', 'published')")
        notices.drop_constraint(op.f("uq_notices_abandonment_id"), type_="unique")
        for name in ("approved_by", "entered_by"):
            notices.drop_constraint(op.f(f"fk_notices_{name}_people"), type_="foreignkey")
        notices.drop_constraint(op.f("fk_notices_abandonment_id_abandonments"), type_="foreignkey")
        for name in (
            "sent_back",
            "entered_at",
            "entered_by",
            "outside_at",
            "outside_address",
            "outside_number",
            "approved_at",
            "approved_by",
            "abandonment_id",
        ):
            notices.drop_column(name)
    op.drop_index(OF_A_LOT, table_name="abandonments")
    op.drop_index(STANDS, table_name="abandonments")
    with op.batch_alter_table("abandonments") as abandonments:
        abandonments.drop_constraint(op.f("fk_abandonments_lot_id_lots"), type_="foreignkey")
        abandonments.drop_column("lot_id")
    _one_stands(STANDS, "call_id", "ended_at IS NULL")
    with op.batch_alter_table("lots") as lots:
        lots.drop_constraint(op.f("ck_lots_abandoned_with_its_reason"), type_="check")
        lots.drop_column("ended_reason")
        lots.drop_column("abandoned_at")
