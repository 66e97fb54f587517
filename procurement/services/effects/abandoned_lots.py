"""What follows when a lot is abandoned while its call goes on: word to everybody who applied to it, and a letter to
whoever was opened."""

from collections.abc import Sequence

from sqlalchemy import select

from procurement.models.applications import Entry
from procurement.models.calls import Call, Lot
from procurement.models.people import Organisation, Person
from procurement.queries import installation as installation_queries
from procurement.queries import people as people_queries
from procurement.rules.documents import AbandonmentLetter, Fact, salutation_of
from procurement.services import about, documents, messages
from procurement.services.act import Act
from procurement.services.effects.letter_words import address_of
from workflows.facts import day_in_words

Team = tuple[Entry, list[Person]]
MEANING = (
    "Your application takes no further part: nobody reads or marks it any more, and nothing of this lot is decided or "
    "awarded. An award in it that you had not accepted has ended. What you were told before stays on the record."
)
NOTICE = (
    "The authority publishes a procurement termination notice on Find a Tender (Procurement Act 2023 section 55). You "
    "need do nothing."
)


def tell_of_lot(act: Act, call: Call, lot: Lot, teams: Sequence[Team]) -> None:
    """To each of these teams of the lot, also with a draft: as many statements for many as for one. Sealed: who is in a
    stage that was never opened stays unknown to staff."""
    letters = [
        messages.Letter(
            person,
            f"lot_abandoned-{entry.id}-{person.id}",
            {
                "reference": entry.application.ref,
                "call": call.title,
                "lot": f"{lot.number}: {lot.title}",
                "reason": lot.ended_reason,
                "link": f"/applications/{entry.application.ref}",
            },
            about.entry(entry),
            sealed=not entry.stage.opened,
        )
        for entry, team in teams
        for person in team
    ]
    messages.stage_all(act, "lot_abandoned", letters)


def write_of_lot(act: Act, call: Call, lot: Lot, opened: Sequence[Entry], *, noticed: bool) -> None:
    """A letter for each of these applications to the lot, which were opened, on record whoever can be reached: as many
    statements for many as for one. `noticed`: a notice of it is published."""
    asked = select(Organisation).where(Organisation.id.in_([entry.application.organisation_id for entry in opened]))
    firms = {each.id: each for each in act.session.scalars(asked)}
    leads = people_queries.leads_of(act.session, list(firms))
    contact = call.contact or installation_queries.settings(act.session, act.today)["help_email"]
    value = NOTICE if noticed else "You need do nothing."
    wanted = [
        documents.Wanted(
            "abandonment_letter",
            f"abandonment_letter:{entry.id}",
            AbandonmentLetter(
                organisation=(firm := firms[entry.application.organisation_id]).name,
                address=address_of(firm),
                application=entry.application.ref,
                project=entry.title,
                call=f"{call.title} ({call.ref})",
                lot=f"Lot {lot.number}: {lot.title}",
                dated=day_in_words(act.today),
                contact=contact,
                salutation=salutation_of(leads.get(firm.id, ""), firm.name),
                signed_by=act.by.name,
                noun=entry.stage.decided_noun,
                reason=lot.ended_reason,
                meaning=MEANING,
                next_steps=(Fact(name="What follows", value=value),),
            ),
            entry.application.ref,
            about.entry(entry),
            f"Letter on the lot of {entry.application.ref}, which was abandoned",
        )
        for entry in opened
    ]
    if wanted:
        documents.request_all(act, wanted)
