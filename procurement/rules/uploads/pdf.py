"""PDF files: whole, open to everybody, and without anything that starts when they are opened."""

import re
import zlib
from typing import BinaryIO

from procurement.rules.uploads.findings import Finding

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
_PACKED_OBJECTS = re.compile(_name("ObjStm"))
_STREAM = re.compile(rb"stream\r?\n")


def examine_pdf(file: BinaryIO, size: int) -> Finding | None:
    """What is wrong with a file named pdf; None if nothing."""
    file.seek(0)
    head = file.read(1024)
    if not head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n\t \0").startswith(b"%PDF-"):
        return Finding.MISMATCH
    file.seek(max(0, size - _TAIL))
    if b"%%EOF" not in file.read(_TAIL):
        return Finding.DAMAGED
    packed: list[int] = []
    at, tail = 0, b""
    file.seek(0)
    scripts = False
    while chunk := file.read(_CHUNK):
        window = tail + chunk
        if _ENCRYPTED.search(window):
            return Finding.PASSWORD
        scripts = scripts or _SCRIPTS.search(window) is not None
        start = at - len(tail)
        packed += [start + found.end() for found in _PACKED_OBJECTS.finditer(window) if len(packed) < _STREAMS]
        at, tail = at + len(chunk), window[-_OVERLAP:]
    return Finding.SCRIPTS if scripts or _scripts_in(file, sorted(set(packed))[:_STREAMS]) else None


def _scripts_in(file: BinaryIO, places: list[int]) -> bool:
    """Whether one of the packed object streams holds a script; newer PDFs keep most of their objects there."""
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
            if _SCRIPTS.search(tail + objects):
                return True
            tail = objects[-_OVERLAP:]
    return False
