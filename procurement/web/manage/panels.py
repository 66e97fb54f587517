"""The panel of a stage: who belongs to it, what it must settle, and when it meets."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.stages import PANEL_ROLES, Stage
from procurement.queries import decisions as decisions_queries
from procurement.queries import moderation as moderation_queries
from procurement.rules.moderation import LARGEST_DISTANCE
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.services import moderation
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, WholeNumberField
from procurement.web.manage.loading import frame, load_moderated
from procurement.web.manage.meetings import ROLES, MeetingForm
from workflows.catalogue import states

pages = Blueprint("manage_panels", __name__, url_prefix="/manage/calls/<ref>/stages/<stage>/panel")


class PersonForm(PageForm):
    person = ChoiceField(_l("Who?"), missing=_l("Choose a person"), coerce=int, select=True)
    role = ChoiceField(
        _l("What do they do on the panel?"), missing=_l("Choose what they do"), choices=list(ROLES.items())
    )


class DistanceForm(PageForm):
    least = WholeNumberField(
        _l("How many marks apart?"),
        description=_l("Leave it empty where every mark of every application is looked at."),
        least=1,
        most=LARGEST_DISTANCE,
    )


@pages.get("")
@allow(Permission.PANELS_READ, load_moderated)
def show(stage_row: Stage, ref: str, stage: str) -> Page:
    return _show(stage_row, PersonForm(formdata=None), _distance(stage_row), MeetingForm(formdata=None))


@pages.post("/people")
@allow(Permission.PANEL_MANAGE, load_moderated)
def add(stage_row: Stage, ref: str, stage: str) -> Page:
    form, stage_id = PersonForm(), stage_row.id
    form.person.choices = _choices(stage_row)
    if not form.sent():
        return _show(stage_row, form, _distance(stage_row), MeetingForm(formdata=None)), REFUSED
    person_id, role = form.person.data, form.role.data
    try:
        do(moderation.add_person, stage_id, person_id, role)
    except Refusal as refusal:
        if refusal.status != 409:  # noqa: PLR2004  (a right is no matter of this form)
            raise
        for each in refusal.reasons:
            form.refuse("person", sentence(each))
        again = _again(ref, stage)
        return _show(again, form, _distance(again), MeetingForm(formdata=None)), refusal.status
    flash(_("The panel was changed."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage), 303)


@pages.post("/people/role")
@allow(Permission.PANEL_MANAGE, load_moderated)
def change_role(stage_row: Stage, ref: str, stage: str) -> Page:
    """Another role for somebody who is on the panel; none: they leave it."""
    person_id, role, stage_id = whole_number(request.form.get("person", "")), request.form.get("role", ""), stage_row.id
    if person_id is None or (role and role not in PANEL_ROLES):
        abort(400)
    if role:
        do(moderation.add_person, stage_id, person_id, role)
    else:
        do(moderation.remove_person, stage_id, person_id)
    flash(_("The panel was changed."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage), 303)


@pages.post("/distance")
@allow(Permission.PANEL_MANAGE, load_moderated)
def moderate_from(stage_row: Stage, ref: str, stage: str) -> Page:
    form, stage_id = DistanceForm(), stage_row.id
    if not form.sent():
        return _show(stage_row, PersonForm(formdata=None), form, MeetingForm(formdata=None)), REFUSED
    least = form.least.data
    do(moderation.moderate_from, stage_id, least)
    flash(_("Saved."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage), 303)


@pages.post("")
@allow(Permission.PANEL_MANAGE, load_moderated)
def call_together(stage_row: Stage, ref: str, stage: str) -> Page:
    form, stage_id = MeetingForm(), stage_row.id
    if not form.sent():
        return _show(stage_row, PersonForm(formdata=None), _distance(stage_row), form), REFUSED
    held_at, place = form.held_at.data, form.place.data or ""
    try:
        panel = do(moderation.call_panel, stage_id, held_at, place)
    except Refusal as refusal:
        if refusal.status != 409:  # noqa: PLR2004  (as above)
            raise
        for each in refusal.reasons:
            form.refuse("held_at", sentence(each))
        again = _again(ref, stage)
        return _show(again, PersonForm(formdata=None), _distance(again), form), refusal.status
    flash(_("The panel is called together. Everybody of it is told."), "success")
    return redirect(url_for("manage_meetings.show", ref=ref, stage=stage, panel=panel.ref), 303)


# parts


def _again(ref: str, key: str) -> Stage:
    """The stage after something was refused: what was read before is forgotten."""
    found = load_moderated(session(), ref, key)
    assert found is not None  # noqa: S101  (it was there a moment ago)
    return found


def _choices(stage: Stage) -> list[tuple[int, str]]:
    """Who can be put on the panel; those who could only watch say so."""
    found = moderation_queries.candidates(session(), stage.call, stage)
    return [
        (person.id, person.name if why is None else _("%(name)s (only to observe)", name=person.name))
        for person, why in found
    ]


def _distance(stage: Stage) -> DistanceForm:
    return DistanceForm(formdata=None, data={"least": stage.moderate_from})


def _changeable(stage: Stage) -> bool:
    """Whether the panel can still be changed and called together."""
    return stage.state not in states.stage.decided and stage.call.state in states.call.live


def _show(stage: Stage, person: PersonForm, distance: DistanceForm, meeting: MeetingForm) -> str:
    person.person.choices = _choices(stage) if allowed(Permission.PANEL_MANAGE) else []
    marked = decisions_queries.marks_stage(session(), stage)
    form: PageForm = next((each for each in (person, distance, meeting) if each.errors), person)
    may = allowed(Permission.PANEL_MANAGE) and _changeable(stage)
    return render_template(
        "manage/panels/show.html",
        **frame(stage),
        form=form,
        person=person,
        distance=distance,
        meeting=meeting,
        people=moderation_queries.people_of(session(), stage.id),
        panels=moderation_queries.list_panels(session(), stage.id),
        roles=ROLES,
        staff=allowed(Permission.CALL_MANAGE),
        may_manage=may,
        may_set=may and not {stage.state, marked.state} & set(states.stage.ranked),
        may_call=may and stage.call.state in states.call.published,
    )
