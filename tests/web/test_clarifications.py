"""The pages of questions about a call: asked by a firm, answered by two people, read by everybody, as data too."""

import re

from flask import Flask

from procurement.models.calls import Call
from procurement.rules.ports import Ports
from procurement.services import clarifications
from procurement.services.act import perform
from procurement.services.clarifications import Draft
from tests.parts import applications, assessment, calls, people
from tests.parts.pages import checked as page
from tests.parts.visitors import Visitor
from tests.web.test_reserve import words


def answered(ports: Ports, call: Call, text: str = "Is one school enough?") -> None:
    """A question that was answered for everybody."""
    lead, _organisation = people.firm(ports, f"Firm of {text}", f"{abs(hash(text))}@firms.example")
    now = ports.clock.now()
    row = perform(ports, lead, now, clarifications.ask, call.id, text)
    perform(ports, calls.officer(ports), now, clarifications.write, row.id, Draft(text, "Yes."), seen=0)
    perform(ports, calls.approver(ports), now, clarifications.answer, row.id, seen=1)


def test_a_question_goes_from_the_firm_to_everybody(app: Flask, ports: Ports) -> None:
    call = calls.published(ports)
    lead, organisation = people.firm(ports, "Aston Sensors Ltd", "lead@aston.example")
    application = applications.started(ports, call, lead, organisation)
    firm, officer, approver = (
        people.signed_in(app, ports, who) for who in (lead, calls.officer(ports), calls.approver(ports))
    )
    public = f"/calls/{call.ref}/questions"
    assert public in page(app.test_client().get(f"/calls/{call.ref}"))
    assert "Nothing was asked and answered yet." in words(page(app.test_client().get(public)))
    assert app.test_client().get(f"{public}/ask").status_code == 303
    page(firm.send(f"{public}/ask", {"question": " ", "secret": ""}), 422)
    typed = {"question": "We at Aston Sensors Ltd ask: is one school enough?", "secret": ""}
    assert firm.send(f"{public}/ask", typed).status_code == 303
    assert "Waits for an answer" in words(page(firm.get(public)))
    assert "Aston" not in page(app.test_client().get(public))

    assert "Questions to answer" in page(officer.get("/manage"))
    inbox = page(officer.get(f"/manage/calls/{call.ref}/questions"))
    here = re.search(rf"/manage/calls/{call.ref}/questions/\d+", inbox)
    assert here is not None
    shown = words(page(officer.get(here[0])))
    assert "The text holds names: Aston Sensors Ltd." in shown
    assert "lead@aston.example" not in shown
    draft = {"wording": typed["question"], "answer": "Yes.", "private_reason": "", "version": "0"}
    assert "Take the name out" in words(page(officer.send(here[0], draft, to=f"{here[0]}/draft"), 409))
    draft["wording"] = "Is one school enough?"
    assert officer.send(here[0], draft, to=f"{here[0]}/draft").status_code == 303
    assert "You wrote this." in words(page(officer.get(here[0])))
    assert officer.send(here[0], {"seen": "1"}, to=f"{here[0]}/answer").status_code == 409

    assert "Answers to read and publish" in page(approver.get("/manage"))
    back = {"reason": "Say that several are fine too."}
    assert approver.send(here[0], back, to=f"{here[0]}/send-back").status_code == 303
    assert "Say that several are fine too." in words(page(officer.get(here[0])))
    again = {"wording": "Is one school enough?", "answer": "Yes, or several.", "private_reason": "", "version": "1"}
    assert officer.send(here[0], again, to=f"{here[0]}/draft").status_code == 303
    assert approver.send(here[0], {"seen": "2"}, to=f"{here[0]}/answer").status_code == 303

    everybody = words(page(app.test_client().get(public)))
    assert "1 answer" in everybody
    assert "Yes, or several." in everybody
    assert "Aston" not in everybody
    assert "1 answer" in words(page(app.test_client().get(f"/calls/{call.ref}")))
    assert "1 new" in words(page(firm.get(f"/applications/{application.ref}")))
    assert "1 new answer to questions about the call" in words(page(firm.get("/dashboard")))
    assert "New to you" in words(page(firm.get(public)))
    assert firm.send(public, {"number": "1"}, to=f"{public}/read").status_code == 303
    assert "New to you" not in words(page(firm.get(public)))
    history = words(page(officer.get(f"/manage/calls/{call.ref}/history")))
    assert "Published answer 1" in history
    assert "Somebody asked a question about the call" in history
    assert "Aston Sensors Ltd" not in history.partition("Somebody asked")[0]


def test_the_answers_are_found_and_are_data(app: Flask, ports: Ports) -> None:
    call = calls.published(ports)
    answered(ports, call)
    answered(ports, call, "Is VAT counted in?")
    visitor = app.test_client()
    public = f"/calls/{call.ref}/questions"
    found = words(page(visitor.get(f"{public}?q=vat")))
    assert "Is VAT counted in?" in found
    assert "Is one school enough?" not in found
    data = visitor.get(f"{public}.json").get_json()
    assert [(each["number"], each["question"], each["answer"]) for each in data["questions"]] == [
        (1, "Is one school enough?", "Yes."),
        (2, "Is VAT counted in?", "Yes."),
    ]
    feed = visitor.get(f"{public}.atom").text
    assert feed.index("Answer 2") < feed.index("Answer 1")
    assert visitor.get(f"{public}.json?page=2").status_code == 400


def test_what_holds_an_opening_up_is_one_click_away_and_names_who_ended_it(app: Flask, ports: Ports) -> None:
    call = calls.published(ports)
    lead, _organisation = people.firm(ports, "Aston Sensors Ltd", "lead@aston.example")
    row = perform(ports, lead, ports.clock.now(), clarifications.ask, call.id, "Is one school enough?")
    assessment.closed(ports, call)
    officer = people.signed_in(app, ports, calls.officer(ports))
    questions, opening = f"/manage/calls/{call.ref}/questions", f"/manage/calls/{call.ref}/opening"
    held_up = page(officer.get(opening)).partition("<main")[2]
    assert "wait for an answer: 1." in words(held_up)
    assert f'href="{questions}"' in held_up
    ends = {"same_as": "", "closing": "The call says so on its first page."}
    assert officer.send(f"{questions}/{row.id}", ends, to=f"{questions}/{row.id}/close").status_code == 303
    ended = words(page(officer.get(f"{questions}/{row.id}")))
    assert f"Closed by {calls.officer(ports).name}" in ended
    assert "See the questions and answers" not in words(page(officer.get(opening)))


def test_after_the_last_time_to_ask_nothing_is_taken(app: Flask, ports: Ports) -> None:
    call = calls.published(ports)
    lead, _organisation = people.firm(ports, "Aston Sensors Ltd", "lead@aston.example")
    firm = people.signed_in(app, ports, lead)
    ask = f"/calls/{call.ref}/questions/ask"
    form = page(firm.get(ask))
    ports.clock.forward(days=31)  # type: ignore[attr-defined]
    firm = people.signed_in(app, ports, lead)
    assert "Questions are no longer taken" in words(page(firm.get(ask), 410))
    assert "Send the question" in form


def test_staff_see_no_way_to_ask(app: Flask, ports: Ports) -> None:
    call = calls.published(ports)
    officer: Visitor = people.signed_in(app, ports, calls.officer(ports))
    assert "Ask a question" not in words(page(officer.get(f"/calls/{call.ref}/questions")))
    assert officer.get(f"/calls/{call.ref}/questions/ask").status_code == 403
