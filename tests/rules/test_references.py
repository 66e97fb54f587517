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
    public_id,
    read_code,
    slug,
    verify_code,
)

CHANCE = bytes(range(BYTES_NEEDED))


def test_references_look_as_they_do_everywhere() -> None:
    assert application_reference("BSC", CHANCE) == "BSC-2345-6789"
    assert verify_code(CHANCE) == "2345-6789-ABCD"
    assert call_reference("BCC", 2026, 14) == "BCC-2026-014"
    assert call_reference("BCC", 2026, 1014) == "BCC-2026-1014"
    assert lot_reference("BCC-2026-014", 2) == "BCC-2026-014-L2"
    assert award_id("BCC-2026-014", 3) == "bcc-2026-014-a3"
    assert ocid("ocds-b5fd17", "BCC-2026-014") == "ocds-b5fd17-bcc-2026-014"
    assert grant_id("360G-bcc", "BCC-2026-014", "a3") == "360G-bcc-bcc-2026-014-a3"


def test_no_letter_can_be_taken_for_another() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 29
    assert not set(ALPHABET) & set("01ILOUZ")


@given(some.binary(min_size=BYTES_NEEDED, max_size=BYTES_NEEDED))
def test_codes_have_their_shape_and_are_found_again_however_typed(random_bytes: bytes) -> None:
    try:
        found = verify_code(random_bytes)
    except ValueError:
        assert sum(each < 232 for each in random_bytes) < 12
        return
    assert re.fullmatch(rf"([{ALPHABET}]{{4}}-){{2}}[{ALPHABET}]{{4}}", found)
    assert read_code(found) == read_code(f" {found.lower()} ") == read_code(found.replace("-", " ")) == found


def test_every_letter_is_equally_likely() -> None:
    assert set(Counter(code(bytes(range(256)), 232)).values()) == {8}


@pytest.mark.parametrize(
    "typed", ["", "2345-6789-ABC", "2345-6789-ABCI", "2345-6789-ABCDE", "x" * 10_000, "²³45-6789-ABCD"]
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert read_code(typed) == ""


def test_too_little_chance_and_bad_prefixes_are_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        verify_code(b"\xff" * 64)
    for prefix in ("", "B", "bcc", "B-C", "1BC", "ABCDEFGHIJK"):
        with pytest.raises(ValueError, match="prefix"):
            call_reference(prefix, 2026, 1)
    with pytest.raises(ValueError, match="from 1"):
        call_reference("BCC", 2026, 0)
    with pytest.raises(ValueError, match="from 1"):
        award_id("BCC-2026-001", 0)
    with pytest.raises(ValueError, match="nothing"):
        public_id("!!!")


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
