"""How much may be sent: little by whoever is not signed in, an over-long answer by whoever is, and nothing is lost."""

import io
import time
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from procurement.adapters.queue import connect
from procurement.config import Config
from procurement.queries import applications as applications_queries
from procurement.rules.ports import Ports
from procurement.rules.questions import normalise
from procurement.services import vault
from procurement.web.forms.fields.typed import LONGEST_LINE
from tests.parts import applications, calls, people
from tests.parts.clock import StandingClock
from tests.parts.growth import MOST, UNITS
from tests.parts.growth import text as hostile
from tests.parts.pages import parse
from tests.parts.visitors import Visitor

KB = 1024
TOO_LONG = "What you sent is longer than this page takes, which is {} at most. Nothing of it was saved."
CHUNKED: dict[str, Any] = {
    "content_type": "application/x-www-form-urlencoded",
    "environ_overrides": {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True},
}
GO_BACK = "What you typed is still on the page before. Go back, copy it to a safe place, and send a shorter text."


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite only: nothing here is asked of the database but what every page asks."""
    return sqlite_url


class Applying:
    """Somebody who is signed in and writes a long text."""

    def __init__(self, app: Flask, ports: Ports) -> None:
        self.ports = ports
        call = calls.published(ports)
        self.lead, firm = people.firm(ports, "Clean Air Makers", "mina@clean-air.example")
        self.browser = people.signed_in(app, ports, self.lead)
        self.draft = applications.started(ports, call, self.lead, firm)
        self.key = next(each.key for each in applications.form(ports, call) if each.kind.key == "long_text")
        self.page = f"/applications/{self.draft.ref}/questions/{self.key}"
        self.version = 0

    def save(self, text: str) -> Any:
        answer = self.browser.send(self.page, {"version": str(self.version), "answer": text, "then": "stay"})
        self.version += answer.status_code < 400
        return answer

    def saved(self) -> Any:
        with self.ports.database.reading() as session:
            found = applications_queries.find_answer(session, self.draft.id, self.key)
            return None if found is None else vault.open_answer(self.ports, found)


def words(answer: Any) -> str:
    return parse(answer.text).one("main").words


def sign_up(size: int) -> dict[str, str]:
    return {"name": "x" * size, "email": "ana@firm.example", "password": "a long enough password", "terms": "y"}


def test_a_body_of_nobody_in_particular_is_small(app: Flask) -> None:
    browser = Visitor(app)
    assert browser.send("/register", sign_up(60_000)).status_code == 422
    answer = browser.send("/register", sign_up(65_536))
    assert answer.status_code == 413
    assert TOO_LONG.format("64 KB") in words(answer)
    assert GO_BACK in words(answer)
    assert "sign in again in another window first" in words(answer)


@pytest.mark.parametrize(
    "page", ["/register", "/sign-in", "/password", "/password/x", "/register/confirm/x", "/kept/1/drop"]
)
def test_what_does_not_say_its_size_is_counted_while_it_is_read(app: Flask, page: str) -> None:
    body = io.BytesIO(b"name=" + b"x" * 10_000_000)
    answer = Visitor(app).post(page, input_stream=body, **CHUNKED)
    assert answer.status_code == 413
    assert TOO_LONG.format("64 KB") in words(answer)
    assert body.tell() == 64 * KB + 1


def test_what_does_not_say_its_size_is_saved_whole_or_not_at_all(app: Flask, ports: Ports) -> None:
    who = Applying(app, ports)
    token = parse(who.browser.get(who.page).text).one('main input[name="csrf_token"]').attributes["value"]

    def press(text: str) -> Any:
        form = urlencode({"csrf_token": token, "version": "0", "answer": text, "then": "stay"})
        return who.browser.post(who.page, input_stream=io.BytesIO(form.encode()), **CHUNKED)

    assert press("x" * 4 * KB * KB).status_code == 413
    assert who.saved() is None
    assert press("x" * 300 * KB).status_code == 303
    assert who.saved() == "x" * 300 * KB


def test_a_file_to_a_page_of_everybody_is_refused_with_what_to_do_about_files(app: Flask) -> None:
    answer = Visitor(app).post("/register", data={"file": (io.BytesIO(b"x" * 70_000), "plan.pdf")})
    assert answer.status_code == 413
    assert "choose a smaller file" in words(answer)


def test_somebody_who_is_signed_in_may_send_no_more_to_a_page_of_everybody(app: Flask, ports: Ports) -> None:
    browser = people.signed_in(app, ports, people.person(ports, "ana@firm.example"))
    assert browser.post("/sign-in", data={"email": "x" * 70_000}).status_code == 413


@pytest.mark.parametrize("page", ["/calls", "/awards", "/awards.csv", "/documents", "/nothing"])
def test_no_address_holds_more_than_a_search_needs(visitor: FlaskClient, page: str) -> None:
    assert visitor.get(f"{page}?q={'x' * 7_000}").status_code < 414
    answer = visitor.get(f"{page}?q={'x' * 8_000}")
    assert answer.status_code == 414
    if page != "/awards.csv":
        assert "Look for fewer words, or choose fewer filters." in words(answer)


def test_an_over_long_answer_is_saved_whole(app: Flask, ports: Ports) -> None:
    who = Applying(app, ports)
    text = "All that we know. " * 40_000
    assert who.save(text).status_code == 303
    assert who.saved() == normalise(text)
    answer = who.save("x" * 4 * KB * KB)
    assert answer.status_code == 413
    assert TOO_LONG.format("4 MB") in words(answer)
    assert "another window" not in words(answer)
    assert who.saved() == normalise(text)


def test_a_text_typed_before_the_session_ended_is_kept_or_refused_but_never_lost(
    app: Flask, ports: Ports, clock: StandingClock
) -> None:
    who = Applying(app, ports)
    token = {"csrf_token": "old", "version": "0"}
    clock.forward(hours=2)
    kept = "What we know. " * 20_000
    assert who.browser.post(who.page, data={**token, "answer": kept}).location.startswith("/sign-in")
    answer = who.browser.post(who.page, data={**token, "answer": "x" * 1024 * KB})
    assert answer.status_code == 413
    assert TOO_LONG.format("1 MB") in words(answer)
    entered = who.browser.send("/sign-in", {"email": who.lead.email, "password": people.PASSWORD})
    assert entered.location == "/kept"
    assert kept in who.browser.get("/kept").text


def test_too_many_unsent_forms_are_refused_and_no_fault_of_ours(app: Flask, ports: Ports) -> None:
    browser = people.signed_in(app, ports, people.person(ports, "ana@firm.example"))
    answers = [browser.post("/account/name", data={"name": "x"}).status_code for _ in range(122)]
    assert answers == [303] * 120 + [429] * 2


@pytest.mark.parametrize(
    "kind", ["blanks", "marks", "marks that fall apart", "newlines", "joiners", "digits", "quotes"]
)
def test_the_time_of_a_request_grows_with_what_was_sent(app: Flask, config: Config, ports: Ports, kind: str) -> None:
    """The whole way of two forms: one of whoever comes (to its 64 kB), one of somebody who is signed in."""
    who, stranger, unit = Applying(app, ports), Visitor(app), UNITS[kind]

    def least(act: Any, text: str) -> float:
        took = []
        for number in range(3):
            with connect(config.redis_url) as redis:
                redis.flushall()  # or the tries are counted
            began = time.process_time()
            act(f"{text}{number}")
            took.append(time.process_time() - began)
        return min(took)

    def saving(text: str) -> None:
        assert who.save(text).status_code == 303

    def signing_up(text: str) -> None:
        # a few thousand new lines between two letters are one blank of a short name; anything else is too long a one
        taken = 303 if kind == "newlines" and len(text) < LONGEST_LINE else 422
        assert stranger.send("/register", {**sign_up(1), "name": text}).status_code == taken

    around = ("x", "x")
    assert least(saving, hostile(unit, 100_000, around)) <= MOST * least(saving, hostile(unit, 10_000, around))
    assert least(signing_up, hostile(unit, 20_000, around)) <= MOST * least(signing_up, hostile(unit, 2_000, around))
