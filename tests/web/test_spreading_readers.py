"""The page that spreads the readers of a stage evenly: a proposal without conflicts, to be changed before anybody is
asked."""

import re
from collections import Counter

from flask import Flask
from sqlalchemy import select

from procurement.models.applications import Application
from procurement.models.assessment import Assignment
from procurement.models.calls import Call
from procurement.rules.ports import Ports
from procurement.services import assessment as services
from procurement.services.act import perform
from tests.parts import assessment, calls, people
from tests.parts.pages import Node, read
from tests.parts.visitors import Visitor
from tests.services.test_leaving import entry_of


def root_of(call: Call) -> str:
    return f"/manage/calls/{call.ref}/stages/application/assign"


def chosen(page: Node) -> dict[str, str]:
    """What each list sends as it stands."""
    found = {}
    for each in page.all("select"):
        picked = each.all("option[selected]")
        found[each.attributes["name"]] = picked[0].attributes["value"] if picked else ""
    return found


def given(ports: Ports) -> list[tuple[int, int]]:
    with ports.database.reading() as session:
        return sorted((each.entry_id, each.person_id) for each in session.scalars(select(Assignment)))


def proposal(app: Flask, ports: Ports, call: Call) -> tuple[Visitor, Node]:
    officer = people.signed_in(app, ports, calls.officer(ports))
    return officer, read(officer.get(f"{root_of(call)}/proposal"))


def test_everybody_reads_equally_much_and_one_press_asks_them(app: Flask, ports: Ports) -> None:
    call = assessment.in_assessment(ports)
    readers = assessment.assessors(ports, 3)
    officer, page = proposal(app, ports, call)
    assert f"{root_of(call)}/proposal" in read(officer.get(root_of(call))).links
    lists = chosen(page)
    assert len(lists) == 6  # three applications, two readers for each
    assert Counter(lists.values()) == {str(each.id): 2 for each in readers}
    assert given(ports) == []  # nobody is asked by looking
    assert officer.send(f"{root_of(call)}/proposal", lists).status_code == 303
    wanted = sorted((int(name.split("-")[1]), int(value)) for name, value in lists.items())
    assert given(ports) == wanted
    assert "Nobody is missing." in read(officer.get(f"{root_of(call)}/proposal")).words


def test_what_was_changed_is_what_is_asked_and_the_same_person_twice_is_refused(app: Flask, ports: Ports) -> None:
    call = assessment.in_assessment(ports)
    readers = assessment.assessors(ports, 3)
    officer, page = proposal(app, ports, call)
    lists = chosen(page)
    first, second = list(lists)[:2]
    refused = officer.send(f"{root_of(call)}/proposal", {**lists, second: lists[first]})
    page = read(refused, 422)
    assert chosen(page)[second] == lists[first]  # it stays as it was chosen
    assert "Choose each assessor once for the same application." in page.words
    third = next(str(each.id) for each in readers if str(each.id) not in (lists[first], lists[second]))
    left = {**dict.fromkeys(lists, ""), first: third}
    assert officer.send(f"{root_of(call)}/proposal", left).status_code == 303
    assert given(ports) == [(int(first.split("-")[1]), int(third))]


def test_whoever_has_an_interest_is_neither_proposed_nor_offered(app: Flask, ports: Ports) -> None:
    call = assessment.in_assessment(ports)
    barred, *_others = assessment.assessors(ports, 3)
    entry = entry_of(ports, call)
    with ports.database.reading() as session:
        firm = session.get_one(Application, entry.application_id).organisation_id
    mine = {firm: ("hard", "My brother runs it.")}
    perform(ports, barred, ports.clock.now(), services.declare_interests, mine, none=False)
    _officer, page = proposal(app, ports, call)
    offered = {
        each.attributes["value"]
        for list_ in page.all("select")
        if re.match(rf"reader-{entry.id}-", list_.attributes["name"])
        for each in list_.all("option")
    }
    assert str(barred.id) not in offered
    assert len(offered) == 3  # nobody, and the two others
