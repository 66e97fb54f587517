"""What letters and summaries show of the marks: criterion by criterion, for each stage that counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from procurement.models.stages import Stage
from procurement.queries.decisions import Ranked, Table
from procurement.rules.documents import AssessedStage, ExplainedMark, Fact, MarkedStage, MarkLine, ScaleWord
from procurement.services.effects.letter_words import explanations, word_for
from workflows.scoring.schemes import Criterion

TOP = "100"  # percent


@dataclass(frozen=True)
class Marked:
    """The marks of one stage by its own scheme; `share` is what it counts for in what is ranked, as "60%"."""

    stage: Stage
    table: Table
    share: str = ""

    def lines(self, ref: str) -> tuple[MarkLine, ...]:
        """What a letter shows of one application."""
        entry = self._entry(ref)
        return tuple(self._line(entry, criterion) for criterion in self.table.scheme.criteria)

    def explained(self, ref: str) -> tuple[ExplainedMark, ...]:
        """What a summary shows of one application: with the reasons."""
        entry = self._entry(ref)
        assert entry.row is not None  # noqa: S101  (what is decided is in the ranking, but who did not come)
        return tuple(
            ExplainedMark(
                criterion=criterion.name,
                weight=f"{criterion.weight}%",
                mark=str(entry.row.means[criterion.key]),
                top=str(criterion.top),
                word=word_for(criterion, entry.row.means[criterion.key]),
                explanation="\n\n".join(explanations(entry, criterion.key)),
            )
            for criterion in self.table.scheme.criteria
        )

    def as_marked(self, ref: str) -> MarkedStage:
        """The stage in a letter."""
        least = self.table.scheme.minimum_total
        return MarkedStage(
            title=self.stage.title,
            share=self.share,
            marks=self.lines(ref),
            total=self._total(ref),
            total_top=TOP,
            total_threshold=str(least) if least else "",
            scheme=self.scheme,
        )

    def as_assessed(self, ref: str) -> AssessedStage:
        """The stage in a summary."""
        return AssessedStage(
            title=self.stage.title,
            share=self.share,
            marks=self.explained(ref),
            total=self._total(ref),
            total_top=TOP,
        )

    @property
    def scheme(self) -> str:
        """The fingerprint of its scheme."""
        return self.table.marked.scheme_fingerprint or ""

    @property
    def fingerprint(self) -> Fact:
        return Fact(name=self.stage.title, value=self.scheme)

    @cached_property
    def moderated(self) -> bool:
        """Whether a panel agreed on any mark."""
        return any(each.mark is not None for entry in self.table.entries for each in entry.agreed.values())

    @cached_property
    def _ranges(self) -> dict[tuple[int, str], tuple[int, int]]:
        """The lowest and the highest mark that any assessor gave, by lot and criterion."""
        found: dict[tuple[int, str], tuple[int, int]] = {}
        for entry in self.table.entries:
            for card in entry.cards:
                for criterion, mark in card.by_criterion.items():
                    lowest, highest = found.get((entry.lot.number, criterion), (mark, mark))
                    found[entry.lot.number, criterion] = (min(lowest, mark), max(highest, mark))
        return found

    def _entry(self, ref: str) -> Ranked:
        entry = self.table.entry(ref)
        assert entry is not None  # noqa: S101  (whoever is ranked by a stage is in the ranking of that stage)
        return entry

    def _line(self, entry: Ranked, criterion: Criterion) -> MarkLine:
        assert entry.row is not None  # noqa: S101  (as above)
        lowest, highest = self._ranges[entry.lot.number, criterion.key]
        mean = entry.row.means[criterion.key]
        return MarkLine(
            criterion=criterion.name,
            weight=f"{criterion.weight}%",
            mark=str(mean),
            top=str(criterion.top),
            word=word_for(criterion, mean),
            threshold=str(criterion.minimum) if criterion.minimum else "",
            range=f"{lowest} to {highest}",
        )

    def _total(self, ref: str) -> str:
        row = self._entry(ref).row
        assert row is not None  # noqa: S101  (as above)
        return str(row.own)


def scale_of(counted: Iterable[Marked]) -> tuple[ScaleWord, ...]:
    """What each mark means; said once where every criterion has the same scale, as most calls do."""
    criteria = [criterion for each in counted for criterion in each.table.scheme.criteria]
    shared = len({criterion.words for criterion in criteria}) == 1
    said = [
        ScaleWord(mark=str(mark), words=word if shared else f"{criterion.name}: {word}")
        for criterion in (criteria[:1] if shared else criteria)
        for mark, word in enumerate(criterion.words)
    ]
    return tuple(dict.fromkeys(said))  # two stages that ask the same by the same scale say it once
