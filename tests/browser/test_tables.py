"""Tables on a phone: they add up while somebody types, and by a button without a script."""

from typing import TYPE_CHECKING, Any

import pytest

from procurement.models.calls import Call
from procurement.rules.ports import Ports
from procurement.rules.questions import Purpose
from procurement.rules.questions.kind import UNSET
from procurement.services import calls as services
from procurement.services import questions
from procurement.services.act import perform
from tests.browser.steps import Enter, look_at, press
from tests.parts import applications, calls, people
from tests.parts.waiting import HANGS

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(HANGS)]
LEAD = "mina@clean-air.example"
TABLES: dict[str, dict[str, Any]] = {
    "costs_table": {
        "lines": ["Labour", "Overheads: at most 20%"],
        "periods": ["Quarter 1", "Quarter 2"],
        "partners": 2,
        "rates": ["Small: 70%", "Large: 33.33%"],
    },
    "price_schedule": {"items": ["Sensor | each | 120", "Energy | kWh | 1500.5 | VAT 5%"], "vat": 20},
    "milestones_table": {"payments": "amounts"},
    "repeating_group": {"fields": ["Name", "Role | one of | Lead; Supplier", "Since | date | optional"]},
}


def published(ports: Ports) -> Call:
    """A call that asks for one table of each kind."""
    call = calls.drafted(ports, "innovation_fund")
    author, now, stage = calls.officer(ports), ports.clock.now(), calls.stage_of(ports, call)
    for kind, layout in TABLES.items():
        values = {**UNSET, "section": "Tables", "text": kind.replace("_", " "), "guidance": "", "kind": kind}
        values |= {"required": False, "criterion": "", "condition": {}, "shown_if": {}, "layout": layout}
        values |= {name: list(value) for name, value in values.items() if isinstance(value, tuple)}
        perform(ports, author, now, questions.add_question, stage.id, values)
    call = calls.reviewed(ports, call)
    perform(ports, calls.approver(ports), now, services.approve_and_publish, call.id, seen=call.version)
    return calls.read(ports, call.id)


def says(page: "Page", words: str) -> bool:
    return words in " ".join(page.locator("main").inner_text().split())


def test_tables_add_up_on_a_phone_with_and_without_a_script(enter: Enter, ports: Ports, scripted: bool) -> None:
    call = published(ports)
    made = people.person(ports, LEAD)
    firm = people.organisation(ports, "Clean Air Makers", made)
    assert made.id is not None
    draft = applications.started(ports, call, people.principal(ports, made.id), firm)
    page = enter(LEAD)
    page.set_viewport_size({"width": 320, "height": 640})
    keys = {each.kind.key: each.key for each in applications.form(ports, call) if each.kind.key in TABLES}
    assert Purpose.AMOUNT in {each.purpose for each in applications.form(ports, call)}

    def at(kind: str) -> None:
        page.goto(f"/applications/{draft.ref}/questions/{keys[kind]}")

    at("costs_table")
    look_at(page, scripted=scripted)
    page.locator("#answer-p1-size").select_option("Large")
    page.locator("#answer-p1-l1-k1").fill("1,000.50")
    page.locator("#answer-p1-l2-k2").fill("ten")
    press(page, "Work out the totals")
    look_at(page, scripted=scripted)
    assert says(page, "Enter an amount in pounds for “Overheads, Your organisation, Quarter 2”")
    page.locator("#answer-p1-l2-k2").fill("100.01")
    told = "Grant asked for £366.80 Match funding £733.71"  # 33.33% of £1,100.51 is £366.799983
    if scripted:
        assert says(page, told)
    press(page, "Add a partner")
    assert says(page, told)
    page.locator("#answer-p2-name").fill("Aston")
    page.locator("#answer-p2-size").select_option("Small")
    page.locator("#answer-p2-l1-k2").fill("£2,000")
    told = "All costs £3,100.51 Grant asked for £1,766.80 Match funding £1,333.71"
    if scripted:
        assert says(page, told)
    press(page, "Work out the totals")
    assert says(page, told)
    look_at(page, scripted=scripted)

    at("price_schedule")
    page.locator("#answer-l1-price").fill("10.50")
    page.locator("#answer-l2-price").fill("0.1425")
    told = "Total, net of VAT £1,473.82 VAT at 20% £252 VAT at 5% £10.69 Total with VAT £1,736.51"
    if scripted:
        assert says(page, told)
    press(page, "Work out the totals")
    assert says(page, told)
    look_at(page, scripted=scripted)

    at("milestones_table")
    for place, typed in enumerate(("Start", "March 2027", "A plan", "Minutes", "1,250.75"), 1):
        page.locator(f"#answer-r1-c{place}").fill(typed)
    if scripted:
        assert says(page, "All payments £1,250.75")
    press(page, "Add another: Milestone")
    assert says(page, "All payments £1,250.75")
    assert page.locator("#answer-r2-c1").count() == 1
    look_at(page, scripted=scripted)

    at("repeating_group")
    page.locator("#answer-r1-c1").fill("Aston Ltd")
    page.locator("#answer-r1-c3").fill("soon")
    press(page, "Save")
    assert says(page, "Choose one of the options for “Row 1, Role”.")
    look_at(page, scripted=scripted)
    page.locator("#answer-r1-gone").check()
    press(page, "Save")
    assert page.locator("#answer-r1-c1").input_value() == ""
