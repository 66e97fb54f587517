"""What follows a move in public: the register, the open data and the public documents."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from procurement.models.calls import Call
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import publication
from procurement.services.effects.effect import Effect
from workflows.facts import Facts


def publish_call(
    session: Session, ports: Ports, thing: Any, call: Call, *, by: Principal, now: datetime, facts: Facts
) -> None:
    publication.publish_call(session, ports, call, by=by, now=now)


def publish_cancellation(
    session: Session, ports: Ports, thing: Any, call: Call, *, by: Principal, now: datetime, facts: Facts
) -> None:
    publication.publish_cancellation(session, ports, call, reason=facts.reason, by=by, now=now)


def publish_confirmation(
    session: Session, ports: Ports, thing: Any, call: Call, *, by: Principal, now: datetime, facts: Facts
) -> None:
    """Dated at the instant from which the award stands, however late the sweep was."""
    at = thing.confirmed_at or now
    publication.publish_award_change(session, ports, thing, call, change="confirmed", at=at, by=by, now=now)


def publish_acceptance(
    session: Session, ports: Ports, thing: Any, call: Call, *, by: Principal, now: datetime, facts: Facts
) -> None:
    publication.publish_award_change(session, ports, thing, call, change="accepted", at=now, by=by, now=now)


def publish_refusal(
    session: Session, ports: Ports, thing: Any, call: Call, *, by: Principal, now: datetime, facts: Facts
) -> None:
    publication.publish_award_change(session, ports, thing, call, change="refused", at=now, by=by, now=now)


EFFECTS: dict[str, Effect] = {
    "publish_call": publish_call,
    "publish_cancellation": publish_cancellation,
    "publish_confirmation": publish_confirmation,
    "publish_acceptance": publish_acceptance,
    "publish_refusal": publish_refusal,
}
