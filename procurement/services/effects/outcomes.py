"""What follows the decisions: letters and assessment summaries, asked for at once and frozen as they were decided."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from procurement.models.calls import Call
from procurement.queries import awards as find_awards
from procurement.queries import decisions as find
from procurement.queries import installation
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import documents
from procurement.services.effects.effect import Effect
from procurement.services.effects.letters import Author
from workflows.facts import Facts

KINDS = {"fund": "award_letter", "reserve": "reserve_letter", "decline": "declined_letter"}
TITLES = {"fund": "Award letter", "reserve": "Reserve list letter", "decline": "Decision letter"}


def request_letters(
    session: Session, ports: Ports, thing: Any, call: Call, *, by: Principal, now: datetime, facts: Facts
) -> None:
    """One letter to each assessed applicant, of the kind that the decision asks for."""
    table, author = _author(session, ports, call, by, now)
    for entry in table.entries:
        if entry.decision is None:
            continue
        ref, outcome = entry.application.ref, entry.decision.outcome
        documents.request(
            session,
            ports,
            KINDS[outcome],
            f"letter:{entry.application.id}",
            author.letter(entry),
            title=f"{TITLES[outcome]} for {ref}",
            reference=ref,
            call_id=call.id,
            application_id=entry.application.id,
            by=by,
            now=now,
        )


def request_summaries(
    session: Session, ports: Ports, thing: Any, call: Call, *, by: Principal, now: datetime, facts: Facts
) -> None:
    """A summary for everybody whose tender was assessed (Procurement Act 2023 s. 50(3)); none for grants."""
    if not find_awards.needs_notice(call):
        return
    table, author = _author(session, ports, call, by, now)
    for entry in table.entries:
        ref = entry.application.ref
        documents.request(
            session,
            ports,
            "assessment_summary",
            f"assessment_summary:{entry.application.id}",
            author.summary(entry),
            title=f"Assessment summary for {ref}",
            reference=ref,
            call_id=call.id,
            application_id=entry.application.id,
            by=by,
            now=now,
        )


def _author(session: Session, ports: Ports, call: Call, by: Principal, now: datetime) -> tuple[find.Table, Author]:
    table = find.table_of(session, call)
    return table, Author(
        call=call,
        table=table,
        settings=installation.settings(session, now.date()),
        base_url=ports.base_url,
        approver=by.name,
        now=now,
        standstill=find_awards.needs_notice(call),
    )


EFFECTS: dict[str, Effect] = {
    "request_letters": request_letters,
    "request_summaries": request_summaries,
}
