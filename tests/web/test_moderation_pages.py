"""Moderation, panels and returned scorecards as pages: by whom they are seen, what they keep, where they lead."""

import re

import pytest
from sqlalchemy import select

from procurement.models.documents import Document
from procurement.queries import moderation as moderation_queries
from procurement.services import assessment, moderation
from procurement.services.act import perform
from procurement.services.refusal import Refusal
from tests.parts import assessment as parts
from tests.parts import calls, outcomes, people
from tests.parts import moderation as panel

REASON, LEFT = panel.REASON, panel.LEFT


@pytest.fixture(autouse=True)
def _offered(monkeypatch):
    panel.offered(monkeypatch)


def base(call, key="application"):
    return f"/manage/calls/{call.ref}/stages/{key}"


def ref_of(ports, call, firm="Firm A"):
    with ports.database.reading() as session:
        stage = calls.newest(session, call)
        queue = moderation_queries.queue_of(session, stage.call, stage)
        return next(each.entry.ref for each in queue.differences if each.entry.organisation.name == firm)


def words(answer):
    return " ".join(re.sub(r"<[^>]*>", " ", answer.text).split())


def test_officers_settle_one_difference_after_the_other_and_close(app, ports):
    call = panel.moderating(ports)
    officer = people.signed_in(app, ports, calls.officer(ports))
    keys, ref = panel.open_keys(ports, call), ref_of(ports, call)
    page = officer.get(f"{base(call)}/moderation")
    assert page.status_code == 200
    assert f"0 of {len(keys)} settled" in words(page)
    assert "Firm A" in words(page)
    one = officer.get(f"{base(call)}/moderation/{ref}/{keys[0]}")
    assert (one.status_code, "Assessor1" in words(one), "Mean of the marks 3.50" in words(one)) == (200, True, True)
    there = [panel.chair(ports).id, calls.officer(ports).id]
    settled = officer.send(
        f"{base(call)}/moderation/{ref}/{keys[0]}", {"mark": "5", "reason": REASON, "present": there, "seen": "0"}
    )
    assert (settled.status_code, settled.location) == (303, f"{base(call)}/moderation/{ref}/{keys[1]}")
    again = officer.send(
        f"{base(call)}/moderation/{ref}/{keys[0]}", {"mark": "4", "reason": REASON, "present": there, "seen": "0"}
    )
    assert (again.status_code, "Somebody settled this while you were reading" in words(again)) == (409, True)
    short = officer.send(f"{base(call)}/moderation/{ref}/{keys[1]}", {"mark": "4", "reason": "Short."})
    assert (short.status_code, "Short." in short.text, "Say who was there" in words(short)) == (422, True, True)
    rest = officer.send(f"{base(call)}/moderation/{ref}", {"reason": LEFT, "present": there})
    assert rest.status_code == 303
    close = officer.get(f"{base(call)}/moderation/close")
    assert ("3.50 → 5" in words(close), "Close the moderation" in words(close)) == (True, True)
    done = officer.send(f"{base(call)}/moderation/close", {})
    assert (done.status_code, done.location) == (303, f"{base(call)}/ranking")
    assert "closed on" in words(officer.get(f"{base(call)}/moderation"))
    approver = people.signed_in(app, ports, calls.approver(ports))
    assert approver.send(f"{base(call)}/moderation/reopen", {"reason": ""}).status_code == 422
    assert approver.send(f"{base(call)}/moderation/reopen", {"reason": "Read wrongly."}).status_code == 303
    history = words(officer.get(f"/manage/calls/{call.ref}/history"))
    assert "Agreed on a mark for “Quality of the solution”: from 3.50 to 5" in history


def test_a_chair_sees_no_names_in_a_blind_stage_and_nothing_of_a_conflict(app, ports):
    call = panel.moderating(ports)
    chair = people.signed_in(app, ports, panel.chair(ports))
    keys, ref = panel.open_keys(ports, call), ref_of(ports, call)
    page = chair.get(f"{base(call)}/moderation")
    assert (page.status_code, "Firm A" in page.text, "Idea of" in page.text) == (200, False, False)
    one = chair.get(f"{base(call)}/moderation/{ref}/{keys[0]}")
    assert ("Firm A" in one.text, "Assessor A" in words(one)) == (False, True)
    with ports.database.reading() as session:
        stage = calls.newest(session, call)
        queue = moderation_queries.queue_of(session, stage.call, stage)
        firm = next(each.entry.organisation.id for each in queue.differences if each.entry.ref == ref)
    now = ports.clock.now()
    perform(ports, panel.chair(ports), now, assessment.declare_interests, {firm: ("hard", "")}, none=False)
    for address in (f"{ref}/{keys[0]}", ref):
        assert chair.get(f"{base(call)}/moderation/{address}").status_code == 404
    assert ref not in chair.get(f"{base(call)}/moderation").text
    assert chair.send(f"{base(call)}/moderation/{ref}/{keys[0]}", {"mark": "1"}).status_code == 404
    # closing is the officers'
    assert chair.send(f"{base(call)}/moderation/close", {}).status_code == 409
    assert chair.get(f"{base(call)}/ranking").status_code == 404


def test_who_may_see_the_moderation_and_who_not(app, ports):
    call = panel.moderating(ports)
    address = f"{base(call)}/moderation"
    stranger = people.signed_in(app, ports, calls.staff(ports, "stranger@readers.example", "assessor"))
    member = people.signed_in(app, ports, panel.member(ports))
    auditor = people.signed_in(app, ports, calls.staff(ports, "auditor@city.example", "auditor"))
    assert [each.get(address).status_code for each in (stranger, member, auditor)] == [404, 404, 200]
    assert auditor.send(f"{address}/{ref_of(ports, call)}/{panel.open_keys(ports, call)[0]}", {}).status_code == 403
    plain = calls.published(ports, title="Without a panel")
    officer = people.signed_in(app, ports, calls.officer(ports))
    assert officer.get(f"{base(plain)}/moderation").status_code == 404
    assert officer.get(f"{base(plain)}/panel").status_code == 404


def test_the_panel_is_set_up_called_together_and_its_minutes_closed(app, ports):
    call = panel.marked(ports)
    officer = people.signed_in(app, ports, calls.officer(ports))
    address = f"{base(call)}/panel"
    page = officer.get(address)
    assert (page.status_code, "Chair" in words(page), "not been called together" in words(page)) == (200, True, True)
    auditor = calls.staff(ports, "auditor@city.example", "auditor")
    again = officer.get(address)
    assert "(only to observe)" in words(again)
    refused = officer.send(f"{address}/people", {"person": auditor.id, "role": "member"})
    assert (refused.status_code, "cannot do this on the panel" in words(refused)) == (409, True)
    assert officer.send(f"{address}/people", {"person": auditor.id, "role": "observer"}).status_code == 303
    assert officer.send(f"{address}/people/role", {"person": auditor.id, "role": ""}).status_code == 303
    assert officer.send(f"{address}/distance", {"least": "20"}).status_code == 422
    assert officer.send(f"{address}/distance", {"least": "3"}).status_code == 303
    day = {"held_at-day": "20", "held_at-month": "4", "held_at-year": "2027", "held_at-time": "10am"}
    assert officer.send(address, {**day, "place": ""}).status_code == 422
    early = officer.send(address, {**day, "held_at-year": "2026", "place": "Room 4"})
    assert (early.status_code, "still to come" in words(early)) == (409, True)
    made = officer.send(address, {**day, "place": "Room 4"})
    assert made.status_code == 303
    meeting = made.location
    perform(ports, calls.officer(ports), ports.clock.now(), assessment.lock_marks, calls.stage_of(ports, call).id)
    assert officer.send(f"{meeting}/agenda", {}).status_code == 303
    assert "Firm A" in words(officer.get(meeting))
    item = officer.get(f"{meeting}/items/1")
    assert item.status_code == 200
    saved = officer.send(
        f"{meeting}/items/1",
        {"minutes": "It was read out.", "discussed": "y", "left": [panel.member(ports).id], "version": "1"},
    )
    assert saved.status_code == 303
    assert officer.send(f"{meeting}/items/1", {"minutes": "Other.", "version": "1"}).status_code == 409
    assert officer.send(f"{meeting}/minutes", {"minutes": "All came.", "version": "1"}).status_code == 303
    assert officer.send(f"{meeting}/close", {}).status_code == 409  # it has not met
    with ports.database.reading() as session:
        found = moderation_queries.find_panel(session, meeting.rpartition("/")[2])
    ports.clock.set(found.held_at)
    officer = people.signed_in(app, ports, calls.officer(ports))
    assert officer.send(f"{meeting}/close", {}).status_code == 303
    assert "do not change any more" in words(officer.get(meeting))


def test_members_read_the_papers_without_what_they_have_an_interest_in(app, ports):
    call = panel.moderating(ports, least=None)
    made = panel.panelled(ports, call)
    member = people.signed_in(app, ports, panel.member(ports))
    address = f"/assess/panels/{made.ref}"
    assert call.title in words(member.get("/assess/panels"))
    agenda = member.get(address)
    assert (agenda.status_code, agenda.text.count("/items/"), "Firm" in agenda.text) == (200, 3, False)
    item = member.get(f"{address}/items/1")
    assert (item.status_code, "Assessor A" in words(item), "· Firm A" in words(item)) == (200, True, False)
    assert parts.ANSWER in item.text
    assert member.get(f"{address}/items/9").status_code == 404
    assert member.get(f"{address}/items/1/files/1").status_code == 404
    assert member.get(f"{address}/items/1/interest").status_code == 200
    assert member.send(f"{address}/items/1/interest", {"words": ""}).status_code == 422
    assert member.send(f"{address}/items/1/interest", {"words": "My brother."}).status_code == 303
    assert [member.get(f"{address}{each}").status_code for each in ("/items/1", "/items/1/interest", "/items/2")] == [
        404,
        404,
        200,
    ]
    assert member.get(address).text.count("/items/") == 2
    stranger = people.signed_in(app, ports, calls.staff(ports, "stranger@readers.example", "assessor"))
    assert stranger.get(address).status_code == 404
    assert "You belong to no panel" in words(stranger.get("/assess/panels"))
    assert "Your panels" in words(member.get("/assess"))


def test_before_the_lock_members_see_no_marks(app, ports):
    call = panel.marked(ports)
    made = panel.panelled(ports, call)
    member = people.signed_in(app, ports, panel.member(ports))
    assert "Nothing is on the agenda for you" in words(member.get(f"/assess/panels/{made.ref}"))


def test_an_officer_reads_and_returns_a_scorecard(app, ports):
    call = panel.marked(ports)
    officer = people.signed_in(app, ports, calls.officer(ports))
    progress = officer.get(f"{base(call)}/progress")
    ref = re.search(r"/scorecards/([^\"]+)", progress.text)[1]
    page = officer.get(f"{base(call)}/scorecards/{ref}")
    assert (page.status_code, "Return the scorecard" in words(page)) == (200, True)
    assert officer.send(f"{base(call)}/scorecards/{ref}", {"reason": ""}).status_code == 422
    assert officer.send(f"{base(call)}/scorecards/{ref}", {"reason": "Look at the price again."}).status_code == 303
    page = officer.get(f"{base(call)}/scorecards/{ref}")
    assert ("Submission 1" in words(page), "marked again" in words(page)) == (True, True)
    approver = people.signed_in(app, ports, calls.approver(ports))
    assert approver.get(f"{base(call)}/scorecards/{ref}").status_code == 403
    assert officer.get(f"{base(call)}/scorecards/nothing").status_code == 404


def test_the_panel_of_a_later_stage_is_named_before_the_stage_begins(app, ports):
    call = panel.marked(ports, procedure="panel_of_its_own")
    officer, stage = calls.officer(ports), calls.stage_of(ports, call, "panel")
    now = ports.clock.now()
    perform(ports, officer, now, assessment.lock_marks, calls.stage_of(ports, call, "application").id)
    perform(ports, officer, now, moderation.remove_person, stage.id, panel.chair(ports).id)
    visitor = people.signed_in(app, ports, officer)
    assert f"{base(call, 'panel')}/panel" in visitor.get(f"/manage/calls/{call.ref}").text
    assert "has no chair" in words(visitor.get(f"{base(call, 'panel')}/panel"))
    with pytest.raises(Refusal):
        panel.go_on(ports, call)
    dry_run = visitor.get(f"{base(call)}/tell")
    assert "The panel of “Panel” has no chair. Name one" in words(dry_run)
    # before it begins nobody moderates
    assert visitor.get(f"{base(call, 'panel')}/moderation").status_code == 403
    chair = {"person": panel.chair(ports).id, "role": "chair"}
    assert visitor.send(f"{base(call, 'panel')}/panel/people", chair).status_code == 303
    outcomes.tell(ports, call)
    assert "settled" in words(visitor.get(f"{base(call, 'panel')}/moderation"))


def test_what_the_applicant_reads_is_the_panel_s_reason_in_the_place_of_the_comments(app, ports):
    call = panel.moderating(ports, firms=2)
    keys = panel.open_keys(ports, call)
    panel.settled(ports, call, {keys[0]: 4})
    perform(ports, calls.officer(ports), ports.clock.now(), moderation.close_moderation, calls.stage_of(ports, call).id)
    ref = ref_of(ports, call)
    outcomes.told(ports, outcomes.decided(ports, call))
    lead = people.signed_in(app, ports, calls.staff(ports, "lead@firma.example"))
    page = words(lead.get(f"/applications/{ref}/outcome"))
    assert page.count(REASON) == 1
    assert "Assessor 1:" in page  # the other criteria have the comments of both
    officer = people.signed_in(app, ports, calls.officer(ports))
    ranking = words(officer.get(f"{base(call)}/ranking"))
    assert "4.00" in ranking
    with ports.database.reading() as session:
        summary = session.scalars(
            select(Document).where(Document.kind == "assessment_summary", Document.reference == ref)
        ).one()
        marks = {each["criterion"]: each for each in summary.content["own"]["marks"]}
        assert [each["mark"] for each in marks.values()].count("4.00") == 1
        assert REASON in [each["explanation"] for each in marks.values()]
        assert "is the one that the panel agreed on, with its reason" in summary.content["method"]


def test_what_differs_waits_for_the_chair_on_the_page_of_what_to_assess(app, ports):
    call = panel.moderating(ports)
    to_settle = f'href="{base(call)}/moderation"'
    assert to_settle in people.signed_in(app, ports, panel.chair(ports)).get("/assess").text
    assert to_settle not in people.signed_in(app, ports, panel.member(ports)).get("/assess").text
