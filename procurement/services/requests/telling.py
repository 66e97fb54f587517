"""Word to the team and to officers about a request, its preview, and the receipt of a response."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from procurement.models.applications import Entry, Submission
from procurement.models.calls import Call
from procurement.models.history import Event
from procurement.models.requests import Request, Review
from procurement.queries import assessment as assessment_queries
from procurement.queries import calls as calls_queries
from procurement.queries import people as people_queries
from procurement.queries import requests as requests_queries
from procurement.rules.applications import received_uk
from procurement.rules.disqualification import disregards
from procurement.rules.documents import AnsweredQuestion, Content, FileLine, RequestReceipt, grouped
from procurement.rules.ports import Ports
from procurement.rules.questions import Question
from procurement.rules.requests import Asked, RequestKind, frozen
from procurement.rules.statuses import Outcome
from procurement.rules.uploads.examination import in_units
from procurement.services import about, documents, messages
from procurement.services.act import Act
from procurement.services.effects.applications import extent_of
from workflows.facts import in_words

WHAT = {
    RequestKind.COMPLETE: "Something in it is missing:",
    RequestKind.EXPLAIN: "Something in it is not clear to us:",
}


def preview(ports: Ports, settings: Mapping[str, Any], entry: Entry, number: int, asked: Asked) -> tuple[str, str]:
    """Subject and text of what a team would be written, before anything is asked; `number` is what the request would
    have, `settings` are those of the day. The entry is loaded with its stage, call and application."""
    form = frozen(number, asked.questions)
    fields = _fields(entry.stage.call, entry, number, _asks(asked.kind, asked.text, form, asked.closes_at))
    return messages.compose(ports, settings, "request_made", fields, name="…")


def tell_asked(act: Act, call: Call, asked: Sequence[tuple[Entry, Request]]) -> None:
    """To the whole team of each: what is asked, and until when. As many statements for many as for one."""
    teams = people_queries.reachable_of(act.session, [entry.organisation_id for entry, _ in asked])
    letters = []
    for entry, request in asked:
        form = requests_queries.form_of(request)
        said = _asks(RequestKind(request.kind), request.text, form, request.closes_at)
        fields, of = _fields(call, entry, request.number, said), about.entry(entry)
        letters += [
            messages.Letter(each, f"request_made:{request.id}:{each.id}", fields, of)
            for each in teams[entry.organisation_id]
        ]
    messages.stage_all(act, "request_made", letters)


def tell_to_confirm(act: Act, call: Call, asked: Sequence[tuple[Entry, Request]]) -> None:
    """To the whole team of each: that something is to be confirmed before the outcome is firm, and until when. As many
    statements for many as for one."""
    teams = people_queries.reachable_of(act.session, [entry.organisation_id for entry, _ in asked])
    letters = []
    for entry, request in asked:
        fields = _fields(call, entry, request.number, {"closes": in_words(request.closes_at)})
        letters += [
            messages.Letter(each, f"assistance_asked:{request.id}:{each.id}", fields, about.entry(entry))
            for each in teams[entry.organisation_id]
        ]
    messages.stage_all(act, "assistance_asked", letters)


def tell_nearly_closed(act: Act, call: Call, request: Request) -> None:
    """To the whole team, once: that it has not answered, and until when it can."""
    closes = {"closes": in_words(request.closes_at)}
    if request.kind == RequestKind.ASSISTANCE:  # what is asked names an award, which no message does
        _tell_team(act, call, request.entry, request, "assistance_reminder", closes)
        return
    _tell_team(act, call, request.entry, request, "request_reminder", {"asked": request.text, **closes})


def tell_taken_back(act: Act, call: Call, request: Request) -> None:
    """To the whole team: nothing has to be answered, and why."""
    said = {"asked": request.text, "reason": request.withdrawn_reason}
    _tell_team(act, call, request.entry, request, "request_taken_back", said)


def tell_officers(act: Act, call: Call, request: Request) -> None:
    """To the officers of the call that an answer is there; to each officer who can answer it that a review is asked."""
    entry, application = request.entry, request.entry.application
    review = requests_queries.find_review(act.session, request.id)
    kind = "request_answered" if review is None else "review_requested"
    of = {} if review is None else {"decision": _reviewed(review)}
    place = f"/manage/calls/{call.ref}/stages/{entry.stage.key}/bids/{application.ref}"
    messages.tell(
        act,
        kind,
        assessment_queries.officers_of(act.session, call)
        if review is None
        else requests_queries.reviewers_of(act.session, review),
        {
            "reference": call.ref,
            "call": call.title,
            "application": application.ref,
            "organisation": application.organisation.name,
            "received": received_uk(act.now),
            "link": f"{place}/requests/{request.number}",
            **of,
        },
        occasion=f"{kind}:{request.id}:",
        about=about.entry(entry),
    )


def confirm(act: Act, call: Call, request: Request, submission: Submission, event: Event) -> None:
    """Ask for the receipt of a response, and tell the whole team what was received; `event` is that of the response."""
    entry, application = request.entry, request.entry.application
    receipt = _receipt(act, call, request, submission)

    def placed(_: Session) -> Content:
        """Just before the commit the response has its place in the history."""
        submission.event_position = event.position
        return replace(receipt, chain_position=str(event.position), chain_digest=event.digest)

    documents.request(
        act,
        "request_receipt",
        f"receipt:{application.id}:{submission.number}",
        placed,
        title=f"Receipt for an answer to request {request.number} of {application.ref}",
        reference=application.ref,
        about=about.entry(entry),
        code=submission.code,
    )
    said = {
        "received": received_uk(submission.received_at),
        "number": f"submission {submission.number}",
        "code": grouped(submission.code),
        "digest": submission.digest,
    }
    kind = "review_received" if request.kind == RequestKind.REVIEW else "response_received"
    _tell_team(act, call, entry, request, kind, said)


def _reviewed(review: Review) -> str:
    """Which decision is to be reviewed, in the words of an officer's message."""
    if review.disqualification is not None:
        ground = review.disqualification.ground
        return "the decision to disregard it" if disregards(ground) else "the decision to disqualify it"
    if review.decision is not None and review.decision.outcome == Outcome.INELIGIBLE:
        return "the decision that it is not eligible"
    return "the outcome that it was told"


def _receipt(act: Act, call: Call, request: Request, submission: Submission) -> RequestReceipt:
    """What the receipt says, but for its place in the chain."""
    application = request.entry.application
    said = {line["key"]: line for line in submission.manifest["answers"]}
    files: list[dict[str, Any]] = submission.manifest["files"]
    lots = calls_queries.lots_of(act.session, call.id)
    return RequestReceipt(
        call=f"{call.title} ({call.ref})",
        lot=f"Lot {application.lot.number}: {application.lot.title}" if len(lots) > 1 else "",
        organisation=application.organisation.name,
        submitted_by=act.by.name,
        number=f"submission {submission.number}",
        asked=request.text,
        received_utc=f"{submission.received_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
        received_uk=received_uk(submission.received_at),
        closes=in_words(request.closes_at),
        answers=tuple(
            AnsweredQuestion(
                question=each.text,
                extent=str(extent_of(each, said, sum(line["key"] == each.key for line in files))),
            )
            for each in requests_queries.form_of(request)
        ),
        files=tuple(FileLine(name=line["name"], size=in_units(line["size"]), digest=line["digest"]) for line in files),
        declaration=submission.declaration,
        digest=submission.digest,
    )


def _tell_team(act: Act, call: Call, entry: Entry, request: Request, kind: str, said: Mapping[str, object]) -> None:
    messages.tell(
        act,
        kind,
        people_queries.reachable(act.session, entry.application.organisation_id),
        _fields(call, entry, request.number, said),
        occasion=f"{kind}:{request.id}:",
        about=about.entry(entry),
    )


def _asks(kind: RequestKind, text: str, form: Iterable[Question], closes_at: datetime) -> dict[str, object]:
    """What a team is asked, with every question as it will stand on its page."""
    questions = [f"{place}. {each.text}" for place, each in enumerate(form, 1)]
    return {"what": WHAT[kind], "asked": text, "questions": questions, "closes": in_words(closes_at)}


def _fields(call: Call, entry: Entry, number: int, said: Mapping[str, object]) -> dict[str, object]:
    ref = entry.application.ref
    return {"reference": ref, "call": call.title, "link": f"/applications/{ref}/requests/{number}", **said}
