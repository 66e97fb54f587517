"""The table of organisations of the register: what every form says of one, under the same names."""

from decimal import Decimal
from typing import NamedTuple

from procurement.rules.award_codes import SIZES
from procurement.rules.columns import Column, Row, Type

_THERE = "https://city.example"
_POUNDS = "pounds (GBP)"


class RegisteredOrganisation(NamedTuple):
    """An organisation as its newest award says it, and what became of all of its awards. Amounts are pounds."""

    ref: str
    name: str
    number: str
    place: str
    size: str
    sme: bool
    vcse: bool
    listed: int
    awards: int
    amount: Decimal
    single_bids: int


ORGANISATION_COLUMNS: tuple[Column, ...] = (
    Column(
        name="id",
        title="Organisation",
        about="Our name for it in addresses, for ever: /organisations/<id>; organisation_id in the table of awards.",
        example="digbeth-air-ltd",
        unique=True,
    ),
    Column(name="name", title="Name", about="What it is called in its newest award here.", example="Digbeth Air Ltd"),
    Column(
        name="number",
        title="Registered number",
        about="Its company number, or else its charity number or that of another register; empty for whoever has none.",
        example="01234567",
        required=False,
    ),
    Column(name="place", title="Place", about="The town of its address.", example="Birmingham", required=False),
    Column(name="size", title="Size", about="As it said itself.", example="small", codes=SIZES, required=False),
    Column(name="sme", title="Small or medium-sized", about="As it said itself.", example="true", type=Type.YES_NO),
    Column(
        name="vcse",
        title="Voluntary, community or social enterprise",
        about="As it said itself.",
        example="false",
        type=Type.YES_NO,
    ),
    Column(
        name="listed",
        title="Listed",
        about="How many awards it has here, whatever became of them.",
        example="3",
        type=Type.WHOLE,
    ),
    Column(name="awards", title="Awards", about="How many of them stand.", example="2", type=Type.WHOLE),
    Column(
        name="amount",
        title="Amount",
        about="What those come to: contracts without VAT, grants as they are.",
        example="65000.00",
        type=Type.NUMBER,
        unit=_POUNDS,
    ),
    Column(
        name="single_bids",
        title="Nobody else applied",
        about="For how many of those that stand nobody else had applied, of those where that was counted.",
        example="1",
        type=Type.WHOLE,
    ),
    Column(
        name="url",
        title="Page",
        about="Its page.",
        example=f"{_THERE}/organisations/digbeth-air-ltd",
        type=Type.ADDRESS,
    ),
)


def organisation_row(organisation: RegisteredOrganisation, base_url: str) -> Row:
    """One organisation under the names of `ORGANISATION_COLUMNS`."""
    return {
        "id": organisation.ref,
        "name": organisation.name,
        "number": organisation.number or None,
        "place": organisation.place or None,
        "size": organisation.size or None,
        "sme": organisation.sme,
        "vcse": organisation.vcse,
        "listed": organisation.listed,
        "awards": organisation.awards,
        "amount": organisation.amount.quantize(Decimal("0.01")),
        "single_bids": organisation.single_bids,
        "url": f"{base_url}/organisations/{organisation.ref}",
    }
