"""Taking an application in hand: its locks, and what must be so before anything of it is changed."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application
from procurement.models.calls import Call
from procurement.rules.permissions import Permission, Principal
from procurement.services.refusal import Refusal, require_team
from workflows.catalogue import states
from workflows.engine import phase
from workflows.facts import Sentence


def lock_call_shared(session: Session, call_id: int) -> Call:
    """The call, held as it is: others may hold it too, so that teams do not wait for each other, but whoever opens,
    extends or cancels it waits for them, and they for him."""
    return session.get_one(Call, call_id, with_for_update={"read": True}, populate_existing=True)


def lock_application(session: Session, application_id: int) -> tuple[Call, Application]:
    """An application, with its lot and organisation, and its call, locked in the order of the house: the call first."""
    its_call = select(Application.call_id).where(Application.id == application_id).scalar_subquery()
    call = session.scalars(
        select(Call).where(Call.id == its_call).with_for_update(read=True).execution_options(populate_existing=True)
    ).one_or_none()
    if call is None:
        raise Refusal(Sentence("There is no such application."), status=404)
    application = session.scalars(
        select(Application)
        .where(Application.id == application_id)
        .options(joinedload(Application.lot), joinedload(Application.organisation))
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    ).one()
    return call, application


def require_live(call: Call) -> None:
    """Refuse once the call was cancelled, or its bids were opened."""
    if call.state in states.call.cancelled:
        raise Refusal(Sentence("This call was cancelled, so nothing can be changed or sent any more."))
    if call.opened:
        raise Refusal(Sentence("The bids have been opened, so nothing can be changed any more."), status=410)
    if call.published_at is None:
        raise Refusal(Sentence("This call is not published."), status=404)


def require_open(call: Call, now: datetime) -> None:
    """Refuse before the call opens, and from the very instant at which it closes."""
    require_live(call)
    assert call.opens_at is not None and call.closes_at is not None  # noqa: S101, PT018  (it is published)
    found = phase(call.opens_at, call.closes_at, now)
    if found == "upcoming":
        raise Refusal(Sentence("This call opens on %(opens_at)s.", opens_at=call.opens_at))
    if found == "closed":
        raise Refusal(Sentence("This call closed on %(closes_at)s.", closes_at=call.closes_at), status=410)


def require_writable(call: Call, application: Application, by: Principal, now: datetime) -> None:
    """Refuse unless this person may change the draft now."""
    require_team(by, Permission.APPLICATION_WRITE, application, now)
    require_open(call, now)
    if application.state in states.application.submitted:
        raise Refusal(Sentence("This application is submitted. Choose “Change the application” first."))
    if application.state not in states.application.writable:
        raise Refusal(Sentence("This application was withdrawn. Choose “Start again” first."))
