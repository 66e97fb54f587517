"""Reading messages of officers to applicants: to whom one would go, and what was sent."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from procurement.models.announcements import Announcement, AnnouncementRecipient
from procurement.models.applications import Application, Entry
from procurement.models.people import Person
from procurement.queries import calls as calls_queries
from procurement.rules.announcements import Audience
from workflows.catalogue import states

Team = tuple[Entry, list[Person]]


def teams_for(session: Session, call_id: int, audience: Audience, chosen: Collection[str] = ()) -> list[Team]:
    """The newest entry of each application that a message would go to, with its team. `chosen`: references of those
    that were opened; one that was not is never among them."""
    teams = calls_queries.teams_of(session, call_id)
    match audience:
        case Audience.ALL:
            return teams
        case Audience.DRAFTS:
            return [each for each in teams if each[0].state in states.entry.drafts and each[0].standing_id is None]
        case Audience.SUBMITTED:
            return [each for each in teams if each[0].standing_id is not None or each[0].was_opened]
        case Audience.CHOSEN:
            wanted = frozenset(chosen)
            return [each for each in teams if each[0].was_opened and each[0].application.ref in wanted]


def to_choose(session: Session, call_id: int) -> list[Entry]:
    """The newest entries of a call that were opened and are still in the running, with application and firm."""
    return list(
        session.scalars(
            select(Entry)
            .join(Application, Application.entry_id == Entry.id)
            .where(
                Application.call_id == call_id,
                Entry.opened_at.is_not(None),
                Entry.state.not_in(states.entry.absent),
            )
            .options(
                joinedload(Entry.application).joinedload(Application.organisation),
                joinedload(Entry.application).joinedload(Application.lot),
            )
            .order_by(Application.id)
        )
    )


def of_call(session: Session, call_id: int) -> list[Announcement]:
    """What was sent to applicants of a call, the newest first."""
    return list(
        session.scalars(
            select(Announcement)
            .where(Announcement.call_id == call_id)
            .options(joinedload(Announcement.sender), joinedload(Announcement.stage))
            .order_by(Announcement.id.desc())
        )
    )


def applications_of(session: Session, announcement_id: int) -> list[int]:
    """The applications that a message went to."""
    asked = select(AnnouncementRecipient.application_id).where(AnnouncementRecipient.announcement_id == announcement_id)
    return list(session.scalars(asked))


def of_application(session: Session, application_id: int) -> list[Announcement]:
    """What the team of one application was sent, the newest first."""
    mine = select(AnnouncementRecipient.announcement_id).where(AnnouncementRecipient.application_id == application_id)
    return list(session.scalars(select(Announcement).where(Announcement.id.in_(mine)).order_by(Announcement.id.desc())))
