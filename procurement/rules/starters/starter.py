"""What a starter is, and what of it each stage of a procedure begins with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from procurement.rules.questions import Question
from procurement.rules.questions.kinds.long_text import LongText
from workflows.definition import PlannedStage
from workflows.scoring.schemes import Criterion

SCALE = (
    "Not answered, or nothing that addresses the criterion",
    "Poor: touches on the criterion, with serious gaps",
    "Weak: addresses part of the criterion, with gaps that matter",
    "Fair: addresses the criterion, with some gaps or little evidence",
    "Good: addresses the criterion well, with evidence and small gaps",
    "Excellent: addresses the criterion in full, with convincing evidence",
)


# What a stage asks in which nobody needs to send anything: whoever does, answers what was said of the stage before.
REPLY = (
    Question(
        "reply",
        "Your reply",
        "What would you like to say to the assessors?",
        LongText(),
        guidance="Answer their comments in the order in which you read them. Nothing new is marked.",
        word_limit=500,
    ),
)


@dataclass(frozen=True)
class StarterCriterion:
    """A criterion with the sentence that explains it."""

    scored: Criterion
    description: str


@dataclass(frozen=True)
class Starter:
    """The beginning of a call of one kind; every part of it can be changed until publication.

    `questions` and `criteria` are those of the last form before an award that everybody sends; `first`, where an
    earlier form comes before it, are the keys of the questions that are asked already there, with what they are marked
    by; `shown` is what a stage is marked by that collects nothing.
    """

    eligibility: str
    terms: str
    cpv: str
    place: str
    questions: tuple[Question, ...]
    criteria: tuple[StarterCriterion, ...]
    first: tuple[str, ...]
    first_criteria: tuple[StarterCriterion, ...]
    shown: tuple[StarterCriterion, ...]
    minimum_total: int
    readers: int

    def of_stage(self, stages: Sequence[PlannedStage], stage: PlannedStage) -> "StageStarter":
        """What one of the stages of a procedure begins with."""
        whole = StageStarter(self.questions, self.criteria)
        if not stage.collects:
            whole = StageStarter((), self.shown)
        elif not stage.required and not stage.assesses:
            whole = StageStarter(REPLY, self.shown)
        elif any(each.collects and each.required for each in _until_the_award(stages, stage)):
            asked = tuple(each for each in self.questions if each.key in self.first)
            whole = StageStarter(asked, self.first_criteria)
        if not stage.assesses:
            return StageStarter(tuple(replace(each, criterion="") for each in whole.questions), ())
        return whole


@dataclass(frozen=True)
class StageStarter:
    """The form and the criteria that a stage begins with."""

    questions: tuple[Question, ...]
    criteria: tuple[StarterCriterion, ...]


def _until_the_award(stages: Sequence[PlannedStage], stage: PlannedStage) -> Iterator[PlannedStage]:
    """The stages after one, up to the next that awards; none where it awards itself."""
    if stage.awards:
        return
    for later in stages[stages.index(stage) + 1 :]:
        yield later
        if later.awards:
            return


def criterion(key: str, name: str, weight: int, minimum: int, description: str) -> StarterCriterion:
    """A criterion with the usual scale, as a starter lists it."""
    return StarterCriterion(Criterion(key, name, weight, len(SCALE) - 1, minimum, SCALE), description)
