"""The names by which people and pages find things: short, readable aloud, and made from given random bytes."""

import re
import unicodedata
from collections.abc import Iterable

from procurement.rules.normal_forms import normal_form

# Crockford's base 32 leaves out I, L, O and U; we leave out 0 and 1 too, and Z for the sake of 2. What is read aloud or
# copied by hand then has one reading. 29 letters: bytes that do not divide evenly are thrown away.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXY"
APPLICATION_LENGTH, VERIFY_LENGTH, GROUP = 8, 12, 4
BYTES_NEEDED = 64  # ample for either code: fewer than 12 usable ones happen once in more than 10 ** 30 times
LONGEST_SLUG = 60

_UNEVEN = 256 - 256 % len(ALPHABET)
_LETTERS_WITHOUT_PARTS = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "Æ": "AE",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "þ": "th",
        "Þ": "Th",
        "&": " and ",
        "’": "",
        "'": "",
    }
)
_PREFIX = re.compile(r"[A-Z][A-Z0-9]{1,9}")


def code(random_bytes: bytes, length: int) -> str:
    """`length` letters, each equally likely, from random bytes. Raises ValueError when they do not suffice."""
    letters = [ALPHABET[each % len(ALPHABET)] for each in random_bytes if each < _UNEVEN]
    if len(letters) < length:
        raise ValueError(f"{len(random_bytes)} random bytes are too few for {length} letters")
    return "".join(letters[:length])


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def application_reference(prefix: str, random_bytes: bytes) -> str:
    """`BSC-7K3M-42QX`: the authority's prefix and 8 letters (5 × 10¹¹ ways); the database refuses the rare same one."""
    _check_prefix(prefix)
    return f"{prefix}-{_grouped(code(random_bytes, APPLICATION_LENGTH))}"


def call_reference(prefix: str, year: int, number: int) -> str:
    """`BCC-2026-014`: the authority's prefix, the year and the number of the call in that year, counted from 1."""
    _check_prefix(prefix)
    if number < 1:
        raise ValueError("calls are numbered from 1")
    return f"{prefix}-{year:04d}-{number:03d}"


def lot_reference(call: str, number: int) -> str:
    """`BCC-2026-014-L2`: one lot of a call."""
    return f"{call}-L{number}"


def ocid(prefix: str, call: str) -> str:
    """The id of a contracting process: `ocds-xxxxxx` (registered once per publisher) and the call's own reference."""
    return f"{prefix}-{public_id(call)}"


def grant_id(prefix: str, call: str, award: str) -> str:
    """The id of a grant: `360G-xxxx` (registered once per publisher), the call's reference and the award's number."""
    return f"{prefix}-{public_id(call)}-{public_id(award)}"


def prefix_of(made: str, text: str) -> str:
    """The prefix of an id that `ocid` or `grant_id` made of it and a reference."""
    return made.removesuffix(f"-{public_id(text)}")


def award_id(call: str, number: int) -> str:
    """`bcc-2026-014-a3`: one award of a call, in its permanent address."""
    if number < 1:
        raise ValueError("awards are numbered from 1")
    return f"{call}-a{number}".lower()


def public_id(text: str) -> str:
    """A reference as it may stand in an identifier or address: small letters, digits and hyphens."""
    found = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")
    if not found:
        raise ValueError(f"{text!r} leaves nothing for an identifier")
    return found


def slug(text: str, taken: Iterable[str] = ()) -> str:
    """A title as part of an address: `Clean air für alle` is `clean-air-fur-alle`; numbered where it is taken.

    A title without Latin letters (Urdu, Punjabi) keeps its own, which addresses may hold; `untitled` for nothing.
    """
    bare = normal_form("NFKD", text.translate(_LETTERS_WITHOUT_PARTS))
    latin = re.sub(r"[^a-z0-9]+", "-", bare.encode("ascii", "ignore").decode().casefold()).strip("-")
    folded = normal_form("NFC", text).casefold()  # vowel signs are marks: without them a word is another
    kept = (each if each.isalnum() or unicodedata.category(each).startswith("M") else "-" for each in folded)
    own = re.sub("-+", "-", "".join(kept)).strip("-")
    base = latin if len(latin) >= len(own) // 2 else own
    base = _shortened(base) or "untitled"
    used, number, found = set(taken), 1, base
    while found in used:
        number += 1
        found = f"{base}-{number}"
    return found


def _shortened(text: str) -> str:
    """At most so many characters, cut between words where that leaves half of them."""
    if len(text) <= LONGEST_SLUG:
        return text
    whole = text[: LONGEST_SLUG + 1].rpartition("-")[0]
    return whole if len(whole) >= LONGEST_SLUG // 2 else text[:LONGEST_SLUG].strip("-")


def _check_prefix(prefix: str) -> None:
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"{prefix!r} is no prefix: 2 to 10 capital letters and digits, beginning with a letter")


def key_from(text: str, taken: Iterable[str]) -> str:
    """A key of small letters that answers are stored under; it stays when the text is changed."""
    made = slug(text).encode("ascii", "ignore").decode().strip("-").replace("-", "_")[:40].rstrip("_")
    base = made if made[:1].isalpha() else f"q_{made}".rstrip("_")
    used, found, number = {*taken, "new"}, base, 1  # "new" is an address of its own
    while found in used:
        number += 1
        found = f"{base}_{number}"
    return found
