"""A whole form: what is missing of an application, why it cannot be published, its sections, and its plain values.

Whatever is typed can be kept: an answer that is too long, or is not the number that was asked for, is stored as it was
typed and is merely not complete. Only submitting is stopped by an incomplete answer.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Protocol, TypeVar

from procurement.rules.money import written
from procurement.rules.questions.bases import WORD_LIMIT
from procurement.rules.questions.condition import bound_of, condition_to_plain, day_of, read_condition
from procurement.rules.questions.demands import condition_faults
from procurement.rules.questions.kind import UNSET, Checked, Layout, Purpose, Question, get_kind
from procurement.rules.questions.showing import LotNamed, showing_faults, shown
from procurement.rules.questions.shown_if import read_shown_if, shown_if_to_plain
from procurement.rules.questions.texts import is_blank
from workflows.facts import Sentence

_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")


class InSection(Protocol):
    """A question, or anything that stands for one."""

    @property
    def section(self) -> str: ...


Item = TypeVar("Item", bound=InSection)


@dataclass(frozen=True)
class FormProblem:
    """What is wrong with a form, and with which question (empty: with the form as a whole)."""

    key: str
    sentence: Sentence


def by_section(items: Iterable[Item]) -> dict[str, list[Item]]:
    """Questions under the names of their sections: both in the order in which they first occur."""
    found: dict[str, list[Item]] = {}
    for each in items:
        found.setdefault(each.section, []).append(each)
    return found


def check(question: Question, value: Any) -> Checked:
    """Read what was typed or uploaded for a question. Never raises: what cannot be read is kept as it was typed.

    `value`: text as typed, or for files the list of the files' records; None where nothing was sent.
    """
    return question.kind.check(question, value)


def missing(questions: Iterable[Question], answers: Mapping[str, Any], lot: int | None = None) -> tuple[str, ...]:
    """The keys of the questions that are asked and not complete yet, in the form's order. `lot`: its number."""
    asked = shown(questions, answers, lot)
    return tuple(each.key for each in asked if not check(each, answers.get(each.key)).complete)


def form_problems(
    questions: Sequence[Question],
    criteria: Collection[str] | None = None,
    wanted: Collection[Purpose] = (Purpose.TITLE, Purpose.SUMMARY, Purpose.AMOUNT),
    lots: Sequence[LotNamed] | None = None,
) -> tuple[FormProblem, ...]:
    """Why this form cannot be published yet. `criteria`: the keys of the scheme's criteria, where they are known.

    `wanted`: what the service itself must be able to read in it; what is not wanted may be asked for once all the same.
    `lots`: those that it is asked of, where they are known.
    """
    problems = []
    seen: set[str] = set()
    for question in questions:
        if question.key in seen:
            sentence = Sentence("Two questions have the key “%(key)s”. Give each its own.", key=question.key)
            problems.append(FormProblem(question.key, sentence))
        seen.add(question.key)
        problems += [FormProblem(question.key, sentence) for sentence in _faults(question, criteria)]
    problems += [FormProblem(key, sentence) for key, sentence in showing_faults(questions, lots)]
    sentences = {
        Purpose.TITLE: Sentence("One question must ask for the title of the application."),
        Purpose.SUMMARY: Sentence("One question must ask for the summary that assessors and readers see."),
        Purpose.AMOUNT: Sentence("One question must ask for the amount applied for."),
        Purpose.VAT: Sentence("Only one question can ask whether VAT is charged."),
        Purpose.ASSISTANCE: Sentence("Only one question can ask about minimal financial assistance."),
    }
    for purpose, sentence in sentences.items():
        asked = sum(each.purpose is purpose for each in questions)
        if asked > 1 or (purpose in wanted and not asked):
            problems.append(FormProblem("", sentence))
    return tuple(problems)


def _faults(question: Question, criteria: Collection[str] | None) -> list[Sentence]:
    """What is wrong with one question, whatever the others are: each row is a fault and its sentence.

    What its settings must be, they say themselves.
    """
    low, high, kind, name = question.minimum, question.maximum, question.kind, question.name
    purposed, purpose = question.purpose is not Purpose.NONE, question.purpose.value
    before = [
        (
            not _KEY.fullmatch(question.key),
            Sentence("The key of “%(question)s” must be small letters, digits and underscores.", question=name),
        ),
        (is_blank(question.text), Sentence("Write the text of the question “%(question)s”.", question=name)),
        (is_blank(question.section), Sentence("Say which section “%(question)s” belongs to.", question=name)),
    ]
    after = [
        (
            low is not None and high is not None and low > high,
            Sentence("The smallest answer to “%(question)s” is larger than the largest.", question=name),
        ),
        (
            purposed and question.purpose not in kind.purposes,
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
    return [
        *(sentence for found, sentence in before if found),
        *(sentence for setting in kind.settings for sentence in setting.faults(question)),
        *_without_setting(question),
        *(sentence for found, sentence in after if found),
        *kind.faults(question),
        *condition_faults(question),
    ]


def _without_setting(question: Question) -> list[Sentence]:
    """What is set although the question's kind has no such setting, as after a change of its kind."""
    has, name = question.kind.setting, question.name
    bounded = question.minimum is not None or question.maximum is not None
    rows = [
        (question.word_limit is not None and not has("word_limit"), WORD_LIMIT.outside(question)),
        (
            bool(question.options) and not has("options"),
            Sentence("“%(question)s” has options, but is not a choice of one.", question=name),
        ),
        (
            bounded and not (has("minimum") or has("maximum")),
            Sentence("Only a number, an amount or a file has a smallest or largest: “%(question)s”.", question=name),
        ),
        (
            any(getattr(question, name) != UNSET[name] and not has(name) for name in LATER),
            Sentence("“%(question)s” keeps what another kind of answer needs. Save it again.", question=name),
        ),
        (
            any(not has(each) for each, _ in question.layout),
            Sentence("“%(question)s” is laid out as a table, but asks for none.", question=name),
        ),
    ]
    return [sentence for found, sentence in rows if found]


# The settings that came later: a form that has none of them says nothing about it, and keeps its bytes.
LATER = ("character_limit", "exclusive", "earliest", "latest", "statement", "types", "page_limit")


def _later(question: Question) -> dict[str, Any]:
    """The settings that came later, as plain values: those that are set."""
    found = {name: getattr(question, name) for name in LATER if getattr(question, name) != UNSET[name]}
    return {
        name: value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value
        for name, value in found.items()
    }


def to_plain(question: Question) -> dict[str, Any]:
    """A question as plain values, with nothing left out, so that a frozen form can be hashed. Forms from before there
    were conditions or tables have none, and keep their bytes: a question without one says nothing about it."""
    return {
        "key": question.key,
        "section": question.section,
        "text": question.text,
        "guidance": question.guidance,
        "kind": question.kind.key,
        "required": question.required,
        "word_limit": question.word_limit,
        "options": list(question.options),
        "minimum": None if question.minimum is None else written(question.minimum),
        "maximum": None if question.maximum is None else written(question.maximum),
        "criterion": question.criterion,
        "purpose": question.purpose.value,
        **({"condition": condition_to_plain(question.condition)} if question.condition is not None else {}),
        **_later(question),
        **({"layout": layout_to_plain(question.layout)} if question.layout else {}),
        **({"shown_if": shown_if_to_plain(question.shown_if)} if question.shown_if is not None else {}),
    }


def layout_to_plain(layout: Layout) -> dict[str, Any]:
    """What was set of a table as plain values; what was set of none is left out."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in layout}


def read_layout(plain: Mapping[str, Any]) -> Layout:
    """Plain values -> what was set of a table, in the order of its names."""
    return tuple(
        (name, tuple(map(str, value)) if isinstance(value, list | tuple) else value)
        for name, value in sorted(plain.items())
    )


_FIELDS = frozenset(each.name for each in fields(Question))


def read_question(plain: Mapping[str, Any]) -> Question:
    """Plain values -> a question. Raises ValueError for an unknown field or kind, or a value of the wrong type."""
    unknown = sorted(set(plain) - _FIELDS)
    if unknown:
        raise ValueError(f"a question has no {', '.join(unknown)}")
    if "key" not in plain or "kind" not in plain:
        raise ValueError("a question needs a key and a kind")
    return Question(
        key=str(plain["key"]),
        section=str(plain.get("section") or ""),
        text=str(plain.get("text") or ""),
        guidance=str(plain.get("guidance") or ""),
        kind=get_kind(str(plain["kind"])),
        required=bool(plain.get("required", True)),
        word_limit=_whole(plain, "word_limit"),
        options=_texts(plain, "options"),
        minimum=bound_of(plain.get("minimum")),
        maximum=bound_of(plain.get("maximum")),
        criterion=str(plain.get("criterion") or ""),
        purpose=Purpose(plain.get("purpose") or ""),
        condition=read_condition(plain["condition"]) if plain.get("condition") else None,
        character_limit=_whole(plain, "character_limit"),
        types=_texts(plain, "types"),
        page_limit=_whole(plain, "page_limit"),
        earliest=day_of(plain.get("earliest")),
        latest=day_of(plain.get("latest")),
        exclusive=str(plain.get("exclusive") or ""),
        statement=str(plain.get("statement") or ""),
        layout=read_layout(plain.get("layout") or {}),
        shown_if=read_shown_if(plain["shown_if"]) if plain.get("shown_if") else None,
    )


def _whole(plain: Mapping[str, Any], name: str) -> int | None:
    value = plain.get(name)
    if not (value is None or (isinstance(value, int) and not isinstance(value, bool))):
        raise ValueError(f"{name} is a whole number")
    return value


def _texts(plain: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = plain.get(name) or ()
    if isinstance(values, str) or not all(isinstance(each, str) for each in values):
        raise ValueError(f"{name} are a list of texts")
    return tuple(values)
