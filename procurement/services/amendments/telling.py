"""Word of dates that moved, to everybody whom it concerns: what moved from when to when, and why."""

from collections.abc import Collection, Sequence

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.going_on import StageAmendment
from procurement.models.stages import Stage
from procurement.queries import amendments as amendments_queries
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.rules.amendments import WORDS, Change
from procurement.services import about, messages
from procurement.services.act import Act
from procurement.services.effects.applications import PRESSED_BEFORE
from workflows.facts import shown


def tell(
    act: Act, call: Call, amendment: StageAmendment, changes: Sequence[Change], *, leaving_out: Collection[int]
) -> None:
    """To those who are in a stage once it has begun, and to everybody in the running who can still come to it before.

    Sealed: who is in a stage that was not opened stays unknown to staff. `leaving_out` are the entries whose teams read
    of it in another message.
    """
    stages = {each.key: each for each in stages_queries.of_call(act.session, call.id)}
    teams = [each for each in calls_queries.teams_of(act.session, call.id) if each[0].id not in leaving_out]
    late = amendments_queries.pressed_late(act.session, [entry.id for entry, _ in teams])
    with messages.together(act):
        for entry, team in teams:
            own = [each for each in changes if concerns(stages[each.stage], entry)]
            if not own:
                continue
            opened_again = any(each.stage == entry.stage.key and each.field == "closes_at" for each in own)
            messages.tell(
                act,
                "dates_moved",
                team,
                {
                    "reference": entry.application.ref,
                    "call": call.title,
                    "changes": [line_of(stages[each.stage], each, several=len(stages) > 1) for each in own],
                    "reason": amendment.reason,
                    "pressed": PRESSED_BEFORE if opened_again and entry.id in late else "",
                    "link": f"/calls/{call.ref}",
                },
                occasion=f"dates_moved:{amendment.id}:{entry.id}:",
                about=about.entry(entry),
                sealed=not entry.was_opened,
            )


def concerns(stage: Stage, entry: Entry) -> bool:
    """Whether an application that has come to `entry` is in a stage, or can come to it before it has begun."""
    if stage.id == entry.stage_id:
        return True
    for_its_lot = any(row.lot_id == entry.application.lot_id for row in stage.lots)
    later = stage.window == entry.stage.window and stage.number > entry.stage.number
    return stage.started_at is None and for_its_lot and later


def line_of(stage: Stage, change: Change, *, several: bool) -> str:
    """ "Proposal – Closes: Friday 12 March 2027 at 12 noon (UK time), before: …" """
    named = f"{stage.title} – {WORDS[change.field]}" if several else str(WORDS[change.field])
    before = "" if change.before is None else f" (before: {shown(change.before)})"
    return f"{named}: {'' if change.after is None else shown(change.after)}{before}"
