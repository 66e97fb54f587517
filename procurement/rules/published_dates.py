"""What a published call says otherwise since its publication: dates that moved, and what else was amended."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from procurement.rules.published import PublishedAmendment, PublishedCall, PublishedLot
from procurement.rules.published_texts import LotTexts, PublishedTexts


def amended(call: PublishedCall, amendment: PublishedAmendment) -> PublishedCall:
    """A call with the dates that an amendment gives it."""
    due = {each.stage: date.fromisoformat(each.after) for each in amendment.changes if each.date == "decide_by"}
    return replace(
        call,
        opens_at=amendment.opens_at,
        closes_at=amendment.closes_at,
        stages=tuple(replace(each, due_on=due.get(each.key, each.due_on)) for each in call.stages),
        amendments=(*call.amendments, amendment),
    )


def first_published(call: PublishedCall) -> PublishedCall:
    """The same call with the dates and the texts that it was published with."""
    if not call.amendments:
        return call
    due: dict[str, date | None] = {}
    for amendment in reversed(call.amendments):
        for each in amendment.changes:
            if each.date == "decide_by":
                due[each.stage] = date.fromisoformat(each.before) if each.before else None
    said = next((each.before for each in call.amendments if each.before is not None), None)
    return replace(
        call if said is None else saying(call, said),
        opens_at=call.amendments[0].opens_before,
        closes_at=call.amendments[0].closes_before,
        stages=tuple(replace(each, due_on=due.get(each.key, each.due_on)) for each in call.stages),
    )


def texts_of(call: PublishedCall) -> PublishedTexts:
    """What a call says, of what an amendment may change in its data."""
    return PublishedTexts(
        title=call.title,
        summary=call.summary,
        budget=call.budget,
        budget_gross=call.budget_gross,
        lots=tuple(
            LotTexts(
                reference=each.reference,
                title=each.title,
                description=each.description,
                budget=each.budget,
                budget_gross=each.budget_gross,
            )
            for each in call.lots
        ),
    )


def texts_since(call: PublishedCall, amendment: PublishedAmendment) -> PublishedTexts:
    """What a call said from an amendment on, until the next one."""
    later = call.amendments[[each.number for each in call.amendments].index(amendment.number) + 1 :]
    return next((each.before for each in later if each.before is not None), None) or texts_of(call)


def saying(call: PublishedCall, said: PublishedTexts) -> PublishedCall:
    """A call with other texts; a lot that they do not know is left out."""
    known = {each.reference: each for each in call.lots}
    lots = tuple(_lot(known[each.reference], each) for each in said.lots if each.reference in known)
    return replace(
        call, title=said.title, summary=said.summary, budget=said.budget, budget_gross=said.budget_gross, lots=lots
    )


def _lot(lot: PublishedLot, said: LotTexts) -> PublishedLot:
    return replace(
        lot, title=said.title, description=said.description, budget=said.budget, budget_gross=said.budget_gross
    )


def with_ends(lots: Sequence[PublishedLot], known: Sequence[PublishedLot]) -> tuple[PublishedLot, ...]:
    """Lots as they are gathered anew, with what was published of their ends."""
    ended = {each.reference: each for each in known}
    return tuple(
        replace(
            each,
            abandoned_at=ended[each.reference].abandoned_at,
            ended_reason=ended[each.reference].ended_reason,
            unsuccessful=ended[each.reference].unsuccessful,
        )
        if each.reference in ended
        else each
        for each in lots
    )
