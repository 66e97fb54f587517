"""The shape of an effect."""

from typing import Any, Protocol

from procurement.models.calls import Call
from procurement.services.act import Act
from workflows.facts import Facts


class Effect(Protocol):
    """What follows a move. `thing` is what was moved: each effect names the one table that its moves are about."""

    def __call__(self, act: Act, thing: Any, call: Call, facts: Facts) -> None: ...
