"""One meeting of a panel: its agenda, who leaves the room for what, and the minutes."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from procurement.models.documents import Document
from procurement.models.moderation import Panel, PanelItem
from procurement.models.stages import Stage
from procurement.queries import decisions as decisions_queries
from procurement.queries import documents as documents_queries
from procurement.queries import moderation as moderation_queries
from procurement.rules.dossier import shown_as
from procurement.rules.moderation import MOST_MINUTES
from procurement.rules.permissions import Permission
from procurement.services import moderation
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, now, principal, session
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import (
    DateTimePartsField,
    ManyChoicesField,
    TextField,
    TickField,
    VersionField,
    WordLimitedText,
)
from procurement.web.manage.loading import frame, load_moderated
from workflows.catalogue import states

pages = Blueprint("manage_meetings", __name__, url_prefix="/manage/calls/<ref>/stages/<stage>/panel/<panel>")
ROLES = {"chair": _l("Chair"), "member": _l("Member"), "observer": _l("Observer")}
LONGEST_PLACE = 500  # characters


class MeetingForm(PageForm):
    held_at = DateTimePartsField(
        _l("When does it meet?"), missing=_l("Enter a day and a time"), description=_l("UK time")
    )
    place = TextField(
        _l("Where?"),
        missing=_l("Say where the panel meets, or how to join it"),
        description=_l("Building and room, or the link to join from afar"),
        most=LONGEST_PLACE,
    )
    version = VersionField()


class ItemForm(PageForm):
    left = ManyChoicesField(
        _l("Who has an interest in it and leaves the room?"),
        description=_l("From then on it is not there for them: neither the item nor its papers nor its minutes."),
        coerce=int,
    )
    minutes = WordLimitedText(_l("Minutes of this application"), limit=MOST_MINUTES, rows=6)
    discussed = TickField(_l("It has been discussed"))
    version = VersionField()


class MinutesForm(PageForm):
    minutes = WordLimitedText(
        _l("Minutes of the meeting as a whole"),
        description=_l("Everybody of the panel reads them. Write about an application on its own page."),
        limit=MOST_MINUTES,
        rows=8,
    )
    version = VersionField()


@pages.get("")
@allow(Permission.PANELS_READ, load_moderated)
def show(stage_row: Stage, ref: str, stage: str, panel: str) -> Page:
    found = _panel(stage_row, panel)
    form = MeetingForm(formdata=None, data={"held_at": found.held_at, "place": found.place, "version": found.version})
    minutes = MinutesForm(formdata=None, data={"minutes": found.minutes, "version": found.version})
    return _meeting(stage_row, found, form, minutes)


@pages.post("")
@allow(Permission.PANEL_MANAGE, load_moderated)
def change(stage_row: Stage, ref: str, stage: str, panel: str) -> Page:
    found, form = _panel(stage_row, panel), MeetingForm()
    if not form.sent():
        data = {"minutes": found.minutes, "version": found.version}
        return _meeting(stage_row, found, form, MinutesForm(formdata=None, data=data)), REFUSED
    panel_id, held_at, place, version = found.id, form.held_at.data, form.place.data or "", form.version.data
    do(moderation.change_panel, panel_id, held_at, place, version=version)
    flash(_("Saved. Everybody of the panel is told."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage, panel=panel), 303)


@pages.post("/agenda")
@allow(Permission.MODERATE, load_moderated)
def fill(stage_row: Stage, ref: str, stage: str, panel: str) -> Page:
    panel_id = _panel(stage_row, panel).id
    count = do(moderation.fill_agenda, panel_id)
    if count:
        flash(ngettext("%(num)s application was added.", "%(num)s applications were added.", count), "success")
    else:
        flash(_("Nothing is open that is not on an agenda."))
    return redirect(url_for(".show", ref=ref, stage=stage, panel=panel), 303)


@pages.post("/minutes")
@allow(Permission.MODERATE, load_moderated)
def write_minutes(stage_row: Stage, ref: str, stage: str, panel: str) -> Page:
    found, form = _panel(stage_row, panel), MinutesForm()
    if not form.sent():
        data = {"held_at": found.held_at, "place": found.place, "version": found.version}
        return _meeting(stage_row, found, MeetingForm(formdata=None, data=data), form), REFUSED
    panel_id, text, version = found.id, form.minutes.data or "", form.version.data
    do(moderation.write_minutes, panel_id, text, version=version)
    flash(_("Saved."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage, panel=panel), 303)


@pages.post("/close")
@allow(Permission.MODERATE, load_moderated)
def close(stage_row: Stage, ref: str, stage: str, panel: str) -> Page:
    panel_id = _panel(stage_row, panel).id
    do(moderation.close_panel, panel_id)
    flash(_("The minutes are closed, and made into a document."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage, panel=panel), 303)


@pages.get("/items/<int:number>")
@allow(Permission.PANELS_READ, load_moderated)
def item(stage_row: Stage, ref: str, stage: str, panel: str, number: int) -> Page:
    found = _panel(stage_row, panel)
    each = _item(found, number)
    data = {
        "left": each.item.conflicts,
        "minutes": each.item.minutes,
        "discussed": each.item.discussed_at is not None,
        "version": each.item.version,
    }
    return _item_page(stage_row, found, each, ItemForm(formdata=None, data=data))


@pages.post("/items/<int:number>")
@allow(Permission.MODERATE, load_moderated)
def save_item(stage_row: Stage, ref: str, stage: str, panel: str, number: int) -> Page:
    found, form = _panel(stage_row, panel), ItemForm()
    each = _item(found, number)
    form.left.offer(_leavers(found, each.item))
    if not form.sent():
        return _item_page(stage_row, found, each, form), REFUSED
    item_id, text, version = each.item.id, form.minutes.data or "", form.version.data
    left, discussed = form.left.data, form.discussed.data
    do(moderation.note_item, item_id, minutes=text, discussed=discussed, left=left, version=version)
    flash(_("Saved."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage, panel=panel), 303)


# parts


def _panel(stage: Stage, ref: str) -> Panel:
    found = moderation_queries.find_panel(session(), ref)
    if found is None or found.stage_id != stage.id:
        abort(404)
    return found


def _barred(stage: Stage) -> frozenset[int]:
    return moderation_queries.interests_against(session(), stage.call_id, principal().id)


def _item(panel: Panel, number: int) -> moderation_queries.Item:
    found = moderation_queries.find_item(session(), panel, number, without=_barred(panel.stage))
    if found is None:
        abort(404)
    return found


def _called(stage: Stage) -> Callable[[moderation_queries.Item], str]:
    """How an application is called before these eyes: staff know its title, in a blind stage nobody else does."""
    blind = stage.blind and not allowed(Permission.CALL_MANAGE)
    return lambda each: shown_as(each.entry.title, each.entry.number or 0, stage.noun, blind=blind)


def _leavers(panel: Panel, item: PanelItem) -> list[tuple[int, str]]:
    """The people of the panel, and whoever has left the room before, also if they are of the panel no more."""
    ids = sorted({*(each.person_id for each in panel.stage.people), *item.conflicts})
    return [(id_, name) for id_, name in moderation_queries.names_of(session(), ids).items()]


def _readable(document: Document) -> bool:
    return principal().id not in documents_queries.barred_from(session(), document)


def _meeting(stage: Stage, panel: Panel, form: MeetingForm, minutes: MinutesForm) -> str:
    may = allowed(Permission.MODERATE, stage) and panel.closed_at is None
    key = f"panel_minutes:{panel.id}"
    documents = documents_queries.documents_of_stage(session(), stage.id, ("panel_minutes",)) if panel.closed_at else []
    return render_template(
        "manage/meetings/show.html",
        **frame(stage),
        form=minutes if minutes.errors else form,
        meeting=form,
        minutes=minutes,
        panel=panel,
        called=_called(stage),
        items=moderation_queries.agenda_of(session(), panel, without=_barred(stage)),
        people=moderation_queries.people_of(session(), stage.id),
        roles=ROLES,
        document=next((each for each in documents if each.key == key and _readable(each)), None),
        staff=allowed(Permission.CALL_MANAGE),
        may_manage=allowed(Permission.PANEL_MANAGE) and panel.closed_at is None,
        may_moderate=may,
        met=panel.held_at <= now(),
        moderating=stage.state in states.stage.moderating,
    )


def _item_page(stage: Stage, panel: Panel, each: moderation_queries.Item, form: ItemForm) -> str:
    form.left.offer(_leavers(panel, each.item))
    table = decisions_queries.table_of(session(), stage.call, stage, comments=False)
    return render_template(
        "manage/meetings/item.html",
        **frame(stage),
        form=form,
        panel=panel,
        called=_called(stage),
        each=each,
        criteria=table.scheme.criteria,
        standing={mark.criterion: mark for mark in each.agreed},
        staff=allowed(Permission.CALL_MANAGE),
        may_moderate=allowed(Permission.MODERATE, stage) and panel.closed_at is None,
    )
