"""Opening the bids of a call: two people, after the deadline and the holding time, each signed in afresh.

The first person's press is a row; a different person completes it, and then everything opens in one transaction.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from procurement.models.applications import Application, Submission
from procurement.models.calls import Call, Opening
from procurement.models.messages import Message
from procurement.queries import applications as find_applications
from procurement.queries import opening as find
from procurement.queries.workflows import workflow_of
from procurement.rules.ledger import digest
from procurement.rules.money import parse_pounds
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports, VaultRefused
from procurement.rules.questions import Purpose, Question
from procurement.services import applications, messages, progress, vault
from procurement.services.history import record
from procurement.services.locking import lock_call
from procurement.services.refusal import Refusal
from workflows.engine import Refused, decide
from workflows.facts import Sentence, in_words

OPENERS = frozenset({"officer", "approver"})


def ask(session: Session, ports: Ports, call_id: int, *, by: Principal, now: datetime) -> Opening:
    """Be the first of the two. The same person asking again changes nothing; for another one see `complete`."""
    call = lock_call(session, call_id)
    _require_fresh(ports, by)
    _require_possible(session, call, by=by, now=now)
    if (standing := find.find_opening(session, call.id)) is not None:
        if standing.first_id == by.id:
            return standing
        raise Refusal(Sentence("%(name)s has asked already. Complete the opening instead.", name=standing.first.name))
    row = Opening(call_id=call.id, first_id=by.id, first_at=now)
    session.add(row)
    session.flush()
    record(session, ports, "call.ask_to_open", "call", call.id, by=by, now=now, call_id=call.id)
    for person in find.possible_openers(session, by.id):
        messages.stage(
            session,
            ports,
            "opening_asked",
            f"opening_asked:{row.id}:{call.id}:{_tag(now)}:{person.id}",
            {
                "reference": call.ref,
                "call": call.title,
                "by": by.name,
                "since": in_words(now),
                "link": f"/manage/calls/{call.ref}/opening",
            },
            person=person,
            call_id=call.id,
            now=now,
        )
    return row


def take_back(session: Session, ports: Ports, call_id: int, *, by: Principal, now: datetime) -> None:
    """The first person withdraws the press; taking back what is not there any more changes nothing."""
    call = lock_call(session, call_id)
    standing = find.find_opening(session, call.id)
    if call.opened:
        raise Refusal(Sentence("The bids have been opened."))
    if standing is None:
        return
    if standing.first_id != by.id:
        raise Refusal(Sentence("Only %(name)s can take this back.", name=standing.first.name), status=403)
    session.delete(standing)
    record(session, ports, "call.take_back_opening", "call", call.id, by=by, now=now, call_id=call.id)


def complete(session: Session, ports: Ports, call_id: int, *, by: Principal, now: datetime) -> Call:
    """Be the second of the two: every submission that stands is opened, all in this one transaction.

    A bid whose bytes are damaged is opened as damaged and named on the record; the others are not held up by it.
    """
    call = lock_call(session, call_id)
    _require_fresh(ports, by)
    standing = find.find_opening(session, call.id)
    if call.opened:
        raise Refusal(Sentence("The bids have been opened already."))
    if standing is None:
        raise Refusal(Sentence("Nobody has asked to open these bids yet, or the request was taken back. Ask first."))
    if standing.first_id == by.id:
        raise Refusal(Sentence("You have asked to open these bids. A different person must complete it."))
    facts = find.facts(session, call, by=by, now=now, second=True)

    standing.second_id, standing.second_at = by.id, now
    call.opened_at = now
    progress.move(
        session,
        ports,
        call,
        call,
        "open",
        by=by,
        roles=by.workflow_roles(),
        facts=facts,
        now=now,
        data={"opening": standing.id, "first": standing.first_id, "second": by.id},
    )
    for application_id in find.draft_ids(session, call.id):
        applications.lapse(session, ports, application_id, now)
    form = find_applications.questions_of(session, call.id)
    for application_id in find.standing_ids(session, call.id):
        _open(session, ports, call, application_id, form, by=by, now=now)
    session.execute(update(Message).where(Message.call_id == call.id, Message.sealed.is_(True)).values(sealed=False))
    return call


def read_submission(ports: Ports, submission: Submission) -> dict[str, Any] | None:
    """What was submitted, or None when the bytes are not the ones that were."""
    try:
        content = vault.open_bytes(ports, submission)
    except VaultRefused:
        return None
    return vault.open_submission(ports, submission) if digest(content) == submission.digest else None


def fetched(session: Session, ports: Ports, application_id: int, file: str, *, by: Principal, now: datetime) -> None:
    """Write down which file of an opened bid somebody of the staff fetched."""
    application = session.get_one(Application, application_id)
    record(
        session,
        ports,
        "application.fetch_file",
        "application",
        application.id,
        by=by,
        now=now,
        call_id=application.call_id,
        data={"file": file},
    )


def _open(
    session: Session,
    ports: Ports,
    call: Call,
    application_id: int,
    form: tuple[Question, ...],
    *,
    by: Principal,
    now: datetime,
) -> None:
    application = session.get_one(Application, application_id, with_for_update=True, populate_existing=True)
    submission = session.get_one(Submission, application.standing_id)
    snapshot = read_submission(ports, submission)
    if snapshot is None:
        record(
            session,
            ports,
            find.DAMAGED,
            "application",
            application.id,
            by=by,
            now=now,
            call_id=call.id,
            data={"submission": submission.id, "digest": submission.digest},
        )
    else:
        said = {each.purpose: snapshot["answers"].get(each.key) for each in form if each.purpose is not Purpose.NONE}
        application.title = _one_line(said.get(Purpose.TITLE))
        application.summary = str(said.get(Purpose.SUMMARY) or "")
        application.amount = _pounds(said.get(Purpose.AMOUNT))
    progress.move(
        session,
        ports,
        application,
        call,
        "open",
        by=by,
        roles=progress.SYSTEM_ROLES,
        now=now,
        facts=find_applications.facts(call, application, now=now, actor=by.id),
        data={"submission": submission.id, "digest": submission.digest},
    )


def _one_line(value: Any) -> str:
    return " ".join(str(value or "").split())


def _pounds(value: Any) -> Decimal | None:
    return None if value in (None, "") else parse_pounds(str(value))


def _require_fresh(ports: Ports, by: Principal) -> None:
    if not by.roles & OPENERS:
        raise Refusal(Sentence("Only an officer or an approver can do this."), status=403)
    if by.fresh_until is None or by.fresh_until <= ports.clock.unshifted():
        raise Refusal(Sentence("Sign in again before you open bids: you signed in too long ago."), status=403)


def _require_possible(session: Session, call: Call, *, by: Principal, now: datetime) -> None:
    """Refuse what would stand in the way of the second person too: too early, or not at that state."""
    facts = find.facts(session, call, by=by, now=now, second=True)
    answer = decide(workflow_of(call, "call"), call.state, "open", by.workflow_roles(), facts)
    if isinstance(answer, Refused):
        raise Refusal(*answer.reasons)


def _tag(now: datetime) -> str:
    return f"{now:%Y%m%d%H%M%S}"
