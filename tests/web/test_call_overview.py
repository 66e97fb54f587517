"""The page of one call says what comes next, and leads only to pages that have something on them."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.rules.ports import Ports
from procurement.services import assessment as assessing
from procurement.services.act import perform
from tests.parts import assessment, calls, outcomes
from tests.parts.clock import StandingClock
from tests.parts.pages import Node
from tests.parts.people import signed_in
from tests.web.test_public_calls import page

WRITTEN = ("review", "tender-notice", "setup/documents", "questions", "messages", "amendment", "opening")
CLOSED = ("documents", "history", "copy", "template", "abandon")
OPEN = (*WRITTEN, "applications", "assessors", "assign", "progress", "requests")
RANKED = (*OPEN, "ranking", "corrections", "reasons", "decisions")
DECIDED = (*RANKED, "tell", "notices", "outcomes")


def overview(app: Flask, ports: Ports, call: Call) -> Node:
    """As the officer sees it now: signed in again, since days may have passed."""
    return page(signed_in(app, ports, calls.officer(ports)), f"/manage/calls/{call.ref}")


def said(found: Node) -> str:
    """What comes next, up to the counts of applications."""
    return found.words.partition(" Next ")[2].partition(" This call ")[0]


def leads(found: Node, call: Call) -> tuple[str, ...]:
    """The list of pages: what stands behind the call's own address, the button of the next step left out."""
    base = f"/manage/calls/{call.ref}/"
    after = found.links.index(f"/calls/{call.ref}")
    own = (link.removeprefix(base) for link in found.links[after:] if link.startswith(base))
    return tuple(link.removeprefix("stages/application/") for link in own)


def test_each_state_says_what_comes_next_and_where(app: Flask, ports: Ports, clock: StandingClock) -> None:
    call = calls.published(ports)
    found = overview(app, ports, call)
    assert "It takes applications until " in said(found)
    assert leads(found, call) == (*WRITTEN, "assessors", "dates", "history", "copy", "template", "abandon")
    assessment.bids_in(ports, call, firms=3)
    stage = calls.stage_of(ports, call)
    assert stage.closes_at is not None
    clock.set(stage.closes_at + timedelta(minutes=1))
    assert "It has closed. Two people can open the applications from " in said(overview(app, ports, call))
    clock.set(stage.closes_at + timedelta(minutes=stage.hold_minutes))
    assert "The holding time is over: two people open the applications. Open the applications" in said(
        overview(app, ports, call)
    )

    call = assessment.opened(ports, call)
    found = overview(app, ports, call)
    assert "3 applications still need a decision on whether they are eligible. Go to the applications" in said(found)
    assert leads(found, call) == (*OPEN, *CLOSED)
    call = assessment.in_assessment(ports, call)
    assert "3 applications have too few assessors. Ask assessors" in said(overview(app, ports, call))
    assessment.assigned(ports, call)
    assert "6 scorecards are not in yet. See the progress" in said(overview(app, ports, call))


def test_from_the_marks_to_the_end_each_state_says_what_comes_next(app: Flask, ports: Ports) -> None:
    call = assessment.locked(ports)
    found = overview(app, ports, call)
    assert "3 applications have no decision yet. Look at the ranking" in said(found)
    assert leads(found, call) == (*RANKED, *CLOSED)
    call = outcomes.proposed(ports, call)
    assert "Every application has a proposal." in said(overview(app, ports, call))
    call = outcomes.approve(ports, call)
    found = overview(app, ports, call)
    assert "Every applicant is told at one instant. Tell applicants" in said(found)
    assert leads(found, call) == (*DECIDED, *CLOSED)
    outcomes.made_ready(ports, call)
    call = outcomes.tell(ports, call)
    begins = "The standstill begins when the contract award notice is published on Find a Tender. Go to the notice"
    assert begins in said(overview(app, ports, call))
    outcomes.noticed(ports, call)
    assert "The standstill ends on " in said(overview(app, ports, call))
    for award in outcomes.confirmed(ports, call):
        assert "not been answered yet. See the awards" in said(overview(app, ports, call))
        outcomes.accepted(ports, award)
    assert "Every award is answered. The call can be concluded. Conclude the call" in said(overview(app, ports, call))


def test_a_cancelled_call_goes_no_further(app: Flask, ports: Ports) -> None:
    call = calls.published(ports)
    calls.cancelled(ports, call, "The money went elsewhere.")
    found = overview(app, ports, call)
    assert "Cancelled: The money went elsewhere." in found.words
    assert (said(found), "Concluded" in found.words, "Until two people open" in found.words) == ("", False, False)
    assert {"review", "history", "terminations"} <= set(leads(found, call))


def test_one_missing_thing_is_named_and_several_are_counted(app: Flask, ports: Ports, clock: StandingClock) -> None:
    call, by = calls.drafted(ports), calls.officer(ports)
    officer = signed_in(app, ports, by)

    def shows(**changed: str) -> str:
        def save(session: Session) -> None:
            calls.save(session, ports, session.get_one(Call, call.id), "details", changed, by, clock.now())

        ports.database.write(save)
        return page(officer, f"/manage/calls/{call.ref}").words

    assert "Describe the call Completed" in shows(users="Children at 40 schools.")
    assert "Describe the call Say what good looks like. In progress" in shows(outcome="")
    assert "Describe the call 2 missing In progress" in shows(outcome="", problem="")


@pytest.mark.parametrize(("path", "current"), [("/manage", "/manage"), ("/manage/calls", "/manage/calls")])
def test_the_menu_shows_where_one_is(app: Flask, ports: Ports, path: str, current: str) -> None:
    answer = signed_in(app, ports, calls.officer(ports)).get(path).text
    menu = answer[answer.index("app-nav__list") : answer.index("</ul>", answer.index("app-nav__list"))]
    assert [line for line in menu.split("<li") if "aria-current" in line] == [
        line for line in menu.split("<li") if f'href="{current}"' in line
    ]


def test_an_approver_is_shown_decisions_once_all_are_proposed(app: Flask, ports: Ports) -> None:
    call = assessment.locked(ports)
    approver = signed_in(app, ports, calls.approver(ports))
    assert "Decisions to approve" not in page(approver, "/manage").words
    outcomes.proposed(ports, call)
    assert "Decisions to approve (1)" in page(approver, "/manage").words


def test_an_approver_is_shown_who_was_proposed_as_ineligible(app: Flask, ports: Ports) -> None:
    call = assessment.opened(ports, assessment.bids_in(ports, firms=1))
    approver = signed_in(app, ports, calls.approver(ports))
    assert "Eligibility to approve" not in page(approver, "/manage").words
    with ports.database.reading() as session:
        entry_id = session.scalars(select(Entry.id).where(Entry.stage_id == calls.newest(session, call).id)).one()
    officer, now = calls.officer(ports), ports.clock.now()
    perform(ports, officer, now, assessing.propose_ineligible, entry_id, "It is in another city.")
    assert "Eligibility to approve (1)" in page(approver, "/manage").words
