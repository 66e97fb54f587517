"""A page read as a browser reads it: parsed by the HTML standard, asked by CSS selectors."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from xml.etree.ElementTree import Element

import cssselect2
import html5lib


class Node:
    """One element of a page."""

    def __init__(self, wrapped: cssselect2.ElementWrapper) -> None:
        self._wrapped = wrapped
        self._element: Element = wrapped.etree_element

    @property
    def attributes(self) -> dict[str, str]:
        return dict(self._element.attrib)

    @property
    def text(self) -> str:
        """All text in it, as written."""
        return "".join(self._element.itertext())

    @property
    def words(self) -> str:
        """All text in it, with single spaces, and one between two elements."""
        return " ".join(" ".join(self._element.itertext()).split())

    @property
    def ids(self) -> list[str]:
        return [each.attributes["id"] for each in self.all("[id]")]

    @property
    def links(self) -> list[str]:
        """Where its links lead."""
        return [each.attributes["href"] for each in self.all("a[href]")]

    def all(self, selector: str) -> list["Node"]:
        """What matches below it, in the order of the page."""
        return list(self._matching(selector))

    def one(self, selector: str) -> "Node":
        """The first that matches; a failure names the selector."""
        found = next(self._matching(selector), None)
        assert found is not None, f"{selector} is not on the page"
        return found

    def _matching(self, selector: str) -> Iterator["Node"]:
        return map(Node, self._wrapped.query_all(selector))


def parse(html: str) -> Node:
    """A whole page."""
    tree = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)
    return Node(cssselect2.ElementWrapper.from_html_root(tree))


class WellFormed(HTMLParser):
    """Every page of ours closes what it opens, has one h1, one thing for each id, and no style of its own; and no form
    sends a hidden value twice, of which only the first is read."""

    VOID = frozenset({"area", "br", "hr", "img", "input", "link", "meta", "rect", "line", "path", "circle", "source"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self._open: list[str] = []
        self._ids: list[str | None] = []
        self._headings = 0
        self._hidden: list[str | None] = []
        self.feed(html)
        assert (self._open, self._headings, len(self._ids)) == ([], 1, len(set(self._ids)))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._ids += [value for name, value in attrs if name == "id"]
        assert "style" not in dict(attrs), f"<{tag}> has a style of its own"
        self._headings += tag == "h1"
        given = dict(attrs)
        if tag == "form":
            self._hidden = []
        elif tag == "input" and given.get("type") == "hidden":
            assert given.get("name") not in self._hidden, f"a form sends {given.get('name')} twice"
            self._hidden.append(given.get("name"))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self._open.pop() == tag


def checked(answer: Any, status: int = 200) -> str:
    """The HTML of an answer with this status; it is as every page of ours should be."""
    assert answer.status_code == status, answer.text[:2000]
    WellFormed(answer.text)
    return str(answer.text)


def read(answer: Any, status: int = 200) -> Node:
    """The same, parsed."""
    return parse(checked(answer, status))


def token_in(html: str) -> str:
    """The token that the page's forms carry."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
    assert found is not None, "there is no form"
    return found[1]
