"""The outcome of an application for its team: the decision, every mark with its reason, and the answer to an award."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.applications import Application
from procurement.queries import awards as find_awards
from procurement.queries import decisions as find
from procurement.rules.permissions import Permission
from procurement.services import awards
from procurement.services.effects.letters import explanations, place_in_words, word_for
from procurement.web.access import allow
from procurement.web.apply.frame import application_of, page
from procurement.web.context import allowed, now, ports, principal, session, write
from procurement.web.forms.base import PageForm
from procurement.web.forms.fields import WordLimitedText

pages = Blueprint("apply_outcome", __name__, url_prefix="/applications")
REFUSED = 422


class RefuseForm(PageForm):
    reason = WordLimitedText(_l("Why do you refuse the award?"), missing=_l("Give a reason"), limit=250, rows=4)


@pages.get("/<ref>/outcome")
@allow(Permission.OUTCOME_READ, application_of)
def show(application: Application, ref: str) -> Any:
    return _show(application, RefuseForm())


@pages.post("/<ref>/outcome/accept")
@allow(Permission.AWARD_ANSWER, application_of)
def accept(application: Application, ref: str) -> Any:
    award_id = _award_id(application)
    write(lambda session: awards.accept(session, ports(), award_id, by=principal(), now=now()))
    flash(_("You have accepted the award."), "success")
    return redirect(url_for(".show", ref=ref), 303)


@pages.post("/<ref>/outcome/refuse")
@allow(Permission.AWARD_ANSWER, application_of)
def refuse(application: Application, ref: str) -> Any:
    form, award_id = RefuseForm(), _award_id(application)
    if not form.sent():
        return _show(application, form), REFUSED
    reason = form.reason.data or ""
    write(lambda session: awards.refuse(session, ports(), award_id, reason, by=principal(), now=now()))
    flash(_("You have refused the award."), "success")
    return redirect(url_for(".show", ref=ref), 303)


def _award_id(application: Application) -> int:
    award = find_awards.of_application(session(), application.id)
    if award is None:
        abort(404)
    return award.id


def _show(application: Application, form: RefuseForm) -> str:
    call = application.call
    documents = [
        each
        for each in find.documents_of(session(), call.id, (*find.LETTERS, "ineligible_letter"))
        if each.application_id == application.id
    ]
    if application.state == "ineligible":
        return page("outcome/show", application, form=form, ineligible=True, documents=documents)
    table = find.table_of(session(), call)
    entry = table.entry(application.ref)
    if entry is None or entry.row is None or entry.decision is None:
        abort(404)
    lot = next(each for each in table.lots if each.lot.id == entry.lot.id)
    award = find_awards.of_application(session(), application.id)
    notice = find_awards.find_notice(session(), call.id)
    confirmed = award is not None and find_awards.is_confirmed(award, now())
    return page(
        "outcome/show",
        application,
        form=form,
        ineligible=False,
        documents=documents,
        entry=entry,
        scheme=table.scheme,
        place=place_in_words(lot, entry),
        word_for=word_for,
        explanations=explanations,
        award=award,
        confirmed=confirmed,
        needs_notice=find_awards.needs_notice(call),
        notice=notice if notice is not None and notice.state == "published" else None,
        may_answer=award is not None
        and award.state in ("told", "confirmed")
        and allowed(Permission.AWARD_ANSWER, application),
    )
