"""What acts on a whole call and the pages about one cost: with the bounds that are promised for them.

Processor time of this process, best of three rounds for the pages; the database works beside it. Each figure stands
beside that of a quarter of the applications: what grows in line is about four times as much.
"""

import gc
import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import inspect as sa_inspect
from sqlalchemy.orm import Session

from procurement.app import create_app
from procurement.config import Config
from procurement.models.calls import Call
from procurement.models.stages import Question
from procurement.queries import calls as calls_queries
from procurement.rules.ports import Ports
from procurement.services import assessment as assessing
from procurement.services import calls as call_services
from procurement.services import criteria
from procurement.services.act import Act, perform
from tests.benchmarks.measuring import markdown
from tests.parts import assessment, calls, many, people
from tests.parts.statements import statements
from tests.parts.visitors import Visitor
from tests.services.test_whole_call import Press, approved, opened, told

pytestmark = [pytest.mark.timeout(900), pytest.mark.both_databases]
ACTS: dict[str, tuple[Callable[[Ports, int], Press], int, float]] = {  # how many, and within how many seconds
    "telling": (told, 1_000, 4),
    "approving": (approved, 1_000, 10),
    "opening": (opened, 10_000, 10),
}
BIDS, READERS, CRITERIA = 2_000, 5, 10
PAGE_SECONDS, PAGE_BYTES = 0.6, 300_000


@pytest.fixture(scope="module")
def lines() -> Iterator[list[tuple[str, ...]]]:
    lines: list[tuple[str, ...]] = []
    yield lines
    head = ("what", "of", "statements", "processor time", "of a quarter", "ratio", "size")
    print(f"\n\n{markdown(head, sorted(lines))}\n", flush=True)


def taken(ports: Ports, press: Press) -> tuple[int, float]:
    """Statements and seconds of the processor."""
    found = []

    def timed() -> None:
        began = time.process_time()
        press()
        found.append(time.process_time() - began)

    gc.collect()
    counted = statements(ports, timed)
    return counted, found[0]


@pytest.mark.parametrize("act", ACTS)
def test_an_act_on_all(act: str, ports: Ports, lines: list[tuple[str, ...]]) -> None:
    made, size, most = ACTS[act]
    _fewer, quarter = taken(ports, made(ports, size // 4))
    counted, whole = taken(ports, made(ports, size))
    where = "SQLite" if ports.database.sqlite else "PostgreSQL"
    ratio = f"{whole / quarter:.1f}"
    lines.append((f"{act}, {where}", f"{size:,}", str(counted), f"{whole:.2f} s", f"{quarter:.2f} s", ratio, ""))
    assert whole <= most


def with_criteria(ports: Ports, many: int) -> Call:
    """A published call with so many criteria of equal weight."""
    draft, officer, now = calls.drafted(ports), calls.officer(ports), ports.clock.now()

    def add(session: Session) -> None:
        stage = calls.newest(session, draft)
        for number in range(many - len(calls_queries.criteria_of(session, stage.id))):
            criteria.add_criterion(Act(session, ports, officer, now), stage.id, f"What else counts ({number})", 10)
        first, *others = calls_queries.criteria_of(session, stage.id)
        for row in (first, *others):
            row.weight, row.description, row.words = 100 // many, first.description, first.words
        form = calls_queries.questions_of(session, stage.id)
        like = next(each for each in form if each.criterion)
        kept = {each.key: getattr(like, each.key) for each in sa_inspect(Question).column_attrs}
        for number, row in enumerate(others, len(form) + 1):
            if row.key not in {each.criterion for each in form}:
                own = {"id": None, "key": f"more{number}", "position": number, "criterion": row.key}
                session.add(Question(**(kept | own)))

    ports.database.write(add)
    call = calls.reviewed(ports, draft)
    perform(ports, calls.approver(ports), now, call_services.approve_and_publish, call.id, seen=call.version)
    return calls.read(ports, call.id)


def of_many(ports: Ports, *, locked: bool) -> Call:
    published = with_criteria(ports, CRITERIA)
    call = assessment.in_assessment(ports, assessment.opened(ports, assessment.bids_in(ports, published, firms=3)))
    readers = assessment.assessors(ports, READERS)
    assessment.assigned(ports, call, readers)
    assessment.marked(ports, call, submit=True)
    if locked:
        perform(ports, calls.officer(ports), ports.clock.now(), assessing.lock_marks, calls.stage_of(ports, call).id)
    many.more(ports, call, BIDS - 3)
    return call


@pytest.mark.parametrize("page", ["progress", "assign", "ranking"])
def test_a_page_of_all(page: str, config: Config, ports: Ports, lines: list[tuple[str, ...]]) -> None:
    call = of_many(ports, locked=page == "ranking")
    app: Flask = create_app(config, ports)
    app.testing, app.test_client_class = True, Visitor
    visitor = people.signed_in(app, ports, calls.officer(ports))
    address = f"/manage/calls/{call.ref}/stages/application/{page}"
    answer = visitor.get(address)
    assert answer.status_code == 200
    rounds = [taken(ports, lambda: visitor.get(address)) for _ in range(3)]
    counted, least = rounds[0][0], min(seconds for _, seconds in rounds)
    where = "SQLite" if ports.database.sqlite else "PostgreSQL"
    size = f"{len(answer.data) / 1000:.0f} kB"
    lines.append((f"{page} page, {where}", f"{BIDS:,}", str(counted), f"{least:.2f} s", "", "", size))
    assert least <= PAGE_SECONDS
    assert len(answer.data) <= PAGE_BYTES
