"""Publishing an amendment: what the call says, its next version, the answers that it touches, its data, and word of it
to everybody whom it concerns, at one instant."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from procurement.models.amendments import Amendment
from procurement.models.calls import Call, CallVersion
from procurement.models.going_on import StageAmendment
from procurement.models.stages import Stage
from procurement.queries import amendments as dates_queries
from procurement.queries import calls as calls_queries
from procurement.queries import limits as limits_queries
from procurement.queries import stages as stages_queries
from procurement.queries.call_amendments import Preview
from procurement.rules import amendments as date_rules
from procurement.rules import call_amendments as rules
from procurement.rules import call_content
from procurement.rules.amended_words import summary
from procurement.rules.edits import Change
from procurement.rules.permissions import Permission
from procurement.services import limits, publishing
from procurement.services.act import Act
from procurement.services.amendments import applying
from procurement.services.call_amendments.answers import mark_answers
from procurement.services.call_amendments.parts import PARTS
from procurement.services.call_amendments.telling import tell
from procurement.services.call_amendments.writing import require_publishable, take_up
from procurement.services.history import record
from procurement.services.refusal import (
    NOTHING_WAITS,
    Refusal,
    require_fresh,
    require_role,
    require_running,
    require_somebody_else,
)
from workflows.facts import Sentence
from workflows.scoring import schemes


def approve(act: Act, amendment_id: int, *, seen: str) -> Call:
    """A second person, who wrote none of it, agrees to what they have seen: from this instant on the call says it."""
    call, amendment = take_up(act, amendment_id)
    require_role(act.by, Permission.CALL_REVIEW)
    require_fresh(act.by, act.unshifted)
    require_running(call.state)
    if amendment.proposed_by is None:
        raise Refusal(NOTHING_WAITS)
    require_somebody_else(act.by, amendment.proposed_by)
    copy = act.session.get_one(Call, amendment.copy_id)
    if act.by.id in copy.authors:
        raise Refusal(Sentence("You wrote some of this. Somebody else must approve it."))
    found = require_publishable(act, call, amendment, seen=seen)
    if (grown := _value(act, copy)) > _value(act, call):  # what costs no more was approved with the call
        limits.require_within(act, grown)
    was = stages_queries.of_call_facts(stages_queries.of_call(act.session, call.id))

    for part in PARTS:
        part.apply(act, call, copy, found.changes)
    act.session.flush()
    frozen = _freeze_schemes(act, call, amendment, found.changes)
    moved = _rows(act, call, amendment, found.moves)
    changed, extended = applying.move_dates(act, moved) if moved else ([], [])
    version = applying.next_version(act, call)
    amendment.approved_by, amendment.approved_at = act.by.id, act.now
    amendment.version, amendment.material = version.number, found.material
    amendment.changes = rules.to_rows(found.changes)
    act.session.flush()
    _record(act, call, amendment, version, frozen)
    for each in moved:
        applying.record_dates(act, call, each, version)

    touched = mark_answers(act, call, found.changes, version.number)
    revived = {one for stage in extended for one in applying.take_up_again(act, call, stage, amendment.reason)}
    _publish(act, call, amendment, version, found, changed, was)
    tell(act, call, amendment, found.changes, changed, touched, leaving_out=revived)
    return call


def _value(act: Act, call: Call) -> Decimal:
    """What a call may come to in all, for the limits of who approves it."""
    return limits_queries.of_call(call, calls_queries.lots_of(act.session, call.id))


def _freeze_schemes(act: Act, call: Call, amendment: Amendment, changes: Sequence[Change]) -> dict[str, str]:
    """The schemes of stages that are not opened as they are now; what held before is kept with the amendment. The new
    fingerprints, by the key of the stage."""
    if not any(each.kind == "criterion" or each.field in rules.SCHEME for each in changes):
        return {}
    there = stages_queries.of_call(act.session, call.id)
    draft = calls_queries.draft_of(act.session, call, there)
    found: dict[str, str] = {}
    kept: dict[str, Any] = {}
    for stage, written in zip(there, draft.stages, strict=True):
        scheme = None if stage.opened else call_content.scheme_of(written)
        if scheme is not None and stage.scheme is not None and scheme != stage.scheme:
            kept[stage.key] = stage.scheme
            stage.scheme = scheme
            stage.scheme_fingerprint = found[stage.key] = schemes.fingerprint(scheme)
    amendment.schemes = kept
    act.session.flush()
    return found


def _rows(act: Act, call: Call, amendment: Amendment, moves: Sequence[date_rules.Change]) -> list[StageAmendment]:
    """The dates that move with it, as amendments of their stages, approved by the same two people."""
    by_key = {each.key: each for each in stages_queries.of_call(act.session, call.id)}
    made: list[StageAmendment] = []
    for key in dict.fromkeys(each.stage for each in moves):
        own = [each for each in moves if each.stage == key]
        _require_none_waits(act, by_key[key])
        row = StageAmendment(
            stage_id=by_key[key].id,
            moved_with_id=made[0].id if made else None,
            before=dates_queries.plain({each.field: each.before for each in own}),
            after=dates_queries.plain({each.field: each.after for each in own}),
            reason=amendment.reason,
            proposed_by=amendment.proposed_by,
            proposed_at=amendment.proposed_at,
            approved_by=act.by.id,
            approved_at=act.now,
        )
        act.session.add(row)
        act.session.flush()
        made.append(row)
    return made


def _require_none_waits(act: Act, stage: Stage) -> None:
    if dates_queries.waiting_in(act.session, [stage.id]):
        text = "Other dates of “%(stage)s” are proposed already, and wait for an approver."
        raise Refusal(Sentence(text, stage=stage.title))


def _record(act: Act, call: Call, amendment: Amendment, version: CallVersion, frozen: dict[str, str]) -> None:
    data = {
        "amendment": amendment.id,
        "version": version.number,
        "content": version.fingerprint,
        "material": amendment.material,
        **{f"scheme.{key}": fingerprint for key, fingerprint in frozen.items()},
    }
    note = "\n".join(filter(None, (amendment.reason, amendment.date_reason)))
    record(act, "call.amend", "call", call.id, call_id=call.id, data=data, note=note)


def _publish(
    act: Act,
    call: Call,
    amendment: Amendment,
    version: CallVersion,
    found: Preview,
    moved: Sequence[date_rules.Change],
    was: stages_queries.OfCall,
) -> None:
    now_so = stages_queries.of_call_facts(stages_queries.of_call(act.session, call.id))
    public = applying.as_published(version, amendment.reason, moved, was, now_so)
    said = [str(each) for each in summary(found.changes)]
    publishing.publish_changes(act, call, public, said, material=found.material)
