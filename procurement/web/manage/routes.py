"""Which law applies to a call that is written: what its officers say of it, and what follows from that."""

from typing import Any

from flask import Blueprint, flash, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.calls import Call
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.rules.dates import uk_day
from procurement.rules.permissions import Permission
from procurement.rules.routes import FACTS, OF_KIND, Receives, Subject, advise
from procurement.services import calls
from procurement.services.refusal import Stale
from procurement.web import context
from procurement.web.access import Page, allow
from procurement.web.context import do, now
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import (
    ChoiceField,
    DatePartsField,
    MoneyField,
    TextField,
    VersionField,
    WordLimitedText,
)
from procurement.web.manage.advising import advice
from procurement.web.manage.loading import load_call
from procurement.web.manage.money_forms import LARGEST_BUDGET
from procurement.web.manage.sections import after_saving, onward
from procurement.web.manage.setup import require_draft, stale_page, values_of
from procurement.web.parts.route_texts import route_in_words, subject_in_words
from workflows.definition import Route

pages = Blueprint("manage_routes", __name__, url_prefix="/manage/calls/<ref>/setup/law")
AMOUNTS_AND_DAYS = ("whole_value", "conflicts_on")


class RouteForm(PageForm):
    receives = ChoiceField(
        _l("What does the authority get for the money?"),
        choices=[
            (Receives.BUYS, _l("Goods, services, works or research, for itself or for others at its order")),
            (Receives.SUPPORTS, _l("Nothing for itself: applicants carry out projects of their own")),
        ],
    )
    subject = ChoiceField(
        _l("What is bought, for the most part?"),
        description=_l("Research only if the public benefits from it, without goods or works beyond prototypes."),
    )
    whole_value = MoneyField(
        _l("Is it a part of a larger purchase? What is the whole worth? (optional)"),
        least=1,
        most=LARGEST_BUDGET,
        description=_l("In pounds with VAT. What is bought in parts counts as a whole."),
    )
    route = ChoiceField(_l("How does it run?"), missing=_l("Choose how it runs"))
    route_why = WordLimitedText(
        _l("Why does it run as a covered procurement, if the law does not ask for that? (optional)"),
        rows=3,
        savable=True,
        description=_l("Published with the call."),
    )
    one_lot_why = WordLimitedText(
        _l("If it has one lot: why is it not split?"),
        rows=3,
        savable=True,
        description=_l("Published with the call. Asked of a covered procurement."),
    )
    conflicts_by = TextField(
        _l("Who assessed conflicts of interest?"),
        most=120,
        description=_l("Not published. Asked of a covered procurement."),
    )
    conflicts_on = DatePartsField(_l("On which day?"), description=_l("For example, 6 9 2027"))
    version = VersionField()


def _form(call: Call, *, sent: bool) -> PageForm:
    """A fund buys nothing: of it only that is asked."""
    form = RouteForm() if sent else RouteForm(formdata=None, data=values_of(call, "route"))
    if call.kind == "fund":
        for name in set(FACTS) - {"receives"}:
            del form[name]
        return form
    form.subject.choices = [(each.value, subject_in_words(each)) for each in Subject]
    form.route.choices = [(each.value, route_in_words(each)) for each in OF_KIND[call.kind]]
    return form


def _page(call: Call, form: PageForm, **more: object) -> str:
    draft = calls_queries.draft_of(context.session(), call, on=uk_day(now()))
    found = advise(draft)
    return render_template(
        "manage/setup/route.html",
        call=call,
        form=form,
        follows=None if found is None else route_in_words(found.route),
        because=[] if found is None else [sentence(each) for each in found.because],
        following=onward(call, stages_queries.listed(context.session(), call.id), "route"),
        **{"missing": [], **more},
    )


@pages.get("")
@allow(Permission.CALL_EDIT, load_call)
def edit(call: Call, ref: str) -> Page:
    require_draft(call)
    return _page(call, _form(call, sent=False), **advice(call, "route"))


@pages.post("")
@allow(Permission.CALL_EDIT, load_call)
def save(call: Call, ref: str) -> Page:
    form = _form(call, sent=True)
    if not form.sent():
        return _page(call, form), REFUSED
    values: dict[str, Any] = {name: getattr(call, name) for name in FACTS}
    for name in (each for each in FACTS if each in form):
        values[name] = form[name].data if name in AMOUNTS_AND_DAYS else form[name].data or ""
    values["route"] = values["route"] or Route.GRANT
    try:
        do(calls.save_section, call.id, "route", values, version=form["version"].data)
    except Stale as stale:
        current = calls_queries.get_call(context.session(), call.id)
        return stale_page(stale, form, _form(current, sent=False))
    flash(_("Saved."), "success")
    return after_saving(call, "route", back=url_for(".edit", ref=ref))
