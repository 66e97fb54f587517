"""By what whoever marks without names would know an application: its firm, its people, their addresses."""

from sqlalchemy.orm import Session

from procurement.models.applications import Entry
from procurement.queries import people as people_queries
from procurement.queries import stages as stages_queries
from procurement.rules.asking import Own


def own_of(session: Session, entry: Entry) -> Own | None:
    """What the answers of an entry must not name; None where nobody reads them without names, in its stage or in one
    that follows. The entry was read whole (`queries.applications`): two statements more."""
    stage, firm = entry.stage, entry.application.organisation
    following = (each for each in stages_queries.listed(session, stage.call_id) if each.number >= stage.number)
    if not any(each.blind for each in following):
        return None
    team = people_queries.team_of(session, firm.id)
    numbers = (firm.company_number, firm.charity_number, firm.register_number)
    return Own(
        people=tuple(each.person.name for each in team),
        marks=tuple(filter(None, (firm.name, firm.street, firm.postcode, *numbers))),
        addresses=tuple(filter(None, (firm.email, *(each.person.email for each in team)))),
    )
