"""What waits for me: the calls on which this person can do the next thing."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, render_template
from flask_babel import gettext as _

from procurement.models.calls import Call
from procurement.queries import calls as calls_queries
from procurement.rules.permissions import Permission
from procurement.web import context
from procurement.web.access import allow
from procurement.web.context import allowed, now, principal
from procurement.web.filters import uk_datetime
from workflows.catalogue import states

pages = Blueprint("manage_work", __name__)


@dataclass(frozen=True)
class Waiting:
    """One kind of thing that waits, with the calls on which it does."""

    title: str
    why: str
    items: list[tuple[Call, str]]  # the call, and where to do it


@pages.get("/manage")
@allow(Permission.CALL_MANAGE)
def show() -> str:
    calls = calls_queries.list_managed(context.session(), states.call.live)
    waiting = [each for each in _mine(calls) if each.items]
    following = sorted(
        (
            (at, call, words)
            for call in calls
            for at, words in ((call.opens_at, _("Opens")), (call.closes_at, _("Closes")))
            if call.state in states.call.published and at is not None and at > now()
        ),
        key=lambda row: row[0],
    )
    return render_template(
        "manage/work/show.html",
        waiting=waiting,
        count=sum(len(each.items) for each in waiting),
        following=[(call, words, uk_datetime(at)) for at, call, words in following[:5]],
    )


def _mine(calls: list[Call]) -> list[Waiting]:
    who, at = principal(), now()
    officer, approver = allowed(Permission.CALL_EDIT), allowed(Permission.CALL_REVIEW)

    def rows(found: list[Call], path: str) -> list[tuple[Call, str]]:
        return [(call, f"/manage/calls/{call.ref}{path}") for call in found]

    drafts = [call for call in calls if call.state in states.call.editable and who.id in call.authors]
    back = [call for call in drafts if call.sent_back]
    ready = [
        call
        for call in calls
        if call.state in states.call.published
        and call.closes_at is not None
        and call.closes_at + timedelta(minutes=call.hold_minutes) <= at
    ]
    review = [call for call in calls if call.state in states.call.under_review and who.id not in call.authors]

    def of(among: states.StateSet) -> list[Call]:
        return [call for call in calls if call.state in among]

    found: list[Waiting] = []
    if approver:
        found += [
            Waiting(
                _("Calls to review"),
                _("Somebody else wrote them and asks you to publish them."),
                rows(review, "/review"),
            ),
            Waiting(
                _("Decisions to approve"), _("Proposed by an officer."), rows(of(states.call.deciding), "/decisions")
            ),
        ]
    if allowed(Permission.CALL_OPEN):
        found.append(
            Waiting(_("Bids to open"), _("The holding time is over. Two people open them."), rows(ready, "/opening"))
        )
    if officer:
        found += [
            Waiting(_("Sent back to you"), _("An approver asks for changes."), rows(back, "")),
            Waiting(
                _("Eligibility to decide"), _("The bids are open."), rows(of(states.call.checking), "/applications")
            ),
            Waiting(
                _("Assessments to watch"), _("Who is in, who is late."), rows(of(states.call.assessing), "/progress")
            ),
            Waiting(_("Decisions to propose"), _("The marks are locked."), rows(of(states.call.deciding), "/ranking")),
            Waiting(_("Outcomes to tell and awards to settle"), "", rows(of(states.call.settling), "/outcomes")),
            Waiting(_("Drafts of yours"), "", rows([call for call in drafts if not call.sent_back], "")),
        ]
    return found
