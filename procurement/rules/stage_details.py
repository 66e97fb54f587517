"""What a stage is: which lots it is for, what it ranks by, and who sees what in it; and what stands in the way of that.

A lot's way are the stages of a window that are for it, in their order. What a stage says of earlier ones is looked at
along the way of each of its lots, since whoever applies for a lot goes through no others.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from procurement.rules.calls import Draft, StageDraft
from procurement.rules.questions import Purpose
from workflows.definition import WHOLE
from workflows.facts import Sentence


class Placed(Protocol):
    """What is looked at in a stage, as it is written or as it is stored, to say what another may take from it."""

    @property
    def number(self) -> int: ...
    @property
    def window(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def marks_of(self) -> str: ...
    @property
    def collects(self) -> bool: ...
    @property
    def assesses(self) -> bool: ...
    @property
    def moderates(self) -> bool: ...


Some = TypeVar("Some", bound=Placed)


@dataclass(frozen=True)
class Fault:
    """What is wrong with what a stage is, and the field that it is about."""

    stage: str
    field: str
    sentence: Sentence


def is_read(stage: Placed) -> bool:
    """Whether anybody reads in it whose eyes `names` is about: an assessor, or a panel."""
    return stage.assesses or stage.moderates


def has_total(stage: Placed) -> bool:
    """Whether it has a total that can count: of its own marks, or of those that its panel read again."""
    return stage.assesses or bool(stage.marks_of)


def countable(stages: Sequence[Some], stage: Placed) -> list[Some]:
    """What a stage can rank by: itself and earlier ones, where they have a total."""
    way = [each for each in stages if each.window == stage.window and each.number <= stage.number]
    return [each for each in way if has_total(each)]


def readable(stages: Sequence[Some], stage: Placed) -> list[Some]:
    """Whose answers may be read in a stage as well: those of earlier ones that collect."""
    if not is_read(stage):
        return []
    return [each for each in stages if each.window == stage.window and each.number < stage.number and each.collects]


def own_title(stage: Placed) -> str:
    """Its title, without the window that is said after it where there are several."""
    return stage.title.removesuffix(f", window {stage.window}")


def in_percent(shares: Mapping[str, int | None], own: str) -> dict[str, int]:
    """What was typed as what a stage ranks by; nothing where that is its own total alone."""
    given = {key: percent for key, percent in shares.items() if percent}
    return {} if given == {own: WHOLE} else given


def wanted_of(stages: Sequence[StageDraft], stage: StageDraft) -> frozenset[Purpose]:
    """What the form of a stage must ask for: the title and summary where an application begins, and the amount in the
    last form before each award that everybody sends, on the way of any of its lots. What a stage does not ask for it
    takes from the one before."""
    wanted = {Purpose.TITLE, Purpose.SUMMARY} if stage.number == 1 else set()
    later = [each for each in stages if each.window == stage.window and each.number >= stage.number]
    lots = stage.numbers or frozenset(number for each in later for number in each.numbers) or {0}
    if stage.required and any(_asks_last([each for each in later if each.is_for(lot)]) for lot in lots):
        wanted.add(Purpose.AMOUNT)
    return frozenset(wanted)


def _asks_last(way: Sequence[StageDraft]) -> bool:
    """Whether the first of these is the last that everybody answers before an award."""
    until = next((number for number, each in enumerate(way) if each.awards), None)
    return until is not None and not any(each.collects and each.required for each in way[1 : until + 1])


def faults(draft: Draft) -> Iterator[Fault]:
    """Everything that blocks publication in what the stages of a call are, in their order. Further windows are what the
    first one is, so that only it is looked at."""
    way = [each for each in draft.stages if each.window == 1]
    lots = [lot.number for lot in draft.lots]
    for stage in way:
        earlier = [each for each in way if each.number < stage.number]
        found = (*_about_lots(way, stage, lots), *_about_ranking(earlier, stage), *_about_eyes(earlier, stage))
        yield from (Fault(stage.key, field, sentence) for field, sentence in found)


def _about_lots(way: Sequence[StageDraft], stage: StageDraft, lots: Sequence[int]) -> Iterator[tuple[str, Sentence]]:
    if not stage.title.strip():
        yield "title", Sentence("Give the stage a title.")
    own = [number for number in lots if number in stage.numbers]
    if lots and not own:
        yield "lots", Sentence("Say which lots this stage is for.")
    if stage.number == 1 and own and own != list(lots):
        yield "lots", Sentence("Every application begins in this stage, so it is for every lot.")
    for number in own:
        later = [each for each in way if each.number > stage.number and number in each.numbers]
        if not later and not stage.awards:
            text = "Nothing comes after this stage in lot %(lot)s, and nothing is awarded in it."
            yield "lots", Sentence(text, lot=number)


def _about_ranking(earlier: Sequence[StageDraft], stage: StageDraft) -> Iterator[tuple[str, Sentence]]:
    shares, counting = dict(stage.ranks_by), countable((*earlier, stage), stage)
    for each in counting:
        if each.key in shares:
            yield from _missing_lots(
                each, stage, "ranks_by", "“%(title)s” cannot count in lot %(lot)s: it is not for it."
            )
    if set(shares) - {each.key for each in counting}:
        yield "ranks_by", Sentence("A stage ranks only by its own total and those of earlier stages.")
    elif shares and (total := sum(shares.values())) != WHOLE:
        text = "What this stage ranks by adds up to %(total)s%%. It must add up to 100%%."
        yield "ranks_by", Sentence(text, total=total)
    elif stage.awards and not shares and not has_total(stage):
        text = "This stage has no marks of its own, so say by which earlier ones it ranks."
        yield "ranks_by", Sentence(text)
    for each in earlier:
        if each.key == stage.marks_of:
            text = "The marks of “%(title)s” cannot be read again in lot %(lot)s: it is not for it."
            yield from _missing_lots(each, stage, "lots", text)


def _missing_lots(counted: StageDraft, stage: StageDraft, field: str, text: str) -> Iterator[tuple[str, Sentence]]:
    """A stage that is not on the way of each lot of a later one cannot count in it."""
    if counted.numbers:
        for number in sorted(stage.numbers - counted.numbers):
            yield field, Sentence(text, title=counted.title, lot=number)


def _about_eyes(earlier: Sequence[StageDraft], stage: StageDraft) -> Iterator[tuple[str, Sentence]]:
    """A hidden stage shows only hidden ones, and nobody reads blind what they could have read with its name."""
    for each in (each for each in earlier if each.key in stage.shows):
        if not stage.meets(each):
            yield "shows", Sentence("“%(title)s” is for other lots: nothing of it can be read here.", title=each.title)
        elif stage.names == "hidden" and each.names != "hidden":
            text = "Names are hidden here, so “%(title)s” cannot be read here: names are shown in it."
            yield "shows", Sentence(text, title=each.title)
    named = (each for each in earlier if is_read(each) and each.names != "hidden" and stage.meets(each))
    if is_read(stage) and stage.names == "hidden" and (before := next(named, None)) is not None:
        text = "Names cannot be hidden here: they were shown before, in “%(title)s”."
        yield "names", Sentence(text, title=before.title)
