"""PDF files: whole, open to everybody, and without anything that starts when they are opened."""

import re
import zlib
from typing import BinaryIO

from procurement.rules.uploads.findings import Finding
from procurement.rules.uploads.protected import examine_protected, shows_only_a_form

_CHUNK, _OVERLAP, _TAIL, _DICTIONARY = 1 << 20, 1 << 12, 1 << 16, 1 << 12
_INFLATED = 16 << 20  # bytes of packed objects that are looked into
_STREAMS = 2_000


def _name(text: str) -> bytes:
    """A pattern for a PDF name, any of whose letters may be written as #xx (ISO 32000-1, 7.3.5)."""
    letters = (f"(?:{each}|#{ord(each):02x}|#{ord(each):02X})" for each in text)
    return ("/" + "".join(letters) + r"(?![A-Za-z0-9#])").encode()


_GAP = rb"[\s\0]*"
_COMMENTED = rb"(?:[\s\0]|%[^\r\n]{0,40}[\r\n])*"  # short, since a file of nothing but openings would cost seconds
# A trailer names its encryption as a reference or a dictionary; the word alone may be somebody's text.
_ENCRYPTED = re.compile(_name("Encrypt") + _COMMENTED + rb"(?:\d{1,10}\s+\d{1,5}\s+R|<<)")
_SCRIPTS = re.compile(
    _name("S") + _GAP + rb"(?:" + _name("JavaScript") + rb"|" + _name("Launch") + rb")"
    rb"|" + _name("JS") + _GAP + rb"(?:[(<]|\d{1,10}\s+\d{1,5}\s+R)"
)
_FORM = re.compile(_name("XFA"))
_PACKED_OBJECTS = re.compile(_name("ObjStm"))
_STREAM = re.compile(rb"stream\r?\n")
_HEAD = 1024  # bytes: readers look for the beginning in so many (ISO 32000-1, annex H.3, note 13)
# What other programs would take the whole file for, if it began with it.
_OTHERS = (b"<", b"PK", b"MZ", b"#!", b"\x7fELF", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf")


def examine_pdf(file: BinaryIO, size: int) -> Finding | None:
    """What is wrong with a file named pdf; None if nothing."""
    file.seek(0)
    if not _begins(file.read(_HEAD)):
        return Finding.MISMATCH
    file.seek(max(0, size - _TAIL))
    if b"%%EOF" not in file.read(_TAIL):
        return Finding.DAMAGED
    packed: list[int] = []
    at, tail = 0, b""
    file.seek(0)
    scripts = encrypted = form = False
    while chunk := file.read(_CHUNK):
        window = tail + chunk
        encrypted = encrypted or _ENCRYPTED.search(window) is not None
        scripts = scripts or _SCRIPTS.search(window) is not None
        form = form or _FORM.search(window) is not None
        start = at - len(tail)
        packed += [start + found.end() for found in _PACKED_OBJECTS.finditer(window) if len(packed) < _STREAMS]
        at, tail = at + len(chunk), window[-_OVERLAP:]
    if encrypted and (finding := examine_protected(file)) is not None:
        return finding
    places = sorted(set(packed))[:_STREAMS]
    if scripts or _found_in(file, places, _SCRIPTS):
        return Finding.SCRIPTS
    form = form or _found_in(file, places, _FORM)
    return Finding.FORM if form and shows_only_a_form(file) else None


def _begins(head: bytes) -> bool:
    """Whether a file begins as a PDF does. Printers and mail programs put lines of their own before it, which readers
    skip; what could be taken for another kind of file is not skipped."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n\t \0")
    return start.startswith(b"%PDF-") or (b"%PDF-" in start and not start.startswith(_OTHERS))


def _found_in(file: BinaryIO, places: list[int], pattern: re.Pattern[bytes]) -> bool:
    """Whether one of the packed object streams holds it; newer PDFs keep most of their objects there."""
    left = _INFLATED
    for place in places:
        file.seek(place)
        found = _STREAM.search(file.read(_DICTIONARY))
        if found is None:
            continue
        file.seek(place + found.end())
        inflate, tail = zlib.decompressobj(), b""
        while left > 0 and not inflate.eof:
            packed = inflate.unconsumed_tail or file.read(1 << 16)
            if not packed:
                break
            try:
                objects = inflate.decompress(packed, 1 << 18)
            except zlib.error:
                break  # another filter, or damaged: readers cannot run it from here either
            left -= len(objects) + 1
            if pattern.search(tail + objects):
                return True
            tail = objects[-_OVERLAP:]
    return False
