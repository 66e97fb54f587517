"""The row is the request: whatever happens to Redis or to a worker, each document and message is done, once."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import func, select

from procurement.adapters.mail import OutboxMailer, SmtpMailer
from procurement.config import PROJECT_ROOT, Config
from procurement.jobs import documents as document_jobs
from procurement.jobs import messages as message_jobs
from procurement.jobs import sweep
from procurement.models.documents import Document
from procurement.models.messages import Message
from procurement.models.people import SignIn, Token, UnsentForm
from procurement.rules.permissions import SYSTEM, Principal
from procurement.rules.ports import Ports
from procurement.services import delivery, documents, messages, rendering
from procurement.services import people as accounts
from procurement.services.about import About
from procurement.services.act import Act, perform
from procurement.services.people import unsent_forms
from procurement.services.refusal import Refusal
from tests.adapters.document_samples import CONTENTS
from tests.parts import calls, people
from tests.parts.clock import StandingClock
from tests.parts.smtp import Catcher
from tests.parts.waiting import HANGS, WITHIN, until

SHEET = CONTENTS["award_sheet"]
NOBODY = Principal(name="the tests")


def ask(ports: Ports, key: str = "award_sheet-1", content: object = SHEET) -> int:
    """Ask for an award sheet; its id."""

    def asking(session: object) -> int:
        row = documents.request(
            Act(session, ports, NOBODY, ports.clock.now()),
            "award_sheet",
            key,
            content,
            reference="BCC-2027-0012",
            about=About(),
        )
        return row.id

    return ports.database.write(asking)


def tell(ports: Ports, key: str = "outcome-1", *, approved: bool = True) -> int:
    """Stage a message; its id."""
    fields = {
        "reference": "BCC-2027-0012",
        "call": "Warm homes",
        "noun": "application",
        "stage": "",
        "going_on": "",
        "link": "/applications/BCC-2027-0012",
    }
    return perform(
        ports,
        SYSTEM,
        ports.clock.now(),
        messages.stage,
        "outcome_ready",
        key,
        fields,
        address="zoe@firm.example",
        approved=approved,
    ).id


def document(ports: Ports, document_id: int) -> Document:
    with ports.database.reading() as session:
        return session.get_one(Document, document_id)


def message(ports: Ports, message_id: int) -> Message:
    with ports.database.reading() as session:
        return session.get_one(Message, message_id)


def swept(ports: Ports) -> int | None:
    return sweep.sweep(ports, "the tests")


def flush(config: Config) -> None:
    with Redis.from_url(config.redis_url) as connection:
        connection.flushall()


# asking


def test_asking_twice_gives_the_same_row_and_the_row_says_everything(ports: Ports, clock: StandingClock) -> None:
    first = ask(ports)
    clock.forward(days=1)
    assert ask(ports) == first
    row = document(ports, first)
    assert (row.state, row.public, row.template, row.attempts, row.title) == ("requested", True, "2", 0, "Award sheet")
    assert row.content["requested"] == "Monday 1 March 2027 at 9am (UK time)"
    assert row.content["verify_url"] == f"http://localhost/verify?code={row.code}"
    assert row.content["code"].replace("-", "") == row.code
    with ports.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Document)) == 1


def test_a_content_may_wait_for_the_chain(ports: Ports, work: Callable[[], int]) -> None:
    asked = ask(ports, content=lambda session: replace(SHEET, purpose="said at the end"))  # type: ignore[call-arg, type-var]
    assert document(ports, asked).content["purpose"] == "said at the end"


def test_a_kind_cannot_say_what_another_says(ports: Ports) -> None:
    with pytest.raises(ValueError, match="a award_sheet cannot say what a receipt says"):
        ask(ports, content=CONTENTS["receipt"])
    with ports.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Document)) == 0


# made in the background


def test_a_document_is_made_by_a_worker_and_can_be_made_again_with_the_same_bytes(
    ports: Ports, work: Callable[[], int]
) -> None:
    asked = ask(ports)
    assert work() == 1
    row = document(ports, asked)
    made = ports.files.get(str(row.digest))
    assert (row.state, row.size, row.made_at, row.error, row.lease_until) == (
        "ready",
        len(made),
        ports.clock.now(),
        "",
        None,
    )
    assert ports.renderer.document(row.kind, row.content, row.key) == made
    assert document_jobs.make(ports, asked) is False
    assert document(ports, asked).attempts == 1


def test_a_flushed_redis_loses_nothing(
    ports: Ports, config: Config, clock: StandingClock, work: Callable[[], int]
) -> None:
    asked = [ask(ports, f"award_sheet-{number}") for number in range(3)]
    told = tell(ports)
    flush(config)
    assert work() == 0
    assert swept(ports) == 0  # they were asked for a moment ago: somebody may still hear the bell
    clock.forward(seconds=11)
    assert swept(ports) == 4
    work()
    assert [document(ports, each).state for each in asked] == ["ready"] * 3
    assert message(ports, told).attempts == 1


def test_a_claim_that_was_left_behind_is_taken_again_when_its_lease_has_ended(
    ports: Ports, clock: StandingClock, work: Callable[[], int]
) -> None:
    """As after a kill between claim and finish."""
    asked = ask(ports)
    lost = ports.database.write(lambda session: rendering.claim(session, asked, at=clock.unshifted()))
    assert lost is not None
    work()
    assert document(ports, asked).state == "requested"  # somebody may still work on it
    clock.forward(seconds=39)
    assert swept(ports) == 0
    clock.forward(seconds=1)
    assert swept(ports) == 1
    work()
    row = document(ports, asked)
    assert (row.state, row.attempts) == ("ready", 2)
    late = rendering.Made(digest="0" * 64, size=1)
    ended = perform(ports, SYSTEM, clock.now(), rendering.finish, lost, late)
    assert (ended, document(ports, asked).digest) == (False, row.digest)


def test_two_workers_never_hold_the_same_document(ports: Ports, clock: StandingClock) -> None:
    asked = ask(ports)
    claims = [
        ports.database.write(lambda session: rendering.claim(session, asked, at=clock.unshifted())) for _ in range(3)
    ]
    assert [claim is not None for claim in claims] == [True, False, False]


def test_a_document_that_cannot_be_made_is_tried_three_times_then_shown_and_can_be_tried_again(
    ports: Ports, clock: StandingClock, work: Callable[[], int]
) -> None:
    asked = ask(ports, content=replace(SHEET, purpose="x" * 60_001))  # type: ignore[call-arg, type-var]
    work()
    for pause in (5, 20):
        assert document(ports, asked).state == "requested"
        clock.forward(seconds=pause - 1)
        assert swept(ports) == 0
        clock.forward(seconds=1)
        assert swept(ports) == 1
        work()
    row = document(ports, asked)
    assert (row.state, row.attempts) == ("failed", 3)
    assert row.error == "A text in this document is longer than 60,000 characters."
    clock.forward(days=1)
    assert swept(ports) == 0
    ports.database.write(lambda session: mend(session, asked))
    perform(ports, NOBODY, clock.now(), rendering.retry, asked)
    work()
    row = document(ports, asked)
    assert (row.state, row.attempts, row.error) == ("ready", 4, "")
    with pytest.raises(Refusal, match="did not fail"):
        perform(ports, NOBODY, clock.now(), rendering.retry, asked)


def mend(session: object, document_id: int) -> None:
    """As an operator would not: the test's way to make the cause of a failure go away."""
    row = session.get_one(Document, document_id)  # type: ignore[attr-defined]
    row.content = row.content | {"purpose": "short"}


def test_a_disk_that_is_full_is_a_reason_that_people_can_read(
    ports: Ports, clock: StandingClock, work: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    asked = ask(ports)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        work()
        for _ in range(2):
            clock.forward(seconds=30)
            swept(ports)
            work()
    assert document(ports, asked).error == "The document could not be stored (No space left on device)."


@pytest.mark.timeout(HANGS)
def test_a_worker_that_is_killed_while_it_renders_leaves_one_document_with_one_digest(
    config: Config, ports: Ports, clock: StandingClock, work: Callable[[], int]
) -> None:
    asked = [ask(ports, f"award_sheet-{number}") for number in range(4)]
    worker = start_worker(config)
    until(lambda: any(document(ports, each).attempts for each in asked))
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    clock.set(ports.clock.unshifted() + timedelta(days=365 * 3))  # leases were written by a worker with the real time
    for _ in range(3):
        swept(ports)
        work()
        clock.forward(seconds=60)
    rows = [document(ports, each) for each in asked]
    assert [row.state for row in rows] == ["ready"] * 4
    for row in rows:
        assert hashlib.sha256(ports.renderer.document(row.kind, row.content, row.key)).hexdigest() == row.digest


def start_worker(config: Config) -> "subprocess.Popen[bytes]":
    """A worker process of its own on the same database, Redis and files."""
    environment = {
        **os.environ,
        "DATABASE_URL": config.database_url,
        "REDIS_URL": config.redis_url,
        "STORAGE_URL": config.storage_url,
        "DATA_DIR": str(config.data_dir),
        "SECRET_KEY": config.secret_key,
        "BASE_URL": config.base_url,
    }
    return subprocess.Popen(
        [sys.executable, "-c", "from procurement import worker; worker.main()"],
        cwd=PROJECT_ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.timeout(HANGS)
def test_a_worker_is_known_to_live_and_ends_in_order(config: Config, ports: Ports) -> None:
    from datetime import UTC, datetime

    from procurement.adapters.queue import connect, working

    asked = ask(ports)
    worker = start_worker(config)
    try:
        until(lambda: document(ports, asked).state == "ready")
        with connect(config.redis_url) as connection:
            assert working(connection, datetime.now(UTC)) == 1
            assert working(connection, datetime.now(UTC) + timedelta(minutes=10)) == 0
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=WITHIN) == 0
        with connect(config.redis_url) as connection:
            assert working(connection, datetime.now(UTC)) == 0
    finally:
        worker.kill()
        worker.wait()


# the sweep


def test_one_process_sweeps_and_another_goes_on_when_it_is_gone(ports: Ports, clock: StandingClock) -> None:
    assert sweep.sweep(ports, "one") == 0
    assert sweep.sweep(ports, "two") is None
    clock.forward(seconds=19)
    assert sweep.sweep(ports, "one") == 0
    clock.forward(seconds=20)
    assert sweep.sweep(ports, "two") == 0
    assert sweep.sweep(ports, "one") is None
    ports.database.write(lambda session: sweep.let_go(session, "two"))
    assert sweep.sweep(ports, "one") == 0


def test_the_sweep_does_not_ring_into_a_long_line(ports: Ports, config: Config, clock: StandingClock) -> None:
    for number in range(sweep.SHORT_LINE):
        ask(ports, f"award_sheet-{number}")
    clock.forward(minutes=5)
    assert swept(ports) == 0
    flush(config)
    assert swept(ports) == sweep.SHORT_LINE
    assert swept(ports) == 0


# messages


def test_a_message_goes_once_with_one_link(ports: Ports, smtp: Catcher, clock: StandingClock) -> None:
    sending = replace(ports, mailer=SmtpMailer(smtp.url, "no-reply@trades.example"))
    told = tell(sending)
    assert tell(sending) == told
    assert message_jobs.send(sending, told) is True
    assert message_jobs.send(sending, told) is False
    row = message(ports, told)
    assert (row.state, row.sent_at, row.error) == ("sent", clock.now(), "")
    [arrived] = smtp.postbox.messages
    assert (arrived["To"], arrived["Subject"]) == ("zoe@firm.example", "BCC-2027-0012: the outcome is there")
    assert "http://localhost/applications/BCC-2027-0012" in arrived.get_content()


@pytest.mark.parametrize("shown", [False, True], ids=["sent by mail", "read on the outbox page"])
def test_a_message_that_has_gone_lets_nobody_in(ports: Ports, smtp: Catcher, clock: StandingClock, shown: bool) -> None:
    mailer = OutboxMailer("no-reply@trades.example") if shown else SmtpMailer(smtp.url, "no-reply@trades.example")
    sending = replace(ports, mailer=mailer)
    fields = {"link": "/password/kX9-secret_0", "expires": "Friday"}
    key = perform(
        ports, SYSTEM, clock.now(), messages.stage, "password_reset", "reset:1", fields, address="zoe@firm.example"
    ).id
    assert "/password/kX9-secret_0" in message(ports, key).body
    assert message_jobs.send(sending, key) is True
    assert ("/password/kX9-secret_0" in message(ports, key).body) is shown
    assert ("http://localhost/password/…" in message(ports, key).body) is not shown
    if not shown:
        assert "/password/kX9-secret_0" in smtp.postbox.messages[0].get_content()


def test_what_has_had_its_time_is_removed_and_nothing_else(ports: Ports, clock: StandingClock) -> None:
    lead = people.person(ports, "ana@firm.example")
    firm = people.organisation(ports, "Aston Sensors", lead)

    def traces(session: object) -> None:
        at = clock.unshifted()
        accounts.begin_sign_in(Act(session, ports, SYSTEM, ports.clock.now()), lead.id)  # type: ignore[arg-type]
        accounts.invite(Act(session, ports, people.OPERATOR, at), firm.id, "bo@firm.example", "viewer")  # type: ignore[arg-type]
        unsent_forms.keep(
            Act(session, ports, SYSTEM, ports.clock.now()), unsent_forms.TypedForm("/a", "/a", ()), person_id=lead.id
        )  # type: ignore[arg-type]

    def left() -> list[int]:
        with ports.database.reading() as session:
            return [
                session.scalar(select(func.count()).select_from(table)) or 0 for table in (SignIn, Token, UnsentForm)
            ]

    ports.database.write(traces)
    first = left()
    assert sweep.tidy(ports) == 0
    assert left() == first
    clock.forward(hours=25)
    assert sweep.tidy(ports) == 1  # what was typed is kept for a day
    clock.forward(days=29)
    perform(ports, SYSTEM, ports.clock.now(), accounts.begin_sign_in, lead.id)
    assert sweep.tidy(ports) == first[0]  # nobody has been seen there for a month
    clock.forward(days=7)
    assert sweep.tidy(ports) == first[1]  # the links stopped working a month ago
    assert left() == [1, 0, 0]


def test_a_staged_message_waits_until_it_is_approved(ports: Ports, smtp: Catcher, clock: StandingClock) -> None:
    sending = replace(ports, mailer=SmtpMailer(smtp.url, "no-reply@trades.example"))
    told = tell(sending, approved=False)
    clock.forward(days=1)
    assert swept(ports) == 0
    assert message_jobs.send(sending, told) is False
    assert perform(sending, SYSTEM, clock.now(), messages.approve, [told]) == 1
    assert perform(sending, SYSTEM, clock.now(), messages.approve, [told]) == 0
    assert message_jobs.send(sending, told) is True
    assert len(smtp.postbox.messages) == 1


def test_a_message_that_is_refused_is_tried_five_times_with_its_reason_then_given_up(
    ports: Ports, smtp: Catcher, clock: StandingClock
) -> None:
    smtp.postbox.refused.add("zoe@firm.example")
    sending = replace(ports, mailer=SmtpMailer(smtp.url, "no-reply@trades.example"))
    told = tell(sending)
    for tries in range(1, 6):
        message_jobs.send(sending, told)
        row = message(ports, told)
        assert (row.attempts, row.state) == (tries, "approved" if tries < 5 else "failed")
        assert row.error == "The mail server does not accept this recipient."
        clock.forward(hours=1)
    smtp.postbox.refused.clear()
    perform(sending, NOBODY, clock.now(), delivery.retry, told)
    assert message_jobs.send(sending, told) is True
    assert message(ports, told).state == "sent"


def test_an_answer_to_a_message_goes_to_the_call_or_to_the_help_address(ports: Ports, smtp: Catcher) -> None:
    sending = replace(ports, mailer=SmtpMailer(smtp.url, "no-reply@trades.example"))
    call = calls.published(ports)
    about_nothing, about_a_call = tell(sending), tell(sending, "told-again")
    ports.database.write(lambda session: setattr(session.get_one(Message, about_a_call), "call_id", call.id))
    for told in (about_nothing, about_a_call):
        assert message_jobs.send(sending, told) is True
    assert [each["Reply-To"] for each in smtp.postbox.messages] == ["help@thousand-trades.example", call.contact]


def test_a_message_whose_sending_was_not_noted_is_sent_again_under_the_same_name(
    ports: Ports, smtp: Catcher, clock: StandingClock
) -> None:
    """Between the server's yes and our note there is no way to be sure: so the repeat can be recognised."""
    sending = replace(ports, mailer=SmtpMailer(smtp.url, "no-reply@trades.example"))
    told = tell(sending)
    lost = ports.database.write(lambda session: delivery.claim(session, told, at=clock.unshifted()))
    assert lost is not None
    assert delivery.work(sending, lost) == ""
    clock.forward(seconds=90)
    assert swept(ports) == 1
    assert message_jobs.send(sending, told) is True
    first, again = smtp.postbox.messages
    assert first["Message-ID"] == again["Message-ID"]


def test_what_is_rung_for_is_plain_json(ports: Ports, config: Config) -> None:
    import zlib

    asked = ask(ports)
    with Redis.from_url(config.redis_url) as connection:
        data = connection.hget(f"rq:job:documents-render-{asked}-1", "data")
    assert data is not None
    assert json.loads(zlib.decompress(data))[0] == documents.JOB


def test_no_file_is_stored_without_its_row(ports: Ports, config: Config, work: Callable[[], int]) -> None:
    asked = [ask(ports, f"award_sheet-{number}") for number in range(2)]
    work()
    root = Path(config.storage_url.removeprefix("file://"))
    kept = {path.name for path in root.rglob("*") if path.is_file()}
    assert kept == {document(ports, each).digest for each in asked}
