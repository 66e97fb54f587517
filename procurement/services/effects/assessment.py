"""What follows the opening and the assessment: the opening record, letters of ineligibility, word to officers."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from procurement.models.applications import Application, Entry
from procurement.models.assessment import Assignment
from procurement.models.calls import Call, Lot
from procurement.models.people import Organisation, Person
from procurement.models.stages import Stage
from procurement.queries import assessment as assessment_queries
from procurement.queries import calls as calls_queries
from procurement.queries import installation as installation_queries
from procurement.queries import opening as opening_queries
from procurement.queries import people as people_queries
from procurement.queries import requests as requests_queries
from procurement.queries import stages as stages_queries
from procurement.rules.applications import received_uk
from procurement.rules.dates import uk_day
from procurement.rules.documents import (
    Content,
    Fact,
    IneligibleLetter,
    OpenedApplication,
    OpeningRecord,
    salutation_of,
)
from procurement.rules.dossier import neutral_name
from procurement.services import about, documents, messages
from procurement.services.act import Act
from procurement.services.effects.effect import Effect
from workflows.facts import Facts, day_in_words, in_words


def request_opening_record(act: Act, thing: Stage, call: Call, facts: Facts) -> None:
    """The record names every bid; it is written down at the end of the transaction, when all of them are open."""
    documents.request(
        act,
        "opening_record",
        f"opening_record:{thing.id}",
        lambda later: _record(later, call, thing),
        title=f"Record of the opening of {call.ref}{_named(act.session, thing)}",
        reference=call.ref,
        about=about.stage(thing),
    )


def _named(session: Session, stage: Stage) -> str:
    """A stage's title behind its call's, where the call has several: each has a record of its own."""
    return f", {stage.title}" if stages_queries.several(session, [stage.call_id]) else ""


def request_ineligible_letter(act: Act, thing: Entry, call: Call, facts: Facts) -> None:
    """The letter with rule and reason, and word to the whole team that it is there."""
    application = act.session.get_one(Application, thing.application_id)
    firm = act.session.get_one(Organisation, application.organisation_id)
    lot = act.session.get_one(Lot, application.lot_id)
    stage = act.session.get_one(Stage, thing.stage_id)
    proposal = opening_queries.find_proposal(act.session, thing.id)
    because: dict[str, Any] = proposal.because if proposal is not None else {}
    settings = installation_queries.settings(act.session, act.today)
    reversed_before = requests_queries.count_reversed(act.session, thing.id)
    again = f":{reversed_before}" if reversed_before else ""  # a letter of its own for each finding
    content = IneligibleLetter(
        organisation=firm.name,
        address=tuple(line for line in (firm.street, firm.town, firm.postcode) if line),
        application=application.ref,
        project=thing.title,
        call=f"{call.title} ({call.ref})",
        lot=f"Lot {lot.number}: {lot.title}" if len(calls_queries.lots_of(act.session, call.id)) > 1 else "",
        dated=day_in_words(uk_day(act.now)),
        contact=call.contact or settings["help_email"],
        salutation=salutation_of(people_queries.leads_of(act.session, [firm.id]).get(firm.id, ""), firm.name),
        signed_by=act.by.name,
        noun=stage.noun,
        rule=call.eligibility,
        unmet=tuple(Fact(name=each["needed"], value=each["answer"]) for each in because.get("conditions", ())),
        grounds=tuple(
            Fact(name=f"{each['title']}: {each['ground']}", value=f"About {each['about'] or firm.name}")
            for each in because.get("grounds", ())
        ),
        reason=facts.reason,
        heard=proposal.heard if proposal is not None else "",
        review=_review(act, thing, application.ref, stage.noun),
    )
    documents.request(
        act,
        "ineligible_letter",
        f"ineligible_letter:{thing.id}{again}",
        content,
        title=f"Eligibility letter for {application.ref}",
        reference=application.ref,
        about=about.entry(thing),
    )
    page = f"/applications/{application.ref}/stages/{stage.key}"
    fields = {"reference": application.ref, "call": call.title, "link": page}
    messages.tell(
        act,
        "not_eligible",
        people_queries.reachable(act.session, application.organisation_id),
        fields,
        occasion=f"not_eligible:{thing.id}{again}:",
        about=about.entry(thing),
    )


def _review(act: Act, entry: Entry, ref: str, noun: str) -> str:
    """How to ask for a review, and what it can lead to."""
    offered = requests_queries.offered_review(act.session, entry.id)
    assert offered is not None  # noqa: S101  (it is made with the finding)
    page = f"{act.ports.base_url}/applications/{ref}/requests/{offered.number}"
    return (
        f"You can ask once for a review, until {in_words(offered.closes_at)}, at {page}. "
        "Somebody who neither proposed nor approved this decision answers it, with reasons, in a letter. If we were "
        f"wrong, your {noun} is checked again, as long as the marks of this stage are not locked; after that it cannot "
        "be assessed beside the others any more, and the letter says so."
    )


def tell_officers_declined(act: Act, thing: Assignment, call: Call, facts: Facts) -> None:
    _tell_officers(act, thing, call, "assessor_declined", facts=facts)


def tell_officers_conflict(act: Act, thing: Assignment, call: Call, facts: Facts) -> None:
    _tell_officers(act, thing, call, "assessor_conflict", facts=facts)


def tell_assessor_returned(act: Act, thing: Assignment, call: Call, facts: Facts) -> None:
    """Word to the assessor, in which a blind stage's application has no name."""
    entry = thing.entry
    neutral = neutral_name(entry.number or 0, entry.stage.noun)
    messages.tell(
        act,
        "scorecard_returned",
        [act.session.get_one(Person, thing.person_id)],
        {
            "reference": call.ref,
            "call": call.title,
            "application": neutral if entry.stage.blind else entry.title or neutral,
            "reason": facts.reason,
            "link": f"/assess/assignments/{thing.ref}",
        },
        occasion=f"scorecard_returned:{thing.id}:{thing.version}:",
        about=about.entry(entry),
    )


def _tell_officers(act: Act, thing: Assignment, call: Call, kind: str, facts: Facts) -> None:
    fields: dict[str, Any] = {
        "reference": call.ref,
        "call": call.title,
        "assessor": act.session.get_one(Person, thing.person_id).name,
        "application": act.session.get_one(Application, thing.application_id).ref,
        "reason": facts.reason,
        "link": f"/manage/calls/{call.ref}/stages/{thing.entry.stage.key}/assign",
    }
    messages.tell(
        act,
        kind,
        assessment_queries.officers_of(act.session, call),
        fields,
        occasion=f"{kind}:{thing.id}:{act.now.isoformat()}:",  # again when somebody who was asked again says so
        about=about.entry(thing.entry),
    )


def _record(session: Session, call: Call, stage: Stage) -> Content:
    """What the opening record says; made when every bid of the transaction is open."""
    row = opening_queries.find_opening(session, stage.id)
    assert row is not None and row.second is not None and row.second_at is not None  # noqa: PT018, S101  (just opened)
    assert stage.closes_at is not None  # noqa: S101  (it collected)
    bids, counts = opening_queries.opened_bids(session, stage.id), opening_queries.counts(session, stage.id)
    damaged = opening_queries.damaged_ids(session, stage.id)
    several = len(calls_queries.lots_of(session, call.id)) > 1
    hold = stage.closes_at + timedelta(minutes=stage.hold_minutes)
    return OpeningRecord(
        call=f"{call.title} ({call.ref}){_named(session, stage)}",
        closed=in_words(stage.closes_at),
        hold=f"{stage.hold_minutes} minutes, until {in_words(hold)}",
        openers=(
            Fact(name="First person, asked to open", value=f"{row.first.name}, {in_words(row.first_at)}"),
            Fact(name="Second person, completed the opening", value=f"{row.second.name}, {in_words(row.second_at)}"),
        ),
        applications=tuple(
            OpenedApplication(
                reference=each.application.ref,
                lot=f"Lot {each.lot.number}: {each.lot.title}" if several else "",
                organisation=each.organisation.name,
                received=received_uk(each.submission.received_at) if each.submission else "Nothing was sent",
                digest=each.submission.digest if each.submission else "",
                files=_files(
                    len(each.submission.manifest["files"]) if each.submission else 0, damaged=each.entry.id in damaged
                ),
            )
            for each in bids
        ),
        withdrawn=str(counts.withdrawn),
        not_submitted=str(counts.drafts),
        near_misses=str(counts.near_misses),
        noun=stage.noun,
        reconciled=_reconciled(sum(1 for each in bids if each.submission), len(damaged)),
    )


def _files(count: int, *, damaged: bool) -> str:
    words = "1 file" if count == 1 else f"{count} files"
    return f"{words}. Damaged: what was submitted could not be read" if damaged else words


def _reconciled(bids: int, damaged: int) -> str:
    if damaged:
        return (
            f"{bids - damaged} of {bids} submissions gave the digest that their receipt shows. "
            f"{damaged} did not and {'is' if damaged == 1 else 'are'} marked above as damaged."
        )
    if bids == 0:
        return "There was no submission to open."
    if bids == 1:
        return "The one submission gave the digest that its receipt shows."
    return f"All {bids} submissions gave the digest that their receipt shows."


EFFECTS: dict[str, Effect] = {
    "request_opening_record": request_opening_record,
    "request_ineligible_letter": request_ineligible_letter,
    "tell_officers_declined": tell_officers_declined,
    "tell_officers_conflict": tell_officers_conflict,
    "tell_assessor_returned": tell_assessor_returned,
}
