"""What was cancelled, refused or lapsed is told in every feed, sheet, notice, page and export, with the reason."""

import csv
import io
import json
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from sqlalchemy import select

from procurement.models.documents import Document
from procurement.models.register import RegisterAward, RegisterGrant, Release
from procurement.rules.ports import Ports
from tests.parts import calls
from tests.services.test_publishing import awarded, changed, published_challenge

ATOM = {"a": "http://www.w3.org/2005/Atom"}
ENDS = {
    "refused": "The organisation declined the award.",
    "expired": "The organisation did not accept the award by the date that it was given.",
    "disqualified": "The organisation was disqualified after the award.",
}


def entry_of(app: Flask, address: str) -> dict[str, str]:
    """The one entry of a feed: its title, category, instant and text."""
    feed = ElementTree.fromstring(app.test_client().get(address).data)  # noqa: S314  (our own)
    entry = feed.find("a:entry", ATOM)
    category = feed.find("a:entry/a:category", ATOM)
    assert entry is not None
    assert category is not None
    found = {name: entry.findtext(f"a:{name}", "", ATOM) for name in ("title", "updated", "content")}
    return {**found, "category": category.get("term", ""), "feed": feed.findtext("a:updated", "", ATOM)}


@pytest.mark.parametrize("change", ENDS)
def test_an_award_that_ended_says_so_everywhere(ports: Ports, clock: Any, app: Flask, change: str) -> None:
    call, awards = published_challenge(ports, clock, "Aston Sensors")
    clock.forward(days=15)
    changed(ports, awards[0], "confirmed")
    before = entry_of(app, "/awards.atom")
    assert before["category"] == "active"
    clock.forward(days=3)
    changed(ports, awards[0], change)
    client, reference, why = app.test_client(), f"{call.ref.lower()}-a1", ENDS[change]

    now = entry_of(app, "/awards.atom")
    assert (now["category"], now["title"]) == ("cancelled", f"Cancelled: {before['title']}")
    assert now["updated"] > before["updated"]
    assert now["feed"] > before["feed"]
    assert now["content"].startswith(f"This award was cancelled. {why}")

    page = client.get(f"/awards/{reference}").text
    assert f'app-inset--problem">This award was cancelled. {why} The record stays' in page
    notice = client.get(f"/notices/{call.ref.lower()}-uk6-1").text
    assert why in notice
    assert "Cancelled" in notice

    row = client.get("/awards.json").get_json()["awards"][0]
    assert (row["status"], row["ended_because"]) == ("cancelled", why)
    assert row["ended_at"] > row["confirmed_at"]
    (line,) = csv.DictReader(io.StringIO(client.get("/awards.csv").data.decode("utf-8-sig")))
    assert (line["status"], line["ended_because"], line["ended_at"]) == ("cancelled", why, row["ended_at"])

    with ports.database.reading() as session:
        sheets = session.scalars(select(Document).where(Document.kind == "award_sheet").order_by(Document.id)).all()
        assert session.scalars(select(RegisterAward.document_code)).one() == sheets[-1].code
        newest = json.loads(session.scalars(select(Release.content).order_by(Release.id.desc())).first() or b"")
    assert [sheet.content["state"] for sheet in sheets] == ["Award confirmed", "Award cancelled"]
    assert {"name": "Why it ended", "value": why} in sheets[-1].content["facts"]
    assert newest["tag"] == ["awardCancellation"]
    assert newest["awards"][0]["status"] == "cancelled"


def test_a_contract_that_was_not_signed_is_cancelled_and_its_award_stays(ports: Ports, clock: Any) -> None:
    _, awards = published_challenge(ports, clock, "Aston Sensors")
    clock.forward(days=15)
    changed(ports, awards[0], "confirmed")
    clock.forward(days=1)
    changed(ports, awards[0], "accepted")
    clock.forward(days=30)
    changed(ports, awards[0], "lapsed")
    with ports.database.reading() as session:
        found = [json.loads(each) for each in session.scalars(select(Release.content).order_by(Release.id))]
    made, ended = found[-2:]
    assert (made["tag"], made["contracts"][0]["status"]) == (["contract"], "pending")
    assert "dateSigned" not in made["contracts"][0]
    assert (ended["tag"], ended["contracts"][0]["status"]) == (["contractUpdate"], "cancelled")
    assert ended["contracts"][0]["id"] == made["contracts"][0]["id"]
    assert "awards" not in ended


def test_a_grant_that_ended_leaves_the_data_and_stays_in_the_register(ports: Ports, clock: Any, app: Flask) -> None:
    fund = calls.published(ports, "small_grant")
    clock.forward(days=40)
    award = awarded(ports, fund, "Digbeth Air", 25_000)
    changed(ports, award, "confirmed")
    clock.forward(days=1)
    changed(ports, award, "expired")
    with ports.database.reading() as session:
        assert session.scalars(select(RegisterGrant)).all() == []
    assert entry_of(app, "/awards.atom")["category"] == "cancelled"


def test_a_cancelled_call_says_so_in_its_feed(ports: Ports, clock: Any, app: Flask) -> None:
    call = calls.published(ports)
    before = entry_of(app, "/calls.atom")
    assert before["title"] == call.title
    clock.forward(hours=5)
    calls.cancelled(ports, call, "The money was withdrawn.")
    now = entry_of(app, "/calls.atom")
    assert (now["category"], now["title"]) == ("cancelled", f"Cancelled: {call.title}")
    assert now["content"].startswith("This call was cancelled. The money was withdrawn.")
    assert now["updated"] > before["updated"]
    assert now["feed"] > before["feed"]
