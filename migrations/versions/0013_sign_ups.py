"""sign-ups: what was typed lives with the link until the link is used"""

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = "0013"
down_revision = "0012"
COLUMNS = ("name", "password", "browser")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("tokens", sa.Column(name, sa.String(), nullable=True))


def downgrade() -> None:
    waiting = "SELECT count(*) FROM tokens WHERE purpose = 'confirm' AND person_id IS NULL AND used_at IS NULL"
    if number := op.get_bind().scalar(sa.text(waiting)):
        raise CommandError(
            f"Sign-ups that wait for their address to be confirmed: {number}. An older version has no place for what "
            "was typed. Wait until the links are used or gone (two days at most), or delete them from `tokens`."
        )
    for name in reversed(COLUMNS):
        op.drop_column("tokens", name)
