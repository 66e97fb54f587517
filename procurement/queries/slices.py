"""Reading how far what was asked for is: documents that are made, messages that have gone, what of both is put off."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, defer

from procurement.models.documents import Document
from procurement.models.messages import Message
from procurement.models.slices import Slice
from procurement.models.stages import Stage
from procurement.rules.statuses import DocumentStatus, MessageStatus, SliceKind, SliceStatus

PAGE = 100


@dataclass(frozen=True)
class Making:
    """How many there are to be, how many of them are there, and how many could not be made."""

    total: int = 0
    made: int = 0
    failed: int = 0

    @property
    def waiting(self) -> int:
        return self.total - self.made - self.failed

    @property
    def many(self) -> bool:
        """Whether it takes so long that somebody may wait for it."""
        return self.total > PAGE


def documents_of(session: Session, stage: Stage, kinds: Collection[str] = ()) -> Making:
    """The documents of a stage of these kinds, or all of them with those of its call as a whole."""
    asked = and_(Document.stage_id == stage.id, Document.kind.in_(kinds)) if kinds else _of(stage)
    counted = select(Document.state, func.count()).where(asked, Document.withdrawn_at.is_(None))
    of_slices = and_(Slice.makes == SliceKind.DOCUMENTS, Slice.stage_id == stage.id)
    rows = {state: number for state, number in session.execute(counted.group_by(Document.state))}
    return _with_slices(
        session,
        of_slices,
        Making(sum(rows.values()), rows.get(DocumentStatus.READY, 0), rows.get(DocumentStatus.FAILED, 0)),
    )


def messages_of(session: Session, stage: Stage) -> Making:
    """The messages about a stage that say nothing sealed: those that have gone are made."""
    states = (MessageStatus.APPROVED, MessageStatus.SENT, MessageStatus.FAILED)
    counted = select(Message.state, func.count()).where(
        Message.stage_id == stage.id, Message.sealed.is_(False), Message.state.in_(states)
    )
    rows = {state: number for state, number in session.execute(counted.group_by(Message.state))}
    of_slices = and_(Slice.makes == SliceKind.MESSAGES, Slice.stage_id == stage.id)
    made = Making(sum(rows.values()), rows.get(MessageStatus.SENT, 0), rows.get(MessageStatus.FAILED, 0))
    return _with_slices(session, of_slices, made) if stage.opened else made


def page_of(session: Session, stage: Stage, number: int) -> list[Document]:
    """One page of the documents of a stage, with those of its call as a whole, in the order in which they were asked
    for; without what they say."""
    asked = select(Document).where(_of(stage)).order_by(Document.id).options(defer(Document.content))
    return list(session.scalars(asked.offset((number - 1) * PAGE).limit(PAGE)))


def count_of(session: Session, stage: Stage) -> int:
    """How many documents `page_of` has in all."""
    return session.scalar(select(func.count()).where(_of(stage))) or 0


def failed_of(session: Session, stage_id: int, kinds: Collection[str]) -> list[Document]:
    """Those of a stage of these kinds that could not be made, or that show boxes for letters that no font has."""
    asked = select(Document).where(
        Document.stage_id == stage_id,
        Document.kind.in_(kinds),
        or_(Document.state == DocumentStatus.FAILED, Document.undrawn != ""),
        Document.withdrawn_at.is_(None),
    )
    return list(session.scalars(asked.order_by(Document.id).limit(PAGE).options(defer(Document.content))))


def _of(stage: Stage) -> ColumnElement[bool]:
    of_call = and_(Document.call_id == stage.call_id, Document.stage_id.is_(None))
    return or_(Document.stage_id == stage.id, of_call)


def _with_slices(session: Session, which: ColumnElement[bool], made: Making) -> Making:
    counted = select(Slice.state, func.sum(Slice.size)).where(which, Slice.state != SliceStatus.MADE)
    rows = {state: int(number) for state, number in session.execute(counted.group_by(Slice.state))}
    return Making(made.total + sum(rows.values()), made.made, made.failed + rows.get(SliceStatus.FAILED, 0))
