"""The pages of abandoning a call: proposed with a reason, decided by an approver, read by everybody."""

from flask import Flask

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.rules.ports import Ports
from procurement.services import notices
from procurement.services.act import perform
from tests.parts import calls, noticing, outcomes, people
from tests.parts.pages import checked as page
from tests.parts.visitors import Visitor
from tests.services.test_abandoning import approve
from tests.services.test_lots_abandoned import bids, locked, propose
from tests.web.test_reserve import ref_of, words

REASON = "The building that the contract was for was sold."


def number(shown: str) -> str:
    """The number of the proposal that a page asks to decide on."""
    return shown.partition('name="seen" value="')[2].partition('"')[0]


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
    assert officer.send(root, {"reason": REASON, "what": "0"}, to=f"{root}/propose").status_code == 303
    page(officer.send(root, {"reason": REASON, "what": "0"}, to=f"{root}/propose"), 422)  # it is no choice any more
    assert "must agree or send it back" in words(page(officer.get(root)))
    assert "Calls and lots to abandon" in page(approver.get("/manage"))
    first = number(page(approver.get(root)))
    said = {"reason": "Ask first.", "proposal": first}
    assert approver.send(root, said, to=f"{root}/send-back").status_code == 303
    assert approver.send(root, said, to=f"{root}/send-back").status_code == 404
    assert officer.send(root, {"reason": REASON, "what": "0"}, to=f"{root}/propose").status_code == 303
    shown = page(approver.get(root))
    assert "1 award was told and is not accepted. It ends." in words(shown)
    assert REASON in shown
    seen = number(shown)
    assert officer.send(root, {"seen": seen}, to=f"{root}/approve").status_code == 403
    assert approver.send(root, {"seen": seen}, to=f"{root}/approve").status_code == 303
    assert "Abandoned on" in words(page(officer.get(root)))
    assert f"{root.removesuffix('abandon')}terminations" in page(officer.get(root))
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
    assert REASON in register


def test_one_lot_ends_for_everybody_to_read_and_its_notice_follows(app: Flask, ports: Ports) -> None:
    call = outcomes.told(ports, outcomes.decided(ports, locked(ports), most=1))
    outcomes.noticed(ports, call)
    award = outcomes.awards_of(ports, call)[1]
    officer, approver, lead = (
        people.signed_in(app, ports, who)
        for who in (calls.officer(ports), calls.approver(ports), outcomes.lead_of(ports, award))
    )
    root = f"/manage/calls/{call.ref}"
    assert "Abandon this call or a lot" in page(officer.get(root))
    assert "Lot 2: Schools. The others go on." in words(page(officer.get(f"{root}/abandon")))
    page(officer.send(f"{root}/abandon", {"reason": REASON}, to=f"{root}/abandon/propose"), 422)
    said = {"reason": REASON, "what": "2"}
    assert officer.send(f"{root}/abandon", said, to=f"{root}/abandon/propose").status_code == 303
    shown = page(approver.get(f"{root}/abandon"))
    assert "Agree: abandon lot 2" in shown
    assert approver.send(f"{root}/abandon", {"seen": number(shown)}, to=f"{root}/abandon/approve").status_code == 303
    assert "Lot 2, “Schools”, was abandoned on" in words(page(officer.get(f"{root}/abandon")))
    assert f"Lot 2, “Schools”, was abandoned: {REASON}" in words(page(officer.get(root)))
    assert "Abandoned lot 2" in page(officer.get(f"{root}/history"))
    public = words(page(app.test_client().get(f"/calls/{call.ref}")))
    assert "Lot 2, “Schools”, was abandoned on" in public
    assert REASON in public
    assert "There is altogether: £100,000" in public
    assert "You apply for lot 1, the only one that goes on." in public
    changes = words(page(app.test_client().get(f"/calls/{call.ref}/changes")))
    assert "This lot was abandoned on" in changes
    assert REASON in changes
    assert "Nothing of this call has changed" not in changes
    assert "The others go on." not in words(page(officer.get(f"{root}/abandon"))).partition("was abandoned on")[2]
    lots = app.test_client().get(f"/calls/{call.ref}.json").get_json()["lots"]
    assert [each["abandoned_because"] for each in lots] == [None, REASON]
    with ports.database.reading() as session:
        entry = session.get_one(Entry, award.entry_id)
    outcome = words(page(lead.get(f"/applications/{ref_of(ports, entry)}/outcome")))
    assert f"The lot was abandoned after this: {REASON}" in outcome
    assert "The award has ended, because its lot was abandoned." in outcome
    noticed(app, ports, officer, approver, call)


def noticed(app: Flask, ports: Ports, officer: Visitor, approver: Visitor, call: Call) -> None:
    """The termination notice from the list of tasks to the public page, with what is typed wrong on the way."""
    here = f"/manage/calls/{call.ref}/terminations"
    assert "Termination notices to draft" in page(officer.get("/manage"))
    shown = page(officer.get(here))
    about = shown.partition(f'action="{here}/')[2].partition("/")[0]
    assert officer.send(here, to=f"{here}/{about}/draft").status_code == 303
    assert "Termination notices to approve" in page(approver.get("/manage"))
    shown = page(approver.get(here))
    notice = shown.partition(f'action="{here}/')[2].partition("/")[0]
    base = f"{here}/{notice}"
    assert approver.send(here, to=f"{base}/approve").status_code == 303
    page(officer.send(here, {}, to=f"{base}/enter"), 422)
    wrong = noticing.entered(ports.clock.now(), address="http://elsewhere.example")
    assert "which begins with https://" in page(officer.send(here, wrong, to=f"{base}/enter"), 409)
    assert officer.send(here, noticing.entered(ports.clock.now()), to=f"{base}/enter").status_code == 303
    page(approver.send(here, {"reason": ""}, to=f"{base}/send-back"), 422)
    assert approver.send(here, {"reason": "Not there."}, to=f"{base}/send-back").status_code == 303
    assert "Not there." in page(officer.get(here))
    assert officer.send(here, noticing.entered(ports.clock.now()), to=f"{base}/enter").status_code == 303
    assert noticing.ADDRESS in page(approver.get(here))
    assert approver.send(here, {"seen": noticing.NUMBER}, to=f"{base}/confirm").status_code == 303
    assert "Published on" in words(page(officer.get(here)))
    anybody = app.test_client()
    public = words(page(anybody.get(f"/notices/{call.ref.lower()}-uk12-1")))
    assert "One lot of the procurement. The other lots go on." in public
    assert noticing.NUMBER in public
    assert "Procurement termination notice" in page(anybody.get("/notices"))
    assert "Procurement termination notice" in page(anybody.get(f"/calls/{call.ref}"))
    said = anybody.get(f"/notices/{call.ref.lower()}-uk12-1.json").get_json()["notice"]
    assert (said["kind"], said["lot"], said["find_a_tender"]["number"]) == (
        "UK12",
        "Lot 2: Schools",
        noticing.NUMBER,
    )


def test_a_published_call_is_not_cancelled_by_one(app: Flask, ports: Ports) -> None:
    call = calls.published(ports)
    approver = people.signed_in(app, ports, calls.approver(ports))
    asked = f"/manage/calls/{call.ref}/cancel"
    assert "A published call is ended by two people." in words(page(approver.get(asked)))
    assert approver.send(asked, {"reason": REASON}).status_code == 409
    assert calls.read(ports, call.id).state == "published"


def test_nobody_asks_about_a_lot_that_ended_and_its_notice_stands_in_the_history_before_the_opening(
    app: Flask, ports: Ports
) -> None:
    call = bids(ports)
    row = propose(ports, call)
    approve(ports, row)
    firm, _ = people.firm(ports, "Firm F", "lead@firmf.example")
    asking = page(people.signed_in(app, ports, firm).get(f"/calls/{call.ref}/questions/ask"))
    assert "Lot 1: Streets" in asking
    assert "Lot 2: Schools" not in asking
    officer = calls.officer(ports)
    perform(ports, officer, ports.clock.now(), notices.draft_termination, row.id)
    assert "Drafted a notice" in words(
        page(people.signed_in(app, ports, officer).get(f"/manage/calls/{call.ref}/history"))
    )
