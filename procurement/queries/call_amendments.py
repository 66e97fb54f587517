"""Reading the amendments of published calls: what one would change, what stands in its way, and what was changed."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from procurement.models.amendments import Amendment
from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import amendments as amendments_queries
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.rules import amendments as date_rules
from procurement.rules import call_amendments as rules
from procurement.rules.call_amendments import Proposal, Stands, Thing
from procurement.rules.call_checks import Problem, call_problems
from procurement.rules.calls import Draft, StageDraft
from procurement.rules.edits import FIELDS, Change, as_words
from workflows.facts import Sentence
from workflows.scoring import schemes

WHOLE = (joinedload(Amendment.beginner), joinedload(Amendment.proposer), joinedload(Amendment.copy))
DATES_OF = ("opens_at", "ask_by", "closes_at", "choose_by", "assess_by", "decide_by")


# what a call is made of


def of_rows(session: Session, call: Call) -> Iterator[tuple[str, Thing]]:
    """The call itself, its lots, stages, forms and criteria. Of what every window has alike, that of the newest one of
    a published call; of one that is written, that of the first, where it is written."""
    stages = stages_queries.of_call(session, call.id)
    written = call.published_at is None
    forms = calls_queries.questions_by_stage(session, call.id)
    criteria = calls_queries.criteria_by_stage(session, call.id)
    yield "call", _thing("call", call.title, call)
    for lot in calls_queries.lots_of(session, call.id):
        yield f"lot/{lot.number}", _thing("lot", lot.title, lot)
    for stage in stages:
        alike = [each for each in stages if each.number == stage.number]
        made_as = alike[0] if written else alike[-1]
        yield f"stage/{stage.key}", _thing("stage", stage.title, stage)
        for row in sorted(stage.lots, key=lambda each: each.lot.number):
            yield f"stage_lot/{stage.key}/{row.lot.number}", _thing("stage_lot", row.lot.title, row)
        if stage.window > 1:
            continue
        for question in forms.get(made_as.id, ()):
            yield f"question/{stage.key}/{question.key}", _thing("question", question.text, question)
        for criterion in criteria.get(made_as.id, ()):
            yield f"criterion/{stage.key}/{criterion.key}", _thing("criterion", criterion.name, criterion)


def _thing(kind: str, name: str, row: object) -> Thing:
    return Thing(kind, name, {field: as_words(getattr(row, field)) for field in FIELDS[kind]})


# Whoever keeps more of a call than these rows adds what it says of it here (`services.call_amendments.parts`).
SAID: list[Callable[[Session, Call], Iterator[tuple[str, Thing]]]] = [of_rows]


def things_of(session: Session, call: Call) -> dict[str, Thing]:
    """All that a call, or the copy that amends it, is made of, by key."""
    return {key: thing for said in SAID for key, thing in said(session, call)}


# amendments


def find_written(session: Session, call_id: int) -> Amendment | None:
    """The amendment of a call that is written or waits for an approver; there is one at most."""
    asked = select(Amendment).where(
        Amendment.call_id == call_id, Amendment.approved_at.is_(None), Amendment.ended_at.is_(None)
    )
    return session.scalars(asked.options(*WHOLE)).one_or_none()


def of_copy(session: Session, copy_id: int) -> Amendment:
    """The amendment that a copy is written for, with the call that it amends."""
    return session.scalars(
        select(Amendment).where(Amendment.copy_id == copy_id).options(joinedload(Amendment.call))
    ).one()


def published(session: Session, call_id: int) -> list[Amendment]:
    """What was approved of a call, the first one first."""
    asked = select(Amendment).where(Amendment.call_id == call_id, Amendment.approved_at.is_not(None))
    return list(session.scalars(asked.order_by(Amendment.version)))


def newest_reasons(session: Session, call_ids: Sequence[int]) -> dict[int, tuple[datetime, str]]:
    """When each of some calls was last amended, also by other dates alone, and why; the others are missing."""
    rows = session.execute(
        select(Amendment.call_id, Amendment.approved_at, Amendment.reason)
        .where(Amendment.call_id.in_(call_ids), Amendment.approved_at.is_not(None))
        .order_by(Amendment.approved_at, Amendment.id)
    )
    found = amendments_queries.newest_reasons(session, call_ids)
    for call_id, at, reason in rows:
        if at is not None:
            found[call_id] = max((at, reason), found.get(call_id, (at, reason)))
    return found


def waiting_in(session: Session, call_ids: Sequence[int]) -> list[Amendment]:
    """The amendments of some calls that are written or wait for an approver, with their copies: one statement."""
    asked = select(Amendment).where(
        Amendment.call_id.in_(call_ids), Amendment.approved_at.is_(None), Amendment.ended_at.is_(None)
    )
    return list(session.scalars(asked.options(joinedload(Amendment.copy)).order_by(Amendment.id)))


def count_of(session: Session, call_id: int) -> int:
    """How many amendments of a call were ever begun: what their copies are numbered by."""
    return len(session.scalars(select(Amendment.id).where(Amendment.call_id == call_id)).all())


def schemes_of(session: Session, call: Call) -> dict[str, Any]:
    """Every scheme that a stage of the call has or had, as plain values, by its fingerprint."""
    held = [stage.scheme for stage in stages_queries.listed(session, call.id) if stage.scheme is not None]
    held += [plain for each in published(session, call.id) for plain in each.schemes.values()]
    return {schemes.fingerprint(plain): plain for plain in held}


# what one would change


def stands_of(stages: Sequence[Stage]) -> list[Stands]:
    """How far the stages of a published call are; what was ended before it began takes no change any more."""
    return [
        Stands(
            each.key,
            each.number,
            each.window,
            each.title,
            each.collects,
            each.opened or each.ended_at is not None,
            each.closes_at if each.collects else None,
        )
        for each in stages
    ]


def changes_of(session: Session, amendment: Amendment, copy: Call) -> tuple[Change, ...]:
    """What was written otherwise than the call said when the amendment was begun."""
    return rules.differences(rules.read_things(amendment.base), things_of(session, copy))


def refused(session: Session, copy: Call, changes: Sequence[Change], now: datetime) -> tuple[Sentence, ...]:
    """Why what is written in a copy cannot be published, by the law and the state of the call: empty where it can."""
    if copy.amends_id is None:
        raise ValueError(f"{copy.ref} amends no call")
    stages = stages_queries.of_call(session, copy.amends_id)
    used = [] if not any(map(rules.is_new_question, changes)) else _used_again(session, copy, changes)
    return (*rules.refusals(changes, stands_of(stages), now), *used)


def _used_again(session: Session, copy: Call, changes: Sequence[Change]) -> list[Sentence]:
    """New questions under a key that an earlier one had: what was answered to that would be taken for theirs."""
    used = {key: keys_used(session, copy, key) for key in {rules.stage_of(each.key) for each in changes}}
    return [
        Sentence(rules.KEY_USED, name=each.name)
        for each in changes
        if rules.is_new_question(each) and each.key.split("/", 2)[2] in used[rules.stage_of(each.key)]
    ]


def keys_used(session: Session, call: Call, stage_key: str) -> frozenset[str]:
    """The keys that questions of a stage ever had in public, where a copy amends a published call: none of them can
    become that of another question, since answers to it are kept."""
    if call.amends_id is None:
        return frozenset()
    found: set[str] = set()
    for version in amendments_queries.versions_of(session, call.amends_id):
        plain = json.loads(version.content)
        for stage in plain.get("stages") or [plain]:
            if stage.get("key", stage_key) == stage_key:
                found.update(each["key"] for each in stage.get("form") or [])
    return frozenset(found)


@dataclass(frozen=True)
class Preview:
    """An amendment as it would be published now. `refused`: why it cannot be; `problems`: what the call would lack;
    `proposals`: closings that are proposed to move and were not; `moves`: the dates that move with it."""

    amendment: Amendment
    changes: tuple[Change, ...]
    refused: tuple[Sentence, ...]
    problems: tuple[Problem, ...]
    material: bool
    proposals: tuple[Proposal, ...]
    moves: tuple[date_rules.Change, ...]
    overtaken: bool

    @property
    def seen(self) -> str:
        """What somebody who read all of it has seen."""
        moves = [
            [each.stage, each.field, *amendments_queries.plain({"before": each.before, "after": each.after}).values()]
            for each in self.moves
        ]
        said = [
            self.amendment.id,
            self.amendment.reason,
            self.amendment.date_reason,
            rules.to_rows(self.changes),
            moves,
        ]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:16]


def preview(session: Session, amendment: Amendment, call: Call, copy: Call, now: datetime) -> Preview:
    """Everything that the page of an amendment says of it, and what its publication is held to."""
    stages = stages_queries.of_call(session, call.id)
    stands = stands_of(stages)
    changes = changes_of(session, amendment, copy)
    moves = moves_of(session, amendment, call, now)
    moved = {each.stage: each.after for each in moves if each.field == "closes_at"}
    proposals = tuple(
        each
        for each in rules.closings(changes, stands, now)
        if not isinstance(at := moved.get(each.stage), datetime) or at < each.proposed
    )
    return Preview(
        amendment,
        changes,
        refused(session, copy, changes, now),
        _problems(session, call, copy, moves, now),
        any(map(rules.is_material, changes)),
        proposals,
        moves,
        _overtaken(session, amendment, call, changes),
    )


def moves_of(session: Session, amendment: Amendment, call: Call, now: datetime) -> tuple[date_rules.Change, ...]:
    """The dates that move with an amendment: the closings that were typed, and what comes after each as far."""
    draft, begun = amendments_queries.written(session, call, now)
    found: dict[tuple[str, str], date_rules.Change] = {}
    for key, text in sorted(amendment.closings.items()):
        typed: Mapping[str, Any] = {"closes_at": datetime.fromisoformat(text)}
        for each in date_rules.plan(draft, key, typed, begun, now, along=True):
            found.setdefault((each.stage, each.field), each)
    return tuple(found.values())


def _problems(
    session: Session, call: Call, copy: Call, moves: Sequence[date_rules.Change], now: datetime
) -> tuple[Problem, ...]:
    """What the checks of the set-up say of the call as it would be, and of its dates; what was so before stands in
    nobody's way. Periods are counted from the first publication on."""
    draft, begun = amendments_queries.written(session, call, now)
    as_written = calls_queries.draft_of(session, copy)
    dates = {each.key: each for each in draft.stages}
    merged = replace(_with_dates(as_written, dates), documents=draft.documents)
    before = {(each.section, each.sentence) for each in call_problems(draft, now)}
    found = [
        each
        for each in call_problems(merged, now)
        if each.section != "dates" and (each.section, each.sentence) not in before
    ]
    if moves:
        found += date_rules.faults(draft, moves, begun, now)
    return tuple(found)


def _with_dates(draft: Draft, dates: Mapping[str, StageDraft]) -> Draft:
    return replace(
        draft,
        stages=tuple(
            replace(each, **{name: getattr(dates[each.key], name) for name in DATES_OF}) if each.key in dates else each
            for each in draft.stages
        ),
    )


def _overtaken(session: Session, amendment: Amendment, call: Call, changes: Sequence[Change]) -> bool:
    """Whether something that it changes says meanwhile something else than when it was begun."""
    now_so, base = things_of(session, call), rules.read_things(amendment.base)
    for each in changes:
        was, now = base.get(each.key), now_so.get(each.key)
        if (was is None) != (now is None):
            return True
        if was is None or now is None or each.field in ("", "position"):
            continue
        if was.values.get(each.field, "") != now.values.get(each.field, ""):
            return True
    return False
