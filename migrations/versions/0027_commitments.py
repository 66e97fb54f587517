"""commitments: what is published, committed in the chain; and the ids under which it goes into open data, written once"""

import sqlalchemy as sa
from alembic import op

from migrations.refusing import refuse_to_destroy

revision = "0027"
down_revision = "0026"

COMMITTED = ("documents", "notices", "register_awards", "register_grants", "register_notices", "releases")
OCID = "SELECT min(ocid) FROM releases WHERE releases.ocid LIKE '%-' || lower(calls.ref)"
GRANT = "SELECT grant_id FROM register_grants WHERE register_grants.public_id = awards.ref"
# of a round some of whose grants are public: what their ids begin with, before the number of the award
ROUND = (
    "SELECT min(substr(grant_id, 1, length(grant_id) - length(public_id) + length(calls.ref))) FROM register_grants "
    "WHERE register_grants.public_id LIKE lower(calls.ref) || '-a%'"
)


def upgrade() -> None:
    for name in COMMITTED:
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("salt", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("calls") as calls:
        calls.add_column(sa.Column("open_data_id", sa.String(), nullable=True))
        for name in ("cpv", "place"):  # of older calls nobody said it
            calls.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("releases") as releases:
        releases.add_column(sa.Column("place", sa.Integer(), nullable=True))
        releases.add_column(sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE releases SET place = id, recorded_at = moment")  # cursors that were given go on
    with op.batch_alter_table("releases") as releases:
        releases.alter_column("recorded_at", nullable=False)
        releases.create_unique_constraint("uq_releases_place", ["place"])
    with op.batch_alter_table("awards") as awards:
        awards.add_column(sa.Column("grant_id", sa.String(), nullable=True))
    op.execute(f"UPDATE calls SET open_data_id = ({OCID})")  # noqa: S608  (names of our own)
    op.execute(f"UPDATE calls SET open_data_id = ({ROUND}) WHERE open_data_id IS NULL")  # noqa: S608
    op.execute(f"UPDATE awards SET grant_id = ({GRANT})")  # noqa: S608


def downgrade() -> None:
    refuse_to_destroy(revision, *(f"{name} WHERE salt IS NOT NULL" for name in COMMITTED))
    refuse_to_destroy(revision, "calls WHERE cpv NOT IN ('', '73000000-2') OR place NOT IN ('', 'anywhere')")
    with op.batch_alter_table("awards") as awards:
        awards.drop_column("grant_id")
    with op.batch_alter_table("calls") as calls:
        for name in ("place", "cpv", "open_data_id"):
            calls.drop_column(name)
    with op.batch_alter_table("releases") as releases:
        releases.drop_constraint("uq_releases_place", type_="unique")
        for name in ("place", "recorded_at"):
            releases.drop_column(name)
    for name in COMMITTED:
        with op.batch_alter_table(name) as table:
            table.drop_column("salt")
