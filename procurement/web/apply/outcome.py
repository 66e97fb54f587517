"""The outcome of an application for its team: the decision, every mark with its reason, and the answer to an award."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from procurement.models.applications import Entry
from procurement.models.awards import Award
from procurement.queries import applications as applications_queries
from procurement.queries import assistance as assistance_queries
from procurement.queries import awards as awards_queries
from procurement.queries import calls as calls_queries
from procurement.queries import claims as claims_queries
from procurement.queries import contracts as contracts_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import documents as documents_queries
from procurement.queries import notices as notices_queries
from procurement.queries import register as register_queries
from procurement.queries import requests as requests_queries
from procurement.rules.applications import received_uk
from procurement.rules.dates import uk_day
from procurement.rules.permissions import Permission
from procurement.rules.requests import review_until
from procurement.rules.statuses import Outcome
from procurement.services import awards, reviews
from procurement.services.effects.letter_words import numbered
from procurement.web.access import Page, allow
from procurement.web.apply.frame import frame, load_entry, page
from procurement.web.context import allowed, do, now, session, setting
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import WordLimitedText
from workflows.catalogue import states

pages = Blueprint("apply_outcome", __name__, url_prefix="/applications/<ref>")


def load_told(reading: Session, ref: str, stage: str = "", **_: object) -> Entry | None:
    """As `load_entry`; an address without a stage is about the newest that was told, since who has gone on has no
    outcome yet in the newest."""
    found = load_entry(reading, ref, stage)
    if found is None or found.told or stage:
        return found
    told = [each for each in applications_queries.entries_of(reading, found.application_id) if each.told]
    return applications_queries.get_entry(reading, told[-1].id) if told else found


class RefuseForm(PageForm):
    reason = WordLimitedText(_l("Why do you refuse the award?"), missing=_l("Give a reason"), limit=250, rows=4)


@pages.get("/outcome", defaults={"stage": ""})
@pages.get("/stages/<stage>/outcome")
@allow(Permission.OUTCOME_READ, load_told)
def show(entry: Entry, ref: str, stage: str) -> Page:
    return _show(entry)


@pages.get("/outcome/accept", defaults={"stage": ""})
@pages.get("/stages/<stage>/outcome/accept")
@allow(Permission.AWARD_ANSWER, load_entry)
def accepting(entry: Entry, ref: str, stage: str) -> Page:
    """What is accepted, and what follows, before anything is."""
    call, award = entry.application.call, awards_queries.told_of(session(), entry.id)
    waits = award is not None and award.state in states.award.answerable and awards_queries.is_confirmed(award, now())
    if award is None or not waits or award.lot_id in claims_queries.suspended(session(), call.id):
        return redirect(url_for(".show", **frame(entry).where))
    return page(
        "outcome/accept",
        entry,
        award=award,
        assistance=awards_queries.assistance_of(session(), call, award, uk_day(now())),
        asked=assistance_queries.request_of(session(), entry.id),
        contract=awards_queries.needs_notice(call),
        several=len(calls_queries.lots_of(session(), call.id)) > 1,
    )


@pages.post("/outcome/accept", defaults={"stage": ""})
@pages.post("/stages/<stage>/outcome/accept")
@allow(Permission.AWARD_ANSWER, load_entry)
def accept(entry: Entry, ref: str, stage: str) -> Page:
    award_id, key = _award_id(entry), entry.stage.key
    do(awards.accept, award_id)
    flash(_("You have accepted the award. We have written to everybody in your team."), "success")
    return _back(ref, key)


@pages.get("/outcome/acceptance", defaults={"stage": ""})
@pages.get("/stages/<stage>/outcome/acceptance")
@allow(Permission.OUTCOME_READ, load_told)
def acceptance(entry: Entry, ref: str, stage: str) -> Page:
    """The confirmation of an acceptance: what was accepted, by whom, when; to print and keep."""
    award = awards_queries.told_of(session(), entry.id)
    if award is None or award.state not in states.award.accepted:
        return redirect(url_for(".show", **frame(entry).where))
    call = entry.application.call
    return page(
        "outcome/acceptance",
        entry,
        award=award,
        event=awards_queries.acceptance_of(session(), award.id),
        received=received_uk(award.answered_at) if award.answered_at else "",
        contract=awards_queries.needs_notice(call),
        several=len(calls_queries.lots_of(session(), call.id)) > 1,
    )


@pages.get("/outcome/refuse", defaults={"stage": ""})
@pages.get("/stages/<stage>/outcome/refuse")
@allow(Permission.AWARD_ANSWER, load_entry)
def refusing(entry: Entry, ref: str, stage: str) -> Page:
    """What is refused, and that it is for good, before anything is."""
    award = awards_queries.told_of(session(), entry.id)
    if award is None or award.state not in states.award.answerable:
        return redirect(url_for(".show", **frame(entry).where))
    return _refusing(entry, RefuseForm())


def _refusing(entry: Entry, form: RefuseForm) -> str:
    several = len(calls_queries.lots_of(session(), entry.application.call_id)) > 1
    award = awards_queries.told_of(session(), entry.id)
    return page("outcome/refuse", entry, form=form, award=award, several=several)


@pages.post("/outcome/refuse", defaults={"stage": ""})
@pages.post("/stages/<stage>/outcome/refuse")
@allow(Permission.AWARD_ANSWER, load_entry)
def refuse(entry: Entry, ref: str, stage: str) -> Page:
    form, award_id, key = RefuseForm(), _award_id(entry), entry.stage.key
    if not form.sent():
        return _refusing(entry, form), REFUSED
    reason = form.reason.data or ""
    do(awards.refuse, award_id, reason)
    flash(_("You have refused the award."), "success")
    return _back(ref, key)


@pages.post("/stages/<stage>/review")
@allow(Permission.APPLICATION_SUBMIT, load_entry)
def review(entry: Entry, ref: str, stage: str) -> Page:
    """Begin to ask for the review of what was decided: the lead writes why on the next page."""
    entry_id = entry.id
    begun = do(reviews.ask_for, entry_id)
    return redirect(url_for("apply_requests.show", ref=ref, number=begun.number), 303)


def offered(entry: Entry) -> dict[str, Any] | None:
    """What the page says of a review of an outcome, or of a disqualification: until when it can be asked for, the
    request where it was begun, and whether this person may begin it; None where there is nothing to review."""
    found = reviews.reviewable(session(), entry)
    if found is None:
        return None
    thing, since = found
    until = review_until(since, setting("review_days"))
    begun = requests_queries.review_about(session(), thing)
    return {
        "until": until if begun is None else begun.closes_at,
        "request": begun,
        "may_ask": begun is None and now() < until and allowed(Permission.APPLICATION_SUBMIT, entry),
    }


def _back(ref: str, key: str) -> Page:
    """To the outcome of that stage, although with the answer the application may have entered the next."""
    entry = load_entry(session(), ref, key)
    if entry is None:
        abort(404)
    return redirect(url_for(".show", **frame(entry).where), 303)


def _in_register(award: Award | None) -> str:
    """The public name of what an award is in the register; empty while it is in none."""
    return award.ref if award is not None and register_queries.find_award(session(), award.ref) is not None else ""


def _award_id(entry: Entry) -> int:
    award = awards_queries.told_of(session(), entry.id)
    if award is None:
        abort(404)
    return award.id


def _show(entry: Entry) -> str:
    """The page says what the letter says: the figures are those that were frozen for it, and never reckoned again."""
    call = entry.application.call
    documents = documents_queries.outcome_documents(session(), entry.id)
    if entry.state in states.entry.ineligible:
        review = requests_queries.offered_review(session(), entry.id)
        return page("outcome/show", entry, ineligible=True, documents=documents, review=review)
    letter = documents_queries.outcome_letter(documents)
    decision = decisions_queries.find_standing(session(), entry.id)
    if letter is None or decision is None:
        abort(404)
    criteria = calls_queries.scheme_of(decisions_queries.marks_stage(session(), entry.stage)).criteria
    comments = decisions_queries.comments_on(session(), entry.id)
    award = awards_queries.told_of(session(), entry.id)
    needs_notice = entry.stage.awards and awards_queries.needs_notice(call)
    notice = notices_queries.published_of_lot(session(), call, entry.application.lot_id) if needs_notice else None
    return page(
        "outcome/show",
        entry,
        ineligible=False,
        documents=documents,
        decision=decision,
        letter=letter.content,
        marks=[
            (mark, numbered(comments.get(criterion.key, ())))
            for criterion, mark in zip(criteria, letter.content["marks"], strict=True)
        ]
        if "marks" in letter.content
        else [],  # its team did not come: nothing was marked
        review=offered(entry),
        award=award,
        contract=contracts_queries.standing(session(), award.id) if award is not None else None,
        listed=_in_register(award),
        asked=assistance_queries.request_of(session(), entry.id) if award is not None else None,
        # with the answer to an award its application may have gone on to the next phase
        entered=load_entry(session(), entry.application.ref)
        if award is not None and award.state in states.award.accepted and not frame(entry).newest
        else None,
        confirmed=award is not None and awards_queries.is_confirmed(award, now()),
        suspended=award is not None
        and award.state in states.award.made_known
        and award.lot_id in claims_queries.suspended(session(), call.id),
        needs_notice=needs_notice,
        notice=notice,
        # of a procurement that was told before an award could pass on, its letter says that it cannot
        passes_on=not needs_notice or bool(letter.content.get("until")),
        # the words of a letter, for a list that it was on and that has ended
        released=decision.outcome == Outcome.RESERVE and entry.state in states.entry.declined,
        may_answer=award is not None
        and award.state in states.award.answerable
        and allowed(Permission.AWARD_ANSWER, entry),
    )
