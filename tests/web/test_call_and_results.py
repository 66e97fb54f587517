"""From a call to its results and back: one step each way, in each state of the call only what makes sense then."""

from flask import Flask

from procurement.models.calls import Call
from procurement.rules.ports import Ports
from tests.parts import calls, outcomes
from tests.parts.pages import read
from tests.parts.visitors import Visitor


def shown(app: Flask, ports: Ports, call: Call) -> tuple[list[str], str]:
    page = read(Visitor(app).get(f"/calls/{call.ref}"))
    return [each for each in page.links if each.startswith(("/awards/", "/notices/"))], page.one("main").words


def test_a_decided_call_leads_to_its_awards_and_notice_and_each_leads_back(app: Flask, ports: Ports) -> None:
    call = outcomes.told(ports)
    outcomes.noticed(ports, call)
    links, words = shown(app, ports, call)
    assert (len([each for each in links if each.startswith("/awards/")]), len(links)) == (2, 3)
    assert ("Results" in words, "before you start" in words) == (True, False)
    for each in links:
        assert f"/calls/{call.ref}" in read(Visitor(app).get(each)).links, each


def test_an_open_call_has_no_results_and_invites_to_read_its_questions(app: Flask, ports: Ports) -> None:
    links, words = shown(app, ports, calls.published(ports))
    assert (links, "See every question before you start" in words, "Results" in words) == ([], True, False)


def test_a_cancelled_call_invites_nobody_to_start(app: Flask, ports: Ports) -> None:
    call = calls.cancelled(ports, calls.published(ports), "The money was needed elsewhere.")
    links, words = shown(app, ports, call)
    assert (links, "before you start" in words, "See every question" in words) == ([], False, True)


def test_a_call_says_what_is_bought_and_where_in_words_and_for_programs(app: Flask, ports: Ports) -> None:
    call = calls.published(ports, place="UKG31")
    visitor = Visitor(app)
    shown = read(visitor.get(f"/calls/{call.ref}")).one("main").words
    assert "What is bought 73000000-2: Research and development services and related consultancy services" in shown
    assert "Where Birmingham (UKG31)" in shown
    said = visitor.get(f"/calls/{call.ref}.json").json
    assert said["cpv"]["code"] == "73000000-2"
    assert said["place"] == {"code": "UKG31", "words": "Birmingham (UKG31)"}
    assert (said["also_cpv"], said["also_places"], said["lots"][0]["place"]["code"]) == ([], [], "UKG31")
    wide = calls.published(ports, title="Wide", place="UKG31", also_places="UKG33 anywhere", also_cpv="72000000-5")
    shown = read(visitor.get(f"/calls/{wide.ref}")).one("main").words
    assert "consultancy services; 72000000-5: IT services: consulting" in shown
    assert "Where Birmingham (UKG31); Coventry (UKG33); Anywhere in the area of" in shown
    said = visitor.get(f"/calls/{wide.ref}.json").json
    assert [each["code"] for each in said["also_cpv"]] == ["72000000-5"]
    assert [each["code"] for each in said["also_places"]] == ["UKG33", "anywhere"]
    assert said["lots"][0]["also_cpv"] == said["also_cpv"]
    kept = visitor.get(f"/calls/{wide.ref}/version.json").json
    assert (kept["also_cpv"], kept["also_places"]) == (["72000000-5"], ["UKG33", "anywhere"])
    fund = calls.published(ports, "small_grant", title="Halls")
    assert "What is bought" not in read(visitor.get(f"/calls/{fund.ref}")).one("main").words
    assert visitor.get(f"/calls/{fund.ref}.json").json["cpv"] is None
