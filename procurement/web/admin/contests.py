"""Registered numbers that are contested: looked up and answered by an operator."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from procurement.models.people import Contest, ContestOutcome
from procurement.queries import admin as admin_queries
from procurement.rules.permissions import Permission
from procurement.rules.registers import known_as_number, page_of
from procurement.services import people
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.context import do, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, WordLimitedText

pages = Blueprint("admin_contests", __name__, url_prefix="/admin/contests")
OUTCOMES = {
    ContestOutcome.RELEASED: _l("Taken away"),
    ContestOutcome.KEPT: _l("Left where it is"),
}
OUTCOME_CHOICES = [
    (ContestOutcome.RELEASED, _l("Take it away"), _l("the organisation goes on without it, and it can be registered")),
    (ContestOutcome.KEPT, _l("Leave it"), _l("it belongs to the organisation that has it")),
]


class AnswerForm(PageForm):
    outcome = ChoiceField(
        _l("What becomes of the number?"), choices=OUTCOME_CHOICES, coerce=ContestOutcome, missing=_l("Select one")
    )
    answer = WordLimitedText(_l("What did you find?"), missing=_l("Say what you found"), limit=200, rows=5)


def load(database: Session, contest_id: int) -> Contest | None:
    return admin_queries.find_contest(database, contest_id)


@pages.get("")
@allow(Permission.OPERATE)
def show() -> str:
    return render_template("admin/contests/show.html", contests=admin_queries.list_contests(session()), words=OUTCOMES)


@pages.get("/<int:contest_id>")
@allow(Permission.OPERATE, load)
def contest(found: Contest, contest_id: int) -> str:
    return _page(found, AnswerForm())


@pages.post("/<int:contest_id>")
@allow(Permission.OPERATE, load)
def answer(found: Contest, contest_id: int) -> Page:
    form = AnswerForm()
    if form.sent():
        try:
            do(people.decide_contest, contest_id, form.outcome.data, form.answer.data)
        except Refusal as refusal:
            form.refuse("outcome", sentence(refusal.reasons[0]))
        else:
            flash(_("Answered. Everybody concerned is told."), "success")
            return redirect(url_for("admin_contests.show"), 303)
    return _page(admin_queries.get_contest(session(), contest_id), form), REFUSED


def _page(found: Contest, form: AnswerForm) -> str:
    known = known_as_number(found.register, found.number)
    return render_template(
        "admin/contests/contest.html",
        contest=found,
        form=form,
        page=page_of(*known) if known else "",
        words=OUTCOMES,
    )
