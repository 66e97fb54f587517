"""Telling us that a registered number, with which somebody else registered, is one's own organisation's."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.rules.permissions import Permission
from procurement.rules.registers import CHARITY, COMPANY, OTHERS, number_of
from procurement.services import people
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.context import do
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, TextField, WordLimitedText
from procurement.web.parts.search import Parameters

pages = Blueprint("account_contests", __name__, url_prefix="/account/organisations/contest")
REGISTER_CHOICES = [
    (COMPANY, _l("Companies House")),
    (CHARITY, _l("A charity register of the UK")),
    *((each.scheme, each.title) for each in OTHERS.values()),
]
MOST_WORDS = 200


class ContestForm(PageForm):
    register = ChoiceField(
        _l("Which register is the number of?"), choices=REGISTER_CHOICES, missing=_l("Select the register"), select=True
    )
    number = TextField(_l("Number"), missing=_l("Enter the number"), most=40)
    reason = WordLimitedText(
        _l("Why is it your organisation’s?"),
        missing=_l("Say why the number is your organisation’s"),
        limit=MOST_WORDS,
        rows=5,
    )

    def sent(self) -> bool:
        right = super().sent()
        if right and number_of(self.register.data, self.number.data) is None:
            self.refuse("number", _("Enter the number as the register writes it"))
            return False
        return right


@pages.get("")
@allow(Permission.ORGANISATION_CREATE)
def show() -> str:
    read = Parameters(request.args)
    known = [str(choice[0]) for choice in REGISTER_CHOICES]
    form = ContestForm(data={"register": read.one("register", known) or COMPANY, "number": read.words("number", 40)})
    return render_template("account/contests/show.html", form=form)


@pages.post("")
@allow(Permission.ORGANISATION_CREATE)
def tell() -> Page:
    form = ContestForm()
    if form.sent():
        try:
            do(people.contest, form.register.data, form.number.data, form.reason.data)
        except Refusal as refusal:
            form.refuse("number", sentence(refusal.reasons[0]))
        else:
            flash(_("Thank you. We look it up in its register and write to you."), "success")
            return redirect(url_for("account_profile.show"), 303)
    return render_template("account/contests/show.html", form=form), REFUSED
