"""Starting an application: what one needs, until when, for which lot, for which organisation."""

from collections.abc import Sequence

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from procurement.models.applications import Application
from procurement.models.call_documents import CallFile
from procurement.models.calls import Call, Lot
from procurement.queries import applications as applications_queries
from procurement.queries import call_documents as call_documents_queries
from procurement.queries import calls as calls_queries
from procurement.queries import people as people_queries
from procurement.queries import stages as stages_queries
from procurement.rules.permissions import Permission
from procurement.rules.vat import said_shortly, vat_of
from procurement.services import applications
from procurement.web.access import Page, allow
from procurement.web.apply.documents import read_words
from procurement.web.context import allowed, do, now, principal, session
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, ManyChoicesField
from workflows.catalogue import states
from workflows.engine import phase

pages = Blueprint("apply_starting", __name__)


class StartForm(PageForm):
    lot = ChoiceField("", coerce=int)
    organisation = ChoiceField("", coerce=int)
    read = ManyChoicesField("", coerce=int)


def call_of(reading: Session, ref: str) -> Call | None:
    return calls_queries.find_call(reading, ref)


@pages.get("/calls/<ref>/apply")
@allow(Permission.APPLICATION_START, call_of)
def show(call: Call, ref: str) -> Page:
    return _page(call, _form(call))


@pages.post("/calls/<ref>/apply")
@allow(Permission.APPLICATION_START, call_of)
def start(call: Call, ref: str) -> Page:
    form = _form(call)
    valid = form.sent()
    read = (form.read.data or []) if "read" in form else []
    if "read" in form and len(read) < len(form.read.choices):
        form.refuse("read", _("Read each of them, and say so by a tick"))
        valid = False
    if not valid:
        return _page(call, form), REFUSED
    made = do(applications.start, call.id, form.lot.data, form.organisation.data, read=read)
    return redirect(url_for("apply_applications.show", ref=made.ref), 303)


def _form(call: Call) -> StartForm:
    form = StartForm()
    who = principal()
    assert who.id is not None  # noqa: S101  (somebody is signed in)
    own = people_queries.organisations_of(session(), who.id)
    firms = [each for each in own if allowed(Permission.ORGANISATION_APPLY, each)]
    form.lot.label.text = _("Which lot do you apply for?")
    form.lot.missing = _("Select the lot that you apply for")
    begun: dict[int, list[Application]] = {}
    for each in applications_queries.list_to_call(session(), call.id, who, now()):
        begun.setdefault(each.lot_id, []).append(each)
    form.lot.choices = [
        (each.id, each.title, _lot_hint(call, each, begun.get(each.id, [])))
        for each in calls_queries.lots_of(session(), call.id)
        if each.abandoned_at is None
    ]
    form.organisation.label.text = _("Which organisation applies?")
    form.organisation.missing = _("Select the organisation that applies")
    form.organisation.choices = [(each.id, each.name) for each in firms]
    form.read.label.text = _("I have read")
    form.read.offer((each.id, read_words(each)) for each in must_read(call))
    if not form.read.choices:
        del form.read
    if request.method == "GET":
        for field in (form.lot, form.organisation):
            field.data = field.choices[0][0] if len(field.choices) == 1 else None
    return form


def must_read(call: Call) -> list[CallFile]:
    """The versions of documents that must be read before one starts."""
    return call_documents_queries.must_read(session(), call.id, now())


def _lot_hint(call: Call, lot: Lot, begun: Sequence[Application]) -> str:
    """What a lot is about, how much money is in it, and what the person's organisations have begun for it."""
    money = _("Its budget is %(amount)s.", amount=str(said_shortly(lot.budget, vat_of(call, lot))))
    there = (_("%(name)s has begun one already: %(ref)s.", name=each.organisation.name, ref=each.ref) for each in begun)
    return " ".join(filter(None, (lot.description, money, *there)))


def _page(call: Call, form: StartForm) -> str:
    started = applications_queries.list_to_call(session(), call.id, principal(), now())
    stage = applications_queries.entrance(stages_queries.of_call(session(), call.id), now())
    if stage is None:
        abort(404)
    return render_template(
        "apply/starting/show.html",
        call=call,
        stage=stage,
        form=form,
        started=started,
        must_read=must_read(call),
        questions=applications_queries.questions_of(session(), stage.id),
        cancelled=call.state in states.call.cancelled,
        phase=phase(stage.opens_at, stage.closes_at, now()),
    )
