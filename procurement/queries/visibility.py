"""The SQL twins of the rights: what a list, a count, a search or an export shows is what its pages may show.

Each twin says in SQL what the predicate of the same permission in `rules.permissions` says in Python; a test holds them
together on both databases.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, select, true

from procurement.models.applications import Application, Entry
from procurement.models.assessment import Assignment
from procurement.models.calls import Call
from procurement.models.moderation import Panel
from procurement.models.stages import StagePerson
from procurement.rules.permissions import CALL_STAFF, Permission, Principal
from workflows.catalogue import states

Twin = Callable[[Principal, datetime], ColumnElement[bool]]


def where(permission: Permission, principal: Principal, now: datetime) -> ColumnElement[bool]:
    """What a statement over the permission's table must ask for. KeyError when the permission has no twin.

    The table is that of the subject; twins that look at the call need it joined.
    """
    return TWINS[permission](principal, now)


def _holds(principal: Principal, *roles: str) -> ColumnElement[bool]:
    return true() if principal.holds(*roles) else false()


def _call_read(principal: Principal, now: datetime) -> ColumnElement[bool]:
    return Call.published_at.is_not(None)


def _call_manage(principal: Principal, now: datetime) -> ColumnElement[bool]:
    return _holds(principal, *CALL_STAFF)


def _application_read(principal: Principal, now: datetime) -> ColumnElement[bool]:
    return Application.organisation_id.in_(principal.teams) if principal.teams else false()


def _bid_read(principal: Principal, now: datetime) -> ColumnElement[bool]:
    return and_(_holds(principal, *CALL_STAFF), Entry.opened_at.is_not(None))


def _assignment_read(principal: Principal, now: datetime) -> ColumnElement[bool]:
    """A conflict and a removal leave nothing behind."""
    return and_(
        _holds(principal, "assessor"),
        Assignment.person_id == principal.id,
        Assignment.state.in_(states.assignment.visible),
    )


def _dossier_read(principal: Principal, now: datetime) -> ColumnElement[bool]:
    return and_(
        _holds(principal, "assessor"),
        Assignment.person_id == principal.id,
        Assignment.state.in_(states.assignment.reading),
    )


def _panel_read(principal: Principal, now: datetime) -> ColumnElement[bool]:
    """A person who is not signed in has no id, and NULL belongs to nobody."""
    return Panel.stage_id.in_(select(StagePerson.stage_id).where(StagePerson.person_id == principal.id))


TWINS: dict[Permission, Twin] = {
    Permission.CALL_READ: _call_read,
    Permission.CALL_MANAGE: _call_manage,
    Permission.APPLICATION_READ: _application_read,
    Permission.BID_READ: _bid_read,
    Permission.ASSIGNMENT_READ: _assignment_read,
    Permission.DOSSIER_READ: _dossier_read,
    Permission.PANEL_READ: _panel_read,
}
