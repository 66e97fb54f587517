"""What an operator may set, with the values that hold until they do. Law changes figures: rows are dated."""

import re
from dataclasses import dataclass
from typing import Any

from procurement.rules.dates import STANDSTILL_WORKING_DAYS
from workflows.facts import Sentence


@dataclass(frozen=True)
class Known:
    """One setting: its words for the operator, and the value that holds while there is no row for it."""

    key: str
    title: str
    value: object
    source: str = ""


KNOWN: tuple[Known, ...] = (
    Known("service_name", "Name of the service", "Thousand Trades"),
    Known("authority_name", "Name of the authority", "Birmingham City Council"),
    Known("authority_id", "Identifier of the authority", "GB-LAE-BIR", "org-id.guide"),
    Known("authority_street", "Street of the authority", "Council House, Victoria Square"),
    Known("authority_town", "Town of the authority", "Birmingham"),
    Known("authority_postcode", "Postcode of the authority", "B1 1BB"),
    Known("help_email", "E-mail address for help", "help@thousand-trades.example"),
    Known("help_phone", "Telephone number for help", "0121 496 0000"),
    Known("call_prefix", "First letters of the references of calls", "BCC"),
    Known("application_prefix", "First letters of the references of applications", "BSC"),
    Known("ocid_prefix", "OCID prefix", "ocds-b5fd17", "Open Contracting Partnership"),
    Known("grant_prefix", "360Giving prefix", "360G-bcc", "360Giving"),
    Known("hold_minutes", "Minutes between closing and opening", 60),
    Known(
        "threshold_goods_services",
        "Threshold for goods and services, pounds with VAT",
        "207720",
        "Procurement Act 2023 Sch.1, from 1 January 2026",
    ),
    Known("standstill_days", "Working days of standstill", STANDSTILL_WORKING_DAYS, "Procurement Act 2023 s.51(2)"),
)
DEFAULTS: dict[str, Any] = {known.key: known.value for known in KNOWN}

BOUNDS = {"hold_minutes": (0, 7 * 24 * 60), "standstill_days": (STANDSTILL_WORKING_DAYS, 60)}
SHAPES = {
    "call_prefix": r"[A-Z][A-Z0-9]{1,9}",
    "application_prefix": r"[A-Z][A-Z0-9]{1,9}",
    "ocid_prefix": r"ocds-[a-z0-9]{6}",
    "grant_prefix": r"360G-[A-Za-z0-9-]{1,30}",
    "help_email": r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+",
    "threshold_goods_services": r"[1-9][0-9]{0,11}",
}


def fault(key: str, value: object) -> Sentence | None:
    """What is wrong with a new value of a setting, or None."""
    if isinstance(DEFAULTS[key], int):
        least, most = BOUNDS[key]
        if not isinstance(value, int) or not least <= value <= most:
            return Sentence("Enter a whole number between %(least)s and %(most)s", least=least, most=most)
    elif key in SHAPES and not re.fullmatch(SHAPES[key], str(value)):
        return Sentence("Enter it in the form of the value that holds now: %(value)s", value=str(DEFAULTS[key]))
    return None
