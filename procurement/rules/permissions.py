"""Who may do what. One line per permission; each is a predicate over a principal, a subject and the time.

What is not in the table is a refusal. `queries/visibility.py` has the SQL twin of every predicate that a list uses.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from workflows.catalogue import states
from workflows.definition import Role


@dataclass(frozen=True)
class Principal:
    """Who is asking, as plain values. `teams` maps organisation ids to the person's role in each."""

    id: int | None = None
    name: str = ""
    email: str = ""
    roles: frozenset[str] = frozenset()
    teams: Mapping[int, str] = field(default_factory=dict)
    sign_in_id: int | None = None
    fresh_until: datetime | None = None
    seen_at: datetime | None = None

    @property
    def signed_in(self) -> bool:
        """Whether anybody is signed in."""
        return self.id is not None

    @property
    def staff(self) -> bool:
        return bool(self.roles)

    def workflow_roles(self) -> frozenset[Role]:
        """The roles of the workflows that the person holds whatever the subject is."""
        return frozenset(Role(role) for role in self.roles & {"officer", "approver"})


ANYBODY = Principal()
SYSTEM = Principal(name="the service", roles=frozenset({"system"}))


class Permission(StrEnum):
    PUBLIC = "public"
    SIGNED_IN = "account:use"

    ORGANISATION_CREATE = "organisation:create"
    ORGANISATION_READ = "organisation:read"
    ORGANISATION_EDIT = "organisation:edit"
    ORGANISATION_INVITE = "organisation:invite"

    CALL_READ = "call:read"
    CALL_CREATE = "call:create"
    CALL_MANAGE = "call:manage"
    CALL_EDIT = "call:edit"
    CALL_REVIEW = "call:review"
    CALL_OPEN = "call:open"
    CALL_CANCEL = "call:cancel"

    APPLICATION_START = "application:start"
    APPLICATION_READ = "application:read"
    APPLICATION_WRITE = "application:write"
    APPLICATION_SUBMIT = "application:submit"
    OUTCOME_READ = "outcome:read"
    AWARD_ANSWER = "award:answer"

    BIDS_READ = "bids:read"
    BID_READ = "bid:read"
    ELIGIBILITY_DECIDE = "eligibility:decide"
    ELIGIBILITY_APPROVE = "eligibility:approve"

    ASSESSOR_HOME = "assessment:home"
    ASSIGNMENT_READ = "assignment:read"
    ASSIGNMENT_RESPOND = "assignment:respond"
    DOSSIER_READ = "dossier:read"
    DOSSIER_MARK = "dossier:mark"
    ASSIGN = "assignment:assign"
    PROGRESS_READ = "assessment:progress"

    RANKING_READ = "ranking:read"
    DECISION_PROPOSE = "decision:propose"
    DECISION_APPROVE = "decision:approve"
    OUTCOME_TELL = "outcome:tell"
    NOTICE_DRAFT = "notice:draft"
    NOTICE_PUBLISH = "notice:publish"

    DOCUMENT_READ = "document:read"
    HISTORY_READ = "history:read"
    OPERATE = "installation:operate"


Test = Callable[[Principal, Any, datetime], bool]


@dataclass(frozen=True)
class Predicate:
    """A question about a principal, a subject and the time; composed with & and |."""

    test: Test

    def __call__(self, principal: Principal, subject: object, now: datetime) -> bool:
        return self.test(principal, subject, now)

    def __and__(self, other: "Predicate") -> "Predicate":
        return Predicate(
            lambda principal, subject, now: self(principal, subject, now) and other(principal, subject, now)
        )

    def __or__(self, other: "Predicate") -> "Predicate":
        return Predicate(
            lambda principal, subject, now: self(principal, subject, now) or other(principal, subject, now)
        )


def holds(*roles: str) -> Predicate:
    """The person holds one of these roles in the service."""
    return Predicate(lambda principal, subject, now: bool(principal.roles & set(roles)))


def in_team(*roles: str) -> Predicate:
    """The person belongs, in one of these roles (any, if none is named), to the subject's organisation."""
    return Predicate(
        lambda principal, subject, now: (
            (role := principal.teams.get(subject.organisation_id)) is not None and (not roles or role in roles)
        )
    )


def leads(*roles: str) -> Predicate:
    """As in_team, where the subject is the organisation itself."""
    return Predicate(
        lambda principal, subject, now: (
            (role := principal.teams.get(subject.id)) is not None and (not roles or role in roles)
        )
    )


def state_of(among: states.StateSet) -> Predicate:
    """The subject is in one of these states."""
    return Predicate(lambda principal, subject, now: subject.state in among)


anyone = Predicate(lambda principal, subject, now: True)
signed_in = Predicate(lambda principal, subject, now: principal.signed_in)
officer, approver, auditor, operator, assessor = (
    holds(role) for role in ("officer", "approver", "auditor", "operator", "assessor")
)
staff_of_calls = officer | approver | auditor
has_team = Predicate(
    lambda principal, subject, now: any(role in ("lead", "editor") for role in principal.teams.values())
)
not_staff_of_calls = Predicate(
    lambda principal, subject, now: not principal.roles & {"officer", "approver", "assessor", "auditor"}
)

is_public_call = Predicate(lambda principal, call, now: call.published_at is not None)
call_is_open = Predicate(
    lambda principal, call, now: (
        call.state in states.call.published and call.opens_at is not None and call.opens_at <= now < call.closes_at
    )
)
call_opened = Predicate(lambda principal, call, now: call.opened)
bid_opened = Predicate(lambda principal, application, now: application.call.opened and application.was_opened)
was_told = Predicate(lambda principal, application, now: application.told)
is_public_document = Predicate(lambda principal, document, now: document.public)
is_released = Predicate(lambda principal, document, now: document.released)
is_unsealed = Predicate(lambda principal, document, now: document.unsealed)
is_own = Predicate(lambda principal, subject, now: principal.signed_in and subject.person_id == principal.id)


# Who may do what. Whether it is possible at this moment is the workflow's to say; who may see that it exists is here.
ALLOWED: dict[Permission, Predicate] = {
    Permission.PUBLIC: anyone,
    Permission.SIGNED_IN: signed_in,
    Permission.ORGANISATION_CREATE: signed_in & not_staff_of_calls,
    Permission.ORGANISATION_READ: leads(),
    Permission.ORGANISATION_EDIT: leads("lead"),
    Permission.ORGANISATION_INVITE: leads("lead"),
    Permission.CALL_READ: is_public_call,
    Permission.CALL_CREATE: officer,
    Permission.CALL_MANAGE: staff_of_calls,
    Permission.CALL_EDIT: officer,
    Permission.CALL_REVIEW: approver,
    Permission.CALL_OPEN: officer | approver,
    Permission.CALL_CANCEL: approver,
    Permission.APPLICATION_START: signed_in & is_public_call & not_staff_of_calls,
    Permission.APPLICATION_READ: in_team(),
    Permission.APPLICATION_WRITE: in_team("lead", "editor"),
    Permission.APPLICATION_SUBMIT: in_team("lead"),
    Permission.OUTCOME_READ: in_team() & was_told,
    Permission.AWARD_ANSWER: in_team("lead") & was_told,
    Permission.BIDS_READ: staff_of_calls & call_opened,
    Permission.BID_READ: staff_of_calls & bid_opened,
    Permission.ELIGIBILITY_DECIDE: officer & bid_opened,
    Permission.ELIGIBILITY_APPROVE: approver & bid_opened,
    Permission.ASSESSOR_HOME: assessor,
    Permission.ASSIGNMENT_READ: assessor & is_own & state_of(states.assignment.visible),
    Permission.ASSIGNMENT_RESPOND: assessor & is_own & state_of(states.assignment.visible),
    Permission.DOSSIER_READ: assessor & is_own & state_of(states.assignment.reading),
    Permission.DOSSIER_MARK: assessor & is_own & state_of(states.assignment.reading),
    Permission.ASSIGN: officer & call_opened,
    Permission.PROGRESS_READ: staff_of_calls & call_opened,
    Permission.RANKING_READ: staff_of_calls & call_opened,
    Permission.DECISION_PROPOSE: officer & call_opened,
    Permission.DECISION_APPROVE: approver & call_opened,
    Permission.OUTCOME_TELL: (officer | approver) & call_opened,
    Permission.NOTICE_DRAFT: officer & call_opened,
    Permission.NOTICE_PUBLISH: approver & call_opened,
    Permission.DOCUMENT_READ: is_public_document | (in_team() & is_released) | (staff_of_calls & is_unsealed),
    Permission.HISTORY_READ: staff_of_calls,
    Permission.OPERATE: operator,
}

# Open to people who are not signed in; everything else sends them to the sign-in page, whether the thing exists or not.
PUBLIC = frozenset({Permission.PUBLIC, Permission.CALL_READ, Permission.DOCUMENT_READ})

# What somebody must be able to see for a refusal to say 403; otherwise the thing does not exist for them (404).
SEEN_BY: dict[Permission, Permission] = {
    Permission.ORGANISATION_EDIT: Permission.ORGANISATION_READ,
    Permission.ORGANISATION_INVITE: Permission.ORGANISATION_READ,
    Permission.CALL_EDIT: Permission.CALL_MANAGE,
    Permission.CALL_REVIEW: Permission.CALL_MANAGE,
    Permission.CALL_OPEN: Permission.CALL_MANAGE,
    Permission.CALL_CANCEL: Permission.CALL_MANAGE,
    Permission.APPLICATION_START: Permission.CALL_READ,
    Permission.APPLICATION_WRITE: Permission.APPLICATION_READ,
    Permission.APPLICATION_SUBMIT: Permission.APPLICATION_READ,
    Permission.OUTCOME_READ: Permission.APPLICATION_READ,
    Permission.AWARD_ANSWER: Permission.APPLICATION_READ,
    Permission.BIDS_READ: Permission.CALL_MANAGE,
    Permission.ELIGIBILITY_DECIDE: Permission.BID_READ,
    Permission.ELIGIBILITY_APPROVE: Permission.BID_READ,
    Permission.ASSIGNMENT_RESPOND: Permission.ASSIGNMENT_READ,
    Permission.DOSSIER_READ: Permission.ASSIGNMENT_READ,
    Permission.DOSSIER_MARK: Permission.ASSIGNMENT_READ,
    Permission.ASSIGN: Permission.CALL_MANAGE,
    Permission.PROGRESS_READ: Permission.CALL_MANAGE,
    Permission.RANKING_READ: Permission.CALL_MANAGE,
    Permission.DECISION_PROPOSE: Permission.CALL_MANAGE,
    Permission.DECISION_APPROVE: Permission.CALL_MANAGE,
    Permission.OUTCOME_TELL: Permission.CALL_MANAGE,
    Permission.NOTICE_DRAFT: Permission.CALL_MANAGE,
    Permission.NOTICE_PUBLISH: Permission.CALL_MANAGE,
}


def may(principal: Principal, permission: Permission, subject: object, now: datetime) -> bool:
    """Whether the table lets this person do this to this subject now."""
    return ALLOWED[permission](principal, subject, now)
