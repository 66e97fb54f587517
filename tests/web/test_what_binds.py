"""What of a call's stages binds: whoever approves it and everybody reads how many go on, and by what it is ranked."""

from collections.abc import Mapping

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from procurement.models.calls import Call
from procurement.queries import stages as stages_queries
from procurement.rules.ports import Ports
from tests.parts import calls, carrying, people
from tests.parts import moderation as panel
from tests.parts.visitors import Visitor
from tests.web.test_manage_calls import page


@pytest.fixture(autouse=True)
def _offered(monkeypatch: pytest.MonkeyPatch) -> None:
    carrying.offered(monkeypatch)
    panel.offered(monkeypatch)


def seated(ports: Ports, call: Call, seats: Mapping[str, int | None], *, least: int | None = None) -> None:
    """Seats in every lot of some stages, and from which difference a panel must talk in the last."""

    def change(session: Session) -> None:
        stages = stages_queries.of_call(session, call.id)
        for stage in stages:
            for row in stage.lots:
                row.seats = seats.get(stage.key)
        stages[-1].moderate_from = least

    ports.database.write(change)


def test_whoever_approves_a_call_reads_what_binds_in_each_stage(app: Flask, ports: Ports) -> None:
    call = calls.drafted(ports, "carrying")
    seated(ports, call, {"proposal": 3}, least=2)
    officer = people.signed_in(app, ports, calls.officer(ports))
    shown = page(officer, f"/manage/calls/{call.ref}/review").words
    for text in (
        "Who goes on The best 3 of those who pass go on; all who share the last place go on.",
        "Assessors for each proposal 2",
        "Assessors for each demonstration 2",
        "Names of applicants Hidden from those who mark",
        "Names of applicants Shown to those who mark",
        "Marks of other assessors Shown to an assessor whose own are in",
        "Read as well, from before Proposal",
        "Ranks by Proposal 60%, Demonstration 40%",
        "What a panel must settle What differs by 2 marks or more",
        "Lowest total that can go on 50",
        "Lowest total that can be awarded 50",
    ):
        assert text in shown, text
    assert shown.count("Who goes on") == shown.count("Ranks by") == 1
    seated(ports, call, {})
    shown = page(officer, f"/manage/calls/{call.ref}/review").words
    assert "Who goes on Everybody who passes goes on." in shown
    assert "What a panel must settle Every mark" in shown


def test_the_panel_of_a_stage_without_own_marks_is_told_too(app: Flask, ports: Ports) -> None:
    call = calls.drafted(ports, "panel_of_its_own")
    officer = people.signed_in(app, ports, calls.officer(ports))
    shown = page(officer, f"/manage/calls/{call.ref}/review").words
    assert "Whose marks the panel reads again Application" in shown


def test_the_page_of_the_criteria_says_what_the_stage_ranks_by(app: Flask, ports: Ports) -> None:
    call = calls.drafted(ports, "carrying")
    officer = people.signed_in(app, ports, calls.officer(ports))
    first, second = (
        page(officer, f"/manage/calls/{call.ref}/stages/{key}/criteria").words for key in ("proposal", "demonstration")
    )
    assert "This stage ranks by Proposal 60%, Demonstration 40%" in second
    assert "This stage ranks by" not in first
    assert ("Lowest total that can go on" in first, "Lowest total that can be awarded" in second) == (True, True)
    assert ("Assessors for each proposal" in first, "Assessors for each demonstration" in second) == (True, True)


@pytest.mark.parametrize(
    ("seats", "said"),
    [
        (3, "The best 3 of those who pass go on; all who share the last place go on."),
        (1, "The best of those who pass goes on; all who share that place go on."),
        (None, "Everybody who passes goes on."),
    ],
)
def test_everybody_reads_how_many_go_on(ports: Ports, visitor: Visitor, seats: int | None, said: str) -> None:
    call = calls.published(ports, "carrying")
    seated(ports, call, {"proposal": seats})
    assert page(visitor, f"/calls/{call.ref}").words.count(said) == 1


def test_a_stage_that_awards_says_nothing_of_going_on(ports: Ports, visitor: Visitor) -> None:
    shown = page(visitor, f"/calls/{calls.published(ports).ref}").words
    assert ("go on" in shown, "goes on" in shown) == (False, False)


@pytest.mark.parametrize(
    ("most", "said"),
    [
        (3, "At most 3 contracts are made, from the top of the ranking and within the budget."),
        (1, "One contract is made, with the first in the ranking, within the budget."),
        (None, "Those at the top are awarded, for as long as the budget of their lot lasts."),
    ],
)
def test_everybody_reads_how_many_contracts_a_lot_makes(
    ports: Ports, visitor: Visitor, most: int | None, said: str
) -> None:
    call = calls.published(ports)
    seated(ports, call, {"application": most})
    assert page(visitor, f"/calls/{call.ref}").words.count(said) == 1
    assert page(visitor, f"/calls/{call.ref}/how-we-decide").words.count(said) == 1


def test_the_approver_reads_the_procedure_and_what_the_money_means(app: Flask, ports: Ports) -> None:
    call = calls.drafted(ports)
    officer = people.signed_in(app, ports, calls.officer(ports))
    shown = page(officer, f"/manage/calls/{call.ref}/review").words
    assert "Procedure Challenge tender in one stage (open procedure)" in shown
    assert "Covered procurement: contract notices, standstill and assessment summaries" in shown
    assert "Estimated value £120,000 with VAT: all lots, with their options and extensions" in shown
    assert "Threshold of the Procurement Act 2023 £" in shown
    assert "Who asks for more than a lot has Is warned, and can submit all the same" in shown
