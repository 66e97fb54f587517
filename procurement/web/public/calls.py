"""Calls for everybody: find one, read everything about it, see every question before starting."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from procurement.models.calls import Call, Lot
from procurement.models.documents import Document
from procurement.models.heartbeats import Outage
from procurement.models.stages import Stage
from procurement.queries import amendments as amendments_queries
from procurement.queries import call_documents as call_documents_queries
from procurement.queries import calls as calls_queries
from procurement.queries import claims as claims_queries
from procurement.queries import clarifications as clarifications_queries
from procurement.queries import documents as documents_queries
from procurement.queries import funnel as funnel_queries
from procurement.queries import outages as outages_queries
from procurement.queries import register as register_queries
from procurement.queries import stages as stages_queries
from procurement.queries.room import rooms_of
from procurement.rules import call_documents, effort
from procurement.rules.calls import BOUND, CALL_KINDS, THEMES
from procurement.rules.classification import classes_of
from procurement.rules.conditions import conditions_of
from procurement.rules.outages import length
from procurement.rules.permissions import Permission
from procurement.rules.questions import Purpose, Question, by_section
from procurement.rules.statuses import CallStatus
from procurement.web import context
from procurement.web.access import allow
from procurement.web.filters import call_status_words, sentence
from procurement.web.parts.classes import bought_and_where
from procurement.web.parts.paging import Pager, pages_of
from procurement.web.parts.questions import asked_if, counts_towards
from procurement.web.parts.search import Facet, Nonsense, Parameters, chips, facet, query
from procurement.web.parts.seats import how_many_awards, who_goes_on
from procurement.web.public import window_texts
from procurement.web.public.call_texts import (
    Card,
    banner,
    beginning,
    card,
    closings,
    key_dates,
    kind_words,
    tag,
    theme_words,
)
from procurement.web.public.tie_texts import ties_in_words
from workflows.catalogue import PROCEDURES, states
from workflows.scoring.schemes import Scheme

pages = Blueprint("calls", __name__)
LONGEST_WORDS = 100
GROUPS: dict[str, tuple[str, ...]] = {"status": tuple(CallStatus), "theme": tuple(THEMES), "kind": tuple(CALL_KINDS)}
PARAMETERS = {*GROUPS, "q", "sort", "page"}


@dataclass(frozen=True)
class Asked:
    """A search as an address says it, and what of the address made no sense."""

    search: calls_queries.Search
    ignored: tuple[str, ...]


def read_search() -> tuple[calls_queries.Search, Parameters]:
    """What the address asks for, and what was read of it: what makes no sense is left out there."""
    read = Parameters(request.args)
    statuses, themes, kinds = (read.several(name, known) for name, known in GROUPS.items())
    words, order = read.words(longest=LONGEST_WORDS), read.order(calls_queries.SORTS)
    return calls_queries.Search(words, statuses, themes, kinds, order), read


def asked() -> Asked:
    """Read the page's search; what is not known is left out and named."""
    search, read = read_search()
    read.only(PARAMETERS)
    search = replace(search, page=read.number("page") or 1)
    ignored = sorted(read.ignored, key=lambda each: each.why is not Nonsense.NAME)  # whole parts of the address first
    return Asked(search, tuple(each.shown for each in ignored))


def parameters(search: calls_queries.Search) -> dict[str, object]:
    """The search as parameters of an address."""
    return {
        "q": search.words,
        "status": search.statuses,
        "theme": search.themes,
        "kind": search.kinds,
        "sort": "" if search.sort == calls_queries.SORTS[0] else search.sort,
        "page": "" if search.page == 1 else search.page,
    }


def words_of(group: str, value: str) -> str:
    return {
        "status": lambda: call_status_words(CallStatus(value))[0],
        "theme": lambda: theme_words(value),
        "kind": lambda: kind_words(value),
    }[group]()


def facets(counted: dict[tuple[str, str, str], int], search: calls_queries.Search) -> list[Facet]:
    """Each option with the number of calls that choosing it (alone in its group) would show."""
    titles = {"status": _("Status"), "theme": _("Priority area"), "kind": _("Kind")}
    chosen = (search.statuses, search.themes, search.kinds)
    found = []
    for place, (group, known) in enumerate(GROUPS.items()):
        numbers = dict.fromkeys(known, 0)
        for key, count in counted.items():
            others = all(not chosen[other] or key[other] in chosen[other] for other in range(3) if other != place)
            if others and key[place] in numbers:
                numbers[key[place]] += count
        options = [(value, words_of(group, value), numbers[value]) for value in known]
        found.append(facet(group, titles[group], options, chosen[place], several=True))
    return found


def total_of(counted: dict[tuple[str, str, str], int], search: calls_queries.Search) -> int:
    chosen = (search.statuses, search.themes, search.kinds)
    return sum(
        count
        for key, count in counted.items()
        if all(not options or key[place] in options for place, options in enumerate(chosen))
    )


@pages.get("/calls")
@allow(Permission.PUBLIC)
def index() -> str:
    given, session, now = asked(), context.session(), context.now()
    search, ignored = given.search, list(given.ignored)
    counted = calls_queries.counts(session, search.words, now)
    total = total_of(counted, search)
    last = pages_of(total, calls_queries.PAGE)
    if search.page > last:
        ignored.append(f"page={search.page}")
        search = replace(search, page=last)
    groups = facets(counted, search)

    def address(**changes: object) -> str:
        return url_for(".index") + query(parameters(replace(search, page=1)), **changes)

    chosen = chips(groups, address)
    if search.words:
        chosen.append({"group": _("Words"), "text": search.words, "href": address(q="")})
    return render_template(
        "public/calls/index.html",
        search=search,
        ignored=ignored,
        facets=groups,
        chips=chosen,
        total=total,
        everything=sum(counted.values()),
        pager=Pager(search.page, last, lambda number: address(page="" if number == 1 else number)),
        cards=_cards(session, search, now) if total else [],
        sorts=[("closing", _("Closing soonest")), ("newest", _("Newest")), ("title", _("Title"))],
        feeds={
            shape: url_for("feeds.index", shape=shape) + query(parameters(search), page="")
            for shape in ("json", "atom", "ics")
        },
    )


def _cards(session: Session, search: calls_queries.Search, now: datetime) -> list[Card]:
    found = calls_queries.list_public(session, search, now)
    stages = stages_queries.of_calls(session, [call.id for call in found])
    return [card(call, stages[call.id], now) for call in found]


def load(session: Session, ref: str, **_: object) -> Call | None:
    return calls_queries.find_call(session, ref)


@dataclass(frozen=True)
class Marked:
    """By what a stage is marked, as its call's page shows it."""

    stage: Stage
    scheme: Scheme
    scales: dict[str, list[tuple[str, str]]]
    described: dict[str, str]
    ranks_by: list[tuple[str, str]]  # the titles of stages, and what each counts for; empty: it alone
    ties: list[str]  # what happens where totals are equal
    goes_on: list[str]


def _marked(session: Session, call: Call, stages: Sequence[Stage]) -> list[Marked]:
    rows, titles = calls_queries.criteria_by_stage(session, call.id), {each.key: each.title for each in stages}
    found = []
    for stage in stages:
        if not stage.assesses:
            continue
        scheme = calls_queries.scheme_of(stage)
        scales = {each.key: [(str(mark), word) for mark, word in enumerate(each.words)] for each in scheme.criteria}
        described = {row.key: row.description for row in rows.get(stage.id, ())}
        shares = [(title, f"{stage.ranks_by[key]}%") for key, title in titles.items() if key in stage.ranks_by]
        ties = list(ties_in_words(scheme, awards=stage.awards))
        found.append(Marked(stage, scheme, scales, described, shares, ties, _going(call, stage)))
    return found


def _conditions(session: Session, call: Call, stages: Sequence[Stage]) -> dict[int, tuple[Question, ...]]:
    """What each stage sets as conditions of participation, by the stage's id."""
    rows = calls_queries.questions_by_stage(session, call.id)
    forms = {stage.id: map(calls_queries.as_question, rows.get(stage.id, ())) for stage in stages}
    return {stage_id: conditions_of(form) for stage_id, form in forms.items()}


def _going(call: Call, stage: Stage) -> list[str]:
    """How many go on from a stage, or are awarded something, lot by lot. Its lots are loaded."""
    seats = [(row.lot.title, row.seats) for row in stage.lots]
    return how_many_awards(call.kind, seats) if stage.awards else who_goes_on(seats)


def _lots(stages: Sequence[Stage]) -> list[Lot]:
    """The lots that some stage is for, in order: every lot of a call is."""
    found = {row.lot.number: row.lot for stage in stages for row in stage.lots}
    return [found[number] for number in sorted(found)]


def _suspended(session: Session, call: Call, stages: Sequence[Stage]) -> list[Lot]:
    """The lots whose awards a claim suspends now, in order."""
    held = claims_queries.suspended(session, call.id)
    return [lot for lot in _lots(stages) if lot.id in held]


@pages.get("/calls/<ref>")
@allow(Permission.CALL_READ, load)
def show(call: Call, ref: str) -> str:
    session, now = context.session(), context.now()
    every = stages_queries.of_call(session, call.id)
    first = beginning(every, now)
    stages = [stage for stage in every if stage.window == first.window]  # those of every window are made alike
    answers, _newest = clarifications_queries.newest(session, call.id)
    told = any(stage.told_at is not None for stage in every)
    lots = _lots(stages)
    return render_template(
        "public/calls/show.html",
        call=call,
        stages=stages,
        every=every,
        windows=window_texts.rows(every, now, cancelled=call.state in states.call.cancelled),
        first=first,
        status=calls_queries.status_of(call, every, now),
        banner=banner(call, every, now),
        tag=tag(call, every, now),
        closings=closings(call, stages, now),
        dates=key_dates(call, stages, now, cancelled_at(session, call)),
        answers=answers,
        asking=clarifications_queries.stage_to_ask(call, every, now) is not None,
        moved=amendments_queries.of_call(session, call.id),
        documents=call_documents_queries.published_of(session, call.id, now),
        types={key: sentence(words) for key, words in call_documents.TYPES.items()},
        prospectus=documents_queries.papers_of(session, call.id).get(f"prospectus:{call.id}"),
        outages=_outages(session, call),
        lots=lots,
        going=[lot for lot in lots if lot.abandoned_at is None],
        tender=call.route in BOUND,
        marked=_marked(session, call, stages),
        unmarked=[(stage, going) for stage in stages if not stage.assesses and (going := _going(call, stage))],
        # a call of one stage is nobody's way: its figures are in its data
        funnel=funnel_queries.funnel_of(session, every) if len(every) > 1 else [],
        conditions=_conditions(session, call, stages),
        awards=register_queries.awards_of_call(session, call.ref) if told else [],
        suspended=_suspended(session, call, stages) if told else [],
        notices=register_queries.notices_of_call(session, call.ref) if told else [],
        procedure=PROCEDURES[call.procedure],
        theme=theme_words(call.theme),
        bought=bought_and_where(classes_of(call)),
        of_lots={lot.number: bought_and_where(classes_of(call, lot)) for lot in lots if lot.cpv or lot.places},
        kind=kind_words(call.kind),
    )


def _outages(session: Session, call: Call) -> list[tuple[Outage, str]]:
    """When the service could not be reached before a closing of a call, each with how long that was."""
    found = outages_queries.of_call(session, call.id)
    return [(each, sentence(length(each.began_at, each.ended_at))) for each in found]


def cancelled_at(session: Session, call: Call) -> datetime | None:
    """When a call was cancelled for everybody to see."""
    return register_queries.cancelled_at(session, call.ref) if call.state in states.call.cancelled else None


@pages.get("/calls/<ref>/form", defaults={"stage": ""})
@pages.get("/calls/<ref>/stages/<stage>/form")
@allow(Permission.CALL_READ, load)
def form(call: Call, ref: str, stage: str) -> str:
    """The form of a stage; without one, of that in which an application begins."""
    session, now = context.session(), context.now()
    stages = stages_queries.listed(session, call.id)
    chosen = next((each for each in stages if each.key == stage), None) if stage else beginning(stages, now)
    if chosen is None or not chosen.collects:
        abort(404)
    questions = calls_queries.form_of(session, chosen.id)
    sections = by_section(questions)
    criteria = calls_queries.scheme_of(chosen).criteria if chosen.assesses else ()
    return render_template(
        "public/calls/form.html",
        call=call,
        stage=chosen,
        stages=stages,
        status=calls_queries.status_of(call, stages, now),
        sections=sections.items(),
        counts=counts_towards({criterion.key: criterion for criterion in criteria}, questions),
        places={each.key: place for place, each in enumerate(questions, 1)},
        contents=[(name, f"#section-{number}") for number, name in enumerate(sections, 1)],
        count=len(questions),
        takes=effort.in_words(effort.minutes_to_answer(questions)),
        blank=_blank(session, call, stages, chosen),
        templates=call_documents_queries.templates_of(
            call_documents_queries.published_of(session, call.id, now), chosen
        ),
        asked_if=asked_if(questions, calls_queries.lots_of(session, call.id)),
        rooms=rooms_of(stages_queries.get(session, chosen.id))
        if any(each.purpose is Purpose.AMOUNT for each in questions)
        else [],
    )


def _blank(session: Session, call: Call, stages: Sequence[Stage], stage: Stage) -> Document | None:
    """The blank form of a stage as a PDF; that of a further window is the first one's."""
    first = next(each for each in stages if each.number == stage.number and each.window == 1)
    return documents_queries.papers_of(session, call.id).get(f"blank_form:{call.id}:{first.key}")
