"""What a team reads of its time: that there are some to choose from, which it has, that it changed, that it is near."""

from sqlalchemy import select

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.people import Person
from procurement.models.slots import Slot
from procurement.models.stages import Stage
from procurement.queries import applications as applications_queries
from procurement.queries import calls as calls_queries
from procurement.queries import installation as installation_queries
from procurement.queries import people as people_queries
from procurement.queries import slots as slots_queries
from procurement.rules.dates import uk_day
from procurement.rules.documents import Fact, SlotLetter, salutation_of
from procurement.rules.slots import chosen_until, times_in_words, where_in_words
from procurement.services import about, documents, messages
from procurement.services.act import Act
from procurement.services.locks import lock_stage
from procurement.services.slots.locks import lock_slots
from workflows.catalogue import states
from workflows.facts import day_in_words, in_words


def tell_free(act: Act, entry_id: int) -> None:
    """Tell a team, once, that it can choose a time: one that reached the stage after the times were offered."""
    stage_id = act.session.scalars(select(Entry.stage_id).where(Entry.id == entry_id)).one()
    call, stage = lock_stage(act.session, stage_id)
    entry = applications_queries.get_entry(act.session, entry_id, fresh=True)
    waits = entry.state in states.entry.assessing and slots_queries.id_of_entry(act.session, entry_id) is None
    if slots_queries.is_presenting(call, stage) and waits:
        invite(act, stage, entry, occasion=0)


def invite(act: Act, stage: Stage, entry: Entry, *, occasion: int) -> None:
    """Tell a team that there are times to choose from; `occasion` tells one offer from another."""
    until = f"Choose by {in_words(stage.choose_by)}." if stage.choose_by is not None else "Choose soon."
    _tell(act, stage.call, stage, entry, slots_queries.OFFERED, f"slot_offered:{entry.id}:{occasion}:", until=until)


def tell_chosen(act: Act, call: Call, stage: Stage, entry: Entry, slot: Slot) -> None:
    """The details, to the whole team, when it has a time for the first time; and the letter."""
    occasion = f"slot_chosen:{entry.id}:{slot.id}:{_tag(act)}:"
    _tell(act, call, stage, entry, "slot_chosen", occasion, when=_when(slot), where=_where(slot))
    _request_letter(act, call, stage, entry, slot)


def tell_changed(act: Act, call: Call, stage: Stage, entry: Entry, slot: Slot) -> None:
    """What holds now, after another time or another place; and a new letter."""
    occasion = f"slot_changed:{entry.id}:{slot.id}:{_tag(act)}:"
    _tell(act, call, stage, entry, "slot_changed", occasion, standing=f"It is now on {_when(slot)}: {_where(slot)}.")
    _request_letter(act, call, stage, entry, slot)


def tell_released(act: Act, call: Call, stage: Stage, entry: Entry, slot: Slot) -> None:
    """That the time which a team had is not its own any more."""
    occasion = f"slot_changed:{entry.id}:{slot.id}:{_tag(act)}:"
    standing = f"The time that you had, on {_when(slot)}, does not hold any more. Choose another one, or wait for ours."
    _tell(act, call, stage, entry, "slot_changed", occasion, standing=standing)


def remind(act: Act, slot_id: int) -> None:
    """Two days before, once: the sweep's. Whose time it is, is read while nobody can change it."""
    stage_id = act.session.scalar(select(Slot.stage_id).where(Slot.id == slot_id))
    if stage_id is None:
        return
    call, stage = lock_stage(act.session, stage_id)
    lock_slots(act.session, [slot_id])
    found = slots_queries.find(act.session, slot_id, fresh=True)
    due = slots_queries.due_to_remind(act.session, act.now)
    if found is None or found.entry is None or slot_id not in due:
        return
    found.reminded_at = act.now
    occasion = f"slot_reminder:{found.entry.id}:{found.id}:{_tag(act)}:"
    _tell(act, call, stage, found.entry, "slot_reminder", occasion, when=_when(found), where=_where(found))


def _tell(act: Act, call: Call, stage: Stage, entry: Entry, kind: str, occasion: str, **said: str) -> None:
    application = entry.application
    fields = {
        "reference": application.ref,
        "call": call.title,
        "stage": stage.title,
        "link": f"/applications/{application.ref}/stages/{stage.key}/slot",
        **said,
    }
    team = people_queries.reachable(act.session, application.organisation_id)
    messages.tell(act, kind, team, fields, occasion=occasion, about=about.entry(entry))


def _request_letter(act: Act, call: Call, stage: Stage, entry: Entry, slot: Slot) -> None:
    application, settings = entry.application, installation_queries.settings(act.session, act.today)
    firm, lot = application.organisation, application.lot
    until = chosen_until(slot.starts_at, stage.choose_by)
    page = f"{act.ports.base_url}/applications/{application.ref}/stages/{stage.key}/slot"
    several = len(calls_queries.lots_of(act.session, call.id)) > 1
    content = SlotLetter(
        organisation=firm.name,
        address=tuple(line for line in (firm.street, firm.town, firm.postcode) if line),
        application=application.ref,
        project=entry.title,
        call=f"{call.title} ({call.ref})",
        lot=f"Lot {lot.number}: {lot.title}" if several else "",
        dated=day_in_words(uk_day(act.now)),
        contact=call.contact or str(settings["help_email"]),
        salutation=salutation_of(people_queries.leads_of(act.session, [firm.id]).get(firm.id, ""), firm.name),
        signed_by=act.session.get_one(Person, slot.offered_by).name,
        noun=stage.decided_noun,
        stage=stage.title,
        when=_when(slot),
        place=slot.place,
        joining=slot.joining,
        change=f"You can change it until {in_words(until)} at {page}." if act.now < until else "",
        next_steps=(
            Fact(name=_when(slot), value=f"{stage.title}: {_where(slot)}."),
            Fact(name="If you cannot come", value=f"Write to {call.contact or settings['help_email']} at once."),
        ),
    )
    documents.request(
        act,
        "slot_letter",
        f"slot_letter:{entry.id}:{slot.id}:{_tag(act)}",
        content,
        title=f"Date of {application.ref}: {stage.title}",
        reference=application.ref,
        about=about.entry(entry),
    )


def _when(slot: Slot) -> str:
    return times_in_words(slot.starts_at, slot.ends_at)


def _where(slot: Slot) -> str:
    return where_in_words(slot.place, joining=bool(slot.joining))


def _tag(act: Act) -> str:
    return f"{act.now:%Y%m%d%H%M%S%f}"
