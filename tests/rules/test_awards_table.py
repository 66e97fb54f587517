"""The table of published awards: one shape and one vocabulary for every download, and what describes it fits it."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from procurement.rules.award_codes import SIZES, STATUSES
from procurement.rules.award_columns import AWARD_COLUMNS, COLUMNS
from procurement.rules.awards_table import Counts, award_row, data_package
from procurement.rules.columns import Type, cells, plain
from procurement.rules.exports import write_csv
from procurement.rules.published import Scale
from procurement.rules.statuses import AwardStatus

NOON = datetime(2027, 3, 2, 12, tzinfo=UTC)
KIND_OF: dict[Type, type | tuple[type, ...]] = {
    Type.TEXT: str,
    Type.ADDRESS: str,
    Type.YES_NO: bool,
    Type.WHOLE: int,
    Type.NUMBER: (int, float),
    Type.DAY: str,
    Type.INSTANT: str,
}


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
    organisation_number: str = "01234567"
    size: str = "small"
    sme: bool = True
    vcse: bool = False
    amount: Decimal = Decimal("40000.50")
    awarded_on: date = date(2027, 3, 1)
    published_at: datetime = NOON
    changed_at: datetime = NOON
    standstill_ends_at: datetime | None = datetime(2027, 3, 11, 23, 59, 59, 5, tzinfo=UTC)
    ocid: str = "ocds-b5fd17-CH-1"
    entries: int = 2
    more: dict[str, Any] = field(
        default_factory=lambda: {
            "told_at": "2027-03-02T11:00:00.000007Z",
            "confirmed_at": None,
            "starts_on": "2027-04-01",
            "organisations": [{"locality": "Birmingham"}],
        }
    )


def row(award: Registered | None = None) -> dict[str, Any]:
    return award_row(award or Registered(), "https://city.example", Counts(14, 6))


def test_a_row_says_everything_that_the_register_holds_of_an_award() -> None:
    found = {name: plain(value) for name, value in row().items()}
    assert (
        found.items()
        >= {
            "id": "ch-1-a1",
            "status": "pending",
            "organisation_place": "Birmingham",
            "sme": True,
            "vcse": False,
            "amount": 40000.5,
            "awarded_on": "2027-03-01",
            "told_at": "2027-03-02T11:00:00Z",
            "standstill_ends_at": "2027-03-11T23:59:59Z",
            "confirmed_at": None,
            "starts_on": "2027-04-01",
            "applications": 14,
            "applications_assessed": 6,
            "published_at": "2027-03-02T12:00:00Z",
            "publication": 2,
            "url": "https://city.example/awards/ch-1-a1",
        }.items()
    )


def test_a_grant_has_no_end_of_standstill_and_no_process() -> None:
    found = row(replace(Registered(), kind="grant", standstill_ends_at=None, ocid=""))
    assert (found["standstill_ends_at"], found["ocid"]) == (None, None)


def test_each_value_is_of_the_type_of_its_column() -> None:
    found = row()
    for column in AWARD_COLUMNS:
        value = plain(found[column.name])
        assert value is None or isinstance(value, KIND_OF[column.type]), column.name
        assert (value is not None) or not column.required, column.name
        assert not column.codes or value is None or value in column.codes, column.name
        assert column.about.endswith("."), column.name
        assert column.example, column.name
    assert json.loads(json.dumps({name: plain(value) for name, value in found.items()}))


def test_csv_has_the_words_of_json() -> None:
    """Booleans, amounts, days and instants read the same in both; what is not there is empty or null."""
    found = row()
    head, line = (each.decode("utf-8-sig").strip().split(",") for each in write_csv(COLUMNS, [cells(found)]))
    assert tuple(head) == COLUMNS == tuple(found)
    said = dict(zip(head, line, strict=True))
    for column in AWARD_COLUMNS:
        value = plain(found[column.name])
        if value is None:
            assert said[column.name] == "", column.name
        elif column.type in (Type.TEXT, Type.ADDRESS, Type.DAY, Type.INSTANT):
            assert said[column.name].removeprefix("'") == value, column.name
        else:
            assert json.loads(said[column.name]) == value, column.name
    assert (said["amount"], said["sme"], said["summary"]) == ("40000.50", "true", "'=Measures air")


def test_the_data_package_has_the_columns_of_a_row_in_its_order() -> None:
    package = data_package("The city", "https://city.example", NOON)
    (resource,) = package["resources"]
    fields = {each["name"]: each for each in resource["schema"]["fields"]}
    assert tuple(fields) == COLUMNS
    assert {each["type"] for each in fields.values()} == {
        "string",
        "boolean",
        "number",
        "integer",
        "date",
        "datetime",
    }
    assert fields["id"]["constraints"] == {"required": True, "unique": True}
    assert fields["status"]["constraints"]["enum"] == [str(each) for each in AwardStatus]
    assert "@Home Care CIC" in package["description"]
    assert package["created"] == "2027-03-02T12:00:00Z"


def test_every_status_and_size_has_words() -> None:
    assert set(STATUSES) == set(AwardStatus)
    assert set(SIZES) == set(Scale) - {Scale.UNKNOWN}
