"""When a team presents: the times to choose from, the one that it has, and its calendar file."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from procurement.models.applications import Entry
from procurement.models.slots import Slot
from procurement.queries import slots as slots_queries
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.rules.slots import chosen_until, times_in_words
from procurement.services import slots
from procurement.services.refusal import Refusal
from procurement.web import context
from procurement.web.access import Page, allow
from procurement.web.apply.frame import load_entry, page
from procurement.web.context import allowed, do, now, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField
from procurement.web.parts.calendars import Appointment, calendar
from procurement.web.parts.uploads import attachment
from workflows.catalogue import states

pages = Blueprint("apply_slots", __name__, url_prefix="/applications/<ref>")


class ChooseForm(PageForm):
    slot = ChoiceField(_l("Choose a time"), missing=_l("Choose one of the times"), coerce=int)


def load_presented(reading: Session, ref: str, stage: str = "", **_: object) -> Entry | None:
    """An application in a stage in which teams present; the others have no times."""
    found = load_entry(reading, ref, stage)
    return found if found is not None and found.stage.presents else None


@pages.get("/slot", defaults={"stage": ""})
@pages.get("/stages/<stage>/slot")
@allow(Permission.SLOT_READ, load_presented)
def show(entry: Entry, ref: str, stage: str) -> Page:
    return _page(entry, ChooseForm(formdata=None))


@pages.post("/slot", defaults={"stage": ""})
@pages.post("/stages/<stage>/slot")
@allow(Permission.SLOT_CHOOSE, load_presented)
def choose(entry: Entry, ref: str, stage: str) -> Page:
    """One press. Who comes second to a time reads so, beside what is left."""
    form, entry_id, key = ChooseForm(), entry.id, entry.stage.key
    slot_id = whole_number(request.form.get("slot", ""))
    form.slot.choices = [] if slot_id is None else [(slot_id, "")]  # whether it is still free, the service says
    if not form.sent():
        return _page(entry, form), REFUSED
    try:
        do(slots.choose, entry_id, form.slot.data)
    except Refusal as refusal:
        again = load_presented(session(), ref, key)
        if again is None:
            raise
        for reason in refusal.reasons:
            form.refuse("slot", sentence(reason))
        return _page(again, form), refusal.status
    flash(_("This is your time now. We have written to your team."), "success")
    return redirect(url_for(".show", ref=ref, stage=key), 303)


@pages.get("/slot.ics", defaults={"stage": ""})
@pages.get("/stages/<stage>/slot.ics")
@allow(Permission.SLOT_READ, load_presented)
def file(entry: Entry, ref: str, stage: str) -> Response:
    """The time that the team has, for its calendar."""
    slot = slots_queries.of_entry(session(), entry.id)
    revision = slots_queries.revision_of(session(), entry.id)
    if slot is None or revision is None:
        abort(404)
    application, stage_row = entry.application, entry.stage
    address = f"{context.config().base_url}{url_for('.show', ref=ref, stage=stage_row.key)}"
    told = [_("Join online: %(link)s", link=slot.joining)] if slot.joining else []
    appointment = Appointment(
        uid=f"{application.ref}-{stage_row.key}",
        title=f"{stage_row.title}: {application.call.title}",
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        place=slot.place or slot.joining,
        description="\n".join((*told, _("Everything about it: %(page)s", page=address))),
        page=address,
        revision=revision.number,
        revised_at=revision.at,
    )
    content = calendar([appointment], application.call.title)
    name = f"{application.ref}-{stage_row.key}.ics"
    return attachment([content], name, "text/calendar", len(content))


def _page(entry: Entry, form: ChooseForm) -> str:
    stage, call = entry.stage, entry.application.call
    slot = slots_queries.of_entry(session(), entry.id)
    presenting = slots_queries.is_presenting(call, stage) and entry.state in states.entry.assessing
    until = stage.choose_by if slot is None else chosen_until(slot.starts_at, stage.choose_by)
    open_now = presenting and (until is None or now() < until)
    left = slots_queries.free_for(session(), stage.id, entry.application.lot_id, now()) if open_now else []
    form.slot.choices = [_choice(each) for each in left]
    return page(
        "slots/show",
        entry,
        form=form,
        slot=slot,
        when=times_in_words(slot.starts_at, slot.ends_at) if slot is not None else "",
        until=until,
        presenting=presenting,
        open_now=open_now,
        left=left,
        may_choose=allowed(Permission.SLOT_CHOOSE, entry),
        letter=slots_queries.letter_of(session(), entry.id) if slot is not None else None,
    )


def _choice(slot: Slot) -> tuple[Any, ...]:
    where = slot.place or _("Online")
    if slot.place and slot.joining:
        where = _("%(place)s, or online", place=slot.place)
    return slot.id, times_in_words(slot.starts_at, slot.ends_at), where
