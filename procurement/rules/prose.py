"""Texts of officers with lists, bold words and links: a small, safe part of Markdown, the same wherever they are read.

Paragraphs, lists with bullets or numbers, `**bold**`, and `[words](address)` to http, https and mailto. Everything else
stands as it was typed: HTML, pictures, headings, code, single stars and underscores. A line that ends, ends, so that
texts from before read as they did.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

SCHEMES = frozenset({"http", "https", "mailto"})
NESTING = 12  # of the library: what lies deeper it leaves out
DEEPEST = 8  # levels, two for each list within a list
LONGEST = 30_000  # characters: what is longer is no guidance, and is shown as it was typed
BOLD = "**"
_OPENING = {"paragraph_open": "<p>", "bullet_list_open": "<ul>", "list_item_open": "<li>", "strong_open": "<strong>"}
_CLOSING = {"paragraph_close": "</p>", "bullet_list_close": "</ul>", "list_item_close": "</li>"}
_BULLET = "\N{BULLET} "


def _may_link(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme.lower() in SCHEMES and bool(parts.netloc or parts.path)


def _reader() -> MarkdownIt:
    reader = MarkdownIt("zero", {"maxNesting": NESTING}).enable(["list", "emphasis", "link", "newline"])
    reader.validateLink = _may_link  # type: ignore[method-assign, assignment]  # because the library is told so
    return reader


_READER = _reader()


@lru_cache(maxsize=1024)
def html_of(text: str) -> str:
    """A text as HTML: `<p>`, `<ul>`, `<ol>`, `<li>`, `<strong>`, `<br>` and `<a>`, all else escaped."""
    tokens = _tokens(text)
    if tokens is None:
        return "".join(f"<p>{escape(each)}</p>" for each in text.split("\n") if each.strip())
    return "".join(_html(tokens))


def _tokens(text: str) -> Sequence[Token] | None:
    """What the library reads; None where the text is no guidance: far too long, or nested so deeply that a part of it
    would be left out."""
    if len(text) > LONGEST:
        return None
    tokens = _READER.parse(text)
    return None if any(each.level >= DEEPEST for each in tokens) else tokens


def _html(tokens: Sequence[Token]) -> Iterator[str]:
    before = address = title = ""
    for token in tokens:
        if before == "link_open" and token.type == "link_close":
            yield escape(address)  # a link without words
        before = token.type
        if token.type == "inline":
            yield from _html(token.children or ())
        elif token.type.startswith("paragraph_") and token.hidden:
            continue  # of a list without blank lines
        elif token.type == "ordered_list_open":
            start = token.attrGet("start")
            yield "<ol>" if start in (None, 1) else f'<ol start="{int(start)}">'
        elif token.type == "ordered_list_close":
            yield "</ol>"
        elif token.type == "link_open":
            address, title = str(token.attrGet("href") or ""), str(token.attrGet("title") or "")
            yield f'<a class="govuk-link" href="{escape(address)}" rel="noopener">' if address else "["
        elif token.type == "link_close":
            yield ("</a>" if address else "]()") + (f" ({escape(title)})" if title else "")
        elif token.type in ("softbreak", "hardbreak"):
            yield "<br>"
        elif token.type == "strong_close" and token.markup == BOLD:
            yield "</strong>"
        elif token.type in ("strong_open", "strong_close", "em_open", "em_close") and token.markup != BOLD:
            yield escape(token.markup)
        else:
            yield _OPENING.get(token.type) or _CLOSING.get(token.type) or escape(token.content)


@lru_cache(maxsize=1024)
def plain_of(text: str) -> str:
    """A text as words alone, for messages and data: bullets and numbers before the items, the address behind a link."""
    tokens = _tokens(text)
    return text if tokens is None else "\n".join(_lines(tokens)).strip("\n")


def _lines(tokens: Sequence[Token]) -> Iterator[str]:
    counters: list[int | None] = []
    begins = ""
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            counters.append(int(token.attrGet("start") or 1) if token.type.startswith("ordered") else None)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            counters.pop()
            if not counters:
                begins = ""
                yield ""
        elif token.type == "list_item_open":
            number = counters[-1]
            begins = "  " * (len(counters) - 1) + (_BULLET if number is None else f"{number}. ")
            counters[-1] = None if number is None else number + 1
        elif token.type == "inline":
            yield begins + "".join(_words(token.children or ()))
            begins = "  " * len(counters)
        elif token.type == "paragraph_close" and not token.hidden and not counters:
            yield ""


def _words(tokens: Sequence[Token]) -> Iterator[str]:
    address = title = before = ""
    for token in tokens:
        empty, before = before == "link_open", token.type
        if token.type == "link_open":
            address = str(token.attrGet("href") or "").removeprefix("mailto:")
            title = str(token.attrGet("title") or "")
            yield "" if address else "["
        elif token.type == "link_close":
            yield "]()" if not address else address if empty else f" ({address})"
            yield f" ({title})" if title else ""
        elif token.type in ("softbreak", "hardbreak"):
            yield "\n"
        elif token.type.startswith(("strong_", "em_")):
            yield "" if token.markup == BOLD else token.markup
        else:
            yield token.content
