"""The panels that a person belongs to: agendas, papers and minutes, without what they have an interest in."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from procurement.models.moderation import Panel
from procurement.queries import moderation as moderation_queries
from procurement.rules.dossier import Dossier, assessor_letter, shown_as
from procurement.rules.permissions import Permission
from procurement.rules.ports import FileMissing, VaultRefused
from procurement.rules.questions import by_section
from procurement.services import moderation
from procurement.services.assessment.dossiers import dossier_of_entry, open_dossier_file
from procurement.web.access import Page, allow
from procurement.web.context import do, now, ports, principal, session
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import WordLimitedText
from procurement.web.parts.uploads import attachment
from workflows.catalogue import states

pages = Blueprint("assess_panels", __name__, url_prefix="/assess/panels")


class InterestForm(PageForm):
    words = WordLimitedText(_l("What is your interest?"), missing=_l("Say what your interest is"), limit=100, rows=4)


def load(session: Session, ref: str, **_: object) -> Panel | None:
    """A cancelled call is moderated by nobody."""
    found = moderation_queries.find_panel(session, ref)
    return None if found is None or found.stage.call.state in states.call.cancelled else found


@pages.get("")
@allow(Permission.SIGNED_IN)
def index() -> Page:
    found = moderation_queries.panels_of(session(), principal(), now())
    return render_template(
        "assess/panels/index.html",
        panels=found,
        chaired=moderation_queries.stages_chaired(session(), principal().id),
    )


@pages.get("/<ref>")
@allow(Permission.PANEL_READ, load)
def show(panel: Panel, ref: str) -> Page:
    return render_template(
        "assess/panels/show.html",
        panel=panel,
        call=panel.stage.call,
        stage=panel.stage,
        items=moderation_queries.agenda_of(session(), panel, without=_barred(panel)),
        called=_called,
        chairs=_chairs(panel),
        people=moderation_queries.people_of(session(), panel.stage_id),
    )


@pages.get("/<ref>/items/<int:number>")
@allow(Permission.PANEL_READ, load)
def item(panel: Panel, ref: str, number: int) -> Page:
    """What was handed in, and once the marks are locked those of its assessors side by side."""
    found = _item(panel, number)
    stage, application = panel.stage, found.entry.application
    seen = None
    if stage.state in states.stage.ranked:
        queue = moderation_queries.queue_of(session(), stage.call, stage, comments=True)
        seen = [each for each in queue.differences if each.entry.ref == application.ref]
    dossier = _dossier(found)
    return render_template(
        "assess/panels/item.html",
        panel=panel,
        call=stage.call,
        stage=stage,
        each=found,
        dossier=dossier,
        sections=by_section(dossier.answers),
        seen=seen,
        letter=assessor_letter,
        chairs=_chairs(panel),
        moderating=stage.state in states.stage.moderating,
    )


@pages.get("/<ref>/items/<int:number>/files/<int:file_number>")
@allow(Permission.PANEL_READ, load)
def file(panel: Panel, ref: str, number: int, file_number: int) -> Page:
    found = _item(panel, number)
    wanted = _dossier(found).file(file_number)
    if wanted is None:
        abort(404)
    try:
        content = open_dossier_file(session(), ports(), found.entry, file_number)
    except (FileMissing, VaultRefused):
        abort(404)
    return attachment(content, wanted.filename, wanted.media_type, wanted.size)


@pages.get("/<ref>/items/<int:number>/interest")
@allow(Permission.PANEL_READ, load)
def ask_for_interest(panel: Panel, ref: str, number: int) -> Page:
    return _interest(panel, _item(panel, number), InterestForm(formdata=None))


@pages.post("/<ref>/items/<int:number>/interest")
@allow(Permission.PANEL_READ, load)
def declare_interest(panel: Panel, ref: str, number: int) -> Page:
    found, form = _item(panel, number), InterestForm()
    if not form.sent():
        return _interest(panel, found, form), REFUSED
    item_id, words = found.item.id, form.words.data or ""
    do(moderation.declare_interest, item_id, words)
    flash(_("You have declared an interest. The application is no longer shown to you."), "success")
    return redirect(url_for(".show", ref=ref), 303)


# parts


def _chairs(panel: Panel) -> bool:
    return any(each.person_id == principal().id and each.role == "chair" for each in panel.stage.people)


def _barred(panel: Panel) -> frozenset[int]:
    return moderation_queries.interests_against(session(), panel.stage.call_id, principal().id)


def _item(panel: Panel, number: int) -> moderation_queries.Item:
    found = moderation_queries.find_item(session(), panel, number, without=_barred(panel))
    if found is None:
        abort(404)
    return found


def _called(each: moderation_queries.Item) -> str:
    stage = each.entry.stage
    return shown_as(each.entry.title, each.entry.number or 0, stage.noun, blind=stage.blind)


def _dossier(each: moderation_queries.Item) -> Dossier:
    return dossier_of_entry(session(), ports(), each.entry)


def _interest(panel: Panel, found: moderation_queries.Item, form: InterestForm) -> str:
    return render_template(
        "assess/panels/interest.html",
        panel=panel,
        call=panel.stage.call,
        number=found.item.position,
        form=form,
        name=_called(found),
    )
