"""What a published call may say otherwise, until when, and what of it is material: the rules of its amendments.

What is amended is known by its things (the call, a lot, a stage, a question …): each has a key
("question/proposal/team"), a name that people read, and its fields as text (`rules.edits`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from procurement.rules.calls import SECTION_FIELDS
from procurement.rules.dates import add_working_days, days_later, uk_day
from procurement.rules.edits import FIELDS, Change
from procurement.rules.questions import Question, missing, shown
from workflows.facts import Sentence

LEAST_WORKING_DAYS = 5  # what is proposed after a material change (Procurement Act 2023 s.31)
DATES = frozenset({"opens_at", "ask_by", "closes_at", "choose_by", "assess_by", "decide_by"})
# Fixed with the workflows of the call, which nothing changes after its publication.
FIXED = frozenset({"names", "other_marks", "shows", "ranks_by"})
SCHEME = frozenset({"minimum_total", "tie_breakers", "moderate_from"})  # and the criteria themselves
# What the call is in law: its workflows, notices and least periods follow from it.
IN_LAW = frozenset(SECTION_FIELDS["route"])
# What describes the call and binds nobody: it can be put right as long as the call runs.
DESCRIBES = {
    "call": frozenset({"title", "theme", "summary", "users", "contact"}),
    "lot": frozenset({"title"}),
    "stage": frozenset({"title"}),
}
# What of a question changes no answer: where it stands, what guides, what marks it.
BESIDE_THE_ANSWER = frozenset({"section", "position", "guidance", "criterion", "purpose"})
OF_THE_FORM = frozenset({"section", "position", "guidance"})  # of those, what is not material either

OPENED = Sentence("This stage was opened: how it is marked and by how many cannot be changed any more.")
CLOSED = Sentence("This stage has closed: what it asks for cannot be changed any more.")
CALL_CLOSED = Sentence(
    "The call has closed for applications: its conditions, money and lots cannot be changed any more."
)
BY_WORKFLOW = Sentence(
    "Who reads names and marks, and by which stages one ranks, was fixed with the rules of the call at its publication."
)
LAW = Sentence("Which law applies, and what follows from it, was fixed at the publication.")
DOCUMENTS_PAGE = Sentence("Documents are not changed here, but on the page of the documents of the published call.")
OTHER_PAGE = Sentence(
    "Dates are not changed here: the closing on the page of the amendment, others on the page of dates."
)
SAME_KIND = (
    "“%(name)s” was published, so its kind of answer stays: answers would not fit it. Take it out and ask another."
)
KEY_USED = "“%(name)s” has the key of a question that was published before. Give it another text first."
SAME_WAY = Sentence("Through which stages a lot goes was fixed at the publication.")
NO_WINDOWS = Sentence("Windows are neither added nor taken out by an amendment.")
NO_LOT_GOES = Sentence(
    "A published lot is not taken out by an amendment. It is abandoned, with a reason, on its own page."
)
MORE_READERS = Sentence("More assessors than were published need no amendment: each may have more.")


@dataclass(frozen=True)
class Thing:
    """One thing that a call is made of, with what it says."""

    kind: str
    name: str
    values: Mapping[str, str]


Things = Mapping[str, Thing]


@dataclass(frozen=True)
class Stands:
    """How far a stage of the published call is."""

    key: str
    number: int
    window: int
    title: str
    collects: bool
    opened: bool
    closes_at: datetime | None

    def takes(self, now: datetime) -> bool:
        """Whether it takes applications, or has not begun to: what it asks for can still be changed."""
        return not self.opened and (self.closes_at is None or self.closes_at > now)


def to_keep(things: Things) -> dict[str, Any]:
    """The things of a call as plain values."""
    return {key: {"kind": each.kind, "name": each.name, "values": dict(each.values)} for key, each in things.items()}


def read_things(plain: Mapping[str, Any]) -> dict[str, Thing]:
    """The same read again."""
    return {key: Thing(each["kind"], each["name"], each["values"]) for key, each in plain.items()}


def differences(before: Things, after: Things) -> tuple[Change, ...]:
    """What a call says otherwise: one change for each field, and one with an empty field where a thing came or went.

    In the order of what it says now; what went is where it stood. A field that both leave empty is no change, nor is
    the place of a question that only others moved.
    """
    found: list[Change] = []
    before, after = _placed(before, after), _placed(after, before)
    for key in _in_order(before, after):
        old, new = before.get(key), after.get(key)
        thing = new or old
        assert thing is not None  # noqa: S101  (the key is of one of them)
        if old is None or new is None:
            found.append(
                Change(key, thing.kind, thing.name, "", "" if old is None else "there", "" if new is None else "there")
            )
        fields = FIELDS[thing.kind]
        for field in fields:
            was, now = (said.values.get(field, "") if said is not None else "" for said in (old, new))
            if was != now:
                found.append(Change(key, thing.kind, thing.name, field, was, now))
    return tuple(found)


def _placed(things: Things, others: Things) -> dict[str, Thing]:
    """The same with each question's place counted among those of its stage that are in both."""
    places: dict[str, list[str]] = {}
    for key, each in things.items():
        if each.kind == "question" and key in others:
            places.setdefault(stage_of(key), []).append(key)
    ranks = {
        key: str(rank)
        for keys in places.values()
        for rank, key in enumerate(sorted(keys, key=lambda each: int(things[each].values.get("position") or 0)), 1)
    }
    return {
        key: replace(each, values={**each.values, "position": ranks.get(key, "")}) if each.kind == "question" else each
        for key, each in things.items()
    }


def _in_order(before: Things, after: Things) -> list[str]:
    order = list(after)
    for place, key in enumerate(before):
        if key not in after:
            order.insert(min(place, len(order)), key)
    return order


def to_rows(changes: Iterable[Change]) -> list[list[str]]:
    """Changes as they are kept and read again (`read_rows`)."""
    return [[each.key, each.kind, each.name, each.field, each.before, each.after] for each in changes]


def read_rows(rows: Iterable[Sequence[str]]) -> tuple[Change, ...]:
    return tuple(Change(*row) for row in rows)


def stage_of(key: str) -> str:
    """The key of the stage that a thing belongs to; empty for the call itself and its lots."""
    parts = key.split("/")
    return parts[1] if len(parts) > 1 and parts[0] in ("stage", "stage_lot", "question", "criterion") else ""


def refusals(changes: Iterable[Change], stages: Sequence[Stands], now: datetime) -> tuple[Sentence, ...]:
    """Why some changes cannot be made, each sentence once; empty where all can."""
    changes = tuple(changes)
    new = {each.key for each in changes if not each.field and each.after}
    found = (_refusal(each, new, stages, now) for each in changes)
    return tuple(dict.fromkeys(each for each in found if each is not None))


def _refusal(change: Change, new: set[str], stages: Sequence[Stands], now: datetime) -> Sentence | None:
    if change.kind in ("stage", "stage_lot"):
        return _of_stage(change, new, stages, now)
    if change.kind == "criterion":
        return None if _unopened(change.key, stages) else OPENED
    if change.kind == "question":
        if change.field in ("kind", "purpose") and change.key not in new and change.after and change.before:
            return Sentence(SAME_KIND, name=change.name)
        if change.field == "criterion":
            return None if _unopened(change.key, stages) else OPENED
        return None if _taking(change.key, stages, now) else CLOSED
    if change.kind == "lot" and not change.field and not change.after:
        return NO_LOT_GOES
    if change.kind == "call" and change.field in IN_LAW:
        return LAW
    if change.field in DESCRIBES.get(change.kind, ()) and change.key not in new:
        return None
    return None if any(each.takes(now) for each in stages if each.number == 1) else CALL_CLOSED


def _of_stage(change: Change, new: set[str], stages: Sequence[Stands], now: datetime) -> Sentence | None:
    if change.kind == "stage_lot" and change.key in new:
        of_new_lot = f"lot/{change.key.rsplit('/', 1)[-1]}" in new
        return None if of_new_lot else SAME_WAY
    if not change.field:
        return SAME_WAY if change.kind == "stage_lot" else NO_WINDOWS
    if change.key in new:
        return NO_WINDOWS
    if change.field in DATES:
        return OTHER_PAGE
    if change.field in FIXED:
        return BY_WORKFLOW
    if change.field in DESCRIBES.get(change.kind, ()):
        return None
    if change.field == "readers" and int(change.after or 0) > int(change.before or 0):
        return MORE_READERS
    return None if _unopened(change.key, stages) else OPENED


def targets(key: str, stages: Sequence[Stands]) -> list[Stands]:
    """The stages that are made like the one of a thing: it, and those of the other windows."""
    own = next((each for each in stages if each.key == stage_of(key)), None)
    return [] if own is None else [each for each in stages if each.number == own.number]


def _unopened(key: str, stages: Sequence[Stands]) -> bool:
    return any(not each.opened for each in targets(key, stages))


def _taking(key: str, stages: Sequence[Stands], now: datetime) -> bool:
    return any(each.takes(now) for each in targets(key, stages))


# what is material, and what follows for the closing


def is_material(change: Change) -> bool:
    """Whether a change is one of a question, a criterion, a weight, a lot or a condition, so that whoever tenders needs
    time for it (Procurement Act 2023 s.31)."""
    if change.kind == "question":
        return change.field not in OF_THE_FORM
    return change.field not in DESCRIBES.get(change.kind, ())


def is_new_question(change: Change) -> bool:
    """Whether it says that a question came."""
    return change.kind == "question" and not change.field and bool(change.after)


def is_taken_out(change: Change) -> bool:
    """Whether it says that a question went."""
    return change.kind == "question" and not change.field and bool(change.before)


def affected(changes: Iterable[Change]) -> dict[str, set[str]]:
    """The published questions of which something changed that answers are given to, by the key of the stage."""
    changes = tuple(changes)
    there = {each.key for each in changes if each.kind == "question" and not each.field}  # came or went
    found: dict[str, set[str]] = {}
    for each in changes:
        if each.kind == "question" and each.field and each.field not in BESIDE_THE_ANSWER and each.key not in there:
            _question, stage, key = each.key.split("/", 2)
            found.setdefault(stage, set()).add(key)
    return found


def still_missing(
    form: Sequence[Question], answers: Mapping[str, Any], affected: Mapping[str, int], lot: int | None = None
) -> tuple[str, ...]:
    """The keys of the questions that stop a draft from being submitted, in the form's order: asked, and not
    complete, or touched by an amendment (`affected`) and not confirmed. `lot`: the number of the one applied for."""
    keys = {*missing(form, answers, lot), *affected}
    return tuple(each.key for each in shown(form, answers, lot) if each.key in keys)


@dataclass(frozen=True)
class Proposal:
    """The closing of a stage that leaves less time than is proposed after a material change."""

    stage: str
    closes_at: datetime
    proposed: datetime


def closings(changes: Iterable[Change], stages: Sequence[Stands], now: datetime) -> Iterator[Proposal]:
    """The closings that are proposed to move: of the stages that a material change is about and that take
    applications, where less than five working days remain from the publication on (s.31)."""
    about = {stage_of(each.key) for each in changes if is_material(each)}
    earliest = add_working_days(uk_day(now), LEAST_WORKING_DAYS)
    for stage in stages:
        concerned = _concerned(stage, about, stages)
        if not concerned or stage.closes_at is None or not stage.collects or not stage.takes(now):
            continue
        if (day := uk_day(stage.closes_at)) < earliest:
            yield Proposal(stage.key, stage.closes_at, days_later(stage.closes_at, earliest - day))


def _concerned(stage: Stands, about: set[str], stages: Sequence[Stands]) -> bool:
    if "" in about and stage.number == 1:  # of the call: whoever applies
        return True
    return any(stage.key == each.key for key in about if key for each in targets(f"stage/{key}", stages))


def renamed(changes: Iterable[Change], key: str, to: str) -> list[Change]:
    """The changes of one stage as those of the stage of another window that is made like it."""
    return [
        replace(each, key="/".join([each.key.split("/", 1)[0], to, *each.key.split("/")[2:]]))
        for each in changes
        if stage_of(each.key) == key
    ]
