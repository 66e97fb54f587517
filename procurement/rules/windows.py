"""The windows of a call that takes applications again and again: the dates of the next one, and what they come to."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from procurement.rules.calls import Draft, StageDraft
from procurement.rules.dates import add_working_days, is_working_day, uk_day, uk_instant
from procurement.rules.money import format_pounds, written
from workflows.facts import UK, Sentence

MOST_WINDOWS = 24
MONTHS_LATER = 3  # from one window to the next
NOON = time(12)
INSTANTS = ("opens_at", "ask_by", "closes_at", "choose_by", "assess_by")


def a_quarter_later(stages: Sequence[StageDraft]) -> list[StageDraft]:
    """The stages of a window with the dates of the next: three months later, or from the closing on where the window
    takes longer than that; each on a working day, at the same time of the UK's clocks."""
    first = next((each for each in stages if each.opens_at is not None), None)
    if first is None or first.opens_at is None:
        return list(stages)
    opens = _months_later(uk_day(first.opens_at))
    if first.closes_at is not None:
        opens = max(opens, uk_day(first.closes_at))
    later = opens - uk_day(first.opens_at)
    return [_moved(each, later) for each in stages]


def _months_later(day: date) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + MONTHS_LATER, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _moved(stage: StageDraft, later: timedelta) -> StageDraft:
    decide_by = None if stage.decide_by is None else _working(stage.decide_by + later)
    moved: dict[str, Any] = {name: _at(getattr(stage, name), later) for name in INSTANTS}
    return replace(stage, decide_by=decide_by, **moved)


def _at(instant: datetime | None, later: timedelta) -> datetime | None:
    if instant is None:
        return None
    day = _working(uk_day(instant) + later)
    found = uk_instant(day, instant.astimezone(UK).time())
    if isinstance(found, Sentence):  # British clocks go forward at night: noon is always there
        found = uk_instant(day, NOON)
    if isinstance(found, Sentence):
        raise ValueError(str(found))
    return found


def _working(day: date) -> date:
    return day if is_working_day(day) else add_working_days(day, 1)


def working_days(after: date, until: date) -> int:
    """How many working days there are after one day, up to another and with it."""
    days = (after + timedelta(days=number) for number in range(1, (until - after).days + 1))
    return sum(is_working_day(day) for day in days)


def reckoning(stage: StageDraft, before: StageDraft | None) -> tuple[Sentence, ...]:
    """How the dates of a stage follow from each other, as an officer checks them. `before`: the same stage of the
    window before."""
    found: list[Sentence] = []
    if stage.opens_at is not None and stage.closes_at is not None:
        days = (uk_day(stage.closes_at) - uk_day(stage.opens_at)).days
        found.append(Sentence.plural("Open for %(num)s day.", "Open for %(num)s days.", days))
    if stage.closes_at is not None and stage.assess_by is not None:
        days = working_days(uk_day(stage.closes_at), uk_day(stage.assess_by))
        found.append(Sentence.plural("%(num)s working day to assess.", "%(num)s working days to assess.", days))
    ready = stage.assess_by or stage.closes_at
    if ready is not None and stage.decide_by is not None:
        days = working_days(uk_day(ready), stage.decide_by)
        found.append(Sentence.plural("%(num)s working day to decide.", "%(num)s working days to decide.", days))
    if before is not None and before.closes_at is not None and stage.opens_at is not None:
        days = (uk_day(stage.opens_at) - uk_day(before.closes_at)).days
        found.append(
            Sentence.plural(
                "Opens %(num)s day after the window before has closed.",
                "Opens %(num)s days after the window before has closed.",
                days,
            )
        )
    return tuple(found)


@dataclass(frozen=True)
class Fault:
    """What is wrong with the windows of a call: of one (`stage`, the key of its first) or of all of them."""

    sentence: Sentence
    stage: str = ""

    @property
    def section(self) -> str:
        """The part of the set-up in which it is put right."""
        return "dates" if self.stage else "windows"


def faults(draft: Draft) -> Iterator[Fault]:
    """What stands between the windows of a call and its publication, beside the dates of each: they follow each other,
    and what they may cost adds up to the budget of each lot."""
    firsts = [stage for stage in draft.stages if stage.number == 1]
    for before, stage in pairwise(firsts):
        if before.closes_at is not None and stage.opens_at is not None and stage.opens_at < before.closes_at:
            sentence = Sentence(
                "Window %(number)s opens before the one before it has closed, on %(closes_at)s.",
                number=stage.window,
                closes_at=before.closes_at,
            )
            yield Fault(sentence, stage.key)
    if not any(stage.window > 1 for stage in firsts):
        return
    for lot in draft.lots:
        given = [(stage.window, dict(stage.budgets).get(lot.number)) for stage in firsts]
        missing = [number for number, budget in given if budget is None]
        for number in missing:
            yield Fault(Sentence("Say what window %(number)s may cost in lot %(lot)s.", number=number, lot=lot.number))
        total = sum((budget for _number, budget in given if budget is not None), Decimal(0))
        if not missing and total != lot.budget:
            yield Fault(
                Sentence(
                    "The windows add up to %(total)s in lot %(lot)s, and its budget is %(budget)s. They must be the "
                    "same.",
                    total=format_pounds(total),
                    lot=lot.number,
                    budget=format_pounds(lot.budget),
                )
            )


def lots_of(stage: StageDraft) -> list[dict[str, Any]]:
    """The lots of a stage as they are published: how many go on, and what its window may cost where it is not all."""
    budgets = dict(stage.budgets)
    found: list[dict[str, Any]] = []
    for number, seats in stage.lots:
        budget = budgets.get(number)
        found.append({"number": number, "seats": seats} | ({} if budget is None else {"budget": written(budget)}))
    return found
