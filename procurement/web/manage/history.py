"""What happened to a call: who did what, when and why, as a page and as a table."""

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from procurement.models.calls import Call
from procurement.models.history import Event
from procurement.queries import history as history_queries
from procurement.queries import tables as tables_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules.exports import write_csv
from procurement.rules.permissions import Permission
from procurement.web import context
from procurement.web.access import allow
from procurement.web.filters import uk_datetime
from procurement.web.manage.loading import load_call
from procurement.web.parts.paging import Pager, pages_of
from procurement.web.parts.search import Parameters
from procurement.web.parts.uploads import attachment
from workflows.definition import SUBJECTS

pages = Blueprint("manage_history", __name__)


@pages.get("/manage/calls/<ref>/history")
@allow(Permission.HISTORY_READ, load_call)
def show(call: Call, ref: str) -> str:
    session = context.session()
    total = history_queries.count_events(session, call)
    last = pages_of(total, history_queries.PAGE)
    number = min(Parameters(request.args).number("page") or 1, last)
    events = history_queries.list_events(session, call, page=number)
    names = history_queries.references(session, events)
    items = [
        {
            "title": " · ".join(filter(None, (what(event, call), names.get((event.subject, event.subject_id))))),
            "when": _when(event),
            "by": event.actor.name if event.actor else _("The service"),
            "text": event.note.text if event.note else "",
            "state": "past",
        }
        for event in events
    ]
    return render_template(
        "manage/history/show.html",
        call=call,
        items=items,
        total=total,
        pager=Pager(number, last, lambda page: url_for(".show", ref=ref, page=page)),
    )


@pages.get("/manage/calls/<ref>/history.csv")
@allow(Permission.HISTORY_READ, load_call)
def table(call: Call, ref: str) -> Response:
    """The same as a table, whole, with the digests that tie each line to the one before."""
    session = context.session()
    events = history_queries.list_events(session, call, whole=True)
    names = history_queries.references(session, events)
    rows = (tables_queries.event_row(event, call, what(event, call), names) for event in events)
    return attachment([b"".join(write_csv(tables_queries.HISTORY, rows))], f"{call.ref}-history.csv", "text/csv")


def _when(event: Event) -> str:
    if event.effective_at == event.recorded_at:
        return uk_datetime(event.recorded_at)
    return _(
        "%(recorded)s, effective %(effective)s",
        recorded=uk_datetime(event.recorded_at),
        effective=uk_datetime(event.effective_at),
    )


def what(event: Event, call: Call) -> str:
    """An event in words: its own where it has some, else the words of the move that it records."""
    if event.tag == "call.edit":
        return _("Changed: %(part)s", part=part_words(str(event.data.get("part", ""))))
    own = {
        "call.begin": _("Began the call"),
        "call.freeze": _("Rules fixed under fingerprints"),
        "call.publish": _("Published the call"),
        "application.begin": _("Began an application"),
        "assignment.begin": _("Asked an assessor"),
        "award.begin": _("Proposed an award"),
        "call.ask_to_open": _("Asked to open the bids"),
        "call.take_back_opening": _("Took back the request to open the bids"),
        "call.tell": _("Told all applicants the outcome"),
        "call.send_back_decisions": _("Sent the decisions back"),
        "application.propose_ineligible": _("Proposed as not eligible"),
        "application.send_back_ineligible": _("Sent back: whether it is eligible"),
        "application.withdraw_ineligible": _("Took back the proposal as not eligible"),
        "application.late_press": _("Pressed submit too late"),
        "application.fetch_file": _("Fetched a file"),
        "application.add_file": _("Added a file"),
        "application.remove_file": _("Removed a file"),
        "application.propose": _("Proposed a decision"),
        "notice.draft": _("Drafted a notice"),
        "notice.publish": _("Published a notice"),
        "register.publish": _("Published in the register"),
        **_moved(),
    }
    if event.tag in own:
        return own[event.tag]
    subject, _dot, action = event.tag.partition(".")
    if subject in SUBJECTS:
        for move in workflows_queries.workflow_of(call, subject).moves:
            if move.action == action:
                return move.title
    return event.tag.replace(".", ": ").replace("_", " ").capitalize()


def _moved() -> dict[str, str]:
    """What a move did, once it is made: its title is the words of the button."""
    return {
        "call.send_for_review": _("Sent the call for review"),
        "call.send_back": _("Sent the call back"),
        "call.approve": _("Approved the call"),
        "call.open": _("Opened the bids"),
        "call.begin_assessment": _("Began the assessment"),
        "call.lock_marks": _("Locked the marks"),
        "call.decide": _("Approved the decisions"),
        "call.conclude": _("Concluded the call"),
        "call.cancel": _("Cancelled the call"),
        "application.submit": _("Submitted the application"),
        "application.reopen": _("Began to change the application"),
        "application.keep": _("Kept the submitted version"),
        "application.withdraw": _("Withdrew the application"),
        "application.restart": _("Started again"),
        "application.lapse": _("Ended without submission"),
        "application.open": _("Opened the bid"),
        "application.find_eligible": _("Found eligible"),
        "application.find_ineligible": _("Found not eligible"),
        "application.recommend": _("Recommended"),
        "application.hold_in_reserve": _("Held in reserve"),
        "application.decline": _("Declined"),
        "application.award": _("Awarded"),
        "application.accept": _("Accepted by the applicant"),
        "application.refuse": _("Refused by the applicant"),
        "assignment.accept": _("Agreed to assess"),
        "assignment.decline": _("Declined to assess"),
        "assignment.declare_conflict": _("Declared a conflict of interest"),
        "assignment.begin": _("Began marking"),
        "assignment.submit": _("Submitted the scorecard"),
        "assignment.lock": _("Locked the scorecard"),
        "assignment.remove": _("Took the assignment away"),
        "award.approve": _("Approved the award"),
        "award.drop": _("Dropped the award"),
        "award.tell": _("Told the outcome"),
        "award.confirm": _("Confirmed the award"),
        "award.accept": _("Accepted the award"),
        "award.refuse": _("Refused the award"),
    }


def part_words(part: str) -> str:
    kind, _dash, name = part.partition("-")
    named = {
        "lot": _("lot %(name)s", name=name),
        "question": _("question “%(name)s”", name=name.replace("_", " ")),
        "criterion": _("criterion “%(name)s”", name=name.replace("_", " ")),
    }
    whole = {
        "details": _("the description"),
        "money": _("the budget"),
        "dates": _("the dates"),
        "criteria": _("the weights and limits"),
        "sections": _("the sections of the form"),
    }
    return named[kind] if name and kind in named else whole.get(part, part)
