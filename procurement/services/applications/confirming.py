"""An answer that an amendment touched: confirmed as it stands, or settled by whatever replaces it."""

from procurement.models.applications import Entry
from procurement.queries import applications as applications_queries
from procurement.rules import questions as rules
from procurement.services import vault
from procurement.services.act import Act
from procurement.services.applications.locks import lock_entry, require_writable
from procurement.services.history import record
from procurement.services.refusal import Refusal
from workflows.facts import Sentence


def confirm_answer(act: Act, entry_id: int, key: str) -> Entry:
    """Say of an answer that it stands although the question was amended. Confirming it twice is confirming it once.

    Refusal 409 where it does not fit the question any more: then only a change helps.
    """
    call, entry = lock_entry(act.session, entry_id)
    require_writable(call, entry, act.by, act.now)
    form = applications_queries.questions_of(act.session, entry.stage_id)
    question = next((each for each in form if each.key == key), None)
    if question is None:
        raise Refusal(Sentence("There is no such question."), status=404)
    if key not in entry.affected:
        return entry
    value: object
    if question.kind.uploads:
        files = applications_queries.attachments_of(act.session, entry.id, key)
        value = applications_queries.file_values(files).get(key)
    else:
        answer = applications_queries.find_answer(act.session, entry.id, key)
        value = None if answer is None else vault.open_answer(act.ports, answer)
    checked = rules.check(question, value)
    if not checked.complete:
        raise Refusal(Sentence("This answer does not fit the question any more, so change it."), *checked.problems)
    data = {"version": entry.affected[key]}
    settle(entry, key)
    entry.missing = [each for each in entry.missing if each != key]
    entry.version += 1
    act.session.flush()
    record(act, "entry.confirm_answer", "entry", entry.id, call_id=call.id, data=data)
    return entry


def settle(entry: Entry, key: str) -> None:
    """What replaces an answer that an amendment touched is written for the question as it is now."""
    if key in entry.affected:
        entry.affected = {each: at for each, at in entry.affected.items() if each != key}
