"""How a call reads in public: its card in lists, its banner, its dates. Everything is computed from stored values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.rules import calls as rules
from procurement.rules.dates import uk_day
from procurement.rules.statuses import CallStatus
from procurement.web.filters import capitalised, sentence, time_left, uk_date, uk_datetime, with_article
from workflows.catalogue import states
from workflows.engine import phase


@dataclass(frozen=True)
class Card:
    """One call in a list."""

    ref: str
    title: str
    summary: str
    status: CallStatus
    kind: str
    theme: str
    budget: Decimal | None
    closes_at: datetime | None
    when: str
    left: str


def theme_words(key: str) -> str:
    return sentence(rules.THEMES[key]) if key in rules.THEMES else key


def kind_words(key: str) -> str:
    return sentence(rules.CALL_KINDS[key]) if key in rules.CALL_KINDS else key


def beginning(stages: Sequence[Stage], now: datetime) -> Stage:
    """The stage in which an application begins now: the one that is open, else the next to open, else the last one."""
    found = stages_queries.firsts(stages)
    order = {CallStatus.OPEN: 0, CallStatus.UPCOMING: 1, CallStatus.CLOSED: 2}
    by_clock = [(order[CallStatus(phase(each.opens_at, each.closes_at, now))], each) for each in found]
    best = min(rank for rank, _stage in by_clock)
    of_rank = [each for rank, each in by_clock if rank == best]
    return of_rank[-1] if best == order[CallStatus.CLOSED] else of_rank[0]


def deciding(stages: Sequence[Stage]) -> Stage:
    """The stage by which the call is decided: the last that awards."""
    awarding = [each for each in stages if each.awards]
    return awarding[-1] if awarding else stages[-1]


def card(call: Call, stages: Sequence[Stage], now: datetime) -> Card:
    """What a list shows of a call."""
    status, first = calls_queries.status_of(call, stages, now), beginning(stages, now)
    when = {
        CallStatus.UPCOMING: _("Opens %(when)s", when=uk_datetime(first.opens_at)),
        CallStatus.OPEN: _("Closes %(when)s", when=uk_datetime(first.closes_at)),
    }.get(status) or _("Closed %(when)s", when=uk_datetime(first.closes_at))
    if status is CallStatus.CANCELLED:
        when = ""
    left = time_left(first.closes_at, now) if status is CallStatus.OPEN and first.closes_at else ""
    return Card(
        call.ref,
        call.title,
        call.summary,
        status,
        kind_words(call.kind),
        theme_words(call.theme),
        call.budget,
        first.closes_at,
        when,
        left,
    )


def banner(call: Call, stages: Sequence[Stage], now: datetime) -> tuple[str, str]:
    """The sentence at the top of a call's page, and its kind (see `ui.inset`)."""
    status = calls_queries.status_of(call, stages, now)
    first, last = beginning(stages, now), deciding(stages)
    here = stages_queries.newest(stages) or first
    words = {
        CallStatus.UPCOMING: (_("This call opens on %(when)s.", when=uk_datetime(first.opens_at)), ""),
        CallStatus.OPEN: (
            _("This call is open. It closes on %(when)s.", when=uk_datetime(first.closes_at)),
            "deadline",
        ),
        CallStatus.CLOSED: (
            _(
                "This call closed on %(when)s. %(nouns)s are opened by two people.",
                when=uk_datetime(first.closes_at),
                nouns=capitalised(first.nouns),
            ),
            "",
        ),
        CallStatus.IN_ASSESSMENT: (_in_assessment(here, last), ""),
        CallStatus.DECIDED: (
            _("The decision was made and all applicants were told on %(when)s.", when=uk_datetime(_told_at(stages))),
            "good",
        ),
        CallStatus.CANCELLED: (_("This call was cancelled: %(reason)s", reason=call.ended_reason), "problem"),
    }
    return words[status]


def _in_assessment(here: Stage, last: Stage) -> str:
    day = uk_date(last.decide_by)
    if here.id != last.id:
        return _("This call is at its stage “%(stage)s”; a decision is expected by %(day)s.", stage=here.title, day=day)
    return _(
        "This call is closed. The %(nouns)s are being assessed; a decision is expected by %(day)s.",
        nouns=here.nouns,
        day=day,
    )


def _told_at(stages: Sequence[Stage]) -> datetime | None:
    return max((each.told_at for each in stages if each.told_at is not None), default=None)


Dated = tuple[str, datetime | date | None, str]


def key_dates(call: Call, stages: Sequence[Stage], now: datetime) -> list[dict[str, Any]]:
    """The dates that matter to an applicant, in order; the first that is still to come is marked. Where there are
    several stages each date says of which it is."""
    rows: list[Dated] = [(_("Published"), call.published_at, "")]
    for stage in stages:
        of_stage = f"{stage.title}: " if len(stages) > 1 else ""
        rows += [(of_stage + words, at, text) for words, at, text in _dates_of(stage)]
    rows += [(_("Work starts"), call.starts_on, ""), (_("Work ends"), call.ends_on, "")]
    items: list[dict[str, Any]] = []
    following = False
    for title, at, text in rows:
        if at is None:
            continue
        past = at <= now if isinstance(at, datetime) else at < uk_day(now)
        state = "past" if past else "" if following or call.state in states.call.cancelled else "next"
        following = following or not past
        when = uk_datetime(at) if isinstance(at, datetime) else uk_date(at)
        items.append({"title": title, "when": when, "text": text, "state": state})
    return items


def _dates_of(stage: Stage) -> list[Dated]:
    nouns = capitalised(stage.nouns)
    begins = (
        _("From then on you can write and submit %(a_noun)s.", a_noun=with_article(stage.noun))
        if stage.number == 1
        else _("From then on those who went on to this stage can write and submit theirs.")
    )
    return [
        (_("Opens"), stage.opens_at, begins),
        (
            _("Closes"),
            stage.closes_at,
            _(
                "%(nouns)s that arrive at this instant or later cannot be accepted. You can change and submit again "
                "until then.",
                nouns=nouns,
            ),
        ),
        (
            _("%(nouns)s can be opened", nouns=nouns),
            stages_queries.closes_with_hold(stage),
            _("By two people together; nobody can read them before."),
        ),
        *([(_("Teams choose their time until"), stage.choose_by, "")] if stage.presents else []),
        (_("Assessors are done"), stage.assess_by, ""),
        (_("Decision"), stage.decide_by, _("All applicants are told at the same time.")),
    ]


def address(call: Call) -> str:
    return url_for("calls.show", ref=call.ref)
