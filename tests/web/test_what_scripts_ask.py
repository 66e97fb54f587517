"""Whatever a script asks for is answered as to a script: never by a page that looks like success."""

import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from procurement.models.people import SignIn
from procurement.rules.ports import Ports
from tests.parts.clock import StandingClock
from tests.web.test_apply import Firm

SCRIPTS = ({"Accept": "application/json"}, {"X-Requested-With": "upload"}, {"X-Requested-With": "autosave"})


@pytest.fixture
def firm(app: Flask, ports: Ports) -> Firm:
    return Firm(app, ports)


def end(ports: Ports, at: Any) -> None:
    ports.database.write(
        lambda session: [setattr(row, "ended_at", at) for row in session.scalars(select(SignIn))] and None
    )


@pytest.mark.parametrize("headers", SCRIPTS)
def test_an_upload_after_the_session_ended_is_answered_with_401(
    firm: Firm, clock: StandingClock, headers: dict[str, str]
) -> None:
    draft, key = firm.draft(), firm.key("file")
    address = f"/applications/{draft.ref}/questions/{key}/files"
    end(firm.ports, clock.now())
    answer = firm.browser.post(address, data={"file": (io.BytesIO(b"%PDF-"), "plan.pdf")}, headers=headers)
    assert answer.status_code == 401
    assert answer.is_json
    assert "signed out" in answer.json["detail"]
    with firm.browser.session_transaction() as session:
        assert "kept" not in session  # nothing was typed: the files' names stay on the page that sent them


def test_a_page_that_asks_by_itself_does_not_keep_anybody_signed_in(firm: Firm, clock: StandingClock) -> None:
    def seen() -> Any:
        with firm.ports.database.reading() as session:
            return session.scalars(select(SignIn.seen_at)).one()

    firm.browser.get("/account")
    before = seen()
    clock.forward(minutes=5)
    assert firm.browser.get("/account", headers={"X-Requested-With": "poll"}).status_code == 200
    assert seen() == before
    assert firm.browser.get("/account").status_code == 200
    assert seen() != before
