"""The table of published awards: one shape for every download, and the data package says what it is."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal

from procurement.rules.awards_table import COLUMNS, award_row, data_package
from procurement.rules.exports import write_csv


@dataclass
class Registered:
    public_id: str = "ch-1-a1"
    kind: str = "contract"
    status: str = "pending"
    title: str = "Sensors"
    summary: str = "=Measures air"
    call_ref: str = "CH-1"
    call_title: str = "Clean air"
    lot_title: str = "Streets"
    theme: str = "low_carbon"
    organisation: str = "Zoë’s Café"
    organisation_ref: str = "zoes-cafe"
    organisation_number: str = "GB-COH-01234567"
    size: str = "small"
    sme: bool = True
    vcse: bool = False
    amount: Decimal = Decimal(40_000)
    awarded_on: date = date(2027, 3, 1)
    standstill_ends_at: datetime | None = datetime(2027, 3, 11, 23, 59, 59, 5, tzinfo=UTC)
    ocid: str = "ocds-b5fd17-CH-1"


def test_a_row_says_everything_that_the_register_holds_of_an_award() -> None:
    assert award_row(Registered(), "https://city.example") == {
        "id": "ch-1-a1",
        "kind": "contract",
        "status": "pending",
        "title": "Sensors",
        "summary": "=Measures air",
        "call": "CH-1",
        "call_title": "Clean air",
        "lot": "Streets",
        "theme": "low_carbon",
        "organisation": "Zoë’s Café",
        "organisation_id": "zoes-cafe",
        "organisation_number": "GB-COH-01234567",
        "size": "small",
        "sme": True,
        "vcse": False,
        "amount": "40000.00",
        "currency": "GBP",
        "awarded_on": "2027-03-01",
        "standstill_ends_at": "2027-03-11T23:59:59Z",
        "ocid": "ocds-b5fd17-CH-1",
        "url": "https://city.example/awards/ch-1-a1",
    }


def test_a_grant_has_no_end_of_standstill_and_no_process() -> None:
    row = award_row(replace(Registered(), kind="grant", standstill_ends_at=None, ocid=""), "")
    assert (row["standstill_ends_at"], row["ocid"]) == ("", "")


def test_csv_and_data_package_have_the_columns_of_a_row_in_its_order() -> None:
    row = award_row(Registered(), "")
    head, line = (each.decode("utf-8-sig").strip().split(",") for each in write_csv(COLUMNS, [row]))
    (resource,) = data_package("The city", "https://city.example")["resources"]
    fields = {each["name"]: each for each in resource["schema"]["fields"]}
    assert tuple(row) == COLUMNS == tuple(head) == tuple(fields)
    assert (line[COLUMNS.index("sme")], line[COLUMNS.index("vcse")]) == ("yes", "no")
    assert (fields["sme"]["trueValues"], fields["vcse"]["falseValues"]) == (["yes"], ["no"])
    assert line[COLUMNS.index("summary")] == "'=Measures air"
