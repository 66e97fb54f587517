"""The standing declaration of interests. That there are none is stated, not assumed."""

from collections.abc import Mapping

from sqlalchemy import select

from procurement.models.people import Interest, Organisation, Person
from procurement.queries import assessment as assessment_queries
from procurement.rules.permissions import Permission
from procurement.services.act import Act
from procurement.services.assessment.responses import end_for_interest
from procurement.services.history import record
from procurement.services.locks import lock_call
from procurement.services.refusal import Refusal, require_role
from workflows.facts import Sentence

WEIGHTS = ("hard", "soft")
MOST_INTERESTS = 200


def declare_interests(act: Act, interests: Mapping[int, tuple[str, str]], *, none: bool) -> int:
    """Replace the whole declaration: {organisation: (hard | soft, note)}. Returns how many assignments it ended.

    `none` states that there are no interests, and contradicts any that is given. A hard interest takes away whatever
    of that organisation the person was asked to read and has not submitted.
    """
    require_role(act.by, Permission.ASSESSOR_HOME)
    if act.by.id is None or len(interests) > MOST_INTERESTS:
        raise Refusal(Sentence("That is more than can be declared here. Write to us."))
    if none and interests:
        raise Refusal(Sentence("You state that you have no interests, and list some. Remove one of the two."))
    if not none and not interests:
        raise Refusal(Sentence("List your interests, or state that you have none."))
    known = set(act.session.scalars(select(Organisation.id).where(Organisation.id.in_(list(interests)))))
    if known != set(interests) or any(weight not in WEIGHTS for weight, _ in interests.values()):
        raise Refusal(Sentence("Choose an organisation from the list, and how close you are to it."))
    hard = sorted(organisation for organisation, (weight, _) in interests.items() if weight == "hard")

    ended = assessment_queries.live_with(act.session, act.by.id, hard)
    for call_id in sorted({call_id for call_id, _ in ended}):  # their stages, and the rest by id, as each is ended
        lock_call(act.session, call_id)
    act.session.get_one(Person, act.by.id, with_for_update=True)  # one declaration of a person at a time
    declared = {row.organisation_id: row for row in assessment_queries.interests_of(act.session, act.by.id)}
    for organisation_id, row in declared.items():
        if organisation_id not in interests:
            act.session.delete(row)
    for organisation_id, (weight, note) in interests.items():
        interest = declared.get(organisation_id)
        if interest is None:
            interest = Interest(person_id=act.by.id, organisation_id=organisation_id)
            act.session.add(interest)
        elif (interest.weight, interest.note) == (weight, note.strip()):
            continue
        interest.weight, interest.note, interest.declared_at = weight, note.strip(), act.now
    act.session.flush()
    record(
        act,
        assessment_queries.DECLARED,
        "person",
        act.by.id,
        data={"hard": len(hard), "soft": len(interests) - len(hard), "none": none},
    )
    for _, assignment_id in ended:
        note = "Declared a standing interest in the organisation."
        end_for_interest(act, assignment_id, note)
    return len(ended)
