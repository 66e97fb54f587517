"""An application in the next window of its call: what was a draft goes on there, and who was declined applies again."""

from procurement.models.applications import Answer, Attachment, Entry
from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import applications as applications_queries
from procurement.queries import stages as stages_queries
from procurement.queries import windows as windows_queries
from procurement.rules import questions as rules
from procurement.rules.permissions import SYSTEM, Permission
from procurement.rules.references import BYTES_NEEDED, VERIFY_LENGTH, code
from procurement.services import progress, vault
from procurement.services.act import Act
from procurement.services.applications.locks import lock_entry, require_open
from procurement.services.applications.starting import enter
from procurement.services.history import record
from procurement.services.refusal import Refusal, require_team
from workflows.catalogue import states
from workflows.facts import Facts, Sentence


def lapse_and_carry(act: Act, call: Call, entry: Entry, facts: Facts) -> int:
    """Make what has fallen due for an entry that is held. A draft that was not submitted goes on in the next window,
    with all that was written, in the same transaction: no draft is lost between the two. Returns how many moves."""
    made = progress.catch_up(act, entry, call, facts=facts)
    if made and entry.state in states.entry.lapsed:
        stages = stages_queries.seen(act.session, call.id)
        after = windows_queries.following(stages, entry.stage, entry.application.lot_id, act.now)
        if after is not None and entry.application.entry_id == entry.id:
            _begin_anew(act.made_by(SYSTEM), call, entry, after)
    return made


def apply_again(act: Act, entry_id: int) -> Entry:
    """The next entry of an application that is over, in the window that is open now, with the answers and files of
    before as its draft. Asking twice gives the same.

    Refusal: 403 for whoever may not write, 409 where it is not over or no window is open.
    """
    call, entry = lock_entry(act.session, entry_id)
    require_team(act.by, Permission.APPLICATION_WRITE, entry, act.now)
    if entry.application.entry_id != entry.id:
        return applications_queries.get_entry(act.session, entry.application.entry_id or 0)
    if not windows_queries.is_over(entry):
        raise Refusal(Sentence("This %(noun)s is not over, so you cannot apply again.", noun=entry.stage.noun))
    stages = stages_queries.of_call(act.session, call.id)
    after = windows_queries.following(stages, entry.stage, entry.application.lot_id, act.now)
    if after is None:
        raise Refusal(Sentence("No other window of this call is open or still to come."))
    require_open(call, after, act.now)
    return _begin_anew(act, call, entry, after)


def _begin_anew(act: Act, call: Call, before: Entry, stage: Stage) -> Entry:
    """The entry of an application in another window, as a draft that says what the one before said."""
    entry = enter(act, call, before.application, stage)
    entry.version = before.version + 1  # a page that was made before must not submit this unseen
    form = applications_queries.questions_of(act.session, stage.id)
    answers = _copy_answers(act, before, entry, form)
    files = _copy_files(act, before, entry, form)
    values = {**answers, **applications_queries.file_values(files)}
    entry.missing = list(rules.missing(form, values))
    act.session.flush()
    data = {"from": before.id, "answers": len(answers), "files": len(files)}
    record(act, "entry.carry_over", "entry", entry.id, call_id=call.id, data=data)
    return entry


def _copy_answers(act: Act, before: Entry, entry: Entry, form: tuple[rules.Question, ...]) -> dict[str, object]:
    """Opened and closed anew: an answer is bound to its entry. Whoever wrote it, and when, stays."""
    rows = applications_queries.answers_of(act.session, before.id)
    said: dict[str, object] = {}
    for question in form:
        if question.kind.uploads or (row := rows.get(question.key)) is None:
            continue
        checked = rules.check(question, vault.open_answer(act.ports, row))
        said[question.key] = checked.value
        act.session.add(
            Answer(
                entry_id=entry.id,
                key=question.key,
                closed=vault.seal_answer(act.ports, entry.id, question.key, 1, checked.value),
                words=checked.words,
                complete=checked.complete,
                version=1,
                draft_version=entry.version,
                saved_by=row.saved_by,
                saved_at=row.saved_at,
            )
        )
    act.session.flush()
    return said


def _copy_files(act: Act, before: Entry, entry: Entry, form: tuple[rules.Question, ...]) -> list[Attachment]:
    """Each file with a reference of its own; the closed bytes stay where they are, under the one of before."""
    keys, made = {each.key for each in form if each.kind.uploads}, []
    for file in applications_queries.attachments_of(act.session, before.id):
        if file.key not in keys:
            continue
        copy = Attachment(
            ref=code(act.ports.randomness.bytes(BYTES_NEEDED), VERIFY_LENGTH),
            entry_id=entry.id,
            key=file.key,
            name=file.name,
            media_type=file.media_type,
            size=file.size,
            digest=file.digest,
            stored=file.stored,
            sealed_as=file.sealed_as or file.ref,
            draft_version=entry.version,
            added_by=file.added_by,
            added_at=file.added_at,
        )
        act.session.add(copy)
        made.append(copy)
    act.session.flush()
    return made
