"""The forms in which an officer says how much money there is, and what its amounts are of VAT."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.calls import Call
from procurement.rules.calls import OverBudget
from procurement.rules.money import written
from procurement.rules.vat import Basis, basis_of, percent, rates
from procurement.web import context
from procurement.web.forms.base import PageForm
from procurement.web.forms.fields import ChoiceField, MoneyField, ProseField, TextField, VersionField
from procurement.web.manage.code_fields import OWN, CpvCodesField, PlacesField

LARGEST_BUDGET = 1_000_000_000
AS_CALL = "call"  # the choice of a lot that has no rate of its own


class MoneyForm(PageForm):
    budget = MoneyField(_l("Budget"), least=1, most=LARGEST_BUDGET)
    vat_rate = ChoiceField(
        _l("At which rate is VAT charged?"),
        missing=_l("Choose the rate of VAT"),
        description=_l(
            "Budgets, prices and awards of a contract are typed and compared without VAT. What they come to with VAT "
            "is shown beside them. A lot may have another rate."
        ),
    )
    above_budget = ChoiceField(
        _l("What if somebody asks for more than a lot has?"),
        missing=_l("Choose what happens"),
        choices=[
            (OverBudget.WARN, _l("They are warned, and can submit all the same")),
            (OverBudget.REFUSE, _l("They are warned, and cannot submit")),
        ],
    )
    version = VersionField()


class LotForm(PageForm):
    title = TextField(_l("Title of the lot"), missing=_l("Enter the title of the lot"), most=120)
    description = ProseField(_l("What it is for"), rows=4)
    budget = MoneyField(
        _l("Budget of the lot"), missing=_l("Enter the budget of the lot"), least=1, most=LARGEST_BUDGET
    )
    options = MoneyField(
        _l("Extensions and options (optional)"),
        least=1,
        most=LARGEST_BUDGET,
        description=_l(
            "What the contracts may come to beyond the budget, without VAT, if every extension and option is taken. It "
            "counts towards the estimated value."
        ),
    )
    vat_rate = ChoiceField(_l("Rate of VAT"))
    cpv = CpvCodesField(_l("What is bought in this lot (optional)"), description=OWN)
    places = PlacesField(_l("Where the work of this lot is done (optional)"), description=OWN)
    version = VersionField()


def money_form(call: Call, values: Mapping[str, Any] | None = None) -> PageForm:
    """How much there is; of a contract at which rate of VAT. `values`: what it shows; otherwise what was sent."""
    if values is None:
        form = MoneyForm()
    else:
        form = MoneyForm(formdata=None, data={**values, "vat_rate": _rate(values["vat_rate"])})
    _offer_rates(form, call, [], None)
    return form


def lot_form(call: Call, values: Mapping[str, Any] | None = None, *, own: Decimal | None = None) -> PageForm:
    """A lot, with its own rate of VAT (`own`: the one that it has) or its call's. `values`: what it shows, none of them
    for a new one; otherwise what was sent."""
    if values is None:
        form = LotForm()
    else:
        own = values.get("vat_rate")
        form = LotForm(formdata=None, data={**values, "vat_rate": _rate(own) or AS_CALL})
    rate = call.vat_rate
    whole = _("As the whole call") if rate is None else _("As the whole call: %(rate)s", rate=percent(rate))
    _offer_rates(form, call, [(AS_CALL, whole)], own)
    if call.kind != "challenge":
        del form["cpv"]  # a fund buys nothing
    return form


def _offer_rates(form: PageForm, call: Call, first: list[tuple[str, str]], own: Decimal | None) -> None:
    """The rates of the settings, and one that was chosen before them; nothing to choose where there is no VAT."""
    if basis_of(call.route) is not Basis.NET:
        for name in ("vat_rate", "options"):
            if name in form:
                del form[name]
        return
    usual = rates(context.setting("vat_rates"))
    chosen = [each for each in (call.vat_rate, own) if each is not None]
    field = form["vat_rate"]
    assert isinstance(field, ChoiceField)  # noqa: S101  (both forms say so)
    field.choices = [*first, *dict.fromkeys((written(each), percent(each)) for each in (*usual, *chosen))]


def _rate(rate: Decimal | None) -> str:
    return "" if rate is None else written(rate)


def _chosen_rate(form: PageForm) -> Decimal | None:
    return None if "vat_rate" not in form or form["vat_rate"].data == AS_CALL else Decimal(form["vat_rate"].data)


def said_of_money(form: PageForm) -> dict[str, Any]:
    return {
        "budget": form["budget"].data,
        "vat_rate": _chosen_rate(form),
        "above_budget": form["above_budget"].data,
    }


def said_of_lot(form: PageForm) -> dict[str, Any]:
    return {
        "title": form["title"].data,
        "description": form["description"].data or "",
        "budget": form["budget"].data,
        "vat_rate": _chosen_rate(form),
        "options": form["options"].data if "options" in form else None,
        "cpv": form["cpv"].data if "cpv" in form else "",
        "places": form["places"].data,
    }
