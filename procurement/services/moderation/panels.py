"""Calling a panel together: when and where, what it speaks about, and who leaves the room for what."""

from collections.abc import Collection
from datetime import datetime

from procurement.models.calls import Call
from procurement.models.moderation import Panel, PanelItem
from procurement.models.stages import Stage, StagePerson
from procurement.queries import moderation as moderation_queries
from procurement.rules.moderation import LONGEST
from procurement.rules.permissions import Permission, may
from procurement.rules.questions import normalise
from procurement.rules.references import BYTES_NEEDED, VERIFY_LENGTH, code
from procurement.services import about, messages
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.locks import lock_stage
from procurement.services.moderation.locks import lock_item, lock_panel
from procurement.services.refusal import Refusal, require_role
from workflows.catalogue import states
from workflows.engine import FORBIDDEN
from workflows.facts import Sentence, in_words


def call_panel(act: Act, stage_id: int, held_at: datetime, place: str) -> Panel:
    """Call the panel of a stage together, by an officer: its people are told, and what is open is put on its agenda."""
    call, stage = lock_stage(act.session, stage_id)
    require_role(act.by, Permission.PANEL_MANAGE)
    if not stage.moderates:
        raise Refusal(Sentence("This stage has no panel."), status=404)
    if stage.state in states.stage.decided or call.state not in states.call.published:
        raise Refusal(Sentence("A panel meets between the publication of the call and the approval of the decisions."))
    everybody = moderation_queries.people_of(act.session, stage.id)
    chair = next((each for each in everybody if each.role == "chair"), None)
    if chair is None:
        raise Refusal(Sentence("The panel has no chair yet. Name one before it moderates."))
    panel = Panel(
        ref=code(act.ports.randomness.bytes(BYTES_NEEDED), VERIFY_LENGTH),
        stage_id=stage.id,
        held_at=_ahead(act, held_at),
        place=_place(place),
        chair_id=chair.person_id,
        called_by=act.by.id,
        called_at=act.now,
    )
    act.session.add(panel)
    act.session.flush()
    record(act, "panel.call", "panel", panel.id, call_id=call.id, data={"stage": stage.id, "held_at": panel.held_at})
    if stage.state in states.stage.moderating:
        _fill(act, call, stage, panel)
    _tell(act, call, stage, panel, everybody)
    return panel


def change_panel(act: Act, panel_id: int, held_at: datetime, place: str, *, version: int) -> Panel:
    """Another time or place; everybody of the panel is told."""
    call, panel = lock_panel(act, panel_id)
    require_role(act.by, Permission.PANEL_MANAGE)
    _same(panel, version)
    place = _place(place)
    if (panel.held_at, panel.place) == (held_at, place):
        return panel
    data = {"before": panel.held_at, "after": held_at}
    panel.held_at, panel.place = _ahead(act, held_at), place
    panel.version += 1
    record(act, "panel.change", "panel", panel.id, call_id=call.id, data=data)
    _tell(act, call, panel.stage, panel, moderation_queries.people_of(act.session, panel.stage_id))
    return panel


def fill_agenda(act: Act, panel_id: int) -> int:
    """Put what is open and on no agenda yet on this one, the worst first; returns how many applications."""
    call, panel = lock_panel(act, panel_id)
    if panel.stage.state not in states.stage.moderating:
        raise Refusal(Sentence("The agenda is made from the lock of the marks on, of what they differ in."))
    return _fill(act, call, panel.stage, panel)


def discuss(act: Act, item_id: int) -> PanelItem:
    """Note that an application was spoken about, now."""
    call, panel, item = lock_item(act, item_id)
    _require_moderator(act, panel)
    if item.discussed_at is None:
        item.discussed_at = act.now
        item.version += 1
        _record(act, "panel.discuss", call, item)
    return item


def leave_the_room(act: Act, item_id: int, person_ids: Collection[int]) -> PanelItem:
    """Note who has an interest in an application and leaves the room: from now on it is not there for them."""
    call, panel, item = lock_item(act, item_id)
    _require_moderator(act, panel)
    known = {each.person_id for each in panel.stage.people} | {act.by.id, *item.conflicts}
    if not set(person_ids) <= known:
        raise Refusal(Sentence("Choose people of this panel."))
    _left(act, call, item, sorted(set(person_ids)), "")
    return item


def declare_interest(act: Act, item_id: int, explanation: str) -> PanelItem:
    """Somebody of the panel declares an interest in an application: item, papers and minutes of it are gone for them,
    here and in every other panel of the call."""
    call, panel, item = lock_item(act, item_id)
    if not may(act.by, Permission.PANEL_READ, panel, act.now) or act.by.id is None:
        raise Refusal(FORBIDDEN, status=403)
    explanation = normalise(explanation).strip()
    if not explanation or len(explanation) > LONGEST:
        raise Refusal(Sentence("Say what your interest is."))
    _left(act, call, item, sorted({*item.conflicts, act.by.id}), explanation)
    return item


def _left(act: Act, call: Call, item: PanelItem, left: list[int], note: str) -> None:
    if left == item.conflicts:
        return
    before, item.conflicts = item.conflicts, left
    item.version += 1
    data = {"panel": item.panel_id, "entry": item.entry_id, "before": before, "after": left}
    record(act, "panel.leave_the_room", "panel", item.panel_id, call_id=call.id, data=data, note=note)


def _fill(act: Act, call: Call, stage: Stage, panel: Panel) -> int:
    queue = moderation_queries.queue_of(act.session, call, stage)
    there = moderation_queries.on_agendas(act.session, stage.id)
    fresh = [
        entry_id for entry_id in dict.fromkeys(each.entry.entry.id for each in queue.open) if entry_id not in there
    ]
    last = moderation_queries.last_position(act.session, panel.id)
    act.session.add_all(
        PanelItem(panel_id=panel.id, entry_id=entry_id, position=place, conflicts=[])
        for place, entry_id in enumerate(fresh, last + 1)
    )
    act.session.flush()
    if fresh:
        record(act, "panel.fill", "panel", panel.id, call_id=call.id, data={"entries": fresh})
    return len(fresh)


def _tell(act: Act, call: Call, stage: Stage, panel: Panel, everybody: Collection[StagePerson]) -> None:
    messages.tell(
        act,
        "panel_called",
        [each.person for each in everybody],
        {
            "reference": call.ref,
            "call": call.title,
            "when": in_words(panel.held_at),
            "place": panel.place,
            "link": f"/assess/panels/{panel.ref}",
        },
        occasion=f"panel_called:{panel.id}:{panel.version}:",
        about=about.stage(stage),
    )


def _require_moderator(act: Act, panel: Panel) -> None:
    if not may(act.by, Permission.MODERATE, panel.stage, act.now):
        raise Refusal(FORBIDDEN, status=403)


def _record(act: Act, tag: str, call: Call, item: PanelItem) -> None:
    record(act, tag, "panel", item.panel_id, call_id=call.id, data={"panel": item.panel_id, "entry": item.entry_id})


def _same(panel: Panel, version: int) -> None:
    if panel.version != version:
        raise Refusal(Sentence("Somebody changed this while you were editing."))


def _ahead(act: Act, held_at: datetime) -> datetime:
    if held_at <= act.now:
        raise Refusal(Sentence("Choose a time that is still to come."))
    return held_at


def _place(place: str) -> str:
    text = normalise(place).strip()
    if not text or len(text) > LONGEST:
        raise Refusal(Sentence("Say where the panel meets, or how to join it."))
    return text
