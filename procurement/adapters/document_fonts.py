"""The faces that documents are drawn with: our own files, and of the rarer scripts only those that a text holds.

A face of Chinese is a megabyte, and most letters need two of ours: each script names the characters that call for it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

FONT_FILE = re.compile(
    r"(?P<family>.+?)-(?P<subset>latin-ext|latin|greek-ext|greek|cyrillic-ext|cyrillic|vietnamese|arabic|hebrew"
    r"|devanagari|bengali|gurmukhi|gujarati|tamil|thai|ethiopic|korean|chinese-simplified|emoji)"
    r"-(?P<weight>\d00)-(?P<style>normal|italic)\.woff2"
)  # as @fontsource names them
ALWAYS = ("source-sans-3 latin", "source-sans-3 latin-ext", "noto-naskh-arabic arabic")  # in this order, each document
SYSTEM_FAMILIES = '"Source Sans 3", "Noto Sans", "DejaVu Sans", sans-serif'
# what calls for a face, and the face: the first of a chain that has a character draws it
SCRIPTS = (
    (re.compile("[\u0400-\u052f\u1c80-\u1c8f\u2de0-\u2dff\ua640-\ua69f]"), ("source-sans-3 cyrillic",)),
    (re.compile("[\u0460-\u052f\u1c80-\u1c8f\u2de0-\u2dff\ua640-\ua69f]"), ("source-sans-3 cyrillic-ext",)),
    (re.compile("[\u0370-\u03ff]"), ("source-sans-3 greek",)),
    (re.compile("[\u1f00-\u1fff]"), ("source-sans-3 greek-ext",)),
    (re.compile("[\u0102\u0103\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9\u20ab]"), ("source-sans-3 vietnamese",)),
    (re.compile("[\u0590-\u05ff\ufb1d-\ufb4f]"), ("noto-sans-hebrew hebrew",)),
    (re.compile("[\u0900-\u097f\u1cd0-\u1cff\ua8e0-\ua8ff]"), ("noto-sans-devanagari devanagari",)),
    (re.compile("[\u0980-\u09ff]"), ("noto-sans-bengali bengali",)),
    (re.compile("[\u0a00-\u0a7f]"), ("noto-sans-gurmukhi gurmukhi",)),
    (re.compile("[\u0a80-\u0aff]"), ("noto-sans-gujarati gujarati",)),
    (re.compile("[\u0b80-\u0bff]"), ("noto-sans-tamil tamil",)),
    (re.compile("[\u0e00-\u0e7f]"), ("noto-sans-thai thai",)),
    (re.compile("[\u1200-\u139f\u2d80-\u2ddf\uab00-\uab2f]"), ("noto-sans-ethiopic ethiopic",)),
    (re.compile("[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff]"), ("noto-sans-kr korean",)),
    (
        re.compile("[\u2e80-\u312f\u3190-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"),
        ("noto-sans-sc chinese-simplified",),
    ),
    (
        re.compile("[\u203c\u2049\u20e3\u231a-\u23ff\u2600-\u27bf\u2934\u2935\u2b00-\u2bff\U0001f000-\U0001faff]"),
        ("noto-emoji emoji",),
    ),
)


@dataclass(frozen=True)
class Faces:
    """Style text that names faces, the order in which they are asked, and their bytes by address."""

    rules: str
    chain: str
    files: dict[str, tuple[str, bytes]]


def called_for(text: str) -> tuple[str, ...]:
    """The faces that a text needs beyond those that every document has."""
    if text.isascii():
        return ()
    return tuple(face for pattern, faces in SCRIPTS if pattern.search(text) for face in faces)


def undrawn(fonts: Path, letters: Iterable[str]) -> frozenset[str]:
    """Which letters none of our own faces has: a page shows boxes for them, unless its machine happens to have a font.
    None where our faces are not there at all, since then every document is the machine's."""
    left = frozenset(each for each in letters if not each.isascii())
    wanted = (*ALWAYS, *called_for("".join(sorted(left)))) if left else ()
    for path in sorted(fonts.glob("*.woff2")) if wanted else ():
        match = FONT_FILE.fullmatch(path.name)
        if match is not None and f"{match['family']} {match['subset']}" in wanted:
            left -= _covered(path)
    return left if next(fonts.glob("*.woff2"), None) is not None else frozenset()


@lru_cache(maxsize=64)
def _covered(path: Path) -> frozenset[str]:
    """The characters that a face has; its file never changes while a process lives."""
    with TTFont(path, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap() or ()))


def faces_of(fonts: Path, wanted: tuple[str, ...], scheme: str) -> Faces:
    """Our own faces of some names, as far as their files are there; without them the system's serve."""
    rules, files, names = [], {}, []
    found = [match for path in sorted(fonts.glob("*.woff2")) if (match := FONT_FILE.fullmatch(path.name))]
    for name in wanted:
        for match in (each for each in found if f"{each['family']} {each['subset']}" == name):
            address = f"{scheme}:/fonts/{match.string}"
            if name not in names:
                names.append(name)
            files[address] = ("font/woff2", (fonts / match.string).read_bytes())
            rules.append(
                f'@font-face{{font-family:"{name}";font-weight:{match["weight"]};'
                f'font-style:{match["style"]};src:url("{address}") format("woff2")}}'
            )
    chain = ", ".join([*(f'"{name}"' for name in names), SYSTEM_FAMILIES])
    return Faces("\n".join(rules), chain, files)
