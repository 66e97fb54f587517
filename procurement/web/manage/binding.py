"""What of a stage binds whoever takes part in it, in words: for whoever approves the call."""

from collections.abc import Iterator, Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from procurement.rules.calls import Draft, LotDraft, OverBudget, StageDraft
from procurement.rules.money import format_pounds
from procurement.rules.vat import Basis, estimated_value
from procurement.web.filters import number
from procurement.web.parts.seats import how_many_awards, most_label, who_goes_on

Row = tuple[str, str | int]


def shares_of(ranks_by: Mapping[str, int], titles: Mapping[str, str]) -> str:
    """What a stage ranks by, each with its percent; empty where it is its own marks alone."""
    return ", ".join(f"{titles[key]} {ranks_by[key]}%" for key in titles if key in ranks_by)


def rows_of(stage: StageDraft, lots: Sequence[LotDraft], titles: Mapping[str, str], kind: str) -> list[Row]:
    """Which lots a stage is for, how it is read, marked, moderated and ranked, and who goes on from it or how much it
    awards; `titles`: those of the call's stages by key; `kind`: the call's."""
    own = [lot.title for lot in lots if stage.is_for(lot.number)]
    places: list[Row] = [(_("Lots"), ", ".join(own))] if len(lots) > 1 else []
    seen = (*_reading(stage, titles), *_moderating(stage, titles))
    return [*places, *seen, *_ranking(stage, titles), *_going(stage, lots, kind)]


def _reading(stage: StageDraft, titles: Mapping[str, str]) -> Iterator[Row]:
    if stage.assesses:
        yield readers_label(stage.noun), stage.readers
    if stage.assesses or stage.moderates:
        shown = _("Hidden from those who mark") if stage.names == "hidden" else _("Shown to those who mark")
        yield _("Names of applicants"), shown
    if stage.shows:
        yield _("Read as well, from before"), ", ".join(titles[key] for key in stage.shows)
    if stage.assesses:
        yield (
            _("Marks of other assessors"),
            {
                "never": _("Never shown to an assessor"),
                "after_own": _("Shown to an assessor whose own are in"),
                "always": _("Always shown"),
            }[stage.other_marks],
        )


def _moderating(stage: StageDraft, titles: Mapping[str, str]) -> Iterator[Row]:
    if stage.marks_of:
        yield _("Whose marks the panel reads again"), titles[stage.marks_of]
    if stage.moderates:
        yield (
            _("What a panel must settle"),
            _("Every mark")
            if stage.moderate_from is None
            else ngettext(
                "What differs by %(num)s mark or more",
                "What differs by %(num)s marks or more",
                stage.moderate_from,
            ),
        )


def _ranking(stage: StageDraft, titles: Mapping[str, str]) -> Iterator[Row]:
    if shares := shares_of(dict(stage.ranks_by), titles):
        yield _("Ranks by"), shares
    if stage.assesses:
        yield lowest_total(awards=stage.awards), number(stage.minimum_total)


def _going(stage: StageDraft, lots: Sequence[LotDraft], kind: str) -> Iterator[Row]:
    called = {lot.number: lot.title for lot in lots}
    seats = [(called[lot], count) for lot, count in stage.lots]
    if stage.awards:
        yield most_label(kind), " ".join(how_many_awards(kind, seats))
    else:
        yield _("Who goes on"), " ".join(who_goes_on(seats))


def lowest_total(*, awards: bool) -> str:
    """What the least total of a stage is for."""
    return _("Lowest total that can be awarded") if awards else _("Lowest total that can go on")


def readers_label(noun: str) -> str:
    """What the number of a stage's assessors is called."""
    return _("Assessors for each %(noun)s", noun=noun)


def money_rows(draft: Draft) -> list[Row]:
    """What follows from the money of a call: the estimated value of a procurement beside the threshold, and what
    happens to whoever asks for more than a lot has."""
    found: list[Row] = []
    value = estimated_value(draft, draft.lots) if draft.amount_basis == Basis.NET else None
    if value is not None:
        said = _("%(value)s with VAT: all lots, with their options and extensions", value=format_pounds(value))
        found.append((_("Estimated value"), said))
    if value is not None and draft.threshold is not None:
        below = value < draft.threshold
        least = format_pounds(draft.threshold)
        words = (
            _("%(threshold)s with VAT; the estimated value is below it", threshold=least)
            if below
            else _("%(threshold)s with VAT; the estimated value is not below it", threshold=least)
        )
        found.append((_("Threshold of the Procurement Act 2023"), words))
    refuses = draft.above_budget == OverBudget.REFUSE
    more = _("Is warned, and cannot submit") if refuses else _("Is warned, and can submit all the same")
    return [*found, (_("Who asks for more than a lot has"), more)]
