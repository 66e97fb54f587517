"""Saying what a stage of a call that is written is: its title and lots, what it ranks by, and who sees what in it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import delete
from sqlalchemy.orm import Session

from procurement.models.stages import Stage, StageLot
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.rules.stage_details import countable, in_percent, readable
from procurement.services import windows
from procurement.services.act import Act
from procurement.services.calls import editable_stage, require_current, wrote
from procurement.services.refusal import Refusal
from workflows.definition import NAMES_IN_A_STAGE, OTHER_MARKS
from workflows.facts import Sentence

SECTION = "stage"


@dataclass(frozen=True)
class Details:
    """What a stage is to be: `lots` by their numbers, `shows` by the keys of earlier stages, `shares` in percent by the
    key of each stage that it can rank by (none: it does not count), `most` awards by the field of each lot where it
    awards without marks of its own (none: as many as the money lasts for)."""

    title: str
    lots: tuple[int, ...]
    names: str
    other_marks: str
    shows: tuple[str, ...]
    shares: Mapping[str, int | None]
    most: Mapping[str, int | None] = field(default_factory=dict)

    def as_texts(self) -> dict[str, str]:
        """The same by the fields of the page, as `queries.calls.details_of` says what is stored."""
        return {
            "title": self.title,
            "lots": ", ".join(map(str, sorted(self.lots))),
            "names": self.names,
            "other_marks": self.other_marks,
            "shows": ", ".join(self.shows),
            **{calls_queries.share_field(key): str(percent or "") for key, percent in self.shares.items()},
            **{name: str(count or "") for name, count in self.most.items()},
        }


def save(act: Act, stage_id: int, details: Details, *, version: int) -> Stage:
    """Save what a stage of the first window is; in every further one it is the same. What does not hold together can be
    saved, and stops the publication (`rules.stage_details.faults`). Raises Stale."""
    call, stage = editable_stage(act.session, stage_id, SECTION)
    stages = stages_queries.of_call(act.session, call.id)
    stored = calls_queries.details_of(stage, stages)
    yours = details.as_texts()
    theirs = {name: stored.get(name, "") for name in yours}
    require_current(act.session, call, version, calls_queries.details_mark(stage, stages), yours, theirs)
    _require_known(act.session, stage, stages, details)
    shares = in_percent(details.shares, stage.key)
    lots = {row.id: row.number for row in calls_queries.lots_of(act.session, call.id)}
    wanted = {lot_id for lot_id, number in lots.items() if number in details.lots}
    for each in (each for each in stages if each.number == stage.number):
        ending = "" if each.window == stage.window else f"-{each.window}"  # of the keys of a further window
        each.title, each.names, each.other_marks = details.title, details.names, details.other_marks
        each.shows = [f"{key}{ending}" for key in details.shows]
        each.ranks_by = {f"{key}{ending}": percent for key, percent in shares.items()}
        for row in each.lots:
            if (name := f"seats-{row.lot.number}") in details.most:
                row.seats = details.most[name] or None
        _go_through(act.session, each, wanted)
    windows.entitle(act.session, call)
    wrote(act, call, SECTION, stage)
    return stage


def _require_known(session: Session, stage: Stage, stages: Collection[Stage], details: Details) -> None:
    """What the page offers, and nothing else."""
    if not details.title.strip():
        raise Refusal(Sentence("Give the stage a title."))
    numbers = {lot.number for lot in calls_queries.lots_of(session, stage.call_id)}
    if not set(details.lots) <= numbers:
        raise Refusal(Sentence("This lot is no longer there."))
    if numbers and not details.lots:
        raise Refusal(Sentence("Say which lots this stage is for."))
    if details.names not in NAMES_IN_A_STAGE or details.other_marks not in OTHER_MARKS:
        raise ValueError(f"names {details.names!r}, marks of others {details.other_marks!r}")
    listed = list(stages)
    if not set(details.shows) <= {each.key for each in readable(listed, stage)}:
        raise Refusal(Sentence("Only what was handed in to an earlier stage can be read here."))
    if not set(details.shares) <= {each.key for each in countable(listed, stage)}:
        raise Refusal(Sentence("A stage ranks only by its own total and those of earlier stages."))


def _go_through(session: Session, stage: Stage, lots: Collection[int]) -> None:
    """Let these lots and no others go through a stage; those that stay keep their seats and budgets."""
    there = {row.lot_id: row.id for row in stage.lots}
    gone = [row_id for lot_id, row_id in there.items() if lot_id not in lots]
    session.execute(delete(StageLot).where(StageLot.id.in_(gone)))
    session.add_all(StageLot(stage_id=stage.id, lot_id=lot_id) for lot_id in sorted(set(lots) - set(there)))
    session.flush()
    session.expire(stage, ["lots"])
