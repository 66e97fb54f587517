"""A paragraph of an officer's own in the letters about decisions: kept, committed and approved as the reasons are."""

from collections.abc import Sequence

from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import decisions as decisions_queries
from procurement.queries.decisions import Ranked, Table
from procurement.rules.permissions import Permission
from procurement.rules.questions import normalise, one_line
from procurement.rules.reasons import faulty_paragraph, paragraph_key
from procurement.services import reasons
from procurement.services.act import Act
from procurement.services.decisions import is_deciding
from procurement.services.history import record
from procurement.services.locks import lock_stage
from procurement.services.reasons import Suggestion
from procurement.services.refusal import Refusal, require_role
from workflows.facts import Sentence

NOT_NOW = Sentence("A paragraph can be written from the first proposal until the decisions are approved.")
CHANGED = Sentence("Somebody changed a decision or a text meanwhile. Look at the page again.")


def write_for(act: Act, stage_id: int, outcome: str, text: str, *, seen: str) -> int:
    """One paragraph for all letters of a proposed outcome, in the place of what stands in any of them; an empty text
    takes it out. `seen` is what the page showed (`Table.seen`). Returns how many letters there are."""
    table, call, stage = _table(act, stage_id, seen)
    chosen = [each for each in table.entries if each.decision is not None and each.decision.outcome == outcome]
    if not chosen:
        raise Refusal(Sentence("Nobody has this decision."))
    _write(act, (table, call, stage), chosen, text)
    return len(chosen)


def write(act: Act, stage_id: int, ref: str, text: str, *, seen: str) -> None:
    """The same for the letter of one application."""
    table, call, stage = _table(act, stage_id, seen)
    entry = table.entry(ref)
    if entry is None or entry.decision is None:
        raise Refusal(Sentence("Propose a decision first: the paragraph stands in its letter."))
    _write(act, (table, call, stage), [entry], text)


def _table(act: Act, stage_id: int, seen: str) -> tuple[Table, Call, Stage]:
    call, stage = lock_stage(act.session, stage_id)
    require_role(act.by, Permission.DECISION_PROPOSE)
    if not is_deciding(call, stage):
        raise Refusal(NOT_NOW)
    table = decisions_queries.table_of(act.session, call, stage)
    if table.seen != seen:
        raise Refusal(CHANGED)
    return table, call, stage


def _write(act: Act, held: tuple[Table, Call, Stage], chosen: Sequence[Ranked], text: str) -> None:
    _, call, stage = held
    text = one_line(normalise(text))
    if (fault := faulty_paragraph(text)) is not None:
        raise Refusal(fault)
    said, out = [], []
    for entry in chosen:
        assert entry.decision is not None  # noqa: S101  (chosen by it)
        key = paragraph_key(entry.decision.outcome)
        standing = entry.written.get(key)
        if text == (standing.text if standing is not None else ""):
            continue
        if text:
            said.append((entry, key, Suggestion(text, "officer")))
        elif standing is not None:
            out.append(standing.id)
            data = {"reason": standing.id, "criterion": key}
            record(act, "entry.take_out_paragraph", "entry", entry.entry.id, call_id=call.id, data=data)
    if said or out:
        reasons.supersede(act, out)
        reasons.keep(act, call, said)
        reasons.wrote(act, stage)
