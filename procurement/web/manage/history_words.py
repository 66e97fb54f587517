"""What some events say beyond their name: which decision, from when to when a date moved, what was found."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from flask_babel import gettext as _

from procurement.models.history import Event
from procurement.queries.history import EDITED, About
from procurement.rules import checks, disqualification
from procurement.rules.amendments import WORDS
from procurement.rules.invitations import InvitationStatus
from procurement.rules.money import format_pounds
from procurement.rules.numbers import whole_number
from procurement.rules.statuses import Ending, Outcome
from procurement.web.filters import sentence
from procurement.web.parts.edit_words import edited
from workflows.facts import Sentence, shown

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
        return _("Proposed to award it %(amount)s", amount=format_pounds(Decimal(amount)))
    said = {
        Outcome.FUND: _("Proposed to award it"),
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


def words_of_amending(event: Event) -> dict[str, str]:
    """What became of an amendment of the call."""
    version = event.data.get("version", "")
    return {
        "call.begin_amendment": _("Began an amendment"),
        "call.propose_amendment": _("Sent the amendment to an approver"),
        "call.send_back_amendment": _("Sent the amendment back"),
        "call.take_back_amendment": _("Took the amendment back"),
        "call.amend": _("Published the amendment: version %(number)s of the call", number=version),
        "entry.confirm_answer": _("Confirmed an answer after an amendment"),
    }


CORRECTED = (
    "entry.propose_correction",
    "entry.send_back_correction",
    "entry.take_back_correction",
    "entry.correct_mark",
)


def corrected(event: Event, about: About) -> dict[str, str]:
    """What became of the correction of a mark, from what to what; not to whoever must know nothing of the bid."""
    if event.data.get("correction") is None or "criterion" not in event.data:
        return {"entry.withdraw_decision": _("Withdrew a decision, since a mark was corrected")}
    if about.is_kept(event):
        return dict.fromkeys(CORRECTED, _("Something about the correction of a mark"))
    given = {name: event.data[name] for name in ("before", "after")}
    given["criterion"] = about.name("criterion", str(event.data["criterion"]))
    return {
        "entry.propose_correction": _(
            "Proposed to correct a mark for “%(criterion)s”: from %(before)s to %(after)s", **given
        ),
        "entry.send_back_correction": _(
            "Sent back: whether to correct a mark for “%(criterion)s” from %(before)s to %(after)s", **given
        ),
        "entry.take_back_correction": _(
            "Took back the proposal to correct a mark for “%(criterion)s” from %(before)s to %(after)s", **given
        ),
        "entry.correct_mark": _("Corrected a mark for “%(criterion)s”: from %(before)s to %(after)s", **given),
    }


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
    """What was proposed or decided about an application that takes no part any more: it was disqualified, its supplier
    excluded, or a tender disregarded, by the ground."""
    ground = event.data.get("ground", "")
    if disqualification.ENDINGS.get(ground) == Ending.EXCLUDED:
        return {
            "entry.propose_disqualification": _("Proposed to exclude"),
            "entry.send_back_disqualification": _("Sent back: whether to exclude"),
            "entry.take_back_disqualification": _("Took back the proposal to exclude"),
            "entry.approve_disqualification": _("Excluded, in the stage that it had come to"),
        }.get(event.tag, _("Excluded"))
    if not disqualification.disregards(ground):
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


def settled(event: Event, about: About) -> str:
    """What a panel settled of one criterion, from what to what."""
    if event.tag not in ("entry.agree_mark", "entry.leave_marks"):
        return ""
    if about.is_kept(event):
        return _("Settled what the assessors differed in")
    criterion, before, after = (str(event.data[name]) for name in ("criterion", "before", "after"))
    named = about.name("criterion", criterion)
    if event.tag == "entry.leave_marks":
        return _("Left the marks for “%(criterion)s” as they are: %(after)s", criterion=named, after=after)
    return _(
        "Agreed on a mark for “%(criterion)s”: from %(before)s to %(after)s",
        criterion=named,
        before=before,
        after=after,
    )


def note_of(event: Event, about: About) -> str:
    """The words beside an event. Those of a look-up are kept as fields, so that their digest can be proved."""
    text = "" if event.note is None else event.note.text
    if event.tag in EDITED:
        return edited(text, about.name)
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


def words_of_moves(noun: str, nouns: str) -> dict[str, str]:
    """What a move did, once it is made: its title is the words of the button."""
    return {
        "call.send_for_review": _("Sent the call for review"),
        "call.send_back": _("Sent the call back"),
        "call.approve": _("Approved the call"),
        "stage.open": _("Opened the %(nouns)s", nouns=nouns),
        "stage.note_outage": _("The service could not be reached before the closing"),
        "stage.let_closing_stand": _("Let the closing stand in spite of an outage"),
        "stage.begin_assessment": _("Began the assessment"),
        "stage.lock_marks": _("Locked the marks"),
        "stage.close_moderation": _("Closed the moderation"),
        "stage.reopen_moderation": _("Opened the moderation again"),
        "stage.decide": _("Approved the decisions"),
        "stage.reopen_decisions": _("Took the decisions up again: a mark was corrected"),
        "call.conclude": _("Concluded the call"),
        "call.cancel": _("Cancelled the call"),
        "entry.abandon": _("Ended with its lot"),
        "entry.submit": _("Submitted the %(noun)s", noun=noun),
        "entry.reopen": _("Began to change the %(noun)s", noun=noun),
        "entry.keep": _("Kept the submitted version"),
        "entry.withdraw": _("Withdrew the %(noun)s", noun=noun),
        "entry.restart": _("Started again"),
        "entry.lapse": _("Ended without submission"),
        "entry.revive": _("Became a draft again: the closing was moved"),
        "entry.disqualify": _("Disqualified"),
        "entry.open": _("Opened the %(noun)s", noun=noun),
        "entry.find_eligible": _("Found eligible"),
        "entry.find_ineligible": _("Found not eligible"),
        "entry.reinstate": _("Let in again by a review"),
        "entry.readmit": _("Let in again by a review"),
        "entry.recommend": _("Recommended"),  # until there were stages
        "entry.advance": _("Goes on"),
        "entry.reconsider": _("To be decided again: a mark was corrected"),
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
        "assignment.ask_again": _("Asked the assessor again"),
        "award.approve": _("Approved the award"),
        "award.reconsider": _("To be decided again: a mark was corrected"),
        "award.drop": _("Dropped the award"),
        "award.tell": _("Told the outcome"),
        "award.confirm": _("Confirmed the award"),
        "award.accept": _("Accepted the award"),
        "award.refuse": _("Refused the award"),
        "award.lapse": _("The award ended: its applicant was disqualified"),
        "award.expire": _("The award ended: nobody answered by the date"),
    }


def words_of_abandoning(event: Event) -> dict[str, str]:
    """What was done about a proposal to abandon the call, or the one lot that it names."""
    if lot := event.data.get("lot"):
        return {
            "call.propose_abandonment": _("Proposed to abandon lot %(number)s", number=lot),
            "call.send_back_abandonment": _("Sent back: whether to abandon lot %(number)s", number=lot),
            "call.take_back_abandonment": _("Took back the proposal to abandon lot %(number)s", number=lot),
            "call.abandon_lot": _("Abandoned lot %(number)s", number=lot),
        }
    return {
        "call.propose_abandonment": _("Proposed to abandon the call"),
        "call.send_back_abandonment": _("Sent back: whether to abandon the call"),
        "call.take_back_abandonment": _("Took back the proposal to abandon the call"),
    }


def words_of_signing(event: Event) -> dict[str, str]:
    """What was done about the day on which a contract or an agreement was signed."""
    if "signed_on" not in event.data:
        return {}
    day = _day(event.data["signed_on"])
    return {
        "award.record_signing": _("Recorded that it was signed on %(day)s", day=day),
        "award.send_back_signing": _("Sent back: whether it was signed on %(day)s", day=day),
        "award.confirm_signing": _("Confirmed that it was signed on %(day)s", day=day),
    }


def words_of_documents(event: Event) -> dict[str, str]:
    """What was done about a document of a published call, by its number."""
    given = {"number": event.data.get("document", ""), "version": event.data.get("number", "")}
    return {
        "entry.read_documents": _("Said which documents of the call were read"),
        "call.write_document": _("Wrote what document %(number)s is, before anybody has it", **given),
        "call.drop_document": _("Removed document %(number)s, which nobody had", **given),
        "call.propose_document": _("Proposed a file for document %(number)s", **given),
        "call.send_back_document": _("Sent back: a file for document %(number)s", **given),
        "call.take_back_document": _("Took back the proposal of a file for document %(number)s", **given),
        "call.publish_document": _("Published version %(version)s of document %(number)s", **given),
    }
