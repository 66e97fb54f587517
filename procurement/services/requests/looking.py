"""What officers do with an answer: they read it, and say that they have."""

from procurement.models.requests import Request
from procurement.rules.permissions import Permission
from procurement.rules.requests import OFFICERS
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.refusal import Refusal
from procurement.services.requests.locks import lock_asked
from workflows.facts import Sentence


def look(act: Act, request_id: int) -> Request:
    """Say that an answer was read, so that it waits for nobody any more. Saying it again changes nothing; Refusal 409
    where nothing was answered, or where the answer asks for a review, which is answered itself."""
    call, request = lock_asked(act, request_id, Permission.REQUEST_ASK)
    if request.kind not in OFFICERS or request.answered_at is None:
        raise Refusal(Sentence("There is no answer to look at."))
    if request.looked_at is None:
        request.looked_by, request.looked_at = act.by.id, act.now
        act.session.flush()
        data = {"request": request.id}
        record(act, "entry.look_at_answer", "entry", request.entry_id, call_id=call.id, data=data)
    return request
