"""The pages about who reads what and about the ranking show a hundred applications at a time, of however many."""

import re

import pytest
from flask import Flask

from procurement.models.calls import Call
from procurement.rules.ports import Ports
from tests.parts import assessment, calls, many, people
from tests.parts.pages import read
from tests.parts.statements import statements
from tests.parts.visitors import Visitor

BIDS = 130
MOST = 300_000  # bytes of a page


def marked(ports: Ports, bids: int) -> Call:
    call = assessment.in_assessment(ports, assessment.opened(ports, assessment.bids_in(ports, firms=3)))
    assessment.assigned(ports, call)
    assessment.marked(ports, call)
    many.more(ports, call, bids - 3)
    return call


def ranked(ports: Ports, bids: int) -> Call:
    call = assessment.locked(ports, firms=3)
    many.more(ports, call, bids - 3)
    return call


def refs(page: str) -> list[str]:
    """The applications that a page lists, in its order, each once."""
    return list(dict.fromkeys(re.findall(r"/(?:assign|ranking)/([A-Z0-9-]+)\"", page)))


def signed_in(app: Flask, ports: Ports) -> Visitor:
    """Once the call is made: its clock runs on, and sign-ins end by it."""
    return people.signed_in(app, ports, calls.officer(ports))


@pytest.mark.parametrize("page", ["progress", "assign", "ranking"])
def test_every_application_stands_on_exactly_one_page(page: str, app: Flask, ports: Ports) -> None:
    call = (ranked if page == "ranking" else marked)(ports, BIDS)
    officer = signed_in(app, ports)
    address = f"/manage/calls/{call.ref}/stages/application/{page}"
    first, second = officer.get(address), officer.get(f"{address}?page=2")
    assert (len(refs(first.text)), len(refs(second.text))) == (100, BIDS - 100)
    assert len({*refs(first.text), *refs(second.text)}) == BIDS
    assert read(first).all(f'a[href="{address}?page=2"]')
    assert read(second).all(f'a[href="{address}"]')
    beyond = officer.get(f"{address}?page=9")
    assert "There is no page 9: this is the last one." in beyond.text
    assert refs(beyond.text) == refs(second.text)
    assert max(len(each.data) for each in (first, second)) < MOST


@pytest.mark.parametrize("page", ["progress", "assign", "ranking"])
def test_as_many_statements_for_many_applications_as_for_a_few(page: str, app: Flask, ports: Ports) -> None:
    call = (ranked if page == "ranking" else marked)(ports, 10)
    officer = signed_in(app, ports)
    address = f"/manage/calls/{call.ref}/stages/application/{page}"
    officer.get(address)
    few = statements(ports, officer.get, address)
    many.more(ports, call, BIDS - 10)
    assert statements(ports, officer.get, address) == few


def test_what_is_counted_is_counted_over_all_pages(app: Flask, ports: Ports) -> None:
    call = marked(ports, BIDS)
    officer = signed_in(app, ports)
    page = read(officer.get(f"/manage/calls/{call.ref}/stages/application/progress?page=2")).text
    readers = calls.stage_of(ports, call).readers
    assert f"{BIDS * readers} of {BIDS * readers} scorecards are in." in page


def test_there_is_nothing_to_choose_where_all_have_enough(app: Flask, ports: Ports) -> None:
    call = assessment.in_assessment(ports, assessment.opened(ports, assessment.bids_in(ports, firms=3)))
    assessment.assigned(ports, call)
    officer = signed_in(app, ports)
    address = f"/manage/calls/{call.ref}/stages/application/assign"
    page = read(officer.get(address))
    assert not page.all(f'a[href="{address}?show=few"]')
    assert "Every application has enough assessors." in officer.get(f"{address}?show=few").text


def test_the_filter_is_kept_from_page_to_page_and_the_page_after_a_press(app: Flask, ports: Ports) -> None:
    call = assessment.in_assessment(ports, assessment.opened(ports, assessment.bids_in(ports, firms=3)))
    readers = assessment.assessors(ports, calls.stage_of(ports, call).readers)
    many.more(ports, call, BIDS - 3)
    officer = signed_in(app, ports)
    address = f"/manage/calls/{call.ref}/stages/application/assign"
    pairs = [box.attributes["value"] for box in read(officer.get(address)).all("input[name=pair]")]
    taken = pairs[0].partition("-")[0]
    sent = [each for each in pairs if each.startswith(f"{taken}-")][: len(readers)]
    answer = officer.send(f"{address}?page=2", {"pair": sent})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"{address}?page=2")
    page = read(officer.get(address))
    assert page.all(f'a[href="{address}?show=few"]')
    few = officer.get(f"{address}?show=few")
    assert f"Too few assessors ({BIDS - 1})" in few.text
    assert read(few).all(f'a[href="{address}?show=few&page=2"]')
    assert len(refs(few.text)) == 100
    assert len(refs(officer.get(f"{address}?show=few&page=2").text)) == BIDS - 101


def test_many_assessors_stand_beside_each_other_in_pages(app: Flask, ports: Ports) -> None:
    call = assessment.in_assessment(ports, assessment.opened(ports, assessment.bids_in(ports, firms=3)))
    assessment.assessors(ports, 20)
    many.more(ports, call, BIDS - 3)
    officer = signed_in(app, ports)
    address = f"/manage/calls/{call.ref}/stages/application/assign"
    found = []
    for page in (1, 2):
        answer = officer.get(f"{address}?assessors={page}")
        assert len(answer.data) < MOST
        found += [box.attributes["value"].partition("-")[2] for box in read(answer).all("input[name=pair]")]
    assert len(set(found)) == 20
    assert len(found) == 20 * 100


def test_the_budget_line_is_drawn_once_and_what_if_is_kept_from_page_to_page(app: Flask, ports: Ports) -> None:
    call = ranked(ports, BIDS)
    officer = signed_in(app, ports)
    address = f"/manage/calls/{call.ref}/stages/application/ranking"
    for asked in ("?budget_1=40000", "?budget_1=4000000", "?budget_1=1"):
        pages = [officer.get(address + asked), officer.get(f"{address}{asked}&page=2")]
        assert sum(len(read(each).all(".app-line")) for each in pages) == 1, asked
        assert read(pages[0]).all(f'a[href="{address}{asked}&page=2"]')
        assert all("What if: nothing of this is kept." in each.text for each in pages)
