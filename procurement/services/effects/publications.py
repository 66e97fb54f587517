"""After a move: what of it is made public, in the register, the open data and the public documents.

Only the calls; `services.publishing` does it.
"""

from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.rules.statuses import AwardChange
from procurement.services import publishing
from procurement.services.act import Act
from procurement.services.effects.effect import Effect
from procurement.services.history import latest
from workflows.facts import Facts


def publish_call(act: Act, thing: object, call: Call, facts: Facts) -> None:
    publishing.publish_call(act, call)


def publish_cancellation(act: Act, thing: object, call: Call, facts: Facts) -> None:
    publishing.publish_cancellation(act, call, reason=facts.reason)


def publish_confirmation(act: Act, thing: Award, call: Call, facts: Facts) -> None:
    """Dated at the instant from which the award stands, however late the sweep was."""
    at = thing.confirmed_at or act.now
    publishing.publish_award_change(act, thing, call, change=AwardChange.CONFIRMED, at=at)


def publish_acceptance(act: Act, thing: Award, call: Call, facts: Facts) -> None:
    publishing.publish_award_change(act, thing, call, change=AwardChange.ACCEPTED, at=act.now)


def publish_refusal(act: Act, thing: Award, call: Call, facts: Facts) -> None:
    publishing.publish_award_change(act, thing, call, change=AwardChange.REFUSED, at=act.now)


def publish_lapse(act: Act, thing: Award, call: Call, facts: Facts) -> None:
    """Why it ended, the event of the move says: by its date, with what was abandoned, or with a disqualification."""
    change, told = publishing.ended_by(act.session, latest(act.session))
    publishing.publish_award_change(act, thing, call, change=change, at=act.now, **told)


EFFECTS: dict[str, Effect] = {
    "publish_call": publish_call,
    "publish_cancellation": publish_cancellation,
    "publish_confirmation": publish_confirmation,
    "publish_acceptance": publish_acceptance,
    "publish_refusal": publish_refusal,
    "publish_lapse": publish_lapse,
}
