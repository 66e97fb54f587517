"""Deciding: officers propose an outcome for each application, and somebody else approves all of them at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from procurement.models.applications import Application
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.decisions import Decision
from procurement.models.people import Person
from procurement.queries import awards as find_awards
from procurement.queries import decisions as find
from procurement.rules.money import PENNY
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.rules.references import award_id
from procurement.services import messages, progress
from procurement.services.history import record
from procurement.services.locking import lock_call
from procurement.services.refusal import Refusal
from workflows.facts import Facts, Sentence

MOVES = {"fund": "recommend", "reserve": "hold_in_reserve", "decline": "decline"}
LONGEST = 4_000  # characters of a reason; it is printed in a letter


@dataclass(frozen=True)
class Proposal:
    """What an officer proposes for one application. `amount` only to fund; `reason` is read by the applicant,
    `departure` by the approver: why rank order is left."""

    outcome: str
    amount: Decimal | None = None
    reason: str = ""
    departure: str = ""


def propose(
    session: Session, ports: Ports, call_id: int, proposals: Mapping[str, Proposal], *, by: Principal, now: datetime
) -> find.Table:
    """Write down the proposals for some applications (by reference): all of them or, with every reason, none.

    Earlier proposals for the same applications are kept as superseded. Whether every departure has its reason is asked
    when the set is approved, since it depends on the decisions about the others.
    """
    call = lock_call(session, call_id)
    _require(by, "officer")
    if call.state != "deciding":
        raise Refusal(Sentence("Decisions can be proposed from the locking of the marks until they are approved."))
    table = find.table_of(session, call)
    reasons = [
        Sentence("%(application)s: %(fault)s", application=ref, fault=str(fault))
        for ref, proposal in proposals.items()
        for fault in _faults(table.entry(ref), proposal)
    ]
    after = _committed(table, proposals)
    reasons += [
        Sentence(
            "Lot %(lot)s: the awards would go £%(over)s over its budget. Fund fewer applications, or smaller amounts.",
            lot=lot.lot.number,
            over=after[lot.lot.id] - lot.lot.budget,
        )
        for lot in table.lots
        if after[lot.lot.id] > lot.lot.budget
    ]
    if reasons:
        raise Refusal(*reasons)
    for ref, proposal in sorted(proposals.items()):
        entry = table.entry(ref)
        assert entry is not None  # noqa: S101  (asked above)
        _write(session, ports, call, entry, proposal, by=by, now=now)
    if by.id is not None:
        call.proposers = sorted({*call.proposers, by.id})
    call.sent_back = ""
    session.flush()
    return find.table_of(session, call)


def propose_in_rank_order(
    session: Session,
    ports: Ports,
    call_id: int,
    reserves: int,
    reasons: Mapping[str, str],
    *,
    seen: str,
    by: Principal,
    now: datetime,
) -> int:
    """Propose what plain rank order says for every application without a proposal: all of them or, with every reason,
    none. `reasons` by outcome; `seen` is what the page showed (`Table.seen`). Returns how many there were."""
    call = lock_call(session, call_id)
    table = find.table_of(session, call, comments=False)
    if table.seen != seen:
        raise Refusal(Sentence("Somebody proposed something meanwhile. Look at the list again."))
    proposals = {
        entry.application.ref: Proposal(outcome, entry.asks if outcome == "fund" else None, reasons.get(outcome, ""))
        for entry, outcome in table.in_rank_order(reserves)
    }
    propose(session, ports, call_id, proposals, by=by, now=now)
    return len(proposals)


def send_back(session: Session, ports: Ports, call_id: int, reason: str, *, by: Principal, now: datetime) -> Call:
    """An approver does not agree: the officers change what they proposed, and the record keeps why."""
    call = lock_call(session, call_id)
    _require(by, "approver")
    if call.state != "deciding" or not find.standing(session, call.id):
        raise Refusal(Sentence("There are no proposed decisions to send back."))
    if not reason.strip():
        raise Refusal(Sentence("Give a reason."))
    call.sent_back = reason.strip()
    event = record(
        session,
        ports,
        "call.send_back_decisions",
        "call",
        call.id,
        by=by,
        now=now,
        call_id=call.id,
        note=call.sent_back,
    )
    session.flush()
    for person_id in call.proposers:
        fields = {
            "reference": call.ref,
            "call": call.title,
            "by": by.name,
            "reason": call.sent_back,
            "link": f"/manage/calls/{call.ref}/decisions",
        }
        messages.stage(
            session,
            ports,
            "sent_back",
            f"decisions_sent_back:{event.id}:{person_id}",
            fields,
            person=session.get_one(Person, person_id),
            call_id=call.id,
            now=now,
        )
    return call


def approve(session: Session, ports: Ports, call_id: int, *, seen: str, by: Principal, now: datetime) -> Call:
    """A second person approves every decision, in one transaction that is run serializable.

    `seen` is what the approver's page showed (`Table.seen`): nobody approves what they have not read. The sums are
    taken anew here, under the lock. Letters and summaries are asked for; nobody is told yet.
    """
    call = lock_call(session, call_id)
    _require(by, "approver")
    require_fresh(ports, by)
    table = find.table_of(session, call)
    if call.state == "deciding" and table.seen != seen:
        raise Refusal(Sentence("The decisions were changed after you opened this page. Read them again."))
    if find_awards.needs_notice(call) and (missing := find.incomplete_summaries(table)):
        raise Refusal(*missing)
    facts = find.facts(session, call, table, by=by, now=now)
    roles = by.workflow_roles()
    progress.move(session, ports, call, call, "decide", by=by, roles=roles, facts=facts, now=now, data=table.counts)
    number = 0
    for entry in table.entries:
        decision = entry.decision
        assert decision is not None  # noqa: S101  (the guard has counted those that are missing)
        decision.approved_by, decision.approved_at = by.id, now
        application = session.get_one(Application, entry.application.id, with_for_update=True, populate_existing=True)
        one = Facts(now=now, actor=by.id, authors=frozenset({*call.proposers, decision.proposed_by}))
        progress.move(
            session,
            ports,
            application,
            call,
            MOVES[decision.outcome],
            by=by,
            roles=roles,
            facts=one,
            now=now,
            data={"decision": decision.id},
        )
        if decision.outcome == "fund":
            number += 1
            _award(session, ports, call, application, decision, number, by=by, now=now)
    return call


def require_fresh(ports: Ports, by: Principal) -> None:
    """Refuse whoever entered their password too long ago for an act of this weight."""
    if by.fresh_until is None or by.fresh_until <= ports.clock.unshifted():
        raise Refusal(Sentence("Enter your password again first: you signed in too long ago."), status=403)


def _award(
    session: Session,
    ports: Ports,
    call: Call,
    application: Application,
    decision: Decision,
    number: int,
    *,
    by: Principal,
    now: datetime,
) -> Award:
    assert decision.amount is not None  # noqa: S101  (the table ties the amount to the outcome)
    award = Award(
        ref=award_id(call.ref, number),
        call_id=call.id,
        lot_id=application.lot_id,
        application_id=application.id,
        state="",
        amount=decision.amount,
        proposed_by=decision.proposed_by,
        created_at=now,
    )
    session.add(award)
    session.flush()
    proposer = Principal(id=decision.proposed_by)
    progress.begin(session, ports, award, call, by=proposer, now=now, data={"decision": decision.id})
    facts = find_awards.facts(session, call, award, now=now, actor=by.id)
    progress.move(session, ports, award, call, "approve", by=by, roles=by.workflow_roles(), facts=facts, now=now)
    return award


def _write(
    session: Session, ports: Ports, call: Call, entry: find.Ranked, proposal: Proposal, *, by: Principal, now: datetime
) -> None:
    standing = entry.decision
    said = (proposal.outcome, proposal.amount, proposal.reason.strip(), proposal.departure.strip())
    if standing is not None:
        if (standing.outcome, standing.amount, standing.reason, standing.departure) == said:
            return
        standing.superseded_at = now
        session.flush()
    assert by.id is not None  # noqa: S101  (an officer is a person)
    decision = Decision(
        call_id=call.id,
        application_id=entry.application.id,
        outcome=said[0],
        amount=said[1],
        reason=said[2],
        departure=said[3],
        proposed_by=by.id,
        proposed_at=now,
    )
    session.add(decision)
    session.flush()
    record(
        session,
        ports,
        "application.propose",
        "application",
        entry.application.id,
        by=by,
        now=now,
        call_id=call.id,
        data={"decision": decision.id, "outcome": decision.outcome},
        note=decision.departure,
    )


def _faults(entry: find.Ranked | None, proposal: Proposal) -> list[Sentence]:
    """What is wrong with one proposal by itself."""
    if entry is None or entry.row is None:
        return [Sentence("This application is not in the ranking.")]
    if proposal.outcome not in MOVES:
        return [Sentence("Choose to fund it, to keep it in reserve or to decline it.")]
    found = []
    if proposal.outcome == "fund":
        asks, amount = entry.application.amount, proposal.amount
        if amount is None or amount <= 0 or amount != amount.quantize(PENNY):
            found.append(Sentence("Enter the amount in pounds, like 25000."))
        elif asks is not None and amount > asks:
            found.append(Sentence("It asks for £%(asks)s. The award cannot be more.", asks=asks))
    elif proposal.amount is not None:
        found.append(Sentence("Only an application that is funded has an amount."))
    if proposal.outcome != "fund" and not proposal.reason.strip():
        found.append(Sentence("Give the reason that the applicant will read."))
    if max(len(proposal.reason), len(proposal.departure)) > LONGEST:
        found.append(Sentence("Keep each reason below %(most)s characters.", most=LONGEST))
    return found


def _committed(table: find.Table, proposals: Mapping[str, Proposal]) -> dict[int, Decimal]:
    """What each lot would have committed with these proposals."""
    sums = {lot.lot.id: find.NOTHING for lot in table.lots}
    for entry in table.entries:
        new = proposals.get(entry.application.ref)
        amount = new.amount if new is not None else entry.decision.amount if entry.decision is not None else None
        sums[entry.lot.id] += amount or find.NOTHING
    return sums


def _require(by: Principal, role: str) -> None:
    if role not in by.roles:
        words = {"officer": "Only an officer can do this.", "approver": "Only an approver can do this."}
        raise Refusal(Sentence(words[role]), status=403)
