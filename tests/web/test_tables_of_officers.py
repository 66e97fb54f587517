"""What officers download has the names and types of the open data, and its page says what its columns mean."""

import csv
import io
from collections.abc import Sequence

import pytest
from flask import Flask

from procurement.rules import staff_columns
from procurement.rules.award_columns import AWARD_COLUMNS
from procurement.rules.columns import Column
from procurement.rules.ports import Ports
from tests.parts import assessment, calls, outcomes, people
from tests.parts.pages import read


def rows(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))


def test_a_name_of_the_open_data_means_the_same_in_the_officers_tables() -> None:
    known = {each.name: each for each in AWARD_COLUMNS}
    staff = (*staff_columns.BIDS, *staff_columns.RANKING, *staff_columns.HISTORY)
    shared = [each for each in staff if each.name in known]
    assert {each.name for each in shared} >= {"organisation", "size", "title", "lot", "amount", "amount_basis", "sme"}
    assert [each.name for each in shared if each.type is not known[each.name].type] == []
    assert [each.name for each in shared if each.codes and each.codes != known[each.name].codes] == []


@pytest.mark.parametrize(
    ("page", "table", "columns"),
    [
        ("/stages/application/applications", "/stages/application/applications.csv", staff_columns.BIDS),
        ("/stages/application/ranking", "/stages/application/ranking.csv", staff_columns.RANKING),
        ("/history", "/history.csv", staff_columns.HISTORY),
    ],
)
def test_the_page_that_offers_a_table_explains_it(
    app: Flask, ports: Ports, page: str, table: str, columns: Sequence[Column]
) -> None:
    call = assessment.locked(ports, assessment.bids_in(ports, firms=2))
    officer = people.signed_in(app, ports, calls.officer(ports))
    found = rows(officer.get(f"/manage/calls/{call.ref}{table}").data)
    assert [name for name in found[0] if not name.startswith("mark_")] == [each.name for each in columns]
    shown = read(officer.get(f"/manage/calls/{call.ref}{page}"))
    assert [each.text for each in shown.all("dl.app-terms dt code")] == list(found[0])
    assert "has an apostrophe before it; take it away when a script of yours reads the file." in shown.words


def test_yes_and_no_money_and_codes_are_as_in_the_open_data(app: Flask, ports: Ports) -> None:
    call = outcomes.decided(ports)
    officer = people.signed_in(app, ports, calls.officer(ports))
    first = rows(officer.get(f"/manage/calls/{call.ref}/stages/application/ranking.csv").data)[0]
    assert (first["passes"], first["decision"], first["amount_basis"], first["lot_number"]) == (
        "true",
        "fund",
        "net",
        "1",
    )
    assert first["sme"] in ("true", "false")
    assert first["amount"] == "40000.00"
    assert first["lot"] == call.title
