"""What staff say at a part of a call while it is prepared, and that an approver has read it so far."""

from procurement.models.comments import CallComment
from procurement.rules.permissions import Permission
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.locks import lock_call
from procurement.services.refusal import Refusal, require_role
from workflows.catalogue import states
from workflows.facts import Sentence

PREPARED = Sentence("This call is no longer being prepared, so that nothing is said at it here.")


def say(act: Act, call_id: int, place: tuple[str, str, str], text: str) -> CallComment:
    """Say something at a place of the set-up: its section, a field of it (empty: the section), the key of its stage
    (empty: the call's own). Who says it does not become an author by that."""
    require_role(act.by, Permission.CALL_COMMENT)
    call = lock_call(act.session, call_id)
    if call.state not in states.call.unpublished:
        raise Refusal(PREPARED)
    section, field, stage = place
    row = CallComment(
        call_id=call.id, section=section, field=field, stage=stage, text=text, said_by=act.by.id, said_at=act.now
    )
    act.session.add(row)
    act.session.flush()
    record(act, "call.comment", "call", call.id, call_id=call.id, data={"comment": row.id}, note=text)
    return row


def settle(act: Act, call_id: int, comment_id: int) -> None:
    """Note that a comment is settled; it is listed no more, and stays in the history. Twice is harmless."""
    require_role(act.by, Permission.CALL_COMMENT)
    call = lock_call(act.session, call_id)
    row = act.session.get(CallComment, comment_id)
    if row is None or row.call_id != call.id:
        raise Refusal(Sentence("This comment is no longer there."), status=404)
    if row.settled_at is None:
        row.settled_by, row.settled_at = act.by.id, act.now
        record(act, "call.settle_comment", "call", call.id, call_id=call.id, data={"comment": row.id}, note=row.text)


def look(act: Act, call_id: int, *, seen: int) -> None:
    """Note that an approver has read the call as it stands, so that next time they see what changed since. `seen`: the
    version that they read."""
    require_role(act.by, Permission.CALL_REVIEW)
    call = lock_call(act.session, call_id)
    if call.state not in states.call.unpublished:
        raise Refusal(PREPARED)
    if call.version != seen:
        raise Refusal(Sentence("The call was changed after you opened this page. Read it again first."))
    record(act, "call.look", "call", call.id, call_id=call.id, data={"version": call.version})
