"""The form that a submission was sent for, as far as reading it hangs on that: what a table comes to follows from what
was set of it, and an amendment may have set otherwise since."""

import json
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.applications import Submission
from procurement.models.calls import CallVersion
from procurement.models.stages import Stage
from procurement.queries import calls as calls_queries
from procurement.rules.questions import Question, read_question

Forms = Mapping[int, tuple[Question, ...]]


def form_sent(session: Session, stage: Stage, submission: Submission | None) -> tuple[Question, ...]:
    """The form of a stage with its tables as they were asked when this was sent; as it is now where nobody knows."""
    form = calls_queries.form_of(session, stage.id)
    number = None if submission is None else submission.call_version
    if number is None or not any(each.kind.record_columns(each) for each in form):
        return form
    return _as_sent(form, forms_of(session, stage, {number}).get(number, ()))


def question_sent(question: Question, forms: Forms, submission: Submission) -> Question:
    """One question of a stage's form as it was asked when this was sent."""
    return _as_sent((question,), forms.get(submission.call_version or 0, ()))[0]


def forms_of(session: Session, stage: Stage, numbers: set[int]) -> Forms:
    """The form of a stage in some versions of its call, by the number of the version: one statement."""
    asked = select(CallVersion.number, CallVersion.content).where(
        CallVersion.call_id == stage.call_id, CallVersion.number.in_(numbers)
    )
    found = {}
    for number, content in session.execute(asked):
        plain = json.loads(content)
        stages = [each for each in plain.get("stages") or [plain] if each.get("key", stage.key) == stage.key]
        found[number] = tuple(read_question(each) for each in (stages[0].get("form") or [] if stages else []))
    return found


def _as_sent(form: tuple[Question, ...], sent: tuple[Question, ...]) -> tuple[Question, ...]:
    before = {each.key: each for each in sent if each.kind.record_columns(each)}
    asked = ((each, before.get(each.key, each)) for each in form)
    return tuple(there if there.kind == now.kind else now for now, there in asked)
