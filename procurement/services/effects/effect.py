"""The shape of an effect."""

from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from procurement.models.calls import Call
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from workflows.facts import Facts


class Effect(Protocol):
    def __call__(
        self, session: Session, ports: Ports, thing: Any, call: Call, *, by: Principal, now: datetime, facts: Facts
    ) -> None: ...
