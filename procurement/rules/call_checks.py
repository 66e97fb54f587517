"""What stands between a call and its publication, and what is frozen when it is published."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from procurement.rules.calls import THEMES, Draft, as_text
from procurement.rules.dates import is_working_day, tendering_minimum, uk_day
from procurement.rules.ledger import canonical
from procurement.rules.money import format_pounds, written
from procurement.rules.questions import form_problems, is_blank, to_plain, word_count
from workflows.facts import UK, Sentence
from workflows.scoring import schemes

MOST_READERS = 9
SUMMARY_WORDS = 40
CHALLENGE = "challenge"
OFFICE_HOURS = range(9, 18)

# A plain-language gate: what an applicant must be able to read before anything else.
MISSING_TEXTS = {
    "title": Sentence("Give the call a title."),
    "theme": Sentence("Choose the priority area that the call belongs to."),
    "summary": Sentence("Say in one sentence what the call is for."),
    "problem": Sentence("Describe the problem that is to be solved."),
    "users": Sentence("Say who has the problem."),
    "outcome": Sentence("Say what good looks like."),
    "eligibility": Sentence("Say who can apply."),
    "terms": Sentence("Say on which terms the work is done or the money is given."),
    "contact": Sentence("Give an email address for questions."),
}


@dataclass(frozen=True)
class Problem:
    """Something that must be put right, and where: a section of the set-up and a field of it (a question's key in the
    form, a criterion's in the criteria; empty: the section as a whole)."""

    section: str
    field: str
    sentence: Sentence


def call_problems(draft: Draft, now: datetime) -> tuple[Problem, ...]:
    """Everything that blocks publication at `now`, in the order of the set-up; empty when nothing does."""
    return (
        *_about_details(draft),
        *_about_money(draft),
        *_about_dates(draft, now),
        *_about_form(draft),
        *_about_criteria(draft),
    )


def _about_details(draft: Draft) -> Iterator[Problem]:
    for field, sentence in MISSING_TEXTS.items():
        value = getattr(draft, field)
        if is_blank(value) or (field == "theme" and value not in THEMES):
            yield Problem("details", field, sentence)
    if draft.starts_on is None:
        yield Problem("details", "starts_on", Sentence("Say when the work is expected to start."))
    elif draft.decision_on is not None and draft.starts_on <= draft.decision_on:
        yield Problem(
            "details",
            "starts_on",
            Sentence("The work cannot start before the decision, which is on %(day)s.", day=draft.decision_on),
        )
    if draft.ends_on is None:
        yield Problem("details", "ends_on", Sentence("Say when the work is expected to end."))
    elif draft.starts_on is not None and draft.ends_on <= draft.starts_on:
        yield Problem("details", "ends_on", Sentence("The work must end after it has started."))


def _about_money(draft: Draft) -> Iterator[Problem]:
    if draft.budget is None:
        yield Problem("money", "budget", Sentence("Say how much money there is."))
    if not draft.lots:
        yield Problem("money", "", Sentence("Add at least one lot: applicants apply for a lot."))
    elif draft.budget is not None and (total := sum(lot.budget for lot in draft.lots)) != draft.budget:
        yield Problem(
            "money",
            "budget",
            Sentence(
                "The lots add up to %(total)s and the budget is %(budget)s. They must be the same.",
                total=format_pounds(total),
                budget=format_pounds(draft.budget),
            ),
        )
    titles = Counter(lot.title.casefold() for lot in draft.lots)
    for lot in draft.lots:
        if titles[lot.title.casefold()] > 1:
            sentence = Sentence("Lot %(number)s has the same title as another lot.", number=lot.number)
            yield Problem("money", f"lot-{lot.number}", sentence)


def _about_dates(draft: Draft, now: datetime) -> Iterator[Problem]:
    if draft.opens_at is None:
        yield Problem("dates", "opens_at", Sentence("Say when the call opens."))
    if draft.closes_at is None:
        yield Problem("dates", "closes_at", Sentence("Say when the call closes."))
    else:
        yield from _about_closing(draft, draft.closes_at, now)
    if draft.assess_by is None:
        yield Problem("dates", "assess_by", Sentence("Say by when the assessors must be done."))
    elif draft.closes_at is not None and draft.assess_by <= draft.closes_at + timedelta(minutes=draft.hold_minutes):
        sentence = Sentence("Assessors can begin only after the call has closed and was opened. Choose a later time.")
        yield Problem("dates", "assess_by", sentence)
    if draft.decision_on is None:
        yield Problem("dates", "decision_on", Sentence("Say when applicants can expect the decision."))
    elif draft.assess_by is not None and draft.decision_on < uk_day(draft.assess_by):
        sentence = Sentence("The decision cannot be made before the assessors are done.")
        yield Problem("dates", "decision_on", sentence)


def _about_closing(draft: Draft, closes_at: datetime, now: datetime) -> Iterator[Problem]:
    if closes_at <= now:
        sentence = Sentence("The closing time, %(closes_at)s, has passed. Choose a later one.", closes_at=closes_at)
        yield Problem("dates", "closes_at", sentence)
        return
    if draft.opens_at is not None and draft.opens_at >= closes_at:
        yield Problem("dates", "closes_at", Sentence("The call must close after it has opened."))
        return
    if draft.kind == CHALLENGE:
        # Electronic tendering with all documents: 25 days (Procurement Act 2023 s.54(4)). The invitation is out when
        # the call opens: until then nobody can tender.
        starts = max(now, draft.opens_at) if draft.opens_at is not None else now
        if sentence_ := tendering_minimum(starts, closes_at):
            yield Problem("dates", "closes_at", sentence_)


def _about_form(draft: Draft) -> Iterator[Problem]:
    keys = [criterion.key for criterion in draft.criteria]
    for problem in form_problems(draft.questions, keys):
        yield Problem("form", problem.key, problem.sentence)


def _about_criteria(draft: Draft) -> Iterator[Problem]:
    own = {
        fault: criterion.key
        for criterion in draft.criteria
        for fault in schemes.faults((replace(criterion, weight=100),), Decimal(0))
    }
    for fault in schemes.faults(draft.criteria, draft.minimum_total):
        yield Problem("criteria", own.get(fault, ""), fault)
    marked = {question.criterion for question in draft.questions}
    for criterion in draft.criteria:
        if criterion.key not in marked:
            sentence = Sentence(
                "No question is marked by “%(name)s”. Say at a question that it is, or remove the criterion.",
                name=criterion.name,
            )
            yield Problem("criteria", criterion.key, sentence)
    if not 1 <= draft.readers <= MOST_READERS:
        sentence = Sentence("Between 1 and %(most)s assessors read each application.", most=MOST_READERS)
        yield Problem("criteria", "readers", sentence)


def call_advice(draft: Draft, now: datetime) -> tuple[Problem, ...]:
    """What does not block publication, but is worth a second look."""
    found = []
    if draft.closes_at is not None:
        local = draft.closes_at.astimezone(UK)
        if not is_working_day(uk_day(draft.closes_at)):
            sentence = Sentence("The call closes on a day that is not a working day: nobody is there to help.")
            found.append(Problem("dates", "closes_at", sentence))
        elif local.hour not in OFFICE_HOURS:
            sentence = Sentence("The call closes outside office hours: nobody is there to help. 12 noon is usual.")
            found.append(Problem("dates", "closes_at", sentence))
    if draft.opens_at is not None and draft.opens_at <= now:
        sentence = Sentence("The opening time has passed: the call opens at the moment at which it is published.")
        found.append(Problem("dates", "opens_at", sentence))
    if word_count(draft.summary) > SUMMARY_WORDS:
        sentence = Sentence.plural(
            "The one-sentence summary has %(num)s word. Lists and feeds show it whole: %(most)s are enough.",
            "The one-sentence summary has %(num)s words. Lists and feeds show it whole: %(most)s are enough.",
            word_count(draft.summary),
            most=SUMMARY_WORDS,
        )
        found.append(Problem("details", "summary", sentence))
    return tuple(found)


def scheme_of(draft: Draft) -> dict[str, Any]:
    """The scoring scheme as plain values, as it is published. Raises FaultyScheme where `call_problems` says why."""
    return schemes.to_plain(schemes.Scheme(draft.criteria, draft.minimum_total))


def content_of(draft: Draft, *, published_at: datetime, scheme: str, workflow: str) -> bytes:
    """Everything that the call says in public, as canonical JSON: what an application answers, for ever.

    `scheme` and `workflow` are the fingerprints under which these two are published beside it.
    """
    plain: Mapping[str, Any] = {
        "reference": draft.ref,
        "kind": draft.kind,
        "procedure": draft.procedure,
        **{name: getattr(draft, name) for name in MISSING_TEXTS},
        **{name: _day(getattr(draft, name)) for name in ("starts_on", "ends_on", "decision_on")},
        **{name: as_text(getattr(draft, name)) for name in ("opens_at", "closes_at", "assess_by")},
        "budget": None if draft.budget is None else written(draft.budget),
        "lots": [
            {"number": lot.number, "title": lot.title, "description": lot.description, "budget": written(lot.budget)}
            for lot in draft.lots
        ],
        "readers": draft.readers,
        "hold_minutes": draft.hold_minutes,
        "criteria": [
            {"key": criterion.key, "description": text}
            for criterion, text in zip(draft.criteria, draft.descriptions, strict=True)
        ],
        "form": [to_plain(question) for question in draft.questions],
        "scheme_sha256": scheme,
        "workflow_sha256": workflow,
        "published_at": as_text(published_at),
    }
    return canonical(plain)


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
