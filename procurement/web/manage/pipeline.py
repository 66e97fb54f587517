"""Planned calls as staff write, publish and keep them up to date."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.pipeline import PlannedCall
from procurement.queries import pipeline as pipeline_queries
from procurement.rules import pipeline as rules
from procurement.rules.calls import CALL_KINDS, THEMES
from procurement.rules.dates import uk_day
from procurement.rules.permissions import Permission
from procurement.services import pipeline
from procurement.services.pipeline import Plan
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, now, principal, session
from procurement.web.filters import sentence, uk_datetime
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import (
    ChoiceField,
    EmailField,
    MoneyField,
    TextField,
    VersionField,
    WordLimitedText,
)
from procurement.web.manage.money_forms import LARGEST_BUDGET
from procurement.web.parts.planned import value_words

pages = Blueprint("manage_pipeline", __name__, url_prefix="/manage/pipeline")


class PlanForm(PageForm):
    kind = ChoiceField(_l("What will it be?"), missing=_l("Choose what it will be"))
    title = TextField(_l("Title"), missing=_l("Give it a title"), most=rules.LONGEST_TITLE)
    theme = ChoiceField(_l("Priority area"), missing=_l("Choose the priority area"))
    summary = WordLimitedText(
        _l("What will it be about?"), missing=_l("Say what it will be about"), limit=rules.MOST_WORDS, rows=5
    )
    value = MoneyField(
        _l("What may it be worth, in pounds? (optional)"),
        least=1,
        most=LARGEST_BUDGET,
        description=_l("Of a challenge including VAT."),
    )
    month = ChoiceField(
        _l("In which month do you expect to publish it?"),
        missing=_l("Choose a month"),
        coerce=date.fromisoformat,
        select=True,
    )
    contact = EmailField(_l("Email address for questions (optional)"))
    version = VersionField()


class ReasonForm(PageForm):
    reason = TextField(_l("Why does nothing come of it?"), missing=_l("Give a reason"), most=rules.LONGEST_REASON)


class BecameForm(PageForm):
    ref = TextField(
        _l("Reference of the published call that came of it"),
        missing=_l("Enter the reference of the call"),
        most=40,
        description=_l("For example, BCC-2027-001."),
    )


def _form(planned: PlannedCall | None, *, sent: bool) -> PlanForm:
    names = ("kind", "title", "theme", "summary", "value", "month", "contact", "version")
    values = {} if planned is None else {name: getattr(planned, name) for name in names}
    form = PlanForm() if sent else PlanForm(formdata=None, data=values)
    form.kind.choices = [(key, sentence(words)) for key, words in CALL_KINDS.items()]
    form.theme.choices = [(key, sentence(words)) for key, words in THEMES.items()]
    months = rules.months_from(uk_day(now()))
    form.month.choices = [(each.isoformat(), rules.month_words(each)) for each in months]
    return form


def _plan(form: PlanForm) -> Plan:
    return Plan(
        form.kind.data,
        form.title.data or "",
        form.theme.data,
        form.summary.data or "",
        form.value.data,
        form.month.data,
        form.contact.data or "",
    )


@pages.get("")
@allow(Permission.PIPELINE_READ)
def index() -> Page:
    today = uk_day(now())
    return render_template(
        "manage/pipeline/index.html",
        rows=[(row, _stands(row, today), rules.month_words(row.month)) for row in pipeline_queries.listed(session())],
    )


def _stands(row: PlannedCall, today: date) -> str:
    if row.withdrawn_at is not None:
        return _("Withdrawn")
    if row.call is not None:
        return _("Became %(ref)s", ref=row.call.ref)
    if row.published_at is None:
        return _("Waits for a second person")
    return _("Overdue: move it or withdraw it") if rules.is_overdue(row.month, today) else _("Published")


@pages.get("/new")
@allow(Permission.PIPELINE_WRITE)
def new() -> Page:
    return render_template("manage/pipeline/edit.html", form=_form(None, sent=False), planned=None)


@pages.post("/new")
@allow(Permission.PIPELINE_WRITE)
def add() -> Page:
    form = _form(None, sent=True)
    if not form.sent():
        return render_template("manage/pipeline/edit.html", form=form, planned=None), REFUSED
    row = do(pipeline.write, None, _plan(form))
    flash(_("Saved. Somebody else publishes it."), "success")
    return redirect(url_for(".show", planned_id=row.id), 303)


@pages.get("/<int:planned_id>")
@allow(Permission.PIPELINE_READ, pipeline_queries.find)
def show(planned: PlannedCall, planned_id: int) -> Page:
    return _page(planned)


def _page(planned: PlannedCall, *, reason: PageForm | None = None, ref: PageForm | None = None) -> str:
    goes_on = planned.withdrawn_at is None and planned.call_id is None
    waits = goes_on and planned.published_at is None
    return render_template(
        "manage/pipeline/show.html",
        planned=planned,
        stands=_stands(planned, uk_day(now())),
        said=[
            (_("Kind"), sentence(CALL_KINDS[planned.kind])),
            (_("Priority area"), sentence(THEMES[planned.theme])),
            (_("Expected"), rules.month_words(planned.month)),
            (_("May be worth"), value_words(planned)),
            (_("Questions to"), planned.contact),
        ],
        may_write=goes_on and allowed(Permission.PIPELINE_WRITE),
        may_publish=waits and allowed(Permission.PIPELINE_PUBLISH) and principal().id != planned.written_by,
        waits=waits,
        happened=[
            {
                "title": _happened(event.tag),
                "when": uk_datetime(event.recorded_at),
                "by": name,
                "text": event.note.text if event.note else "",
                "state": "past",
            }
            for event, name in pipeline_queries.history_of(session(), planned.id)
        ],
        reason=reason or ReasonForm(formdata=None),
        ref=ref or BecameForm(formdata=None),
        form=reason or ref,
    )


def _happened(tag: str) -> str:
    return {
        "plan.begin": _("Planned"),
        "plan.edit": _("Changed"),
        "plan.publish": _("Published"),
        "plan.withdraw": _("Withdrawn"),
        "plan.become": _("A call came of it"),
    }[tag]


@pages.get("/<int:planned_id>/edit")
@allow(Permission.PIPELINE_WRITE, pipeline_queries.find)
def edit(planned: PlannedCall, planned_id: int) -> Page:
    if planned.withdrawn_at is not None or planned.call_id is not None:
        raise Refusal(pipeline.OVER)
    return render_template("manage/pipeline/edit.html", form=_form(planned, sent=False), planned=planned)


@pages.post("/<int:planned_id>/edit")
@allow(Permission.PIPELINE_WRITE, pipeline_queries.find)
def save(planned: PlannedCall, planned_id: int) -> Page:
    form = _form(planned, sent=True)
    if not form.sent():
        return render_template("manage/pipeline/edit.html", form=form, planned=planned), REFUSED
    try:
        do(pipeline.write, planned_id, _plan(form), version=form.version.data)
    except Refusal as refusal:
        form.refuse("title", " ".join(sentence(each) for each in refusal.reasons))
        again = pipeline_queries.find(session(), planned_id)
        return render_template("manage/pipeline/edit.html", form=form, planned=again), refusal.status
    flash(_("Saved."), "success")
    return redirect(url_for(".show", planned_id=planned_id), 303)


@pages.post("/<int:planned_id>/publish")
@allow(Permission.PIPELINE_PUBLISH, pipeline_queries.find)
def publish(planned: PlannedCall, planned_id: int) -> Page:
    form = SeenForm()
    form.sent()
    do(pipeline.publish, planned_id, seen=form.version.data or 0)
    flash(_("Published: everybody can read it."), "success")
    return redirect(url_for(".show", planned_id=planned_id), 303)


class SeenForm(PageForm):
    version = VersionField()


@pages.post("/<int:planned_id>/withdraw")
@allow(Permission.PIPELINE_WRITE, pipeline_queries.find)
def withdraw(planned: PlannedCall, planned_id: int) -> Page:
    form = ReasonForm()
    if not form.sent():
        return _page(planned, reason=form), REFUSED
    do(pipeline.withdraw, planned_id, form.reason.data or "")
    flash(_("Withdrawn."), "success")
    return redirect(url_for(".show", planned_id=planned_id), 303)


@pages.post("/<int:planned_id>/became")
@allow(Permission.PIPELINE_WRITE, pipeline_queries.find)
def became(planned: PlannedCall, planned_id: int) -> Page:
    form = BecameForm()
    if not form.sent():
        return _page(planned, ref=form), REFUSED
    try:
        do(pipeline.became, planned_id, form.ref.data or "")
    except Refusal as refusal:
        form.refuse("ref", " ".join(sentence(each) for each in refusal.reasons))
        again = pipeline_queries.find(session(), planned_id)
        assert again is not None  # noqa: S101  (it was there a moment ago)
        return _page(again, ref=form), refusal.status
    flash(_("The plan leads to the call now."), "success")
    return redirect(url_for(".show", planned_id=planned_id), 303)
