"""One thing that waits for staff of calls, and for whom: so that the same statements serve a person's page and the
messages to everybody."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.rules.permissions import CALL_STAFF
from procurement.rules.work import Kind

APPROVER, OFFICER, EITHER = frozenset({"approver"}), frozenset({"officer"}), frozenset({"officer", "approver"})


@dataclass(frozen=True)
class Task:
    """One thing that waits: of a call, a stage of it, or one application in that (`ref`, its reference).

    `roles`: one of these is needed; `only`: if not empty, it waits for these people alone; `but`: for none of these,
    since a second person is needed. `number` tells two of a kind about the same thing apart: asked again, it is new.
    `due_on`: the last day on which the law has it done.
    """

    kind: Kind
    call: Call
    roles: frozenset[str]
    stage: Stage | None = None
    ref: str = ""
    number: int = 0
    only: frozenset[int] = field(default=frozenset())
    but: frozenset[int] = field(default=frozenset())
    due_on: date | None = None

    @property
    def key(self) -> str:
        """What tells it from every other task, of today and of before."""
        stage = self.stage.id if self.stage is not None else 0
        return f"{self.kind}:{self.call.id}:{stage}:{self.ref}:{self.number}"

    def is_for(self, person_id: int | None, roles: Iterable[str]) -> bool:
        """Whether somebody with these roles can do it."""
        return (
            person_id is not None
            and not self.roles.isdisjoint(roles)
            and person_id not in self.but
            and (not self.only or person_id in self.only)
        )


def mine(found: Iterable[Task], person_id: int | None, roles: Iterable[str]) -> list[Task]:
    """Those of some tasks that wait for one person."""
    held = frozenset(roles) & CALL_STAFF
    return [task for task in found if task.is_for(person_id, held)]
