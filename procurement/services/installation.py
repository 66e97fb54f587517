"""Setting the installation up, its demonstration clock, and its dated settings."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.installation import Installation, Setting
from procurement.queries import installation as installation_queries
from procurement.rules.settings import DEFAULTS
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.refusal import Refusal
from workflows.facts import Sentence

LONGEST_STEP = timedelta(days=366)


def set_up(session: Session, *, demonstration: bool, now: datetime) -> Installation:
    """The installation's row, made once; whether it is a demonstration cannot be changed afterwards."""
    row = session.get(Installation, 1)
    if row is None:
        row = Installation(id=1, demonstration=demonstration, clock_offset=0, made_at=now)
        session.add(row)
        session.flush()
    return row


def forward(act: Act, by_how_much: timedelta) -> int:
    """Move a demonstration's clock forward, never back; returns the whole offset in seconds."""
    row = act.session.get(Installation, 1, with_for_update=True)
    if row is None or not row.demonstration:
        raise Refusal(Sentence("Only the clock of a demonstration can be moved."))
    if not timedelta(0) < by_how_much <= LONGEST_STEP:
        raise Refusal(Sentence("The clock moves forward, by a year at most."))
    row.clock_offset += int(by_how_much.total_seconds())
    record(act, "clock.forward", "installation", 1, data={"seconds": int(by_how_much.total_seconds())})
    return row.clock_offset


def set_value(act: Act, key: str, value: object, holds_from: date) -> None:
    """Let a setting hold from a day on; a row of the same day is replaced, earlier ones stay as they were."""
    if key not in DEFAULTS:
        raise Refusal(Sentence("There is no such setting."))
    if type(value) is not type(DEFAULTS[key]):
        raise Refusal(
            Sentence("This setting needs a number." if isinstance(DEFAULTS[key], int) else "This setting needs text.")
        )
    row = act.session.scalars(select(Setting).where(Setting.key == key, Setting.holds_from == holds_from)).one_or_none()
    if row is None:
        act.session.add(Setting(key=key, holds_from=holds_from, value=value))
    else:
        row.value = value
    installation_queries.forget_settings(act.session)
    record(
        act,
        "setting.change",
        "installation",
        1,
        data={"key": key, "holds_from": holds_from.isoformat()},
        note=str(value),
    )
