"""A challenge in two stages, from its publication to its award: what is released of each stage, on both databases, and
how many went on."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from procurement.models.calls import Call
from procurement.models.register import RegisterEntry, Release
from procurement.queries import funnel as funnel_queries
from procurement.queries import stages as stages_queries
from procurement.rules.ports import Ports
from procurement.services import moderation
from procurement.services.act import perform
from tests.parts import calls, carrying, outcomes
from tests.parts.pages import checked
from tests.parts.statements import statements
from tests.parts.visitors import Visitor
from tests.rules.test_standards import AUTHORITY, STANDARDS, ocds_errors


@pytest.fixture(autouse=True)
def _offered(monkeypatch: pytest.MonkeyPatch) -> None:
    carrying.offered(monkeypatch)


def awarded(ports: Ports) -> Call:
    """Firm B has the award of the second stage, and the notice is out."""
    call = carrying.demonstrated(ports)
    stage, now = calls.stage_of(ports, call, "demonstration"), ports.clock.now()
    perform(ports, calls.officer(ports), now, moderation.close_moderation, stage.id)
    best, *others = outcomes.table(ports, call).entries
    proposals = {each.ref: outcomes.Proposal("decline", None, outcomes.REASON) for each in others}
    outcomes.propose(ports, call, {best.ref: outcomes.Proposal("fund", best.asks), **proposals})
    outcomes.approve(ports, call)
    outcomes.made_ready(ports, call)
    outcomes.tell(ports, call)
    outcomes.noticed(ports, call)
    return calls.read(ports, call.id)


def released(ports: Ports) -> list[dict[str, Any]]:
    with ports.database.reading() as session:
        return [json.loads(row.content) for row in session.scalars(select(Release).order_by(Release.id))]


def test_each_stage_is_a_milestone_that_is_met_when_it_is_told(ports: Ports) -> None:
    awarded(ports)
    called, told, award = released(ports)
    assert called["tender"]["procurementMethod"] == "selective"
    assert [(each["id"], each["status"], "dueDate" in each) for each in called["tender"]["milestones"]] == [
        ("proposal", "scheduled", True),
        ("demonstration", "scheduled", True),
    ]
    assert (told["tag"], [each["id"] for each in told["tender"]["milestones"]]) == (["tenderUpdate"], ["proposal"])
    assert "status" not in told["tender"]
    assert (award["tag"], award["tender"]["status"]) == (["award"], "complete")
    assert [(each["id"], each["status"]) for each in award["tender"]["milestones"]] == [("demonstration", "met")]
    assert [each["value"] for each in award["bids"]["statistics"]] == [3, 3, 3, 3, 0]
    dates = [each["date"] for each in (called, told, award)]
    assert dates == sorted(set(dates))
    with ports.database.reading() as session:
        kept = [row.content for row in session.scalars(select(RegisterEntry).where(RegisterEntry.subject == "call"))]
    assert len(kept) == 3
    if STANDARDS.is_dir():
        package = {
            "uri": "https://trades.example/x",
            "version": "1.1",
            "publishedDate": dates[-1],
            "publisher": {"name": AUTHORITY.name},
            "releases": [called, told, award],
        }
        assert ocds_errors(package) == []


def test_before_anybody_is_told_nothing_says_how_many_went_on(ports: Ports, visitor: Visitor) -> None:
    root = f"/calls/{carrying.proposed(ports).ref}"
    assert "How many went on" not in checked(visitor.get(root))
    assert [each["funnel"] for each in visitor.get(f"{root}.json").json["stages"]] == [[], []]


def test_how_many_went_on_is_said_once_it_is_told(ports: Ports, visitor: Visitor) -> None:
    root = f"/calls/{awarded(ports).ref}"
    assert "How many went on" in checked(visitor.get(root))
    assert [each["funnel"] for each in visitor.get(f"{root}.json").json["stages"]] == [
        [{"lot": 1, "took_part": 3, "assessed": 3, "went_on": 3}],
        [{"lot": 1, "took_part": 3, "assessed": 3, "went_on": 1}],
    ]


def test_the_funnel_is_read_in_one_statement(ports: Ports) -> None:
    call = awarded(ports)
    with ports.database.reading() as session:
        stages = stages_queries.listed(session, call.id)
        assert statements(ports, funnel_queries.funnel_of, session, stages) == 1
        assert statements(ports, funnel_queries.funnel_of, session, []) == 0


def test_a_call_of_one_stage_says_it_in_its_data_and_its_page_stays(ports: Ports, visitor: Visitor) -> None:
    call = outcomes.told(ports, firms=3)
    (stage,) = visitor.get(f"/calls/{call.ref}.json").json["stages"]
    (step,) = stage["funnel"]
    assert (step["took_part"], step["assessed"]) == (3, 3)
    assert "How many went on" not in checked(visitor.get(f"/calls/{call.ref}"))
