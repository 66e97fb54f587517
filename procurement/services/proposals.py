"""What officers propose to decide, and why it cannot be so: the amount, a threshold, the published rule, the budget."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from procurement.models.applications import Entry
from procurement.queries import decisions as decisions_queries
from procurement.rules.money import PENNY, format_pounds
from procurement.rules.published import CallKind
from procurement.rules.statuses import Outcome
from workflows.facts import Sentence

GOING_ON = (Outcome.FUND, Outcome.ADVANCE)
CHOOSE_TO_FUND = Sentence("Choose to award it, to keep it in reserve or to decline it.")
CHOOSE_TO_ADVANCE = Sentence("Choose to let it go on, to keep it in reserve or to decline it.")
NOTHING_ASKED = Sentence("It asks for no amount, so nothing can be awarded.")
DID_NOT_COME = Sentence("Its team did not come, so it is not ranked and can only be declined, with the reason.")
MOST_AWARDS: dict[str, tuple[str, str]] = {
    CallKind.CHALLENGE: (
        "Lot %(lot)s makes one contract, as was published. These are %(count)s.",
        "Lot %(lot)s makes at most %(num)s contracts, as was published. These are %(count)s.",
    ),
    CallKind.FUND: (
        "Lot %(lot)s gives one grant, as was published. These are %(count)s.",
        "Lot %(lot)s gives at most %(num)s grants, as was published. These are %(count)s.",
    ),
}
LONGEST_REASON = 4_000  # characters of a reason; it is printed in a letter


@dataclass(frozen=True)
class Proposal:
    """What an officer proposes for one application. `amount` only to fund; `reason` is read by the applicant,
    `departure` by the approver: why rank order is left."""

    outcome: str
    amount: Decimal | None = None
    reason: str = ""
    departure: str = ""


def faults(table: decisions_queries.Table, ref: str, proposal: Proposal) -> list[Sentence]:
    """What is wrong with one proposal by itself."""
    entry = table.entry(ref)
    if entry is None or (entry.row is None and not entry.missed):
        return [Sentence("This application is not in the ranking.")]
    if entry.missed and proposal.outcome != Outcome.DECLINE:
        return [DID_NOT_COME]
    if proposal.outcome not in table.outcomes:
        return [CHOOSE_TO_FUND if table.awards else CHOOSE_TO_ADVANCE]
    found = [] if proposal.outcome == Outcome.DECLINE else misses(entry)
    if proposal.outcome == Outcome.FUND:
        asks, amount = entry.asks, proposal.amount
        if not asks:
            found.append(NOTHING_ASKED)
        elif amount is not None and amount <= 0:
            found.append(Sentence("An award is more than £0. Enter its amount, or choose another decision."))
        elif amount is None or amount != amount.quantize(PENNY):
            found.append(Sentence("Enter the amount in pounds, like 25000."))
        elif amount > asks:
            found.append(Sentence("It asks for %(asks)s. The award cannot be more.", asks=format_pounds(asks)))
    elif proposal.amount is not None:
        found.append(Sentence("Only what is awarded has an amount."))
    if proposal.outcome not in GOING_ON and not proposal.reason.strip():
        found.append(Sentence("Give the reason that the applicant will read."))
    if max(len(proposal.reason), len(proposal.departure)) > LONGEST_REASON:
        found.append(Sentence("Keep each reason below %(most)s characters.", most=LONGEST_REASON))
    return found


def misses(entry: decisions_queries.Ranked) -> list[Sentence]:
    """Why an application can only be declined: it misses a threshold that was published, which binds whatever is said;
    with the figure. Empty where it passes."""
    if entry.row is None or entry.row.passes:
        return []
    why = " ".join(str(each) for each in entry.row.below)
    return [Sentence("It can only be declined, since it misses a published threshold. %(why)s", why=why)]


def standing_below(table: decisions_queries.Table) -> list[Sentence]:
    """The same of every decision that stands and lets somebody on, or keeps them in reserve, below a threshold: marks
    may have become others since it was proposed."""
    return [
        Sentence("%(application)s: %(fault)s", application=each.ref, fault=str(fault))
        for each in table.entries
        if each.decision is not None and each.decision.outcome != Outcome.DECLINE
        for fault in misses(each)
    ]


def out_of_rule(table: decisions_queries.Table, proposals: Mapping[str, Proposal]) -> list[Sentence]:
    """What a procurement's published rule does not give, of what is proposed now: what stands and is not looked at
    again may have become wrong meanwhile, and is asked about at the approval."""
    chosen = {ref: proposal.outcome for ref, proposal in proposals.items() if table.entry(ref) is not None}
    broken = [
        ref
        for lot in table.lots
        for ref in decisions_queries.broken_in(lot, chosen, awards=table.awards)
        if ref in chosen and not _said_already(table, ref, proposals[ref])
    ]
    return [
        Sentence(
            "%(application)s: the published rule (rank order, thresholds, seats) gives another decision. A procurement "
            "cannot leave it.",
            application=ref,
        )
        for ref in broken
    ]


def too_many(table: decisions_queries.Table, proposals: Mapping[str, Proposal], *, kind: CallKind) -> list[Sentence]:
    """What is published of how many awards a lot makes at most binds in either kind of call, as its budget does."""
    found = []
    for lot in table.lots if table.awards else ():
        outcomes = {
            **lot.standing,
            **{each.ref: said.outcome for each in lot.entries if (said := proposals.get(each.ref))},
        }
        count = sum(1 for outcome in outcomes.values() if outcome == Outcome.FUND)
        if lot.seats is not None and count > lot.seats:
            one, several = MOST_AWARDS[kind]
            found.append(Sentence.plural(one, several, lot.seats, lot=lot.lot.number, count=count))
    return found


def out_of_turn(table: decisions_queries.Table, proposals: Mapping[str, Proposal]) -> list[Sentence]:
    """Where the rule binds, nobody is awarded anything before those who rank higher have a decision, or get one too."""
    found = []
    for lot in table.lots if table.awards else ():
        open_above: str = ""
        for each in lot.entries:
            said = proposals.get(each.ref)
            if said is not None and said.outcome == Outcome.FUND and open_above and not each.missed:
                found.append(
                    Sentence(
                        "%(application)s: %(above)s ranks higher and has no decision yet. Decide in rank order, or on "
                        "both together.",
                        application=each.ref,
                        above=open_above,
                    )
                )
            waits = said is None and each.decision is None and each.row is not None and each.row.passes
            if waits and each.ref not in lot.beyond and each.asks and not open_above:
                open_above = each.ref
    return found


def without_stale_departures(table: decisions_queries.Table, proposals: Mapping[str, Proposal]) -> dict[str, Proposal]:
    """Why rank order is left belongs to the decision for which it was written: where another is proposed that does not
    leave it, the old text goes."""
    outcomes = {ref: said.outcome for ref, said in proposals.items() if table.entry(ref) is not None}
    leaving = decisions_queries.leaving_of(table.lots, outcomes, awards=table.awards)
    return {
        ref: replace(said, departure="") if ref not in leaving and _is_old(table.entry(ref), said) else said
        for ref, said in proposals.items()
    }


def _is_old(entry: decisions_queries.Ranked | None, said: Proposal) -> bool:
    before = None if entry is None else entry.decision
    return before is not None and before.outcome != said.outcome and before.departure == said.departure.strip()


def not_as_tendered(table: decisions_queries.Table, proposals: Mapping[str, Proposal]) -> list[Sentence]:
    """Where the rule binds, an award is made at the amount that was tendered (Procurement Act 2023 s. 19: it is the
    tender that is assessed and awarded)."""
    return [
        Sentence(
            "%(application)s: it was tendered at %(asks)s, and is awarded at that amount.",
            application=each.ref,
            asks=format_pounds(each.asks),
        )
        for each in table.entries
        if (said := proposals.get(each.ref)) is not None
        and said.outcome == Outcome.FUND
        and not each.missed
        and each.asks
        and said.amount is not None
        and 0 < said.amount < each.asks
    ]


def _said_already(table: decisions_queries.Table, ref: str, proposal: Proposal) -> bool:
    entry = table.entry(ref)
    return entry is not None and proposal.outcome != Outcome.DECLINE and bool(misses(entry))


def funded_with(table: decisions_queries.Table, proposals: Mapping[str, Proposal]) -> list[tuple[Entry, Decimal]]:
    """What would be awarded with these proposals and what stands beside them: entries with their amounts."""
    found = []
    for each in table.entries:
        said = proposals.get(each.ref) or each.decision
        if said is not None and said.outcome == Outcome.FUND and said.amount is not None:
            found.append((each.entry, said.amount))
    return found


def committed(table: decisions_queries.Table, proposals: Mapping[str, Proposal]) -> dict[int, Decimal]:
    """What each lot would have committed with these proposals."""
    sums = {lot.lot.id: decisions_queries.NOTHING for lot in table.lots}
    for entry in table.entries:
        new = proposals.get(entry.ref)
        amount = new.amount if new is not None else entry.decision.amount if entry.decision is not None else None
        sums[entry.lot.id] += amount or decisions_queries.NOTHING
    return sums
