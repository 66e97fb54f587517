"""The documents beside one call of the demonstration: a contract that must be read, a list that was replaced,
a sheet to fill in."""

import io
from datetime import datetime, timedelta
from functools import partial

from procurement.queries import call_documents as call_documents_queries
from procurement.queries import stages as stages_queries
from procurement.rules.call_documents import DocumentType
from procurement.seeding.bids import APPROVER, OFFICER
from procurement.seeding.parts import call_of
from procurement.seeding.plans import Plan
from procurement.seeding.timeline import Timeline
from procurement.services import applications, call_documents
from procurement.services.act import Act
from procurement.services.call_documents import Details

OF = "canal"  # the plan whose call has documents
CONTRACT = b"""Contract for a connection along the canal

1. The supplier puts up what it offered, at the locks and bridges that the city names.
2. The city pays each part when the supplier has shown it at work, within 30 days.
3. What is invented belongs to the supplier; the city may use it along its canals for ever, at no cost.
4. What is measured is published as open data, without anything that says who was connected.
5. Either may end the contract at the end of a quarter, with a month's notice.
"""
LOCKS = b"lock,power at the gate,moorings nearby\nFarmer's Bridge,yes,14\nAston Bottom,no,6\n"
MORE_LOCKS = LOCKS + b"Camp Hill,yes,9\n"
COSTS = b"part,what it costs in pounds,when it is done\nmasts and boxes,,\ncables,,\nupkeep for two years,,\n"


def arrange(timeline: Timeline, plan: Plan, written: datetime) -> None:
    """Put what happens to the documents of a plan on the timeline; its call is drafted at `written`."""
    if plan.key == OF:
        timeline.at(written, partial(_write, timeline, plan))
        timeline.at(written + timedelta(days=5), partial(_replace_locks, timeline, plan))


def _write(timeline: Timeline, plan: Plan) -> None:
    """Put the documents beside the call while it is written."""

    def make(act: Act) -> None:
        call = call_of(act.session, plan)
        stages = [each for each in stages_queries.of_call(act.session, call.id) if each.collects]
        uploads = call_documents_queries.uploads_by_stage(act.session, stages)
        _add(act, call.id, Details("Contract", DocumentType.CONTRACT, "en", required=True), "contract.txt", CONTRACT)
        _add(act, call.id, Details("List of locks", DocumentType.SPECIFICATION, "en"), "locks.csv", LOCKS)
        for stage, key in [(stage, key) for stage, keys in uploads for key in keys][:1]:
            sheet = Details("Cost sheet", DocumentType.TEMPLATE, "en", stage=stage.key, question=key)
            _add(act, call.id, sheet, "costs.csv", COSTS)

    timeline.do(timeline.person(OFFICER), make)


def _replace_locks(timeline: Timeline, plan: Plan) -> None:
    """A lock was left out: an officer proposes the list anew, and an approver agrees."""
    officer, approver = timeline.person(OFFICER), timeline.person(APPROVER, fresh=True)
    with timeline.ports.database.reading() as session:
        document = call_documents_queries.find(session, call_of(session, plan).ref, 2)
    if document is None:
        raise ValueError(f"{plan.title} has no second document")
    kept = applications.store_file(timeline.ports, "locks.csv", io.BytesIO(MORE_LOCKS))
    reason = "Camp Hill was left out of the list."
    file = timeline.do(officer, call_documents.propose, document.id, kept, reason)
    timeline.do(approver, call_documents.approve, file.id, seen=file.digest)


def _add(act: Act, call_id: int, details: Details, name: str, content: bytes) -> None:
    document = call_documents.add(act, call_id, details)
    call_documents.put_file(act, document.id, applications.store_file(act.ports, name, io.BytesIO(content)))
