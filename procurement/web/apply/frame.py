"""What every page of one application shows: where it stands, until when, and what counts meanwhile."""

from dataclasses import dataclass
from datetime import datetime

from flask import render_template
from sqlalchemy.orm import Session

from procurement.models.applications import Application, Submission
from procurement.queries import applications as applications_queries
from procurement.rules.applications import place_of
from procurement.rules.permissions import Permission
from procurement.rules.statuses import Place
from procurement.web.context import allowed, now, session
from workflows.catalogue import states
from workflows.engine import phase


@dataclass(frozen=True)
class Frame:
    """`place` is where it is for the team; `writable` whether this person may change the draft now."""

    application: Application
    place: Place
    open: bool
    closed: bool
    closes_at: datetime
    standing: Submission | None
    writable: bool
    may_submit: bool

    @property
    def sent(self) -> bool:
        """Whether a submission of it stands."""
        return self.standing is not None


def application_of(reading: Session, ref: str, **_: object) -> Application | None:
    """For `allow`: the application that an address names."""
    return applications_queries.find_by_ref(reading, ref)


def frame(application: Application) -> Frame:
    """Where an application stands at this request's instant."""
    call = application.call
    by_clock = phase(call.opens_at, call.closes_at, now())
    live = call.state in states.call.published and by_clock == "open"
    standing = applications_queries.find_standing(session(), application)
    assert call.closes_at is not None  # noqa: S101  (it is published)
    return Frame(
        application=application,
        place=place_of(application.state, call_state=call.state, closed=by_clock == "closed", told=application.told),
        open=live,
        closed=by_clock == "closed",
        closes_at=call.closes_at,
        standing=standing,
        writable=live
        and application.state in states.application.writable
        and allowed(Permission.APPLICATION_WRITE, application),
        may_submit=allowed(Permission.APPLICATION_SUBMIT, application),
    )


def page(template: str, application: Application, **values: object) -> str:
    """A page of an application with its frame."""
    return render_template(f"apply/{template}.html", application=application, frame=frame(application), **values)
