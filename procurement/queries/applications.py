"""Reading applications: the pages of the team that writes one, and the facts that its moves look at."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Answer, AnswerVersion, Application, Attachment, Submission
from procurement.models.calls import Call, Criterion
from procurement.queries import calls as calls_queries
from procurement.queries import visibility as visibility_queries
from procurement.rules import questions as rules
from procurement.rules.permissions import Permission, Principal
from workflows.catalogue import states
from workflows.facts import Facts

WITH_CALL_LOT_AND_FIRM = (
    joinedload(Application.call),
    joinedload(Application.lot),
    joinedload(Application.organisation),
)


def find_by_ref(session: Session, ref: str) -> Application | None:
    """An application with its call, lot and organisation."""
    return session.scalars(
        select(Application).where(Application.ref == ref).options(*WITH_CALL_LOT_AND_FIRM)
    ).one_or_none()


def find_started(session: Session, lot_id: int, organisation_id: int) -> Application | None:
    """The one application of an organisation to a lot, if it was started."""
    return session.scalars(
        select(Application).where(Application.lot_id == lot_id, Application.organisation_id == organisation_id)
    ).one_or_none()


def list_of_teams(session: Session, organisation_ids: Collection[int]) -> list[Application]:
    """The applications of some organisations, with everything that a dashboard shows; the newest first."""
    return list(
        session.scalars(
            select(Application)
            .where(Application.organisation_id.in_(organisation_ids))
            .options(*WITH_CALL_LOT_AND_FIRM, joinedload(Application.standing))
            .order_by(Application.created_at.desc(), Application.id.desc())
        )
    )


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


def questions_of(session: Session, call_id: int) -> tuple[rules.Question, ...]:
    """The questions of a call's form, in order."""
    return calls_queries.form_of(session, call_id)


def criteria_of(session: Session, call_id: int) -> dict[str, Criterion]:
    """A call's criteria by key, in order."""
    rows = session.scalars(select(Criterion).where(Criterion.call_id == call_id).order_by(Criterion.position))
    return {row.key: row for row in rows}


def answers_of(session: Session, application_id: int) -> dict[str, Answer]:
    """The answers of a draft by key, with who saved each."""
    rows = session.scalars(
        select(Answer).where(Answer.application_id == application_id).options(joinedload(Answer.person))
    )
    return {row.key: row for row in rows}


def find_answer(session: Session, application_id: int, key: str) -> Answer | None:
    return session.scalars(
        select(Answer)
        .where(Answer.application_id == application_id, Answer.key == key)
        .options(joinedload(Answer.person))
    ).one_or_none()


def versions_of(session: Session, application_id: int, key: str) -> list[AnswerVersion]:
    """What an answer said before, the newest first."""
    return list(
        session.scalars(
            select(AnswerVersion)
            .where(AnswerVersion.application_id == application_id, AnswerVersion.key == key)
            .order_by(AnswerVersion.version.desc())
        )
    )


def attachments_of(session: Session, application_id: int, key: str = "") -> list[Attachment]:
    """The files of a draft (of one question, where one is named), in the order in which they came."""
    asked = select(Attachment).where(Attachment.application_id == application_id, Attachment.removed_at.is_(None))
    if key:
        asked = asked.where(Attachment.key == key)
    return list(session.scalars(asked.options(joinedload(Attachment.person)).order_by(Attachment.id)))


def find_attachment(session: Session, application_id: int, ref: str) -> Attachment | None:
    """A file of an application, also one that was removed from the draft (a submission may still have it)."""
    return session.scalars(
        select(Attachment).where(Attachment.application_id == application_id, Attachment.ref == ref)
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
    """Everything that was submitted of an application, the newest first."""
    return list(
        session.scalars(
            select(Submission)
            .where(Submission.application_id == application_id)
            .options(joinedload(Submission.person))
            .order_by(Submission.number.desc())
        )
    )


def find_standing(session: Session, application: Application) -> Submission | None:
    """The submission that counts, with who sent it."""
    if application.standing_id is None:
        return None
    return session.scalars(
        select(Submission).where(Submission.id == application.standing_id).options(joinedload(Submission.person))
    ).one()


def find_by_press(session: Session, press: str) -> Submission | None:
    """What a press of the button made, if it made anything."""
    return session.scalars(select(Submission).where(Submission.press == press)).one_or_none()


def last_number(session: Session, application_id: int) -> int:
    return session.scalar(select(func.max(Submission.number)).where(Submission.application_id == application_id)) or 0


def due_to_lapse(session: Session, now: datetime) -> list[int]:
    """The drafts whose call has closed and that nobody has written down as not submitted yet."""
    return list(
        session.scalars(
            select(Application.id)
            .join(Call, Call.id == Application.call_id)
            .where(
                Application.state.in_(states.application.drafts),
                Call.closes_at <= now,
                Call.state.not_in(states.call.cancelled),
            )
            .order_by(Application.id)
        )
    )


def file_values(attachments: Iterable[Attachment]) -> dict[str, list[dict[str, Any]]]:
    """The files of a draft by question, as the rules read the answer to a question for files."""
    found: dict[str, list[dict[str, Any]]] = {}
    for each in attachments:
        found.setdefault(each.key, []).append({"name": each.name, "size": each.size, "digest": each.digest})
    return found


def changed_since(session: Session, application_id: int, version: int) -> tuple[str, ...]:
    """The keys of the questions whose answer or files have changed since a version of the draft."""
    answers = select(Answer.key).where(Answer.application_id == application_id, Answer.draft_version > version)
    files = select(Attachment.key).where(
        Attachment.application_id == application_id, Attachment.draft_version > version
    )
    return tuple(sorted({*session.scalars(answers), *session.scalars(files)}))


def facts(call: Call, application: Application, *, now: datetime, actor: int | None, declared: bool = False) -> Facts:
    """What the moves of an application before its opening look at."""
    assert call.closes_at is not None  # noqa: S101  (published calls have both instants, which publication checks)
    return Facts(
        now=now,
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        hold_until=call.closes_at + timedelta(minutes=call.hold_minutes),
        actor=actor,
        unanswered=len(application.missing),
        declared=declared,
    )
