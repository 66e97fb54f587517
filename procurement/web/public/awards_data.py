"""The award register as data: all of a search in CSV, JSON, XLSX and Atom; one award, and each publication of it."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from xml.etree import ElementTree

from flask import Blueprint, Response
from flask_babel import gettext

from procurement.models.register import RegisterAward
from procurement.queries import register as register_queries
from procurement.queries.register import Search
from procurement.rules.award_codes import STATUSES
from procurement.rules.award_columns import AWARD_COLUMNS, COLUMNS
from procurement.rules.awards_table import PROTECTION, Counts, award_row, counted_then
from procurement.rules.classification import Classes
from procurement.rules.columns import Row, cells, plain
from procurement.rules.dates import start_of_day, uk_day
from procurement.rules.endings import SUSPENDED, ended_because, suspended_at
from procurement.rules.exports import write_csv
from procurement.rules.permissions import Permission
from procurement.rules.published import OPEN_GOVERNMENT_LICENCE, PublishedCall
from procurement.web import context
from procurement.web.access import allow
from procurement.web.amounts import amount
from procurement.web.filters import iso, sentence, uk_datetime
from procurement.web.parts.answers import download, json_answer, provenance, written
from procurement.web.parts.classes import bought_and_where
from procurement.web.parts.public_data import takes
from procurement.web.parts.workbooks import MEDIA_TYPE, Sheet, workbook
from procurement.web.public.register import FILTERS, query_of, read_search, words_of_facets

pages = Blueprint("awards_data", __name__)
ATOM = "http://www.w3.org/2005/Atom"


def _asked() -> Search:
    """What the address asks for; NotUnderstood where it is not understood."""
    asked, read = read_search()
    read.refuse()
    return asked


def _every(asked: Search) -> Iterator[Row]:
    return rows_of(register_queries.every(context.session(), asked))


def rows_of(awards: Iterable[RegisterAward]) -> Iterator[Row]:
    """Awards in the words of the table of awards."""
    earlier, base_url = _Earlier(None), context.config().base_url
    for award in awards:
        yield award_row(award, base_url, earlier.counts_of(award))


class _Earlier:
    """The counts of awards that were published before awards said them, read once, and only where there is one: those
    of all calls, or of one."""

    def __init__(self, call_ref: str | None) -> None:
        self._call_ref = call_ref

    @cached_property
    def _published(self) -> dict[str, list[tuple[datetime, PublishedCall]]]:
        return register_queries.call_publications(context.session(), self._call_ref)

    def counts_of(self, award: RegisterAward) -> Counts | None:
        if "applications" in award.more:
            return None
        lot = str(award.more.get("lot", ""))
        return counted_then(self._published.get(award.call_ref, []), lot, award.published_at)


def _name(ending: str) -> str:
    return f"awards-{uk_day(context.now()).isoformat()}.{ending}"


@pages.get("/awards.csv")
@allow(Permission.PUBLIC)
@takes(*FILTERS)
def as_csv() -> Response:
    rows = write_csv(COLUMNS, (cells(row) for row in _every(_asked())))
    _, changed_at = register_queries.version(context.session())
    return download(written(rows, "text/csv; charset=utf-8; header=present", changed_at), _name("csv"))


@pages.get("/awards.json")
@allow(Permission.PUBLIC)
@takes(*FILTERS)
def as_json() -> Response:
    asked = _asked()
    number, changed_at = register_queries.version(context.session())
    head = {**provenance(f"/awards{query_of(asked)}"), "edition": number}

    def parts() -> Iterator[bytes]:
        yield json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "awards": ['
        for place, row in enumerate(_every(asked)):
            yield (b",\n" if place else b"\n") + _json_of(row)
        yield b"\n]}\n"

    return written(parts(), "application/json", changed_at)


def _json_of(row: Row) -> bytes:
    return json.dumps({name: plain(value) for name, value in row.items()}, ensure_ascii=False).encode()


@pages.get("/awards.xlsx")
@allow(Permission.PUBLIC)
@takes(*FILTERS)
def as_xlsx() -> Response:
    asked = _asked()
    session, site = context.session(), context.config().base_url
    number, changed_at = register_queries.version(session)
    coded = {each.name: each.codes for each in AWARD_COLUMNS if each.codes}
    words = coded | {name: words for name, words in words_of_facets().items() if name in COLUMNS}
    sheet = Sheet(gettext("Awards"), AWARD_COLUMNS, {**words, "sme": {}})
    about = [
        (gettext("Published by"), context.setting("authority_name")),
        (gettext("From"), f"{site}/awards{query_of(asked)}"),
        (gettext("As of"), uk_datetime(changed_at) if changed_at else gettext("Nothing has been published yet.")),
        (gettext("Edition"), str(number)),
        (gettext("Licence"), f"Open Government Licence 3.0, {OPEN_GOVERNMENT_LICENCE}"),
        (gettext("Columns"), gettext("See the sheet “Columns”, and %(where)s.", where=f"{site}/data")),
        (gettext("Times"), gettext("UK time, as on the pages. CSV and JSON have UTC.")),
        (gettext("Formulas"), gettext("There are none: every text is a text. %(csv)s", csv=PROTECTION)),
    ]
    made = workbook(sheet, map(_in_words, _every(asked)), about, changed_at or start_of_day(uk_day(context.now())))
    return download(written([made], MEDIA_TYPE, changed_at), _name("xlsx"))


def _in_words(row: Row) -> Row:
    """A row with the words of its codes of what is bought and where, which are too many for a list of values."""
    cpv, place = bought_and_where(_classes(row, "cpv", "place"))
    also_cpv, also_places = bought_and_where(_classes(row, "also_cpv", "also_places"))
    said = {"cpv": cpv, "also_cpv": also_cpv, "place": place, "also_places": also_places}
    return {**row, **{name: text or None for name, text in said.items()}}


def _classes(row: Row, cpv: str, places: str) -> Classes:
    return Classes(tuple(str(row[cpv] or "").split()), tuple(str(row[places] or "").split()))


@pages.get("/awards.atom")
@allow(Permission.PUBLIC)
@takes(*FILTERS)
def as_atom() -> Response:
    asked = _asked()
    session, site = context.session(), context.config().base_url
    _, changed_at = register_queries.version(session)
    moment, query = changed_at or start_of_day(uk_day(context.now())), query_of(asked)
    feed = ElementTree.Element("feed", xmlns=ATOM)
    for name, text in (("title", gettext("Awards")), ("id", f"{site}/awards.atom{query}"), ("updated", iso(moment))):
        ElementTree.SubElement(feed, name).text = text
    ElementTree.SubElement(feed, "link", rel="self", href=f"{site}/awards.atom{query}")
    ElementTree.SubElement(feed, "link", rel="alternate", href=f"{site}/awards{query}")
    ElementTree.SubElement(feed, "link", rel="license", href=OPEN_GOVERNMENT_LICENCE)
    author = ElementTree.SubElement(feed, "author")
    ElementTree.SubElement(author, "name").text = context.setting("authority_name")
    ElementTree.SubElement(feed, "rights").text = "Open Government Licence 3.0"
    for row in register_queries.every(session, asked):
        entry = ElementTree.SubElement(feed, "entry")
        address = f"{site}/awards/{row.public_id}"
        status = STATUSES[row.status]
        because = ended_because(row.more)
        title = row.title if because is None else gettext("Cancelled: %(title)s", title=row.title)
        if suspended_at(row.more):
            title = gettext("Suspended: %(title)s", title=row.title)
        for name, text in (("title", title), ("id", address), ("updated", iso(row.changed_at))):
            ElementTree.SubElement(entry, name).text = text
        ElementTree.SubElement(entry, "category", term=str(row.status), label=status)
        ElementTree.SubElement(entry, "link", href=address)
        said = gettext(
            "%(amount)s to %(organisation)s. %(summary)s",
            amount=amount(row.amount, row),
            organisation=row.organisation,
            summary=row.summary,
        )
        if because is not None:
            said = f"{gettext('This award was cancelled.')} {sentence(because)} {said}"
        elif suspended_at(row.more):
            said = f"{sentence(SUSPENDED)} {said}"
        ElementTree.SubElement(entry, "content", type="text").text = said
    body = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written([body], "application/atom+xml; charset=utf-8", changed_at)


@pages.get("/awards/<public_id>.json")
@allow(Permission.PUBLIC, register_queries.find_award)
def record(award: RegisterAward, public_id: str) -> Response:
    """One award in the words of every other form, and where each publication of it is, byte for byte."""
    session, site = context.session(), context.config().base_url
    entries = register_queries.entries_of(session, public_id)
    counts = _Earlier(award.call_ref).counts_of(award)
    row = {name: plain(value) for name, value in award_row(award, site, counts).items()}
    publications = [
        {
            "publication": entry.number,
            "published_at": iso(entry.published_at),
            "sha256": entry.digest,
            "url": f"{site}/awards/{public_id}/publications/{entry.number}.json",
        }
        for entry in entries
    ]
    body = {**provenance(f"/awards/{public_id}"), "award": row, "publications": publications}
    return json_answer(body, entries[-1].published_at)
