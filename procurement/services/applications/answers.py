"""Saving an answer: whatever was typed is kept, nobody's text is overwritten unseen, and what it said before stays."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from procurement.models.applications import Answer, AnswerVersion, Entry
from procurement.queries import applications as applications_queries
from procurement.rules import questions as rules
from procurement.rules.call_amendments import still_missing
from procurement.rules.permissions import Principal
from procurement.services import vault
from procurement.services.act import Act
from procurement.services.applications.confirming import settle
from procurement.services.applications.locks import lock_entry, require_writable
from procurement.services.refusal import Refusal, Stale
from workflows.facts import Sentence

ONE_SITTING = timedelta(minutes=10)  # one person's saves within it are one version of history
FIELD = "answer"


@dataclass(frozen=True)
class Saved:
    """How an answer stands after it was saved. `version` is the one to save over next."""

    version: int
    words: int
    complete: bool
    problems: tuple[Sentence, ...]
    saved_at: datetime


def save_answer(act: Act, entry_id: int, key: str, typed: str, *, version: int, autosaved: str | None = None) -> Saved:
    """Keep what was typed for a question, however long or incomplete it is.

    `version` is that of the answer which the person had before their eyes (0: none yet); `autosaved` is what the same
    page sent by itself and does not know to have arrived. Raises Stale with both texts when anything else was saved
    since, by somebody else or by the same person in another tab; Refusal 409 or 410 when the draft cannot be changed.
    """
    call, entry = lock_entry(act.session, entry_id)
    require_writable(call, entry, act.by, act.now)
    form = applications_queries.questions_of(act.session, entry.stage_id)
    question = next((each for each in form if each.key == key and not each.kind.uploads), None)
    if question is None:
        raise Refusal(Sentence("There is no such question."), status=404)

    before = entry.version
    saved = keep_typed(act, entry, question, typed, version=version, autosaved=autosaved)
    if entry.version != before:  # something else was written
        settle(entry, key)
    note_complete(act, entry, form, key, complete=saved.complete)
    return saved


def keep_typed(
    act: Act, entry: Entry, question: rules.Question, typed: str, *, version: int, autosaved: str | None = None
) -> Saved:
    """Keep what was typed for a question that is known, of an entry that is held: of its form, or of what was asked of
    its team later. Raises Stale as `save_answer` does."""
    checked = rules.check(question, typed)
    answer = applications_queries.find_answer(act.session, entry.id, question.key)
    said = None if answer is None else vault.open_answer(act.ports, answer)
    if answer is not None and (said == checked.value):
        return Saved(answer.version, checked.words, checked.complete, checked.problems, answer.saved_at)
    own = autosaved is not None and _is_echo(answer, said, rules.check(question, autosaved).value, act.by)
    if version != (0 if answer is None else answer.version) and not own:
        raise Stale(
            yours={FIELD: rules.normalise(typed)},
            theirs={FIELD: said or ""},
            version=0 if answer is None else answer.version,
            saved_by="" if answer is None or answer.saved_by == act.by.id else answer.person.name,
        )

    answer = write_answer(
        act, entry, answer, question, checked, always=answer is not None and version != answer.version
    )
    return Saved(answer.version, checked.words, checked.complete, checked.problems, act.now)


def write_answer(
    act: Act,
    entry: Entry,
    answer: Answer | None,
    question: rules.Question,
    checked: rules.Checked,
    *,
    always: bool,
) -> Answer:
    """Put a new text in the place of an old one, which is kept: `always`, or once for each sitting of one person."""
    entry.version += 1
    if answer is None:
        answer = Answer(entry_id=entry.id, key=question.key, version=0)
    elif always or _another_sitting(act.session, answer, act.by):
        act.session.add(
            AnswerVersion(
                entry_id=entry.id,
                key=answer.key,
                version=answer.version,
                closed=answer.closed,
                saved_by=answer.saved_by,
                saved_at=answer.saved_at,
            )
        )
    answer.version += 1
    answer.draft_version = entry.version
    answer.closed = vault.seal_answer(act.ports, entry.id, question.key, answer.version, checked.value)
    answer.words, answer.complete = checked.words, checked.complete
    answer.saved_by, answer.saved_at = _id(act.by), act.now
    act.session.add(answer)
    act.session.flush()
    return answer


def note_complete(act: Act, entry: Entry, form: tuple[rules.Question, ...], key: str, *, complete: bool) -> None:
    """Keep the list of what is missing, in the form's order; what an amendment touched is, until that is settled. Where
    questions are shown by the answers to others, all of them are looked at anew. The entry was read with its
    application and lot."""
    if rules.is_conditional(form):
        lot = entry.application.lot.number
        entry.missing = list(still_missing(form, said_in(act, entry), entry.affected, lot))
        return
    missing = {*entry.missing} - {key} if complete and key not in entry.affected else {*entry.missing, key}
    entry.missing = [each.key for each in form if each.key in missing]


def said_in(act: Act, entry: Entry) -> dict[str, Any]:
    """What a draft says, opened, by the keys of its questions; of a question for files, what its files are."""
    rows = applications_queries.answers_of(act.session, entry.id)
    files = applications_queries.attachments_of(act.session, entry.id)
    return {
        **{key: vault.open_answer(act.ports, row) for key, row in rows.items()},
        **applications_queries.file_values(files),
    }


def _is_echo(answer: Answer | None, said: object, autosaved: object, by: Principal) -> bool:
    """Whether what is saved now is exactly what this person's own page sent by itself: it is replaced, and kept as an
    earlier version. Time does not tell an own autosave from an own second tab; the text does."""
    return answer is not None and answer.saved_by == by.id and said == autosaved


def _another_sitting(session: Session, answer: Answer, by: Principal) -> bool:
    if answer.saved_by != by.id:
        return True
    last = next(iter(applications_queries.versions_of(session, answer.entry_id, answer.key)), None)
    return last is None or last.saved_by != by.id or answer.saved_at - last.saved_at >= ONE_SITTING


def _id(by: Principal) -> int:
    if by.id is None:
        raise Refusal(Sentence("Sign in first."), status=403)
    return by.id
