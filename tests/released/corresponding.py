"""Calls that were published before there were stages, as they were and as they are read today, side by side.

Where a call was, it and its one stage are today; where an application was, its one entry is, and its award from the
telling on. In each such place the same person can do the same in the same scenes, and nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from tests.released.moves import SCENES, Said, said
from workflows import catalogue
from workflows.definition import SUBJECTS, Role, Workflow
from workflows.engine import offers
from workflows.facts import Facts

LIVE = ("published", "opened", "in_assessment", "deciding", "decided")
STAGE_OF_CALL = dict(zip(LIVE, ("collecting", "checking", "assessing", "deciding", "decided"), strict=True))
ENTRY_OF_APPLICATION = {"recommended": "advanced"}
OF_THE_AWARD = ("awarded", "accepted", "refused")
# What an application did beside its award, and where it was then: both had to be possible.
BESIDE = {"approved": "recommended", "told": "awarded", "confirmed": "awarded"}
BOTH = {"tell": "award", "accept": "accept", "refuse": "refuse"}
CALLED = {"recommend": "advance"}
NEW = {"start", "tell"}  # of a stage: the publication and the telling were acts and no moves
Done = set[tuple[str, str]]  # (action, effects)


@dataclass(frozen=True)
class Taken:
    """What a call took, as it says and as it is read today."""

    before: dict[str, Said]
    today: dict[str, Workflow]


def taken(frozen: dict[str, Any]) -> Iterator[Taken]:
    """What a call of each procedure took, among the copies of a release by their fingerprints; none where there were
    stages already."""
    copies = [{"fingerprint": known_as, "plain": plain} for known_as, plain in frozen.items()]
    shared = {copy["plain"].get("subject", "procedure"): copy for copy in copies}
    for application in (copy for copy in copies if copy["plain"].get("subject") == "application"):
        known = {**shared, "application": application}
        yield Taken(
            {subject: said(copy["plain"]) for subject, copy in known.items()},
            {subject: catalogue.read_taken(subject, known) for subject in SUBJECTS},
        )


def differences(each: Taken) -> list[tuple[str, ...]]:
    """Every place, role and scene in which somebody could do something else before than they can today."""
    return [
        (*place, role.value, scene, f"before {sorted(before)}", f"today {sorted(today)}")
        for role in Role
        for scene, facts in SCENES.items()
        for place, before, today in _places(each, role, facts)
        if before != today
    ]


def _places(each: Taken, role: Role, facts: Facts) -> Iterator[tuple[tuple[str, str], Done, Done]]:
    for state in each.before["call"].states:
        for stage in _stages(each, state, facts):
            known = _known(state, facts)
            today = _today(each, "call", "published" if state in LIVE else state, role, known)
            today |= {(action, then) for action, then in _today(each, "stage", stage, role, known) if action not in NEW}
            yield ("call", state), _before(each, "call", state, role, facts), today
    for state in set(each.before["application"].states) - set(OF_THE_AWARD):
        before = {
            (CALLED.get(action, action), then)
            for action, then in _before(each, "application", state, role, facts)
            if action != "award"
        }
        entry = ENTRY_OF_APPLICATION.get(state, state)
        yield ("application", state), before, _today(each, "entry", entry, role, facts)
    for state in each.before["assignment"].states:
        before = _before(each, "assignment", state, role, facts)
        yield ("assignment", state), before, _today(each, "assignment", state, role, facts)
    for state in each.before["award"].states:
        application = {action for action, _ in _before(each, "application", BESIDE.get(state, ""), role, facts)}
        before = {
            (action, then)
            for action, then in _before(each, "award", state, role, facts)
            if action not in BOTH or BOTH[action] in application
        }
        yield ("award", state), before, _today(each, "award", state, role, facts)


def _stages(each: Taken, state: str, facts: Facts) -> list[str]:
    """Where the one stage of a call is that was there."""
    if state == "cancelled":
        return [key for key in (stage.key for stage in each.today["stage"].states) if key not in ("decided", "told")]
    if state == "decided" and facts.told_at is not None and facts.told_at <= facts.now:
        return ["told"]
    return ["told" if state == "concluded" else STAGE_OF_CALL.get(state, "planned")]


def _known(state: str, facts: Facts) -> Facts:
    """What the service gathers today of a call that was there."""
    decided = state in ("decided", "concluded")
    return replace(facts, call_live=state in LIVE, award_decided=decided, told_at=facts.told_at if decided else None)


def _before(each: Taken, subject: str, state: str, role: Role, facts: Facts) -> Done:
    return {(move.action, str(move.then)) for move in each.before[subject].of(state, role) if move.is_free(facts)}


def _today(each: Taken, subject: str, state: str, role: Role, facts: Facts) -> Done:
    found = offers(each.today[subject], state, frozenset({role}), facts)
    return {(offer.move.action, str(offer.move.then)) for offer in found if not offer.reasons}
