"""What an applicant is told of an answer that is complete and cannot win, where it is typed and before it is sent.

Nothing here is refused but what the call says is: an amount above what there is, where its `above_budget` says so.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from procurement.rules.assessment import named_in
from procurement.rules.conditions import foretold
from procurement.rules.questions import Purpose, Question
from procurement.rules.questions.bases import Text
from procurement.rules.search import folded
from procurement.rules.vat import Vat, said
from workflows.facts import Sentence

_OF_SOMEBODY = re.compile(r"['’]s\b")
SHORTEST_MARK = 4  # letters and digits: what is shorter stands in many words
LEGAL_FORMS = frozenset({"ltd", "limited", "plc", "llp", "cic", "cio", "inc", "gmbh"})
ANYBODYS_MAIL = frozenset(
    {
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "hotmail.co.uk",
        "yahoo.com",
        "yahoo.co.uk",
        "icloud.com",
        "live.co.uk",
        "btinternet.com",
        "aol.com",
        "proton.me",
    }
)


@dataclass(frozen=True)
class Room:
    """The most that one can be awarded: what its lot has, in all or in its window. `refuses`: who asks for more cannot
    submit. `tender`: one names a price, for the whole, and asks for nothing."""

    most: Decimal
    vat: Vat
    in_window: bool = False
    refuses: bool = False
    tender: bool = False

    def words(self) -> Sentence:
        """What there is, for whoever is about to type an amount."""
        has = str(said(self.most, self.vat))
        if self.in_window:
            return Sentence("There is %(most)s for your lot in this window.", most=has)
        return Sentence("There is %(most)s for your lot.", most=has)

    def limit(self) -> Sentence:
        """The same as a limit, for whoever reads the form."""
        has = str(said(self.most, self.vat))
        if self.refuses:
            return Sentence("At most %(most)s: nobody can submit with more.", most=has)
        if self.tender:
            return Sentence("At most %(most)s: a price above it cannot be awarded.", most=has)
        return Sentence("At most %(most)s: more cannot be awarded in full.", most=has)


@dataclass(frozen=True)
class Own:
    """What would tell whoever reads without names whose answer it is: names of `people`, the `marks` of their
    organisation (name, street, postcode, numbers), and email `addresses`, whose domains are looked for too."""

    people: tuple[str, ...]
    marks: tuple[str, ...]
    addresses: tuple[str, ...] = ()

    def named_in(self, text: str) -> tuple[str, ...]:
        """Which of them stand in a text, as they are registered; email addresses as they are typed."""
        text = _OF_SOMEBODY.sub("", text)
        words, close = f" {folded(text)} ", folded(text).replace(" ", "")
        found = dict.fromkeys(named_in(text, self.people))
        for mark in self.marks:
            each = folded(mark)
            bare = " ".join(each.split()[:-1]) if each.split()[-1:] and each.split()[-1] in LEGAL_FORMS else each
            short = len(bare.replace(" ", "")) < SHORTEST_MARK
            runs_together = any(letter.isdigit() for letter in each) and each.replace(" ", "") in close
            if not short and (f" {bare} " in words or runs_together):
                found[mark] = None
        for domain in dict.fromkeys(each.rpartition("@")[2].casefold() for each in self.addresses):
            if domain and domain not in ANYBODYS_MAIL and f" {folded(domain)} " in words:
                found[domain] = None
        return tuple(found)


@dataclass(frozen=True)
class Warned:
    """What is wrong with an answer, and whether it stops the submission."""

    key: str
    sentence: Sentence
    refuses: bool = False


def gives_away(question: Question, value: Any, own: Own | None) -> Warned | None:
    """Whether a text that is read without names says whose it is."""
    kind = question.kind
    if own is None or not value or not (isinstance(kind, Text) or kind.record_columns(question)):
        return None
    # what has one line, or is a table, is no letter: its last line is not a signature
    letter = isinstance(kind, Text) and kind.keeps_lines
    named = own.named_in(str(value) if letter else f"{value}\n-")
    if not named:
        return None
    text = (
        "Your answer to “%(question)s” names %(who)s. It is read without names: leave that out, or write “we”, unless "
        "the question asks for it."
    )
    return Warned(question.key, Sentence(text, question=question.text, who=" · ".join(named)))


def asks_too_much(question: Question, value: Any, room: Room | None) -> Warned | None:
    """Whether the amount that is asked for is more than there is."""
    if room is None or question.purpose is not Purpose.AMOUNT:
        return None
    asked = question.kind.number(question, value)
    if asked is None or asked <= room.most:
        return None
    about = {"asked": question.kind.shown(asked), "most": str(said(room.most, room.vat))}
    if room.tender and room.refuses:
        text = (
            "Your price is %(asked)s. That is above what there is: %(most)s. Name a lower price, or you cannot submit."
        )
    elif room.tender:
        text = "Your price is %(asked)s. That is above what there is: %(most)s. At that price it cannot be awarded."
    elif room.refuses:
        text = "You ask for %(asked)s. That is more than there is: %(most)s. Ask for less, or you cannot submit."
    else:
        text = "You ask for %(asked)s. That is more than there is: %(most)s. It cannot be awarded in full."
    return Warned(question.key, Sentence(text, **about), room.refuses)


def warnings(
    form: Iterable[Question],
    answers: Mapping[str, Any],
    noun: str,
    room: Room | None = None,
    own: Own | None = None,
) -> tuple[Warned, ...]:
    """Everything of a form that an applicant is told before submitting, amounts first: what is above the money,
    conditions that are not met, texts that say whose they are (`own`). An answer that is missing is said elsewhere."""
    known = tuple(form)
    amounts = (asks_too_much(each, answers.get(each.key), room) for each in known)
    conditions = (Warned(key, sentence) for key, sentence in foretold(known, answers, noun))
    names = (gives_away(each, answers.get(each.key), own) for each in known)
    return (*filter(None, amounts), *conditions, *filter(None, names))
