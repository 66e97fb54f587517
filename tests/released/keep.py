"""Keep today's demonstration as a released state; run by hand, from the code that is released (README.md says when).

    python -m tests.released.keep 2026-11-spine             makes the folder, which holds nothing yet but pages.tsv
    python -m tests.released.keep 2026-11-spine --changed   records in `changed/` how its pages read today, for review

The same code gives the same bytes: the clock stands, chance is the seed's own, and so is the salt of the password.
"""

import argparse
import hashlib
import io
import json
import lzma
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

import assets
from procurement import wiring
from procurement.adapters.passwords import Argon2
from procurement.cli.migrations import revisions, upgrade
from procurement.config import PROJECT_ROOT
from procurement.models.documents import Document
from procurement.seeding.city import seed
from procurement.services import installation
from procurement.services.verification import verify
from tests.parts.city import PASSWORD, configuration
from tests.parts.clock import StandingClock
from tests.parts.network import refuse_network
from tests.parts.postgres import ThrowawayPostgres
from tests.released.moves import guards, moves
from tests.released.releases import PLACE, Opened, Release, copies, opened, proofs
from tests.released.text import difference

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # two days into the standstill of one call
SECRET = "the secret of a demonstration that was released"  # public: it signs nobody in anywhere
SALT = b"a thousand trades"
CODE = ("procurement", "workflows", "templates", "migrations")
ABOUT = """\
# Written by keep.py; README.md in the folder above says what lies here.
subject = "{subject}"
head = "{head}"
commit = "{commit}"
scale = "small"
at = {at}
secret_key = "{secret}"
password = "{password}"
base_url = "http://localhost"
"""


class SameSalt(Argon2):
    """Passwords of the demonstration, hashed to the same bytes every time."""

    def hash(self, password: str) -> str:
        return PasswordHasher(time_cost=1, memory_cost=1024).hash(password, salt=SALT)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("name", help="the folder: month and subject of the release, as in 2026-11-spine")
    parser.add_argument("--changed", action="store_true", help="record how the pages of a kept release read today")
    given = parser.parse_args()
    refuse_network()
    assets.build()
    release = Release(PLACE / given.name)
    if given.changed:
        record_changes(release)
    elif (release.folder / "about.toml").exists():
        sys.exit(f"{given.name} was kept already: what is released stays as it is.")
    elif not (release.folder / "pages.tsv").exists():
        sys.exit(f"Write {given.name}/pages.tsv first: copy that of the release before, and add what is new.")
    elif edited := said("git", "status", "--porcelain", *CODE):
        sys.exit(f"Commit first, so that what is kept is what is released:\n{edited}")
    else:
        keep(release)


def keep(release: Release) -> None:
    """Make the demonstration on both databases, see that they are the same and sound, and write it down."""
    with tempfile.TemporaryDirectory(prefix="released-") as name, throwaway() as server:
        place = Path(name)
        urls = {"sqlite": f"sqlite:///{place / 'made.sqlite3'}", "postgresql": server.url("made")}
        server.make("made")
        found = []
        for kind, url in urls.items():
            print(f"making the demonstration on {kind}", flush=True)
            files = place / f"{kind}-files"
            make(url, files)
            with opened(configuration(url, files), AT) as house:
                found.append((proofs(url), *described(house), stored(files)))
        if found[0] != found[1]:
            sys.exit("The two databases hold different demonstrations.")
        proved, checked, frozen, left_out, _ = found[0]
        folder = release.folder
        write_table(folder / "proofs.tsv", [dict(zip(("kind", "name", "digest"), row, strict=True)) for row in proved])
        write_table(folder / "verified.tsv", checked)
        write_table(folder / "left-out.tsv", left_out)
        (folder / "workflows.json").write_text(json.dumps(frozen, indent=1, ensure_ascii=False) + "\n")
        offered = moves(frozen)
        write_table(folder / "moves.tsv", offered)
        write_table(folder / "guards.tsv", guards(offered))
        pack(folder / "files.tar.xz", place / "sqlite-files", {row["digest"] for row in left_out})
        pressed(folder / "sqlite.xz", vacuumed(place / "made.sqlite3"))
        pressed(folder / "postgresql.sql.xz", dumped(server))
        (folder / "about.toml").write_text(
            ABOUT.format(
                subject=release.name.partition("-")[2].partition("-")[2],
                head=revisions(urls["sqlite"])[0],
                commit=said("git", "rev-parse", "HEAD"),
                at=AT.isoformat(),
                secret=SECRET,
                password=PASSWORD,
            )
        )
        read = read_now(release, server, place)
    (folder / "pages").mkdir()
    for key, words in read.items():
        (folder / "pages" / f"{key}.txt").write_text(words)
    write_digests(folder)
    print(f"{release.name}: {sum(path.stat().st_size for path in folder.rglob('*.*')):,} bytes")


def make(url: str, files: Path) -> None:
    """The small city in a new database, at the instant of the release."""
    upgrade(url)
    ports = replace(wiring.build(configuration(url, files)), clock=StandingClock(AT), passwords=SameSalt(cost=1))
    try:
        ports.database.write(lambda session: installation.set_up(session, demonstration=True, now=AT))
        seed(ports, PASSWORD, AT)
    finally:
        ports.renderer.close()  # type: ignore[attr-defined]
        ports.database.close()


def described(house: Opened) -> tuple[list[dict[str, str]], dict[str, object], list[dict[str, str]]]:
    """What `verify` looked at, the frozen workflows, and the documents; stops where a proof does not hold."""
    with house.ports.database.reading() as session:
        findings = verify(session, house.ports)
        frozen = copies(session)
        documents = listed(session)
    if broken := [sentence for finding in findings for sentence in finding.broken]:
        sys.exit("\n".join(broken))
    return [{"what": each.what, "checked": str(each.checked)} for each in findings], frozen, documents


def listed(session: Session) -> list[dict[str, str]]:
    """The documents whose bytes are left out."""
    rows = session.scalars(select(Document).where(Document.state == "ready").order_by(Document.id))
    return [
        {"kind": row.kind, "reference": row.reference, "digest": row.digest or "", "size": str(row.size)}
        for row in rows
    ]


def read_now(release: Release, server: ThrowawayPostgres, place: Path) -> dict[str, str]:
    """The text of each page today, the same on both databases."""
    server.make("restored")
    texts = []
    for url in (f"sqlite:///{place / 'restored.sqlite3'}", server.url("restored")):
        print(f"reading its pages on {url.partition(':')[0]}", flush=True)
        with release.brought_up_to_date(url, place / f"data-{len(texts)}") as house:
            texts.append(house.read(release.pages))
    for key in texts[0]:
        if texts[0][key] != texts[1][key]:
            sys.exit(f"{key} is not the same on both databases:\n{difference(texts[0][key], texts[1][key])}")
        if texts[0][key].strip().isdigit():
            print(f"{key}: {texts[0][key].strip()}")
    return texts[0]


def record_changes(release: Release) -> None:
    """Write down how each page reads differently today; whoever commits it has looked at each."""
    with tempfile.TemporaryDirectory(prefix="released-") as name, throwaway() as server:
        now = read_now(release, server, Path(name))
    changed = release.folder / "changed"
    shutil.rmtree(changed, ignore_errors=True)
    for page in release.pages:
        if found := difference(release.kept_text(page), now[page.key]):
            changed.mkdir(exist_ok=True)
            (changed / f"{page.key}.diff").write_text(found)
            print(f"--- {page.key}\n{found}")


@contextmanager
def throwaway() -> Iterator[ThrowawayPostgres]:
    server = ThrowawayPostgres()
    server.start()
    try:
        yield server
    finally:
        server.stop()


def vacuumed(path: Path) -> bytes:
    """An SQLite database as one file without empty pages."""
    clean = path.with_suffix(".clean")
    connection = sqlite3.connect(path)
    connection.execute("VACUUM INTO ?", (str(clean),))
    connection.close()
    return clean.read_bytes()


def dumped(server: ThrowawayPostgres) -> bytes:
    """A PostgreSQL database as statements that any later server takes, from any program: no orders to psql in it."""
    shape = ("--inserts", "--rows-per-insert=200", "--no-owner", "--no-privileges", "--encoding=UTF8")
    dump = said("pg_dump", *shape, server.url("made").replace("+psycopg", ""))
    return "".join(
        f"{line}\n" for line in dump.split("\n") if not line.startswith(("\\restrict ", "\\unrestrict "))
    ).encode()


def stored(files: Path) -> list[str]:
    return sorted(path.name for path in files.rglob("*") if path.is_file())


def pack(target: Path, files: Path, left_out: set[str]) -> None:
    """The stored files but those that are left out, by their names and with nothing of this machine in it."""
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as archive:
        for path in sorted(path for path in files.rglob("*") if path.is_file() and path.name not in left_out):
            entry = tarfile.TarInfo(str(path.relative_to(files)))
            entry.size = path.stat().st_size
            archive.addfile(entry, io.BytesIO(path.read_bytes()))
    pressed(target, whole.getvalue())


def pressed(target: Path, content: bytes) -> None:
    target.write_bytes(lzma.compress(content, preset=9 | lzma.PRESET_EXTREME))


def write_table(path: Path, rows: Iterable[dict[str, str]]) -> None:
    lines = list(rows)
    path.write_text("".join("\t".join(values) + "\n" for values in ([*lines[0]], *(row.values() for row in lines))))


def write_digests(folder: Path) -> None:
    """One line for each file, as `sha256sum --check` reads them."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "SHA256SUMS"
    ]
    (folder / "SHA256SUMS").write_text("".join(lines))


def said(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=PROJECT_ROOT).stdout.rstrip("\n")


if __name__ == "__main__":
    main()
