"""The questions of a form: what may be asked, how an answer is read, and what still stops it from counting as done."""

from procurement.rules.questions import kinds as _known  # noqa: F401  (each kind registers itself)
from procurement.rules.questions.condition import Condition, Demand, Effect, condition_to_keep, read_condition
from procurement.rules.questions.demands import needed, requirement
from procurement.rules.questions.form import (
    FormProblem,
    by_section,
    check,
    form_problems,
    missing,
    read_question,
    to_plain,
)
from procurement.rules.questions.kind import (
    SETTINGS,
    UNSET,
    Checked,
    Kind,
    Measure,
    Part,
    Purpose,
    Question,
    Setting,
    find_kind,
    get_kind,
    list_kinds,
    settings_of,
    settings_to_keep,
)
from procurement.rules.questions.texts import ceiling, is_blank, normalise, one_line, word_count

__all__ = [
    "SETTINGS",
    "UNSET",
    "Checked",
    "Condition",
    "Demand",
    "Effect",
    "FormProblem",
    "Kind",
    "Measure",
    "Part",
    "Purpose",
    "Question",
    "Setting",
    "by_section",
    "ceiling",
    "check",
    "condition_to_keep",
    "find_kind",
    "form_problems",
    "get_kind",
    "is_blank",
    "list_kinds",
    "missing",
    "needed",
    "normalise",
    "one_line",
    "read_condition",
    "read_question",
    "requirement",
    "settings_of",
    "settings_to_keep",
    "to_plain",
    "word_count",
]
