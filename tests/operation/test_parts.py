"""The parts that other tests stand on."""

import smtplib
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import select, text

from procurement import wiring
from procurement.adapters.database import Database
from procurement.config import Config
from procurement.models.applications import Attachment
from procurement.models.base import Base
from procurement.rules.ports import Ports
from procurement.services import vault
from tests.parts import applications, assessment, calls, people
from tests.parts.clock import StandingClock
from tests.parts.network import NetworkRefused
from tests.parts.places import Place
from tests.parts.scenes import Scenes, plain
from tests.parts.serving import OneApp
from tests.parts.smtp import Catcher


def test_each_database_is_a_fresh_one(new_database: Callable[[], str]) -> None:
    one, two = Database(new_database()), Database(new_database())
    one.write(lambda session: session.execute(text("CREATE TABLE only_here (id INTEGER)")))
    with one.reading() as session:
        assert session.execute(text("SELECT count(*) FROM only_here")).scalar() == 0
    with two.reading() as session, pytest.raises(Exception, match="only_here"):
        session.execute(text("SELECT count(*) FROM only_here"))
    one.close(), two.close()


@pytest.fixture
def elsewhere(
    scenes: Scenes, config: Config, clock: StandingClock, new_database: Callable[[], str], tmp_path: Path
) -> Iterator[Callable[[], Ports]]:
    """What another test, which begins when this is called, would have: a database, files and a clock of its own."""
    begins = clock.now()
    with ExitStack() as stack:

        def begin() -> Ports:
            theirs = replace(config, database_url=new_database(), storage_url=f"file://{tmp_path / 'elsewhere'}")
            other = replace(wiring.build(theirs), clock=StandingClock(begins))
            stack.callback(other.database.close)  # type: ignore[attr-defined]
            stack.enter_context(scenes.stage(other, theirs))
            return other

        yield begin


def everything(ports: Ports) -> dict[str, list[Any]]:
    """Every row of every table."""
    with ports.database.reading() as session:
        return {table.name: sorted(map(str, session.execute(table.select()))) for table in Base.metadata.sorted_tables}


def test_a_scene_that_was_made_is_put_and_is_the_same(
    ports: Ports, elsewhere: Callable[[], Ports], redis_url: str
) -> None:
    made = assessment.locked(ports, firms=2, title="Only in this test")
    with Redis.from_url(redis_url) as client:
        rung = client.lrange("rq:queue:procurement", 0, -1)
        client.flushall()
    other = elsewhere()
    put = assessment.locked(other, firms=2, title="Only in this test")
    assert plain(put) == plain(made)
    assert everything(other) == everything(ports)
    assert other.clock.now() == ports.clock.now()
    assert other.database.changes == 1  # type: ignore[attr-defined]  # nothing was written by a service
    with Redis.from_url(redis_url) as client:
        assert client.lrange("rq:queue:procurement", 0, -1) == rung != []
    # it can be gone on from: numbers, chain and locks are in order
    assert calls.published(other).ref == calls.published(ports).ref


def test_what_was_written_in_between_is_never_lost(ports: Ports, elsewhere: Callable[[], Ports]) -> None:
    calls.published(ports, title="A scene")
    other = elsewhere()
    with other.database.writer.begin() as connection:  # type: ignore[attr-defined]  # not by the house's own door
        connection.execute(text("UPDATE installation SET demonstration = true"))
    calls.published(other, title="A scene")
    with other.database.reading() as session:
        assert session.execute(text("SELECT demonstration FROM installation")).scalar() in (1, True)


def test_a_scene_at_another_time_or_behind_another_is_another(ports: Ports, elsewhere: Callable[[], Ports]) -> None:
    calls.published(ports, title="A scene")
    other = elsewhere()
    later = other.clock.forward(minutes=1)  # type: ignore[attr-defined]
    assert calls.stage_of(other, calls.published(other, title="A scene")).opens_at == later
    assert calls.published(other, title="A scene").ref.endswith("-002")


def test_nothing_is_put_under_somebody_who_is_connected(ports: Ports, elsewhere: Callable[[], Ports]) -> None:
    calls.published(ports, title="A scene")
    other = elsewhere()
    with other.database.reader.connect() as connection:  # type: ignore[attr-defined]
        counted = text("SELECT count(*) FROM calls")
        assert connection.execute(counted).scalar() == 0
        calls.published(other, title="A scene")
        connection.rollback()
        assert connection.execute(counted).scalar() == 1


def test_the_files_of_a_scene_come_with_it(ports: Ports, elsewhere: Callable[[], Ports]) -> None:
    call = calls.published(ports)
    applications.submitted(ports, call)
    other = elsewhere()
    made, _ = applications.submitted(other, calls.published(other))
    assert other.database.changes == 2  # type: ignore[attr-defined]  # both were put
    with other.database.reading() as session:
        files = session.scalars(select(Attachment).where(Attachment.entry_id == made.entry_id)).all()
    assert files
    assert [b"".join(vault.open_file(other, each)) for each in files] == [applications.PDF] * len(files)


def test_what_a_killed_process_left_behind_is_removed_and_nothing_else(tmp_path: Path) -> None:
    program = f"""
import pathlib, time
from tests.parts.places import Place
print(Place("left", pathlib.Path({str(tmp_path)!r})).path, flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        left = Path(other.stdout.readline().strip())
        first = Place("left", tmp_path)
        assert (left.is_dir(), first.path.is_dir()) == (True, True)
        other.kill()
    second = Place("left", tmp_path)
    assert (left.exists(), first.path.is_dir(), second.path.is_dir()) == (False, True, True)
    first.remove(), second.remove()
    assert list(tmp_path.iterdir()) == []


def test_the_house_opens_its_door_and_knows_who_comes(app: Flask, ports: Ports) -> None:
    visitor = people.signed_in(app, ports, people.person(ports, "officer@city.example", "officer", name="Olu Officer"))
    page = visitor.get("/")
    assert page.status_code == 200
    with app.test_client() as stranger:
        assert stranger.get("/").status_code == 200


def test_jobs_are_worked_off(ports: Ports, work: Callable[[], int]) -> None:
    assert work() == 0
    ports.bell.ring("procurement.jobs.documents.render", 404, 1)
    assert work() == 1


def test_redis_is_empty_and_real(redis_url: str) -> None:
    with Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_mail_is_caught_and_refused(smtp: Catcher) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@city.example", "b@firm.example", "A receipt"
    message.set_content("Received.")
    smtp.postbox.refused.add("nobody@firm.example")
    with smtplib.SMTP("127.0.0.1", smtp.port) as client:
        client.send_message(message)
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.send_message(message, to_addrs=["nobody@firm.example"])
    assert [each["Subject"] for each in smtp.postbox.to("b@firm.example")] == ["A receipt"]


def test_no_test_reaches_another_machine() -> None:
    with pytest.raises(NetworkRefused, match=r"192\.0\.2\.1"), socket.socket() as other:
        other.connect(("192.0.2.1", 80))
    with pytest.raises(NetworkRefused, match=r"service\.example"):
        socket.getaddrinfo("service.example", 443)


def test_one_app_serves_one_test_at_a_time_and_remembers_nothing(config: Config, ports: Ports) -> None:
    one_app = OneApp()
    first = one_app.lend(config, ports)
    assert one_app.lend(config, ports) is not first  # a test that asks twice has two
    remembered = [first.extensions[name] for name in ("page_cache", "counters")]
    one_app.give_back()
    again = one_app.lend(replace(config, demo=True), ports)
    assert again is first
    assert again.extensions["app_state"].config.demo is True
    assert [again.extensions[name] for name in ("page_cache", "counters")] != remembered
    one_app.give_back()
    assert one_app.lend(replace(config, file_bytes=1), ports) is not first  # it was built with another one
    first.config["WTF_CSRF_SSL_STRICT"] = True
    with pytest.raises(AssertionError, match="changed the app that all share"):
        one_app.give_back()
    assert one_app.lend(config, ports) is not first
