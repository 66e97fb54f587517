"""Who lives in the demonstration city: one account for each role, and whoever leads a firm that applies."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from procurement.models.people import Organisation
from procurement.rules.permissions import SYSTEM
from procurement.seeding.firms import FIRM_NAMES, Firm
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
    # who decided nothing yet: a review, a claim and a notice need somebody else
    ("officer2@demo.example", "Nadia Hughes", ("officer",)),
    ("approver2@demo.example", "Tom Ellis", ("approver",)),
)
KNOWS = {"assessor3@demo.example": ("bci", "I gave a lecture there two years ago, without a fee.")}


def settle_people(timeline: Timeline, password: str, firms: Sequence[Firm]) -> None:
    """Make everybody, and the organisations of those who apply."""
    hashed = timeline.ports.passwords.hash(password)
    known = {email for email, _, _ in ACCOUNTS}

    def accounts(act: Act) -> None:
        for email, name, roles in ACCOUNTS:
            people.add_person(act, name, email, roles, hashed=hashed)
        for each in firms:
            if each.lead not in known:
                people.add_person(act, each.person, each.lead, (), hashed=hashed)

    timeline.do(OPERATOR, accounts)
    for each in firms:
        profile = people.Profile(name=each.name, **each.profile)
        timeline.do(timeline.person(each.lead), people.create_organisation, profile)
    timeline.known.clear()  # they belong to a team now
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
