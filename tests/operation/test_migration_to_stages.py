"""0015 on what was released: the one stage of a call is what the call was, the one entry of an application likewise.

Rows are read as they lie there, by statements of this file: no model knows the tables of before any more.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.util import CommandError
from sqlalchemy import MetaData, Table, create_engine, func, insert, select, text, update

from migrations import refusing
from procurement.cli.console import CannotGoOn
from procurement.cli.migrations import revisions, settings, upgrade
from tests.released.releases import Release, all_releases, proofs

BEFORE = [release for release in all_releases() if release.about["head"] < "0015"]
STAGE = {
    "draft": "planned",
    "in_review": "planned",
    "approved": "planned",
    "published": "collecting",
    "opened": "checking",
    "in_assessment": "assessing",
    "deciding": "deciding",
    "decided": "decided",  # told: once everybody was
    "concluded": "told",
}
CALL = dict.fromkeys(("opened", "in_assessment", "deciding", "decided"), "published")
ENTRY = dict.fromkeys(("recommended", "awarded", "accepted", "refused"), "advanced")
NEVER_OPENED = {"draft", "submitted", "reopened", "withdrawn", "not_submitted"}
Rows = list[dict[str, Any]]


@pytest.fixture(params=BEFORE, ids=lambda release: release.name)
def release(request: pytest.FixtureRequest) -> Release:
    found: Release = request.param
    return found


@pytest.fixture
def released(release: Release, database_url: str, tmp_path: Path) -> str:
    """A release of before, at the last migration of before."""
    release.restore(database_url, tmp_path / "files")
    to(database_url, "0014")
    return database_url


def to(url: str, revision: str) -> None:
    command.upgrade(settings(url), revision)


def rows(url: str, statement: str) -> Rows:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return [dict(row._mapping) for row in connection.execute(text(statement))]
    finally:
        engine.dispose()


def by_id(url: str, table: str) -> dict[int, dict[str, Any]]:
    return {row["id"]: row for row in rows(url, f"SELECT * FROM {table} ORDER BY id")}  # noqa: S608


def test_a_call_has_one_stage_which_is_what_the_call_was(released: str) -> None:
    before = by_id(released, "calls")
    to(released, "0015")
    calls, stages = by_id(released, "calls"), by_id(released, "stages")
    assert list(stages) == list(before)
    assert {key: row["call_id"] for key, row in stages.items()} == {key: key for key in before}
    assert {(r["window"], r["number"], r["key"], r["noun"]) for r in stages.values()} == {
        (1, 1, "application", "application")
    }
    moved = ("opens_at", "closes_at", "assess_by", "readers", "hold_minutes", "minimum_total", "scheme_fingerprint")
    for key, call in before.items():
        stage = stages[key]
        instants = ("opened_at", "told_at")
        assert {name: stage[name] for name in (*moved, *instants)} == {name: call[name] for name in (*moved, *instants)}
        assert (stage["decide_by"], stage["started_at"]) == (call["decision_on"], call["published_at"])
        told = call["state"] == "decided" and call["told_at"] is not None
        if call["state"] != "cancelled":
            assert stage["state"] == ("told" if told else STAGE[call["state"]])
        assert calls[key]["state"] == CALL.get(call["state"], call["state"])
        assert calls[key]["workflow_fingerprint"] == call["workflow_fingerprint"]
        challenge = call["procedure"] == "challenge"
        assert (calls[key]["route"], stage["names"]) == (("covered", "shown") if challenge else ("grant", "hidden"))
        assert stage["other_marks"] == "after_own"


def test_what_locked_the_marks_of_a_call_is_known_to_its_stage(released: str) -> None:
    locked = rows(released, "SELECT subject_id, effective_at FROM events WHERE tag = 'call.lock_marks'")
    to(released, "0015")
    assert {row["subject_id"]: row["effective_at"] for row in locked} == {
        key: stage["marks_locked_at"] for key, stage in by_id(released, "stages").items() if stage["marks_locked_at"]
    }


def test_an_application_has_one_entry_which_is_what_the_application_was(released: str) -> None:
    before, calls = by_id(released, "applications"), by_id(released, "calls")
    ineligible = rows(
        released,
        "SELECT application_id, approved_at FROM decisions WHERE outcome = 'ineligible' AND approved_at IS NOT NULL",
    )
    told_then = {row["application_id"]: row["approved_at"] for row in ineligible}
    to(released, "0015")
    entries, applications = by_id(released, "entries"), by_id(released, "applications")
    assert list(entries) == list(applications) == list(before)
    moved = ("version", "call_version", "missing", "standing_id", "title", "summary", "amount", "eligibility_reason")
    for key, was in before.items():
        entry, call = entries[key], calls[was["call_id"]]
        assert (entry["application_id"], applications[key]["entry_id"]) == (key, key)
        assert (entry["call_id"], entry["stage_id"]) == (was["call_id"], was["call_id"])
        assert entry["state"] == ENTRY.get(was["state"], was["state"])
        assert {name: entry[name] for name in moved} == {name: was[name] for name in moved}
        assert entry["made_at"] == was["created_at"]
        opened = was["state"] not in NEVER_OPENED
        assert entry["opened_at"] == (call["opened_at"] if opened else None)
        assert (entry["opened_at"] is not None) is opened
        told_at = told_then[key] if was["state"] == "ineligible" else call["told_at"]
        assert entry["told_at"] == (told_at if opened else None)


def test_neutral_numbers_stay_those_that_assessors_know(released: str) -> None:
    said = rows(released, "SELECT DISTINCT application_id, number FROM assignments")
    to(released, "0015")
    entries = by_id(released, "entries")
    assert {row["application_id"]: row["number"] for row in said} == {
        row["application_id"]: entries[row["application_id"]]["number"] for row in said
    }
    assert len(said) > 10
    for stage_id in by_id(released, "stages"):
        numbers = [e["number"] for e in entries.values() if e["stage_id"] == stage_id and e["opened_at"] is not None]
        assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert {entry["number"] for entry in entries.values() if entry["opened_at"] is None} == {None}


@pytest.mark.parametrize(
    ("table", "before", "now"),
    [
        ("questions", "call_id", "stage_id"),
        ("criteria", "call_id", "stage_id"),
        ("openings", "call_id", "stage_id"),
        ("documents", "call_id", "stage_id"),
        ("messages", "call_id", "stage_id"),
        ("answers", "application_id", "entry_id"),
        ("answer_versions", "application_id", "entry_id"),
        ("attachments", "application_id", "entry_id"),
        ("submissions", "application_id", "entry_id"),
        ("near_misses", "application_id", "entry_id"),
        ("assignments", "application_id", "entry_id"),
        ("decisions", "application_id", "entry_id"),
        ("awards", "application_id", "entry_id"),
        ("documents", "application_id", "entry_id"),
        ("messages", "application_id", "entry_id"),
    ],
)
def test_whatever_hung_on_a_call_or_an_application_hangs_on_its_stage_or_entry(
    released: str, table: str, before: str, now: str
) -> None:
    was = {key: row[before] for key, row in by_id(released, table).items()}
    to(released, "0015")
    assert {key: row[now] for key, row in by_id(released, table).items()} == was


def test_a_stage_is_for_every_lot_of_its_call(released: str) -> None:
    to(released, "0015")
    found = rows(released, "SELECT stage_id, lot_id FROM stage_lots ORDER BY lot_id")
    assert [(row["stage_id"], row["lot_id"]) for row in found] == [
        (lot["call_id"], key) for key, lot in by_id(released, "lots").items()
    ]


def test_nothing_that_was_promised_is_lost_and_new_ids_begin_above(released: str) -> None:
    before = proofs(released)
    to(released, "0015")
    assert proofs(released) == before
    for table in ("stages", "entries"):
        newest = max(by_id(released, table))
        if released.startswith("postgresql"):
            (row,) = rows(released, f"SELECT nextval(pg_get_serial_sequence('{table}', 'id')) AS next")
            assert row["next"] == newest + 1


# every state, also those in which nobody was on the day of a release


@pytest.fixture
def arranged(released: str) -> dict[int, tuple[str, str]]:
    """Calls put by hand into every state of before; what each of them and its stage should be."""
    told = rows(released, "SELECT id FROM calls WHERE state = 'decided'")[0]["id"]
    spare = iter(row["id"] for row in rows(released, "SELECT id FROM calls WHERE told_at IS NULL ORDER BY id"))
    engine = create_engine(released)
    calls, events = (Table(name, MetaData(), autoload_with=engine) for name in ("calls", "events"))
    expected = {told: ("published", "told")}
    with engine.begin() as connection:
        for state in ("approved", "published", "opened", "in_assessment", "deciding", "decided"):
            call_id = next(spare)
            expected[call_id] = (CALL.get(state, state), STAGE[state])
            connection.execute(update(calls).where(calls.c.id == call_id).values(state=state))
        for before in ("in_review", "published", "deciding"):
            call_id = next(spare)
            expected[call_id] = ("cancelled", STAGE[before])
            connection.execute(update(calls).where(calls.c.id == call_id).values(state="cancelled"))
            one = events.c.subject_id == call_id, events.c.subject == "call"
            last = connection.scalar(select(func.max(events.c.position)).where(*one))
            cancelled = {"tag": "call.cancel", "data": {"before": before, "after": "cancelled"}}
            connection.execute(update(events).where(*one, events.c.tag == "call.cancel").values(tag="call.edit"))
            connection.execute(update(events).where(*one, events.c.position == last).values(**cancelled))
    engine.dispose()
    return expected


def test_every_state_of_a_call_has_its_place(released: str, arranged: dict[int, tuple[str, str]]) -> None:
    to(released, "0015")
    calls, stages = by_id(released, "calls"), by_id(released, "stages")
    assert {key: (calls[key]["state"], stages[key]["state"]) for key in arranged} == arranged
    assert len(arranged) == 10


# beside workers of the release before


def alive(url: str, until: datetime) -> None:
    """A worker's word that it lives until then."""
    engine = create_engine(url)
    leases = Table("leases", MetaData(), autoload_with=engine)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM leases"))
        connection.execute(insert(leases).values(name="sweep", holder="a worker of before", until=until))
    engine.dispose()


class Pauses:
    """How long it would have waited, and what happens meanwhile."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.meanwhile: Callable[[], None] = lambda: None

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self.meanwhile()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> Pauses:
    instead = Pauses()
    monkeypatch.setattr(refusing, "pause", instead)
    return instead


@pytest.mark.parametrize("ahead", [0, 60], ids=["our clock", "a clock that is a minute ahead"])
def test_it_refuses_while_a_worker_renews_its_lease(released: str, pauses: Pauses, ahead: int) -> None:
    now = datetime.now(UTC) + timedelta(seconds=ahead)
    alive(released, now + timedelta(seconds=12))
    pauses.meanwhile = lambda: alive(released, now + timedelta(seconds=32))
    before = proofs(released)
    with pytest.raises(CannotGoOn, match=r"^A worker of the release before is still running .* Nothing was changed\.$"):
        upgrade(released)
    assert revisions(released)[0] == "0014"
    assert proofs(released) == before
    (seconds,) = pauses.seconds
    assert 1 < seconds <= 21


def test_it_goes_on_where_nobody_renews_a_lease(released: str, pauses: Pauses) -> None:
    alive(released, datetime.now(UTC) + timedelta(seconds=12))
    to(released, "0015")
    (seconds,) = pauses.seconds
    assert 11 < seconds <= 13


def test_it_does_not_wait_for_a_lease_that_was_given_back_or_has_run_out(released: str, pauses: Pauses) -> None:
    alive(released, datetime.now(UTC) - timedelta(seconds=1))
    to(released, "0015")
    assert pauses.seconds == []


def test_a_worker_that_ends_meanwhile_is_no_hindrance(released: str, pauses: Pauses) -> None:
    alive(released, datetime.now(UTC) + timedelta(seconds=12))
    engine = create_engine(released)

    def end() -> None:
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM leases"))

    pauses.meanwhile = end
    to(released, "0015")
    engine.dispose()
    assert revisions(released)[0] == "0015"


def test_an_empty_database_waits_for_nobody(new_database: Callable[[], str], pauses: Pauses) -> None:
    url = new_database()
    command.downgrade(settings(url), "0014")
    alive(url, datetime.now(UTC) + timedelta(seconds=12))
    to(url, "0015")
    assert pauses.seconds == []


# down again


def test_what_stages_hold_is_not_carried_down(released: str) -> None:
    to(released, "0015")
    before = proofs(released)
    with pytest.raises(CommandError, match=r"^Going down from 0015 would destroy rows .* 12 in stages"):
        command.downgrade(settings(released), "0014")
    assert revisions(released)[0] == "0015"
    assert proofs(released) == before


def test_an_empty_database_goes_down_and_up_again(new_database: Callable[[], str]) -> None:
    url = new_database()
    command.downgrade(settings(url), "0014")
    assert "state" in columns(url, "applications")
    to(url, "head")
    assert revisions(url)[0] == revisions(url)[1]
    assert "state" not in columns(url, "applications")


def columns(url: str, table: str) -> set[str]:
    """The names of its columns."""
    engine = create_engine(url)
    try:
        return set(Table(table, MetaData(), autoload_with=engine).columns.keys())
    finally:
        engine.dispose()
