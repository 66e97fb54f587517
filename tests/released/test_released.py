"""What was released stays: each kept state comes up to date whole, proves itself, and reads as it did.

A page that reads differently on purpose is recorded by `keep.py --changed` and looked at. Nothing else is ever recorded
anew: it is what people hold receipts of.
"""

import hashlib
import json
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from procurement.cli.migrations import revisions
from procurement.models.applications import Attachment
from procurement.services.vault import open_file
from procurement.services.verification import verify
from tests.parts.databases import Databases
from tests.released.corresponding import differences, taken
from tests.released.moves import guards, moves
from tests.released.releases import Opened, Release, all_releases, copies, proofs, table
from tests.released.text import difference
from workflows.reading import fingerprint

RELEASES = all_releases()
DATABASES = {"sqlite": (), "postgresql": pytest.mark.postgresql}
Restored = tuple[Release, Opened]


@pytest.fixture(params=RELEASES, ids=lambda release: release.name)
def release(request: pytest.FixtureRequest) -> Release:
    found: Release = request.param
    return found


@pytest.fixture(
    scope="module",
    params=[
        pytest.param((release, kind), marks=mark, id=f"{release.name}-{kind}")
        for release in RELEASES
        for kind, mark in DATABASES.items()
    ],
)
def restored(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Restored]:
    """A release on one database, brought to today's tables as `make run` does it."""
    release, kind = request.param
    copies = databases.of(kind)
    url = copies.make()
    with release.brought_up_to_date(url, tmp_path_factory.mktemp(release.name)) as house:
        yield release, house
    copies.drop(url)


def test_there_is_a_release() -> None:
    assert [release.name for release in RELEASES][:1] == ["2026-11-spine"]


def test_nothing_that_was_kept_is_altered_afterwards(release: Release) -> None:
    lines = (line.split("  ", 1) for line in (release.folder / "SHA256SUMS").read_text().splitlines())
    listed = {name: digest for digest, name in lines}
    files = [path for path in release.folder.rglob("*") if path.is_file() and path.parent.name != "changed"]
    found = {
        str(path.relative_to(release.folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.name != "SHA256SUMS"
    }
    assert found == listed


def test_its_database_comes_to_todays_tables(restored: Restored) -> None:
    now, newest = revisions(restored[1].ports.database.url)
    assert now == newest


def test_every_proof_holds_but_for_the_documents_that_were_left_out(restored: Restored) -> None:
    release, house = restored
    with house.ports.database.reading() as session:
        findings = verify(session, house.ports)
    assert [sentence for finding in findings for sentence in finding.broken] == [
        f"Document {row['kind']} {row['reference']}: its file is missing or was changed."
        for row in table(release.folder / "left-out.tsv")
    ]
    looked_at = {finding.what: finding.checked for finding in findings}
    before = {row["what"]: int(row["checked"]) for row in table(release.folder / "verified.tsv")}
    assert {what: min(looked_at.get(what, 0), count) for what, count in before.items()} == before


def test_nothing_that_was_promised_is_lost_or_changed(restored: Restored) -> None:
    release, house = restored
    kept = [(row["kind"], row["name"], row["digest"]) for row in table(release.folder / "proofs.tsv")]
    there = set(proofs(house.ports.database.url))
    assert [proof for proof in kept if proof not in there] == []


def test_every_file_that_somebody_sent_can_be_opened(restored: Restored) -> None:
    ports = restored[1].ports
    with ports.database.reading() as session:
        files = session.scalars(select(Attachment).order_by(Attachment.id)).all()
    sent = {file.ref: hashlib.sha256(b"".join(open_file(ports, file))).hexdigest() for file in files}
    assert sent == {file.ref: file.digest for file in files}
    assert len(sent) > 20


def test_every_page_reads_as_it_did_but_for_what_was_looked_at(restored: Restored) -> None:
    release, house = restored
    now = house.read(release.pages)
    changed = {page.key: difference(release.kept_text(page), now[page.key]) for page in release.pages}
    recorded = {page.key: release.recorded_change(page) for page in release.pages}
    surprises = {key: change for key, change in changed.items() if change != recorded[key]}
    assert surprises == {}, "\n".join(f"{key}\n{change or 'reads as it did'}" for key, change in surprises.items())


def test_its_calls_run_the_workflows_that_they_froze(restored: Restored) -> None:
    release, house = restored
    with house.ports.database.reading() as session:
        assert copies(session) == json.loads((release.folder / "workflows.json").read_text())


def test_every_frozen_copy_offers_the_same_moves_to_the_same_people(release: Release) -> None:
    frozen = json.loads((release.folder / "workflows.json").read_text())
    assert {fingerprint(plain) for plain in frozen.values()} == set(frozen)
    assert moves(frozen) == table(release.folder / "moves.tsv")


def test_a_copy_that_was_taken_before_there_were_stages_is_read_as_what_it_was(release: Release) -> None:
    """In the place where everything is today, the same person can make the same move in the same scenes."""
    for copies_of_a_call in taken(json.loads((release.folder / "workflows.json").read_text())):
        assert differences(copies_of_a_call) == []


def test_the_releases_of_before_stages_are_compared(release: Release) -> None:
    frozen = json.loads((release.folder / "workflows.json").read_text())
    subjects = [plain.get("subject") for plain in frozen.values()]
    assert len(list(taken(frozen))) == subjects.count("application")
    assert ("application" in subjects) is (release.about["head"] < "0015")


def test_every_released_guard_stands_where_it_stood(release: Release) -> None:
    assert guards(table(release.folder / "moves.tsv")) == table(release.folder / "guards.tsv")
