"""Organisations that apply: made once per registered number, edited by their lead."""

from dataclasses import dataclass, fields

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from procurement.models.people import Membership, Organisation, Person
from procurement.rules.accounts import charity_number, company_number, short_name
from procurement.rules.references import BYTES_NEEDED, code, slug
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.refusal import Refusal, Stale
from workflows.facts import Sentence

REF_LETTERS = 4


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What an organisation says of itself; numbers as they were typed, empty where there is none."""

    name: str
    kind: str
    size: str
    vcse: bool = False
    company_number: str = ""
    charity_number: str = ""
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
    return values


def _refuse_twins(session: Session, values: dict[str, object], *, but: int | None) -> None:
    same = [
        column == values[column.key]
        for column in (Organisation.company_number, Organisation.charity_number)
        if values[column.key] is not None
    ]
    if not same:
        return
    twin = session.scalars(select(Organisation).where(or_(*same), Organisation.id != (but or 0)).limit(1)).first()
    if twin is None:
        return
    lead = session.scalar(
        select(Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == twin.id, Membership.role == "lead")
        .order_by(Membership.id)
        .limit(1)
    )
    if lead is None:
        raise Refusal(Sentence("%(name)s is already registered. Write to us to be added.", name=twin.name))
    raise Refusal(
        Sentence(
            "%(name)s is already registered. Ask %(lead)s, its lead, to add you.", name=twin.name, lead=short_name(lead)
        )
    )


def _shown(value: object) -> str:
    return {None: "", True: "yes", False: "no"}[value] if value is None or isinstance(value, bool) else str(value)
