"""What teams hand in to the stages after the first of a published call, made through the services.

later.collecting(ports, call)                     the stage that the call has come to takes what teams write
later.handed_in(ports, call, "Firm A", amount=9)  submitted by the lead of a firm
"""

from decimal import Decimal

from sqlalchemy.orm import Session

from procurement.jobs.sweep import make_due
from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.queries import applications as applications_queries
from procurement.rules.ports import Ports
from procurement.rules.questions import Purpose
from procurement.services import applications
from procurement.services.act import Act
from tests.parts import applications as parts
from tests.parts import assessment, calls, slots


def collecting(ports: Ports, call: Call) -> Call:
    """The clock at the opening of the stage that a call has come to; what fell due by then is made."""
    at = calls.stage_of(ports, call).opens_at
    if at is not None and ports.clock.now() < at:
        ports.clock.set(at)  # type: ignore[attr-defined]  (the tests' clock)
    make_due(ports)
    return calls.read(ports, call.id)


def handed_in(ports: Ports, call: Call, firm: str, *, amount: Decimal | int = 40_000, answer: str = "") -> int:
    """The answers of a firm in the stage that the call has come to, submitted by its lead; the entry's id."""
    lead, now, form = slots.lead_of(ports, firm), ports.clock.now(), parts.form(ports, call)
    entry_id = slots.entries(ports, call)[firm]

    def send(session: Session) -> None:
        act = Act(session, ports, lead, now)
        for question in form:
            if question.kind.uploads:
                continue
            special = {Purpose.TITLE: f"Idea of {firm}", Purpose.AMOUNT: str(amount)}
            typed = special.get(question.purpose) or parts.fitting(question, answer or assessment.ANSWER, "12")
            found = applications_queries.find_answer(session, entry_id, question.key)
            applications.save_answer(act, entry_id, question.key, typed, version=found.version if found else 0)
        version = session.get_one(Entry, entry_id).version
        press = f"{call.ref}-{firm}-{entry_id}"
        applications.submit(act, entry_id, press=press, version=version, declared=True)

    ports.database.write(send)
    return entry_id
