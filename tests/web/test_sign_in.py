"""Signing up, in and out in a browser without script: one answer for everybody, and nothing typed is lost."""

import re
from dataclasses import replace

from flask import Flask

from procurement.app import create_app
from procurement.config import Config
from procurement.rules.ports import Ports
from procurement.services import people
from procurement.services.act import perform
from procurement.web import login
from tests.parts.clock import StandingClock
from tests.parts.pages import parse, token_in
from tests.parts.people import OPERATOR, PASSWORD, link_in, newest_message, person, signed_in
from tests.parts.visitors import Visitor


def body(response: object) -> str:
    """A page without what differs between any two of them: tokens."""
    return re.sub(r'value="[^"]{60,}"', "", response.text)  # type: ignore[attr-defined]


def try_to(visitor: Visitor, email: str, password: str) -> object:
    return visitor.send("/sign-in", {"email": email, "password": password})


def test_somebody_signs_up_confirms_and_signs_in(visitor: Visitor, ports: Ports) -> None:
    fields = {"name": "Ana Baran", "email": "Ana@firm.example", "password": PASSWORD, "terms": "y", "next": "/calls"}
    answer = visitor.send("/register", fields)
    assert (answer.status_code, answer.location) == (303, "/register/check")
    assert "ana@firm.example" in visitor.get("/register/check").text
    assert visitor.get("/register/message").status_code == 404  # only a demonstration shows mail
    with ports.database.reading() as session:
        link = link_in(newest_message(session, "ana@firm.example").body)
    early = try_to(visitor, "ana@firm.example", PASSWORD)
    assert early.status_code == 422
    assert visitor.get(f"/register/confirm/{link}").status_code == 200
    assert try_to(visitor, "ana@firm.example", PASSWORD).status_code == 422  # looking at the link confirms nothing
    answer = visitor.send(f"/register/confirm/{link}")
    assert (answer.status_code, answer.location) == (303, "/calls")  # signed in, and where the way began
    assert "ana@firm.example" in visitor.get("/account").text
    assert visitor.get(f"/register/confirm/{link}").status_code == 410
    assert visitor.send("/account", to=f"/register/confirm/{link}").status_code == 410
    visitor.send("/account", to="/sign-out")
    answer = visitor.send("/sign-in", {"email": "ana@firm.example", "password": PASSWORD, "next": "/calls"})
    assert (answer.status_code, answer.location) == (303, "/calls")


def test_the_link_asks_for_a_password_in_a_browser_where_none_was_typed(app: Flask, ports: Ports) -> None:
    """A stranger types the address, its owner follows the link: neither password nor name of the stranger counts."""
    stranger, owner = Visitor(app), Visitor(app)
    fields = {"name": "Eve", "email": "ana@firm.example", "password": "the stranger's password", "terms": "y"}
    stranger.send("/register", fields)
    with ports.database.reading() as session:
        link = f"/register/confirm/{link_in(newest_message(session, 'ana@firm.example').body)}"
    page = owner.get(link)
    assert (page.status_code, "Eve" in page.text) == (200, False)
    assert [each.attributes["name"] for each in parse(page.text).all("main input")] == [
        "csrf_token",
        "name",
        "password",
    ]
    assert owner.send(link).status_code == 422
    short = owner.send(link, {"name": "Ana Baran", "password": "short"})
    assert (short.status_code, 'value="Ana Baran"' in short.text) == (422, True)
    assert owner.send(link, {"name": "Ana Baran", "password": "ana@firm.example"}).status_code == 422
    assert owner.send(link, {"name": "Ana Baran", "password": PASSWORD}).location == "/dashboard"
    assert "Ana Baran" in owner.get("/account").text  # signed in
    assert stranger.get("/account").status_code == 303  # in that browser alone
    assert stranger.get(link).status_code == 410
    assert try_to(Visitor(app), "ana@firm.example", "the stranger's password").status_code == 422
    assert try_to(Visitor(app), "ana@firm.example", PASSWORD).status_code == 303


def test_another_password_may_be_chosen_where_one_was_typed(app: Flask, visitor: Visitor, ports: Ports) -> None:
    fields = {"name": "Ana Baran", "email": "ana@firm.example", "password": PASSWORD, "terms": "y"}
    visitor.send("/register", fields)
    with ports.database.reading() as session:
        link = f"/register/confirm/{link_in(newest_message(session, 'ana@firm.example').body)}"
    page = parse(visitor.get(link).text)
    assert [each.words for each in page.all("main dd")] == [
        "Ana Baran",
        "ana@firm.example",
        "the one that was entered in this browser",
    ]
    choosing = page.one("main a").attributes["href"]
    answer = visitor.send(choosing, {"name": "Ana Bell", "password": "a better password"}, to=link)
    assert answer.location == "/dashboard"
    assert "Ana Bell" in visitor.get("/account").text  # signed in
    assert try_to(Visitor(app), "ana@firm.example", PASSWORD).status_code == 422
    assert try_to(Visitor(app), "ana@firm.example", "a better password").status_code == 303


def test_an_account_that_an_operator_made_keeps_its_name(app: Flask, ports: Ports) -> None:
    now, email = ports.clock.now(), "otto@city.example"
    perform(ports, OPERATOR, now, people.add_person, "Otto Orr", email, ["officer"])
    fields = {"name": "Eve", "email": email, "password": "the stranger's password", "terms": "y"}
    Visitor(app).send("/register", fields)
    with ports.database.reading() as session:
        link = f"/register/confirm/{link_in(newest_message(session, email).body)}"
    owner = Visitor(app)
    assert [each.attributes["name"] for each in parse(owner.get(link).text).all("main input")] == [
        "csrf_token",
        "password",
    ]
    assert owner.send(link, {"name": "Eve", "password": PASSWORD}).location == "/sign-in"
    assert try_to(owner, email, PASSWORD).location == "/manage"
    assert "Otto Orr" in owner.get("/account").text


def test_the_cookie_of_a_sign_up_tells_nothing_of_the_address(app: Flask, ports: Ports) -> None:
    """A session is signed, not sealed: whoever holds it can read it."""
    person(ports, "known@firm.example")
    kept = []
    for email in ("known@firm.example", "other@firm.example"):
        browser = Visitor(app)
        browser.send("/register", {"name": "Ana", "email": email, "password": PASSWORD, "terms": "y"})
        with browser.session_transaction() as session:
            kept.append({name: len(value) for name, value in session.items() if name != "sent_to"})
    assert kept[0] == kept[1]


def test_sign_in_answers_the_same_for_whoever_it_is(app: Flask, ports: Ports) -> None:
    person(ports, "known@firm.example")
    answers = [try_to(Visitor(app), f"{who}@firm.example", "a wrong password") for who in ("known", "other")]
    assert [answer.status_code for answer in answers] == [422, 422]
    one, other = (body(answer).replace("known@", "").replace("other@", "") for answer in answers)
    assert one == other


def test_signing_up_answers_the_same_for_whoever_it_is(app: Flask, ports: Ports) -> None:
    person(ports, "known@firm.example")
    pages = []
    for email in ("known@firm.example", "other@firm.example"):
        browser = Visitor(app)
        fields = {"name": "Ana Baran", "email": email, "password": PASSWORD, "terms": "y"}
        answer = browser.send("/register", fields)
        assert (answer.status_code, answer.location) == (303, "/register/check")
        pages.append(body(browser.get("/register/check")).replace(email, ""))
    assert pages[0] == pages[1]


def test_asking_for_a_password_answers_the_same_for_whoever_it_is(app: Flask, ports: Ports) -> None:
    person(ports, "known@firm.example")
    pages = []
    for email in ("known@firm.example", "other@firm.example"):
        browser = Visitor(app)
        answer = browser.send("/password", {"email": email})
        assert (answer.status_code, answer.location) == (303, "/register/check")
        pages.append(body(browser.get("/register/check")).replace(email, ""))
    assert pages[0] == pages[1]


def test_a_new_password_by_the_link(app: Flask, ports: Ports) -> None:
    known, browser = person(ports, "known@firm.example"), Visitor(app)
    elsewhere = signed_in(app, ports, known)
    browser.send("/password", {"email": "known@firm.example"})
    with ports.database.reading() as session:
        link = link_in(newest_message(session, "known@firm.example").body)
    assert browser.send(f"/password/{link}", {"password": "short"}).status_code == 422
    answer = browser.send(f"/password/{link}", {"password": "a new long password"})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert browser.send(f"/password/{link}", {"password": "a new long password"}).status_code == 410
    assert elsewhere.get("/kept").location == "/sign-in?next=/kept"
    assert try_to(browser, "known@firm.example", "a new long password").status_code == 303


def test_what_a_stranger_planted_in_the_browser_is_gone_after_signing_in(app: Flask, ports: Ports) -> None:
    """Fixation (docs/threats.md 47): neither the session's content nor its token survives."""
    person(ports, "ana@firm.example")
    browser = Visitor(app)
    browser.get("/sign-in")
    with browser.session_transaction() as session:
        planted = dict(session)
        session[login.SECRET], session["planted"] = "a secret that a stranger knows", "here"
    assert try_to(browser, "ana@firm.example", PASSWORD).status_code == 303
    with browser.session_transaction() as session:
        assert set(session) == {login.SECRET}
        assert session[login.SECRET] != "a secret that a stranger knows"
        assert session.get("csrf_token") != planted["csrf_token"]


def test_a_session_that_was_signed_out_opens_nothing_again(app: Flask, ports: Ports) -> None:
    browser = signed_in(app, ports, person(ports, "ana@firm.example"))
    with browser.session_transaction() as session:
        before = dict(session)
    assert browser.get("/kept").status_code == 200
    answer = browser.send("/kept", to="/sign-out")
    assert (answer.status_code, answer.location) == (303, "/signed-out")
    with browser.session_transaction() as session:
        session.update(before)  # somebody who copied the cookie
    assert browser.get("/kept").status_code == 303


def test_staying_signed_in(app: Flask, ports: Ports, clock: StandingClock) -> None:
    browser = signed_in(app, ports, person(ports, "ana@firm.example"))
    for _ in range(3):
        clock.forward(minutes=59)
        assert browser.send("/kept", to="/session/extend").status_code == 204
    clock.forward(minutes=60)
    assert browser.get("/kept").location == "/sign-in?next=/kept"
    assert "You have been signed out" in browser.get("/sign-in?next=/kept").text


def test_next_leads_nowhere_else(app: Flask, ports: Ports) -> None:
    person(ports, "ana@firm.example")
    for elsewhere in (
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/ok\r\nLocation: //evil.example",
        "http:evil.example",
        " //evil.example",
        "/\t/evil.example",
    ):
        browser = Visitor(app)
        fields = {"email": "ana@firm.example", "password": PASSWORD, "next": elsewhere}
        answer = browser.send("/sign-in", fields)
        assert (answer.status_code, answer.location) == (303, "/dashboard"), elsewhere


def test_guessing_one_account_ends_soon_whatever_the_sender_says_of_itself(app: Flask, ports: Ports) -> None:
    person(ports, "ana@firm.example")
    processed = 0
    browser = Visitor(app)
    for number in range(30):
        token = token_in(browser.get("/sign-in").text)
        answer = browser.post(
            "/sign-in",
            data={"csrf_token": token, "email": "ana@firm.example", "password": f"guess number {number}"},
            headers={"X-Forwarded-For": f"198.51.100.{number}"},
        )
        processed += answer.status_code == 422
    assert processed == 10
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60
    assert try_to(browser, "ana@firm.example", PASSWORD).status_code == 429


def test_guessing_many_accounts_from_one_address_ends_soon(app: Flask) -> None:
    browser = Visitor(app)
    answers = [try_to(browser, f"person{number}@firm.example", "a guess").status_code for number in range(205)]
    assert answers == [422] * 200 + [429] * 5


def from_address(app: Flask, address: str) -> Visitor:
    """A browser behind an address of the network."""
    browser = Visitor(app)
    browser.environ_base["REMOTE_ADDR"] = address
    return browser


def test_a_strangers_guesses_do_not_lock_the_owner_out_elsewhere(app: Flask, ports: Ports) -> None:
    person(ports, "ana@firm.example")
    stranger = from_address(app, "198.51.100.7")
    answers = [try_to(stranger, "ana@firm.example", f"guess {number}").status_code for number in range(11)]
    assert answers == [422] * 10 + [429]
    assert try_to(from_address(app, "203.0.113.9"), "ana@firm.example", PASSWORD).status_code == 303


def test_mistakes_of_others_behind_the_same_exit_lock_nobody_out(app: Flask, ports: Ports) -> None:
    person(ports, "ana@firm.example")
    for number in range(20):
        assert try_to(Visitor(app), f"student{number}@university.example", "a mistake").status_code == 422
    assert try_to(Visitor(app), "ana@firm.example", PASSWORD).status_code == 303


def test_guesses_from_many_addresses_end_but_not_for_a_browser_that_is_known(app: Flask, ports: Ports) -> None:
    person(ports, "ana@firm.example")
    phone = from_address(app, "203.0.113.9")
    assert try_to(phone, "ana@firm.example", PASSWORD).status_code == 303
    phone.send("/account", to="/sign-out")
    answers = [
        try_to(from_address(app, f"198.51.{number // 8}.1"), "ana@firm.example", f"guess {number}").status_code
        for number in range(104)
    ]
    assert answers.count(422) == 100
    assert try_to(from_address(app, "192.0.2.1"), "ana@firm.example", PASSWORD).status_code == 429
    assert try_to(phone, "ana@firm.example", PASSWORD).status_code == 303


def test_a_forged_cookie_makes_no_browser_known(app: Flask, ports: Ports) -> None:
    person(ports, "ana@firm.example")
    stranger = from_address(app, "198.51.100.7")
    for forged in ("", "x", "WyJhIixbImIiXV0.AAAA", "null"):
        stranger.set_cookie("known", forged)
        assert try_to(stranger, "ana@firm.example", "a guess").status_code == 422
    for number in range(6):
        assert try_to(stranger, "ana@firm.example", f"guess {number}").status_code == 422
    assert try_to(stranger, "ana@firm.example", "one more").status_code == 429


def test_what_strangers_guess_does_not_keep_the_owner_from_a_fresh_sign_in(app: Flask, ports: Ports) -> None:
    browser = signed_in(app, ports, person(ports, "ana@firm.example"))
    for number in range(11):
        try_to(Visitor(app), "ana@firm.example", f"guess {number}")
    assert browser.send("/sign-in/again", {"password": PASSWORD}).status_code == 303


def test_entering_the_password_again_makes_the_sign_in_fresh(app: Flask, ports: Ports, clock: StandingClock) -> None:
    browser = signed_in(app, ports, person(ports, "ana@firm.example"))
    with browser.session_transaction() as session:
        old = session[login.SECRET]
    clock.forward(minutes=20)
    assert browser.send("/sign-in/again", {"password": "not the password"}).status_code == 422
    answer = browser.send("/sign-in/again", {"password": PASSWORD, "next": "/kept"})
    assert (answer.status_code, answer.location) == (303, "/kept")
    thief = Visitor(app)
    with thief.session_transaction() as session:
        session[login.SECRET] = old
    assert thief.get("/kept").status_code == 303
    assert browser.get("/kept").status_code == 200


def test_pages_of_the_signed_in_are_kept_by_nobody_else(app: Flask, ports: Ports) -> None:
    answer = signed_in(app, ports, person(ports, "ana@firm.example")).get("/kept")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.headers["Vary"]


def test_all_processes_count_together(config: Config, ports: Ports) -> None:
    one, other = (Visitor(create_app(config, ports)) for _ in range(2))
    answers = [try_to(browser, "ana@firm.example", "a guess").status_code for browser in [one, other] * 6]
    assert answers == [422] * 10 + [429] * 2


def test_guesses_are_counted_without_redis_too(config: Config, ports: Ports) -> None:
    browser = Visitor(create_app(replace(config, redis_url="unix:///nowhere/at/all.sock"), ports))
    answers = [try_to(browser, "ana@firm.example", "a guess").status_code for _ in range(12)]
    assert answers == [422] * 10 + [429] * 2
