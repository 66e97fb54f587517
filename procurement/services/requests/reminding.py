"""The one reminder before a request closes: to a team that has not answered."""

from sqlalchemy import select

from procurement.models.applications import Entry
from procurement.models.requests import Request
from procurement.queries import requests as requests_queries
from procurement.services.act import Act
from procurement.services.requests.locks import lock_entries
from procurement.services.requests.telling import tell_nearly_closed


def remind(act: Act, request_id: int) -> None:
    """One working day before the end, once: the sweep's. Whether it still waits is read while nobody can answer it."""
    found = act.session.execute(
        select(Request.entry_id, Entry.stage_id)
        .join(Entry, Entry.id == Request.entry_id)
        .where(Request.id == request_id, Request.reminded_at.is_(None))
    ).one_or_none()
    if found is None:
        return
    call, _ = lock_entries(act.session, found.stage_id, [found.entry_id])
    act.session.get_one(Request, request_id, with_for_update=True, populate_existing=True)
    if request_id not in requests_queries.due_to_remind(act.session, act.now):
        return
    request = requests_queries.get(act.session, request_id)
    request.reminded_at = act.now
    tell_nearly_closed(act, call, request)
