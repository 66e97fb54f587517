"""The award register: search, record, downloads. It reads only what was published."""

import io
import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any
from xml.etree import ElementTree

import xlsxwriter
from flask import Blueprint, Response, render_template, request
from flask_babel import gettext, ngettext

from procurement.models.register import RegisterAward
from procurement.queries import register as register_queries
from procurement.queries.register import Search
from procurement.rules.awards_table import AWARD_FIELDS, COLUMNS, Row, award_row
from procurement.rules.calls import THEMES
from procurement.rules.dates import uk_day
from procurement.rules.exports import write_csv
from procurement.rules.permissions import Permission
from procurement.rules.published import OPEN_GOVERNMENT_LICENCE, folded
from procurement.rules.statuses import AwardStatus
from procurement.web import context
from procurement.web.access import allow
from procurement.web.filters import iso, money, status_words
from procurement.web.parts.answers import conditional, download, open_data
from procurement.web.parts.paging import Pager, pages_of
from procurement.web.parts.search import Facet, Ignored, Nonsense, Parameters, chips, facet, query

pages = Blueprint("register", __name__)

ATOM = "http://www.w3.org/2005/Atom"
KEPT = {*register_queries.FACETS, "q", "sort", "view"}  # what a link within the search holds on to


def _words() -> dict[str, dict[str, str]]:
    """The values of the facets in words."""
    return {
        "kind": {"contract": gettext("Contract"), "grant": gettext("Grant")},
        "status": {status: status_words(status, "register")[0] for status in AwardStatus},
        "sme": {"yes": gettext("Small or medium-sized"), "no": gettext("Large")},
        "theme": {key: str(words) for key, words in THEMES.items()},
    }


def _search() -> tuple[Search, list[str]]:
    """What the address asks for, and a sentence for each part of it that makes no sense and is left out."""
    read, words = Parameters(request.args), _words()
    given: dict[str, Any] = {"q": folded(read.words())}
    for name in ("kind", "status", "theme", "sme"):
        if value := read.one(name, words[name]):
            given[name] = value == "yes" if name == "sme" else value
    given["year"], given["page"] = read.number("year", longest=4), read.number("page") or 1
    given["sort"] = read.order(register_queries.SORTS)
    return Search(**given), [_left_out(each) for each in read.ignored]


def _left_out(part: Ignored) -> str:
    value = part.value[:60]
    if part.why is Nonsense.NUMBER:
        return gettext("“%(value)s” is not a number, so it was left out.", value=value)
    if part.why is Nonsense.ORDER:
        return gettext("“%(value)s” is not an order, so the newest come first.", value=value)
    return gettext("“%(value)s” is not something to filter by, so it was left out.", value=value)


def _query(**changes: object) -> str:
    """The address's query with some parts changed; the page starts at the first again."""
    return query({name: value for name, value in request.args.items() if name in KEPT}, **changes)


@pages.get("/awards")
@allow(Permission.PUBLIC)
def search() -> str:
    asked, ignored = _search()
    session = context.session()
    groups = register_queries.grouped(session, asked)
    summary = register_queries.summary(groups, asked)
    last = pages_of(summary.found, register_queries.PAGE)
    rows = register_queries.page(session, asked)
    counted = register_queries.facets(groups, asked)
    facets = [_facet(name, found, asked) for name, found in counted.items()]
    chosen = chips(facets, _address)
    if request.args.get("q"):
        chosen.insert(0, {"group": gettext("Text"), "text": request.args["q"], "href": _address(q="")})
    return render_template(
        "public/register/search.html",
        rows=rows,
        summary=summary,
        asked=asked,
        facets=facets,
        ignored=ignored,
        chips=chosen,
        pager=Pager(asked.page, last, lambda number: _address(page=number)),
        query=_query,
        view=request.args.get("view", "cards"),
        sentence=_sentence(summary, register_queries.organisations(session, asked)),
        words=_words(),
        plots=_plots(counted),
    )


def _address(**changes: object) -> str:
    return f"/awards{_query(**changes)}"


def _facet(name: str, found: list[register_queries.Choice], asked: Search) -> Facet:
    titles = {
        "year": gettext("Year"),
        "kind": gettext("Kind"),
        "theme": gettext("Theme"),
        "sme": gettext("Size of the organisation"),
        "status": gettext("Status"),
    }
    words = _words().get(name, {})
    options = [(code, words.get(code, code), each.count) for each in found for code in _codes(each.value)]
    return facet(name, titles[name], options, _codes(getattr(asked, name)))


def _codes(value: Any) -> tuple[str, ...]:
    """A value of a facet as addresses have it; nothing for None."""
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    return () if value is None else (str(value),)


def _sentence(summary: register_queries.Summary, organisations: int) -> str:
    """The search in one sentence: “128 awards worth £9.4m to 97 organisations, 71% of them to SMEs”."""
    if not summary.found:
        return gettext("No awards.")
    others = summary.found - summary.awards
    listed = (
        ngettext(
            "%(num)s award that was not taken up is listed too.",
            "%(num)s awards that were not taken up are listed too.",
            others,
        )
        if others
        else ""
    )
    if not summary.awards:
        return listed
    said = gettext(
        "%(awards)s worth %(amount)s to %(organisations)s, %(share)s%% of them to small or medium-sized ones.",
        awards=ngettext("%(num)s award", "%(num)s awards", summary.awards),
        amount=money(summary.amount, short=True),
        organisations=ngettext("%(num)s organisation", "%(num)s organisations", organisations),
        share=round(100 * summary.small / summary.awards),
    )
    return f"{said} {listed}".strip()


def _plots(facets: dict[str, list[register_queries.Choice]]) -> dict[str, list[tuple[str, int, str]]]:
    """Money by year and by theme, of the search without that facet."""
    themes = _words()["theme"]
    return {
        "year": [(str(each.value), int(each.amount), money(each.amount, short=True)) for each in facets["year"]],
        "theme": [
            (themes.get(each.value, each.value), int(each.amount), money(each.amount, short=True))
            for each in facets["theme"]
        ],
    }


def _every(asked: Search) -> Iterator[Row]:
    """All of a search, read in a session of its own: the request's is closed while a download is still being sent."""
    ports = context.ports()
    base_url = context.config().base_url

    def rows() -> Iterator[Row]:
        with ports.database.reading() as session:
            for row in register_queries.every(session, asked):
                yield award_row(row, base_url)

    return rows()


def _name(ending: str) -> str:
    return f"awards-{uk_day(context.now()).isoformat()}.{ending}"


@pages.get("/awards.csv")
@allow(Permission.PUBLIC)
def as_csv() -> Response:
    return download(write_csv(COLUMNS, _every(_search()[0])), "text/csv", _name("csv"))


@pages.get("/awards.json")
@allow(Permission.PUBLIC)
def as_json() -> Response:
    rows = _every(_search()[0])
    site = context.config().base_url

    def parts() -> Iterator[bytes]:
        yield (
            json.dumps({"licence": OPEN_GOVERNMENT_LICENCE, "source": f"{site}/awards"})[:-1].encode()
            + b', "awards": ['
        )
        for number, row in enumerate(rows):
            yield (b",\n" if number else b"\n") + json.dumps(row, ensure_ascii=False).encode()
        yield b"\n]}\n"

    return open_data(Response(parts(), mimetype="application/json"))


@pages.get("/awards.xlsx")
@allow(Permission.PUBLIC)
def as_xlsx() -> Response:
    """A workbook whose cells are texts and numbers, never formulas."""
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("Awards")
    sheet.write_row(0, 0, COLUMNS)
    for number, row in enumerate(_every(_search()[0]), 1):
        for at, name in enumerate(COLUMNS):
            value = row[name]
            if isinstance(value, bool):
                sheet.write_boolean(number, at, value)
            elif AWARD_FIELDS[name]["type"] == "number":
                sheet.write_number(number, at, float(value))
            else:
                sheet.write_string(number, at, value)
    book.close()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return download([held.getvalue()], kind, _name("xlsx"))


@pages.get("/awards.atom")
@allow(Permission.PUBLIC)
def as_atom() -> Response:
    asked, _ = _search()
    session, site = context.session(), context.config().base_url
    _, changed_at = register_queries.version(session)
    feed = ElementTree.Element("feed", xmlns=ATOM)
    moment = changed_at or context.now()
    for name, text in (("title", gettext("Awards")), ("id", f"{site}/awards.atom{_query()}"), ("updated", iso(moment))):
        ElementTree.SubElement(feed, name).text = text
    ElementTree.SubElement(feed, "link", rel="self", href=f"{site}/awards.atom{_query()}")
    ElementTree.SubElement(feed, "link", rel="alternate", href=f"{site}/awards{_query()}")
    author = ElementTree.SubElement(feed, "author")
    ElementTree.SubElement(author, "name").text = context.setting("authority_name")
    for row in register_queries.every(session, asked):
        entry = ElementTree.SubElement(feed, "entry")
        address = f"{site}/awards/{row.public_id}"
        for name, text in (("title", row.title), ("id", address), ("updated", iso(row.changed_at))):
            ElementTree.SubElement(entry, name).text = text
        ElementTree.SubElement(entry, "link", href=address)
        said = gettext(
            "%(amount)s to %(organisation)s. %(summary)s",
            amount=money(row.amount),
            organisation=row.organisation,
            summary=row.summary,
        )
        ElementTree.SubElement(entry, "content", type="text").text = said
    body = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return open_data(Response(body, mimetype="application/atom+xml"))


@pages.get("/awards/<public_id>")
@allow(Permission.PUBLIC, register_queries.find_award)
def show(award: RegisterAward, public_id: str) -> str:
    entries = register_queries.entries_of(context.session(), public_id)
    return render_template("public/register/show.html", award=award, entries=entries, words=_words())


@pages.get("/awards/<public_id>.json")
@allow(Permission.PUBLIC, register_queries.find_award)
def record(award: RegisterAward, public_id: str) -> Response:
    """The newest publication as its exact bytes; their SHA-256 is in the chain and is the validator."""
    entry = register_queries.entries_of(context.session(), public_id)[-1]
    response = Response(entry.content, mimetype="application/json")
    response.headers["X-Content-SHA256"] = entry.digest
    return open_data(conditional(response, entry.digest, entry.published_at.astimezone(UTC)))
