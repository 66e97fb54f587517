"""What follows when a team takes back what was opened: word to all of the team, and to the officers of the call."""

from procurement.models.applications import Application, Entry
from procurement.models.calls import Call
from procurement.models.people import Organisation
from procurement.queries import assessment as assessment_queries
from procurement.queries import people as people_queries
from procurement.services import about, messages
from procurement.services.act import Act
from procurement.services.effects.effect import Effect
from workflows.facts import Facts, in_words


def tell_team_left(act: Act, thing: Entry, call: Call, facts: Facts) -> None:
    application = act.session.get_one(Application, thing.application_id)
    messages.tell(
        act,
        "withdrawn_opened",
        people_queries.reachable(act.session, application.organisation_id),
        {
            "reference": application.ref,
            "call": call.title,
            "by": act.by.name,
            "when": in_words(act.now),
            "link": f"/applications/{application.ref}",
        },
        occasion=f"withdrawn_opened:{thing.id}:",
        about=about.entry(thing),
    )


def tell_officers_left(act: Act, thing: Entry, call: Call, facts: Facts) -> None:
    application = act.session.get_one(Application, thing.application_id)
    messages.tell(
        act,
        "applicant_withdrew",
        assessment_queries.officers_of(act.session, call),
        {
            "reference": call.ref,
            "call": call.title,
            "application": application.ref,
            "organisation": act.session.get_one(Organisation, application.organisation_id).name,
            "stage": thing.stage.title,
            "link": f"/manage/calls/{call.ref}/stages/{thing.stage.key}/bids/{application.ref}",
        },
        occasion=f"applicant_withdrew:{thing.id}:",
        about=about.entry(thing),
    )


EFFECTS: dict[str, Effect] = {"tell_team_left": tell_team_left, "tell_officers_left": tell_officers_left}
