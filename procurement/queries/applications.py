"""Reading applications and their entries: the pages of the team that writes one, and what its moves look at."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from procurement.models.applications import Answer, AnswerVersion, Application, Attachment, Entry, Submission
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.requests import Request
from procurement.models.stages import Criterion, Stage, StageLot
from procurement.queries import awards as awards_queries
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.queries import visibility as visibility_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules import questions as rules
from procurement.rules.permissions import Permission, Principal
from workflows.catalogue import states
from workflows.definition import Role
from workflows.engine import offers, phase
from workflows.facts import Facts

WITH_CALL_LOT_AND_FIRM = (
    joinedload(Application.call),
    joinedload(Application.lot),
    joinedload(Application.organisation),
)
NEWEST_ENTRY = joinedload(Application.entry).options(joinedload(Entry.stage), joinedload(Entry.standing))
WHOLE_ENTRY = (
    joinedload(Entry.application).options(*WITH_CALL_LOT_AND_FIRM),
    joinedload(Entry.stage).options(joinedload(Stage.call), selectinload(Stage.lots).joinedload(StageLot.lot)),
    joinedload(Entry.standing).joinedload(Submission.person),
)


def find_entry(session: Session, ref: str, stage: str = "") -> Entry | None:
    """An application in one of its stages, with its application, stage and standing submission; "" is the newest."""
    asked = select(Entry).join(Application, Application.id == Entry.application_id).where(Application.ref == ref)
    if stage:
        asked = asked.join(Stage, Stage.id == Entry.stage_id).where(Stage.key == stage)
    else:
        asked = asked.where(Application.entry_id == Entry.id)
    return session.scalars(asked.options(*WHOLE_ENTRY)).one_or_none()


def get_entry(session: Session, entry_id: int, *, fresh: bool = False) -> Entry:
    """As `find_entry`, of an id that is known; `fresh`: as it is now, whatever was read of it before."""
    asked = select(Entry).where(Entry.id == entry_id).options(*WHOLE_ENTRY)
    return session.scalars(asked.execution_options(populate_existing=fresh)).one()


def get_entries(session: Session, entry_ids: Sequence[int]) -> list[Entry]:
    """As `get_entry`, of several ids that are known, in the order of their ids: one statement, and one for lots."""
    asked = select(Entry).where(Entry.id.in_(entry_ids)).options(*WHOLE_ENTRY).order_by(Entry.id)
    return list(session.scalars(asked))


def entries_of(session: Session, application_id: int) -> list[Entry]:
    """An application in every stage that it reached, in their order, each with its stage."""
    return list(
        session.scalars(
            select(Entry)
            .join(Entry.stage)
            .where(Entry.application_id == application_id)
            .options(joinedload(Entry.stage))
            .order_by(*stages_queries.ORDER)
        )
    )


def entries_before(session: Session, stage: Stage, application_ids: Collection[int] | None = None) -> dict[int, Entry]:
    """The entry in the stage before, by application: of all that reached one, or of some."""
    asked = (
        select(Entry)
        .join(Stage, Stage.id == Entry.stage_id)
        .where(Stage.call_id == stage.call_id, Stage.window == stage.window, Stage.number < stage.number)
        .order_by(Stage.number)
    )
    if application_ids is not None:
        asked = asked.where(Entry.application_id.in_(application_ids))
    return {entry.application_id: entry for entry in session.scalars(asked)}


def find_started(session: Session, lot_id: int, organisation_id: int) -> Application | None:
    """The one application of an organisation to a lot, if it was started."""
    return session.scalars(
        select(Application)
        .where(Application.lot_id == lot_id, Application.organisation_id == organisation_id)
        .options(*WITH_CALL_LOT_AND_FIRM, NEWEST_ENTRY)
    ).one_or_none()


def list_of_teams(session: Session, organisation_ids: Collection[int]) -> list[Application]:
    """The applications of some organisations, with everything that a dashboard shows; the newest first."""
    return list(
        session.scalars(
            select(Application)
            .where(Application.organisation_id.in_(organisation_ids))
            .options(*WITH_CALL_LOT_AND_FIRM, NEWEST_ENTRY)
            .order_by(Application.created_at.desc(), Application.id.desc())
        )
    )


def awards_of(session: Session, entry_ids: Collection[int]) -> dict[int, Award]:
    """The awards that the teams of some entries were told of, by entry."""
    told = select(Award).where(Award.entry_id.in_(entry_ids), Award.state.in_(awards_queries.TOLD))
    return {award.entry_id: award for award in session.scalars(told)}


def list_to_call(session: Session, call_id: int, who: Principal, now: datetime) -> list[Application]:
    """What the organisations of a person have started for a call, with lot and organisation."""
    return list(
        session.scalars(
            select(Application)
            .where(Application.call_id == call_id, visibility_queries.where(Permission.APPLICATION_READ, who, now))
            .options(joinedload(Application.lot), joinedload(Application.organisation))
            .order_by(Application.id)
        )
    )


def entrance(stages: Sequence[Stage], now: datetime, lot_id: int | None = None) -> Stage | None:
    """The stage in which an application (to a lot) would begin at `now`: the first of the window that is open.

    Where none is open the one that opens next, or else the last that closed; None where there is no way in at all.
    Each stage has its lots where one is named.
    """
    ways = [
        stage
        for stage in stages_queries.firsts(stages)
        if stage.collects and (lot_id is None or any(row.lot_id == lot_id for row in stage.lots))
    ]
    by_clock = {stage.id: phase(stage.opens_at, stage.closes_at, now) for stage in ways}
    for wanted in ("open", "upcoming"):
        if found := [stage for stage in ways if by_clock[stage.id] == wanted]:
            return found[0]
    return ways[-1] if ways else None


def questions_of(session: Session, stage_id: int) -> tuple[rules.Question, ...]:
    """The questions of a stage's form, in order."""
    return calls_queries.form_of(session, stage_id)


def criteria_of(session: Session, stage_id: int) -> dict[str, Criterion]:
    """A stage's criteria by key, in order."""
    rows = session.scalars(select(Criterion).where(Criterion.stage_id == stage_id).order_by(Criterion.position))
    return {row.key: row for row in rows}


def answers_of(session: Session, entry_id: int) -> dict[str, Answer]:
    """The answers of a draft by key, with who saved each."""
    rows = session.scalars(select(Answer).where(Answer.entry_id == entry_id).options(joinedload(Answer.person)))
    return {row.key: row for row in rows}


def answers_of_each(session: Session, entry_ids: Sequence[int]) -> dict[int, dict[str, Answer]]:
    """The answers of several drafts by key, by the entry's id: one statement."""
    found: dict[int, dict[str, Answer]] = {entry_id: {} for entry_id in entry_ids}
    for row in session.scalars(select(Answer).where(Answer.entry_id.in_(entry_ids)).order_by(Answer.id)):
        found[row.entry_id][row.key] = row
    return found


def find_answer(session: Session, entry_id: int, key: str) -> Answer | None:
    return session.scalars(
        select(Answer).where(Answer.entry_id == entry_id, Answer.key == key).options(joinedload(Answer.person))
    ).one_or_none()


def versions_of(session: Session, entry_id: int, key: str) -> list[AnswerVersion]:
    """What an answer said before, the newest first."""
    return list(
        session.scalars(
            select(AnswerVersion)
            .where(AnswerVersion.entry_id == entry_id, AnswerVersion.key == key)
            .order_by(AnswerVersion.version.desc())
        )
    )


def attachments_of(session: Session, entry_id: int, key: str = "") -> list[Attachment]:
    """The files of a draft (of one question, where one is named), in the order in which they came."""
    asked = select(Attachment).where(Attachment.entry_id == entry_id, Attachment.removed_at.is_(None))
    if key:
        asked = asked.where(Attachment.key == key)
    return list(session.scalars(asked.options(joinedload(Attachment.person)).order_by(Attachment.id)))


def attachments_of_each(session: Session, entry_ids: Sequence[int]) -> dict[int, list[Attachment]]:
    """The files of several drafts in the order in which they came, by the entry's id: one statement."""
    found: dict[int, list[Attachment]] = {entry_id: [] for entry_id in entry_ids}
    asked = select(Attachment).where(Attachment.entry_id.in_(entry_ids), Attachment.removed_at.is_(None))
    for row in session.scalars(asked.order_by(Attachment.id)):
        found[row.entry_id].append(row)
    return found


def find_attachment(session: Session, entry_id: int, ref: str) -> Attachment | None:
    """A file of an entry, also one that was removed from the draft (a submission may still have it)."""
    return session.scalars(
        select(Attachment).where(Attachment.entry_id == entry_id, Attachment.ref == ref)
    ).one_or_none()


def find_submission(session: Session, application_id: int, number: int | None = None) -> Submission | None:
    """One submission of an application with who sent it; the newest if no number is given."""
    asked = select(Submission).where(Submission.application_id == application_id)
    if number is not None:
        asked = asked.where(Submission.number == number)
    return session.scalars(
        asked.options(joinedload(Submission.person)).order_by(Submission.number.desc()).limit(1)
    ).one_or_none()


def submissions_of(session: Session, application_id: int) -> list[Submission]:
    """Everything that was submitted of an application in all its stages, the newest first; not what answers a request,
    which changes nothing of it."""
    answers = select(Request.submission_id).where(Request.submission_id.is_not(None))
    return list(
        session.scalars(
            select(Submission)
            .where(Submission.application_id == application_id, Submission.id.not_in(answers))
            .options(joinedload(Submission.person))
            .order_by(Submission.number.desc())
        )
    )


def find_standing(session: Session, entry: Entry) -> Submission | None:
    """The submission that counts, with who sent it."""
    if entry.standing_id is None:
        return None
    return session.scalars(
        select(Submission).where(Submission.id == entry.standing_id).options(joinedload(Submission.person))
    ).one()


def find_by_press(session: Session, press: str) -> Submission | None:
    """What a press of the button made, if it made anything."""
    return session.scalars(select(Submission).where(Submission.press == press)).one_or_none()


def last_number(session: Session, application_id: int) -> int:
    return session.scalar(select(func.max(Submission.number)).where(Submission.application_id == application_id)) or 0


def due_to_lapse(session: Session, now: datetime) -> list[int]:
    """The drafts whose stage has closed and that nobody has written down as not submitted yet."""
    return list(
        session.scalars(
            select(Entry.id)
            .join(Stage, Stage.id == Entry.stage_id)
            .join(Call, Call.id == Stage.call_id)
            .where(
                Entry.state.in_(states.entry.drafts),
                Stage.required.is_(True),
                Stage.ended_at.is_(None),
                Stage.closes_at <= now,
                Call.state.not_in(states.call.cancelled),
            )
            .order_by(Entry.id)
        )
    )


CLOSING_REMINDER = timedelta(days=2)  # before the closing


def due_to_remind(session: Session, now: datetime) -> list[int]:
    """The stages that close soon, and whose teams with a draft were not reminded of that closing yet."""
    return list(
        session.scalars(
            select(Stage.id)
            .join(Call, Call.id == Stage.call_id)
            .where(
                Stage.state.in_(states.stage.collecting),
                Stage.ended_at.is_(None),
                Stage.started_at.is_not(None),
                Stage.opens_at <= now,
                Stage.closes_at > now,
                Stage.closes_at <= now + CLOSING_REMINDER,
                or_(Stage.reminded_of.is_(None), Stage.reminded_of != Stage.closes_at),
                Call.state.in_(states.call.published),
            )
            .order_by(Stage.id)
        )
    )


def drafts_of(session: Session, stage_id: int) -> list[Entry]:
    """The drafts of a stage with their applications; a reopened submission is one."""
    return list(
        session.scalars(
            select(Entry)
            .where(Entry.stage_id == stage_id, Entry.state.in_(states.entry.drafts))
            .options(joinedload(Entry.application))
            .order_by(Entry.id)
        )
    )


def file_values(attachments: Iterable[Attachment]) -> dict[str, list[dict[str, Any]]]:
    """The files of a draft by question, as the rules read the answer to a question for files."""
    found: dict[str, list[dict[str, Any]]] = {}
    for each in attachments:
        found.setdefault(each.key, []).append({"name": each.name, "size": each.size, "digest": each.digest})
    return found


def changed_since(session: Session, entry_id: int, version: int) -> tuple[str, ...]:
    """The keys of the questions whose answer or files have changed since a version of the draft."""
    answers = select(Answer.key).where(Answer.entry_id == entry_id, Answer.draft_version > version)
    files = select(Attachment.key).where(Attachment.entry_id == entry_id, Attachment.draft_version > version)
    return tuple(sorted({*session.scalars(answers), *session.scalars(files)}))


def facts(call: Call, entry: Entry, *, now: datetime, actor: int | None, declared: bool = False) -> Facts:
    """What the moves of an entry until it is assessed look at; its stage is loaded."""
    return Facts(
        now=now,
        call_live=call.state in states.call.published,
        opens_at=entry.stage.opens_at,
        closes_at=entry.stage.closes_at,
        hold_until=stages_queries.closes_with_hold(entry.stage),
        later_stage=stages_queries.later_title(entry.stage),
        actor=actor,
        unanswered=len(entry.missing),
        declared=declared,
    )


def is_about_to_be_told(entry: Entry) -> bool:
    """Whether it is decided about, and its team does not know yet: whatever differs now would give that away."""
    return entry.stage.state in states.stage.untold and entry.state in states.entry.ranked


def may_withdraw(call: Call, entry: Entry, now: datetime) -> bool:
    """Whether the lead can take back an entry that was opened, as its move will be asked."""
    if not entry.was_opened or is_about_to_be_told(entry):
        return False
    workflow = workflows_queries.workflow_of(call, "entry", entry.stage)
    so = replace(facts(call, entry, now=now, actor=None), told_at=entry.stage.told_at)
    offered = offers(workflow, entry.state, frozenset({Role.APPLICANT}), so)
    return any(offer.move.action == "withdraw" and not offer.reasons for offer in offered)
