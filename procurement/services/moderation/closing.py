"""Closing a moderation: each agreement is committed to by a salted digest in the chain; and moderating again."""

from dataclasses import replace

from procurement.models.moderation import AgreedMark
from procurement.models.stages import Stage
from procurement.queries import decisions as decisions_queries
from procurement.queries import moderation as moderation_queries
from procurement.queries import stages as stages_queries
from procurement.rules.ledger import commitment
from procurement.rules.moderation import canonical_agreement
from procurement.services import progress
from procurement.services.act import Act
from procurement.services.history import SALT_BYTES, record
from procurement.services.locks import lock_stage
from workflows.catalogue import states


def close_moderation(act: Act, stage_id: int) -> Stage:
    """End the moderation: everything in the queue is settled, and nobody can claim other agreed marks later.

    What was committed to before the moderation was opened again, and stands, keeps its commitment.
    """
    call, stage = lock_stage(act.session, stage_id)
    moderating = stage.state in states.stage.moderating
    queue = moderation_queries.queue_of(act.session, call, stage) if moderating else None
    facts = replace(
        stages_queries.facts(call, stage, by=act.by, now=act.now),
        differences_open=len(queue.open) if queue is not None else 0,
        chair_missing=stages_queries.chair_missing(act.session, stage),
    )
    agreed = decisions_queries.agreed_of(act.session, stage)
    progress.move(
        act,
        stage,
        call,
        "close_moderation",
        roles=act.by.workflow_roles(),
        facts=facts,
        data={
            "agreed": sum(1 for each in agreed.values() for row in each.values() if row.mark is not None),
            "left": sum(1 for each in agreed.values() for row in each.values() if row.mark is None),
        },
    )
    stage.agreed_at = act.now
    for entry_id, standing in sorted(agreed.items()):
        fresh = [row for _, row in sorted(standing.items()) if row.commitment is None]
        for row in fresh:
            row.salt = act.ports.randomness.bytes(SALT_BYTES)
            row.commitment = commitment(row.salt, canonical_of(row))
        if fresh:
            record(
                act,
                "entry.commit_marks",
                "entry",
                entry_id,
                call_id=call.id,
                data={"agreed": [row.id for row in fresh], "commitments": [row.commitment for row in fresh]},
            )
    return stage


def reopen_moderation(act: Act, stage_id: int, reason: str) -> Stage:
    """Moderate again, by an approver and with a reason, as long as the decisions are not approved.

    What was agreed stands until something else is, and each later agreement is a record of its own.
    """
    call, stage = lock_stage(act.session, stage_id)
    facts = stages_queries.facts(call, stage, by=act.by, now=act.now, reason=reason)
    progress.move(act, stage, call, "reopen_moderation", roles=act.by.workflow_roles(), facts=facts)
    stage.agreed_at = None
    return stage


def canonical_of(row: AgreedMark) -> bytes:
    """The bytes that the commitment to an agreement is made of."""
    return canonical_agreement(row.id, row.entry_id, row.criterion, row.mark, row.reason, row.present)
