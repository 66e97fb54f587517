"""Files are complete or not there, damage is noticed, and what the vault closed opens only where it belongs."""

import hashlib
import io
import os
import time
from pathlib import Path

import pytest

from procurement.adapters.files import DiskFiles
from procurement.adapters.vault import PlainVault
from procurement.rules.ports import FileMissing, VaultRefused

CONTENT = b"what a firm wrote"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def kept(root: Path) -> list[str]:
    """Every file below a folder."""
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def test_a_file_is_kept_once_under_its_digest(tmp_path: Path) -> None:
    files = DiskFiles(tmp_path)
    assert (files.put(CONTENT), files.put(CONTENT)) == (DIGEST, DIGEST)
    assert files.put_stream(io.BytesIO(CONTENT), len(CONTENT)) == (DIGEST, len(CONTENT))
    assert kept(tmp_path) == [f"{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}"]
    assert (files.get(DIGEST), files.exists(DIGEST)) == (CONTENT, True)
    with files.open(DIGEST) as stream:
        assert stream.read() == CONTENT


def test_what_an_interrupted_upload_left_behind_goes_after_a_day(tmp_path: Path) -> None:
    files = DiskFiles(tmp_path)
    files.put(CONTENT)
    for name, hours in (("old", 25), ("new", 1)):
        (tmp_path / "incoming" / name).write_bytes(b"half a file")
        os.utime(tmp_path / "incoming" / name, times=(time.time() - hours * 3600,) * 2)
    os.utime(tmp_path / DIGEST[:2] / DIGEST[2:4] / DIGEST, times=(0, 0))
    assert (files.tidy(), files.tidy()) == (1, 0)
    assert kept(tmp_path) == sorted([f"{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}", "incoming/new"])


def test_a_stream_that_is_too_long_leaves_nothing(tmp_path: Path) -> None:
    files = DiskFiles(tmp_path)
    with pytest.raises(ValueError, match="more than 16 bytes"):
        files.put_stream(io.BytesIO(CONTENT), 16)
    assert kept(tmp_path) == []


def test_a_stream_that_breaks_leaves_nothing(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise ConnectionError

    with pytest.raises(ConnectionError):
        DiskFiles(tmp_path).put_stream(Broken(), 100)
    assert kept(tmp_path) == []


def test_damage_and_absence_are_noticed_and_mended_by_putting_it_again(tmp_path: Path) -> None:
    files = DiskFiles(tmp_path)
    files.put(CONTENT)
    path = tmp_path / DIGEST[:2] / DIGEST[2:4] / DIGEST
    path.write_bytes(b"what a firm wrotE")
    for read in (files.get, files.open):
        with pytest.raises(FileMissing, match="no longer has the content"):
            read(DIGEST)
    files.put(CONTENT)
    assert files.get(DIGEST) == CONTENT
    path.unlink()
    for read in (files.get, files.open):
        with pytest.raises(FileMissing, match="is not in the store"):
            read(DIGEST)
    assert not files.exists(DIGEST)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", DIGEST[:-1], DIGEST.upper(), DIGEST + "/", "x" * 64])
def test_a_name_that_is_no_digest_is_no_file(tmp_path: Path, name: str) -> None:
    files = DiskFiles(tmp_path)
    assert not files.exists(name)
    with pytest.raises(FileMissing, match="not the name of a stored file"):
        files.get(name)


def test_a_full_disk_is_an_error_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        DiskFiles(tmp_path).put(CONTENT)
    assert kept(tmp_path) == []


def test_what_was_closed_opens_in_its_own_context_only() -> None:
    vault = PlainVault()
    closed = vault.seal(CONTENT, "submission 7 question 3")
    assert vault.open(closed, "submission 7 question 3") == CONTENT
    for changed, context in (
        (closed, "submission 8 question 3"),
        (closed + b"!", "submission 7 question 3"),
        (closed[:-1], "submission 7 question 3"),
        (closed[:10] + bytes([closed[10] ^ 1]) + closed[11:], "submission 7 question 3"),
    ):
        with pytest.raises(VaultRefused, match="altered, or belongs somewhere else"):
            vault.open(changed, context)
    for changed, words in (
        (b"", "not closed by the vault"),
        (CONTENT * 9, "not closed by the vault"),
        (closed[:4] + b"s" + closed[5:], "a scheme that this vault does not have"),
    ):
        with pytest.raises(VaultRefused, match=words):
            vault.open(changed, "submission 7 question 3")
