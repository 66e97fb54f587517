"""The outcome of an application for its team: the decision, every mark with its reason, and the answer to an award."""

from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.applications import Application
from procurement.queries import awards as awards_queries
from procurement.queries import calls as calls_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import documents as documents_queries
from procurement.rules.permissions import Permission
from procurement.rules.statuses import NoticeStatus
from procurement.services import awards
from procurement.services.effects.letters import numbered
from procurement.web.access import Page, allow
from procurement.web.apply.frame import application_of, page
from procurement.web.context import allowed, do, now, session
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import WordLimitedText
from workflows.catalogue import states

pages = Blueprint("apply_outcome", __name__, url_prefix="/applications")


class RefuseForm(PageForm):
    reason = WordLimitedText(_l("Why do you refuse the award?"), missing=_l("Give a reason"), limit=250, rows=4)


@pages.get("/<ref>/outcome")
@allow(Permission.OUTCOME_READ, application_of)
def show(application: Application, ref: str) -> Page:
    return _show(application, RefuseForm())


@pages.post("/<ref>/outcome/accept")
@allow(Permission.AWARD_ANSWER, application_of)
def accept(application: Application, ref: str) -> Page:
    award_id = _award_id(application)
    do(awards.accept, award_id)
    flash(_("You have accepted the award."), "success")
    return redirect(url_for(".show", ref=ref), 303)


@pages.post("/<ref>/outcome/refuse")
@allow(Permission.AWARD_ANSWER, application_of)
def refuse(application: Application, ref: str) -> Page:
    form, award_id = RefuseForm(), _award_id(application)
    if not form.sent():
        return _show(application, form), REFUSED
    reason = form.reason.data or ""
    do(awards.refuse, award_id, reason)
    flash(_("You have refused the award."), "success")
    return redirect(url_for(".show", ref=ref), 303)


def _award_id(application: Application) -> int:
    award = awards_queries.of_application(session(), application.id)
    if award is None:
        abort(404)
    return award.id


def _show(application: Application, form: RefuseForm) -> str:
    """The page says what the letter says: the figures are those that were frozen for it, and never reckoned again."""
    call = application.call
    documents = documents_queries.outcome_documents(session(), application.id)
    if application.state in states.application.ineligible:
        return page("outcome/show", application, form=form, ineligible=True, documents=documents)
    letter = next((each for each in documents if each.kind.endswith("_letter")), None)
    decision = decisions_queries.find_standing(session(), application.id)
    if letter is None or decision is None:
        abort(404)
    criteria, comments = (
        calls_queries.scheme_of(call).criteria,
        decisions_queries.comments_on(session(), application.id),
    )
    award = awards_queries.of_application(session(), application.id)
    notice = awards_queries.find_notice(session(), call.id)
    return page(
        "outcome/show",
        application,
        form=form,
        ineligible=False,
        documents=documents,
        decision=decision,
        letter=letter.content,
        marks=[
            (mark, numbered(comments.get(criterion.key, ())))
            for criterion, mark in zip(criteria, letter.content["marks"], strict=True)
        ],
        award=award,
        confirmed=award is not None and awards_queries.is_confirmed(award, now()),
        needs_notice=awards_queries.needs_notice(call),
        notice=notice if notice is not None and notice.state == NoticeStatus.PUBLISHED else None,
        may_answer=award is not None
        and award.state in states.award.answerable
        and allowed(Permission.AWARD_ANSWER, application),
    )
