"""Asking applicants to complete or explain what they sent, and taking a request back."""

from procurement.models.applications import Entry
from procurement.models.requests import Request
from procurement.queries import opening as opening_queries
from procurement.queries import requests as requests_queries
from procurement.rules import questions as question_rules
from procurement.rules.permissions import Permission
from procurement.rules.requests import OFFICERS, Asked, faults, frozen, same
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.refusal import Refusal, require_reason, require_role
from procurement.services.requests.locks import lock_asked, lock_entries, require_waiting
from procurement.services.requests.telling import tell_asked, tell_taken_back
from workflows.facts import Sentence


def ask(act: Act, stage_id: int, entry_ids: list[int], asked: Asked) -> list[Request]:
    """Ask the teams of some opened entries of a stage the same thing, each with a request of its own: all or none.

    Raises Refusal with every reason: what is wrong with what is asked, an entry that cannot be asked so now, one of
    which the very same is open already, or one that somebody proposed to find ineligible.
    """
    call, entries = lock_entries(act.session, stage_id, entry_ids)
    require_role(act.by, Permission.REQUEST_ASK)
    reasons = [sentence for _, sentence in faults(asked, act.now)]
    proposed = opening_queries.proposed_ids(act.session, stage_id)
    open_now = requests_queries.open_of(act.session, entry_ids, act.now)
    for entry in entries:
        if asked.kind not in requests_queries.askable(call, entry.stage, entry):
            reasons.append(_about(entry, "%(ref)s cannot be asked this any more."))
        if entry.id in proposed:
            reasons.append(_about(entry, "%(ref)s is proposed as not eligible. Take that back first."))
        if any(_asks(each, asked) for each in open_now.get(entry.id, ())):
            reasons.append(_about(entry, "%(ref)s is asked this already."))
    if reasons:
        raise Refusal(*reasons)

    made = _made(act, entries, asked)
    for request in made:
        record(
            act,
            "entry.ask",
            "entry",
            request.entry_id,
            call_id=call.id,
            data={"request": request.id, "kind": request.kind, "closes_at": request.closes_at},
            note=request.text,
        )
    tell_asked(act, call, list(zip(entries, made, strict=True)))
    return made


def _made(act: Act, entries: list[Entry], asked: Asked) -> list[Request]:
    """A request of each entry, with the next number of its application."""
    last = requests_queries.last_numbers(act.session, [entry.application_id for entry in entries])
    made = []
    for entry in entries:
        number = last.get(entry.application_id, 0) + 1
        made.append(
            Request(
                application_id=entry.application_id,
                entry_id=entry.id,
                number=number,
                kind=asked.kind,
                text=question_rules.normalise(asked.text),
                questions=[question_rules.to_plain(each) for each in frozen(number, asked.questions)],
                closes_at=asked.closes_at,
                asked_by=act.by.id,
                asked_at=act.now,
            )
        )
    act.session.add_all(made)
    act.session.flush()
    return made


def take_back(act: Act, request_id: int, reason: str) -> Request:
    """End a request that is open, with the reason that its team reads. One that was answered stays."""
    call, request = lock_asked(act, request_id, Permission.REQUEST_ASK)
    require_reason(reason)
    require_waiting(act.session, call, request)
    if request.kind not in OFFICERS:
        raise Refusal(Sentence("This is not taken back: it ends by its time, or with what it is about."))
    request.withdrawn_by, request.withdrawn_at, request.withdrawn_reason = act.by.id, act.now, reason.strip()
    act.session.flush()
    data = {"request": request.id}
    record(act, "entry.take_back_request", "entry", request.entry_id, call_id=call.id, data=data, note=reason.strip())
    tell_taken_back(act, call, request)
    return request


def _asks(request: Request, asked: Asked) -> bool:
    """Whether an open request says the very same."""
    text = question_rules.normalise(asked.text)
    return request.text == text and same(requests_queries.form_of(request), frozen(request.number, asked.questions))


def _about(entry: Entry, text: str) -> Sentence:
    return Sentence(text, ref=entry.application.ref)
