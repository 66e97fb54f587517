"""The ranking of a call: places, totals, what the budget buys, and what would be with another budget or threshold."""

import json
from dataclasses import dataclass
from decimal import Decimal

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from procurement.models.applications import Application
from procurement.models.calls import Call
from procurement.queries import decisions as decisions_queries
from procurement.queries import tables as tables_queries
from procurement.rules.exports import write_csv
from procurement.rules.money import parse_number, parse_pounds
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.web.access import Page, allow
from procurement.web.context import session
from procurement.web.manage.decisions import OUTCOME_CHOICES
from procurement.web.manage.loading import load_bid, load_call
from procurement.web.parts.uploads import attachment
from workflows.catalogue import states

pages = Blueprint("manage_ranking", __name__)
WHOLE = 100  # percent


@dataclass(frozen=True)
class Line:
    """One line of a lot's table; `cumulative` is what is committed down to it in plain rank order."""

    entry: decisions_queries.Ranked
    cumulative: Decimal | None
    above: bool


@dataclass(frozen=True)
class Shown:
    """One lot as the page shows it: `after` is the number of lines above the budget line."""

    lot: decisions_queries.LotTable
    budget: Decimal
    lines: tuple[Line, ...]
    after: int


@pages.get("/manage/calls/<ref>/ranking")
@allow(Permission.RANKING_READ, load_call)
def show(call: Call, ref: str) -> Page:
    if call.state not in states.call.ranked:
        return render_template("manage/ranking/show.html", call=call, table=None)
    budgets, threshold, ignored = _what_if()
    what_if = bool(budgets) or threshold is not None
    table = decisions_queries.table_of(session(), call, budgets=budgets, minimum_total=threshold, comments=False)
    return render_template(
        "manage/ranking/show.html",
        call=call,
        table=table,
        lots=[_shown(lot, budgets.get(lot.lot.number, lot.lot.budget)) for lot in table.lots],
        what_if=what_if,
        threshold=threshold,
        ignored=ignored,
        words=dict(OUTCOME_CHOICES),
        back=url_for(".show", ref=ref),
    )


@pages.get("/manage/calls/<ref>/ranking/<bid>")
@allow(Permission.BID_READ, load_bid)
def marks(application: Application, ref: str, bid: str) -> Page:
    """Every mark and comment on one application, in a neutral order and without names."""
    call = application.call
    table = decisions_queries.table_of(session(), call) if call.state in states.call.ranked else None
    return render_template(
        "manage/ranking/marks.html",
        call=call,
        application=application,
        table=table,
        entry=table.entry(application.ref) if table else None,
    )


@pages.get("/manage/calls/<ref>/ranking.csv")
@allow(Permission.RANKING_READ, load_call)
def export(call: Call, ref: str) -> Page:
    table = decisions_queries.table_of(session(), call, comments=False) if call.state in states.call.ranked else None
    header, rows = tables_queries.ranking(table)
    return attachment([b"".join(write_csv(header, rows))], f"{call.ref}-ranking.csv", "text/csv")


@pages.get("/manage/calls/<ref>/ranking.json")
@allow(Permission.RANKING_READ, load_call)
def recompute(call: Call, ref: str) -> Page:
    """Scheme and marks without names: whoever has a short script of their own comes to the same ranking."""
    content = (
        decisions_queries.published(call, decisions_queries.table_of(session(), call, comments=False))
        if call.state in states.call.ranked
        else {}
    )
    text = json.dumps(content, ensure_ascii=False, indent=1)
    return attachment([text.encode()], f"{call.ref}-marks.json", "application/json")


def _what_if() -> tuple[dict[int, Decimal], Decimal | None, list[str]]:
    """Budgets by lot and the lowest total that the address asks about, and a sentence for what makes no sense."""
    budgets, ignored, threshold = {}, [], None
    for name, typed in request.args.items():
        lot = whole_number(name.removeprefix("budget_")) if name.startswith("budget_") else None
        if lot is not None and typed.strip():
            amount = parse_pounds(typed)
            if amount is None or amount <= 0:
                ignored.append(_("“%(typed)s” is not an amount, so the published budget was used.", typed=typed[:40]))
            else:
                budgets[lot] = amount
    if typed := request.args.get("threshold", "").strip():
        threshold = parse_number(typed)
        if threshold is None or not 0 <= threshold <= WHOLE or threshold != round(threshold, 2):
            ignored.append(
                _("“%(typed)s” is not a total from 0 to 100, so the published one was used.", typed=typed[:40])
            )
            threshold = None
    return budgets, threshold, ignored


def _shown(lot: decisions_queries.LotTable, budget: Decimal) -> Shown:
    """The budget line is drawn below the last application that it pays for in plain rank order."""
    if lot.line is None:
        return Shown(lot, budget, tuple(Line(entry, None, above=False) for entry in lot.entries), 0)
    sums = iter(enumerate(lot.line.cumulative))
    lines, after = [], 0
    for entry in lot.entries:
        if entry.row is None or not entry.row.passes:
            lines.append(Line(entry, None, above=False))
            continue
        at, committed = next(sums)
        above = at < lot.line.index
        lines.append(Line(entry, committed if above else None, above))
        after = len(lines) if above else after
    return Shown(lot, budget, tuple(lines), after)
