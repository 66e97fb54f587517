"""A call's marks as everybody may have them: every stage with its rules, so that a stranger ranks each again.

`tests/workflows/recompute.py` is such a stranger: it shares no line with ours.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from workflows.scoring.carried import Carried, Totals, check_percents
from workflows.scoring.ranking import Bid, Ranking, own_totals, rank
from workflows.scoring.schemes import Scheme, fingerprint, read_scheme
from workflows.scoring.seats import LotRule


@dataclass(frozen=True, slots=True)
class StageMarks:
    """A stage that is ranked, as it was published and marked.

    A stage that agrees on the marks of another names it in `marks_of`: its scheme is that stage's, its bids have
    agreed marks of their own, and no cards.
    """

    key: str
    scheme: Mapping[str, Any] | None  # plain, as it was frozen; None: that of `marks_of`
    lots: tuple[LotRule, ...]
    bids: tuple[Bid, ...]
    window: int = 1
    ranks_by: Mapping[str, int] = field(default_factory=dict)  # percents by stage; empty: its own total alone
    marks_of: str = ""
    seed: str = ""  # what is equal is drawn by it; empty: nothing is drawn


def rankings(stages: Iterable[StageMarks]) -> dict[str, Ranking]:
    """The ranking of every stage by its key. Stages come in their order, those that are referred to before the others.

    ValueError, with the stage in its words, for what cannot be ranked: a key that comes twice, a reference to anything
    but an earlier stage of the window, a lot without its rule, cards beside `marks_of`, and what `rank` refuses.
    """
    found: dict[str, Ranking] = {}
    read: dict[str, tuple[StageMarks, Scheme]] = {}
    totals: dict[int, dict[str, Totals]] = {}  # by window and stage
    for stage in stages:
        if stage.key in read:
            raise ValueError(f"{stage.key}: two stages have this key")
        before = totals.setdefault(stage.window, {})
        check_percents(stage.key, stage.ranks_by, before)
        whole, scheme = read[stage.key] = _with_its_marks(stage, read)
        _check_lots(stage)
        try:
            found[stage.key] = rank(
                scheme, whole.bids, carried=Carried(stage.key, stage.ranks_by, before), seed=stage.seed
            )
        except ValueError as refused:
            raise ValueError(f"{stage.key}: {refused}") from refused
        before[stage.key] = own_totals(scheme, whole.bids)
    return found


def published(call: str, stages: Sequence[StageMarks]) -> dict[str, Any]:
    """What is published of a call's marks, as JSON can hold it; it has no names, and assessors are places in a list.

    `{call, stages: [{key, window, lots: [{number, seats, budget}], scheme, scheme_fingerprint, ranks_by, marks_of,
    seed, bids: [{ref, lot, asks, cards, agreed}]}]}`: money in pounds as text, no `cards` beside `marks_of`. Ranking it
    is the check: ValueError as `rankings`.
    """
    rankings(stages)
    schemes: dict[str, Mapping[str, Any]] = {}
    for stage in stages:
        schemes[stage.key] = schemes[stage.marks_of] if stage.scheme is None else stage.scheme
    return {"call": call, "stages": [_stage(stage, schemes[stage.key]) for stage in stages]}


def _stage(stage: StageMarks, scheme: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "key": stage.key,
        "window": stage.window,
        "lots": [{"number": lot.number, "seats": lot.seats, "budget": _pounds(lot.budget)} for lot in stage.lots],
        "scheme": dict(scheme),
        "scheme_fingerprint": fingerprint(scheme),
        "ranks_by": dict(stage.ranks_by),
        "marks_of": stage.marks_of,
        "seed": stage.seed,
        "bids": [
            {
                "ref": bid.ref,
                "lot": bid.lot,
                "asks": _pounds(bid.amount),
                **({} if stage.marks_of else {"cards": [dict(card) for card in bid.cards]}),
                "agreed": dict(bid.agreed),
            }
            for bid in stage.bids
        ],
    }


def _pounds(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def _with_its_marks(stage: StageMarks, read: Mapping[str, tuple[StageMarks, Scheme]]) -> tuple[StageMarks, Scheme]:
    """The stage with the cards that it is ranked by, and its scheme."""
    if not stage.marks_of:
        if stage.scheme is None:
            raise ValueError(f"{stage.key}: it has no scheme")
        return stage, read_scheme(stage.scheme)
    if stage.marks_of not in read or read[stage.marks_of][0].window != stage.window:
        raise ValueError(f"{stage.key}: marks_of is {stage.marks_of!r}, which is not before it")
    marked, scheme = read[stage.marks_of]
    if stage.scheme is not None and read_scheme(stage.scheme) != scheme:
        raise ValueError(f"{stage.key}: its scheme is not that of {stage.marks_of}, whose marks it has")
    cards = {bid.ref: bid.cards for bid in marked.bids}
    if strangers := sorted(bid.ref for bid in stage.bids if bid.ref not in cards):
        raise ValueError(f"{stage.key}: {', '.join(strangers)} was not in {stage.marks_of}, whose marks it has")
    if any(bid.cards for bid in stage.bids):
        raise ValueError(f"{stage.key}: cards of its own beside those of {stage.marks_of}")
    return replace(stage, bids=tuple(replace(bid, cards=cards[bid.ref]) for bid in stage.bids)), scheme


def _check_lots(stage: StageMarks) -> None:
    """ValueError for a lot without its rule or with two, and for a rule that is none."""
    numbers = [lot.number for lot in stage.lots]
    if len(set(numbers)) < len(numbers):
        raise ValueError(f"{stage.key}: a lot has two rules")
    if strangers := sorted({str(bid.lot) for bid in stage.bids} - {str(number) for number in numbers}):
        raise ValueError(f"{stage.key}: no rule for lot {', '.join(strangers)}")
    for lot in stage.lots:
        if lot.seats is not None and lot.seats < 1:
            raise ValueError(f"{stage.key}: lot {lot.number} has {lot.seats} seats")
        if lot.budget is not None and lot.budget < 0:
            raise ValueError(f"{stage.key}: the budget of lot {lot.number} is below 0")
