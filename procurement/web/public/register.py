"""The award register as pages: search, one award, each publication of it. It reads only what was published.

The same as data: `awards_data`.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext, ngettext

from procurement.models.register import RegisterAward
from procurement.queries import register as register_queries
from procurement.queries.register import Search
from procurement.rules import linked_data
from procurement.rules.calls import THEMES
from procurement.rules.columns import in_utc, on_day
from procurement.rules.dates import uk_day
from procurement.rules.endings import SUSPENDED, ended_because, suspended_at
from procurement.rules.money import percentage
from procurement.rules.permissions import Permission
from procurement.rules.signing import TO_BE_SIGNED
from procurement.rules.statuses import AwardStatus
from procurement.web import context
from procurement.web.access import allow
from procurement.web.amounts import amount, in_all
from procurement.web.filters import status_words, uk_date
from procurement.web.parts.paging import Pager, pages_of
from procurement.web.parts.search import LONGEST_WORDS, Facet, Ignored, Nonsense, Parameters, chips, facet, query
from procurement.web.public.publications import with_changes
from workflows.definition import DETAILS_NOTICE

pages = Blueprint("register", __name__)

FILTERS = ("q", *register_queries.FACETS, "sort")  # what the search takes in every form
VIEWS = ("cards", "table")
KEPT = {*FILTERS, "view"}  # what a link within the search holds on to
YES_NO = {"yes": True, "no": False, "true": True, "false": False}  # as addresses say it, and as data does


def words_of_facets() -> dict[str, dict[str, str]]:
    """The values of the facets in words."""
    return {
        "kind": {"contract": gettext("Contract"), "grant": gettext("Grant")},
        "status": {status: status_words(status, "register")[0] for status in AwardStatus},
        "sme": {"yes": gettext("Small or medium-sized"), "no": gettext("Large")},
        "single_bid": {"yes": gettext("One applicant"), "no": gettext("Several applicants")},
        "theme": {key: str(words) for key, words in THEMES.items()},
    }


def read_search() -> tuple[Search, Parameters]:
    """What the address asks for, and what was read of it: what makes no sense is left out there."""
    read, words = Parameters(request.args), words_of_facets()
    given: dict[str, Any] = {"q": read.words()}
    for name in ("kind", "status", "theme"):
        given[name] = read.one(name, words[name]) or None
    for name in ("sme", "single_bid"):
        given[name] = YES_NO.get(read.one(name, YES_NO))
    given["year"] = read.number("year", longest=4)
    given["sort"] = read.order(register_queries.SORTS)
    return Search(**given), read


def _search() -> tuple[Search, str, list[str]]:
    """What the page's address asks for and how it is shown, and a sentence for each part of it that makes no sense and
    is left out."""
    asked, read = read_search()
    asked, view = replace(asked, page=read.number("page") or 1), read.one("view", VIEWS) or VIEWS[0]
    return asked, view, [_left_out(each) for each in read.ignored]


def _left_out(part: Ignored) -> str:
    value = part.value[:60]
    if part.why is Nonsense.NUMBER:
        return gettext("“%(value)s” is not a number, so it was left out.", value=value)
    if part.why is Nonsense.ORDER:
        return gettext("“%(value)s” is not an order, so the newest come first.", value=value)
    if part.why is Nonsense.LENGTH:
        return gettext("These are too many words: only the first of them were looked for.")
    return gettext("“%(value)s” is not something to filter by, so it was left out.", value=value)


def query_of(asked: Search) -> str:
    """A search as the address of any form of it: nothing that was left out, and no page, since data is whole."""
    given: dict[str, object] = {
        "q": " ".join(request.args.get("q", "").split())[:LONGEST_WORDS],
        **{name: value for name in register_queries.FACETS for value in _codes(getattr(asked, name))},
        "sort": "" if asked.sort == next(iter(register_queries.SORTS)) else asked.sort,
    }
    return query(given)


def _query(**changes: object) -> str:
    """The address's query with some parts changed; the page starts at the first again."""
    return query({name: value for name, value in request.args.items() if name in KEPT}, **changes)


@pages.get("/awards")
@allow(Permission.PUBLIC)
def search() -> str:
    asked, view, ignored = _search()
    session = context.session()
    groups = register_queries.grouped(session, asked)
    summary = register_queries.summary(groups, asked)
    last = pages_of(summary.found, register_queries.PAGE)
    if asked.page > last:
        ignored.append(gettext("There is no page %(page)s: this is the last one.", page=asked.page))
        asked = replace(asked, page=last)
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
        data_query=query_of(asked),
        view=view,
        sentence=_sentence(summary, register_queries.organisations(session, asked)),
        words=words_of_facets(),
        plots=_plots(counted),
    )


def _address(**changes: object) -> str:
    return f"/awards{_query(**changes)}"


def _facet(name: str, found: list[register_queries.Choice], asked: Search) -> Facet:
    titles = {
        "year": gettext("Year"),
        "kind": gettext("Kind"),
        "theme": gettext("Priority area"),
        "sme": gettext("Size of the organisation"),
        "status": gettext("Status"),
        "single_bid": gettext("How many applied"),
    }
    words = words_of_facets().get(name, {})
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
    others = summary.found - summary.awards - summary.pending - summary.suspended
    listed = (
        ngettext(
            "%(num)s award that has ended is listed too.",
            "%(num)s awards that have ended are listed too.",
            others,
        )
        if others
        else ""
    )
    if summary.pending:
        waiting = ngettext(
            "%(num)s award more, of %(amount)s, does not stand yet: its standstill runs.",
            "%(num)s awards more, of %(amount)s, do not stand yet: their standstill runs.",
            summary.pending,
            amount=in_all(summary.pending_amount, short=True),
        )
        listed = f"{waiting} {listed}".strip()
    if summary.suspended:
        held = ngettext(
            "%(num)s award more, of %(amount)s, is suspended by a claim in court.",
            "%(num)s awards more, of %(amount)s, are suspended by claims in court.",
            summary.suspended,
            amount=in_all(summary.suspended_amount, short=True),
        )
        listed = f"{held} {listed}".strip()
    if not summary.awards:
        return listed
    said = gettext(
        "%(awards)s worth %(amount)s to %(organisations)s, %(share)s of them to small or medium-sized ones.",
        awards=ngettext("%(num)s award", "%(num)s awards", summary.awards),
        amount=in_all(summary.amount, short=True),
        organisations=ngettext("%(num)s organisation", "%(num)s organisations", organisations),
        share=percentage(summary.small, summary.awards),
    )
    return f"{said} {listed}".strip()


def _plots(facets: dict[str, list[register_queries.Choice]]) -> dict[str, list[tuple[str, int, str]]]:
    """Money by year and by theme, of the search without that facet."""
    themes = words_of_facets()["theme"]
    return {
        "year": [(str(each.value), int(each.amount), in_all(each.amount, short=True)) for each in facets["year"]],
        "theme": [
            (themes.get(each.value, each.value), int(each.amount), in_all(each.amount, short=True))
            for each in facets["theme"]
        ],
    }


def authority_of(award: RegisterAward) -> str:
    """What the authority was called when an award was first published, whatever it is called now."""
    said = str(award.more.get("authority") or "")
    return said or str(context.settings_at(uk_day(award.published_at))["authority_name"])


@pages.get("/awards/<public_id>")
@allow(Permission.PUBLIC, register_queries.find_award)
def show(award: RegisterAward, public_id: str) -> str:
    publications = with_changes(register_queries.entries_of(context.session(), public_id))
    authority = authority_of(award)
    return render_template(
        "public/register/show.html",
        award=award,
        publications=publications,
        because=ended_because(award.more),
        suspended=in_utc(suspended_at(award.more) or None),
        held=SUSPENDED,
        words=words_of_facets(),
        authority=authority,
        applied_for=_pounds(award.more.get("applied_for")),
        counted=_counted(award.more.get("applications"), award.more.get("applications_assessed")),
        signed=_signed(award),
        details=[each for each in award.more.get("notices", ()) if each["notice"] == DETAILS_NOTICE],
        linked_data=linked_data.award(award, authority, context.config().base_url),
    )


def _signed(award: RegisterAward) -> list[tuple[str, str]]:
    """What was signed of an award, for its list of facts; nothing of one that was accepted before that was recorded."""
    more = award.more
    if not more.get("signed_on"):
        waits = more.get("contract_status") == TO_BE_SIGNED
        return [
            (gettext("Contract") if award.kind == "contract" else gettext("Agreement"), gettext("To be signed"))
        ] * waits
    found = [(gettext("Signed"), uk_date(on_day(more["signed_on"])))]
    first, last = on_day(more.get("contract_starts_on")), on_day(more.get("contract_ends_on"))
    found += [(name, uk_date(day)) for name, day in ((gettext("Begins"), first), (gettext("Ends"), last)) if day]
    value = _pounds(more.get("contract_amount"))
    if value is not None and value != award.amount:
        found.append((gettext("Agreed amount"), amount(value, {"amount_basis": award.amount_basis})))
    return found


def _pounds(plain: str | None) -> Decimal | None:
    return None if plain is None else Decimal(plain)


def _counted(received: int | None, assessed: int | None) -> str:
    """How many applications there were to the lot of an award, in its window; empty where nobody counted."""
    if received is None:
        return ""
    if received == 1:
        return gettext("1: nobody else applied")
    return gettext("%(received)s, of which %(assessed)s were assessed", received=received, assessed=assessed)
