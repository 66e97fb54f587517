"""The times of a stage in which teams present: laid out, given, freed; and who came."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from procurement.models.slots import Slot
from procurement.models.stages import Stage
from procurement.queries import slots as slots_queries
from procurement.rules.calls import mark
from procurement.rules.permissions import Permission
from procurement.rules.slots import (
    LONGEST_JOINING,
    LONGEST_PLACE,
    MOST_AT_ONCE,
    Attendance,
    Offer,
    faults,
    series,
    split,
    where_faults,
)
from procurement.services import slots
from procurement.services.refusal import Refusal
from procurement.services.slots.offering import place_mark
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, now, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, DateTimePartsField, TextField, VersionField, WholeNumberField
from procurement.web.manage.loading import frame, load_stage

pages = Blueprint("manage_slots", __name__, url_prefix="/manage/calls/<ref>/stages/<stage>/slots")
EVERY_LOT = "every"


class OfferForm(PageForm):
    starts_at = DateTimePartsField(
        _l("When does the first time begin?"), missing=_l("Enter when the first time begins"), description=_l("UK time")
    )
    minutes = WholeNumberField(
        _l("How many minutes does a time last?"), missing=_l("Enter how long a time lasts"), least=5, most=480
    )
    count = WholeNumberField(
        _l("How many times, one after the other?"), missing=_l("Enter how many times"), least=1, most=MOST_AT_ONCE
    )
    pause = WholeNumberField(
        _l("How many minutes between two?"), missing=_l("Enter how long the break is, or 0"), least=0, most=480
    )
    lot = ChoiceField(_l("For which lot?"))
    place = TextField(_l("Where is it?"), most=LONGEST_PLACE, description=_l("Building, room, how to get there"))
    joining = TextField(_l("Link to join from afar"), most=LONGEST_JOINING, description=_l("It begins with https://."))
    seen = VersionField()


class PlaceForm(PageForm):
    place = TextField(_l("Where is it?"), most=LONGEST_PLACE, description=_l("Building, room, how to get there"))
    joining = TextField(_l("Link to join from afar"), most=LONGEST_JOINING, description=_l("It begins with https://."))
    version = VersionField()


class AssignForm(PageForm):
    entry = ChoiceField(_l("Who gets this time?"), missing=_l("Choose who gets it"), coerce=int, select=True)


@dataclass(frozen=True)
class Day:
    """One day in UK time, with its times."""

    words: str
    slots: list[Slot]


def load_presented(reading: Session, ref: str, stage: str, **_: object) -> Stage | None:
    """A stage in which teams present; the others have no times."""
    found = load_stage(reading, ref, stage)
    return found if found is not None and found.presents else None


@pages.get("")
@allow(Permission.SLOTS_READ, load_presented)
def show(stage_row: Stage, ref: str, stage: str) -> Page:
    found = slots_queries.list_slots(session(), stage_row.id)
    days: dict[str, list[Slot]] = {}
    for each in found:
        days.setdefault(split(each.starts_at)[0], []).append(each)
    return render_template(
        "manage/slots/show.html",
        **frame(stage_row),
        days=[Day(words, own) for words, own in days.items()],
        taken=sum(1 for each in found if each.entry_id is not None),
        free=sum(1 for each in found if each.free and each.starts_at > now()),
        without=slots_queries.without_slot(session(), stage_row.id),
        unnoted=slots_queries.attendance_missing(session(), stage_row),
        presenting=slots_queries.is_presenting(stage_row.call, stage_row),
        may_manage=_may_manage(stage_row),
        several_lots=len(stage_row.lots) > 1,
        words=_attendance_words(),
        time_of=_time_of,
    )


@pages.get("/offer")
@allow(Permission.SLOT_MANAGE, load_presented)
def ask(stage_row: Stage, ref: str, stage: str) -> Page:
    form = OfferForm(formdata=None, data={"minutes": 45, "count": 1, "pause": 15, "lot": EVERY_LOT})
    return _offer_page(stage_row, form, None)


@pages.post("/offer")
@allow(Permission.SLOT_MANAGE, load_presented)
def offer(stage_row: Stage, ref: str, stage: str) -> Page:
    """The first press shows which times there would be; the second, with nothing changed between, offers them."""
    form = _with_lots(OfferForm(), stage_row)
    if not form.sent():
        return _offer_page(stage_row, form, None), REFUSED
    offered = _offer_of(form)
    for fault in where_faults(offered.place, offered.joining):
        form.refuse("place", sentence(fault))
    for fault in faults(offered, now()):
        if fault not in where_faults(offered.place, offered.joining):
            form.refuse("starts_at", sentence(fault))
    if form.errors:
        return _offer_page(stage_row, form, None), REFUSED
    seen = mark({name: field.data for name, field in form._fields.items() if name not in ("seen", "csrf_token")})
    if "offer" not in request.form or form.seen.data != seen:
        form.seen.data = seen
        return _offer_page(stage_row, form, offered)
    stage_id, key = stage_row.id, stage_row.key
    try:
        made = do(slots.offer, stage_id, offered)
    except Refusal as refusal:
        for reason in refusal.reasons:
            form.refuse("starts_at", sentence(reason))
        return _offer_page(_again(ref, key), form, None), refusal.status
    flash(ngettext("%(num)s time is offered.", "%(num)s times are offered.", len(made)), "success")
    return redirect(url_for(".show", ref=ref, stage=key), 303)


@pages.get("/<int:slot>")
@allow(Permission.SLOT_MANAGE, load_presented)
def one(stage_row: Stage, ref: str, stage: str, slot: int) -> Page:
    found = _slot(ref, stage, slot)
    return _one(stage_row, found, _place_form(found), AssignForm(formdata=None))


@pages.post("/<int:slot>/place")
@allow(Permission.SLOT_MANAGE, load_presented)
def change_place(stage_row: Stage, ref: str, stage: str, slot: int) -> Page:
    found, form = _slot(ref, stage, slot), PlaceForm()
    place, joining = form.place.data or "", form.joining.data or ""
    if form.sent():
        for fault in where_faults(place, joining):
            form.refuse("place", sentence(fault))
    if form.errors:
        return _one(stage_row, found, form, AssignForm(formdata=None)), REFUSED
    do(slots.change_place, slot, place, joining, version=form.version.data)
    flash(_("Saved. Whoever has this time is told."), "success")
    return redirect(url_for(".one", ref=ref, stage=stage, slot=slot), 303)


@pages.post("/<int:slot>/assign")
@allow(Permission.SLOT_MANAGE, load_presented)
def assign(stage_row: Stage, ref: str, stage: str, slot: int) -> Page:
    found, form = _slot(ref, stage, slot), AssignForm()
    form.entry.choices = _choices(stage_row, found)
    if not form.sent():
        return _one(stage_row, found, _place_form(found), form), REFUSED
    do(slots.assign, slot, form.entry.data)
    flash(_("The time is given. The team is told."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage), 303)


@pages.post("/<int:slot>/release")
@allow(Permission.SLOT_MANAGE, load_presented)
def release(stage_row: Stage, ref: str, stage: str, slot: int) -> Page:
    _slot(ref, stage, slot)
    do(slots.release, slot)
    flash(_("The time is free again. The team that had it is told."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage), 303)


@pages.post("/<int:slot>/withdraw")
@allow(Permission.SLOT_MANAGE, load_presented)
def withdraw(stage_row: Stage, ref: str, stage: str, slot: int) -> Page:
    _slot(ref, stage, slot)
    do(slots.withdraw, slot)
    flash(_("The time is taken away. Nobody can choose it any more."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage), 303)


@pages.post("/<int:slot>/attendance")
@allow(Permission.SLOT_MANAGE, load_presented)
def note(stage_row: Stage, ref: str, stage: str, slot: int) -> Page:
    _slot(ref, stage, slot)
    sent = request.form.get("attendance", "")
    if sent and sent not in set(Attendance):
        abort(400)
    do(slots.note, slot, Attendance(sent) if sent else None)
    flash(_("Noted.") if sent else _("The note is taken back."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage), 303)


# parts


def _may_manage(stage: Stage) -> bool:
    return allowed(Permission.SLOT_MANAGE, stage) and slots_queries.is_offering(stage.call, stage)


def _again(ref: str, key: str) -> Stage:
    """The stage after something was refused: what was read before is forgotten."""
    found = load_presented(session(), ref, key)
    assert found is not None  # noqa: S101  (it was there a moment ago)
    return found


def _slot(ref: str, stage: str, slot_id: int) -> Slot:
    found = slots_queries.find_of_stage(session(), ref, stage, slot_id)
    if found is None:
        abort(404)
    return found


def _with_lots(form: OfferForm, stage: Stage) -> OfferForm:
    lots = sorted((row.lot for row in stage.lots), key=lambda lot: lot.number)
    form.lot.choices = [
        (EVERY_LOT, _("Every lot")),
        *((str(lot.id), _("Lot %(number)s: %(title)s", number=lot.number, title=lot.title)) for lot in lots),
    ]
    return form


def _offer_of(form: OfferForm) -> Offer:
    times = series(
        form.starts_at.data, minutes=form.minutes.data, pause=form.pause.data or 0, count=form.count.data or 0
    )
    lot_id = None if form.lot.data in (None, EVERY_LOT) else int(form.lot.data)
    return Offer(times, form.place.data or "", form.joining.data or "", lot_id)


def _offer_page(stage: Stage, form: OfferForm, offered: Offer | None) -> str:
    return render_template(
        "manage/slots/offer.html",
        **frame(stage),
        form=_with_lots(form, stage),
        times=offered.times if offered is not None else (),
        several_lots=len(stage.lots) > 1,
        may_manage=_may_manage(stage),
    )


def _place_form(slot: Slot) -> PlaceForm:
    data = {"place": slot.place, "joining": slot.joining, "version": place_mark(slot)}
    return PlaceForm(formdata=None, data=data)


def _one(stage: Stage, slot: Slot, place: PlaceForm, assigning: AssignForm) -> str:
    assigning.entry.choices = _choices(stage, slot)
    return render_template(
        "manage/slots/one.html",
        **frame(stage),
        slot=slot,
        form=assigning if assigning.errors else place,
        place=place,
        assigning=assigning,
        begun=slot.starts_at <= now(),
        presenting=slots_queries.is_presenting(stage.call, stage),
        may_manage=_may_manage(stage),
        words=_attendance_words(),
        when=_whole_time_of(slot),
    )


def _choices(stage: Stage, slot: Slot) -> list[tuple[Any, ...]]:
    """Whoever can be given this time: those without one first, then those who would give up another."""
    without = [(each, "") for each in slots_queries.without_slot(session(), stage.id)]
    others = [
        (each.entry, _whole_time_of(each))
        for each in slots_queries.list_slots(session(), stage.id)
        if each.entry is not None and each.id != slot.id and not each.attendance
    ]
    return [
        (
            entry.id,
            f"{entry.application.ref} · {entry.application.organisation.name}"
            + (f" ({_('now: %(time)s', time=time)})" if time else ""),
        )
        for entry, time in (*without, *others)
        if slot.lot_id in (None, entry.application.lot_id)
    ]


def _time_of(slot: Slot) -> str:
    return _("%(start)s to %(end)s", start=split(slot.starts_at)[1], end=split(slot.ends_at)[1])


def _whole_time_of(slot: Slot) -> str:
    return _("%(day)s, %(time)s", day=split(slot.starts_at)[0], time=_time_of(slot))


def _attendance_words() -> dict[str, str]:
    return {Attendance.CAME.value: _("Came"), Attendance.DID_NOT_COME.value: _("Did not come")}
