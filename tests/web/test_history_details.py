"""An event says what it was about: no line of a history reads like another that was about something else."""

from flask import Flask

from procurement.rules.ports import Ports
from tests.parts import calls, outcomes, people
from tests.parts.pages import checked as page
from tests.web.test_reserve import words


def test_what_was_awarded_locked_written_and_published_is_named(app: Flask, ports: Ports) -> None:
    call = outcomes.told(ports, most=1)
    outcomes.noticed(ports, call)
    (award,) = outcomes.awards_of(ports, call)
    officer = people.signed_in(app, ports, calls.officer(ports))
    root = f"/manage/calls/{call.ref}/history"
    pages = [words(page(officer.get(f"{root}?page={number}"))) for number in (1, 2, 3)]
    found = " ".join(pages)
    assert f"Published in the register – {award.ref}, publication 1" in found
    assert "Made an award of the decision – £" in found
    assert "Approved the award – £" in found
    assert "Wrote the reason for a mark – " in found
    assert "Locked the scorecard – " in found
    assert "Is to be awarded it" in found
    assert "Published in the register Thursday" not in found
    whole = officer.get(f"{root}.csv").text
    assert f"Published in the register – {award.ref}, publication 1" in whole
    assert "Wrote the reason for a mark – " in officer.get(f"{root}.html").text
