"""What an operator may set, with the values that hold until they do. Law changes figures: rows are dated."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from procurement.rules import limits
from procurement.rules.assistance import CONFIRM_DAYS
from procurement.rules.clarifications import ANSWER_WORKING_DAYS
from procurement.rules.dates import STANDSTILL_WORKING_DAYS
from procurement.rules.outages import OUTAGE_HOURS, OUTAGE_MINUTES
from procurement.rules.registers import identifier
from procurement.rules.requests import REVIEW_DAYS
from workflows.facts import Sentence


@dataclass(frozen=True)
class Known:
    """One setting: its words for the operator, and the value that holds while there is no row for it."""

    key: str
    title: str
    value: object
    source: str = ""


OCID_SAMPLE = "ocds-213czf"  # of the standard's own examples: nobody's
GRANT_SAMPLE = "360G-example"

KNOWN: tuple[Known, ...] = (
    Known("service_name", "Name of the service", "Thousand Trades"),
    Known("authority_name", "Name of the authority", "Birmingham City Council"),
    Known("authority_id", "Identifier of the authority", "GB-LAE-BIR", "org-id.guide"),
    Known("authority_street", "Street of the authority", "Council House, Victoria Square"),
    Known("authority_town", "Town of the authority", "Birmingham"),
    Known("authority_postcode", "Postcode of the authority", "B1 1BB"),
    Known("help_email", "Email address for help", "help@thousand-trades.example"),
    Known("help_phone", "Telephone number for help", "0121 496 0000"),
    Known("call_prefix", "First letters of the references of calls", "BCC"),
    Known("application_prefix", "First letters of the references of applications", "BSC"),
    Known("ocid_prefix", "OCID prefix", OCID_SAMPLE, "Open Contracting Partnership"),
    Known("grant_prefix", "360Giving prefix", GRANT_SAMPLE, "360Giving"),
    Known("hold_minutes", "Minutes between closing and opening", 60),
    Known(
        "approval_limits",
        "Most that one approver may approve, pounds with VAT: for all, then for some by email address",
        limits.NONE,
    ),
    Known("outage_minutes", "Minutes without any web process that count as an outage", OUTAGE_MINUTES),
    Known("outage_hours", "Hours before a closing in which an outage proposes to extend it", OUTAGE_HOURS),
    Known(
        "threshold_goods_services",
        "Threshold for goods and services, pounds with VAT",
        "207720",
        "Procurement Act 2023 Sch.1, from 1 January 2026",
    ),
    Known(
        "threshold_light_touch",
        "Threshold for social, health and like services, pounds with VAT",
        "663540",
        "Procurement Act 2023 Sch.1",
    ),
    Known("threshold_works", "Threshold for works, pounds with VAT", "5193000", "Procurement Act 2023 Sch.1"),
    Known("security_until", "Last day on which security.txt holds", "2027-10-31", "RFC 9116: less than a year ahead"),
    Known("vat_rates", "Rates of VAT in per cent, the usual one first", "20 5 0", "Value Added Tax Act 1994"),
    Known(
        "assistance_ceiling",
        "Most minimal financial assistance in this and the two financial years before, pounds",
        "315000",
        "Subsidy Control Act 2022 s.36",
    ),
    Known("answer_days", "Working days in which a question is answered", ANSWER_WORKING_DAYS),
    Known("standstill_days", "Working days of standstill", STANDSTILL_WORKING_DAYS, "Procurement Act 2023 s.51(2)"),
    Known("review_days", "Working days in which a review can be asked for", REVIEW_DAYS),
    Known("assistance_days", "Working days to confirm minimal financial assistance, from the telling", CONFIRM_DAYS),
    Known("acceptance_days", "Working days to accept an award, from its confirmation", 20),
)
DAYS = ("security_until",)
DEFAULTS: dict[str, Any] = {known.key: known.value for known in KNOWN}

BOUNDS = {
    "hold_minutes": (0, 7 * 24 * 60),
    "outage_minutes": (2, 120),
    "outage_hours": (1, 72),
    "answer_days": (1, 20),
    "standstill_days": (STANDSTILL_WORKING_DAYS, 60),
    "assistance_days": (5, 60),
    "acceptance_days": (5, 120),
    "review_days": (5, 60),
}
SHAPES = {
    "call_prefix": r"[A-Z][A-Z0-9]{1,9}",
    "application_prefix": r"[A-Z][A-Z0-9]{1,9}",
    "ocid_prefix": r"ocds-[a-z0-9]{6}",
    "grant_prefix": r"360G-[A-Za-z0-9-]{1,30}",
    "help_email": r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+",
    "security_until": r"20[0-9]{2}-[0-9]{2}-[0-9]{2}",
    "threshold_goods_services": r"[1-9][0-9]{0,11}",
    "threshold_light_touch": r"[1-9][0-9]{0,11}",
    "threshold_works": r"[1-9][0-9]{0,11}",
    "assistance_ceiling": r"[1-9][0-9]{0,11}",
    "vat_rates": r"(?:100|[1-9]?[0-9])(?:\.[0-9]{1,2})?(?: (?:100|[1-9]?[0-9])(?:\.[0-9]{1,2})?){0,9}",
}


# How many characters a text may have: each stands on every page and document, and in mails, where nothing longer is
# sure of a place.
LONGEST = {
    "service_name": 60,
    "authority_name": 120,
    "authority_id": 60,
    "authority_street": 100,
    "authority_town": 60,
    "authority_postcode": 10,
    "help_email": 120,
    "help_phone": 30,
}
IN_THE_HEAD = ("service_name", "authority_name")  # of each document, in a column of its own
WIDEST_WORD = 11.6  # times the size of the head's letters: what that column holds
_WIDE, _USUAL, _BREAKS = 0.87, 0.62, re.compile(r"[\s\-–—/]+")


NO_IDENTIFIER = Sentence(
    "Enter an identifier as org-id.guide lists them, like GB-LAE-BIR or GB-PPON-PXWM-1234-ABCD: the list and the number"
)
PLACEHOLDERS = {
    "ocid_prefix": (
        OCID_SAMPLE,
        Sentence(
            "The OCID prefix is still the one of the standard's examples. An operator sets the authority's own under "
            "Settings before anything is published."
        ),
    ),
    "grant_prefix": (
        GRANT_SAMPLE,
        Sentence(
            "The 360Giving prefix is still an example. An operator sets the authority's own under Settings before "
            "anything is published."
        ),
    ),
}


def placeholders(values: Mapping[str, Any]) -> tuple[Sentence, ...]:
    """What must be set before anything is published outside a demonstration; empty where it is."""
    return tuple(sentence for key, (sample, sentence) in PLACEHOLDERS.items() if values[key] == sample)


def fault(key: str, value: object) -> Sentence | None:
    """What is wrong with a new value of a setting, or None."""
    if isinstance(DEFAULTS[key], int):
        least, most = BOUNDS[key]
        if not isinstance(value, int) or not least <= value <= most:
            return Sentence("Enter a whole number between %(least)s and %(most)s", least=least, most=most)
    elif key == "approval_limits":
        return None if limits.SHAPE.fullmatch(str(value)) else limits.FORM
    elif (key in SHAPES and not re.fullmatch(SHAPES[key], str(value))) or (key in DAYS and not _is_day(str(value))):
        return Sentence("Enter it in the form of the value that holds now: %(value)s", value=str(DEFAULTS[key]))
    elif key == "authority_id" and value and identifier(str(value)) is None:
        return NO_IDENTIFIER
    return _too_long(key, str(value))


def _too_long(key: str, value: str) -> Sentence | None:
    if key in LONGEST and len(value) > LONGEST[key]:
        return Sentence("Enter at most %(most)s characters: it stands in every document", most=LONGEST[key])
    if key not in IN_THE_HEAD:
        return None
    wide = next((word for word in _BREAKS.split(value) if _width(word) > WIDEST_WORD), None)
    if wide is None:
        return None
    return Sentence("“%(word)s” is too wide for the head of a document. Divide it by a hyphen or a space", word=wide)


def _width(word: str) -> float:
    """About how wide a word is, times the size of its letters, and never less."""
    return sum(_USUAL if (each.islower() or not each.isalnum()) and each not in "mwæœ" else _WIDE for each in word)


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False
