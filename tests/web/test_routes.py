"""Which law applies to a call: asked of its officer, advised, read by its approver and by everybody."""

from datetime import date
from typing import Any

from flask import Flask

from procurement.models.calls import Call
from procurement.queries import calls as calls_queries
from procurement.rules.ports import Ports
from procurement.services import calls as services
from procurement.services.act import perform
from tests.parts import calls, people
from tests.web.test_manage_calls import page, send

SAID = {"subject": "goods_services", "route": "covered", "route_why": "", "conflicts_by": "Olive Officer"}
STANDS = "Before this can be published"


def law(call: Call) -> str:
    return f"/manage/calls/{call.ref}/setup/law"


def test_an_officer_is_advised_and_departs_only_with_a_reason_that_everybody_reads(app: Flask, ports: Ports) -> None:
    call = calls.drafted(ports, "challenge_open", budget=100_000)
    officer, home = people.signed_in(app, ports, calls.officer(ports)), f"/manage/calls/{call.ref}"
    assert "£120,000 with VAT, which is below the threshold" in page(officer, law(call)).words
    send(officer, law(call), **SAID)
    shown = page(officer, law(call)).words
    assert STANDS in shown
    assert "It runs as a covered procurement, which the law does not ask for here. Say why." in shown
    assert "Say which law applies" in page(officer, home).words

    send(officer, law(call), route_why="A standstill for whoever answers.")
    assert STANDS not in page(officer, law(call)).words
    history = page(officer, f"{home}/history").words
    assert "Why it is a covered procurement all the same: from nothing to A standstill for whoever answers." in history

    reviewed = calls.reviewed(ports, calls.read(ports, call.id))
    review = page(people.signed_in(app, ports, calls.approver(ports)), f"{home}/review").words
    assert "It runs as a covered procurement all the same: A standstill for whoever answers." in review
    assert "Olive Officer" in review
    now = ports.clock.now()
    perform(ports, calls.approver(ports), now, services.approve_and_publish, reviewed.id, seen=reviewed.version)

    everybody = page(app.test_client(), f"/calls/{call.ref}/how-we-decide").words
    assert "Its estimated value is £120,000 with VAT, which is below the threshold of £207,720." in everybody
    assert "A standstill for whoever answers." in everybody
    assert "Conflicts of interest were assessed on Tuesday 1 December 2026." in everybody
    assert "Olive Officer" not in everybody
    (release,) = app.test_client().get(f"/ocds/records/{calls.read(ports, call.id).open_data_id}.json").json["records"]
    rationale = release["compiledRelease"]["tender"]["procurementMethodRationale"]
    assert rationale.endswith("A standstill for whoever answers.")


def test_a_call_runs_as_what_was_chosen_and_its_dates_follow(app: Flask, ports: Ports) -> None:
    call = calls.drafted(ports, "challenge_open", budget=100_000)
    officer = people.signed_in(app, ports, calls.officer(ports))
    dates, least = f"/manage/calls/{call.ref}/setup/dates", "The law gives tenderers at least 25 days"
    assert least in page(officer, dates).words
    send(officer, law(call), route="below_threshold", conflicts_by="", one_lot_why="", route_why="")
    assert STANDS not in page(officer, law(call)).words
    assert least not in page(officer, dates).words


def test_a_fund_is_asked_one_thing_and_no_other_way_is_taken(app: Flask, ports: Ports) -> None:
    fund = calls.drafted(ports, "innovation_fund")
    officer = people.signed_in(app, ports, calls.officer(ports))
    assert "How does it run?" not in page(officer, law(fund)).words
    send(officer, law(fund), receives="buys", route="covered")
    assert "begin a challenge instead of innovation funding" in page(officer, law(fund)).words
    assert calls.read(ports, fund.id).route == "grant"


def test_what_is_not_offered_or_no_amount_is_refused_where_it_is_typed(app: Flask, ports: Ports) -> None:
    call = calls.drafted(ports, "challenge_open")
    officer = people.signed_in(app, ports, calls.officer(ports))
    for wrong in ({"route": "grant"}, {"receives": "gifts"}, {"subject": "peace"}, {"whole_value": "much"}):
        assert "There is a problem" in send(officer, law(call), 422, **wrong).text


def test_what_a_colleague_saved_meanwhile_is_shown_and_nothing_is_lost(app: Flask, ports: Ports) -> None:
    call = calls.drafted(ports, "challenge_open")
    officer, now = people.signed_in(app, ports, calls.officer(ports)), ports.clock.now()
    version = page(officer, law(call)).one("[name=version]").attributes["value"]
    other = calls.staff(ports, "second@city.example", "officer")

    def meanwhile(session: Any) -> None:
        row = calls_queries.get_call(session, call.id)
        calls.save(session, ports, row, "route", {"conflicts_on": date(2026, 12, 2)}, other, now)

    ports.database.write(meanwhile)
    answer = send(officer, law(call), 409, version=version, conflicts_on__day="3")
    assert "3" in answer.text
    assert "2" in answer.text
