"""Reading awards: what their moves look at, which have fallen due, and an applicant's own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application, Entry
from procurement.models.awards import Award, Notice
from procurement.models.calls import Call
from procurement.models.history import Event
from procurement.models.stages import Question, Stage
from procurement.queries import installation as installation_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules.assistance import Assistance, ceiling_of
from procurement.rules.dates import add_working_days, start_of_day, uk_day
from procurement.rules.questions import Purpose
from procurement.rules.statuses import NoticeStatus
from workflows.catalogue import states
from workflows.definition import AWARD_NOTICE, Route
from workflows.facts import Facts

TOLD = (*states.award.made_known, *states.award.refused, *states.award.lapsed)  # what its team knows of
REMINDED_BEFORE = timedelta(days=3)
ACCEPTANCE = "acceptance_days"


def acceptance_of(session: Session, award_id: int) -> Event | None:
    """The line of history with which an award was accepted, with who did it."""
    asked = select(Event).where(Event.subject == "award", Event.subject_id == award_id, Event.tag == "award.accept")
    return session.scalars(asked.options(joinedload(Event.actor)).order_by(Event.position.desc()).limit(1)).first()


def needs_notice(call: Call) -> bool:
    """Whether the awards of a call wait for a contract award notice."""
    return call.route == Route.COVERED


def assists(session: Session, call: Call) -> bool:
    """Whether the grants of a call are minimal financial assistance: one of its forms asks about it."""
    if call.route != Route.GRANT:
        return False
    asked = (
        select(Question.id)
        .join(Stage, Stage.id == Question.stage_id)
        .where(Stage.call_id == call.id, Question.purpose == Purpose.ASSISTANCE)
    )
    return session.scalar(asked.limit(1)) is not None


def assistance_of(session: Session, call: Call, award: Award, day: date) -> Assistance | None:
    """What an award is as minimal financial assistance on a day; None where it is none."""
    if not assists(session, call):
        return None
    return Assistance(award.amount, ceiling_of(installation_queries.settings(session, day)), day)


def has_standstill(call: Call) -> bool:
    """Whether the awards of a call are confirmed only when a standstill has ended."""
    return call.route == Route.COVERED


@dataclass(frozen=True)
class AwardNotices:
    """The contract award notices of a call, the oldest first: each is of the awards that were told and that none before
    it names, so that an award from the reserve has its own. The next is drafted when the one before is published."""

    rows: tuple[Notice, ...] = ()

    @property
    def newest(self) -> Notice | None:
        return self.rows[-1] if self.rows else None

    @property
    def open(self) -> Notice | None:
        """The one that is not published yet."""
        newest = self.newest
        return newest if newest is not None and newest.state != NoticeStatus.PUBLISHED else None

    @property
    def named(self) -> frozenset[str]:
        """The awards that an approved one names, by their references."""
        approved = (each for each in self.rows if each.state != NoticeStatus.DRAFT)
        return frozenset(ref for each in approved for ref in each.content["awards"])

    def of(self, award: Award) -> Notice | None:
        """The notice that names an award; of one that none names yet, what is drafted."""
        for each in self.rows:
            if each.state != NoticeStatus.DRAFT and award.ref in each.content["awards"]:
                return each
        newest = self.newest
        return newest if newest is not None and newest.state == NoticeStatus.DRAFT else None

    def standstill_of(self, award: Award) -> datetime | None:
        """When the standstill of an award ends, or ended; None where it has not begun."""
        notice = self.of(award)
        return notice.standstill_ends_at if notice is not None and notice.state == NoticeStatus.PUBLISHED else None


def notices_of(session: Session, call: Call) -> AwardNotices:
    """The contract award notices of a call; none where its awards need none."""
    if not needs_notice(call):
        return AwardNotices()
    asked = select(Notice).where(Notice.call_id == call.id, Notice.kind == AWARD_NOTICE).order_by(Notice.number)
    return AwardNotices(tuple(session.scalars(asked)))


# an award as pages and notices show it
SHOWN = (
    joinedload(Award.application).options(joinedload(Application.organisation), joinedload(Application.lot)),
    joinedload(Award.entry).joinedload(Entry.stage),
)


def of_call(session: Session, call_id: int) -> list[Award]:
    """The awards of a call with stage, application, organisation and lot, in the order of their numbers."""
    return list(session.scalars(select(Award).where(Award.call_id == call_id).options(*SHOWN).order_by(Award.id)))


def count_of(session: Session, call_id: int) -> int:
    """How many awards were made of a call: the next one's number follows."""
    return session.scalar(select(func.count()).select_from(Award).where(Award.call_id == call_id)) or 0


def of_stage(session: Session, stage_id: int, among: Collection[str] = ()) -> list[Award]:
    """The awards of one stage, as `of_call`; of some states, where they are named."""
    asked = select(Award).join(Entry, Entry.id == Award.entry_id).where(Entry.stage_id == stage_id)
    if among:
        asked = asked.where(Award.state.in_(among))
    return list(session.scalars(asked.options(*SHOWN).order_by(Award.id)))


def of_entries(session: Session, entry_ids: Collection[int]) -> list[Award]:
    """The awards that were made on some entries, held."""
    asked = select(Award).where(Award.entry_id.in_(entry_ids)).order_by(Award.id)
    return list(session.scalars(asked.with_for_update()))


def of_entry(session: Session, entry_id: int) -> Award | None:
    return session.scalars(select(Award).where(Award.entry_id == entry_id)).one_or_none()


def told_of(session: Session, entry_id: int) -> Award | None:
    """The award of an entry, for its team: none while nobody was told of it, or where it was dropped before."""
    award = of_entry(session, entry_id)
    return award if award is not None and award.state in TOLD else None


def waits(session: Session, entry_id: int) -> bool:
    """Whether the award of an entry is told and not firm."""
    asked = select(Award.id).where(Award.entry_id == entry_id, Award.state.in_(states.award.told))
    return session.scalar(asked) is not None


def unsettled(session: Session, call_id: int) -> int:
    return sum(1 for each in of_call(session, call_id) if each.state not in states.award.settled)


def facts(
    session: Session, call: Call, award: Award, *, now: datetime, actor: int | None = None, reason: str = ""
) -> Facts:
    """What the moves of an award, and the answer to it, look at; its entry and the stage of that are loaded."""
    notice = notices_of(session, call).of(award)
    return facts_with(notice, call, award, now=now, actor=actor, reason=reason)


def facts_with(
    notice: Notice | None, call: Call, award: Award, *, now: datetime, actor: int | None = None, reason: str = ""
) -> Facts:
    """As `facts`, with the notice that names the award, for several awards of a call."""
    return Facts(
        now=now,
        actor=actor,
        authors=frozenset({award.proposed_by}),
        reason=reason,
        told_at=award.entry.stage.told_at,
        notice_published=not needs_notice(call) or (notice is not None and notice.state == NoticeStatus.PUBLISHED),
        standstill_ends_at=notice.standstill_ends_at if notice is not None else None,
        confirm_at=award.confirm_at,
        accept_by=award.accept_by,
    )


def is_confirmed(award: Award, now: datetime) -> bool:
    """Whether the award stands: by the clock, so that a confirmation that is due counts before it is written down."""
    return award.confirmed_at is not None or (
        award.state in states.award.told and award.confirm_at is not None and award.confirm_at <= now
    )


def shown(award: Award, notice: Notice | None, now: datetime) -> str:
    """The key of the word for where an award is: its state's, or what the clock has made of that."""
    if award.state not in states.award.told:
        return award.state
    if is_confirmed(award, now):
        return states.award.confirmed.only
    return states.STANDSTILL if notice is not None and notice.state == NoticeStatus.PUBLISHED else award.state


def due_to_confirm(session: Session, now: datetime) -> Sequence[int]:
    """The awards whose confirmation has fallen due."""
    return session.scalars(
        select(Award.id).where(Award.state.in_(states.award.told), Award.confirm_at <= now).order_by(Award.id)
    ).all()


def accept_until(session: Session, call: Call, now: datetime) -> datetime | None:
    """When an award that is confirmed now ends if nobody answers: the last minute of the last of so many working days
    (setting `acceptance_days`). None where the rules that the call took know no such end."""
    workflow = workflows_queries.workflow_of(call, "award")
    if not any(move.due == "accept_by" for move in workflow.moves):
        return None
    if (days := session.info.get(ACCEPTANCE)) is None:  # read once for all awards that are confirmed together
        days = session.info[ACCEPTANCE] = installation_queries.settings(session, uk_day(now))["acceptance_days"]
    return start_of_day(add_working_days(uk_day(now), days) + timedelta(days=1)) - timedelta(minutes=1)


def due_to_expire(session: Session, now: datetime) -> Sequence[int]:
    """The confirmed awards that nobody has answered by their date."""
    asked = select(Award.id).where(Award.state.in_(states.award.confirmed), Award.accept_by <= now)
    return session.scalars(asked.order_by(Award.id)).all()


def due_to_remind(session: Session, now: datetime) -> Sequence[int]:
    """The awards whose team is reminded now that they must be answered: some days before the date, once."""
    asked = select(Award.id).where(
        Award.state.in_(states.award.confirmed),
        Award.accept_by > now,
        Award.accept_by <= now + REMINDED_BEFORE,
        Award.reminded_at.is_(None),
    )
    return session.scalars(asked.order_by(Award.id)).all()
