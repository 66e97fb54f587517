"""newest events"""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_index("ix_events_newest", "events", ["subject", "position"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_events_newest", table_name="events")
