"""What follows the decisions: letters and assessment summaries, asked for at once and frozen as they were decided."""

from procurement.models.calls import Call
from procurement.queries import awards as awards_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import installation as installation_queries
from procurement.rules.documents import DOCUMENT_KINDS
from procurement.rules.statuses import Outcome
from procurement.services import documents
from procurement.services.act import Act
from procurement.services.effects.effect import Effect
from procurement.services.effects.letters import Author
from workflows.facts import Facts

LETTERS: dict[str, str] = {
    Outcome.FUND: "award_letter",
    Outcome.RESERVE: "reserve_letter",
    Outcome.DECLINE: "declined_letter",
}


def request_letters(act: Act, thing: object, call: Call, facts: Facts) -> None:
    """One letter to each assessed applicant, of the kind that the decision asks for."""
    table, author = _author(act, call)
    for entry in table.entries:
        if entry.decision is None:
            continue
        ref, kind = entry.application.ref, LETTERS[entry.decision.outcome]
        documents.request(
            act,
            kind,
            f"letter:{entry.application.id}",
            author.letter(entry),
            title=f"{DOCUMENT_KINDS[kind].title} for {ref}",
            reference=ref,
            call_id=call.id,
            application_id=entry.application.id,
        )


def request_summaries(act: Act, thing: object, call: Call, facts: Facts) -> None:
    """A summary for everybody whose tender was assessed (Procurement Act 2023 s. 50(3)); none for grants."""
    if not awards_queries.needs_notice(call):
        return
    kind = "assessment_summary"
    table, author = _author(act, call)
    for entry in table.entries:
        ref = entry.application.ref
        documents.request(
            act,
            kind,
            f"assessment_summary:{entry.application.id}",
            author.summary(entry),
            title=f"{DOCUMENT_KINDS[kind].title} for {ref}",
            reference=ref,
            call_id=call.id,
            application_id=entry.application.id,
        )


def _author(act: Act, call: Call) -> tuple[decisions_queries.Table, Author]:
    table = decisions_queries.table_of(act.session, call)
    return table, Author(
        call=call,
        table=table,
        settings=installation_queries.settings(act.session, act.today),
        base_url=act.ports.base_url,
        approver=act.by.name,
        now=act.now,
        standstill=awards_queries.needs_notice(call),
    )


EFFECTS: dict[str, Effect] = {
    "request_letters": request_letters,
    "request_summaries": request_summaries,
}
