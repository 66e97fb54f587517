"""The pages of a correction: what it changes is seen by both before it is approved, and by everybody afterwards."""

import pytest
from flask import Flask
from sqlalchemy import select

from procurement.models.assessment import Assignment
from procurement.rules.ports import Ports
from tests.parts import assessment, calls, outcomes, people
from tests.parts.pages import checked as page
from tests.services.test_correcting import ASKED, REASON, entry_of, keys_of
from tests.web.test_reserve import ref_of, words


def test_it_is_proposed_seen_and_approved(app: Flask, ports: Ports) -> None:
    call = outcomes.proposed(ports, most=1)
    first = entry_of(ports, call, 1)
    ref, before = ref_of(ports, first), outcomes.table(ports, call)
    officer, approver = (people.signed_in(app, ports, who) for who in (calls.officer(ports), calls.approver(ports)))
    stage = f"/manage/calls/{call.ref}/stages/application"
    assert f"{stage}/corrections/new/{ref}" in page(officer.get(f"{stage}/ranking/{ref}"))
    assert "Correct a mark" not in words(page(approver.get(f"{stage}/ranking/{ref}")))
    assert "No mark was corrected" in page(officer.get(f"{stage}/corrections"))
    asked = f"{stage}/corrections/new/{ref}"
    key = next(iter(keys_of(ports, first).values()))[0]
    given = {"key": key, "after": "0", "asked_by": ASKED, "reason": REASON}
    assert "Assessor1" in words(page(officer.get(asked)))
    page(officer.send(asked, {**given, "reason": ""}, to=asked), 422)
    assert "Choose one of the marks from 0 to 5." in words(page(officer.send(asked, {**given, "after": "9"}), 409))
    assert officer.send(asked, given).status_code == 303
    assert "is proposed already" in words(page(officer.send(asked, given), 409))
    waits = "A correction of a mark waits for an approver. Decide on it first."
    assert waits in words(page(approver.get(f"{stage}/decisions")))
    root = f"{stage}/corrections/1"
    seen_by_officer = words(page(officer.get(root)))
    assert ("What it would change" in seen_by_officer, "must agree or send it back" in seen_by_officer) == (True, True)
    assert "Corrections of marks to approve" in page(approver.get("/manage"))
    shown = page(approver.get(root))
    row = before.entries[0].row
    assert row is not None
    assert (str(row.total) in words(shown), ASKED in words(shown), REASON in words(shown)) == (True, True, True)
    assert officer.send(root, {"seen": "x"}, to=f"{root}/approve").status_code == 403
    seen = shown.partition('name="seen" value="')[2].partition('"')[0]
    assert "is not what you were shown" in words(page(approver.send(root, {"seen": "x"}, to=f"{root}/approve"), 409))
    assert approver.send(root, {"seen": seen}, to=f"{root}/approve").status_code == 303
    assert waits not in words(page(approver.get(f"{stage}/decisions")))
    done = words(page(officer.get(root)))
    assert ("What it changed" in done, str(row.total) in done) == (True, True)
    after = outcomes.table(ports, call).entry(ref)
    assert after is not None
    assert after.row is not None
    assert str(after.row.total) in done
    assert str(after.row.total) in words(page(officer.get(f"{stage}/ranking")))
    history = words(page(officer.get(f"/manage/calls/{call.ref}/history")))
    assert "Proposed to correct a mark" in history
    assert "Corrected a mark" in history
    assert f"Asked for by: {ASKED}" in history
    assert "Corrected" in words(page(officer.get(f"{stage}/corrections")))
    with ports.database.reading() as session:
        card = session.scalars(select(Assignment).where(Assignment.ref == key.partition(":")[0])).one()
        own = people.signed_in(app, ports, people.principal(ports, card.person_id))
    for reader, where in ((own, f"/assess/assignments/{card.ref}/check"), (officer, f"{stage}/scorecards/{card.ref}")):
        read = words(page(reader.get(where)))
        assert ("Corrected by two people From 5 to 0" in read, REASON in read) == (True, True)
        assert "by Officer and Approver. The reason" in read
    mine = words(page(own.get(f"/assess/assignments/{card.ref}/criteria/{key.partition(':')[2]}")))
    assert ("Your mark was corrected by two people. From 5 to 0" in mine, REASON in mine) == (True, True)
    assert approver.get(f"{stage}/corrections/99").status_code == 404


def test_a_proposal_is_sent_back_or_taken_back_and_only_seen_by_staff(app: Flask, ports: Ports) -> None:
    call = assessment.locked(ports)
    first = entry_of(ports, call, 1)
    officer, approver = (people.signed_in(app, ports, who) for who in (calls.officer(ports), calls.approver(ports)))
    stage, ref = f"/manage/calls/{call.ref}/stages/application", ref_of(ports, first)
    asked = f"{stage}/corrections/new/{ref}"
    given = {"key": next(iter(keys_of(ports, first).values()))[0], "after": "0", "asked_by": ASKED, "reason": REASON}
    assert officer.send(asked, given).status_code == 303
    page(approver.send(f"{stage}/corrections/1", {"reason": ""}, to=f"{stage}/corrections/1/send-back"), 422)
    sent = approver.send(f"{stage}/corrections/1", {"reason": "Ask first."}, to=f"{stage}/corrections/1/send-back")
    assert sent.status_code == 303
    assert "Ask first." in words(page(officer.get(f"{stage}/corrections/1")))
    assert officer.send(asked, given).status_code == 303
    back = officer.send(f"{stage}/corrections/2", {"reason": "Our slip."}, to=f"{stage}/corrections/2/take-back")
    assert back.status_code == 303
    auditor = people.signed_in(app, ports, calls.staff(ports, "auditor@city.example", "auditor"))
    assert "Not corrected" in words(page(auditor.get(f"{stage}/corrections")))
    assert auditor.get(asked).status_code == 403
    history = words(page(auditor.get(f"/manage/calls/{call.ref}/history")))
    assert "Sent back: whether to correct a mark" in history
    assert "Took back the proposal to correct a mark" in history
    reader = people.signed_in(app, ports, calls.staff(ports, "assessor1@readers.example", "assessor"))
    assert reader.get(f"{stage}/corrections").status_code == 404


@pytest.mark.parametrize("decided", [False, True])
def test_approved_decisions_are_said_to_be_taken_up_again_before_anybody_agrees(
    app: Flask, ports: Ports, decided: bool
) -> None:
    call = outcomes.decided(ports, most=1) if decided else outcomes.proposed(ports, most=1)
    first = entry_of(ports, call, 1)
    officer = people.signed_in(app, ports, calls.officer(ports))
    stage, ref = f"/manage/calls/{call.ref}/stages/application", ref_of(ports, first)
    given = {"key": next(iter(keys_of(ports, first).values()))[0], "after": "4", "asked_by": ASKED, "reason": REASON}
    assert officer.send(f"{stage}/corrections/new/{ref}", given).status_code == 303
    shown = words(page(officer.get(f"{stage}/corrections/1")))
    assert ("all of them are to be approved again" in shown) == decided
