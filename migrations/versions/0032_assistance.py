"""assistance: what an enterprise confirms of the financial assistance that it has had"""

import sqlalchemy as sa
from alembic import op

from migrations.refusing import refuse_to_destroy

revision = "0032"
down_revision = "0031"

BEFORE = "'complete', 'explain', 'review'"


def _kinds(keys: str) -> None:
    """Why something can be asked of an applicant."""
    with op.batch_alter_table("requests") as requests:
        requests.drop_constraint(op.f("ck_requests_kind_is_known"), type_="check")
        requests.create_check_constraint(op.f("ck_requests_kind_is_known"), f"kind IN ({keys})")


def upgrade() -> None:
    _kinds(f"{BEFORE}, 'assistance'")
    with op.batch_alter_table("entries") as entries:
        entries.add_column(sa.Column("over_assistance", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("documents") as documents:
        documents.add_column(sa.Column("undrawn", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    refuse_to_destroy(revision, "requests WHERE kind = 'assistance'", "entries WHERE over_assistance")
    with op.batch_alter_table("documents") as documents:
        documents.drop_column("undrawn")
    with op.batch_alter_table("entries") as entries:
        entries.drop_column("over_assistance")
    _kinds(BEFORE)
