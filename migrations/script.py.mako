"""${message}"""
from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    # first what cannot be carried: refuse_to_destroy(revision, "table", ...) of migrations/refusing.py
    ${downgrades if downgrades else "pass"}
