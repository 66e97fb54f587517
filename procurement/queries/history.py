"""Reading what happened to a call, as far as whoever asks may know it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application, Entry
from procurement.models.assessment import Assignment
from procurement.models.awards import Award
from procurement.models.calls import Call, Lot
from procurement.models.decisions import Decision
from procurement.models.history import Event, EventNote
from procurement.models.moderation import Panel
from procurement.models.people import Person
from procurement.models.stages import Criterion, Question, Stage
from procurement.queries import moderation as moderation_queries

PAGE = 50
# Before the opening staff may not know that an application exists, nor when: only what staff did themselves is shown.
# A notice says nothing of who applied: one before the opening is about a call or a lot that ended.
UNSEALED = ("call", "stage", "opening", "notice")
# What says that an application is in a stage. Those of before there were stages are about the application, whose one
# entry has its id.
OF_ENTRIES = ("entry", "application")
ABOUT = (*OF_ENTRIES, "assignment", "award", "panel")
SETTLED = (
    "entry.agree_mark",
    "entry.leave_marks",
    "entry.propose_correction",
    "entry.send_back_correction",
    "entry.take_back_correction",
    "entry.correct_mark",
)
PROPOSED = "entry.propose"
# Events about the invitation of a person to assess a stage, and others that name a person by their id.
INVITATIONS = (
    "stage.invite",
    "stage.withdraw_invitation",
    "stage.accept_invitation",
    "stage.decline_invitation",
    "stage.declare_for_stage",
)
NAMING = ("assignment.begin", "stage.add_person", "stage.remove_person", *INVITATIONS)
OF_LOTS = ("call.claim", "call.approve_claim", "call.end_claim", "call.lift_suspension")
WRITTEN = ("entry.write_reason", "entry.take_out", "entry.put_back")
# What a history can be narrowed to, by the subjects of its events.
PARTS: dict[str, tuple[str, ...]] = {
    "call": ("call", "stage"),
    "opening": ("opening",),
    "bids": OF_ENTRIES,
    "assessment": ("assignment", "panel"),
    "awards": ("award",),
    "publications": ("notice", "register"),
}
Subject = tuple[str, int]
Named = tuple[str, str]  # "stage", "question" or "criterion", and a key
EDITED = ("call.edit", "call.edit_amendment")


@dataclass(frozen=True)
class Search:
    """What of a call's history is asked for. `part` is one of `PARTS`, `who` the id of whoever did it, `since` and
    `until` are instants between which it was recorded; `words` stand in the words beside it, or are the reference of
    what it is about. Empty or None: whatever it is."""

    words: str = ""
    part: str = ""
    who: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def narrows(self) -> bool:
        """Whether it asks for less than everything."""
        return self != ALL


ALL = Search()


def visible(call: Call) -> ColumnElement[bool]:
    """Which events of a call staff may see now: an entry's from its stage's opening on, whatever was opened before."""
    opened = select(Stage.id).where(Stage.call_id == call.id, Stage.opened_at.is_not(None))
    entries = select(Entry.id).where(Entry.stage_id.in_(opened))
    return or_(
        Event.subject.in_(UNSEALED),
        and_(Event.subject.in_(OF_ENTRIES), Event.subject_id.in_(entries)),
        and_(Event.subject.not_in(OF_ENTRIES), opened.exists()),
    )


def count_events(session: Session, call: Call, search: Search = ALL) -> int:
    return session.scalar(select(func.count()).where(*_asked(call, search))) or 0


def list_events(
    session: Session, call: Call, search: Search = ALL, *, page: int = 1, whole: bool = False
) -> list[Event]:
    """A page of the call's history, newest first; or all of it, oldest first."""
    found = select(Event).where(*_asked(call, search)).options(joinedload(Event.actor), joinedload(Event.note))
    if whole:
        return list(session.scalars(found.order_by(Event.position)))
    return list(session.scalars(found.order_by(Event.position.desc()).limit(PAGE).offset((page - 1) * PAGE)))


def actors(session: Session, call: Call) -> list[tuple[int, str]]:
    """Who did something that staff may see, by name: (id, name)."""
    ids = select(Event.actor_id).where(Event.call_id == call.id, visible(call))
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)).order_by(Person.name, Person.id))
    return [(person_id, name) for person_id, name in rows]


def _asked(call: Call, search: Search) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = [Event.call_id == call.id, visible(call)]
    if search.part:
        asked.append(Event.subject.in_(PARTS[search.part]))
    if search.who is not None:
        asked.append(Event.actor_id == search.who)
    if search.since is not None:
        asked.append(Event.recorded_at >= search.since)
    if search.until is not None:
        asked.append(Event.recorded_at < search.until)
    if search.words:
        asked.append(_says(search.words))
    return asked


def _says(words: str) -> ColumnElement[bool]:
    """That words stand beside an event, or name what it is about. What was spoken about a bid is not looked into: some
    readers must know nothing of it, not even by what a search finds."""
    noted = select(EventNote.event_id).where(func.lower(EventNote.text).contains(words.lower(), autoescape=True))
    applications = select(Application.id).where(Application.ref == words.upper())
    entries = select(Entry.id).where(Entry.application_id.in_(applications))
    return or_(
        and_(Event.id.in_(noted), Event.subject != "panel", Event.tag.not_in(SETTLED)),
        and_(Event.subject.in_(OF_ENTRIES), Event.subject_id.in_(entries)),
        *(
            and_(Event.subject == subject, Event.subject_id.in_(select(model.id).where(model.entry_id.in_(entries))))
            for subject, model in (("assignment", Assignment), ("award", Award))
        ),
    )


@dataclass(frozen=True)
class About:
    """What some events of a call are about, as its readers know it.

    `refs` are references, `stages` the stage of what each event is about, both by subject and id; `several`: whether
    the call has others too, since else a stage's title tells nothing. `people` are those whom an event names by id.
    `kept` are the entries of organisations of which the reader must know nothing. `reasons` are those of every
    decision that an event names by id, replaced since or not. `names`: what the stages, questions and criteria of the
    call are called, by kind and key.
    """

    refs: Mapping[Subject, str] = field(default_factory=dict)
    stages: Mapping[Subject, Stage] = field(default_factory=dict)
    several: bool = False
    people: Mapping[int, str] = field(default_factory=dict)
    kept: frozenset[int] = frozenset()
    reasons: Mapping[int, str] = field(default_factory=dict)
    names: Mapping[Named, str] = field(default_factory=dict)
    readers: Mapping[int, str] = field(default_factory=dict)  # of assignments
    amounts: Mapping[int, Decimal] = field(default_factory=dict)  # of awards
    lots: Mapping[int, str] = field(default_factory=dict)  # titles with their numbers

    def named(self, event: Event) -> str:
        """Its reference, and its stage where the call has several."""
        key = event.subject, event.subject_id
        stage = self.stages[key].title if self.several and key in self.stages else ""
        return " · ".join(filter(None, (self.refs.get(key, ""), stage)))

    def noun(self, event: Event) -> str:
        """What is handed in to the stage of an event."""
        stage = self.stages.get((event.subject, event.subject_id))
        return "application" if stage is None else stage.noun

    def nouns(self, event: Event) -> str:
        """Several of them."""
        stage = self.stages.get((event.subject, event.subject_id))
        return "applications" if stage is None else stage.nouns

    def name(self, kind: str, key: str) -> str:
        """What a stage, question or criterion is called; of one that is gone, what its key was made of."""
        return self.names.get((kind, key)) or key.replace("_", " ")

    def is_invitation(self, event: Event) -> bool:
        """Whether an entry was begun for its team: each of a stage after the first."""
        stage = self.stages.get((event.subject, event.subject_id))
        return stage is not None and stage.number > 1

    def is_awarding(self, event: Event) -> bool:
        """Whether it is about a stage whose decisions are awards."""
        stage = self.stages.get((event.subject, event.subject_id))
        return stage is not None and stage.awards

    def is_kept(self, event: Event) -> bool:
        """Whether it says what was spoken about a bid that its reader must know nothing of."""
        return spoken_of(event) in self.kept


NOTHING = About()


def spoken_of(event: Event) -> int | None:
    """The entry that a panel or officers spoke about, as an event of the moderation says it."""
    if event.tag in SETTLED:
        return event.subject_id
    return event.data.get("entry") if event.subject == "panel" else None


def about(
    session: Session, call: Call, stages: Sequence[Stage], events: Sequence[Event], *, reader: int | None
) -> About:
    """What some events of a call are about, for whoever reads them; a few statements, however many events."""
    by_id = {stage.id: stage for stage in stages}
    refs: dict[Subject, str] = {}
    of: dict[Subject, Stage] = {("stage", stage.id): stage for stage in stages}
    for key, ref, stage_id in _found(session, events):
        if ref:
            refs[key] = ref
        of[key] = by_id[stage_id]
    asked = {event.data["person"] for event in events if event.tag in NAMING and "person" in event.data}
    people = moderation_queries.names_of(session, asked) if asked else {}
    return About(
        refs,
        of,
        len(stages) > 1,
        people,
        _kept(session, call, events, reader),
        _reasons(session, events),
        _names(session, call, stages, events),
        _readers(session, events),
        _amounts(session, events),
        _lots(session, call, events),
    )


def _readers(session: Session, events: Sequence[Event]) -> dict[int, str]:
    """Whose each assignment is that some events are about."""
    ids = {event.subject_id for event in events if event.subject == "assignment"}
    if not ids:
        return {}
    asked = select(Assignment.id, Person.name).join(Person, Person.id == Assignment.person_id)
    return {number: name for number, name in session.execute(asked.where(Assignment.id.in_(ids)))}


def _amounts(session: Session, events: Sequence[Event]) -> dict[int, Decimal]:
    """What each award comes to that some events are about."""
    ids = {event.subject_id for event in events if event.subject == "award"}
    if not ids:
        return {}
    asked = select(Award.id, Award.amount).where(Award.id.in_(ids))
    return {number: amount for number, amount in session.execute(asked)}


def _lots(session: Session, call: Call, events: Sequence[Event]) -> dict[int, str]:
    """What the lots of a call are called, where an event names one by its id."""
    if not any(event.tag in OF_LOTS for event in events):
        return {}
    rows = session.execute(select(Lot.id, Lot.number, Lot.title).where(Lot.call_id == call.id))
    return {lot_id: f"{number}: {title}" for lot_id, number, title in rows}


def _names(session: Session, call: Call, stages: Sequence[Stage], events: Sequence[Event]) -> dict[Named, str]:
    """What the keys of a call's set-up stand for, where an event names one."""
    if not any(event.tag in (*EDITED, *SETTLED, *WRITTEN) or "criterion" in event.data for event in events):
        return {}
    questions = select(Question.key, Question.text).where(Question.call_id == call.id)
    criteria = select(Criterion.key, Criterion.name).where(Criterion.call_id == call.id)
    return {
        **{("stage", stage.key): stage.title for stage in stages},
        **{("question", key): text for key, text in session.execute(questions)},
        **{("criterion", key): name for key, name in session.execute(criteria)},
    }


def _reasons(session: Session, events: Sequence[Event]) -> dict[int, str]:
    """The reasons of the decisions that some events proposed."""
    ids = {event.data["decision"] for event in events if event.tag == PROPOSED and "decision" in event.data}
    if not ids:
        return {}
    rows = session.execute(select(Decision.id, Decision.reason).where(Decision.id.in_(ids)))
    return {decision_id: reason for decision_id, reason in rows if reason}


def _found(session: Session, events: Sequence[Event]) -> Iterator[tuple[Subject, str, int]]:
    """What an event is about, its reference (none for a meeting) and the stage that it belongs to."""
    ids = {subject: {event.subject_id for event in events if event.subject == subject} for subject in ABOUT}
    entries = ids["entry"] | ids["application"]
    if entries:
        rows = session.execute(
            select(Entry.id, Application.ref, Entry.stage_id)
            .join(Application, Application.id == Entry.application_id)
            .where(Entry.id.in_(entries))
        )
        yield from (((subject, number), ref, stage) for number, ref, stage in rows for subject in OF_ENTRIES)
    for subject, model in (("assignment", Assignment), ("award", Award)):
        if ids[subject]:
            found = (
                select(model.id, Application.ref, Entry.stage_id)
                .join(Entry, Entry.id == model.entry_id)
                .join(Application, Application.id == Entry.application_id)
                .where(model.id.in_(ids[subject]))
            )
            yield from (((subject, number), ref, stage) for number, ref, stage in session.execute(found))
    if ids["panel"]:
        met = select(Panel.id, Panel.stage_id).where(Panel.id.in_(ids["panel"]))
        yield from ((("panel", number), "", stage) for number, stage in session.execute(met))


def _kept(session: Session, call: Call, events: Sequence[Event], reader: int | None) -> frozenset[int]:
    """Those of the entries that a panel or officers spoke about of which a reader must know nothing."""
    spoken = {entry_id for event in events if (entry_id := spoken_of(event)) is not None}
    barred = moderation_queries.interests_against(session, call.id, reader) if spoken else frozenset()
    if not barred:
        return frozenset()
    asked = (
        select(Entry.id)
        .join(Application, Application.id == Entry.application_id)
        .where(Entry.id.in_(spoken), Application.organisation_id.in_(barred))
    )
    return frozenset(session.scalars(asked))
