"""Planned calls: written by an officer, published by a second person, kept up to date until a call comes of them.

A plan binds nobody, so that a change of a published one needs no second person; it is in the history, and its page says
when it was last changed.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from procurement.models.pipeline import PlannedCall
from procurement.queries import pipeline as pipeline_queries
from procurement.rules import pipeline as rules
from procurement.rules.permissions import Permission
from procurement.rules.questions import is_blank, normalise
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.refusal import Refusal, require_role, require_somebody_else
from workflows.facts import Sentence

NO_SUCH = Sentence("There is no such planned call.")
OVER = Sentence("This plan was withdrawn, or a call came of it, so it cannot be changed.")


@dataclass(frozen=True)
class Plan:
    """What is typed. `month`: its first day; `value` in pounds, of a challenge with VAT."""

    kind: str
    title: str
    theme: str
    summary: str
    value: Decimal | None
    month: date
    contact: str = ""


def write(act: Act, planned_id: int | None, plan: Plan, *, version: int = 0) -> PlannedCall:
    """Begin a plan, or change one. `version`: that of the page; 409 where somebody changed it meanwhile."""
    require_role(act.by, Permission.PIPELINE_WRITE)
    found = list(rules.faults(plan.kind, plan.title, plan.theme, plan.summary))
    if plan.month not in rules.months_from(act.today):
        found.append(("month", Sentence("Choose one of the months to come.")))
    if found:
        raise Refusal(*(sentence for _field, sentence in found), status=422)
    assert act.by.id is not None  # noqa: S101  (an officer is a person)
    values = {
        "kind": plan.kind,
        "title": normalise(plan.title).strip(),
        "theme": plan.theme,
        "summary": normalise(plan.summary).strip(),
        "value": plan.value,
        "month": plan.month,
        "contact": plan.contact,
    }
    if planned_id is None:
        row = PlannedCall(**values, written_by=act.by.id, written_at=act.now)
        act.session.add(row)
        act.session.flush()
        record(act, "plan.begin", pipeline_queries.SUBJECT, row.id, note=row.title)
        return row
    row = _open(act, planned_id)
    if row.version != version:
        raise Refusal(Sentence("Somebody changed it meanwhile. Look at it again."))
    changed = rules.changes({name: getattr(row, name) for name in values}, values)
    if not changed:
        return row
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.written_by, row.written_at = act.by.id, act.now
    record(act, "plan.edit", pipeline_queries.SUBJECT, row.id, data={"version": row.version}, note="\n".join(changed))
    return row


def publish(act: Act, planned_id: int, *, seen: int) -> PlannedCall:
    """Let everybody read it: by somebody who did not write what they saw (`seen`: its version)."""
    require_role(act.by, Permission.PIPELINE_PUBLISH)
    row = _open(act, planned_id)
    if row.published_at is not None:
        return row
    require_somebody_else(act.by, row.written_by)
    if row.version != seen:
        raise Refusal(Sentence("Somebody changed it meanwhile. Look at it again."))
    row.published_by, row.published_at = act.by.id, act.now
    record(act, "plan.publish", pipeline_queries.SUBJECT, row.id, data={"version": row.version})
    return row


def withdraw(act: Act, planned_id: int, reason: str) -> PlannedCall:
    """Nothing comes of it: its page says why; one that nobody knew of is just gone from the list."""
    require_role(act.by, Permission.PIPELINE_WRITE)
    row = _open(act, planned_id)
    if is_blank(reason) or len(reason) > rules.LONGEST_REASON:
        raise Refusal(Sentence("Give a reason of at most %(most)s characters.", most=rules.LONGEST_REASON), status=422)
    row.withdrawn_at, row.withdrawn_reason = act.now, normalise(reason).strip()
    record(act, "plan.withdraw", pipeline_queries.SUBJECT, row.id, note=row.withdrawn_reason)
    return row


def became(act: Act, planned_id: int, ref: str) -> PlannedCall:
    """A published call came of it: whoever reads the plan is led to that."""
    require_role(act.by, Permission.PIPELINE_WRITE)
    row = _open(act, planned_id)
    call = pipeline_queries.find_published_call(act.session, ref)
    if call is None:
        raise Refusal(Sentence("No published call has this reference."), status=422)
    row.call_id = call.id
    record(act, "plan.become", pipeline_queries.SUBJECT, row.id, call_id=call.id)
    return row


def _open(act: Act, planned_id: int) -> PlannedCall:
    row = act.session.get(PlannedCall, planned_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Refusal(NO_SUCH, status=404)
    if row.withdrawn_at is not None or row.call_id is not None:
        raise Refusal(OVER)
    return row
