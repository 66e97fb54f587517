"""Locking the marks: every scorecard is in, and each is committed to by a salted digest that the chain holds."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.assessment import Assignment, MarkLock
from procurement.models.calls import Call
from procurement.queries import assessment as find
from procurement.queries import calls
from procurement.rules.assessment import canonical_card
from procurement.rules.ledger import commitment
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import progress
from procurement.services.history import SALT_BYTES
from procurement.services.locking import lock_call
from workflows.facts import Facts


def lock_marks(session: Session, ports: Ports, call_id: int, *, by: Principal, now: datetime) -> Call:
    """End the marking for good. Refused while an application has too few readers or a scorecard is to come.

    Nobody can claim other marks later: each scorecard's commitment stands in the history.
    """
    call = lock_call(session, call_id)
    so_far = find.standing_of(session, call)
    facts = replace(
        calls.facts(session, call, by=by, now=now),
        readers_missing=so_far.readers_missing,
        scorecards_due=so_far.scorecards_due,
    )
    progress.move(
        session,
        ports,
        call,
        call,
        "lock_marks",
        by=by,
        roles=by.workflow_roles(),
        facts=facts,
        now=now,
        data={"scorecards": so_far.scorecards_in},
    )
    submitted = session.scalars(
        select(Assignment.id)
        .where(Assignment.call_id == call.id, Assignment.state == "submitted")
        .order_by(Assignment.id)
    ).all()
    for assignment_id in submitted:
        assignment = find.get_marked(session, assignment_id)
        salt = ports.chance.bytes(SALT_BYTES)
        made = commitment(salt, card_of(assignment))
        session.add(MarkLock(assignment_id=assignment.id, salt=salt, commitment=made, locked_at=now))
        progress.move(
            session,
            ports,
            assignment,
            call,
            "lock",
            by=by,
            roles=progress.SYSTEM_ROLES,
            now=now,
            facts=Facts(now=now, actor=by.id),
            data={"commitment": made},
        )
    return call


def card_of(assignment: Assignment) -> bytes:
    """The bytes that a scorecard's commitment is made of; its marks are loaded."""
    marks = [{"criterion": each.criterion, "mark": each.mark, "comment": each.comment} for each in assignment.marks]
    return canonical_card(assignment.id, assignment.application_id, marks)
