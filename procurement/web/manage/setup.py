"""Writing a call: a page for each part, saved when somebody says so, with the version that the page was made from."""

from typing import Any, TypeVar

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field

from procurement.models.calls import Call, Lot
from procurement.models.stages import Stage
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.rules.calls import SECTION_FIELDS, STAGE_FIELDS, THEMES, fields_of
from procurement.rules.permissions import Permission
from procurement.services import calls
from procurement.services.refusal import Refusal, Stale, require_role
from procurement.web import context
from procurement.web.access import Page, allow
from procurement.web.context import do
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import (
    ChoiceField,
    DatePartsField,
    DateTimePartsField,
    EmailField,
    MoneyField,
    ProseField,
    TextField,
    VersionField,
    WholeNumberField,
    WordLimitedText,
)
from procurement.web.manage import dates as moved_dates
from procurement.web.manage.advising import advice
from procurement.web.manage.code_fields import (
    ALSO_BOUGHT,
    ALSO_WHERE,
    ONE_A_LINE,
    CpvCodesField,
    CpvField,
    PlaceField,
    PlacesField,
    offered,
)
from procurement.web.manage.loading import frame, is_handed_on, load_call, load_stage
from procurement.web.manage.money_forms import lot_form, money_form, said_of_lot, said_of_money
from procurement.web.manage.sections import after_saving, onward
from workflows.catalogue import states
from workflows.facts import Sentence

pages = Blueprint("manage_setup", __name__)
Form = TypeVar("Form", bound=PageForm)


class DetailsForm(PageForm):
    title = TextField(_l("Title"), missing=_l("Enter the title of the call"), most=120)
    theme = ChoiceField(_l("Priority area"))
    summary = WordLimitedText(
        _l("What is it for, in one sentence?"), rows=2, savable=True, description=_l("Shown in lists and feeds.")
    )
    problem = ProseField(_l("What is the problem?"))
    users = ProseField(_l("Who has it?"), rows=4)
    outcome = ProseField(_l("What does good look like?"), rows=5)
    eligibility = ProseField(_l("Who can apply?"))
    terms = ProseField(_l("On which terms?"))
    contact = EmailField(_l("Email address for questions"))
    cpv = CpvField(
        _l("What is bought?"),
        description=_l("The main class: a CPV code, or its words. 73000000-2 is research and development services."),
    )
    also_cpv = CpvCodesField(ALSO_BOUGHT, description=ONE_A_LINE)
    place = PlaceField(_l("Where is the work done?"))
    also_places = PlacesField(ALSO_WHERE, description=ONE_A_LINE)
    starts_on = DatePartsField(_l("When does the work start?"), description=_l("For example, 6 9 2027"))
    ends_on = DatePartsField(_l("When does the work end?"), description=_l("For example, 31 8 2028"))
    version = VersionField()


class DatesForm(PageForm):
    opens_at = DateTimePartsField(_l("Opens"), description=_l("UK time. It opens by itself once it is published."))
    closes_at = DateTimePartsField(_l("Closes"), description=_l("UK time; 12 noon on a working day is usual."))
    ask_by = DateTimePartsField(
        _l("Questions are taken until"),
        description=_l("UK time, a working week before the closing or more. Left empty, until the closing."),
    )
    choose_by = DateTimePartsField(
        _l("Teams choose their time until"),
        description=_l("UK time. After that officers give a time to whoever has none."),
    )
    assess_by = DateTimePartsField(_l("Marks are due by"), description=_l("UK time"))
    decide_by = DatePartsField(_l("Decision by"), description=_l("What applicants are told to expect."))
    version = VersionField()


def require_draft(call: Call) -> None:
    """The pages that write are only there while there is something to write; the review page shows everything."""
    if call.state not in states.call.editable or is_handed_on(call):
        raise Refusal(Sentence("This call was handed on, so it cannot be changed here. Its page shows all of it."))


def part(stage: Stage, section: str) -> dict[str, Any]:
    """What every page of a stage's set-up shows of it, with the way on from it."""
    shown = frame(stage)
    return {**shown, "following": onward(stage.call, shown["stages"], section, stage)}


def stale_page(stale: Stale, mine: PageForm, theirs: PageForm) -> Page:
    """Both texts, input by input, so that either can be posted again as it is."""
    yours: dict[str, str] = {}
    saved: dict[str, str] = {}
    labels: dict[str, str] = {}
    for name in stale.yours:
        field = next((each for each in mine if each.short_name == name), None)
        other = next((each for each in theirs if each.short_name == name), None)
        if isinstance(field, DatePartsField) and isinstance(other, DatePartsField):
            for part in field.parts:
                key = f"{name}-{part}"
                yours[key], saved[key] = field.typed.get(part, ""), other.typed.get(part, "")
                labels[key] = f"{field.label.text} ({_part(part)})"
        else:
            yours[name], saved[name] = stale.yours[name], stale.theirs[name]
            labels[name] = str(field.label.text) if field is not None else name
    shown = Stale(yours=yours, theirs=saved, version=stale.version, saved_by=stale.saved_by)
    return render_template("errors/stale.html", stale=shown, labels=labels), stale.status


def _part(part: str) -> str:
    return {"day": _("day"), "month": _("month"), "year": _("year"), "time": _("time")}[part]


def prepared(form: Form, call: Call) -> Form:
    """A fund buys nothing, so that it is not asked for a code of what it buys."""
    for name in ("cpv", "also_cpv"):
        if name in form and call.kind != "challenge":
            del form[name]
    if "place" in form:
        form["place"].description = _(
            "Write “anywhere” for anywhere in the area of %(authority)s, or the code of an ITL region: UKG31 is "
            "Birmingham.",
            authority=context.setting("authority_name"),
        )
    if "theme" in form and isinstance(theme := form["theme"], ChoiceField):
        theme.choices = [(key, sentence(words)) for key, words in THEMES.items()]
    return form


def values_of(about: Call | Stage, section: str) -> dict[str, Any]:
    """What the fields of a section hold, of the call or of a stage."""
    version = calls_queries.section_mark(context.session(), about, section)
    names = SECTION_FIELDS[section] if isinstance(about, Call) else fields_of(section, about.steps)
    return {**{name: getattr(about, name) for name in names}, "version": version}


@pages.get("/manage/calls/<ref>/setup/<any(details):section>")
@allow(Permission.CALL_EDIT, load_call)
def edit(call: Call, ref: str, section: str) -> Page:
    require_draft(call)
    form = prepared(DetailsForm(formdata=None, data=values_of(call, section)), call)
    return render_template("manage/setup/details.html", call=call, form=form, codes=offered(), **advice(call, section))


@pages.post("/manage/calls/<ref>/setup/<any(details):section>")
@allow(Permission.CALL_EDIT, load_call)
def save(call: Call, ref: str, section: str) -> Page:
    form = prepared(DetailsForm(), call)
    if not form.sent():
        return render_template("manage/setup/details.html", call=call, form=form, codes=offered(), missing=[]), REFUSED
    values = {name: _plain(form[name]) if name in form else getattr(call, name) for name in SECTION_FIELDS[section]}
    version = form.version.data
    try:
        do(calls.save_section, call.id, section, values, version=version)
    except Stale as stale:
        current = calls_queries.get_call(context.session(), call.id)
        theirs = prepared(DetailsForm(formdata=None, data=values_of(current, section)), current)
        return stale_page(stale, form, theirs)
    flash(_("Saved."), "success")
    return after_saving(call, section, back=url_for("manage_calls.show", ref=ref))


# the dates of a stage


def dates_form(stage: Stage, *, sent: bool) -> PageForm:
    """With the dates of the steps that the stage has."""
    form = DatesForm() if sent else DatesForm(formdata=None, data=values_of(stage, "dates"))
    for name in set(STAGE_FIELDS["dates"]) - set(fields_of("dates", stage.steps)):
        del form[name]
    return form


def _dates_page(stage: Stage, form: PageForm, **more: object) -> str:
    names = fields_of("dates", stage.steps)
    return render_template("manage/setup/dates.html", form=form, names=names, **frame(stage), **{"missing": [], **more})


@pages.get("/manage/calls/<ref>/setup/dates", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/dates")
@allow(Permission.CALL_MANAGE, load_stage)
def dates(stage_row: Stage, ref: str, stage: str) -> Page:
    """Of a call that is written; once it is published dates move by two people, and staff of calls read how."""
    if stage_row.call.published_at is not None or stage_row.call.amends_id is not None:
        return moved_dates.page(stage_row)
    require_role(context.principal(), Permission.CALL_EDIT)
    require_draft(stage_row.call)
    form = dates_form(stage_row, sent=False)
    return _dates_page(stage_row, form, **advice(stage_row.call, "dates", stage_row.key))


@pages.post("/manage/calls/<ref>/setup/dates", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/dates")
@allow(Permission.CALL_EDIT, load_stage)
def save_dates(stage_row: Stage, ref: str, stage: str) -> Page:
    form = dates_form(stage_row, sent=True)
    valid, further = form.sent(), stage_row.window > 1  # which is set out on the page of the windows
    values = {name: form[name].data for name in fields_of("dates", stage_row.steps)}
    opens, closes = values.get("opens_at"), values.get("closes_at")
    if valid and opens and closes and opens >= closes:
        form.refuse("closes_at", _("The call must close after it has opened"))
        valid = False
    if not valid:
        return _dates_page(stage_row, form), REFUSED
    version = form["version"].data
    try:
        do(calls.save_stage, stage_row.id, "dates", values, version=version)
    except Stale as stale:
        current = stages_queries.get(context.session(), stage_row.id)
        return stale_page(stale, form, dates_form(current, sent=False))
    flash(_("Saved."), "success")
    back = "manage_windows.edit" if further else "manage_calls.show"
    return after_saving(stage_row.call, "dates", stage_row, back=url_for(back, ref=ref))


def _plain(field: Field) -> Any:
    if isinstance(field, DatePartsField | MoneyField | WholeNumberField):
        return field.data
    return field.data or ""


# money


@pages.get("/manage/calls/<ref>/setup/money")
@allow(Permission.CALL_EDIT, load_call)
def money(call: Call, ref: str) -> Page:
    require_draft(call)
    return _money_page(call, money_form(call, values_of(call, "money")), **advice(call, "money"))


def _money_page(call: Call, form: PageForm, **more: object) -> str:
    lots = calls_queries.lots_of(context.session(), call.id)
    return render_template(
        "manage/setup/money.html",
        call=call,
        form=form,
        lots=lots,
        total=sum(lot.budget for lot in lots),
        following=onward(call, stages_queries.listed(context.session(), call.id), "money"),
        **{"missing": [], **more},
    )


@pages.post("/manage/calls/<ref>/setup/money")
@allow(Permission.CALL_EDIT, load_call)
def save_money(call: Call, ref: str) -> Page:
    form = money_form(call)
    if not form.sent():
        return _money_page(call, form), REFUSED
    values, version = said_of_money(form), form["version"].data
    try:
        do(calls.save_section, call.id, "money", values, version=version)
    except Stale as stale:
        current = calls_queries.get_call(context.session(), call.id)
        return stale_page(stale, form, money_form(current, values_of(current, "money")))
    flash(_("Saved."), "success")
    return after_saving(call, "money", back=url_for(".money", ref=ref))


@pages.get("/manage/calls/<ref>/setup/lots/new")
@allow(Permission.CALL_EDIT, load_call)
def new_lot(call: Call, ref: str) -> Page:
    require_draft(call)
    return render_template("manage/setup/lot.html", call=call, form=lot_form(call, {}), codes=offered(), lot=None)


@pages.post("/manage/calls/<ref>/setup/lots/new")
@allow(Permission.CALL_EDIT, load_call)
def add_lot(call: Call, ref: str) -> Page:
    form = lot_form(call)
    if not form.sent():
        return render_template("manage/setup/lot.html", call=call, form=form, codes=offered(), lot=None), REFUSED
    do(calls.add_lot, call.id, said_of_lot(form))
    flash(_("The lot was added."), "success")
    return redirect(url_for(".new_lot" if request.form.get("then") == "another" else ".money", ref=ref), 303)


@pages.get("/manage/calls/<ref>/setup/lots/<int:number>")
@allow(Permission.CALL_EDIT, load_call)
def lot(call: Call, ref: str, number: int) -> Page:
    require_draft(call)
    found = _lot(call, number)
    shown = {"form": lot_form(call, _lot_values(found)), "codes": offered(), "lot": found}
    return render_template("manage/setup/lot.html", call=call, **shown)


def _lot(call: Call, number: int) -> Lot:
    found = next((each for each in calls_queries.lots_of(context.session(), call.id) if each.number == number), None)
    if found is None:
        abort(404)
    return found


def _lot_values(found: Lot) -> dict[str, Any]:
    return {
        **{name: getattr(found, name) for name in calls_queries.LOT_FIELDS},
        "version": calls_queries.lot_mark(found),
    }


@pages.post("/manage/calls/<ref>/setup/lots/<int:number>")
@allow(Permission.CALL_EDIT, load_call)
def save_lot(call: Call, ref: str, number: int) -> Page:
    found = _lot(call, number)
    form = lot_form(call, own=found.vat_rate)
    if not form.sent():
        return render_template("manage/setup/lot.html", call=call, form=form, codes=offered(), lot=found), REFUSED
    given, version = said_of_lot(form), form["version"].data
    try:
        do(calls.save_lot, call.id, number, given, version=version)
    except Stale as stale:
        return stale_page(stale, form, lot_form(call, _lot_values(_lot(call, number))))
    flash(_("Saved."), "success")
    return redirect(url_for(".money", ref=ref), 303)


@pages.post("/manage/calls/<ref>/setup/lots/<int:number>/remove")
@allow(Permission.CALL_EDIT, load_call)
def remove_lot(call: Call, ref: str, number: int) -> Page:
    do(calls.remove_lot, call.id, number)
    flash(_("The lot was removed."), "success")
    return redirect(url_for(".money", ref=ref), 303)
