"""One folding for every list with a search box, on both databases."""

import unicodedata

import pytest

from procurement.models.people import Organisation, Person
from procurement.queries import admin as admin_queries
from procurement.queries import assessment as assessment_queries
from procurement.queries.calls import lists
from procurement.queries.publishable import organisation_to_publish
from procurement.services import people as services
from procurement.services.act import perform
from tests.parts import calls, people

QUERIES = ("O'Brien", "obrien", "smith-jones", '"smith jones"', "O’BRIEN SMITH", "ecole")


@pytest.mark.parametrize("query", QUERIES)
def test_calls_people_and_organisations_are_found_as_people_type_them(ports, query):
    name = "École O’Brien & Smith–Jones"
    people.firm(ports, name, "lead@firm.example")
    people.person(ports, "ann@city.example", "officer", name=name)
    calls.published(ports, title=name)
    with ports.database.reading() as session:
        assert [each.name for each in assessment_queries.search_organisations(session, query)] == [name]
        assert name in {each.name for each in admin_queries.list_people(session, query)[0]}
        search = lists.Search(words=query)
        assert [each.title for each in lists.list_public(session, search, ports.clock.now())] == [name]
        assert lists.list_public(session, lists.Search(words='"jones smith"'), ports.clock.now()) == []
        assert lists.list_public(session, lists.Search(words="\x00"), ports.clock.now()) == []


TITLES = (
    "Clean air along the canal",
    "Training in the rain",
    "AI for parking",
    "Boxes for cities",
    "C++ for a £25,000 bus",
    "运河空气",
)
FOUND = {
    "canals": "Clean air along the canal",
    "canal": "Clean air along the canal",
    "cana": "Clean air along the canal",
    "nal": "",
    "AI": "AI for parking",
    "ai's": "AI for parking",
    "rain": "Training in the rain",
    "train": "Training in the rain",
    '"train"': "",
    '"clean air"': "Clean air along the canal",
    "“Clean Air”": "Clean air along the canal",
    '"air clean"': "",
    '"lean air"': "",
    "box": "Boxes for cities",
    "city": "Boxes for cities",
    "cities": "Boxes for cities",
    "buses": "C++ for a £25,000 bus",
    "25,000": "C++ for a £25,000 bus",
    "c++": "C++ for a £25,000 bus",
    "空气": "运河空气",
    "100%": "",
    "_": "",
}


@pytest.mark.both_databases
@pytest.mark.parametrize("title", TITLES)
def test_a_search_is_for_words_their_plurals_and_beginnings_and_for_phrases(ports, title):
    calls.published(ports, title=title)
    with ports.database.reading() as session:
        found = {
            query: [each.title for each in lists.list_public(session, lists.Search(words=query), ports.clock.now())]
            for query in FOUND
        }
    assert {query for query, titles in found.items() if titles} == {
        query for query, wanted in FOUND.items() if wanted == title
    }


def test_words_follow_what_they_were_made_of(ports):
    lead, made = people.firm(ports, "Łódź Ltd", "lead@firm.example")
    with ports.database.reading() as session:
        assert session.get_one(Organisation, made.id).words == "lodz ltd"
        assert session.get_one(Person, lead.id).words.endswith("lead firm example")
    perform(ports, lead, ports.clock.now(), services.rename, "Siân Gŵyr")
    with ports.database.reading() as session:
        assert session.get_one(Person, lead.id).words == "sian gwyr lead firm example"


def test_a_sole_traders_home_is_not_published(ports):
    _, home = people.firm(ports, "Ann’s Yard", "a@x.example", kind="sole trader", street="1 High St", postcode="b94ep")
    _, works = people.firm(ports, "Works Ltd", "b@x.example", kind="company", street="1 High St", postcode="b94ep")
    facts = organisation_to_publish(home, "https://x.example")
    assert (facts.street, facts.postcode) == ("", "B9")
    facts = organisation_to_publish(works, "https://x.example")
    assert (facts.street, facts.postcode) == ("1 High St", "B9 4EP")


def test_a_firm_abroad_needs_no_postcode_and_is_known_by_its_register(ports):
    profile = {"country": "IE", "register": "IE-CRO", "register_number": "123 456", "postcode": ""}
    _, made = people.firm(ports, "Dublin Air Ltd", "a@x.example", **profile)
    facts = organisation_to_publish(made, "https://x.example")
    assert (facts.country, facts.register, facts.register_number) == ("Ireland", "IE-CRO", "123456")
    with pytest.raises(services.NumberTaken):
        people.firm(ports, "Dublin Again Ltd", "b@x.example", **profile)


def test_a_password_is_the_same_from_every_keyboard(ports):
    composed = unicodedata.normalize("NFC", "é-longer-password")
    apart = unicodedata.normalize("NFD", composed)
    hashed = ports.passwords.hash(composed)
    assert ports.passwords.fits(apart, hashed)
    assert ports.passwords.fits(composed, ports.passwords.hash(apart))
    assert ports.passwords.anew(composed, hashed) is None
    assert ports.passwords.anew(apart, hashed) is None


def test_a_password_that_was_hashed_as_it_was_typed_fits_and_is_hashed_anew(ports):
    apart = unicodedata.normalize("NFD", "é-longer-password")
    before = ports.passwords._hasher.hash(apart)  # as releases before did
    assert ports.passwords.fits(apart, before)
    anew = ports.passwords.anew(apart, before)
    assert anew is not None
    assert ports.passwords.fits(unicodedata.normalize("NFC", apart), anew)
    who = people.person(ports, "eve@x.example")
    perform(ports, who, ports.clock.now(), services.begin_sign_in, who.id, hashed=anew)
    with ports.database.reading() as session:
        assert session.get_one(Person, who.id).password == anew
