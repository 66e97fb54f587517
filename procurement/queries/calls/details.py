"""What a stage is, by the fields of its page, and the number that page sends back as its version."""

from collections.abc import Sequence

from procurement.models.stages import Stage
from procurement.rules.calls import mark
from procurement.rules.stage_details import countable, own_title


def share_field(key: str) -> str:
    """The field of what a stage counts for, by its key."""
    return f"share-{key}"


def details_of(stage: Stage, stages: Sequence[Stage]) -> dict[str, str]:
    """What a stage is as texts; `stages`: those of its call, in their order."""
    return {
        "title": own_title(stage),
        "lots": ", ".join(map(str, sorted(row.lot.number for row in stage.lots))),
        "names": stage.names,
        "other_marks": stage.other_marks,
        "shows": ", ".join(stage.shows),
        **{share_field(each.key): str(stage.ranks_by.get(each.key, "")) for each in countable(stages, stage)},
        **{name: str(most or "") for name, most in most_of(stage).items()},
    }


def most_of(stage: Stage) -> dict[str, int | None]:
    """How many awards each lot makes at most, by the field of the lot, where a stage awards by marks that another gave:
    any other stage says so with its criteria."""
    return {f"seats-{row.lot.number}": row.seats for row in stage.lots} if stage.awards and not stage.assesses else {}


def details_mark(stage: Stage, stages: Sequence[Stage]) -> int:
    return mark(details_of(stage, stages))
