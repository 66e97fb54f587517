"""Signed out while an answer is written, by time or in another tab: each page that follows says what became of it."""

import io
from typing import Any

import pytest
from flask import Flask

from procurement.rules.ports import Ports
from tests.parts.clock import StandingClock
from tests.parts.pages import read as parsed
from tests.parts.people import PASSWORD
from tests.parts.visitors import Visitor
from tests.web.test_apply import Firm, words

TYPED = "We measure the air each minute."
KEPT = "What you had just typed is kept: you get it back after signing in."


@pytest.fixture
def firm(app: Flask, ports: Ports) -> Firm:
    return Firm(app, ports)


def token_on(firm: Firm, address: str) -> str:
    page = parsed(firm.browser.get(address))
    return page.all("main form input[name=csrf_token]")[0].attributes["value"] or ""


def sign_in_again(firm: Firm) -> Any:
    return firm.browser.send("/sign-in", {"email": firm.lead.email, "password": PASSWORD})


@pytest.mark.parametrize("way", ["in another tab", "by time"])
def test_three_places_say_that_what_was_typed_is_kept(firm: Firm, clock: StandingClock, way: str) -> None:
    draft, key = firm.draft(), firm.key("long_text")
    question = next(each for each in firm.form if each.key == key)
    address = f"/applications/{draft.ref}/questions/{key}"
    token = token_on(firm, address)
    if way == "by time":
        clock.forward(minutes=60)
    else:
        firm.browser.send(address, to="/sign-out")
    sent = {"csrf_token": token, "version": "0", "answer": TYPED, "autosaved": TYPED, "then": "on", "from": "check"}
    answer = firm.browser.post(address, data=sent, headers={"Referer": f"http://localhost{address}"})
    assert answer.location == f"/sign-in?next={address}"
    assert KEPT in words(parsed(firm.browser.get(answer.location)), "main .govuk-inset-text")

    assert sign_in_again(firm).location == "/kept"
    page = parsed(firm.browser.get("/kept"))
    assert [each.text for each in page.all("main h3")] == [question.text]
    said = page.one("main").words
    assert [each.words for each in page.all("main section .app-typed")] == [TYPED]
    assert ("Then" in said, "Autosaved" in said, f"/applications/{draft.ref}" in said) == (False, False, False)
    assert f"Your answer to “{question.text}” in {firm.call.title} ({draft.ref})" in said

    shown = parsed(firm.browser.get("/dashboard"))
    assert "is kept for you. It is not saved yet." in words(shown, "main .govuk-inset-text")
    again = next(each for each in page.all("main form") if "?kept=" in (each.attributes["action"] or ""))
    fields = {each.attributes["name"]: each.text.strip("\n") for each in again.all("textarea")}
    assert firm.browser.send("/kept", fields, to=again.attributes["action"]).status_code == 303
    assert "is kept for you" not in parsed(firm.browser.get("/dashboard")).one("main").words


def test_a_file_that_came_after_the_session_ended_is_named_as_not_uploaded(firm: Firm, clock: StandingClock) -> None:
    draft, key = firm.draft(), firm.key("file")
    address = f"/applications/{draft.ref}/questions/{key}"
    token = token_on(firm, address)
    clock.forward(minutes=60)
    sent = {"csrf_token": token, "file": (io.BytesIO(b"%PDF-1.4"), "our plan.pdf")}
    answer = firm.browser.post(f"{address}/files", data=sent, headers={"Referer": f"http://localhost{address}"})
    assert answer.location == f"/sign-in?next={address}"
    said = parsed(firm.browser.get(answer.location)).one("main").words
    assert "Nothing was uploaded, because you were signed out: “our plan.pdf”. Sign in, then choose it again." in said
    assert sign_in_again(firm).location == "/kept"
    page = parsed(firm.browser.get("/kept"))
    assert "our plan.pdf" in page.one("main").words
    assert [each.text for each in page.all("main button")] == ["Throw it away what was typed before " + when(page)]
    assert address in page.links


def test_a_large_file_of_somebody_unknown_is_not_called_too_large_alone(app: Flask, ports: Ports) -> None:
    firm = Firm(app, ports)
    draft, key = firm.draft(), firm.key("file")
    stranger = Visitor(app)
    sent = {"file": (io.BytesIO(b"%PDF-" + b"x" * 200_000), "our plan.pdf")}
    answer = stranger.post(f"/applications/{draft.ref}/questions/{key}/files", data=sent)
    assert answer.status_code == 413
    assert "Nothing was uploaded, because you are signed out." in answer.text


def when(page: Any) -> str:
    return str(page.one("main h2").text).removeprefix("Typed before ")


def test_a_press_with_nothing_typed_keeps_nothing(firm: Firm, clock: StandingClock) -> None:
    draft, key = firm.draft(), firm.key("long_text")
    address = f"/applications/{draft.ref}/questions/{key}"
    token = token_on(firm, address)
    clock.forward(minutes=60)
    sent = {"csrf_token": token, "version": "3", "answer": " ", "then": "on", "press": "ab" * 16, "seen": "c" * 64}
    assert firm.browser.post(address, data=sent).status_code == 303
    assert sign_in_again(firm).location == "/dashboard"
