"""What an applicant reads of each criterion, in one text; and what is taken out of what others read of a bid."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import update

from procurement.models.calls import Call
from procurement.models.reasons import Reason, Redaction
from procurement.models.stages import Stage
from procurement.queries import corrections as corrections_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries.decisions import Ranked, Table
from procurement.rules.calls import mark
from procurement.rules.ledger import commitment
from procurement.rules.permissions import Permission
from procurement.rules.questions import normalise
from procurement.rules.reasons import (
    GROUNDS,
    MOST_SPANS,
    canonical_reason,
    canonical_redaction,
    faulty_span,
    unexplained,
)
from procurement.services.act import Act
from procurement.services.decisions import is_deciding
from procurement.services.history import SALT_BYTES, record
from procurement.services.locks import lock_stage
from procurement.services.refusal import Refusal, Stale, require_role
from workflows.facts import Sentence

NOT_NOW = Sentence("Reasons can be written from the locking of the marks until the decisions are approved.")
NO_BID = Sentence("It was not marked in this stage.")


@dataclass(frozen=True)
class Suggestion:
    """The text that a reason is prepared from, and whose it is: "panel" or "assessor"."""

    text: str
    made_from: str


Said = tuple[Ranked, str, Suggestion]  # of which bid, under which key, and what


def suggestion(entry: Ranked, criterion: str, corrected: Collection[tuple[int, str]]) -> Suggestion:
    """The panel's reason for the mark that it agreed on; without one the comment of the first assessor who wrote any
    about a mark that stands: those of `corrected` are others now (`queries.corrections.corrected_of`). The text is
    empty where nobody said anything."""
    agreed = entry.agreed_about(criterion)
    if agreed is not None:
        return Suggestion(agreed.reason, "panel")
    comments = (
        text
        for card in entry.cards
        if (card.assignment_id, criterion) not in corrected
        for mark in card.marks
        if mark.criterion == criterion and (text := mark.comment.strip())
    )
    return Suggestion(next(comments, ""), "assessor")


def version_of(entry: Ranked) -> int:
    """What a page of one bid sends back as its version: changes with each text about it and each agreed mark."""
    written = {f"written-{key}": each.id for key, each in entry.written.items()}
    return mark({**written, **{f"agreed-{key}": row.id for key, row in entry.agreed.items()}})


def write(act: Act, stage_id: int, ref: str, texts: Mapping[str, str], *, version: int) -> int:
    """Save the reasons of one bid by its criteria; whoever writes one may not approve the decisions. Returns how many
    are new or changed.

    An empty text is none: it is refused only where there was one. Raises Stale.
    """
    call, stage, table, entry = _bid_of(act, stage_id, ref)
    keys = [criterion.key for criterion in table.scheme.criteria]
    typed = {key: normalise(text).strip() for key, text in texts.items()}
    if set(typed) - set(keys):
        raise Refusal(Sentence("There is no such criterion."), status=404)
    _require_current(act, entry, typed, version)
    new = {key: typed[key] for key in keys if key in typed and typed[key] != (entry.reason(key) or "")}
    faults = [
        Sentence("“%(criterion)s”: %(fault)s", criterion=table.scheme.criterion(key).name, fault=str(fault))
        for key, text in new.items()
        if (fault := unexplained(text)) is not None
    ]
    if faults:
        raise Refusal(*faults)
    said, corrected = [], corrections_queries.corrected_of(act.session, call.id)
    for key, text in new.items():
        suggested = suggestion(entry, key, corrected)
        said.append((entry, key, Suggestion(text, suggested.made_from if text == suggested.text else "officer")))
    if new:
        keep(act, call, said)
        wrote(act, stage)
    return len(new)


def accept(act: Act, stage_id: int, *, seen: str) -> int:
    """Take over what is suggested for every criterion of every bid that has no one reason: all of it or, with every
    reason, none. `seen` is what the page showed (`Table.seen`). Returns how many there were."""
    call, stage, table = _deciding(act, stage_id)
    if table.seen != seen:
        raise Refusal(Sentence("Somebody wrote something meanwhile. Look at the list again."))
    corrected = corrections_queries.corrected_of(act.session, call.id)
    chosen = [
        (entry, criterion, suggestion(entry, criterion.key, corrected))
        for entry in table.reasons_missing
        for criterion in table.without_reason(entry)
    ]
    faults = [
        Sentence(
            "%(application)s, “%(criterion)s”: %(fault)s",
            application=entry.ref,
            criterion=criterion.name,
            fault=str(fault),
        )
        for entry, criterion, suggested in chosen
        if (fault := unexplained(suggested.text)) is not None
    ]
    if faults:
        raise Refusal(*faults)
    if chosen:
        keep(act, call, [(entry, criterion.key, suggested) for entry, criterion, suggested in chosen])
        wrote(act, stage)
    return len(chosen)


def take_out(act: Act, stage_id: int, ref: str, words: str, ground: str) -> Redaction:
    """Take words out of all that others read of a bid, with the ground on file (Procurement Act 2023 s. 94). Its own
    team reads them. Refused where they stand nowhere, and where others read nothing of it."""
    call, stage, table, entry = _bid_of(act, stage_id, ref)
    if not decisions_queries.read_by_others(call, stage):
        raise Refusal(Sentence("Others read nothing of it, so nothing has to be taken out."))
    words = normalise(words).strip()
    texts = [text for _about, text in decisions_queries.texts_for_others(act.session, stage, table, entry)]
    if (fault := faulty_span(words, texts)) is not None:
        raise Refusal(fault)
    if ground not in GROUNDS:
        raise Refusal(Sentence("Choose on which ground it is taken out."))
    if words in entry.taken:
        raise Refusal(Sentence("These words are taken out already."))
    if len(entry.redactions) >= MOST_SPANS:
        raise Refusal(Sentence("At most %(most)s texts can be taken out of it.", most=MOST_SPANS))
    assert act.by.id is not None  # noqa: S101  (an officer is a person)
    row = Redaction(
        entry_id=entry.entry.id,
        words=words,
        ground=ground,
        taken_by=act.by.id,
        taken_at=act.now,
        salt=act.ports.randomness.bytes(SALT_BYTES),
        commitment="",
    )
    act.session.add(row)
    act.session.flush()
    row.commitment = commitment(row.salt, canonical_of_redaction(row))
    data = {"redaction": row.id, "ground": ground, "commitment": row.commitment}
    record(act, "entry.take_out", "entry", row.entry_id, call_id=call.id, data=data)
    wrote(act, stage)
    return row


def put_back(act: Act, stage_id: int, ref: str, redaction_id: int) -> Redaction:
    """Let others read again what was taken out of a bid."""
    call, stage, _table, entry = _bid_of(act, stage_id, ref)
    row = next((each for each in entry.redactions if each.id == redaction_id), None)
    if row is None:
        raise Refusal(Sentence("This was put back already."), status=404)
    row.put_back_by, row.put_back_at = act.by.id, act.now
    record(act, "entry.put_back", "entry", row.entry_id, call_id=call.id, data={"redaction": row.id})
    wrote(act, stage)
    return row


def canonical_of(row: Reason) -> bytes:
    """The bytes that the commitment to a reason is made of."""
    return canonical_reason(row.id, row.entry_id, row.criterion, row.agreed_id, row.text)


def canonical_of_redaction(row: Redaction) -> bytes:
    """The bytes that the commitment to a redaction is made of."""
    return canonical_redaction(row.id, row.entry_id, row.words, row.ground)


def _deciding(act: Act, stage_id: int) -> tuple[Call, Stage, Table]:
    """A stage whose decisions are being made, locked, with its ranking; by an officer."""
    call, stage = lock_stage(act.session, stage_id)
    require_role(act.by, Permission.DECISION_PROPOSE)
    if not is_deciding(call, stage):
        raise Refusal(NOT_NOW)
    return call, stage, decisions_queries.table_of(act.session, call, stage)


def _bid_of(act: Act, stage_id: int, ref: str) -> tuple[Call, Stage, Table, Ranked]:
    """The same with one bid that was marked; Refusal 404 where there is none."""
    call, stage, table = _deciding(act, stage_id)
    entry = table.entry(ref)
    if entry is None or entry.missed:
        raise Refusal(NO_BID, status=404)
    return call, stage, table, entry


def _require_current(act: Act, entry: Ranked, typed: Mapping[str, str], version: int) -> None:
    """Raise Stale with what differs when the page was made from something else than what is stored now."""
    current = version_of(entry)
    if version == current:
        return
    stored = {key: entry.reason(key) or "" for key in typed}
    differing = [key for key, text in typed.items() if text != stored[key]]
    if differing:
        raise Stale(
            yours={f"text-{key}": typed[key] for key in differing},
            theirs={f"text-{key}": stored[key] for key in differing},
            version=current,
            saved_by=decisions_queries.last_writer(act.session, entry.entry.id),
        )


def keep(act: Act, call: Call, said: Sequence[Said]) -> None:
    """Some texts, each in the place of what stood, and for each one event that commits to it: as many statements for
    many as for one. The key of a criterion may be that of a paragraph in a letter."""
    assert act.by.id is not None  # noqa: S101  (an officer is a person)
    supersede(act, [standing.id for entry, key, _ in said if (standing := entry.written.get(key)) is not None])
    rows = []
    for entry, criterion, suggested in said:
        agreed = entry.agreed_about(criterion)
        rows.append(
            Reason(
                entry_id=entry.entry.id,
                criterion=criterion,
                agreed_id=None if agreed is None else agreed.id,
                text=suggested.text,
                made_from=suggested.made_from,
                written_by=act.by.id,
                written_at=act.now,
                salt=act.ports.randomness.bytes(SALT_BYTES),
                commitment="",
            )
        )
    act.session.add_all(rows)
    act.session.flush()
    for row in rows:
        row.commitment = commitment(row.salt, canonical_of(row))
        data = {"reason": row.id, "criterion": row.criterion, "from": row.made_from, "commitment": row.commitment}
        record(act, "entry.write_reason", "entry", row.entry_id, call_id=call.id, data=data)
    act.session.flush()


def supersede(act: Act, reason_ids: Sequence[int]) -> None:
    """These texts stand no longer."""
    if reason_ids:
        act.session.execute(update(Reason).where(Reason.id.in_(reason_ids)).values(superseded_at=act.now))


def wrote(act: Act, stage: Stage) -> None:
    """Whoever wrote any of it is one of those who propose, and cannot approve; what was sent back was worked on."""
    if act.by.id is not None:
        stage.proposers = sorted({*stage.proposers, act.by.id})
    stage.sent_back = ""
    act.session.flush()
