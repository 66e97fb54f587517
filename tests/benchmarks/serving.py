"""gunicorn with our own settings, for the service and for a bare Flask page, and a client that costs little."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from flask import Flask

from procurement.config import PROJECT_ROOT
from tests.crash.running import free_port

CONNECTIONS = 4


def hello() -> Flask:
    """The bare page: Flask alone, one line of text."""
    app = Flask("hello")
    app.add_url_rule("/", "hello", lambda: "hello")
    return app


@contextmanager
def served(app: str, environment: Mapping[str, str]) -> Iterator[int]:
    """The port on which gunicorn serves `module:app`."""
    port = free_port()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            str(PROJECT_ROOT / "gunicorn.conf.py"),
            "--chdir",
            str(PROJECT_ROOT),
            "--bind",
            f"127.0.0.1:{port}",
            app,
        ],
        env={**os.environ, **environment, "PORT": str(port)},
        cwd=PROJECT_ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                ask(port, "/", 1)
                break
            except OSError:
                assert time.monotonic() < deadline, f"{app} is not served"
                assert process.poll() is None, f"{app} does not start"
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(60)


def ask(port: int, path: str, times: int) -> None:
    """GET a page so many times on one connection that is kept open. Raises OSError unless each answer is 200."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        for _ in range(times):
            connection.sendall(request)
            content = b""
            while b"\r\n\r\n" not in content:
                content += received(connection)
            head, _, body = content.partition(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200") and path != "/":
                raise OSError(f"{path}: {head[:40]!r}")
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
            while len(body) < length:
                body += received(connection)


def received(connection: socket.socket) -> bytes:
    part = connection.recv(65536)
    if not part:
        raise OSError("the connection was closed")
    return part


def pages_a_second(port: int, path: str, times: int) -> float:
    """A closed loop of a few connections, each asking so many times."""
    wrong: list[OSError] = []

    def loop() -> None:
        try:
            ask(port, path, times)
        except OSError as error:
            wrong.append(error)

    threads = [threading.Thread(target=loop) for _ in range(CONNECTIONS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    if wrong:
        raise wrong[0]
    return CONNECTIONS * times / took
