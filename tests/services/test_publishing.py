"""What is published, from a call to a confirmed award, and that the public sees nothing else."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from procurement.models.applications import Application, Entry, Submission
from procurement.models.awards import Award, Notice
from procurement.models.calls import Call, Lot
from procurement.models.decisions import Decision
from procurement.models.documents import Document
from procurement.models.people import Organisation
from procurement.models.register import RegisterAward, RegisterEntry, Release
from procurement.rules.dates import standstill
from procurement.rules.ledger import digest
from procurement.rules.ports import Ports
from procurement.rules.statuses import AwardChange
from procurement.services import publishing
from procurement.services.act import Act
from procurement.services.commitments import commit
from tests.parts import calls


def awarded(ports: Ports, call: Call, name: str, amount: int, *, size: str = "small") -> int:
    """An award as a decision leaves it, told a moment ago, with the private rows behind it; its id."""
    by, now = calls.officer(ports), ports.clock.now()
    approver = calls.approver(ports)

    def make(session: Any) -> int:
        lot = session.scalars(select(Lot).where(Lot.call_id == call.id)).first()
        organisation = Organisation(
            ref=name.lower().replace(" ", "-").replace("=", ""),
            name=name,
            kind="company",
            size=size,
            company_number=None,
            charity_number=None,
            created_at=now,
        )
        session.add(organisation)
        session.flush()
        stage = calls.newest(session, call)
        application = Application(
            ref=f"BSC-{organisation.id}",
            call_id=call.id,
            lot_id=lot.id,
            organisation_id=organisation.id,
            created_at=now,
            created_by=by.id,
        )
        session.add(application)
        session.flush()
        entry = Entry(
            call_id=call.id,
            application_id=application.id,
            stage_id=stage.id,
            state="draft",
            missing=[],
            made_at=now,
            title=f"Project of {name}",
            summary="Cleaner air.",
            amount=Decimal(amount),
        )
        session.add(entry)
        session.flush()
        submission = Submission(
            application_id=application.id,
            entry_id=entry.id,
            number=1,
            press=f"press-{application.id}",
            received_at=now,
            recorded_at=now,
            submitted_by=by.id,
            draft_version=1,
            closed=b"private words",
            manifest={},
            digest="0" * 64,
            declaration="",
            code=f"CODE{application.id}",
        )
        session.add(submission)
        session.flush()
        application.entry_id = entry.id
        entry.standing_id, entry.state, entry.opened_at, entry.told_at = submission.id, "advanced", now, now
        session.add(
            Decision(
                call_id=call.id,
                application_id=application.id,
                entry_id=entry.id,
                outcome="fund",
                amount=Decimal(amount),
                reason="a private reason",
                proposed_by=by.id,
                proposed_at=now,
                approved_by=approver.id,
                approved_at=now,
            )
        )
        others = session.scalars(select(Award).where(Award.call_id == call.id)).all()
        award = Award(
            ref=f"{call.ref.lower()}-a{len(others) + 1}",
            call_id=call.id,
            lot_id=lot.id,
            application_id=application.id,
            entry_id=entry.id,
            state="told",
            amount=Decimal(amount),
            proposed_by=by.id,
            created_at=now,
            told_at=now,
        )
        session.add(award)
        session.flush()
        stage.state, stage.told_at, stage.opened_at = "told", now, now
        return award.id

    return ports.database.write(make)


def noticed(ports: Ports, call: Call, awards: list[int]) -> None:
    """The award notice, drafted by the officer and published by the approver."""
    by, now = calls.approver(ports), ports.clock.now()
    runs = standstill(now)

    def publish(session: Any) -> None:
        notice = Notice(
            ref=f"{call.ref.lower()}-uk6-1",
            call_id=call.id,
            kind="UK6",
            state="published",
            drafted_by=calls.officer(ports).id,
            drafted_at=now,
            published_by=by.id,
            published_at=now,
            standstill_ends_at=runs.ends_at,
            working=[str(each) for each in runs.working],
            content={},
        )
        session.add(notice)
        session.flush()
        rows = [session.get_one(Award, each) for each in awards]
        act = Act(session, ports, by, now)
        commit(act, notice)
        publishing.publish_notice(act, notice, session.get_one(Call, call.id), rows)

    ports.database.write(publish)


def changed(ports: Ports, award_id: int, change: str) -> None:
    by, now = calls.approver(ports), ports.clock.now()

    def make(session: Any) -> None:
        award = session.get_one(Award, award_id)
        call = session.get_one(Call, award.call_id)
        if change == "confirmed":
            award.confirmed_at = now
        publishing.publish_award_change(Act(session, ports, by, now), award, call, change=AwardChange(change), at=now)

    ports.database.write(make)


def published_challenge(ports: Ports, clock: Any, *names: str) -> tuple[Call, list[int]]:
    call = calls.published(ports)
    clock.forward(days=40)
    awards = [awarded(ports, call, name, 10_000 * number) for number, name in enumerate(names, 1)]
    clock.forward(hours=1)
    noticed(ports, call, awards)
    return call, awards


def releases_of(ports: Ports) -> list[tuple[str, dict[str, Any]]]:
    with ports.database.reading() as session:
        rows = session.scalars(select(Release).order_by(Release.id))
        return [(row.tag, json.loads(row.content)) for row in rows]


def test_a_challenge_is_released_as_tender_award_and_confirmation(ports: Ports, clock: Any) -> None:
    _, awards = published_challenge(ports, clock, "Aston Sensors", "Digbeth Air")
    clock.forward(days=15)
    changed(ports, awards[0], "confirmed")
    found = releases_of(ports)
    assert [tag for tag, _ in found] == ["tender", "award", "awardUpdate"]
    dates = [each["date"] for _, each in found]
    assert dates == sorted(set(dates))
    assert [(each["status"], each["value"]["amount"]) for each in found[1][1]["awards"]] == [
        ("pending", 10_000),
        ("pending", 20_000),
    ]


def test_what_was_published_never_changes(ports: Ports, clock: Any) -> None:
    _, awards = published_challenge(ports, clock, "Aston Sensors")
    with ports.database.reading() as session:
        before = {row.id: row.content for row in session.scalars(select(Release))}
        entries = {row.id: row.content for row in session.scalars(select(RegisterEntry))}
    clock.forward(days=15)
    changed(ports, awards[0], "confirmed")
    clock.forward(days=1)
    changed(ports, awards[0], "accepted")
    with ports.database.reading() as session:
        after = {row.id: row.content for row in session.scalars(select(Release))}
        later = {row.id: row.content for row in session.scalars(select(RegisterEntry))}
        assert [row.digest == digest(row.content) for row in session.scalars(select(RegisterEntry))].count(False) == 0
    assert {key: after[key] for key in before} == before
    assert {key: later[key] for key in entries} == entries
    assert len(later) == len(entries) + 2


def test_a_refused_award_stays_as_a_tombstone(ports: Ports, clock: Any, app: Flask) -> None:
    call, awards = published_challenge(ports, clock, "Aston Sensors")
    clock.forward(days=1)
    changed(ports, awards[0], "refused")
    with ports.database.reading() as session:
        assert [row.status for row in session.scalars(select(RegisterAward))] == ["cancelled"]
    page = app.test_client().get(f"/awards/{call.ref.lower()}-a1")
    assert page.status_code == 200
    assert "This award was cancelled" in page.text


def test_a_grant_is_published_when_it_stands(ports: Ports, clock: Any, app: Flask) -> None:
    call = calls.published(ports, "small_grant")
    clock.forward(days=40)
    award = awarded(ports, call, "Digbeth Air", 25_000)
    client = app.test_client()
    assert client.get("/data/360giving.json").status_code == 404
    changed(ports, award, "confirmed")
    grants = client.get("/data/360giving.json").get_json()["grants"]
    assert [(each["amountAwarded"], each["recipientOrganization"][0]["name"]) for each in grants] == [
        (25_000, "Digbeth Air")
    ]
    assert releases_of(ports) == []
    clock.forward(days=1)
    changed(ports, award, "refused")
    assert client.get("/data/360giving.json").status_code == 404


def test_the_sheet_and_the_notice_are_asked_for_once(ports: Ports, clock: Any) -> None:
    _, awards = published_challenge(ports, clock, "Aston Sensors")
    clock.forward(days=15)
    for _ in range(2):
        changed(ports, awards[0], "confirmed")
    with ports.database.reading() as session:
        kinds = sorted(session.scalars(select(Document.kind)))
    assert kinds == ["award_sheet", "blank_form", "prospectus", "uk6_notice"]


def test_the_register_knows_nothing_private(ports: Ports, clock: Any, app: Flask) -> None:
    """Two worlds: what was not published can change without a byte of the register changing."""
    call, awards = published_challenge(ports, clock, "Aston Sensors")
    client = app.test_client()
    addresses = [
        "/awards",
        "/awards.csv",
        "/awards.json",
        "/awards.atom",
        f"/awards/{call.ref.lower()}-a1",
        f"/awards/{call.ref.lower()}-a1.json",
        "/ocds/releases.json",
        "/organisations/aston-sensors",
        f"/notices/{call.ref.lower()}-uk6-1",
    ]
    before = [client.get(each).data for each in addresses]

    def change(session: Any) -> None:
        entry = session.get_one(Entry, session.get_one(Award, awards[0]).entry_id)
        entry.title, entry.amount = "Something else", Decimal(99)
        session.scalars(select(Decision)).one().reason = "other words"
        session.scalars(select(Organisation)).one().name = "Another name"

    ports.database.write(change)
    after = [app.test_client().get(each).data for each in addresses]
    assert after == before
    assert not [each for each in after if b"private" in each]


def test_a_search_gives_what_its_counts_promise(ports: Ports, clock: Any, app: Flask) -> None:
    published_challenge(ports, clock, "Aston Sensors", "=cmd|' /C calc'!A0", "Digbeth Air", "Zoë’s Café")
    client = app.test_client()
    rows = list(csv.DictReader(io.StringIO(client.get("/awards.csv").data.decode("utf-8-sig"))))
    assert len(rows) == 4
    assert [row["organisation"] for row in rows if "cmd" in row["organisation"]] == ["'=cmd|' /C calc'!A0"]
    assert len(client.get("/awards.json?q=zoe cafe").get_json()["awards"]) == 1
    assert len(client.get("/awards.json?q=nothing").get_json()["awards"]) == 0
    assert len(client.get("/awards.json?sme=yes").get_json()["awards"]) == 4
    assert len(client.get("/awards.json?sme=no").get_json()["awards"]) == 0
    page = client.get("/awards?sort=largest&kind=contract")
    assert page.status_code == 200
    assert page.text.index("Zoë’s Café") < page.text.index("Aston Sensors")
    odd = client.get("/awards?kind=loan&year=soon&sort=colour")
    assert odd.status_code == 200
    assert odd.text.count("left out") == 2


@pytest.mark.parametrize("address", ["/awards", "/data", "/notices"])
def test_an_empty_register_says_so(app: Flask, address: str) -> None:
    assert app.test_client().get(address).status_code == 200


def test_who_has_a_publication_need_not_fetch_it_again(ports: Ports, clock: Any, app: Flask) -> None:
    call, _ = published_challenge(ports, clock, "Aston Sensors")
    client = app.test_client()
    page = f"/awards/{call.ref.lower()}-a1/publications/1.json"
    first = client.get(page)
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    again = client.get(page, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert digest(first.data) == first.headers["X-Content-SHA256"]
    assert first.headers["ETag"] == f'"{digest(first.data)}"'
    assert client.get(page, headers={"If-Modified-Since": first.headers["Last-Modified"]}).status_code == 304


def test_the_facts_that_were_published_are_read_back_as_they_were(ports: Ports, clock: Any) -> None:
    call, _ = published_challenge(ports, clock, "Aston Sensors")
    with ports.database.reading() as session:
        known = publishing.published_by_reference(session, [f"{call.ref.lower()}-a1"]).get(f"{call.ref.lower()}-a1")
    assert known is not None
    assert replace(known, confirmed_at=None) == known
    assert known.standstill_ends is not None
    assert known.standstill_ends > ports.clock.now() + timedelta(days=7)
