"""Reading the reviews that applicants asked for: of what, by whom they are answered, what waits."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application, Entry
from procurement.models.calls import Call, Lot
from procurement.models.decisions import Decision
from procurement.models.disqualifications import Disqualification
from procurement.models.documents import Document
from procurement.models.people import Person
from procurement.models.requests import Request, Review
from procurement.models.stages import Stage
from procurement.queries import people as people_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules.requests import ReviewOutcome
from workflows.catalogue import states

WHOLE_REVIEW = (joinedload(Review.decision), joinedload(Review.disqualification), joinedload(Review.decider))


def find_review(session: Session, request_id: int) -> Review | None:
    """The review that a request is about, with the finding that it reviews and who decided it."""
    return session.scalars(select(Review).where(Review.request_id == request_id).options(*WHOLE_REVIEW)).one_or_none()


def review_about(session: Session, thing: Decision | Disqualification) -> Request | None:
    """The request by which the review of a decision or a disqualification is asked for, where it was begun."""
    own = Review.decision_id if isinstance(thing, Decision) else Review.disqualification_id
    return session.scalars(
        select(Request).join(Review, Review.request_id == Request.id).where(own == thing.id)
    ).one_or_none()


def offered_review(session: Session, entry_id: int) -> Request | None:
    """The request by which the team of an ineligible entry may ask for a review of the finding that stands."""
    return session.scalars(
        select(Request)
        .join(Review, Review.request_id == Request.id)
        .join(Decision, Decision.id == Review.decision_id)
        .where(Request.entry_id == entry_id, Decision.superseded_at.is_(None))
    ).one_or_none()


def reviewers_of(session: Session, review: Review) -> list[Person]:
    """Every officer who neither proposed nor approved what is reviewed."""
    return [each for each in people_queries.holders_of(session, "officer") if each.id not in review.authors]


def reviews_waiting(session: Session, stage_id: int) -> int:
    """How many reviews were asked for in a stage and are not decided: what the guard `reviews_open` asks. Nobody is let
    in again to a lot that was abandoned, so that nothing waits for those."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Review)
            .join(Request, Request.id == Review.request_id)
            .join(Entry, Entry.id == Request.entry_id)
            .join(Application, Application.id == Entry.application_id)
            .join(Lot, Lot.id == Application.lot_id)
            .where(
                Entry.stage_id == stage_id,
                Request.answered_at.is_not(None),
                Review.decided_at.is_(None),
                Lot.abandoned_at.is_(None),
            )
        )
        or 0
    )


def letter_of(session: Session, review_id: int) -> Document | None:
    """The letter that says what a review found."""
    return session.scalars(select(Document).where(Document.key == f"review_letter:{review_id}")).one_or_none()


def count_reversed(session: Session, entry_id: int) -> int:
    """How many findings about an entry a review has reversed: what tells its letters of ineligibility apart."""
    asked = select(func.count()).select_from(Review).join(Request, Request.id == Review.request_id)
    found = asked.where(Request.entry_id == entry_id, Review.outcome == ReviewOutcome.REVERSED)
    return session.scalar(found) or 0


def can_reinstate(call: Call, entry: Entry) -> bool:
    """Whether an entry that is out can take part again: not past it, and its call's own rules know the move."""
    going = call.state in states.call.published and entry.application.lot.abandoned_at is None
    return bool(back_by(call, entry)) and going and not is_past_reviewing(entry.stage)


def back_by(call: Call, entry: Entry) -> str:
    """By which move an entry that is out takes part again: to its check, or into the assessment where its stage has
    none; nothing where the call's own rules know no way back."""
    workflow = workflows_queries.workflow_of(call, "entry", entry.stage)
    known = {move.action for move in workflow.moves_from(entry.state)}
    return next((action for action in ("reinstate", "readmit") if action in known), "")


def is_past_reviewing(stage: Stage) -> bool:
    """Whether nobody can be let into a stage again: its marks are locked; where it marks nothing, its check is over."""
    return stage.state not in (*states.stage.checking, *states.stage.assessing)
