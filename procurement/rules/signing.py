"""The day on which a contract or a grant agreement is signed: what it may be, and what follows from it by when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from procurement.rules.calls import BOUND
from procurement.rules.money import PENNY, format_pounds
from workflows.definition import Route
from workflows.facts import Sentence, day_in_words

TO_BE_SIGNED, SIGNED = "pending", "active"  # what is so of a contract, in the words of OCDS
DETAILS_DAYS = 30  # Procurement Act 2023 s. 53(1) and (2); the day of signing is the first of them
INDICATORS_ABOVE = Decimal(5_000_000)  # pounds with VAT: s. 52(1)
NOTIFIABLE_FROM = Decimal(30_000)  # pounds with VAT, of a contract below the threshold: s. 84(1) and 87(3)
LONGEST_INDICATORS = 4_000  # characters


@dataclass(frozen=True)
class Terms:
    """What is typed of a contract: when both had signed it, its first and last day, and what it is for."""

    signed_on: date
    starts_on: date | None
    ends_on: date | None
    amount: Decimal
    indicators: str = ""


@dataclass(frozen=True)
class Signable:
    """What a contract is held to: of its award, its call and the claims of its lot.

    `confirmed_on`: the day from which the award stands. `length`: how many days the contract was to run as published,
    None where it was not said. `held`: from which day to which a claim suspended the lot, the last day None while it
    does; on the day on which a suspension was lifted one may sign.
    """

    route: str
    confirmed_on: date
    amount: Decimal
    gross: Decimal | None
    length: int | None
    held: Sequence[tuple[date, date | None]] = ()

    @property
    def needs_indicators(self) -> bool:
        """Whether the law asks for key performance indicators, or for the reason why there are none."""
        return self.route == Route.COVERED and (self.gross or self.amount) > INDICATORS_ABOVE


def faults(terms: Terms, of: Signable, today: date) -> dict[str, Sentence]:
    """What is wrong with what was typed, by the field of `terms`."""
    found: dict[str, Sentence] = {}
    if (wrong := _day(terms.signed_on, of, today)) is not None:
        found["signed_on"] = wrong
    if terms.starts_on is not None and terms.starts_on < terms.signed_on:
        found["starts_on"] = Sentence("It begins on the day on which it was signed, or later.")
    first = terms.starts_on or terms.signed_on
    if terms.ends_on is not None and terms.ends_on < first:
        found["ends_on"] = Sentence("It ends on the day on which it begins, or later.")
    elif terms.ends_on is not None and of.length is not None and (terms.ends_on - first).days + 1 > of.length:
        found["ends_on"] = Sentence.plural(
            "What was published runs for %(num)s day. A longer contract is another one than was applied for.",
            "What was published runs for %(num)s days. A longer contract is another one than was applied for.",
            of.length,
        )
    if (wrong := _amount(terms.amount, of)) is not None:
        found["amount"] = wrong
    if of.needs_indicators and not terms.indicators.strip():
        found["indicators"] = Sentence(
            "Above %(most)s a contract has at least three key performance indicators. Write them, or why its "
            "performance cannot be measured by any (Procurement Act 2023 section 52).",
            most=format_pounds(INDICATORS_ABOVE),
        )
    if len(terms.indicators) > LONGEST_INDICATORS:
        found["indicators"] = Sentence("Keep it below %(most)s characters.", most=LONGEST_INDICATORS)
    return found


def _day(day: date, of: Signable, today: date) -> Sentence | None:
    if day > today:
        return Sentence("Enter the day on which both had signed: it cannot be later than today.")
    if day < of.confirmed_on:
        return Sentence(
            "The award stands from %(day)s. Nothing could be signed before that.", day=day_in_words(of.confirmed_on)
        )
    if any(since <= day and (until is None or day < until) for since, until in of.held):
        return Sentence(
            "The award was suspended by a claim on that day, so nothing could be signed (Procurement Act 2023 "
            "section 101)."
        )
    return None


def _amount(amount: Decimal, of: Signable) -> Sentence | None:
    """A procurement is signed at what was tendered and awarded; a grant may be agreed at less, never at more."""
    if amount <= 0 or amount != amount.quantize(PENNY):
        return Sentence("Enter the amount in pounds, like 25000.")
    if of.route in BOUND and amount != of.amount:
        return Sentence("It was awarded at %(amount)s, and is signed at that amount.", amount=format_pounds(of.amount))
    if amount > of.amount:
        return Sentence("%(amount)s was awarded. No more can be agreed.", amount=format_pounds(of.amount))
    return None


def needs_details(route: str, amount: Decimal) -> bool:
    """Whether a signed contract has a contract details notice; `amount` is with VAT."""
    return route == Route.COVERED or (route == Route.BELOW_THRESHOLD and amount >= NOTIFIABLE_FROM)


def details_due(route: str, signed_on: date) -> date | None:
    """The last day to publish the contract details notice; None where the law names none: below the threshold it is
    published as soon as reasonably practicable (s. 87(3)), and a grant has none."""
    return signed_on + timedelta(days=DETAILS_DAYS - 1) if route == Route.COVERED else None


def length_of(starts_on: date | None, ends_on: date | None) -> int | None:
    """How many days something runs from its first to its last day, both counted; None where one is not said."""
    return None if starts_on is None or ends_on is None else (ends_on - starts_on).days + 1
