"""Reviews: of an ineligibility, offered with the letter; of what was told and of a disqualification, asked for by the
applicant. Each is answered by somebody who had no part in what it is about."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.decisions import Decision
from procurement.models.disqualifications import Disqualification
from procurement.models.people import Person
from procurement.models.requests import Request, Review
from procurement.models.stages import Stage
from procurement.queries import applications as applications_queries
from procurement.queries import awards as awards_queries
from procurement.queries import calls as calls_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import disqualifications as disqualifications_queries
from procurement.queries import installation as installation_queries
from procurement.queries import people as people_queries
from procurement.queries import requests as requests_queries
from procurement.rules import questions as question_rules
from procurement.rules.applications import received_uk
from procurement.rules.dates import uk_day
from procurement.rules.documents import Fact, ReviewLetter, salutation_of
from procurement.rules.permissions import Permission
from procurement.rules.requests import RequestKind, ReviewOutcome, review_questions, review_until
from procurement.rules.statuses import Outcome
from procurement.services import about, documents, messages, progress
from procurement.services.act import Act
from procurement.services.applications.locks import lock_entry
from procurement.services.history import record
from procurement.services.refusal import Refusal, require_reason, require_team
from procurement.services.requests.locks import lock_asked
from workflows.catalogue import states
from workflows.facts import Facts, Sentence, day_in_words

DECIDED = "entry.decide_review"
OF_ELIGIBILITY = (ReviewOutcome.UPHELD, ReviewOutcome.REVERSED, ReviewOutcome.TOO_LATE)
OF_TOLD = (ReviewOutcome.UPHELD, ReviewOutcome.WRONG)
OF_DISQUALIFICATION = (ReviewOutcome.UPHELD, ReviewOutcome.REVERSED, ReviewOutcome.WRONG)


def offer(act: Act, entry: Entry, decision: Decision) -> Request:
    """What the team of an entry that is being found ineligible may answer to have that looked at again, once."""
    number = requests_queries.last_number(act.session, entry.application_id) + 1
    request = Request(
        application_id=entry.application_id,
        entry_id=entry.id,
        number=number,
        kind=RequestKind.REVIEW,
        text=str(
            Sentence("You can ask once that we look again at whether this %(noun)s is eligible.", noun=entry.stage.noun)
        ),
        questions=[question_rules.to_plain(each) for each in review_questions(number)],
        closes_at=review_until(act.now, days_of(act)),
        asked_by=act.by.id,
        asked_at=act.now,
    )
    act.session.add(request)
    act.session.flush()
    act.session.add(Review(request_id=request.id, decision_id=decision.id))
    act.session.flush()
    return request


def ask_for(act: Act, entry_id: int) -> Request:
    """Begin to ask for the review of what was decided about an entry: of its disqualification, or of its outcome once
    it was told. The lead writes why and sends it, as any response; beginning twice gives the same. Refusal 410 when the
    time is over."""
    _, entry = lock_entry(act.session, entry_id)
    require_team(act.by, Permission.APPLICATION_SUBMIT, entry, act.now)
    found = reviewable(act.session, entry)
    if found is None:
        raise Refusal(Sentence("Nothing was decided of which a review could be asked for."))
    thing, since = found
    if (begun := requests_queries.review_about(act.session, thing)) is not None:
        return begun
    closes_at = review_until(since, days_of(act))
    if act.now >= closes_at:
        raise Refusal(Sentence("A review could be asked for until %(until)s.", until=closes_at), status=410)
    assert thing.approved_by is not None  # noqa: S101  (it was told)
    number = requests_queries.last_number(act.session, entry.application_id) + 1
    request = Request(
        application_id=entry.application_id,
        entry_id=entry.id if isinstance(thing, Decision) else thing.entry_id,
        number=number,
        kind=RequestKind.REVIEW,
        text=str(Sentence("You can ask once that we look again at what was decided.")),
        questions=[question_rules.to_plain(each) for each in review_questions(number)],
        closes_at=closes_at,
        asked_by=thing.approved_by,
        asked_at=since,
    )
    act.session.add(request)
    act.session.flush()
    of_decision = isinstance(thing, Decision)
    act.session.add(
        Review(
            request_id=request.id,
            decision_id=thing.id if of_decision else None,
            disqualification_id=None if of_decision else thing.id,
        )
    )
    act.session.flush()
    record(act, "entry.begin_review", "entry", request.entry_id, call_id=entry.call_id, data={"request": request.id})
    return request


def reviewable(session: Session, entry: Entry) -> tuple[Decision | Disqualification, datetime] | None:
    """What of an entry can be reviewed at its team's asking, and since when it knows; None where nothing can."""
    if entry.state in states.entry.disqualified:
        row = disqualifications_queries.find_approved(session, entry.application_id)
        return None if row is None or row.approved_at is None else (row, row.approved_at)
    if entry.told_at is None or entry.state not in states.entry.answered:
        return None
    decision = decisions_queries.find_standing(session, entry.id)
    if decision is None or decision.approved_at is None:
        return None
    award = awards_queries.of_entry(session, entry.id) if decision.outcome == Outcome.FUND else None
    answered = award is not None and award.state in (*states.award.accepted, *states.award.refused)
    if answered and requests_queries.review_about(session, decision) is None:
        return None  # whoever took an award, or did not want it, has nothing to have reviewed
    return decision, max(entry.told_at, decision.approved_at)


def days_of(act: Act) -> int:
    """How many working days there are to ask for a review."""
    days: int = installation_queries.settings(act.session, act.today)["review_days"]
    return days


def decide(act: Act, request_id: int, outcome: ReviewOutcome, reason: str) -> Review:
    """Answer a review that was asked for, once and for all, with the reasons that the applicant reads in a letter.

    Reversed, of an ineligibility or a disqualification: the entry goes back to where it was checked. That is possible
    until the marks of its stage are locked (or its check has ended, where it marks nothing), and where the call's own
    rules know the move; only then may an answer say that it is too late, or only that it was wrong. Raises Refusal,
    also for whoever proposed or approved the finding.
    """
    call, request = lock_asked(act, request_id, Permission.REVIEW_DECIDE)
    review = requests_queries.find_review(act.session, request.id)
    if review is None:
        raise Refusal(Sentence("There is no such review."), status=404)
    if request.answered_at is None:
        raise Refusal(Sentence("Nobody has asked for this review."))
    if review.decided_at is not None:
        raise Refusal(Sentence("This review was answered already."))
    if act.by.id in review.authors:
        raise Refusal(Sentence("You proposed or approved this decision. Somebody else must answer the review."))
    require_reason(reason)
    if outcome not in outcomes_of(review):
        raise Refusal(Sentence("Choose what the review found."))
    if outcome is ReviewOutcome.REVERSED:
        _reinstate(act, call, request.entry, review.about, reason)
    elif outcome is not ReviewOutcome.UPHELD and requests_queries.can_reinstate(call, request.entry):
        raise Refusal(Sentence("It is not too late: it can still be checked again."))

    review.outcome, review.reason = outcome, reason.strip()
    review.decided_by, review.decided_at = act.by.id, act.now
    act.session.flush()
    about_what = "decision" if review.decision_id is not None else "disqualification"
    data = {"review": review.id, "outcome": outcome.value, about_what: review.about.id}
    record(act, DECIDED, "entry", request.entry_id, call_id=call.id, data=data, note=review.reason)
    _write(act, call, request, review)
    return review


def is_of_eligibility(review: Review) -> bool:
    """Whether a review is about a finding that somebody is not eligible."""
    return review.decision is not None and review.decision.outcome == Outcome.INELIGIBLE


def outcomes_of(review: Review) -> tuple[ReviewOutcome, ...]:
    """What a review of that may find: only who is out can be let in again."""
    if is_of_eligibility(review):
        return OF_ELIGIBILITY
    return OF_TOLD if review.disqualification is None else OF_DISQUALIFICATION


def _authors(decision: Decision | Disqualification) -> frozenset[int]:
    return frozenset(each for each in (decision.proposed_by, decision.approved_by) if each is not None)


def _reinstate(act: Act, call: Call, entry: Entry, thing: Decision | Disqualification, reason: str) -> None:
    """Back to the check: nothing is decided or told any more; the letter stays where it is."""
    if entry.application.lot.abandoned_at is not None:
        raise Refusal(Sentence("This lot was abandoned, so nobody can be let in again."))
    facts: Facts = replace(
        applications_queries.facts(call, entry, now=act.now, actor=act.by.id),
        authors=_authors(thing),
        past_reviewing=requests_queries.is_past_reviewing(entry.stage),
        reason=reason,
    )
    data = {"decision" if isinstance(thing, Decision) else "disqualification": thing.id}
    action = requests_queries.back_by(call, entry) or "reinstate"
    progress.move(act, entry, call, action, roles=act.by.workflow_roles(), facts=facts, data=data)
    entry.told_at = None
    if entry.state in states.entry.checking:
        entry.eligibility_reason = ""
    if isinstance(thing, Decision):
        act.session.get_one(Decision, thing.id, with_for_update=True).superseded_at = act.now
    else:
        row = act.session.get_one(Disqualification, thing.id, with_for_update=True)
        row.ended_at, row.answer = act.now, reason.strip()
    act.session.flush()


def _write(act: Act, call: Call, request: Request, review: Review) -> None:
    """The letter with what was found, and word to the team that it is there."""
    application, stage = request.entry.application, request.entry.stage
    firm, lot = application.organisation, application.lot
    contact = call.contact or str(installation_queries.settings(act.session, act.today)["help_email"])
    several = len(calls_queries.lots_of(act.session, call.id)) > 1
    assert request.answered_at is not None and act.by.id is not None  # noqa: PT018, S101  (asked for; an officer)
    found, steps = (
        _words(ReviewOutcome(review.outcome), stage, contact)
        if is_of_eligibility(review) or review.outcome == ReviewOutcome.REVERSED
        else _words_of_told(ReviewOutcome(review.outcome), contact)
    )
    content = ReviewLetter(
        organisation=firm.name,
        address=tuple(line for line in (firm.street, firm.town, firm.postcode) if line),
        application=application.ref,
        project=request.entry.title,
        call=f"{call.title} ({call.ref})",
        lot=f"Lot {lot.number}: {lot.title}" if several else "",
        dated=day_in_words(uk_day(act.now)),
        contact=contact,
        salutation=salutation_of(people_queries.leads_of(act.session, [firm.id]).get(firm.id, ""), firm.name),
        signed_by=act.session.get_one(Person, act.by.id).name,
        noun=stage.noun,
        found=found,
        asked=f"You asked for this review on {received_uk(request.answered_at)}. Whoever signs this letter neither "
        "proposed nor approved the decision.",
        decision=review.about.reason or "What was decided stands in the letter that you were told with.",
        reason=review.reason,
        next_steps=steps,
    )
    documents.request(
        act,
        "review_letter",
        f"review_letter:{review.id}",
        content,
        title=f"Letter on the review of {application.ref}",
        reference=application.ref,
        about=about.entry(request.entry),
    )
    messages.tell(
        act,
        "review_answered",
        people_queries.reachable(act.session, application.organisation_id),
        {
            "reference": application.ref,
            "call": call.title,
            "link": f"/applications/{application.ref}/requests/{request.number}",
        },
        occasion=f"review_answered:{review.id}:",
        about=about.entry(request.entry),
    )


def _words_of_told(outcome: ReviewOutcome, contact: str) -> tuple[str, tuple[Fact, ...]]:
    """The same for what was told, or a disqualification: it stays on record, and what follows is an act of its own."""
    disagree = Fact(
        name="If you disagree",
        value=f"This ends our own review, which stops no standstill. Write to {contact} if you want to complain. If "
        "you think of going to court, take advice at once. In a covered procurement a claim must be begun within 30 "
        "days of when you knew, or should have known, its ground (Procurement Act 2023 section 106), and suspends the "
        "award only if the authority has notice of it before the standstill ends (section 101).",
    )
    if outcome is ReviewOutcome.UPHELD:
        return "The decision stands.", (disagree,)
    follows = Fact(name="Now", value="What we told you stays on record. What we do about it stands with the reasons.")
    return "The decision was wrong.", (follows, disagree)


def _words(outcome: ReviewOutcome, stage: Stage, contact: str) -> tuple[str, tuple[Fact, ...]]:
    """What was found, in a sentence, and what comes next."""
    noun, checked = stage.noun, stage.checks
    disagree = Fact(
        name="If you disagree",
        value=f"This ends our own review. Write to {contact} if you want to complain. If you think of going to court, "
        "take advice at once: the time for that is short, and runs from when you knew the reason.",
    )
    if outcome is ReviewOutcome.REVERSED:
        again = Fact(
            name="Now",
            value=f"We check your {noun} again, as if nothing were decided. If it is not eligible, we write to you."
            if checked
            else f"Your {noun} takes part again, as if nothing were decided.",
        )
        back = "is checked again" if checked else "takes part again"
        return f"The decision is reversed: your {noun} {back}.", (again,)
    if outcome is ReviewOutcome.UPHELD:
        return f"The decision stands: your {noun} is not eligible.", (disagree,)
    locked = f"The others of this stage have been assessed. Your {noun} cannot be assessed beside them any more."
    fixed = "The rules of this call were fixed when it was published, and know no way back into the check."
    late = Fact(name="Why it is too late", value=locked if requests_queries.is_past_reviewing(stage) else fixed)
    return f"The decision was wrong, and it is too late to assess your {noun}.", (late, disagree)
