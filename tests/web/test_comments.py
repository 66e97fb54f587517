"""Comments at the parts of a call, and what changed since an approver read it: shown where it is, never public."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from procurement.queries import comments as comments_queries
from procurement.rules.ports import Ports
from procurement.services import calls as services
from procurement.services import comments
from procurement.services.act import perform
from procurement.services.refusal import Refusal
from tests.parts import calls as made
from tests.parts import people
from tests.parts.pages import parse
from tests.parts.people import signed_in
from tests.web.test_manage_calls import press, send, typed_seen
from tests.web.test_public_calls import page

BENEFIT = "What will be better for people in the city, and how will you know?"


@pytest.fixture
def officer(app: Flask, ports: Ports) -> FlaskClient:
    return signed_in(app, ports, made.officer(ports))


@pytest.fixture
def approver(app: Flask, ports: Ports) -> FlaskClient:
    return signed_in(app, ports, made.approver(ports))


@pytest.mark.both_databases
def test_an_approver_reads_what_changed_since_they_sent_it_back(
    ports: Ports, officer: FlaskClient, approver: FlaskClient
) -> None:
    call = made.reviewed(ports, made.drafted(ports))
    home = f"/manage/calls/{call.ref}"
    assert "What changed since" not in page(approver, f"{home}/review").words
    send(approver, f"{home}/review", to=f"{home}/send-back", reason="Say what it costs to run.")
    send(officer, f"{home}/setup/details", outcome="By 2030 no gate is over the limit.")
    benefit = f"{home}/stages/application/form/questions/benefit"
    send(officer, benefit, text="What is better?")
    send(officer, benefit, text=BENEFIT)  # and back
    send(officer, f"{home}/stages/application/form/questions/solution", text="How does it work?")
    send(officer, f"{home}/stages/application/form/questions/solution", text="How will it work?", word_limit="500")
    send(officer, f"{home}/setup/lots/1", title="All schools")
    made.reviewed(ports, made.read(ports, call.id))
    shown = page(approver, f"{home}/review").words
    since = shown.partition("What changed since Approver read it")[2].partition("On this page")[0]
    assert "By 2030 no gate is over the limit." in since
    assert "All schools" in since
    assert "Changed by Officer." in since
    assert "What is better?" not in since
    assert "from How does your solution meet the challenge? to How will it work?" in since
    assert "How does it work?" not in since
    assert "from 600 to 500" in since
    press(approver, f"{home}/review", f"{home}/look", seen=typed_seen(approver, home))
    again = page(approver, f"{home}/review").words
    assert "Nothing." in again.partition("What changed since Approver read it")[2].partition("On this page")[0]
    stale = approver.get(f"{home}/review")
    assert stale.status_code == 200
    press(approver, f"{home}/review", f"{home}/look", 409, seen="1")


def test_a_comment_stands_at_its_part_until_it_is_settled_and_is_never_public(
    ports: Ports, officer: FlaskClient, approver: FlaskClient
) -> None:
    call = made.drafted(ports)
    home = f"/manage/calls/{call.ref}"
    authors = made.read(ports, call.id).authors
    send(approver, f"{home}/comments", place="details/problem/", text="Whose figures are these?")
    send(officer, f"{home}/comments", place="form/plan/application", text="Is one page enough?")
    nothing = send(officer, f"{home}/comments", 422, place="form/nothing/application", text="Where?")
    assert "Error" in parse(nothing.text).words
    assert "Whose figures are these? (Approver)" in page(officer, f"{home}/setup/details").words
    assert "Is one page enough?" not in page(officer, f"{home}/setup/details").words
    assert "Upload a plan: Is one page enough? (Officer)" in page(officer, f"{home}/stages/application/form").words
    assert "Whose figures are these?" in page(approver, f"{home}/review").words
    listed = page(officer, f"{home}/comments")
    assert f"{home}/setup/details#problem" in listed.links
    assert f"{home}/stages/application/form/questions/plan" in listed.links
    assert made.read(ports, call.id).authors == authors
    with ports.database.reading() as session:
        first, second = comments_queries.open_at(session, call.id)
    press(officer, f"{home}/comments", f"{home}/comments/{first.id}/settle")
    press(officer, f"{home}/comments", f"{home}/comments/{first.id}/settle")
    assert "Whose figures are these?" not in page(officer, f"{home}/comments").words
    assert "Commented on a part of the call" in page(officer, f"{home}/history").words
    version = made.reviewed(ports, made.read(ports, call.id)).version
    perform(ports, made.approver(ports), ports.clock.now(), services.approve_and_publish, call.id, seen=version)
    assert second.text not in page(officer, f"/calls/{call.ref}").words
    assert second.text not in page(officer, f"/calls/{call.ref}/form").words
    with pytest.raises(Refusal, match="no longer being prepared"):
        perform(ports, made.officer(ports), ports.clock.now(), comments.say, call.id, ("money", "", ""), "Late")


def test_only_those_who_write_and_approve_calls_comment(ports: Ports, app: Flask) -> None:
    call, now = made.drafted(ports), ports.clock.now()
    auditor = made.staff(ports, "auditor@city.example", "auditor")
    with pytest.raises(Refusal):
        perform(ports, auditor, now, comments.say, call.id, ("money", "", ""), "Much")
    with pytest.raises(Refusal):
        perform(ports, made.officer(ports), now, comments.look, call.id, seen=call.version)
    applicant = signed_in(app, ports, people.person(ports, "sme@firm.example"))
    assert applicant.get(f"/manage/calls/{call.ref}/comments").status_code == 404
    other = made.drafted(ports, title="Another")
    row = perform(ports, made.officer(ports), now, comments.say, call.id, ("money", "", ""), "Much")
    with pytest.raises(Refusal, match="no longer there"):
        perform(ports, made.officer(ports), now, comments.settle, other.id, row.id)
