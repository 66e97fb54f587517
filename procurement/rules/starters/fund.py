"""What a round of funding begins with."""

from decimal import Decimal

from procurement.rules.classification import ANYWHERE
from procurement.rules.questions import Purpose, Question
from procurement.rules.questions.kinds.file import File
from procurement.rules.questions.kinds.long_text import LongText
from procurement.rules.questions.kinds.money import Money
from procurement.rules.questions.kinds.number import Number
from procurement.rules.questions.kinds.one_of import OneOf
from procurement.rules.questions.kinds.short_text import ShortText
from procurement.rules.questions.kinds.yes_no import YesNo
from procurement.rules.starters.starter import Starter, criterion

FUND = Starter(
    eligibility=(
        "Small and medium-sized firms, charities and social enterprises that work in the city or would bring their "
        "project to it.\n\n"
        "You can apply alone or with partners; one organisation leads and receives the grant. "
        "The project must not have begun before the grant is accepted."
    ),
    terms=(
        "The grant pays for up to the amount that you ask for and the city approves. It is paid as minimal financial "
        "assistance: with this grant, your organisation may receive at most £315,000 of it in this and the two "
        "financial years before, from all public authorities together. You confirm that in writing before the "
        "grant is firm.\n\n"
        "You keep what you make. You tell the city what came out of it, also if it failed, and the city publishes who "
        "received how much for what."
    ),
    cpv="",  # nothing is bought
    place=ANYWHERE,
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
            "With the grant that you ask for, would your organisation keep within the limit of minimal financial "
            "assistance?",
            YesNo(),
            guidance="At most £315,000 in this and the two financial years before, from all public authorities "
            "together, with this grant counted in.",
            purpose=Purpose.ASSISTANCE,
        ),
    ),
    criteria=(
        criterion("innovation", "Innovation", 30, 2, "How far the idea goes beyond what there is."),
        criterion("impact", "Impact", 30, 2, "How many people are better off, how much, and how that is shown."),
        criterion("delivery", "Feasibility", 20, 0, "How likely it is that the project comes about as planned."),
        criterion("value", "Value for money", 20, 0, "Whether the costs are needed and in proportion."),
    ),
    first=("title", "summary", "stage", "innovation", "impact", "assistance"),
    first_criteria=(
        criterion("innovation", "Innovation", 50, 2, "How far the idea goes beyond what there is."),
        criterion("impact", "Impact", 50, 2, "How many people would be better off, and how much."),
    ),
    shown=(
        criterion("working", "How well it works", 50, 2, "What was shown, against what was promised."),
        criterion("impact", "Impact", 50, 0, "How many people would be better off, and how much."),
    ),
    minimum_total=50,
    readers=2,
)
