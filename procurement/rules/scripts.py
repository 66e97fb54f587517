"""What the scripts of letters are called, for whoever reads that a document could not draw some of them."""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

NAMED = 3  # letters of a script that are shown; the others are counted
# what has no ink of its own: controls, formats, separators, surrogates
WITHOUT_INK = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})


def inked(text: str) -> frozenset[str]:
    """The characters of a text that a reader should see, each once."""
    return frozenset(
        each
        for each in set(text)
        if unicodedata.category(each) not in WITHOUT_INK
        and not unicodedata.name(each, "").startswith("VARIATION SELECTOR")
    )


def script_of(character: str) -> str:
    """The name of its script, as Unicode's own name of a letter begins: "Tibetan"; what is no letter is a symbol."""
    if unicodedata.category(character)[0] not in "LM":
        return "Symbols"
    first = unicodedata.name(character, "Unknown").split()[0]
    return first if first == "CJK" else first.capitalize()


def in_words(characters: Iterable[str]) -> str:
    """Characters by their scripts: "Tibetan: ཀ, ཁ, ག and 2 more; Symbols: 𝄞"; empty where there are none."""
    by_script: dict[str, list[str]] = {}
    for each in sorted(characters):
        by_script.setdefault(script_of(each), []).append(each)
    return "; ".join(f"{script}: {_some(found)}" for script, found in by_script.items())


def texts_of(content: Mapping[str, Any], leave_out: str) -> str:
    """All that a document says, one after the other, but for one value."""
    found: list[str] = []
    waiting: list[Any] = [value for key, value in content.items() if key != leave_out]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            waiting.extend(value.values())
        elif isinstance(value, list | tuple):
            waiting.extend(value)
        elif isinstance(value, str):
            found.append(value)
    return "".join(found)


def _some(letters: list[str]) -> str:
    shown = ", ".join(letters[:NAMED])
    return shown if len(letters) <= NAMED else f"{shown} and {len(letters) - NAMED} more"
