"""What was not sent to a stage is called by what was sent before it: in the queue, the agenda, the papers, the
minutes."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from procurement.models.applications import Entry
from procurement.models.documents import Document
from procurement.models.people import Person
from procurement.queries import moderation as moderation_queries
from procurement.rules.permissions import SYSTEM
from procurement.rules.ports import Ports
from procurement.services import assessment, moderation, opening
from procurement.services.act import perform
from tests.parts import assessment as parts
from tests.parts import calls, people
from tests.parts import moderation as panel
from tests.parts.clock import StandingClock
from tests.web.test_manage_calls import page
from tests.web.test_moderation_pages import ref_of

TITLE = "Idea of Firm A"


def apart(entry: Entry, person: Person, _criterion: str) -> int:
    """The marks for Firm A lie three apart."""
    return (5 if person.email.startswith("assessor1") else 2) if entry.title == TITLE else 3


def test_a_reply_that_was_not_sent_is_called_by_the_application(app: Flask, ports: Ports, clock: StandingClock) -> None:
    call = parts.in_assessment(ports, parts.opened(ports, parts.bids_in(ports, procedure="innovation_fund", firms=2)))
    parts.assigned(ports, call)
    parts.marked(ports, call, apart)
    panel.set_up(ports, call, key="panel")
    stage, officer = calls.stage_of(ports, call, "application"), calls.officer(ports)
    perform(ports, officer, clock.now(), assessment.lock_marks, stage.id)
    panel.go_on(ports, call)
    stage = calls.stage_of(ports, call, "panel")
    assert stage.closes_at is not None
    clock.set(stage.closes_at)
    assert perform(ports, SYSTEM, clock.now(), opening.open_due, stage.id)
    meeting = panel.panelled(ports, call, "panel")
    key, ref = panel.open_keys(ports, call)[0], ref_of(ports, call)
    base = f"/manage/calls/{call.ref}/stages/panel"
    staff = (
        officer,
        (
            f"{base}/moderation",
            f"{base}/moderation/{ref}/{key}",
            f"{base}/panel/{meeting.ref}",
            f"{base}/panel/{meeting.ref}/items/1",
            f"{base}/applications",
            f"{base}/bids/{ref}",
        ),
    )
    chair = (
        panel.chair(ports),
        (
            f"{base}/moderation",
            f"/assess/panels/{meeting.ref}",
            f"/assess/panels/{meeting.ref}/items/1",
            f"/assess/panels/{meeting.ref}/items/1/interest",
        ),
    )
    for who, addresses in (staff, chair):
        browser = people.signed_in(app, ports, who)
        assert [address for address in addresses if TITLE not in page(browser, address).words] == []
    with ports.database.reading() as session:
        item = moderation_queries.agenda_of(session, meeting, without=())[0].item
    clock.set(meeting.held_at + timedelta(hours=1))
    now = clock.now()
    perform(ports, officer, now, moderation.write_item_minutes, item.id, "We read it.", version=item.version)
    perform(ports, officer, now, moderation.close_panel, meeting.id)
    with ports.database.reading() as session:
        minutes = session.scalars(select(Document).where(Document.kind == "panel_minutes")).one()
    assert [each["title"] for each in minutes.content["items"]] == [TITLE]
