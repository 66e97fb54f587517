"""The one pager and the one search that every list uses."""

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from procurement.rules.ports import Ports
from procurement.web.parts.paging import Pager, pages_of
from procurement.web.parts.search import Choice, Nonsense, Parameters, chips, facet, query
from tests.parts.pages import parse
from tests.parts.people import person, signed_in


def pager(number: int, last: int) -> Pager:
    return Pager(number, last, lambda page: f"?page={page}")


@pytest.mark.parametrize(
    ("number", "last", "shown"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 9, [1, 2, 3, None, 9]),
        (5, 9, [1, None, 3, 4, 5, 6, 7, None, 9]),
        (4, 9, [1, 2, 3, 4, 5, 6, None, 9]),
        (9, 9, [1, None, 7, 8, 9]),
        (99, 9, [1, None, 9]),  # beyond the last
    ],
)
def test_the_pager_shows_first_last_and_what_is_near(number: int, last: int, shown: list[int | None]) -> None:
    assert [each and each["number"] for each in pager(number, last).numbers] == shown


def test_the_pager_leads_one_on_and_one_back_where_there_is_one() -> None:
    assert [(each.previous, each.next) for each in (pager(1, 1), pager(1, 2), pager(2, 2), pager(2, 3))] == [
        ("", ""),
        ("", "?page=2"),
        ("?page=1", ""),
        ("?page=1", "?page=3"),
    ]
    assert [each and (each["href"], each["current"]) for each in pager(2, 2).numbers] == [
        ("?page=1", False),
        ("?page=2", True),
    ]


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (20, 1), (21, 2), (40, 2), (41, 3)])
def test_a_list_has_as_many_pages_as_it_needs_and_at_least_one(total: int, pages: int) -> None:
    assert pages_of(total, 20) == pages


def test_a_page_beyond_the_last_is_the_last_and_says_so(app: Flask, ports: Ports) -> None:
    operator = signed_in(app, ports, person(ports, "op@city.example", "operator"))
    shown = parse(operator.get("/admin/users?page=9999").text).words
    assert "There is no page 9999: this is the last one." in shown
    assert "op@city.example" in shown
    assert "There is no page" not in parse(operator.get("/admin/users?page=1").text).words


def test_what_of_an_address_makes_no_sense_is_left_out_and_named() -> None:
    given = [("q", "  clean \n air "), ("status", "open"), ("status", "odd"), ("theme", "odd"), ("page", "٥")]
    read = Parameters(MultiDict([*given, ("sort", "up"), ("colour", "red"), ("year", "20270")]))
    read.only({"q", "status", "theme", "page", "sort", "year"})
    assert (read.words(), read.words(longest=5)) == ("clean air", "clean")
    assert (read.several("status", ("closed", "open")), read.one("theme", {"air"})) == (("open",), "")
    assert (read.number("page"), read.number("year", longest=4), read.number("none")) == (None, None, None)
    assert read.order(("newest", "oldest")) == "newest"
    assert [(each.why, each.shown) for each in read.ignored] == [
        (Nonsense.NAME, "colour"),
        (Nonsense.LENGTH, "q=clean air"),
        (Nonsense.CHOICE, "status=odd"),
        (Nonsense.CHOICE, "theme=odd"),
        (Nonsense.NUMBER, "page=٥"),
        (Nonsense.NUMBER, "year=20270"),
        (Nonsense.ORDER, "sort=up"),
    ]


def test_what_makes_sense_is_read() -> None:
    read = Parameters(MultiDict([("status", "b"), ("status", "a"), ("page", "12"), ("lot", "2"), ("lot", "x")]))
    assert (read.several("status", ("a", "b", "c")), read.number("page"), read.numbers("lot")) == (("a", "b"), 12, (2,))
    assert (read.order(("closing", "title")), read.ignored) == ("closing", [])


def test_an_address_holds_what_is_chosen_and_nothing_empty() -> None:
    given = {"q": "a b&c", "status": ("open", "closed"), "theme": "", "page": 3}
    assert query(given, page=None) == "?q=a+b%26c&status=open&status=closed"
    assert (query({}), query(given, q="", status=(), page=None)) == ("", "")


def test_a_chip_leads_to_the_search_without_it() -> None:
    status = facet("status", "Status", [("open", "Open", 2), ("closed", "Closed", 0)], ("open", "closed"), several=True)
    size = facet("sme", "Size", [("yes", "Small", None), ("no", "Large", 1)], ("yes",))
    assert size.choices == (Choice("yes", "Small", None, True), Choice("no", "Large", 1, False))
    assert (size.options, size.chosen) == ([("yes", "Small"), ("no", "Large (1)")], ("yes",))
    given = {"status": ("open", "closed"), "sme": "yes"}
    assert chips([status, size], lambda **changes: query(given, **changes)) == [
        {"group": "Status", "text": "Open", "href": "?status=closed&sme=yes"},
        {"group": "Status", "text": "Closed", "href": "?status=open&sme=yes"},
        {"group": "Size", "text": "Small", "href": "?status=open&status=closed"},
    ]
