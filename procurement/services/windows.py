"""The windows of a call that takes applications again and again: set out before publication, begun by the clock, and
ended early where no more are wanted."""

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from procurement.models.calls import Call
from procurement.models.stages import Stage, StageLot
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.queries import windows as windows_queries
from procurement.rules.permissions import SYSTEM, Permission
from procurement.rules.stage_details import own_title
from procurement.rules.windows import INSTANTS, MOST_WINDOWS, a_quarter_later
from procurement.services import about, messages, progress, stages
from procurement.services.act import Act
from procurement.services.calls import editable, require_current, wrote
from procurement.services.history import record
from procurement.services.locks import lock_call, lock_stage
from procurement.services.refusal import Refusal, require_reason, require_role
from workflows.catalogue import PROCEDURES, states
from workflows.facts import Sentence, in_words

PART = "windows"


def add(act: Act, call_id: int) -> list[Stage]:
    """The next window of a call that is written, with the dates of the last one a quarter later, and with what the
    other windows leave of the budget of each lot."""
    call = _with_windows(editable(act.session, call_id))
    there = windows_queries.windows_of(stages_queries.of_call(act.session, call.id))
    if len(there) >= MOST_WINDOWS:
        raise Refusal(Sentence("A call has at most %(most)s windows.", most=MOST_WINDOWS))
    number = there[-1].number + 1
    draft = calls_queries.draft_of(act.session, call)
    later = a_quarter_later([each for each in draft.stages if each.window == there[-1].number])
    made = []
    for first, dates in zip(there[0].stages, later, strict=True):
        stage = Stage(
            **stages.shared(first),
            window=number,
            key=f"{first.key}-{number}",
            title=first.title,
            state="",  # progress.begin says which
            shows=[f"{key}-{number}" for key in first.shows],
            marks_of=f"{first.marks_of}-{number}" if first.marks_of else "",
            ranks_by={f"{key}-{number}": percent for key, percent in first.ranks_by.items()},
            **{name: getattr(dates, name) for name in (*INSTANTS, "decide_by")},
            proposers=[],
        )
        act.session.add(stage)
        act.session.flush()
        for row in first.lots:
            given = [each for window in there for each in window.first.lots if each.lot_id == row.lot_id]
            left = row.lot.budget - sum((each.budget or Decimal(0) for each in given), Decimal(0))
            act.session.add(StageLot(stage_id=stage.id, lot_id=row.lot_id, budget=left if left > 0 else None))
        progress.begin(act, stage, call)
        made.append(stage)
    entitle(act.session, call)
    wrote(act, call, PART)
    return made


def remove(act: Act, call_id: int, number: int) -> None:
    """Remove the last window of a call that is written; the first one stays."""
    call = _with_windows(editable(act.session, call_id))
    there = windows_queries.windows_of(stages_queries.of_call(act.session, call.id))
    if number == there[0].number or number != there[-1].number:
        raise Refusal(Sentence("Only the last window can be removed, and the first one stays."))
    ids = [stage.id for stage in there[-1].stages]
    act.session.execute(delete(StageLot).where(StageLot.stage_id.in_(ids)))
    act.session.execute(delete(Stage).where(Stage.id.in_(ids)))
    act.session.flush()
    entitle(act.session, call)
    wrote(act, call, PART)


def save_budgets(act: Act, call_id: int, budgets: Mapping[str, Decimal | None], *, version: int) -> Call:
    """Save what the awards of each window may cost, by `queries.windows.budget_field`. Raises Stale."""
    call = _with_windows(editable(act.session, call_id))
    found = stages_queries.of_call(act.session, call.id)
    stored = windows_queries.budgets_of(found)
    theirs = {name: stored.get(name) for name in budgets}
    require_current(act.session, call, version, windows_queries.budgets_mark(found), budgets, theirs)
    for stage in found:
        for row in stage.lots:
            name = windows_queries.budget_field(stage.window, row.lot.number)
            if name in budgets:
                row.budget = budgets[name]
    wrote(act, call, PART)
    return call


def begin(act: Act, stage_id: int) -> bool:
    """Write down that a window has begun, effective at its opening; False when that is not so."""
    call, stage = lock_stage(act.session, stage_id)
    if stage.opens_at is None or stage.opens_at > act.now or stage.started_at is not None:
        return False
    if stage.ended_at is not None or call.state not in states.call.published:
        return False
    stages.start(act.made_by(SYSTEM), call, stage, at=stage.opens_at)
    return True


def end(act: Act, call_id: int, reason: str) -> Call:
    """End the windows that have not begun, with the reason that everybody reads. Those that have begun go on as they
    are. Whoever waits in one of them with a draft is told."""
    call = lock_call(act.session, call_id)
    require_role(act.by, Permission.WINDOWS_END)
    require_reason(reason)
    if call.state not in states.call.published:
        raise Refusal(Sentence("Only the windows of a published call can be ended."))
    found = stages_queries.of_call(act.session, call.id)
    ending = {each.window for each in windows_queries.to_come(found, act.now)}
    if not ending:
        raise Refusal(Sentence("No window is still to come."))
    for stage in found:
        if stage.window in ending:
            stage.ended_at, stage.ended_reason = act.now, reason.strip()
    act.session.flush()
    data = {"windows": sorted(ending)}
    record(act, "call.end_windows", "call", call.id, call_id=call.id, data=data, note=reason.strip())
    with messages.together(act):
        for entry, team in calls_queries.teams_of(act.session, call.id):
            if entry.stage.ended_at is None or entry.stage.opens_at is None:
                continue
            messages.tell(
                act,
                "window_ended",
                team,
                {
                    "reference": entry.application.ref,
                    "call": call.title,
                    "opens": in_words(entry.stage.opens_at),
                    "reason": reason.strip(),
                    "link": f"/applications/{entry.application.ref}",
                },
                occasion=f"window_ended:{entry.id}:",
                about=about.entry(entry),
                sealed=True,
            )
    return call


def _with_windows(call: Call) -> Call:
    if not PROCEDURES[call.procedure].windows:
        raise Refusal(Sentence("A call of this procedure takes applications once."))
    return call


def entitle(session: Session, call: Call) -> None:
    """Call each stage by its window where there are several; the only window of a call is not mentioned."""
    rows = session.scalars(select(Stage).where(Stage.call_id == call.id)).all()
    titles = {row.number: own_title(row) for row in rows if row.window == 1}
    several = any(row.window > 1 for row in rows)
    for row in rows:
        row.title = f"{titles[row.number]}, window {row.window}" if several else titles[row.number]
    if not several:
        kept = [row.id for row in rows]
        for lot in session.scalars(select(StageLot).where(StageLot.stage_id.in_(kept))):
            lot.budget = None
    session.flush()
