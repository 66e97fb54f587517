"""A whole application in a stage put together for a page: every question with its answer, from the draft or from a
submission."""

from typing import Any

from procurement.models.applications import Attachment, Entry
from procurement.queries import amended_forms as amended_forms_queries
from procurement.queries import applications as applications_queries
from procurement.rules.questions import shown
from procurement.services import vault
from procurement.web.context import ports, session
from procurement.web.parts.questions import Asked, asked


def draft(entry: Entry) -> list[Asked]:
    """The draft as it is now, in the form's order: four statements however long the form is. What the answers so far do
    not show is left out; what was written there is kept."""
    answers = applications_queries.answers_of(session(), entry.id)
    values: dict[str, Any] = {key: vault.open_answer(ports(), row) for key, row in answers.items()}
    files: dict[str, list[Attachment]] = {}
    for each in applications_queries.attachments_of(session(), entry.id):
        files.setdefault(each.key, []).append(each)
    form = shown(
        applications_queries.questions_of(session(), entry.stage_id),
        {**values, **{key: [each.name for each in own] for key, own in files.items()}},
        entry.application.lot.number,
    )
    return [
        asked(
            each, values.get(each.key), files.get(each.key, []), answers.get(each.key), entry.affected.get(each.key, 0)
        )
        for each in form
    ]


def kept(entry: Entry) -> list[Asked]:
    """What the team answered to questions that an amendment took out: it can be read, and is not sent."""
    gone = amended_forms_queries.taken_out(session(), entry)
    if not gone:
        return []
    answers = applications_queries.answers_of(session(), entry.id)
    files = applications_queries.attachments_of(session(), entry.id)
    lines = [
        asked(
            each,
            vault.open_answer(ports(), answers[each.key]) if each.key in answers else None,
            [file for file in files if file.key == each.key],
        )
        for each in gone
    ]
    return [line for line in lines if line.answered]
