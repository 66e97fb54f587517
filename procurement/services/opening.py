"""Opening the bids of a stage: two people, after the deadline and the holding time, each signed in afresh.

The first person's press is a row; a different person completes it, and then everything opens in one transaction.
"""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import update

from procurement.models.applications import Entry, Submission
from procurement.models.calls import Call
from procurement.models.messages import Message
from procurement.models.stages import Opening, Stage
from procurement.queries import applications as applications_queries
from procurement.queries import clarifications as clarifications_queries
from procurement.queries import opening as opening_queries
from procurement.queries import stages as stages_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules.applications import TOTALS
from procurement.rules.ledger import digest
from procurement.rules.permissions import SYSTEM, Permission
from procurement.rules.ports import Ports, VaultRefused
from procurement.rules.questions import Purpose, Question
from procurement.services import about, applications, clarifications, messages, outages, progress, vault
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.locks import lock_stage
from procurement.services.refusal import Refusal, require_fresh, require_role, require_running
from workflows.catalogue import states
from workflows.engine import Refused, decide
from workflows.facts import Sentence, in_words

NO = "no"  # the stored answer of a bidder who charges no VAT, or would not keep within minimal financial assistance


UNANSWERED = (
    "Questions about this stage that wait for an answer: %(count)s. Answer each, or close it with a reason, before "
    "anything is opened."
)


def ask(act: Act, stage_id: int) -> Opening:
    """Be the first of the two. The same person asking again changes nothing; for another one see `complete`."""
    call, stage = lock_stage(act.session, stage_id)
    require_role(act.by, Permission.CALL_OPEN)
    require_fresh(act.by, act.unshifted)
    _require_possible(act, call, stage)
    _require_answered(act, stage)
    outages.require_answered(act, stage)
    if (opening := opening_queries.find_opening(act.session, stage.id)) is not None:
        if opening.first_id == act.by.id:
            return opening
        raise Refusal(Sentence("%(name)s has asked already. Complete the opening instead.", name=opening.first.name))
    row = Opening(stage_id=stage.id, first_id=act.by.id, first_at=act.now)
    act.session.add(row)
    act.session.flush()
    record(act, "stage.ask_to_open", "stage", stage.id, call_id=call.id)
    fields = {
        "reference": call.ref,
        "call": call.title,
        "by": act.by.name,
        "since": in_words(act.now),
        "link": f"/manage/calls/{call.ref}/stages/{stage.key}/opening",
    }
    messages.tell(
        act,
        "opening_asked",
        opening_queries.possible_openers(act.session, act.by.id),
        fields,
        occasion=f"opening_asked:{row.id}:{stage.id}:{_tag(act.now)}:",
        about=about.stage(stage),
    )
    return row


def take_back(act: Act, stage_id: int) -> None:
    """The first person withdraws the press; taking back what is not there any more changes nothing."""
    call, stage = lock_stage(act.session, stage_id)
    require_running(call.state)
    opening = opening_queries.find_opening(act.session, stage.id)
    if stage.opened:
        raise Refusal(Sentence("The %(nouns)s have been opened.", nouns=stage.nouns))
    if opening is None:
        return
    if opening.first_id != act.by.id:
        raise Refusal(Sentence("Only %(name)s can take this back.", name=opening.first.name), status=403)
    act.session.delete(opening)
    record(act, "stage.take_back_opening", "stage", stage.id, call_id=call.id)


def complete(act: Act, stage_id: int) -> Stage:
    """Be the second of the two: every submission that stands is opened, all in this one transaction.

    A bid whose bytes are damaged is opened as damaged and named on the record; the others are not held up by it.
    What belongs to other stages of the call stays as it is.
    """
    call, stage = lock_stage(act.session, stage_id)
    require_role(act.by, Permission.CALL_OPEN)
    require_fresh(act.by, act.unshifted)
    opening = opening_queries.find_opening(act.session, stage.id)
    if stage.opened:
        raise Refusal(Sentence("The %(nouns)s have been opened already.", nouns=stage.nouns))
    if opening is None:
        raise Refusal(
            Sentence(
                "Nobody has asked to open these %(nouns)s yet, or the request was taken back. Ask first.",
                nouns=stage.nouns,
            )
        )
    if opening.first_id == act.by.id:
        raise Refusal(
            Sentence("You have asked to open these %(nouns)s. A different person must complete it.", nouns=stage.nouns)
        )
    facts = opening_queries.facts(call, stage, by=act.by, now=act.now, second=True)
    _require_answered(act, stage)
    outages.require_answered(act, stage)

    opening.second_id, opening.second_at = act.by.id, act.now
    stage.opened_at = act.now
    progress.move(
        act,
        stage,
        call,
        "open",
        roles=act.by.workflow_roles(),
        facts=facts,
        data={"opening": opening.id, "first": opening.first_id, "second": act.by.id},
    )
    _open_all(act, call, stage)
    return stage


def open_due(act: Act, stage_id: int) -> bool:
    """Open what was not sealed, once it has closed: by nobody's press. False where that is not so."""
    call, stage = lock_stage(act.session, stage_id)
    if stage.sealed or stage.state not in states.stage.collecting or call.state not in states.call.published:
        return False
    facts = stages_queries.facts(call, stage, by=SYSTEM, now=act.now)
    if facts.closes_at is None or facts.now < facts.closes_at:
        return False
    if clarifications_queries.unanswered(act.session, stage.id):
        return False  # what was asked is answered first; whoever answers finds it overdue in their list
    if outages.hold_up(act, stage) is not None:
        return False  # an extension for all could come too late otherwise
    stage.opened_at = act.now
    progress.move(act.made_by(SYSTEM), stage, call, "open", roles=progress.SYSTEM_ROLES, facts=facts)
    _open_all(act, call, stage)
    return True


def _open_all(act: Act, call: Call, stage: Stage) -> None:
    if stage.required:
        applications.lapse_all(act, call, stage)
    form = applications_queries.questions_of(act.session, stage.id)
    before = applications_queries.entries_before(act.session, stage)
    for entry in opening_queries.to_open(act.session, stage):
        _open(act, call, entry, form)
        applications.take_over(entry, before.get(entry.application_id))
    applications.give_numbers(act.session, stage)
    clarifications.make_log(act, call.id)
    act.session.execute(
        update(Message).where(Message.stage_id == stage.id, Message.sealed.is_(True)).values(sealed=False)
    )


def read_submission(ports: Ports, submission: Submission) -> dict[str, Any] | None:
    """What was submitted, or None when the bytes are not the ones that were."""
    try:
        content = vault.open_bytes(ports, submission)
    except VaultRefused:
        return None
    said: dict[str, Any] | None = json.loads(content) if digest(content) == submission.digest else None
    return said


def fetched(act: Act, entry_id: int, file: str) -> None:
    """Write down which file of an opened bid somebody of the staff fetched."""
    entry = act.session.get_one(Entry, entry_id)
    record(act, "entry.fetch_file", "entry", entry.id, call_id=entry.call_id, data={"file": file})


def _open(act: Act, call: Call, entry: Entry, form: tuple[Question, ...]) -> None:
    """Open one: with what its submission says, where one stands and can be read."""
    submission, sent = entry.standing, {}
    if submission is not None:
        sent = {"submission": submission.id, "digest": submission.digest}
        snapshot = read_submission(act.ports, submission)
        if snapshot is None:
            record(act, opening_queries.DAMAGED, "entry", entry.id, call_id=call.id, data=sent)
        else:
            _say(entry, form, snapshot)
    entry.opened_at = act.now
    progress.move(
        act,
        entry,
        call,
        "open",
        roles=progress.SYSTEM_ROLES,
        facts=applications_queries.facts(call, entry, now=act.now, actor=act.by.id),
        data=sent,
    )


def _say(entry: Entry, form: tuple[Question, ...], snapshot: dict[str, Any]) -> None:
    """What was answered to the questions that every list of bids shows, where the stage asks them. What a table came to
    when it was sent holds, whatever an amendment has asked for since."""
    answers = snapshot["answers"]
    said = {each.purpose: answers.get(each.key) for each in form}
    for question in form:
        if question.purpose is Purpose.AMOUNT:
            sent = snapshot.get(TOTALS, {}).get(question.key)
            entry.amount = question.kind.number(question, answers.get(question.key)) if sent is None else Decimal(sent)
    if Purpose.TITLE in said:
        entry.title = _one_line(said[Purpose.TITLE])
    if Purpose.SUMMARY in said:
        entry.summary = str(said[Purpose.SUMMARY] or "")
    if Purpose.VAT in said:
        entry.no_vat = said[Purpose.VAT] == NO
    if Purpose.ASSISTANCE in said:
        entry.over_assistance = said[Purpose.ASSISTANCE] == NO


def _one_line(value: object) -> str:
    return " ".join(str(value or "").split())


def _require_possible(act: Act, call: Call, stage: Stage) -> None:
    """Refuse what would stand in the way of the second person too: too early, or not at that state."""
    facts = opening_queries.facts(call, stage, by=act.by, now=act.now, second=True)
    workflow = workflows_queries.workflow_of(call, "stage", stage)
    answer = decide(workflow, stage.state, "open", act.by.workflow_roles(), facts)
    if isinstance(answer, Refused):
        raise Refusal(*answer.reasons)


def _require_answered(act: Act, stage: Stage) -> None:
    """Refuse while a question about the stage has neither an answer nor a reason why there is none."""
    if count := clarifications_queries.unanswered(act.session, stage.id):
        raise Refusal(Sentence(UNANSWERED, count=count))


def _tag(now: datetime) -> str:
    return f"{now:%Y%m%d%H%M%S}"
