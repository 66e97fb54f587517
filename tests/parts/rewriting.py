"""A published call amended by two people, through the services.

amendment = rewriting.begun(ports, call)                       by the officer
rewriting.texts(ports, amendment, terms="…")                   on the copy, as the page of the description saves it
rewriting.published(ports, amendment)                          described, sent and approved
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from procurement.models.amendments import Amendment
from procurement.models.calls import Call
from procurement.models.stages import Criterion, Question, Stage
from procurement.queries import call_amendments as call_amendments_queries
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.rules import call_amendments as rules  # noqa: F401
from procurement.rules.calls import SECTION_FIELDS
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import call_amendments, criteria, questions
from procurement.services import calls as calls_services
from procurement.services.act import perform
from tests.parts import assessment, calls

REASON = "A firm asked, and the call did not say it."


def begun(ports: Ports, call: Call, *, by: Principal | None = None) -> Amendment:
    return perform(ports, by or calls.officer(ports), ports.clock.now(), call_amendments.begin, call.id)


def texts(ports: Ports, amendment: Amendment, **changed: Any) -> Call:
    """The description of the copy with some of its fields changed."""
    copy = calls.read(ports, amendment.copy_id)
    values = {name: getattr(copy, name) for name in SECTION_FIELDS["details"]} | changed
    with ports.database.reading() as session:
        version = calls_queries.section_mark(session, session.get_one(Call, copy.id), "details")
    officer, now = calls.officer(ports), ports.clock.now()
    return perform(ports, officer, now, calls_services.save_section, copy.id, "details", values, version=version)


def copied(ports: Ports, amendment: Amendment, key: str = "") -> Stage:
    """A stage of the copy: the first one, unless another is named."""
    with ports.database.reading() as session:
        stages = stages_queries.of_call(session, amendment.copy_id)
        found = next(each for each in stages if not key or each.key == key)
        session.expunge_all()
        return found


def form(ports: Ports, stage: Stage) -> dict[str, Question]:
    with ports.database.reading() as session:
        found = {each.key: each for each in calls_queries.questions_of(session, stage.id)}
        session.expunge_all()
        return found


def scheme(ports: Ports, stage: Stage) -> dict[str, Criterion]:
    with ports.database.reading() as session:
        found = {each.key: each for each in calls_queries.criteria_of(session, stage.id)}
        session.expunge_all()
        return found


def question(ports: Ports, amendment: Amendment, key: str, **changed: Any) -> Question:
    """A question of the copy with some of its fields changed."""
    stage = copied(ports, amendment)
    row = form(ports, stage)[key]
    values = {name: getattr(row, name) for name in questions.QUESTION_FIELDS} | changed
    version = calls_queries.question_mark(row)
    officer, now = calls.officer(ports), ports.clock.now()
    return perform(ports, officer, now, questions.save_question, stage.id, key, values, version=version)


def added(ports: Ports, amendment: Amendment, text: str, **changed: Any) -> Question:
    """A further question of the copy: a short text that must be answered, unless said otherwise."""
    stage = copied(ports, amendment)
    first = next(iter(form(ports, stage).values()))
    values = {
        **{name: getattr(first, name) for name in questions.QUESTION_FIELDS},
        **{"text": text, "kind": "short_text", "required": True, "word_limit": None, "guidance": "", "criterion": ""},
        **{"options": [], "minimum": None, "maximum": None, "condition": {}},
        **changed,
    }
    return perform(ports, calls.officer(ports), ports.clock.now(), questions.add_question, stage.id, values)


def removed(ports: Ports, amendment: Amendment, key: str) -> None:
    stage = copied(ports, amendment)
    perform(ports, calls.officer(ports), ports.clock.now(), questions.remove_question, stage.id, key)


def criterion(ports: Ports, amendment: Amendment, key: str, **changed: Any) -> Criterion:
    """A criterion of the copy with its texts or its lowest mark changed."""
    stage = copied(ports, amendment)
    row = scheme(ports, stage)[key]
    values = {name: getattr(row, name) for name in ("name", "description", "top", "minimum", "words")} | changed
    version = calls_queries.criterion_mark(row)
    officer, now = calls.officer(ports), ports.clock.now()
    return perform(ports, officer, now, criteria.save_criterion, stage.id, key, values, version=version)


def weights(ports: Ports, amendment: Amendment, weights: Mapping[str, int], **changed: Any) -> Stage:
    """The weights of the copy, and the least total and readers where they are named."""
    stage = copied(ports, amendment)
    values = {"minimum_total": stage.minimum_total, "readers": stage.readers, **calls_queries.ties_of(stage), **changed}
    with ports.database.reading() as session:
        version = calls_queries.section_mark(session, stages_queries.get(session, stage.id), "criteria")
    officer, now = calls.officer(ports), ports.clock.now()
    return perform(ports, officer, now, criteria.save_scheme, stage.id, values, weights, version=version)


def seen(ports: Ports, amendment: Amendment) -> call_amendments_queries.Preview:
    """What the page of the amendment shows."""
    with ports.database.reading() as session:
        row = session.get_one(Amendment, amendment.id)
        call, copy = session.get_one(Call, row.call_id), session.get_one(Call, row.copy_id)
        found = call_amendments_queries.preview(session, row, call, copy, ports.clock.now())
        session.expunge_all()
        return found


def sent(
    ports: Ports,
    amendment: Amendment,
    *,
    reason: str = REASON,
    closings: Mapping[str, datetime | None] | None = None,
    date_reason: str = "",
) -> Amendment:
    """Described, and handed to an approver."""
    officer, now = calls.officer(ports), ports.clock.now()
    perform(ports, officer, now, call_amendments.describe, amendment.id, reason, closings or {}, date_reason)
    mark = seen(ports, amendment).seen
    return perform(ports, officer, now, call_amendments.send, amendment.id, seen=mark)


def approved(ports: Ports, amendment: Amendment, *, by: Principal | None = None) -> Call:
    who, now = assessment.fresh(ports, by or calls.approver(ports)), ports.clock.now()
    return perform(ports, who, now, call_amendments.approve, amendment.id, seen=seen(ports, amendment).seen)


def published(ports: Ports, amendment: Amendment, **more: Any) -> Call:
    """Described, sent and approved."""
    return approved(ports, sent(ports, amendment, **more))
