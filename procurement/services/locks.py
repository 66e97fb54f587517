"""The first lock of every change: the call. Then all else by id, and the head of the chain last."""

from typing import Any, cast

from sqlalchemy import CursorResult, Update
from sqlalchemy.orm import Session

from procurement.models.calls import Call


def lock_call(session: Session, call_id: int) -> Call:
    """The call as it is now, held until the transaction ends. Raises NoResultFound for an unknown id."""
    return session.get_one(Call, call_id, with_for_update=True, populate_existing=True)


def changed(session: Session, statement: Update) -> int:
    """How many rows an update found as it expected them: who asks for one and changes none came too late."""
    return cast(CursorResult[Any], session.execute(statement)).rowcount
