"""The minutes of a panel: of the meeting as a whole, of each application by itself, and made into a document."""

from collections.abc import Collection, Mapping

from procurement.models.calls import Call
from procurement.models.moderation import Panel, PanelItem
from procurement.queries import calls as calls_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import moderation as moderation_queries
from procurement.rules.documents import AgreedLine, Fact, MinutedItem, PanelMinutes
from procurement.rules.moderation import LONGEST
from procurement.rules.permissions import Permission, may
from procurement.rules.questions import normalise
from procurement.services import about, documents
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.moderation.locks import lock_item, lock_panel
from procurement.services.moderation.panels import discuss, leave_the_room
from procurement.services.refusal import Refusal, Stale
from workflows.engine import FORBIDDEN
from workflows.facts import Sentence, in_words
from workflows.scoring.schemes import Criterion

ROLES = {"chair": "Chair", "member": "Member", "observer": "Observer"}


def write_minutes(act: Act, panel_id: int, text: str, *, version: int) -> Panel:
    """The minutes of the meeting as a whole: everybody of the panel reads them, so they name no application."""
    call, panel = lock_panel(act, panel_id)
    text = _text(text)
    if text == panel.minutes:
        return panel
    if panel.version != version:
        raise Stale(yours={"minutes": text}, theirs={"minutes": panel.minutes}, version=panel.version)
    panel.minutes = text
    panel.version += 1
    record(act, "panel.write_minutes", "panel", panel.id, call_id=call.id, note=text)
    return panel


def write_item_minutes(act: Act, item_id: int, text: str, *, version: int) -> PanelItem:
    """What was said about one application; whoever has a conflict about it reads nothing of this."""
    call, panel, item = lock_item(act, item_id)
    if not may(act.by, Permission.MODERATE, panel.stage, act.now):
        raise Refusal(FORBIDDEN, status=403)
    text = _text(text)
    if text == item.minutes:
        return item
    if item.version != version:
        raise Stale(yours={"minutes": text}, theirs={"minutes": item.minutes}, version=item.version)
    item.minutes = text
    item.discussed_at = item.discussed_at or act.now
    item.version += 1
    data = {"panel": panel.id, "entry": item.entry_id}
    record(act, "panel.write_minutes", "panel", panel.id, call_id=call.id, data=data, note=text)
    return item


def note_item(
    act: Act, item_id: int, *, minutes: str, discussed: bool, left: Collection[int], version: int
) -> PanelItem:
    """Everything that is noted of one application at once. Who leaves the room comes last: whoever notes that of
    themselves sees nothing of it from then on. A page from before somebody else noted something takes none of it back,
    an interest that was declared least of all: Stale."""
    _, _, item = lock_item(act, item_id)
    if item.version != version:
        raise Stale(yours={"minutes": _text(minutes)}, theirs={"minutes": item.minutes}, version=item.version)
    write_item_minutes(act, item_id, minutes, version=version)
    if discussed:
        discuss(act, item_id)
    return leave_the_room(act, item_id, left)


def close_panel(act: Act, panel_id: int) -> Panel:
    """End a meeting that has begun: its minutes are made, whole, for the record of the call; nothing in it changes any
    more."""
    call, panel = lock_panel(act, panel_id)
    items = moderation_queries.agenda_of(act.session, panel, without=())
    if act.now < panel.held_at:
        raise Refusal(Sentence("The panel has not met yet. It meets on %(when)s.", when=panel.held_at))
    if not panel.minutes and not any(each.item.minutes for each in items):
        raise Refusal(Sentence("Write the minutes first."))
    panel.closed_at, panel.closed_by = act.now, act.by.id
    panel.version += 1
    data = {"discussed": sum(1 for each in items if each.item.discussed_at is not None), "items": len(items)}
    record(act, "panel.close", "panel", panel.id, call_id=call.id, data=data)
    documents.request(
        act,
        "panel_minutes",
        f"panel_minutes:{panel.id}",
        _content(act, call, panel, items),
        title=f"Minutes of the panel of {call.ref}",
        reference=call.ref,
        about=about.stage(panel.stage),
    )
    return panel


def _content(act: Act, call: Call, panel: Panel, items: Collection[moderation_queries.Item]) -> PanelMinutes:
    table = decisions_queries.table_of(act.session, call, panel.stage, comments=False)
    criteria = {each.key: each for each in table.scheme.criteria}
    everybody = moderation_queries.people_of(act.session, panel.stage_id)
    wanted = {*(id_ for each in items for id_ in each.item.conflicts)}
    wanted |= {id_ for each in items for agreed in each.agreed for id_ in agreed.present}
    names = moderation_queries.names_of(act.session, wanted)
    lots = calls_queries.lots_of(act.session, call.id)
    return PanelMinutes(
        call=f"{call.title} ({call.ref})",
        stage=panel.stage.title,
        held=in_words(panel.held_at),
        place=panel.place,
        people=tuple(Fact(name=ROLES[each.role], value=each.person.name) for each in everybody),
        items=tuple(_item(each, criteria, names, several=len(lots) > 1) for each in items),
        minutes=panel.minutes,
        closed=f"{in_words(act.now)}, by {act.by.name}",
        noun=panel.stage.decided_noun,
    )


def _item(
    each: moderation_queries.Item, criteria: Mapping[str, Criterion], names: Mapping[int, str], *, several: bool
) -> MinutedItem:
    application = each.entry.application
    lot = f"Lot {application.lot.number}: {application.lot.title}" if several else ""
    return MinutedItem(
        number=str(each.item.position),
        reference=application.ref,
        title=each.entry.title,
        organisation=application.organisation.name,
        lot=lot,
        discussed=in_words(each.item.discussed_at) if each.item.discussed_at is not None else "",
        left=tuple(names[id_] for id_ in each.item.conflicts),
        agreed=tuple(
            AgreedLine(
                criterion=criteria[mark.criterion].name,
                mark=f"{mark.mark} of {criteria[mark.criterion].top}" if mark.mark is not None else "Left as it is",
                reason=mark.reason,
                present=", ".join(names[id_] for id_ in mark.present),
            )
            for mark in each.agreed
        ),
        minutes=each.item.minutes,
    )


def _text(text: str) -> str:
    text = normalise(text).strip()
    if len(text) > LONGEST:
        raise Refusal(Sentence("A text is longer than %(most)s characters. Shorten it.", most=LONGEST))
    return text
