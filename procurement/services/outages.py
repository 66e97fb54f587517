"""Outages before a closing: written down when they are over, and answered by an extension for all, which two people
make (`services.amendments`), or by a public reason why the closing stands. Nothing is opened before that."""

from datetime import datetime

from procurement.models.going_on import StageAmendment
from procurement.models.heartbeats import Outage
from procurement.models.stages import Stage
from procurement.queries import outages as outages_queries
from procurement.rules.ledger import digest
from procurement.rules.outages import Gap
from procurement.rules.permissions import SYSTEM, Permission
from procurement.services.act import Act
from procurement.services.history import instant, record
from procurement.services.locks import lock_stage
from procurement.services.refusal import Refusal, require_reason, require_role, require_running
from workflows.catalogue import states
from workflows.facts import Sentence

LONGEST_REASON = 4_000  # characters; everybody reads it
HELD_UP = Sentence(
    "The service could not be reached in the last hours before this closing. Move the closing, or say why it stands, "
    "before anything is opened."
)
LASTS = Sentence("No web process was heard of at this closing, and none since. Nothing is opened before one is.")
NONE_WAITS = Sentence("There is no outage of this stage to answer. Somebody may have answered it meanwhile.")
ANOTHER = Sentence("Another outage was found after you opened this page. Look at all of them again.")


def note(act: Act, stage_id: int) -> list[Outage]:
    """Write down the outages of a stage that are over: the sweep's. Everybody reads of them from then on."""
    call, stage = lock_stage(act.session, stage_id)
    if stage.opened or call.state not in states.call.published or stage.closes_at is None:
        return []
    found = [
        _written(stage, gap, gap.ended_at, stage.closes_at, act.now)
        for gap in outages_queries.to_note(act.session, stage, act.now)
        if gap.ended_at is not None
    ]
    act.session.add_all(found)
    act.session.flush()
    for each in found:
        data = {"outage": each.id, "began_at": instant(each.began_at), "ended_at": instant(each.ended_at)}
        record(act.made_by(SYSTEM), "stage.note_outage", "stage", stage.id, call_id=call.id, data=data)
    return found


def _written(stage: Stage, gap: Gap, ended_at: datetime, closes_at: datetime, now: datetime) -> Outage:
    return Outage(
        stage_id=stage.id,
        closes_at=closes_at,
        began_at=gap.began_at,
        ended_at=ended_at,
        before=list(gap.before),
        after=list(gap.after),
        found_at=now,
    )


def stand(act: Act, stage_id: int, reason: str, *, seen: int) -> Stage:
    """An officer says in public why a closing stands although the service could not be reached; `seen` is the newest
    outage that the page showed."""
    call, stage = lock_stage(act.session, stage_id)
    require_role(act.by, Permission.CALL_EDIT)
    require_running(call.state)
    require_reason(reason)
    if len(reason) > LONGEST_REASON:
        raise Refusal(Sentence("Keep each reason below %(most)s characters.", most=LONGEST_REASON))
    waiting = outages_queries.waiting(act.session, [stage.id]).get(stage.id, [])
    if not waiting:
        raise Refusal(NONE_WAITS)
    if max(each.id for each in waiting) != seen:
        raise Refusal(ANOTHER)
    for each in waiting:
        each.answered_by, each.answered_at, each.answer = act.by.id, act.now, reason.strip()
    act.session.flush()
    data = {"outages": [each.id for each in waiting], "answer": digest(reason.strip().encode())}
    record(act, "stage.let_closing_stand", "stage", stage.id, call_id=call.id, data=data, note=reason.strip())
    return stage


def settle(act: Act, stage: Stage, amendment: StageAmendment) -> None:
    """The closing of a stage was moved later: that answers every outage before it. The stage is held."""
    for each in outages_queries.waiting(act.session, [stage.id]).get(stage.id, []):
        each.amendment_id, each.answered_at = amendment.id, act.now
    act.session.flush()


def require_answered(act: Act, stage: Stage) -> None:
    """Refuse while an outage before the closing of a stage has no answer."""
    if (sentence := hold_up(act, stage)) is not None:
        raise Refusal(sentence)


def hold_up(act: Act, stage: Stage) -> Sentence | None:
    """Why a stage cannot be opened: an outage before its closing has no answer, nobody has written it down yet, or it
    lasts. None where there is none."""
    if stage.id in outages_queries.waiting(act.session, [stage.id]) or outages_queries.to_note(
        act.session, stage, act.now
    ):
        return HELD_UP
    if outages_queries.lasts(act.session, stage, act.now, act.unshifted):
        return LASTS
    return None
