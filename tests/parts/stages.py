"""More stages at the end of a published call, made as rows, and whoever goes on to them."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.applications import Application, Entry
from procurement.models.calls import Call
from procurement.models.stages import Question, Stage, StageLot
from procurement.queries import applications as applications_queries
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.rules.permissions import SYSTEM
from procurement.rules.ports import Ports
from procurement.services import applications
from procurement.services.act import Act
from tests.parts import calls


def following(ports: Ports, call: Call, key: str, steps: list[str], **values: Any) -> Stage:
    """One more stage at the end of a published call, for all its lots, with one question where it collects."""
    now = ports.clock.now()

    def make(session: Session) -> None:
        before = stages_queries.of_call(session, call.id)
        stage = Stage(
            call_id=call.id,
            number=len(before) + 1,
            key=key,
            title=key.capitalize(),
            noun=key,
            nouns=f"{key}s",
            steps=steps,
            state="collecting" if "collect" in steps else "assessing",
            opens_at=now if "collect" in steps else None,
            closes_at=now + timedelta(days=20) if "collect" in steps else None,
            names="shown",
            other_marks="after_own",
            shows=[],
            ranks_by={},
            proposers=[],
            started_at=now,
            **values,
        )
        session.add(stage)
        session.flush()
        for lot in calls_queries.lots_of(session, call.id):
            session.add(StageLot(stage_id=stage.id, lot_id=lot.id))
        if stage.collects:
            purposes = {"how": "", "price": "amount"}
            for position, (name, purpose) in enumerate(purposes.items(), 1):
                session.add(
                    Question(
                        call_id=call.id,
                        stage_id=stage.id,
                        key=name,
                        position=position,
                        section="Proposal",
                        text=f"{name.capitalize()}?",
                        kind="money" if purpose else "long_text",
                        word_limit=None if purpose else 100,
                        options=[],
                        purpose=purpose,
                    )
                )

    ports.database.write(make)
    return calls.stage_of(ports, call, key)


def sift(ports: Ports, call: Call) -> None:
    """Make the one stage of a call one that does not award: whoever advances goes on."""

    def change(session: Session) -> None:
        (stage,) = stages_queries.of_call(session, call.id)
        stage.steps = [step for step in stage.steps if step != "award"]

    ports.database.write(change)


def go_on(ports: Ports, stage: Stage, only: Collection[str] = ()) -> dict[str, Entry]:
    """Everybody into a stage, or those of some references; the entries by the reference of their application."""

    def enter(session: Session) -> list[int]:
        act = Act(session, ports, SYSTEM, ports.clock.now())
        asked = select(Application).where(Application.call_id == stage.call_id).order_by(Application.id)
        if only:
            asked = asked.where(Application.ref.in_(only))
        row = stages_queries.get(session, stage.id)
        return [each.id for each in applications.enter_all(act, row.call, list(session.scalars(asked)), row)]

    return {each.application.ref: each for each in read_entries(ports, ports.database.write(enter))}


def read_entries(ports: Ports, entry_ids: list[int]) -> list[Entry]:
    with ports.database.reading() as session:
        return [applications_queries.get_entry(session, entry_id) for entry_id in entry_ids]
