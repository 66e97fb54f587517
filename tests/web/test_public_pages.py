"""The pages that say what the service is; what they claim of cookies is compared with what is set."""

from pathlib import Path

import pytest
from flask import Flask

from procurement.config import Config
from procurement.rules.ports import Ports
from tests.parts.pages import parse
from tests.parts.people import PASSWORD, person
from tests.parts.visitors import Visitor

PAGES = ("/help", "/how-we-decide", "/accessibility-statement", "/privacy", "/cookies", "/terms")


@pytest.mark.parametrize("page", PAGES)
def test_everybody_may_read_it(visitor: Visitor, page: str) -> None:
    answer = visitor.get(page)
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1


def test_the_cookie_page_names_every_cookie(app: Flask, ports: Ports) -> None:
    person(ports, "ana@firm.example")
    browser = Visitor(app)
    answer = browser.send("/sign-in", {"email": "ana@firm.example", "password": PASSWORD})
    set_there = {header.partition("=")[0] for header in answer.headers.getlist("Set-Cookie")}
    assert set_there == {"known", "session"}
    page = parse(browser.get("/cookies").text)
    assert {each.words for each in page.all("main tbody th")} == set_there
    for header in answer.headers.getlist("Set-Cookie"):
        assert {"HttpOnly", "SameSite=Lax"} <= set(header.split("; "))


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil.example:80", "a b", ""])
def test_no_other_name_is_answered_to(visitor: Visitor, host: str) -> None:
    answer = visitor.get("/help", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_ones_own_machine_has_several_names(visitor: Visitor) -> None:
    names = ("localhost", "127.0.0.1:8000", "[::1]:8000")
    assert [visitor.get("/help", headers={"Host": name}).status_code for name in names] == [200, 200, 200]


def test_without_an_address_of_its_own_it_is_reached_by_the_name_of_ones_own_machine(tmp_path: Path) -> None:
    """Links in messages, letters and citations begin with it, and `make run` prints it."""
    given = {"DATA_DIR": str(tmp_path), "SECRET_KEY": "k"}
    assert Config.from_environment(given).base_url == "http://localhost:8000"
    assert Config.from_environment({**given, "PORT": "8101"}).base_url == "http://localhost:8101"
    assert (
        Config.from_environment({**given, "BASE_URL": "https://trades.example/"}).base_url == "https://trades.example"
    )


def test_a_link_in_a_message_is_never_of_the_host_that_was_asked(app: Flask, ports: Ports) -> None:
    from tests.parts.people import newest_message

    browser = Visitor(app)
    fields = {"name": "Ana", "email": "ana@firm.example", "password": PASSWORD, "terms": "y"}
    browser.send("/register", fields)
    with ports.database.reading() as session:
        body = newest_message(session, "ana@firm.example").body
    assert f"{ports.base_url}/register/confirm/" in body
