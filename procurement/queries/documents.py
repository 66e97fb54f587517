"""Reading documents: whose they are and who may have them."""

from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from procurement.models.applications import Application, Entry, Submission
from procurement.models.documents import Document
from procurement.models.slices import Slice
from procurement.models.stages import Stage
from procurement.queries import moderation as moderation_queries
from procurement.rules.statuses import DocumentStatus, SliceKind, SliceStatus

AFTERWARDS = ("standstill_letter", "abandonment_letter")  # what is written after an outcome, or in its place
# to its organisation; what says that it is not eligible is written when it is told, and stays with it
RELEASED_AT_ONCE = (
    "receipt",
    "request_receipt",
    "slot_letter",
    "ineligible_letter",
    "review_letter",
    "disqualification_letter",
    *AFTERWARDS,
)
RECEIPTS = ("receipt", "request_receipt")
LETTERS = (
    "award_letter",
    "advance_letter",
    "reserve_letter",
    "declined_letter",
    "absence_letter",
    "assessment_summary",
)
PAPERS = ("prospectus", "blank_form")  # of a call, for each of its versions
SUMMARY = "assessment_summary"
OUTCOME_LETTERS = tuple(kind for kind in LETTERS if kind != SUMMARY)


@dataclass(frozen=True)
class Held:
    """A document as the permissions look at it.

    `released`: its organisation may have it (a receipt at once, letters and summaries about an outcome when that was
    told);
    `unsealed`: staff may have it (the bids of its stage have been opened, or of any where it is of no stage). `barred`:
    people who may not, whatever else they are, since it tells of a bid of which they must know nothing.
    """

    document: Document
    public: bool
    organisation_id: int | None
    released: bool
    unsealed: bool
    barred: frozenset[int] = frozenset()


def find_by_code(session: Session, code: str) -> Held | None:
    """A document by its verify code as stored, with what decides who may have it."""
    found = session.scalars(select(Document).where(Document.code == code)).one_or_none()
    if found is None:
        return None
    application = session.get(Application, found.application_id) if found.application_id is not None else None
    entry = session.get(Entry, found.entry_id) if found.entry_id is not None else None
    return Held(
        document=found,
        public=found.public,
        organisation_id=application.organisation_id if application else None,
        released=application is not None
        and found.withdrawn_at is None
        and (found.kind in RELEASED_AT_ONCE or (entry is not None and entry.told and _all_are_made(session, found))),
        unsealed=_is_unsealed(session, found),
        barred=barred_from(session, found),
    )


def renewed_key(entry_id: int, award_id: int) -> str:
    """The key of an assessment summary that is given again, since another tender is to be awarded: of one award, they
    end alike."""
    return f"{SUMMARY}:{entry_id}:award:{award_id}"


def _all_are_made(session: Session, document: Document) -> bool:
    """Of summaries that are given again nobody has theirs before all of them are made."""
    _before, again, award = document.key.partition(":award:")
    if document.kind != SUMMARY or not again:
        return True
    asked = select(Document.id).where(
        Document.call_id == document.call_id,
        Document.kind == SUMMARY,
        Document.key.like(f"%:award:{award}"),
        Document.state == DocumentStatus.REQUESTED,
    )
    return session.scalar(asked.limit(1)) is None


def barred_from(session: Session, document: Document) -> frozenset[int]:
    """Who must not read a document: the minutes of a panel are not for whoever has a conflict in one of its items."""
    if document.kind != "panel_minutes":
        return frozenset()
    return moderation_queries.barred_from_minutes(session, int(document.key.rpartition(":")[2]))


def _is_unsealed(session: Session, document: Document) -> bool:
    its = Stage.id == document.stage_id if document.stage_id is not None else Stage.call_id == document.call_id
    return session.scalar(select(Stage.id).where(its, Stage.opened_at.is_not(None)).limit(1)) is not None


def find_receipt(session: Session, application_id: int, number: int) -> Document | None:
    """The receipt of one submission."""
    key = f"receipt:{application_id}:{number}"
    return session.scalars(select(Document).where(Document.key == key)).one_or_none()


def find_submission(session: Session, code: str) -> Submission | None:
    """The submission whose receipt has this code."""
    return session.scalars(select(Submission).where(Submission.code == code)).one_or_none()


def documents_of(session: Session, stage: Stage) -> list[Document]:
    """The documents of a stage, with those of its call as a whole, in the order in which they were asked for."""
    of_call = and_(Document.call_id == stage.call_id, Document.stage_id.is_(None))
    asked = select(Document).where(or_(Document.stage_id == stage.id, of_call))
    return list(session.scalars(asked.order_by(Document.id)))


def newest_of_kind(session: Session, call_id: int, kind: str) -> Document | None:
    """The newest document of a kind about a call that is made and can be read."""
    asked = select(Document).where(
        Document.call_id == call_id, Document.kind == kind, Document.state == DocumentStatus.READY
    )
    return session.scalars(asked.order_by(Document.id.desc()).limit(1)).one_or_none()


def papers_of(session: Session, call_id: int) -> dict[str, Document]:
    """The newest papers of a call, by their keys without the version: `prospectus:<call>`, `blank_form:<call>:<stage>`.
    One that is being made is among them; one that could not be made is not."""
    asked = select(Document).where(
        Document.call_id == call_id, Document.kind.in_(PAPERS), Document.state != DocumentStatus.FAILED
    )
    return {each.key.rpartition(":")[0]: each for each in session.scalars(asked.order_by(Document.id))}


def documents_of_stage(session: Session, stage_id: int, kinds: tuple[str, ...]) -> list[Document]:
    """The documents of a stage of some kinds that stand, in the order in which they were asked for."""
    asked = select(Document).where(
        Document.stage_id == stage_id, Document.kind.in_(kinds), Document.withdrawn_at.is_(None)
    )
    return list(session.scalars(asked.order_by(Document.id)))


def outcome_documents(session: Session, entry_id: int) -> list[Document]:
    """What was written to one applicant about the outcome of a stage, in the order in which it was asked for."""
    kinds = (*LETTERS, *AFTERWARDS, "ineligible_letter", "review_letter", "assistance_confirmation")
    asked = select(Document).where(
        Document.entry_id == entry_id, Document.kind.in_(kinds), Document.withdrawn_at.is_(None)
    )
    return list(session.scalars(asked.order_by(Document.id)))


def outcome_letter(documents: list[Document]) -> Document | None:
    """The letter with the outcome that stands, of `outcome_documents`: the last one, since whoever was taken from the
    reserve has two; what was written besides, as what a review found, is no outcome."""
    return next((each for each in reversed(documents) if each.kind in OUTCOME_LETTERS), None)


def decided_before(session: Session, stage_id: int) -> bool:
    """Whether letters of a stage were asked for and withdrawn: it was decided before, and is decided again."""
    asked = select(Document.id).where(Document.stage_id == stage_id, Document.withdrawn_at.is_not(None))
    return session.scalar(asked.limit(1)) is not None


def letters_due(session: Session, stage_id: int) -> int:
    """How many letters and summaries of a stage are being made. One that cannot be made is not waited for: it stops
    nobody else from being told, its applicant reads the outcome on the page, and gets the letter once it is there."""
    due = select(func.count()).where(
        Document.stage_id == stage_id,
        Document.kind.in_(LETTERS),
        Document.state == DocumentStatus.REQUESTED,
        Document.withdrawn_at.is_(None),
    )
    put_off = select(func.sum(Slice.size)).where(
        Slice.stage_id == stage_id, Slice.makes == SliceKind.DOCUMENTS, Slice.state == SliceStatus.WAITING
    )
    return (session.scalar(due) or 0) + (session.scalar(put_off) or 0)


def summaries_missing(session: Session, call_id: int) -> int:
    """How many assessment summaries of a call are not there, which tenderers must have before the contract award
    notice is published (Procurement Act 2023 s.50(1))."""
    missing = select(func.count()).where(
        Document.call_id == call_id,
        Document.kind == SUMMARY,
        Document.state != DocumentStatus.READY,
        Document.withdrawn_at.is_(None),
    )
    put_off = select(func.sum(Slice.size)).where(
        Slice.call_id == call_id, Slice.kind == SUMMARY, Slice.state != SliceStatus.MADE
    )
    return (session.scalar(missing) or 0) + (session.scalar(put_off) or 0)
