"""The first lock of every change: the call. Then its stage, all else by id, and the head of the chain last."""

from collections.abc import Collection
from typing import Any, cast

from sqlalchemy import CursorResult, Update, select
from sqlalchemy.orm import Session, joinedload, selectinload

from procurement.models.calls import Call
from procurement.models.people import Organisation
from procurement.models.stages import Stage, StageLot


def lock_call(session: Session, call_id: int) -> Call:
    """The call as it is now, held until the transaction ends. Raises NoResultFound for an unknown id."""
    return session.get_one(Call, call_id, with_for_update=True, populate_existing=True)


def lock_stage(session: Session, stage_id: int) -> tuple[Call, Stage]:
    """A stage with its lots, and its call, as they are now, held in the order of the house: the call first.

    Raises NoResultFound for an unknown id.
    """
    call_id = session.scalars(select(Stage.call_id).where(Stage.id == stage_id)).one()
    call = lock_call(session, call_id)
    stage = session.scalars(
        select(Stage)
        .where(Stage.id == stage_id)
        .options(joinedload(Stage.call), selectinload(Stage.lots).joinedload(StageLot.lot))
        .with_for_update(of=Stage)
        .execution_options(populate_existing=True)
    ).one()
    return call, stage


def lock_organisations(session: Session, organisation_ids: Collection[int]) -> None:
    """Hold some organisations by their ids, after the call and what is of it: for what is reckoned over all that one of
    them has in every call. Who only refers to one does not wait."""
    session.execute(
        select(Organisation.id)
        .where(Organisation.id.in_(organisation_ids))
        .order_by(Organisation.id)
        .with_for_update(key_share=True)
    )


def share_stage(session: Session, call_id: int | None, stage_id: int | None) -> None:
    """Let nobody change a call and its stage until the transaction ends, the call first; whoever shares them too does
    not wait."""
    for model, key in ((Call, call_id), (Stage, stage_id)):
        if key is not None:
            session.execute(select(model.id).where(model.id == key).with_for_update(read=True))


def changed(session: Session, statement: Update) -> int:
    """How many rows an update found as it expected them: who asks for one and changes none came too late."""
    return cast(CursorResult[Any], session.execute(statement)).rowcount
