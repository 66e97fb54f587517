"""Dates of a published call that moved afterwards."""

from dataclasses import replace
from datetime import date

from procurement.rules.published import PublishedAmendment, PublishedCall


def amended(call: PublishedCall, amendment: PublishedAmendment) -> PublishedCall:
    """A call with the dates that an amendment gives it."""
    due = {each.stage: date.fromisoformat(each.after) for each in amendment.changes if each.date == "decide_by"}
    return replace(
        call,
        opens_at=amendment.opens_at,
        closes_at=amendment.closes_at,
        stages=tuple(replace(each, due_on=due.get(each.key, each.due_on)) for each in call.stages),
        amendments=(*call.amendments, amendment),
    )


def first_published(call: PublishedCall) -> PublishedCall:
    """The same call with the dates that it was published with."""
    if not call.amendments:
        return call
    due: dict[str, date | None] = {}
    for amendment in reversed(call.amendments):
        for each in amendment.changes:
            if each.date == "decide_by":
                due[each.stage] = date.fromisoformat(each.before) if each.before else None
    return replace(
        call,
        opens_at=call.amendments[0].opens_before,
        closes_at=call.amendments[0].closes_before,
        stages=tuple(replace(each, due_on=due.get(each.key, each.due_on)) for each in call.stages),
    )
