"""Accounts, sign-ins, organisations and teams: who may, who may not, and that nobody learns who has an account."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.models.people import Membership, Person, SignIn
from procurement.queries import people as people_queries
from procurement.rules.accounts import digest
from procurement.rules.permissions import ANYBODY, SYSTEM, Principal
from procurement.rules.ports import Ports
from procurement.services import people
from procurement.services.act import Act, perform
from procurement.services.refusal import Refusal, Stale
from tests.parts.clock import StandingClock
from tests.parts.people import (
    OPERATOR,
    PASSWORD,
    firm,
    link_in,
    member,
    newest_message,
    organisation,
    person,
    principal,
)

LIMITS = {"idle_applicant": 60, "idle_staff": 30, "longest": 720}


def begin(ports: Ports, person_id: int | None) -> str:
    assert person_id is not None
    return perform(ports, SYSTEM, ports.clock.now(), people.begin_sign_in, person_id)


def who(ports: Ports, secret: str) -> Principal:
    with ports.database.reading() as session:
        return people_queries.principal_of(session, digest(secret), ports.clock.unshifted(), **LIMITS)


def tags(ports: Ports) -> list[str]:
    with ports.database.reading() as session:
        return list(session.scalars(select(Event.tag).order_by(Event.position)))


def test_a_password_is_chosen_again_by_a_link_that_ends_every_sign_in(ports: Ports) -> None:
    known = person(ports, "ana@firm.example")
    secret = begin(ports, known.id)
    now = ports.clock.now()
    earlier = perform(ports, SYSTEM, now, people.request_password, "ana@firm.example")
    latest = perform(ports, SYSTEM, now, people.request_password, "ana@firm.example")
    assert earlier is not None
    assert latest is not None
    hashed = ports.passwords.hash("a new long password")

    def choose(link: str) -> Person:
        return perform(ports, SYSTEM, now, people.set_password, link, hashed)

    with pytest.raises(people.LinkGone):
        choose(link_in(earlier.body))
    choose(link_in(latest.body))
    with pytest.raises(people.LinkGone):
        choose(link_in(latest.body))
    assert who(ports, secret) == ANYBODY
    with ports.database.reading() as session:
        assert people.check_password(session, ports, "ana@firm.example", "a new long password") is not None
        assert people.check_password(session, ports, "ana@firm.example", PASSWORD) is None
        assert newest_message(session, "ana@firm.example").kind == "password_changed"


def test_nobody_gets_a_link_for_an_account_that_is_not_there(ports: Ports) -> None:
    now = ports.clock.now()
    asked = perform(ports, SYSTEM, now, people.request_password, "no@firm.example")
    assert asked is None
    with ports.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_changing_the_password_keeps_this_sign_in_and_ends_the_others(ports: Ports) -> None:
    known = person(ports, "ana@firm.example")
    here, elsewhere = begin(ports, known.id), begin(ports, known.id)
    hashed, now = ports.passwords.hash("a new long password"), ports.clock.now()
    by = who(ports, here)
    perform(ports, by, now, people.change_password, hashed)
    assert who(ports, here).id == known.id
    assert who(ports, elsewhere) == ANYBODY


def test_a_sign_in_idles_out_and_grows_too_old(ports: Ports, clock: StandingClock) -> None:
    applicant, staff = person(ports, "ana@firm.example"), person(ports, "otto@city.example", "officer")
    one, other = begin(ports, applicant.id), begin(ports, staff.id)
    clock.forward(minutes=29)
    assert who(ports, other).id == staff.id
    clock.forward(minutes=1)
    assert who(ports, other) == ANYBODY
    sign_in_id = who(ports, one).sign_in_id
    assert sign_in_id is not None
    for _ in range(13):
        ports.database.write(lambda session: people.seen(session, sign_in_id, at=clock.unshifted()))
        clock.forward(minutes=50)
        assert who(ports, one).id == applicant.id
    ports.database.write(lambda session: people.seen(session, sign_in_id, at=clock.unshifted()))
    clock.forward(minutes=40)  # 12 hours since signing in, 40 minutes since the last page
    assert who(ports, one) == ANYBODY


def test_being_seen_is_written_at_most_once_a_minute(ports: Ports, clock: StandingClock) -> None:
    secret = begin(ports, person(ports, "ana@firm.example").id)
    sign_in_id = who(ports, secret).sign_in_id
    assert sign_in_id is not None
    start = clock.unshifted()
    for seconds in (59, 1):
        at = clock.forward(seconds=seconds)
        ports.database.write(lambda session, at=at: people.seen(session, sign_in_id, at=at))
        expected = start if at - start < timedelta(minutes=1) else at
        assert who(ports, secret).seen_at == expected


def test_a_demonstration_clock_does_not_end_sign_ins(ports: Ports, clock: StandingClock) -> None:
    known = person(ports, "ana@firm.example")
    secret = begin(ports, known.id)
    clock.shift(days=9)
    assert who(ports, secret).id == known.id


def test_entering_the_password_again_changes_the_secret(ports: Ports, clock: StandingClock) -> None:
    known = person(ports, "ana@firm.example")
    old = begin(ports, known.id)
    at = clock.forward(minutes=20)
    by = who(ports, old)
    assert by.fresh_until is not None
    assert by.fresh_until < at
    new = perform(ports, by, ports.clock.now(), people.refresh)
    assert who(ports, old) == ANYBODY
    assert who(ports, new).fresh_until == at + timedelta(minutes=10)
    with ports.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SignIn)) == 1


def test_one_ends_ones_own_sign_ins_and_nobody_elses(ports: Ports) -> None:
    ana, bo = person(ports, "ana@firm.example"), person(ports, "bo@other.example")
    here, phone, foreign = begin(ports, ana.id), begin(ports, ana.id), begin(ports, bo.id)

    def end(secret: str) -> None:
        chosen = who(ports, secret).sign_in_id
        assert chosen is not None
        perform(ports, who(ports, here), ports.clock.now(), people.end_sign_in, chosen)

    end(phone)
    assert who(ports, phone) == ANYBODY
    with pytest.raises(Refusal) as refused:
        end(foreign)
    assert refused.value.status == 404
    assert who(ports, foreign).id == bo.id


def test_a_closed_account_is_out_at_once(ports: Ports) -> None:
    operator, known = person(ports, "op@city.example", "operator"), person(ports, "ana@firm.example")
    secret = begin(ports, known.id)
    now = ports.clock.now()
    assert known.id is not None
    perform(ports, operator, now, people.disable, known.id)
    assert who(ports, secret) == ANYBODY
    with ports.database.reading() as session:
        assert people.check_password(session, ports, "ana@firm.example", PASSWORD) is None
    with pytest.raises(Refusal):
        begin(ports, known.id)
    perform(ports, operator, now, people.enable, known.id)
    assert who(ports, secret) == ANYBODY
    assert who(ports, begin(ports, known.id)).id == known.id


def test_an_operator_changes_nobodys_way_out(ports: Ports) -> None:
    operator = person(ports, "op@city.example", "operator")
    second = person(ports, "op2@city.example", "operator", "officer")
    now = ports.clock.now()
    assert operator.id is not None
    assert second.id is not None

    def revoke(person_id: int, by: Principal) -> None:
        perform(ports, by, now, people.revoke_role, person_id, "operator")

    with pytest.raises(Refusal, match="your own"):
        revoke(operator.id, operator)
    revoke(second.id, operator)
    assert principal(ports, second.id).roles == {"officer"}
    with pytest.raises(Refusal, match="needs an operator"):
        revoke(operator.id, principal(ports, second.id))
    with pytest.raises(Refusal, match="needs an operator"):
        perform(ports, second, now, people.disable, operator.id)


def test_who_may_apply_does_not_look_after_calls(ports: Ports) -> None:
    lead, made = firm(ports, "Aston Sensors", "ana@firm.example")
    now = ports.clock.now()
    assert lead.id is not None
    for role in ("officer", "approver", "auditor"):
        with pytest.raises(Refusal, match="cannot look after calls"):
            ports.database.write(
                lambda session, role=role: people.grant_role(Act(session, ports, OPERATOR, now), lead.id, role)
            )
    perform(ports, OPERATOR, now, people.grant_role, lead.id, "assessor")
    officer = person(ports, "otto@city.example", "officer")
    perform(ports, lead, now, people.invite, made.id, officer.email, "editor")
    with ports.database.reading() as session:
        link = link_in(newest_message(session, officer.email).body)
    with pytest.raises(Refusal, match="look after calls"):
        perform(ports, officer, now, people.accept, link)


def test_somebody_whom_an_operator_adds_chooses_a_password(ports: Ports) -> None:
    now = ports.clock.now()
    perform(ports, OPERATOR, now, people.add_person, "Otto Orr", "otto@city.example", ["officer", "assessor"])
    with ports.database.reading() as session:
        message = newest_message(session, "otto@city.example")
        assert message.kind == "account_made"
    hashed = ports.passwords.hash("a new long password")
    made = perform(ports, SYSTEM, now, people.set_password, link_in(message.body), hashed)
    assert principal(ports, made.id).roles == {"officer", "assessor"}
    with ports.database.reading() as session:
        assert people.check_password(session, ports, "otto@city.example", "a new long password") is not None
    with pytest.raises(Refusal, match="has an account already"):
        person(ports, "otto@city.example")


def test_a_registered_number_is_registered_once_and_no_address_is_told(ports: Ports) -> None:
    firm(ports, "Aston Sensors Ltd", "priya.kaur@aston.example", company_number="1234567")
    other = person(ports, "bo@other.example")
    with pytest.raises(Refusal) as refused:
        organisation(ports, "Aston Sensors (again)", other, company_number="0123 4567")
    assert str(refused.value) == (
        "An organisation with this number is registered already. If you belong to it, ask its lead to add you. "
        "If somebody else used your number, contest it."
    )
    made = organisation(ports, "Aston Sensors (again)", other, company_number="SC123456", charity_number="SC012345")
    assert (made.company_number, made.charity_number) == ("SC123456", "SC012345")
    with pytest.raises(Refusal, match="Companies House"):
        organisation(ports, "Nonsense", other, company_number="12-34-XX")


def test_a_stale_edit_shows_both_texts(ports: Ports) -> None:
    lead, made = firm(ports, "Aston Sensors", "ana@firm.example", town="Birmingham")
    now = ports.clock.now()
    profile = people.Profile(name="Aston Sensors", kind="company", size="small", town="Solihull")

    def edit(profile: people.Profile, version: int) -> None:
        perform(ports, lead, now, people.edit_organisation, made.id, profile, version=version)

    edit(profile, made.version)
    mine = people.Profile(name="Aston Sensors", kind="company", size="small", town="Walsall")
    with pytest.raises(Stale) as stale:
        edit(mine, made.version)
    assert (stale.value.yours, stale.value.theirs) == ({"town": "Walsall"}, {"town": "Solihull"})
    edit(mine, stale.value.version)
    edit(mine, made.version)  # the same press again changes nothing and is no conflict
    assert tags(ports).count("organisation.edit") == 2


def test_a_colleague_joins_with_the_invited_address_only(ports: Ports, clock: StandingClock) -> None:
    lead, made = firm(ports, "Aston Sensors", "ana@firm.example")
    stranger, now = person(ports, "eve@other.example"), ports.clock.now()

    def invite(email: str, role: str = "editor") -> str:
        perform(ports, lead, clock.now(), people.invite, made.id, email, role)
        with ports.database.reading() as session:
            return link_in(newest_message(session, email).body)

    first, link = invite("bo@firm.example"), invite("bo@firm.example", "viewer")
    bo = person(ports, "bo@firm.example")

    def accept(link: str, by: Principal) -> None:
        perform(ports, by, clock.now(), people.accept, link)

    with pytest.raises(people.LinkGone):
        accept(first, bo)
    accept(link, bo)
    assert bo.id is not None
    assert stranger.id is not None
    other = invite("stranger-at-work@firm.example", "viewer")
    accept(other, stranger)  # the link was read in the mail of the address that was invited, which proves it
    assert principal(ports, stranger.id).teams == {made.id: "viewer"}
    assert principal(ports, bo.id).teams == {made.id: "viewer"}
    with pytest.raises(people.LinkGone):
        accept(link, bo)
    with pytest.raises(Refusal, match="already"):
        invite("bo@firm.example")
    cy, late = person(ports, "cy@firm.example"), invite("cy@firm.example")
    clock.forward(days=7)
    with pytest.raises(people.LinkGone):
        accept(late, cy)
    assert now < clock.now()


def test_the_last_lead_stays(ports: Ports) -> None:
    lead, made = firm(ports, "Aston Sensors", "ana@firm.example")
    bo = member(ports, made.id, "bo@firm.example", "editor")
    now = ports.clock.now()
    assert lead.id is not None
    assert bo.id is not None

    def change(person_id: int, role: str) -> None:
        perform(ports, lead, now, people.change_member, made.id, person_id, role)

    def remove(person_id: int) -> None:
        perform(ports, lead, now, people.remove_member, made.id, person_id)

    with pytest.raises(Refusal, match="needs a lead"):
        change(lead.id, "viewer")
    with pytest.raises(Refusal, match="needs a lead"):
        remove(lead.id)
    change(bo.id, "lead")
    remove(lead.id)
    with ports.database.reading() as session:
        assert session.scalars(select(Membership.person_id)).all() == [bo.id]


def test_a_foreign_invitation_cannot_be_taken_back(ports: Ports) -> None:
    lead, made = firm(ports, "Aston Sensors", "ana@firm.example")
    rival, other = firm(ports, "Other Sensors", "eve@other.example")
    now = ports.clock.now()
    token = perform(ports, lead, now, people.invite, made.id, "bo@firm.example", "editor")
    with pytest.raises(Refusal) as refused:
        perform(ports, rival, now, people.take_back, other.id, token.id)
    assert refused.value.status == 404
    perform(ports, lead, now, people.take_back, made.id, token.id)
    bo = person(ports, "bo@firm.example")
    with ports.database.reading() as session:
        link = link_in(newest_message(session, "bo@firm.example").body)
    with pytest.raises(people.LinkGone):
        perform(ports, bo, now, people.accept, link)


def test_the_chain_holds_no_personal_data(ports: Ports) -> None:
    _, made = firm(ports, "Aston Sensors", "ana@firm.example")
    member(ports, made.id, "bo@firm.example", "editor")
    with ports.database.reading() as session:
        hashed = b"".join(session.scalars(select(Event.hashed)))
        assert people_queries.find_by_email(session, "Bo@Firm.example") is not None
    assert not [word for word in (b"@", b"Ana", b"Aston", b"Bo") if word in hashed]
