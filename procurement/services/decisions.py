"""Deciding: officers propose an outcome for each application, and somebody else approves all of them at once."""

from collections.abc import Mapping, Sequence

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
from procurement.queries import corrections as corrections_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import limits as limits_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules.money import format_pounds
from procurement.rules.permissions import SYSTEM, Permission, Principal
from procurement.rules.published import CallKind
from procurement.rules.references import award_id
from procurement.rules.statuses import Outcome
from procurement.rules.vat import vat_of
from procurement.services import about, assistance, limits, messages, progress
from procurement.services.act import Act, serializable
from procurement.services.history import record
from procurement.services.locks import lock_stage
from procurement.services.proposals import (
    Proposal,
    committed,
    faults,
    funded_with,
    not_as_tendered,
    out_of_rule,
    out_of_turn,
    standing_below,
    too_many,
    without_stale_departures,
)
from procurement.services.refusal import Refusal, require_fresh, require_reason, require_role
from workflows.catalogue import states
from workflows.facts import Facts, Sentence

MOVES: dict[str, str] = {
    Outcome.FUND: "advance",
    Outcome.ADVANCE: "advance",
    Outcome.RESERVE: "hold_in_reserve",
    Outcome.DECLINE: "decline",
}

CORRECTED_FIRST = Sentence("A correction of a mark waits for an approver. Decide on it first.")


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
        for fault in faults(table, ref, proposal)
    ]
    binds = workflows_queries.rule_binds(call, stage)
    reasons += [*out_of_rule(table, proposals), *out_of_turn(table, proposals)] if binds else ()
    reasons += not_as_tendered(table, proposals) if binds else ()
    reasons += too_many(table, proposals, kind=CallKind(call.kind))
    after = committed(table, proposals)
    reasons += [
        Sentence(
            "Lot %(lot)s: the awards would go %(over)s over its budget. Award fewer."
            if binds
            else "Lot %(lot)s: the awards would go %(over)s over its budget. Award fewer, or smaller amounts.",
            lot=lot.lot.number,
            over=format_pounds(after[lot.lot.id] - lot.budget),
        )
        for lot in table.lots
        if after[lot.lot.id] > lot.budget
    ]
    reasons += assistance.too_much(act, call, funded_with(table, proposals))
    if reasons:
        raise Refusal(*reasons)
    said = without_stale_departures(table, proposals)
    _write(act, call, [(entry, said[entry.ref]) for entry in table.entries if entry.ref in said])
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
    require_reason(reason)
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
    if is_deciding(call, stage) and (below := standing_below(table)):
        raise Refusal(*below)
    if is_deciding(call, stage) and (many := too_many(table, {}, kind=CallKind(call.kind))):
        raise Refusal(*many)
    if is_deciding(call, stage) and (above := assistance.too_much(act, call, funded_with(table, {}))):
        raise Refusal(*above)
    if corrections_queries.waiting_of(act.session, stage.id):
        raise Refusal(CORRECTED_FIRST)
    if is_deciding(call, stage):
        limits.require_within(act, limits_queries.of_decisions(act.session, [stage], {call.id: call})[stage.id])
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
    _drop_the_others(act, call, stage)
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
    same person; nobody is told of them yet. One that was made before, and whose decision was taken up again since, is
    that award. As many statements for many as for one."""
    taken_up = _taken_up(act, call, funded)
    number = awards_queries.count_of(act.session, call.id)
    lots = {each.id: each for each in calls_queries.lots_of(act.session, call.id)}
    awards, new = [], []
    for entry, lot_id, decision in funded:
        assert decision.amount is not None  # noqa: S101  (the table ties the amount to the outcome)
        vat = vat_of(call, lots[lot_id], entry)
        award = taken_up.get(entry.id)
        if award is None:
            number += 1
            award = Award(
                ref=award_id(call.ref, number),
                call_id=call.id,
                lot_id=lot_id,
                application_id=entry.application_id,
                entry_id=entry.id,
                state="",
                created_at=act.now,
            )
            new.append(award)
        award.amount, award.amount_basis, award.vat_rate = decision.amount, vat.basis, vat.rate
        award.amount_gross, award.proposed_by = vat.gross(decision.amount), decision.proposed_by
        set_committed_value(award, "entry", entry)
        awards.append(award)
    act.session.add_all(new)
    act.session.flush()
    notices = awards_queries.notices_of(act.session, call)
    for award, (entry, _lot_id, decision) in zip(awards, funded, strict=True):
        proposer = Principal(id=decision.proposed_by)
        if entry.id not in taken_up:
            progress.begin(act.made_by(proposer), award, call, data={"decision": decision.id})
        facts = awards_queries.facts_with(notices.of(award), call, award, now=act.now, actor=act.by.id)
        progress.move(act, award, call, "approve", roles=act.by.workflow_roles(), facts=facts)
    act.session.flush()
    return awards


def _taken_up(act: Act, call: Call, funded: Sequence[tuple[Entry, int, Decision]]) -> dict[int, Award]:
    """The awards that were made on some entries before their decisions were taken up again, by entry; one that was
    dropped meanwhile is proposed again."""
    found = awards_queries.of_entries(act.session, [entry.id for entry, _lot_id, _decision in funded])
    system, facts = act.made_by(SYSTEM), Facts(now=act.now, actor=act.by.id)
    for award in found:
        if award.state in states.award.settled:
            progress.move(system, award, call, "reconsider", roles=progress.SYSTEM_ROLES, facts=facts)
    return {award.entry_id: award for award in found}


def _drop_the_others(act: Act, call: Call, stage: Stage) -> None:
    """Awards that were made before, and whose entries are not funded any more."""
    notices = awards_queries.notices_of(act.session, call)
    for award in awards_queries.of_stage(act.session, stage.id, states.award.proposed):
        facts = awards_queries.facts_with(notices.of(award), call, award, now=act.now, actor=act.by.id)
        progress.move(act, award, call, "drop", roles=act.by.workflow_roles(), facts=facts)


def _write(act: Act, call: Call, proposed: Sequence[tuple[decisions_queries.Ranked, Proposal]]) -> None:
    """The decisions as they stand from here on, where they say something else than before; by reference."""
    made = []
    for entry, proposal in sorted(proposed, key=lambda each: each[0].ref):
        previous = entry.decision
        said = (proposal.outcome, proposal.amount, proposal.reason.strip(), proposal.departure.strip())
        if previous is not None:
            if (previous.outcome, previous.amount, previous.reason, previous.departure) == said:
                continue
            previous.superseded_at = act.now
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
        made.append(decision)
    act.session.flush()  # one decision of an entry stands at a time
    act.session.add_all(made)
    act.session.flush()
    for decision in made:
        amount = None if decision.amount is None else str(decision.amount)
        data = {"decision": decision.id, "outcome": decision.outcome, "amount": amount}
        record(act, "entry.propose", "entry", decision.entry_id, call_id=call.id, data=data, note=decision.departure)
