"""Calls for everybody: find one, read everything about it, see every question before starting."""

import re
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from procurement.models.calls import Call
from procurement.queries import calls as calls_queries
from procurement.rules.calls import KINDS, THEMES
from procurement.rules.permissions import Permission
from procurement.rules.questions import by_section
from procurement.rules.statuses import CallStatus
from procurement.web import context
from procurement.web.access import allow
from procurement.web.filters import call_status_words
from procurement.web.public.call_texts import banner, card, key_dates, kind_words, status_of, theme_words
from workflows.catalogue import PROCEDURES

pages = Blueprint("calls", __name__)
LONGEST_WORDS = 100
GROUPS: dict[str, tuple[str, ...]] = {"status": tuple(CallStatus), "theme": tuple(THEMES), "kind": tuple(KINDS)}
KNOWN = {*GROUPS, "q", "sort", "page"}


@dataclass(frozen=True)
class Asked:
    """A search as an address says it, and what of the address made no sense."""

    search: calls_queries.Search
    ignored: tuple[str, ...]


def asked() -> Asked:
    """Read the search; what is not known is left out and named."""
    ignored = [name for name in request.args if name not in KNOWN]
    chosen: dict[str, tuple[str, ...]] = {}
    for name, known in GROUPS.items():
        given = [value for value in request.args.getlist(name) if value]
        chosen[name] = tuple(value for value in known if value in given)
        ignored += [f"{name}={value}" for value in given if value not in known]
    sort = request.args.get("sort", calls_queries.SORTS[0]) or calls_queries.SORTS[0]
    if sort not in calls_queries.SORTS:
        ignored.append(f"sort={sort}")
        sort = calls_queries.SORTS[0]
    number = request.args.get("page", "1") or "1"
    if not re.fullmatch(r"[1-9][0-9]{0,5}", number):
        ignored.append(f"page={number}")
        number = "1"
    words = " ".join(request.args.get("q", "").split())[:LONGEST_WORDS]
    search = calls_queries.Search(words, chosen["status"], chosen["theme"], chosen["kind"], sort, int(number))
    return Asked(search, tuple(each[:60] for each in ignored))


def parameters(search: calls_queries.Search, **changed: Any) -> dict[str, Any]:
    """The search as parameters of an address; empty ones are left out."""
    given: dict[str, Any] = {
        "q": search.words,
        "status": search.statuses,
        "theme": search.themes,
        "kind": search.kinds,
        "sort": "" if search.sort == calls_queries.SORTS[0] else search.sort,
        "page": "" if search.page == 1 else search.page,
        **changed,
    }
    return {name: list(value) if isinstance(value, tuple) else value for name, value in given.items() if value}


def words_of(group: str, value: str) -> str:
    return {
        "status": lambda: call_status_words(CallStatus(value))[0],
        "theme": lambda: theme_words(value),
        "kind": lambda: kind_words(value),
    }[group]()


def facets(counted: dict[tuple[str, str, str], int], search: calls_queries.Search) -> dict[str, list[tuple[str, str]]]:
    """Each option with the number of calls that choosing it (alone in its group) would show."""
    chosen = (search.statuses, search.themes, search.kinds)
    found = {}
    for place, (group, known) in enumerate(GROUPS.items()):
        numbers = dict.fromkeys(known, 0)
        for key, count in counted.items():
            others = all(not chosen[other] or key[other] in chosen[other] for other in range(3) if other != place)
            if others and key[place] in numbers:
                numbers[key[place]] += count
        found[group] = [(value, f"{words_of(group, value)} ({numbers[value]})") for value in known]
    return found


def total_of(counted: dict[tuple[str, str, str], int], search: calls_queries.Search) -> int:
    chosen = (search.statuses, search.themes, search.kinds)
    return sum(
        count
        for key, count in counted.items()
        if all(not options or key[place] in options for place, options in enumerate(chosen))
    )


def chips(search: calls_queries.Search) -> list[dict[str, str]]:
    """Each chosen filter with the address of the search without it."""
    titles = {"status": _("Status"), "theme": _("Priority area"), "kind": _("Kind")}
    found = []
    for group, values in (("status", search.statuses), ("theme", search.themes), ("kind", search.kinds)):
        for value in values:
            rest = tuple(each for each in values if each != value)
            href = url_for(".index", **parameters(replace(search, page=1), **{group: rest}))
            found.append({"group": titles[group], "text": words_of(group, value), "href": href})
    if search.words:
        href = url_for(".index", **parameters(replace(search, words="", page=1)))
        found.append({"group": _("Words"), "text": search.words, "href": href})
    return found


def pager(search: calls_queries.Search, last: int) -> dict[str, Any]:
    """Links to the pages of a list: the first, the last, and those around this one."""

    def address(number: int) -> str:
        return url_for(".index", **parameters(search, page="" if number == 1 else number))

    near = [n for n in range(1, last + 1) if n in (1, last) or abs(n - search.page) <= 1]
    items: list[dict[str, Any] | None] = []
    for number in near:
        if items and items[-1] is not None and number - items[-1]["number"] > 1:
            items.append(None)
        items.append({"number": number, "href": address(number), "current": number == search.page})
    return {
        "items": items,
        "previous": address(search.page - 1) if search.page > 1 else "",
        "next": address(search.page + 1) if search.page < last else "",
    }


@pages.get("/calls")
@allow(Permission.PUBLIC)
def index() -> str:
    given, session, now = asked(), context.session(), context.now()
    search, ignored = given.search, list(given.ignored)
    counted = calls_queries.counts(session, search.words, now)
    total = total_of(counted, search)
    last = max(1, -(-total // calls_queries.PAGE))
    if search.page > last:
        ignored.append(f"page={search.page}")
        search = replace(search, page=last)
    feed = parameters(replace(search, page=1))
    return render_template(
        "public/calls/index.html",
        search=search,
        ignored=ignored,
        facets=facets(counted, search),
        chips=chips(search),
        total=total,
        everything=sum(counted.values()),
        last=last,
        pager=pager(search, last),
        cards=[card(call, now) for call in calls_queries.list_public(session, search, now)] if total else [],
        sorts=[("closing", _("Closing soonest")), ("newest", _("Newest")), ("title", _("Title"))],
        feeds={shape: url_for("feeds.index", shape=shape, **feed) for shape in ("json", "atom", "ics")},
    )


def load(session: Session, ref: str) -> Call | None:
    return calls_queries.find_call(session, ref)


@pages.get("/calls/<ref>")
@allow(Permission.CALL_READ, load)
def show(call: Call, ref: str) -> str:
    session, now = context.session(), context.now()
    described = {row.key: row.description for row in calls_queries.criteria_of(session, call.id)}
    scheme = calls_queries.scheme_of(call)
    return render_template(
        "public/calls/show.html",
        call=call,
        status=status_of(call, now),
        banner=banner(call, now),
        dates=key_dates(call, now),
        lots=calls_queries.lots_of(session, call.id),
        scheme=scheme,
        scales={each.key: [(str(mark), word) for mark, word in enumerate(each.words)] for each in scheme.criteria},
        described=described,
        procedure=PROCEDURES[call.procedure],
        theme=theme_words(call.theme),
        kind=kind_words(call.kind),
    )


@pages.get("/calls/<ref>/form")
@allow(Permission.CALL_READ, load)
def form(call: Call, ref: str) -> str:
    questions = calls_queries.form_of(context.session(), call.id)
    sections = by_section(questions)
    return render_template(
        "public/calls/form.html",
        call=call,
        status=status_of(call, context.now()),
        sections=sections.items(),
        weights={criterion.key: criterion for criterion in calls_queries.scheme_of(call).criteria},
        contents=[(name, f"#section-{number}") for number, name in enumerate(sections, 1)],
        count=len(questions),
    )
