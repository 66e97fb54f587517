"""Beside an answer its assessor reads what was asked: the question's guidance, what may be spent, and the call."""

import re

from sqlalchemy import select

from procurement.models.assessment import Assignment
from procurement.models.stages import Question
from tests.parts import assessment as parts
from tests.parts import calls, people


def words(answer) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", answer.text).split())


def test_an_assessor_sees_guidance_budget_and_call_beside_the_answer(app, ports):
    call = parts.in_assessment(ports, parts.opened(ports, parts.bids_in(ports, firms=1)))
    parts.assigned(ports, call)
    with ports.database.reading() as session:
        given = session.scalars(select(Assignment).order_by(Assignment.id)).first()
        stage = calls.newest(session, call)
        guided = session.scalars(
            select(Question).where(Question.stage_id == stage.id, Question.guidance != "", Question.kind != "files")
        ).all()
    reader = people.signed_in(app, ports, people.principal(ports, given.person_id))
    reader.send(f"/assess/assignments/{given.ref}", {"answer": "accept"})
    whole = reader.get(f"/assess/assignments/{given.ref}/application")
    said = words(whole)
    assert guided
    for each in guided:
        assert " ".join(each.guidance.split()) in said.replace("&#39;", "'")
    assert (f'href="/calls/{call.ref}"' in whole.text, "Budget: £" in said) == (True, True)
    first = reader.get(f"/assess/assignments/{given.ref}/mark", follow_redirects=True)
    assert (f'href="/calls/{call.ref}"' in first.text, "Budget: £" in words(first)) == (True, True)
