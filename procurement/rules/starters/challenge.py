"""What a challenge begins with."""

from decimal import Decimal

from procurement.rules.classification import ANYWHERE, RESEARCH
from procurement.rules.questions import Purpose, Question
from procurement.rules.questions.kinds.file import File
from procurement.rules.questions.kinds.long_text import LongText
from procurement.rules.questions.kinds.money import Money
from procurement.rules.questions.kinds.short_text import ShortText
from procurement.rules.questions.kinds.yes_no import YesNo
from procurement.rules.starters.starter import Starter, criterion

CHALLENGE = Starter(
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
    cpv=RESEARCH,
    place=ANYWHERE,
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
            guidance="Everything that the city would pay, but without VAT.",
            minimum=Decimal(1),
            purpose=Purpose.AMOUNT,
            criterion="value",
        ),
        Question(
            "charges_vat",
            "Price",
            "Do you charge VAT on this price?",
            YesNo(),
            guidance="Say no if you are not registered for VAT. Prices are compared without VAT, so it makes no "
            "difference to your marks.",
            purpose=Purpose.VAT,
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
        criterion("solution", "Quality of the solution", 35, 2, "How well the solution meets the challenge."),
        criterion("benefit", "Benefit to people", 25, 2, "How much better it makes things, and how that is shown."),
        criterion("delivery", "Ability to deliver", 20, 0, "How likely it is that it comes about in time."),
        criterion("value", "Value for money", 20, 0, "What the city gets for the price, now and afterwards."),
    ),
    first=("title", "summary", "solution", "benefit", "conflicts"),
    first_criteria=(
        criterion("solution", "Quality of the solution", 60, 2, "How well the solution would meet the challenge."),
        criterion("benefit", "Benefit to people", 40, 2, "How much better it would make things."),
    ),
    shown=(
        criterion("working", "How well it works", 60, 2, "What was shown, against what the challenge asks for."),
        criterion("use", "How well people can use it", 40, 0, "How it went for those who would use it."),
    ),
    minimum_total=50,
    readers=2,
)
