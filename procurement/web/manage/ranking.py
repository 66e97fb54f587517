"""The ranking of a call: places, totals, what the budget buys, and what would be with another budget or threshold."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from procurement.models.applications import Entry
from procurement.models.stages import Stage
from procurement.queries import decisions as decisions_queries
from procurement.queries import disqualifications as disqualifications_queries
from procurement.queries import stages as stages_queries
from procurement.queries import tables as tables_queries
from procurement.rules.money import doubt_about_pounds, parse_number, parse_pounds
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.web.access import Page, allow
from procurement.web.context import allowed, session
from procurement.web.filters import sentence
from procurement.web.manage.decisions import OUTCOME_CHOICES
from procurement.web.manage.loading import frame, load_entry, load_stage
from procurement.web.manage.tables import csv_of
from procurement.web.parts.paging import Pager, pages_of
from procurement.web.parts.search import query
from procurement.web.parts.uploads import attachment
from workflows.catalogue import states
from workflows.scoring.seats import AtSeats, scenario

pages = Blueprint("manage_ranking", __name__)
WHOLE = 100  # percent
PAGE = 100  # lines


@dataclass(frozen=True)
class Line:
    """One line of a lot's table; `cumulative` is what is committed down to it in plain rank order."""

    entry: decisions_queries.Ranked
    cumulative: Decimal | None
    above: bool


@dataclass(frozen=True)
class Shown:
    """One lot as the page shows it: `after` is the number of lines above the budget line, `first` of those that stand
    on the pages before."""

    lot: decisions_queries.LotTable
    budget: Decimal
    lines: tuple[Line, ...]
    after: int
    first: int = 0

    @property
    def seats(self) -> tuple[AtSeats, ...]:
        """How many would go on with 1, 2, 3 … seats; nothing where marks are missing."""
        rows = [entry.row for entry in self.lot.entries if entry.row is not None]
        found = scenario(rows) if len(rows) == len(self.lot.entries) else ()
        return found[self.first : self.first + len(self.lines)]

    @property
    def has_line(self) -> bool:
        """Whether the budget line is on this page: once in all, below the last line that it pays for or above all."""
        return self.after == self.first == 0 or self.first < self.after <= self.first + len(self.lines)


@pages.get("/manage/calls/<ref>/ranking", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/ranking")
@allow(Permission.RANKING_READ, load_stage)
def show(stage_row: Stage, ref: str, stage: str) -> Page:
    if stage_row.state not in states.stage.ranked:
        return render_template("manage/ranking/show.html", **frame(stage_row), table=None)
    budgets, threshold, ignored = _what_if()
    what_if = bool(budgets) or threshold is not None
    table = decisions_queries.table_of(
        session(), stage_row.call, stage_row, budgets=budgets, minimum_total=threshold, comments=False
    )
    whole = [_shown(lot, budgets.get(lot.lot.number, lot.published)) for lot in table.lots]
    pager = _pager(stage_row, sum(len(each.lines) for each in whole))
    lots = [each for each in _on_page(whole, pager.number) if each.lines or not each.lot.entries]
    return render_template(
        "manage/ranking/show.html",
        **frame(stage_row),
        table=table,
        lots=lots,
        budgets=[(each.lot.lot.number, each.budget) for each in whole],
        pager=pager,
        what_if=what_if,
        threshold=threshold,
        ignored=ignored,
        words=dict(OUTCOME_CHOICES),
        columns=tables_queries.ranking(stage_row.call, table, _titles(stage_row))[0],
        back=url_for(".show", ref=ref, stage=stage_row.key),
        out=disqualifications_queries.of_stage(session(), stage_row.id),
    )


@pages.get("/manage/calls/<ref>/ranking/<bid>", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/ranking/<bid>")
@allow(Permission.BID_READ, load_entry)
def marks(entry: Entry, ref: str, bid: str, stage: str) -> Page:
    """Every mark and comment on one application, in a neutral order and without names."""
    ranked = entry.stage.state in states.stage.ranked
    table = decisions_queries.table_of(session(), entry.stage.call, entry.stage) if ranked else None
    return render_template(
        "manage/ranking/marks.html",
        **frame(entry.stage),
        application=entry.application,
        title=entry.title or entry.application.ref,
        table=table,
        entry=table.entry(entry.application.ref) if table else None,
        may_correct=ranked and entry.stage.told_at is None and allowed(Permission.MARK_CORRECT, entry.stage),
    )


@pages.get("/manage/calls/<ref>/ranking.csv", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/ranking.csv")
@allow(Permission.RANKING_READ, load_stage)
def export(stage_row: Stage, ref: str, stage: str) -> Page:
    columns, rows = tables_queries.ranking(stage_row.call, _figures(stage_row), _titles(stage_row))
    return attachment([b"".join(csv_of(columns, rows))], f"{_named(stage_row)}-ranking.csv", "text/csv")


@pages.get("/manage/calls/<ref>/ranking.json", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/ranking.json")
@allow(Permission.RANKING_READ, load_stage)
def recompute(stage_row: Stage, ref: str, stage: str) -> Page:
    """The rules and marks of every stage whose marks are locked, without names: whoever has a short script of their own
    comes to the same rankings."""
    ranked = stage_row.state in states.stage.ranked
    content = decisions_queries.for_recomputing(session(), stage_row.call) if ranked else {}
    text = json.dumps(content, ensure_ascii=False, indent=1)
    return attachment([text.encode()], f"{_named(stage_row)}-marks.json", "application/json")


def _figures(stage: Stage) -> decisions_queries.Table | None:
    """The ranking without comments; None before there is one."""
    if stage.state not in states.stage.ranked:
        return None
    return decisions_queries.table_of(session(), stage.call, stage, comments=False)


def _titles(stage: Stage) -> dict[str, str]:
    return {each.key: each.title for each in stages_queries.listed(session(), stage.call_id)}


def _named(stage: Stage) -> str:
    """How the files of a stage begin: with the call, and with the stage where there are others."""
    several = len(stages_queries.listed(session(), stage.call_id)) > 1
    return f"{stage.call.ref}-{stage.key}" if several else stage.call.ref


def _what_if() -> tuple[dict[int, Decimal], Decimal | None, list[str]]:
    """Budgets by lot and the lowest total that the address asks about, and a sentence for what makes no sense."""
    budgets, ignored, threshold = {}, [], None
    for name, typed in request.args.items():
        lot = whole_number(name.removeprefix("budget_")) if name.startswith("budget_") else None
        if lot is not None and typed.strip():
            amount = parse_pounds(typed)
            if (doubt := doubt_about_pounds(typed, typed[:40])) is not None:
                ignored.append(sentence(doubt))
            elif amount is None or amount <= 0:
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


def _pager(stage: Stage, lines: int) -> Pager:
    """The pages of all lots together; what is asked about other budgets is asked on each."""
    asked, last = whole_number(request.args.get("page", "")) or 1, pages_of(lines, PAGE)
    given = {name: value for name, value in request.args.items() if name != "page" and value.strip()}

    def address(number: int) -> str:
        return url_for(".show", ref=stage.call.ref, stage=stage.key) + query(given, page=number if number > 1 else "")

    return Pager(min(asked, last), last, address, asked)


def _on_page(lots: Sequence[Shown], number: int) -> Iterator[Shown]:
    """Each lot with those of its lines that are on a page, the lots one after the other."""
    begin, before = (number - 1) * PAGE, 0
    for each in lots:
        first = min(max(begin - before, 0), len(each.lines))
        yield replace(each, lines=each.lines[first : max(begin + PAGE - before, 0)], first=first)
        before += len(each.lines)


def _shown(lot: decisions_queries.LotTable, budget: Decimal) -> Shown:
    """The budget line is drawn below the last application that it pays for in plain rank order."""
    if lot.line is None:
        return Shown(lot, budget, tuple(Line(entry, None, above=False) for entry in lot.entries), 0)
    sums = iter(enumerate(lot.line.cumulative))
    lines, after = [], 0
    for entry in lot.entries:
        if entry.row is None or not entry.row.passes or entry.row.amount > (budget or entry.row.amount):
            lines.append(Line(entry, None, above=False))
            continue
        at, committed = next(sums)
        above = at < lot.line.index
        lines.append(Line(entry, committed if above else None, above))
        after = len(lines) if above else after
    return Shown(lot, budget, tuple(lines), after)
