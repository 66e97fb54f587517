"""The name of an uploaded file as people may see it: no path, no hidden characters, not too long."""

import re
import unicodedata

from procurement.rules.normal_forms import normal_form

LONGEST_NAME = 150  # characters
LONGEST_SUFFIX = 12
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"})
_JOINERS = frozenset("\u200c\u200d")  # Urdu, Punjabi and emoji are misspelt without them
_FORBIDDEN = re.compile(r'[<>:"|?*]')


def display_name(name: str) -> str:
    """A file's own name, cleaned for pages, headers and downloads; `file` where nothing is left.

    The last part of any path, in NFC, without controls and directional marks (which turn `exe.pdf` round), without
    characters that Windows refuses, at most 150 characters with its extension kept.
    """
    visible = "".join(
        each
        for each in name[:10_000].replace("\\", "/")
        if each in _JOINERS or unicodedata.category(each) not in _HIDDEN
    )
    last = normal_form("NFC", visible.rstrip("/ ").rpartition("/")[2])
    tidy = re.sub(r"\s+", " ", _FORBIDDEN.sub("_", last)).strip(" ").rstrip(". ")
    stem, dot, suffix = tidy.rpartition(".")
    if not dot or len(suffix) > LONGEST_SUFFIX:
        return tidy[:LONGEST_NAME].strip() or "file"
    stem = stem[: LONGEST_NAME - len(suffix) - 1].strip() or "file"
    return f"{stem}.{suffix}"


def extension(name: str) -> str:
    """The extension in small letters without its dot; empty where there is none."""
    stem, _, suffix = name.rpartition(".")
    return suffix.casefold() if stem else ""
