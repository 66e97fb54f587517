"""A question of a form on a page: how its answer is shown, how far it is, and what it says in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from procurement.models.applications import Answer, Attachment
from procurement.rules.money import format_pounds, parse_number
from procurement.rules.questions import Checked, Kind, Question, check, is_blank


@dataclass(frozen=True)
class Asked:
    """A question with what was answered. `status` is a word of the task list; `shown` is the answer in words."""

    question: Question
    value: object
    checked: Checked
    answer: Answer | None
    files: list[Attachment]

    @property
    def answered(self) -> bool:
        return bool(self.files) if self.question.kind is Kind.FILE else self.value is not None

    @property
    def status(self) -> str:
        if self.answered:
            return "completed" if self.checked.complete else "in_progress"
        return "not_started" if self.question.required else "optional"

    @property
    def shown(self) -> str:
        """The answer as people read it; nothing where there is none."""
        return answer_in_words(self.question, self.value)

    @property
    def typed(self) -> str:
        """The answer as it stands in its input."""
        return "" if self.value is None else str(self.value)


def asked(
    question: Question,
    answers: Mapping[str, Answer],
    values: Mapping[str, Any],
    files: Mapping[str, list[Attachment]],
) -> Asked:
    """One question with its answer: rows by key, opened values by key, files by key."""
    own = files.get(question.key, [])
    value = values.get(question.key)
    given: object = [{"name": each.name} for each in own] if question.kind is Kind.FILE else value
    return Asked(question, value, check(question, given), answers.get(question.key), own)


def answer_in_words(question: Question, value: object) -> str:
    """A stored answer as people read it: an amount with its sign, yes or no as words."""
    if value is None:
        return ""
    text = str(value)
    if question.kind is Kind.YES_NO:
        return {"yes": _("Yes"), "no": _("No")}.get(text, text)
    if question.kind is Kind.MONEY and (amount := parse_number(text)) is not None:
        return format_pounds(Decimal(amount))
    if question.kind is Kind.NUMBER and (number := parse_number(text)) is not None:
        return f"{number:,f}"
    return text


def extent(question: Question) -> str:
    """What is asked for, in few words: "up to 250 words", "an amount in pounds", "up to 3 files"."""
    if question.word_limit is not None:
        return ngettext("up to %(num)s word", "up to %(num)s words", question.word_limit)
    if question.kind is Kind.FILE:
        return ngettext("1 file", "up to %(num)s files", int(question.maximum or 1))
    return {
        Kind.SHORT_TEXT: _("a short text"),
        Kind.LONG_TEXT: _("a text"),
        Kind.NUMBER: _("a number"),
        Kind.MONEY: _("an amount in pounds"),
        Kind.YES_NO: _("yes or no"),
        Kind.ONE_OF: _("a choice"),
    }[question.kind]


def as_text(lines: list[Asked], title: str) -> str:
    """A whole application as plain text, to read and keep without us."""
    parts = [title, ""]
    section = ""
    for line in lines:
        if line.question.section != section:
            section = line.question.section
            parts += [section.upper(), ""]
        parts.append(line.question.text)
        said = "\n".join(each.name for each in line.files) if line.files else line.shown
        parts += [said if not is_blank(said) else _("Not provided"), ""]
    return "\n".join(parts)
