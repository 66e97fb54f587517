"""The pages of abandoning a call: proposed with a reason, decided by an approver, read by everybody."""

from flask import Flask

from procurement.models.applications import Entry
from procurement.rules.ports import Ports
from tests.parts import calls, outcomes, people
from tests.parts.pages import checked as page
from tests.web.test_reserve import ref_of, words

REASON = "The building that the contract was for was sold."


def test_it_is_proposed_decided_and_read(app: Flask, ports: Ports) -> None:
    call = outcomes.told(ports, most=1)
    outcomes.noticed(ports, call)
    (award,) = outcomes.awards_of(ports, call)
    officer, approver, lead = (
        people.signed_in(app, ports, who)
        for who in (calls.officer(ports), calls.approver(ports), outcomes.lead_of(ports, award))
    )
    root = f"/manage/calls/{call.ref}/abandon"
    assert root in page(officer.get(f"/manage/calls/{call.ref}"))
    page(officer.send(root, {"reason": ""}, to=f"{root}/propose"), 422)
    assert officer.send(root, {"reason": REASON}, to=f"{root}/propose").status_code == 303
    assert "It is proposed already" in words(page(officer.send(root, {"reason": REASON}, to=f"{root}/propose"), 409))
    assert "must agree or send it back" in words(page(officer.get(root)))
    assert "Calls to abandon" in page(approver.get("/manage"))
    assert approver.send(root, {"reason": "Ask first."}, to=f"{root}/send-back").status_code == 303
    assert officer.send(root, {"reason": REASON}, to=f"{root}/propose").status_code == 303
    shown = page(approver.get(root))
    assert "1 award was told and is not accepted. It ends." in words(shown)
    assert REASON in shown
    seen = shown.partition('name="seen" value="')[2].partition('"')[0]
    assert officer.send(root, {"seen": seen}, to=f"{root}/approve").status_code == 403
    assert approver.send(root, {"seen": seen}, to=f"{root}/approve").status_code == 303
    assert "Abandoned on" in words(page(officer.get(root)))
    history = page(officer.get(f"/manage/calls/{call.ref}/history"))
    assert "Proposed to abandon the call" in history
    assert "Abandoned the call" in history
    public = words(page(app.test_client().get(f"/calls/{call.ref}")))
    assert REASON in public
    page(lead.get("/dashboard"))
    with ports.database.reading() as session:
        entry = session.get_one(Entry, award.entry_id)
    outcome = words(page(lead.get(f"/applications/{ref_of(ports, entry)}/outcome")))
    assert f"The call was abandoned after this: {REASON}" in outcome
    assert "The award has ended, because the call was abandoned." in outcome
    register = words(page(app.test_client().get(f"/awards/{award.ref}")))
    assert "This award was cancelled." in register
    assert "the call was abandoned" in register
