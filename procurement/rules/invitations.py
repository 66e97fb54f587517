"""Inviting people to assess a stage: until when they answer, when they are reminded, and how far an invitation is.

Before the opening people are invited to the stage, not to bids: nobody knows yet which there are.
"""

from datetime import date, timedelta
from enum import StrEnum

from workflows.facts import Sentence

MOST_AT_ONCE = 50  # people invited by one press
MOST_DAYS = 180  # until an answer is due: a slip in the year must not leave a stage without assessors
REMINDED_BEFORE = timedelta(days=2)
MOST_REASON = 100  # words of why somebody cannot


class InvitationStatus(StrEnum):
    """How far an invitation is: what its row and the day make of it."""

    WAITING = "waiting"
    OVERDUE = "overdue"  # waits still, and can still be answered
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


def status_of(*, accepted: bool | None, withdrawn: bool, answer_by: date, today: date) -> InvitationStatus:
    """How far an invitation is; days are those of the UK."""
    if withdrawn:
        return InvitationStatus.WITHDRAWN
    if accepted is not None:
        return InvitationStatus.ACCEPTED if accepted else InvitationStatus.DECLINED
    return InvitationStatus.OVERDUE if answer_by < today else InvitationStatus.WAITING


def faults(answer_by: date, today: date) -> list[Sentence]:
    """What is wrong with a day to answer by."""
    if answer_by <= today:
        return [Sentence("Choose a day after today, so that people can answer.")]
    if answer_by > today + timedelta(days=MOST_DAYS):
        return [Sentence("Choose a day within the next %(days)s days.", days=MOST_DAYS)]
    return []


def is_due_to_remind(*, invited: date, answer_by: date, today: date) -> bool:
    """Whether somebody who has not answered is reminded on a day: from two days before the last one on, and only who
    has had the invitation since before that."""
    first = answer_by - REMINDED_BEFORE
    return invited < first <= today <= answer_by
