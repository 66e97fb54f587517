"""The one question asked of every upload: keep it, or say in one sentence why not and what to do."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from procurement.rules.uploads.archives import Budget, examine_office, is_archive_too
from procurement.rules.uploads.findings import TOO_LARGE, UNUSABLE, WRONG_TYPE, Finding, sentence
from procurement.rules.uploads.names import display_name, extension
from procurement.rules.uploads.pdf import examine_pdf
from procurement.rules.uploads.pictures import examine_jpeg, examine_png
from procurement.rules.uploads.texts import examine_text
from procurement.rules.uploads.types import MEDIA_TYPES
from workflows.facts import Sentence

MEBIBYTE = 1 << 20
OTHER_PICTURES = frozenset({"heic", "heif", "hif", "webp", "avif", "tif", "tiff", "bmp", "gif"})
OFFICE = frozenset({"docx", "xlsx", "pptx", "odt", "ods"})
_HEAD = 1024


@dataclass(frozen=True)
class Limits:
    """Bytes and counts. What an archive may unpack to is counted while reading, whatever its headers say."""

    file_bytes: int = 50 * MEBIBYTE
    archive_entries: int = 1_000
    archive_bytes: int = 200 * MEBIBYTE
    archive_ratio: int = 100


@dataclass(frozen=True)
class Accepted:
    """`name` cleaned for showing, `media_type` by content, `size` in bytes as counted."""

    name: str
    media_type: str
    size: int


@dataclass(frozen=True)
class Refused:
    """`status`: 413 too large, 415 another type than we take or than its name says, 422 not usable."""

    reason: Sentence
    status: int


def examine(
    name: str, content: bytes | BinaryIO, size: int | None = None, limits: Limits | None = None
) -> Accepted | Refused:
    """Whether a file may be kept. `content`: its bytes or a seekable file; `size`: as announced, where it was.

    Never raises for what is in the file, holds no more than a few MiB of it, and leaves the file at its start.
    """
    limits = limits or Limits()
    shown, file = display_name(name), io.BytesIO(content) if isinstance(content, bytes) else content
    suffix = extension(shown)
    length = file.seek(0, io.SEEK_END)
    file.seek(0)
    if suffix in OTHER_PICTURES:
        return Refused(
            Sentence(
                "“%(name)s” is a picture of a type that not everybody can open. Save it as JPG and upload that: "
                "on a phone, choose Edit or Share and keep a copy as JPG, or take a screenshot of it.",
                name=shown,
            ),
            WRONG_TYPE,
        )
    if suffix not in MEDIA_TYPES:
        return Refused(
            Sentence(
                "“%(name)s” is not a type of file that we take. Save it as PDF, DOCX, XLSX, PPTX, ODT, ODS, PNG, JPG, "
                "CSV or TXT, and upload that.",
                name=shown,
            ),
            WRONG_TYPE,
        )
    if length > limits.file_bytes:
        return Refused(
            Sentence(
                "“%(name)s” has %(size)s and a file may have at most %(limit)s. Make it smaller and upload it again.",
                name=shown,
                size=in_units(length),
                limit=in_units(limits.file_bytes),
            ),
            TOO_LARGE,
        )
    if size is not None and size != length:
        return Refused(
            Sentence("“%(name)s” arrived incomplete. Upload it again.", name=shown),
            UNUSABLE,
        )
    finding, inside = (Finding.EMPTY, "") if length == 0 else _finding(suffix, file, length, limits)
    file.seek(0)
    if finding is not None:
        return Refused(sentence(finding, shown, suffix.upper(), display_name(inside) if inside else ""), finding.status)
    return Accepted(shown, MEDIA_TYPES[suffix], length)


def _finding(suffix: str, file: BinaryIO, length: int, limits: Limits) -> tuple[Finding | None, str]:
    if suffix in OFFICE:
        budget = Budget(limits.archive_entries, limits.archive_bytes, limits.archive_ratio)
        return examine_office(file, length, suffix, budget)
    detectors: dict[str, Callable[[BinaryIO, int], Finding | None]] = {
        "pdf": examine_pdf,
        "png": examine_png,
        "jpg": examine_jpeg,
        "jpeg": examine_jpeg,
    }
    detect = detectors.get(suffix)
    finding = examine_text(file) if detect is None else detect(file, length)
    if finding is not None:
        return finding, ""
    file.seek(0)
    hidden = suffix != "pdf" and b"%PDF-" in file.read(_HEAD)
    return Finding.TWO_KINDS if hidden or is_archive_too(file, length) else None, ""


def in_units(size: int) -> str:
    """A size as people read it: `812 bytes`, `40 KB`, `50 MB`, `1.5 MB`; in steps of 1,024."""
    if size < 1 << 10:
        return f"{size} bytes" if size != 1 else "1 byte"
    unit, name = (1 << 20, "MB") if size >= 1 << 20 else (1 << 10, "KB")
    tenths = (size * 10 + unit - 1) // unit  # upwards: what is over the limit never reads as the limit itself
    return f"{tenths // 10}{f'.{tenths % 10}' if tenths % 10 else ''} {name}"
