"""Submitting: a snapshot that never changes, made once for each press of the button, in time or not at all."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from procurement.models.applications import Answer, Attachment, Entry, NearMiss, Submission
from procurement.models.calls import Call
from procurement.queries import applications as applications_queries
from procurement.queries import calls as calls_queries
from procurement.queries.room import room_of
from procurement.rules import questions as rules
from procurement.rules.applications import TOTALS, declared_text
from procurement.rules.asking import asks_too_much
from procurement.rules.calls import OverBudget, as_text
from procurement.rules.documents import CODE_LENGTH, code_from
from procurement.rules.ledger import canonical, digest
from procurement.rules.permissions import Permission
from procurement.services import progress, vault
from procurement.services.act import Act
from procurement.services.applications.acknowledging import require_all_read
from procurement.services.applications.carrying import lapse_and_carry
from procurement.services.applications.locks import lock_entry, require_live, require_lot
from procurement.services.history import SALT_BYTES, record
from procurement.services.refusal import Refusal, require_team
from workflows.definition import Role
from workflows.facts import Sentence

APPLICANT = frozenset({Role.APPLICANT})


@dataclass(frozen=True)
class Late:
    """The press was received at or after the closing instant; only that it was made and when has been kept."""

    received_at: datetime
    closes_at: datetime


@dataclass(frozen=True)
class Draft:
    """What a snapshot is made of: the questions with what was answered and added, what is declared, and whatever else
    the snapshot says of what it is. `hidden`: the keys of the questions that were not asked."""

    form: tuple[rules.Question, ...]
    rows: dict[str, Answer]
    files: list[Attachment]
    declaration: str
    about: dict[str, Any] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()


class ChangedSince(Refusal):
    """Somebody changed the draft after the page with the button was made; `keys` are the questions concerned."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        super().__init__(
            Sentence.plural(
                "%(num)s answer changed since you checked. Look at it, then submit.",
                "%(num)s answers changed since you checked. Look at them, then submit.",
                len(keys),
            )
        )
        self.keys = keys


def submit(act: Act, entry_id: int, *, press: str, version: int, declared: bool) -> Submission | Late:
    """Submit the draft as it is at `version`. `now` is when the request was received; `press` names the button.

    In this order: the same press again gives the same submission back, also when it is late by now;
    once the bids are opened nothing is taken; a press received at the closing instant or after it is late, of which a
    row is kept, so that it is an answer and no refusal; then everything else.
    Raises Refusal (409 for another version with the same press, what is missing, a wrong state; 403 for whoever is not
    the lead; 410 once opened) and ChangedSince.
    """
    call, entry = lock_entry(act.session, entry_id)
    require_team(act.by, Permission.APPLICATION_READ, entry, act.now)
    if (made := applications_queries.find_by_press(act.session, press)) is not None:
        if made.entry_id != entry.id or made.draft_version != version:
            raise Refusal(Sentence("This button was pressed before, for another text. Check the application again."))
        return made
    require_team(act.by, Permission.APPLICATION_SUBMIT, entry, act.now)
    require_lot(entry.application.lot)
    require_live(call, entry.stage)
    if entry.stage.closes_at is None:
        raise Refusal(Sentence("Nothing can be sent in this stage."))
    if act.now >= entry.stage.closes_at:
        return _late(act, call, entry, entry.stage.closes_at)
    if entry.stage.window > 1 and entry.stage.opens_at is not None and act.now < entry.stage.opens_at:
        raise Refusal(
            Sentence(
                "What was not submitted in time is a draft for the next window, which opens on %(opens_at)s.",
                opens_at=entry.stage.opens_at,
            )
        )
    if version != entry.version:
        raise _changed_since(act.session, entry, version)
    require_all_read(act, entry.application)

    number = calls_queries.version_number(act.session, call.id)
    draft = draft_of(
        act,
        entry,
        declared_text(entry.application.organisation.name, entry.stage.noun),
        {"call_version": number} if number > 1 else {},
    )
    if call.above_budget == OverBudget.REFUSE:
        _require_room(act, entry.id, draft)
    submission = snapshot(act, call, entry, draft, press=press)
    entry.standing_id, submission.call_version = submission.id, number
    progress.move(
        act,
        entry,
        call,
        "submit",
        roles=APPLICANT,
        facts=applications_queries.facts(call, entry, now=act.now, actor=act.by.id, declared=declared),
        data={"submission": submission.id, "number": submission.number, "digest": submission.digest},
    )
    return submission


def _changed_since(session: Session, entry: Entry, version: int) -> Refusal:
    """What is not any more as the page with the button showed it: answers, or what is asked."""
    keys = applications_queries.changed_since(session, entry.id, version)
    if entry.affected and not keys:
        return Refusal(Sentence("The call was amended since you checked. Look at what changed, and confirm answers."))
    return ChangedSince(keys)


def draft_of(act: Act, entry: Entry, declaration: str, about: dict[str, Any]) -> Draft:
    """What would be submitted of an entry: the questions that it is asked, and what was answered to them. What is
    hidden, and files to a question that was taken out, are kept in the draft and go nowhere."""
    form = applications_queries.questions_of(act.session, entry.stage_id)
    rows = applications_queries.answers_of(act.session, entry.id)
    of_form = {each.key for each in form}
    files = [each for each in applications_queries.attachments_of(act.session, entry.id) if each.key in of_form]
    if not rules.is_conditional(form):
        return Draft(form, rows, files, declaration, about)
    said = {key: vault.open_answer(act.ports, row) for key, row in rows.items()}
    said |= applications_queries.file_values(files)
    asked = rules.shown(form, said, entry.application.lot.number)
    keys = {each.key for each in asked}
    return Draft(
        asked,
        {key: row for key, row in rows.items() if key in keys},
        [each for each in files if each.key in keys],
        declaration,
        about,
        hidden=tuple(each.key for each in form if each.key not in keys),
    )


def _require_room(act: Act, entry_id: int, draft: Draft) -> None:
    """Refuse an amount above what there is: the call says so. Otherwise it was only warned about."""
    room = room_of(applications_queries.get_entry(act.session, entry_id, fresh=True))
    for question in draft.form:
        row = draft.rows.get(question.key) if question.purpose is rules.Purpose.AMOUNT else None
        found = None if row is None else asks_too_much(question, vault.open_answer(act.ports, row), room)
        if found is not None:
            raise Refusal(found.sentence)


def _late(act: Act, call: Call, entry: Entry, closes_at: datetime) -> Late:
    act.session.add(
        NearMiss(application_id=entry.application_id, entry_id=entry.id, received_at=act.now, closes_at=closes_at)
    )
    record(act, "entry.late_press", "entry", entry.id, call_id=call.id, data={"closes_at": closes_at})
    lapse_and_carry(act, call, entry, applications_queries.facts(call, entry, now=act.now, actor=act.by.id))
    return Late(act.now, closes_at)


def snapshot(act: Act, call: Call, entry: Entry, draft: Draft, *, press: str) -> Submission:
    """The draft as it is, closed, with a digest that anybody who has the snapshot can compute again.

    The salt makes the digest one that says nothing about short answers: it also goes into the chain.
    """
    application = entry.application
    form, rows, files = draft.form, draft.rows, draft.files
    answers = {key: vault.open_answer(act.ports, row) for key, row in rows.items()}
    number = applications_queries.last_number(act.session, application.id) + 1
    content = canonical(
        {
            "application": application.ref,
            "call": call.ref,
            "number": number,
            **draft.about,
            "salt": act.ports.randomness.bytes(SALT_BYTES).hex(),
            "answers": {each.key: answers.get(each.key) for each in form if not each.kind.uploads},
            **_totals(form, answers),
            **_agreed(draft, answers),
            "files": [{"key": f.key, "name": f.name, "size": f.size, "digest": f.digest} for f in files],
        }
    )
    submission = Submission(
        application_id=application.id,
        entry_id=entry.id,
        number=number,
        press=press,
        received_at=act.now,
        recorded_at=max(act.now, act.ports.clock.now()),
        submitted_by=act.by.id,
        draft_version=entry.version,
        closed=vault.seal_submission(act.ports, application.id, number, content),
        manifest=_manifest(form, rows, answers, files) | ({rules.HIDDEN: list(draft.hidden)} if draft.hidden else {}),
        digest=digest(content),
        declaration=draft.declaration,
        code=code_from(act.ports.randomness.bytes(CODE_LENGTH)),
    )
    act.session.add(submission)
    act.session.flush()
    return submission


def _agreed(draft: Draft, answers: dict[str, Any]) -> dict[str, Any]:
    """Who agreed to each declaration of a form, and when; nothing where it has none."""
    signed = {
        each.key: {"by": draft.rows[each.key].person.name, "at": as_text(draft.rows[each.key].saved_at)}
        for each in draft.form
        if each.kind.signed and answers.get(each.key) is not None
    }
    return {"agreed": signed} if signed else {}


def _totals(form: tuple[rules.Question, ...], answers: dict[str, Any]) -> dict[str, dict[str, str]]:
    """What each table comes to by the form that it was sent for, where there are tables; an amendment may change it."""
    numbers = {
        each.key: each.kind.number(each, answers.get(each.key)) for each in form if each.kind.record_columns(each)
    }
    found = {key: format(number, "f") for key, number in numbers.items() if number is not None}
    return {TOTALS: found} if found else {}


def _manifest(
    form: tuple[rules.Question, ...], rows: dict[str, Answer], answers: dict[str, Any], files: list[Attachment]
) -> dict[str, list[dict[str, Any]]]:
    """What was sent without what it said: how much of each answer, and the files by which they are found again."""
    keys = [each.key for each in form if not each.kind.uploads]
    return {
        "answers": [
            {"key": key, "words": rows[key].words if key in rows else 0, "answered": answers.get(key) is not None}
            for key in keys
        ],
        "files": [
            {
                "ref": each.ref,
                "key": each.key,
                "name": each.name,
                "media_type": each.media_type,
                "size": each.size,
                "digest": each.digest,
                "stored": each.stored,
                **({"sealed_as": each.sealed_as} if each.sealed_as else {}),
            }
            for each in files
        ],
    }
