"""How a stage is decided, in the sentences of a prospectus."""

from collections.abc import Iterator, Mapping

from procurement.rules.calls import Draft, StageDraft
from procurement.rules.published import CallKind
from workflows.facts import Sentence
from workflows.scoring.schemes import Scheme


def ways_of(draft: Draft, stage: StageDraft, titles: Mapping[str, str]) -> Iterator[Sentence]:
    """Who reads, what is added up, what happens where totals are equal, and who goes on or is awarded something.
    `titles`: those of the stages by their keys."""
    if stage.assesses:
        yield from _marking(stage)
    if stage.names == "hidden" and (stage.assesses or stage.moderates):
        yield Sentence("Assessors read without names.")
    if stage.moderates:
        yield from _moderating(stage)
    if stage.ranks_by:
        shares = ", ".join(f"{titles[key]} {share}%" for key, share in stage.ranks_by)
        yield Sentence("What counts for the ranking of this stage: %(shares)s.", shares=shares)
    yield from _going(draft, stage)


def _marking(stage: StageDraft) -> Iterator[Sentence]:
    yield Sentence.plural(
        "%(num)s assessor reads each %(noun)s and gives a mark for each criterion.",
        "%(num)s assessors read each %(noun)s, each on their own, and give a mark for each criterion.",
        stage.readers,
        noun=stage.noun,
    )
    scheme = Scheme(stage.criteria, stage.minimum_total, tie_breakers=stage.tie_breakers, drawn=stage.drawn)
    yield Sentence(
        "A total is the weighted mean of the marks, in percent, rounded half up to %(decimals)s decimals.",
        decimals=scheme.decimals,
    )
    if stage.minimum_total:
        yield Sentence(
            "It must be at least %(minimum)s of 100 to be awarded anything."
            if stage.awards
            else "It must be at least %(minimum)s of 100 to go on.",
            minimum=f"{stage.minimum_total:f}",
        )
    if stage.tie_breakers:
        said = ", ".join(scheme.criterion(key).name for key in stage.tie_breakers)
        text = "Of equal totals that with the better mark is first, in this order: %(criteria)s."
        yield Sentence(text, criteria=said)
    if stage.drawn and stage.awards:
        yield Sentence("Who is equal then is drawn by lot, from what the history records, so that nobody chooses.")


def _moderating(stage: StageDraft) -> Iterator[Sentence]:
    if stage.moderate_from is None:
        yield Sentence("A panel settles every mark.")
        return
    yield Sentence.plural(
        "A panel settles what differs by %(num)s mark or more.",
        "A panel settles what differs by %(num)s marks or more.",
        stage.moderate_from,
    )


def _going(draft: Draft, stage: StageDraft) -> Iterator[Sentence]:
    called = {lot.number: f"Lot {lot.number}: " if len(draft.lots) > 1 else "" for lot in draft.lots}
    for number, seats in stage.lots:
        lot = called.get(number, "")
        if stage.awards and seats is None:
            text = "%(lot)sThose at the top are awarded, for as long as the budget lasts."
        elif stage.awards and draft.kind == CallKind.CHALLENGE:
            text = "%(lot)sContracts at most: %(seats)s, from the top of the ranking and within the budget."
        elif stage.awards:
            text = "%(lot)sGrants at most: %(seats)s, from the top of the ranking and within the budget."
        elif seats is None:
            text = "%(lot)sEverybody who passes goes on."
        else:
            text = "%(lot)sThe best %(seats)s of those who pass go on; all who share the last place go on."
        yield Sentence(text, lot=lot, seats=seats or 0)
