"""Sub-criteria from the marks to the letters: each is marked and explained, and a stranger ranks again by them."""

from sqlalchemy import select, update

from procurement.models.documents import Document
from procurement.models.stages import Question
from procurement.queries import decisions as decisions_queries
from procurement.queries import stages as stages_queries
from procurement.rules.ports import Ports
from procurement.rules.set_lines import CriterionLine
from procurement.services import calls as services
from procurement.services import criteria
from procurement.services.act import perform
from tests.parts import assessment, calls, outcomes
from tests.workflows import recompute

LINES = [CriterionLine("The plan", 33, "Steps."), CriterionLine("The people", 67)]


def test_marks_of_the_parts_add_up_exactly_and_stand_in_the_letters(ports: Ports) -> None:
    call, now = calls.drafted(ports, budget=100_000), ports.clock.now()
    perform(ports, calls.officer(ports), now, criteria.split, calls.stage_of(ports, call).id, "delivery", LINES)
    people = update(Question).where(Question.call_id == call.id, Question.key == "plan")
    ports.database.write(lambda session: session.execute(people.values(criterion="the_people")))
    version = calls.reviewed(ports, calls.read(ports, call.id)).version
    perform(ports, calls.approver(ports), now, services.approve_and_publish, call.id, seen=version)
    bids = assessment.bids_in(ports, calls.read(ports, call.id), firms=2)
    told = outcomes.told(ports, outcomes.decided(ports, assessment.locked(ports, bids)))
    with ports.database.reading() as session:
        read = stages_queries.get(session, calls.stage_of(ports, told).id).call
        content = decisions_queries.for_recomputing(session, read)
        rows = {each.ref: str(each.row.total) for each in outcomes.table(ports, told).entries if each.row is not None}
        (stage,) = content["stages"]
        assert {c["name"]: c["weight"] for c in stage["scheme"]["criteria"]}["Ability to deliver: The plan"] == "6.6"
        assert {bid["ref"]: recompute.reckoned(stage["scheme"], bid)["total"] for bid in stage["bids"]} == rows
        letters = [row.content for row in session.scalars(select(Document).where(Document.application_id.is_not(None)))]
    assert any("Ability to deliver: The people" in str(letter) and "13.4%" in str(letter) for letter in letters)
