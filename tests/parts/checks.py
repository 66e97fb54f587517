"""Calls with conditions of participation, and what officers look up before an applicant goes on.

call, bids = checks.conditioned(ports)     opened: a bid that meets everything, one that does not, one that is warned
looked_up(act, entry_id)                   the mandatory grounds and the debarment list, where they must be looked at
"""

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy.orm import Session

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.queries import applications as applications_queries
from procurement.queries import checks as checks_queries
from procurement.rules.checks import CheckKind, Finding, Looked
from procurement.rules.ports import Ports
from procurement.rules.questions import Condition, Effect, condition_to_keep
from procurement.services import applications, assessment, questions
from procurement.services import calls as calls_services
from procurement.services.act import Act, perform
from tests.parts import calls
from tests.parts.scenes import prepared

WHY = "The work cannot be paid for in advance."
NOTHING = (
    Looked(kind=CheckKind.MANDATORY, finding=Finding.CLEAR, source="Central digital platform, share code"),
    Looked(kind=CheckKind.DEBARMENT, finding=Finding.CLEAR, source="https://www.gov.uk/debarment-list"),
)
BLANK = {
    "section": "Conditions",
    "guidance": "",
    "required": True,
    "word_limit": None,
    "options": [],
    "minimum": None,
    "maximum": None,
    "criterion": "",
}
TURNOVER = {
    **BLANK,
    "text": "Turnover",
    "kind": "money",
    "condition": condition_to_keep(Condition(Effect.EXCLUDE, least=Decimal(50_000), why=WHY)),
}
ACCESS = {
    **BLANK,
    "text": "Access",
    "kind": "one_of",
    "options": ["Tested", "Not yet"],
    "condition": condition_to_keep(Condition(Effect.WARN, accepts=("Tested",), why=WHY)),
}
MEETS, FAILS, WARNED = "Meets Ltd", "Fails Ltd", "Warned Ltd"
ANSWERS = {
    MEETS: {"turnover": "50000", "access": "Tested"},
    FAILS: {"turnover": "49999.99", "access": "Tested"},
    WARNED: {"turnover": "90000", "access": "Not yet"},
}


def looked_up(act: Act, entry_id: int) -> None:
    """The mandatory grounds and the debarment list were looked at, where they must be."""
    whole = applications_queries.get_entry(act.session, entry_id)
    if checks_queries.are_required(whole.stage.call, whole.stage):
        assessment.record_checks(act, entry_id, NOTHING)


def drafted(ports: Ports, procedure: str = "challenge_open") -> Call:
    """A draft whose first stage sets two conditions."""
    call, officer, now = calls.drafted(ports, procedure), calls.officer(ports), ports.clock.now()
    stage = calls.stage_of(ports, call)
    for values in (TURNOVER, ACCESS):
        perform(ports, officer, now, questions.add_question, stage.id, values)
    return calls.read(ports, call.id)


def published(ports: Ports, procedure: str = "challenge_open") -> Call:
    call = calls.reviewed(ports, drafted(ports, procedure))
    now = ports.clock.now()
    perform(ports, calls.approver(ports), now, calls_services.approve_and_publish, call.id, seen=call.version)
    return calls.read(ports, call.id)


def sent(ports: Ports, call: Call, firm: str, answers: Mapping[str, str]) -> int:
    """A submitted bid of a new firm that answers the conditions so; the entry's id."""
    from tests.parts import assessment as bids

    lead, entry_id = bids.bid(ports, call, firm, submit=False)
    now = ports.clock.now()

    def send(session: Session) -> None:
        act = Act(session, ports, lead, now)
        for key, text in answers.items():
            row = applications_queries.find_answer(session, entry_id, key)
            applications.save_answer(act, entry_id, key, text, version=row.version if row else 0)
        version = session.get_one(Entry, entry_id).version
        applications.submit(act, entry_id, press=f"{call.ref}-{firm}", version=version, declared=True)

    ports.database.write(send)
    return entry_id


@prepared
def conditioned(ports: Ports, procedure: str = "challenge_open") -> tuple[Call, dict[str, int]]:
    """A call with two conditions, opened, with three bids: the ids of their entries by firm."""
    from tests.parts import assessment as bids

    call = published(ports, procedure)
    entries = {firm: sent(ports, call, firm, answers) for firm, answers in ANSWERS.items()}
    return bids.opened(ports, call), entries
