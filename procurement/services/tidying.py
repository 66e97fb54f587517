"""Letting go of what has had its time: nothing of it is history, and all of it says something about somebody."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.orm import Session

from procurement.models.heartbeats import Heartbeat
from procurement.models.people import SignIn, Token, UnsentForm
from procurement.rules.outages import KEPT_FOR
from procurement.services.act import Act
from procurement.services.people import unsent_forms

AT_ONCE = 500  # rows in one transaction, so that nobody waits behind it
REMEMBERED = timedelta(days=30)  # how long somebody can still be told what became of a sign-in or a link


def tidy(act: Act) -> int:
    """Remove sign-ins, links and kept forms that open nothing any more, and old heartbeats; returns how many rows, at
    most AT_ONCE of each.

    `at` is unshifted time, by which sign-ins and kept forms live; links live by the service's own clock (`now`).
    """
    return (
        _remove(
            act.session,
            SignIn,
            or_(SignIn.ended_at < act.unshifted - REMEMBERED, SignIn.seen_at < act.unshifted - REMEMBERED),
        )
        + _remove(
            act.session, Token, or_(Token.used_at < act.now - REMEMBERED, Token.expires_at < act.now - REMEMBERED)
        )
        + _remove(
            act.session, Token, and_(Token.purpose == "confirm", Token.expires_at < act.now)
        )  # it keeps what was typed
        + _remove(act.session, UnsentForm, UnsentForm.made_at < act.unshifted - unsent_forms.KEPT_FOR)
        + _remove(act.session, Heartbeat, Heartbeat.seen_at < act.unshifted - KEPT_FOR)
    )


def _remove(session: Session, table: type[SignIn | Token | UnsentForm | Heartbeat], gone: ColumnElement[bool]) -> int:
    ids: Sequence[int] = session.scalars(select(table.id).where(gone).order_by(table.id).limit(AT_ONCE)).all()
    if ids:
        session.execute(delete(table).where(table.id.in_(ids)))
    return len(ids)
