"""The pages of a disqualification: proposed with a ground, decided by an approver, read by the team."""

from flask import Flask
from sqlalchemy import select

from procurement.models.applications import Entry
from procurement.models.messages import Message
from procurement.rules.ports import Ports
from tests.parts import assessment, calls, outcomes, people, sifting
from tests.parts.pages import checked as page
from tests.services.test_leaving import entry_of, member
from tests.web.test_reserve import ref_of, words

REASON = "The certificate of insurance is not one of the insurer that it names."
GIVEN = {"ground": "false_information", "reason": REASON}


def test_it_is_proposed_decided_and_read(app: Flask, ports: Ports) -> None:
    call = sifting.sift(ports, seats=2)
    sifting.in_order(ports, call)
    entry = entry_of(ports, call)
    ref = ref_of(ports, entry)
    officer, approver, lead = (
        people.signed_in(app, ports, who) for who in (calls.officer(ports), calls.approver(ports), member(ports, entry))
    )
    bid = f"/manage/calls/{call.ref}/stages/application/bids/{ref}"
    root = f"{bid}/disqualification"
    assert root in page(officer.get(bid))
    page(officer.send(root, {"reason": REASON}, to=f"{root}/propose"), 422)
    page(officer.send(root, {**GIVEN, "reason": ""}, to=f"{root}/propose"), 422)
    assert officer.send(root, GIVEN, to=f"{root}/propose").status_code == 303
    assert "must agree or send it back" in page(officer.get(root))
    assert "Disqualifications to decide" in page(approver.get("/manage"))
    assert lead.get(f"/applications/{ref}/disqualification").status_code == 404
    shown = page(approver.get(root))
    assert REASON in shown
    seen = shown.partition('name="seen" value="')[2].partition('"')[0]
    page(approver.send(root, {"reason": ""}, to=f"{root}/send-back"), 422)
    assert officer.send(root, {"seen": seen}, to=f"{root}/approve").status_code == 403
    assert approver.send(root, {"seen": seen}, to=f"{root}/approve").status_code == 303
    outcomes.made_ready(ports, call)
    assert "Disqualified on" in words(page(officer.get(root)))
    ranking = words(page(officer.get(f"/manage/calls/{call.ref}/stages/application/ranking")))
    assert "Disqualified on" in ranking
    assert "It is left out of this ranking." in ranking
    assert "Disqualified on" in words(page(officer.get(f"/manage/calls/{call.ref}/stages/application/decisions")))
    history = page(officer.get(f"/manage/calls/{call.ref}/history"))
    assert "Proposed to disqualify" in history
    assert "Disqualified" in words(page(lead.get(f"/applications/{ref}")))
    told = page(lead.get(f"/applications/{ref}/disqualification"))
    assert REASON in told
    letter = told.partition('href="/documents/')[2].partition('"')[0]
    assert lead.get(f"/documents/{letter}").status_code == 200
    page(lead.get("/dashboard"))
    with ports.database.reading() as session:
        (message,) = session.scalars(select(Message).where(Message.kind == "disqualification"))
    assert f"/applications/{ref}/disqualification" in message.body
    assert REASON not in message.body  # a decision is never in a message


def test_a_proposal_is_sent_back_or_taken_back(app: Flask, ports: Ports) -> None:
    call = assessment.opened(ports, assessment.bids_in(ports, firms=1))
    ref = ref_of(ports, entry_of(ports, call))
    officer, approver = (people.signed_in(app, ports, who) for who in (calls.officer(ports), calls.approver(ports)))
    root = f"/manage/calls/{call.ref}/stages/application/bids/{ref}/disqualification"
    assert officer.send(root, GIVEN, to=f"{root}/propose").status_code == 303
    again = officer.send(root, GIVEN, to=f"{root}/propose")
    assert "It is proposed already" in words(page(again, 409))
    assert approver.send(root, {"reason": "Ask first."}, to=f"{root}/send-back").status_code == 303
    assert officer.send(root, GIVEN, to=f"{root}/propose").status_code == 303
    assert officer.send(root, {"reason": "Our mistake."}, to=f"{root}/take-back").status_code == 303
    assert officer.send(root, {"reason": "Our mistake."}, to=f"{root}/take-back").status_code == 404
    history = page(officer.get(f"/manage/calls/{call.ref}/history"))
    for said in ("Sent back: whether to disqualify", "Took back the proposal to disqualify"):
        assert said in history
    auditor = people.signed_in(app, ports, calls.staff(ports, "auditor@city.example", "auditor"))
    assert "Officers propose to disqualify" in page(auditor.get(root))
    assert auditor.send(root, GIVEN, to=f"{root}/propose").status_code == 403


def test_a_told_ranking_says_that_it_stays(app: Flask, ports: Ports) -> None:
    call = sifting.told_with_reserve(ports)
    stage = calls.stage_of(ports, call, "application")
    with ports.database.reading() as session:
        entry = session.scalars(select(Entry).where(Entry.stage_id == stage.id, Entry.state == "advanced")).one()
    ref = ref_of(ports, entry)
    officer, approver = (people.signed_in(app, ports, who) for who in (calls.officer(ports), calls.approver(ports)))
    root = f"/manage/calls/{call.ref}/stages/application/bids/{ref}/disqualification"
    ports.clock.set(ports.clock.now().replace(microsecond=1))  # type: ignore[attr-defined]  (the tests' clock)
    assert officer.send(root, GIVEN, to=f"{root}/propose").status_code == 303
    shown = page(approver.get(root))
    seen = shown.partition('name="seen" value="')[2].partition('"')[0]
    assert approver.send(root, {"seen": seen}, to=f"{root}/approve").status_code == 303
    ranking = words(page(officer.get(f"/manage/calls/{call.ref}/stages/application/ranking")))
    assert "This ranking was told before, so it stays as it is." in ranking
    lead = people.signed_in(app, ports, member(ports, entry))
    assert "It takes no further part." in words(page(lead.get(f"/applications/{ref}")))
    assert "Your expression of interest was successful" in words(
        page(lead.get(f"/applications/{ref}/stages/application/outcome"))
    )


def test_a_tender_is_disregarded_in_the_words_of_that(app: Flask, ports: Ports) -> None:
    call = assessment.in_assessment(ports)
    entry = entry_of(ports, call)
    ref, stage = ref_of(ports, entry), calls.stage_of(ports, call).key
    officer, approver, lead = (
        people.signed_in(app, ports, who) for who in (calls.officer(ports), calls.approver(ports), member(ports, entry))
    )
    root = f"/manage/calls/{call.ref}/stages/{stage}/bids/{ref}/disqualification"
    given = {"ground": "procedural_requirement", "reason": REASON, "paragraph": "", "heard": ""}
    assert officer.send(root, given, to=f"{root}/propose").status_code == 303
    shown = page(approver.get(root))
    assert "proposed on" in words(shown)
    assert "to disregard the tender." in words(shown)
    seen = shown.partition('name="seen" value="')[2].partition('"')[0]
    assert approver.send(root, {"seen": seen}, to=f"{root}/approve").status_code == 303
    assert "Disregarded on" in words(page(officer.get(root)))
    history = words(page(officer.get(f"/manage/calls/{call.ref}/history")))
    assert "Proposed to disregard the tender" in history
    assert "It breaches a procedural requirement that is set out in the tender notice" in history
    assert "Disregarded." in words(page(lead.get(f"/applications/{ref}")))
    told = words(page(lead.get(f"/applications/{ref}/disqualification")))
    assert "Your tender was disregarded" in told
    assert "section 19(3)(d)" in told
