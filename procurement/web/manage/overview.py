"""The page of one call: where it is on its way, what is to be done next and where, and its other pages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import assessment as assessment_queries
from procurement.queries import awards as awards_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import moderation as moderation_queries
from procurement.queries import opening as opening_queries
from procurement.queries import slots as slots_queries
from procurement.queries import stages as stages_queries
from procurement.rules.statuses import CallStatus, NoticeStatus
from procurement.web.context import now
from procurement.web.filters import capitalised, uk_date, uk_datetime
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
    if stage.state in states.stage.told:
        return Standing("call", CallStatus.DECIDED)
    return Standing("stage", stage.state)


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


def next_steps(session: Session, call: Call, stages: Sequence[Stage]) -> list[Next]:
    """What has to happen before the call goes on, in each stage that runs; a few counts, however large it is."""
    if call.state not in states.call.published:
        return []
    running = [stage for stage in stages if stage.state in states.stage.live]
    found = [(stage, step) for stage in running if (step := _in(session, stage)) is not None]
    if not running:
        last = newest(stages)
        found = [(last, _before_the_end(session, call, last))]
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
            _page("manage_outcomes.dry_run", stage),
        )
    return None


def _page(endpoint: str, stage: Stage) -> str:
    return url_for(endpoint, ref=stage.call.ref, stage=stage.key)


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
        return Next(_("It has closed. Two people can open the bids from %(when)s.", when=uk_datetime(holds)))
    waits = _("The holding time is over: two people open the bids.")
    return Next(waits, _("Open the bids"), _page("manage_opening.show", stage))


def _before_the_assessment(session: Session, stage: Stage) -> Next:
    undecided, href = opening_queries.undecided(session, stage.id), _page("manage_bids.index", stage)
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
            _page("manage_assessors.matrix", stage),
        )
    page = _page("manage_progress.show", stage)
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
        return Next(waits, _("Go to the times"), _page("manage_slots.show", stage))
    return Next(_("Every scorecard is in. The marks can be locked."), _("Lock the marks"), page)


def _before_the_close(session: Session, stage: Stage) -> Next:
    left = len(moderation_queries.queue_of(session, stage.call, stage).open)
    if left:
        waits = ngettext("%(num)s difference is open.", "%(num)s differences are open.", left)
        return Next(waits, _("Go to the moderation"), _page("manage_moderation.show", stage))
    settled = _("Everything that the assessors differed in is settled. The moderation can be closed.")
    return Next(settled, _("Close the moderation"), _page("manage_moderation.dry_run", stage))


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
            _page("manage_ranking.show", stage),
        )
    return Next(
        _(
            "Every %(noun)s has a proposal. An approver who proposed none of it approves all of it at once.",
            noun=stage.noun,
        ),
        _("Go to the decisions"),
        _page("manage_decisions.index", stage),
    )


def _before_the_end(session: Session, call: Call, stage: Stage) -> Next:
    awards = _page("manage_outcomes.show", stage)
    unsettled = awards_queries.unsettled(session, call.id)
    if unsettled and awards_queries.needs_notice(call):
        notice = awards_queries.find_notice(session, call.id)
        if notice is None or notice.state == NoticeStatus.DRAFT:
            return Next(
                _("The standstill begins when the contract award notice is published."),
                _("Go to the notice"),
                _page("manage_notices.show", stage),
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


Place = tuple[str, str, str]


def places(call: Call, stages: Sequence[Stage]) -> list[tuple[str, list[Place]]]:
    """The pages of this call that have something on them now, in the words of their tabs: (text, address, what for).

    Those of each stage that has begun stand under its title, where there are several.
    """
    whole = (
        _("The whole call"),
        url_for("manage_calls.review", ref=call.ref),
        _("Everything that it says, and who wrote it"),
    )
    history = _("History"), url_for("manage_history.show", ref=call.ref), _("Who did what, and when")
    of_stages = [(stage.title, _places_of(call, stage)) for stage in stages if stage.started_at is not None]
    if call.published_at is not None:  # a panel has its chair before its stage begins
        of_stages += [(each.title, [_panel(each)]) for each in stages if each.started_at is None and each.moderates]
    if len(stages) > 1:
        return [(_("This call"), [whole, history]), *of_stages]
    return [(_("This call"), [whole, *(place for _title, own in of_stages for place in own), history])]


def _places_of(call: Call, stage: Stage) -> list[Place]:
    going = call.state not in states.call.cancelled
    ranked, decided = going and stage.state in states.stage.ranked, going and stage.state in states.stage.decided
    marking = stage.opened and stage.assesses
    found = [
        (
            "manage_opening.show",
            _("Opening"),
            _("Counts, and the two people who open the bids") if stage.sealed else _("How many were submitted"),
            stage.collects and (stage.opened or going),
        ),
        ("manage_bids.index", capitalised(stage.nouns), _("The bids, and whether they are eligible"), stage.opened),
        ("manage_assessors.matrix", _("Who reads what"), _("Assessors and conflicts"), marking),
        ("manage_progress.show", _("Progress"), _("Which scorecards are in, and who is late"), marking),
        (
            "manage_slots.show",
            _("Times"),
            _("When and where teams present, and who came"),
            stage.presents and stage.started_at is not None,
        ),
        ("manage_moderation.show", _("Moderation"), _("What the assessors differ in"), ranked and stage.moderates),
        ("manage_ranking.show", _("Ranking"), _("Totals and the budget line"), ranked),
        ("manage_decisions.index", _("Decisions"), _("Proposed, and approved by somebody else"), ranked),
        ("manage_outcomes.dry_run", _("Tell applicants"), _("Letters, and the instant at which all are told"), decided),
        (
            "manage_reserve.show",
            _("Reserve"),
            _("Who is next if somebody drops out"),
            decided and stage.told_at is not None,
        ),
        (
            "manage_notices.show",
            _("Award notice"),
            _("The contract award notice and its standstill"),
            decided and stage.awards and awards_queries.needs_notice(call),
        ),
        ("manage_outcomes.show", _("Awards"), _("Confirmed, accepted or refused"), decided and stage.awards),
        ("manage_documents.show", _("Documents"), _("Receipts, records and letters of this call"), stage.opened),
    ]
    shown = [(text, _page(page, stage), hint) for page, text, hint, there in found if there]
    return [*shown, _panel(stage)] if stage.moderates else shown


def _panel(stage: Stage) -> Place:
    return _("Panel"), _page("manage_panels.show", stage), _("Who settles what the assessors differ in, and when")
