"""The two ways through one's scorecards: one bid across its criteria, or one criterion across all own bids."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext as _

from procurement.models.assessment import Assignment, Mark
from procurement.models.stages import Criterion
from procurement.queries import assessment as assessment_queries
from procurement.queries.assessment import Task
from procurement.rules.assessment import explained
from procurement.web.assess.naming import shown_name
from procurement.web.context import now, principal, session
from workflows.catalogue import states

ACROSS = "criterion"  # the value of `by` in an address that goes across bids


@dataclass(frozen=True)
class Step:
    """One page of a walk."""

    name: str
    href: str
    current: bool
    done: bool


@dataclass(frozen=True)
class Walk:
    """The pages before and after the one that is shown. `end` is where it leads after the last, `other` the same page
    on the other way; `across` says that the steps are bids, and not criteria."""

    across: bool
    steps: tuple[Step, ...]
    end: str
    other: str

    @property
    def place(self) -> int:
        return next(place for place, step in enumerate(self.steps) if step.current)

    @property
    def done(self) -> int:
        return sum(step.done for step in self.steps)

    @property
    def previous(self) -> Step | None:
        return self.steps[self.place - 1] if self.place else None

    @property
    def following(self) -> Step | None:
        return self.steps[self.place + 1] if self.place + 1 < len(self.steps) else None


def is_done(mark: Mark | None) -> bool:
    """Whether a criterion is marked, with a comment that is long enough."""
    return mark is not None and mark.mark is not None and explained(mark.comment)


def mark_of(assignment: Assignment, key: str) -> Mark | None:
    return next((mark for mark in assignment.marks if mark.criterion == key), None)


def own_tasks(call_ref: str, stage_key: str) -> list[Task]:
    """The bids of a stage that the person has accepted, in the order of their neutral numbers; none of anybody else."""
    tasks = assessment_queries.queue_of(session(), principal(), now())
    return [
        task
        for task in tasks
        if (task.call.ref, task.stage.key) == (call_ref, stage_key)
        and task.assignment.state in states.assignment.reading
    ]


def across_address(ref: str, key: str) -> str:
    """The page of a scorecard's criterion, as one comes to it across bids."""
    return url_for("assess_scorecards.criterion", ref=ref, key=key, by=ACROSS)


def walk_of(assignment: Assignment, rows: Sequence[Criterion], row: Criterion) -> Walk:
    """The way on which the request is: across bids where its address says so."""
    ref, stage = assignment.ref, assignment.entry.stage
    by_bid = url_for("assess_scorecards.criterion", ref=ref, key=row.key)
    if request.args.get("by") != ACROSS:
        steps = tuple(
            Step(
                each.title,
                url_for("assess_scorecards.criterion", ref=ref, key=each.key),
                each.key == row.key,
                is_done(mark_of(assignment, each.key)),
            )
            for each in rows
        )
        return Walk(False, steps, url_for("assess_scorecards.check", ref=ref), across_address(ref, row.key))
    across = tuple(
        Step(
            shown_name(task),
            across_address(task.assignment.ref, row.key),
            task.assignment.id == assignment.id,
            is_done(mark_of(task.assignment, row.key)),
        )
        for task in own_tasks(stage.call.ref, stage.key)
    )
    end = url_for("assess_criteria.show", call_ref=stage.call.ref, stage=stage.key, key=row.key)
    return Walk(True, across, end, by_bid)


def switch_of(walk: Walk, here: str) -> list[tuple[str, str, bool]]:
    """The switch between the two ways: (words, address, whether it is the one shown)."""
    bid, across = (walk.other, here) if walk.across else (here, walk.other)
    return [(_("By application"), bid, not walk.across), (_("By criterion"), across, walk.across)]
