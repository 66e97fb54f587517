"""What a statutory notice says, section by section, and what it lacks: drafted from what is known of a call.

A notice is frozen as these sections when it is approved; its page, its PDF and its data are made of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from procurement.rules.documents.kinds import Fact
from procurement.rules.published import PublishedAward, PublishedOrganisation, Publisher
from procurement.rules.registers import numbers_of
from procurement.rules.vat import vat_of, with_vat, without_vat
from workflows.facts import Sentence, day_in_words

YES, NO = "Yes", "No"
NO_IDENTIFIER = Sentence("The authority has no identifier. An operator enters it in the settings.")
NO_ADDRESS = Sentence("The authority has no complete postal address. An operator enters it in the settings.")
NO_EMAIL = Sentence("The authority has no email address for questions. An operator enters it in the settings.")


class Where(StrEnum):
    """Where something that a notice lacks is typed."""

    SETTINGS = "settings"
    ORGANISATION = "organisation"  # by its lead
    CONTRACT = "contract"


@dataclass(frozen=True)
class Lack:
    """Something that the law asks for and that is not known, and where it is typed."""

    said: Sentence
    where: Where


@dataclass(frozen=True)
class Section:
    """A part of a notice: names and what they are, as people read them."""

    title: str
    facts: tuple[Fact, ...]


def section(title: str, facts: Iterable[tuple[str, str]]) -> Section:
    """A section of what is there: what is empty is left out."""
    return Section(title, tuple(Fact(name=name, value=value) for name, value in facts if value))


def authority_lacks(publisher: Publisher) -> list[Lack]:
    """What is not known of the authority (Procurement Regulations 2024 reg. 13)."""
    address = publisher.street and publisher.locality and publisher.postcode
    found = ((publisher.number, NO_IDENTIFIER), (address, NO_ADDRESS), (publisher.email, NO_EMAIL))
    return [Lack(said, Where.SETTINGS) for known, said in found if not known]


def authority(publisher: Publisher, contact: str) -> Section:
    """Who publishes, and whom to ask (reg. 13)."""
    return section(
        "Contracting authority",
        (
            ("Name", publisher.name),
            ("Identifier", f"{publisher.scheme}-{publisher.number}" if publisher.scheme else publisher.number),
            ("Address", one_line(publisher.street, publisher.locality, publisher.postcode)),
            ("Email", publisher.email),
            ("Contact for this notice", contact if contact != publisher.email else ""),
        ),
    )


def supplier(organisation: PublishedOrganisation) -> Section:
    """A party to the contract (reg. 32(2)(g) and 36(2)(e)); its identifiers under the names of their registers."""
    address = (organisation.street, organisation.locality, organisation.postcode, organisation.country)
    return section(
        "Supplier",
        (
            ("Name", organisation.name),
            ("Address", one_line(*address)),
            *numbers_of(organisation),
            ("Small or medium-sized enterprise", NO if organisation.scale == "large" else YES),
            ("Voluntary, community or social enterprise", YES if organisation.vcse else NO),
        ),
    )


def values(award: PublishedAward) -> tuple[tuple[str, str], ...]:
    """What the contract of an award is for, both ways."""
    amount = award.amount if award.contract_amount is None else award.contract_amount
    vat = vat_of(award)
    gross = award.amount_gross if amount == award.amount else None
    return (
        ("Estimated value, without VAT", str(without_vat(amount, vat))),
        ("Estimated value, with VAT", str(with_vat(amount, vat, gross=gross))),
    )


def conflicts_assessed(day: date | None) -> str:
    """That conflicts of interest were assessed, which a covered procurement confirms (Procurement Act 2023 s. 83)."""
    return "" if day is None else f"Prepared on {day_in_words(day)}, and kept up to date"


def one_line(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def to_plain(sections: Sequence[Section]) -> list[dict[str, object]]:
    """Sections as a notice keeps them."""
    return [
        {"title": each.title, "facts": [{"name": fact.name, "value": fact.value} for fact in each.facts]}
        for each in sections
    ]
