"""The pages of a stage that does not award: no money on them, and whoever goes on finds the next stage."""

import re

from flask import Flask

from procurement.rules.ports import Ports
from tests.parts import calls, outcomes, people, sifting
from tests.parts.pages import checked as page

REASON = "The plan for working with schools lacked people and dates."


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_walk_from_the_ranking_to_the_next_stage(app: Flask, ports: Ports) -> None:
    call = sifting.sift(ports, seats=2)
    officer, approver = (people.signed_in(app, ports, who) for who in (calls.officer(ports), calls.approver(ports)))
    root = f"/manage/calls/{call.ref}/stages/application"
    first, _, third = (each.ref for each in outcomes.table(ports, call).entries)
    ranking = words(page(officer.get(f"{root}/ranking")))
    assert "2 go on to the next stage, and whoever shares the last place." in ranking
    assert [word for word in ("budget", "Committed", "committed") if word in ranking] == []
    assert officer.get(f"/manage/calls/{call.ref}/ranking").status_code == 200  # the newest that began
    shown = page(officer.get(f"{root}/decisions/{first}"))
    assert ("Let it go on" in shown, "Amount of the award" in shown, "Award it" in shown) == (True, False, False)
    page(officer.send(f"{root}/decisions/{first}", {}), 422)
    page(officer.send(f"{root}/decisions/{first}", {"outcome": "fund"}), 422)
    assert officer.send(f"{root}/decisions/{first}", {"outcome": "advance"}).status_code == 303
    listed = page(officer.get(f"{root}/decisions/in-rank-order?reserves=0"))
    assert "To go on to the next stage: 1" in words(listed)
    seen = outcomes.table(ports, call).seen
    given = {"seen": seen, "reserves": "0", "decline": REASON}
    assert officer.send(f"{root}/decisions/in-rank-order", given).status_code == 303
    listed = page(approver.get(f"{root}/decisions"))
    assert "Let 2 go on, reserve 0, decline 1." in words(listed)
    seen = outcomes.table(ports, call).seen
    assert approver.send(f"{root}/decisions", {"seen": seen}, to=f"{root}/decisions/approve").status_code == 303
    outcomes.made_ready(ports, call)
    told = words(page(officer.get(f"{root}/tell")))
    assert "Tell every applicant now" in told
    assert "See the awards" not in told
    assert officer.send(f"{root}/tell").status_code == 303
    page(officer.get(f"{root}/outcomes"))
    after = calls.stage_of(ports, call)
    assert after.key == "proposal"
    # the next stage is sealed: its pages know nobody
    for path in ("assign", "progress", "ranking", "decisions", "tell", "outcomes", "notices"):
        assert officer.get(f"/manage/calls/{call.ref}/stages/proposal/{path}").status_code == 403
    assert officer.get(f"{root}/progress").status_code == 200
    assert "Stages of this call" in page(officer.get(f"{root}/progress"))
    assert third not in page(officer.get(f"/manage/calls/{call.ref}/stages/proposal/opening"))
