"""A question of a form on a page: what was answered, how far it is, and how it reads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from flask import flash
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup

from procurement.models.applications import Answer, Attachment
from procurement.rules.questions import (
    Checked,
    Comparison,
    LotNamed,
    Part,
    Question,
    by_section,
    check,
    in_words,
    is_blank,
    users_of,
)
from procurement.web.filters import listed, sentence


class Criterion(Protocol):
    """What a form says of a criterion: of a scheme that is frozen, or of one that is still being written."""

    @property
    def title(self) -> str: ...
    @property
    def percent(self) -> int | Decimal: ...


COMPARISONS = {
    Comparison.IS: _l("is"),
    Comparison.IS_NOT: _l("is answered, and is not"),
    Comparison.ONE_OF: _l("is one of"),
    Comparison.INCLUDES: _l("includes"),
    Comparison.AT_LEAST: _l("is at least"),
    Comparison.AT_MOST: _l("is at most"),
    Comparison.ANSWERED: _l("is answered, whatever it says"),
}


def tell_on_the_next_page(said: str, box: str) -> None:
    """What is to be put right in an answer that was saved, with the way back to its box: whoever pressed "Save and
    continue" is on another page by now."""
    link = Markup('<a class="govuk-link govuk-notification-banner__link" href="{}">{}</a>')
    flash(Markup("{} {}").format(said, link.format(box, _("Go back to this answer"))), "important")


def counts_towards(criteria: Mapping[str, Criterion], form: Sequence[Question]) -> dict[str, str]:
    """What each question of a form counts towards, by its key; those that nobody marks are left out. A criterion is
    worth its weight once, however many questions are marked under it: "Innovation (30%), together with questions 5 and
    6". `criteria` have key, title and percent; the places are those in the whole form."""
    places: dict[str, list[int]] = {}
    for place, each in enumerate(form, 1):
        places.setdefault(each.criterion, []).append(place)
    return {
        each.key: _counts(criteria[each.criterion], [other for other in places[each.criterion] if other != place])
        for place, each in enumerate(form, 1)
        if each.criterion in criteria
    }


def asked_if(form: Sequence[Question], lots: Iterable[LotNamed]) -> dict[str, str]:
    """When each question of a form is asked, by its key; those that always are, are left out."""
    named = list(lots)
    return {each.key: sentence(in_words(each.shown_if, form, named)) for each in form if each.shown_if is not None}


def shown_by(form: Sequence[Question], lots: Iterable[LotNamed]) -> dict[str, Any]:
    """When each question is asked, and which others are shown by its answer, by its key."""
    uses = {each.key: [user.name for user in users_of(form, each.key)] for each in form}
    return {"asked_if": asked_if(form, lots), "uses": uses}


def _counts(criterion: Criterion, others: Sequence[int]) -> str:
    own = _("%(name)s (%(weight)s%%)", name=criterion.title, weight=criterion.percent)
    if not others:
        return own
    return ngettext(
        "%(own)s, together with question %(others)s",
        "%(own)s, together with questions %(others)s",
        len(others),
        own=own,
        others=listed(others),
    )


@dataclass(frozen=True)
class Asked:
    """A question with what was answered. `status` is a word of the task list; `parts` is the answer as it is read."""

    question: Question
    value: object
    checked: Checked
    answer: Answer | None
    files: Sequence[Attachment]
    affected: int = 0  # the version of the call that touched it after it was answered; 0: none, or it was confirmed

    @property
    def section(self) -> str:
        return self.question.section

    @property
    def answered(self) -> bool:
        return bool(self.files) if self.question.kind.uploads else self.value is not None

    @property
    def status(self) -> str:
        if self.answered:
            return "completed" if self.checked.complete and not self.affected else "in_progress"
        return "not_started" if self.question.required else "optional"

    @property
    def parts(self) -> tuple[Part, ...]:
        return self.question.kind.parts(self.question, self.value)

    @property
    def typed(self) -> str:
        """The answer as it stands in its input."""
        return "" if self.value is None else str(self.value)


def asked(
    question: Question, value: Any, files: Sequence[Attachment], answer: Answer | None = None, affected: int = 0
) -> Asked:
    """One question with its opened value or its files, and the row of the draft where there is one."""
    given: Any = [{"name": each.name} for each in files] if question.kind.uploads else value
    return Asked(question, value, check(question, given), answer, files, affected)


def as_text(lines: list[Asked], title: str) -> str:
    """A whole application as plain text, to read and keep without us."""
    parts = [title, ""]
    for section, own in by_section(lines).items():
        parts += [section.upper(), ""]
        for line in own:
            said = [each.name for each in line.files] or [sentence(part) for part in line.parts]
            text = "\n".join(said)
            parts += [line.question.text, _("Not provided") if is_blank(text) else text, ""]
    return "\n".join(parts)
