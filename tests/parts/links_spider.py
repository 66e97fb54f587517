"""How Kingfisher Collect's `LinksSpider` follows a publication, in thirty lines: its rule, without its framework.

It saves each page, and goes to `links.next` of it. A first page without one is a fault (`MissingNextLinkError`); a
later page without one is the end.
"""

from collections.abc import Callable
from typing import Any

MOST_PAGES = 1_000


class MissingNextLinkError(Exception):
    """The first page has no next link: the publication is not paged as it says."""


def crawl(fetch: Callable[[str], Any], start: str) -> list[Any]:
    """Every page from `start` on; `fetch` gives the JSON of an address, and raises where the answer is not 200."""
    pages, seen, url = [], set(), start
    while url:
        if url in seen or len(pages) == MOST_PAGES:
            raise AssertionError(f"{url} never ends")
        seen.add(url)
        page = fetch(url)
        pages.append(page)
        url = (page.get("links") or {}).get("next", "")
        if not url and len(pages) == 1:
            raise MissingNextLinkError(start)
    return pages
