"""Opening an application for its assessor: the dossier is made here, and the names stay behind."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from procurement.models.assessment import Assignment
from procurement.queries import applications as applications_queries
from procurement.queries import assessment as assessment_queries
from procurement.queries import calls as calls_queries
from procurement.rules.dossier import Dossier, build
from procurement.rules.ports import Ports
from procurement.services import vault
from procurement.services.opening import read_submission


def dossier_of(session: Session, ports: Ports, assignment: Assignment) -> Dossier:
    """What this assessor reads; the assignment is loaded with its application (`queries.assessment`)."""
    application = assignment.application
    submission = application.standing
    assert submission is not None  # noqa: S101  (only opened applications are assigned)
    lots = calls_queries.lots_of(session, application.call_id)
    return build(
        applications_queries.questions_of(session, application.call_id),
        read_submission(ports, submission),
        submission.manifest,
        number=assignment.number,
        blind=assessment_queries.is_blind(application.call),
        title=application.title,
        organisation=application.organisation.name,
        lot=f"Lot {application.lot.number}: {application.lot.title}" if len(lots) > 1 else "",
    )


def open_dossier_file(ports: Ports, assignment: Assignment, number: int) -> Iterator[bytes]:
    """A file of the dossier by its number. Raises IndexError when there is none, FileMissing, VaultRefused."""
    submission = assignment.application.standing
    assert submission is not None  # noqa: S101  (as above)
    if number < 1:
        raise IndexError(number)
    return vault.open_file(ports, submission.manifest["files"][number - 1])
