"""The award register: search, record, downloads. It reads only what was published."""

import io
import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import xlsxwriter
from flask import Blueprint, Response, render_template, request
from flask_babel import gettext, ngettext

from procurement.models.register import RegisterAward
from procurement.queries import register as register_queries
from procurement.queries.register import Search
from procurement.rules.awards_table import COLUMNS, FIELDS, Row, award_row
from procurement.rules.calls import THEMES
from procurement.rules.exports import write_csv
from procurement.rules.permissions import Permission
from procurement.rules.published import OPEN_GOVERNMENT_LICENCE, folded
from procurement.rules.statuses import AwardStatus
from procurement.web import context
from procurement.web.access import allow
from procurement.web.filters import iso, money, status_words
from procurement.web.parts.answers import conditional, download, open_data

pages = Blueprint("register", __name__)

ATOM = "http://www.w3.org/2005/Atom"
LONGEST_QUERY = 200
LONGEST_NUMBER = 4  # digits of a year or a page


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
    args, ignored = request.args, []
    given: dict[str, Any] = {"q": folded(args.get("q", "")[:LONGEST_QUERY])}
    words = _words()
    for name in ("kind", "status", "theme", "sme"):
        value = args.get(name, "")
        if value and value not in words[name]:
            ignored.append(gettext("“%(value)s” is not something to filter by, so it was left out.", value=value[:60]))
        elif value:
            given[name] = value == "yes" if name == "sme" else value
    for name in ("year", "page"):
        value = args.get(name, "")
        if value.isdecimal() and len(value) <= LONGEST_NUMBER and int(value):
            given[name] = int(value)
        elif value:
            ignored.append(gettext("“%(value)s” is not a number, so it was left out.", value=value[:60]))
    sort = args.get("sort", "newest")
    if sort in register_queries.SORTS:
        given["sort"] = sort
    else:
        ignored.append(gettext("“%(value)s” is not an order, so the newest come first.", value=sort[:60]))
    return Search(**given), ignored


def _query(**changes: str | int | None) -> str:
    """The address's query with some parts changed; the page starts at the first again."""
    kept = {
        name: value
        for name, value in request.args.items()
        if name in {*register_queries.FACETS, "q", "sort", "view"} and value
    }
    changed = {**kept, **{name: value for name, value in changes.items()}}
    text = urlencode({name: value for name, value in changed.items() if value not in (None, "")})
    return f"?{text}" if text else ""


@pages.get("/awards")
@allow(Permission.PUBLIC)
def search() -> str:
    asked, ignored = _search()
    session = context.session()
    groups = register_queries.grouped(session, asked)
    summary = register_queries.summary(groups, asked)
    last = max(1, -(-summary.found // register_queries.PAGE))
    rows = register_queries.page(session, asked)
    words = _words()
    counted = register_queries.facets(groups, asked)
    facets = [_facet(name, found, words, asked) for name, found in counted.items()]
    chips = [
        {"group": facet["title"], "text": choice["text"], "href": f"/awards{_query(**{facet['name']: None})}"}
        for facet in facets
        for choice in facet["choices"]
        if choice["chosen"]
    ]
    if request.args.get("q"):
        chips.insert(0, {"group": gettext("Text"), "text": request.args["q"], "href": f"/awards{_query(q=None)}"})
    return render_template(
        "public/register/search.html",
        rows=rows,
        summary=summary,
        asked=asked,
        facets=facets,
        ignored=ignored,
        chips=chips,
        last=last,
        query=_query,
        view=request.args.get("view", "cards"),
        sentence=_sentence(summary, register_queries.organisations(session, asked)),
        words=words,
        plots=_plots(counted),
    )


def _facet(
    name: str, found: list[register_queries.Choice], words: dict[str, dict[str, str]], asked: Search
) -> dict[str, Any]:
    titles = {
        "year": gettext("Year"),
        "kind": gettext("Kind"),
        "theme": gettext("Theme"),
        "sme": gettext("Size of the organisation"),
        "status": gettext("Status"),
    }
    choices = []
    for each in found:
        code = ("yes" if each.value else "no") if name == "sme" else str(each.value)
        text = code if name == "year" else words[name].get(code, code)
        choices.append(
            {
                "value": code,
                "text": text,
                "count": each.count,
                "chosen": each.value == getattr(asked, name),
                "href": f"/awards{_query(**{name: code})}",
            }
        )
    return {"name": name, "title": titles[name], "choices": choices}


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
    return f"awards-{context.now().date().isoformat()}.{ending}"


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
            elif FIELDS[name]["type"] == "number":
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
    return render_template("public/register/show.html", award=award, entries=entries, words=_words(), facts=award.more)


@pages.get("/awards/<public_id>.json")
@allow(Permission.PUBLIC, register_queries.find_award)
def record(award: RegisterAward, public_id: str) -> Response:
    """The newest publication as its exact bytes; their SHA-256 is in the chain and is the validator."""
    entry = register_queries.entries_of(context.session(), public_id)[-1]
    response = Response(entry.content, mimetype="application/json")
    response.headers["X-Content-SHA256"] = entry.digest
    return open_data(conditional(response, entry.digest, entry.published_at.astimezone(UTC)))
