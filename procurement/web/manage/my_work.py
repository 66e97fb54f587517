"""What waits for me: the calls on which this person can do the next thing."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from procurement.models.calls import Call
from procurement.queries import calls as calls_queries
from procurement.queries import pipeline as pipeline_queries
from procurement.queries import stages as stages_queries
from procurement.queries import work as work_queries
from procurement.queries.work import Task
from procurement.rules.dates import uk_day
from procurement.rules.permissions import Permission
from procurement.rules.pipeline import first_of
from procurement.rules.work import WORDS, Kind
from procurement.web import context
from procurement.web.access import allow
from procurement.web.context import now, principal
from procurement.web.filters import sentence, uk_date, uk_datetime
from workflows.catalogue import states

pages = Blueprint("manage_my_work", __name__)
# Where each kind is done: a page of the call, of a stage of it, or of one that takes part in that.
OF_CALL = {
    Kind.REVIEW_CALL: "manage_calls.review",
    Kind.SENT_BACK: "manage_calls.show",
    Kind.DRAFT: "manage_calls.show",
    Kind.APPROVE_AMENDMENT: "manage_amendments.show",
    Kind.WRITE_AMENDMENT: "manage_amendments.show",
    Kind.APPROVE_DOCUMENT: "manage_call_documents.index",
    Kind.DECIDE_ABANDONMENT: "manage_abandoning.show",
    Kind.DRAFT_TENDER_NOTICE: "manage_tender_notices.show",
    Kind.PUBLISH_TENDER_NOTICE: "manage_tender_notices.show",
    Kind.ENTER_TENDER_NOTICE: "manage_tender_notices.show",
    Kind.CONFIRM_TENDER_NOTICE: "manage_tender_notices.show",
    Kind.DRAFT_TERMINATION: "manage_terminations.show",
    Kind.PUBLISH_TERMINATION: "manage_terminations.show",
    Kind.ENTER_TERMINATION: "manage_terminations.show",
    Kind.CONFIRM_TERMINATION: "manage_terminations.show",
}
OF_STAGE = {
    Kind.APPROVE_DECISIONS: "manage_decisions.index",
    Kind.FIND_INELIGIBLE: "manage_bids.index",
    Kind.APPROVE_PROMOTION: "manage_reserve.show",
    Kind.APPROVE_DATES: "manage_setup.dates",
    Kind.DRAFT_NOTICE: "manage_notices.show",
    Kind.PUBLISH_NOTICE: "manage_notices.show",
    Kind.ENTER_NOTICE: "manage_notices.show",
    Kind.CONFIRM_NOTICE: "manage_notices.show",
    Kind.DECIDE_CLAIM: "manage_claims.show",
    Kind.OPEN: "manage_opening.show",
    Kind.OUTAGE: "manage_outages.show",
    Kind.DECISIONS_SENT_BACK: "manage_ranking.show",
    Kind.DECIDE_ELIGIBILITY: "manage_bids.index",
    Kind.ASK_ASSESSORS: "manage_invitations.show",
    Kind.ASSIGN: "manage_assessors.matrix",
    Kind.LATE_MARKS: "manage_progress.show",
    Kind.LOCK_MARKS: "manage_progress.show",
    Kind.ANSWER_REVIEW: "manage_requests.of_stage",
    Kind.MODERATE: "manage_moderation.show",
    Kind.PROPOSE: "manage_ranking.show",
    Kind.TELL: "manage_outcomes.dry_run",
    Kind.SETTLE: "manage_outcomes.show",
}


OF_AWARD = (
    Kind.RECORD_SIGNING,
    Kind.CONFIRM_SIGNING,
    Kind.OVERDUE_DETAILS,
    Kind.DRAFT_DETAILS,
    Kind.PUBLISH_DETAILS,
    Kind.ENTER_DETAILS,
    Kind.CONFIRM_DETAILS,
)


@dataclass(frozen=True)
class Item:
    """A call, or something of it, that waits; `about`: its stage where there are several, and a reference."""

    call: Call
    href: str
    about: str


@dataclass(frozen=True)
class Waiting:
    """One kind of thing that waits, with the calls on which it does."""

    title: str
    why: str
    items: list[Item]


@pages.get("/manage")
@allow(Permission.CALL_MANAGE)
def show() -> str:
    session, who, at = context.session(), principal(), now()
    tasks = work_queries.mine(work_queries.tasks(session, at), who.id, who.roles)
    several = stages_queries.several(session, (task.call.id for task in tasks))
    waiting = [
        Waiting(sentence(WORDS[kind][0]), sentence(WORDS[kind][1]), _items(found, several))
        for kind, found in groupby(tasks, key=lambda task: task.kind)
    ]
    return render_template(
        "manage/my_work/show.html",
        waiting=waiting,
        count=sum(len(each.items) for each in waiting),
        following=_following()[:5],
        plans=_plans(),
    )


def _plans() -> list[str]:
    """What of the planned calls waits for this person, in words."""
    found = pipeline_queries.waiting(context.session(), principal().id, first_of(uk_day(now())))
    words = []
    if found.to_publish and context.allowed(Permission.PIPELINE_PUBLISH):
        words.append(ngettext("%(num)s planned call to publish", "%(num)s planned calls to publish", found.to_publish))
    if found.overdue and context.allowed(Permission.PIPELINE_WRITE):
        words.append(
            ngettext(
                "%(num)s planned call whose month has passed",
                "%(num)s planned calls whose month has passed",
                found.overdue,
            )
        )
    return words


def _items(tasks: Iterable[Task], several: frozenset[int]) -> list[Item]:
    return [
        Item(
            task.call,
            href(task),
            " · ".join(
                filter(None, (task.stage.title if task.stage and task.call.id in several else "", task.ref, _due(task)))
            ),
        )
        for task in tasks
    ]


def _due(task: Task) -> str:
    """By when the law has it done; that it is late, where that is over."""
    if task.due_on is None:
        return ""
    day = uk_date(task.due_on)
    return _("was due by %(day)s", day=day) if task.due_on < uk_day(now()) else _("due by %(day)s", day=day)


def href(task: Task) -> str:
    """The page on which a task is done."""
    ref = task.call.ref
    if task.kind in OF_CALL or task.stage is None:
        return url_for(OF_CALL.get(task.kind, "manage_calls.show"), ref=ref)
    stage = task.stage.key
    if task.kind in OF_AWARD:
        return url_for("manage_contracts.show", ref=ref, stage=stage, award=task.ref)
    match task.kind:
        case Kind.OVERDUE_QUESTION | Kind.ANSWER_QUESTION | Kind.PUBLISH_ANSWER:
            return url_for("manage_clarifications.show", ref=ref, clarification=task.number)
        case Kind.DECIDE_DISQUALIFICATION:
            return url_for("manage_disqualification.show", ref=ref, stage=stage, bid=task.ref)
        case Kind.APPROVE_CORRECTION:
            return url_for("manage_corrections.show", ref=ref, stage=stage, number=task.number)
        case Kind.LOOK_AT_ANSWER:
            return url_for("manage_responses.show", ref=ref, stage=stage, bid=task.ref, number=task.number)
    return url_for(OF_STAGE[task.kind], ref=ref, stage=stage)


def _following() -> list[tuple[Call, str, str]]:
    """The next dates of what is published: the call, what happens, when."""
    session, at = context.session(), now()
    calls = {call.id: call for call in calls_queries.list_managed(session, states.call.published)}
    found = sorted(
        (when, call_id, words)
        for call_id, stages in stages_queries.of_calls(session, list(calls)).items()
        for stage in stages
        if stage.started_at is not None and stage.state in states.stage.collecting
        for when, words in ((stage.opens_at, _("Opens")), (stage.closes_at, _("Closes")))
        if when is not None and when > at
    )
    return [(calls[call_id], words, uk_datetime(when)) for when, call_id, words in found]
