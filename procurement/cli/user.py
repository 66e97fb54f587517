"""List accounts, add one, give and take roles, close one."""

import argparse
import getpass
import sys
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from procurement.cli.console import CannotGoOn, configuration, say
from procurement.cli.open_ports import open_ports
from procurement.models.people import STAFF_ROLES, Person
from procurement.queries import people as people_queries
from procurement.rules.accounts import password_fault
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services.act import Act, perform
from procurement.services.people import operators
from procurement.services.refusal import Refusal

EXAMPLES = """\
  procurement user list
  procurement user add ana@city.example "Ana Lee" --role officer --role approver      says what it would do
  procurement user add ana@city.example "Ana Lee" --role officer --commit             does it; a link goes by mail
  procurement user add op@city.example "Olu Op" --role operator --password --commit   the first operator, without mail
  procurement user role ana@city.example --grant auditor --revoke approver --commit
  procurement user disable ana@city.example --commit
"""
BY = Principal(name="the command line")


class Rehearsed(Exception):
    """Nothing was refused; what was tried is undone, since --commit was not given."""


def options(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="list|add|role|disable", required=True)
    acts.add_parser("list", help="every account with its roles")
    add = acts.add_parser("add", help="make an account")
    add.add_argument("email")
    add.add_argument("name")
    add.add_argument("--role", action="append", default=[], choices=STAFF_ROLES, help="may be given several times")
    add.add_argument("--password", action="store_true", help="ask for a password here instead of sending a link")
    role = acts.add_parser("role", help="give and take roles")
    role.add_argument("email")
    role.add_argument("--grant", action="append", default=[], choices=STAFF_ROLES)
    role.add_argument("--revoke", action="append", default=[], choices=STAFF_ROLES)
    disable = acts.add_parser("disable", help="close an account: signed out everywhere, and no way back in")
    disable.add_argument("email")
    for act in (add, role, disable):
        act.add_argument("--commit", action="store_true", help="do it; without this, only say what would be done")


def run(given: argparse.Namespace) -> int:
    with open_ports(configuration()) as ports:
        if given.act == "list":
            show(ports)
            return 0
        act, sentence = {"add": adding, "role": changing, "disable": closing}[given.act](given, ports)
        carry_out(ports, act, commit=given.commit)
    say(sentence if given.commit else f"Would do this, and has not: {sentence} Say --commit to do it.")
    return 0


def show(ports: Ports) -> None:
    """One line for each account."""
    with ports.database.reading() as session:
        for person in session.scalars(select(Person).options(selectinload(Person.roles)).order_by(Person.email)):
            roles = ", ".join(held.role for held in person.roles) or "no role"
            state = "closed" if person.disabled_at else "not confirmed" if person.confirmed_at is None else "open"
            say(f"{person.email}\t{person.name}\t{roles}\t{state}")


def adding(given: argparse.Namespace, ports: Ports) -> tuple[Callable[[Act], object], str]:
    """The act of `user add`, and what it does in words."""
    hashed = ports.passwords.hash(asked_password(given.email)) if given.password else None
    roles = ", ".join(sorted(set(given.role))) or "no role"
    how = "with the password that was given" if hashed else "and send a link by which to choose a password"
    return (
        lambda act: operators.add_person(act, given.name, given.email, given.role, hashed=hashed),
        f"Make an account for {given.name} <{given.email}> with {roles}, {how}.",
    )


def changing(given: argparse.Namespace, ports: Ports) -> tuple[Callable[[Act], object], str]:
    """The act of `user role`, and what it does in words. Raises CannotGoOn when there is nothing to do."""
    if not given.grant and not given.revoke:
        raise CannotGoOn("Say which role: --grant ROLE or --revoke ROLE.")

    def change(act: Act) -> None:
        person = known(act.session, given.email)
        for role in given.grant:
            operators.grant_role(act, person.id, role)
        for role in given.revoke:
            operators.revoke_role(act, person.id, role)

    words = [f"give {role}" for role in given.grant] + [f"take {role}" for role in given.revoke]
    return change, f"For {given.email}: {', '.join(words)}."


def closing(given: argparse.Namespace, ports: Ports) -> tuple[Callable[[Act], object], str]:
    """The act of `user disable`, and what it does in words."""

    def close(act: Act) -> None:
        operators.disable(act, known(act.session, given.email).id)

    return close, f"Close the account of {given.email} and sign it out everywhere."


def carry_out(ports: Ports, service: Callable[[Act], object], *, commit: bool) -> None:
    """Do it, or try it and undo it, so that what would be refused is said beforehand. Raises CannotGoOn."""

    def change(act: Act) -> None:
        service(act)
        if not commit:
            raise Rehearsed

    try:
        perform(ports, BY, ports.clock.now(), change)
    except Rehearsed:
        pass
    except Refusal as refusal:
        raise CannotGoOn(str(refusal)) from refusal


def known(session: Session, email: str) -> Person:
    """The account. Raises CannotGoOn."""
    person = people_queries.find_by_email(session, email)
    if person is None:
        raise CannotGoOn(f"There is no account for {email}.")
    return person


def asked_password(email: str) -> str:
    """From whoever sits at the terminal, or the first line of what is piped in. Raises CannotGoOn."""
    typed = getpass.getpass(f"Password for {email}: ") if sys.stdin.isatty() else sys.stdin.readline()
    password = typed.rstrip("\n")
    fault = password_fault(password, email)
    if fault is not None:
        raise CannotGoOn(f"{fault}.")
    return password
