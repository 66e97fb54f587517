"""Reading what a contract award notice says before it is published, and what it still lacks."""

from datetime import datetime

from sqlalchemy.orm import Session

from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.queries import awards as awards_queries
from procurement.queries import documents as documents_queries
from procurement.queries import installation as installation_queries
from procurement.queries import stages as stages_queries
from procurement.rules.dates import uk_day
from procurement.rules.registers import HOME
from workflows.catalogue import states
from workflows.facts import Sentence


def awards_on_notice(session: Session, call_id: int) -> list[Award]:
    """The awards that the notice is about: those that were told and not refused since."""
    return [each for each in awards_queries.of_call(session, call_id) if each.state in states.award.made_known]


def told_at(session: Session, call_id: int) -> datetime | None:
    """When the applicants were told of the awards: the last of the stages that award."""
    stages = stages_queries.listed(session, call_id)
    return max((each.told_at for each in stages if each.awards and each.told_at is not None), default=None)


def missing(session: Session, call: Call, now: datetime) -> tuple[Sentence, ...]:
    """What reg. 27 of the Procurement Regulations 2024 asks for and we do not have."""
    found = []
    settings = installation_queries.settings(session, uk_day(now))
    if not settings["authority_id"]:
        found.append(Sentence("The authority has no identifier. An operator enters it in the settings."))
    rows = awards_on_notice(session, call.id)
    if not rows:
        found.append(Sentence("There is no award to publish."))
    if summaries := documents_queries.summaries_missing(session, call.id):
        found.append(
            Sentence.plural(
                "%(num)s assessment summary is not ready. It must be given before the notice is published.",
                "%(num)s assessment summaries are not ready. They must be given before the notice is published.",
                summaries,
            )
        )
    if call.starts_on is None or call.ends_on is None:
        found.append(Sentence("The call does not say when the contract begins and ends."))
    for award in rows:
        firm = award.application.organisation
        if not (firm.street and firm.town and (firm.postcode or firm.country != HOME)):
            found.append(Sentence("%(firm)s has no complete postal address. Ask its lead to enter it.", firm=firm.name))
    return tuple(found)
