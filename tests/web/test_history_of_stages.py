"""The history of a call of several stages: whose words each event has, and what it keeps from whom."""

import csv
import io
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from procurement.models.documents import Document
from procurement.queries import moderation as moderation_queries
from procurement.rules.ports import Ports
from procurement.services import moderation
from procurement.services.act import perform
from tests.parts import assessment as parts
from tests.parts import calls, carrying, people
from tests.parts import moderation as panel
from tests.web.test_manage_calls import page

Told = list[tuple[str, str]]


@pytest.fixture(autouse=True)
def _offered(monkeypatch: pytest.MonkeyPatch) -> None:
    carrying.offered(monkeypatch)
    panel.offered(monkeypatch)


def table(app: Flask, ports: Ports, ref: str) -> list[dict[str, str]]:
    officer = people.signed_in(app, ports, calls.officer(ports))
    rows = officer.get(f"/manage/calls/{ref}/history.csv").data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(rows)))


def told(rows: list[dict[str, str]], tag: str) -> Told:
    """What is said of the events of a tag, and about what, without the reference."""
    return [(row["what"], row["about"].partition(" · ")[2]) for row in rows if row["tag"] == tag]


def test_each_event_has_the_words_and_the_name_of_its_stage(app: Flask, ports: Ports) -> None:
    call = carrying.demonstrating(ports, firms=2)
    parts.assigned(ports, call)
    parts.marked(ports, call, carrying.shown)
    rows = table(app, ports, call.ref)
    began = [("Began a proposal", "Proposal")] * 2
    assert told(rows, "entry.begin") == [*began, *[("Invited to the stage", "Demonstration")] * 2]
    assert told(rows, "entry.submit") == [("Submitted the proposal", "Proposal")] * 2
    asked = told(rows, "assignment.begin")
    assert {words for words, stage in asked if stage == "Demonstration"} == {
        "Asked Assessor1 to read it",
        "Asked Assessor2 to read it",
        "Began marking",
    }
    assert sum(words == "Began marking" for words, _stage in asked) * 2 == len(asked)


def test_one_stage_is_not_named(app: Flask, ports: Ports) -> None:
    call = panel.moderating(ports)
    rows = table(app, ports, call.ref)
    assert {stage for tag in ("entry.begin", "entry.submit") for _words, stage in told(rows, tag)} == {""}
    assert told(rows, "entry.submit")[0][0] == "Submitted the application"


def test_the_history_keeps_from_an_officer_what_the_pages_keep(app: Flask, ports: Ports) -> None:
    """Whoever has an interest in a bid reads nothing that a panel said of it, as on the pages of the moderation."""
    call = panel.moderating(ports)
    now, officer = ports.clock.now(), calls.officer(ports)
    meeting = panel.panelled(ports, call)
    with ports.database.reading() as session:
        item = moderation_queries.agenda_of(session, meeting, without=())[0].item
    said = "They said who is there on Sundays."
    perform(ports, officer, now, moderation.write_item_minutes, item.id, said, version=item.version)
    whole = "We met in Room 4, and it was warm."
    perform(ports, officer, now, moderation.write_minutes, meeting.id, whole, version=meeting.version)
    panel.settled(ports, call, {panel.open_keys(ports, call)[0]: 5})
    secret = (said, panel.REASON, panel.LEFT)

    def shown() -> tuple[str, str]:
        rows = "\n".join(row["what"] + row["reason"] for row in table(app, ports, call.ref))
        return page(people.signed_in(app, ports, officer), f"/manage/calls/{call.ref}/history").words, rows

    assert [(text in there, whole in there) for there in shown() for text in secret] == [(True, True)] * 6
    assert all("from 3.50 to 5" in there for there in shown())
    perform(ports, officer, now, moderation.leave_the_room, item.id, [officer.id or 0])
    assert [(text in there, whole in there) for there in shown() for text in secret] == [(False, True)] * 6
    assert not any("from 3.50 to 5" in there for there in shown())
    assert all("Settled what the assessors differed in" in there for there in shown())


def test_the_minutes_as_a_document_are_not_for_who_has_a_conflict_in_them(
    app: Flask, ports: Ports, work: Callable[[], int]
) -> None:
    """Not as a file, and not as a link in the lists; everybody else of the staff has them."""
    call = panel.moderating(ports)
    meeting, officer = panel.panelled(ports, call), calls.officer(ports)
    ports.clock.set(meeting.held_at)  # type: ignore[attr-defined]  (the tests' clock)
    now = ports.clock.now()
    with ports.database.reading() as session:
        item = moderation_queries.agenda_of(session, meeting, without=())[0].item
    perform(ports, officer, now, moderation.write_item_minutes, item.id, "It was read.", version=item.version)
    perform(ports, officer, now, moderation.leave_the_room, item.id, [officer.id or 0])
    approver = calls.approver(ports)
    perform(ports, panel.chair(ports), now, moderation.close_panel, meeting.id)
    work()
    with ports.database.reading() as session:
        code = session.scalars(select(Document.code).where(Document.kind == "panel_minutes")).one()
    base, file = f"/manage/calls/{call.ref}/stages/application", f"/documents/{code}.pdf"
    for who, status in ((approver, 200), (officer, 404)):
        browser = people.signed_in(app, ports, who)
        assert browser.get(file).status_code == status
        assert (f"Minutes of the panel of {call.ref}" in browser.get(f"{base}/documents").text) == (status == 200)
        assert (code in browser.get(f"{base}/panel/{meeting.ref}").text) == (status == 200)
