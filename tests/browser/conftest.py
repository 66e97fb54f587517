"""A demonstration behind an address of this machine, and browsers in which somebody is signed in.

One clock is moved through all of it.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from procurement.config import Config
from procurement.queries import installation as installation_queries
from procurement.rules.ports import Ports
from procurement.services import installation
from tests.browser.steps import PATIENCE, sign_in
from tests.parts.clock import StandingClock
from tests.parts.serving import behind_an_address

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture
def demonstration(serve: Callable[[Config, Ports], Flask], config: Config, ports: Ports, clock: StandingClock) -> Flask:
    """The service as a newcomer meets it: made-up people, mail that is shown instead of sent."""

    def set_up(session: Session) -> None:
        row = installation_queries.find(session) or installation.set_up(session, demonstration=True, now=clock.now())
        row.demonstration = True

    ports.database.write(set_up)
    return serve(replace(config, demo=True), ports)


@pytest.fixture
def address(demonstration: Flask) -> Iterator[str]:
    with behind_an_address(demonstration) as address:
        yield address


@pytest.fixture(params=[True, False], ids=["script", "plain"])
def scripted(request: pytest.FixtureRequest) -> bool:
    """Whether the browser runs scripts: a test that asks for it, or for `enter`, runs twice."""
    return bool(request.param)


@pytest.fixture
def enter(scripted: bool, browser: "Browser", address: str) -> Iterator[Callable[[str], "Page"]]:
    """Opens a browser of somebody's own, signed in by the sign-in page where an address is given."""
    contexts = []

    def enter(email: str) -> "Page":
        context = browser.new_context(base_url=address, java_script_enabled=scripted)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        if email:
            sign_in(page, email)
        return page

    yield enter
    for context in contexts:
        context.close()
