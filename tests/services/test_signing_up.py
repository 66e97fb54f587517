"""Signing up: anybody may type anybody's address, and only whoever holds its link makes a name or a password count."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.models.people import Person, Token
from procurement.queries import people as people_queries
from procurement.rules.permissions import SYSTEM
from procurement.rules.ports import Ports
from procurement.services import people
from procurement.services.act import perform
from procurement.services.refusal import Refusal
from procurement.services.tidying import tidy
from tests.parts.clock import StandingClock
from tests.parts.people import OPERATOR, PASSWORD, link_in, newest_message, person, principal

EMAIL = "ana@firm.example"
HERE, ELSEWHERE = "a secret of Ana's browser", "a secret of a stranger's browser"
FOREIGN = "the stranger's password"


def sign_up(
    ports: Ports, email: str = EMAIL, *, name: str = "Ana Baran", password: str = PASSWORD, browser: str = HERE
) -> Message:
    hashed, now = ports.passwords.hash(password), ports.clock.now()
    return perform(ports, SYSTEM, now, people.sign_up, name, email, hashed, people.Origin(browser))


def foreign_sign_up(ports: Ports, email: str = EMAIL) -> Message:
    return sign_up(ports, email, name="Eve", password=FOREIGN, browser=ELSEWHERE)


def confirm(ports: Ports, message: Message, *, browser: str = HERE, name: str = "", password: str = "") -> Person:
    hashed, now = ports.passwords.hash(password) if password else None, ports.clock.now()
    link = link_in(message.body)
    return perform(ports, SYSTEM, now, people.confirm, link, browser=browser, name=name, hashed=hashed)


def is_gone(ports: Ports, message: Message, **given: str) -> bool:
    try:
        confirm(ports, message, **given)
    except people.LinkGone:
        return True
    return False


def opens(ports: Ports, password: str, email: str = EMAIL) -> bool:
    with ports.database.reading() as session:
        return people.check_password(session, ports, email, password) is not None


def named(ports: Ports, email: str = EMAIL) -> str:
    with ports.database.reading() as session:
        found = people_queries.find_by_email(session, email)
        assert found is not None
        return found.name


def count(ports: Ports, table: type[Person] | type[Token], *where: object) -> int:
    with ports.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(*where)) or 0  # type: ignore[arg-type]


def officer_to_be(ports: Ports) -> Message:
    """An account that an operator made, and the message by which its owner chooses a password."""
    now = ports.clock.now()
    perform(ports, OPERATOR, now, people.add_person, "Otto Orr", EMAIL, ["officer"])
    with ports.database.reading() as session:
        return newest_message(session, EMAIL)  # type: ignore[no-any-return]


def choose(ports: Ports, message: Message, password: str) -> Person:
    hashed, now = ports.passwords.hash(password), ports.clock.now()
    link = link_in(message.body)
    return perform(ports, SYSTEM, now, people.set_password, link, hashed)


def test_an_account_lives_once_its_address_is_confirmed(ports: Ports) -> None:
    message = sign_up(ports, " Ana@Firm.Example ")
    assert (message.kind, message.address) == ("confirm_email", EMAIL)
    assert not opens(ports, PASSWORD)
    made = confirm(ports, message)
    assert (made.name, made.email) == ("Ana Baran", EMAIL)
    assert opens(ports, PASSWORD, "ANA@firm.example")
    assert not opens(ports, "another password")
    with ports.database.reading() as session:
        assert session.scalars(select(Event.tag)).all() == ["person.confirm"]


def test_a_link_works_once_and_not_for_ever(ports: Ports, clock: StandingClock) -> None:
    message = sign_up(ports)
    confirm(ports, message)
    assert is_gone(ports, message)
    late = sign_up(ports, "bo@firm.example")
    clock.forward(days=2)
    assert is_gone(ports, late)
    with pytest.raises(people.LinkGone):
        perform(ports, SYSTEM, clock.now(), people.confirm, "never-was-one")


def test_a_sign_up_makes_a_link_and_nothing_else(ports: Ports) -> None:
    message = sign_up(ports)
    assert count(ports, Person) == 0
    assert "Ana" not in message.body + message.subject  # nobody has proved that the name belongs to the address
    assert message.body.startswith("Hello,")


def test_signing_up_again_in_the_same_browser_replaces_what_was_typed(ports: Ports) -> None:
    first = sign_up(ports, password="the first password")
    second = sign_up(ports, name="Ana Bell", password="the second password")
    assert is_gone(ports, first)
    confirm(ports, second)
    assert (named(ports), count(ports, Person)) == ("Ana Bell", 1)
    assert [opens(ports, f"the {number} password") for number in ("first", "second")] == [False, True]


@pytest.mark.parametrize("order", [(sign_up, foreign_sign_up), (foreign_sign_up, sign_up)], ids=["after", "before"])
def test_a_strangers_sign_up_changes_nothing_of_what_the_owner_typed(ports: Ports, order: tuple) -> None:  # type: ignore[type-arg]
    messages = {act: act(ports) for act in order}
    confirm(ports, messages[sign_up])
    assert named(ports) == "Ana Baran"
    assert (opens(ports, PASSWORD), opens(ports, FOREIGN)) == (True, False)
    assert is_gone(ports, messages[foreign_sign_up], browser=ELSEWHERE)
    assert (opens(ports, PASSWORD), opens(ports, FOREIGN)) == (True, False)


def test_the_link_of_a_strangers_sign_up_never_brings_their_password_into_force(ports: Ports) -> None:
    """The owner of the address reads a message that they did not ask for, and follows its link all the same."""
    message = foreign_sign_up(ports)
    for browser in (HERE, ""):
        with pytest.raises(Refusal, match="choose a password"):
            confirm(ports, message, browser=browser)
    assert count(ports, Person) == 0
    confirm(ports, message, name="Ana Baran", password=PASSWORD)
    assert named(ports) == "Ana Baran"
    assert (opens(ports, PASSWORD), opens(ports, FOREIGN)) == (True, False)


def test_the_owner_may_choose_another_password_where_they_signed_up(ports: Ports) -> None:
    message = sign_up(ports)
    confirm(ports, message, name="Ana Bell", password="a better password")
    assert (named(ports), opens(ports, "a better password"), opens(ports, PASSWORD)) == ("Ana Bell", True, False)


def test_signing_up_with_a_known_address_changes_nothing_and_tells_its_owner(ports: Ports) -> None:
    known = person(ports, EMAIL, name="Ana Baran")
    message = foreign_sign_up(ports)
    again = sign_up(ports)
    assert (message.kind, again.id) == ("already_registered", message.id)
    assert (named(ports), opens(ports, PASSWORD), count(ports, Token)) == ("Ana Baran", True, 0)
    assert principal(ports, known.id or 0).email == EMAIL


def test_a_strangers_sign_up_leaves_an_account_that_an_operator_made_alone(ports: Ports) -> None:
    invited = officer_to_be(ports)
    message = foreign_sign_up(ports)
    with ports.database.reading() as session:
        row = people_queries.find_by_email(session, EMAIL)
        assert row is not None
        assert (row.name, row.password, row.confirmed_at) == ("Otto Orr", None, None)
    with pytest.raises(Refusal, match="choose a password"):
        confirm(ports, message)
    made = choose(ports, invited, PASSWORD)
    assert (named(ports), opens(ports, PASSWORD), opens(ports, FOREIGN)) == ("Otto Orr", True, False)
    assert principal(ports, made.id).roles == {"officer"}
    assert is_gone(ports, message, browser=ELSEWHERE)
    assert is_gone(ports, message, name="Eve", password=FOREIGN)
    assert (named(ports), opens(ports, PASSWORD), opens(ports, FOREIGN)) == ("Otto Orr", True, False)


def test_somebody_whom_an_operator_added_may_sign_up_themselves(ports: Ports) -> None:
    invited = officer_to_be(ports)
    made = confirm(ports, sign_up(ports, name="Otto"))
    assert (named(ports), opens(ports, PASSWORD)) == ("Otto Orr", True)
    assert principal(ports, made.id).roles == {"officer"}
    with pytest.raises(people.LinkGone):
        choose(ports, invited, "another long password")


def test_an_operator_adds_somebody_whose_address_a_stranger_typed(ports: Ports) -> None:
    message = foreign_sign_up(ports)
    invited = officer_to_be(ports)
    assert choose(ports, invited, PASSWORD).name == "Otto Orr"
    assert is_gone(ports, message, browser=ELSEWHERE)


def test_who_lost_the_link_is_sent_another_by_which_to_choose(ports: Ports) -> None:
    now = ports.clock.now()
    sign_up(ports)
    sent = perform(ports, SYSTEM, now, people.request_password, EMAIL)
    assert sent is not None
    assert (sent.kind, sent.address) == ("confirm_email", EMAIL)
    with pytest.raises(Refusal, match="choose a password"):
        confirm(ports, sent)
    confirm(ports, sent, name="Ana Baran", password=PASSWORD)
    assert (named(ports), opens(ports, PASSWORD)) == ("Ana Baran", True)


def test_a_closed_account_does_not_come_to_life_by_an_older_link(ports: Ports) -> None:
    officer_to_be(ports)
    message, now = sign_up(ports), ports.clock.now()
    with ports.database.reading() as session:
        row = people_queries.find_by_email(session, EMAIL)
        assert row is not None
        person_id = row.id
    perform(ports, OPERATOR, now, people.disable, person_id)
    assert is_gone(ports, message)
    perform(ports, OPERATOR, now, people.enable, person_id)
    assert is_gone(ports, message)


def test_an_account_that_signed_up_before_the_links_kept_what_was_typed(ports: Ports) -> None:
    """Before version 0013 a sign-up made the account; whose password it holds, nobody knows."""
    now = ports.clock.now()
    message = sign_up(ports)

    def as_it_was(session: object) -> None:
        row = Person(email=EMAIL, name="Ana Baran", password=ports.passwords.hash(FOREIGN), created_at=now)
        session.add(row)  # type: ignore[attr-defined]
        session.flush()  # type: ignore[attr-defined]
        token = session.scalars(select(Token)).one()  # type: ignore[attr-defined]
        token.person_id, token.email = row.id, ""
        token.name = token.password = token.browser = None

    ports.database.write(as_it_was)
    with pytest.raises(Refusal, match="choose a password"):
        confirm(ports, message)
    confirm(ports, message, password=PASSWORD)
    assert (named(ports), opens(ports, PASSWORD), opens(ports, FOREIGN)) == ("Ana Baran", True, False)


def test_nothing_typed_is_kept_longer_than_its_link_works(ports: Ports, clock: StandingClock) -> None:
    sign_up(ports, "bo@firm.example")
    message = sign_up(ports)
    foreign_sign_up(ports)
    confirm(ports, message)
    assert count(ports, Token, Token.password.is_not(None), Token.email == EMAIL) == 0
    later = clock.now() + timedelta(days=2, seconds=1)
    assert count(ports, Token, Token.password.is_not(None)) == 1
    perform(ports, SYSTEM, later, tidy)
    assert count(ports, Token, Token.password.is_not(None)) == 0
