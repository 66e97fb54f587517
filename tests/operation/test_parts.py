"""The parts that other tests stand on."""

import smtplib
import socket
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import text

from procurement.adapters.database import Database
from procurement.rules.ports import Ports
from tests.parts.network import NetworkRefused
from tests.parts.smtp import Catcher
from tests.parts.visitors import People


def test_each_database_is_a_fresh_one(new_database: Callable[[], str]) -> None:
    one, two = Database(new_database()), Database(new_database())
    one.write(lambda session: session.execute(text("CREATE TABLE only_here (id INTEGER)")))
    with one.reading() as session:
        assert session.execute(text("SELECT count(*) FROM only_here")).scalar() == 0
    with two.reading() as session, pytest.raises(Exception, match="only_here"):
        session.execute(text("SELECT count(*) FROM only_here"))
    one.close(), two.close()


def test_the_house_opens_its_door_and_knows_who_comes(app: Flask, people: People) -> None:
    people.person("officer@city.example", "officer", name="Olu Officer")
    visitor = people.signed_in("officer@city.example")
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
