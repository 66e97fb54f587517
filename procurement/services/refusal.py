"""The one exception of the house: a use case was asked for and refused.

And the three questions that a service asks about who is asking, where no workflow does: whether they hold a role that
the table of rights names for the act, whether it lets them do it for their organisation, and whether they have just
entered their password. And those about what is asked: whether the call is running, a reason is given, and somebody else
than the proposer approves.
"""

from datetime import datetime
from typing import NamedTuple

from procurement.rules.permissions import Permission, Principal, may, roles_for
from workflows.catalogue import states
from workflows.engine import FORBIDDEN, NOT_YOURS
from workflows.facts import Sentence


class Refusal(Exception):
    """Nothing was changed; the reasons are for the person who asked. `status` is the page's HTTP status: 409, or 410
    where it is the deadline, 403 where it is the role, 404 where it must not be known to exist."""

    def __init__(self, *reasons: Sentence | str, status: int = 409) -> None:
        self.reasons = tuple(reason if isinstance(reason, Sentence) else Sentence(reason) for reason in reasons)
        self.status = status
        super().__init__(" ".join(map(str, self.reasons)))


NOTHING_WAITS = Sentence("There is no proposal to decide on.")


class Stale(Refusal):
    """Somebody else saved in between: both texts, so that nothing typed is lost.

    `yours` and `theirs` map names of fields to texts; `version` is the one to save over when the person has chosen.
    """

    def __init__(self, *, yours: dict[str, str], theirs: dict[str, str], version: int, saved_by: str = "") -> None:
        super().__init__(Sentence("Somebody changed this while you were editing."))
        self.yours, self.theirs, self.version, self.saved_by = yours, theirs, version, saved_by


class FreshSignInNeeded(Refusal):
    """The password must be entered again first. A page asks for it and goes on; what was typed is kept."""

    def __init__(self) -> None:
        super().__init__(Sentence("Enter your password again first: you signed in too long ago."), status=403)


def require_role(by: Principal, permission: Permission) -> None:
    """Refuse whoever holds none of the roles that the table of rights names for this; the states are the service's."""
    roles = roles_for(permission)
    if not by.holds(*roles):
        raise Refusal(next((words for needed, words in NOT_YOURS.items() if needed == roles), FORBIDDEN), status=403)


class _Refused(NamedTuple):
    """What a team is told: `unseen` (404) to whom `seen` is not allowed, otherwise `only` (403)."""

    seen: Permission
    unseen: Sentence
    only: Sentence


_NO_APPLICATION = Sentence("There is no such application.")
_LEAD = Sentence("Only the lead of your organisation can do this.")
_WRITERS = Sentence("Only the lead and the editors of your organisation can change this application.")
_TO_TEAMS = {
    Permission.APPLICATION_READ: _Refused(Permission.APPLICATION_READ, _NO_APPLICATION, FORBIDDEN),
    Permission.APPLICATION_WRITE: _Refused(Permission.APPLICATION_READ, _NO_APPLICATION, _WRITERS),
    Permission.APPLICATION_SUBMIT: _Refused(Permission.APPLICATION_READ, _NO_APPLICATION, _LEAD),
    Permission.SLOT_CHOOSE: _Refused(
        Permission.SLOT_READ,  # before the opening nobody learns that there are times
        Sentence("There is no such time."),
        Sentence("Only the lead and the editors of your organisation can choose a time."),
    ),
    Permission.AWARD_ANSWER: _Refused(
        Permission.OUTCOME_READ,  # before the telling nobody learns that there is an award
        Sentence("There is no such award."),
        Sentence("Only the lead of your organisation can answer an award."),
    ),
    Permission.ORGANISATION_APPLY: _Refused(
        Permission.PUBLIC,  # so that it does not say which organisations there are
        FORBIDDEN,
        Sentence("Only the lead and the editors of an organisation can apply for it."),
    ),
}


def require_team(by: Principal, permission: Permission, subject: object, now: datetime) -> None:
    """Refuse whoever the table of rights does not let do this for an organisation: the subject is the organisation, or
    what is its. None is an organisation that is not there."""
    refused = _TO_TEAMS[permission]
    if not may(by, refused.seen, subject, now):
        raise Refusal(refused.unseen, status=404)
    if subject is None or not may(by, permission, subject, now):
        raise Refusal(refused.only, status=403)


def require_reason(reason: str) -> None:
    """Refuse whoever gives no reason."""
    if not reason.strip():
        raise Refusal(Sentence("Give a reason."))


def require_somebody_else(by: Principal, proposed_by: int) -> None:
    """Refuse whoever proposed it: what needs two people is approved by the other one."""
    if by.id == proposed_by:
        raise Refusal(Sentence("You wrote this. Somebody else must approve it."))


def require_running(call_state: str) -> None:
    """Refuse, where no guard of a workflow does, what would change a call that is cancelled or concluded."""
    if call_state not in states.call.published:
        raise Refusal(Sentence("The call is not running: it was cancelled or concluded, or is not published yet."))


def require_fresh(by: Principal, at: datetime) -> None:
    """Refuse, for an act of weight, whoever entered their password too long ago; `at` is unshifted time."""
    if not by.is_fresh(at):
        raise FreshSignInNeeded
