"""What stands between a call and its publication."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import chain

from procurement.rules import call_documents, lint, routes, stage_details, windows
from procurement.rules.calls import THEMES, Draft, LotDraft, StageDraft
from procurement.rules.classification import cpv_code, place_code
from procurement.rules.dates import is_working_day, tendering_minimum, uk_day
from procurement.rules.money import format_pounds
from procurement.rules.questions import form_problems, is_blank, possible_in, word_count
from procurement.rules.vat import Basis, basis_of, estimated_value
from workflows.definition import Route
from workflows.facts import UK, Sentence
from workflows.scoring import schemes

MOST_READERS = 9
MOST_SEATS = 999
SUMMARY_WORDS = 40
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
    form, a criterion's in the criteria; empty: the section as a whole). `stage`: its key where the section is one's."""

    section: str
    field: str
    sentence: Sentence
    stage: str = ""


def call_problems(draft: Draft, now: datetime) -> tuple[Problem, ...]:
    """Everything that blocks publication at `now`, in the order of the set-up; empty when nothing does."""
    of_stages = (stage_problems(draft, stage, now) for stage in draft.stages if stage.window == 1)
    of_law = (Problem("route", field, sentence) for field, sentence in routes.faults(draft, uk_day(now)))
    of_call = (*_about_details(draft), *_about_money(draft), *of_law, *_about_documents(draft), *_about_stages(draft))
    return (*of_call, *chain.from_iterable(of_stages), *_about_windows(draft, now))


def _about_documents(draft: Draft) -> Iterator[Problem]:
    for number, sentence in call_documents.faults(draft.documents, draft.stages):
        yield Problem("documents", f"document-{number}", sentence)


def _about_stages(draft: Draft) -> Iterator[Problem]:
    """What each stage is. Of a call that was published this is past: nothing of it stops a stage that is to begin."""
    yield from (Problem("stage", each.field, each.sentence, each.stage) for each in stage_details.faults(draft))


def _about_windows(draft: Draft, now: datetime) -> Iterator[Problem]:
    """Of a further window only the dates are looked at: form and criteria are those of the first."""
    for stage in (each for each in draft.stages if each.window > 1):
        yield from (replace(each, stage=stage.key) for each in _about_dates(draft, stage, now))
    yield from (Problem(each.section, "", each.sentence, each.stage) for each in windows.faults(draft))


def stage_problems(draft: Draft, stage: StageDraft, now: datetime) -> tuple[Problem, ...]:
    """Everything that a stage of the call lacks before it can begin."""
    found = chain(_about_dates(draft, stage, now), _about_form(draft, stage), _about_criteria(draft, stage))
    return tuple(replace(each, stage=stage.key) for each in found)


def _before(draft: Draft, stage: StageDraft) -> StageDraft | None:
    """The stage whose telling begins this one: for each of its lots the one that it comes from, and of those the one
    that is decided last."""
    earlier = [each for each in draft.stages if each.window == stage.window and each.number < stage.number]
    lots = {number for number, _seats in stage.lots}
    by_lot = {number: each for each in earlier for number, _seats in each.lots if number in lots}
    return max(by_lot.values() or earlier[-1:], key=lambda each: each.decide_by or date.min, default=None)


def _decision_on(draft: Draft) -> date | None:
    """The first day on which an award can be expected."""
    return min((each.decide_by for each in draft.stages if each.awards and each.decide_by is not None), default=None)


def _about_details(draft: Draft) -> Iterator[Problem]:
    for field, sentence in MISSING_TEXTS.items():
        value = getattr(draft, field)
        if is_blank(value) or (field == "theme" and value not in THEMES):
            yield Problem("details", field, sentence)
    if draft.starts_on is None:
        yield Problem("details", "starts_on", Sentence("Say when the work is expected to start."))
    elif (decided := _decision_on(draft)) is not None and draft.starts_on <= decided:
        sentence = Sentence("The work cannot start before the decision, which is on %(day)s.", day=decided)
        yield Problem("details", "starts_on", sentence)
    if draft.ends_on is None:
        yield Problem("details", "ends_on", Sentence("Say when the work is expected to end."))
    elif draft.starts_on is not None and draft.ends_on <= draft.starts_on:
        yield Problem("details", "ends_on", Sentence("The work must end after it has started."))
    if draft.kind == "challenge":
        yield from _about_classification(draft)


def _about_classification(draft: Draft) -> Iterator[Problem]:
    """What is bought and where, which every notice of a procurement says (Procurement Regulations 2024 reg.27)."""
    if cpv_code(draft.cpv) is None:
        yield Problem("details", "cpv", Sentence("Say what is bought, with a CPV code."))
    if place_code(draft.place) is None:
        yield Problem("details", "place", Sentence("Say where the work is done."))


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
    yield from _about_vat(draft)
    titles = Counter(lot.title.casefold() for lot in draft.lots)
    for lot in draft.lots:
        if titles[lot.title.casefold()] > 1:
            sentence = Sentence("Lot %(number)s has the same title as another lot.", number=lot.number)
            yield Problem("money", f"lot-{lot.number}", sentence)


def _about_vat(draft: Draft) -> Iterator[Problem]:
    """What the amounts are, and whether the call may go the way below the threshold (Procurement Act 2023 s.84)."""
    if draft.amount_basis != basis_of(draft.route):
        text = "Save the budget again: amounts now say whether they are with VAT, and these do not."
        yield Problem("money", "budget", Sentence(text))
    elif draft.amount_basis == Basis.NET and draft.vat_rate is None:
        yield Problem("money", "vat_rate", Sentence("Say at which rate VAT is charged."))
    value = estimated_value(draft, draft.lots)
    if draft.route == Route.BELOW_THRESHOLD and value is not None and value >= (draft.threshold or Decimal("Infinity")):
        text = (
            "This procedure is for contracts below the threshold of %(threshold)s with VAT. The estimated value is "
            "%(value)s with VAT, all lots and options together. Choose a procedure that the Act covers, or less money."
        )
        about = {"threshold": format_pounds(draft.threshold or 0), "value": format_pounds(value)}
        yield Problem("money", "budget", Sentence(text, **about))


def _about_dates(draft: Draft, stage: StageDraft, now: datetime) -> Iterator[Problem]:
    if stage.collects:
        yield from _about_collecting(draft, stage, now)
    if stage.presents:
        yield from _about_presenting(draft, stage)
    if stage.assesses:
        yield from _about_assessing(draft, stage)
    if stage.decide_by is None:
        yield Problem("dates", "decide_by", Sentence("Say when applicants can expect the decision."))
    elif (ready := _ready(draft, stage)) is not None and stage.decide_by < ready:
        sentence = Sentence("The decision cannot be made before the marks are due.")
        yield Problem("dates", "decide_by", sentence)


def _ready(draft: Draft, stage: StageDraft) -> date | None:
    """The day before which nothing can be decided in a stage."""
    before = _before(draft, stage)
    for at in (stage.assess_by, stage.closes_at):
        if at is not None:
            return uk_day(at)
    return None if before is None else before.decide_by


def _about_collecting(draft: Draft, stage: StageDraft, now: datetime) -> Iterator[Problem]:
    before = _before(draft, stage)
    if stage.opens_at is None:
        yield Problem("dates", "opens_at", Sentence("Say when the call opens."))
    elif before is not None and before.decide_by is not None:
        yield from _follows(before.decide_by, stage.opens_at, "opens_at")
    if stage.closes_at is None:
        yield Problem("dates", "closes_at", Sentence("Say when the call closes."))
    else:
        yield from _about_closing(draft, stage, stage.closes_at, now)


def _follows(decided: date, at: datetime, field: str) -> Iterator[Problem]:
    """A stage begins when the one before it was decided and told."""
    if uk_day(at) < decided:
        text = "This stage begins after the decision on the one before it, which is on %(day)s."
        yield Problem("dates", field, Sentence(text, day=decided))


def _about_closing(draft: Draft, stage: StageDraft, closes_at: datetime, now: datetime) -> Iterator[Problem]:
    if closes_at <= now:
        sentence = Sentence("The closing time, %(closes_at)s, has passed. Choose a later one.", closes_at=closes_at)
        yield Problem("dates", "closes_at", sentence)
        return
    if stage.opens_at is not None and stage.opens_at >= closes_at:
        yield Problem("dates", "closes_at", Sentence("The call must close after it has opened."))
        return
    if stage.ask_by is not None and stage.ask_by > closes_at:
        yield Problem("dates", "ask_by", Sentence("Questions end before the call closes, or when it does."))
    elif stage.ask_by is not None and stage.opens_at is not None and stage.ask_by <= stage.opens_at:
        yield Problem("dates", "ask_by", Sentence("Take questions for some time after the call has opened."))
    if draft.route == Route.COVERED:
        # Electronic tendering with all documents: 25 days; 10 for those who were chosen in an earlier stage
        # (Procurement Act 2023 s.54(4)). The invitation is out when it opens: until then nobody can tender.
        starts = max(now, stage.opens_at) if stage.opens_at is not None else now
        if sentence_ := tendering_minimum(starts, closes_at, invited=stage.number > 1):
            yield Problem("dates", "closes_at", sentence_)


def _about_presenting(draft: Draft, stage: StageDraft) -> Iterator[Problem]:
    before = _before(draft, stage)
    if stage.choose_by is None:
        yield Problem("dates", "choose_by", Sentence("Say until when teams choose the time at which they present."))
    elif stage.closes_at is not None and stage.choose_by <= stage.closes_at + timedelta(minutes=stage.hold_minutes):
        text = "Teams can choose a time only after the call has closed and was opened. Choose a later one."
        yield Problem("dates", "choose_by", Sentence(text))
    elif stage.assess_by is not None and stage.choose_by >= stage.assess_by:
        text = "Teams choose their time before the assessors must be done. Choose an earlier one."
        yield Problem("dates", "choose_by", Sentence(text))
    elif not stage.collects and before is not None and before.decide_by is not None:
        yield from _follows(before.decide_by, stage.choose_by, "choose_by")


def _about_assessing(draft: Draft, stage: StageDraft) -> Iterator[Problem]:
    before = _before(draft, stage)
    if stage.assess_by is None:
        yield Problem("dates", "assess_by", Sentence("Say by when the assessors must be done."))
    elif stage.closes_at is not None:
        if stage.assess_by <= stage.closes_at + timedelta(minutes=stage.hold_minutes):
            text = "Assessors can begin only after the call has closed and was opened. Choose a later time."
            yield Problem("dates", "assess_by", Sentence(text))
    elif not stage.collects and before is not None and before.decide_by is not None:
        yield from _follows(before.decide_by, stage.assess_by, "assess_by")


def _about_form(draft: Draft, stage: StageDraft) -> Iterator[Problem]:
    if not stage.collects:
        return
    keys = [criterion.key for criterion in stage.criteria]
    wanted, lots = stage_details.wanted_of(draft.stages, stage), _lots_of(draft, stage)
    for problem in form_problems(stage.questions, keys, wanted, lots):
        yield Problem("form", problem.key, problem.sentence)
    for question in stage.questions:
        if question.condition is not None and "check" not in stage.steps:
            # below the threshold nobody is sifted by suitability either (Procurement Act 2023 s. 85)
            sentence = Sentence("“%(question)s” is a condition, but nobody is checked here.", question=question.name)
            yield Problem("form", question.key, sentence)


def _lots_of(draft: Draft, stage: StageDraft) -> list[LotDraft]:
    return [lot for lot in draft.lots if stage.is_for(lot.number)]


def _about_criteria(draft: Draft, stage: StageDraft) -> Iterator[Problem]:
    if not stage.assesses:
        return
    own = {
        fault: criterion.key
        for criterion in stage.criteria
        for fault in schemes.faults((replace(criterion, weight=100),), Decimal(0))
    }
    for fault in schemes.faults(stage.criteria, stage.minimum_total, tie_breakers=stage.tie_breakers):
        yield Problem("criteria", own.get(fault, ""), fault)
    marked = {question.criterion for question in stage.questions}
    for criterion in stage.criteria if stage.collects else ():
        if criterion.key not in marked:
            sentence = Sentence(
                "No question is marked by “%(name)s”. Say at a question that it is, or remove the criterion.",
                name=criterion.name,
            )
            yield Problem("criteria", criterion.key, sentence)
            continue
        own_keys = {question.key for question in stage.questions if question.criterion == criterion.key}
        for lot in _lots_of(draft, stage):
            if not own_keys & possible_in(stage.questions, lot.number):
                sentence = Sentence(
                    "Whoever applies for lot %(lot)s is asked nothing that “%(name)s” marks. Change the conditions of "
                    "its questions, or ask one more.",
                    lot=lot.number,
                    name=criterion.name,
                )
                yield Problem("criteria", criterion.key, sentence)
    if not 1 <= stage.readers <= MOST_READERS:
        sentence = Sentence("Between 1 and %(most)s assessors read each %(noun)s.", most=MOST_READERS, noun=stage.noun)
        yield Problem("criteria", "readers", sentence)


def call_advice(draft: Draft, now: datetime) -> tuple[Problem, ...]:
    """What does not block publication, but is worth a second look."""
    found = [replace(each, stage=stage.key) for stage in draft.stages for each in _advice_on_dates(stage, now)]
    if word_count(draft.summary) > SUMMARY_WORDS:
        sentence = Sentence.plural(
            "The one-sentence summary has %(num)s word. Lists and feeds show it whole: %(most)s are enough.",
            "The one-sentence summary has %(num)s words. Lists and feeds show it whole: %(most)s are enough.",
            word_count(draft.summary),
            most=SUMMARY_WORDS,
        )
        found.append(Problem("details", "summary", sentence))
    return (*found, *(Problem(*each) for each in lint.remarks(draft)))


def _advice_on_dates(stage: StageDraft, now: datetime) -> Iterator[Problem]:
    if stage.closes_at is not None:
        local = stage.closes_at.astimezone(UK)
        if not is_working_day(uk_day(stage.closes_at)):
            sentence = Sentence("The call closes on a day that is not a working day: nobody is there to help.")
            yield Problem("dates", "closes_at", sentence)
        elif local.hour not in OFFICE_HOURS:
            sentence = Sentence("The call closes outside office hours: nobody is there to help. 12 noon is usual.")
            yield Problem("dates", "closes_at", sentence)
    if stage.number == 1 and stage.opens_at is not None and stage.opens_at <= now:
        sentence = Sentence("The opening time has passed: the call opens at the moment at which it is published.")
        yield Problem("dates", "opens_at", sentence)
