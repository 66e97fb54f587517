"""How it is decided, for everybody: each procedure of the catalogue, and each call, stage by stage."""

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.stages import Stage, StageLot
from procurement.rules.ports import Ports
from tests.parts import calls, carrying
from tests.parts.pages import checked as page
from tests.parts.visitors import Visitor
from workflows.catalogue import PROCEDURES

LARGEST = 150_000  # bytes of a page with the drawings of three stages, before it is packed


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.partition("<main")[2].partition("</main>")[0]))


@pytest.mark.parametrize("key", PROCEDURES)
def test_each_procedure_is_explained_stage_by_stage_and_drawn(visitor: Visitor, key: str) -> None:
    html, procedure = page(visitor.get(f"/how-we-decide/{key}")), PROCEDURES[key]
    headings = re.findall(r"<h2[^>]*id=\"stage-([^\"]+)\">", html)
    assert headings == [stage.key for stage in procedure.stages]
    assert html.count('class="workflow"') == html.count('class="app-scroll" role="region"') == 2 * len(procedure.stages)
    assert re.findall(r'\sstyle="', html) == []
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert len(html.encode()) < LARGEST
    for stage in procedure.stages:
        assert html.count("<h3") >= len(stage.steps)


def test_what_happens_who_sees_what_and_what_counts_is_said_in_plain_words(visitor: Visitor) -> None:
    text = words(visitor.get("/how-we-decide/challenge").text)
    for said in (
        "has 3 stages, one after the other",
        "Stage 1: Expression of interest",
        "Assessors do not see whose expression of interest it is.",
        "No assessor sees the marks of another.",
        "Expressions of interest stay closed until two people open them together",
        "Each team chooses one of the offered times",
        "They also read what was handed in before: Proposal.",
        "A panel with a chair settles the marks on which assessors differ.",
        "made of what these stages came to, each by its own marks: Proposal 60%, Demonstration 40%.",
        "a standstill of at least 8 working days follows",
    ):
        assert said in text
    assert "application" not in text.partition("Stage 1")[2].partition("If you")[0].lower().replace(
        "applications are", ""
    )
    fund = words(visitor.get("/how-we-decide/innovation_fund").text)
    assert "Who submits nothing goes on all the same." in fund
    assert "A panel looks again at the marks of this stage: Application." in fund
    assert "standstill" not in fund


def test_no_procedure_is_no_page(visitor: Visitor) -> None:
    assert visitor.get("/how-we-decide/nothing").status_code == 404


def test_the_general_page_leads_to_each_procedure(visitor: Visitor) -> None:
    html = page(visitor.get("/how-we-decide"))
    assert [key for key in PROCEDURES if f'href="/how-we-decide/{key}"' not in html] == []


def test_the_general_page_promises_nothing_that_a_stage_does_otherwise(visitor: Visitor) -> None:
    text = words(page(visitor.get("/how-we-decide")))
    for said in (
        "A call has one stage or several.",
        "nothing is sealed in a stage in which everybody who takes part is known already",
        "whether an assessor sees the marks of others: never, only after handing in their own, or always.",
        "a scorecard can be returned to its assessor with a reason",
        "An agreed mark counts in the place of the mean",
        "their totals are added by the published shares",
    ):
        assert said in text, said
    for wrong in ("marks that were handed in never change", "An assessor sees the marks of others only after"):
        assert wrong not in text


@pytest.mark.both_databases
def test_a_call_says_what_holds_for_itself(
    app: Flask, ports: Ports, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrying.offered(monkeypatch)
    call = calls.published(ports, "carrying")
    first, last = calls.stage_of(ports, call, "proposal"), calls.stage_of(ports, call, "demonstration")

    def change(session: Session) -> None:
        session.get_one(Stage, first.id).readers = 3
        session.get_one(Stage, last.id).moderate_from = 2
        for row in session.scalars(select(StageLot).where(StageLot.stage_id == first.id)):
            row.seats = 4

    ports.database.write(change)
    root = f"/calls/{call.ref}"
    assert f'href="{root}/how-we-decide"' in page(visitor.get(root))
    html = page(visitor.get(f"{root}/how-we-decide"))
    text = words(html)
    for said in (
        "3 assessors mark each criterion on its published scale, each on their own",
        "4 go on, and whoever shares the last place.",
        "settles every mark on which assessors differ by 2 marks or more.",
        "The ranking is made of what these stages came to, each by its own marks: Proposal 60%, Demonstration 40%.",
        "Equal totals share a place.",
        "Proposal: Closes",
    ):
        assert said in text
    assert html.count('class="workflow"') == 4
    assert visitor.get(f"/calls/{calls.drafted(ports).ref}/how-we-decide").status_code == 404


def test_the_ranking_page_shows_what_adds_up(app: Flask, ports: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.parts import people

    carrying.offered(monkeypatch)
    call = carrying.demonstrated(ports)
    officer = people.signed_in(app, ports, calls.officer(ports))
    root = f"/manage/calls/{call.ref}/stages"
    text = words(page(officer.get(f"{root}/demonstration/ranking")))
    assert "Proposal 80.00 (60%), Demonstration 100.00 (40%)" in text
    assert "Thresholds ask for the marks of this stage alone." in text
    assert "(60%)" not in words(page(officer.get(f"{root}/proposal/ranking")))
    ref = re.findall(rf"{root}/demonstration/ranking/([^\"?]+)", officer.get(f"{root}/demonstration/ranking").text)[0]
    assert "Proposal 80.00 (60%), Demonstration 100.00 (40%)" in words(
        page(officer.get(f"{root}/demonstration/ranking/{ref}"))
    )
