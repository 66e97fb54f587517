"""Dates of a published stage that move: from what to what, why, by which two people, and told to whom it concerns."""

from datetime import date, datetime, timedelta
from typing import Any

from procurement.models.calls import Call
from procurement.models.going_on import StageAmendment
from procurement.models.stages import Stage
from procurement.queries import calls as calls_queries
from procurement.services import about, messages
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.locks import lock_stage
from procurement.services.refusal import Refusal
from workflows.facts import Sentence, in_words

ALONG = ("choose_by", "assess_by", "decide_by")  # what comes after the closing moves as far as the closing does


def move_closing(act: Act, call: Call, stage_id: int, closes_at: datetime, reason: str, *, proposed_by: int) -> Stage:
    """Let a stage that is not opened close later, and what comes after it as much later: an amendment that one person
    proposed and the one who acts approves. Everybody whom it concerns is told. The call is held by the caller."""
    _, stage = lock_stage(act.session, stage_id)
    if stage.opened or stage.closes_at is None:
        raise Refusal(Sentence("The dates of this stage cannot be moved any more: it was opened."))
    if closes_at <= max(stage.closes_at, act.now):
        raise Refusal(Sentence("The new closing time must be later than the old one, and than now."))
    later = timedelta(days=-(-(closes_at - stage.closes_at) // timedelta(days=1)))
    after: dict[str, datetime | date] = {"closes_at": closes_at}
    for name in ALONG:
        if (value := getattr(stage, name)) is not None:
            after[name] = value + later
    before: dict[str, datetime | date] = {name: getattr(stage, name) for name in after}
    amendment = StageAmendment(
        stage_id=stage.id,
        before=_plain(before),
        after=_plain(after),
        reason=reason,
        proposed_by=proposed_by,
        proposed_at=act.now,
        approved_by=act.by.id,
        approved_at=act.now,
    )
    act.session.add(amendment)
    for name, value in after.items():
        setattr(stage, name, value)
    act.session.flush()
    data = {"amendment": amendment.id, "before": _plain(before)["closes_at"], "after": _plain(after)["closes_at"]}
    record(act, "stage.amend", "stage", stage.id, call_id=call.id, data=data, note=reason)
    _tell(act, call, stage, amendment, before["closes_at"], closes_at)
    return stage


def _plain(dates: dict[str, datetime | date]) -> dict[str, Any]:
    return {name: value.isoformat() for name, value in dates.items()}


def _tell(
    act: Act, call: Call, stage: Stage, amendment: StageAmendment, before: datetime | date, closes_at: datetime
) -> None:
    """To those who are in the stage once it has begun, and to everybody in the running before. Sealed: who is in a
    stage that was not opened stays unknown to staff."""
    assert isinstance(before, datetime)  # noqa: S101  (it is the closing)
    for entry, team in calls_queries.teams_of(act.session, call.id):
        if stage.started_at is not None and entry.stage_id != stage.id:
            continue
        messages.tell(
            act,
            "dates_moved",
            team,
            {
                "reference": entry.application.ref,
                "call": call.title,
                "stage": stage.title,
                "before": in_words(before),
                "after": in_words(closes_at),
                "reason": amendment.reason,
                "link": f"/calls/{call.ref}",
            },
            occasion=f"dates_moved:{amendment.id}:{entry.id}:",
            about=about.entry(entry),
            sealed=not entry.was_opened,
        )
