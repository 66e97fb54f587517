"""Reading what happened to a call, as far as whoever asks may know it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application, Entry
from procurement.models.assessment import Assignment
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.history import Event
from procurement.models.moderation import Panel
from procurement.models.stages import Stage
from procurement.queries import moderation as moderation_queries

PAGE = 50
# Before the opening staff may not know that an application exists, nor when: only what staff did themselves is shown.
UNSEALED = ("call", "stage", "opening")
# What says that an application is in a stage. Those of before there were stages are about the application, whose one
# entry has its id.
OF_ENTRIES = ("entry", "application")
ABOUT = (*OF_ENTRIES, "assignment", "award", "panel")
SETTLED = ("entry.agree_mark", "entry.leave_marks")
Subject = tuple[str, int]


def visible(call: Call) -> ColumnElement[bool]:
    """Which events of a call staff may see now: an entry's from its stage's opening on, whatever was opened before."""
    opened = select(Stage.id).where(Stage.call_id == call.id, Stage.opened_at.is_not(None))
    entries = select(Entry.id).where(Entry.stage_id.in_(opened))
    return or_(
        Event.subject.in_(UNSEALED),
        and_(Event.subject.in_(OF_ENTRIES), Event.subject_id.in_(entries)),
        and_(Event.subject.not_in(OF_ENTRIES), opened.exists()),
    )


def count_events(session: Session, call: Call) -> int:
    return session.scalar(select(func.count()).where(Event.call_id == call.id, visible(call))) or 0


def list_events(session: Session, call: Call, *, page: int = 1, whole: bool = False) -> list[Event]:
    """A page of the call's history, newest first; or all of it, oldest first."""
    found = (
        select(Event)
        .where(Event.call_id == call.id, visible(call))
        .options(joinedload(Event.actor), joinedload(Event.note))
    )
    if whole:
        return list(session.scalars(found.order_by(Event.position)))
    return list(session.scalars(found.order_by(Event.position.desc()).limit(PAGE).offset((page - 1) * PAGE)))


@dataclass(frozen=True)
class About:
    """What some events of a call are about, as its readers know it.

    `refs` are references, `stages` the stage of what each event is about, both by subject and id; `several`: whether
    the call has others too, since else a stage's title tells nothing. `people` are those whom an event names by id.
    `kept` are the entries of organisations of which the reader must know nothing.
    """

    refs: Mapping[Subject, str] = field(default_factory=dict)
    stages: Mapping[Subject, Stage] = field(default_factory=dict)
    several: bool = False
    people: Mapping[int, str] = field(default_factory=dict)
    kept: frozenset[int] = frozenset()

    def named(self, event: Event) -> str:
        """Its reference, and its stage where the call has several."""
        key = event.subject, event.subject_id
        stage = self.stages[key].title if self.several and key in self.stages else ""
        return " · ".join(filter(None, (self.refs.get(key, ""), stage)))

    def noun(self, event: Event) -> str:
        """What is handed in to the stage of an event."""
        stage = self.stages.get((event.subject, event.subject_id))
        return "application" if stage is None else stage.noun

    def is_invitation(self, event: Event) -> bool:
        """Whether an entry was begun for its team: each of a stage after the first."""
        stage = self.stages.get((event.subject, event.subject_id))
        return stage is not None and stage.number > 1

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
    asked = {event.data["person"] for event in events if event.tag == "assignment.begin" and "person" in event.data}
    people = moderation_queries.names_of(session, asked) if asked else {}
    return About(refs, of, len(stages) > 1, people, _kept(session, call, events, reader))


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
