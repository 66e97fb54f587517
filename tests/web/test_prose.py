"""Lists, bold words and links in what officers write: the same on every page on which it is read, and nothing else."""

import pytest
from flask import Flask

from procurement.adapters.rendering_child import Press
from procurement.config import PROJECT_ROOT
from procurement.rules.ports import Ports
from procurement.services import calls as services
from procurement.services.act import perform
from tests.parts import applications as made
from tests.parts import calls, people
from tests.web.test_manage_calls import send

TEXT = "We look for:\n\n- **clean** air\n- [our plan](https://city.example/plan)\n\n<b>No</b> [tricks](javascript:x)"
READ = (
    "<p>We look for:</p><ul><li><strong>clean</strong> air</li>"
    '<li><a class="govuk-link" href="https://city.example/plan" rel="noopener">our plan</a></li></ul>'
    "<p>&lt;b&gt;No&lt;/b&gt; [tricks](javascript:x)</p>"
)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """A text is kept as it was typed: nothing of it differs between databases."""
    return sqlite_url


def test_what_officers_write_is_read_with_its_lists_and_links(app: Flask, ports: Ports) -> None:
    officer = people.signed_in(app, ports, calls.officer(ports))
    names = ("problem", "users", "outcome", "eligibility", "terms")
    call = calls.drafted(ports, **dict.fromkeys(names, TEXT))
    home = f"/manage/calls/{call.ref}/setup/form"
    help_text = "Begin a line with - or 1. for a list"
    assert help_text in officer.get(f"{home}/new?kind=yes_no").text
    assert officer.get(f"/manage/calls/{call.ref}/setup/details").text.count(help_text) == len(names)
    send(officer, f"{home}/new?kind=yes_no", text="Ready?", section="More", required="yes", guidance=TEXT)
    preview = officer.get(f"{home}/preview").text
    assert "• clean air\n• our plan (https://city.example/plan)" in preview
    assert officer.get(f"/manage/calls/{call.ref}/review").text.count(READ) == len(names) + 1

    call = calls.reviewed(ports, call)
    perform(ports, calls.approver(ports), ports.clock.now(), services.approve_and_publish, call.id, seen=call.version)
    anybody = app.test_client()
    assert anybody.get(f"/calls/{call.ref}").text.count(READ) == len(names)
    assert READ in anybody.get(f"/calls/{call.ref}/form").text
    lead, organisation = people.firm(ports, "Clean Air Makers", "mina@clean-air.example")
    application = made.started(ports, call, lead, organisation)
    firm = people.signed_in(app, ports, lead)
    assert READ in firm.get(f"/applications/{application.ref}/questions/ready").text


def test_documents_read_it_the_same_way() -> None:
    press = Press(PROJECT_ROOT / "templates" / "documents", PROJECT_ROOT / "static" / "build" / "fonts")
    drawn = press._environment.from_string("{{ text|prose }}").render(text=TEXT)
    assert drawn == READ
