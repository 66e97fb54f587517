"""Who is invited in the demonstration to assess a stage that is not opened yet: one can, one cannot, two are silent."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.invitations import Invitation
from procurement.rules.dates import uk_day
from procurement.seeding.bids import OFFICER
from procurement.seeding.parts import Part, stage_of
from procurement.seeding.timeline import Timeline
from procurement.services import invitations

YES, NO = "assessor@demo.example", "assessor2@demo.example"
SILENT = ("assessor3@demo.example", "chair@demo.example")
AWAY = "I am away for most of that month."
TIME_TO_ANSWER = timedelta(days=5)  # from the day on which the demonstration begins


def arrange(timeline: Timeline, part: Part, published_at: datetime, now: datetime) -> None:
    """Put the invitations to a stage on the timeline, a few days before now, and two of the answers."""
    invited = max(published_at + timedelta(hours=2), now - timedelta(days=3))
    if invited + timedelta(hours=20) > now:
        return
    timeline.at(invited, partial(invite, timeline, part, now))
    timeline.at(invited + timedelta(hours=5), partial(answer, timeline, part, YES))
    timeline.at(invited + timedelta(hours=20), partial(answer, timeline, part, NO))


def invite(timeline: Timeline, part: Part, now: datetime) -> None:
    people = [timeline.person(email).id or 0 for email in (YES, NO, *SILENT)]
    until = uk_day(now) + TIME_TO_ANSWER
    by = timeline.person(OFFICER)
    timeline.do(by, lambda act: len(invitations.invite(act, stage_of(act.session, part).id, people, until)))


def answer(timeline: Timeline, part: Part, email: str) -> None:
    by, accepts = timeline.person(email), email == YES
    with timeline.ports.database.reading() as session:
        invitation_id = _id_of(session, part, by.id)
    timeline.do(by, invitations.answer, invitation_id, accepts=accepts, reason="" if accepts else AWAY)


def _id_of(session: Session, part: Part, person_id: int | None) -> int:
    stage = stage_of(session, part)
    own = select(Invitation.id).where(Invitation.stage_id == stage.id, Invitation.person_id == person_id)
    return session.scalars(own).one()
