"""Pictures: whole, of a size that can be shown, and nothing hidden behind them."""

import struct
from typing import BinaryIO

from procurement.rules.uploads.findings import Finding

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
_MOST_PIXELS = 100_000_000
_MOST_PARTS = 20_000
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MARK = 0xFF
_SCAN, _END, _STANDALONE = 0xDA, 0xD9, frozenset({0x01, *range(0xD0, 0xD8)})
_CHUNK = 1 << 20


def examine_png(file: BinaryIO, size: int) -> Finding | None:
    """What is wrong with a file named png; None if nothing."""
    file.seek(0)
    if file.read(len(PNG)) != PNG:
        return Finding.MISMATCH
    at = len(PNG)
    for number in range(_MOST_PARTS):
        file.seek(at)
        header = file.read(8)
        if len(header) < 8:  # noqa: PLR2004 -- a chunk begins with its length and its name, 4 bytes each
            return Finding.DAMAGED
        length, kind = struct.unpack(">L4s", header)
        if number == 0:
            shape = file.read(8)
            if kind != b"IHDR" or length != 13 or len(shape) < 8:  # noqa: PLR2004 -- the header chunk has 13 bytes
                return Finding.DAMAGED
            width, height = struct.unpack(">LL", shape)
            if not width or not height:
                return Finding.DAMAGED
            if width * height > _MOST_PIXELS:
                return Finding.PIXELS
        at += 12 + length
        if kind == b"IEND":
            if at == size:
                return None
            return Finding.TWO_KINDS if at < size else Finding.DAMAGED
        if at > size:
            return Finding.DAMAGED
    return Finding.DAMAGED


def examine_jpeg(file: BinaryIO, size: int) -> Finding | None:
    """What is wrong with a file named jpg or jpeg; None if nothing. Phones append data of their own: that is let be."""
    file.seek(0)
    if file.read(len(JPEG)) != JPEG:
        return Finding.MISMATCH
    at, framed = 2, False
    for _ in range(_MOST_PARTS):
        file.seek(at)
        marker = file.read(4)
        if len(marker) < 4 or marker[0] != _MARK:  # noqa: PLR2004 -- a segment begins with FF, its code and its length
            return Finding.DAMAGED
        code = marker[1]
        if code == _MARK or code in _STANDALONE:
            at += 1 if code == _MARK else 2  # the mark may be repeated as padding
            continue
        length = int.from_bytes(marker[2:], "big")
        if length < 2 or code == _END:  # noqa: PLR2004 -- the length counts its own two bytes
            return Finding.DAMAGED
        if code in _FRAMES:
            shape = file.read(5)
            height, width = struct.unpack(">xHH", shape) if len(shape) == 5 else (0, 0)  # noqa: PLR2004 -- precision, height, width
            if not width or not height:
                return Finding.DAMAGED
            if width * height > _MOST_PIXELS:
                return Finding.PIXELS
            framed = True
        at += 2 + length
        if code == _SCAN:
            return None if framed and _ends(file, at) else Finding.DAMAGED
        if at > size:
            return Finding.DAMAGED
    return Finding.DAMAGED


def _ends(file: BinaryIO, at: int) -> bool:
    """Whether the scan reaches an end-of-image marker."""
    file.seek(at)
    last = b""
    while chunk := file.read(_CHUNK):
        if b"\xff\xd9" in last + chunk:
            return True
        last = chunk[-1:]
    return False
