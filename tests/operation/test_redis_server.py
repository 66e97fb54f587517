"""The private Valkey: real, private, and it remembers."""

import os
import shutil
import signal
import stat
from pathlib import Path

import pytest
from redis import Redis

from procurement.adapters import redis_server
from procurement.adapters.redis_server import NoServer, RedisServer


def test_it_keeps_what_it_was_told_over_a_kill_and_a_stop(tmp_path: Path) -> None:
    server = RedisServer(tmp_path / "redis")
    server.start()
    address = server.url
    try:
        with Redis.from_url(address) as client:
            client.set("bell", "rung")
            client.execute_command("WAITAOF", 1, 0, 0)
        os.kill(server.pid, signal.SIGKILL)
        while server.alive():
            pass
        assert server.ended() == "ended with code -9"
        server.start()
        assert server.url == address
        with Redis.from_url(address) as client:
            assert client.get("bell") == b"rung"
    finally:
        server.stop()
    assert not Path(address.removeprefix("unix://")).exists()


def test_it_listens_to_its_owner_only_and_on_no_port(tmp_path: Path) -> None:
    server = RedisServer(tmp_path / ("deep" * 30) / "redis", durable=False)
    server.start()
    try:
        socket = Path(server.url.removeprefix("unix://"))
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700
        assert len(str(socket)) < 108
        with Redis.from_url(server.url) as client:
            assert client.config_get("port") == {"port": "0"}
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    finally:
        server.stop()


def test_without_any_program_the_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(redis_server, "_candidates", lambda: iter([str(tmp_path / "not-there")]))
    with pytest.raises(NoServer, match=r"run `apt-get install redis-server`, or set REDIS_URL\.$"):
        RedisServer(tmp_path).start()


def test_a_program_that_does_not_start_says_its_last_word(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "valkey-server"
    broken.write_text('#!/bin/sh\n[ "$1" = --version ] || { echo "no room left"; exit 1; }\n')
    broken.chmod(0o755)
    monkeypatch.setattr(redis_server, "_candidates", lambda: iter([str(broken)]))
    with pytest.raises(NoServer, match="did not start: no room left"):
        RedisServer(tmp_path / "redis").start()


def test_programs_on_the_path_are_taken_by_their_own_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real = Path(redis_server.program())
    link = tmp_path / "redis-server"
    link.symlink_to(real)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("redis-server") == str(link)
    assert str(link) in list(redis_server._candidates())
