"""Values in a script that is written from right to left, kept apart from the text that they stand in.

Without that, a number or a bracket beside an Arabic or Hebrew name moves to its other side (Unicode's UAX #9). A value
is put between the characters that isolate it; on pages they become `<bdi>` where it stands in text, and are left out
where it stands in an input, so that nobody sends them back.
"""

import re
from typing import TypeVar

FIRST_STRONG, POP = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_MARKUP = re.compile(r"(<[^<>]*>)")
_ELEMENT = re.compile(r"<(/?)([a-zA-Z0-9]+)")
_SENT = re.compile(r'(\svalue="[^"]*")')
_BARE = frozenset({"title", "option", "script", "style"})  # which hold text and no elements
Value = TypeVar("Value")


def isolated(text: str) -> str:
    """A value as it stands in a sentence; the same text where nothing of it runs from right to left."""
    if text.isascii() or not _RIGHT_TO_LEFT.search(text) or FIRST_STRONG in text:
        return text
    return "\n".join(_line(each) for each in text.split("\n"))


def _line(text: str) -> str:
    return f"{FIRST_STRONG}{text}{POP}" if _RIGHT_TO_LEFT.search(text) else text


def isolated_values(value: Value) -> Value:
    """Plain values with every text in them isolated."""
    if isinstance(value, str):
        return isolated(value)  # type: ignore[return-value]  # because a text is a Value
    if isinstance(value, dict):
        return {key: isolated_values(each) for key, each in value.items()}  # type: ignore[return-value]  # because a dict is too
    if isinstance(value, list | tuple):
        return type(value)(map(isolated_values, value))
    return value


def as_elements(page: str) -> str:
    """A page whose values were isolated: with `<bdi>` around those in its text, and none in what people send back."""
    if FIRST_STRONG not in page:
        return page
    parts, inside = [], ""
    for part in _MARKUP.split(page):
        if part.startswith("<") and (found := _ELEMENT.match(part)):
            name = found[2].lower()
            if found[1]:
                inside = "" if name == inside else inside
            elif not inside and (name in _BARE or name == "textarea"):
                inside = name
            parts.append(_SENT.sub(lambda each: _without(each[1]), part) if FIRST_STRONG in part else part)
        elif inside == "textarea":
            parts.append(_without(part))
        elif inside:
            parts.append(part)
        else:
            parts.append(part.replace(FIRST_STRONG, "<bdi>").replace(POP, "</bdi>"))
    return "".join(parts)


def _without(text: str) -> str:
    return text.replace(FIRST_STRONG, "").replace(POP, "")
