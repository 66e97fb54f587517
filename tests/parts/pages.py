"""A page read as a browser reads it: parsed by the HTML standard, asked by CSS selectors."""

from collections.abc import Iterator
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
        """All text in it, with single spaces."""
        return " ".join(self.text.split())

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
