"""Calls for everybody: pages, feeds, the frozen rules."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy.orm import Session

from procurement.models.calls import Call
from procurement.queries import stages as stages_queries
from procurement.rules.ledger import digest
from procurement.rules.ports import Ports
from procurement.rules.questions import Question, get_kind
from procurement.web.filters import uk_datetime
from procurement.web.parts.questions import counts_towards
from procurement.web.public.call_texts import key_dates
from tests.parts import assessment, procedures, stages
from tests.parts import calls as made
from tests.parts.pages import Node, read
from tests.parts.people import signed_in
from tests.parts.statements import statements

ATOM = "{http://www.w3.org/2005/Atom}"


def page(client: FlaskClient, path: str) -> Node:
    return read(client.get(path))


def test_an_empty_service_says_what_will_be_there(ports: Ports, visitor: FlaskClient) -> None:
    assert "No call is open at the moment." in page(visitor, "/").words
    assert "Nothing has been published yet." in page(visitor, "/calls").words


def test_a_call_has_everything_that_an_applicant_asks_for(ports: Ports, visitor: FlaskClient) -> None:
    call = made.published(ports, "challenge_open", lots=[("North", 60_000), ("South", 40_000)])
    shown, stage = page(visitor, f"/calls/{call.ref}"), made.stage_of(ports, call)
    assert shown.one("h1").words == call.title
    for text in (
        call.problem,
        call.users,
        call.outcome,
        "£100,000",
        "Lot 2: South",
        "Counts for 35% of the total.",
        str(stage.scheme_fingerprint),
        str(call.workflow_fingerprint),
        "This call is open.",
        "30 days left",
    ):
        assert text in shown.words
    assert f"/calls/{call.ref}/apply" in shown.links
    form = page(visitor, f"/calls/{call.ref}/form")
    assert "Text of up to 600 words" in form.words
    assert "Counts towards Quality of the solution (35%)" in form.words
    assert "The application has 10 questions." in form.words


def test_what_is_not_published_does_not_exist(ports: Ports, visitor: FlaskClient) -> None:
    draft, review = made.drafted(ports), made.reviewed(ports, made.drafted(ports, title="Another"))
    for call in (draft, review):
        for path in ("", "/form", "/scheme.json", "/workflow.json", "/version.json", ".json", ".ics"):
            assert visitor.get(f"/calls/{call.ref}{path}").status_code == 404
    assert visitor.get("/calls.json").json["calls"] == []
    assert visitor.get("/calls/NONE-2026-001").status_code == 404


@pytest.mark.both_databases
def test_the_clock_decides_what_a_call_is(ports: Ports, visitor: FlaskClient, clock: Any) -> None:
    call = made.published(ports, "small_grant", opens_in=timedelta(days=2), open_for=timedelta(days=5))
    path = f"/calls/{call.ref}"

    def status() -> str:
        return visitor.get("/calls.json").json["calls"][0]["status"]

    assert status() == "upcoming"
    assert f"{path}/apply" not in page(visitor, path).links
    stage = made.stage_of(ports, call)
    clock.set(stage.opens_at)
    assert status() == "open"
    assert f"{path}/apply" in page(visitor, path).links
    clock.set(stage.closes_at - timedelta(microseconds=1))
    assert status() == "open"
    clock.set(stage.closes_at)
    assert status() == "closed"
    assert f"{path}/apply" not in page(visitor, path).links


def test_only_who_may_start_an_application_is_offered_it(app: Flask, ports: Ports, visitor: FlaskClient) -> None:
    call = made.published(ports)
    officer = signed_in(app, ports, made.officer(ports))
    for path in (f"/calls/{call.ref}", f"/calls/{call.ref}/form"):
        assert f"/calls/{call.ref}/apply" in page(visitor, path).links
        assert f"/calls/{call.ref}/apply" not in page(officer, path).links


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["Open soon", "Open later", "Not yet"]),
        ("?status=open", ["Open soon", "Open later"]),
        ("?status=upcoming", ["Not yet"]),
        ("?theme=mobility", ["Open later"]),
        ("?kind=challenge", ["Not yet"]),
        ("?q=SOON", ["Open soon"]),
        ("?q=100%25", []),
        ("?sort=title", ["Not yet", "Open later", "Open soon"]),
        ("?sort=newest", ["Not yet", "Open later", "Open soon"]),
    ],
)
def test_a_search_is_the_same_in_every_form(
    ports: Ports, visitor: FlaskClient, clock: Any, query: str, titles: list[str]
) -> None:
    made.published(ports, "small_grant", title="Open soon", open_for=timedelta(days=10))
    clock.forward(minutes=1)
    made.published(ports, "small_grant", title="Open later", theme="mobility", open_for=timedelta(days=20))
    clock.forward(minutes=1)
    made.published(ports, "challenge_open", title="Not yet", opens_in=timedelta(days=3))
    assert [call["title"] for call in visitor.get(f"/calls.json{query}").json["calls"]] == titles
    feed = Xml.fromstring(visitor.get(f"/calls.atom{query}").data)  # noqa: S314  (our own)
    assert [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")] == titles
    cards = [each.words for each in page(visitor, f"/calls{query}").all("h3")]
    assert [text for text in cards if text in ("Open soon", "Open later", "Not yet")] == titles
    calendar = Calendar.from_ical(visitor.get(f"/calls.ics{query}").data)
    assert sorted({str(each["summary"]).partition(": ")[2] for each in calendar.events}) == sorted(titles)


def test_parts_of_an_address_that_make_no_sense_are_left_out_and_named(ports: Ports, visitor: FlaskClient) -> None:
    made.published(ports)
    shown = page(visitor, "/calls?status=nonsense&theme=low_carbon&page=99&colour=red&sort=up")
    assert "1 call" in shown.words
    assert (
        "Part of the address made no sense and was left out: colour, status=nonsense, sort=up, page=99." in shown.words
    )


def test_the_calendar_tells_uk_time_and_keeps_its_ids(ports: Ports, visitor: FlaskClient) -> None:
    call = made.published(ports)

    def closing() -> Any:
        calendar = Calendar.from_ical(visitor.get(f"/calls/{call.ref}.ics").data)
        return next(each for each in calendar.events if str(each["uid"]) == f"{call.ref}-closes")

    before = closing()
    assert before["dtstart"].dt == made.stage_of(ports, call).closes_at
    assert before["dtstart"].params["TZID"] == "Europe/London"
    made.cancelled(ports, call, "The money went elsewhere.")
    after = closing()
    assert (str(after["uid"]), int(after["sequence"]), str(after["status"])) == (str(before["uid"]), 1, "CANCELLED")
    assert "This call was cancelled: The money went elsewhere." in page(visitor, f"/calls/{call.ref}").words


@pytest.mark.both_databases
def test_the_frozen_rules_are_what_their_fingerprints_say(ports: Ports, visitor: FlaskClient) -> None:
    call = made.published(ports, "small_grant")
    stage = made.stage_of(ports, call)
    for path in ("scheme.json", "stages/application/scheme.json"):
        assert digest(visitor.get(f"/calls/{call.ref}/{path}").data) == stage.scheme_fingerprint
    assert visitor.get(f"/calls/{call.ref}/stages/nowhere/scheme.json").status_code == 404
    assert digest(visitor.get(f"/calls/{call.ref}/workflow.json").data) == call.workflow_fingerprint
    data = visitor.get(f"/calls/{call.ref}.json").json
    assert (data["scheme_sha256"], data["budget"]) == (
        stage.scheme_fingerprint,
        {"amount": 100_000, "amount_basis": "outside_scope", "currency": "GBP"},
    )
    version = visitor.get(f"/calls/{call.ref}/version.json")
    (only,) = version.json["stages"]
    assert only["scheme_sha256"] == stage.scheme_fingerprint
    assert [question["purpose"] for question in only["form"] if question["purpose"]] == [
        "title",
        "summary",
        "amount",
        "assistance",
    ]


def test_a_call_of_several_stages_shows_the_dates_and_the_weights_of_each(
    ports: Ports, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    procedures.offered(monkeypatch)
    call = made.published(ports, "three_stages")
    shown = page(visitor, f"/calls/{call.ref}")
    titles = [each.words for each in shown.all("h3")]
    for title in ("Expression of interest: Closes", "Proposal: Opens", "Demonstration: Decision", "Demonstration"):
        assert title in titles
    assert "Demonstration: Closes" not in titles
    for text in (
        "Expressions of interest can be opened",
        "An expression of interest needs at least 50.00 of 100 to go on.",
        "A demonstration needs at least 50.00 of 100 to be awarded the contract.",
        "What counts for the ranking of this stage: Proposal 60% Demonstration 40%",
        "Start expression of interest",
    ):
        assert text in shown.words, text
    forms = [link for link in shown.links if link.endswith("/form")]
    assert forms == [f"/calls/{call.ref}/stages/{key}/form" for key in ("interest", "proposal")]
    assert "The proposal has 10 questions." in page(visitor, forms[1]).words
    assert f"/calls/{call.ref}/apply" in page(visitor, forms[0]).links
    assert f"/calls/{call.ref}/apply" not in page(visitor, forms[1]).links
    assert visitor.get(f"/calls/{call.ref}/stages/demonstration/form").status_code == 404
    data = visitor.get(f"/calls/{call.ref}.json").json
    assert [(each["key"], sorted(each["links"])) for each in data["stages"]] == [
        ("interest", ["form", "scheme"]),
        ("proposal", ["form", "scheme"]),
        ("demonstration", ["scheme"]),
    ]
    calendar = Calendar.from_ical(visitor.get(f"/calls/{call.ref}.ics").data)
    assert sorted(str(each["uid"]).partition("@")[0].removeprefix(f"{call.ref}-") for each in calendar.events) == [
        "closes",
        "decision",
        "demonstration-decision",
        "opens",
        "proposal-closes",
        "proposal-decision",
        "proposal-opens",
        "proposal-questions",
    ]


def test_a_stage_that_is_open_after_the_first_is_never_called_closed(
    ports: Ports, visitor: FlaskClient, clock: Any
) -> None:
    call = made.published(ports, "rnd_phased")
    first = made.stage_of(ports, call, "feasibility")
    shown = page(visitor, f"/calls/{call.ref}")
    assert shown.one("dl.govuk-summary-list").words.count("closes") == 1
    assert "Phase 1: feasibility closes" in shown.words

    def begin(session: Session) -> None:
        each = stages_queries.get(session, first.id)
        each.opened_at, each.marks_locked_at = each.closes_at + timedelta(hours=2), each.closes_at + timedelta(days=9)
        each.told_at = each.closes_at + timedelta(days=10)
        after = stages_queries.find(session, call.ref, "prototype")
        assert after is not None
        after.state, after.started_at = "collecting", each.told_at

    ports.database.write(begin)
    later = made.stage_of(ports, call, "prototype")
    clock.set(later.opens_at - timedelta(days=1))
    said = f"Phase 2: prototype opens on {uk_datetime(later.opens_at)} to those who were invited"
    assert said in page(visitor, f"/calls/{call.ref}").words
    clock.set(later.opens_at)
    said = f"Phase 2: prototype is open to those who were invited, until {uk_datetime(later.closes_at)}."
    shown = page(visitor, f"/calls/{call.ref}")
    assert said in shown.words
    assert "being assessed" not in shown.words
    assert f"Phase 2: prototype closes {uk_datetime(later.closes_at)}" in shown.words
    (listed,) = visitor.get("/calls.json").json["calls"]
    assert (listed["status"], listed["status_text"]) == ("in_assessment", said)
    assert said in page(visitor, "/calls").words
    assert visitor.get(f"/calls/{call.ref}.json").json["status_text"] == said
    clock.set(later.closes_at)
    shown = page(visitor, f"/calls/{call.ref}").words
    assert "This call is at its stage “Phase 2: prototype”" in shown
    assert "being assessed" not in shown


def test_the_dates_of_a_stage_that_is_told_are_those_at_which_things_were_done(
    ports: Ports, visitor: FlaskClient, clock: Any
) -> None:
    call = made.published(ports, "rnd_phased")
    first = made.stage_of(ports, call, "feasibility")
    done = {
        name: first.closes_at + timedelta(hours=hours)
        for name, hours in (("opened_at", 3), ("marks_locked_at", 30), ("told_at", 50))
    }
    ports.database.write(
        lambda session: [setattr(stages_queries.get(session, first.id), name, at) for name, at in done.items()]
    )
    clock.set(done["told_at"] + timedelta(hours=1))
    shown = page(visitor, f"/calls/{call.ref}").words
    for title, name in (("Feasibility proposals were opened", "opened_at"), ("Told", "told_at")):
        assert f"Phase 1: feasibility: {title} {uk_datetime(done[name])}" in shown
    assert "Phase 1: feasibility: Decision" not in shown
    dates = key_dates_of(ports, call)
    assert [each["title"] for each in dates if each["state"] == "next"] == ["Phase 2: prototype: Opens"]


def test_an_unsealed_stage_is_not_promised_to_be_sealed(app: Flask, ports: Ports, visitor: FlaskClient) -> None:
    call = made.published(ports, "innovation_fund")
    shown = page(visitor, f"/calls/{call.ref}").words
    panel = made.stage_of(ports, call, "panel")
    assert (
        f"Panel: Replies to the assessors can be read {uk_datetime(panel.closes_at)} They are read from the closing "
        "on: there is no holding time, and no two people open them."
    ) in shown
    assert "Panel: Replies to the assessors can be opened" not in shown
    assert "Application: Applications can be opened" in shown
    ports.database.write(lambda session: [setattr(stages_queries.get(session, panel.id), "opened_at", panel.closes_at)])
    opening = page(signed_in(app, ports, made.officer(ports)), f"/manage/calls/{call.ref}/stages/panel/opening").words
    assert "0 submitted" in opening
    assert "0 without a reply to the assessors" in opening
    assert f"Read when it closed {uk_datetime(panel.closes_at)}" in opening
    for wrong in ("First person", "Second person", "opening record", "bids opened"):
        assert wrong not in opening


def test_officers_are_not_told_to_open_what_was_not_sealed(app: Flask, ports: Ports) -> None:
    call = assessment.opened(ports, assessment.bids_in(ports, firms=1))
    stage = stages.following(ports, call, "reply", ["collect", "assess", "award"], required=False, sealed=False)
    hub, bids = f"/manage/calls/{call.ref}", f"/manage/calls/{call.ref}/stages/reply/applications"
    for at in (stage.opens_at, stage.closes_at):
        ports.clock.set(at)  # type: ignore[attr-defined]
        officer = signed_in(app, ports, made.officer(ports))
        said = [page(officer, path).words for path in (hub, bids, f"{hub}/stages/reply/opening")]
        for wrong in ("Two people can open", "two people open the bids", "The replys are sealed", "Ask to open"):
            assert [wrong in each for each in said] == [False] * 3, wrong
    assert "It has closed. The replys are read from now on." in said[0]
    assert "The replys are not read before the closing." in said[1]


def key_dates_of(ports: Ports, call: Call) -> list[dict[str, Any]]:
    with ports.database.reading() as session:
        return key_dates(call, stages_queries.listed(session, call.id), ports.clock.now())


def test_a_list_costs_the_same_with_more_calls(ports: Ports, visitor: FlaskClient) -> None:
    first = made.published(ports)
    paths = ("/", "/calls", "/calls.json", f"/calls/{first.ref}", f"/calls/{first.ref}/form")
    one = {path: statements(ports, visitor.get, path) for path in paths}
    for title in ("Two", "Three"):
        made.published(ports, title=title)
    assert {path: statements(ports, visitor.get, path) for path in paths} == one
    # a call, its stages, their lots, criteria, conditions, answers, what moved, counts, documents, papers, outages
    assert max(one.values()) <= 11


def test_a_criterion_is_worth_its_weight_once_however_many_questions_count_towards_it(app: Flask) -> None:
    def question(key: str, criterion: str) -> Question:
        return Question(key=key, section="A", text=key, kind=get_kind("yes_no"), criterion=criterion)

    named = {"new": ("Innovation", 30), "cost": ("Cost", 70)}
    criteria = {key: SimpleNamespace(title=title, percent=percent) for key, (title, percent) in named.items()}
    form = [question("a", "new"), question("b", ""), question("c", "new"), question("d", "cost"), question("e", "new")]
    with app.test_request_context():
        assert counts_towards(criteria, form) == {
            "a": "Innovation (30%), together with questions 3 and 5",
            "c": "Innovation (30%), together with questions 1 and 5",
            "d": "Cost (70%)",
            "e": "Innovation (30%), together with questions 1 and 3",
        }


@pytest.mark.parametrize("procedure", ["challenge_open", "challenge", "innovation_fund", "small_grant", "rnd_phased"])
def test_every_address_that_the_data_of_a_call_names_is_there(
    ports: Ports, visitor: FlaskClient, procedure: str
) -> None:
    call = made.published(ports, procedure)
    data = visitor.get(f"/calls/{call.ref}.json").json
    links = [*data["links"].values(), *(link for each in data["stages"] for link in each["links"].values())]
    paths = [link.removeprefix(ports.base_url) for link in links]
    assert [path for path in paths if visitor.get(path).status_code != 200] == []
    assert data["scheme_sha256"] in {each["scheme_sha256"] for each in data["stages"]}
