"""What follows the moves of an entry before its opening: the receipt, and word to the whole team.

Everything here says who applied, so every message is sealed: no list of staff shows it before the bids are opened.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from procurement.models.applications import Entry, Submission
from procurement.models.calls import Call, Lot
from procurement.models.stages import Stage
from procurement.queries import amendments as amendments_queries
from procurement.queries import applications as applications_queries
from procurement.queries import people as people_queries
from procurement.queries import stages as stages_queries
from procurement.queries import windows as windows_queries
from procurement.rules.applications import next_steps, received_uk
from procurement.rules.calls import with_article
from procurement.rules.documents import AnsweredQuestion as Answered
from procurement.rules.documents import Content, Fact, FileLine, Receipt, grouped
from procurement.rules.permissions import Principal
from procurement.rules.questions import Question, asked_in
from procurement.rules.uploads.examination import in_units
from procurement.services import about, documents, messages
from procurement.services.act import Act
from procurement.services.effects.effect import Effect
from procurement.services.history import latest
from workflows.facts import Facts, Sentence, in_words

PRESSED_BEFORE = "Submit was pressed after the old closing time. That press was not taken. You can press it again now."


def send_receipt(act: Act, thing: Entry, call: Call, facts: Facts) -> None:
    """Ask for the receipt, and tell the whole team what was received."""
    application, stage = thing.application, thing.stage
    submission = act.session.get_one(Submission, thing.standing_id)
    event = latest(act.session)
    receipt = _receipt(act.session, thing, call, submission, act.by)

    def placed(_: Session) -> Content:
        """Just before the commit the submission has its place in the history."""
        submission.event_position = event.position
        return replace(receipt, chain_position=str(event.position), chain_digest=event.digest)

    documents.request(
        act,
        "receipt",
        f"receipt:{thing.application_id}:{submission.number}",
        placed,
        title=f"Receipt for submission {submission.number} of {application.ref}",
        reference=application.ref,
        about=about.entry(thing),
        code=submission.code,
    )
    fields: dict[str, object] = {
        "organisation": application.organisation.name,
        "number": _number(submission),
        "received": received_uk(submission.received_at),
        "code": grouped(submission.code),
        "files": str(len(submission.manifest["files"])),
        "next_steps": [f"{fact.name}: {fact.value}" for fact in _next_steps(stage)],
        "link": f"/applications/{application.ref}/stages/{stage.key}/receipt",
    }
    _tell(act, thing, call, "submitted", f"{submission.number}", fields)


def tell_team_reopened(act: Act, thing: Entry, call: Call, facts: Facts) -> None:
    submission = act.session.get_one(Submission, thing.standing_id)
    received = received_uk(submission.received_at)
    fields: dict[str, object] = {
        "stage": _later(thing.stage),
        "by": act.by.name,
        "closes": in_words(_closing(thing.stage)),
        "standing": f"The submission of {received} stands until another one replaces it.",
    }
    _tell(act, thing, call, "reopened", f"{thing.version}", fields)


def tell_team_withdrawn(act: Act, thing: Entry, call: Call, facts: Facts) -> None:
    fields: dict[str, object] = {
        "stage": _later(thing.stage),
        "by": act.by.name,
        "when": in_words(act.now),
        "closes": in_words(_closing(thing.stage)),
    }
    _tell(act, thing, call, "withdrawn", f"{thing.version}", fields)


def tell_team_not_submitted(act: Act, thing: Entry, call: Call, facts: Facts) -> None:
    """What was not submitted; and where the call has another window, that its draft goes on there."""
    closed = in_words(_closing(thing.stage))
    stages = stages_queries.seen(act.session, call.id)
    after = windows_queries.following(stages, thing.stage, thing.application.lot_id, act.now)
    if after is None or after.opens_at is None:
        _tell(act, thing, call, "not_submitted", "once", {"stage": _later(thing.stage), "closed": closed})
        return
    fields: dict[str, object] = {
        "closed": closed,
        "opens": in_words(after.opens_at),
        "closes": in_words(_closing(after)),
    }
    _tell(act, thing, call, "carried_over", "once", fields)


def tell_team_revived(act: Act, thing: Entry, call: Call, facts: Facts) -> None:
    """Their draft can be submitted after all; also where Submit was pressed too late meanwhile."""
    pressed = amendments_queries.pressed_late(act.session, [thing.id]).get(thing.id)
    fields: dict[str, object] = {
        "closes": in_words(_closing(thing.stage)),
        "reason": facts.reason,
        "pressed": "" if pressed is None else PRESSED_BEFORE,
    }
    _tell(act, thing, call, "revived", f"{thing.version}", fields)


def _receipt(session: Session, entry: Entry, call: Call, submission: Submission, by: Principal) -> Receipt:
    """What the receipt says, but for its place in the chain."""
    application, stage = entry.application, entry.stage
    lots = session.scalar(select(func.count()).select_from(Lot).where(Lot.call_id == call.id)) or 0
    form = asked_in(applications_queries.questions_of(session, stage.id), submission.manifest)
    said = {line["key"]: line for line in submission.manifest["answers"]}
    counts: dict[str, int] = {}
    for line in submission.manifest["files"]:
        counts[line["key"]] = counts.get(line["key"], 0) + 1
    before = applications_queries.submissions_of(session, application.id)
    earlier = next((each for each in before if each.entry_id == entry.id and each.number < submission.number), None)
    return Receipt(
        call=f"{call.title} ({call.ref})",
        lot=f"Lot {application.lot.number}: {application.lot.title}" if lots > 1 else "",
        organisation=application.organisation.name,
        submitted_by=by.name,
        number=_number(submission),
        received_utc=f"{submission.received_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
        received_uk=received_uk(submission.received_at),
        closes=in_words(_closing(stage)),
        answers=tuple(
            Answered(question=each.text, extent=str(extent_of(each, said, counts.get(each.key, 0)))) for each in form
        ),
        files=tuple(
            FileLine(name=line["name"], size=in_units(line["size"]), digest=line["digest"])
            for line in submission.manifest["files"]
        ),
        declaration=submission.declaration,
        digest=submission.digest,
        chain_position="",
        chain_digest="",
        replaces="" if earlier is None else f"It replaces the submission of {received_uk(earlier.received_at)}.",
        next_steps=_next_steps(stage),
        of=with_article(stage.noun),
        stage=_later(stage),
    )


def extent_of(question: Question, said: Mapping[str, Mapping[str, Any]], files: int) -> Sentence:
    """How much of a question a submission's manifest says was answered."""
    line = said.get(question.key, {"words": 0, "answered": False})
    return question.kind.extent(question, words=line["words"], answered=line["answered"], files=files)


def _next_steps(stage: Stage) -> tuple[Fact, ...]:
    steps = next_steps(_closing(stage), stage.hold_minutes, stage.decide_by, noun=stage.noun, sealed=stage.sealed)
    return tuple(Fact(name=str(when), value=str(what)) for when, what in steps)


def _tell(act: Act, entry: Entry, call: Call, kind: str, occasion: str, fields: dict[str, object]) -> None:
    application = entry.application
    given = {
        "reference": application.ref,
        "call": call.title,
        "noun": entry.stage.noun,
        "link": f"/applications/{application.ref}/stages/{entry.stage.key}",
        **fields,
    }
    messages.tell(
        act,
        kind,
        people_queries.reachable(act.session, application.organisation_id),
        given,
        occasion=f"{kind}:{entry.id}:{occasion}:",
        about=about.entry(entry),
        sealed=True,
    )


def _later(stage: Stage) -> str:
    """The title of a stage after the first; the first closes with the call, as everybody knows it."""
    return stage.title if stage.number > 1 else ""


def _number(submission: Submission) -> str:
    return f"submission {submission.number}"


def _closing(stage: Stage) -> datetime:
    if stage.closes_at is None:
        raise ValueError("a stage that collects has a closing time")
    return stage.closes_at


EFFECTS: dict[str, Effect] = {
    "send_receipt": send_receipt,
    "tell_team_reopened": tell_team_reopened,
    "tell_team_withdrawn": tell_team_withdrawn,
    "tell_team_not_submitted": tell_team_not_submitted,
    "tell_team_revived": tell_team_revived,
}
