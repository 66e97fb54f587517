"""What follows when the contract award notice is published in law: a letter and word to everybody who was told, saying
when the standstill ends, as the letters about the outcome promise."""

from collections.abc import Sequence

from procurement.models.applications import Entry
from procurement.models.awards import Award, Notice
from procurement.models.calls import Call
from procurement.queries import calls as calls_queries
from procurement.queries import installation as installation_queries
from procurement.queries import notices as notices_queries
from procurement.queries import people as people_queries
from procurement.rules.documents import Fact, StandstillLetter, salutation_of
from procurement.services import about, documents, messages
from procurement.services.act import Act
from procurement.services.effects.letter_words import CLAIMED, address_of
from workflows.catalogue import states
from workflows.facts import day_in_words, in_words


def tell_standstill(act: Act, call: Call, notice: Notice, awards: Sequence[Award]) -> None:
    """To each team that was told of the outcome in a lot of the notice's awards, of which some may have ended since: as
    many statements for many as for one. Nobody waits for the standstill of what was abandoned."""
    assert notice.published_at is not None and notice.standstill_ends_at is not None  # noqa: PT018, S101  (published)
    running = call.state in states.call.published
    concerned = {each.lot_id for each in awards if running and each.application.lot.abandoned_at is None}
    entries = notices_queries.told_in(act.session, call.id, sorted(concerned))
    firms = {entry.application.organisation_id for entry in entries}
    teams = people_queries.reachable_of(act.session, firms)
    leads = people_queries.leads_of(act.session, firms)
    settings = installation_queries.settings(act.session, act.today)
    lots = len(calls_queries.lots_of(act.session, call.id))
    winners = {each.entry_id for each in awards if each.state in states.award.made_known}
    ends = in_words(notice.standstill_ends_at)
    wanted, letters = [], []
    for entry in entries:
        application = entry.application
        page = f"/applications/{application.ref}/stages/{entry.stage.key}/outcome"
        firm = application.organisation
        content = StandstillLetter(
            organisation=firm.name,
            address=address_of(firm),
            application=application.ref,
            project=entry.title,
            call=f"{call.title} ({call.ref})",
            lot=f"Lot {application.lot.number}: {application.lot.title}" if lots > 1 else "",
            dated=day_in_words(act.today),
            contact=call.contact or settings["help_email"],
            salutation=salutation_of(leads.get(firm.id, ""), firm.name),
            signed_by=act.by.name,
            noun=entry.stage.decided_noun,
            published=in_words(notice.published_at),
            number=notice.outside_number,
            where=notice.outside_address,
            ends=ends,
            working=tuple(notice.working),
            next_steps=_next(entry, f"{act.ports.base_url}{page}", won=entry.id in winners),
        )
        wanted.append(
            documents.Wanted(
                "standstill_letter",
                f"standstill_letter:{notice.id}:{entry.id}",
                content,
                application.ref,
                about.entry(entry),
                f"Letter on the standstill for {application.ref}",
            )
        )
        fields = {
            "reference": application.ref,
            "call": call.title,
            "noun": entry.stage.decided_noun,
            "since": in_words(notice.published_at),
            "ends": ends,
            "link": page,
        }
        letters += [
            messages.Letter(person, f"standstill_begun:{notice.id}:{entry.id}:{person.id}", fields, about.entry(entry))
            for person in teams[application.organisation_id]
        ]
    if wanted:
        documents.request_all(act, wanted)
    messages.stage_all(act, "standstill_begun", letters)


def _next(entry: Entry, page: str, *, won: bool) -> tuple[Fact, ...]:
    court = Fact(name="If somebody goes to court", value=CLAIMED)
    if not won:
        return (court, Fact(name="After the standstill", value="The authority can enter into the contract."))
    after = f"The award is confirmed. We write to you, and the lead of your organisation can accept it at {page}."
    return (court, Fact(name="After the standstill", value=after))
