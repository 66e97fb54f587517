"""The contract details notice (UK7): Procurement Act 2023 s. 53 and 87(3), Procurement Regulations 2024 reg. 32
and 36."""

from dataclasses import dataclass
from datetime import date

from procurement.rules.classification import classes_of, cpv_shown, place_words
from procurement.rules.notice_contents import (
    NO,
    Lack,
    Section,
    Where,
    authority,
    authority_lacks,
    conflicts_assessed,
    section,
    supplier,
    values,
)
from procurement.rules.published import PublishedAward, PublishedCall, Publisher
from procurement.rules.registers import HOME
from procurement.rules.standards import ocds
from workflows.definition import Route
from workflows.facts import Sentence, day_in_words


@dataclass(frozen=True)
class Beside:
    """What a notice says that was not published of the award: whom to ask, the key performance indicators, what options
    and extensions may come to, and the day of the conflicts assessment."""

    contact: str
    indicators: str = ""
    options: str = ""
    conflicts_on: date | None = None


LEGAL_BASIS = {
    Route.COVERED: "Procurement Act 2023, section 53",
    Route.BELOW_THRESHOLD: "Procurement Act 2023, section 87(3)",
}


def lacks(award: PublishedAward, publisher: Publisher) -> list[Lack]:
    """What the regulations ask for and is not known."""
    found = authority_lacks(publisher)
    for firm in award.organisations:
        if not (firm.locality and (firm.postcode or firm.country not in ("", HOME))):
            said = Sentence("%(firm)s has no complete postal address. Ask its lead to enter it.", firm=firm.name)
            found.append(Lack(said, Where.ORGANISATION))
    if award.contract_ends_on is None:
        found.append(Lack(Sentence("The contract does not say when it ends."), Where.CONTRACT))
    return found


def sections(
    route: str, call: PublishedCall, award: PublishedAward, publisher: Publisher, beside: Beside
) -> list[Section]:
    """The whole notice, of a signed contract."""
    assert award.signed_on is not None  # noqa: S101  (nothing else has such a notice)
    lot = next(each for each in call.lots if each.reference == award.lot)
    classes = classes_of(award) if award.cpv else classes_of(call, lot)
    of_lot = section("Lot", (("Lot", f"{_number(lot.reference)}: {lot.title}"), ("Description", lot.description)))
    return [
        authority(publisher, beside.contact),
        section(
            "Procurement",
            (
                ("Title", f"{call.title} ({call.reference})"),
                ("Procurement identifier (OCID)", ocds.call_ocid(call, publisher)),
                ("Description", call.summary),
                ("Procedure", procedure_of(call) if route == Route.COVERED else ""),
                ("Legal basis", LEGAL_BASIS[Route(route)]),
                ("Reserved contract", NO if route == Route.COVERED else ""),
                ("Special regime contract", NO),
                ("Conflicts assessment", conflicts_assessed(beside.conflicts_on) if route == Route.COVERED else ""),
            ),
        ),
        *(supplier(each) for each in award.organisations),
        *([of_lot] if len(call.lots) > 1 else []),
        section(
            "Contract",
            (
                ("Contract identifier", f"{award.reference}-contract"),
                ("Title", award.title),
                ("Description", award.summary),
                ("Mainly for", "Services"),
                ("What is bought (CPV)", "; ".join(map(cpv_shown, classes.cpv))),
                ("Where", "; ".join(str(place_words(each, publisher.name)) for each in classes.places)),
                *values(award),
                ("Date on which it was signed", day_in_words(award.signed_on)),
                ("Begins", _day(award.contract_starts_on)),
                ("Ends", _day(award.contract_ends_on)),
                ("Options and extensions", beside.options),
                ("Key performance indicators", beside.indicators),
            ),
        ),
    ]


def procedure_of(call: PublishedCall) -> str:
    """The competitive tendering procedure in the words of the law (Procurement Act 2023 s. 20): whoever takes part in a
    later stage was chosen in the one before."""
    titles = [stage.title for stage in call.stages if stage.window == 1 and stage.title]
    if not any(stage.number > 1 for stage in call.stages):
        return "Open procedure"
    return f"Competitive flexible procedure, in {len(titles)} stages: {', '.join(titles)}"


def _number(reference: str) -> str:
    return reference.rpartition("-L")[2]


def _day(day: date | None) -> str:
    return "" if day is None else day_in_words(day)
