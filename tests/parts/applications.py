"""Applications made through the services, as the teams of firms make them."""

import io
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.applications import Application, Attachment, Submission
from procurement.models.calls import Call
from procurement.models.people import Organisation
from procurement.queries import applications as applications_queries
from procurement.queries import calls as calls_queries
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.rules.questions import Purpose, Question, check
from procurement.services import applications
from procurement.services.act import Act, perform
from tests.parts import calls, people
from tests.parts.scenes import prepared

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def plausible(question: Question, amount: int = 40_000) -> str:
    """An answer that counts as complete."""
    if question.purpose is Purpose.TITLE:
        return "Sensors at every school gate"
    if question.purpose is Purpose.AMOUNT:
        return str(amount)
    number = 1 if question.minimum is None else question.minimum
    return fitting(question, "We measure the air each minute and show it to everybody at the gate.", str(number))


def fitting(question: Question, words: str, number: str) -> str:
    """What of these counts as complete: the first choice where there are choices, else the words, else the number."""
    tried = (*(value for value, _ in question.kind.choices(question)), words)
    return next((each for each in tried if check(question, each).complete), number)


def form(ports: Ports, call: Call) -> tuple[Question, ...]:
    with ports.database.reading() as session:
        return applications_queries.questions_of(session, calls.newest(session, call).id)


def started(ports: Ports, call: Call, lead: Principal, organisation: Organisation, lot: int = 1) -> Application:
    """A draft to the lot with that number."""
    now = ports.clock.now()

    def make(session: Session) -> str:
        chosen = next(each for each in calls_queries.lots_of(session, call.id) if each.number == lot)
        return applications.start(Act(session, ports, lead, now), call.id, chosen.id, organisation.id).ref

    return read(ports, ports.database.write(make))


def answer(ports: Ports, application: Application, key: str, typed: str, by: Principal) -> applications.Saved:
    """One answer, saved over whatever is there."""
    now = ports.clock.now()

    def save(session: Session) -> applications.Saved:
        there = applications_queries.find_answer(session, application.entry.id, key)
        version = there.version if there else 0
        return applications.save_answer(Act(session, ports, by, now), application.entry.id, key, typed, version=version)

    return ports.database.write(save)


def attach(
    ports: Ports, application: Application, key: str, by: Principal, name: str = "plan.pdf", content: bytes = PDF
) -> Attachment:
    """A file to a question."""
    kept = applications.store_file(ports, name, io.BytesIO(content))
    now = ports.clock.now()
    return perform(ports, by, now, applications.add_file, application.entry.id, key, kept)


def written(
    ports: Ports,
    call: Call,
    lead: Principal,
    organisation: Organisation,
    lot: int = 1,
    *,
    amount: int = 40_000,
    answers: Mapping[str, str] | None = None,
) -> Application:
    """A complete draft: every question answered plausibly, or as given by key."""
    application = started(ports, call, lead, organisation, lot)
    for question in form(ports, call):
        if question.kind.uploads:
            attach(ports, application, question.key, lead)
        else:
            typed = (answers or {}).get(question.key) or plausible(question, amount)
            answer(ports, application, question.key, typed, lead)
    return read(ports, application.ref)


def press(
    ports: Ports, application: Application, by: Principal, key: str = "", *, version: int | None = None, now: Any = None
) -> Submission | applications.Late:
    """The button pressed, with everything declared; a key of its own unless one is given."""
    current = read(ports, application.ref)
    key = key or ports.randomness.bytes(16).hex()
    at = now or ports.clock.now()
    seen = current.entry.version if version is None else version
    return perform(ports, by, at, applications.submit, current.entry.id, press=key, version=seen, declared=True)


@prepared
def submitted(
    ports: Ports,
    call: Call,
    name: str = "Clean Air Makers",
    email: str = "mina@clean-air.example",
    lot: int = 1,
    *,
    amount: int = 40_000,
    answers: Mapping[str, str] | None = None,
    **profile: Any,
) -> tuple[Application, Principal]:
    """A firm of this name with a submitted application, and its lead."""
    lead, organisation = people.firm(ports, name, email, **profile)
    application = written(ports, call, lead, organisation, lot, amount=amount, answers=answers)
    made = press(ports, application, lead)
    assert isinstance(made, Submission)
    return read(ports, application.ref), lead


def read(ports: Ports, ref: str) -> Application:
    """The application as it is now, with its call, lot, organisation, and newest entry with its stage."""
    whole = (*applications_queries.WITH_CALL_LOT_AND_FIRM, applications_queries.NEWEST_ENTRY)
    with ports.database.reading() as session:
        return session.scalars(select(Application).where(Application.ref == ref).options(*whole)).one()
