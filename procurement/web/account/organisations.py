"""Organisations that apply: made once, kept current by their lead."""

from collections.abc import Iterator

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from procurement.models.people import Organisation
from procurement.queries import people as people_queries
from procurement.rules.permissions import Permission
from procurement.rules.registers import (
    HOME,
    OTHERS,
    charity_number,
    company_number,
    countries,
    known_as,
    page_of,
    register_number,
    uk_postcode,
)
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
    (
        "medium",
        _l("Medium"),
        _l("50 to 249 people, and a turnover up to £44 million or a balance sheet up to £38 million"),
    ),
    (
        "large",
        _l("Large"),
        _l("250 people or more, or a turnover and a balance sheet above those, or part of a group of that size"),
    ),
]
REGISTER_CHOICES = [("", _l("None")), *((each.scheme, each.title) for each in OTHERS.values())]


class OrganisationForm(PageForm):
    name = TextField(_l("Name of the organisation"), missing=_l("Enter the name of the organisation"), most=200)
    kind = ChoiceField(
        _l("What kind of organisation is it?"), choices=KIND_CHOICES, missing=_l("Select what kind it is")
    )
    size = ChoiceField(_l("How large is it?"), choices=SIZE_CHOICES, missing=_l("Select how large it is"))
    vcse = TickField(_l("It is a voluntary, community or social enterprise"))
    company_number = TextField(_l("Company number, if it has one"), most=20)
    charity_number = TextField(_l("Charity number, if it has one"), most=20)
    register = ChoiceField(_l("Another register that knows it, if any"), choices=REGISTER_CHOICES, select=True)
    register_number = TextField(_l("Its number in that register"), most=40)
    country = ChoiceField(_l("Country"), choices=countries().items(), select=True)
    street = TextField(_l("Street"), most=200)
    town = TextField(_l("Town or city"), missing=_l("Enter the town or city"), most=100)
    postcode = TextField(_l("Postcode"), most=12)
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
            country=self.country.data or HOME,
            register=self.register.data or "",
            register_number=self.register_number.data or "",
            street=self.street.data or "",
            town=self.town.data or "",
            postcode=self.postcode.data or "",
            email=self.email.data or "",
        )

    def sent(self) -> bool:
        """As every form, and the registered numbers and the postcode are what their registers write."""
        right = super().sent()
        for field, fault in self._faults():
            self.refuse(field, fault)
            right = False
        return right

    def _faults(self) -> Iterator[tuple[str, str]]:
        company, charity = self.company_number.data, self.charity_number.data
        if company and company_number(company) is None:
            yield (
                "company_number",
                _("Enter the company number as Companies House writes it, like 01234567 or SC123456"),
            )
        if charity and charity_number(charity) is None:
            yield "charity_number", _("Enter the charity number as its register writes it, like 1234567 or SC012345")
        register, number = OTHERS.get(self.register.data or ""), self.register_number.data
        if register is None and number:
            yield "register", _("Select the register that the number is of")
        if register is not None and register_number(register.scheme, number or "") is None:
            yield (
                "register_number",
                _("Enter the number as the register writes it, like %(number)s", number=register.example),
            )
        if (self.country.data or HOME) == HOME and uk_postcode(self.postcode.data or "") is None:
            given = bool(self.postcode.data)
            yield "postcode", _("Enter a full UK postcode, like B1 1BB") if given else _("Enter the postcode")


def load(session: Session, ref: str, **_where: object) -> Organisation | None:
    return people_queries.find_organisation(session, ref)


@pages.get("/new")
@allow(Permission.ORGANISATION_CREATE)
def new() -> str:
    form = OrganisationForm(data={"version": 1, "country": HOME})
    return render_template("account/organisations/new.html", form=form, onwards=wanted() or "")


@pages.post("/new")
@allow(Permission.ORGANISATION_CREATE)
def create() -> Page:
    form = OrganisationForm()
    if form.sent():
        try:
            made = do(people.create_organisation, form.profile())
        except people.NumberTaken as refusal:
            form.refuse("company_number", sentence(refusal.reasons[0]))
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
        registers=_registers(organisation),
        country=countries().get(organisation.country, organisation.country),
    )


def _registers(organisation: Organisation) -> list[tuple[str, str, str]]:
    """Each register that knows it: the number's name, the number, and the address of the register's page, if any."""
    other = OTHERS.get(organisation.register)
    rows = [
        (_("Company number"), organisation.company_number or "", {"company": organisation.company_number or ""}),
        (_("Charity number"), organisation.charity_number or "", {"charity": organisation.charity_number or ""}),
    ]
    if other is not None:
        number = organisation.register_number
        rows.append((other.title, number, {"register": other.scheme, "number": number}))
    return [(name, number, next((page_of(*each) for each in known_as(**known)), "")) for name, number, known in rows]


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
        except people.NumberTaken as refusal:
            form.refuse("company_number", sentence(refusal.reasons[0]))
        except Refusal as refusal:
            form.refuse("name", sentence(refusal.reasons[0]))
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("account_organisations.show", ref=ref), 303)
    return render_template("account/organisations/edit.html", form=form, organisation=organisation), REFUSED
