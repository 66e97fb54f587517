"""All applications of a person's organisations: what is still to send first, then what was sent."""

from flask import Blueprint, redirect, render_template, url_for

from procurement.models.applications import Application
from procurement.queries import applications as applications_queries
from procurement.queries import calls as calls_queries
from procurement.queries import clarifications as clarifications_queries
from procurement.queries import endings as endings_queries
from procurement.queries import people as people_queries
from procurement.queries import requests as requests_queries
from procurement.queries import slots as slots_queries
from procurement.queries import stages as stages_queries
from procurement.queries import windows as windows_queries
from procurement.rules.permissions import Permission
from procurement.rules.statuses import Place
from procurement.web.access import Page, allow
from procurement.web.apply.frame import Reached, reached
from procurement.web.context import now, principal, session
from procurement.web.parts import unsent_forms
from workflows.catalogue import states

pages = Blueprint("apply_dashboard", __name__)
TO_SEND = (Place.DRAFT, Place.REOPENED)
OVER = (Place.WITHDRAWN, Place.NOT_SUBMITTED, Place.DISQUALIFIED, Place.CANCELLED, Place.ABANDONED)


@pages.get("/dashboard")
@allow(Permission.SIGNED_IN)
def show() -> str:
    who, at = principal(), now()
    assert who.id is not None  # noqa: S101  (somebody is signed in)
    organisations = people_queries.organisations_of(session(), who.id)
    groups: dict[str, list[tuple[Application, Reached]]] = {"to_send": [], "sent": [], "taking_part": [], "over": []}
    found = applications_queries.list_of_teams(session(), [organisation.id for organisation in organisations])
    awards = applications_queries.awards_of(session(), [each.entry.id for each in found if each.entry.told])
    endings = endings_queries.of_entries(session(), [each.entry.id for each in found])
    for each in found:
        line = reached(each.entry, each, awards.get(each.entry.id), endings.get(each.entry.id, ""))
        sent = "sent" if each.entry.standing is not None else "taking_part"  # a stage in which nothing was sent
        group = "to_send" if line.place in TO_SEND else "over" if line.place in OVER else sent
        groups[group].append((each, line))
    again = windows_queries.again(session(), [each.entry for each in found], at)
    groups["to_send"].sort(key=lambda line: line[1].entry.stage.closes_at or at)
    asked = requests_queries.tasks_of(session(), [each.id for each in found], at)
    tasks = [(each, task) for each in found for task in asked.get(each.id, ())]
    tasks.sort(key=lambda line: line[1].closes_at)
    several = stages_queries.several(session(), (each.call_id for each in found))
    presents = [each.entry.id for each in found if each.entry.stage.presents]
    choosing = slots_queries.choosing(session(), presents, at) if presents else frozenset()
    shown = {
        "organisations": organisations,
        "waits": unsent_forms.waits(),
        "tasks": tasks,
        "again": again,
        "several": several,
        "in_lots": calls_queries.in_lots(session(), {each.call_id for each in found}),
        "unread": clarifications_queries.unread(session(), [each.call_id for each, _line in groups["to_send"]], who.id),
        "to_answer": [
            each
            for each in found
            if (award := awards.get(each.entry.id)) is not None and award.state in states.award.confirmed
        ],
        "to_choose": [each for each in found if each.entry.id in choosing],
        "times": slots_queries.of_entries(session(), presents) if presents else {},
    }
    return render_template("apply/dashboard/show.html", **shown, **groups)


@pages.get("/applications")
@allow(Permission.SIGNED_IN)
def index() -> Page:
    return redirect(url_for(".show"))
