"""Conditions of participation that calls of the demonstration city set, and what firms answer unless their plan says
otherwise."""

from decimal import Decimal

from procurement.rules.questions import Condition, Demand, Effect, Kind, Purpose, Question, list_kinds

SECTION = "Conditions of participation"


def _kind(demand: Demand, *, options: bool = False, purpose: Purpose = Purpose.NONE) -> Kind:
    """The first kind whose answers can be asked so, with options of the officer's own or without."""
    fitting = (each for each in list_kinds(purpose) if each.demand is demand)
    return next(each for each in fitting if (each.setting("options") is not None) is options)


CONDITIONS = (
    Question(
        "",
        SECTION,
        "Turnover in the last year",
        _kind(Demand.BOUND, purpose=Purpose.AMOUNT),
        guidance="Of the whole organisation, from its last accounts.",
        condition=Condition(
            Effect.EXCLUDE,
            least=Decimal(50_000),
            why="The first payment comes after three months. With less than this an organisation cannot wait for it; it is "
            "a third of the smallest contract that we expect.",
        ),
    ),
    Question(
        "",
        SECTION,
        "Will you be insured for public liability of £5 million when the work starts?",
        _kind(Demand.CHOICE),
        guidance="You need not be insured yet.",
        condition=Condition(
            Effect.EXCLUDE,
            accepts=("yes",),
            why="People will be in homes and at the roadside. Everybody who works there for the city has this cover.",
        ),
    ),
    Question(
        "",
        SECTION,
        "How do you see to accessibility?",
        _kind(Demand.CHOICE, options=True),
        options=("Tested with disabled people", "Checked against WCAG 2.2", "Not looked at yet"),
        condition=Condition(
            Effect.WARN,
            accepts=("Tested with disabled people", "Checked against WCAG 2.2"),
            why="Whatever is bought must be usable by everybody. Who has not looked at it yet may still do so in time.",
        ),
    ),
)
ANSWERS = {
    "Turnover in the last year": "412000",
    "Will you be insured for public liability of £5 million when the work starts?": "yes",
    "How do you see to accessibility?": "Checked against WCAG 2.2",
}
