"""Minimal financial assistance: how much of it an enterprise may receive, and what it is told and confirms.

Subsidy Control Act 2022: at most the ceiling in the current financial year and the two before, with the new grant
counted in (s. 36); before it is given the enterprise is told that it is proposed and how much it is, and confirms in
writing that it stays within the ceiling (s. 37).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from procurement.rules.dates import day_in_words
from procurement.rules.money import format_pounds
from workflows.facts import Sentence

BEGINS = (4, 1)  # month and day of a financial year
YEARS_BEFORE = 2


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
        """What the letter says, one paragraph each; `page` is the address at which the grant is accepted."""
        amount, ceiling = format_pounds(self.amount), format_pounds(self.ceiling)
        return (
            f"This grant is proposed as minimal financial assistance (Subsidy Control Act 2022 section 36). Its gross "
            f"amount is {amount}. This letter is the notification that section 37 of that Act asks for.",
            f"Your enterprise may receive at most {ceiling} of such assistance from {day_in_words(self.since)} to "
            f"{day_in_words(self.until)}, from all public authorities together and with this grant of {amount} counted "
            f"in. So it may have received at most {format_pounds(self.most_before)} before. Count in what enterprises "
            "under the same control received.",
            f"We ask you to confirm this in writing: the lead of your organisation does so by accepting the grant at "
            f"{page}. It is not firm before that. If you would go above the limit, do not accept: write to us.",
            "Keep this letter and your confirmation for at least three years.",
        )

    @property
    def figures(self) -> dict[str, int]:
        """What the history keeps of a confirmation: the gross amount and the ceiling in pence, and the first year."""
        return {"assistance": int(self.amount * 100), "ceiling": int(self.ceiling * 100), "since": self.since.year}

    @property
    def confirmation(self) -> Sentence:
        """What the lead confirms by accepting."""
        return Sentence(
            "With this grant of %(amount)s our enterprise has received at most %(ceiling)s of minimal financial "
            "assistance from %(since)s to %(until)s, from all public authorities together.",
            amount=format_pounds(self.amount),
            ceiling=format_pounds(self.ceiling),
            since=day_in_words(self.since),
            until=day_in_words(self.until),
        )
