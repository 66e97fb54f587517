"""Reading documents: whose they are and who may have them."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application, Submission
from procurement.models.calls import Call
from procurement.models.documents import Document
from procurement.rules.statuses import DocumentStatus

LETTERS = ("award_letter", "reserve_letter", "declined_letter", "assessment_summary")


@dataclass(frozen=True)
class Held:
    """A document as the permissions look at it.

    `released`: its organisation may have it (a receipt at once, letters and summaries when the outcome was told);
    `unsealed`: staff may have it (the bids of its call have been opened).
    """

    document: Document
    public: bool
    organisation_id: int | None
    released: bool
    unsealed: bool


def find_by_code(session: Session, code: str) -> Held | None:
    """A document by its verify code as stored, with what decides who may have it."""
    found = session.scalars(select(Document).where(Document.code == code)).one_or_none()
    if found is None:
        return None
    call = session.get(Call, found.call_id) if found.call_id is not None else None
    application = None
    if found.application_id is not None:
        application = session.scalars(
            select(Application).where(Application.id == found.application_id).options(joinedload(Application.call))
        ).one()
    return Held(
        document=found,
        public=found.public,
        organisation_id=application.organisation_id if application else None,
        released=application is not None and (found.kind == "receipt" or application.told),
        unsealed=call is not None and call.opened,
    )


def find_receipt(session: Session, application_id: int, number: int) -> Document | None:
    """The receipt of one submission."""
    key = f"receipt:{application_id}:{number}"
    return session.scalars(select(Document).where(Document.key == key)).one_or_none()


def find_submission(session: Session, code: str) -> Submission | None:
    """The submission whose receipt has this code."""
    return session.scalars(select(Submission).where(Submission.code == code)).one_or_none()


def documents_of(session: Session, call_id: int, kinds: tuple[str, ...] = ()) -> list[Document]:
    """The documents of a call (of some kinds), in the order in which they were asked for."""
    asked = select(Document).where(Document.call_id == call_id)
    if kinds:
        asked = asked.where(Document.kind.in_(kinds))
    return list(session.scalars(asked.order_by(Document.id)))


def outcome_documents(session: Session, application_id: int) -> list[Document]:
    """What was written to one applicant about the outcome, in the order in which it was asked for."""
    kinds = (*LETTERS, "ineligible_letter")
    asked = select(Document).where(Document.application_id == application_id, Document.kind.in_(kinds))
    return list(session.scalars(asked.order_by(Document.id)))


def letters_due(session: Session, call_id: int) -> int:
    """How many letters and summaries are not ready yet."""
    due = select(func.count()).where(
        Document.call_id == call_id, Document.kind.in_(LETTERS), Document.state != DocumentStatus.READY
    )
    return session.scalar(due) or 0
