"""Whoever sends slowly holds a thread and nothing else: no connection to the database waits for a body to arrive."""

import http.client
import io
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.routing.converters import AnyConverter, BaseConverter, NumberConverter
from werkzeug.serving import make_server
from werkzeug.test import encode_multipart

from procurement.adapters.database import Database
from procurement.rules.ports import Ports
from tests.parts import applications, calls, people

SLOW = 64  # more than the connections of a process
PATIENCE = 20.0  # seconds, less than somebody would wait for a connection
FORM = "application/x-www-form-urlencoded"


class Watched(io.BytesIO):
    """A body that notes how many connections are taken from the pools each time that it is read."""

    def __init__(self, content: bytes, taken: Callable[[], int]) -> None:
        super().__init__(content)
        self._taken, self.seen = taken, []

    def read(self, size: int | None = -1) -> bytes:
        self.seen.append(self._taken())
        return super().read(size)

    def readinto(self, buffer: Any) -> int:
        self.seen.append(self._taken())
        return super().readinto(buffer)

    seen: list[int]


class Writing:
    """Somebody who is signed in, and the page of a question with its token."""

    def __init__(self, app: Flask, ports: Ports) -> None:
        call = calls.published(ports)
        lead, firm = people.firm(ports, "Clean Air Makers", "mina@clean-air.example")
        self.browser = people.signed_in(app, ports, lead)
        draft = applications.started(ports, call, lead, firm)
        keys = {each.kind.key: each.key for each in applications.form(ports, call)}
        self.page = f"/applications/{draft.ref}/questions/{keys['long_text']}"
        self.files = f"/applications/{draft.ref}/questions/{keys['file']}/files"
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.browser.get(self.page).text)
        assert token is not None
        self.token = token[1]
        cookie = self.browser.get_cookie("session")
        assert cookie is not None
        self.cookie = f"session={cookie.value}"

    def press(self) -> dict[str, str]:
        return {"csrf_token": self.token, "version": "0", "answer": "We measure the air.", "then": "stay"}


def filling(kind: BaseConverter) -> Any:
    """Something that an address may hold in this place."""
    if isinstance(kind, AnyConverter):
        return min(kind.items)
    return 1 if isinstance(kind, NumberConverter) else "x"


def taken_from(ports: Ports) -> Callable[[], int]:
    database: Any = ports.database
    assert isinstance(database, Database)
    return lambda: database.reader.pool.checkedout() + database.writer.pool.checkedout()  # type: ignore[attr-defined]


def test_no_page_that_takes_a_form_holds_a_connection_while_it_arrives(app: Flask, ports: Ports) -> None:
    who, taken = Writing(app, ports), taken_from(ports)
    addresses = app.url_map.bind("localhost")
    looked_at = {}
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()):
            continue
        parts = {name: filling(kind) for name, kind in rule._converters.items()}
        body = Watched(b"answer=" + b"x" * 1_000, taken)
        who.browser.post(addresses.build(rule.endpoint, parts, "POST"), input_stream=body, content_type=FORM)
        looked_at[rule.endpoint] = set(body.seen)
    assert len(looked_at) > 60
    assert {endpoint: seen for endpoint, seen in looked_at.items() if seen != {0}} == {}


def test_no_connection_is_held_while_an_answer_and_a_file_arrive(app: Flask, ports: Ports) -> None:
    who, taken = Writing(app, ports), taken_from(ports)
    answer = Watched(urlencode(who.press()).encode(), taken)
    assert who.browser.post(who.page, input_stream=answer, content_type=FORM).status_code == 303
    boundary, content = encode_multipart(
        {"csrf_token": who.token, "file": FileStorage(io.BytesIO(applications.PDF), "plan.pdf", "file")}
    )
    file = Watched(content, taken)
    sent = who.browser.post(who.files, input_stream=file, content_type=f"multipart/form-data; boundary={boundary}")
    assert sent.status_code == 303
    assert (set(answer.seen), set(file.seen)) == ({0}, {0})


class Counting:
    """The service, which counts the bodies that it waits for."""

    def __init__(self, app: Flask) -> None:
        self._app, self._waiting, self.changed = app, 0, threading.Condition()

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        body = environ["wsgi.input"]
        if environ["REQUEST_METHOD"] == "POST" and "HTTP_X_SLOW" in environ:
            environ["wsgi.input"] = Arriving(body, self._begun)
        return self._app(environ, start)

    def _begun(self) -> None:
        with self.changed:
            self._waiting += 1
            self.changed.notify_all()

    def wait_for(self, number: int) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: self._waiting >= number, PATIENCE)


class Arriving(io.RawIOBase):
    """A body that says when somebody begins to wait for it."""

    def __init__(self, body: Any, begun: Callable[[], None]) -> None:
        self._body, self._begun, self._first = body, begun, True

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._first:
            self._first = False
            self._begun()
        part = self._body.read1(len(buffer))
        buffer[: len(part)] = part
        return len(part)


@pytest.fixture
def served(app: Flask) -> Iterator[tuple[Counting, int]]:
    counting = Counting(app)
    server = make_server("127.0.0.1", 0, counting, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield counting, server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_press_is_answered_while_many_send_slowly(app: Flask, ports: Ports, served: tuple[Counting, int]) -> None:
    counting, port = served
    who, taken = Writing(app, ports), taken_from(ports)
    started = (
        f"POST {who.page} HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: {who.cookie}\r\nContent-Type: {FORM}\r\n"
        "X-Slow: 1\r\nContent-Length: 100000\r\n\r\nanswer=We"
    ).encode()
    with ExitStack() as open_ones:
        for _ in range(SLOW):
            sender = open_ones.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
            sender.sendall(started)
        assert counting.wait_for(SLOW)
        assert taken() == 0
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        headers = {"Host": f"localhost:{port}", "Cookie": who.cookie, "Content-Type": FORM}
        connection.request("POST", who.page, urlencode(who.press()), headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
    assert answer.status == 303
