"""The quality checks of Open Contracting's Pelican, by their published names, written anew for compiled releases.

https://pelican-backend.readthedocs.io/ names them; each here gives a sentence for each thing that fails.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import product
from typing import Any

Item = dict[str, Any]
ROLES = {
    "supplier": ("awards.suppliers", "tender.suppliers"),
    "tenderer": ("tender.tenderers",),
    "procuringEntity": ("tender.procuringEntity",),
    "buyer": ("buyer",),
}
WITHOUT_AWARDS = ("planning", "planned", "active", "cancelled", "unsuccessful", "withdrawn")
WITHOUT_CONTRACTS = ("pending", "cancelled", "unsuccessful")
PERIODS = ("tender.tenderPeriod", "tender.enquiryPeriod", "awards.contractPeriod", "contracts.period")
HALF = 0.5
REALISTIC = 5_000_000_000


def at(item: Any, path: str) -> list[Any]:
    """Everything at a path, through lists."""
    found = [item]
    for name in path.split("."):
        found = [
            each
            for holder in found
            for value in (holder.get(name) if isinstance(holder, dict) else None,)
            for each in (value if isinstance(value, list) else [value])
            if each is not None
        ]
    return found


def _days(item: Item, path: str) -> list[str]:
    """Dates are compared by their first ten characters, as Pelican does."""
    return [each[:10] for each in at(item, path)]


def _in_order(item: Item, *pairs: tuple[str, str]) -> Iterator[str]:
    for first, second in pairs:
        for before, after in product(_days(item, first), _days(item, second)):
            if before > after:
                yield f"{first} {before} is after {second} {after}"


def _roles(item: Item) -> Iterator[str]:
    parties = {each["id"]: each for each in at(item, "parties")}
    for role, paths in ROLES.items():
        referred = {each["id"]: each for path in paths for each in at(item, path)}
        for key, each in referred.items():
            if key not in parties:
                yield f"{role} {key} is no party"
            elif role not in parties[key]["roles"]:
                yield f"{key} lacks the role {role}"
            elif parties[key]["name"] != each["name"]:
                yield f"{key} has two names"
        for key, party in parties.items():
            if role in party["roles"] and key not in referred:
                yield f"{key} has the role {role}, and nothing refers to it so"


def _number_of_tenderers(item: Item) -> Iterator[str]:
    number, tenderers = at(item, "tender.numberOfTenderers"), at(item, "tender.tenderers")
    if number and number[0] != len(tenderers):
        yield f"{number[0]} tenderers are said, {len(tenderers)} named"


def _method(item: Item) -> Iterator[str]:
    if at(item, "tender.procurementMethod") == ["direct"] and at(item, "tender.numberOfTenderers") not in (
        [],
        [0],
        [1],
    ):
        yield "several tenderers of a direct procurement"


def _contracts_value(item: Item) -> Iterator[str]:
    for award in at(item, "awards"):
        made = [each["value"]["amount"] for each in at(item, "contracts") if each["awardID"] == award["id"]]
        amount = award["value"]["amount"]
        if made and abs(sum(made) - amount) > HALF * amount:
            yield f"contracts of {award['id']} come to {sum(made)}, the award to {amount}"


def _contract_in_awards(item: Item) -> Iterator[str]:
    known = {each["id"] for each in at(item, "awards")}
    yield from (f"{each['id']} is of no award" for each in at(item, "contracts") if each["awardID"] not in known)


def _tender_status(item: Item) -> Iterator[str]:
    status = at(item, "tender.status")
    if status and status[0] in WITHOUT_AWARDS and (at(item, "awards") or at(item, "contracts")):
        yield f"the tender is {status[0]}, and there are awards"


def _awards_status(item: Item) -> Iterator[str]:
    made = {each["awardID"] for each in at(item, "contracts")}
    for each in at(item, "awards"):
        if each["status"] in WITHOUT_CONTRACTS and each["id"] in made:
            yield f"{each['id']} is {each['status']}, and has a contract"


def _contracts_status(item: Item) -> Iterator[str]:
    for each in at(item, "contracts"):
        if each["status"] in ("pending", "cancelled") and at(each, "implementation.transactions"):
            yield f"{each['id']} is {each['status']}, and was paid"


def _milestone_status(item: Item) -> Iterator[str]:
    for each in at(item, "tender.milestones"):
        if each["status"] in ("scheduled", "notMet") and "dateMet" in each:
            yield f"{each['id']} is {each['status']}, and was met"


def _period(item: Item) -> Iterator[str]:
    for each in (period for path in PERIODS for period in at(item, path)):
        if "startDate" in each and "endDate" in each:
            first, last = (datetime.fromisoformat(each[name]) for name in ("startDate", "endDate"))
            if first > last:
                yield f"{each['startDate']} is after {each['endDate']}"


def _dates(item: Item) -> Iterator[str]:
    yield from _in_order(
        item,
        ("tender.tenderPeriod.endDate", "tender.contractPeriod.startDate"),
        ("tender.tenderPeriod.endDate", "awards.date"),
        ("tender.tenderPeriod.endDate", "contracts.dateSigned"),
        ("awards.date", "date"),
        ("contracts.dateSigned", "date"),
    )
    for award, contract in product(at(item, "awards"), at(item, "contracts")):
        signed = contract.get("dateSigned")  # not while it is pending
        if signed and contract["awardID"] == award["id"] and award["date"][:10] > signed[:10]:
            yield f"{contract['id']} was signed before its award"


def _documents_dates(item: Item) -> Iterator[str]:
    yield from _in_order(item, ("tender.documents.datePublished", "date"), ("awards.documents.datePublished", "date"))


def _milestones_dates(item: Item) -> Iterator[str]:
    yield from _in_order(item, ("tender.milestones.dateMet", "date"), ("tender.milestones.dateModified", "date"))


def _amendments_dates(item: Item) -> Iterator[str]:
    yield from _in_order(item, ("tender.amendments.date", "date"))


def _value_realistic(item: Item) -> Iterator[str]:
    paths = ("tender.value", "tender.lots.value", "awards.value", "contracts.value")
    for value in (each for path in paths for each in at(item, path)):
        if not 0 < value["amount"] < REALISTIC:
            yield f"{value} is not realistic"


CHECKS: dict[str, Callable[[Item], Iterator[str]]] = {
    "reference.parties and consistent.parties_role": _roles,
    "reference.contract_in_awards": _contract_in_awards,
    "consistent.number_of_tenderers": _number_of_tenderers,
    "consistent.contracts_value": _contracts_value,
    "coherent.procurement_method_vs_number_of_tenderers": _method,
    "coherent.tender_status": _tender_status,
    "coherent.awards_status": _awards_status,
    "coherent.contracts_status": _contracts_status,
    "coherent.milestone_status": _milestone_status,
    "coherent.period": _period,
    "coherent.dates": _dates,
    "coherent.documents_dates": _documents_dates,
    "coherent.milestones_dates": _milestones_dates,
    "coherent.amendments_dates": _amendments_dates,
    "coherent.value_realistic": _value_realistic,
}


def failures(item: Item) -> list[str]:
    """What fails of one compiled release, with the name of the check."""
    return [f"{item['ocid']}: {name}: {sentence}" for name, check in CHECKS.items() for sentence in check(item)]
