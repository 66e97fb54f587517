"""What a document or a message is about: its rights follow from that, and so do the lists in which it stands."""

from dataclasses import asdict, dataclass

from procurement.models.applications import Entry
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.stages import Stage


@dataclass(frozen=True)
class About:
    """The ids of what it is about, from the call down to the award; None where it is about nothing of that kind."""

    call_id: int | None = None
    stage_id: int | None = None
    application_id: int | None = None
    entry_id: int | None = None
    award_id: int | None = None

    @property
    def columns(self) -> dict[str, int | None]:
        """As the columns of the row of a document."""
        return asdict(self)


def call(about: Call) -> About:
    return About(call_id=about.id)


def stage(about: Stage) -> About:
    return About(call_id=about.call_id, stage_id=about.id)


def entry(about: Entry) -> About:
    return About(call_id=about.call_id, stage_id=about.stage_id, application_id=about.application_id, entry_id=about.id)


def award(about: Award) -> About:
    return About(call_id=about.call_id, award_id=about.id)
