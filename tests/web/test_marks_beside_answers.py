"""What was written stands beside the marks that are settled, and the chair's papers lead to the moderation and back."""

import pytest
from flask import Flask

from procurement.models.calls import Call
from procurement.queries import moderation as moderation_queries
from procurement.rules.dossier import DossierAnswer
from procurement.rules.ports import Ports
from procurement.services.assessment.dossiers import dossier_of_entry
from tests.parts import calls, people
from tests.parts import moderation as panel
from tests.web.test_manage_calls import page
from tests.web.test_moderation_pages import ref_of
from tests.web.test_overview_of_stages import in_a_panel


@pytest.fixture(autouse=True)
def _offered(monkeypatch: pytest.MonkeyPatch) -> None:
    panel.offered(monkeypatch)


def answers(ports: Ports, call: Call) -> tuple[DossierAnswer, ...]:
    entry_id = panel.entries(ports, call)["Firm A"]
    with ports.database.reading() as session:
        return dossier_of_entry(session, ports, moderation_queries.as_read(session, entry_id)).answers


def test_the_answer_of_a_criterion_stands_beside_its_marks(app: Flask, ports: Ports) -> None:
    call = panel.moderating(ports)
    key, ref = panel.open_keys(ports, call)[0], ref_of(ports, call)
    every = answers(ports, call)
    own = {each.question for each in every if each.criterion == key}
    assert own
    for who in (calls.officer(ports), panel.chair(ports)):
        shown = page(
            people.signed_in(app, ports, who), f"/manage/calls/{call.ref}/stages/application/moderation/{ref}/{key}"
        )
        assert {each.question for each in every if each.question in shown.words} == own
        written = next(part for each in every if each.criterion == key for part in each.parts)
        assert str(written.text if hasattr(written, "text") else written)[:40] in shown.words


def test_a_panel_of_its_own_reads_the_answer_of_the_criterion_too(app: Flask, ports: Ports) -> None:
    """Its marks are another stage's, and so are the answers; what belongs to no criterion of it is not there."""
    call = in_a_panel(ports)
    key, ref = panel.open_keys(ports, call)[0], ref_of(ports, call)
    every = answers(ports, call)
    own = {each.question for each in every if each.criterion == key}
    assert own
    officer = people.signed_in(app, ports, calls.officer(ports))
    shown = page(officer, f"/manage/calls/{call.ref}/stages/panel/moderation/{ref}/{key}").words
    assert {each.question for each in every if each.question in shown} == own


def test_the_papers_of_the_chair_and_the_moderation_lead_to_each_other(app: Flask, ports: Ports) -> None:
    call = panel.moderating(ports)
    meeting = panel.panelled(ports, call)
    key, ref = panel.open_keys(ports, call)[0], ref_of(ports, call)
    base, papers = f"/manage/calls/{call.ref}/stages/application/moderation", f"/assess/panels/{meeting.ref}"
    chair, member = (people.signed_in(app, ports, who) for who in (panel.chair(ports), panel.member(ports)))
    assert papers in page(chair, base).links
    assert f"{papers}/items/1" in page(chair, f"{base}/{ref}/{key}").links
    assert base in page(chair, papers).links
    assert base in page(chair, f"{papers}/items/1").links
    # a member may not settle anything, and an officer has no papers of a panel to which they do not belong
    assert not any("/moderation" in link for link in page(member, papers).links)
    assert not any("/moderation" in link for link in page(member, f"{papers}/items/1").links)
    officer = people.signed_in(app, ports, calls.officer(ports))
    assert not any(link.startswith("/assess/panels/") for link in page(officer, f"{base}/{ref}/{key}").links)
