"""Plain text and CSV: readable as text, and not a page, a script or a program under another name."""

import codecs
import re
from typing import BinaryIO

from procurement.rules.uploads.findings import Finding

_CHUNK = 1 << 20
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_UNDEFINED_IN_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
# What other programs would open as a page, a document or a program, whatever the name says.
_OTHERS = re.compile(
    r"\s*(?:<\s*(?:!doctype|html|head|body|script|svg|iframe|\?xml|\?php|!--)|%PDF-|%!PS|#!|\{\\rtf)",
    re.IGNORECASE,
)


def examine_text(file: BinaryIO) -> Finding | None:
    """What is wrong with a file named txt or csv. UTF-8, UTF-16 with its mark, or Windows-1252 as Excel writes it."""
    file.seek(0)
    head = file.read(4096)
    wide = head[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
    start = head.decode("utf-16" if wide else "utf-8-sig", "replace")
    if _OTHERS.match(start):
        return Finding.MISMATCH
    return _wide_fault(file) if wide else _narrow_fault(file)


def _wide_fault(file: BinaryIO) -> Finding | None:
    reader = codecs.getincrementaldecoder("utf-16")()
    file.seek(0)
    while True:
        chunk = file.read(_CHUNK)
        try:
            text = reader.decode(chunk, not chunk)
        except UnicodeDecodeError:
            return Finding.NOT_TEXT
        if _CONTROL_CHARACTERS.search(text):
            return Finding.NOT_TEXT
        if not chunk:
            return None


def _narrow_fault(file: BinaryIO) -> Finding | None:
    reader: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    odd = False
    file.seek(0)
    while True:
        chunk = file.read(_CHUNK)
        if _CONTROLS.search(chunk):
            return Finding.NOT_TEXT
        odd = odd or _UNDEFINED_IN_1252.search(chunk) is not None
        if reader is not None:
            try:
                reader.decode(chunk, not chunk)
            except UnicodeDecodeError:
                reader = None
        if not chunk:
            return Finding.NOT_TEXT if reader is None and odd else None
