"""360Giving's checks of the accuracy and usefulness of grants, by their published names, written anew.

What fails is a sentence. Recipients without any register number are a fact about them, and are not counted.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

Grant = dict[str, Any]
LONGEST_TITLE = 140
YEARS = range(1995, 2060)
REGISTERS = ("GB-COH-", "GB-CHC-", "GB-SC-", "GB-NIC-", "GB-MPR-", "GB-UKPRN-", "GB-LAE-", "360G-")
NUMBERS = {
    "GB-COH-": r"[0-9A-Z]{8}",
    "GB-CHC-": r"[0-9]{6,7}(-[0-9]+)?",
    "GB-SC-": r"SC[0-9]{6}",
    "GB-NIC-": r"[0-9]{6}",
}


def _recipient(grant: Grant) -> Grant:
    found: Grant = grant["recipientOrganization"][0]
    return found


def _number_is_whole(key: str) -> bool:
    return all(re.fullmatch(f"{prefix}{form}", key) for prefix, form in NUMBERS.items() if key.startswith(prefix))


def _dates(grant: Grant) -> list[str]:
    planned = (
        each for period in grant.get("plannedDates", ()) for each in (period.get("startDate"), period.get("endDate"))
    )
    return [each for each in (grant["awardDate"], *planned) if each]


def _in_order(grant: Grant) -> bool:
    return all(each.get("startDate", "") <= each.get("endDate", "9") for each in grant.get("plannedDates", ()))


# each holds of a good grant
CHECKS: dict[str, Callable[[Grant], bool]] = {
    "ZeroAmountTest": lambda grant: grant["amountAwarded"] > 0,
    "FundingOrg360GPrefix": lambda grant: not grant["fundingOrganization"][0]["id"].startswith("360G-"),
    "FundingOrgUnrecognisedPrefix": lambda grant: grant["fundingOrganization"][0]["id"].startswith(REGISTERS),
    "RecipientOrgUnrecognisedPrefix": lambda grant: _recipient(grant)["id"].startswith(REGISTERS),
    "RecipientOrgCharityNumber": lambda grant: _number_is_whole(_recipient(grant)["id"]),
    "RecipientOrgCompanyNumber": lambda grant: len(_recipient(grant).get("companyNumber", "12345678")) == 8,
    "OrganizationIdLooksInvalid": lambda grant: bool(re.fullmatch(r"[A-Z0-9]+-[A-Za-z0-9-]+", _recipient(grant)["id"])),
    "MoreThanOneFundingOrg": lambda grant: len(grant["fundingOrganization"]) == 1,
    "LooksLikeEmail": lambda grant: not re.search(r"[\w.]+@[\w.]+\.\w", str(grant)),
    "NoGrantProgramme": lambda grant: bool(grant.get("grantProgramme")),
    "TitleDescriptionSame": lambda grant: grant["title"] != grant["description"],
    "TitleLength": lambda grant: len(grant["title"]) <= LONGEST_TITLE,
    "NoLastModified": lambda grant: bool(grant.get("dateModified")),
    "NoDataSource": lambda grant: bool(grant.get("dataSource")),
    "ClassificationNotPresent": lambda grant: bool(grant.get("classifications")),
    "PlannedStartDateBeforeEndDate": _in_order,
    "ImpossibleDates": lambda grant: all(date.fromisoformat(each) for each in _dates(grant)),
    "FarFuturePlannedDates and FarPastDates": lambda grant: all(int(each[:4]) in YEARS for each in _dates(grant)),
    "PostDatedAwardDates": lambda grant: grant["awardDate"] <= grant["dateModified"][:10],
}


def failures(grant: Grant) -> list[str]:
    """What fails of one grant."""
    return [f"{grant['id']}: {name}" for name, holds in CHECKS.items() if not holds(grant)]
