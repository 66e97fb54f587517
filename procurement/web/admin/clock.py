"""The demonstration's clock: forward, never back, so that holding times and standstill can be walked through."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from procurement.models.installation import Installation
from procurement.queries import installation as installation_queries
from procurement.rules.permissions import Permission
from procurement.services import installation as install
from procurement.web.access import Page, allow
from procurement.web.context import config, do, now, unshifted
from procurement.web.filters import uk_datetime
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, DateTimePartsField

pages = Blueprint("admin_clock", __name__, url_prefix="/admin/clock")
CLOCK_STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "days": timedelta(days=9)}


class StepForm(PageForm):
    step = ChoiceField(
        _l("How far forward?"),
        choices=[("hour", _l("1 hour")), ("day", _l("1 day")), ("days", _l("9 days"))],
        missing=_l("Select how far"),
    )


class UntilForm(PageForm):
    until = DateTimePartsField(_l("Forward until"), missing=_l("Enter a day and a time"))


def load(database: Session) -> Installation | None:
    """The installation, where it is a demonstration that runs as one."""
    row = installation_queries.find(database)
    return row if row is not None and row.demonstration and config().demo else None


@pages.get("")
@allow(Permission.OPERATE, load)
def show(row: Installation) -> str:
    return _page(row, None, StepForm(data={"step": "day"}), UntilForm())


@pages.post("")
@allow(Permission.OPERATE, load)
def forward(row: Installation) -> Page:
    form = StepForm()
    if not form.sent():
        return _page(row, form, form, UntilForm(formdata=None)), REFUSED
    return _go(CLOCK_STEPS[form.step.data])


@pages.post("/until")
@allow(Permission.OPERATE, load)
def until(row: Installation) -> Page:
    form = UntilForm()
    if form.sent() and form.until.data <= now():
        form.refuse("until", _("The clock only goes forward: enter an instant that is still to come"))
    elif form.sent():
        return _go(form.until.data - now())
    return _page(row, form, StepForm(formdata=None, data={"step": "day"}), form), REFUSED


def _go(step: timedelta) -> Page:
    at = now()
    step = timedelta(seconds=-(-step // timedelta(seconds=1)))
    do(install.forward, step)
    flash(_("The clock went forward. It is %(time)s here now.", time=uk_datetime(at + step)), "success")
    return redirect(url_for("admin_clock.show"), 303)


def _page(row: Installation, wrong: PageForm | None, steps: StepForm, until_form: UntilForm) -> str:
    ahead = timedelta(seconds=row.clock_offset)  # as it is now: what this request began with may be a step behind
    here = unshifted() + max(ahead, timedelta(0))
    return render_template("admin/clock/show.html", form=wrong, steps=steps, until=until_form, ahead=ahead, here=here)
