"""Disqualifying an application, or disregarding a tender, after the opening: an officer proposes with a ground and a
reason, and somebody else decides.

What was opened and marked stays on record, and no ranking that is told ever changes. A tender is disregarded in the
assessment of tenders alone (Procurement Act 2023 s. 19(3)): before the decisions about it are approved.
"""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application, Entry
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.disqualifications import Disqualification
from procurement.queries import applications as applications_queries
from procurement.queries import checks as checks_queries
from procurement.queries import disqualifications as disqualifications_queries
from procurement.queries import requests as requests_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules.checks import CheckKind, grounds_found
from procurement.rules.disqualification import (
    ABNORMALLY_LOW,
    LONGEST_REASON,
    NO_EXCLUSION,
    Exclusion,
    debars,
    disregards,
    excludes,
    exclusion_faults,
    grounds_of,
    hears,
    price_faults,
)
from procurement.rules.permissions import Permission
from procurement.services import about, leaving, messages, progress
from procurement.services.act import Act
from procurement.services.assessment.locks import lock_opened_entry
from procurement.services.history import record
from procurement.services.locks import lock_stage
from procurement.services.refusal import (
    NOTHING_WAITS,
    Refusal,
    require_fresh,
    require_reason,
    require_role,
    require_somebody_else,
)
from workflows.catalogue import states
from workflows.definition import Role
from workflows.engine import Refused, decide
from workflows.facts import Facts, Sentence

UNDER_CONTRACT = Sentence("Its award was accepted, so it is under way. End the contract or the grant by its own terms.")
DECIDED = Sentence(
    "The decisions about it are approved, so the tenders are not assessed any more. A tender is disregarded before."
)
OUT_ALREADY = Sentence("It takes no part any more, so there is nothing to disqualify.")


def propose(act: Act, entry_id: int, ground: str, reason: str, exclusion: Exclusion = NO_EXCLUSION) -> Disqualification:
    """Propose to disqualify the application of a bid, wherever it has come to. Nobody is told before somebody agrees.

    `ground` is one of those that the call knows (`rules.disqualification`); `reason` is what the applicant reads. One
    of Schedule 6 or 7 needs its heading, a look-up that found it, and how the supplier was heard (`exclusion`); a price
    that is abnormally low needs a request to explain it, and what came of that (s. 19(4)).
    """
    call, entry = lock_opened_entry(act.session, entry_id)
    require_role(act.by, Permission.DISQUALIFICATION_PROPOSE)
    if ground not in grounds_of(call.route):
        raise Refusal(Sentence("Choose a ground."))
    require_reason(reason)
    if len(reason) > LONGEST_REASON:
        raise Refusal(Sentence("Keep each reason below %(most)s characters.", most=LONGEST_REASON))
    application = applications_queries.get_entry(act.session, entry.id).application
    on_file = checks_queries.standing(checks_queries.of_application(act.session, application))
    found = {each.ground for each in grounds_found(on_file) if not debars(ground) or each.kind == CheckKind.DEBARMENT}
    faults = exclusion_faults(ground, exclusion, found)
    if ground == ABNORMALLY_LOW:
        explained = requests_queries.was_heard(act.session, entry.application_id, act.now)
        faults = price_faults(exclusion.heard, explained=explained)
    if faults:
        raise Refusal(*faults)
    if disqualifications_queries.find(act.session, entry.application_id) is not None:
        raise Refusal(Sentence("It is proposed already, and waits for an approver."))
    newest = _newest(act, call, entry.application_id)
    _require_possible(act, call, newest, ground)
    assert act.by.id is not None  # noqa: S101  (an officer is a person)
    row = Disqualification(
        application_id=entry.application_id,
        entry_id=disqualifications_queries.newest_opened(act.session, entry.application_id).id,
        ground=ground,
        paragraph=exclusion.paragraph if excludes(ground) else "",
        heard=exclusion.heard.strip() if hears(ground) else "",
        reason=reason.strip(),
        proposed_by=act.by.id,
        proposed_at=act.now,
    )
    act.session.add(row)
    act.session.flush()
    _record(act, call, "entry.propose_disqualification", row, row.reason)
    return row


def send_back(act: Act, disqualification_id: int, reason: str) -> Disqualification:
    """An approver does not agree: it stays in the running, and whoever proposed it reads why."""
    call, entry, row = _take(act.session, disqualification_id)
    require_role(act.by, Permission.DISQUALIFICATION_APPROVE)
    _end(act, call, row, "entry.send_back_disqualification", reason)
    link = f"/manage/calls/{call.ref}/stages/{entry.stage.key}/bids/{entry.application.ref}/disqualification"
    messages.tell_sent_back(act, call, row, link, about.entry(entry))
    return row


def take_back(act: Act, disqualification_id: int, reason: str) -> Disqualification:
    """An officer takes a proposal back before anybody agreed to it."""
    call, _, row = _take(act.session, disqualification_id)
    require_role(act.by, Permission.DISQUALIFICATION_PROPOSE)
    _end(act, call, row, "entry.take_back_disqualification", reason)
    return row


def approve(act: Act, disqualification_id: int, *, seen: int) -> Entry:
    """A second person agrees: the application is out at once, in the stage that it has come to, and its team is told.

    An award that it has not accepted ends. Its time is free, nobody reads or marks it any more, and a ranking that is
    not told leaves it out. `seen` is the id of the proposal that the approver read.
    """
    call, entry, row = _take(act.session, disqualification_id)
    require_role(act.by, Permission.DISQUALIFICATION_APPROVE)
    require_fresh(act.by, act.unshifted)
    if row.id != seen:
        raise Refusal(Sentence("The proposal was changed after you opened this page. Read it again."))
    newest = _newest(act, call, row.application_id)
    _require_possible(act, call, newest, row.ground)
    so = replace(
        applications_queries.facts(call, newest, now=act.now, actor=act.by.id),
        authors=frozenset({row.proposed_by}),
        reason=row.reason,
    )
    require_somebody_else(act.by, row.proposed_by)
    row.approved_by, row.approved_at = act.by.id, act.now
    newest.version += 1  # a page that was made before this must not change what is here now
    act.session.flush()
    _end_award(act, call, newest, row)
    data = {"disqualification": row.id, "ground": row.ground}
    if newest.id != entry.id:
        _record(act, call, "entry.approve_disqualification", row, row.reason)
    progress.move(act, newest, call, "disqualify", roles=act.by.workflow_roles(), facts=so, data=data)
    leaving.take_out(act, call, newest)
    return newest


def _end_award(act: Act, call: Call, entry: Entry, row: Disqualification) -> None:
    award = disqualifications_queries.award_of(act.session, entry.id)
    if award is not None and award.state not in states.award.settled:
        leaving.end_award(act, call, award, {"disqualification": row.id})


def _newest(act: Act, call: Call, application_id: int) -> Entry:
    """The entry that an application has come to, with its stage, both held; the call is held by the caller."""
    found = act.session.scalars(
        select(Entry)
        .join(Application, Application.entry_id == Entry.id)
        .where(Application.id == application_id)
        .options(joinedload(Entry.stage), joinedload(Entry.application))
        .with_for_update(of=Entry)
        .execution_options(populate_existing=True)
    ).one()
    lock_stage(act.session, found.stage_id)
    return found


def _require_possible(act: Act, call: Call, newest: Entry, ground: str) -> None:
    """Refuse what would stand in the way of the approver too: it is out, or under contract, or the call has ended; or
    the tenders are assessed already."""
    award: Award | None = disqualifications_queries.award_of(act.session, newest.id)
    if award is not None and award.state in states.award.accepted:
        raise Refusal(UNDER_CONTRACT)
    if newest.was_opened and newest.state in states.entry.absent:
        raise Refusal(OUT_ALREADY)
    if disregards(ground) and newest.state in states.entry.answered:
        raise Refusal(DECIDED)
    workflow = workflows_queries.workflow_of(call, "entry", newest.stage)
    so = Facts(
        now=act.now,
        actor=0,
        authors=frozenset(),
        call_live=call.state in states.call.published,
        reason="given",
    )
    answer = decide(workflow, newest.state, "disqualify", frozenset({Role.APPROVER}), so)
    if isinstance(answer, Refused):
        raise Refusal(*answer.reasons)


def _take(session: Session, disqualification_id: int) -> tuple[Call, Entry, Disqualification]:
    """A proposal that waits, with the bid from which it was made and the call, all held."""
    found = session.get(Disqualification, disqualification_id)
    if found is None:
        raise Refusal(NOTHING_WAITS, status=404)
    call, entry = lock_opened_entry(session, found.entry_id)
    row = session.get_one(Disqualification, disqualification_id, with_for_update=True, populate_existing=True)
    if row.approved_at is not None or row.ended_at is not None:
        raise Refusal(NOTHING_WAITS)
    return call, entry, row


def _end(act: Act, call: Call, row: Disqualification, tag: str, reason: str) -> None:
    require_reason(reason)
    row.ended_at, row.answer = act.now, reason.strip()
    act.session.flush()
    _record(act, call, tag, row, row.answer)


def _record(act: Act, call: Call, tag: str, row: Disqualification, note: str) -> None:
    data = {"disqualification": row.id, "ground": row.ground}
    record(act, tag, "entry", row.entry_id, call_id=call.id, data=data, note=note)
