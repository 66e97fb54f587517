"""Moving the dates of a published stage: which may move, what moves with them, and what stands in the way. How many
assessors read each is amended with them: it can only be lowered, and only before the stage is opened.

The set-up's own rules hold for the new dates too (`call_checks`), counted from where each stage really began.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from procurement.rules.call_checks import Problem, call_problems, stage_problems
from procurement.rules.calls import Draft, StageDraft, fields_of
from procurement.rules.dates import days_later, earliest_close, is_working_day, tendering_days, uk_day
from workflows.definition import Route
from workflows.facts import Sentence

Instant = datetime | date
Value = Instant | int
READERS = "readers"
# What each date says, by the column of a stage that holds it.
DATE_WORDS: dict[str, Sentence] = {
    "opens_at": Sentence("Opens"),
    "ask_by": Sentence("Questions are taken until"),
    "closes_at": Sentence("Closes"),
    "choose_by": Sentence("Teams choose their time until"),
    "assess_by": Sentence("Marks are due by"),
    "decide_by": Sentence("Decision by"),
}
# The same with what else is amended.
WORDS: dict[str, Sentence] = {**DATE_WORDS, READERS: Sentence("Assessors who read each")}
OPENED = Sentence("The dates of this stage cannot be moved any more: it was opened.")
NOTHING_MOVES = Sentence("Change at least one date.")


@dataclass(frozen=True)
class Begun:
    """How far a stage is: since when it has begun, and whether it was opened."""

    started_at: datetime | None
    opened: bool


@dataclass(frozen=True)
class Change:
    """One date that moves, or fewer assessors: of the stage with that key, by the column that holds it."""

    stage: str
    field: str
    before: Value | None
    after: Value | None


def movable(stage: StageDraft, begun: Begun, now: datetime) -> tuple[str, ...]:
    """The dates of a stage that can still move: none once it is opened, and not its opening once that has come."""
    if begun.opened:
        return ()
    open_now = begun.started_at is not None and stage.opens_at is not None and stage.opens_at <= now
    return tuple(name for name in fields_of("dates", stage.steps) if not (name == "opens_at" and open_now))


def can_lower_readers(stage: StageDraft, begun: Begun) -> bool:
    """Whether fewer assessors than were published can be asked for: never once anybody knows the bids."""
    return not begun.opened and "assess" in stage.steps and stage.readers > 1


def plan(
    draft: Draft, key: str, typed: Mapping[str, Any], begun: Mapping[str, Begun], now: datetime, *, along: bool
) -> tuple[Change, ...]:
    """What would move: the dates of a stage that were typed and differ, in the order of `fields_of`.

    `along`: everything that comes after the first of them and was left as it was moves as many days too, in this stage
    and in the later ones of its window that are not opened, but for those that are for other lots. Clocks keep the time
    that they show.
    """
    stage = next(each for each in draft.stages if each.key == key)
    names = movable(stage, begun[key], now)
    own = [
        Change(key, name, getattr(stage, name), typed[name])
        for name in names
        if name in typed and typed[name] != getattr(stage, name)
    ]
    readers = typed.get(READERS) if "assess" in stage.steps else None
    fewer = [Change(key, READERS, stage.readers, readers)] if readers not in (None, stage.readers) else []
    if not along or not own or not isinstance(own[0].before, date) or not isinstance(own[0].after, date):
        return (*own, *fewer)
    days = _day(own[0].after) - _day(own[0].before)
    moved, after_first = {each.field for each in own}, names[names.index(own[0].field) + 1 :]
    found = [*own, *_shifted(stage, [name for name in after_first if name not in moved], days)]
    found.sort(key=lambda each: names.index(each.field))
    for later in draft.stages:
        if later.window == stage.window and later.number > stage.number and later.meets(stage):
            found += _shifted(later, movable(later, begun[later.key], now), days)
    return (*found, *fewer)


def applied(draft: Draft, changes: Sequence[Change]) -> Draft:
    """The call as it would be with these dates."""
    by_stage: dict[str, dict[str, Any]] = {}
    for each in changes:
        by_stage.setdefault(each.stage, {})[each.field] = each.after
    return replace(draft, stages=tuple(replace(each, **by_stage.get(each.key, {})) for each in draft.stages))


def faults(draft: Draft, changes: Sequence[Change], begun: Mapping[str, Begun], now: datetime) -> tuple[Problem, ...]:
    """What stands in the way of these changes, with the stage and the date that it is about. What was so before and is
    not touched stands in nobody's way."""
    if not changes:
        return (Problem("dates", "", NOTHING_MOVES),)
    found = [
        Problem("dates", each.field, sentence, each.stage)
        for each in changes
        if (sentence := _own_fault(each, begun[each.stage], now)) is not None
    ]
    said = {(each.stage, each.field) for each in found}
    before = {(each.stage, each.sentence) for each in _problems(draft, begun, now)}
    touched = {(each.stage, each.field) for each in changes}
    found += [
        each
        for each in _problems(applied(draft, changes), begun, now)
        if (each.stage, each.field) not in said
        and ((each.stage, each.field) in touched or (each.stage, each.sentence) not in before)
    ]
    return tuple(found)


def advice(draft: Draft, changes: Sequence[Change], now: datetime) -> tuple[Sentence, ...]:
    """What does not block the changes and is worth a second look: days that are no working days, and work that would
    begin before its award."""
    found = [
        Sentence("%(day)s is not a working day.", day=_day(each.after))
        for each in changes
        if isinstance(each.after, date) and not is_working_day(_day(each.after))
    ]
    before = {each.sentence for each in call_problems(draft, now) if each.section == "details"}
    found += [
        each.sentence
        for each in call_problems(applied(draft, changes), now)
        if each.section == "details" and each.sentence not in before
    ]
    return tuple(dict.fromkeys(found))


def working(draft: Draft, change: Change, begun: Mapping[str, Begun], now: datetime) -> tuple[Sentence, ...]:
    """How a new date was reckoned: by how many days it moves, and the least period that law gives to whoever tenders
    (Procurement Act 2023 s.54). `draft` is the call with the new dates."""
    found = []
    if isinstance(change.before, date) and isinstance(change.after, date):
        days = (_day(change.after) - _day(change.before)).days
        if days > 0:
            found.append(Sentence.plural("%(num)s day later.", "%(num)s days later.", days))
        elif days < 0:
            found.append(Sentence.plural("%(num)s day earlier.", "%(num)s days earlier.", -days))
        else:
            found.append(Sentence("The same day."))
    stage = next(each for each in draft.stages if each.key == change.stage)
    if change.field == "closes_at" and draft.route == Route.COVERED and stage.opens_at is not None:
        least = tendering_days(invited=stage.number > 1)
        starts = max(begun[stage.key].started_at or now, stage.opens_at)
        found.append(
            Sentence(
                "At least %(least)s days, counted from the day after %(starts)s: it closes on %(earliest)s or later.",
                least=least,
                starts=uk_day(starts),
                earliest=earliest_close(starts, least),
            )
        )
    return tuple(found)


def _day(at: Instant) -> date:
    return uk_day(at) if isinstance(at, datetime) else at


def _shifted(stage: StageDraft, names: Sequence[str], days: timedelta) -> list[Change]:
    found = ((name, getattr(stage, name)) for name in names)
    return [Change(stage.key, name, at, later(at, days)) for name, at in found if at is not None and days]


def later(at: Instant, days: timedelta) -> Instant:
    """So many days later, at the same time by the clocks of the UK."""
    return days_later(at, days) if isinstance(at, datetime) else at + days


def _own_fault(change: Change, begun: Begun, now: datetime) -> Sentence | None:
    """Why a date cannot be moved to where it would be, whatever the others are."""
    before, after = change.before, change.after
    if begun.opened:
        return OPENED
    if change.field == READERS:
        return _not_fewer(before, after)
    if after is None or isinstance(after, int):
        return None  # the checks of the set-up say what is missing
    if after <= (now if isinstance(after, datetime) else uk_day(now)):
        return Sentence("%(after)s has passed. Choose a later date.", after=after)
    if change.field == "closes_at" and begun.started_at is not None and isinstance(before, datetime) and after < before:
        return Sentence("This stage has begun, so it can only close later than on %(before)s.", before=before)
    return None


def _not_fewer(before: Value | None, after: Value | None) -> Sentence | None:
    """More assessors need no amendment, since each application may have more than the published number."""
    if isinstance(before, int) and isinstance(after, int) and 1 <= after < before:
        return None
    return Sentence(
        "Enter fewer assessors than the %(before)s that were published, and at least 1.", before=before or 0
    )


def _problems(draft: Draft, begun: Mapping[str, Begun], now: datetime) -> Iterator[Problem]:
    """What the set-up's rules say of the dates of every stage, each counted from where it began."""
    for stage in draft.stages:
        for each in stage_problems(draft, stage, begun[stage.key].started_at or now):
            if each.section == "dates":
                yield each
