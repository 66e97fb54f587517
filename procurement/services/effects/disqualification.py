"""What follows a disqualification, or a tender that is disregarded: the letter with its ground and reason, and word to
the team that it is there."""

from procurement.models.applications import Application, Entry
from procurement.models.calls import Call, Lot
from procurement.models.people import Organisation
from procurement.queries import calls as calls_queries
from procurement.queries import disqualifications as disqualifications_queries
from procurement.queries import installation as installation_queries
from procurement.queries import people as people_queries
from procurement.rules.dates import day_in_words
from procurement.rules.disqualification import EXCLUDED, disregards, heading, said
from procurement.rules.documents import DisqualificationLetter, salutation_of
from procurement.rules.requests import review_until
from procurement.services import about, documents, messages
from procurement.services.act import Act
from procurement.services.effects.effect import Effect
from workflows.facts import Facts, in_words


def request_disqualification_letter(act: Act, thing: Entry, call: Call, facts: Facts) -> None:
    """To the team, about the bid that was read; where the application had gone on, `thing` is what it has come to."""
    row = disqualifications_queries.find_approved(act.session, thing.application_id)
    assert row is not None  # noqa: S101  (it was written before the move)
    application = act.session.get_one(Application, thing.application_id)
    firm = act.session.get_one(Organisation, application.organisation_id)
    lot = act.session.get_one(Lot, application.lot_id)
    settings = installation_queries.settings(act.session, act.today)
    contact = call.contact or settings["help_email"]
    until = in_words(review_until(act.now, settings["review_days"]))
    content = DisqualificationLetter(
        organisation=firm.name,
        address=tuple(line for line in (firm.street, firm.town, firm.postcode) if line),
        application=application.ref,
        project=row.entry.title,
        call=f"{call.title} ({call.ref})",
        lot=f"Lot {lot.number}: {lot.title}" if len(calls_queries.lots_of(act.session, call.id)) > 1 else "",
        dated=day_in_words(act.today),
        contact=contact,
        salutation=salutation_of(people_queries.leads_of(act.session, [firm.id]).get(firm.id, ""), firm.name),
        signed_by=act.by.name,
        noun=row.entry.stage.noun,
        headline=str(heading(row.ground)),
        finding="your tender is disregarded, so it takes no further part in this call"
        if disregards(row.ground)
        else f"your {row.entry.stage.noun} takes no further part in this call",
        stage=thing.stage.title,
        ground=" ".join(str(each) for each in said(row.ground, row.paragraph, row.heard)),
        reason=row.reason,
        meaning="Nobody reads or marks it any more, and it is left out of every ranking that is not told yet. What you "
        "were told before stays as it was. An award that was not accepted has ended. What was opened stays on the "
        "record of the call.",
        review=f"You can ask once for a review, until {until}, at {act.ports.base_url}/applications/{application.ref}/"
        "disqualification. Somebody who neither proposed nor approved this decision answers it.",
    )
    documents.request(
        act,
        "disqualification_letter",
        f"disqualification_letter:{row.id}",
        content,
        title=f"Letter on the tender {application.ref}, which was disregarded"
        if disregards(row.ground)
        else f"Letter of exclusion for {application.ref}"
        if heading(row.ground) == EXCLUDED
        else f"Letter of disqualification for {application.ref}",
        reference=application.ref,
        about=about.entry(row.entry),
    )


def tell_team_disqualified(act: Act, thing: Entry, call: Call, facts: Facts) -> None:
    row = disqualifications_queries.find_approved(act.session, thing.application_id)
    assert row is not None  # noqa: S101  (as above)
    application = act.session.get_one(Application, thing.application_id)
    messages.tell(
        act,
        "disqualification",
        people_queries.reachable(act.session, application.organisation_id),
        {
            "reference": application.ref,
            "call": call.title,
            "link": f"/applications/{application.ref}/disqualification",
        },
        occasion=f"disqualification:{row.id}:",
        about=about.entry(row.entry),
    )


EFFECTS: dict[str, Effect] = {
    "request_disqualification_letter": request_disqualification_letter,
    "tell_team_disqualified": tell_team_disqualified,
}
