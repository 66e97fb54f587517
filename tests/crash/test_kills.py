"""Twenty random kills of web, worker, rendering child and Valkey while firms submit: nothing acknowledged is lost.

The service is the real one, started by `procurement up`; what is looked at afterwards is its database file and its
files, with no code of ours in between. Once the firms are in the first stage of a call, once in its second. CRASH_SEED
repeats a run's choices; CRASH_KILLS and CRASH_FIRMS change how many there are.
"""

import hashlib
import os
import random
import secrets
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from procurement import wiring
from procurement.cli import first_start
from procurement.config import PROJECT_ROOT, Config
from procurement.models.applications import Application
from procurement.models.calls import Call
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.rules.questions import Purpose
from tests.crash.applicant import Acknowledged, Applicant
from tests.crash.running import Running, Service, deck
from tests.parts import applications, calls, people, second_stage

KILLS = int(os.environ.get("CRASH_KILLS") or 20)
SEED = int(os.environ.get("CRASH_SEED") or secrets.randbelow(10**6))
FIRMS, PAUSE = (
    int(os.environ.get("CRASH_FIRMS") or 6),
    2.5,
)  # pauses keep the documents asked for below what two workers can make
SETTLED_WITHIN = 60.0
MOST_SECONDS = 150.0  # for all the kills together


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = Service(tmp_path)
    yield service
    service.stop()


def first_stage(ports: Ports) -> tuple[Call, list[tuple[Principal, Application]]]:
    """An open call, and complete drafts of some firms to it."""
    call = calls.published(ports)
    leads = [people.firm(ports, f"Firm {number}", f"lead{number}@firm.example") for number in range(FIRMS)]
    return call, [(lead, applications.written(ports, call, lead, firm)) for lead, firm in leads]


def prepared(service: Service, stage: str) -> list[Applicant]:
    """Complete drafts of some firms to an open stage, made through the services before the service starts."""
    config = Config.from_environment(service.environment)
    first_start.prepare(config, demonstration=True)
    ports = wiring.build(config)
    try:
        call, drafts = first_stage(ports) if stage == "first" else second_stage.invited(ports, FIRMS)
        key = next(each.key for each in applications.form(ports, call) if each.purpose is Purpose.TITLE)
        return [Applicant(service.port, lead.email, people.PASSWORD, draft.ref, key) for lead, draft in drafts]
    finally:
        ports.database.close()


def rows(service: Service, statement: str) -> list[tuple[object, ...]]:
    address = f"file:{service.data_dir / 'procurement.sqlite3'}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=10)) as database:
        return database.execute(statement).fetchall()


def waiting(service: Service) -> tuple[int, int]:
    """Documents and messages that still wait to be made and sent."""
    documents = rows(service, "SELECT count(*) FROM documents WHERE state = 'requested'")
    messages = rows(service, "SELECT count(*) FROM messages WHERE state = 'approved'")
    return int(str(documents[0][0])), int(str(messages[0][0]))


def settled_after(service: Service, since: float) -> float | None:
    """Seconds from `since` until nothing waits; None when that took too long."""
    while time.monotonic() - since < SETTLED_WITHIN:
        if waiting(service) == (0, 0):
            return time.monotonic() - since
        time.sleep(0.25)
    return None


def lost(service: Service, acknowledged: list[Acknowledged]) -> list[str]:
    """A sentence for each acknowledged submission that is not there exactly once as it was acknowledged."""
    found = rows(
        service,
        "SELECT s.press, a.ref, s.number, s.digest FROM submissions s JOIN applications a ON a.id = s.application_id",
    )
    count = Counter(row[0] for row in found)
    stored = {row[0]: row[1:] for row in found}
    wrong = [
        f"{each.ref}, submission {each.number}: {count[each.press]} rows, {stored.get(each.press)}"
        for each in acknowledged
        if count[each.press] != 1 or stored[each.press] != (each.ref, each.number, each.digest)
    ]
    twice = Counter(each.press for each in acknowledged)
    return wrong + [f"press {press} was acknowledged as two submissions" for press, n in twice.items() if n > 1]


def spoilt(service: Service) -> list[str]:
    """A sentence for each submission without one receipt and one message to its lead, each made and sent."""
    submissions = rows(service, "SELECT application_id, number FROM submissions")
    documents: dict[str, list[tuple[object, ...]]] = {}
    for key, *rest in rows(service, "SELECT key, state, digest, size FROM documents WHERE kind = 'receipt'"):
        documents.setdefault(str(key), []).append(tuple(rest))
    wrong = []
    for application, number in submissions:
        key = f"receipt:{application}:{number}"
        made = documents.pop(key, [])
        if len(made) != 1 or made[0][0] != "ready":
            wrong.append(f"{key}: {made}")
            continue
        digest = str(made[0][1])
        path = service.data_dir / "files" / digest[:2] / digest[2:4] / digest
        content = path.read_bytes() if path.exists() else b""
        if hashlib.sha256(content).hexdigest() != digest or len(content) != made[0][2]:
            wrong.append(f"{key}: its file is missing or another one")
    wrong += [f"{key}: a receipt without a submission" for key in documents]
    sent = rows(service, "SELECT count(*) FROM messages WHERE kind = 'submitted' AND state = 'sent'")[0][0]
    if sent != len(submissions):
        wrong.append(f"{sent} messages were sent about {len(submissions)} submissions")
    return wrong


@pytest.mark.timeout(420)
@pytest.mark.parametrize("stage", ["first", "second"])
def test_nothing_acknowledged_is_lost(service: Service, stage: str) -> None:
    chance = random.Random(SEED)
    print(f"\nCRASH_SEED={SEED} CRASH_KILLS={KILLS} repeats these choices, in the {stage} stage of a call", flush=True)
    firms = prepared(service, stage)
    service.start()
    for firm in firms:
        firm.sign_in()
        firm.submit_once(False)

    stop = threading.Event()
    threads = [
        threading.Thread(target=firm.keep_pressing, args=(stop, random.Random(f"{SEED}-{number}"), PAUSE))
        for number, firm in enumerate(firms)
    ]
    for thread in threads:
        thread.start()
    began = last = time.monotonic()
    killed: Counter[str] = Counter()
    try:
        for kind in deck(chance, KILLS):
            time.sleep(chance.uniform(0.3, 3.5))
            assert time.monotonic() - began < MOST_SECONDS, f"only {sum(killed.values())} kills: {killed}"
            name = service.kill_one(kind, chance)
            last = time.monotonic()
            killed[name] += 1
            print(f"  {last - began:5.1f} s: killed {name}", flush=True)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    settled = settled_after(service, time.monotonic())
    service.wait_until_ready(20)
    for firm in firms:
        firm.press_again()
    again = settled_after(service, time.monotonic())
    left: list[Running] = service.stop()
    proof = subprocess.run(
        [sys.executable, "-m", "procurement.cli", "verify"],
        cwd=PROJECT_ROOT,
        env=service.environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )

    acknowledged = [each for firm in firms for each in firm.acknowledged]
    odd = [each for firm in firms for each in firm.odd]
    losses, faults = lost(service, acknowledged), spoilt(service)
    all_rows = rows(service, "SELECT count(*) FROM submissions")[0][0]
    lines = [
        ("kills", f"{sum(killed.values())}: " + ", ".join(f"{n} {kind}" for kind, n in sorted(killed.items()))),
        ("submissions acknowledged", f"{len(acknowledged)}, in the database {all_rows}"),
        ("requests sent again", str(sum(firm.repeated for firm in firms))),
        ("acknowledged and lost, doubled or changed", str(len(losses))),
        ("receipts or messages missing, doubled or spoilt", str(len(faults))),
        ("answers that should not have come", str(len(odd))),
        ("settled after the last press", "not within 60 s" if settled is None else f"{settled:.1f} s"),
        ("procurement verify", f"exit code {proof.returncode}"),
        ("processes left running", str(len(left))),
    ]
    width = max(len(name) for name, _ in lines)
    print("\n".join(f"  {name:<{width}}  {value}" for name, value in lines), flush=True)

    if odd or settled is None:
        print(f"what the service said last:\n{service.log.read_text()[-3000:]}", flush=True)
    assert losses == []
    assert faults == []
    assert odd == []
    assert acknowledged
    assert settled is not None, f"still waiting: {waiting(service)}"
    assert again is not None
    assert proof.returncode == 0, proof.stdout + proof.stderr
    assert left == []
