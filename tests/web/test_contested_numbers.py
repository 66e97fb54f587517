"""Number squatting: somebody else typed our company number first."""

import pytest
from sqlalchemy import select

from procurement.models.messages import Message
from procurement.models.people import Contest, ContestOutcome, Organisation
from procurement.services import people
from procurement.services.act import perform
from procurement.services.refusal import Refusal
from tests.parts.people import firm, person, signed_in

PATH = "/account/organisations/contest"
FIELDS = {
    "name": "Aston Sensors Ltd",
    "kind": "company",
    "size": "micro",
    "company_number": "1234567",
    "town": "Birmingham",
    "postcode": "b61aa",
}


def told(ports, address):
    with ports.database.reading() as session:
        asked = select(Message.kind).where(Message.address == address).order_by(Message.id)
        return list(session.scalars(asked))


def contested(ports):
    holder, organisation = firm(ports, "Squatter Ltd", "squatter@else.example", company_number="01234567")
    whose = person(ports, "ann@aston.example", name="Ann Aston")
    operator = person(ports, "otto@city.example", "operator")
    row = perform(
        ports, whose, ports.clock.now(), people.contest, "company", "1234567", "My name stands in the register."
    )
    return holder, organisation, whose, operator, row.id


def test_a_stranger_learns_of_nobody_and_is_shown_the_way_to_contest(app, ports):
    firm(ports, "Squatter Ltd", "squatter@else.example", company_number="01234567")
    visitor = signed_in(app, ports, person(ports, "ann@aston.example"))
    page = visitor.send("/account/organisations/new", FIELDS)
    assert page.status_code == 422
    assert "registered already" in page.text
    assert "Squatter" not in page.text
    assert PATH in page.text
    answer = visitor.send(PATH, {"register": "company", "number": "01 23 45 67", "reason": "It is ours."})
    assert answer.status_code == 303
    again = visitor.send(PATH, {"register": "company", "number": "1234567", "reason": "It is ours."})
    assert "told us about this number already" in again.text
    free = visitor.send(PATH, {"register": "charity", "number": "SC012345", "reason": "It is ours."})
    assert "No organisation is registered with this number" in free.text


def test_an_operator_takes_the_number_away_and_everybody_concerned_is_told(app, ports):
    holder, organisation, whose, operator, contest_id = contested(ports)
    assert told(ports, operator.email) == ["number_contested"]
    visitor = signed_in(app, ports, operator)
    assert "01234567" in visitor.get("/admin/contests").text
    assert "Squatter Ltd" in visitor.get(f"/admin/contests/{contest_id}").text
    refused = visitor.send(f"/admin/contests/{contest_id}", {"outcome": "released"})
    assert refused.status_code == 422
    fields = {"outcome": "released", "answer": "The register names Ann Aston."}
    assert visitor.send(f"/admin/contests/{contest_id}", fields).status_code == 303
    with ports.database.reading() as session:
        assert session.get_one(Organisation, organisation.id).company_number is None
        row = session.get_one(Contest, contest_id)
        assert (row.outcome, row.answer, row.decided_by) == ("released", fields["answer"], operator.id)
    assert told(ports, holder.email) == ["number_released"]
    assert told(ports, whose.email) == ["contest_released"]
    made = signed_in(app, ports, whose).send("/account/organisations/new", FIELDS)
    assert made.status_code == 303
    assert "Taken away" in visitor.get("/admin/contests").text


def test_a_number_that_stays_stays_and_its_holder_hears_nothing(ports):
    holder, organisation, whose, operator, contest_id = contested(ports)
    now = ports.clock.now()
    perform(ports, operator, now, people.decide_contest, contest_id, ContestOutcome.KEPT, "It is theirs.")
    with ports.database.reading() as session:
        assert session.get_one(Organisation, organisation.id).company_number == "01234567"
    assert told(ports, holder.email) == []
    assert told(ports, whose.email) == ["contest_kept"]
    with pytest.raises(Refusal, match="was answered on"):
        perform(ports, operator, now, people.decide_contest, contest_id, ContestOutcome.RELEASED, "Again.")


def test_nobody_answers_in_their_own_case(ports):
    *_, contest_id = contested(ports)
    own, *_ = firm(ports, "Own Ltd", "own@else.example", company_number="7654321")
    operator = person(ports, "olga@city.example", "operator")
    row = perform(ports, operator, ports.clock.now(), people.contest, "company", "7654321", "Mine.")
    with pytest.raises(Refusal, match="another operator"):
        perform(ports, operator, ports.clock.now(), people.decide_contest, row.id, ContestOutcome.RELEASED, "Mine.")
    with pytest.raises(Refusal) as refused:
        perform(ports, own, ports.clock.now(), people.decide_contest, contest_id, ContestOutcome.KEPT, "No.")
    assert refused.value.status == 403
