"""Proposing that dates move, and what becomes of the proposal: approved by somebody else, sent back, or taken back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from procurement.models.calls import Call
from procurement.models.going_on import StageAmendment
from procurement.models.people import Person
from procurement.models.stages import Stage
from procurement.queries import amendments as amendments_queries
from procurement.queries import stages as stages_queries
from procurement.rules import amendments as rules
from procurement.rules.permissions import Permission
from procurement.services import about, messages
from procurement.services.act import Act
from procurement.services.amendments.applying import apply
from procurement.services.history import record
from procurement.services.locks import lock_stage
from procurement.services.refusal import (
    NOTHING_WAITS,
    Refusal,
    require_fresh,
    require_reason,
    require_role,
    require_running,
    require_somebody_else,
)
from workflows.facts import Sentence

CHANGED = Sentence("The dates were changed after you opened this page. Look at them again.")
LONGEST_REASON = 4_000  # characters; everybody reads it


def propose(
    act: Act,
    stage_id: int,
    typed: Mapping[str, datetime | date | None],
    reason: str,
    *,
    along: bool,
    seen: str,
) -> StageAmendment:
    """Propose other dates for a stage that is not opened, by the names of their columns; nothing moves before somebody
    else approves it. `along`: what comes after it moves as many days too. `seen` is what the dry run showed
    (`queries.amendments.mark`)."""
    call, stage = lock_stage(act.session, stage_id)
    require_role(act.by, Permission.CALL_EDIT)
    require_running(call.state)
    require_reason(reason)
    if len(reason) > LONGEST_REASON:
        raise Refusal(Sentence("Keep each reason below %(most)s characters.", most=LONGEST_REASON))
    draft, begun = amendments_queries.written(act.session, call, act.now)
    changes = rules.plan(draft, stage.key, typed, begun, act.now, along=along)
    if found := rules.faults(draft, changes, begun, act.now):
        raise Refusal(*dict.fromkeys(each.sentence for each in found))
    if amendments_queries.mark(changes) != seen:
        raise Refusal(CHANGED)
    first = _write(act, call, stage, changes, reason.strip())
    record(act, "stage.propose_dates", "stage", stage.id, call_id=call.id, data={"amendment": first.id}, note=reason)
    return first


def approve(act: Act, amendment_id: int, *, seen: str) -> Stage:
    """A second person agrees: all of the dates move at once, and everybody whom it concerns is told.

    Drafts that had lapsed come back where the closing moves. `seen` is what the approver's page showed.
    """
    call, stage, waiting = _take(act, amendment_id)
    require_role(act.by, Permission.CALL_REVIEW)
    require_fresh(act.by, act.unshifted)
    require_running(call.state)
    require_somebody_else(act.by, waiting.first.proposed_by)
    if waiting.seen != seen:
        raise Refusal(CHANGED)
    if waiting.overtaken:
        raise Refusal(
            Sentence("One of these dates was moved meanwhile. Send the proposal back, so that it is made anew.")
        )
    draft, begun = amendments_queries.written(act.session, call, act.now)
    if found := rules.faults(draft, waiting.changes, begun, act.now):
        raise Refusal(*dict.fromkeys(each.sentence for each in found))
    for each in waiting.amendments:
        each.approved_by, each.approved_at = act.by.id, act.now
    act.session.flush()
    apply(act, call, waiting.amendments)
    return stage


def send_back(act: Act, amendment_id: int, reason: str) -> Stage:
    """An approver does not agree: nothing moves, and whoever proposed it reads why."""
    call, stage, waiting = _take(act, amendment_id)
    require_role(act.by, Permission.CALL_REVIEW)
    _end(act, call, stage, waiting, "stage.send_back_dates", reason)
    messages.tell(
        act,
        "sent_back",
        [act.session.get_one(Person, waiting.first.proposed_by)],
        {
            "reference": call.ref,
            "call": call.title,
            "by": act.by.name,
            "reason": reason.strip(),
            "link": f"/manage/calls/{call.ref}/stages/{stage.key}/dates",
        },
        occasion=f"dates_sent_back:{waiting.first.id}:",
        about=about.stage(stage),
    )
    return stage


def take_back(act: Act, amendment_id: int, reason: str) -> Stage:
    """An officer takes a proposal back before anybody agreed to it."""
    call, stage, waiting = _take(act, amendment_id)
    require_role(act.by, Permission.CALL_EDIT)
    _end(act, call, stage, waiting, "stage.take_back_dates", reason)
    return stage


def _write(act: Act, call: Call, stage: Stage, changes: Sequence[rules.Change], reason: str) -> StageAmendment:
    """A row for each stage that moves; those of the later ones belong to the one whose dates were typed."""
    by_key = {each.key: each for each in stages_queries.of_call(act.session, call.id)}
    moved = sorted({each.stage for each in changes}, key=lambda key: (key != stage.key, by_key[key].id))
    waiting = amendments_queries.waiting_in(act.session, [by_key[key].id for key in moved])
    for key in moved:
        if by_key[key].id in waiting:
            text = "Other dates of “%(stage)s” are proposed already, and wait for an approver."
            raise Refusal(Sentence(text, stage=by_key[key].title))
    first: StageAmendment | None = None
    for key in moved:
        assert act.by.id is not None  # noqa: S101  (an officer is a person)
        row = StageAmendment(
            stage_id=by_key[key].id,
            moved_with_id=None if first is None else first.id,
            before=amendments_queries.plain({each.field: each.before for each in changes if each.stage == key}),
            after=amendments_queries.plain({each.field: each.after for each in changes if each.stage == key}),
            reason=reason,
            proposed_by=act.by.id,
            proposed_at=act.now,
        )
        act.session.add(row)
        act.session.flush()
        first = first or row
    assert first is not None  # noqa: S101  (without a change it was refused)
    return first


def _take(act: Act, amendment_id: int) -> tuple[Call, Stage, amendments_queries.Waiting]:
    """A proposal that waits, with its stage and call, all held."""
    found = act.session.get(StageAmendment, amendment_id)
    if found is None or found.moved_with_id is not None:
        raise Refusal(NOTHING_WAITS, status=404)
    call, stage = lock_stage(act.session, found.stage_id)
    act.session.get_one(StageAmendment, amendment_id, with_for_update=True, populate_existing=True)
    waiting = amendments_queries.get_waiting(act.session, amendment_id)
    if waiting.first.approved_at is not None or waiting.first.ended_at is not None:
        raise Refusal(NOTHING_WAITS)
    return call, stage, waiting


def _end(act: Act, call: Call, stage: Stage, waiting: amendments_queries.Waiting, tag: str, reason: str) -> None:
    require_reason(reason)
    for each in waiting.amendments:
        each.ended_at, each.answer = act.now, reason.strip()
    act.session.flush()
    record(act, tag, "stage", stage.id, call_id=call.id, data={"amendment": waiting.first.id}, note=reason.strip())
