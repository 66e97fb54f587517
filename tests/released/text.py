"""A page as a person reads it: its words in their order, a line for each block, brackets round what is filled in.

Nothing of a page that changes by itself is in here: tokens lie in hidden fields, digests of style and script in
addresses, and the clock stands still. What surrounds every page is read where `whole` says so, and once per person.
"""

import difflib
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib

UNREAD = {"head", "script", "style", "template", "svg", "noscript"}
INLINE = {
    *("a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "em", "i", "img", "input", "ins", "kbd"),
    *("label", "mark", "output", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr"),
}
CELLS = {"td", "th"}
FILLED_IN = {"text", "email", "tel", "number", "search", "url", "date", "time", "password"}


def as_read(html: str, *, whole: bool) -> str:
    """The text of a page: its title, then the whole body or what is in its main part."""
    root = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)
    part = root.find("body") if whole else root.find(".//main")
    title = "".join(root.find("head/title").itertext())
    lines = (" ".join(line.split()) for line in "".join((title, "\n", *_words(part))).split("\n"))
    return "\n".join(line for line in lines if line) + "\n"


def difference(kept: str, now: str) -> str:
    """What changed between two texts, line by line; nothing where they are equal."""
    lines = difflib.unified_diff(kept.splitlines(), now.splitlines(), "released", "now", n=1, lineterm="")
    return "".join(f"{line}\n" for line in lines)


def _words(element: Element) -> Iterator[str]:
    tag = element.tag
    if not isinstance(tag, str) or tag in UNREAD or "hidden" in element.attrib:
        return
    if tag == "br":
        yield "\n"
        return
    if tag not in INLINE | CELLS:
        yield "\n"
    yield from _given(element)
    yield _one_line(element.text, tag)
    for child in element:
        yield from _words(child)
        yield _one_line(child.tail, tag)
    if tag == "textarea":
        yield "]"
    if tag in CELLS:
        yield " | "
    elif tag not in INLINE:
        yield "\n"


def _given(element: Element) -> Iterator[str]:
    """What is filled in or chosen, and what stands for a picture."""
    kind = element.attrib.get("type", "text")
    if element.tag == "img" and element.attrib.get("alt"):
        yield f"[{element.attrib['alt']}]"
    elif element.tag == "option":
        yield "(x) " if "selected" in element.attrib else "( ) "
    elif element.tag == "textarea":
        yield "["
    elif element.tag == "input" and kind in {"radio", "checkbox"}:
        yield "(x) " if "checked" in element.attrib else "( ) "
    elif element.tag == "input" and kind in FILLED_IN:
        yield f"[{element.attrib.get('value', '')}]"
    elif element.tag == "input" and kind in {"submit", "button"}:
        yield element.attrib.get("value", "")


def _one_line(text: str | None, tag: str) -> str:
    """Text as a browser flows it; the lines of a text area and of preformatted text are lines."""
    return (text or "") if tag in {"textarea", "pre"} else " ".join(_split(text or ""))


def _split(text: str) -> list[str]:
    # a space at either end is kept: it stands between two words of different elements
    return ["", *text.split(), ""] if text[:1].isspace() and text[-1:].isspace() else _ends(text)


def _ends(text: str) -> list[str]:
    words = text.split()
    return [*([""] if text[:1].isspace() else []), *words, *([""] if text[-1:].isspace() else [])]
