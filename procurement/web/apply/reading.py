"""A whole application put together for a page: every question with its answer, from the draft or from a submission."""

from typing import Any

from procurement.models.applications import Application, Attachment, Submission
from procurement.queries import applications as applications_queries
from procurement.services import vault
from procurement.web.context import ports, session
from procurement.web.parts.questions import Asked, asked


def draft(application: Application) -> list[Asked]:
    """The draft as it is now, in the form's order: four statements however long the form is."""
    answers = applications_queries.answers_of(session(), application.id)
    values = {key: vault.open_answer(ports(), row) for key, row in answers.items()}
    files: dict[str, list[Attachment]] = {}
    for each in applications_queries.attachments_of(session(), application.id):
        files.setdefault(each.key, []).append(each)
    return [
        asked(each, values.get(each.key), files.get(each.key, []), answers.get(each.key))
        for each in applications_queries.questions_of(session(), application.call_id)
    ]


def submitted(application: Application, submission: Submission) -> list[Asked]:
    """What was submitted, in the form's order."""
    said = vault.open_submission(ports(), submission)["answers"]
    files: dict[str, list[Attachment]] = {}
    for line in submission.manifest["files"]:
        files.setdefault(line["key"], []).append(_attachment(application, line))
    return [
        asked(each, said.get(each.key), files.get(each.key, []))
        for each in applications_queries.questions_of(session(), application.call_id)
    ]


def _attachment(application: Application, line: dict[str, Any]) -> Attachment:
    """A file of a submission with what a page shows of it."""
    return Attachment(
        ref=line["ref"],
        application_id=application.id,
        key=line["key"],
        name=line["name"],
        media_type=line["media_type"],
        size=line["size"],
        digest=line["digest"],
        stored=line["stored"],
    )
