"""History that a court can read: what, about whom, from what to what; nothing proposed is lost, and all is found."""

import csv
import io
from decimal import Decimal

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from procurement.models.calls import Call
from procurement.models.history import EventNote
from procurement.queries import calls as calls_queries
from procurement.rules import edits
from procurement.rules.ports import Ports
from procurement.services import criteria, verification
from procurement.services.act import perform
from procurement.services.edits import KINDS
from procurement.services.proposals import Proposal
from tests.parts import assessment, outcomes
from tests.parts import calls as made
from tests.parts.people import signed_in
from tests.web.test_public_calls import page


def rows(client: FlaskClient, call: Call) -> list[dict[str, str]]:
    table = client.get(f"/manage/calls/{call.ref}/history.csv").data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(table)))


def edited(client: FlaskClient, call: Call) -> list[str]:
    """What the newest edit changed, line by line."""
    return [row["reason"] for row in rows(client, call) if row["tag"] == "call.edit"][-1].splitlines()


def budget(ports: Ports, call: Call, pounds: int) -> None:
    officer, now = made.officer(ports), ports.clock.now()

    def save(session: Session) -> None:
        found = session.get_one(Call, call.id)
        made.save(session, ports, found, "money", {"budget": Decimal(pounds)}, officer, now)

    ports.database.write(save)


def test_every_column_of_what_officers_write_is_told_or_the_services_own() -> None:
    for model, kind in KINDS.items():
        columns = {column.key for column in inspect(model).column_attrs}
        known = {*edits.FIELDS[kind], *edits.OWN[kind]}
        assert columns - known == set(), f"say of {sorted(columns - known)} of a {kind} whether history tells it"
        assert known - columns == set()
        assert not set(edits.FIELDS[kind]) & edits.OWN[kind]


def test_an_edit_says_from_what_to_what(app: Flask, ports: Ports) -> None:
    call, officer, now = made.drafted(ports), made.officer(ports), ports.clock.now()
    client, stage = signed_in(app, ports, officer), made.stage_of(ports, made.drafted(ports))
    call = made.read(ports, stage.call_id)
    with ports.database.reading() as session:
        first, second, *_others = calls_queries.criteria_of(session, stage.id)
        version = calls_queries.section_mark(session, made.newest(session, call), "criteria")
        kept = {
            "minimum_total": stage.minimum_total,
            "readers": stage.readers,
            **calls_queries.ties_of(made.newest(session, call)),
        }
    weights = {first.key: first.weight + 5, second.key: second.weight - 5}
    perform(ports, officer, now, criteria.save_scheme, stage.id, {**kept, "readers": 5}, weights, version=version)
    assert sorted(edited(client, call)) == sorted(
        [
            f"Assessors for each of stage “{stage.title}”: from {stage.readers} to 5",
            f"Weight of criterion “{first.name}”: from {first.weight}% to {first.weight + 5}%",
            f"Weight of criterion “{second.name}”: from {second.weight}% to {second.weight - 5}%",
        ]
    )
    perform(ports, officer, now, criteria.remove_criterion, stage.id, second.key)
    assert edited(client, call)[0] == f"Removed: criterion “{second.name}”"
    perform(ports, officer, now, criteria.add_criterion, stage.id, "Reach", 10)
    assert "Added: criterion “Reach”" in edited(client, call)
    shown = page(client, f"/manage/calls/{call.ref}/history").words
    assert f"Weight of criterion “{first.name}”: from {first.weight}% to {first.weight + 5}%" in shown


def test_money_and_instants_are_told_as_people_read_them(app: Flask, ports: Ports) -> None:
    call, officer = made.drafted(ports), made.officer(ports)
    budget(ports, call, 250_000)
    budget(ports, call, 275_000)
    lines = edited(signed_in(app, ports, officer), call)
    assert "Budget: from £250,000 to £275,000" in lines
    named = [row["reason"] for row in rows(signed_in(app, ports, officer), call) if row["tag"] == "call.edit"]
    assert not any("“”" in each for each in named)  # a lot that came into a stage is called by its title


def test_a_proposal_that_was_replaced_is_told_with_its_amount_and_reason(app: Flask, ports: Ports) -> None:
    call = assessment.locked(ports)
    proposals = outcomes.in_rank_order(ports, call)
    first, *_others = (ref for ref, each in proposals.items() if each.outcome == "reserve")
    outcomes.propose(ports, call, proposals)
    outcomes.propose(ports, call, {**proposals, first: Proposal("decline", None, "Another reason.")})
    client = signed_in(app, ports, made.officer(ports))
    told = [
        (row["what"], row["reason"])
        for row in rows(client, call)
        if row["tag"] == "entry.propose" and row["about"].startswith(first)
    ]
    assert told == [
        ("Proposed to hold it in reserve", outcomes.REASON),
        ("Proposed to decline it", "Another reason."),
    ]


def test_history_is_narrowed_by_words_reference_person_part_and_day(app: Flask, ports: Ports) -> None:
    call = outcomes.told(ports)
    officer = made.officer(ports)
    client, base = signed_in(app, ports, officer), f"/manage/calls/{call.ref}/history"
    ref = next(row["about"].split(" · ")[0] for row in rows(client, call) if row["tag"] == "entry.propose")
    about = page(client, f"{base}?q={ref.lower()}").words
    assert ref in about
    assert "Published the call" not in about
    assert "Proposed" in about
    assert "Published the call" in page(client, f"{base}?part=call").words
    assert "Published the call" not in page(client, f"{base}?part=awards").words
    mine = page(client, f"{base}?who={officer.id}&part=call").words
    assert "Published the call" not in mine
    assert "Began the call" in mine
    assert "Nothing in this history" in page(client, f"{base}?from=2999-01-01").words
    assert "Nothing in this history" in page(client, f"{base}?q=100%25_x").words
    odd = page(client, f"{base}?who=999999&part=nothing&from=yesterday").words
    assert "makes no sense here" in odd
    assert "Told the outcome" in odd


def test_the_whole_history_is_one_file_that_needs_no_service(app: Flask, ports: Ports) -> None:
    call = outcomes.told(ports)
    client = signed_in(app, ports, made.officer(ports))
    answer = client.get(f"/manage/calls/{call.ref}/history.html")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    for row in rows(client, call):
        assert row["digest"] in answer.text
        assert row["what"].split("“")[0][:20] in answer.text
    assert "src=" not in answer.text
    assert "href=" not in answer.text


def test_the_auditor_starts_with_what_happened_and_checks_the_chain(app: Flask, ports: Ports) -> None:
    call = outcomes.told(ports)
    auditor = signed_in(app, ports, made.staff(ports, "auditor@city.example", "auditor"))
    shown = page(auditor, "/manage/audit").words
    for words in (call.title, "Openings", "Given: auditor", "The chain has"):
        assert words in shown
    assert "Everything holds" in page(auditor, "/admin/chain").words
    assert auditor.get("/admin").status_code == 403
    officer = signed_in(app, ports, made.officer(ports))
    assert officer.get("/manage/audit").status_code == 403
    assert officer.get("/admin/chain").status_code == 403


def test_what_an_edit_said_cannot_be_changed_unseen(ports: Ports) -> None:
    call = made.drafted(ports)
    budget(ports, call, 250_000)

    def bend(session: object) -> None:
        note = session.query(EventNote).order_by(EventNote.id.desc()).first()  # type: ignore[attr-defined]
        note.text = note.text.replace("250000", "150000")

    ports.database.write(bend)
    with ports.database.reading() as session:
        assert [finding for finding in verification.verify(session, ports) if finding.broken]
