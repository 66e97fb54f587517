"""Writing an amendment: begun by an officer, described, sent to an approver, sent back or taken back."""

from collections.abc import Mapping
from datetime import datetime

from procurement.models.amendments import Amendment
from procurement.models.calls import Call
from procurement.queries import call_amendments as call_amendments_queries
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.rules import call_amendments as rules
from procurement.rules.permissions import Permission
from procurement.services import about, messages
from procurement.services.act import Act
from procurement.services.call_amendments.parts import copy_of
from procurement.services.history import record
from procurement.services.locks import lock_call
from procurement.services.refusal import NOTHING_WAITS, Refusal, require_reason, require_role, require_running
from workflows.facts import Sentence

LONGEST_REASON = 4_000  # characters; everybody reads it
WAITS = Sentence("This amendment waits for an approver, so it cannot be changed. An approver can send it back.")
NOTHING = Sentence("Nothing is written otherwise yet, so there is nothing to publish.")
OVERTAKEN = Sentence("What this amendment changes was changed meanwhile. Take it back and write it anew.")
DATE_REASON = Sentence(
    "Say why it closes at another time than is proposed: the change is material, and less than five working days are "
    "left."
)


def begin(act: Act, call_id: int) -> Amendment:
    """An amendment of a published call: its copy, on which the set-up's pages write. Asking twice gives the same."""
    call = lock_call(act.session, call_id)
    require_role(act.by, Permission.CALL_EDIT)
    require_running(call.state)
    if (there := call_amendments_queries.find_written(act.session, call.id)) is not None:
        return there
    number = call_amendments_queries.count_of(act.session, call.id) + 1
    base = rules.to_keep(call_amendments_queries.things_of(act.session, call))
    copy = copy_of(act, call, f"{call.ref}-A{number}")
    assert act.by.id is not None  # noqa: S101  (an officer is a person)
    made = Amendment(
        call_id=call.id,
        copy_id=copy.id,
        base=base,
        closings={},
        begun_by=act.by.id,
        begun_at=act.now,
        changes=[],
        schemes={},
    )
    act.session.add(made)
    act.session.flush()
    record(act, "call.begin_amendment", "call", call.id, call_id=call.id, data={"amendment": made.id})
    return made


def describe(
    act: Act, amendment_id: int, reason: str, closings: Mapping[str, datetime | None], date_reason: str
) -> Amendment:
    """Say why the call is amended, which closings move with it (by the key of the stage; none: it stays), and why a
    closing is another one than is proposed. Anything missing can be saved."""
    call, amendment = take_up(act, amendment_id)
    require_role(act.by, Permission.CALL_EDIT)
    if not amendment.editable:
        raise Refusal(WAITS)
    if max(len(reason), len(date_reason)) > LONGEST_REASON:
        raise Refusal(Sentence("Keep each reason below %(most)s characters.", most=LONGEST_REASON))
    stages = {each.key: each for each in stages_queries.of_call(act.session, call.id)}
    amendment.closings = {
        key: at.isoformat() for key, at in closings.items() if at is not None and at != stages[key].closes_at
    }
    amendment.reason, amendment.date_reason = reason.strip(), date_reason.strip()
    _wrote(act, amendment)
    return amendment


def _wrote(act: Act, amendment: Amendment) -> None:
    """Whoever describes it is one of its authors."""
    copy = act.session.get_one(Call, amendment.copy_id)
    if act.by.id is not None and act.by.id not in copy.authors:
        copy.authors = [*copy.authors, act.by.id]
    act.session.flush()


def send(act: Act, amendment_id: int, *, seen: str) -> Amendment:
    """Hand it to an approver; refused while anything stands in its way. `seen`: what the officer's page showed."""
    call, amendment = take_up(act, amendment_id)
    require_role(act.by, Permission.CALL_EDIT)
    require_running(call.state)
    if not amendment.editable:
        raise Refusal(WAITS)
    require_publishable(act, call, amendment, seen=seen)
    amendment.proposed_by, amendment.proposed_at, amendment.answer = act.by.id, act.now, ""
    _wrote(act, amendment)
    data = {"amendment": amendment.id, "seen": seen}
    record(act, "call.propose_amendment", "call", call.id, call_id=call.id, data=data, note=amendment.reason)
    return amendment


def require_publishable(act: Act, call: Call, amendment: Amendment, *, seen: str) -> call_amendments_queries.Preview:
    """What it would publish, or a Refusal with all that stands in its way."""
    copy = lock_call(act.session, amendment.copy_id)  # nobody writes on it meanwhile
    found = call_amendments_queries.preview(act.session, amendment, call, copy, act.now)
    if found.seen != seen:
        raise Refusal(Sentence("The amendment was changed after you opened this page. Read it again."))
    against = [*found.refused, *(each.sentence for each in found.problems)]
    if not found.changes and not found.moves:
        against.append(NOTHING)
    if found.overtaken:
        against.append(OVERTAKEN)
    if found.proposals and not amendment.date_reason:
        against.append(DATE_REASON)
    if against:
        raise Refusal(*dict.fromkeys(against))
    require_reason(amendment.reason)
    return found


def send_back(act: Act, amendment_id: int, reason: str) -> Amendment:
    """An approver does not agree: its authors write on, and read why."""
    call, amendment = take_up(act, amendment_id)
    require_role(act.by, Permission.CALL_REVIEW)
    require_reason(reason)
    if amendment.proposed_at is None:
        raise Refusal(NOTHING_WAITS)
    amendment.proposed_by = amendment.proposed_at = None
    amendment.answer = reason.strip()
    act.session.flush()
    data = {"amendment": amendment.id}
    record(act, "call.send_back_amendment", "call", call.id, call_id=call.id, data=data, note=reason.strip())
    copy = act.session.get_one(Call, amendment.copy_id)
    copy.version += 1
    messages.tell(
        act,
        "sent_back",
        calls_queries.authors_of(act.session, copy),
        {
            "reference": call.ref,
            "call": call.title,
            "by": act.by.name,
            "reason": reason.strip(),
            "link": f"/manage/calls/{call.ref}/amendment",
        },
        occasion=f"amendment_sent_back:{amendment.id}:{copy.version}:",
        about=about.call(call),
    )
    return amendment


def take_back(act: Act, amendment_id: int, reason: str) -> Amendment:
    """An officer gives an amendment up before anybody agreed to it; the call goes on saying what it says."""
    call, amendment = take_up(act, amendment_id)
    require_role(act.by, Permission.CALL_EDIT)
    require_reason(reason)
    amendment.ended_at, amendment.answer = act.now, reason.strip()
    act.session.flush()
    data = {"amendment": amendment.id}
    record(act, "call.take_back_amendment", "call", call.id, call_id=call.id, data=data, note=reason.strip())
    return amendment


def take_up(act: Act, amendment_id: int) -> tuple[Call, Amendment]:
    """An amendment that is neither published nor ended, with its call, both held; 404 for one that is not there."""
    found = act.session.get(Amendment, amendment_id)
    if found is None:
        raise Refusal(NOTHING_WAITS, status=404)
    call = lock_call(act.session, found.call_id)
    amendment = act.session.get_one(Amendment, amendment_id, with_for_update=True, populate_existing=True)
    if not amendment.open:
        raise Refusal(NOTHING_WAITS)
    return call, amendment
