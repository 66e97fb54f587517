"""One vocabulary in every form, its dictionary, the workbook, and each publication of an award in words."""

import io
import re
import zipfile
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from procurement.rules.award_columns import COLUMNS
from procurement.rules.dictionary import SECTIONS
from procurement.rules.ports import Ports
from tests.parts.clock import StandingClock
from tests.parts.open_data import parsed, two_awards
from tests.parts.visitors import Visitor


@pytest.fixture
def published(ports: Ports, clock: StandingClock) -> Any:
    return two_awards(ports, clock)


# one vocabulary


def flat(value: Any, name: str = "") -> set[str]:
    """The names of a JSON value as the dictionary writes them."""
    if isinstance(value, dict):
        return {each for key, inner in value.items() for each in flat(inner, f"{name}.{key}" if name else key)}
    if isinstance(value, list):
        return {each for inner in value for each in flat(inner, f"{name}[]")}
    return {name}


def test_the_dictionary_has_every_name_of_every_form(app: Flask, published: Any) -> None:
    visitor = Visitor(app)
    tables = {each["name"]: each for each in visitor.get("/data/dictionary.json").json["tables"]}
    known = {name: {column["name"] for column in table["columns"]} for name, table in tables.items()}
    assert known == {each.key: {column.name for column in each.columns} for each in SECTIONS}
    award, notice = f"{published.ref.lower()}-a1", f"{published.ref.lower()}-uk6-1"
    around = {"licence", "publisher", "source", "dictionary"}
    whole = flat(visitor.get(f"/calls/{published.ref}.json").json) - around
    whole = {re.sub(r"ranks_by\.\w+", "ranks_by.*", name) for name in whole}
    found = {
        "awards": flat(visitor.get("/awards.json").json["awards"][0]),
        "calls": flat(visitor.get("/calls.json").json["calls"][0]),
        "call": whole,
        "notices": flat(visitor.get("/notices.json").json["notices"][0]),
        "notice": flat(visitor.get(f"/notices/{notice}.json").json["notice"]),
    }
    found |= {
        "publication": flat(visitor.get(f"/awards/{award}/publications/1.json").json),
        "organisations": flat(visitor.get("/organisations.json").json["organisations"][0]),
    }
    assert {name: names - known[name] for name, names in found.items()} == {name: set() for name in found}
    for name in ("awards", "calls", "notices", "notice"):
        assert known[name] - found[name] == set(), name
    assert set(visitor.get(f"/awards/{award}.json").json["award"]) == set(COLUMNS)
    page = visitor.get("/data").text
    assert [name for names in known.values() for name in names if f"<code>{name}</code>" not in page] == []


def test_an_award_is_the_same_in_every_form(app: Flask, published: Any) -> None:
    visitor = Visitor(app)
    listed = {each["id"]: each for each in visitor.get("/awards.json").json["awards"]}
    lines = visitor.get("/awards.csv").data.decode("utf-8-sig").splitlines()
    assert tuple(lines[0].split(",")) == COLUMNS
    for public_id, row in listed.items():
        assert visitor.get(f"/awards/{public_id}.json").json["award"] == row
    assert {row["applications"] for row in listed.values()} == {2}
    assert {row["publication"] for row in listed.values()} == {1, 2}
    assert {row["confirmed_at"] is None for row in listed.values()} == {True, False}
    assert visitor.get("/awards.csv").headers["Content-Type"].startswith("text/csv; charset=utf-8")


MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def test_a_workbook_is_one_that_an_analyst_would_have_made(app: Flask, published: Any) -> None:
    book = zipfile.ZipFile(io.BytesIO(Visitor(app).get("/awards.xlsx").data))
    names = [each.get("name") for each in parsed(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")]
    assert names == ["Awards", "Columns", "About"]
    sheet = parsed(book.read("xl/worksheets/sheet1.xml"))
    pane = next(sheet.iter(f"{MAIN}pane"))
    assert (pane.get("ySplit"), pane.get("state")) == ("1", "frozen")
    assert sheet.find(f"{MAIN}autoFilter").get("ref").startswith("A1:")  # type: ignore[union-attr]
    assert len(list(sheet.iter(f"{MAIN}col"))) > 5
    rows = list(sheet.iter(f"{MAIN}row"))
    cells = [{re.sub(r"\d", "", cell.get("r", "")): cell for cell in row} for row in rows]
    heads = {"".join(cell.itertext()): column for column, cell in cells[0].items()}
    for cell in cells[1:]:
        for title in ("Amount (pounds (GBP))", "Awarded", "First published (UK time)", "Applications"):
            assert cell[heads[title]].get("t") in (None, "n"), title  # a number or a date, no text
        assert "".join(cell[heads["Kind"]].itertext()) == "Contract"
        assert "".join(cell[heads["Status"]].itertext()) in ("Active", "In standstill")
        assert "".join(cell[heads["Small or medium-sized"]].itertext()) in ("Yes", "No")
    texts = {"".join(cell.itertext()) for row in cells for cell in row.values()}
    assert "@Home Care CIC" in texts  # as it is: a workbook's texts are no formulas
    explained = parsed(book.read("xl/worksheets/sheet2.xml"))
    said = {"".join(cell.itertext()) for cell in explained.iter(f"{MAIN}c")}
    assert set(COLUMNS) <= said


# each publication


def test_every_publication_is_readable_says_what_changed_and_can_be_checked(app: Flask, published: Any) -> None:
    visitor, award = Visitor(app), f"{published.ref.lower()}-a1"
    record = visitor.get(f"/awards/{award}.json").json
    assert [each["publication"] for each in record["publications"]] == [1, 2]
    page = visitor.get(f"/awards/{award}").text
    assert "The award stands since" in page
    assert "…" not in re.sub(r"<title>.*?</title>", "", page)
    for each in record["publications"]:
        number = each["publication"]
        assert f'href="/awards/{award}/publications/{number}"' in page
        content = visitor.get(urlsplit(each["url"]).path)
        assert sha256(content.data).hexdigest() == each["sha256"] == content.headers["X-Content-SHA256"]
        shown = visitor.get(f"/awards/{award}/publications/{number}").text
        assert each["sha256"] in shown
        assert "sha256sum --check" in shown
        assert "£10,000" in shown
    assert "The first publication." in visitor.get(f"/awards/{award}/publications/1").text
    for number in ("0", "3", "999999999"):
        assert visitor.get(f"/awards/{award}/publications/{number}").status_code == 404
        assert visitor.get(f"/awards/{award}/publications/{number}.json").status_code == 404
