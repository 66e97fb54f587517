"""References can be read aloud, are made from given random_bytes, and stand in addresses as they are."""

import re
import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as some

from procurement.rules.references import (
    ALPHABET,
    BYTES_NEEDED,
    application_reference,
    award_id,
    call_reference,
    code,
    grant_id,
    lot_reference,
    ocid,
    slug,
)

CHANCE = bytes(range(BYTES_NEEDED))


def test_references_look_as_they_do_everywhere() -> None:
    assert application_reference("BSC", CHANCE) == "BSC-2345-6789"
    assert call_reference("BCC", 2026, 14) == "BCC-2026-014"
    assert call_reference("BCC", 2026, 1014) == "BCC-2026-1014"
    assert lot_reference("BCC-2026-014", 2) == "BCC-2026-014-L2"
    assert award_id("BCC-2026-014", 3) == "bcc-2026-014-a3"
    assert ocid("ocds-b5fd17", "BCC-2026-014") == "ocds-b5fd17-bcc-2026-014"
    assert grant_id("360G-bcc", "BCC-2026-014", "a3") == "360G-bcc-bcc-2026-014-a3"


def test_too_little_chance_and_bad_prefixes_are_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        application_reference("BSC", b"\xff" * 64)
    for prefix in ("", "B", "bcc", "B-C", "1BC", "ABCDEFGHIJK"):
        with pytest.raises(ValueError, match="prefix"):
            call_reference(prefix, 2026, 1)
    with pytest.raises(ValueError, match="from 1"):
        call_reference("BCC", 2026, 0)


def test_no_letter_can_be_taken_for_another() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 29
    assert not set(ALPHABET) & set("01ILOUZ")


def test_every_letter_is_equally_likely() -> None:
    assert set(Counter(code(bytes(range(256)), 232)).values()) == {8}


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Clean air für alle", "clean-air-fur-alle"),
        ("Café & Sønner’s “pilot”", "cafe-and-sonners-pilot"),
        ("صاف ہوا", "صاف-ہوا"),
        ("ਸਾਫ਼ ਹਵਾ", "ਸਾਫ਼-ਹਵਾ"),
        ("", "untitled"),
        ("!!!", "untitled"),
        ("word " * 40, "-".join(["word"] * 12)),
        ("x" * 100, "x" * 60),
    ],
)
def test_titles_become_parts_of_addresses(title: str, found: str) -> None:
    made = slug(title)
    assert made == unicodedata.normalize("NFC", found)
    assert len(made) <= 60
    assert not set(made) & set(" /?#%.")


def test_a_title_that_is_taken_is_numbered() -> None:
    assert slug("Clean air", {"clean-air", "clean-air-2"}) == "clean-air-3"


@given(some.text(max_size=200))
def test_any_title_makes_an_address(title: str) -> None:
    assert re.fullmatch(r"[^\s/?#%.&=+\"'<>]{1,60}", slug(title))
