"""Writing the form of a stage: add, change, move, remove."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from sqlalchemy.orm import Session

from procurement.models.stages import Question, Stage
from procurement.queries import calls as calls_queries
from procurement.queries.call_amendments import keys_used
from procurement.rules.questions import (
    SETTINGS,
    UNSET,
    Purpose,
    by_section,
    carried,
    get_kind,
    read_condition,
    requirement,
)
from procurement.rules.questions import Question as Plain
from procurement.rules.references import key_from
from procurement.services.act import Act
from procurement.services.calls import editable_stage, require_current, wrote
from procurement.services.refusal import Refusal
from procurement.services.showing import require_order, require_unused
from procurement.services.stages import add_questions
from workflows.facts import Sentence

MOST_QUESTIONS = 100
QUESTION_FIELDS = (
    "section",
    "text",
    "guidance",
    "kind",
    "required",
    *SETTINGS,
    "criterion",
    "condition",
    "layout",
)
UP, DOWN = -1, 1


def add_question(act: Act, stage_id: int, values: Mapping[str, Any]) -> Question:
    """A new question at the end of its section; a section of a new name comes last. `values`: see QUESTION_FIELDS; a
    setting that they leave out is not set."""
    call, stage = editable_stage(act.session, stage_id)
    rows = calls_queries.questions_of(act.session, stage.id)
    _require_room(rows, 1)
    values = _whole(values)
    row = Question(
        call_id=call.id,
        stage_id=stage.id,
        key=key_from(values["text"], [*(each.key for each in rows), *keys_used(act.session, call, stage.key)]),
        position=len(rows) + 1,
        **{name: values[name] for name in QUESTION_FIELDS},
    )
    act.session.add(row)
    act.session.flush()
    _renumber(_grouped([*rows, row]))
    wrote(act, call, f"question-{row.key}", stage)
    return row


def save_question(act: Act, stage_id: int, key: str, values: Mapping[str, Any], *, version: int) -> Question:
    """Save a question. The three that the service itself reads stay required and keep a kind that it can read so.
    Raises Stale."""
    call, stage = editable_stage(act.session, stage_id)
    row = _question(act.session, stage, key)
    values = _whole(values)
    shown = ("section", "text", "guidance", *SETTINGS, "criterion")
    yours, theirs = (
        {**{name: _lines(each[name]) for name in shown}, "condition": _condition(each), "layout": _layout(each)}
        for each in (values, vars(row))
    )
    require_current(act.session, call, version, calls_queries.question_mark(row), yours, theirs)
    before = row.section
    for name in QUESTION_FIELDS:
        if not row.purpose or name not in ("kind", "required") or (name == "kind" and _fits(row.purpose, values)):
            setattr(row, name, values[name])
    if row.section != before:
        rest = [each for each in calls_queries.questions_of(act.session, stage.id) if each is not row]
        _renumber(_grouped([*rest, row]))
    wrote(act, call, f"question-{key}", stage)
    return row


def move_question(act: Act, stage_id: int, key: str, step: int) -> None:
    """One place up or down within its section; at the edge nothing happens, so that a repeated press is harmless."""
    call, stage = editable_stage(act.session, stage_id)
    row = _question(act.session, stage, key)
    rows = _grouped(calls_queries.questions_of(act.session, stage.id))
    here = rows.index(row)
    there = here + step
    if 0 <= there < len(rows) and rows[there].section == row.section:
        rows[here], rows[there] = rows[there], rows[here]
        _renumber(rows)
        wrote(act, call, f"question-{key}", stage)


def place_question(act: Act, stage_id: int, key: str, section: str, place: int) -> None:
    """Put a question at a place within a section, its own or another one, counted from 1; beyond the end it comes last.
    A section of a new name comes last."""
    call, stage = editable_stage(act.session, stage_id)
    row = _question(act.session, stage, key)
    rest = [each for each in calls_queries.questions_of(act.session, stage.id) if each is not row]
    row.section = section
    grouped = by_section(rest)
    own = [*grouped.get(section, ())]
    own.insert(max(place, 1) - 1, row)
    _renumber(list(chain.from_iterable({**grouped, section: own}.values())))
    wrote(act, call, f"question-{key}", stage)


def copy_question(act: Act, stage_id: int, key: str) -> Question:
    """The same question once more, behind the one that it was copied from. What the service itself reads is asked
    once: the copy of such a question is an ordinary one."""
    call, stage = editable_stage(act.session, stage_id)
    row = _question(act.session, stage, key)
    rows = _grouped(calls_queries.questions_of(act.session, stage.id))
    _require_room(rows, 1)
    names = {column.key for column in Question.__table__.columns} - {"id", "key", "purpose", "position"}
    copied = Question(
        key=key_from(row.text, (each.key for each in rows)),
        purpose=Purpose.NONE,
        position=len(rows) + 1,
        **{name: getattr(row, name) for name in names},
    )
    act.session.add(copied)
    act.session.flush()
    rows.insert(rows.index(row) + 1, copied)
    _renumber(rows)
    wrote(act, call, f"question-{copied.key}", stage)
    return copied


def add_several(act: Act, stage_id: int, form: Sequence[Plain], *, instead: bool = False) -> int:
    """Questions as the rules know them, at the end of their sections; the number of them. Each gets a key of its own.

    `instead`: in the place of those that are there, but for what the service itself reads. Of what the service reads
    only what the form does not ask yet is taken; a criterion that the stage does not have marks nothing.
    """
    call, stage = editable_stage(act.session, stage_id)
    rows = calls_queries.questions_of(act.session, stage.id)
    if instead:
        for row in (each for each in rows if each.purpose == Purpose.NONE):
            act.session.delete(row)
        act.session.flush()
        rows = [each for each in rows if each.purpose != Purpose.NONE]
    criteria = {each.key for each in calls_queries.criteria_of(act.session, stage.id)}
    asked = {each.purpose for each in rows if each.purpose}
    keys, made, renamed = [each.key for each in rows], list[Plain](), dict[str, str]()
    for each in form:
        if each.purpose and each.purpose in asked:
            continue
        keys.append(key_from(each.key or each.text, keys))
        criterion, rule = each.criterion if each.criterion in criteria else "", carried(each.shown_if, renamed)
        made.append(replace(each, key=keys[-1], criterion=criterion, shown_if=rule))
        renamed[each.key] = keys[-1]
    _require_room(rows, len(made))
    add_questions(act.session, stage, made, after=len(rows))
    act.session.flush()
    _renumber(_grouped(calls_queries.questions_of(act.session, stage.id)))
    wrote(act, call, "questions", stage)
    return len(made)


def _require_room(rows: Sequence[Question], more: int) -> None:
    if len(rows) + more > MOST_QUESTIONS:
        raise Refusal(Sentence("A form has at most %(most)s questions.", most=MOST_QUESTIONS))


def remove_question(act: Act, stage_id: int, key: str) -> None:
    call, stage = editable_stage(act.session, stage_id)
    row = _question(act.session, stage, key)
    if row.purpose != Purpose.NONE:
        raise Refusal(Sentence("Every form asks for the title, the summary and the amount, so this one stays."))
    require_unused(calls_queries.questions_of(act.session, stage.id), row)
    act.session.delete(row)
    act.session.flush()
    _renumber(calls_queries.questions_of(act.session, stage.id))
    wrote(act, call, f"question-{key}", stage)


def move_section(act: Act, stage_id: int, section: str, step: int) -> None:
    """A whole section one place up or down; at the edge nothing happens."""
    call, stage = editable_stage(act.session, stage_id)
    rows = calls_queries.questions_of(act.session, stage.id)
    grouped = by_section(rows)
    names = list(grouped)
    if section not in names:
        raise Refusal(Sentence("This section is no longer there."), status=404)
    here = names.index(section)
    there = here + step
    if 0 <= there < len(names):
        names[here], names[there] = names[there], names[here]
        _renumber([row for name in names for row in grouped[name]])
        wrote(act, call, "sections", stage)


def rename_section(act: Act, stage_id: int, section: str, name: str) -> None:
    """Give a section another name; with the name of another one the two become one."""
    call, stage = editable_stage(act.session, stage_id)
    rows = calls_queries.questions_of(act.session, stage.id)
    own = [row for row in rows if row.section == section]
    if not own:
        raise Refusal(Sentence("This section is no longer there."), status=404)
    for row in own:
        row.section = name
    _renumber(_grouped(rows))
    wrote(act, call, "sections", stage)


def _grouped(rows: Sequence[Question]) -> list[Question]:
    return list(chain.from_iterable(by_section(rows).values()))


def _renumber(rows: Sequence[Question]) -> None:
    """Keep an order, unless a question would stand before one by whose answer it is shown."""
    require_order(rows)
    for position, row in enumerate(rows, 1):
        row.position = position


def _question(session: Session, stage: Stage, key: str) -> Question:
    found = next((row for row in calls_queries.questions_of(session, stage.id) if row.key == key), None)
    if found is None:
        raise Refusal(Sentence("This question is no longer there."), status=404)
    return found


def _whole(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values of a question with the settings that nobody set."""
    unset = {name: list(value) if isinstance(value, tuple) else value for name, value in UNSET.items()}
    return {**unset, "layout": {}, **values}


def _condition(question: Mapping[str, Any]) -> str:
    """A condition in words, for whoever must choose between two versions of it."""
    if not question["condition"]:
        return ""
    asked = Plain(
        question.get("key", ""),
        question["section"],
        question["text"],
        get_kind(question["kind"]),
        options=tuple(question["options"]),
        condition=read_condition(question["condition"]),
    )
    return f"{question['condition']['effect']}: {requirement(asked)}\n{question['condition'].get('why', '')}"


def _fits(purpose: str, values: Mapping[str, Any]) -> bool:
    """Whether the service can read the answers of a kind for what it reads this question for."""
    return Purpose(purpose) in get_kind(values["kind"]).purposes


def _layout(question: Mapping[str, Any]) -> str:
    """What was set of a table, for whoever must choose between two versions of it."""
    return "\n".join(f"{name}: {_lines(value)}" for name, value in sorted((question["layout"] or {}).items()))


def _lines(value: object) -> Any:
    return "\n".join(value) if isinstance(value, list | tuple) else value
