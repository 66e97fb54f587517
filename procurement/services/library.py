"""Keeping what a house asks again and again: calls as templates, questions and criteria in the library.

What a call takes of it becomes the call's own: a change of the library changes no call.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from procurement.models.library import CallTemplate, LibraryItem, LibraryUse
from procurement.models.stages import Stage
from procurement.queries import calls as calls_queries
from procurement.queries import library as library_queries
from procurement.rules import questions as question_rules
from procurement.rules.library import tags_in
from procurement.rules.permissions import Permission
from procurement.services import criteria, questions
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.locks import lock_call
from procurement.services.refusal import Refusal, require_role
from workflows.facts import Sentence

GONE = Sentence("This is no longer in the library.")
CHANGED = Sentence("Somebody changed this after you opened the page. Look at it again before you change it.")


# templates


def keep_template(act: Act, call_id: int, name: str, note: str = "") -> CallTemplate:
    """Keep a call, a draft or a past one, to begin others from; a call is kept once, and a name is used once."""
    require_role(act.by, Permission.CALL_CREATE)
    call = lock_call(act.session, call_id)
    for each in library_queries.templates(act.session):
        if each.call_id == call.id:
            raise Refusal(Sentence("This call is kept as a template already, as “%(name)s”.", name=each.name))
        if each.name.casefold() == name.casefold():
            raise Refusal(Sentence("There is a template “%(name)s” already. Choose another name.", name=each.name))
    row = CallTemplate(call_id=call.id, name=name, note=note, kept_by=act.by.id, kept_at=act.now)
    act.session.add(row)
    act.session.flush()
    record(act, "call.keep_template", "call", call.id, call_id=call.id, data={"template": row.id}, note=name)
    return row


def remove_template(act: Act, template_id: int) -> None:
    """Keep a call no longer as a template. The call stays, and so do those that were begun from it."""
    require_role(act.by, Permission.CALL_CREATE)
    row = library_queries.find_template(act.session, template_id)
    if row is None:
        raise Refusal(Sentence("This template is no longer there."), status=404)
    lock_call(act.session, row.call_id)
    row.removed_by, row.removed_at = act.by.id, act.now
    record(
        act, "call.remove_template", "call", row.call_id, call_id=row.call_id, data={"template": row.id}, note=row.name
    )


# questions and criteria


def keep_question(act: Act, stage_id: int, key: str, tags: str = "") -> LibraryItem:
    """Keep a question of a form, without its key's criterion: that belongs to the call."""
    row = _row(calls_queries.questions_of(act.session, stage_id), key)
    plain = question_rules.to_plain(replace(calls_queries.as_question(row), criterion="", shown_if=None))
    return _keep(act, row.call_id, "question", title=row.text, note=row.guidance, tags=tags, content=plain)


def keep_criterion(act: Act, stage_id: int, key: str, tags: str = "") -> LibraryItem:
    """Keep a criterion with its scale; its weight belongs to the call, and is where it begins elsewhere."""
    row = _row(calls_queries.criteria_of(act.session, stage_id), key)
    plain = {name: getattr(row, name) for name in ("name", "description", "weight", "top", "minimum", "words")}
    return _keep(act, row.call_id, "criterion", title=row.name, note=row.description, tags=tags, content=plain)


def _row(rows: Sequence[Any], key: str) -> Any:
    found = next((row for row in rows if row.key == key), None)
    if found is None:
        raise Refusal(Sentence("This is no longer there."), status=404)
    return found


def _keep(act: Act, call_id: int, kind: str, **values: Any) -> LibraryItem:
    require_role(act.by, Permission.CALL_CREATE)
    lock_call(act.session, call_id)
    same = act.session.scalars(
        select(LibraryItem).where(
            LibraryItem.kind == kind, LibraryItem.title == values["title"], LibraryItem.removed_at.is_(None)
        )
    ).first()
    if same is not None and same.content == values["content"]:
        raise Refusal(Sentence("“%(title)s” is in the library already, as it stands here.", title=same.title))
    row = LibraryItem(kind=kind, added_by=act.by.id, added_at=act.now, **{**values, "tags": tags_in(values["tags"])})
    act.session.add(row)
    act.session.flush()
    _note_use(act, call_id, [row])
    record(act, "call.keep_in_library", "call", call_id, call_id=call_id, data={"item": row.id}, note=row.title)
    return row


def change_item(act: Act, item_id: int, *, title: str, note: str, tags: str, seen: int) -> LibraryItem:
    """Change the words and the tags of an item. `seen`: the version that the page showed. No call changes with it."""
    require_role(act.by, Permission.CALL_CREATE)
    row = _item(act, item_id)
    if row.version != seen:
        raise Refusal(CHANGED)
    text, help_ = ("text", "guidance") if row.kind == "question" else ("name", "description")
    row.content = {**row.content, text: title, help_: note}
    row.title, row.note, row.tags, row.version = title, note, tags_in(tags), row.version + 1
    record(act, "library.change", "library", row.id, data={"version": row.version}, note=title)
    return row


def remove_item(act: Act, item_id: int) -> None:
    """Take an item out of the library. The calls that use it keep it."""
    require_role(act.by, Permission.CALL_CREATE)
    row = _item(act, item_id)
    row.removed_by, row.removed_at = act.by.id, act.now
    record(act, "library.remove", "library", row.id, note=row.title)


def _item(act: Act, item_id: int) -> LibraryItem:
    row = act.session.scalars(
        select(LibraryItem).where(LibraryItem.id == item_id, LibraryItem.removed_at.is_(None)).with_for_update()
    ).one_or_none()
    if row is None:
        raise Refusal(GONE, status=404)
    return row


def put_questions(act: Act, stage_id: int, ids: Sequence[int]) -> int:
    """Questions of the library at the end of the form's sections; the number of them."""
    chosen = _chosen(act, "question", ids)
    count = questions.add_several(act, stage_id, [library_queries.as_question(each) for each in chosen])
    _note_use(act, act.session.get_one(Stage, stage_id).call_id, chosen)
    return count


def put_criteria(act: Act, stage_id: int, ids: Sequence[int]) -> int:
    """Criteria of the library behind those of the stage; the number of them."""
    chosen = _chosen(act, "criterion", ids)
    count = criteria.add_known(act, stage_id, [each.content for each in chosen])
    _note_use(act, act.session.get_one(Stage, stage_id).call_id, chosen)
    return count


def copy_questions(act: Act, stage_id: int, from_stage: int, keys: Sequence[str]) -> int:
    """Questions of another form, of whatever call, at the end of this one's sections; the number of them."""
    rows = [row for row in calls_queries.questions_of(act.session, from_stage) if row.key in keys]
    return questions.add_several(act, stage_id, [calls_queries.as_question(row) for row in rows])


def copy_criteria(act: Act, stage_id: int, from_stage: int, keys: Sequence[str]) -> int:
    """The same of criteria."""
    rows = [row for row in calls_queries.criteria_of(act.session, from_stage) if row.key in keys]
    names = ("name", "description", "weight", "top", "minimum", "words", "within", "within_weight")
    return criteria.add_known(act, stage_id, [{name: getattr(row, name) for name in names} for row in rows])


def _chosen(act: Act, kind: str, ids: Sequence[int]) -> list[LibraryItem]:
    found = library_queries.chosen(act.session, kind, ids)
    if not found:
        raise Refusal(Sentence("Choose at least one."))
    return found


def _note_use(act: Act, call_id: int, chosen: Sequence[LibraryItem]) -> None:
    known = set(
        act.session.scalars(
            select(LibraryUse.item_id).where(
                LibraryUse.call_id == call_id, LibraryUse.item_id.in_([each.id for each in chosen])
            )
        )
    )
    act.session.add_all(
        LibraryUse(item_id=each.id, call_id=call_id, used_at=act.now) for each in chosen if each.id not in known
    )
