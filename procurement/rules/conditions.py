"""Whether an answer meets its condition: exact, and the same for everybody. It reads an answer and decides nothing.

An officer decides, on what this says; and where it cannot say, on what an officer noted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from procurement.rules.dates import read_iso
from procurement.rules.questions import Demand, Part, Question, check, needed
from workflows.facts import Sentence


class Result(StrEnum):
    """What is so of one condition of one entry."""

    MET = "met"
    NOT_MET = "not_met"
    LOOK = "look"  # an officer must look at it


@dataclass(frozen=True)
class Noted:
    """What an officer noted of a condition after looking: whether it is met (None where they did not say), and until
    when the file is in date."""

    met: bool | None = None
    in_date_until: date | None = None


@dataclass(frozen=True)
class Verdict:
    """What is so of one condition, why, and what was answered."""

    question: Question
    result: Result
    reason: Sentence
    answer: tuple[Part, ...] = ()

    @property
    def stops(self) -> bool:
        """Whether it stands in the way of going on: a condition that excludes and is not met, or not looked at."""
        condition = self.question.condition
        return condition is not None and condition.excludes and self.result is not Result.MET


def conditions_of(form: Iterable[Question]) -> tuple[Question, ...]:
    """The questions of a form that are conditions, in its order."""
    return tuple(each for each in form if each.condition is not None)


def evaluate(question: Question, value: Any, noted: Noted | None = None) -> Verdict:
    """What is so of a condition, for an answer as it is stored or typed. Never guesses: what is not answered, cannot be
    read, or is a file whose date nobody noted is to be looked at. What an officer noted of it holds before all else.

    ValueError where the question is no condition.
    """
    if question.condition is None:
        raise ValueError(f"{question.key} is no condition")
    answer = question.kind.parts(question, value)
    if noted is not None and noted.met is not None:
        said = Sentence("An officer noted that it is met.") if noted.met else Sentence("An officer noted: not met.")
        return Verdict(question, Result.MET if noted.met else Result.NOT_MET, said, answer)
    checked = check(question, value)
    if checked.value is None:
        return Verdict(question, Result.LOOK, Sentence("It is not answered."), answer)
    until = noted.in_date_until if noted is not None else None
    holds = _holds(question, checked.value, until)
    if holds is None:
        return Verdict(question, Result.LOOK, _unsaid(question), answer)
    if holds:
        return Verdict(question, Result.MET, Sentence("Needed: %(needed)s.", needed=needed(question)), answer)
    result = Result.NOT_MET if question.condition.excludes else Result.LOOK
    return Verdict(question, result, Sentence("Needed, and not so: %(needed)s.", needed=needed(question)), answer)


def _holds(question: Question, value: Any, until: date | None) -> bool | None:
    """Whether an answer is what was asked for; None where that cannot be read from it."""
    condition, kind = question.condition, question.kind
    if condition is None or kind.demand is None:
        return None
    if kind.demand is Demand.CHOICE:
        return value in condition.accepts if value in dict(kind.choices(question)) else None
    if kind.demand is Demand.INCLUDES:
        known = dict(kind.choices(question))
        chosen = kind.values(value)
        return any(each in condition.accepts for each in chosen) if all(each in known for each in chosen) else None
    if kind.demand is Demand.DAY:
        day = read_iso(str(value))
        if day is None:
            return None
        return (condition.earliest is None or day >= condition.earliest) and (
            condition.latest is None or day <= condition.latest
        )
    if kind.demand is Demand.BOUND:
        number = kind.number(question, value)
        if number is None:
            return None
        return (condition.least is None or number >= condition.least) and (
            condition.most is None or number <= condition.most
        )
    return None if until is None or condition.in_date_on is None else until >= condition.in_date_on


def _unsaid(question: Question) -> Sentence:
    if question.kind.demand is Demand.IN_DATE:
        return Sentence("Look in the file until when it is in date. Needed: %(needed)s.", needed=needed(question))
    return Sentence("The answer cannot be read. Needed: %(needed)s.", needed=needed(question))


def foretold(form: Iterable[Question], answers: Mapping[str, Any], noun: str) -> tuple[tuple[str, Sentence], ...]:
    """What an applicant is told before submitting: the key of each condition that the answer does not meet, and what
    follows. An answer that is missing is said elsewhere, and a file is for an officer to look at."""
    found = []
    for question in conditions_of(form):
        verdict = evaluate(question, answers.get(question.key))
        words = " ".join(str(part) for part in verdict.answer)
        if not words or question.condition is None or verdict.result is Result.MET:
            continue
        about = {"answer": words, "question": question.name, "needed": needed(question), "noun": noun}
        if question.condition.excludes and verdict.result is Result.NOT_MET:
            text = (
                "You answered “%(answer)s” to “%(question)s”. Needed: %(needed)s. "
                "A %(noun)s without it cannot be considered."
            )
        elif verdict.result is Result.LOOK:
            text = (
                "You answered “%(answer)s” to “%(question)s”. Expected: %(needed)s. "
                "Officers will look at your answer before your %(noun)s goes on."
            )
        found.append((question.key, Sentence(text, **about)))
    return tuple(found)
