"""One request beside its answer; taking it back, fetching its files, and answering a review."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from procurement.models.awards import Award
from procurement.models.requests import Request, Review
from procurement.queries import assistance as assistance_queries
from procurement.queries import awards as awards_queries
from procurement.queries import opening as opening_queries
from procurement.queries import requests as requests_queries
from procurement.queries.assistance import Own
from procurement.rules.assistance import Reckoned
from procurement.rules.dates import uk_day
from procurement.rules.permissions import Permission
from procurement.rules.requests import OFFICERS, RequestKind, RequestStatus, ReviewOutcome
from procurement.services import assistance, requests, reviews
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, now, principal, session
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, WordLimitedText
from procurement.web.manage import answered
from procurement.web.manage.loading import frame
from procurement.web.manage.sent_files import hand_out
from workflows.catalogue import states
from workflows.facts import Sentence

pages = Blueprint(
    "manage_responses", __name__, url_prefix="/manage/calls/<ref>/stages/<stage>/bids/<bid>/requests/<int:number>"
)


class TakeBackForm(PageForm):
    reason = WordLimitedText(_l("Reason"), missing=_l("Give a reason"), limit=250, rows=3)


class TurnDownForm(PageForm):
    because = WordLimitedText(_l("Reason"), missing=_l("Give a reason"), limit=250, rows=4)


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


@pages.post("/agree")
@allow(Permission.REQUEST_ASK, load_request)
def agree(task: Request, ref: str, stage: str, bid: str, number: int) -> Page:
    """What was confirmed of minimal financial assistance was looked at: the award is firm."""
    do(assistance.agree, task.id)
    flash(_("The award is firm. Its team has been told."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage, bid=bid, number=number), 303)


@pages.post("/turn-down")
@allow(Permission.REQUEST_ASK, load_request)
def turn_down(task: Request, ref: str, stage: str, bid: str, number: int) -> Page:
    """It cannot be given as minimal financial assistance: the award ends."""
    form, task_id = TurnDownForm(), task.id
    if not form.sent():
        return _show(task, TakeBackForm(formdata=None), ReviewForm(formdata=None), form), REFUSED
    do(assistance.turn_down, task_id, form.because.data or "")
    flash(_("The award has ended. Its team has been told why."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage, bid=bid, number=number), 303)


@pages.post("/files/<file>")
@allow(Permission.BID_READ, load_request)
def download(task: Request, ref: str, stage: str, bid: str, number: int, file: str) -> Page:
    """A file of the answer, sent in answer to a press: that it was fetched, by whom and when, is recorded."""
    return hand_out(task.submission, file, task.entry_id, _of(task))


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
    back = requests_queries.can_reinstate(task.entry.application.call, task.entry)
    out = found is not None and found.disqualification is not None
    if found is not None and not reviews.is_of_eligibility(found) and not (out and back):
        wrong = _("The decision was wrong"), _("It stays on record. Write what is done about it with the reasons.")
        return [
            (ReviewOutcome.UPHELD.value, _("The decision was right"), _("Nothing changes.")),
            (ReviewOutcome.WRONG.value, *wrong),
        ]
    upheld = (ReviewOutcome.UPHELD.value, _("The decision was right"), _("The %(noun)s stays out.", noun=noun))
    if back:
        words = _("The decision was wrong: check it again"), _("The %(noun)s goes back to the check.", noun=noun)
        if not task.entry.stage.checks:
            words = _("The decision was wrong: let it in again"), _("The %(noun)s takes part again.", noun=noun)
        return [upheld, (ReviewOutcome.REVERSED.value, *words)]
    words = (
        _("The decision was wrong, and it is too late"),
        _("It cannot be assessed any more. The letter says so."),
    )
    return [upheld, (ReviewOutcome.TOO_LATE.value, *words)]


def _show(
    task: Request, taking_back: TakeBackForm, reviewing: ReviewForm, turning_down: TurnDownForm | None = None
) -> str:
    found = requests_queries.find_review(session(), task.id) if task.kind == RequestKind.REVIEW else None
    reviewing.outcome.choices = _outcomes(task, found) if found is not None else []
    officers = task.kind in OFFICERS
    status = task.status(now())
    answer = answered.read(task)
    return render_template(
        "manage/requests/one.html",
        **_of(task),
        task=task,
        status=status,
        form=turning_down or (reviewing if reviewing.errors else taking_back),
        turning_down=turning_down or TurnDownForm(formdata=None),
        helped=_helped(task, answer),
        taking_back=taking_back,
        reviewing=reviewing,
        may_take_back=officers and status is RequestStatus.OPEN and allowed(Permission.REQUEST_ASK, task),
        submission=task.submission,
        answered=answer,
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


@dataclass(frozen=True)
class Helped:
    """What was answered about minimal financial assistance, for whoever looks at it: what it comes to, what the service
    knows, why it cannot be given, and whether it waits for this person."""

    award: Award
    reckoned: Reckoned | None
    own: Sequence[Own]
    against: Sequence[Sentence]
    waits: bool

    @property
    def record(self) -> Sentence | None:
        """What the public record must hold of it, once it is given."""
        if self.reckoned is None or self.award.state not in states.award.accepted:
            return None
        confirmed, given = self.award.confirmed_at, self.award.answered_at
        assert confirmed is not None and given is not None  # noqa: PT018, S101  (accepted)
        return self.reckoned.assistance.record(uk_day(confirmed), uk_day(given))


def _helped(task: Request, answer: answered.Answered) -> Helped | None:
    award = awards_queries.of_entry(session(), task.entry_id) if task.kind == RequestKind.ASSISTANCE else None
    if award is None:
        return None
    if task.submission is None or answer.damaged:
        return Helped(award, None, (), (), waits=False)
    answers = answer.answers
    found, keeps = assistance_queries.reckoned_of(session(), task, award, answers, task.looked_at or now())
    own = assistance_queries.own_of(session(), [task.entry.organisation_id], found.assistance, but=[task.entry_id]).get(
        task.entry.organisation_id, []
    )
    waits = award.state in states.award.told
    against = assistance.against(found, own, keeps=keeps) if waits else ()
    return Helped(award, found, own, against, waits and allowed(Permission.REQUEST_ASK, task))


def _people(found: Review | None) -> dict[int, str]:
    """The names of whoever proposed and approved what is reviewed."""
    if found is None:
        return {}
    return opening_queries.names_of(session(), found.authors)
