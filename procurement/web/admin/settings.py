"""Names and figures that hold from a day on: changed here, never in the past's place."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from procurement.queries import admin as admin_queries
from procurement.queries import installation as installation_queries
from procurement.rules.dates import uk_day
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.rules.settings import KNOWN, Known, fault, placeholders
from procurement.services import installation as install
from procurement.web.access import Page, allow
from procurement.web.context import do, now, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import DatePartsField, TextField

pages = Blueprint("admin_settings", __name__, url_prefix="/admin/settings")


class SettingForm(PageForm):
    value = TextField(_l("New value"), missing=_l("Enter the new value"), most=200)
    holds_from = DatePartsField(_l("Holds from"), missing=_l("Enter the day from which it holds"))


def today() -> date:
    return uk_day(now())


def load(database: Session, key: str) -> Known | None:
    return next((known for known in KNOWN if known.key == key), None)


@pages.get("")
@allow(Permission.OPERATE)
def show() -> str:
    rows = admin_queries.setting_rows(session())
    since = {row.key: row for row in reversed(rows) if row.holds_from <= today()}
    later = {row.key: row for row in rows if row.holds_from > today()}
    return render_template(
        "admin/settings/show.html",
        known=KNOWN,
        values=installation_queries.settings(session(), today()),
        since=since,
        later=later,
        missing=placeholders(installation_queries.settings(session(), today())),
    )


@pages.get("/<key>")
@allow(Permission.OPERATE, load)
def edit(known: Known, key: str) -> str:
    value = installation_queries.settings(session(), today())[key]
    return _page(known, SettingForm(data={"value": str(value), "holds_from": today()}))


@pages.post("/<key>")
@allow(Permission.OPERATE, load)
def save(known: Known, key: str) -> Page:
    form = SettingForm()
    right = form.sent()
    text = form.value.data
    value: str | int = text
    if right and isinstance(known.value, int):
        number = whole_number(text)
        value = text if number is None else number
    wrong = fault(key, value) if right else None
    if wrong is not None:
        form.refuse("value", sentence(wrong))
    if right and form.holds_from.data < today():
        form.refuse("holds_from", _("The past stays as it was: enter today or a later day"))
        right = False
    if not right or wrong is not None:
        return _page(known, form), REFUSED
    do(install.set_value, key, value, form.holds_from.data)
    flash(_("Saved: %(title)s.", title=known.title), "success")
    return redirect(url_for("admin_settings.show"), 303)


def _page(known: Known, form: SettingForm) -> str:
    rows = admin_queries.setting_rows(session(), known.key)
    return render_template("admin/settings/edit.html", known=known, form=form, rows=rows)
