"""The register's numbers: a facet promises what choosing it gives, and money counts only where an award stands."""

import random
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from flask.testing import FlaskClient

from procurement.models.register import RegisterAward
from procurement.queries import register as register_queries
from procurement.queries.register import COUNTED_STATUSES, FACETS, PENDING_STATUSES, SUSPENDED_STATUSES, Search
from procurement.rules.ports import Ports

AT = datetime(2027, 1, 1, tzinfo=UTC)
WORDS = ("air", "school", "tram", "canal", "100%", "a_b")
# what a title must hold, as the register keeps it: neither a sign nor a wildcard of the database is a word
SOUGHT = {"": (), "air": ("air",), "air tram": ("air", "tram"), "100%": ("100",), "a_b": ("a b",)}


def award(number: int, chance: random.Random) -> RegisterAward:
    title = " ".join(chance.sample(WORDS, 2))
    firm = f"Firm {chance.randrange(6)}"
    return RegisterAward(
        public_id=f"a{number}",
        kind=chance.choice(("contract", "grant")),
        title=title,
        call_ref="c",
        call_title="Call",
        status=chance.choice(("pending", "suspended", "active", "cancelled", "unsuccessful")),
        lot_title="Lot",
        size="small",
        theme=chance.choice(("mobility", "low_carbon")),
        organisation=firm,
        organisation_ref=firm.lower(),
        sme=chance.random() < 0.7,
        vcse=False,
        single_bid=chance.choice((True, False, None)),
        amount=Decimal(chance.randrange(1, 90)) * 1000,
        words=" ".join(title.replace("%", " ").replace("_", " ").split()),
        awarded_on=date(chance.choice((2025, 2026)), 5, 1),
        year=2025 + number % 2,
        published_at=AT,
        changed_at=AT,
        standstill_ends_at=None,
        more={},
    )


@pytest.fixture
def awards(ports: Ports) -> list[RegisterAward]:
    chance = random.Random(7)
    made = [award(number, chance) for number in range(60)]
    ports.database.write(lambda session: session.add_all(made))
    return made


def expected(awards: list[RegisterAward], search: Search) -> list[RegisterAward]:
    """The same search by hand."""
    return [
        each
        for each in awards
        if all(word in each.words for word in SOUGHT[search.q])
        and all(getattr(search, name) in (None, getattr(each, name)) for name in FACETS)
        and search.organisation in (None, each.organisation_ref)
    ]


SEARCHES = [
    Search(q=q, kind=kind, sme=sme, status=status, organisation=organisation)
    for q, kind, sme, status, organisation in product(
        SOUGHT,
        (None, "grant"),
        (None, False),
        (None, "active", "cancelled"),
        (None, "firm 1"),
    )
]


def test_every_number_is_what_counting_by_hand_gives(ports: Ports, awards: list[RegisterAward]) -> None:
    with ports.database.reading() as session:
        for search in SEARCHES:
            groups = register_queries.grouped(session, search)
            found = expected(awards, search)
            standing = [each for each in found if each.status in COUNTED_STATUSES]
            pending = [each for each in found if each.status in PENDING_STATUSES]
            held = [each for each in found if each.status in SUSPENDED_STATUSES]
            summary = register_queries.summary(groups, search)
            assert summary == register_queries.Summary(
                len(found),
                len(standing),
                sum((each.amount for each in standing), Decimal(0)),
                sum(each.sme for each in standing),
                len(pending),
                sum((each.amount for each in pending), Decimal(0)),
                len(held),
                sum((each.amount for each in held), Decimal(0)),
            )
            assert register_queries.organisations(session, search) == len({each.organisation_ref for each in standing})
            assert sorted(each.public_id for each in register_queries.every(session, search)) == sorted(
                each.public_id for each in found
            )


def test_a_facet_promises_what_choosing_it_gives(ports: Ports, awards: list[RegisterAward]) -> None:
    with ports.database.reading() as session:
        for search in SEARCHES:
            groups = register_queries.grouped(session, search)
            for name, choices in register_queries.facets(groups, search).items():
                for choice in choices:
                    chosen = Search(**{**vars(search), name: choice.value})
                    assert choice.count == len(list(register_queries.every(session, chosen)))
                    assert choice.amount == register_queries.summary(groups, chosen).amount


def test_the_page_says_what_stands_and_what_was_not_taken_up(visitor: FlaskClient, awards: list[RegisterAward]) -> None:
    standing = [each for each in awards if each.status in COUNTED_STATUSES]
    page: Any = visitor.get("/awards").text
    assert f"{len(standing)} awards worth" in page
    pending = [each for each in awards if each.status in PENDING_STATUSES]
    held = [each for each in awards if each.status in SUSPENDED_STATUSES]
    assert f"{60 - len(standing) - len(pending) - len(held)} awards that have ended are listed too." in page
    assert "Download these 60 awards" in page
    assert "awards that have ended" not in visitor.get("/awards?status=active").text
    assert f"awarded so far, in {len(standing)} awards" in visitor.get("/").text


def test_what_is_in_standstill_is_not_counted_as_awarded(visitor: FlaskClient, awards: list[RegisterAward]) -> None:
    pending = [each for each in awards if each.status == "pending"]
    assert pending
    assert all(status not in COUNTED_STATUSES for status in PENDING_STATUSES)
    page: Any = visitor.get("/awards").text
    assert f"{len(pending)} awards more, of " in page
    assert f"in standstill, in {len(pending)} awards that do not stand yet" in visitor.get("/").text
