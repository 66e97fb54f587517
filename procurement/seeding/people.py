"""Who lives in the demonstration city: one account for each role, and the firms that apply."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from procurement.models.people import Organisation
from procurement.rules.permissions import SYSTEM
from procurement.seeding.timeline import Timeline
from procurement.services import assessment, people
from procurement.services.act import Act

OPERATOR = replace(SYSTEM, roles=frozenset({"operator"}))
ACCOUNTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("officer@demo.example", "Olivia Frost", ("officer",)),
    ("approver@demo.example", "Amir Rahman", ("approver",)),
    ("auditor@demo.example", "Audrey Blake", ("auditor",)),
    ("operator@demo.example", "Owen Price", ("operator",)),
    ("assessor@demo.example", "Asha Patel", ("assessor",)),
    ("assessor2@demo.example", "Ben Carter", ("assessor",)),
    ("assessor3@demo.example", "Chloe Nguyen", ("assessor",)),
    ("sme@demo.example", "Priya Kaur", ()),
    ("sme2@demo.example", "Sam Lee", ()),
    ("chair@demo.example", "Dr Ingrid Sørensen", ("assessor",)),
)


@dataclass(frozen=True)
class Firm:
    """An organisation and the address of its lead."""

    key: str
    name: str
    lead: str
    person: str
    profile: dict[str, Any]


def firm(key: str, name: str, person: str, *, lead: str = "", **profile: object) -> Firm:
    values: dict[str, Any] = {
        "kind": "company",
        "size": "small",
        "street": "1 High Street",
        "town": "Birmingham",
        "email": f"office@{key}.example",
        **profile,
    }
    return Firm(key, name, lead or f"{key}@firms.example", person, values)


FIRMS = (
    firm(
        "aston",
        "Aston Sensors Ltd",
        "Priya Kaur",
        lead="sme@demo.example",
        size="micro",
        company_number="09876501",
        street="12 Love Lane",
        postcode="B7 4AA",
        email="hello@aston-sensors.example",
    ),
    firm(
        "digbeth",
        "Digbeth Data Cooperative",
        "Sam Lee",
        lead="sme2@demo.example",
        company_number="09876502",
        street="7 Fazeley Street",
        postcode="B5 5RT",
        email="work@digbeth-data.example",
    ),
    firm(
        "soho",
        "Soho Road Community Energy CIC",
        "Nadia Hussain",
        kind="community interest company",
        vcse=True,
        size="micro",
        company_number="09876503",
        street="201 Soho Road",
        postcode="B21 9SX",
    ),
    firm(
        "bci",
        "Bournville Centre for Inclusive and Accessible Technology, Learning and Community Research",
        "Zoë O’Connor-Ward",
        kind="charity",
        vcse=True,
        charity_number="1187654",
        postcode="B30 1AA",
    ),
    firm("canal", "Café Canal & Sons Engineering", "Jörg Müller", company_number="09876505", postcode="B1 2JB"),
    firm(
        "roshan",
        "روشن مستقبل لمیٹڈ (Roshan Mustaqbil Ltd)",
        "عائشہ خان",
        size="micro",
        company_number="09876506",
        postcode="B10 0AB",
    ),
    firm(
        "uni",
        "University of the West Midlands Plateau",
        "Prof. Helen Ashdown",
        kind="university",
        size="large",
        postcode="B15 2TT",
    ),
    firm(
        "tyseley",
        "Tyseley Heat Networks Ltd",
        "Marcus Bell",
        size="medium",
        company_number="09876508",
        postcode="B11 2BH",
    ),
    firm(
        "metro", "Metro Mobility Group plc", "Grace Adeyemi", size="large", company_number="09876509", postcode="B4 6AB"
    ),
    firm(
        "ladywood",
        "Ladywood Learners",
        "Tom Novák",
        kind="charity",
        vcse=True,
        size="micro",
        charity_number="1187660",
        postcode="B16 8SP",
    ),
    firm(
        "wisla",
        "Wisła Workshop Spółdzielnia",
        "Małgorzata Wiśniewska",
        kind="community interest company",
        vcse=True,
        size="micro",
        company_number="09876511",
        postcode="B12 0XX",
    ),
    firm("anadolu", "Anadolu Yapı & Çatı Ltd", "Çağrı Yıldız", company_number="09876512", postcode="B11 1LX"),
    firm("oran", "Òran Mór Acoustics Ltd", "Siobhán Ní Dhomhnaill", company_number="09876513", postcode="B3 1RB"),
    firm("porth", "Porth Dŵr Cyfyngedig", "Siân Gŵyr", size="micro", company_number="09876514", postcode="B29 6ND"),
    firm("ofogh", "افق مشترک (Ofogh Systems Ltd)", "نیلوفر کریمی", company_number="09876515", postcode="B18 6NF"),
    firm(
        "sanaa",
        "جمعية سنا (Sanaa Community Association)",
        "سلمى الحداد",
        kind="charity",
        vcse=True,
        size="micro",
        charity_number="1187666",
        postcode="B10 9AB",
    ),
)
FIRM_NAMES = {each.key: each.name for each in FIRMS}
KNOWS = {"assessor3@demo.example": ("bci", "I gave a lecture there two years ago, without a fee.")}


def settle_people(timeline: Timeline, password: str) -> None:
    """Make everybody, and the organisations of those who apply."""
    hashed = timeline.ports.passwords.hash(password)
    known = {email for email, _, _ in ACCOUNTS}

    def accounts(act: Act) -> None:
        for email, name, roles in ACCOUNTS:
            people.add_person(act, name, email, roles, hashed=hashed)
        for each in FIRMS:
            if each.lead not in known:
                people.add_person(act, each.person, each.lead, (), hashed=hashed)

    timeline.do(OPERATOR, accounts)
    for each in FIRMS:
        profile = people.Profile(name=each.name, **each.profile)
        timeline.do(timeline.person(each.lead), people.create_organisation, profile)
    _declare(timeline)


def _declare(timeline: Timeline) -> None:
    """Every assessor states their interests: one knows a charity, the others have none."""
    for email, _, roles in ACCOUNTS:
        if "assessor" in roles:
            timeline.do(timeline.person(email), _declare_interests, KNOWS.get(email))


def _declare_interests(act: Act, known: tuple[str, str] | None) -> None:
    """`known`: the firm that the assessor knows, and how."""
    given = {}
    if known is not None:
        row = act.session.scalars(select(Organisation).where(Organisation.name == FIRM_NAMES[known[0]])).one()
        given = {row.id: ("soft", known[1])}
    assessment.declare_interests(act, given, none=not given)
