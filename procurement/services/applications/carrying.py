"""An application in the next window of its call: what was a draft goes on there, and who was declined applies again."""

from collections.abc import Sequence

from procurement.models.applications import Answer, Attachment, Entry
from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import applications as applications_queries
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.queries import windows as windows_queries
from procurement.rules import questions as rules
from procurement.rules.call_amendments import still_missing
from procurement.rules.permissions import SYSTEM, Permission
from procurement.rules.references import BYTES_NEEDED, VERIFY_LENGTH, code
from procurement.services import progress, vault
from procurement.services.act import Act
from procurement.services.applications.locks import lock_entry, require_lot, require_open
from procurement.services.applications.starting import enter_all
from procurement.services.history import record
from procurement.services.refusal import Refusal, require_team
from workflows.catalogue import states
from workflows.facts import Facts, Sentence


def lapse_and_carry(act: Act, call: Call, entry: Entry, facts: Facts) -> int:
    """Make what has fallen due for an entry that is held. A draft that was not submitted goes on in the next window,
    with all that was written, in the same transaction: no draft is lost between the two. Returns how many moves."""
    made = progress.catch_up(act, entry, call, facts=facts)
    if made:
        carry(act, call, [entry])
    return made


def carry(act: Act, call: Call, entries: Sequence[Entry]) -> None:
    """Let those of some entries that lapsed go on in the next window of their lot, where there is one: as many
    statements for many as for one."""
    stages = stages_queries.seen(act.session, call.id)
    going: dict[int, tuple[Stage, list[Entry]]] = {}
    for entry in entries:
        if entry.state in states.entry.lapsed and entry.application.entry_id == entry.id:
            after = windows_queries.following(stages, entry.stage, entry.application.lot_id, act.now)
            if after is not None:
                going.setdefault(after.id, (after, []))[1].append(entry)
    for after, befores in going.values():
        _begin_anew(act.made_by(SYSTEM), call, befores, after)


def apply_again(act: Act, entry_id: int) -> Entry:
    """The next entry of an application that is over, in the window that is open now, with the answers and files of
    before as its draft. Asking twice gives the same.

    Refusal: 403 for whoever may not write, 409 where it is not over or no window is open.
    """
    call, entry = lock_entry(act.session, entry_id)
    require_team(act.by, Permission.APPLICATION_WRITE, entry, act.now)
    if entry.application.entry_id != entry.id:
        return applications_queries.get_entry(act.session, entry.application.entry_id or 0)
    require_lot(entry.application.lot)
    if not windows_queries.is_over(entry):
        raise Refusal(Sentence("This %(noun)s is not over, so you cannot apply again.", noun=entry.stage.noun))
    stages = stages_queries.of_call(act.session, call.id)
    after = windows_queries.following(stages, entry.stage, entry.application.lot_id, act.now)
    if after is None:
        raise Refusal(Sentence("No other window of this call is open or still to come."))
    require_open(call, after, act.now)
    (again,) = _begin_anew(act, call, [entry], after)
    return again


def _begin_anew(act: Act, call: Call, befores: Sequence[Entry], stage: Stage) -> list[Entry]:
    """The entries of some applications in another window, as drafts that say what those before said."""
    entries = enter_all(act, call, [each.application for each in befores], stage)
    form = applications_queries.questions_of(act.session, stage.id)
    pairs = list(zip(befores, entries, strict=True))
    for before, entry in pairs:
        entry.version = before.version + 1  # a page that was made before must not submit this unseen
    answers, files = _copy_answers(act, pairs, form), _copy_files(act, pairs, form)
    numbers = calls_queries.numbers_of_lots(act.session, call.id)
    for before, entry in pairs:
        values = {**answers[entry.id], **applications_queries.file_values(files[entry.id])}
        entry.affected = {key: version for key, version in before.affected.items() if key in values}
        lot = numbers.get(entry.application.lot_id)
        entry.missing = list(still_missing(form, values, entry.affected, lot))
    act.session.flush()
    for before, entry in pairs:
        data = {"from": before.id, "answers": len(answers[entry.id]), "files": len(files[entry.id])}
        record(act, "entry.carry_over", "entry", entry.id, call_id=call.id, data=data)
    return entries


def _copy_answers(
    act: Act, pairs: Sequence[tuple[Entry, Entry]], form: tuple[rules.Question, ...]
) -> dict[int, dict[str, object]]:
    """Opened and closed anew: an answer is bound to its entry. Whoever wrote it, and when, stays. What each new entry
    says now, by its id."""
    rows = applications_queries.answers_of_each(act.session, [before.id for before, _ in pairs])
    said: dict[int, dict[str, object]] = {entry.id: {} for _, entry in pairs}
    for before, entry in pairs:
        for question in form:
            if question.kind.uploads or (row := rows[before.id].get(question.key)) is None:
                continue
            checked = rules.check(question, vault.open_answer(act.ports, row))
            said[entry.id][question.key] = checked.value
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


def _copy_files(
    act: Act, pairs: Sequence[tuple[Entry, Entry]], form: tuple[rules.Question, ...]
) -> dict[int, list[Attachment]]:
    """Each file with a reference of its own; the closed bytes stay where they are, under the one of before. The files
    of each new entry, by its id."""
    keys = {each.key for each in form if each.kind.uploads}
    rows = applications_queries.attachments_of_each(act.session, [before.id for before, _ in pairs])
    made: dict[int, list[Attachment]] = {entry.id: [] for _, entry in pairs}
    for before, entry in pairs:
        made[entry.id] = [
            Attachment(
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
            for file in rows[before.id]
            if file.key in keys
        ]
        act.session.add_all(made[entry.id])
    act.session.flush()
    return made
