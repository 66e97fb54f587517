"""How a call reads in public: its card in lists, its banner, its dates. Everything is computed from stored values."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.rules import calls as rules
from procurement.rules.dates import uk_day
from procurement.rules.statuses import CallStatus
from procurement.web.filters import (
    call_status_words,
    capitalised,
    sentence,
    status_words,
    uk_date,
    uk_datetime,
)
from procurement.web.public.window_texts import being_done, then
from procurement.web.time_left import left
from workflows.catalogue import states
from workflows.engine import phase

BEGINS = (CallStatus.UPCOMING, CallStatus.OPEN, CallStatus.CANCELLED)  # no later stage is what a call is asked about


@dataclass(frozen=True)
class Card:
    """One call in a list."""

    ref: str
    title: str
    summary: str
    status: CallStatus
    tag: tuple[str, str]
    kind: str
    theme: str
    budget: Decimal | None
    amount_basis: str
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


def running(call: Call, stages: Sequence[Stage], now: datetime) -> list[Stage]:
    """The stages after the first that those who were invited can submit to now."""
    if call.state not in states.call.published:
        return []
    return [
        each
        for each in stages
        if each.number > 1
        and each.collects
        and each.started_at is not None
        and phase(each.opens_at, each.closes_at, now) == "open"
    ]


def closings(call: Call, stages: Sequence[Stage], now: datetime) -> list[tuple[str, str]]:
    """Until when something can be sent: of the stages that are open now, else of that in which one begins."""
    if call.state in states.call.cancelled:
        return []  # nothing is sent any more
    first = beginning(stages, now)
    if len(stages) == 1:
        return [(_("Closes"), uk_datetime(first.closes_at))]
    begins = phase(first.opens_at, first.closes_at, now) != "closed"
    shown = ([first] if begins else []) + running(call, stages, now)
    if not shown:
        return [(_("%(stage)s closed", stage=first.title), uk_datetime(first.closes_at))]
    return [(_("%(stage)s closes", stage=each.title), uk_datetime(each.closes_at)) for each in shown]


def deciding(stages: Sequence[Stage]) -> Stage:
    """The stage by which the call is decided: the last that awards."""
    awarding = [each for each in stages if each.awards]
    return awarding[-1] if awarding else stages[-1]


def card(call: Call, stages: Sequence[Stage], now: datetime) -> Card:
    """What a list shows of a call."""
    status, first = calls_queries.status_of(call, stages, now), beginning(stages, now)
    after = then(stages, first)
    when = {
        CallStatus.UPCOMING: _("Opens %(when)s", when=uk_datetime(first.opens_at)),
        CallStatus.OPEN: _("Closes %(when)s", when=uk_datetime(first.closes_at)),
    }.get(status) or _("Closed %(when)s", when=uk_datetime(first.closes_at))
    if status is CallStatus.CANCELLED:
        when = ""
    elif status not in BEGINS and (later := running(call, stages, now)):
        when = " ".join(map(_invited, later))
    rest = left(first.closes_at, now) if status is CallStatus.OPEN and first.closes_at else ""
    return Card(
        call.ref,
        call.title,
        call.summary,
        status,
        tag(call, stages, now),
        kind_words(call.kind),
        theme_words(call.theme),
        call.budget,
        call.amount_basis,
        first.closes_at,
        when,
        Markup("{}. {}").format(rest, after) if rest and after else rest or after,
    )


def banner(call: Call, stages: Sequence[Stage], now: datetime) -> tuple[str, str]:
    """The sentence at the top of a call's page, and its kind (see `ui.inset`)."""
    status = calls_queries.status_of(call, stages, now)
    first = beginning(stages, now)
    last = deciding([each for each in stages if each.window == first.window])
    here = stages_queries.newest(stages) or first
    if status not in BEGINS and (later := running(call, stages, now)):
        return " ".join(map(_invited, later)), "deadline"
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
            )
            if first.sealed
            else _("This call closed on %(when)s.", when=uk_datetime(first.closes_at)),
            "",
        ),
        CallStatus.IN_ASSESSMENT: (_in_assessment(here, last, now), ""),
        CallStatus.DECIDED: (
            _("The decision was made and all applicants were told on %(when)s.", when=uk_datetime(_told_at(stages))),
            "good",
        ),
        CallStatus.CANCELLED: (_("This call was cancelled: %(reason)s", reason=call.ended_reason), "problem"),
    }
    words |= _of_window(first, then(stages, first)) if any(each.window > 1 for each in stages) else {}
    return words[status]


def _of_window(first: Stage, after: str) -> dict[CallStatus, tuple[str, str]]:
    """What is said instead where a call has several windows."""
    opens = _(
        "Window %(number)s of this call opens on %(when)s.", number=first.window, when=uk_datetime(first.opens_at)
    )
    closes = _(
        "Window %(number)s of this call is open. It closes on %(when)s.",
        number=first.window,
        when=uk_datetime(first.closes_at),
    )
    return {CallStatus.UPCOMING: (opens, ""), CallStatus.OPEN: (f"{closes} {after}".strip(), "deadline")}


def _invited(stage: Stage) -> str:
    return _(
        "%(stage)s is open to those who were invited, until %(closes)s.",
        stage=stage.title,
        closes=uk_datetime(stage.closes_at),
    )


def _in_assessment(here: Stage, last: Stage, now: datetime) -> str:
    day = uk_date(here.decide_by)
    if here.opens_at is not None and here.opens_at > now:
        return _(
            "%(stage)s opens on %(opens)s to those who were invited; its decision is expected by %(day)s.",
            stage=here.title,
            opens=uk_datetime(here.opens_at),
            day=day,
        )
    if here.id != last.id or (here.collects and not here.opened):
        return _(
            "This call is at its stage “%(stage)s”; its decision is expected by %(day)s.", stage=here.title, day=day
        )
    return _(
        "This call is closed. The %(nouns)s are %(step)s; a decision is expected by %(day)s.",
        nouns=here.nouns,
        step=being_done(here),
        day=day,
    )


def tag(call: Call, stages: Sequence[Stage], now: datetime) -> tuple[str, str]:
    """The word and the colour of where a call stands for everybody: while it is under way, of what is being done in the
    stage that it has come to."""
    status = calls_queries.status_of(call, stages, now)
    here = stages_queries.newest(stages)
    if status is CallStatus.IN_ASSESSMENT and here is not None and here.state in states.stage.in_hand:
        return status_words(here.state, "stage", public=True)
    return call_status_words(status)


def _told_at(stages: Sequence[Stage]) -> datetime | None:
    return max((each.told_at for each in stages if each.told_at is not None), default=None)


@dataclass(frozen=True)
class Dated:
    """A date of a call; `done`: what it says has happened, however early."""

    title: str
    at: datetime | date | None
    text: str = ""
    done: bool = False


def key_dates(
    call: Call, stages: Sequence[Stage], now: datetime, cancelled_at: datetime | None = None
) -> list[dict[str, Any]]:
    """The dates that matter to an applicant, in order; the first that is still to come is marked. Where there are
    several stages each date says of which it is. Of a call that was cancelled (`cancelled_at`) what happened before,
    and nothing that was planned."""
    cancelled = call.state in states.call.cancelled
    rows = [Dated(_("Published"), call.published_at)]
    for stage in stages:
        of_stage = f"{stage.title}: " if len(stages) > 1 else ""
        own = _until(stage, cancelled_at or now) if cancelled else _dates_of(stage, now)
        rows += [replace(each, title=of_stage + each.title) for each in own]
    if cancelled:
        rows.append(Dated(_("Cancelled"), cancelled_at, call.ended_reason, done=True))
    else:
        rows += [Dated(_("Work starts"), call.starts_on), Dated(_("Work ends"), call.ends_on)]
    items: list[dict[str, Any]] = []
    following = False
    for row in (_not_before(each, call.published_at) for each in rows):
        if row.at is None:
            continue
        past = row.done or (row.at <= now if isinstance(row.at, datetime) else row.at < uk_day(now))
        state = "past" if past else "" if following or call.state in states.call.cancelled else "next"
        following = following or not past
        when = uk_datetime(row.at) if isinstance(row.at, datetime) else uk_date(row.at)
        items.append({"title": row.title, "when": when, "text": row.text, "state": state})
    return items


def _not_before(row: Dated, published_at: datetime | None) -> Dated:
    """A date as it could be: nobody could do anything before the call was there to be read."""
    if isinstance(row.at, datetime) and published_at is not None and row.at < published_at:
        return replace(row, at=published_at)
    return row


def _dates_of(stage: Stage, now: datetime) -> list[Dated]:
    """What is planned of a stage, and once it is told what happened when; of one that was ended before it began, that
    it was."""
    if stage.ended_at is not None:
        return [Dated(_("Does not take place"), stage.ended_at, stage.ended_reason, done=True)]
    nouns = capitalised(stage.nouns)
    begins = (
        _("From then on you can write and submit %(a_noun)s.", a_noun=rules.with_article(stage.noun))
        if stage.number == 1
        else _("From then on those who went on to this stage can write and submit theirs.")
    )
    closing = _(
        "%(nouns)s that arrive at this instant or later cannot be accepted. You can change and submit again "
        "until then.",
        nouns=nouns,
    )
    rows = [
        Dated(_("Opens"), stage.opens_at, begins),
        *([Dated(_("Questions are taken until"), stage.ask_by)] if stage.ask_by is not None else []),
        Dated(_("Closes"), stage.closes_at, closing),
    ]
    if stage.told_at is not None and stage.told_at <= now:
        return [*rows, *_happened(stage)]
    return [
        *rows,
        _readable(stage),
        *([Dated(_("Teams choose their time until"), stage.choose_by)] if stage.presents else []),
        Dated(_("Marks are due"), stage.assess_by, done=stage.marks_locked_at is not None),
        Dated(_("Decision"), stage.decide_by, _("All applicants are told at the same time.")),
    ]


def _until(stage: Stage, at: datetime) -> list[Dated]:
    """What had happened in a stage when its call was cancelled."""
    rows = [Dated(_("Opened"), stage.opens_at), Dated(_("Closed"), stage.closes_at), *_happened(stage)]
    known = [replace(each, done=True) for each in rows if isinstance(each.at, datetime) and each.at <= at]
    return known if stage.ended_at is None else []


def _readable(stage: Stage) -> Dated:
    """From when what was sent can be read, and by whom."""
    nouns, at = capitalised(stage.nouns), stages_queries.closes_with_hold(stage)
    if not stage.sealed:
        return Dated(
            _("%(nouns)s can be read", nouns=nouns),
            at,
            _("They are read from the closing on: there is no holding time, and no two people open them."),
            done=stage.opened,
        )
    return Dated(
        _("%(nouns)s can be opened", nouns=nouns),
        at,
        _("By two people together; nobody can read them before."),
        done=stage.opened,
    )


def _happened(stage: Stage) -> list[Dated]:
    """What followed the closing of a stage that is told, each at the instant at which it was done."""
    nouns = capitalised(stage.nouns)
    opened = (
        Dated(_("%(nouns)s were opened", nouns=nouns), stage.opened_at, _("By two people together."), done=True)
        if stage.sealed
        else Dated(_("%(nouns)s could be read", nouns=nouns), stage.closes_at, done=True)
    )
    return [
        *([opened] if stage.collects else []),
        Dated(_("Assessors were done"), stage.marks_locked_at, done=True),
        Dated(_("Told"), stage.told_at, _("All applicants were told at the same time."), done=True),
    ]


def address(call: Call) -> str:
    return url_for("calls.show", ref=call.ref)
