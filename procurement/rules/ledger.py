"""The arithmetic of the chain: canonical JSON, links, salted commitments. Known vectors fix it: it cannot change."""

import hashlib
import json

LARGEST_INTEGER = 2**53 - 1  # an I-JSON integer (RFC 7493 2.2): beyond it readers in other languages would round


def canonical(value: object) -> bytes:
    """The one way to write a value (RFC 8785): keys sorted by UTF-16 code units, no space, UTF-8.

    Takes None, bool, int, str, list or tuple and dict with string keys; ValueError for anything else. Floats are
    refused: what is hashed is exact.
    """
    return _write(value).encode()


def _write(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise ValueError(f"{value} is too large to be written exactly everywhere")
        return str(value)
    if isinstance(value, list | tuple):
        return f"[{','.join(map(_write, value))}]"
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("a key must be a string")
        pairs = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be"))
        return f"{{{','.join(f'{_string(key)}:{_write(item)}' for key, item in pairs)}}}"
    raise ValueError(f"{value!r} has no canonical form")


def _string(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("half of a surrogate pair has no canonical form") from error
    return json.dumps(text, ensure_ascii=False)


def digest(content: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def link(previous: str, hashed: bytes) -> str:
    """The digest of a line of the chain: of the previous digest (hexadecimal; empty for the first) and its bytes."""
    return hashlib.sha256(bytes.fromhex(previous) + hashed).hexdigest()


def commitment(salt: bytes, text: str | bytes) -> str:
    """A digest that fixes a text without showing it: SHA-256 of the salt, then the text."""
    return hashlib.sha256(salt + (text.encode() if isinstance(text, str) else text)).hexdigest()
