"""After an award ended because nobody answered it: its team and the officers are told."""

from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.queries import applications as applications_queries
from procurement.queries import assessment as assessment_queries
from procurement.queries import people as people_queries
from procurement.services import about, messages
from procurement.services.act import Act
from procurement.services.effects.effect import Effect
from workflows.facts import Facts, in_words


def tell_award_expired(act: Act, thing: Award, call: Call, facts: Facts) -> None:
    """That it is over, and since when; the officers read who may be next on the page of the reserve."""
    entry = applications_queries.get_entry(act.session, thing.entry_id)
    application, stage = entry.application, entry.stage
    assert thing.accept_by is not None  # noqa: S101  (by which it fell due)
    said = {"reference": application.ref, "call": call.title, "until": in_words(thing.accept_by)}
    page = f"/applications/{application.ref}/stages/{stage.key}/outcome"
    team = people_queries.reachable(act.session, application.organisation_id)
    where = about.entry(entry)
    messages.tell(
        act, "award_expired", team, {**said, "link": page}, occasion=f"award_expired:{thing.id}:", about=where
    )
    messages.tell(
        act,
        "award_unanswered",
        assessment_queries.officers_of(act.session, call),
        {
            **said,
            "link": f"/manage/calls/{call.ref}/stages/{stage.key}/reserve",
            "organisation": application.organisation.name,
        },
        occasion=f"award_unanswered:{thing.id}:",
        about=where,
    )


EFFECTS: dict[str, Effect] = {"tell_award_expired": tell_award_expired}
