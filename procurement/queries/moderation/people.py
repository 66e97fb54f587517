"""Reading who belongs to a stage's panel, and whom an organisation's bid bars from it.

A conflict is about an organisation: declared once, in whatever stage or panel of the call, it holds for all of them.
"""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from procurement.models.applications import Application, Entry
from procurement.models.assessment import Assignment
from procurement.models.calls import Call
from procurement.models.moderation import Panel, PanelItem
from procurement.models.people import Interest, Membership, Person
from procurement.models.stages import Stage, StagePerson
from procurement.queries.decisions import marks_stage
from procurement.queries.people import holding
from procurement.rules.conflicts import Reader, barred_from_panel
from workflows.catalogue import states
from workflows.facts import Sentence

PANEL_STAFF = ("assessor", "officer", "approver", "auditor")


def people_of(session: Session, stage_id: int) -> list[StagePerson]:
    """Everybody of a stage's panel with their person: the chair first, observers last, then by name."""
    return list(
        session.scalars(
            select(StagePerson)
            .join(Person, Person.id == StagePerson.person_id)
            .where(StagePerson.stage_id == stage_id)
            .options(joinedload(StagePerson.person))
            .order_by(StagePerson.role, Person.words, StagePerson.id)
        )
    )


def find_person(session: Session, stage_id: int, person_id: int) -> StagePerson | None:
    return session.scalars(
        select(StagePerson).where(StagePerson.stage_id == stage_id, StagePerson.person_id == person_id)
    ).one_or_none()


def names_of(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    """What some people are called."""
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {person_id: name for person_id, name in rows}


def markers_of(session: Session, stage: Stage) -> dict[int, list[str]]:
    """Who gave the marks of each entry of a stage, in the order of its scorecards in the ranking."""
    marked = marks_stage(session, stage)
    own = select(Entry.application_id, Entry.id).where(Entry.stage_id == stage.id).subquery()
    found: dict[int, list[str]] = {}
    for entry_id, name in session.execute(
        select(own.c.id, Person.name)
        .join(Assignment, Assignment.application_id == own.c.application_id)
        .join(Entry, Entry.id == Assignment.entry_id)
        .join(Person, Person.id == Assignment.person_id)
        .where(Entry.stage_id == marked.id, Assignment.state.in_(states.assignment.handed_in))
        .order_by(Assignment.ref)
    ):
        found.setdefault(entry_id, []).append(name)
    return found


def applicants_of(session: Session, call_id: int) -> frozenset[int]:
    """The organisations of which anything was opened in any stage of a call."""
    return frozenset(
        session.scalars(
            select(Application.organisation_id)
            .join(Entry, Entry.application_id == Application.id)
            .where(Application.call_id == call_id, Entry.opened_at.is_not(None))
        )
    )


def as_reader(person: Person) -> Reader:
    """A person as far as it matters whether they can belong to a panel; their roles and memberships are loaded."""
    return Reader(
        person_id=person.id,
        roles=frozenset(held.role for held in person.roles),
        teams=frozenset(each.organisation_id for each in person.memberships),
    )


def candidates(session: Session, call: Call, stage: Stage) -> list[tuple[Person, Sentence | None]]:
    """Everybody who works for the service and is not on the stage's panel, by name, with why they could only watch it:
    four statements."""
    there = select(StagePerson.person_id).where(StagePerson.stage_id == stage.id)
    people = session.scalars(
        holding(*PANEL_STAFF)
        .where(Person.id.not_in(there))
        .options(selectinload(Person.roles), selectinload(Person.memberships))
        .order_by(Person.words, Person.id)
    ).all()
    firms, authors = applicants_of(session, call.id), frozenset(call.authors)
    return [
        (person, barred_from_panel(reader, "member", firms, authors))
        for person in people
        if barred_from_panel(reader := as_reader(person), "observer", firms, authors) is None
    ]


def interests_of_people(session: Session, call_id: int, person_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """The organisations whose bids to a call each of these people must know nothing of: four statements.

    Those in which they declared a hard interest, those to which they belong, those of an application that they gave up
    for a conflict, and those whose item they left the room for in any panel of the call.
    """
    ids = sorted(set(person_ids))
    found: dict[int, set[int]] = {person_id: set() for person_id in ids}
    asked = (
        select(Interest.person_id, Interest.organisation_id).where(
            Interest.person_id.in_(ids), Interest.weight == "hard"
        ),
        select(Membership.person_id, Membership.organisation_id).where(Membership.person_id.in_(ids)),
        select(Assignment.person_id, Application.organisation_id)
        .join(Application, Application.id == Assignment.application_id)
        .where(
            Assignment.call_id == call_id,
            Assignment.person_id.in_(ids),
            Assignment.state.in_(states.assignment.conflicted),
        ),
    )
    for statement in asked:
        for person_id, organisation_id in session.execute(statement):
            found[person_id].add(organisation_id)
    for left, organisation_id in session.execute(
        select(PanelItem.conflicts, Application.organisation_id)
        .join(Panel, Panel.id == PanelItem.panel_id)
        .join(Stage, Stage.id == Panel.stage_id)
        .join(Entry, Entry.id == PanelItem.entry_id)
        .join(Application, Application.id == Entry.application_id)
        .where(Stage.call_id == call_id)
    ):
        for person_id in left:
            if person_id in found:
                found[person_id].add(organisation_id)
    return {person_id: frozenset(organisations) for person_id, organisations in found.items()}


def interests_against(session: Session, call_id: int, person_id: int | None) -> frozenset[int]:
    """The organisations whose bids to a call one person must know nothing of."""
    if person_id is None:
        return frozenset()
    return interests_of_people(session, call_id, (person_id,))[person_id]


def barred_from_minutes(session: Session, panel_id: int) -> frozenset[int]:
    """Everybody who must know nothing of one of the bids that a meeting spoke about: its minutes as a whole are not for
    them. The same grounds as in `interests_of_people`, asked from the other end."""
    call_id = session.scalars(
        select(Stage.call_id).join(Panel, Panel.stage_id == Stage.id).where(Panel.id == panel_id)
    ).one()
    spoken = (
        select(Application.organisation_id)
        .join(Entry, Entry.application_id == Application.id)
        .join(PanelItem, PanelItem.entry_id == Entry.id)
        .where(PanelItem.panel_id == panel_id)
    )
    asked = (
        select(Interest.person_id).where(Interest.weight == "hard", Interest.organisation_id.in_(spoken)),
        select(Membership.person_id).where(Membership.organisation_id.in_(spoken)),
        select(Assignment.person_id)
        .join(Application, Application.id == Assignment.application_id)
        .where(
            Assignment.call_id == call_id,
            Application.organisation_id.in_(spoken),
            Assignment.state.in_(states.assignment.conflicted),
        ),
    )
    found = {person_id for statement in asked for person_id in session.scalars(statement)}
    for left in session.scalars(
        select(PanelItem.conflicts)
        .join(Entry, Entry.id == PanelItem.entry_id)
        .join(Application, Application.id == Entry.application_id)
        .where(Application.call_id == call_id, Application.organisation_id.in_(spoken))
    ):
        found.update(left)
    return frozenset(found)


def present_choices(session: Session, stage: Stage, entry: Entry, organisation_id: int) -> list[Person]:
    """Who can have been there when a mark of an entry was agreed, by name: the panel but its observers, whoever marked
    the entry, and the officers; nobody with a conflict about its organisation."""
    marked = marks_stage(session, stage)
    panel = select(StagePerson.person_id).where(StagePerson.stage_id == stage.id, StagePerson.role != "observer")
    markers = (
        select(Assignment.person_id)
        .join(Entry, Entry.id == Assignment.entry_id)
        .where(
            Entry.stage_id == marked.id,
            Assignment.application_id == entry.application_id,
            Assignment.state.in_(states.assignment.handed_in),
        )
    )
    officers = holding("officer").with_only_columns(Person.id)
    people: Sequence[Person] = session.scalars(
        select(Person)
        .where(Person.id.in_(panel) | Person.id.in_(markers) | Person.id.in_(officers))
        .order_by(Person.words, Person.id)
    ).all()
    barred = interests_of_people(session, stage.call_id, [person.id for person in people])
    return [person for person in people if organisation_id not in barred[person.id]]
