"""What an applicant is told of an answer that is complete and cannot win, where it is typed and before it is sent.

Nothing here is refused but what the call says is: an amount above what there is, where its `above_budget` says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from procurement.rules.conditions import foretold
from procurement.rules.questions import Purpose, Question
from procurement.rules.vat import Vat, said
from workflows.facts import Sentence


@dataclass(frozen=True)
class Room:
    """The most that one can be awarded: what its lot has, in all or in its window. `refuses`: who asks for more cannot
    submit."""

    most: Decimal
    vat: Vat
    in_window: bool = False
    refuses: bool = False

    def words(self) -> Sentence:
        """What there is, for whoever is about to type an amount."""
        has = str(said(self.most, self.vat))
        if self.in_window:
            return Sentence("There is %(most)s for your lot in this window.", most=has)
        return Sentence("There is %(most)s for your lot.", most=has)


@dataclass(frozen=True)
class Warned:
    """What is wrong with an answer, and whether it stops the submission."""

    key: str
    sentence: Sentence
    refuses: bool = False


def asks_too_much(question: Question, value: Any, room: Room | None) -> Warned | None:
    """Whether the amount that is asked for is more than there is."""
    if room is None or question.purpose is not Purpose.AMOUNT:
        return None
    asked = question.kind.number(value)
    if asked is None or asked <= room.most:
        return None
    about = {"asked": question.kind.shown(asked), "most": str(said(room.most, room.vat))}
    if room.refuses:
        text = "You ask for %(asked)s. That is more than there is: %(most)s. Ask for less, or you cannot submit."
    else:
        text = "You ask for %(asked)s. That is more than there is: %(most)s. It cannot be awarded in full."
    return Warned(question.key, Sentence(text, **about), room.refuses)


def warnings(
    form: Iterable[Question], answers: Mapping[str, Any], noun: str, room: Room | None = None
) -> tuple[Warned, ...]:
    """Everything of a form that an applicant is told before submitting, amounts first: what is above the money, and
    conditions that are not met. An answer that is missing is said elsewhere."""
    known = tuple(form)
    amounts = (asks_too_much(each, answers.get(each.key), room) for each in known)
    conditions = (Warned(key, sentence) for key, sentence in foretold(known, answers, noun))
    return (*(each for each in amounts if each is not None), *conditions)
