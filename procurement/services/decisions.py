"""Deciding: officers propose an outcome for each application, and somebody else approves all of them at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from procurement.models.applications import Entry
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.decisions import Decision
from procurement.models.people import Person
from procurement.models.stages import Stage
from procurement.queries import awards as awards_queries
from procurement.queries import calls as calls_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules.money import PENNY, format_pounds
from procurement.rules.permissions import Permission, Principal
from procurement.rules.references import award_id
from procurement.rules.statuses import Outcome
from procurement.rules.vat import vat_of
from procurement.services import about, messages, progress
from procurement.services.act import Act, serializable
from procurement.services.history import record
from procurement.services.locks import lock_stage
from procurement.services.refusal import Refusal, require_fresh, require_role
from workflows.catalogue import states
from workflows.facts import Facts, Sentence

MOVES: dict[str, str] = {
    Outcome.FUND: "advance",
    Outcome.ADVANCE: "advance",
    Outcome.RESERVE: "hold_in_reserve",
    Outcome.DECLINE: "decline",
}
GOING_ON = (Outcome.FUND, Outcome.ADVANCE)
CHOOSE_TO_FUND = Sentence("Choose to fund it, to keep it in reserve or to decline it.")
CHOOSE_TO_ADVANCE = Sentence("Choose to let it go on, to keep it in reserve or to decline it.")
NOTHING_ASKED = Sentence("It asks for no amount, so nothing can be awarded.")
DID_NOT_COME = Sentence("Its team did not come, so it is not ranked and can only be declined, with the reason.")
LONGEST_REASON = 4_000  # characters of a reason; it is printed in a letter


@dataclass(frozen=True)
class Proposal:
    """What an officer proposes for one application. `amount` only to fund; `reason` is read by the applicant,
    `departure` by the approver: why rank order is left."""

    outcome: str
    amount: Decimal | None = None
    reason: str = ""
    departure: str = ""


@serializable
def propose(act: Act, stage_id: int, proposals: Mapping[str, Proposal]) -> decisions_queries.Table:
    """Write down the proposals for some applications (by reference): all of them or, with every reason, none.

    Earlier proposals for the same applications are kept as superseded. Whether every departure has its reason is asked
    when the set is approved, since it depends on the decisions about the others.
    """
    call, stage = lock_stage(act.session, stage_id)
    require_role(act.by, Permission.DECISION_PROPOSE)
    if not is_deciding(call, stage):
        raise Refusal(Sentence("Decisions can be proposed from the locking of the marks until they are approved."))
    table = decisions_queries.table_of(act.session, call, stage)
    reasons = [
        Sentence("%(application)s: %(fault)s", application=ref, fault=str(fault))
        for ref, proposal in proposals.items()
        for fault in _faults(table, ref, proposal)
    ]
    reasons += _out_of_rule(table, proposals) if workflows_queries.rule_binds(call, stage) else ()
    after = _committed(table, proposals)
    reasons += [
        Sentence(
            "Lot %(lot)s: the awards would go %(over)s over its budget. Fund fewer applications, or smaller amounts.",
            lot=lot.lot.number,
            over=format_pounds(after[lot.lot.id] - lot.budget),
        )
        for lot in table.lots
        if after[lot.lot.id] > lot.budget
    ]
    if reasons:
        raise Refusal(*reasons)
    for ref, proposal in sorted(proposals.items()):
        entry = table.entry(ref)
        assert entry is not None  # noqa: S101  (asked above)
        _write(act, call, entry, proposal)
    if act.by.id is not None:
        stage.proposers = sorted({*stage.proposers, act.by.id})
    stage.sent_back = ""
    act.session.flush()
    return decisions_queries.table_of(act.session, call, stage)


@serializable
def propose_in_rank_order(act: Act, stage_id: int, reserves: int, reasons: Mapping[str, str], *, seen: str) -> int:
    """Propose what plain rank order says for every application without a proposal, but those that ask for no amount and
    would be awarded one: all of them or, with every reason, none.

    `reasons` by outcome; `seen` is what the page showed (`Table.seen`). Returns how many there were.
    """
    call, stage = lock_stage(act.session, stage_id)
    table = decisions_queries.table_of(act.session, call, stage, comments=False)
    if table.seen != seen:
        raise Refusal(Sentence("Somebody proposed something meanwhile. Look at the list again."))
    proposals = {
        entry.ref: Proposal(
            outcome, entry.asks if outcome == Outcome.FUND else None, _plainly(table, entry, reasons.get(outcome, ""))
        )
        for entry, outcome in table.in_rank_order(reserves)
    }
    propose(act, stage_id, proposals)
    return len(proposals)


def _plainly(table: decisions_queries.Table, entry: decisions_queries.Ranked, reason: str) -> str:
    """The reason of a decision in rank order: who was passed over reads why before all else."""
    if entry.ref not in table.beyond:
        return reason
    return " ".join(filter(None, (f"{table.passed_over(entry)}.", reason)))


def send_back(act: Act, stage_id: int, reason: str) -> Stage:
    """An approver does not agree: the officers change what they proposed, and the record keeps why."""
    call, stage = lock_stage(act.session, stage_id)
    require_role(act.by, Permission.DECISION_APPROVE)
    if not is_deciding(call, stage) or not decisions_queries.standing_decisions(act.session, stage.id):
        raise Refusal(Sentence("There are no proposed decisions to send back."))
    if not reason.strip():
        raise Refusal(Sentence("Give a reason."))
    stage.sent_back = reason.strip()
    event = record(act, "stage.send_back_decisions", "stage", stage.id, call_id=call.id, note=stage.sent_back)
    act.session.flush()
    fields = {
        "reference": call.ref,
        "call": call.title,
        "by": act.by.name,
        "reason": stage.sent_back,
        "link": f"/manage/calls/{call.ref}/stages/{stage.key}/decisions",
    }
    messages.tell(
        act,
        "sent_back",
        [act.session.get_one(Person, person_id) for person_id in stage.proposers],
        fields,
        occasion=f"decisions_sent_back:{event.id}:",
        about=about.stage(stage),
    )
    return stage


@serializable
def approve(act: Act, stage_id: int, *, seen: str) -> Stage:
    """A second person approves every decision, in one transaction that is run serializable.

    `seen` is what the approver's page showed (`Table.seen`): nobody approves what they have not read. The sums are
    taken anew here, under the lock. Letters and summaries are asked for; nobody is told yet.
    """
    call, stage = lock_stage(act.session, stage_id)
    require_role(act.by, Permission.DECISION_APPROVE)
    require_fresh(act.by, act.unshifted)
    table = decisions_queries.table_of(act.session, call, stage)
    if is_deciding(call, stage) and table.seen != seen:
        raise Refusal(Sentence("The decisions were changed after you opened this page. Read them again."))
    if (
        stage.awards
        and awards_queries.needs_notice(call)
        and (missing := decisions_queries.incomplete_summaries(table))
    ):
        raise Refusal(*missing)
    facts = decisions_queries.facts(call, stage, table, by=act.by, now=act.now)
    roles = act.by.workflow_roles()
    progress.move(act, stage, call, "decide", roles=roles, facts=facts, data=table.counts)
    held = _hold(act.session, [ranked.entry.id for ranked in table.entries])
    funded = []
    for ranked in table.entries:
        decision, entry = ranked.decision, held[ranked.entry.id]
        assert decision is not None  # noqa: S101  (the guard has counted those that are missing)
        decision.approved_by, decision.approved_at = act.by.id, act.now
        set_committed_value(entry, "stage", stage)
        one = Facts(
            now=act.now,
            actor=act.by.id,
            authors=frozenset({*stage.proposers, decision.proposed_by}),
            call_live=facts.call_live,
        )
        progress.move(act, entry, call, MOVES[decision.outcome], roles=roles, facts=one, data={"decision": decision.id})
        if decision.outcome == Outcome.FUND:
            funded.append((entry, ranked.lot.id, decision))
    make_awards(act, call, funded)
    return stage


def _hold(session: Session, entry_ids: Sequence[int]) -> dict[int, Entry]:
    """Some entries as they are now, held in the order of the house: one statement, however many they are."""
    rows = session.scalars(
        select(Entry)
        .where(Entry.id.in_(entry_ids))
        .order_by(Entry.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {entry.id: entry for entry in rows}


def is_deciding(call: Call, stage: Stage) -> bool:
    """Whether decisions about a stage can be proposed and approved now."""
    return stage.state in states.stage.deciding and call.state in states.call.published


def make_award(act: Act, call: Call, entry: Entry, lot_id: int, decision: Decision) -> Award:
    """As `make_awards`, of one decision."""
    (award,) = make_awards(act, call, [(entry, lot_id, decision)])
    return award


def make_awards(act: Act, call: Call, funded: Sequence[tuple[Entry, int, Decision]]) -> list[Award]:
    """The awards that approved decisions make (entry, lot, decision), numbered on through the call, approved by the
    same person; nobody is told of them yet. As many statements for many as for one."""
    before = awards_queries.count_of(act.session, call.id)
    lots = {each.id: each for each in calls_queries.lots_of(act.session, call.id)}
    awards = []
    for number, (entry, lot_id, decision) in enumerate(funded, before + 1):
        assert decision.amount is not None  # noqa: S101  (the table ties the amount to the outcome)
        vat = vat_of(call, lots[lot_id], entry)
        award = Award(
            ref=award_id(call.ref, number),
            call_id=call.id,
            lot_id=lot_id,
            application_id=entry.application_id,
            entry_id=entry.id,
            state="",
            amount=decision.amount,
            amount_basis=vat.basis,
            vat_rate=vat.rate,
            amount_gross=vat.gross(decision.amount),
            proposed_by=decision.proposed_by,
            created_at=act.now,
        )
        set_committed_value(award, "entry", entry)
        awards.append(award)
    act.session.add_all(awards)
    act.session.flush()
    notice = awards_queries.find_notice(act.session, call.id) if awards_queries.needs_notice(call) else None
    for award, (_entry, _lot_id, decision) in zip(awards, funded, strict=True):
        proposer = Principal(id=decision.proposed_by)
        progress.begin(act.made_by(proposer), award, call, data={"decision": decision.id})
        facts = awards_queries.facts_with(notice, call, award, now=act.now, actor=act.by.id)
        progress.move(act, award, call, "approve", roles=act.by.workflow_roles(), facts=facts)
    act.session.flush()
    return awards


def _write(act: Act, call: Call, entry: decisions_queries.Ranked, proposal: Proposal) -> None:
    previous = entry.decision
    said = (proposal.outcome, proposal.amount, proposal.reason.strip(), proposal.departure.strip())
    if previous is not None:
        if (previous.outcome, previous.amount, previous.reason, previous.departure) == said:
            return
        previous.superseded_at = act.now
        act.session.flush()
    assert act.by.id is not None  # noqa: S101  (an officer is a person)
    decision = Decision(
        call_id=call.id,
        application_id=entry.entry.application_id,
        entry_id=entry.entry.id,
        outcome=said[0],
        amount=said[1],
        reason=said[2],
        departure=said[3],
        proposed_by=act.by.id,
        proposed_at=act.now,
    )
    act.session.add(decision)
    act.session.flush()
    record(
        act,
        "entry.propose",
        "entry",
        entry.entry.id,
        call_id=call.id,
        data={
            "decision": decision.id,
            "outcome": decision.outcome,
            "amount": None if decision.amount is None else str(decision.amount),
        },
        note=decision.departure,
    )


def _faults(table: decisions_queries.Table, ref: str, proposal: Proposal) -> list[Sentence]:
    """What is wrong with one proposal by itself."""
    entry = table.entry(ref)
    if entry is None or (entry.row is None and not entry.missed):
        return [Sentence("This application is not in the ranking.")]
    if entry.missed and proposal.outcome != Outcome.DECLINE:
        return [DID_NOT_COME]
    if proposal.outcome not in table.outcomes:
        return [CHOOSE_TO_FUND if table.awards else CHOOSE_TO_ADVANCE]
    found = []
    if proposal.outcome == Outcome.FUND:
        asks, amount = entry.asks, proposal.amount
        if not asks:
            found.append(NOTHING_ASKED)
        elif amount is None or amount <= 0 or amount != amount.quantize(PENNY):
            found.append(Sentence("Enter the amount in pounds, like 25000."))
        elif amount > asks:
            found.append(Sentence("It asks for %(asks)s. The award cannot be more.", asks=format_pounds(asks)))
    elif proposal.amount is not None:
        found.append(Sentence("Only an application that is funded has an amount."))
    if proposal.outcome not in GOING_ON and not proposal.reason.strip():
        found.append(Sentence("Give the reason that the applicant will read."))
    if max(len(proposal.reason), len(proposal.departure)) > LONGEST_REASON:
        found.append(Sentence("Keep each reason below %(most)s characters.", most=LONGEST_REASON))
    return found


def _out_of_rule(table: decisions_queries.Table, proposals: Mapping[str, Proposal]) -> list[Sentence]:
    """What a procurement's published rule does not give, of what is proposed now: what stands and is not looked at
    again may have become wrong meanwhile, and is asked about at the approval."""
    chosen = {ref: proposal.outcome for ref, proposal in proposals.items() if table.entry(ref) is not None}
    broken = [
        ref
        for lot in table.lots
        for ref in decisions_queries.broken_in(lot, chosen, awards=table.awards)
        if ref in chosen
    ]
    return [
        Sentence(
            "%(application)s: the published rule (rank order, thresholds, seats) gives another decision. A procurement "
            "cannot leave it.",
            application=ref,
        )
        for ref in broken
    ]


def _committed(table: decisions_queries.Table, proposals: Mapping[str, Proposal]) -> dict[int, Decimal]:
    """What each lot would have committed with these proposals."""
    sums = {lot.lot.id: decisions_queries.NOTHING for lot in table.lots}
    for entry in table.entries:
        new = proposals.get(entry.ref)
        amount = new.amount if new is not None else entry.decision.amount if entry.decision is not None else None
        sums[entry.lot.id] += amount or decisions_queries.NOTHING
    return sums
