"""Every page that somebody can reach by links from the home page, in each role, in real Chromium.

The pages are those of the seeded demonstration city. A page is fetched once for each address; it is opened in Chromium
once for each route and state, where the state is what it is built of: the set of classes on it. SCREENSHOTS=<folder>
keeps a picture of each page that was opened, on a phone and on a desk.
"""

import os
import re
import socket
import threading
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.serving import make_server

from procurement.app import create_app
from procurement.models.people import Person
from procurement.rules.ports import Ports
from tests.parts import people
from tests.parts.city import configuration, seeded
from tests.parts.databases import Databases
from tests.parts.pages import Node, parse

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Request

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
ROLES = ("nobody", "sme", "sme2", "assessor", "assessor2", "officer", "approver", "auditor", "operator")
STAFF = {"assessor", "assessor2", "officer", "approver", "auditor", "operator"}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PUBLIC_WEIGHT, STAFF_WEIGHT = 50_000, 75_000  # bytes of a first visit, compressed
SAME_ROUTE = 4  # addresses of one route that are fetched for one person
OPENED = 40  # pages of one person that are opened in Chromium
SERVICE = "Thousand Trades"
# the innermost element that reaches furthest to the right outside every region that scrolls by itself
WIDEST = """() => { let worst = null, right = 0;
  for (const each of document.querySelectorAll("body *")) {
    if (each.closest("[tabindex='0']")) continue;
    const edge = each.getBoundingClientRect().right;
    if (edge >= right) { right = edge; worst = each; } }
  return worst.outerHTML.slice(0, 160); }"""
PHONE, DESK = {"width": 320, "height": 700}, {"width": 1280, "height": 900}


class House:
    """The seeded city behind an address of this machine."""

    def __init__(self, app: Flask, ports: Ports, address: str) -> None:
        self.app, self.ports, self.address = app, ports, address
        self.routes = app.url_map.bind("localhost")
        self.known: set[tuple[str, frozenset[str]]] = set()  # routes and states that axe has read
        self.weights: dict[str, int] = {}  # of what pages share

    def route(self, path: str) -> str:
        try:
            return str(self.routes.match(path)[0])
        except HTTPException:
            return path  # no page: it will be fetched, and fail with the page that has the link

    def enter(self, browser: "Browser", name: str) -> "BrowserContext":
        """A browser in which this person of the city is signed in."""
        context = browser.new_context(base_url=self.address, viewport=DESK, reduced_motion="reduce")
        if name != "nobody":
            with self.ports.database.reading() as session:
                person = session.scalars(select(Person).where(Person.email == f"{name}@demo.example")).one()
            cookies = people.signed_in(self.app, self.ports, person)._cookies
            context.add_cookies(
                [{"name": each.key, "value": each.value, "url": self.address} for each in (cookies or {}).values()]
            )
        return context


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[House]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://localhost:{port}"
    config = configuration(databases.sqlite.make(), tmp_path_factory.mktemp("pages"), address)
    ports = seeded(config)
    app = create_app(config, ports)
    server = make_server("localhost", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield House(app, ports, address)
    server.shutdown()
    thread.join()
    server.server_close()
    ports.database.close()  # type: ignore[attr-defined]


class Crawl:
    """One person follows every link, breadth first, and notes what is wrong with which page."""

    def __init__(self, house: House, browser: "Browser", name: str) -> None:
        self.house, self.name = house, name
        self.limit = STAFF_WEIGHT if name in STAFF else PUBLIC_WEIGHT
        self.context = house.enter(browser, name)
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.faults: list[str] = []
        self.requests: list[Request] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request))  # noqa: PLW0108 (it marks what it is given)
        self.page.on("console", lambda entry: self.said.append(entry.text) if entry.type == "error" else None)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.opened: set[tuple[str, frozenset[str]]] = set()
        self.routes: set[str] = set()

    def walk(self) -> None:
        queue = deque([("/", "the address bar")])
        met: dict[str, str] = {"/": ""}
        of_route: dict[tuple[str, frozenset[str]], int] = {}
        while queue:
            address, found_on = queue.popleft()
            parts = urlsplit(address)
            kind = (self.house.route(parts.path), frozenset(name for name, _ in parse_qsl(parts.query)))
            of_route[kind] = of_route.get(kind, 0) + 1
            if of_route[kind] > SAME_ROUTE:
                continue
            for link in self.visit(address, found_on, kind[0]):
                if link not in met:
                    met[link] = address
                    queue.append((link, address))
        self.context.close()

    def visit(self, address: str, found_on: str, route: str) -> list[str]:
        """Fetch one page; open it if it is of a new kind; say where its links lead."""
        self.routes.add(route)
        answer = self.context.request.get(address)
        if answer.status >= 400:
            self.faults.append(f"{answer.status} {address}, linked from {found_on}")
            return []
        if not answer.headers.get("content-type", "").startswith("text/html"):
            return []
        landed = urlsplit(answer.url).path
        parsed = parse(answer.text())
        self.read(address, parsed)
        state = frozenset(word for each in parsed.all("main [class]") for word in each.attributes["class"].split())
        kind = (self.house.route(landed), state)
        if kind not in self.opened and len(self.opened) < OPENED:
            self.opened.add(kind)
            self.open(address, kind)
        # the operator sees messages to others, whose links are for whoever got them
        in_message = {each.attributes["href"] for each in parsed.all(".app-typed a[href]")}
        hrefs = [each.attributes["href"] for each in parsed.all("a[href]")]
        return [link for href in hrefs if href not in in_message and (link := self.same_origin(address, href))]

    def same_origin(self, address: str, href: str) -> str:
        """The address that a link of a page leads to, without its fragment; nothing if that is elsewhere."""
        whole = urlsplit(urljoin(self.house.address + address, href))
        if f"{whole.scheme}://{whole.netloc}" != self.house.address:
            return ""
        return whole.path + (f"?{whole.query}" if whole.query else "")

    def read(self, address: str, page: Node) -> None:
        """What can be told from the page as it was sent."""
        title, headings = page.one("title").words, page.all("h1")
        if len(headings) != 1:
            self.faults.append(f"{address}: {len(headings)} h1")
        if not re.fullmatch(rf"(\S.* – )?{SERVICE}", title) or (title == SERVICE and address != "/"):
            self.faults.append(f"{address}: title “{title}”")
        if not page.one("html").attributes.get("lang"):
            self.faults.append(f"{address}: no language")
        if page.all("[style]") or page.all("script:not([src])"):
            self.faults.append(f"{address}: style or script inside the page")

    def open(self, address: str, kind: tuple[str, frozenset[str]]) -> None:
        """What only a browser can tell."""
        self.requests.clear()
        self.said.clear()
        self.page.goto(address, wait_until="load")
        self.picture(kind[0], "desk")
        elsewhere = [each.url for each in self.requests if not each.url.startswith(self.house.address)]
        self.faults += [f"{address}: asks {url}" for url in elsewhere]
        self.faults += [f"{address}: says {text}" for text in self.said]
        weight = sum(map(self.weight, self.requests))
        if weight > self.limit:
            self.faults.append(f"{address}: {weight} bytes")
        self.page.set_viewport_size(PHONE)
        wide = self.page.evaluate("document.scrollingElement.scrollWidth")
        if wide > PHONE["width"]:
            self.faults.append(f"{address}: {wide} px wide on a phone, by {self.page.evaluate(WIDEST)}")
        self.picture(kind[0], "phone")
        if kind not in self.house.known:
            self.house.known.add(kind)
            found: dict[str, Any] = Axe().run(self.page, options={"runOnly": RULES}).response
            for each in found["violations"]:
                self.faults.append(f"{address}: {each['id']} {[node['html'][:150] for node in each['nodes'][:2]]}")
        self.page.set_viewport_size(DESK)

    def weight(self, request: "Request") -> int:
        """Bytes of one answer as sent; what pages share is counted as on a first visit, though it is kept."""
        response = request.response()
        if response is None:
            return 0
        size = request.sizes()["responseBodySize"]
        shared = self.house.weights
        shared[request.url] = max(size, shared.get(request.url, 0))
        return shared[request.url]

    def picture(self, route: str, size: str) -> None:
        if folder := os.environ.get("SCREENSHOTS"):
            number = sum(each[0] == route for each in self.opened)
            path = Path(folder) / size / f"{route}-{self.name}-{number}.png"
            self.page.screenshot(path=path, full_page=True)


@pytest.mark.parametrize("name", ROLES)
def test_every_page_that_links_lead_to(house: House, browser: "Browser", name: str) -> None:
    crawl = Crawl(house, browser, name)
    crawl.walk()
    assert crawl.faults == [], "\n".join(crawl.faults)
    assert len(crawl.routes) > 10
