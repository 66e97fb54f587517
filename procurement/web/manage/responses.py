"""One request beside its answer; taking it back, fetching its files, and answering a review."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from procurement.models.requests import Request, Review
from procurement.queries import opening as opening_queries
from procurement.queries import requests as requests_queries
from procurement.rules.permissions import Permission
from procurement.rules.ports import FileMissing, VaultRefused
from procurement.rules.requests import RequestKind, RequestStatus, ReviewOutcome
from procurement.services import requests, reviews, vault
from procurement.services.opening import fetched
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, now, ports, principal, session
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, WordLimitedText
from procurement.web.manage import answered
from procurement.web.manage.loading import frame
from procurement.web.parts.uploads import attachment

pages = Blueprint(
    "manage_responses", __name__, url_prefix="/manage/calls/<ref>/stages/<stage>/bids/<bid>/requests/<int:number>"
)


class TakeBackForm(PageForm):
    reason = WordLimitedText(_l("Reason"), missing=_l("Give a reason"), limit=250, rows=3)


class ReviewForm(PageForm):
    outcome = ChoiceField(_l("What did you find?"), missing=_l("Choose what you found"))
    reason = WordLimitedText(_l("Reasons"), missing=_l("Give your reasons"), limit=500, rows=8)


def load_request(reading: Session, ref: str, stage: str, bid: str, number: int, **_: object) -> Request | None:
    """A request about a bid in the stage of the call that the address names, and of no other."""
    found = requests_queries.find(reading, bid, number)
    if found is None or (found.entry.stage.key, found.entry.stage.call.ref) != (stage, ref):
        return None
    return found


@pages.get("")
@allow(Permission.BID_READ, load_request)
def show(task: Request, ref: str, stage: str, bid: str, number: int) -> Page:
    return _show(task, TakeBackForm(formdata=None), ReviewForm(formdata=None))


@pages.post("/take-back")
@allow(Permission.REQUEST_ASK, load_request)
def take_back(task: Request, ref: str, stage: str, bid: str, number: int) -> Page:
    form = TakeBackForm()
    if not form.sent():
        return _show(task, form, ReviewForm(formdata=None)), REFUSED
    do(requests.take_back, task.id, form.reason.data)
    flash(_("The request is taken back. The team is told why."), "success")
    return redirect(url_for("manage_requests.index", ref=ref, stage=stage, bid=bid), 303)


@pages.post("/looked")
@allow(Permission.REQUEST_ASK, load_request)
def look(task: Request, ref: str, stage: str, bid: str, number: int) -> Page:
    """Say that the answer was read: it waits in nobody's work any more."""
    do(requests.look, task.id)
    flash(_("It is recorded that you looked at this answer."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage, bid=bid, number=number), 303)


@pages.post("/files/<file>")
@allow(Permission.BID_READ, load_request)
def download(task: Request, ref: str, stage: str, bid: str, number: int, file: str) -> Page:
    """A file of the answer, sent in answer to a press: that it was fetched, by whom and when, is recorded."""
    lines = [] if task.submission is None else task.submission.manifest["files"]
    line = next((each for each in lines if each["ref"] == file), None)
    if line is None:
        abort(404)
    try:
        content = vault.open_file(ports(), line)
    except (FileMissing, VaultRefused):
        return render_template("manage/bids/damaged.html", **_of(task), line=line), 409
    do(fetched, task.entry_id, file)
    return attachment(content, line["name"], line["media_type"], line["size"])


@pages.post("/review")
@allow(Permission.REVIEW_DECIDE, load_request)
def review(task: Request, ref: str, stage: str, bid: str, number: int) -> Page:
    form = ReviewForm()
    form.outcome.choices = _outcomes(task, requests_queries.find_review(session(), task.id))
    if not form.sent():
        return _show(task, TakeBackForm(formdata=None), form), REFUSED
    do(reviews.decide, task.id, ReviewOutcome(form.outcome.data), form.reason.data)
    flash(_("The review is answered. The team gets a letter with your reasons."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage, bid=bid, number=number), 303)


# parts


def _of(task: Request) -> dict[str, Any]:
    return {**frame(task.entry.stage), "entry": task.entry, "application": task.entry.application}


def _outcomes(task: Request, found: Review | None) -> list[tuple[str, str, str]]:
    noun = task.entry.stage.noun
    if found is not None and not reviews.is_of_eligibility(found):
        wrong = _("The decision was wrong"), _("It stays on record. Write what is done about it with the reasons.")
        return [
            (ReviewOutcome.UPHELD.value, _("The decision was right"), _("Nothing changes.")),
            (ReviewOutcome.WRONG.value, *wrong),
        ]
    upheld = (ReviewOutcome.UPHELD.value, _("The decision was right"), _("The %(noun)s stays out.", noun=noun))
    if requests_queries.can_reinstate(task.entry.application.call, task.entry):
        words = _("The decision was wrong: check it again"), _("The %(noun)s goes back to the check.", noun=noun)
        return [upheld, (ReviewOutcome.REVERSED.value, *words)]
    words = (
        _("The decision was wrong, and it is too late"),
        _("It cannot be assessed any more. The letter says so."),
    )
    return [upheld, (ReviewOutcome.TOO_LATE.value, *words)]


def _show(task: Request, taking_back: TakeBackForm, reviewing: ReviewForm) -> str:
    found = requests_queries.find_review(session(), task.id) if task.kind == RequestKind.REVIEW else None
    reviewing.outcome.choices = _outcomes(task, found) if found is not None else []
    officers = task.kind != RequestKind.REVIEW
    status = task.status(now())
    return render_template(
        "manage/requests/one.html",
        **_of(task),
        task=task,
        status=status,
        form=reviewing if reviewing.errors else taking_back,
        taking_back=taking_back,
        reviewing=reviewing,
        may_take_back=officers and status is RequestStatus.OPEN and allowed(Permission.REQUEST_ASK, task),
        submission=task.submission,
        answered=answered.read(task),
        may_look=officers and allowed(Permission.REQUEST_ASK, task),
        review=found,
        people=_people(found),
        letter=None if found is None else requests_queries.letter_of(session(), found.id),
        may_review=found is not None
        and not found.outcome
        and task.answered_at is not None
        and allowed(Permission.REVIEW_DECIDE, task)
        and principal().id not in found.authors,
    )


def _people(found: Review | None) -> dict[int, str]:
    """The names of whoever proposed and approved what is reviewed."""
    if found is None:
        return {}
    return opening_queries.names_of(session(), found.authors)
