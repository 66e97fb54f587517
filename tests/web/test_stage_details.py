"""The page on which officers say what a stage is: its lots, what it ranks by, and who sees what."""

import pytest
from flask import Flask

from procurement.rules.ports import Ports
from tests.parts import calls, people, procedures
from tests.web.test_manage_calls import page, send


def test_an_officer_says_what_a_stage_is_and_its_approver_reads_it(
    app: Flask, ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    procedures.offered(monkeypatch)
    call = calls.drafted(ports, "three_stages", lots=[("North", 60_000), ("South", 40_000)])
    officer, home = people.signed_in(app, ports, calls.officer(ports)), f"/manage/calls/{call.ref}"
    here = f"{home}/stages/demonstration/details"
    assert here in page(officer, home).links
    shown = page(officer, here)
    assert [box.attributes["value"] for box in shown.all("input[name=lots]") if "checked" in box.attributes] == [
        "1",
        "2",
    ]
    assert [box.attributes["value"] for box in shown.all("input[name=shows]")] == ["interest", "proposal"]
    assert not page(officer, f"{home}/stages/interest/details").all("input[name=shows]")

    assert "Choose at least one lot" in send(officer, here, 422, lots=[]).text
    kept = {"lots": ["1", "2"], "shows": ["proposal"]}
    send(officer, here, **kept, share__proposal="60", share__demonstration="30", title="Show")
    wrong = "What this stage ranks by adds up to 90%. It must add up to 100%."
    assert wrong in page(officer, here).words
    review = page(officer, f"{home}/review")
    assert (wrong in review.words, f"{here}#ranks_by" in review.links) == (True, True)
    send(officer, here, **kept, share__interest="10", share__proposal="60", share__demonstration="30")
    review = page(officer, f"{home}/review").words
    assert "Ranks by Expression of interest 10%, Proposal 60%, Show 30%" in review
    assert "Lots North, South Assessors for each demonstration 2" in review
    assert "Nothing is missing: this call can be sent for review." in review
    assert "Changed: what the stage is" in page(officer, f"{home}/history").words

    # a colleague was faster: their lots or mine, both can be kept
    version = page(officer, here).one("input[name=version]").attributes["value"]
    send(officer, here, lots=["1"], shows=["proposal"])
    stale = send(officer, here, 409, version=version, lots=["2"], shows=["proposal"])
    assert "Somebody changed this while you were editing" in stale.text
    send(officer, here, lots="2", shows=["proposal"])
    assert "Lots South Assessors for each demonstration 2" in page(officer, f"{home}/review").words
    boxes = page(officer, here).all("input[name=lots]")
    assert [box.attributes["value"] for box in boxes if "checked" in box.attributes] == ["2"]
