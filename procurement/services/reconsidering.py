"""Deciding anew what was approved and nobody was told yet: where a mark was corrected after the approval.

What was proposed stands as proposed, by whoever proposed it; the letters and summaries that were asked for are never
given to anybody; an award goes back to where it was before its approval.
"""

from sqlalchemy import select, update
from sqlalchemy.orm.attributes import set_committed_value

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.decisions import Decision
from procurement.models.documents import Document
from procurement.models.stages import Stage
from procurement.queries import awards as awards_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import stages as stages_queries
from procurement.queries import workflows as workflows_queries
from procurement.queries.documents import LETTERS
from procurement.rules.permissions import SYSTEM
from procurement.services import progress, slices
from procurement.services.act import Act
from procurement.services.refusal import Refusal
from workflows.catalogue import states
from workflows.facts import Facts, Sentence

DECIDED_BEFORE = Sentence(
    "The decisions are approved, and this call was published under rules by which they are not taken up again. Nothing "
    "can be corrected in it any more."
)


def require_possible(call: Call, stage: Stage) -> None:
    """Refuse a call that froze its rules before decisions could be taken up again."""
    workflow = workflows_queries.workflow_of(call, "stage", stage)
    if not any(move.action == "reopen_decisions" for move in workflow.moves_from(stage.state)):
        raise Refusal(DECIDED_BEFORE)


def reopen(act: Act, call: Call, stage: Stage, reason: str) -> None:
    """Take back that the decisions of a stage were approved; it is held. Refused once the applicants were told."""
    so = stages_queries.facts(call, stage, by=act.by, now=act.now, reason=reason)
    progress.move(act, stage, call, "reopen_decisions", roles=act.by.workflow_roles(), facts=so)
    system, facts = act.made_by(SYSTEM), Facts(now=act.now, actor=act.by.id, call_live=so.call_live)
    entries = act.session.scalars(
        select(Entry)
        .where(Entry.stage_id == stage.id, Entry.state.in_(states.entry.answered))
        .order_by(Entry.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for entry in entries:
        set_committed_value(entry, "stage", stage)
        progress.move(system, entry, call, "reconsider", roles=progress.SYSTEM_ROLES, facts=facts)
    for award in awards_queries.of_stage(act.session, stage.id, states.award.approved):
        progress.move(system, award, call, "reconsider", roles=progress.SYSTEM_ROLES, facts=facts)
    _propose_again(act, stage)
    slices.discard(act, stage.id, LETTERS)  # before those that are there: a part may be made at this moment
    act.session.execute(
        update(Document)
        .where(Document.stage_id == stage.id, Document.kind.in_(LETTERS), Document.withdrawn_at.is_(None))
        .values(withdrawn_at=act.now)
    )
    act.session.flush()


def _propose_again(act: Act, stage: Stage) -> None:
    """Each decision as it was proposed; the one that was approved stays on record."""
    approved = decisions_queries.standing_decisions(act.session, stage.id)
    for each in approved:
        each.superseded_at = act.now
    act.session.flush()
    act.session.add_all(
        Decision(
            call_id=each.call_id,
            application_id=each.application_id,
            entry_id=each.entry_id,
            outcome=each.outcome,
            amount=each.amount,
            reason=each.reason,
            departure=each.departure,
            because=each.because,
            heard=each.heard,
            proposed_by=each.proposed_by,
            proposed_at=each.proposed_at,
        )
        for each in approved
    )
    act.session.flush()
