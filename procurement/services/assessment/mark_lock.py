"""Locking the marks: every scorecard is in, and each is committed to by a salted digest that the chain holds."""

from dataclasses import replace

from sqlalchemy import select

from procurement.models.assessment import Assignment, MarkLock
from procurement.models.calls import Call
from procurement.queries import assessment as assessment_queries
from procurement.queries import calls as calls_queries
from procurement.rules.assessment import canonical_card
from procurement.rules.ledger import commitment
from procurement.services import progress
from procurement.services.act import Act
from procurement.services.history import SALT_BYTES
from procurement.services.locks import lock_call
from workflows.catalogue import states
from workflows.facts import Facts


def lock_marks(act: Act, call_id: int) -> Call:
    """End the marking for good. Refused while an application has too few readers or a scorecard is to come.

    Nobody can claim other marks later: each scorecard's commitment stands in the history.
    """
    call = lock_call(act.session, call_id)
    so_far = assessment_queries.progress_of(act.session, call)
    facts = replace(
        calls_queries.facts(act.session, call, by=act.by, now=act.now),
        readers_missing=so_far.readers_missing,
        scorecards_due=so_far.scorecards_due,
    )
    progress.move(
        act,
        call,
        call,
        "lock_marks",
        roles=act.by.workflow_roles(),
        facts=facts,
        data={"scorecards": so_far.scorecards_in},
    )
    submitted = act.session.scalars(
        select(Assignment.id)
        .where(Assignment.call_id == call.id, Assignment.state.in_(states.assignment.submitted))
        .order_by(Assignment.id)
    ).all()
    for assignment_id in submitted:
        assignment = assessment_queries.get_marked(act.session, assignment_id)
        salt = act.ports.randomness.bytes(SALT_BYTES)
        made = commitment(salt, card_of(assignment))
        act.session.add(MarkLock(assignment_id=assignment.id, salt=salt, commitment=made, locked_at=act.now))
        progress.move(
            act,
            assignment,
            call,
            "lock",
            roles=progress.SYSTEM_ROLES,
            facts=Facts(now=act.now, actor=act.by.id),
            data={"commitment": made},
        )
    return call


def card_of(assignment: Assignment) -> bytes:
    """The bytes that a scorecard's commitment is made of; its marks are loaded."""
    marks = [{"criterion": each.criterion, "mark": each.mark, "comment": each.comment} for each in assignment.marks]
    return canonical_card(assignment.id, assignment.application_id, marks)
