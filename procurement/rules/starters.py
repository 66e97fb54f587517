"""What a new call of each procedure begins with: a form, criteria and dates to change rather than to invent."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from procurement.rules.dates import add_working_days, is_working_day, uk_day, uk_instant
from procurement.rules.questions import Purpose, Question
from procurement.rules.questions.kinds.file import File
from procurement.rules.questions.kinds.long_text import LongText
from procurement.rules.questions.kinds.money import Money
from procurement.rules.questions.kinds.number import Number
from procurement.rules.questions.kinds.one_of import OneOf
from procurement.rules.questions.kinds.short_text import ShortText
from procurement.rules.questions.kinds.yes_no import YesNo
from workflows.facts import Sentence
from workflows.scoring.schemes import Criterion

SCALE = (
    "Not answered, or nothing that addresses the criterion",
    "Poor: touches on the criterion, with serious gaps",
    "Weak: addresses part of the criterion, with gaps that matter",
    "Fair: addresses the criterion, with some gaps or little evidence",
    "Good: addresses the criterion well, with evidence and small gaps",
    "Excellent: addresses the criterion in full, with convincing evidence",
)
PREPARE_DAYS = 5  # working days from today until a new call would open
OPEN_WEEKS = 6
ASSESS_DAYS, DECIDE_DAYS, START_DAYS = 15, 20, 20  # working days, each from the one before
RUNS = timedelta(days=365)


@dataclass(frozen=True)
class StarterCriterion:
    """A criterion with the sentence that explains it."""

    scored: Criterion
    description: str


@dataclass(frozen=True)
class Starter:
    """The beginning of a call; every part of it can be changed until publication."""

    eligibility: str
    terms: str
    questions: tuple[Question, ...]
    criteria: tuple[StarterCriterion, ...]
    minimum_total: int
    readers: int


@dataclass(frozen=True)
class Dates:
    """The dates that a new call begins with: 12 noon on working days."""

    opens_at: datetime
    closes_at: datetime
    assess_by: datetime
    decision_on: date
    starts_on: date
    ends_on: date


def dates_from(today: datetime) -> Dates:
    """Dates that keep every time limit, counted from the day on which the call is made."""
    opens = add_working_days(uk_day(today), PREPARE_DAYS)
    closes = _working(opens + timedelta(weeks=OPEN_WEEKS))
    assess = add_working_days(closes, ASSESS_DAYS)
    decision = add_working_days(assess, DECIDE_DAYS)
    starts = add_working_days(decision, START_DAYS)
    return Dates(_noon(opens), _noon(closes), _noon(assess), decision, starts, _working(starts + RUNS))


def _working(day: date) -> date:
    return day if is_working_day(day) else add_working_days(day, 1)


def _noon(day: date) -> datetime:
    at = uk_instant(day, time(12))
    if isinstance(at, Sentence):  # British clocks change at night, so that noon is always there, and once
        raise ValueError(str(at))
    return at


def _criterion(key: str, name: str, weight: int, minimum: int, description: str) -> StarterCriterion:
    return StarterCriterion(Criterion(key, name, weight, len(SCALE) - 1, minimum, SCALE), description)


_CHALLENGE = Starter(
    eligibility=(
        "Any firm, charity, social enterprise, university or other organisation that can enter into a contract.\n\n"
        "You can apply alone or with partners; one organisation leads and signs. You can work with subcontractors: "
        "say who they are and what they do.\n\n"
        "You cannot be awarded a contract if your organisation, or somebody who controls it, is on the debarment list "
        "or must be excluded under the Procurement Act 2023."
    ),
    terms=(
        "The work is done under the city's short contract for challenges. You keep the intellectual property in what "
        "you make; the city may use it for its own services without paying again.\n\n"
        "The city pays within 30 days of a valid invoice, at the milestones that the contract names. "
        "Prices are without VAT."
    ),
    questions=(
        Question(
            "title",
            "About your proposal",
            "What is your proposal called?",
            ShortText(),
            guidance="A short title without the name of your organisation.",
            word_limit=15,
            purpose=Purpose.TITLE,
        ),
        Question(
            "summary",
            "About your proposal",
            "Sum up your proposal",
            LongText(),
            guidance="What you would do and what would be different afterwards. Published if you win the contract.",
            word_limit=150,
            purpose=Purpose.SUMMARY,
        ),
        Question(
            "solution",
            "Your solution",
            "How does your solution meet the challenge?",
            LongText(),
            guidance="Say what it does, for whom, and what exists already. Plain words are enough.",
            word_limit=600,
            criterion="solution",
        ),
        Question(
            "benefit",
            "Your solution",
            "What will be better for people in the city, and how will you know?",
            LongText(),
            guidance="Name what you would measure, and what it is now.",
            word_limit=400,
            criterion="benefit",
        ),
        Question(
            "delivery",
            "Delivery",
            "How will you deliver it, and who will do the work?",
            LongText(),
            guidance="Main steps with dates, the people and what they have done before, and the largest risks.",
            word_limit=500,
            criterion="delivery",
        ),
        Question(
            "plan",
            "Delivery",
            "Upload a plan",
            File(),
            guidance="One page is enough: steps, dates, who. PDF, Word or a picture.",
            required=False,
            criterion="delivery",
        ),
        Question(
            "amount",
            "Price",
            "What is your price, in pounds without VAT?",
            Money(),
            guidance="Everything that the city would pay.",
            minimum=Decimal(1),
            purpose=Purpose.AMOUNT,
            criterion="value",
        ),
        Question(
            "price_explained",
            "Price",
            "What is in the price?",
            LongText(),
            guidance="The main costs, and what it would cost to go on after the contract ends.",
            word_limit=300,
            criterion="value",
        ),
        Question(
            "conflicts",
            "Declarations",
            "Does anybody in your team have an interest in this decision?",
            YesNo(),
            guidance="For example a family member who works for the city. It does not exclude you: we take care of it.",
        ),
    ),
    criteria=(
        _criterion("solution", "Quality of the solution", 35, 2, "How well the solution meets the challenge."),
        _criterion("benefit", "Benefit to people", 25, 2, "How much better it makes things, and how that is shown."),
        _criterion("delivery", "Ability to deliver", 20, 0, "How likely it is that it comes about in time."),
        _criterion("value", "Value for money", 20, 0, "What the city gets for the price, now and afterwards."),
    ),
    minimum_total=50,
    readers=2,
)

_FUND = Starter(
    eligibility=(
        "Small and medium-sized firms, charities and social enterprises that work in the city or would bring their "
        "project to it.\n\n"
        "You can apply alone or with partners; one organisation leads and receives the grant. "
        "The project must not have begun before the grant is accepted."
    ),
    terms=(
        "The grant pays for up to the amount that you ask for and the city approves. It is paid as minimal financial "
        "assistance: your organisation must not have received more than £315,000 of it in this and the two financial "
        "years before.\n\n"
        "You keep what you make. You tell the city what came out of it, also if it failed, and the city publishes who "
        "received how much for what."
    ),
    questions=(
        Question(
            "title",
            "About your project",
            "What is your project called?",
            ShortText(),
            guidance="A short title without the name of your organisation: assessors do not see who applies.",
            word_limit=15,
            purpose=Purpose.TITLE,
        ),
        Question(
            "summary",
            "About your project",
            "Sum up your project",
            LongText(),
            guidance="What you would do and for whom. Published if your project is funded.",
            word_limit=150,
            purpose=Purpose.SUMMARY,
        ),
        Question(
            "stage",
            "About your project",
            "How far is the idea?",
            OneOf(),
            options=("An idea on paper", "A first prototype", "Tried with some people", "In use somewhere"),
        ),
        Question(
            "innovation",
            "Your idea",
            "What is new about it?",
            LongText(),
            guidance="Say what people do today, and what your idea changes.",
            word_limit=500,
            criterion="innovation",
        ),
        Question(
            "impact",
            "Your idea",
            "Who will be better off, and how will you know?",
            LongText(),
            guidance="Name the people, how many they are, and what you would measure.",
            word_limit=500,
            criterion="impact",
        ),
        Question(
            "people_reached",
            "Your idea",
            "How many people would it reach in the first year?",
            Number(),
            minimum=Decimal(0),
            criterion="impact",
        ),
        Question(
            "plan",
            "Your plan",
            "How will you do it?",
            LongText(),
            guidance="Main steps with dates, what you need, and the largest risks.",
            word_limit=500,
            criterion="delivery",
        ),
        Question(
            "evidence",
            "Your plan",
            "Upload something that shows the idea",
            File(),
            guidance="A drawing, a picture, results. Without the name of your organisation.",
            required=False,
            criterion="innovation",
        ),
        Question(
            "amount",
            "Money",
            "How much do you ask for, in pounds?",
            Money(),
            guidance="What the grant would pay for.",
            minimum=Decimal(1),
            purpose=Purpose.AMOUNT,
        ),
        Question(
            "costs",
            "Money",
            "What would the money pay for?",
            LongText(),
            guidance="The main costs, one on each line, with amounts.",
            word_limit=300,
            criterion="value",
        ),
        Question(
            "assistance",
            "Declarations",
            "Is your organisation within the limit of minimal financial assistance?",
            YesNo(),
            guidance="£315,000 in this and the two financial years before, from all public bodies.",
        ),
    ),
    criteria=(
        _criterion("innovation", "Innovation", 30, 2, "How far the idea goes beyond what there is."),
        _criterion("impact", "Impact", 30, 2, "How many people are better off, how much, and how that is shown."),
        _criterion("delivery", "Feasibility", 20, 0, "How likely it is that the project comes about as planned."),
        _criterion("value", "Value for money", 20, 0, "Whether the costs are needed and in proportion."),
    ),
    minimum_total=50,
    readers=2,
)

STARTERS: dict[str, Starter] = {"challenge": _CHALLENGE, "innovation_fund": _FUND}
