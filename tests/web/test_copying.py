"""Beginning from a template or a past call, and the library, through the pages."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from procurement.queries import library as library_queries
from procurement.rules.ports import Ports
from tests.parts import calls as made
from tests.parts.pages import parse
from tests.parts.people import signed_in
from tests.parts.statements import statements
from tests.web.test_manage_calls import press, send
from tests.web.test_public_calls import page

DAY = {"conflicts_on-day": "1", "conflicts_on-month": "12", "conflicts_on-year": "2026"}


@pytest.fixture
def officer(app: Flask, ports: Ports) -> FlaskClient:
    return signed_in(app, ports, made.officer(ports))


@pytest.mark.both_databases
def test_from_a_past_call_to_a_template_to_a_new_one(ports: Ports, officer: FlaskClient) -> None:
    call = made.published(ports)
    new = page(officer, "/manage/calls/new?q=air")
    assert f"/manage/calls/{call.ref}/copy" in new.links
    assert "There is none yet. Any call can be kept as a template" in new.words
    assert "No call has these words." in page(officer, "/manage/calls/new?q=zebra").words
    home = send(officer, f"/manage/calls/{call.ref}/copy", title="Air again", dates="later").headers["Location"]
    shown = page(officer, home)
    assert f"Copied from {call.ref}, {call.title}" in shown.words
    assert f"/manage/calls/{call.ref}" in shown.links
    assert f"Began the call as a copy of {call.ref}" in page(officer, f"{home}/history").words
    # who assessed conflicts of interest is about the people of one call
    send(officer, f"{home}/setup/law", conflicts_by="Olive Officer", **DAY)
    assert "Nothing is missing: this call can be sent for review." in page(officer, f"{home}/review").words
    send(officer, f"{home}/template", name="Air", note="For schools")
    again = officer.get(f"{home}/template", follow_redirects=True)
    assert "This call is kept as the template “Air” already." in parse(again.text).words
    again = send(officer, f"/manage/calls/{call.ref}/template", 422, name="air")
    assert "There is a template “Air” already." in parse(again.text).words
    listed = page(officer, "/manage/templates")
    assert "No call was begun from it" in listed.words
    assert "Air" in page(officer, "/manage/calls/new").words
    with ports.database.reading() as session:
        (row,) = library_queries.templates(session)
    send(officer, f"{home}/copy", title="Third", dates="empty")
    assert "1 call was begun from it" in page(officer, "/manage/templates").words
    send(officer, f"/manage/templates/{row.id}/remove")
    assert officer.get(f"/manage/templates/{row.id}/remove").status_code == 404
    assert "Templates There is" not in page(officer, "/manage/templates").words
    assert officer.get(f"{home}/template").status_code == 200


def test_the_library_from_one_form_into_another(ports: Ports, officer: FlaskClient) -> None:
    source, target = made.drafted(ports), made.drafted(ports, title="Another")
    form, other = (f"/manage/calls/{each.ref}/stages/application" for each in (source, target))
    item = press(officer, f"{form}/form", f"{form}/form/questions/delivery/keep").headers["Location"]
    send(officer, item, tags="Plans, people")
    press(officer, f"{form}/criteria", f"{form}/criteria/benefit/keep")
    shown = page(officer, "/manage/library?tag=plans")
    assert "How will you deliver it, and who will do the work?" in shown.words
    assert f"Used in {source.ref}" in shown.words
    assert "Nothing has these words." in page(officer, "/manage/library?tag=zebra").words
    assert "Benefit to people" in page(officer, "/manage/library?kind=criterion").words
    number = item.rpartition("/")[2]
    none = press(officer, f"{other}/form/library", f"{other}/form/library", 422)
    assert "Choose at least one." in parse(none.text).words
    press(officer, f"{other}/form/library?q=deliver", f"{other}/form/library", chosen=number)
    assert page(officer, f"{other}/form").words.count("How will you deliver it, and who will do the work?") >= 2
    press(officer, f"{other}/criteria/library", f"{other}/criteria/library", chosen=str(int(number) + 1))
    assert "The weights add up to 125." in page(officer, f"{other}/criteria").words
    stale = send(officer, item, 409, title="Mine", version="1")
    assert "Somebody changed this after you opened the page." in parse(stale.text).words
    send(officer, f"{item}/remove")
    assert officer.get(item).status_code == 404


def test_questions_and_criteria_of_another_call(ports: Ports, officer: FlaskClient) -> None:
    source, target = made.published(ports), made.drafted(ports, title="Another")
    here = f"/manage/calls/{target.ref}/stages/application"
    found = page(officer, f"{here}/form/copy?q=air")
    of_source = f"{here}/form/copy?from={source.ref}/application"
    assert of_source in found.links
    press(officer, of_source, of_source, chosen=["plan", "benefit"])
    assert "2 questions were added." in page(officer, f"{here}/form").words
    marks = f"{here}/criteria/copy?from={source.ref}/application"
    press(officer, marks, marks, chosen=["value"])
    press(officer, of_source, f"{here}/form/copy?from=nothing", 404, chosen="plan")


def test_a_list_of_many_templates_and_items_reads_as_often_as_one_of_few(ports: Ports, officer: FlaskClient) -> None:
    first = made.drafted(ports)
    home = f"/manage/calls/{first.ref}"
    send(officer, f"{home}/template", name="One")
    press(officer, f"{home}/stages/application/form", f"{home}/stages/application/form/questions/plan/keep")
    paths = ("/manage/templates", "/manage/library", "/manage/calls/new")

    def look() -> None:
        for path in paths:
            page(officer, path)

    few = statements(ports, look)
    for number in range(3):
        call = made.drafted(ports, title=f"Call {number}")
        send(officer, f"/manage/calls/{call.ref}/template", name=f"Template {number}")
        key = ("delivery", "benefit", "solution")[number]
        press(officer, f"{home}/stages/application/form", f"{home}/stages/application/form/questions/{key}/keep")
    assert statements(ports, look) == few
