"""What a table came to when it was sent holds, whatever an amendment asks for afterwards."""

import json
from decimal import Decimal
from typing import Any

from procurement.models.applications import Entry, Submission
from procurement.models.calls import Call
from procurement.queries import applications as applications_queries
from procurement.queries import calls as calls_queries
from procurement.rules.ports import Ports
from procurement.rules.questions import Purpose
from procurement.services import calls as services
from procurement.services import questions, vault
from procurement.services.act import Act, perform
from procurement.services.assessment.dossiers import dossier_of_entry
from tests.parts import applications as teams
from tests.parts import assessment, calls, people, rewriting

ITEMS = ["Sensor | each | 120", "Training | day | 5 | optional"]


def priced(ports: Ports) -> tuple[Call, str]:
    """A published call whose price is what a schedule of prices comes to, and the key of its question."""
    call = calls.drafted(ports)
    officer, now, stage = calls.officer(ports), ports.clock.now(), calls.stage_of(ports, call)

    def ask(act: Act) -> str:
        row = next(each for each in calls_queries.questions_of(act.session, stage.id) if each.purpose == Purpose.AMOUNT)
        values: dict[str, Any] = {name: getattr(row, name) for name in questions.QUESTION_FIELDS}
        values |= {"kind": "price_schedule", "layout": {"items": ITEMS}, "minimum": None, "maximum": None}
        questions.save_question(act, stage.id, row.key, values, version=calls_queries.question_mark(row))
        return row.key

    key = perform(ports, officer, now, ask)
    call = calls.reviewed(ports, call)
    perform(ports, calls.approver(ports), now, services.approve_and_publish, call.id, seen=call.version)
    return calls.read(ports, call.id), key


def test_an_amount_is_that_of_the_version_that_was_answered(ports: Ports) -> None:
    call, key = priced(ports)
    lead, organisation = people.firm(ports, "Clean Air Makers", "mina@clean-air.example")
    draft = teams.started(ports, call, lead, organisation)
    for each in teams.form(ports, call):
        if each.kind.uploads:
            teams.attach(ports, draft, each.key, lead)
        else:
            typed = "Sensor\t10.50" if each.key == key else teams.plausible(each)
            teams.answer(ports, draft, each.key, typed, lead)
    sent = teams.press(ports, draft, lead)
    assert isinstance(sent, Submission)
    assert json.loads(vault.open_bytes(ports, sent))["totals"] == {key: "1260.00"}

    amendment = rewriting.begun(ports, call)
    rewriting.question(ports, amendment, key, layout={"items": ["Sensor | each | 10", *ITEMS[1:]]})
    rewriting.published(ports, amendment)
    question = next(each for each in teams.form(ports, call) if each.key == key)
    assert question.kind.number(question, "Sensor\t10.50") == Decimal(105)
    assessment.opened(ports, calls.read(ports, call.id))
    with ports.database.reading() as session:
        assert session.get_one(Entry, draft.entry.id).amount == Decimal(1260)
        dossier = dossier_of_entry(session, ports, applications_queries.get_entry(session, draft.entry.id))
        (read,) = next(each.parts for each in dossier.answers if each.key == key)
        assert str(read).splitlines()[1:3] == [
            "Sensor: Unit each; Quantity 120; Unit price £10.50; Net £1,260",
            "Training (optional): Unit day; Quantity 5",
        ]
