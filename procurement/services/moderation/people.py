"""Who belongs to a stage's panel, and from which distance between marks on it must settle them."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from procurement.models.calls import Call
from procurement.models.people import Person
from procurement.models.stages import PANEL_ROLES, Stage, StagePerson
from procurement.queries import decisions as decisions_queries
from procurement.queries import moderation as moderation_queries
from procurement.rules.conflicts import barred_from_panel
from procurement.rules.moderation import LARGEST_DISTANCE
from procurement.rules.permissions import Permission
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.locks import lock_stage
from procurement.services.refusal import Refusal, require_role
from workflows.catalogue import states
from workflows.facts import Sentence

CHAIR = PANEL_ROLES[0]


def add_person(act: Act, stage_id: int, person_id: int, role: str) -> StagePerson:
    """Put somebody on the panel, or give somebody who is on it another role. A new chair takes the place of the old
    one, who stays as a member."""
    call, stage = _lock(act, stage_id)
    person = act.session.scalars(
        select(Person)
        .where(Person.id == person_id, Person.disabled_at.is_(None))
        .options(selectinload(Person.roles), selectinload(Person.memberships))
    ).one_or_none()
    if person is None or role not in PANEL_ROLES:
        raise Refusal(Sentence("Choose a person, and what they do on the panel."))
    applicants = moderation_queries.applicants_of(act.session, call.id)
    reader = moderation_queries.as_reader(person)
    if (reason := barred_from_panel(reader, role, applicants, frozenset(call.authors))) is not None:
        raise Refusal(
            Sentence("%(person)s cannot do this on the panel. %(reason)s", person=person.name, reason=str(reason))
        )
    there = moderation_queries.find_person(act.session, stage.id, person_id)
    if there is not None and there.role == role:
        return there
    if there is not None and there.role == CHAIR and stage.state in states.stage.moderating:
        raise Refusal(Sentence("The panel is moderating and needs a chair. Name another one first."))
    if role == CHAIR:
        chair = next((each for each in moderation_queries.people_of(act.session, stage.id) if each.role == CHAIR), None)
        if chair is not None:
            chair.role = "member"
            act.session.flush()
    made = there or StagePerson(stage_id=stage.id, person_id=person_id)
    made.role, made.added_by, made.added_at = role, _id(act), act.now
    act.session.add(made)
    act.session.flush()
    record(
        act,
        "stage.add_person",
        "stage",
        stage.id,
        call_id=call.id,
        data={"person": person_id, "role": role},
    )
    return made


def remove_person(act: Act, stage_id: int, person_id: int) -> None:
    """Take somebody off the panel. What they agreed on stays, with their name."""
    call, stage = _lock(act, stage_id)
    there = moderation_queries.find_person(act.session, stage.id, person_id)
    if there is None:
        raise Refusal(Sentence("There is no such person on this panel."), status=404)
    if there.role == CHAIR and stage.state in states.stage.moderating:
        raise Refusal(Sentence("The panel is moderating and needs a chair. Name another one first."))
    act.session.delete(there)
    act.session.flush()
    record(act, "stage.remove_person", "stage", stage.id, call_id=call.id, data={"person": person_id})


def moderate_from(act: Act, stage_id: int, least: int | None) -> Stage:
    """Say from which distance between two marks on the panel must settle them; None: every mark of every bid.

    Only until the marks are locked: from then on it would be chosen with the marks before one's eyes.
    """
    call, stage = _lock(act, stage_id)
    marked = decisions_queries.marks_stage(act.session, stage)
    if stage.state in states.stage.ranked or marked.state in states.stage.ranked:
        raise Refusal(Sentence("The marks are locked, so what must be moderated does not change any more."))
    if least is not None and not 1 <= least <= LARGEST_DISTANCE:
        raise Refusal(Sentence("Enter a whole number from 1 to %(most)s.", most=LARGEST_DISTANCE))
    if stage.moderate_from != least:
        data = {"before": stage.moderate_from, "after": least}
        stage.moderate_from = least
        record(act, "stage.moderate_from", "stage", stage.id, call_id=call.id, data=data)
    return stage


def _lock(act: Act, stage_id: int) -> tuple[Call, Stage]:
    """A stage that moderates and is not decided yet, held, for an officer."""
    call, stage = lock_stage(act.session, stage_id)
    require_role(act.by, Permission.PANEL_MANAGE)
    if not stage.moderates:
        raise Refusal(Sentence("This stage has no panel."), status=404)
    if stage.state in states.stage.decided or call.state not in states.call.live:
        raise Refusal(Sentence("The decisions are approved, so the panel does not change any more."))
    return call, stage


def _id(act: Act) -> int:
    assert act.by.id is not None  # noqa: S101  (an officer)
    return act.by.id
