"""Who may do what. One line per permission; each is a predicate over a principal, a subject and the time.

What is not in the table is a refusal. `queries/visibility.py` has the SQL twin of every predicate that a list uses.

A role is asked for by the permission that needs it, not by its name: a view by `@allow(Permission.X, load)`, a page
that offers a button by `allowed(Permission.X, subject)`, a service by `require_role(by, Permission.X)` where no
workflow asks; what a workflow asks for, it is given by `workflow_roles()`. A role in the team of an organisation is
asked for in the same way: by `require_team(by, Permission.X, subject, now)` in a service, and in SQL by the twin. So
the table below is the one place that says which role does what, and `Principal.holds` and `Principal.teams` are what
all of these come down to.

A fresh sign-in is asked for by `require_fresh(by, at)`: `@allow(Permission.X, load, fresh=True)` does so before a view
looks at anything, the service of an act of weight does so again. Both come down to `Principal.is_fresh`, and whoever
must enter their password first is sent there by the one answer to `FreshSignInNeeded`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from workflows.catalogue import states
from workflows.definition import Role


@dataclass(frozen=True)
class Principal:
    """Who is asking, as plain values. `teams` maps organisation ids to the person's role in each; `fresh_until` is
    unshifted time, and None for whoever has entered no password: a browser without a sign-in, a command, a job."""

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

    @property
    def in_a_team(self) -> bool:
        """Whether the person belongs to any organisation, in whatever role."""
        return bool(self.teams)

    def holds(self, *roles: str) -> bool:
        """Whether the person holds one of these roles in the service."""
        return not self.roles.isdisjoint(roles)

    def is_fresh(self, at: datetime) -> bool:
        """Whether the password was entered a short while ago, at an unshifted instant."""
        return self.fresh_until is not None and at < self.fresh_until

    def workflow_roles(self) -> frozenset[Role]:
        """The roles of the workflows that the person holds whatever the subject is."""
        return frozenset(Role(role) for role in ("officer", "approver") if self.holds(role))


# Who looks after calls and so reads bids; and who therefore applies for nothing, and belongs to nobody who does.
CALL_STAFF = frozenset({"officer", "approver", "auditor"})
NEVER_APPLY = CALL_STAFF | {"assessor"}
FRESH_FOR = timedelta(minutes=10)  # after the password was entered

ANYBODY = Principal()
SYSTEM = Principal(name="the service", roles=frozenset({"system"}))


class Permission(StrEnum):
    PUBLIC = "public"
    SIGNED_IN = "account:use"

    ORGANISATION_CREATE = "organisation:create"
    ORGANISATION_READ = "organisation:read"
    ORGANISATION_EDIT = "organisation:edit"
    ORGANISATION_INVITE = "organisation:invite"
    ORGANISATION_APPLY = "organisation:apply"

    CALL_READ = "call:read"
    CALL_CREATE = "call:create"
    CALL_MANAGE = "call:manage"
    CALL_EDIT = "call:edit"
    CALL_REVIEW = "call:review"
    CALL_COMMENT = "call:comment"
    CALL_OPEN = "call:open"
    CALL_CANCEL = "call:cancel"
    CALL_ABANDON = "call:abandon"
    WINDOWS_END = "windows:end"

    PIPELINE_READ = "pipeline:read"
    PIPELINE_WRITE = "pipeline:write"
    PIPELINE_PUBLISH = "pipeline:publish"

    CLARIFICATION_ASK = "clarification:ask"
    CLARIFICATION_DRAFT = "clarification:draft"
    CLARIFICATION_ANSWER = "clarification:answer"
    ANNOUNCE = "announcement:send"

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
    DISQUALIFICATION_PROPOSE = "disqualification:propose"
    DISQUALIFICATION_APPROVE = "disqualification:approve"
    SIFT = "eligibility:sift"
    REQUEST_ASK = "request:ask"
    REVIEW_DECIDE = "review:decide"

    ASSESSOR_HOME = "assessment:home"
    ASSIGNMENT_READ = "assignment:read"
    ASSIGNMENT_RESPOND = "assignment:respond"
    DOSSIER_READ = "dossier:read"
    DOSSIER_MARK = "dossier:mark"
    ASSIGN = "assignment:assign"
    INVITATIONS_READ = "invitations:read"
    INVITE = "invitations:invite"
    INVITATION_ANSWER = "invitation:answer"
    PROGRESS_READ = "assessment:progress"

    SLOTS_READ = "slots:read"
    SLOT_MANAGE = "slots:manage"
    SLOT_READ = "slot:read"
    SLOT_CHOOSE = "slot:choose"

    MODERATION_READ = "moderation:read"
    MODERATE = "moderation:moderate"
    PANELS_READ = "panels:read"
    PANEL_MANAGE = "panel:manage"
    PANEL_READ = "panel:read"

    RANKING_READ = "ranking:read"
    DECISION_PROPOSE = "decision:propose"
    DECISION_APPROVE = "decision:approve"
    MARK_CORRECT = "mark:correct"
    CORRECTION_APPROVE = "correction:approve"
    OUTCOME_TELL = "outcome:tell"
    NOTICE_DRAFT = "notice:draft"
    NOTICE_PUBLISH = "notice:publish"
    TENDER_NOTICE_DRAFT = "tender_notice:draft"
    TENDER_NOTICE_PUBLISH = "tender_notice:publish"
    TERMINATION_DRAFT = "termination:draft"
    TERMINATION_PUBLISH = "termination:publish"

    DOCUMENT_READ = "document:read"
    HISTORY_READ = "history:read"
    AUDIT = "audit:read"
    CHAIN_READ = "chain:read"
    OPERATE = "installation:operate"


Test = Callable[[Principal, Any, datetime], bool]


@dataclass(frozen=True)
class Predicate:
    """A question about a principal, a subject and the time; composed with & and |.

    `roles`: one of these is needed, whatever else is; empty where none is needed, or not always.
    """

    test: Test
    roles: frozenset[str] = frozenset()

    def __call__(self, principal: Principal, subject: object, now: datetime) -> bool:
        return self.test(principal, subject, now)

    def __and__(self, other: "Predicate") -> "Predicate":
        if self.roles and other.roles:
            raise ValueError("two roles are never needed at once: another person is")
        return Predicate(
            lambda principal, subject, now: self(principal, subject, now) and other(principal, subject, now),
            self.roles | other.roles,
        )

    def __or__(self, other: "Predicate") -> "Predicate":
        return Predicate(
            lambda principal, subject, now: self(principal, subject, now) or other(principal, subject, now),
            self.roles | other.roles if self.roles and other.roles else frozenset(),
        )


def holds(*roles: str) -> Predicate:
    """The person holds one of these roles in the service."""
    return Predicate(lambda principal, subject, now: principal.holds(*roles), frozenset(roles))


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
officer, approver, operator, assessor = (holds(role) for role in ("officer", "approver", "operator", "assessor"))
staff_of_calls = holds(*CALL_STAFF)
may_apply = Predicate(lambda principal, subject, now: not principal.holds(*NEVER_APPLY))

is_public_call = Predicate(lambda principal, call, now: call.published_at is not None)
# rights ask what has happened, not where a thing stands: nothing that comes later takes them back
stage_begun = Predicate(lambda principal, stage, now: stage.started_at is not None)
stage_opened = Predicate(lambda principal, stage, now: stage.opened)
bid_opened = Predicate(lambda principal, entry, now: entry.was_opened)
was_told = Predicate(lambda principal, entry, now: entry.told)
is_public_document = Predicate(lambda principal, document, now: document.public)
is_released = Predicate(lambda principal, document, now: document.released)
is_unsealed = Predicate(lambda principal, document, now: document.unsealed)
is_not_barred = Predicate(lambda principal, document, now: principal.id not in document.barred)
# the chair and everybody of a stage's panel: its people are loaded
chairs = Predicate(
    lambda principal, stage, now: (
        principal.signed_in and any(each.person_id == principal.id and each.role == "chair" for each in stage.people)
    )
)
on_the_panel = Predicate(
    lambda principal, panel, now: (
        principal.signed_in and any(each.person_id == principal.id for each in panel.stage.people)
    )
)
is_own = Predicate(lambda principal, subject, now: principal.signed_in and subject.person_id == principal.id)


# Who may do what. Whether it is possible at this moment is the workflow's to say; who may see that it exists is here.
ALLOWED: dict[Permission, Predicate] = {
    Permission.PUBLIC: anyone,
    Permission.SIGNED_IN: signed_in,
    Permission.ORGANISATION_CREATE: signed_in & may_apply,
    Permission.ORGANISATION_READ: leads(),
    Permission.ORGANISATION_EDIT: leads("lead"),
    Permission.ORGANISATION_INVITE: leads("lead"),
    Permission.ORGANISATION_APPLY: leads("lead", "editor") & may_apply,
    Permission.CALL_READ: is_public_call,
    Permission.CALL_CREATE: officer,
    Permission.CALL_MANAGE: staff_of_calls,
    Permission.CALL_EDIT: officer,
    Permission.CALL_REVIEW: approver,
    Permission.CALL_COMMENT: officer | approver,
    Permission.CALL_OPEN: officer | approver,
    Permission.CALL_CANCEL: approver,
    Permission.CALL_ABANDON: officer,
    Permission.WINDOWS_END: officer,
    Permission.PIPELINE_READ: staff_of_calls,
    Permission.PIPELINE_WRITE: officer,
    Permission.PIPELINE_PUBLISH: approver,
    Permission.CLARIFICATION_ASK: signed_in & is_public_call & may_apply,
    Permission.CLARIFICATION_DRAFT: officer,
    Permission.CLARIFICATION_ANSWER: officer | approver,
    Permission.ANNOUNCE: officer,
    Permission.APPLICATION_START: signed_in & is_public_call & may_apply,
    Permission.APPLICATION_READ: in_team(),
    Permission.APPLICATION_WRITE: in_team("lead", "editor"),
    Permission.APPLICATION_SUBMIT: in_team("lead"),
    Permission.OUTCOME_READ: in_team() & was_told,
    Permission.AWARD_ANSWER: in_team("lead") & was_told,
    Permission.BIDS_READ: staff_of_calls & stage_opened,
    Permission.BID_READ: staff_of_calls & bid_opened,
    Permission.ELIGIBILITY_DECIDE: officer & bid_opened,
    Permission.ELIGIBILITY_APPROVE: approver & bid_opened,
    Permission.DISQUALIFICATION_PROPOSE: officer & bid_opened,
    Permission.DISQUALIFICATION_APPROVE: approver & bid_opened,
    Permission.SIFT: officer & stage_opened,
    Permission.REQUEST_ASK: officer & bid_opened,
    Permission.REVIEW_DECIDE: officer & bid_opened,
    Permission.ASSESSOR_HOME: assessor,
    Permission.ASSIGNMENT_READ: assessor & is_own & state_of(states.assignment.visible),
    Permission.ASSIGNMENT_RESPOND: assessor & is_own & state_of(states.assignment.visible),
    Permission.DOSSIER_READ: assessor & is_own & state_of(states.assignment.reading),
    Permission.DOSSIER_MARK: assessor & is_own & state_of(states.assignment.reading),
    Permission.ASSIGN: officer & stage_opened,
    # before the opening too: an invitation says nothing of a bid, and gives no right to read one
    Permission.INVITATIONS_READ: staff_of_calls,
    Permission.INVITE: officer,
    Permission.INVITATION_ANSWER: assessor & is_own,
    Permission.PROGRESS_READ: staff_of_calls & stage_opened,
    Permission.SLOTS_READ: staff_of_calls & stage_begun,
    Permission.SLOT_MANAGE: officer & stage_begun,
    Permission.SLOT_READ: in_team() & bid_opened,
    Permission.SLOT_CHOOSE: in_team("lead", "editor") & bid_opened,
    Permission.MODERATION_READ: (staff_of_calls | chairs) & stage_opened,
    Permission.MODERATE: (officer | chairs) & stage_opened,
    Permission.PANELS_READ: staff_of_calls | chairs,
    Permission.PANEL_MANAGE: officer,
    Permission.PANEL_READ: on_the_panel,
    Permission.RANKING_READ: staff_of_calls & stage_opened,
    Permission.DECISION_PROPOSE: officer & stage_opened,
    Permission.DECISION_APPROVE: approver & stage_opened,
    Permission.MARK_CORRECT: officer & stage_opened,
    Permission.CORRECTION_APPROVE: approver & stage_opened,
    Permission.OUTCOME_TELL: (officer | approver) & stage_opened,
    Permission.NOTICE_DRAFT: officer & stage_opened,
    Permission.NOTICE_PUBLISH: approver & stage_opened,
    Permission.TENDER_NOTICE_DRAFT: officer,
    Permission.TENDER_NOTICE_PUBLISH: approver,
    Permission.TERMINATION_DRAFT: officer,
    Permission.TERMINATION_PUBLISH: approver,
    Permission.DOCUMENT_READ: is_public_document
    | (in_team() & is_released)
    | (staff_of_calls & is_unsealed & is_not_barred),
    Permission.HISTORY_READ: staff_of_calls,
    Permission.AUDIT: holds("auditor"),
    Permission.CHAIN_READ: holds("auditor", "operator"),
    Permission.OPERATE: operator,
}

# Open to people who are not signed in; everything else sends them to the sign-in page, whether the thing exists or not.
PUBLIC = frozenset({Permission.PUBLIC, Permission.CALL_READ, Permission.DOCUMENT_READ})


def may(principal: Principal, permission: Permission, subject: object, now: datetime) -> bool:
    """Whether the table lets this person do this to this subject now."""
    return ALLOWED[permission](principal, subject, now)


def roles_for(permission: Permission) -> frozenset[str]:
    """The roles of which the table asks one, whatever else it asks; empty where no role is needed."""
    return ALLOWED[permission].roles
