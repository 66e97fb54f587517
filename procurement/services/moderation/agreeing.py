"""Settling what assessors differ in: another mark that is agreed on with a reason, or none. Their own marks stay."""

from collections.abc import Collection

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.moderation import AgreedMark
from procurement.models.stages import Stage
from procurement.queries import moderation as moderation_queries
from procurement.rules.moderation import unexplained
from procurement.rules.questions import normalise
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.moderation.locks import lock_moderated_entry
from procurement.services.refusal import Refusal
from workflows.facts import Sentence

CHANGED = Sentence("Somebody settled this while you were reading. Look at it again.")


def agree(
    act: Act,
    entry_id: int,
    criterion: str,
    mark: int,
    reason: str,
    present: Collection[int],
    *,
    seen: int | None = None,
) -> AgreedMark:
    """Record the mark that a panel agrees on, in the place of the assessors' mean. Agreeing again supersedes it.

    `reason` is what the applicant reads of this criterion; `present` are the ids of whoever was there. `seen` is the id
    of what stood when the page was made (0: nothing): Refusal where that is another by now. By an officer or the chair,
    while the stage moderates; Refusal 404 for whoever has a conflict about the organisation.
    """
    call, stage, entry = lock_moderated_entry(act, entry_id)
    spoken = _spoken_of(act, call, stage, entry, criterion)
    top = spoken.criterion.top
    if type(mark) is not int or not 0 <= mark <= top:
        raise Refusal(Sentence("Choose one of the marks from 0 to %(top)s.", top=top))
    return _settle(act, stage, entry, spoken, mark, reason, present, seen)


def leave_as_is(
    act: Act, entry_id: int, criterion: str, reason: str, present: Collection[int], *, seen: int | None = None
) -> AgreedMark:
    """Record that a difference was looked at and stays: the mean of the marks counts. `reason` is for the record alone;
    an agreed mark is taken back by it."""
    call, stage, entry = lock_moderated_entry(act, entry_id)
    spoken = _spoken_of(act, call, stage, entry, criterion)
    return _settle(act, stage, entry, spoken, None, reason, present, seen)


def leave_rest(act: Act, entry_id: int, reason: str, present: Collection[int]) -> list[AgreedMark]:
    """As `leave_as_is` for everything of one bid that is still to be settled."""
    call, stage, entry = lock_moderated_entry(act, entry_id)
    queue = moderation_queries.queue_of(act.session, call, stage)
    rest = [each for each in queue.open if each.entry.entry.id == entry.id]
    if not rest:
        raise Refusal(Sentence("Everything of this application is settled."))
    return [_settle(act, stage, entry, each, None, reason, present, None) for each in rest]


def _spoken_of(act: Act, call: Call, stage: Stage, entry: Entry, criterion: str) -> moderation_queries.Difference:
    """What there is to agree on: a criterion that somebody marked. Refusal 404 where there is none."""
    queue = moderation_queries.queue_of(act.session, call, stage)
    found = queue.of(entry.application.ref, criterion)
    if found is None:
        raise Refusal(Sentence("There is no such criterion."), status=404)
    return found


def _settle(
    act: Act,
    stage: Stage,
    entry: Entry,
    spoken: moderation_queries.Difference,
    mark: int | None,
    reason: str,
    present: Collection[int],
    seen: int | None,
) -> AgreedMark:
    """One record in the place of what stood, and one event that says from what to what."""
    reason = normalise(reason).strip()
    if (problem := unexplained(reason, agreed=mark is not None)) is not None:
        raise Refusal(problem)
    there = sorted(set(present))
    possible = {
        each.id for each in moderation_queries.present_choices(act.session, stage, entry, entry.organisation_id)
    }
    if not there:
        raise Refusal(Sentence("Say who was there."))
    if not set(there) <= possible:
        raise Refusal(Sentence("Choose who was there among the panel, the assessors of this application and officers."))
    standing, mean = spoken.settled, str(spoken.mean) if spoken.mean is not None else None
    if seen is not None and seen != (standing.id if standing is not None else 0):
        raise Refusal(CHANGED)
    if standing is not None:
        if (standing.mark, standing.reason, standing.present) == (mark, reason, there):
            return standing
        standing.superseded_at = act.now
        act.session.flush()
    made = AgreedMark(
        entry_id=entry.id,
        criterion=spoken.criterion.key,
        mark=mark,
        reason=reason,
        present=there,
        agreed_by=act.by.id,
        agreed_at=act.now,
    )
    act.session.add(made)
    act.session.flush()
    record(
        act,
        "entry.leave_marks" if mark is None else "entry.agree_mark",
        "entry",
        entry.id,
        call_id=stage.call_id,
        data={
            "criterion": spoken.criterion.key,
            "before": mean if standing is None or standing.mark is None else standing.mark,
            "after": mean if mark is None else mark,
            "agreed": made.id,
            "present": there,
        },
        note=reason,
    )
    return made
