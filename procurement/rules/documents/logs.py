"""What lists of what was said say."""

from dataclasses import dataclass
from typing import ClassVar

from procurement.rules.documents.kinds import Content


@dataclass(frozen=True, kw_only=True)
class LoggedAnswer:
    """A question with its answer; `question` is empty where nobody asked, `lot` where it is about the whole call."""

    number: str
    lot: str
    question: str
    answer: str
    answered: str
    corrects: str


@dataclass(frozen=True, kw_only=True)
class ClarificationLog(Content):
    """The questions about a call and their answers, as everybody could read them when it was asked for."""

    kind: ClassVar[str] = "clarification_log"
    call: str
    call_reference: str
    answers: tuple[LoggedAnswer, ...]
