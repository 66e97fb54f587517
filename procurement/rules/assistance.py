"""Minimal financial assistance: how much of it an enterprise may receive, and what it is told and confirms.

Subsidy Control Act 2022: at most the ceiling in the current financial year and the two before, with the new grant
counted in (s. 36); before it is given the enterprise is told that it is proposed and how much it is, and confirms in
writing that it stays within the ceiling (s. 37).
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from procurement.rules.dates import add_working_days, day_in_words, start_of_day, uk_day
from procurement.rules.money import format_pounds
from procurement.rules.questions.sums import Sum
from procurement.rules.requests import declared_text
from workflows.facts import Sentence

BEGINS = (4, 1)  # month and day of a financial year
YEARS_BEFORE = 2
MINUTE = timedelta(minutes=1)
# Above this an award is entered in the subsidy database, within three months (Subsidy Control Act 2022 ss. 33, 36(4)).
ENTERED_ABOVE = Decimal(100_000)
ENTERED_WITHIN = 3  # months
CONFIRM_DAYS = 10  # working days to confirm, unless the setting says otherwise


def ceiling_of(settings: Mapping[str, Any]) -> Decimal:
    """The most that an enterprise may receive, in pounds, by the settings."""
    return Decimal(settings["assistance_ceiling"])


@dataclass(frozen=True)
class Assistance:
    """A grant that is proposed as minimal financial assistance, in pounds, on a day in the UK."""

    amount: Decimal
    ceiling: Decimal
    day: date

    @property
    def since(self) -> date:
        """The first day of the three financial years that count."""
        return date(self._begun - YEARS_BEFORE, *BEGINS)

    @property
    def until(self) -> date:
        """The last day of the current one."""
        return date(self._begun + 1, 3, 31)

    @property
    def most_before(self) -> Decimal:
        """What may have been received before, at most; below nothing where the grant alone is above the ceiling."""
        return self.ceiling - self.amount

    @property
    def _begun(self) -> int:
        return self.day.year - ((self.day.month, self.day.day) < BEGINS)

    @property
    def exceeded(self) -> Sentence | None:
        """Why the grant cannot be accepted, whatever was received before; None where it can."""
        if self.most_before >= 0:
            return None
        return Sentence(
            "This grant of %(amount)s is more than the %(ceiling)s of minimal financial assistance that the law allows "
            "(Subsidy Control Act 2022 section 36), so it cannot be accepted. Write to us.",
            amount=format_pounds(self.amount),
            ceiling=format_pounds(self.ceiling),
        )

    def notification(self, page: str) -> tuple[str, ...]:
        """What the letter says, one paragraph each; `page` is the address at which it is confirmed."""
        amount, ceiling = format_pounds(self.amount), format_pounds(self.ceiling)
        return (
            f"This grant is proposed as minimal financial assistance (Subsidy Control Act 2022 section 36). Its gross "
            f"amount is {amount}. This letter is the notification that section 37 of that Act asks for.",
            f"Your enterprise may receive at most {ceiling} of such assistance, or of assistance for services of "
            f"public economic interest, from {day_in_words(self.since)} to the day on which this grant is given, from "
            f"all public authorities together and with this grant of {amount} counted in. So it may have received at "
            f"most {format_pounds(self.most_before)} before. Count in what enterprises under the same control "
            f"received. For a grant that is given after {day_in_words(self.until)}, the time that counts begins a "
            "year later.",
            f"We ask you to confirm this in writing at {page}, once you have been told: list what you received, and "
            "the lead of your organisation sends it. The grant is not firm before we have looked at it. If you would "
            "go above the limit, say so there.",
            "Keep this letter and your confirmation for at least three years.",
        )

    def asked(self) -> str:
        """What the request says."""
        return (
            f"This grant of {format_pounds(self.amount)} is proposed as minimal financial assistance (Subsidy Control "
            f"Act 2022 section 36). It is not firm before you confirm in writing that your enterprise keeps within "
            f"{format_pounds(self.ceiling)}, with this grant counted in (section 37). List what it received since "
            f"{day_in_words(self.since)}; we add it up."
        )

    def reckon(self, sums: Iterable[Sum]) -> "Reckoned":
        """What sums that were received come to with the grant, given on this day."""
        found = tuple(sums)
        return Reckoned(
            self,
            tuple(each for each in found if self.since <= each.day <= self.day),
            tuple(each for each in found if each.day < self.since),
            tuple(each for each in found if each.day > self.day),
        )

    @property
    def figures(self) -> dict[str, int]:
        """What the history keeps of a confirmation: the gross amount and the ceiling in pence, and the first year."""
        return {"assistance": int(self.amount * 100), "ceiling": int(self.ceiling * 100), "since": self.since.year}

    @property
    def confirmation(self) -> Sentence:
        """What the lead confirms in writing (s. 37(2)(c))."""
        return Sentence(
            "By receiving this grant of %(amount)s our enterprise does not exceed %(ceiling)s of minimal financial "
            "assistance and assistance for services of public economic interest since %(since)s, from all public "
            "authorities together.",
            amount=format_pounds(self.amount),
            ceiling=format_pounds(self.ceiling),
            since=day_in_words(self.since),
        )

    def record(self, decided: date, given: date) -> Sentence:
        """What the public record must hold of an assistance: `decided` is when the decision to give it was confirmed,
        from which the law counts, `given` when it was given."""
        about = {"amount": format_pounds(self.amount), "day": day_in_words(given)}
        if self.amount <= ENTERED_ABOVE:
            return Sentence(
                "%(amount)s was given as minimal financial assistance on %(day)s. It is not more than %(limit)s, so it "
                "needs no entry in the subsidy database (Subsidy Control Act 2022 section 36(4)).",
                limit=format_pounds(ENTERED_ABOVE),
                **about,
            )
        return Sentence(
            "%(amount)s was given as minimal financial assistance on %(day)s. It must be entered in the subsidy "
            "database by %(by)s (Subsidy Control Act 2022 sections 33 and 36(4)).",
            by=day_in_words(months_later(decided, ENTERED_WITHIN)),
            **about,
        )


@dataclass(frozen=True)
class Reckoned:
    """Sums that an enterprise received beside a grant: those that count, those of before the three years, and those of
    days to come, which nobody can have received. Pounds, exact."""

    assistance: Assistance
    counted: tuple[Sum, ...]
    before: tuple[Sum, ...]
    ahead: tuple[Sum, ...]

    @property
    def received(self) -> Decimal:
        return sum((each.amount for each in self.counted), Decimal(0))

    @property
    def total(self) -> Decimal:
        """With the grant."""
        return self.received + self.assistance.amount

    @property
    def left(self) -> Decimal:
        """What could still be received; below nothing where the ceiling is exceeded."""
        return self.assistance.ceiling - self.total

    @property
    def exceeded(self) -> Sentence | None:
        """Why the grant cannot be given as minimal financial assistance; None where it can."""
        if self.left >= 0:
            return None
        return Sentence(
            "%(received)s received before and this grant of %(amount)s come to %(total)s. That is %(over)s more than "
            "the %(ceiling)s of minimal financial assistance that the law allows from %(since)s on (Subsidy Control "
            "Act 2022 section 36).",
            over=format_pounds(-self.left),
            **self._about,
        )

    @property
    def ahead_fault(self) -> Sentence | None:
        """What to do about sums of days to come; None where there are none."""
        if not self.ahead:
            return None
        return Sentence(
            "%(giver)s: %(day)s has not come yet. List only what you have received.",
            giver=self.ahead[0].giver,
            day=day_in_words(self.ahead[0].day),
        )

    def declared(self, noun: str, *, keeps: bool) -> str:
        """What is declared with the answer: that it is true, and what the law asks an enterprise to confirm in writing
        (s. 37(2)(c)), unless it says that this is not so."""
        true = declared_text(noun)
        return f"{self.assistance.confirmation} {true}" if keeps else true

    @property
    def words(self) -> Sentence:
        """What it comes to."""
        return Sentence(
            "%(received)s received from %(since)s on and this grant of %(amount)s come to %(total)s, of at most "
            "%(ceiling)s.",
            **self._about,
        )

    @property
    def _about(self) -> dict[str, str]:
        return {
            "received": format_pounds(self.received),
            "amount": format_pounds(self.assistance.amount),
            "total": format_pounds(self.total),
            "ceiling": format_pounds(self.assistance.ceiling),
            "since": day_in_words(self.assistance.since),
        }


def confirm_by(now: datetime, days: int) -> datetime:
    """Until when a confirmation is waited for: the last minute of the last of so many working days."""
    return start_of_day(add_working_days(uk_day(now), days) + timedelta(days=1)) - MINUTE


def months_later(day: date, months: int) -> date:
    """The same day some months later, or the last of that month where it has no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    return date(day.year + year, month + 1, min(day.day, monthrange(day.year + year, month + 1)[1]))
