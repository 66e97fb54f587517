"""What waits for me: the calls on which this person can do the next thing."""

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import amendments as amendments_queries
from procurement.queries import calls as calls_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import disqualifications as disqualifications_queries
from procurement.queries import opening as opening_queries
from procurement.queries import requests as requests_queries
from procurement.queries import reserve as reserve_queries
from procurement.queries import stages as stages_queries
from procurement.rules.permissions import Permission
from procurement.web import context
from procurement.web.access import allow
from procurement.web.context import allowed, now, principal
from procurement.web.filters import uk_datetime
from workflows.catalogue import states

pages = Blueprint("manage_my_work", __name__)


@dataclass(frozen=True)
class Item:
    """A call, or one of its stages, that waits; `stage` is the title of one of several."""

    call: Call
    href: str
    stage: str = ""


@dataclass(frozen=True)
class Waiting:
    """One kind of thing that waits, with the calls on which it does."""

    title: str
    why: str
    items: list[Item]


@dataclass(frozen=True)
class Running:
    """A stage of a call that is published, with its title where there are several, and whether it is the newest."""

    call: Call
    stage: Stage
    title: str
    newest: bool


@pages.get("/manage")
@allow(Permission.CALL_MANAGE)
def show() -> str:
    calls = calls_queries.list_managed(context.session(), states.call.live)
    stages = stages_queries.of_calls(context.session(), [call.id for call in calls])
    running = [
        Running(
            call,
            stage,
            stage.title if len(stages[call.id]) > 1 else "",
            stage is stages_queries.newest(stages[call.id]),
        )
        for call in calls
        if call.state in states.call.published
        for stage in stages[call.id]
        if stage.started_at is not None
    ]
    waiting = [each for each in _mine(calls, running) if each.items]
    following = sorted(
        (
            (at, each.call, words)
            for each in running
            for at, words in ((each.stage.opens_at, _("Opens")), (each.stage.closes_at, _("Closes")))
            if each.stage.state in states.stage.collecting and at is not None and at > now()
        ),
        key=lambda row: row[0],
    )
    return render_template(
        "manage/my_work/show.html",
        waiting=waiting,
        count=sum(len(each.items) for each in waiting),
        following=[(call, words, uk_datetime(at)) for at, call, words in following[:5]],
    )


def _mine(calls: list[Call], running: list[Running]) -> list[Waiting]:
    who, at = principal(), now()
    officer, approver = allowed(Permission.CALL_EDIT), allowed(Permission.CALL_REVIEW)

    def rows(found: list[Call], endpoint: str) -> list[Item]:
        return [Item(call, url_for(endpoint, ref=call.ref)) for call in found]

    def of(among: states.StateSet, endpoint: str) -> list[Item]:
        return [_item(each, endpoint) for each in running if each.stage.state in among]

    drafts = [call for call in calls if call.state in states.call.editable and who.id in call.authors]
    back = [call for call in drafts if call.sent_back]
    ready = [
        _item(each, "manage_opening.show")
        for each in running
        if each.stage.state in states.stage.collecting
        and (holds := stages_queries.closes_with_hold(each.stage)) is not None
        and holds <= at
    ]
    review = [call for call in calls if call.state in states.call.under_review and who.id not in call.authors]
    # what is told waits for its awards, or for nothing but the end of the call
    settling = [
        _item(each, "manage_outcomes.show")
        for each in running
        if each.stage.state in states.stage.untold
        or (each.stage.state in states.stage.told and (each.stage.awards or each.newest))
    ]
    deciding = states.stage.deciding
    proposed = reserve_queries.stages_with_waiting(context.session(), [each.stage.id for each in running])
    promoting = [_item(each, "manage_reserve.show") for each in running if each.stage.id in proposed]
    disqualifying = [
        Item(entry.stage.call, _disqualification(entry), entry.application.ref)
        for entry in disqualifications_queries.waiting_in(context.session(), [call.id for call in calls])
    ]
    moving = [
        Item(stage.call, url_for("manage_setup.dates", ref=stage.call.ref, stage=stage.key), stage.title)
        for stage in amendments_queries.stages_waiting(context.session(), [call.id for call in calls])
    ]

    asked = requests_queries.stages_with_reviews(context.session(), [each.stage.id for each in running])
    reviewing = [_item(each, "manage_requests.of_stage") for each in running if each.stage.id in asked]

    found: list[Waiting] = []
    if approver:
        ids = [each.stage.id for each in running]
        ripe = decisions_queries.fully_proposed(
            context.session(), [each.stage.id for each in running if each.stage.state in deciding]
        )
        checking = opening_queries.stages_with_proposals(context.session(), ids)
        approving = [_item(each, "manage_decisions.index") for each in running if each.stage.id in ripe]
        sifting = [_item(each, "manage_bids.index") for each in running if each.stage.id in checking]
        found += [
            Waiting(
                _("Calls to review"),
                _("Somebody else wrote them and asks you to publish them."),
                rows(review, "manage_calls.review"),
            ),
            Waiting(_("Decisions to approve"), _("Proposed by an officer."), approving),
            Waiting(_("Bids to find ineligible"), _("Proposed by an officer."), sifting),
            Waiting(_("Promotions to approve"), _("Somebody in reserve is proposed to go on."), promoting),
            Waiting(_("Dates to approve"), _("Dates of a published call are proposed to move."), moving),
            Waiting(_("Disqualifications to decide"), _("Proposed by an officer."), disqualifying),
        ]
    if allowed(Permission.CALL_OPEN):
        found.append(Waiting(_("Bids to open"), _("The holding time is over. Two people open them."), ready))
    if officer:
        own = "manage_calls.show"
        found += [
            Waiting(_("Sent back to you"), _("An approver asks for changes."), rows(back, own)),
            Waiting(
                _("Eligibility to decide"), _("The bids are open."), of(states.stage.checking, "manage_bids.index")
            ),
            Waiting(
                _("Reviews to answer"),
                _("By an officer who neither proposed nor approved the decision."),
                reviewing,
            ),
            Waiting(
                _("Assessments to watch"),
                _("Who is in, who is late."),
                of(states.stage.assessing, "manage_progress.show"),
            ),
            Waiting(_("Decisions to propose"), _("The marks are locked."), of(deciding, "manage_ranking.show")),
            Waiting(_("Outcomes to tell and awards to settle"), "", settling),
            Waiting(_("Drafts of yours"), "", rows([call for call in drafts if not call.sent_back], own)),
        ]
    return found


def _disqualification(entry: Entry) -> str:
    stage, bid = entry.stage, entry.application.ref
    return url_for("manage_disqualification.show", ref=stage.call.ref, stage=stage.key, bid=bid)


def _item(each: Running, endpoint: str) -> Item:
    return Item(each.call, url_for(endpoint, ref=each.call.ref, stage=each.stage.key), each.title)
