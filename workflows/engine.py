"""May this move be made? The only place that decides; it changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from workflows.definition import Move, Role, Workflow
from workflows.facts import Facts, Sentence
from workflows.guards import GIVEN_WITH_THE_ACT, GUARDS

Phase = Literal["upcoming", "open", "closed"]

# Whole sentences, one for each subject, so that each can be translated.
NOT_FROM_HERE = {
    "call": "This cannot be done now. The call is at “%(state)s”.",
    "stage": "This cannot be done now. The stage is at “%(state)s”.",
    "entry": "This cannot be done now. The application is at “%(state)s”.",
    "assignment": "This cannot be done now. The assignment is at “%(state)s”.",
    "award": "This cannot be done now. The award is at “%(state)s”.",
}
NOT_YOURS = {
    frozenset({Role.APPLICANT}): Sentence("Only the applicant can do this."),
    frozenset({Role.ASSESSOR}): Sentence("Only the assessor can do this."),
    frozenset({Role.OFFICER}): Sentence("Only an officer can do this."),
    frozenset({Role.APPROVER}): Sentence("Only an approver can do this."),
    frozenset({Role.OFFICER, Role.APPROVER}): Sentence("Only an officer or an approver can do this."),
    frozenset[Role](): Sentence("The service does this by itself."),
}
FORBIDDEN = Sentence("You cannot do this.")


@dataclass(frozen=True)
class Allowed:
    move: Move


@dataclass(frozen=True)
class Refused:
    reasons: tuple[Sentence, ...]


@dataclass(frozen=True)
class Offer:
    """A move that a role has from here, and what stands in its way; no reasons: the button works."""

    move: Move
    reasons: tuple[Sentence, ...]


def decide(workflow: Workflow, state: str, action: str, roles: frozenset[Role], facts: Facts) -> Allowed | Refused:
    """The move, or every reason against it. An unknown state is a KeyError: the row and the workflow do not match."""
    here = workflow.state(state)
    move = next((move for move in workflow.moves_from(state) if move.action == action), None)
    if move is None:
        return Refused((Sentence(NOT_FROM_HERE[workflow.subject], state=here.title),))
    if not move.by & roles:
        return Refused((NOT_YOURS.get(move.by - {Role.SYSTEM}, FORBIDDEN),))
    reasons = (*_not_due(move, facts), *_reasons(move, facts))
    return Refused(reasons) if reasons else Allowed(move)


def offers(workflow: Workflow, state: str, roles: frozenset[Role], facts: Facts) -> tuple[Offer, ...]:
    """Every move of these roles from here with its reasons, to show what will be possible and what is in the way.

    What the person gives with the act itself (a reason, a declaration) is not asked for yet.
    """
    workflow.state(state)
    return tuple(
        Offer(move, (*_not_due(move, facts), *_reasons(move, facts, leaving_out=GIVEN_WITH_THE_ACT)))
        for move in workflow.moves_from(state)
        if move.by & roles
    )


def due_moves(workflow: Workflow, state: str, facts: Facts) -> tuple[tuple[Move, datetime], ...]:
    """System moves that have fallen due and that nothing stands against, with the instant they are effective at."""
    workflow.state(state)
    due = [(move, instant) for move in workflow.moves_from(state) if (instant := due_at(move, facts)) is not None]
    ready = [(move, at) for move, at in due if at <= facts.now and not _reasons(move, facts)]
    return tuple(sorted(ready, key=lambda pair: pair[1]))


def due_at(move: Move, facts: Facts) -> datetime | None:
    """When a move falls due by itself; None if it never does, or not that anybody knows yet."""
    if not move.due:
        return None
    instant: datetime | None = getattr(facts, move.due)
    return instant


def phase(opens_at: datetime | None, closes_at: datetime | None, now: datetime) -> Phase:
    """Where a call is by the clock; never stored. A call without its two instants is upcoming."""
    if opens_at is None or closes_at is None or now < opens_at:
        return "upcoming"
    return "open" if now < closes_at else "closed"


def _not_due(move: Move, facts: Facts) -> tuple[Sentence, ...]:
    if not move.due:
        return ()
    due = due_at(move, facts)
    if due is None:
        return (Sentence("The date for this is not known yet."),)
    return () if due <= facts.now else (Sentence("This happens by itself on %(due)s.", due=due),)


def _reasons(move: Move, facts: Facts, leaving_out: frozenset[str] = frozenset()) -> tuple[Sentence, ...]:
    names = (name for name in move.unless if name not in leaving_out)
    return tuple(reason for name in names if (reason := GUARDS[name](facts)))
