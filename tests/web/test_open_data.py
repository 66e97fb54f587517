"""What programs ask of the open data and how they follow it: refusals that say what is taken, cursors to their end."""

import ast
import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from flask import Flask

from procurement.config import PROJECT_ROOT
from procurement.models.register import Release
from procurement.queries.register import RELEASES
from procurement.rules.ports import Ports
from tests.parts import assessment, calls, people
from tests.parts.clock import StandingClock
from tests.parts.links_spider import MissingNextLinkError, crawl
from tests.parts.open_data import PROBLEM, filled, of, public_data, two_awards
from tests.parts.visitors import Visitor

LONG = "x" * 101
STRANGE = ("999999999999", "9" * 5_000, "٥", "５", "²", "-1", "1.0", "\x00", "1\x00", "", "2027-13-45", "0001-01-01")


@pytest.fixture
def published(ports: Ports, clock: StandingClock) -> Any:
    return two_awards(ports, clock)


# what is not understood


def test_a_parameter_that_nobody_knows_is_refused_in_every_form(app: Flask, published: Any) -> None:
    visitor = Visitor(app)
    for rule in public_data(app):
        address = of(published, rule)
        answer = visitor.get(f"{address}?theem=transport")
        assert (answer.status_code, answer.mimetype) == (400, PROBLEM), address
        assert [each["name"] for each in answer.json["parameters"]] == ["theem"], address
        assert answer.json["parameters"][0]["takes"].startswith("The address takes"), address
        assert answer.headers["Access-Control-Allow-Origin"] == "*", address


@pytest.mark.parametrize("form", ["csv", "json", "xlsx", "atom"])
@pytest.mark.parametrize(
    ("query", "name", "takes"),
    [
        ("status=Active", "status", "pending, suspended, active, cancelled, unsuccessful"),
        ("theme=transport", "theme", "low_carbon"),
        ("kind=loan", "kind", "contract, grant"),
        ("sme=maybe", "sme", "yes, no"),
        ("year=soon", "year", "whole number"),
        ("sort=colour", "sort", "newest"),
        ("status=active&status=pending", "status", "once"),
        (f"q={'x' * 300}", "q", "200"),
        ("q=air%00", "", "NUL"),
        ("page=2", "page", "q, year, kind, theme, sme, status, single_bid, sort"),
    ],
)
def test_a_wrong_filter_is_refused_with_what_it_takes(app: Flask, form: str, query: str, name: str, takes: str) -> None:
    answer = Visitor(app).get(f"/awards.{form}?{query}")
    assert (answer.status_code, answer.mimetype) == (400, PROBLEM)
    (part,) = answer.json["parameters"]
    assert part["name"] == name
    assert takes in part["takes"]
    assert part["takes"] in answer.json["detail"]


@pytest.mark.parametrize("form", ["json", "atom", "ics"])
@pytest.mark.parametrize(
    "query", ["status=Open", "theme=transport", "kind=grant", "sort=up", "page=2", "q=" + "x" * 101]
)
def test_a_wrong_filter_of_calls_is_refused_too(app: Flask, form: str, query: str) -> None:
    answer = Visitor(app).get(f"/calls.{form}?{query}")
    assert (answer.status_code, answer.mimetype) == (400, PROBLEM)
    assert answer.json["parameters"][0]["name"] == query.partition("=")[0]


def test_pages_say_what_they_left_out_and_offer_data_without_it(app: Flask, published: Any) -> None:
    visitor = Visitor(app)
    page = visitor.get("/awards?status=Active&kind=contract&view=nonsense&colour=red&year=soon")
    assert page.status_code == 200
    assert page.text.count("left out") == 3
    links = set(re.findall(r'href="(/awards\.[a-z]+[^"]*)"', page.text))
    assert len(links) >= 4
    for link in links:
        assert visitor.get(link.replace("&amp;", "&")).status_code == 200, link
    assert all("kind=contract" in link and "view" not in link for link in links)


def test_no_method_but_reading_is_taken_and_the_answer_says_so(app: Flask, published: Any) -> None:
    visitor = Visitor(app)
    for rule in public_data(app):
        for method in ("POST", "DELETE", "PUT"):
            answer = visitor.open(of(published, rule), method=method)
            assert (answer.status_code, answer.mimetype) == (405, PROBLEM), rule.rule
            assert "GET" in answer.headers["Allow"], rule.rule
            assert answer.headers["Access-Control-Allow-Origin"] == "*", rule.rule


def names_read_by(module: str) -> set[str]:
    """Every name that the pages of a module read from an address, there or in a module that it takes readers from."""
    names: set[str] = set()
    path = PROJECT_ROOT / (module.replace(".", "/") + ".py")
    if not path.is_file():
        return names
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            reads = ast.unparse(node.func).rpartition(".")[0].endswith(("request.args", "request.values", "read"))
            if reads and isinstance(node.args[0], ast.Constant):
                names.add(str(node.args[0].value))
    return names


@pytest.mark.both_databases
def test_no_number_and_no_query_breaks_a_page(app: Flask, ports: Ports) -> None:
    """Every route of the service: strange values for each parameter that its pages read, and strange numbers."""
    call = assessment.locked(ports)
    known = {"ref": call.ref, "stage": calls.stage_of(ports, call).key, "call_ref": call.ref}
    visitor = Visitor(app)
    officer = people.signed_in(app, ports, calls.officer(ports))
    operator = people.signed_in(app, ports, people.person(ports, "op@city.example", "operator"))
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.endpoint != "static"]
    asked = 0
    for rule in rules:
        view = app.view_functions[rule.endpoint]
        names = {"page", *getattr(view, "takes", ()), *names_read_by(view.__module__)}
        address = filled(rule, **known)
        browser = operator if address.startswith("/admin") else officer if address.startswith("/manage") else visitor
        asked += len(names) > 1
        for value in STRANGE if len(names) > 1 else ():
            query = "&".join(f"{name}={quote(value)}" for name in sorted(names))[:7_900]
            answer = browser.get(f"{address}?{query}")
            assert answer.status_code < 500 or rule.endpoint == "operation.readyz", (rule.rule, value)
        numbered = re.sub(r"<int:\w+>", "NUMBER", rule.rule)
        if numbered != rule.rule:
            whole = re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", lambda part: known.get(part[1], "nobody"), numbered)
            for value in STRANGE[:9]:
                assert officer.get(whole.replace("NUMBER", quote(value))).status_code == 404, (rule.rule, value)
    assert asked > 25


# following


def released(ports: Ports, count: int, clock: StandingClock) -> None:
    """So many releases, one a minute, of as many procurements."""
    begins = clock.now().replace(microsecond=0)

    def make(session: Any) -> None:
        for number in range(count):
            moment = begins + timedelta(minutes=number)
            ocid = f"ocds-b5fd17-x-{number}"
            content = {
                "ocid": ocid,
                "id": f"{ocid}-1",
                "date": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "tag": ["tender"],
            }
            release = Release(ocid=ocid, release_id=f"{ocid}-1", tag="tender", moment=moment, recorded_at=moment)
            release.place = number + 1
            release.content = json.dumps(content).encode()
            session.add(release)

    ports.database.write(make)


@pytest.mark.both_databases
@pytest.mark.parametrize("count", [0, 1, RELEASES - 1, RELEASES, RELEASES + 1, 2 * RELEASES])
def test_whoever_follows_the_links_gets_each_release_once_and_comes_to_an_end(
    app: Flask, ports: Ports, clock: StandingClock, count: int
) -> None:
    released(ports, count, clock)
    visitor = Visitor(app)

    def fetch(url: str) -> Any:
        parts = urlsplit(url)
        answer = visitor.get(f"{parts.path}?{parts.query}" if parts.query else parts.path)
        assert answer.status_code == 200, url
        return answer.json

    pages = crawl(fetch, "http://localhost/ocds/releases.json")
    ocids = [release["ocid"] for page in pages for release in page["releases"]]
    assert len(ocids) == len(set(ocids)) == count
    for number, page in enumerate(pages):
        full = len(page["releases"]) == RELEASES
        assert ("links" in page) == (full or number == 0), number


def test_who_has_caught_up_is_told_where_to_go_on_and_that_nothing_is_new(
    app: Flask, ports: Ports, clock: StandingClock
) -> None:
    released(ports, 3, clock)
    visitor = Visitor(app)
    first = visitor.get("/ocds/releases.json")
    place = re.search(r'<http://localhost([^>]+)>; rel="monitor"', first.headers["Link"] + str(first.headers))
    assert place
    assert first.json["links"]["next"] == f"http://localhost{place[1]}"
    empty = visitor.get(place[1])
    assert (empty.status_code, empty.json["releases"]) == (200, [])
    assert "links" not in empty.json
    assert f"<http://localhost{place[1]}>" in str(empty.headers)
    clock.forward(days=1)
    again = visitor.get(place[1], headers={"If-None-Match": empty.headers["ETag"]})
    assert again.status_code == 304

    def more(session: Any) -> None:
        made = {"moment": clock.now(), "recorded_at": clock.now(), "place": 4}
        release = Release(ocid="ocds-b5fd17-y", release_id="y-1", tag="tender", **made)
        release.content = b'{"ocid": "ocds-b5fd17-y", "date": "2027-01-01T00:00:00Z"}'
        session.add(release)

    ports.database.write(more)
    news = visitor.get(place[1], headers={"If-None-Match": empty.headers["ETag"]})
    assert [each["ocid"] for each in news.json["releases"]] == ["ocds-b5fd17-y"]


def test_a_first_page_without_a_link_would_be_seen() -> None:
    with pytest.raises(MissingNextLinkError):
        crawl(lambda url: {"releases": []}, "x")


@pytest.mark.both_databases
def test_releases_are_chosen_by_their_date(app: Flask, ports: Ports, clock: StandingClock) -> None:
    begins = clock.now().replace(microsecond=0)
    released(ports, 10, clock)
    visitor = Visitor(app)

    def found(**window: Any) -> int:
        said = "&".join(f"{name}={at.strftime('%Y-%m-%dT%H:%M:%SZ')}" for name, at in window.items())
        answer = visitor.get(f"/ocds/releases.json?{said}")
        assert said.replace(":", "%3A") in answer.json["uri"]
        return len(answer.json["releases"])

    assert found(since=begins + timedelta(minutes=3)) == 7
    assert found(until=begins + timedelta(minutes=3)) == 3
    assert found(since=begins + timedelta(minutes=3), until=begins + timedelta(minutes=5)) == 2
    day = begins.date().isoformat()
    assert len(visitor.get(f"/ocds/releases.json?since={day}&until={day}").json["releases"]) == 10
    for wrong in ("2027-02-30", "yesterday", "2027-03-01T09:00:00", "٢٠٢٧-03-01", "9999-12-31", "1"):
        assert visitor.get(f"/ocds/releases.json?since={quote(wrong)}").status_code == 400, wrong
