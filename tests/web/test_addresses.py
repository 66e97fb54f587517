"""Numbers and NULs in addresses: none of them reaches a database, on either."""

import re
from urllib.parse import quote

from flask import Flask
from werkzeug.routing import IntegerConverter, Rule

from procurement.rules.ports import Ports
from tests.parts import assessment, calls, people
from tests.parts.visitors import Visitor

STRANGE = ("1000000000", "9" * 5_000, "٥", "５", "²", "-1", "1.0", "1\x00", "\x00", "")


def numbered(app: Flask) -> list[Rule]:
    """The routes that hold a number."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if any(isinstance(each, IntegerConverter) for each in rule._converters.values())
    ]


def address(rule: Rule, number: str) -> str:
    filled = re.sub(r"<int:\w+>", quote(number), rule.rule)
    filled = re.sub(r"<any\((\w+)[^>]*>", r"\1", filled)
    return re.sub(r"<[^>]+>", "nobody", filled)


def method(rule: Rule) -> str:
    return "POST" if "POST" in (rule.methods or ()) else "GET"


def test_an_address_with_no_number_of_ours_is_no_page(app: Flask) -> None:
    visitor, rules = Visitor(app), numbered(app)
    # what everybody may read says at once that nobody's call has no such version, nobody's award no such publication,
    # and that there is no such plan
    asked = [rule for rule in rules if not rule.rule.startswith(("/calls/", "/awards/", "/sitemaps/", "/pipeline/"))]
    known = {visitor.open(address(rule, "999999999"), method=method(rule)).status_code for rule in asked}
    assert (len(rules) > 15, 404 in known) == (True, False)
    for number in STRANGE[:-1]:
        answers = {address(rule, number): visitor.open(address(rule, number), method=method(rule)) for rule in rules}
        assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(answers, 404)


def test_a_number_that_nobody_has_is_no_page_either(app: Flask, ports: Ports) -> None:
    operator = people.signed_in(app, ports, people.person(ports, "op@city.example", "operator"))
    assert operator.get("/admin/users/999999999").status_code == 404
    assert operator.get("/admin/outbox/999999999").status_code == 404


def test_a_cursor_is_digits_or_refused(app: Flask) -> None:
    visitor = Visitor(app)
    for text in STRANGE:
        answer = visitor.get(f"/ocds/releases.json?after={quote(text)}")
        assert (answer.status_code, answer.mimetype) == (400, "application/problem+json"), text
    beyond = visitor.get("/ocds/releases.json?after=999999999")
    assert (beyond.status_code, beyond.json["releases"]) == (200, [])


def test_a_page_that_is_no_number_is_the_first(app: Flask, ports: Ports) -> None:
    visitor, officer = Visitor(app), people.signed_in(app, ports, calls.officer(ports))
    operator = people.signed_in(app, ports, people.person(ports, "op@city.example", "operator"))
    history = f"/manage/calls/{calls.published(ports).ref}/history"
    asked = (
        (visitor, ("/awards?page=", "/awards?year=", "/calls?page=")),
        (operator, ("/admin/users?page=", "/admin/outbox?before=")),
        (officer, (f"{history}?page=",)),
    )
    answers = {
        f"{path}{quote(text)}": browser.get(f"{path}{quote(text)}").status_code
        for browser, paths in asked
        for path in paths
        for text in STRANGE
    }
    assert answers == dict.fromkeys(answers, 200)


def test_the_pages_of_a_call_take_no_strange_number(app: Flask, ports: Ports) -> None:
    call = assessment.locked(ports)
    officer = people.signed_in(app, ports, calls.officer(ports))
    root = f"/manage/calls/{call.ref}"
    paths = [
        f"{root}/{page}{quote(text)}{more}"
        for text in STRANGE
        for page, more in (
            ("applications?lot=", ""),
            ("applications.csv?lot=", ""),
            ("ranking?budget_", "=1000"),
            ("decisions/in-rank-order?reserves=", ""),
        )
    ]
    assert {path: officer.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)


def test_a_reminder_to_nobody_we_know_reminds_nobody(app: Flask, ports: Ports) -> None:
    call = assessment.in_assessment(ports)
    assessment.assigned(ports, call, assessment.assessors(ports, 2))
    officer = people.signed_in(app, ports, calls.officer(ports))
    page = f"/manage/calls/{call.ref}/progress"
    for text in STRANGE[:-1]:
        officer.send(page, {"person": text}, to=f"{page}/remind")
        assert "Nobody was reminded" in officer.get(page).text, text


def test_a_nul_finds_nothing_and_breaks_nothing(app: Flask, ports: Ports) -> None:
    visitor, officer = Visitor(app), people.signed_in(app, ports, calls.officer(ports))
    operator = people.signed_in(app, ports, people.person(ports, "op@city.example", "operator"))
    call = calls.published(ports)
    found = {
        visitor: ("/calls?q=%00", "/calls?status=%00", "/awards?q=%00", "/verify?code=%00"),
        operator: ("/admin/users?q=%00", "/admin/outbox?state=%00"),
        officer: (f"/manage/calls/{call.ref}/applications?q=%00&state=%00", "/manage/calls?phase=%00"),
    }
    assert {path: browser.get(path).status_code for browser, paths in found.items() for path in paths} == {
        path: 200 for paths in found.values() for path in paths
    }
    nowhere = ("/awards/%00", "/awards/%00.json", "/calls/%00", "/calls/%00.json", "/documents/%00.pdf", "/%00")
    nowhere += ("/ocds/records/%00.json", "/organisations/%00", "/notices/%00", "/applications/%00", "/static/%00")
    assert {path: visitor.get(path).status_code for path in nowhere} == dict.fromkeys(nowhere, 404)
