"""Answering a request: drafts are kept as every answer is, and what is sent is a submission, in time or not at all."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from procurement.models.applications import Attachment, Entry, NearMiss, Submission
from procurement.models.calls import Call
from procurement.models.requests import Request
from procurement.queries import applications as applications_queries
from procurement.queries import assistance as assistance_queries
from procurement.queries import awards as awards_queries
from procurement.queries import requests as requests_queries
from procurement.rules import questions as question_rules
from procurement.rules.permissions import Permission
from procurement.rules.requests import RequestKind, declared_text, prefix
from procurement.services import vault
from procurement.services.act import Act
from procurement.services.applications.answers import Saved, keep_typed
from procurement.services.applications.files import StoredFile, attach, detach
from procurement.services.applications.submitting import ChangedSince, Draft, Late, snapshot
from procurement.services.history import record
from procurement.services.refusal import Refusal, require_team
from procurement.services.requests.locks import lock_answered, require_answerable, require_waiting
from procurement.services.requests.telling import confirm, tell_officers
from workflows.facts import Sentence

LATE = "entry.late_answer"


def save_answer(
    act: Act, request_id: int, key: str, typed: str, *, version: int, autosaved: str | None = None
) -> Saved:
    """Keep what was typed for a question of a request, however incomplete; as `applications.save_answer` does.

    Raises Stale with both texts, Refusal 410 from the closing instant on, 409 where nothing is to be answered any more.
    """
    entry, request = _writable(act, request_id)
    question = _question(request, key, uploads=False)
    return keep_typed(act, entry, question, typed, version=version, autosaved=autosaved)


def add_file(act: Act, request_id: int, key: str, stored_file: StoredFile) -> Attachment:
    """Attach a stored file to a question of a request; only the request's own files are counted. Refusal 413 where
    they would be too many or too large together."""
    entry, request = _writable(act, request_id)
    _question(request, key, uploads=True)
    there = [each for own in requests_queries.drafted(act.session, request).values() for each in own]
    return attach(act, entry, key, stored_file, there)


def remove_file(act: Act, request_id: int, ref: str) -> Attachment:
    """Take a file out of the draft of a response. Removing it twice is removing it once."""
    entry, request = _writable(act, request_id)
    attachment = applications_queries.find_attachment(act.session, entry.id, ref)
    if attachment is None or not attachment.key.startswith(prefix(request.number)):
        raise Refusal(Sentence("There is no such file."), status=404)
    if attachment.removed_at is None:
        detach(act, entry, attachment)
    return attachment


def send(act: Act, request_id: int, *, press: str, version: int, declared: bool) -> Submission | Late:
    """Send the draft as it is at `version`, once: a submission that nobody changes. `now` is when it was received.

    In the order of `applications.submit`: the same press again gives the same submission back, also when it is late by
    now; a press received at the closing instant or after it is late, of which a row is kept; then everything else.
    Raises Refusal (409 for what is missing or was answered or taken back, 403 for whoever is not the lead) and
    ChangedSince.
    """
    call, request = lock_answered(act, request_id)
    if (made := applications_queries.find_by_press(act.session, press)) is not None:
        if made.id != request.submission_id:
            raise Refusal(Sentence("This button was pressed before, for another text. Check your answer again."))
        return made
    require_team(act.by, Permission.APPLICATION_SUBMIT, request, act.now)
    require_waiting(act.session, call, request)
    if act.now >= request.closes_at:
        return _late(act, call, request)
    own = prefix(request.number)
    since = applications_queries.changed_since(act.session, request.entry_id, version)
    if changed := tuple(key for key in since if key.startswith(own)):
        raise ChangedSince(changed)
    draft = _draft(act, request)
    values = _values(act, draft)
    _require_whole(draft, values, declared=declared)
    if request.kind == RequestKind.ASSISTANCE:
        draft = replace(draft, declaration=_confirmed(act, request, values))

    submission = snapshot(act, call, request.entry, draft, press=press)
    request.submission_id, request.answered_at = submission.id, act.now
    act.session.flush()
    event = record(
        act,
        requests_queries.ANSWERED,
        "entry",
        request.entry_id,
        call_id=call.id,
        data={
            "request": request.id,
            "submission": submission.id,
            "number": submission.number,
            "digest": submission.digest,
        },
    )
    confirm(act, call, request, submission, event)
    tell_officers(act, call, request)
    return submission


def _late(act: Act, call: Call, request: Request) -> Late:
    act.session.add(
        NearMiss(
            application_id=request.application_id,
            entry_id=request.entry_id,
            received_at=act.now,
            closes_at=request.closes_at,
        )
    )
    data = {"request": request.id, "closes_at": request.closes_at}
    record(act, LATE, "entry", request.entry_id, call_id=call.id, data=data)
    return Late(act.now, request.closes_at)


def _writable(act: Act, request_id: int) -> tuple[Entry, Request]:
    call, request = lock_answered(act, request_id)
    require_team(act.by, Permission.APPLICATION_WRITE, request, act.now)
    require_answerable(act.session, call, request, act.now)
    return request.entry, request


def _question(request: Request, key: str, *, uploads: bool) -> question_rules.Question:
    form = requests_queries.form_of(request)
    found = next((each for each in form if each.key == key and each.kind.uploads is uploads), None)
    if found is None:
        raise Refusal(Sentence("There is no such question."), status=404)
    return found


def _draft(act: Act, request: Request) -> Draft:
    own = prefix(request.number)
    rows = applications_queries.answers_of(act.session, request.entry_id)
    files = requests_queries.drafted(act.session, request)
    return Draft(
        form=requests_queries.form_of(request),
        rows={key: row for key, row in rows.items() if key.startswith(own)},
        files=[each for found in files.values() for each in found],
        declaration=declared_text(request.entry.stage.noun),
        about={"request": request.number},
    )


def _values(act: Act, draft: Draft) -> dict[str, Any]:
    """What a draft says, opened, by the keys of its questions."""
    return {
        **{key: vault.open_answer(act.ports, row) for key, row in draft.rows.items()},
        **applications_queries.file_values(draft.files),
    }


def _confirmed(act: Act, request: Request, values: Mapping[str, Any]) -> str:
    """What is declared of minimal financial assistance: what the law asks the enterprise to confirm, unless it says
    that it would not keep within the ceiling. Refusal where the sums say otherwise than the answer."""
    award = awards_queries.of_entry(act.session, request.entry_id)
    assert award is not None  # noqa: S101  (it waits for this)
    found, keeps = assistance_queries.reckoned_of(act.session, request, award, values, act.now)
    reasons = [found.ahead_fault] if found.ahead_fault is not None else []
    if keeps and found.exceeded is not None:
        reasons += [found.exceeded, Sentence("Correct the sums, or answer “No”: then we look at it together with you.")]
    if reasons:
        raise Refusal(*reasons)
    return found.declared(request.entry.stage.noun, keeps=keeps)


def _require_whole(draft: Draft, values: Mapping[str, Any], *, declared: bool) -> None:
    """Refuse what is not complete, question by question, and what nobody declared."""
    reasons = [
        problem
        for question in draft.form
        for problem in question_rules.check(question, values.get(question.key)).problems
    ]
    if not declared:
        reasons.append(Sentence("Confirm the declaration before you send it."))
    if reasons:
        raise Refusal(*reasons)
