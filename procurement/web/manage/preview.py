"""The form of a stage as an applicant uses it, with test data: every input, check and warning; nothing is kept.

What is posted here is read, checked and shown again. No service is called, so that no answer, draft or event comes of
it, and a file's name is all that is sent of a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from procurement.models.stages import Stage
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.queries.room import rooms_of
from procurement.rules.asking import Room, warnings
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.rules.prose import plain_of
from procurement.rules.questions import Checked, Part, Question, by_section
from procurement.rules.questions import shown as shown_of
from procurement.rules.questions.samples import samples
from procurement.web import context
from procurement.web.access import Page, allow
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED
from procurement.web.forms.fields import AnswerField
from procurement.web.manage.forms import load_collecting
from procurement.web.manage.loading import frame
from procurement.web.parts.questions import counts_towards
from procurement.web.parts.uploads import accepted

pages = Blueprint("manage_preview", __name__)


@dataclass(frozen=True)
class Tried:
    """A question with what was typed as a test: `parts` is how its answer reads."""

    question: Question
    typed: str
    checked: Checked
    parts: tuple[Part, ...]

    @property
    def section(self) -> str:
        return self.question.section


def _name(question: Question) -> str:
    return f"try-{question.key}"


def _tried(question: Question, typed: str) -> Tried:
    given: Any = ([{"name": typed}] if typed else []) if question.kind.uploads else typed
    checked = question.kind.check(question, given)
    parts = (typed,) if question.kind.uploads and typed else question.kind.parts(question, checked.value)
    return Tried(question, typed, checked, parts)


def _fields(tried: list[Tried], counts: Mapping[str, str], *, told: bool) -> dict[str, list[AnswerField]]:
    """The inputs by section; `told`: with what is wrong with each."""
    found: dict[str, list[AnswerField]] = {}
    for each in tried:
        question = each.question
        label = question.text if question.required else _("%(question)s (optional)", question=question.text)
        counted = _("Counts towards %(counts)s.", counts=counts[question.key]) if question.key in counts else ""
        hint = " ".join(filter(None, (plain_of(question.guidance), counted)))
        field = AnswerField(
            question,
            _name(question),
            label,
            hint=hint,
            value=each.typed,
            words=each.checked.words if each.typed else None,
            errors=[sentence(problem) for problem in each.checked.problems] if told else [],
            accept=accepted(question) if question.kind.uploads else "",
        )
        found.setdefault(question.section, []).append(field)
    return found


def _page(stage: Stage, typed: Mapping[str, str], *, told: bool) -> Page:
    session = context.session()
    form = calls_queries.form_of(session, stage.id)
    criteria = {row.key: row for row in calls_queries.criteria_of(session, stage.id)}
    every = [_tried(each, typed.get(each.key, "")) for each in form]
    rooms = rooms_of(stages_queries.get(session, stage.id))
    asked = whole_number(request.values.get("lot", ""))
    lot, room = next((each for each in rooms if each[0].number == asked), rooms[0] if rooms else (None, None))
    answers = {each.question.key: each.checked.value for each in every}
    asked_of = {each.key for each in shown_of(form, answers, lot.number if lot is not None else None)}
    tried = [each for each in every if each.question.key in asked_of]
    missing = [
        (sentence(problem), f"#{_name(each.question)}") for each in tried for problem in each.checked.problems if told
    ]
    shown = render_template(
        "manage/preview/show.html",
        **frame(stage),
        sections=_fields(tried, counts_towards(criteria, form), told=told).items(),
        choices=[(str(each.number), each.title) for each, _room in rooms],
        lot=lot,
        room=room.words() if room is not None else None,
        told=told,
        problems=missing,
        complete=sum(each.checked.complete for each in tried),
        count=len(tried),
        answers=by_section(tried).items() if told and not missing else (),
        warned=[sentence(each.sentence) for each in _warned(stage, tried, room)] if told else [],
    )
    return (shown, REFUSED) if missing else shown


def _warned(stage: Stage, tried: list[Tried], room: Room | None) -> Any:
    if room is None:
        return ()
    answers = {each.question.key: each.checked.value for each in tried if not each.question.kind.uploads}
    return warnings([each.question for each in tried], answers, stage.noun, room, None)


@pages.get("/manage/calls/<ref>/setup/form/preview", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/form/preview")
@allow(Permission.CALL_MANAGE, load_collecting)
def show(stage_row: Stage, ref: str, stage: str) -> Page:
    filled = request.args.get("filled") == "yes"
    form = calls_queries.form_of(context.session(), stage_row.id) if filled else ()
    return _page(stage_row, samples(form), told=False)


@pages.post("/manage/calls/<ref>/stages/<stage>/form/preview")
@allow(Permission.CALL_MANAGE, load_collecting)
def check(stage_row: Stage, ref: str, stage: str) -> Page:
    """What an applicant would be told who sent this now. Nothing of it is kept."""
    form = calls_queries.form_of(context.session(), stage_row.id)
    return _page(stage_row, {each.key: each.kind.typed(request.form, _name(each)) for each in form}, told=True)
