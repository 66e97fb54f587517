"""What a page says to search engines, in the words of schema.org: the data sets, and an award."""

from typing import Any

from procurement.rules.awards_table import RegisteredAward
from procurement.rules.endings import SUSPENDED, ended_at, ended_because, suspended_at
from procurement.rules.money import as_number
from procurement.rules.published import OPEN_GOVERNMENT_LICENCE
from procurement.rules.statuses import AwardStatus

CONTEXT = "https://schema.org"
CSV, JSON = "text/csv", "application/json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SETS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Awards and grants",
        "Every contract and grant that was awarded, one row each.",
        (("/awards.csv", CSV), ("/awards.json", JSON), ("/awards.xlsx", XLSX)),
    ),
    (
        "Procurement, release by release (OCDS 1.1.5)",
        "Every call, change, award and end of a procurement, in the Open Contracting Data Standard.",
        (("/ocds/releases.json", JSON),),
    ),
    (
        "Grants (360Giving 1.4)",
        "Every grant that stands, in the 360Giving Data Standard.",
        (("/data/360giving.json", JSON),),
    ),
    ("Calls", "Every call with its dates, money and stages.", (("/calls.json", JSON),)),
)
_DONE = {
    AwardStatus.PENDING: "PotentialActionStatus",
    AwardStatus.SUSPENDED: "PotentialActionStatus",
    AwardStatus.ACTIVE: "CompletedActionStatus",
    AwardStatus.CANCELLED: "FailedActionStatus",
    AwardStatus.UNSUCCESSFUL: "FailedActionStatus",
}


def catalogue(authority: str, base_url: str, changed_on: str) -> dict[str, Any]:
    """The data sets of the page /data. `changed_on`: the day of the newest publication; empty before the first."""
    who = _authority(authority, base_url)
    return {
        "@context": CONTEXT,
        "@type": "DataCatalog",
        "name": f"Open data of {authority}",
        "url": f"{base_url}/data",
        "publisher": who,
        "dataset": [
            {
                "@type": "Dataset",
                "name": name,
                "description": about,
                "url": f"{base_url}/data",
                "license": OPEN_GOVERNMENT_LICENCE,
                "isAccessibleForFree": True,
                "creator": who,
                **({"dateModified": changed_on} if changed_on else {}),
                "distribution": [
                    {"@type": "DataDownload", "contentUrl": f"{base_url}{path}", "encodingFormat": kind}
                    for path, kind in forms
                ],
            }
            for name, about, forms in SETS
        ],
    }


def award(row: RegisteredAward, authority: str, base_url: str) -> dict[str, Any]:
    """An award: a grant as money that funds an organisation, a contract as something bought from it. `authority`: what
    it was called when the award was published. Of one that stands no more it is said when and why: a grant is no action
    that could fail, so that its cancelling is one."""
    who = _authority(authority, base_url)
    organisation = {
        "@type": "Organization",
        "name": row.organisation,
        "url": f"{base_url}/organisations/{row.organisation_ref}",
    }
    said = {
        "@context": CONTEXT,
        "@id": f"{base_url}/awards/{row.public_id}",
        "identifier": row.public_id,
        "name": row.title,
        "description": row.summary or row.title,
        "url": f"{base_url}/awards/{row.public_id}",
    }
    ended, why = ended_at(row.more), str(ended_because(row.more) or "")
    if ended:
        said["description"] = f"Cancelled. {why} {said['description']}"
    elif suspended_at(row.more):
        said["description"] = f"Suspended. {SUSPENDED} {said['description']}"
    if row.kind == "grant":
        amount = {"@type": "MonetaryAmount", "value": as_number(row.amount), "currency": "GBP"}
        cancelling = {
            "@type": "CancelAction",
            "actionStatus": f"{CONTEXT}/CompletedActionStatus",
            "endTime": ended,
            "description": why,
        }
        return {
            **said,
            "@type": "MonetaryGrant",
            "amount": amount,
            "funder": who,
            "fundedItem": organisation,
            **({"potentialAction": cancelling} if ended else {}),
        }
    return {
        **({"endTime": ended, "error": {"@type": "Thing", "description": why}} if ended else {}),
        **said,
        "@type": "BuyAction",
        "agent": who,
        "seller": organisation,
        "price": as_number(row.amount),
        "priceCurrency": "GBP",
        "startTime": row.awarded_on.isoformat(),
        "actionStatus": f"{CONTEXT}/{_DONE[AwardStatus(row.status)]}",
    }


def _authority(name: str, base_url: str) -> dict[str, Any]:
    return {"@type": "GovernmentOrganization", "name": name, "url": base_url}
