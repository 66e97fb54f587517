"""What a published call said before an amendment, of what its data says."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class LotTexts:
    """A lot by its reference, as it was published."""

    reference: str
    title: str
    description: str = ""
    budget: Decimal | None = None
    budget_gross: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class PublishedTexts:
    """The texts and the money of a call, and its lots."""

    title: str
    summary: str
    budget: Decimal | None = None
    budget_gross: Decimal | None = None
    lots: tuple[LotTexts, ...] = ()
