"""The page of one call: where it is on its way, what is to be done next and where, and its other pages."""

from dataclasses import dataclass
from datetime import timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from procurement.models.calls import Call
from procurement.queries import assessment as assessment_queries
from procurement.queries import awards as awards_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import opening as opening_queries
from procurement.rules.calls import status
from procurement.rules.statuses import CallStatus, NoticeStatus
from procurement.web.context import now
from procurement.web.filters import uk_date, uk_datetime
from workflows.catalogue import states


@dataclass(frozen=True)
class Next:
    """What the call waits for, in a sentence, and the page on which it is done (none where only time passes)."""

    text: str
    press: str = ""
    href: str = ""


def stands(call: Call) -> str:
    """The key of the staff's word for where a call is: of its own state, or of the clock's while it is published."""
    if call.state not in states.call.published:
        return call.state
    return status(call.state, call.opens_at, call.closes_at, None, now())


def steps(call: Call) -> list[dict[str, str]]:
    """Where the call is on its way; nothing for one that was cancelled, which goes no further."""
    if call.state in states.call.cancelled:
        return []
    published = call.state in states.call.published
    closed = published and stands(call) == CallStatus.CLOSED
    way = [
        (_("Written"), None, call.state in states.call.editable),
        (_("Reviewed"), None, call.state in states.call.under_review),
        (_("Published"), call.published_at, published and not closed),
        (_("Closed"), call.closes_at, closed),
        (_("Opened"), call.opened_at, call.state in states.call.checking),
        (_("Assessed"), None, call.state in states.call.assessing),
        (_("Decided"), call.told_at, call.state in states.call.ranked),
        (_("Concluded"), None, call.state in states.call.concluded),
    ]
    place = max(number for number, (_words, _at, here) in enumerate(way) if here)
    return [
        {
            "text": words,
            "when": uk_date(at).partition(" ")[2],  # eight in a row: no room for weekdays
            "state": "done" if number < place else "current" if number == place else "later",
        }
        for number, (words, at, _here) in enumerate(way)
    ]


def next_step(session: Session, call: Call) -> Next | None:
    """What has to happen before the call goes on; a few counts, however large the call is."""
    if call.state in states.call.published:
        return _before_the_opening(call)
    if call.state in states.call.checking:
        return _before_the_assessment(session, call)
    if call.state in states.call.assessing:
        return _before_the_lock(session, call)
    if call.state in states.call.deciding:
        return _before_the_approval(session, call)
    if call.state in states.call.settling:
        return _before_the_end(session, call)
    return None


def _before_the_opening(call: Call) -> Next:
    assert call.opens_at is not None and call.closes_at is not None  # noqa: PT018, S101  (published)
    opening = url_for("manage_opening.show", ref=call.ref)
    holds = call.closes_at + timedelta(minutes=call.hold_minutes)
    if now() < call.opens_at:
        return Next(_("It opens by itself on %(when)s.", when=uk_datetime(call.opens_at)))
    if now() < call.closes_at:
        return Next(_("It takes applications until %(when)s.", when=uk_datetime(call.closes_at)))
    if now() < holds:
        return Next(_("It has closed. Two people can open the bids from %(when)s.", when=uk_datetime(holds)))
    return Next(_("The holding time is over: two people open the bids."), _("Open the bids"), opening)


def _before_the_assessment(session: Session, call: Call) -> Next:
    undecided, href = opening_queries.undecided(session, call.id), url_for("manage_bids.index", ref=call.ref)
    if undecided:
        return Next(
            ngettext(
                "%(num)s application still needs a decision on whether it is eligible.",
                "%(num)s applications still need a decision on whether they are eligible.",
                undecided,
            ),
            _("Go to the applications"),
            href,
        )
    return Next(_("Every application is decided on. The assessment can begin."), _("Go to the applications"), href)


def _before_the_lock(session: Session, call: Call) -> Next:
    progress = assessment_queries.progress_of(session, call)
    if progress.readers_missing:
        return Next(
            ngettext(
                "%(num)s application has too few assessors.",
                "%(num)s applications have too few assessors.",
                progress.readers_missing,
            ),
            _("Ask assessors"),
            url_for("manage_assessors.matrix", ref=call.ref),
        )
    page = url_for("manage_progress.show", ref=call.ref)
    if progress.scorecards_due:
        waits = ngettext(
            "%(num)s scorecard is not in yet.", "%(num)s scorecards are not in yet.", progress.scorecards_due
        )
        return Next(waits, _("See the progress"), page)
    return Next(_("Every scorecard is in. The marks can be locked."), _("Lock the marks"), page)


def _before_the_approval(session: Session, call: Call) -> Next:
    undecided = decisions_queries.count_undecided(session, call.id)
    if undecided:
        return Next(
            ngettext(
                "%(num)s application has no decision yet.", "%(num)s applications have no decision yet.", undecided
            ),
            _("Look at the ranking"),
            url_for("manage_ranking.show", ref=call.ref),
        )
    return Next(
        _("Every application has a proposal. An approver who proposed none of it approves all of it at once."),
        _("Go to the decisions"),
        url_for("manage_decisions.index", ref=call.ref),
    )


def _before_the_end(session: Session, call: Call) -> Next:
    awards = url_for("manage_outcomes.show", ref=call.ref)
    if call.told_at is None:
        return Next(
            _("The decisions are approved. Every applicant is told at one instant."),
            _("Tell applicants"),
            url_for("manage_outcomes.dry_run", ref=call.ref),
        )
    unsettled = awards_queries.unsettled(session, call.id)
    if unsettled and awards_queries.needs_notice(call):
        notice = awards_queries.find_notice(session, call.id)
        if notice is None or notice.state == NoticeStatus.DRAFT:
            return Next(
                _("The standstill begins when the contract award notice is published."),
                _("Go to the notice"),
                url_for("manage_notices.show", ref=call.ref),
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


def places(call: Call) -> list[tuple[str, str, str]]:
    """The pages of this call that have something on them now, in the words of their tabs: (text, address, what for)."""
    ranked, published = call.state in states.call.ranked, call.published_at is not None
    decided = call.state in states.call.decided
    found = [
        ("manage_calls.review", _("The whole call"), _("Everything that it says, and who wrote it"), True),
        (
            "manage_opening.show",
            _("Opening"),
            _("Counts, and the two people who open the bids"),
            published and (call.opened or call.state not in states.call.cancelled),
        ),
        ("manage_bids.index", _("Applications"), _("The bids, and whether they are eligible"), call.opened),
        ("manage_assessors.matrix", _("Who reads what"), _("Assessors and conflicts"), call.opened),
        ("manage_progress.show", _("Progress"), _("Which scorecards are in, and who is late"), call.opened),
        ("manage_ranking.show", _("Ranking"), _("Totals and the budget line"), ranked),
        ("manage_decisions.index", _("Decisions"), _("Proposed, and approved by somebody else"), ranked),
        ("manage_outcomes.dry_run", _("Tell applicants"), _("Letters, and the instant at which all are told"), decided),
        (
            "manage_notices.show",
            _("Award notice"),
            _("The contract award notice and its standstill"),
            decided and awards_queries.needs_notice(call),
        ),
        ("manage_outcomes.show", _("Awards"), _("Confirmed, accepted or refused"), decided),
        ("manage_documents.show", _("Documents"), _("Receipts, records and letters of this call"), call.opened),
        ("manage_history.show", _("History"), _("Who did what, and when"), True),
    ]
    return [(text, url_for(page, ref=call.ref), hint) for page, text, hint, there in found if there]
