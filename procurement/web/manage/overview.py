"""The page of one call: where it is on its way, what is to be done next and where."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import assessment as assessment_queries
from procurement.queries import awards as awards_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import invitations as invitations_queries
from procurement.queries import moderation as moderation_queries
from procurement.queries import notices as notices_queries
from procurement.queries import opening as opening_queries
from procurement.queries import requests as requests_queries
from procurement.queries import slots as slots_queries
from procurement.queries import stages as stages_queries
from procurement.queries import windows as windows_queries
from procurement.rules.dates import uk_day
from procurement.rules.statuses import CallStatus
from procurement.web.context import now
from procurement.web.filters import uk_date, uk_datetime
from procurement.web.manage.places import of_stage
from workflows.catalogue import states
from workflows.engine import phase

ASSESSED = (*states.stage.assessing, *states.stage.moderating)


@dataclass(frozen=True)
class Next:
    """What the call waits for, in a sentence, and the page on which it is done (none where only time passes)."""

    text: str
    press: str = ""
    href: str = ""
    title: str = ""  # of the stage, where several run


@dataclass(frozen=True)
class Standing:
    """The staff's word for where a call is: the key of a state, or of what the clock makes of one, and whose."""

    of: str
    key: str


def newest(stages: Sequence[Stage]) -> Stage:
    """The stage that a call has come to: every call has one."""
    found = stages_queries.newest(stages)
    if found is None:
        raise LookupError("a call without a stage")
    return found


def stands(call: Call, stages: Sequence[Stage]) -> Standing:
    """Of its own state, or while it is published of the stage that it has come to."""
    stage = newest(stages)
    if call.state not in states.call.published:
        return Standing("call", call.state)
    if stage.state in states.stage.collecting:
        return Standing("stage", phase(stage.opens_at, stage.closes_at, now()))
    if stage.state in states.stage.told and windows_queries.ahead(stages):
        return Standing("stage", CallStatus.UPCOMING)
    if stage.state in states.stage.told:
        return Standing("call", CallStatus.DECIDED)
    return Standing("stage", stage.state)


@dataclass(frozen=True)
class InStrip:
    """One window of a call: where it stands, what it may cost, and the page of its stage once it has begun."""

    window: windows_queries.Window
    standing: Standing
    budget: Decimal
    href: str


def strip(call: Call, stages: Sequence[Stage]) -> list[InStrip]:
    """The windows of a call, where it has several. Its stages have their lots."""
    found = []
    for window in windows_queries.windows_of(stages):
        here = newest(window.stages)
        budget = sum((row.money for row in here.lots), Decimal(0))
        page = of_stage("manage_progress.show" if here.opened else "manage_opening.show", here) if window.begun else ""
        found.append(InStrip(window, stands(call, window.stages), budget, page))
    return found if any(each.window.number > 1 for each in found) else []


def steps(call: Call, stage: Stage) -> list[dict[str, str]]:
    """Where the call is on its way, through the stage that it has come to; nothing for one that was cancelled, which
    goes no further."""
    if call.state in states.call.cancelled:
        return []
    published = call.published_at is not None
    collecting = stage.state in states.stage.collecting
    closed = collecting and CallStatus(phase(stage.opens_at, stage.closes_at, now())) is CallStatus.CLOSED
    way: list[tuple[str, datetime | None, bool, bool]] = [
        (_("Written"), None, call.state in states.call.editable, True),
        (_("Reviewed"), None, call.state in states.call.under_review, True),
        (_("Published"), call.published_at, published and collecting and not closed, True),
        (_("Closed"), stage.closes_at, published and closed, stage.collects),
        (_("Opened"), stage.opened_at, stage.state in states.stage.checking, stage.collects),
        (_("Assessed"), None, stage.state in ASSESSED, stage.assesses),
        (_("Moderated"), None, stage.state in states.stage.moderating, stage.moderates and not stage.assesses),
        (_("Decided"), stage.told_at, stage.state in (*states.stage.deciding, *states.stage.decided), True),
        (_("Concluded"), None, call.state in states.call.concluded, True),
    ]
    own = [(words, at, here) for words, at, here, there in way if there]
    place = max((number for number, (_words, _at, here) in enumerate(own) if here), default=0)
    return [
        {
            "text": words,
            "when": uk_date(at).partition(" ")[2],  # eight in a row: no room for weekdays
            "state": "done" if number < place else "current" if number == place else "later",
        }
        for number, (words, at, _here) in enumerate(own)
    ]


def stage_steps(stages: Sequence[Stage]) -> list[dict[str, str]]:
    """The stages of the window that a call has come to, with the day on which each was told or is to be decided; none
    where it has one alone."""
    here = newest(stages)
    own = [stage for stage in stages if stage.window == here.window]
    if own == [here] or here.call.published_at is None:
        return []
    return [
        {
            "text": stage.title,
            "when": _day_of(stage),
            "state": "done" if stage.told_at else "current" if stage.started_at else "later",
        }
        for stage in own
    ]


@dataclass(frozen=True)
class Invited:
    """Who was invited to assess a stage, in counts, and the page that names them."""

    stage: Stage
    counts: invitations_queries.Counts
    href: str


def invited(session: Session, stages: Sequence[Stage]) -> list[Invited]:
    """Of each stage to which somebody is invited to assess, while its marks are not locked."""
    going = [stage for stage in stages if invitations_queries.is_inviting(stage.call, stage)]
    found = invitations_queries.counts_of(session, [stage.id for stage in going], uk_day(now())) if going else {}
    return [
        Invited(stage, found[stage.id], of_stage("manage_invitations.show", stage))
        for stage in going
        if stage.id in found
    ]


def _day_of(stage: Stage) -> str:
    if stage.told_at is not None:
        return _("told %(day)s", day=uk_date(stage.told_at).partition(" ")[2])
    if stage.started_at is None and stage.opens_at is not None:
        return _("opens %(day)s", day=uk_date(stage.opens_at).partition(" ")[2])
    if stage.decide_by is not None:
        return _("decision by %(day)s", day=uk_date(stage.decide_by).partition(" ")[2])
    return ""


def next_steps(session: Session, call: Call, stages: Sequence[Stage]) -> list[Next]:
    """What has to happen before the call goes on, in each stage that runs; a few counts, however large it is."""
    if call.state not in states.call.published:
        return []
    running = [stage for stage in stages if stage.state in states.stage.live and not stages_queries.is_idle(stage)]
    found = [(stage, step) for stage in running if (step := _in(session, stage)) is not None]
    if not running:
        last, ahead = newest(stages), windows_queries.ahead(stages)
        found = [(last, _before_the_opening(ahead[0]) if ahead else _before_the_end(session, call, last))]
    return [replace(step, title=stage.title if len(found) > 1 else "") for stage, step in found]


def _in(session: Session, stage: Stage) -> Next | None:
    """What a stage that runs waits for."""
    if stage.state in states.stage.collecting:
        return _before_the_opening(stage)
    if stage.state in states.stage.checking:
        return _before_the_assessment(session, stage)
    if stage.state in states.stage.assessing:
        return _before_the_lock(session, stage)
    if stage.state in states.stage.moderating:
        return _before_the_close(session, stage)
    if stage.state in states.stage.deciding:
        return _before_the_approval(session, stage)
    if stage.state in states.stage.untold:
        return Next(
            _("The decisions are approved. Every applicant is told at one instant."),
            _("Tell applicants"),
            of_stage("manage_outcomes.dry_run", stage),
        )
    return None


def _before_the_opening(stage: Stage) -> Next:
    assert stage.opens_at is not None and stage.closes_at is not None  # noqa: PT018, S101  (published)
    holds = stages_queries.closes_with_hold(stage)
    if now() < stage.opens_at:
        return Next(_("It opens by itself on %(when)s.", when=uk_datetime(stage.opens_at)))
    if now() < stage.closes_at:
        return Next(_("It takes %(nouns)s until %(when)s.", nouns=stage.nouns, when=uk_datetime(stage.closes_at)))
    if not stage.sealed:
        return Next(_("It has closed. The %(nouns)s are read from now on.", nouns=stage.nouns))
    if holds is not None and now() < holds:
        words = _(
            "It has closed. Two people can open the %(nouns)s from %(when)s.",
            nouns=stage.nouns,
            when=uk_datetime(holds),
        )
        return Next(words)
    waits = _("The holding time is over: two people open the %(nouns)s.", nouns=stage.nouns)
    button = _("Open the %(nouns)s", nouns=stage.nouns)
    return Next(waits, button, of_stage("manage_opening.show", stage))


def _before_the_assessment(session: Session, stage: Stage) -> Next:
    undecided, href = opening_queries.undecided(session, stage.id), of_stage("manage_bids.index", stage)
    if undecided:
        return Next(
            ngettext(
                "%(num)s %(noun)s still needs a decision on whether it is eligible.",
                "%(num)s %(nouns)s still need a decision on whether they are eligible.",
                undecided,
                noun=stage.noun,
                nouns=stage.nouns,
            ),
            _("Go to the %(nouns)s", nouns=stage.nouns),
            href,
        )
    if waiting := requests_queries.count_open_in(session, stage.id, now()):
        waits = ngettext(
            "%(num)s request to an applicant can still be answered.",
            "%(num)s requests to applicants can still be answered.",
            waiting,
        )
        return Next(waits, _("See the requests"), of_stage("manage_requests.of_stage", stage))
    ready = _("Every %(noun)s is decided on. The assessment can begin.", noun=stage.noun)
    return Next(ready, _("Go to the %(nouns)s", nouns=stage.nouns), href)


def _before_the_lock(session: Session, stage: Stage) -> Next:
    progress = assessment_queries.progress_of(session, stage)
    if progress.readers_missing:
        return Next(
            ngettext(
                "%(num)s %(noun)s has too few assessors.",
                "%(num)s %(nouns)s have too few assessors.",
                progress.readers_missing,
                noun=stage.noun,
                nouns=stage.nouns,
            ),
            _("Ask assessors"),
            of_stage("manage_assessors.matrix", stage),
        )
    page = of_stage("manage_progress.show", stage)
    if progress.scorecards_due:
        waits = ngettext(
            "%(num)s scorecard is not in yet.", "%(num)s scorecards are not in yet.", progress.scorecards_due
        )
        return Next(waits, _("See the progress"), page)
    if unnoted := slots_queries.attendance_missing(session, stage):
        waits = ngettext(
            "For %(num)s team it is not noted whether it came.",
            "For %(num)s teams it is not noted whether they came.",
            unnoted,
        )
        return Next(waits, _("Go to the times"), of_stage("manage_slots.show", stage))
    if reviews := requests_queries.reviews_waiting(session, stage.id):
        waits = ngettext("%(num)s review waits for an answer.", "%(num)s reviews wait for an answer.", reviews)
        return Next(waits, _("See the requests"), of_stage("manage_requests.of_stage", stage))
    return Next(_("Every scorecard is in. The marks can be locked."), _("Lock the marks"), page)


def _before_the_close(session: Session, stage: Stage) -> Next:
    left = len(moderation_queries.queue_of(session, stage.call, stage).open)
    if left:
        waits = ngettext("%(num)s difference is open.", "%(num)s differences are open.", left)
        return Next(waits, _("Go to the moderation"), of_stage("manage_moderation.show", stage))
    settled = _("Everything that the assessors differed in is settled. The moderation can be closed.")
    return Next(settled, _("Close the moderation"), of_stage("manage_moderation.dry_run", stage))


def _before_the_approval(session: Session, stage: Stage) -> Next:
    undecided = decisions_queries.count_undecided(session, stage.id)
    if undecided:
        return Next(
            ngettext(
                "%(num)s %(noun)s has no decision yet.",
                "%(num)s %(nouns)s have no decision yet.",
                undecided,
                noun=stage.noun,
                nouns=stage.nouns,
            ),
            _("Look at the ranking"),
            of_stage("manage_ranking.show", stage),
        )
    return Next(
        _(
            "Every %(noun)s has a proposal. An approver who proposed none of it approves all of it at once.",
            noun=stage.noun,
        ),
        _("Go to the decisions"),
        of_stage("manage_decisions.index", stage),
    )


def _before_the_end(session: Session, call: Call, stage: Stage) -> Next:
    awards = of_stage("manage_outcomes.show", stage)
    unsettled = awards_queries.unsettled(session, call.id)
    if unsettled and awards_queries.needs_notice(call):
        notices = awards_queries.notices_of(session, call)
        notice = notices.newest
        if notice is None or notices.open is not None or notices_queries.awards_on_notice(session, call):
            return Next(
                _("The standstill begins when the contract award notice is published on Find a Tender."),
                _("Go to the notice"),
                of_stage("manage_notices.show", stage),
            )
        if notice.standstill_ends_at is not None and now() < notice.standstill_ends_at:
            ends = uk_datetime(notice.standstill_ends_at)
            return Next(_("The standstill ends on %(when)s.", when=ends), _("See the awards"), awards)
    if unsettled:
        return Next(
            ngettext(
                "%(num)s award has not been answered yet.", "%(num)s awards have not been answered yet.", unsettled
            ),
            _("See the awards"),
            awards,
        )
    return Next(_("Every award is answered. The call can be concluded."), _("Conclude the call"), awards)
