"""Typed text: the one form in which it is stored, how many words it has, and whether a reader would see anything."""

import re
import unicodedata

from procurement.rules.normal_forms import normal_form

# The browser's counter removes and replaces the same characters: tests/rules/word_counts.json holds both to it.
_BREAKS = re.compile("\r\n?|[\v\f\u2028\u2029]")
_REMOVED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_WORD = re.compile(r"\S+")


def normalise(text: str) -> str:
    """The one form in which a text is stored, counted and hashed.

    Line ends become LF; controls, byte order marks, zero-width spaces and directional overrides go (they hide or
    reorder what others read); joiners and direction marks stay, since Urdu, Punjabi and emoji need them; then NFC.
    """
    text = _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _BREAKS.sub("\n", text))
    text = normal_form("NFC", _REMOVED.sub("", text))
    # a pattern for blanks at the end of a line begins anew at each of them: 25 kB of blanks took seconds
    return "\n".join(map(str.rstrip, text.split("\n"))).strip("\n")


def one_line(text: str) -> str:
    """A normalised text on one line: a space where a line ended, whatever blanks stood around it."""
    return " ".join(filter(None, map(str.strip, text.split("\n"))))


def word_count(text: str) -> int:
    """How many words: anything between spaces is one, as the pages say."""
    return len(_WORD.findall(normalise(text)))


def is_blank(text: str) -> bool:
    """Whether a reader would see nothing at all."""
    return all(each.isspace() or unicodedata.category(each) == "Cf" for each in text.strip())
