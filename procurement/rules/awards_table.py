"""The table of published awards: what every download of the register says of an award, under the same names.

CSV, JSON and XLSX are written from `award_row`; the data package (Frictionless) describes it.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from procurement.rules.published import OPEN_GOVERNMENT_LICENCE, instant

_TEXT: dict[str, Any] = {"type": "string"}
_YES_NO: dict[str, Any] = {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]}  # as CSV writes them
AWARD_FIELDS: dict[str, dict[str, Any]] = {
    "id": _TEXT,
    "kind": _TEXT,
    "status": _TEXT,
    "title": _TEXT,
    "summary": _TEXT,
    "call": _TEXT,
    "call_title": _TEXT,
    "lot": _TEXT,
    "theme": _TEXT,
    "organisation": _TEXT,
    "organisation_id": _TEXT,
    "organisation_number": _TEXT,
    "size": _TEXT,
    "sme": _YES_NO,
    "vcse": _YES_NO,
    "amount": {"type": "number"},
    "currency": _TEXT,
    "awarded_on": {"type": "date"},
    "standstill_ends_at": {"type": "datetime"},
    "ocid": _TEXT,
    "url": _TEXT,
}
COLUMNS = tuple(AWARD_FIELDS)
Row = dict[str, str | bool]


class RegisteredAward(Protocol):
    """An award as the register has it (`models.register.RegisterAward`)."""

    public_id: str
    kind: str
    status: str
    title: str
    summary: str
    call_ref: str
    call_title: str
    lot_title: str
    theme: str
    organisation: str
    organisation_ref: str
    organisation_number: str
    size: str
    sme: bool
    vcse: bool
    amount: Decimal
    awarded_on: date
    standstill_ends_at: datetime | None
    ocid: str


def award_row(award: RegisteredAward, base_url: str) -> Row:
    """One award under the names of `AWARD_FIELDS`: the amount in pounds with pence, instants in UTC; all of it."""
    ends = award.standstill_ends_at
    return {
        "id": award.public_id,
        "kind": award.kind,
        "status": award.status,
        "title": award.title,
        "summary": award.summary,
        "call": award.call_ref,
        "call_title": award.call_title,
        "lot": award.lot_title,
        "theme": award.theme,
        "organisation": award.organisation,
        "organisation_id": award.organisation_ref,
        "organisation_number": award.organisation_number,
        "size": award.size,
        "sme": award.sme,
        "vcse": award.vcse,
        "amount": f"{award.amount:.2f}",
        "currency": "GBP",
        "awarded_on": award.awarded_on.isoformat(),
        "standstill_ends_at": instant(ends) if ends else "",
        "ocid": award.ocid,
        "url": f"{base_url}/awards/{award.public_id}",
    }


def data_package(authority: str, base_url: str) -> dict[str, Any]:
    """Frictionless: where the CSV is, and what its columns are."""
    return {
        "profile": "tabular-data-package",
        "name": "awards",
        "title": f"Awards of {authority}",
        "licenses": [{"name": "OGL-UK-3.0", "path": OPEN_GOVERNMENT_LICENCE, "title": "Open Government Licence 3.0"}],
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": "awards",
                "path": f"{base_url}/awards.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {
                    "fields": [{"name": name, **described} for name, described in AWARD_FIELDS.items()],
                    "primaryKey": "id",
                    "missingValues": [""],
                },
            }
        ],
    }
