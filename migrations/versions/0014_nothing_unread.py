"""assignments: a column that nothing ever read needs no value any more; the release after this one drops it"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    # the release before writes it, this one does not: both must be able to insert
    with op.batch_alter_table("assignments") as table:
        table.alter_column("overall", existing_type=sa.String(), existing_nullable=False, server_default="")


def downgrade() -> None:
    with op.batch_alter_table("assignments") as table:
        table.alter_column("overall", existing_type=sa.String(), existing_nullable=False, server_default=None)
