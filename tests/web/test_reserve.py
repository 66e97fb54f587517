"""The pages of leaving and of the reserve: what withdrawing means, who is next, and that two people promote."""

import re
from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.jobs import sweep
from procurement.models.applications import Application, Entry
from procurement.models.documents import Document
from procurement.rules.ports import Ports
from tests.parts import assessment, calls, outcomes, people, sifting
from tests.parts.pages import checked as page
from tests.services.test_leaving import entry_of, member
from tests.services.test_reserve import NOT_HERE, dropped, equals_in_reserve, held

REASON = "Firm A withdrew its proposal."


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def ref_of(ports: Ports, entry: Entry) -> str:
    with ports.database.reading() as session:
        return session.scalars(select(Application.ref).where(Application.id == entry.application_id)).one()


def test_withdrawing_after_the_opening_says_what_it_means(app: Flask, ports: Ports) -> None:
    call = assessment.opened(ports, assessment.bids_in(ports, firms=2))
    entry = entry_of(ports, call)
    ref, lead = ref_of(ports, entry), people.signed_in(app, ports, member(ports, entry))
    assert f"/applications/{ref}/withdraw" in page(lead.get(f"/applications/{ref}"))
    asked = words(page(lead.get(f"/applications/{ref}/withdraw")))
    assert "stay on the record of this call" in asked
    assert "You cannot start it again" in asked
    assert lead.send(f"/applications/{ref}/withdraw").status_code == 303
    shown = page(lead.get(f"/applications/{ref}"))
    assert "It takes no further part." in words(shown)
    assert f"/applications/{ref}/withdraw" not in shown
    officer = people.signed_in(app, ports, calls.officer(ports))
    root = f"/manage/calls/{call.ref}/stages/application"
    assert "Withdrawn" in words(page(officer.get(f"{root}/bids/{ref}")))
    assert "Withdrew the application" in words(page(officer.get(f"/manage/calls/{call.ref}/history")))


def test_the_reserve_is_promoted_by_two_people(app: Flask, ports: Ports) -> None:
    call = sifting.told_with_reserve(ports)
    (entry,) = held(ports, call)
    ref, lead = ref_of(ports, entry), people.signed_in(app, ports, member(ports, entry))
    root = f"/manage/calls/{call.ref}/stages/application/reserve"
    officer, approver = (people.signed_in(app, ports, who) for who in (calls.officer(ports), calls.approver(ports)))
    assert "nobody who goes on has dropped out" in words(page(officer.get(root)))
    dropped(ports, call)  # the clock moves, and sign-ins have an end
    officer, approver = (people.signed_in(app, ports, who) for who in (calls.officer(ports), calls.approver(ports)))
    lead = people.signed_in(app, ports, member(ports, entry))
    assert f"Propose to promote {ref}" in words(page(officer.get(root)))
    page(officer.send(f"{root}/1", {}), 422)
    assert officer.send(f"{root}/1", {"reason": REASON}).status_code == 303
    assert "Approve the promotion" not in page(officer.get(root))
    assert approver.get(f"{root}/1").status_code == 403
    shown = page(approver.get(root))
    assert REASON in shown
    promotion = re.search(r'name="promotion" value="(\d+)"', shown)
    assert promotion is not None
    page(approver.send(root, {"promotion": promotion[1], "reason": ""}, to=f"{root}/send-back"), 422)
    assert approver.send(root, {"promotion": promotion[1]}, to=f"{root}/approve").status_code == 303
    assert "Nobody is in reserve" in page(officer.get(root))
    outcomes.made_ready(ports, call)
    told = words(page(lead.get(f"/applications/{ref}/stages/application/outcome")))
    assert "Your expression of interest was successful" in told
    page(lead.get(f"/applications/{ref}"))
    assert "Promoted from the reserve" in words(page(officer.get(f"/manage/calls/{call.ref}/history")))


def test_a_reserve_that_has_ended_says_so(app: Flask, ports: Ports) -> None:
    call = sifting.told_with_reserve(ports)
    (entry,) = held(ports, call)
    ref, lead = ref_of(ports, entry), people.signed_in(app, ports, member(ports, entry))
    asked = words(page(lead.get(f"/applications/{ref}/withdraw")))
    assert "You give up your place on the reserve list" in asked
    after = calls.stage_of(ports, call, "proposal")
    ports.clock.set(after.closes_at)  # type: ignore[attr-defined]  (the tests' clock)

    sweep.make_due(ports)
    lead = people.signed_in(app, ports, member(ports, entry))
    told = words(page(lead.get(f"/applications/{ref}/stages/application/outcome")))
    assert "The reserve list has ended" in told
    assert lead.get(f"/applications/{ref}/withdraw").status_code == 302  # there is nothing to give up any more


def test_a_closing_that_moved_with_a_promotion_is_public(app: Flask, ports: Ports) -> None:
    call = sifting.told_with_reserve(ports, seats=2, reserves=1, firms=4)
    (entry,) = held(ports, call)
    dropped(ports, call)
    after = calls.stage_of(ports, call, "proposal")
    assert after.closes_at is not None
    ports.clock.set(after.closes_at - timedelta(days=3))  # type: ignore[attr-defined]  (the tests' clock)
    officer, approver = (people.signed_in(app, ports, who) for who in (calls.officer(ports), calls.approver(ports)))
    root = f"/manage/calls/{call.ref}/stages/application/reserve"
    asked = page(officer.get(f"{root}/1"))
    assert "leaves too little time" in words(asked)
    given = {
        f"closes_at-{part}": value
        for part in ("day", "month", "year", "time")
        for value in re.findall(rf'name="closes_at-{part}"[^>]*value="([^"]*)"', asked)
    }
    assert officer.send(f"{root}/1", {**given, "reason": REASON}).status_code == 303
    assert "Promotions to approve" in page(approver.get("/manage"))
    promotion = re.search(r'name="promotion" value="(\d+)"', page(approver.get(root)))
    assert promotion is not None
    assert "Dates that were moved" not in page(app.test_client().get(f"/calls/{call.ref}"))
    assert approver.send(root, {"promotion": promotion[1]}, to=f"{root}/approve").status_code == 303
    public = words(page(app.test_client().get(f"/calls/{call.ref}")))
    assert "Dates that were moved" in public
    assert "Proposal closes on" in public
    assert ref_of(ports, entry) not in public


def test_an_award_of_a_covered_call_passes_on_with_all_that_the_law_asks_for(app: Flask, ports: Ports) -> None:
    call = outcomes.told(ports, most=1)
    passes = "moves up where an award is not taken up, with assessment summaries, a notice and a standstill of its own"
    assert passes in words(page(app.test_client().get(f"/calls/{call.ref}/how-we-decide")))


def test_a_reserve_that_was_told_that_no_award_passes_to_it_says_so(app: Flask, ports: Ports) -> None:
    """As the letters of the release before told it."""
    call = outcomes.told(ports, most=1)

    def as_before(session: Session) -> None:
        letter = session.scalars(select(Document).where(Document.kind == "reserve_letter")).one()
        letter.content = {**letter.content, "until": ""}

    ports.database.write(as_before)
    outcomes.refused(ports, outcomes.awards_of(ports, call)[0])
    officer = people.signed_in(app, ports, calls.officer(ports))
    root = f"/manage/calls/{call.ref}/stages/application/reserve"
    shown = words(page(officer.get(root)))
    assert "Nobody can be taken from this reserve: an award that is refused goes to nobody else." in shown
    assert NOT_HERE in shown
    assert ("next in rank can be promoted" in shown, "Propose to promote" in shown) == (False, False)
    assert NOT_HERE in words(page(officer.get(f"{root}/1")))
    public = words(page(app.test_client().get(f"/calls/{call.ref}/how-we-decide")))
    assert ("nobody moves up from the reserve" in public, "moves up where an award" in public) == (True, False)


def test_the_page_offers_all_who_share_the_place(app: Flask, ports: Ports) -> None:
    call = equals_in_reserve(ports)
    officer, approver = (people.signed_in(app, ports, who) for who in (calls.officer(ports), calls.approver(ports)))
    root = f"/manage/calls/{call.ref}/stages/application/reserve"
    refs = sorted(ref_of(ports, entry) for entry in held(ports, call))
    shown = words(page(officer.get(root)))
    assert [f"Propose to promote {ref}" in shown for ref in refs] == [True, True]
    for ref in refs:
        asked = page(officer.get(f"{root}/1?bid={ref}"))
        assert f"Promote {ref}" in words(asked)
        amount = re.search(r'name="amount"[^>]*value="([^"]*)"', asked)
        assert amount is not None
        given = {"bid": ref, "amount": amount[1], "reason": REASON}
        assert officer.send(f"{root}/1", given).status_code == 303
    assert officer.get(f"{root}/1?bid=TT-NOBODY").status_code == 404
    approving = page(approver.get(root))
    assert [f"Approve the promotion of {ref}" in words(approving) for ref in refs] == [True, True]
    ids = re.findall(r' id="([^"]+)"', approving)
    assert sorted(ids) == sorted(set(ids))
