"""A whole application in a stage put together for a page: every question with its answer, from the draft or from a
submission."""

from typing import Any

from procurement.models.applications import Attachment, Entry
from procurement.queries import applications as applications_queries
from procurement.services import vault
from procurement.web.context import ports, session
from procurement.web.parts.questions import Asked, asked


def draft(entry: Entry) -> list[Asked]:
    """The draft as it is now, in the form's order: four statements however long the form is."""
    answers = applications_queries.answers_of(session(), entry.id)
    values: dict[str, Any] = {key: vault.open_answer(ports(), row) for key, row in answers.items()}
    files: dict[str, list[Attachment]] = {}
    for each in applications_queries.attachments_of(session(), entry.id):
        files.setdefault(each.key, []).append(each)
    return [
        asked(
            each, values.get(each.key), files.get(each.key, []), answers.get(each.key), entry.affected.get(each.key, 0)
        )
        for each in applications_queries.questions_of(session(), entry.stage_id)
    ]
