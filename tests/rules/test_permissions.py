"""What the table of rights says of itself: which roles it asks for, and what makes a sign-in fresh."""

from datetime import UTC, datetime, timedelta

import pytest

from procurement.rules.permissions import ANYBODY, SYSTEM, Permission, Principal, approver, officer, roles_for

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


def test_the_roles_of_which_one_is_needed() -> None:
    asked = {permission: sorted(roles) for permission in Permission if (roles := roles_for(permission))}
    staff = ["approver", "auditor", "officer"]
    assert asked == {
        Permission.CALL_CREATE: ["officer"],
        Permission.CALL_MANAGE: staff,
        Permission.CALL_EDIT: ["officer"],
        Permission.CALL_REVIEW: ["approver"],
        Permission.CALL_COMMENT: ["approver", "officer"],
        Permission.CALL_OPEN: ["approver", "officer"],
        Permission.CALL_CANCEL: ["approver"],
        Permission.CLARIFICATION_DRAFT: ["officer"],
        Permission.CLARIFICATION_ANSWER: ["approver", "officer"],
        Permission.ANNOUNCE: ["officer"],
        Permission.PIPELINE_READ: ["approver", "auditor", "officer"],
        Permission.PIPELINE_WRITE: ["officer"],
        Permission.PIPELINE_PUBLISH: ["approver"],
        Permission.CALL_ABANDON: ["officer"],
        Permission.WINDOWS_END: ["officer"],
        Permission.BIDS_READ: staff,
        Permission.BID_READ: staff,
        Permission.ELIGIBILITY_DECIDE: ["officer"],
        Permission.ELIGIBILITY_APPROVE: ["approver"],
        Permission.DISQUALIFICATION_PROPOSE: ["officer"],
        Permission.DISQUALIFICATION_APPROVE: ["approver"],
        Permission.SIFT: ["officer"],
        Permission.REQUEST_ASK: ["officer"],
        Permission.REVIEW_DECIDE: ["officer"],
        Permission.ASSESSOR_HOME: ["assessor"],
        Permission.ASSIGNMENT_READ: ["assessor"],
        Permission.ASSIGNMENT_RESPOND: ["assessor"],
        Permission.DOSSIER_READ: ["assessor"],
        Permission.DOSSIER_MARK: ["assessor"],
        Permission.ASSIGN: ["officer"],
        Permission.INVITATIONS_READ: staff,
        Permission.INVITE: ["officer"],
        Permission.INVITATION_ANSWER: ["assessor"],
        Permission.PROGRESS_READ: staff,
        Permission.SLOTS_READ: staff,
        Permission.SLOT_MANAGE: ["officer"],
        Permission.PANEL_MANAGE: ["officer"],
        Permission.RANKING_READ: staff,
        Permission.DECISION_PROPOSE: ["officer"],
        Permission.DECISION_APPROVE: ["approver"],
        Permission.MARK_CORRECT: ["officer"],
        Permission.CORRECTION_APPROVE: ["approver"],
        Permission.OUTCOME_TELL: ["approver", "officer"],
        Permission.NOTICE_DRAFT: ["officer"],
        Permission.NOTICE_PUBLISH: ["approver"],
        Permission.TENDER_NOTICE_DRAFT: ["officer"],
        Permission.TENDER_NOTICE_PUBLISH: ["approver"],
        Permission.TERMINATION_DRAFT: ["officer"],
        Permission.TERMINATION_PUBLISH: ["approver"],
        Permission.HISTORY_READ: staff,
        Permission.AUDIT: ["auditor"],
        Permission.CHAIN_READ: ["auditor", "operator"],
        Permission.OPERATE: ["operator"],
    }


def test_two_roles_at_once_are_a_second_person() -> None:
    with pytest.raises(ValueError, match="another person"):
        officer & approver


def test_a_role_is_held_if_it_is_one_of_those_asked_for() -> None:
    both = Principal(id=1, roles=frozenset({"officer", "assessor"}))
    assert (both.holds("officer"), both.holds("approver", "assessor"), both.holds("auditor")) == (True, True, False)
    assert (both.holds(), ANYBODY.holds("officer"), SYSTEM.holds("officer")) == (False, False, False)


def test_a_sign_in_is_fresh_until_its_instant_and_nobody_without_one_is() -> None:
    who = Principal(id=1, fresh_until=NOON)
    assert who.is_fresh(NOON - timedelta(seconds=1)) is True
    assert who.is_fresh(NOON) is False
    assert (Principal(id=1).is_fresh(NOON), SYSTEM.is_fresh(NOON)) == (False, False)
