"""Word of an amendment to everybody with a draft or a submission in a stage that it concerns."""

from collections.abc import Collection, Mapping, Sequence

from procurement.models.amendments import Amendment
from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import amendments as amendments_queries
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.rules import amendments as date_rules
from procurement.rules.amended_words import summary
from procurement.rules.call_amendments import stage_of
from procurement.rules.edits import Change
from procurement.services import about, messages
from procurement.services.act import Act
from procurement.services.amendments.telling import concerns, line_of
from procurement.services.effects.applications import PRESSED_BEFORE

STANDS = (
    "What you submitted stands, for the version of the call that it was made for. You can change it and submit again "
    "until the closing."
)
MOST_LINES = 20  # of a message; the page of the changes has all


def tell(
    act: Act,
    call: Call,
    amendment: Amendment,
    changes: Sequence[Change],
    moved: Sequence[date_rules.Change],
    touched: Mapping[int, int],
    *,
    leaving_out: Collection[int],
) -> None:
    """To each team what changed for it, how many of its answers are touched, and where it reads all of it. Sealed: who
    is in a stage that was not opened stays unknown to staff. `leaving_out`: who reads of a closing that moved in
    another message is told of the rest all the same, without being told twice that it can submit."""
    stages = {each.key: each for each in stages_queries.of_call(act.session, call.id)}
    teams = calls_queries.teams_of(act.session, call.id)
    late = amendments_queries.pressed_late(act.session, [entry.id for entry, _ in teams])
    several = len(stages) > 1
    with messages.together(act):
        for entry, team in teams:
            own = [each for each in changes if _is_for(each, stages, entry)]
            dates = [each for each in moved if concerns(stages[each.stage], entry)]
            if not own and not dates:
                continue
            lines = [*map(str, summary(own)), *(line_of(stages[each.stage], each, several=several) for each in dates)]
            opened_again = any(each.stage == entry.stage.key and each.field == "closes_at" for each in dates)
            messages.tell(
                act,
                "call_amended",
                team,
                {
                    "reference": entry.application.ref,
                    "call": call.title,
                    "changes": lines[:MOST_LINES],
                    "more": str(max(0, len(lines) - MOST_LINES) or ""),
                    "reason": amendment.reason,
                    "affected": str(touched.get(entry.id, "")),
                    "stands": STANDS if entry.standing_id is not None and not entry.was_opened else "",
                    "pressed": PRESSED_BEFORE
                    if opened_again and entry.id in late and entry.id not in leaving_out
                    else "",
                    "link": f"/calls/{call.ref}/changes",
                },
                occasion=f"call_amended:{amendment.id}:{entry.id}:",
                about=about.entry(entry),
                sealed=not entry.was_opened,
            )


def _is_for(change: Change, stages: Mapping[str, Stage], entry: Entry) -> bool:
    """Whether a change concerns a team: of the call always; of a stage where it is in one like it, or can come to."""
    key = stage_of(change.key)
    if not key or key not in stages:
        return True
    alike = [each for each in stages.values() if each.number == stages[key].number]
    return any(concerns(each, entry) for each in alike)
