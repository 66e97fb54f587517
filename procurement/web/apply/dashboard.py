"""All applications of a person's organisations: what is still to send first, then what was sent."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, url_for

from procurement.models.applications import Application
from procurement.queries import applications as applications_queries
from procurement.queries import people as people_queries
from procurement.rules.applications import Shown, place_of, shown_to_team
from procurement.rules.permissions import Permission
from procurement.rules.statuses import Place
from procurement.web.access import Page, allow
from procurement.web.context import now, principal, session

pages = Blueprint("apply_dashboard", __name__)
TO_SEND = (Place.DRAFT, Place.REOPENED)
OVER = (Place.WITHDRAWN, Place.NOT_SUBMITTED, Place.CANCELLED)


@dataclass(frozen=True)
class Line:
    """One application, where it is for its team, and the word for that."""

    application: Application
    place: Place
    shown: Shown


@pages.get("/dashboard")
@allow(Permission.SIGNED_IN)
def show() -> str:
    who, at = principal(), now()
    assert who.id is not None  # noqa: S101  (somebody is signed in)
    organisations = people_queries.organisations_of(session(), who.id)
    groups: dict[str, list[Line]] = {"to_send": [], "sent": [], "over": []}
    for each in applications_queries.list_of_teams(session(), [organisation.id for organisation in organisations]):
        assert each.call.closes_at is not None  # noqa: S101  (it is published)
        place = place_of(each.state, call_state=each.call.state, closed=each.call.closes_at <= at, told=each.told)
        group = "to_send" if place in TO_SEND else "over" if place in OVER else "sent"
        groups[group].append(Line(each, place, shown_to_team(each.state, place)))
    groups["to_send"].sort(key=lambda line: line.application.call.closes_at or at)
    return render_template("apply/dashboard/show.html", organisations=organisations, **groups)


@pages.get("/applications")
@allow(Permission.SIGNED_IN)
def index() -> Page:
    return redirect(url_for(".show"))
