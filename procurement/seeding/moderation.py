"""How a panel settles in the demonstration what its assessors differ in: called together, met, minuted, closed."""

from datetime import timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.moderation import Panel
from procurement.queries import moderation as moderation_queries
from procurement.seeding.bids import OFFICER
from procurement.seeding.parts import Part, stage_of
from procurement.seeding.plans import Reach
from procurement.seeding.timeline import Timeline
from procurement.services import moderation
from procurement.services.act import Act

CHAIR, MEMBER, OBSERVER = "chair@demo.example", "assessor@demo.example", "auditor@demo.example"
PANEL = ((CHAIR, "chair"), (MEMBER, "member"), (OBSERVER, "observer"))
PLACE = "Council House, Victoria Square, room 4"
AGREED = (
    "The panel read this part again together. The steps and the people are convincing, and the measure is one that the "
    "city can check; what is missing is what happens when the first place does not work."
)
LEFT = "The panel heard both assessors. Each reads the answer in a way that it allows, so the mean stands."
SAID = "Both assessors said what they had read in the answer, and the panel read that part aloud."
MINUTES = (
    "The chair opened the meeting and asked for interests; nobody had any that was not declared. The panel spoke about "
    "what the assessors differ in, one after the other, and about nothing else. The rest of the marks stands as it was "
    "given."
)


def set_up(timeline: Timeline, part: Part) -> None:
    """Who belongs to the panel, and what it must settle: said before anybody has marked anything."""
    people = [(timeline.person(email).id or 0, role) for email, role in PANEL]

    def make(act: Act) -> None:
        stage = stage_of(act.session, part)
        for person_id, role in people:
            moderation.add_person(act, stage.id, person_id, role)
        moderation.moderate_from(act, stage.id, part.says.apart)

    timeline.do(timeline.person(OFFICER), make)


def arrange(timeline: Timeline, part: Part) -> None:
    """Put the panel on the timeline: it is called together before the marks are locked, and meets the day after."""
    begins = part.marked_from
    timeline.at(begins + timedelta(days=8), partial(call_together, timeline, part))
    if part.shape.assesses:
        timeline.at(begins + timedelta(days=10, hours=1), partial(fill, timeline, part))
    whole = part.says.reach is not Reach.MODERATING
    timeline.at(begins + timedelta(days=11, hours=1), partial(meet, timeline, part, whole=whole))
    if whole:
        timeline.at(begins + timedelta(days=11, hours=4), partial(close, timeline, part))


def panel_of(session: Session, part: Part) -> Panel:
    """The one meeting of the stage's panel."""
    stage = stage_of(session, part)
    found = session.scalars(select(Panel.id).where(Panel.stage_id == stage.id)).one()
    return moderation_queries.get_panel(session, found)


def call_together(timeline: Timeline, part: Part) -> None:
    when = part.marked_from + timedelta(days=11)
    by = timeline.person(OFFICER)
    timeline.do(by, lambda act: moderation.call_panel(act, stage_of(act.session, part).id, when, PLACE).id)


def fill(timeline: Timeline, part: Part) -> None:
    """The marks are locked: what they differ in is put on the agenda."""
    by = timeline.person(OFFICER)
    timeline.do(by, lambda act: moderation.fill_agenda(act, panel_of(act.session, part).id))


def meet(timeline: Timeline, part: Part, *, whole: bool) -> None:
    """The panel agrees on the worst difference and leaves the others as they are; without `whole` it leaves the last
    one open."""
    by = timeline.person(CHAIR)
    present = [timeline.person(email).id or 0 for email in (CHAIR, MEMBER)]

    def settle(act: Act) -> None:
        stage = stage_of(act.session, part)
        open_ = moderation_queries.queue_of(act.session, stage.call, stage).open
        for number, each in enumerate(open_ if whole else open_[:-1]):
            entry_id, key = each.entry.entry.id, each.criterion.key
            if number == 0:
                mark = round(each.mean or 0)
                moderation.agree(act, entry_id, key, mark, AGREED, present)
            else:
                moderation.leave_as_is(act, entry_id, key, LEFT, present)
            act.session.flush()
        panel = panel_of(act.session, part)
        for item in moderation_queries.agenda_of(act.session, panel, without=()):
            if whole or item.agreed:
                moderation.write_item_minutes(act, item.item.id, SAID, version=item.item.version)

    timeline.do(by, settle)


def close(timeline: Timeline, part: Part) -> None:
    """The minutes are written, the meeting ends, and the agreed marks are committed to."""
    chair = timeline.person(CHAIR)

    def make(act: Act) -> None:
        panel = panel_of(act.session, part)
        by_chair = act.made_by(chair)
        moderation.write_minutes(by_chair, panel.id, MINUTES, version=panel.version)
        act.session.flush()
        moderation.close_panel(act, panel.id)
        moderation.close_moderation(act, stage_of(act.session, part).id)

    timeline.do(timeline.person(OFFICER), make)
