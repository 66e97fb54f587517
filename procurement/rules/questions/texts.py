"""Typed text: the one form in which it is stored, how many words it has, and whether a reader would see anything."""

import re
import unicodedata

from procurement.rules.normal_forms import normal_form

# The browser's counter removes and replaces the same characters: tests/rules/word_counts.json holds both to it.
_BREAKS = re.compile("\r\n?|[\v\f\u2028\u2029]")
_NONCHARACTERS = "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
_REMOVED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u200b\u2060-\u2064\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffc"
    f"\ufdd0-\ufdef{_NONCHARACTERS}]"
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_OFFICE_BULLET = re.compile("[\uf000-\uf0ff]")  # where Word keeps its symbol fonts: a list pasted from it
BULLET = "\N{BULLET}"
_WORD = re.compile(r"\S+")
_LETTER = re.compile(r"[^\W_]")  # or a digit, of any script
# symbols that people begin a line with: arrows, shapes, ticks, and dashes and their likes of mathematics
_BULLETS = re.compile(
    "[~^`|+=<>\u2190-\u21ff\u2212\u25a0-\u25ff\u2605\u2606\u2713-\u2718\u2756\u2794-\u27be\u2b1b\u2b1c\u2b24]"
)
MOST_CHARACTERS = 60_000  # of any answer, whatever a published limit in words lets through
LEAST_CEILING = 200  # characters: what a line may always have
CHARACTERS_A_WORD = 10  # English has six with the space; nobody who keeps to a limit in words meets this one


def normalise(text: str) -> str:
    """The one form in which a text is stored, counted and hashed.

    Line ends become LF; controls, noncharacters, byte order marks, soft hyphens, zero-width spaces, what stands for an
    object and directional overrides go (they hide or reorder what others read, or no reader can show them); the private
    characters of Word's lists become bullets; joiners and direction marks stay, since Urdu, Punjabi and emoji need
    them; then NFC.
    """
    text = _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _BREAKS.sub("\n", text))
    text = normal_form("NFC", _OFFICE_BULLET.sub(BULLET, _REMOVED.sub("", text)))
    # a pattern for blanks at the end of a line begins anew at each of them: 25 kB of blanks took seconds
    return "\n".join(map(str.rstrip, text.split("\n"))).strip("\n")


def one_line(text: str) -> str:
    """A normalised text on one line: a space where a line ended, whatever blanks stood around it."""
    return " ".join(filter(None, map(str.strip, text.split("\n"))))


def word_count(text: str) -> int:
    """How many words: what stands between spaces is one, if it has a letter, a digit or a symbol in it.

    A bullet, a dash or a comma alone is none, so that a list counts the same with and without its bullets.
    """
    return sum(map(_is_word, _WORD.findall(normalise(text))))


def _is_word(found: str) -> bool:
    if _LETTER.search(found):
        return True
    return any(unicodedata.category(each)[0] in "SM" for each in _BULLETS.sub("", found))


def ceiling(limit: int | None, *, lines: bool) -> int:
    """How many characters a text may have: a multiple of its limit in words; without one, a line has 200."""
    if limit is None:
        return MOST_CHARACTERS if lines else LEAST_CEILING
    return min(MOST_CHARACTERS, max(LEAST_CEILING, CHARACTERS_A_WORD * limit))


def is_blank(text: str) -> bool:
    """Whether a reader would see nothing at all."""
    return all(each.isspace() or unicodedata.category(each) == "Cf" for each in text.strip())
