"""Organisations that apply: made once, kept current by their lead."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from procurement.models.people import Organisation
from procurement.queries import people as people_queries
from procurement.rules.accounts import charity_number, company_number
from procurement.rules.permissions import Permission
from procurement.services import people
from procurement.services.refusal import Refusal, Stale
from procurement.web.access import Page, allow
from procurement.web.context import do
from procurement.web.context import session as reading
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, EmailField, TextField, TickField, VersionField
from procurement.web.parts.addresses import wanted

pages = Blueprint("account_organisations", __name__, url_prefix="/account/organisations")
KIND_CHOICES = [
    ("company", _l("Company")),
    ("sole trader", _l("Sole trader")),
    ("charity", _l("Charity")),
    ("community interest company", _l("Community interest company")),
    ("university", _l("University or college")),
    ("public body", _l("Public body")),
    ("other", _l("Something else")),
]
# staff headcount, with turnover or balance sheet: Procurement Act 2023 s.123, and the Commission's definition before it
SIZE_CHOICES = [
    ("micro", _l("Micro"), _l("fewer than 10 people")),
    ("small", _l("Small"), _l("10 to 49 people")),
    ("medium", _l("Medium"), _l("50 to 249 people")),
    ("large", _l("Large"), _l("250 people or more, or part of a group of that size")),
]


class OrganisationForm(PageForm):
    name = TextField(_l("Name of the organisation"), missing=_l("Enter the name of the organisation"), most=200)
    kind = ChoiceField(
        _l("What kind of organisation is it?"), choices=KIND_CHOICES, missing=_l("Select what kind it is")
    )
    size = ChoiceField(_l("How large is it?"), choices=SIZE_CHOICES, missing=_l("Select how large it is"))
    vcse = TickField(_l("It is a voluntary, community or social enterprise"))
    company_number = TextField(_l("Company number, if it has one"), most=20)
    charity_number = TextField(_l("Charity number, if it has one"), most=20)
    street = TextField(_l("Street"), most=200)
    town = TextField(_l("Town or city"), missing=_l("Enter the town or city"), most=100)
    postcode = TextField(_l("Postcode"), missing=_l("Enter the postcode"), most=12)
    email = EmailField(_l("Public email address, if there is one"))
    version = VersionField()

    def profile(self) -> people.Profile:
        """What was typed, for the service."""
        return people.Profile(
            name=self.name.data,
            kind=self.kind.data,
            size=self.size.data,
            vcse=bool(self.vcse.data),
            company_number=self.company_number.data or "",
            charity_number=self.charity_number.data or "",
            street=self.street.data or "",
            town=self.town.data or "",
            postcode=(self.postcode.data or "").upper(),
            email=self.email.data or "",
        )

    def sent(self) -> bool:
        """As every form, and the registered numbers are numbers of their registers."""
        right = super().sent()
        if self.company_number.data and company_number(self.company_number.data) is None:
            self.refuse(
                "company_number", _("Enter the company number as Companies House writes it, like 01234567 or SC123456")
            )
            right = False
        if self.charity_number.data and charity_number(self.charity_number.data) is None:
            self.refuse(
                "charity_number", _("Enter the charity number as its register writes it, like 1234567 or SC012345")
            )
            right = False
        return right


def load(session: Session, ref: str, **_where: object) -> Organisation | None:
    return people_queries.find_organisation(session, ref)


@pages.get("/new")
@allow(Permission.ORGANISATION_CREATE)
def new() -> str:
    form = OrganisationForm(data={"version": 1})
    return render_template("account/organisations/new.html", form=form, onwards=wanted() or "")


@pages.post("/new")
@allow(Permission.ORGANISATION_CREATE)
def create() -> Page:
    form = OrganisationForm()
    if form.sent():
        try:
            made = do(people.create_organisation, form.profile())
        except Refusal as refusal:
            form.refuse("name", sentence(refusal.reasons[0]))
        else:
            flash(_("%(name)s is registered, and you are its lead.", name=made.name), "success")
            return redirect(wanted() or url_for("account_organisations.show", ref=made.ref), 303)
    return render_template("account/organisations/new.html", form=form, onwards=wanted() or ""), REFUSED


@pages.get("/<ref>")
@allow(Permission.ORGANISATION_READ, load)
def show(organisation: Organisation, ref: str) -> str:
    return render_template(
        "account/organisations/show.html",
        organisation=organisation,
        kinds=dict(KIND_CHOICES),
        sizes={size[0]: f"{size[1]}, {size[2]}" for size in SIZE_CHOICES},
        team=people_queries.team_of(reading(), organisation.id),
    )


@pages.get("/<ref>/edit")
@allow(Permission.ORGANISATION_EDIT, load)
def edit(organisation: Organisation, ref: str) -> str:
    return render_template(
        "account/organisations/edit.html", form=OrganisationForm(obj=organisation), organisation=organisation
    )


@pages.post("/<ref>/edit")
@allow(Permission.ORGANISATION_EDIT, load)
def save(organisation: Organisation, ref: str) -> Page:
    form = OrganisationForm()
    if form.sent():
        try:
            do(people.edit_organisation, organisation.id, form.profile(), version=form.version.data)
        except Stale:
            raise
        except Refusal as refusal:
            form.refuse("name", sentence(refusal.reasons[0]))
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("account_organisations.show", ref=ref), 303)
    return render_template("account/organisations/edit.html", form=form, organisation=organisation), REFUSED
