"""The name of an uploaded file as people may see it: no path, no hidden characters, not too long."""

import re
import unicodedata

from procurement.rules.normal_forms import normal_form

LONGEST_NAME = 150  # characters
LONGEST_BYTES = 200  # in UTF-8: most file systems take 255, and programs that save a second copy add to a name
LONGEST_SUFFIX = 12
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"})
_JOINERS = frozenset("\u200c\u200d")  # Urdu, Punjabi and emoji are misspelt without them
_FORBIDDEN = re.compile(r'[<>:"|?*]')
# Names of devices, with whatever extension, which Windows never makes a file of.
_DEVICES = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3]) *(?:\.|$)", re.IGNORECASE
)
_FOLLOWING = frozenset({"Mn", "Me", "Mc"})  # what belongs to the character before it
_JOINED = "\u200d"


def display_name(name: str) -> str:
    """A file's own name, cleaned for pages, headers and downloads; `file` where nothing is left.

    The last part of any path, in NFC, without controls and directional marks (which turn `exe.pdf` round), without
    characters and names that Windows refuses, at most 150 characters and 200 bytes, cut at a whole character with its
    extension kept.
    """
    visible = "".join(
        each
        for each in name[:10_000].replace("\\", "/")
        if each in _JOINERS or unicodedata.category(each) not in _HIDDEN
    )
    last = normal_form("NFC", visible.rstrip("/ ").rpartition("/")[2])
    tidy = re.sub(r"\s+", " ", _FORBIDDEN.sub("_", last)).strip(" ").rstrip(". ")
    if _DEVICES.match(tidy):
        tidy = f"_{tidy}"
    stem, dot, suffix = tidy.rpartition(".")
    if not dot or len(suffix) > LONGEST_SUFFIX:
        return _shortened(tidy, LONGEST_NAME, LONGEST_BYTES) or "file"
    left = LONGEST_NAME - len(suffix) - 1, LONGEST_BYTES - len(suffix.encode()) - 1
    return f"{_shortened(stem, *left) or 'file'}.{suffix}"


def _shortened(text: str, characters: int, size: int) -> str:
    """The text within so many characters and bytes of UTF-8, cut where a character as people see it ends."""
    kept = text[:characters].encode()[:size].decode("utf-8", "ignore")
    end = len(kept)
    while 0 < end < len(text) and (
        unicodedata.category(text[end]) in _FOLLOWING or _JOINED in (text[end], text[end - 1])
    ):
        end -= 1
    return text[:end].strip(" ").rstrip(". ")


def extension(name: str) -> str:
    """The extension in small letters without its dot; empty where there is none."""
    stem, _, suffix = name.rpartition(".")
    return suffix.casefold() if stem else ""
