"""Reading the installation: is it a demonstration, how far is its clock, which settings hold."""

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from procurement.models.installation import Installation, Setting
from procurement.rules.settings import DEFAULTS


def find(session: Session) -> Installation | None:
    """The installation's row; None in a database that nobody has set up."""
    return session.get(Installation, 1)


def clock_offset(session: Session) -> int:
    """Seconds by which the service's clock is ahead of the machine's."""
    return session.scalar(select(Installation.clock_offset)) or 0


def settings(session: Session, on: date) -> dict[str, Any]:
    """Every setting as it holds on a day: the newest row whose day has come, else the default.

    Read once for each session, since a page or a press asks for them several times; whoever changes one in the same
    session forgets what was read (`forget_settings`).
    """
    kept: dict[date, dict[str, Any]] = session.info.setdefault("settings", {})
    if on not in kept:
        kept[on] = _settings(session, on)
    return dict(kept[on])


def forget_settings(session: Session) -> None:
    session.info.pop("settings", None)


def _settings(session: Session, on: date) -> dict[str, Any]:
    newest = (
        select(Setting.key, func.max(Setting.holds_from).label("holds_from"))
        .where(Setting.holds_from <= on)
        .group_by(Setting.key)
        .subquery()
    )
    rows = session.execute(
        select(Setting.key, Setting.value).join(
            newest, (Setting.key == newest.c.key) & (Setting.holds_from == newest.c.holds_from)
        )
    )
    return {**DEFAULTS, **{key: value for key, value in rows}}
