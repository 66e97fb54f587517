"""Office documents: ZIP archives that are read entry by entry, counting what really comes out of them.

The archive's tables are read here rather than by `zipfile`, which believes the sizes that they state and builds an
object for each of a million entries before anybody can count them.
"""

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from procurement.rules.uploads.findings import Finding

LOCAL, CENTRAL, END, LOCATOR64 = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x07"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
GZIP = b"\x1f\x8b\x08"
ARCHIVES = (LOCAL, END, b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00", b"MSCF")

_END_SIZE, _CENTRAL_SIZE, _LOCAL_SIZE, _COMMENT = 22, 46, 30, 65_535
_TABLE_LIMIT = 1 << 20  # bytes: a thousand entries with long names
_CHUNK = 1 << 16
_KEPT = 1 << 20  # bytes of a table of contents or manifest that are looked at
_EMBEDDED = 20 << 20  # bytes of an embedded workbook, which is held in memory while it is read
_FREE = 1 << 20  # bytes that may come out of an entry before its ratio counts: small XML shrinks well
_STORED, _DEFLATED = 0, 8
_ENCRYPTED_FLAGS = 0x0001 | 0x0040

MAIN_TYPES = {
    "docx": b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "pptx": b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
}
OPEN_DOCUMENT = {
    "odt": b"application/vnd.oasis.opendocument.text",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
}
_CONTENTS, _MIMETYPE, _MANIFEST = "[Content_Types].xml", "mimetype", "META-INF/manifest.xml"
DOCUMENTS = (".xlsx", ".docx", ".pptx", ".xlsb", ".vsdx", ".sldx", ".odt", ".ods", ".odp", ".odg")
PACKED_PICTURES = (".emz", ".wmz")
_LOOKED_AT = frozenset({_CONTENTS, _MIMETYPE, _MANIFEST})


@dataclass(frozen=True)
class Entry:
    name: str
    flags: int
    method: int
    checksum: int
    packed: int
    unpacked: int
    offset: int


@dataclass
class Budget:
    """What one upload may still unpack to, shared with the documents embedded in it."""

    entries: int
    total: int
    ratio: int


class _Broken(Exception):
    """Ends the reading of an archive with what was found."""

    def __init__(self, finding: Finding, inside: str = "") -> None:
        self.finding, self.inside = finding, inside


def examine_office(file: BinaryIO, size: int, wanted: str, budget: Budget) -> tuple[Finding | None, str]:
    """What is wrong with a file named docx, xlsx, pptx, odt or ods (None if nothing), and in which of its parts, where
    it is one."""
    file.seek(0)
    head = file.read(len(OLE))
    if head == OLE:
        return Finding.PASSWORD if _has_encrypted_package(file) else Finding.OLD_OFFICE, ""
    if not head.startswith(LOCAL):
        return Finding.MISMATCH, ""
    try:
        return _office_fault(_read_all(file, size, budget, embedded=False), wanted), ""
    except _Broken as broken:
        return broken.finding, broken.inside


def is_archive_too(file: BinaryIO, size: int) -> bool:
    """Whether a file of another kind can also be opened as a ZIP archive, which is looked for from the end."""
    end = _end_record(file, size)
    return end is not None and end[0] > 0


def _has_encrypted_package(file: BinaryIO) -> bool:
    """Whether an OLE container holds an encrypted Office document (MS-OFFCRYPTO 2.3)."""
    marker, tail = "EncryptedPackage".encode("utf-16-le"), b""
    file.seek(0)
    while chunk := file.read(_CHUNK):
        if marker in tail + chunk:
            return True
        tail = chunk[-len(marker) :]
    return False


def _end_record(file: BinaryIO, size: int) -> tuple[int, int, int, int] | None:
    """Number of entries, size and offset of the table, and where the record lies; None where there is none."""
    span = min(size, _END_SIZE + _COMMENT + 20)
    file.seek(size - span)
    tail = file.read(span)
    at = len(tail)
    while (at := tail.rfind(END, 0, at)) >= 0:
        record = tail[at : at + _END_SIZE]
        if len(record) == _END_SIZE:
            _, _, disk, _, count, length, offset, comment = struct.unpack("<4s4H2LH", record)
            position = size - span + at
            if at + _END_SIZE + comment <= len(tail) and disk == 0 and length + offset <= position:
                if at >= 20 and tail[at - 20 : at - 16] == LOCATOR64:  # noqa: PLR2004 -- the locator has 20 bytes
                    return None  # a file of this size needs none, and it would speak of another table
                return count, length, offset, position
    return None


def _entries(file: BinaryIO, size: int, budget: Budget) -> list[Entry]:
    end = _end_record(file, size)
    if end is None:
        raise _Broken(Finding.DAMAGED)
    count, length, offset, position = end
    if count > budget.entries or length > _TABLE_LIMIT:
        raise _Broken(Finding.BOMB)
    if offset + length != position or position + _END_SIZE != size:
        raise _Broken(Finding.TWO_KINDS)  # something before, between or behind that the table does not know
    file.seek(offset)
    table = file.read(length)
    found, at = [], 0
    while at < len(table):
        fixed = table[at : at + _CENTRAL_SIZE]
        if len(fixed) < _CENTRAL_SIZE or fixed[:4] != CENTRAL:
            raise _Broken(Finding.DAMAGED)
        flags, method, checksum, packed, unpacked, named, extra, comment, start = struct.unpack("<8x2H4x3L3H8xL", fixed)
        name = table[at + _CENTRAL_SIZE : at + _CENTRAL_SIZE + named].decode("utf-8", "replace")
        found.append(Entry(name, flags, method, checksum, packed, unpacked, start))
        at += _CENTRAL_SIZE + named + extra + comment
    if len(found) != count or at != len(table):
        raise _Broken(Finding.DAMAGED)
    if len({each.name for each in found}) != count:
        raise _Broken(Finding.DAMAGED)
    return found


def _read_all(file: BinaryIO, size: int, budget: Budget, *, embedded: bool) -> dict[str, bytes]:
    """Read every entry to its end. The names of all, with the content of the few that say what the document is."""
    entries = _entries(file, size, budget)
    if any(each.flags & _ENCRYPTED_FLAGS for each in entries):
        raise _Broken(Finding.PASSWORD)
    if any(_strays(each.name) or each.method not in {_STORED, _DEFLATED} for each in entries):
        raise _Broken(Finding.DAMAGED)
    budget.entries -= len(entries)
    kept = {}
    for entry in entries:
        inner = not embedded and _may_embed(entry.name)
        held, first = io.BytesIO(), b""
        for chunk in _content(file, size, entry, budget):
            first = first or chunk
            if inner and held.tell() > _EMBEDDED:
                raise _Broken(Finding.BOMB)
            if inner or (entry.name in _LOOKED_AT and held.tell() < _KEPT):
                held.write(chunk)
        if inner and first.startswith(LOCAL):
            if _runs_macros(_read_all(held, held.tell(), budget, embedded=True)):
                raise _Broken(Finding.MACROS, entry.name)
        elif inner and first.startswith(GZIP):
            _unpack_picture(held, budget, entry.name)
        elif first.startswith(ARCHIVES):
            raise _Broken(Finding.NESTED, entry.name)
        kept[entry.name] = held.getvalue() if entry.name in _LOOKED_AT else b""
    return kept


def _strays(name: str) -> bool:
    """Whether a name would lead out of the folder that it is unpacked into, or hide where it leads."""
    parts = name.split("/")
    return name.startswith("/") or ".." in parts or "\\" in name or "\0" in name or ":" in parts[0]


def _may_embed(name: str) -> bool:
    """Whether an entry is where Office keeps a document behind a chart or a drawing, or a packed picture: archives that
    belong there."""
    held = name.casefold()
    return ("/embeddings/" in held and held.endswith(DOCUMENTS)) or held.endswith(PACKED_PICTURES)


def _unpack_picture(held: io.BytesIO, budget: Budget, name: str) -> None:
    """Count what comes out of a packed Windows picture (gzip), within the budget of the whole upload."""
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    size, unpacked, first = held.tell(), 0, b""
    held.seek(0)
    while not inflate.eof:
        packed = inflate.unconsumed_tail or held.read(_CHUNK)
        if not packed:
            raise _Broken(Finding.DAMAGED, name)
        piece = _piece(inflate, packed)
        first = first or piece
        unpacked += len(piece)
        budget.total -= len(piece)
        if budget.total < 0 or unpacked > max(_FREE, size * budget.ratio):
            raise _Broken(Finding.BOMB, name)
    if inflate.unused_data.strip(b"\0") or first.startswith(ARCHIVES):
        raise _Broken(Finding.NESTED, name)


def _content(file: BinaryIO, size: int, entry: Entry, budget: Budget) -> Iterator[bytes]:
    """An entry's content in pieces, checked against the local header, both sizes and the checksum."""
    file.seek(min(entry.offset, size))
    header = file.read(_LOCAL_SIZE)
    if len(header) < _LOCAL_SIZE or header[:4] != LOCAL:
        raise _Broken(Finding.DAMAGED)
    method, named, extra = struct.unpack("<8xH16x2H", header)
    name = file.read(named).decode("utf-8", "replace")
    start = entry.offset + _LOCAL_SIZE + named + extra
    if name != entry.name or method != entry.method or start + entry.packed > size:
        raise _Broken(Finding.DAMAGED)
    checksum = unpacked = 0
    for chunk in _unpacked(file, start, entry):
        unpacked += len(chunk)
        budget.total -= len(chunk)
        if budget.total < 0 or unpacked > max(_FREE, entry.packed * budget.ratio):
            raise _Broken(Finding.BOMB)
        checksum = zlib.crc32(chunk, checksum)
        yield chunk
    if unpacked != entry.unpacked or checksum != entry.checksum:
        raise _Broken(Finding.DAMAGED)


def _unpacked(file: BinaryIO, start: int, entry: Entry) -> Iterator[bytes]:
    """What the packed bytes hold, never more than a small piece at a time whatever they claim."""
    inflate = zlib.decompressobj(-zlib.MAX_WBITS) if entry.method == _DEFLATED else None
    left, at = entry.packed, start
    while left > 0:
        file.seek(at)  # between two pieces the caller may have read elsewhere
        packed = file.read(min(_CHUNK, left))
        if not packed or (inflate is not None and inflate.eof):
            raise _Broken(Finding.DAMAGED)  # cut short, or bytes that the packed stream does not reach
        left, at = left - len(packed), at + len(packed)
        if inflate is None:
            yield packed
            continue
        while packed:
            piece = _piece(inflate, packed)
            packed = inflate.unconsumed_tail
            if piece:
                yield piece
        if inflate.unused_data:
            raise _Broken(Finding.DAMAGED)
    while inflate is not None and not inflate.eof:
        piece = _piece(inflate, b"")
        if not piece:
            raise _Broken(Finding.DAMAGED)  # the stream ends before its last block
        yield piece


def _piece(inflate: "zlib._Decompress", packed: bytes) -> bytes:
    try:
        return inflate.decompress(packed, _CHUNK)
    except zlib.error as error:
        raise _Broken(Finding.DAMAGED) from error


def _runs_macros(entries: dict[str, bytes]) -> bool:
    names = [name.casefold() for name in entries]
    return (
        b"macroEnabled" in _ascii(entries.get(_CONTENTS, b""))
        or any(name.endswith(("vbaproject.bin", "vbadata.xml")) for name in names)
        or any("/macrosheets/" in name or "/activex/" in name for name in names)
        or any(name.startswith(("basic/", "scripts/")) and not name.endswith("/") for name in names)
    )


def _office_fault(entries: dict[str, bytes], wanted: str) -> Finding | None:
    if _runs_macros(entries):
        return Finding.MACROS
    if wanted in OPEN_DOCUMENT:
        if entries.get(_MIMETYPE, b"").strip() != OPEN_DOCUMENT[wanted]:
            return Finding.MISMATCH
        return Finding.PASSWORD if b"encryption-data" in _ascii(entries.get(_MANIFEST, b"")) else None
    return None if MAIN_TYPES[wanted] in _ascii(entries.get(_CONTENTS, b"")) else Finding.MISMATCH


def _ascii(xml: bytes) -> bytes:
    """XML in UTF-8 or UTF-16 as bytes in which ASCII words can be looked for."""
    return xml.replace(b"\0", b"") if xml[:2] in {b"\xff\xfe", b"\xfe\xff"} else xml
