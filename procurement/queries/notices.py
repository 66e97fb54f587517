"""Reading what notices say before they are published, and what they still lack."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.abandonments import Abandonment
from procurement.models.applications import Application, Entry
from procurement.models.awards import Award, Notice
from procurement.models.calls import Call
from procurement.models.contracts import Contract
from procurement.models.history import Event
from procurement.models.stages import Stage
from procurement.queries import awards as awards_queries
from procurement.queries import documents as documents_queries
from procurement.queries import installation as installation_queries
from procurement.queries import stages as stages_queries
from procurement.rules.dates import uk_day
from procurement.rules.registers import HOME
from procurement.rules.statuses import NoticeStatus
from workflows.catalogue import states
from workflows.definition import TENDER_NOTICE, Route
from workflows.facts import Sentence

OVER = (*states.award.refused, *states.award.lapsed)
NO_IDENTIFIER = Sentence("The authority has no identifier. An operator enters it in the settings.")


def awards_on_notice(session: Session, call: Call) -> list[Award]:
    """The awards that the next notice is about: those that were told, that no notice names yet, and that stand."""
    named = awards_queries.notices_of(session, call).named
    awards = awards_queries.of_call(session, call.id)
    return [each for each in awards if each.state in states.award.made_known and each.ref not in named]


def awards_of_notice(session: Session, call: Call, notice: Notice) -> list[Award]:
    """The awards that a notice names: since its approval those that were approved, whatever became of them."""
    if notice.state == NoticeStatus.DRAFT:
        return awards_on_notice(session, call)
    named = set(notice.content["awards"])
    return [each for each in awards_queries.of_call(session, notice.call_id) if each.ref in named]


def published_of_lot(session: Session, call: Call, lot_id: int) -> Notice | None:
    """The newest published notice that names an award of a lot."""
    refs = {each.ref for each in awards_queries.of_call(session, call.id) if each.lot_id == lot_id}
    rows = awards_queries.notices_of(session, call).rows
    found = [each for each in rows if each.state == NoticeStatus.PUBLISHED and refs & set(each.content["awards"])]
    return found[-1] if found else None


def endings_of(session: Session, awards: Sequence[Award]) -> list[tuple[Award, Event]]:
    """Of some awards those that are over without being accepted, each with the event by which it ended."""
    over = {each.id: each for each in awards if each.state not in states.award.made_known}
    asked = select(Event).where(Event.subject == "award", Event.subject_id.in_(over)).order_by(Event.position)
    found = {each.subject_id: each for each in session.scalars(asked) if each.data.get("after") in OVER}
    return [(over[award_id], event) for award_id, event in sorted(found.items())]


def told_at(session: Session, call_id: int) -> datetime | None:
    """When the applicants were told of the awards: the last of the stages that award."""
    stages = stages_queries.listed(session, call_id)
    return max((each.told_at for each in stages if each.awards and each.told_at is not None), default=None)


def missing(session: Session, call: Call, now: datetime) -> tuple[Sentence, ...]:
    """What reg. 27 of the Procurement Regulations 2024 asks for and we do not have."""
    found = []
    settings = installation_queries.settings(session, uk_day(now))
    if not settings["authority_id"]:
        found.append(NO_IDENTIFIER)
    rows = awards_on_notice(session, call)
    if not rows:
        found.append(Sentence("There is no award to publish."))
    if summaries := documents_queries.summaries_missing(session, call.id):
        found.append(
            Sentence.plural(
                "%(num)s assessment summary is not ready. It must be given before the notice is published.",
                "%(num)s assessment summaries are not ready. They must be given before the notice is published.",
                summaries,
            )
        )
    if call.starts_on is None or call.ends_on is None:
        found.append(Sentence("The call does not say when the contract begins and ends."))
    for award in rows:
        firm = award.application.organisation
        if not (firm.street and firm.town and (firm.postcode or firm.country != HOME)):
            found.append(Sentence("%(firm)s has no complete postal address. Ask its lead to enter it.", firm=firm.name))
    return tuple(found)


def told_in(session: Session, call_id: int, lot_ids: Sequence[int]) -> list[Entry]:
    """Who was told, in some lots, the outcome of a stage that awards: each with stage, application, organisation and
    lot. Whoever was found ineligible before the assessment of tenders, or takes no part any more, is not."""
    asked = (
        select(Entry)
        .join(Application, Application.id == Entry.application_id)
        .where(
            Entry.call_id == call_id,
            Application.lot_id.in_(lot_ids),
            Entry.told_at.is_not(None),
            Entry.state.in_(states.entry.answered),
        )
        .options(
            joinedload(Entry.stage),
            joinedload(Entry.application).options(joinedload(Application.organisation), joinedload(Application.lot)),
        )
        .order_by(Entry.id)
    )
    return [each for each in session.scalars(asked) if each.stage.awards]


def page_of(session: Session, notice: Notice) -> str:
    """Where staff find a notice, below the address of its call."""
    if notice.abandonment_id is not None:
        return "terminations"
    if notice.kind == TENDER_NOTICE:
        return "tender-notice"
    if notice.contract_id is None:
        return "notices"
    asked = (
        select(Stage.key, Award.ref)
        .join(Entry, Entry.stage_id == Stage.id)
        .join(Award, Award.entry_id == Entry.id)
        .join(Contract, Contract.award_id == Award.id)
        .where(Contract.id == notice.contract_id)
    )
    stage, award = session.execute(asked).one()
    return f"stages/{stage}/awards/{award}/contract"


def count(session: Session, call_id: int, kind: str) -> int:
    """How many notices of a kind a call has: the next one's number follows."""
    return session.scalar(select(func.count()).where(Notice.call_id == call_id, Notice.kind == kind)) or 0


def newest_tender(session: Session, call_id: int) -> Notice | None:
    """The newest tender notice of a call."""
    asked = select(Notice).where(Notice.call_id == call_id, Notice.kind == TENDER_NOTICE)
    return session.scalars(asked.order_by(Notice.number.desc()).limit(1)).one_or_none()


def tenders(session: Session, call_id: int) -> list[Notice]:
    """The tender notices of a call, the oldest first."""
    asked = select(Notice).where(Notice.call_id == call_id, Notice.kind == TENDER_NOTICE)
    return list(session.scalars(asked.order_by(Notice.number)))


def find_termination(session: Session, abandonment_id: int) -> Notice | None:
    """The termination notice of something that was abandoned."""
    return session.scalars(select(Notice).where(Notice.abandonment_id == abandonment_id)).one_or_none()


def find_of_call(session: Session, call_id: int, notice_id: int, kind: str) -> Notice | None:
    """One notice of a call, of that kind."""
    asked = select(Notice).where(Notice.id == notice_id, Notice.call_id == call_id, Notice.kind == kind)
    return session.scalars(asked).one_or_none()


@dataclass(frozen=True)
class Termination:
    """What was abandoned of a covered procurement, and its notice once there is one."""

    abandonment: Abandonment
    notice: Notice | None


def terminations(session: Session, call_ids: list[int]) -> list[Termination]:
    """What was abandoned of some calls, with its lot, and its notice."""
    rows = session.execute(
        select(Abandonment, Notice)
        .outerjoin(Notice, Notice.abandonment_id == Abandonment.id)
        .where(Abandonment.call_id.in_(call_ids), Abandonment.approved_at.is_not(None))
        .options(joinedload(Abandonment.lot), joinedload(Abandonment.call))
        .order_by(Abandonment.id)
    )
    return [Termination(abandonment, notice) for abandonment, notice in rows]


def terminations_due(session: Session) -> list[Termination]:
    """What was abandoned of any covered procurement and whose notice is not published yet."""
    rows = session.execute(
        select(Abandonment, Notice)
        .join(Call, Call.id == Abandonment.call_id)
        .outerjoin(Notice, Notice.abandonment_id == Abandonment.id)
        .where(
            Abandonment.approved_at.is_not(None),
            Call.route == Route.COVERED,
            or_(Notice.id.is_(None), Notice.state != NoticeStatus.PUBLISHED),
        )
        .options(joinedload(Abandonment.call), joinedload(Abandonment.lot))
        .order_by(Abandonment.id)
    )
    return [Termination(abandonment, notice) for abandonment, notice in rows]


def termination_missing(session: Session, now: datetime) -> tuple[Sentence, ...]:
    """What reg. 37 of the Procurement Regulations 2024 asks for and we do not have."""
    settings = installation_queries.settings(session, uk_day(now))
    return () if settings["authority_id"] else (NO_IDENTIFIER,)
