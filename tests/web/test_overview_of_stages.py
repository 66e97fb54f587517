"""The overview of a call whose newest stage is a panel's, or collects nothing: what comes next, and which pages there
are."""

import pytest
from flask import Flask

from procurement.models.calls import Call
from procurement.queries import calls as calls_queries
from procurement.rules.ports import Ports
from procurement.services import assessment
from procurement.services.act import perform
from tests.parts import calls, carrying, people
from tests.parts import moderation as panel
from tests.web.test_call_overview import overview, said
from tests.web.test_manage_calls import page


@pytest.fixture(autouse=True)
def _offered(monkeypatch: pytest.MonkeyPatch) -> None:
    carrying.offered(monkeypatch)
    panel.offered(monkeypatch)


def in_a_panel(ports: Ports, *, firms: int = 3) -> Call:
    """The stage of a panel that marks nothing itself, and reads the marks of the one before again."""
    call = panel.marked(ports, procedure="panel_of_its_own", firms=firms)
    stage = calls.stage_of(ports, call, "application")
    perform(ports, calls.officer(ports), ports.clock.now(), assessment.lock_marks, stage.id)
    panel.go_on(ports, call)
    return calls.read(ports, call.id)


def test_what_comes_next_in_a_moderation_is_what_is_open(app: Flask, ports: Ports) -> None:
    call = panel.moderating(ports)
    count = len(panel.open_keys(ports, call))
    assert count > 1
    found, base = overview(app, ports, call), f"/manage/calls/{call.ref}/stages/application/moderation"
    assert said(found).startswith(f"{count} differences are open. Go to the moderation")
    assert base in found.links
    panel.settled(ports, call, {})
    found = overview(app, ports, call)
    assert "Everything that the assessors differed in is settled." in said(found)
    assert f"{base}/close" in found.links


def test_a_stage_that_marks_nothing_has_no_pages_of_marking(app: Flask, ports: Ports) -> None:
    call = in_a_panel(ports)
    found, base = overview(app, ports, call), f"/manage/calls/{call.ref}/stages"
    assert f"{base}/panel/applications" in found.links
    assert {f"{base}/application/{name}" in found.links for name in ("assign", "progress")} == {True}
    assert {f"{base}/panel/{name}" in found.links for name in ("assign", "progress")} == {False}
    strip, own = (each.words for each in found.all("li[aria-current=step]"))
    assert (strip.startswith("Panel decision by"), own) == (True, "Moderated")
    assert found.one("ol[aria-label='The stages of this call'] li").words.startswith("Application – done told ")
    officer = people.signed_in(app, ports, calls.officer(ports))
    shown = page(officer, f"{base}/panel/ranking")
    assert {f"{base}/panel/{name}" in shown.links for name in ("assign", "progress")} == {False}
    marked = calls.stage_of(ports, call, "application")
    assert ("None" in shown.words, str(marked.scheme_fingerprint) in shown.words) == (False, True)


def test_a_stage_that_collects_nothing_counts_who_took_part(app: Flask, ports: Ports) -> None:
    call = carrying.demonstrating(ports, firms=2)
    stage = calls.stage_of(ports, call)
    with ports.database.reading() as session:
        assert calls_queries.counted(session, [stage.id])[stage.id] == calls_queries.Counted(took_part=2)
    words = overview(app, ports, call).words
    assert "2 took part in “Demonstration”" in words
    assert ("submitted" in words, "Until two people open" in words) == (False, False)
    officer = people.signed_in(app, ports, calls.officer(ports))
    assert "2 took part –" in page(officer, "/manage/calls").words
    approver = people.signed_in(app, ports, calls.approver(ports))
    asked = page(approver, f"/manage/calls/{call.ref}/abandon").words
    assert ("2 teams take part in “Demonstration”." in asked, "submitted" in asked) == (True, False)
