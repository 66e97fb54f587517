"""The whole service on one machine: private Valkey where none is given, web, workers and sweep, kept running."""

import argparse
import contextlib
import dataclasses
import fcntl
import os
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from procurement.adapters.clock import SystemClock
from procurement.adapters.redis_server import NoServer, RedisServer
from procurement.cli import first_start, seed
from procurement.cli.aside import put_aside
from procurement.cli.console import CannotGoOn, configuration, say
from procurement.cli.migrations import revisions
from procurement.cli.supervisor import (
    LOOK_EVERY,
    GivenUp,
    Process,
    Stopped,
    Supervised,
    Supervisor,
    adopt_orphans,
    stopping_on_signals,
)
from procurement.config import PROJECT_ROOT, Config

EXAMPLES = """\
  procurement up                            on http://localhost:8000, data in ./var
  PORT=8001 DATA_DIR=/srv/trades procurement up
  procurement up --demonstration            a new database becomes a demonstration: a city and its last three years
  procurement up --new                      the demonstration in ./var is put aside, and a new one begins
  procurement up --host 0.0.0.0 --web 4 --workers 3
"""
PORT_FREE_WITHIN = 4.0  # seconds: a service that was just stopped may still be closing its connections


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--demonstration", action="store_true", help="make a new database a demonstration")
    parser.add_argument("--new", action="store_true", help="put the demonstration aside that is there; begin a new one")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--web", type=int, default=2, metavar="N", help="web processes of 48 threads each (default 2)")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="worker processes (default 2)")


def run(given: argparse.Namespace) -> int:
    began = time.monotonic()
    config = configuration()
    adopt_orphans()
    try:
        with contextlib.ExitStack() as stack:
            stack.enter_context(stopping_on_signals())
            if given.new:
                config = begun_anew(given, config)
            stack.enter_context(sole_use(config.data_dir))
            wait_for_port(given.host, config.port)
            with redis(config) as (server, redis_url):
                config = dataclasses.replace(config, redis_url=redis_url)
                wanted = given.demonstration or given.new or config.demo
                before, newest = revisions(config.database_url)
                demonstration = first_start.prepare(config, demonstration=wanted)
                if before not in (None, newest):
                    say(f"The database of an older version went from {before} to {newest}, and holds what it held.")
                if demonstration:
                    seed.when_new(dataclasses.replace(config, demo=True))
                supervisor = Supervisor(stages(given, config, server, demonstration), say)
                with supervisor.running():
                    wait_until_ready(supervisor, address(given.host, config.port))
                    say(f"Ready after {time.monotonic() - began:.1f} s on {config.base_url}/")
                    say(f"Data in {shown(config.data_dir)}. Ctrl-C stops everything.")
                    first_start.tell_accounts(config, demonstration=demonstration)
                    supervisor.look_for_ever()
    except Stopped:
        say("Stopped; nothing is left running.")
    except (GivenUp, NoServer) as reason:
        raise CannotGoOn(str(reason)) from reason
    return 0


def begun_anew(given: argparse.Namespace, config: Config) -> Config:
    """Put the demonstration aside that is there, and read the settings of the new one, which has its own secret."""
    with sole_use(config.data_dir):
        wait_for_port(given.host, config.port)
        folder = put_aside(config, SystemClock().now())
    if folder is not None:
        say(f"The demonstration was put aside: DATA_DIR={shown(folder)} make run opens it again.")
    return configuration()


def stages(
    given: argparse.Namespace, config: Config, server: RedisServer | None, demonstration: bool
) -> list[list[Supervised]]:
    """What is kept running; stopped from the last stage to the first, so that nobody talks to somebody who is gone."""
    environment = {
        **os.environ,
        "REDIS_URL": config.redis_url,
        "DATA_DIR": str(config.data_dir),
        "PORT": str(config.port),
        "DEMO": "1" if demonstration else "",
        "PYTHONUNBUFFERED": "1",
    }
    ours = [sys.executable, "-m", "procurement.cli"]
    web = [
        sys.executable,
        "-m",
        "gunicorn",
        "-c",
        str(PROJECT_ROOT / "gunicorn.conf.py"),
        "--chdir",
        str(PROJECT_ROOT),
        "--bind",
        f"{given.host}:{config.port}",
        "--workers",
        str(given.web),
        "wsgi:app",
    ]
    workers = [
        Process(f"worker {number}", [*ours, "worker"], environment, patience=20)
        for number in range(1, given.workers + 1)
    ]
    return [
        [server] if server else [],
        [Process("web", web, environment, patience=30)],
        [Process("sweep", [*ours, "sweep"], environment, patience=10), *workers],
    ]


@contextlib.contextmanager
def sole_use(data_dir: Path) -> Iterator[None]:
    """The data directory for this process alone. Raises CannotGoOn when another one has it."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = (data_dir / "up.lock").open("a+")
    except OSError as error:
        raise CannotGoOn(f"The data directory {data_dir} cannot be used: {error.strerror}.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotGoOn(
                f"Another `procurement up` (process {lock.read().strip()}) works with {data_dir}: "
                "stop that one, or give this one a DATA_DIR of its own."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def wait_for_port(host: str, port: int) -> None:
    """Raises CannotGoOn when another program listens on the port."""
    deadline = time.monotonic() + PORT_FREE_WITHIN
    while True:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((host, port))
            except PermissionError:
                raise CannotGoOn(f"Port {port} is for root only: choose another, as in PORT=8000.") from None
            except OSError as error:
                if time.monotonic() > deadline:
                    raise CannotGoOn(
                        f"Port {port} on {host} cannot be used ({(error.strerror or str(error)).lower()}): "
                        f"stop what uses it, or choose another, as in PORT={port + 1}."
                    ) from None
            else:
                return
        time.sleep(0.2)


@contextlib.contextmanager
def redis(config: Config) -> Iterator[tuple[RedisServer | None, str]]:
    """The Redis that was given, or a private one that ends with us. Raises CannotGoOn when the given one is silent."""
    if config.redis_url:
        client = Redis.from_url(config.redis_url, socket_connect_timeout=5, socket_timeout=5)
        try:
            client.ping()
        except (RedisError, OSError) as error:
            raise CannotGoOn(f"The Redis that REDIS_URL names does not answer: {error}") from error
        finally:
            client.close()
        yield None, config.redis_url
        return
    server = RedisServer(config.data_dir / "redis")
    try:
        server.start()
        yield server, server.url
    finally:
        server.stop()


def wait_until_ready(supervisor: Supervisor, page: str) -> None:
    """Until /readyz says so: database, Redis and a live worker. Raises GivenUp when a process does not stay."""
    while not supervisor.ready:
        supervisor.look()
        time.sleep(LOOK_EVERY)
        try:
            with urllib.request.urlopen(page, timeout=5):  # noqa: S310  our own address, built above
                supervisor.ready = True
        except OSError:
            continue  # not yet: nothing listens there, or it answered 503


def address(host: str, port: int) -> str:
    """Where this machine itself reaches the page that says whether everything is ready."""
    here = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{here}:{port}/readyz"


def shown(path: Path) -> str:
    """A path as somebody in this directory would write it."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
