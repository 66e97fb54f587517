"""The table of published awards: what every download of the register says of an award, under the same names.

CSV, JSON, XLSX and one award's JSON are written from `award_row`; the data package (Frictionless) and the dictionary
describe it. A column is added here, and nowhere else.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from procurement.rules.award_columns import AWARD_COLUMNS
from procurement.rules.columns import Row, in_utc, on_day, table_schema
from procurement.rules.endings import ended_at, ended_because, suspended_at
from procurement.rules.published import OPEN_GOVERNMENT_LICENCE, PublishedCall, instant
from procurement.rules.registers import charity_number, company_number, known_as

PROTECTION = (
    "In CSV a text that a spreadsheet would take for a formula (it begins with =, +, -, @, | or a control character) "
    "has an apostrophe before it, so that “@Home Care CIC” is written “'@Home Care CIC”. Take that apostrophe away "
    "when you read CSV by program; JSON and XLSX have the text as it is."
)
ENCODING = "UTF-8 with a byte order mark, which spreadsheets need; lines end with CR LF (RFC 4180)."


class Counts(NamedTuple):
    """How many applications the lot of an award had, and how many were assessed; None where nobody counted."""

    received: int | None = None
    assessed: int | None = None


class RegisteredAward(Protocol):
    """An award as the register has it (`models.register.RegisterAward`). `more`: its newest publication, as
    `published.to_plain` writes it."""

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
    published_at: datetime
    changed_at: datetime
    standstill_ends_at: datetime | None
    ocid: str
    entries: int
    more: dict[str, Any]


def counted_then(publications: Sequence[tuple[datetime, PublishedCall]], lot: str, at: datetime) -> Counts:
    """How many applications the lot of an award had, from what its call said (oldest first) when the award was first
    published: later counts are of other awards. Of a call with several windows it cannot be told."""
    said = [call for published_at, call in publications if published_at <= at]
    if not said or any(stage.window > 1 for stage in said[-1].stages):
        return Counts()
    return next((Counts(each.received, each.assessed) for each in said[-1].counts if each.lot == lot), Counts())


def _identifier(organisation: dict[str, Any]) -> str | None:
    """The surest register that knows an organisation, and its number there, as org-id.guide writes the two."""
    known = known_as(
        company=company_number(organisation.get("company_number") or "") or "",
        charity=charity_number(organisation.get("charity_number") or "") or "",
        register=organisation.get("register") or "",
        number=organisation.get("register_number") or "",
    )
    return "-".join(known[0]) if known else None


def award_row(award: RegisteredAward, base_url: str, counts: Counts | None = None) -> Row:
    """One award under the names of `AWARD_COLUMNS`, all of it; None where there is nothing to say. `counts`: of an
    award whose publication does not say them."""
    more = award.more
    received, assessed = counts or Counts(more.get("applications"), more.get("applications_assessed"))
    organisations: list[dict[str, Any]] = more.get("organisations") or [{}]
    organisation = organisations[0]
    return {
        "id": award.public_id,
        "kind": award.kind,
        "status": str(award.status),
        "title": award.title,
        "summary": award.summary,
        "call": award.call_ref,
        "call_title": award.call_title,
        "lot": award.lot_title,
        "theme": award.theme or None,
        "cpv": more.get("cpv") or None,
        "also_cpv": more.get("also_cpv") or None,
        "place": more.get("place") or None,
        "also_places": more.get("also_places") or None,
        "organisation": award.organisation,
        "organisation_id": award.organisation_ref,
        "organisation_number": award.organisation_number or None,
        "organisation_identifier": _identifier(organisation),
        "organisation_place": organisation.get("locality") or None,
        "size": award.size or None,
        "sme": award.sme,
        "vcse": award.vcse,
        "amount": award.amount.quantize(Decimal("0.01")),
        "applied_for": _number(more.get("applied_for")),
        "amount_basis": more.get("amount_basis") or None,
        "amount_gross": _number(more.get("amount_gross")),
        "vat_rate": _number(more.get("vat_rate")),
        "currency": "GBP",
        "awarded_on": award.awarded_on,
        "told_at": in_utc(more.get("told_at")),
        "standstill_ends_at": award.standstill_ends_at,
        "suspended_at": in_utc(suspended_at(more) or None),
        "confirmed_at": in_utc(more.get("confirmed_at")),
        "accepted_at": in_utc(more.get("accepted_at")),
        "signed_on": on_day(more.get("signed_on")),
        "contract_starts_on": on_day(more.get("contract_starts_on")),
        "contract_ends_on": on_day(more.get("contract_ends_on")),
        "contract_amount": _number(more.get("contract_amount")),
        "ended_at": in_utc(ended_at(more) or None),
        "ended_because": str(ended_because(more) or "") or None,
        "starts_on": on_day(more.get("starts_on")),
        "ends_on": on_day(more.get("ends_on")),
        "applications": received,
        "applications_assessed": assessed,
        "published_at": award.published_at,
        "changed_at": award.changed_at,
        "publication": award.entries,
        "ocid": award.ocid or None,
        "url": f"{base_url}/awards/{award.public_id}",
    }


def _number(plain: str | None) -> Decimal | None:
    return None if plain is None else Decimal(plain).quantize(Decimal("0.01"))


def data_package(authority: str, base_url: str, changed_at: datetime | None = None) -> dict[str, Any]:
    """Frictionless: where the CSV is, what its columns are, who publishes it and under which licence."""
    return {
        "profile": "tabular-data-package",
        "name": "awards",
        "id": f"{base_url}/data/datapackage.json",
        "title": f"Awards of {authority}",
        "description": f"Every contract and grant that {authority} has awarded through this service. {PROTECTION}",
        "homepage": f"{base_url}/data",
        **({"created": instant(changed_at)} if changed_at else {}),
        "licenses": [{"name": "OGL-UK-3.0", "path": OPEN_GOVERNMENT_LICENCE, "title": "Open Government Licence 3.0"}],
        "sources": [{"title": f"Award register of {authority}", "path": f"{base_url}/awards"}],
        "contributors": [{"title": authority, "path": base_url, "role": "publisher"}],
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": "awards",
                "title": "Awards and grants",
                "description": f"{ENCODING} {PROTECTION}",
                "path": f"{base_url}/awards.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "dialect": {
                    "delimiter": ",",
                    "lineTerminator": "\r\n",
                    "quoteChar": '"',
                    "doubleQuote": True,
                    "header": True,
                },
                "schema": table_schema(AWARD_COLUMNS, "id"),
            }
        ],
    }
