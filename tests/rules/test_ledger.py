"""What is hashed never changes: the vectors here were fixed on the first day, and were worked out by other programs."""

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from procurement.rules.ledger import LARGEST_INTEGER, canonical, commitment, digest, link

# RFC 8785 3.2.3: names sorted by UTF-16 code units, so the emoji (a surrogate pair, D83D) comes before U+FB33.
SORTED = {
    "\u20ac": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "\U0001f600": "Emoji: Grinning Face",
    "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis",
}


def test_names_are_sorted_by_their_utf_16_code_units() -> None:
    assert list(json.loads(canonical(SORTED)).values()) == [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, b"null"),
        (True, b"true"),
        (False, b"false"),
        (0, b"0"),
        (-1, b"-1"),
        (LARGEST_INTEGER, b"9007199254740991"),
        ("", b'""'),
        ([], b"[]"),
        ({}, b"{}"),
        ((1, "a"), b'[1,"a"]'),
        # RFC 8785 3.2.2.2: the short escapes where there are any, lower-case \u00xx for other controls, nothing else
        ("\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/", b'"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'),
        ("\b\t\n\f\r\x00\x1f\x7f\u2028", b'"\\b\\t\\n\\f\\r\\u0000\\u001f\x7f\xe2\x80\xa8"'),
        ({"b": [True, None], "a": {"d": 1, "c": "\u00e9"}}, b'{"a":{"c":"\xc3\xa9","d":1},"b":[true,null]}'),
        (
            {"peach": 1, "p\u00e9ch\u00e9": 2, "p\u00eache": 3, "sin": 4},
            '{"peach":1,"p\u00e9ch\u00e9":2,"p\u00eache":3,"sin":4}'.encode(),
        ),
    ],
)
def test_values_are_written_in_one_way(value: Any, written: bytes) -> None:
    assert canonical(value) == written


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        b"bytes",
        {1: "a"},
        {"a": 0.5},
        [{"a": {2}}],
        LARGEST_INTEGER + 1,
        -LARGEST_INTEGER - 1,
        "\ud800",
        {"\udfff": 1},
    ],
)
def test_what_has_no_exact_form_is_refused(value: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- the words differ by kind; that it is refused is the point
        canonical(value)


PLAIN = some.recursive(
    some.none() | some.booleans() | some.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | some.text(),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(), inner, max_size=4),
    max_leaves=20,
)


@given(PLAIN)
def test_the_canonical_form_reads_back_and_is_its_own_canonical_form(value: Any) -> None:
    written = canonical(value)
    assert json.loads(written) == value
    assert canonical(json.loads(written)) == written


def test_digests_links_and_commitments_are_plain_sha_256() -> None:
    assert digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert digest(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert link("", b"abc") == digest(b"abc")
    first = link("", b"{}")
    assert first == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert link(first, b"{}") == hashlib.sha256(bytes.fromhex(first) + b"{}").hexdigest()
    assert link(first, b"{}") == "aead90464b296bcdcb538823a46307bb2afa71c9bfe9e84dd99eed23641acf94"
    assert commitment(b"\x00" * 16, "abc") == commitment(b"\x00" * 16, b"abc")
    assert commitment(b"\x00" * 16, "abc") == "277e7ff6d232b9763f4a66e8d05d210da32dac9c6dbce1026ad4cc98acb5fefe"
    assert commitment(b"\x01" * 16, "abc") != commitment(b"\x00" * 16, "abc")


def chain(count: int) -> list[tuple[int, str, bytes, str]]:
    rows, previous = [], ""
    for position in range(1, count + 1):
        hashed = canonical({"tag": "application.submit", "position": position})
        found = link(previous, hashed)
        rows.append((position, previous, hashed, found))
        previous = found
    return rows
