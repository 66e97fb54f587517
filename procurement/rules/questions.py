"""The questions of a form: what may be asked, how an answer is read, and what still stops it from counting as done.

Whatever is typed can be kept: an answer that is too long, or is not the number that was asked for, is stored as it was
typed and is merely not complete. Only submitting is stopped by an incomplete answer.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from procurement.rules.money import format_pounds, parse_number, parse_pounds, written
from workflows.facts import Sentence


class Kind(StrEnum):
    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    MONEY = "money"
    YES_NO = "yes_no"
    ONE_OF = "one_of"
    FILE = "file"


class Purpose(StrEnum):
    """What the service itself reads an answer for; every form has exactly one question for each but NONE."""

    NONE = ""
    TITLE = "title"
    SUMMARY = "summary"
    AMOUNT = "amount"


TEXT_KINDS = frozenset({Kind.SHORT_TEXT, Kind.LONG_TEXT})
NUMERIC_KINDS = frozenset({Kind.NUMBER, Kind.MONEY})
KINDS_FOR = {
    Purpose.TITLE: frozenset({Kind.SHORT_TEXT}),
    Purpose.SUMMARY: TEXT_KINDS,
    Purpose.AMOUNT: frozenset({Kind.MONEY}),
}
MOST_WORDS = 10_000
FEWEST_OPTIONS, MOST_OPTIONS = 2, 30
MOST_FILES = 30


@dataclass(frozen=True)
class Question:
    """One question. `minimum` and `maximum` bound a number or an amount; for a file, how many may be given (one)."""

    key: str
    section: str
    text: str
    kind: Kind
    guidance: str = ""
    required: bool = True
    word_limit: int | None = None
    options: tuple[str, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    criterion: str = ""
    purpose: Purpose = Purpose.NONE


@dataclass(frozen=True)
class Checked:
    """An answer as it is stored: text is a string, files a list of objects, no answer None."""

    value: Any
    words: int
    problems: tuple[Sentence, ...]
    complete: bool


@dataclass(frozen=True)
class FormProblem:
    """What is wrong with a form, and with which question (empty: with the form as a whole)."""

    key: str
    sentence: Sentence


# The browser's counter removes and replaces the same characters: tests/rules/word_counts.json holds both to it.
_BREAKS = re.compile("\r\n?|[\v\f\u2028\u2029]")
_REMOVED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_TRAILING = re.compile(r"[^\S\n]+$", re.MULTILINE)
_WORD = re.compile(r"\S+")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")


def normalise(text: str) -> str:
    """The one form in which a text is stored, counted and hashed.

    Line ends become LF; controls, byte order marks, zero-width spaces and directional overrides go (they hide or
    reorder what others read); joiners and direction marks stay, since Urdu, Punjabi and emoji need them; then NFC.
    """
    text = _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _BREAKS.sub("\n", text))
    text = unicodedata.normalize("NFC", _REMOVED.sub("", text))
    return _TRAILING.sub("", text).strip("\n")


def word_count(text: str) -> int:
    """How many words: anything between spaces is one, as the pages say."""
    return len(_WORD.findall(normalise(text)))


def is_blank(text: str) -> bool:
    """Whether a reader would see nothing at all."""
    return all(each.isspace() or unicodedata.category(each) == "Cf" for each in text)


def check(question: Question, value: Any) -> Checked:
    """Read what was typed or uploaded for a question. Never raises: what cannot be read is kept as it was typed.

    `value`: text as typed, or for a file the list of the files' records; None where nothing was sent.
    """
    if question.kind is Kind.FILE:
        return _check_files(question, value)
    text = normalise("" if value is None else str(value))
    if question.kind is not Kind.LONG_TEXT:
        text = re.sub(r"\s*\n\s*", " ", text).strip()
    if is_blank(text):
        problems = (_unanswered(question),) if question.required else ()
        return Checked(None, 0, problems, not problems)
    if question.kind in TEXT_KINDS:
        return _check_text(question, text)
    if question.kind in NUMERIC_KINDS:
        return _check_amount(question, text)
    choices = ("yes", "no") if question.kind is Kind.YES_NO else question.options
    chosen = next((each for each in choices if each.casefold() == text.casefold()), None)
    if chosen is None:
        return Checked(text, 0, (_unchosen(question),), False)
    return Checked(chosen, 0, (), True)


def _check_text(question: Question, text: str) -> Checked:
    words = word_count(text)
    over = words - question.word_limit if question.word_limit is not None else 0
    if over <= 0:
        return Checked(text, words, (), True)
    about: dict[str, Any] = {"question": question.text, "words": words, "limit": question.word_limit}
    if over > 1:
        problem = Sentence(
            "“%(question)s” has %(words)s words and the limit is %(limit)s. Take out at least %(over)s.",
            over=over,
            **about,
        )
    else:
        problem = Sentence(
            "“%(question)s” has %(words)s words and the limit is %(limit)s. Take out at least one.", **about
        )
    return Checked(text, words, (problem,), False)


def _check_amount(question: Question, text: str) -> Checked:
    money = question.kind is Kind.MONEY
    amount = parse_pounds(text) if money else parse_number(text)
    if amount is None and money:
        problem = Sentence(
            "Enter an amount in pounds for “%(question)s”, like 25,000 or 25,000.50.", question=question.text
        )
        return Checked(text, 0, (problem,), False)
    if amount is None:
        problem = Sentence("Enter a number for “%(question)s”, like 12 or 12.5.", question=question.text)
        return Checked(text, 0, (problem,), False)
    value = format(amount, "f") if money else written(amount)
    lowest = Decimal(0) if money and question.minimum is None else question.minimum
    shown = format_pounds if money else written
    if lowest is not None and amount < lowest:
        problem = Sentence("“%(question)s” must be %(limit)s or more.", question=question.text, limit=shown(lowest))
        return Checked(value, 0, (problem,), False)
    if question.maximum is not None and amount > question.maximum:
        limit = shown(question.maximum)
        problem = Sentence("“%(question)s” must be %(limit)s or less.", question=question.text, limit=limit)
        return Checked(value, 0, (problem,), False)
    return Checked(value, 0, (), True)


def _check_files(question: Question, value: Any) -> Checked:
    given = [value] if isinstance(value, Mapping) else list(value) if isinstance(value, Sequence) else []
    files = [dict(each) for each in given if isinstance(each, Mapping)]
    if not files:
        problems = (_unanswered(question),) if question.required else ()
        return Checked(None, 0, problems, not problems)
    most = int(question.maximum) if question.maximum is not None else 1
    if len(files) <= most:
        return Checked(files, 0, (), True)
    name, count = question.text, len(files)
    if most > 1:
        problem = Sentence(
            "“%(question)s” takes at most %(most)s files and has %(count)s. Remove some of them.",
            question=name,
            most=most,
            count=count,
        )
    else:
        problem = Sentence(
            "“%(question)s” takes one file and has %(count)s. Remove all but one.", question=name, count=count
        )
    return Checked(files, 0, (problem,), False)


def _unanswered(question: Question) -> Sentence:
    if question.kind is Kind.FILE:
        return Sentence("Upload a file for “%(question)s”.", question=question.text)
    if question.kind in {Kind.YES_NO, Kind.ONE_OF}:
        return _unchosen(question)
    return Sentence("Answer “%(question)s”.", question=question.text)


def _unchosen(question: Question) -> Sentence:
    if question.kind is Kind.YES_NO:
        return Sentence("Choose yes or no for “%(question)s”.", question=question.text)
    return Sentence("Choose one of the options for “%(question)s”.", question=question.text)


def missing(questions: Iterable[Question], answers: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys of the questions that are not complete yet, in the form's order."""
    return tuple(each.key for each in questions if not check(each, answers.get(each.key)).complete)


def form_problems(questions: Sequence[Question], criteria: Collection[str] | None = None) -> tuple[FormProblem, ...]:
    """Why this form cannot be published yet. `criteria`: the keys of the scheme's criteria, where they are known."""
    problems = []
    seen: set[str] = set()
    for question in questions:
        if question.key in seen:
            sentence = Sentence("Two questions have the key “%(key)s”. Give each its own.", key=question.key)
            problems.append(FormProblem(question.key, sentence))
        seen.add(question.key)
        problems += [FormProblem(question.key, sentence) for sentence in _faults(question, criteria)]
    wanted = {
        Purpose.TITLE: Sentence("One question must ask for the title of the application."),
        Purpose.SUMMARY: Sentence("One question must ask for the summary that assessors and readers see."),
        Purpose.AMOUNT: Sentence("One question must ask for the amount applied for."),
    }
    for purpose, sentence in wanted.items():
        if sum(each.purpose is purpose for each in questions) != 1:
            problems.append(FormProblem("", sentence))
    return tuple(problems)


def _faults(question: Question, criteria: Collection[str] | None) -> list[Sentence]:
    """What is wrong with one question, whatever the others are: each row is a fault and its sentence."""
    limit, low, high, kind = question.word_limit, question.minimum, question.maximum, question.kind
    bounded = low is not None or high is not None
    options = {normalise(each).casefold() for each in question.options}
    count_ok = FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS
    files_ok = kind is not Kind.FILE or high is None or (high == int(high) and 1 <= high <= MOST_FILES)
    purposed = question.purpose is not Purpose.NONE
    name, purpose = question.text or question.key, question.purpose.value
    rows = [
        (
            not _KEY.fullmatch(question.key),
            Sentence("The key of “%(question)s” must be small letters, digits and underscores.", question=name),
        ),
        (is_blank(question.text), Sentence("Write the text of the question “%(question)s”.", question=name)),
        (is_blank(question.section), Sentence("Say which section “%(question)s” belongs to.", question=name)),
        (
            limit is not None and (kind not in TEXT_KINDS or not 1 <= limit <= MOST_WORDS),
            Sentence(
                "The word limit of “%(question)s” must be between 1 and %(words)s, and only a text has one.",
                question=name,
                words=f"{MOST_WORDS:,}",
            ),
        ),
        (
            limit is None and kind is Kind.LONG_TEXT,
            Sentence("Give “%(question)s” a word limit, so that applicants know how much to write.", question=name),
        ),
        (
            kind is Kind.ONE_OF and not count_ok,
            Sentence(
                "Give “%(question)s” between %(fewest)s and %(options)s different options.",
                question=name,
                fewest=FEWEST_OPTIONS,
                options=MOST_OPTIONS,
            ),
        ),
        (
            (kind is not Kind.ONE_OF or count_ok)
            and (len(options) != len(question.options) or any(is_blank(each) for each in question.options)),
            Sentence("The options of “%(question)s” must differ, and none may be empty.", question=name),
        ),
        (
            kind is not Kind.ONE_OF and bool(question.options),
            Sentence("“%(question)s” has options, but is not a choice of one.", question=name),
        ),
        (
            low is not None and high is not None and low > high,
            Sentence("The smallest answer to “%(question)s” is larger than the largest.", question=name),
        ),
        (
            not files_ok,
            Sentence("“%(question)s” may take between 1 and %(files)s files.", question=name, files=MOST_FILES),
        ),
        (
            bounded and kind not in NUMERIC_KINDS | {Kind.FILE},
            Sentence("Only a number, an amount or a file has a smallest or largest: “%(question)s”.", question=name),
        ),
        (
            purposed and kind not in KINDS_FOR.get(question.purpose, frozenset()),
            Sentence(
                "“%(question)s” cannot be the %(purpose)s, since it asks for another kind of answer.",
                question=name,
                purpose=purpose,
            ),
        ),
        (
            purposed and not question.required,
            Sentence(
                "“%(question)s” is the %(purpose)s of the application, so it must be required.",
                question=name,
                purpose=purpose,
            ),
        ),
        (
            bool(question.criterion) and criteria is not None and question.criterion not in criteria,
            Sentence("“%(question)s” belongs to a criterion that the call does not have.", question=name),
        ),
    ]
    return [sentence for found, sentence in rows if found]


def to_plain(question: Question) -> dict[str, Any]:
    """A question as plain values, with nothing left out, so that a frozen form can be hashed."""
    return {
        "key": question.key,
        "section": question.section,
        "text": question.text,
        "guidance": question.guidance,
        "kind": question.kind.value,
        "required": question.required,
        "word_limit": question.word_limit,
        "options": list(question.options),
        "minimum": None if question.minimum is None else written(question.minimum),
        "maximum": None if question.maximum is None else written(question.maximum),
        "criterion": question.criterion,
        "purpose": question.purpose.value,
    }


_FIELDS = frozenset(to_plain(Question("", "", "", Kind.FILE)))


def read_question(plain: Mapping[str, Any]) -> Question:
    """Plain values -> a question. Raises ValueError for an unknown field or kind, or a value of the wrong type."""
    unknown = sorted(set(plain) - _FIELDS)
    if unknown:
        raise ValueError(f"a question has no {', '.join(unknown)}")
    if "key" not in plain or "kind" not in plain:
        raise ValueError("a question needs a key and a kind")
    limit = plain.get("word_limit")
    options = plain.get("options") or ()
    if not (limit is None or (isinstance(limit, int) and not isinstance(limit, bool))):
        raise ValueError("word_limit is a whole number")
    if isinstance(options, str) or not all(isinstance(each, str) for each in options):
        raise ValueError("options are a list of texts")
    return Question(
        key=str(plain["key"]),
        section=str(plain.get("section") or ""),
        text=str(plain.get("text") or ""),
        guidance=str(plain.get("guidance") or ""),
        kind=Kind(plain["kind"]),
        required=bool(plain.get("required", True)),
        word_limit=limit,
        options=tuple(options),
        minimum=_bound(plain.get("minimum")),
        maximum=_bound(plain.get("maximum")),
        criterion=str(plain.get("criterion") or ""),
        purpose=Purpose(plain.get("purpose") or ""),
    )


def _bound(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    number = parse_number(str(value))
    if number is None:
        raise ValueError(f"{value!r} is not a number")
    return number
