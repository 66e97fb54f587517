"""Who may not read what: hard conflicts between an assessor and an application. Soft interests are only shown."""

from collections.abc import Set
from dataclasses import dataclass, field

from workflows.facts import Sentence


@dataclass(frozen=True)
class Reader:
    """An assessor as far as conflicts go. Organisations are named by their ids."""

    person_id: int
    roles: frozenset[str]
    teams: frozenset[int] = frozenset()
    hard: frozenset[int] = frozenset()
    soft: frozenset[int] = frozenset()
    asked: frozenset[int] = frozenset()  # the applications that they were asked to read before
    conflicted: frozenset[int] = field(default_factory=frozenset)  # those in which they declared an interest


@dataclass(frozen=True)
class Applied:
    """One application, and who else applied to its call."""

    application_id: int
    organisation_id: int


def barred_from_call(reader: Reader, applicants: Set[int], authors: Set[int]) -> Sentence | None:
    """Why this person can assess nothing of a call; None when they may (docs/threats.md 25).

    Whoever wrote it, applied to it, or works on calls never does, whatever roles they were given.
    """
    if "assessor" not in reader.roles:
        return Sentence("Does not hold the role of an assessor.")
    if reader.roles & {"officer", "approver"}:
        return Sentence("Works on calls as an officer or approver, so cannot assess.")
    if reader.person_id in authors:
        return Sentence("Wrote this call, so cannot assess it.")
    if reader.teams & set(applicants):
        return Sentence("Belongs to an organisation that applied to this call.")
    return None


def barred_from_panel(reader: Reader, role: str, applicants: Set[int], authors: Set[int]) -> Sentence | None:
    """Why this person cannot belong to the panel of a call in that role; None when they can.

    An officer may chair it or sit on it, since officers look after the marks; an approver only watches, since they
    approve what is decided by it. Whom one bid alone bars is a member, and sees nothing of that bid.
    """
    if reader.teams & set(applicants):
        return Sentence("Belongs to an organisation that applied to this call.")
    if role == "observer":
        watching = {"assessor", "officer", "approver", "auditor"}
        return None if reader.roles & watching else Sentence("Does not work for the service.")
    if "approver" in reader.roles:
        return Sentence("Approves decisions, so can only observe a panel.")
    if "officer" in reader.roles:
        return None
    return barred_from_call(reader, applicants, authors)


def conflict(reader: Reader, bid: Applied, applicants: Set[int], authors: Set[int]) -> Sentence | None:
    """Why this person must not read this application; None when they may be asked."""
    if (reason := barred_from_call(reader, applicants, authors)) is not None:
        return reason
    if bid.application_id in reader.conflicted:
        return Sentence("Declared an interest in this application.")
    if bid.organisation_id in reader.hard:
        return Sentence("Declared an interest in this organisation that rules out reading its application.")
    if bid.application_id in reader.asked:
        return Sentence("Was asked before. Nobody is asked twice for the same application.")
    return None


def soft_interest(reader: Reader, bid: Applied) -> bool:
    """Whether an interest is to be shown beside the name of whoever assigns."""
    return bid.organisation_id in reader.soft
