"""Organisations that apply: made once per registered number, edited by their lead."""

from dataclasses import dataclass, fields

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from procurement.models.people import Membership, Organisation
from procurement.rules.references import BYTES_NEEDED, code, slug
from procurement.rules.registers import HOME, charity_number, company_number, countries, register_number, uk_postcode
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.refusal import Refusal, Stale
from workflows.facts import Sentence

REF_LETTERS = 4


class NumberTaken(Refusal):
    """The number is another organisation's; whose it rightly is can be contested."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What an organisation says of itself; numbers as they were typed, empty where there is none.

    `register`: which other register its `register_number` is of (`rules.registers.OTHERS`).
    """

    name: str
    kind: str
    size: str
    vcse: bool = False
    company_number: str = ""
    charity_number: str = ""
    country: str = HOME
    register: str = ""
    register_number: str = ""
    street: str = ""
    town: str = ""
    postcode: str = ""
    email: str = ""


def create_organisation(act: Act, profile: Profile) -> Organisation:
    """Make an organisation, with the person as its lead. Refused when its number is registered already."""
    values = _values(profile)
    _refuse_twins(act.session, values, but=None)
    # the letters keep two firms of one name apart, and nobody learns from an address that there is another
    ref = f"{slug(profile.name)}-{code(act.ports.randomness.bytes(BYTES_NEEDED), REF_LETTERS).lower()}"
    row = Organisation(ref=ref, created_at=act.now, **values)
    act.session.add(row)
    act.session.flush()
    act.session.add(Membership(person_id=act.by.id, organisation_id=row.id, role="lead", joined_at=act.now))
    act.session.flush()
    record(act, "organisation.create", "organisation", row.id, data={"size": row.size})
    return row


def edit_organisation(act: Act, organisation_id: int, profile: Profile, *, version: int) -> Organisation:
    """Change what an organisation says of itself. Raises Stale with both texts when somebody else saved in between."""
    row = act.session.get_one(Organisation, organisation_id, with_for_update=True)
    values = _values(profile)
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    if not changed:
        return row
    if row.version != version:
        raise Stale(
            yours={name: _shown(values[name]) for name in changed},
            theirs={name: _shown(getattr(row, name)) for name in changed},
            version=row.version,
        )
    _refuse_twins(act.session, values, but=row.id)
    for name in changed:
        setattr(row, name, values[name])
    row.version += 1
    record(act, "organisation.edit", "organisation", row.id, data={"changed": changed})
    return row


def _values(profile: Profile) -> dict[str, object]:
    """The columns; a number that is none is refused, though forms ask before."""
    values: dict[str, object] = {field.name: getattr(profile, field.name) for field in fields(profile)}
    company, charity = profile.company_number.strip(), profile.charity_number.strip()
    values["company_number"] = company_number(company) if company else None
    values["charity_number"] = charity_number(charity) if charity else None
    if company and values["company_number"] is None:
        raise Refusal(Sentence("Enter the company number as Companies House writes it, like 01234567 or SC123456"))
    if charity and values["charity_number"] is None:
        raise Refusal(Sentence("Enter the charity number as its register writes it, like 1234567 or SC012345"))
    if profile.country not in countries():
        raise Refusal(Sentence("Select the country of the address"))
    values["postcode"] = " ".join(profile.postcode.upper().split())
    if profile.country == HOME and profile.postcode.strip():
        values["postcode"] = uk_postcode(profile.postcode)
        if values["postcode"] is None:
            raise Refusal(Sentence("Enter a full UK postcode, like B1 1BB"))
    values["register_number"] = ""
    if profile.register:
        values["register_number"] = register_number(profile.register, profile.register_number)
        if values["register_number"] is None:
            raise Refusal(Sentence("Enter the number as the register writes it"))
    return values


def _refuse_twins(session: Session, values: dict[str, object], *, but: int | None) -> None:
    """Refuse a number that another organisation has. Whose that is, and who they are, is told to nobody."""
    same = [
        column == values[column.key]
        for column in (Organisation.company_number, Organisation.charity_number)
        if values[column.key] is not None
    ]
    if values["register"]:
        number = Organisation.register_number == values["register_number"]
        same.append(and_(Organisation.register == values["register"], number))
    if not same:
        return
    twin = session.scalar(select(Organisation.id).where(or_(*same), Organisation.id != (but or 0)).limit(1))
    if twin is not None:
        raise NumberTaken(
            Sentence(
                "An organisation with this number is registered already. If you belong to it, ask its lead to add you. "
                "If somebody else used your number, contest it."
            )
        )


def _shown(value: object) -> str:
    return {None: "", True: "yes", False: "no"}[value] if value is None or isinstance(value, bool) else str(value)
