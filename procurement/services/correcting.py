"""Correcting a mark after the lock: an officer proposes it, with who asked for it and why, and somebody else decides.

One assessor's mark or an agreed one. What follows is reckoned before anybody agrees to it (`queries.corrections`) and
again under the lock; what was handed in stays as it was. It is possible until the applicants are told: what they were
told of marks, totals and places never changes afterwards. The letters, the summaries (Procurement Act 2023 s. 50) and
the standstill that follows them rest on it, so another result would need all of them anew.
"""

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from procurement.models.applications import Application, Entry
from procurement.models.assessment import Assignment, Mark, MarkVersion
from procurement.models.calls import Call
from procurement.models.corrections import Correction
from procurement.models.decisions import Decision
from procurement.models.moderation import AgreedMark
from procurement.models.people import Person
from procurement.models.reasons import Reason
from procurement.models.stages import Stage
from procurement.queries import assessment as assessment_queries
from procurement.queries import corrections as corrections_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import moderation as moderation_queries
from procurement.queries import people as people_queries
from procurement.rules import ledger
from procurement.rules.corrections import CHANGED, NO_MARK, NOT_LOCKED, OUT, STILL_MODERATED, TOLD, faults
from procurement.rules.dossier import neutral_name
from procurement.rules.permissions import Permission
from procurement.services import about, messages, reconsidering
from procurement.services.act import Act
from procurement.services.assessment.mark_lock import card_of
from procurement.services.commitments import commit
from procurement.services.history import SALT_BYTES, record
from procurement.services.locks import lock_stage
from procurement.services.moderation import canonical_of
from procurement.services.refusal import (
    NOTHING_WAITS,
    Refusal,
    require_fresh,
    require_reason,
    require_role,
    require_running,
    require_somebody_else,
)
from workflows.catalogue import states
from workflows.facts import Sentence

OF_ONE, OF_THE_PANEL = "Your mark", "The mark on which the panel agreed"
NO_BID = Sentence("There is no such application.")
OWN_MARK = Sentence("It is a mark of your own. Somebody else must approve the correction.")


def propose(act: Act, entry_id: int, key: str, after: int, reason: str, *, asked_by: str) -> Correction:
    """Propose another mark in the place of the one that `key` names (`queries.corrections.Given`). Nothing changes, and
    nobody is told, before somebody agrees. `asked_by` says who asked for it."""
    call, stage, entry = _held(act, entry_id)
    require_role(act.by, Permission.MARK_CORRECT)
    given = next((each for each in corrections_queries.marks_of(act.session, stage, entry) if each.key == key), None)
    if given is None:
        raise Refusal(NO_MARK, status=404)
    _require_possible(call, stage, entry, agreed=given.agreed_id is not None)
    if problems := faults(given.mark, after, given.top, reason, asked_by):
        raise Refusal(*problems)
    waiting = corrections_queries.waiting_of(act.session, stage.id)
    if any((each.entry_id, each.criterion) == (entry.id, given.criterion) for each in waiting):
        raise Refusal(Sentence("A correction of this criterion is proposed already, and waits for an approver."))
    assert act.by.id is not None  # noqa: S101  (an officer is a person)
    row = Correction(
        entry_id=entry.id,
        criterion=given.criterion,
        assignment_id=given.assignment_id,
        agreed_id=given.agreed_id,
        before=given.mark,
        after=after,
        reason=reason.strip(),
        asked_by=asked_by.strip(),
        proposed_by=act.by.id,
        proposed_at=act.now,
    )
    act.session.add(row)
    act.session.flush()
    _record(act, call, "entry.propose_correction", row, _why(row))
    return row


def send_back(act: Act, correction_id: int, reason: str) -> Correction:
    """An approver does not agree: the mark stays, and whoever proposed it reads why."""
    call, stage, _entry, row = _take(act, correction_id)
    require_role(act.by, Permission.CORRECTION_APPROVE)
    _end(act, call, row, "entry.send_back_correction", reason)
    link = f"/manage/calls/{call.ref}/stages/{stage.key}/corrections/{row.id}"
    messages.tell_sent_back(act, call, row, link, about.stage(stage))
    return row


def take_back(act: Act, correction_id: int, reason: str) -> Correction:
    """An officer takes a proposal back before anybody agreed to it."""
    call, _stage, _entry, row = _take(act, correction_id)
    require_role(act.by, Permission.MARK_CORRECT)
    _end(act, call, row, "entry.take_back_correction", reason)
    return row


def approve(act: Act, correction_id: int, *, seen: str) -> Correction:
    """A second person agrees, to exactly the change that they were shown (`seen`, `Effect.seen`).

    The mark is another from here on, in totals, ranking, letters and what everybody may rank again. Decisions that lose
    their ground are withdrawn; those that were approved are approved anew. Whose mark it is is told.
    """
    call, stage, entry, row = _take(act, correction_id)
    require_role(act.by, Permission.CORRECTION_APPROVE)
    require_fresh(act.by, act.unshifted)
    require_somebody_else(act.by, row.proposed_by)
    _require_possible(call, stage, entry, agreed=row.agreed_id is not None)
    effect = corrections_queries.effect_of(act.session, call, stage, row)
    if effect.seen != seen:
        raise Refusal(Sentence("What this would change is not what you were shown. Read it again."))
    told = _correct_card(act, entry, row) if row.agreed_id is None else _correct_agreed(act, call, entry, row)
    row.approved_by, row.approved_at = act.by.id, act.now
    row.shifts = [each.plain() for each in effect.shifts]
    act.session.flush()
    commit(act, row)
    _record(act, call, "entry.correct_mark", row, _why(row))
    if stage.state in states.stage.untold:
        reconsidering.reopen(act, call, stage, row.reason)
    _withdraw(act, call, row, [effect.shown[each.ref].entry.id for each in effect.withdrawn])
    _tell(act, call, stage, entry, row, told)
    return row


def _correct_card(act: Act, entry: Entry, row: Correction) -> list[tuple[Person, str]]:
    """One assessor's mark. The scorecard as it was handed in and locked stays; what an officer wrote about the mean of
    the marks was about another one, and stands no longer. Returns whom to tell, with where they read it."""
    assert row.assignment_id is not None  # noqa: S101  (the table ties it to there being no agreement)
    act.session.get_one(Assignment, row.assignment_id, with_for_update=True, populate_existing=True)
    assignment = assessment_queries.get_marked(act.session, row.assignment_id)
    if act.by.id == assignment.person_id:
        raise Refusal(OWN_MARK)
    mark = next((each for each in assignment.marks if each.criterion == row.criterion), None)
    if mark is None or mark.mark != row.before:
        raise Refusal(CHANGED)
    act.session.add(_as_it_was(mark))
    mark.mark, mark.saved_at = row.after, act.now
    mark.version += 1
    act.session.flush()
    row.digest = ledger.digest(card_of(assignment))
    _supersede_reasons(act, entry, row.criterion)
    person = act.session.get_one(Person, assignment.person_id)
    return [(person, f"/assess/assignments/{assignment.ref}")]


def _correct_agreed(act: Act, call: Call, entry: Entry, row: Correction) -> list[tuple[Person, str]]:
    """The mark on which a panel agreed: another agreement in its place, with the same reason and the same people, and
    committed to at once. Returns whom of the panel to tell, with where they read it."""
    assert row.agreed_id is not None  # noqa: S101  (asked above)
    standing = act.session.get_one(AgreedMark, row.agreed_id, with_for_update=True, populate_existing=True)
    if act.by.id in standing.present:
        raise Refusal(OWN_MARK)
    if standing.superseded_at is not None or standing.mark != row.before:
        raise Refusal(CHANGED)
    standing.superseded_at = act.now
    act.session.flush()
    made = AgreedMark(
        entry_id=entry.id,
        criterion=row.criterion,
        mark=row.after,
        reason=standing.reason,
        present=standing.present,
        agreed_by=row.proposed_by,
        agreed_at=act.now,
    )
    act.session.add(made)
    act.session.flush()
    made.salt = act.ports.randomness.bytes(SALT_BYTES)
    made.commitment = ledger.commitment(made.salt, canonical_of(made))
    data = {"agreed": [made.id], "commitments": [made.commitment]}
    record(act, "entry.commit_marks", "entry", entry.id, call_id=call.id, data=data)
    assessors = people_queries.holding("assessor").where(Person.id.in_(standing.present)).order_by(Person.id)
    return [(each, "/assess") for each in act.session.scalars(assessors)]


def _as_it_was(mark: Mark) -> MarkVersion:
    return MarkVersion(
        assignment_id=mark.assignment_id,
        criterion=mark.criterion,
        version=mark.version,
        mark=mark.mark,
        comment=mark.comment,
        note=mark.note,
        saved_at=mark.saved_at,
    )


def _supersede_reasons(act: Act, entry: Entry, criterion: str) -> None:
    """What is said of a mean that is another now: the text that the applicant reads, and that a difference was left as
    it is while the panel still sits."""
    about_it = (Reason.entry_id == entry.id, Reason.criterion == criterion, Reason.superseded_at.is_(None))
    act.session.execute(update(Reason).where(*about_it, Reason.agreed_id.is_(None)).values(superseded_at=act.now))
    if entry.stage.state in states.stage.moderating:
        left = (AgreedMark.entry_id == entry.id, AgreedMark.criterion == criterion, AgreedMark.mark.is_(None))
        act.session.execute(
            update(AgreedMark).where(*left, AgreedMark.superseded_at.is_(None)).values(superseded_at=act.now)
        )


def _withdraw(act: Act, call: Call, row: Correction, entry_ids: list[int]) -> None:
    """Take back the decisions that rest on what is not so any more; officers propose others."""
    for decision in act.session.scalars(
        select(Decision)
        .where(Decision.entry_id.in_(entry_ids), Decision.superseded_at.is_(None))
        .order_by(Decision.entry_id)
    ).all():
        decision.superseded_at = act.now
        data = {"decision": decision.id, "outcome": decision.outcome, "correction": row.id}
        record(act, "entry.withdraw_decision", "entry", decision.entry_id, call_id=call.id, data=data)
    act.session.flush()


def _tell(act: Act, call: Call, stage: Stage, entry: Entry, row: Correction, people: list[tuple[Person, str]]) -> None:
    """Whose mark it is reads from what to what, and why; in a blind stage the application has no name."""
    neutral = neutral_name(entry.number or 0, stage.noun)
    criterion = decisions_queries.scheme_of(act.session, stage).criterion(row.criterion)
    for person, link in people:
        fields = {
            "reference": call.ref,
            "call": call.title,
            "application": neutral if stage.blind else entry.title or neutral,
            "criterion": criterion.name,
            "before": str(row.before),
            "after": str(row.after),
            "whose": OF_THE_PANEL if row.agreed_id is not None else OF_ONE,
            "reason": row.reason,
            "link": link,
        }
        messages.tell(
            act, "mark_corrected", [person], fields, occasion=f"mark_corrected:{row.id}:", about=about.entry(entry)
        )


def _require_possible(call: Call, stage: Stage, entry: Entry, *, agreed: bool) -> None:
    """Refuse what the stage has not come to yet, or is past."""
    require_running(call.state)
    if stage.told_at is not None:
        raise Refusal(TOLD)
    if stage.state not in states.stage.ranked:
        raise Refusal(NOT_LOCKED)
    if agreed and stage.state in states.stage.moderating:
        raise Refusal(STILL_MODERATED)
    if entry.state not in states.entry.ranked:
        raise Refusal(OUT)
    if stage.state in states.stage.untold:
        reconsidering.require_possible(call, stage)


def _held(act: Act, entry_id: int) -> tuple[Call, Stage, Entry]:
    """A bid with its stage and call, held. Refusal 404 for whoever has a conflict about its organisation: for them it
    is not there."""
    stage_id = act.session.scalar(select(Entry.stage_id).where(Entry.id == entry_id))
    if stage_id is None:
        raise Refusal(NO_BID, status=404)
    call, stage = lock_stage(act.session, stage_id)
    act.session.get_one(Entry, entry_id, with_for_update=True, populate_existing=True)
    entry = act.session.scalars(
        select(Entry)
        .where(Entry.id == entry_id)
        .options(joinedload(Entry.application).joinedload(Application.organisation), joinedload(Entry.stage))
    ).one()
    barred = moderation_queries.interests_against(act.session, call.id, act.by.id)
    if not entry.was_opened or entry.organisation_id in barred:
        raise Refusal(NO_BID, status=404)
    return call, stage, entry


def _take(act: Act, correction_id: int) -> tuple[Call, Stage, Entry, Correction]:
    """A proposal that waits, with its bid, all held."""
    found = act.session.get(Correction, correction_id)
    if found is None:
        raise Refusal(NOTHING_WAITS, status=404)
    call, stage, entry = _held(act, found.entry_id)
    row = act.session.get_one(Correction, correction_id, with_for_update=True, populate_existing=True)
    if row.approved_at is not None or row.ended_at is not None:
        raise Refusal(NOTHING_WAITS)
    return call, stage, entry, row


def _end(act: Act, call: Call, row: Correction, tag: str, reason: str) -> None:
    require_reason(reason)
    row.ended_at, row.answer = act.now, reason.strip()
    act.session.flush()
    _record(act, call, tag, row, row.answer)


def _why(row: Correction) -> str:
    return f"{row.reason}\nAsked for by: {row.asked_by}"


def _record(act: Act, call: Call, tag: str, row: Correction, note: str) -> None:
    data = {"correction": row.id, "criterion": row.criterion, "before": row.before, "after": row.after}
    if row.assignment_id is not None:
        data["assignment"] = row.assignment_id
    record(act, tag, "entry", row.entry_id, call_id=call.id, data=data, note=note)
