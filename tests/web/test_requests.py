"""From asking to reading the answer, and from the letter of ineligibility to its review, through the pages."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from procurement.models.calls import Call
from procurement.models.requests import Request
from procurement.queries import requests as requests_queries
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.rules.requests import Asked, RequestKind, ReviewOutcome, earliest_closing
from procurement.services import requests, reviews
from procurement.services.act import perform
from tests.parts import assessment, calls, people, slots
from tests.parts.applications import PDF
from tests.parts.pages import read, token_in
from tests.parts.statements import statements
from tests.parts.visitors import Visitor

ASKED = "The insurance certificate is missing."
CLOSES = {"closes_at-day": "2", "closes_at-month": "4", "closes_at-year": "2027", "closes_at-time": "5pm"}
FIELDS = {
    "kind": "complete",
    "text": ASKED,
    "question_1": "Until when are you insured?",
    "answer_1": "long_text",
    "question_2": "The certificate",
    "answer_2": "file",
    **CLOSES,
}


@pytest.fixture
def call(ports: Ports) -> Call:
    return assessment.opened(ports, assessment.bids_in(ports))


def at(ports: Ports, call: Call, firm: str = "Firm A", rest: str = "") -> str:
    return f"/manage/calls/{call.ref}/stages/application/bids/{slots.refs(ports, call)[firm]}{rest}"


def signed_in(app: Flask, ports: Ports, who: Principal) -> Visitor:
    return people.signed_in(app, ports, who)


def confirmed(officer: Visitor, page: str, fields: dict[str, Any]) -> Any:
    """The form, then its preview, then the press that asks."""
    shown = officer.send(page, fields)
    seen = read(shown, 200).one("input[name=seen]").attributes["value"]
    return officer.post(page, data={"csrf_token": token_in(shown.text), **fields, "seen": seen, "ask": "1"})


def asked(ports: Ports, call: Call) -> Request:
    officer, now = calls.officer(ports), ports.clock.now()
    what = Asked(RequestKind.COMPLETE, ASKED, (("Until when?", "long_text"),), earliest_closing(now))
    ids = [slots.entries(ports, call)["Firm A"]]
    return perform(ports, officer, now, requests.ask, calls.stage_of(ports, call).id, ids, what)[0]


def test_an_officer_asks_a_team_answers_and_the_answer_is_read_beside_the_question(
    app: Flask, ports: Ports, call: Call
) -> None:
    officer = signed_in(app, ports, calls.officer(ports))
    bid, refs = at(ports, call), slots.refs(ports, call)
    assert f"{bid}/requests" in read(officer.get(bid)).links
    assert f"{bid}/requests/new" in read(officer.get(f"{bid}/requests")).links
    page = f"{bid}/requests/new"
    form = read(officer.get(page))
    labels = [each.words for each in form.all(".govuk-checkboxes__label")]
    assert sorted(labels) == sorted(f"{refs[firm]} · {firm}" for firm in ("Firm B", "Firm C"))

    soon = officer.send(page, {**FIELDS, **CLOSES, "closes_at-day": "31", "closes_at-month": "3"})
    assert "at least 16 working hours are needed. Choose a later time." in read(soon, 422).words
    other = str(slots.entries(ports, call)["Firm B"])
    assert other in [each.attributes["value"] for each in form.all("input[name=others]")]
    preview = officer.send(page, {**FIELDS, "others": other})
    shown = read(preview)
    assert "This is what each of 2 teams would be written. Nothing is sent yet." in shown.words
    assert f"Subject: {refs['Firm A']}: please answer a question" in shown.words
    assert "Friday 2 April 2027 at 5pm (UK time): " in shown.words  # the working, with its sum
    assert slots.messages(ports, "request_made") == []
    assert confirmed(officer, page, {**FIELDS, "others": other}).status_code == 303
    assert slots.messages(ports, "request_made") == ["lead@firma.example", "lead@firmb.example"]

    lead = signed_in(app, ports, slots.lead_of(ports, "Firm A"))
    task = f"/applications/{refs['Firm A']}/requests/1"
    assert task in read(lead.get("/dashboard")).links
    assert task in read(lead.get(f"/applications/{refs['Firm A']}")).links
    assert ASKED in read(lead.get(task)).words
    first = f"{task}/questions/1"
    assert lead.send(first, {"answer": "Until May.", "version": "0", "then": "on"}).location == f"{task}/questions/2"
    upload = lead.get(f"{task}/questions/2")
    files = {"csrf_token": token_in(upload.text), "file": (BytesIO(PDF), "certificate.pdf")}
    assert lead.post(f"{task}/questions/2/files", data=files).location == f"{task}/questions/2"
    ready = read(lead.get(task))
    fields = {name: ready.one(f"input[name={name}]").attributes["value"] for name in ("press", "version")}
    undeclared = lead.send(task, fields, to=f"{task}/send")
    assert "Confirm the declaration before you send it." in read(undeclared, 422).words
    assert lead.send(task, {**fields, "declared": "yes"}, to=f"{task}/send").location == task
    mine = read(lead.get(task))
    assert ("Until May." in mine.words, "certificate.pdf" in mine.words) == (True, True)
    receipt = lead.get(f"/applications/{refs['Firm A']}/receipt/2")
    assert (receipt.status_code, receipt.location) == (302, task)
    assert task not in read(lead.get("/dashboard")).links

    one = f"{bid}/requests/1"
    answer = read(officer.get(one))
    assert ("Until when are you insured?" in answer.words, "Until May." in answer.words) == (True, True)
    fetched = re.search(r'action="([^"]+/requests/1/files/[^"]+)"', officer.get(one).text)
    assert fetched is not None
    assert officer.send(one, to=fetched[1]).data == PDF
    everything = read(officer.get(f"/manage/calls/{call.ref}/stages/application/requests"))
    tags = [each.words for each in everything.all(".govuk-tag")]
    assert sorted(tags) == ["Answered", "Waiting for the answer"]


def test_an_answer_is_read_where_its_bid_is_checked_and_waits_until_somebody_looked_at_it(
    app: Flask, ports: Ports, call: Call
) -> None:
    request = asked(ports, call)
    lead, officer = (signed_in(app, ports, who) for who in (slots.lead_of(ports, "Firm A"), calls.officer(ports)))
    bid, task = at(ports, call), f"/applications/{slots.refs(ports, call)['Firm A']}/requests/1"
    assert "Answers to look at" not in read(officer.get("/manage")).words
    assert lead.send(f"{task}/questions/1", {"answer": "Until May.", "version": "0"}).status_code == 303
    ready = read(lead.get(task))
    fields = {name: ready.one(f"input[name={name}]").attributes["value"] for name in ("press", "version")}
    assert lead.send(task, {**fields, "declared": "yes"}, to=f"{task}/send").status_code == 303

    one = f"{bid}/requests/1"
    assert one in read(officer.get("/manage")).links
    with ports.database.reading() as session:
        submission = requests_queries.get(session, request.id).submission
        assert submission is not None
    for page in (bid, f"{bid}/eligibility", one):
        shown = read(officer.get(page)).words
        assert [each in shown for each in ("Until when?", "Until May.", submission.digest)] == [True] * 3, page
        assert "I have looked at this answer" in shown, page
    assert officer.send(one, to=f"{one}/looked").location == one
    assert one not in read(officer.get("/manage")).links
    for page in (bid, f"{bid}/eligibility", one):
        shown = read(officer.get(page)).words
        assert ("looked at it on" in shown, "I have looked at this answer" in shown) == (True, False), page


def test_a_late_press_is_answered_with_the_closing_instant_and_what_was_typed_is_shown(
    app: Flask, ports: Ports, call: Call
) -> None:
    request = asked(ports, call)
    ports.clock.set(request.closes_at - timedelta(minutes=5))  # type: ignore[attr-defined]
    lead, officer = (signed_in(app, ports, who) for who in (slots.lead_of(ports, "Firm A"), calls.officer(ports)))
    task = f"/applications/{slots.refs(ports, call)['Firm A']}/requests/1"
    question = f"{task}/questions/1"
    assert lead.send(question, {"answer": "Until May.", "version": "0"}).status_code == 303
    shown, form = lead.get(task), lead.get(question)
    fields = {
        name: read(shown).one(f"input[name={name}]").attributes["value"] for name in ("press", "version", "csrf_token")
    }
    ports.clock.set(request.closes_at)  # type: ignore[attr-defined]
    late = lead.post(f"{task}/send", data={**fields, "declared": "yes"})
    assert "This could be sent until Friday 2 April 2027 at 12 noon (UK time)." in read(late, 410).words
    typed = {"csrf_token": token_in(form.text), "answer": "Until June.", "version": "1"}
    kept = read(lead.post(question, data=typed), 410)
    assert "Until June." in kept.words
    gone = read(lead.get(task))
    assert "This closed on Friday 2 April 2027 at 12 noon (UK time). Nothing was sent." in gone.words
    officer = signed_in(app, ports, calls.officer(ports))
    assert (
        "No answer by Friday 2 April 2027 at 12 noon (UK time)"
        in read(officer.get(at(ports, call, rest="/requests/1"))).words
    )


def test_who_saves_over_somebody_else_sees_both_texts(app: Flask, ports: Ports, call: Call) -> None:
    asked(ports, call)
    lead = signed_in(app, ports, slots.lead_of(ports, "Firm A"))
    page = f"/applications/{slots.refs(ports, call)['Firm A']}/requests/1/questions/1"
    assert lead.send(page, {"answer": "Until May.", "version": "0", "then": "stay"}).location == page
    ports.clock.forward(minutes=1)  # type: ignore[attr-defined]
    both = read(lead.send(page, {"answer": "Until June.", "version": "0"}), 409)
    assert ("Until May." in both.text, "Until June." in both.text) == (True, True)
    token = token_in(lead.get(page).text)
    saved = lead.post(
        f"{page}/autosave", data={"csrf_token": token, "field": "answer", "value": "Now.", "version": "1"}
    )
    assert (saved.status_code, saved.json["version"]) == (200, 2)


def test_other_teams_and_other_people_find_nothing(app: Flask, ports: Ports, call: Call) -> None:
    asked(ports, call)
    task = f"/applications/{slots.refs(ports, call)['Firm A']}/requests/1"
    assert signed_in(app, ports, slots.lead_of(ports, "Firm B")).get(task).status_code == 404
    assert signed_in(app, ports, calls.officer(ports)).get(task).status_code == 404
    page = at(ports, call, rest="/requests/new")
    assert signed_in(app, ports, calls.approver(ports)).get(page).status_code == 403
    wrong = at(ports, call, "Firm B", "/requests/1")
    assert signed_in(app, ports, calls.officer(ports)).get(wrong).status_code == 404


def test_a_request_is_taken_back_with_a_reason_that_the_team_reads(app: Flask, ports: Ports, call: Call) -> None:
    asked(ports, call)
    officer, page = signed_in(app, ports, calls.officer(ports)), at(ports, call, rest="/requests/1")
    assert "Give a reason" in read(officer.send(page, {"reason": ""}, to=f"{page}/take-back"), 422).words
    assert officer.send(page, {"reason": "We found it."}, to=f"{page}/take-back").status_code == 303
    lead = signed_in(app, ports, slots.lead_of(ports, "Firm A"))
    task = f"/applications/{slots.refs(ports, call)['Firm A']}/requests/1"
    assert "You need not answer. The reason: We found it." in read(lead.get(task)).words


def test_a_team_that_is_not_eligible_asks_for_a_review_and_somebody_else_answers_it(
    app: Flask, ports: Ports, call: Call
) -> None:
    entries, refs = slots.entries(ports, call), slots.refs(ports, call)
    assessment.in_assessment(ports, call, ineligible=[entries["Firm C"]])
    lead = signed_in(app, ports, slots.lead_of(ports, "Firm C"))
    task = f"/applications/{refs['Firm C']}/requests/1"
    assert task in read(lead.get(f"/applications/{refs['Firm C']}/outcome")).links
    assert "That is possible until the marks of this stage are locked." in read(lead.get(task)).words
    assert lead.send(f"{task}/questions/1", {"answer": "We moved.", "version": "0"}).status_code == 303
    ready = read(lead.get(task))
    fields = {name: ready.one(f"input[name={name}]").attributes["value"] for name in ("press", "version")}
    assert lead.send(task, {**fields, "declared": "yes"}, to=f"{task}/send").status_code == 303

    page = at(ports, call, "Firm C", "/requests/1")
    own = read(signed_in(app, ports, calls.officer(ports)).get(page))
    assert (own.all("input[name=outcome]"), "An officer who neither proposed nor approved" in own.words) == ([], True)
    reviewer = signed_in(app, ports, calls.staff(ports, "reviewer@city.example", "officer"))
    stage = read(reviewer.get(f"/manage/calls/{call.ref}/stages/application/requests"))
    assert "1 review was asked for and waits for an answer" in stage.words
    found = {"outcome": "reversed", "reason": "The lease shows it."}
    assert "Give your reasons" in read(reviewer.send(page, {"outcome": "reversed"}, to=f"{page}/review"), 422).words
    assert reviewer.send(page, found, to=f"{page}/review").status_code == 303
    told = read(lead.get(task))
    assert "The decision is reversed: this application is checked again." in told.words
    assert lead.get(f"/applications/{refs['Firm C']}/outcome").status_code == 403


def test_after_the_lock_the_pages_say_that_it_is_too_late(app: Flask, ports: Ports) -> None:
    call = assessment.bids_in(ports)
    barred = slots.entries(ports, call)["Firm C"]
    call = assessment.locked(ports, call, ineligible=[barred])
    lead = slots.lead_of(ports, "Firm C")
    task = f"/applications/{slots.refs(ports, call)['Firm C']}/requests/1"
    page = read(signed_in(app, ports, lead).get(task))
    assert "cannot be assessed beside the others any more." in page.words
    with ports.database.reading() as session:
        offered = requests_queries.offered_review(session, barred)
    assert offered is not None
    now, key = ports.clock.now(), "request-1-1"
    perform(ports, lead, now, requests.save_answer, offered.id, key, "We moved.", version=0)
    version = requests_of(ports, offered)
    perform(ports, lead, now, requests.send, offered.id, press="0" * 32, version=version, declared=True)
    who = calls.staff(ports, "reviewer@city.example", "officer")
    form = read(signed_in(app, ports, who).get(at(ports, call, "Firm C", "/requests/1")))
    assert [each.attributes["value"] for each in form.all("input[name=outcome]")] == ["upheld", "too_late"]
    perform(ports, who, now + timedelta(hours=1), reviews.decide, offered.id, ReviewOutcome.TOO_LATE, "It was in.")
    told = read(signed_in(app, ports, lead).get(task))
    assert "The decision was wrong, and it is too late to assess this application." in told.words


def requests_of(ports: Ports, request: Request) -> int:
    """The version of the draft that a request's entry has now."""
    with ports.database.reading() as session:
        return requests_queries.get(session, request.id).entry.version


def test_pages_ask_the_database_as_often_for_three_requests_as_for_one(app: Flask, ports: Ports, call: Call) -> None:
    asked(ports, call)
    officer, lead = (signed_in(app, ports, who) for who in (calls.officer(ports), slots.lead_of(ports, "Firm A")))
    ref = slots.refs(ports, call)["Firm A"]
    pages = [
        (officer, f"/manage/calls/{call.ref}/stages/application/requests"),
        (officer, at(ports, call, rest="/requests")),
        (officer, "/manage"),
        (lead, f"/applications/{ref}"),
        (lead, "/dashboard"),
    ]
    for browser, page in pages:
        browser.get(page)  # what is remembered afterwards
    before = [statements(ports, browser.get, page) for browser, page in pages]
    now, stage_id = ports.clock.now(), calls.stage_of(ports, call).id
    for text in ("A signature is missing.", "A page is missing."):
        what = Asked(RequestKind.COMPLETE, text, (("Which?", "long_text"),), earliest_closing(now))
        ids = list(slots.entries(ports, call).values())
        perform(ports, calls.officer(ports), now, requests.ask, stage_id, ids, what)
    assert [statements(ports, browser.get, page) for browser, page in pages] == before
