"""Opening an application for its assessor: the dossier is made here, and the names stay behind."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from procurement.models.applications import Entry, Submission
from procurement.models.assessment import Assignment
from procurement.models.requests import Request
from procurement.queries import amended_forms as amended_forms_queries
from procurement.queries import assessment as assessment_queries
from procurement.queries import calls as calls_queries
from procurement.queries import requests as requests_queries
from procurement.queries.sent_forms import form_sent
from procurement.rules.dates import uk_day
from procurement.rules.dossier import NO_NOTES, Dossier, Earlier, build
from procurement.rules.ports import Ports
from procurement.services import vault
from procurement.services.opening import read_submission
from workflows.facts import day_in_words

NO_FILES: dict[str, list[Any]] = {"files": []}


def dossier_of(session: Session, ports: Ports, assignment: Assignment) -> Dossier:
    """What this assessor reads. The assignment is loaded with its entry and what belongs to that
    (`queries.assessment`)."""
    return dossier_of_entry(session, ports, assignment.entry)


def dossier_of_entry(session: Session, ports: Ports, entry: Entry) -> Dossier:
    """What is read of an entry without names where its stage is blind: the answers to the stage, those to the earlier
    ones that it shows, and what its team answered to officers after the opening. It is loaded with its stage, its
    standing submission, and its application with lot and organisation."""
    stage, application, own = entry.stage, entry.application, entry.standing
    lots = calls_queries.lots_of(session, entry.call_id)
    return build(
        form_sent(session, stage, own) if own is not None else (),
        read_submission(ports, own) if own is not None else {"answers": {}},
        own.manifest if own is not None else NO_FILES,
        number=entry.number or 0,
        blind=assessment_queries.is_blind(stage),
        title=entry.title,
        organisation=application.organisation.name,
        lot=f"Lot {application.lot.number}: {application.lot.title}" if len(lots) > 1 else "",
        noun=stage.noun,
        notes=amended_forms_queries.notes_since(session, entry, own.call_version) if own is not None else NO_NOTES,
        earlier=(
            *(
                Earlier(
                    title=before.title,
                    form=form_sent(session, before, submission),
                    snapshot=read_submission(ports, submission),
                    manifest=submission.manifest,
                    marked=before.key == stage.marks_of,
                )
                for before, submission in assessment_queries.shown_before(session, entry)
            ),
            *(_answered(ports, request, submission) for request, submission in _responses(session, entry)),
        ),
    )


def open_dossier_file(session: Session, ports: Ports, entry: Entry, number: int) -> Iterator[bytes]:
    """A file of the dossier of an entry by its number. Raises IndexError when there is none, FileMissing,
    VaultRefused."""
    before = [submission for _, submission in assessment_queries.shown_before(session, entry)]
    answers = [submission for _, submission in _responses(session, entry)]
    files = _files([*([entry.standing] if entry.standing is not None else []), *before, *answers])
    if number < 1:
        raise IndexError(number)
    return vault.open_file(ports, files[number - 1])


def _responses(session: Session, entry: Entry) -> list[tuple[Request, Submission]]:
    """What its team answered to officers. Where names are hidden assessors get nothing of it, nor that there is
    anything: an answer is a letter to the office, and may name its people in every line."""
    if assessment_queries.is_blind(entry.stage):
        return []
    found = requests_queries.answers_to(session, entry.id)
    return [(request, request.submission) for request in found if request.submission is not None]


def _answered(ports: Ports, request: Request, submission: Submission) -> Earlier:
    """A response as a part of the dossier; what was asked stands above its first question."""
    first, *others = requests_queries.form_of(request)
    return Earlier(
        title=f"Asked on {day_in_words(uk_day(request.asked_at))}",
        form=(replace(first, guidance=request.text), *others),
        snapshot=read_submission(ports, submission),
        manifest=submission.manifest,
    )


def _files(submissions: Sequence[Submission]) -> list[Any]:
    return [line for submission in submissions for line in submission.manifest["files"]]
