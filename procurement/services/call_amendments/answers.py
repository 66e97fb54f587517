"""What an amendment does to the answers of a stage: those that it touches are marked and must be confirmed, those to a
question that was taken out are kept and left out, and what is not answered yet is missing."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import applications as applications_queries
from procurement.queries import call_amendments as call_amendments_queries
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.rules.call_amendments import affected, stage_of, still_missing
from procurement.rules.edits import Change
from procurement.rules.questions import is_conditional
from procurement.services import vault
from procurement.services.act import Act


def mark_answers(act: Act, call: Call, changes: Sequence[Change], version: int) -> dict[int, int]:
    """Mark what the amendment touches in every entry of the stages that it changed the form of, and say anew what is
    missing in each. How many answers of each entry are touched, by its id: those that have any.

    No answer is opened but to see whether it is complete; none is written.
    """
    forms = {stage_of(each.key) for each in changes if each.kind == "question"}
    touched_keys = affected(changes)
    found: dict[int, int] = {}
    there = stages_queries.of_call(act.session, call.id)
    takes = {each.key for each in call_amendments_queries.stands_of(there) if each.takes(act.now)}
    for key in sorted(forms):
        own = next(each for each in there if each.key == key)
        for stage in there:
            if stage.number == own.number and stage.key in takes:
                found |= _mark(act, stage, touched_keys.get(key, set()), version)
    return found


def _mark(act: Act, stage: Stage, keys: set[str], version: int) -> dict[int, int]:
    form = applications_queries.questions_of(act.session, stage.id)
    entries = _held(act.session, stage.id)
    ids = [entry.id for entry in entries]
    answers = applications_queries.answers_of_each(act.session, ids)
    files = applications_queries.attachments_of_each(act.session, ids)
    lots = calls_queries.numbers_of_lots(act.session, stage.call_id) if is_conditional(form) else {}
    found: dict[int, int] = {}
    for entry in entries:
        values = {
            **{key: vault.open_answer(act.ports, row) for key, row in answers[entry.id].items()},
            **applications_queries.file_values(files[entry.id]),
        }
        answered = {key for key, value in values.items() if value is not None}
        asked = {each.key for each in form}
        kept = {key: at for key, at in entry.affected.items() if key in asked}
        entry.affected = {**kept, **dict.fromkeys(sorted(keys & answered & asked), version)}
        entry.missing = list(still_missing(form, values, entry.affected, lots.get(entry.application.lot_id)))
        entry.version += 1  # a page that was made before this must not submit what is here now
        if count := len(keys & answered & asked):
            found[entry.id] = count
    act.session.flush()
    return found


def _held(session: Session, stage_id: int) -> list[Entry]:
    asked = select(Entry).where(Entry.stage_id == stage_id).options(joinedload(Entry.application)).order_by(Entry.id)
    return list(session.scalars(asked.with_for_update(of=Entry).execution_options(populate_existing=True)))
