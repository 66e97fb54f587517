"""Opening the bids of a call: two people, after the deadline and the holding time, each signed in afresh.

The first person's press is a row; a different person completes it, and then everything opens in one transaction.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import update

from procurement.models.applications import Application, Submission
from procurement.models.calls import Call, Opening
from procurement.models.messages import Message
from procurement.queries import applications as applications_queries
from procurement.queries import opening as opening_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules.ledger import digest
from procurement.rules.money import parse_pounds
from procurement.rules.permissions import Permission
from procurement.rules.ports import Ports, VaultRefused
from procurement.rules.questions import Purpose, Question
from procurement.services import applications, messages, progress, vault
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.locks import lock_call
from procurement.services.refusal import Refusal, require_fresh, require_role
from workflows.engine import Refused, decide
from workflows.facts import Sentence, in_words


def ask(act: Act, call_id: int) -> Opening:
    """Be the first of the two. The same person asking again changes nothing; for another one see `complete`."""
    call = lock_call(act.session, call_id)
    require_role(act.by, Permission.CALL_OPEN)
    require_fresh(act.by, act.unshifted)
    _require_possible(act, call)
    if (opening := opening_queries.find_opening(act.session, call.id)) is not None:
        if opening.first_id == act.by.id:
            return opening
        raise Refusal(Sentence("%(name)s has asked already. Complete the opening instead.", name=opening.first.name))
    row = Opening(call_id=call.id, first_id=act.by.id, first_at=act.now)
    act.session.add(row)
    act.session.flush()
    record(act, "call.ask_to_open", "call", call.id, call_id=call.id)
    fields = {
        "reference": call.ref,
        "call": call.title,
        "by": act.by.name,
        "since": in_words(act.now),
        "link": f"/manage/calls/{call.ref}/opening",
    }
    messages.tell(
        act,
        "opening_asked",
        opening_queries.possible_openers(act.session, act.by.id),
        fields,
        occasion=f"opening_asked:{row.id}:{call.id}:{_tag(act.now)}:",
        call_id=call.id,
    )
    return row


def take_back(act: Act, call_id: int) -> None:
    """The first person withdraws the press; taking back what is not there any more changes nothing."""
    call = lock_call(act.session, call_id)
    opening = opening_queries.find_opening(act.session, call.id)
    if call.opened:
        raise Refusal(Sentence("The bids have been opened."))
    if opening is None:
        return
    if opening.first_id != act.by.id:
        raise Refusal(Sentence("Only %(name)s can take this back.", name=opening.first.name), status=403)
    act.session.delete(opening)
    record(act, "call.take_back_opening", "call", call.id, call_id=call.id)


def complete(act: Act, call_id: int) -> Call:
    """Be the second of the two: every submission that stands is opened, all in this one transaction.

    A bid whose bytes are damaged is opened as damaged and named on the record; the others are not held up by it.
    """
    call = lock_call(act.session, call_id)
    require_role(act.by, Permission.CALL_OPEN)
    require_fresh(act.by, act.unshifted)
    opening = opening_queries.find_opening(act.session, call.id)
    if call.opened:
        raise Refusal(Sentence("The bids have been opened already."))
    if opening is None:
        raise Refusal(Sentence("Nobody has asked to open these bids yet, or the request was taken back. Ask first."))
    if opening.first_id == act.by.id:
        raise Refusal(Sentence("You have asked to open these bids. A different person must complete it."))
    facts = opening_queries.facts(act.session, call, by=act.by, now=act.now, second=True)

    opening.second_id, opening.second_at = act.by.id, act.now
    call.opened_at = act.now
    progress.move(
        act,
        call,
        call,
        "open",
        roles=act.by.workflow_roles(),
        facts=facts,
        data={"opening": opening.id, "first": opening.first_id, "second": act.by.id},
    )
    for application_id in opening_queries.draft_ids(act.session, call.id):
        applications.lapse(act, application_id)
    form = applications_queries.questions_of(act.session, call.id)
    for application_id in opening_queries.standing_ids(act.session, call.id):
        _open(act, call, application_id, form)
    act.session.execute(
        update(Message).where(Message.call_id == call.id, Message.sealed.is_(True)).values(sealed=False)
    )
    return call


def read_submission(ports: Ports, submission: Submission) -> dict[str, Any] | None:
    """What was submitted, or None when the bytes are not the ones that were."""
    try:
        content = vault.open_bytes(ports, submission)
    except VaultRefused:
        return None
    return vault.open_submission(ports, submission) if digest(content) == submission.digest else None


def fetched(act: Act, application_id: int, file: str) -> None:
    """Write down which file of an opened bid somebody of the staff fetched."""
    application = act.session.get_one(Application, application_id)
    record(
        act, "application.fetch_file", "application", application.id, call_id=application.call_id, data={"file": file}
    )


def _open(act: Act, call: Call, application_id: int, form: tuple[Question, ...]) -> None:
    application = act.session.get_one(Application, application_id, with_for_update=True, populate_existing=True)
    submission = act.session.get_one(Submission, application.standing_id)
    snapshot = read_submission(act.ports, submission)
    if snapshot is None:
        record(
            act,
            opening_queries.DAMAGED,
            "application",
            application.id,
            call_id=call.id,
            data={"submission": submission.id, "digest": submission.digest},
        )
    else:
        said = {each.purpose: snapshot["answers"].get(each.key) for each in form if each.purpose is not Purpose.NONE}
        application.title = _one_line(said.get(Purpose.TITLE))
        application.summary = str(said.get(Purpose.SUMMARY) or "")
        application.amount = _pounds(said.get(Purpose.AMOUNT))
    progress.move(
        act,
        application,
        call,
        "open",
        roles=progress.SYSTEM_ROLES,
        facts=applications_queries.facts(call, application, now=act.now, actor=act.by.id),
        data={"submission": submission.id, "digest": submission.digest},
    )


def _one_line(value: object) -> str:
    return " ".join(str(value or "").split())


def _pounds(value: object) -> Decimal | None:
    return None if value in (None, "") else parse_pounds(str(value))


def _require_possible(act: Act, call: Call) -> None:
    """Refuse what would stand in the way of the second person too: too early, or not at that state."""
    facts = opening_queries.facts(act.session, call, by=act.by, now=act.now, second=True)
    answer = decide(workflows_queries.workflow_of(call, "call"), call.state, "open", act.by.workflow_roles(), facts)
    if isinstance(answer, Refused):
        raise Refusal(*answer.reasons)


def _tag(now: datetime) -> str:
    return f"{now:%Y%m%d%H%M%S}"
