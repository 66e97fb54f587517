"""What some events say beyond their name: which decision, from when to when a date moved, what was found."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from flask_babel import gettext as _

from procurement.models.history import Event
from procurement.rules import checks, disqualification
from procurement.rules.amendments import WORDS
from procurement.rules.invitations import InvitationStatus
from procurement.rules.money import format_pounds
from procurement.rules.numbers import whole_number
from procurement.rules.statuses import Outcome
from procurement.web.filters import sentence
from procurement.web.manage.edit_words import edited
from workflows.facts import Sentence, shown

EDITED = "call.edit"
_STOOD = {
    InvitationStatus.WAITING: Sentence("no answer"),
    InvitationStatus.OVERDUE: Sentence("no answer in time"),
    InvitationStatus.ACCEPTED: Sentence("yes"),
    InvitationStatus.DECLINED: Sentence("no"),
    InvitationStatus.WITHDRAWN: Sentence("taken back"),
}
LOOKED_UP = "entry.record_check"
RULED_OUT = (
    "entry.propose_disqualification",
    "entry.send_back_disqualification",
    "entry.take_back_disqualification",
    "entry.approve_disqualification",
    "entry.disqualify",
)


def proposed(event: Event) -> str:
    """Which decision was proposed, with its amount since events keep it."""
    amount = event.data.get("amount")
    if amount:
        return _("Proposed to fund it with %(amount)s", amount=format_pounds(Decimal(amount)))
    said = {
        Outcome.FUND: _("Proposed to fund it"),
        Outcome.ADVANCE: _("Proposed that it goes on"),
        Outcome.RESERVE: _("Proposed to hold it in reserve"),
        Outcome.DECLINE: _("Proposed to decline it"),
    }
    return said.get(event.data.get("outcome", ""), _("Proposed a decision"))


def moved(event: Event) -> str:
    """Which dates of a stage moved, from when to when."""
    dates, before, after = (event.data.get(name, []) for name in ("dates", "before", "after"))
    lines = [
        _("%(date)s: from %(before)s to %(after)s", date=sentence(WORDS[name]), before=_day(old), after=_day(new))
        for name, old, new in zip(dates, before, after, strict=False)
    ]
    return _("Moved the dates of a stage") + (f" – {'; '.join(lines)}" if lines else "")


def looked_up(event: Event) -> str:
    """What was looked up of a bid, and what was found."""
    kind, finding = event.data.get("kind", ""), event.data.get("finding", "")
    if kind not in set(checks.CheckKind) or finding not in set(checks.Finding):
        return _("Recorded what was looked up")
    return _(
        "Looked up: %(kind)s. %(finding)s",
        kind=sentence(checks.KINDS[checks.CheckKind(kind)]),
        finding=sentence(checks.FINDINGS[checks.Finding(finding)]),
    )


def invited(event: Event, person: str) -> str:
    """What became of the invitation of a person to assess a stage, from what to what."""
    before = event.data.get("before", "")
    stood = sentence(_STOOD[InvitationStatus(before)]) if before in set(InvitationStatus) else ""
    said = {
        "stage.accept_invitation": _("Said yes to the invitation to assess, before: %(before)s", before=stood),
        "stage.decline_invitation": _("Said no to the invitation to assess, before: %(before)s", before=stood),
        "stage.withdraw_invitation": _(
            "Withdrew the invitation to assess of %(person)s, before: %(before)s", person=person, before=stood
        ),
        "stage.declare_for_stage": _("Declared interests in who applied, to assess the stage"),
    }
    if event.tag in said:
        return said[event.tag]
    return _("Invited %(person)s to assess, to answer by %(day)s", person=person, day=_day(event.data["answer_by"]))


def ruled_out(event: Event) -> str:
    """What was proposed or decided about an application that takes no part any more: it was disqualified, or a tender
    disregarded, by the ground."""
    if not disqualification.disregards(event.data.get("ground", "")):
        return {
            "entry.propose_disqualification": _("Proposed to disqualify"),
            "entry.send_back_disqualification": _("Sent back: whether to disqualify"),
            "entry.take_back_disqualification": _("Took back the proposal to disqualify"),
            "entry.approve_disqualification": _("Disqualified, in the stage that it had come to"),
        }.get(event.tag, _("Disqualified"))
    return {
        "entry.propose_disqualification": _("Proposed to disregard the tender"),
        "entry.send_back_disqualification": _("Sent back: whether to disregard the tender"),
        "entry.take_back_disqualification": _("Took back the proposal to disregard the tender"),
        "entry.approve_disqualification": _("Disregarded the tender, in the stage that it had come to"),
    }.get(event.tag, _("Disregarded the tender"))


def note_of(event: Event) -> str:
    """The words beside an event. Those of a look-up are kept as fields, so that their digest can be proved."""
    text = "" if event.note is None else event.note.text
    if event.tag == EDITED:
        return edited(text)
    if event.tag in RULED_OUT and (ground := disqualification.GROUNDS.get(event.data.get("ground", ""))) is not None:
        return f"{sentence(ground)}\n{text}"
    return " · ".join(_fields(json.loads(text))) if event.tag == LOOKED_UP and text else text


def _fields(said: dict[str, str]) -> Iterator[str]:
    if said["about"]:
        yield said["about"]
    if said["tie"] in set(checks.Tie):
        yield sentence(checks.TIES[checks.Tie(said["tie"])])
    if said["ground"] in checks.GROUNDS:
        yield sentence(checks.GROUNDS[said["ground"]])
    if said["in_date_until"]:
        yield _("in date until %(day)s", day=shown(date.fromisoformat(said["in_date_until"])))
    yield from (said[name] for name in ("source", "note") if said[name])


def _day(text: str) -> str:
    """A day or an instant, as an event keeps it."""
    if not text:
        return _("no date")
    if whole_number(text) is not None:
        return text
    return shown(datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text))


def words_of_moves(noun: str) -> dict[str, str]:
    """What a move did, once it is made: its title is the words of the button."""
    return {
        "call.send_for_review": _("Sent the call for review"),
        "call.send_back": _("Sent the call back"),
        "call.approve": _("Approved the call"),
        "stage.open": _("Opened the bids"),
        "stage.begin_assessment": _("Began the assessment"),
        "stage.lock_marks": _("Locked the marks"),
        "stage.close_moderation": _("Closed the moderation"),
        "stage.reopen_moderation": _("Opened the moderation again"),
        "stage.decide": _("Approved the decisions"),
        "call.conclude": _("Concluded the call"),
        "call.cancel": _("Cancelled the call"),
        "entry.submit": _("Submitted the %(noun)s", noun=noun),
        "entry.reopen": _("Began to change the %(noun)s", noun=noun),
        "entry.keep": _("Kept the submitted version"),
        "entry.withdraw": _("Withdrew the %(noun)s", noun=noun),
        "entry.restart": _("Started again"),
        "entry.lapse": _("Ended without submission"),
        "entry.revive": _("Became a draft again: the closing was moved"),
        "entry.disqualify": _("Disqualified"),
        "entry.open": _("Opened the bid"),
        "entry.find_eligible": _("Found eligible"),
        "entry.find_ineligible": _("Found not eligible"),
        "entry.reinstate": _("Let in again by a review"),
        "entry.recommend": _("Recommended"),  # until there were stages
        "entry.advance": _("Goes on"),
        "entry.hold_in_reserve": _("Held in reserve"),
        "entry.promote": _("Promoted from the reserve"),
        "entry.release": _("Its reserve has ended"),
        "entry.decline": _("Declined"),
        "entry.award": _("Awarded"),
        "entry.accept": _("Accepted by the applicant"),
        "entry.refuse": _("Refused by the applicant"),
        "assignment.accept": _("Agreed to assess"),
        "assignment.decline": _("Declined to assess"),
        "assignment.declare_conflict": _("Declared a conflict of interest"),
        "assignment.submit": _("Submitted the scorecard"),
        "assignment.return": _("Returned the scorecard"),
        "assignment.lock": _("Locked the scorecard"),
        "assignment.remove": _("Took the assignment away"),
        "assignment.end": _("Ended the assignment"),
        "award.approve": _("Approved the award"),
        "award.drop": _("Dropped the award"),
        "award.tell": _("Told the outcome"),
        "award.confirm": _("Confirmed the award"),
        "award.accept": _("Accepted the award"),
        "award.refuse": _("Refused the award"),
        "award.lapse": _("The award ended: its applicant was disqualified"),
        "award.expire": _("The award ended: nobody answered by the date"),
    }
