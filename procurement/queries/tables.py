"""The tables of a call that officers download: what each column is called and what stands in it.

What the columns mean is said in `rules.staff_columns`. The table of published awards, which everybody downloads, is
`rules.awards_table`.
"""

from collections.abc import Mapping

from procurement.models.calls import Call
from procurement.models.history import Event
from procurement.queries.decisions import Table
from procurement.queries.opening import Bid
from procurement.rules.columns import Column, Row
from procurement.rules.staff_columns import RANKING, of_criteria, of_stages
from procurement.rules.vat import vat_of


def bid_row(call: Call, bid: Bid) -> Row:
    """One opened bid of a call under the names of `BIDS`."""
    return {
        "reference": bid.application.ref,
        "organisation": bid.organisation.name,
        "size": bid.organisation.size,
        "title": bid.entry.title,
        "lot_number": bid.lot.number,
        "lot": bid.lot.title,
        "amount": bid.entry.amount,
        "amount_basis": vat_of(call, bid.lot, bid.entry).basis.value or None,
        "state": bid.status,
        "received_at": bid.submission.received_at if bid.submission else None,
        "files": len(bid.submission.manifest["files"]) if bid.submission else 0,
        "digest": bid.submission.digest if bid.submission else "",
        "eligibility_reason": bid.entry.eligibility_reason,
    }


def ranking(call: Call, table: Table | None, titles: Mapping[str, str]) -> tuple[tuple[Column, ...], list[Row]]:
    """The columns and a row for each ranked application: `RANKING` (without what is asked for, where nothing of it is
    known), `mark_…` for the mean mark of each criterion, and `total_…` for what each stage came to where several count.

    `titles` are those of the stages, by key. Without a table, the columns alone.
    """
    if table is None:
        return RANKING, []
    columns = [each for each in RANKING if each.name != "asks" or table.knows_amounts]
    criteria = [criterion.key for criterion in table.scheme.criteria]
    parts = list(table.carried.percents) if table.carried is not None else []
    rows: list[Row] = [
        {
            "lot_number": entry.lot.number,
            "lot": entry.lot.title,
            "rank": entry.row.place,
            "reference": entry.ref,
            "title": entry.entry.title,
            "organisation": entry.organisation.name,
            "sme": entry.organisation.sme,
            "total": entry.row.total,
            "spread": entry.row.spread,
            "readers": entry.row.readers,
            "passes": entry.row.passes,
            "tied_with": " ".join(entry.row.tied_with),
            **({"asks": entry.entry.amount} if table.knows_amounts else {}),
            "decision": entry.decision.outcome if entry.decision else None,
            "amount": entry.decision.amount if entry.decision else None,
            "amount_basis": vat_of(call, entry.lot, entry.entry).basis.value or None,
            **{f"mark_{key}": entry.row.means[key] for key in criteria},
            **{f"total_{key}": entry.row.parts[key] for key in parts},
        }
        for entry in table.entries
        if entry.row is not None
    ]
    marks = of_criteria((each.key, each.name) for each in table.scheme.criteria)
    return (*columns, *marks, *of_stages((key, titles.get(key, key)) for key in parts)), rows


def event_row(event: Event, what: str, about: str, note: str) -> Row:
    """One event under the names of `HISTORY`. `what`: it in words; `about`: the reference of what it is about."""
    return {
        "position": event.position,
        "recorded_at": event.recorded_at,
        "effective_at": event.effective_at,
        "what": what,
        "about": about,
        "who": event.actor.name if event.actor else "",
        "reason": note,
        "tag": event.tag,
        "digest": event.digest,
    }
