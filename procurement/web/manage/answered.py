"""What an applicant answered to officers, beside the questions: for every page on which its bid is looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from procurement.models.applications import Entry
from procurement.models.requests import Request
from procurement.queries import requests as requests_queries
from procurement.rules.requests import OFFICERS
from procurement.services.opening import read_submission
from procurement.web.context import ports, session


@dataclass(frozen=True)
class Answered:
    """One request with what came back, `answers` by key; `damaged`: its bytes are not those that were stored."""

    task: Request
    lines: Sequence[requests_queries.Line]
    damaged: bool = False
    answers: Mapping[str, Any] = field(default_factory=dict)


def read(task: Request) -> Answered:
    """A request with its answer, opened."""
    if task.submission is None:
        return Answered(task, requests_queries.lines_of(task, {}))
    snapshot = read_submission(ports(), task.submission)
    answers = {} if snapshot is None else snapshot["answers"]
    return Answered(task, requests_queries.lines_of(task, answers), snapshot is None, answers)


def of_entry(entry: Entry) -> list[Answered]:
    """What officers asked about a bid and got an answer to, the oldest first: one statement."""
    asked = requests_queries.of_entry(session(), entry.id)
    return [read(each) for each in asked if each.kind in OFFICERS and each.answered_at is not None]
