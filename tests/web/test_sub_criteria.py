"""A criterion is split, each of its parts is marked, and the total adds their exact shares, through the pages."""

from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient

from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.rules.ports import Ports
from procurement.services import calls as services
from procurement.services import criteria
from procurement.services.act import perform
from tests.parts import calls as made
from tests.parts.pages import parse
from tests.parts.people import signed_in
from tests.web.test_manage_calls import send
from tests.web.test_public_calls import page
from workflows.scoring.schemes import read_scheme


@pytest.fixture
def officer(app: Flask, ports: Ports) -> FlaskClient:
    return signed_in(app, ports, made.officer(ports))


@pytest.mark.both_databases
def test_a_criterion_is_split_published_and_marked_by_its_parts(ports: Ports, officer: FlaskClient) -> None:
    call = made.drafted(ports)
    home = f"/manage/calls/{call.ref}/stages/application"
    assert f"{home}/criteria/delivery/split" in page(officer, f"{home}/criteria").links
    wrong = send(officer, f"{home}/criteria/delivery/split", 422, lines="The plan | much")
    assert "after “The plan” comes its weight" in parse(wrong.text).words
    send(officer, f"{home}/criteria/delivery/split", lines="The plan | 33 | Steps.\nThe people | 57")
    shown = page(officer, f"{home}/criteria")
    assert "The sub-criteria of “Ability to deliver” add up to 90. They must add up to 100." in shown.words
    assert "Share of “Ability to deliver”: The plan" in shown.words
    assert "6.6% of the total." in shown.words
    send(officer, f"{home}/criteria", **{"weight-the_people": "67"})
    assert "The weights add up to 100." in page(officer, f"{home}/criteria").words
    assert "Marked by “Ability to deliver: The plan”, 6.6% of the total." in page(officer, f"{home}/form").words
    send(officer, f"{home}/form/questions/plan", criterion="the_people")
    review = page(officer, f"/manage/calls/{call.ref}/review")
    assert "Ability to deliver: The people" in review.words
    assert "13.4%" in review.words
    made.reviewed(ports, made.read(ports, call.id))
    now, version = ports.clock.now(), made.read(ports, call.id).version
    perform(ports, made.approver(ports), now, services.approve_and_publish, call.id, seen=version)
    public = page(officer, f"/calls/{call.ref}")
    assert "Ability to deliver: The plan" in public.words
    assert "Counts for 6.6% of the total." in public.words
    with ports.database.reading() as session:
        (stage,) = stages_queries.of_call(session, call.id)
        assert stage.scheme is not None
        scheme = read_scheme(stage.scheme)
        assert [each.weight for each in scheme.criteria] == [35, 25, Decimal("6.6"), Decimal("13.4"), 20]
        assert len(calls_queries.criteria_of(session, stage.id)) == 5
    history = page(officer, f"/manage/calls/{call.ref}/history").words
    assert "part of the criterion" in history.casefold()


def test_a_weight_of_the_whole_is_changed_in_one_place(ports: Ports, officer: FlaskClient) -> None:
    call = made.drafted(ports)
    home = f"/manage/calls/{call.ref}/stages/application"
    send(
        officer,
        f"{home}/criteria/several",
        lines="Quality | 70\nDelivery | 30\n- Plan | 50\n- People | 50",
        instead="yes",
    )
    send(officer, f"{home}/criteria", **{"whole-plan": "40", "weight-quality": "60"})
    with ports.database.reading() as session:
        (stage,) = stages_queries.of_call(session, call.id)
        rows = calls_queries.criteria_of(session, stage.id)
        assert [(row.title, row.percent) for row in rows] == [
            ("Quality", 60),
            ("Delivery: Plan", Decimal(20)),
            ("Delivery: People", Decimal(20)),
        ]
    assert officer.get(f"{home}/criteria/plan/split").status_code == 200
    again = officer.get(f"{home}/criteria")
    assert "Split into sub-criteria" in again.text
    stage = made.stage_of(ports, call)
    with pytest.raises(Exception, match="has no parts of its own"):
        perform(ports, made.officer(ports), ports.clock.now(), criteria.split, stage.id, "plan", [])
