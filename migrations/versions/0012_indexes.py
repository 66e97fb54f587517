"""indexes: the newest event of a subject, and the register counted by its facets"""

from alembic import op

revision = "0012"
down_revision = "0011"
FACETS = ["year", "kind", "theme", "sme", "status", "amount"]


def upgrade() -> None:
    op.create_index("ix_events_newest", "events", ["subject", "position"], unique=False)
    op.create_index("ix_register_awards_counted", "register_awards", FACETS, unique=False)
    op.drop_index("ix_register_awards_facets", table_name="register_awards")


def downgrade() -> None:
    op.create_index("ix_register_awards_facets", "register_awards", ["kind", "year", "theme", "sme"], unique=False)
    op.drop_index("ix_register_awards_counted", table_name="register_awards")
    op.drop_index("ix_events_newest", table_name="events")
