"""What every page of one application in a stage shows: where it stands, until when, and what counts meanwhile."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template
from sqlalchemy.orm import Session

from procurement.models.applications import Application, Entry, Submission
from procurement.models.awards import Award
from procurement.models.stages import Stage
from procurement.queries import applications as applications_queries
from procurement.queries import disqualifications as disqualifications_queries
from procurement.queries import stages as stages_queries
from procurement.queries import windows as windows_queries
from procurement.rules.applications import Shown, place_of, shown_to_team
from procurement.rules.disqualification import ENDINGS
from procurement.rules.permissions import Permission
from procurement.rules.statuses import Place
from procurement.web.context import allowed, now, session
from procurement.web.filters import status_words
from workflows.catalogue import states
from workflows.engine import phase

GOING_ON = (Place.IN_ASSESSMENT, Place.DECIDING)


@dataclass(frozen=True)
class Frame:
    """`place` is where it is for the team in this stage; `writable` whether this person may change the draft now.

    `closes_at` is None where the stage collects nothing. `ruled_out`: in what word it is out (disqualified, excluded,
    disregarded); empty where it is not.
    """

    entry: Entry
    place: Place
    open: bool
    closed: bool
    closes_at: datetime | None
    standing: Submission | None
    writable: bool
    may_submit: bool
    ruled_out: str

    @property
    def application(self) -> Application:
        return self.entry.application

    @property
    def stage(self) -> Stage:
        return self.entry.stage

    @property
    def sent(self) -> bool:
        """Whether a submission of it stands."""
        return self.standing is not None

    @property
    def silent(self) -> bool:
        return is_silent(self.entry, self.place)

    @property
    def being_done(self) -> str:
        """What is done with it between the closing and the telling: `Being checked`."""
        shown = shown_to_team(self.entry.state, self.place, stage_state=self.stage.state)
        return status_words(shown.key, shown.of, shown.public, shown.told)[0]

    @property
    def newest(self) -> bool:
        """Whether this is the stage that the application has come to."""
        return self.application.entry_id == self.entry.id

    @property
    def where(self) -> dict[str, Any]:
        """The parts of an address of these pages: without a stage it is always about the newest."""
        return {"ref": self.application.ref} | ({} if self.newest else {"stage": self.stage.key})


@dataclass(frozen=True)
class Reached:
    """A stage that an application reached, how it stands there for its team, and the word for that."""

    entry: Entry
    place: Place
    shown: Shown

    @property
    def silent(self) -> bool:
        return is_silent(self.entry, self.place)


def load_entry(reading: Session, ref: str, stage: str = "", **_: object) -> Entry | None:
    """For `allow`: the application that an address names, in that stage, or in the newest where it names none."""
    return applications_queries.find_entry(reading, ref, stage)


def frame(entry: Entry) -> Frame:
    """Where an application stands in a stage at this request's instant."""
    stage = entry.stage
    by_clock = phase(stage.opens_at, stage.closes_at, now())
    live = (
        entry.application.call.state in states.call.published
        and stages_queries.takes(stage)
        and stage.ended_at is None
        and by_clock == "open"
    )
    return Frame(
        entry=entry,
        place=place(entry, entry.application),
        open=live,
        closed=not stage.collects or by_clock == "closed",
        closes_at=stage.closes_at,
        standing=entry.standing,
        writable=live and entry.state in states.entry.writable and allowed(Permission.APPLICATION_WRITE, entry),
        may_submit=allowed(Permission.APPLICATION_SUBMIT, entry),
        ruled_out=_ruled_out(entry),
    )


def _ruled_out(entry: Entry) -> str:
    if entry.state not in states.entry.disqualified:
        return ""
    found = disqualifications_queries.find_approved(session(), entry.application_id)
    return "" if found is None else status_words(ENDINGS[found.ground], "ending")[0]


def place(entry: Entry, application: Application) -> Place:
    """Where an application is in a stage for its team now; the entry has its stage, the application its call."""
    stage = entry.stage
    return place_of(
        entry.state,
        call_state=application.call.state,
        stage_state=stage.state,
        closed=phase(stage.opens_at, stage.closes_at, now()) == "closed",
        told=entry.told,
        required=stage.required,
        ended=stage.ended_at is not None,
    )


def is_silent(entry: Entry, where: Place) -> bool:
    """Whether a team sent nothing to a stage that it need not send anything to, and goes on all the same."""
    stage = entry.stage
    return stage.collects and not stage.required and entry.standing is None and where in GOING_ON


def reached(entry: Entry, application: Application, award: Award | None, ending: str = "") -> Reached:
    """How an application stands in a stage, and in what word; `ending`: by what it ended (`queries.endings`)."""
    where = place(entry, application)
    made = award.state if award else ""
    word = shown_to_team(entry.state, where, made, stage_state=entry.stage.state, ending=ending)
    return Reached(entry, where, word)


def again(entry: Entry) -> Stage | None:
    """Where its team can apply again, now or when that opens: the window after the one in which it came to its end."""
    if entry.application.entry_id != entry.id:
        return None
    return windows_queries.again(session(), [entry], now()).get(entry.id)


def page(template: str, entry: Entry, **values: object) -> str:
    """A page of an application in a stage with its frame."""
    return render_template(
        f"apply/{template}.html",
        entry=entry,
        application=entry.application,
        stage=entry.stage,
        frame=frame(entry),
        again=again(entry),
        **values,
    )
