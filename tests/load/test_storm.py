"""The last seconds before a deadline: two hundred firms press Submit within five of them, twenty more when it is past.

The service is the real one, started by `procurement up`, on each database in turn; the client runs on the same
cores. Each press comes from a browser that was signed in and had its check page open before. STORM_FIRMS changes how
many there are. What is looked at afterwards is every answer, every row, and the proofs.
"""

import math
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from procurement import wiring
from procurement.app import create_app
from procurement.cli import first_start
from procurement.config import PROJECT_ROOT, Config
from procurement.models.applications import Application
from procurement.models.calls import Call
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.rules.questions import Purpose
from tests.crash.applicant import Applicant, Form, Forms
from tests.crash.running import Service
from tests.parts import applications, calls, people, postgres, second_stage

FIRMS = int(os.environ.get("STORM_FIRMS") or 200)
LATE = max(1, FIRMS // 10)
SECONDS = 5.0  # in which all of them press
SLOWEST = 2.0  # seconds: the 99th percentile of a press
SEE_OTHER, GONE = 303, 410
MOVE = text("UPDATE stages SET closes_at = :at WHERE key = :key AND call_id = (SELECT id FROM calls WHERE ref = :ref)")
KEPT = (
    "SELECT a.ref FROM submissions s JOIN applications a ON a.id = s.application_id "
    "JOIN entries e ON e.id = s.entry_id JOIN stages t ON t.id = e.stage_id WHERE t.key = :key"
)

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(params=["sqlite", "postgresql"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Service]:
    if request.param == "sqlite":
        made = Service(tmp_path)
        yield made
        made.stop()
        return
    patch = pytest.MonkeyPatch()
    patch.setattr(postgres, "CARELESS", ())  # as PostgreSQL comes: commits reach the disk, a hundred connections
    server = postgres.ThrowawayPostgres()
    try:
        server.start()
    except postgres.NoPostgres as missing:
        pytest.skip(str(missing))
    server.make("storm")
    made = Service(tmp_path, DATABASE_URL=server.url("storm"))
    yield made
    made.stop()
    server.stop()
    patch.undo()


@dataclass
class Press:
    """One press: when it was to be made, counted from the beginning, and how it was answered."""

    applicant: Applicant
    at: float
    form: Form | None = None
    status: int = 0
    seconds: float = math.inf
    said: list[str] = field(default_factory=list)

    def prepare(self) -> None:
        """The check page, open in the browser."""
        self.form = Forms(self.applicant._page(f"/applications/{self.applicant.ref}/check")).having("press")

    def make(self, began: float) -> None:
        assert self.form is not None
        time.sleep(max(0.0, began + self.at - time.monotonic()))
        pressed = time.monotonic()
        self.status, where, _ = self.applicant._ask("POST", self.form.action, self.form.fields)
        self.seconds = time.monotonic() - pressed
        if self.status == SEE_OTHER:
            self.said.append(where)


def prepared(service: Service, stage: str) -> tuple[list[Applicant], str, str]:
    """Complete drafts to an open stage and signed-in browsers, made through the services before the service starts:
    the applicants, the reference of the call and the key of the stage."""
    config = replace(Config.from_environment(service.environment), password_cost=1)
    first_start.prepare(config, demonstration=True)
    ports: Ports = wiring.build(config)
    try:
        call, drafts = first_stage(ports) if stage == "first" else second_stage.invited(ports, FIRMS + LATE)
        app = create_app(config, ports)
        key = next(each.key for each in applications.form(ports, call) if each.purpose is Purpose.TITLE)
        made = []
        for lead, draft in drafts:
            browser: Any = people.signed_in(app, ports, lead)
            cookies = {each.key: each.value for each in browser._cookies.values()}
            made.append(Applicant(service.port, lead.email, people.PASSWORD, draft.ref, key, cookies))
        return made, call.ref, calls.stage_of(ports, call).key
    finally:
        ports.database.close()  # type: ignore[attr-defined]


def first_stage(ports: Ports) -> tuple[Call, list[tuple[Principal, Application]]]:
    """An open call, and complete drafts of all firms to it."""
    call, drafts = calls.published(ports), []
    for number in range(FIRMS + LATE):
        lead, firm = people.firm(ports, f"Firm {number}", f"lead{number}@firm.example")
        drafts.append((lead, applications.written(ports, call, lead, firm)))
    return call, drafts


def in_parallel(acts: list[Any], most: int | None = None) -> None:
    gate = threading.Semaphore(most or len(acts))

    def run(act: Any) -> None:
        with gate:
            act()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def rows(engine: Engine, statement: str, **values: Any) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(text(statement), values).all())


@pytest.mark.parametrize("stage", ["first", "second"])
def test_a_deadline(service: Service, stage: str) -> None:
    chance = random.Random(7)
    firms, ref, key = prepared(service, stage)
    service.start()
    config = Config.from_environment(service.environment)
    engine = create_engine(config.database_url)
    presses = [Press(firm, chance.uniform(0, SECONDS)) for firm in firms[:FIRMS]]
    late = [Press(firm, SECONDS + chance.uniform(0.5, 2.0)) for firm in firms[FIRMS:]]
    in_parallel([press.prepare for press in presses + late], most=8)
    assert all(press.form is not None for press in presses + late)

    # the deadline is moved to just behind the storm: nobody can wait for a real one
    closes = datetime.now(UTC) + timedelta(seconds=SECONDS + 1.5)
    with engine.begin() as connection:
        said = closes.isoformat(sep=" ") if engine.dialect.name == "postgresql" else f"{closes:%Y-%m-%d %H:%M:%S.%f}"
        assert connection.execute(MOVE, {"at": said, "ref": ref, "key": key}).rowcount == 1
    began = time.monotonic() + 0.5
    for press in late:
        press.at += 1.5
    in_parallel([lambda press=press: press.make(began) for press in presses + late])

    answered = Counter(press.status for press in presses)
    late_answered = Counter(press.status for press in late)
    taken = sorted(press.seconds for press in presses)
    p99 = taken[math.ceil(len(taken) * 0.99) - 1]
    submissions = rows(engine, KEPT, key=key)
    count = Counter(str(row[0]) for row in submissions)
    acknowledged = {press.applicant.ref for press in presses + late if press.status == SEE_OTHER}
    misses = rows(engine, "SELECT count(*) FROM near_misses")[0][0]
    lines = [
        ("database, stage of the call", f"{engine.dialect.name}, {stage}"),
        ("presses in time, answered", f"{FIRMS}: {dict(answered)}"),
        ("presses too late, answered", f"{LATE}: {dict(late_answered)}"),
        ("submissions kept, near misses kept", f"{len(submissions)}, {misses}"),
        ("a press takes (median, 99 %, longest)", f"{statistics.median(taken):.2f} s, {p99:.2f} s, {taken[-1]:.2f} s"),
        ("sent again", str(sum(firm.repeated for firm in firms))),
    ]
    width = max(len(name) for name, _ in lines)
    print("\n" + "\n".join(f"  {name:<{width}}  {value}" for name, value in lines), flush=True)
    engine.dispose()
    service.stop()
    proof = subprocess.run(
        [sys.executable, "-m", "procurement.cli", "verify"],
        cwd=PROJECT_ROOT,
        env=service.environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert answered == {SEE_OTHER: FIRMS}  # nobody who was in time is refused
    assert late_answered == {GONE: LATE}  # and nobody who was not is taken
    assert acknowledged == set(count)
    assert set(count.values()) == {1}
    assert misses == LATE
    assert proof.returncode == 0, proof.stdout + proof.stderr
    assert p99 <= SLOWEST
