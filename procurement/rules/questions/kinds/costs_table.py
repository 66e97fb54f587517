"""A table of costs: lines × partners × periods, with caps, grant percentages and match, added up exactly."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from procurement.rules.columns import Column, Row, Type
from procurement.rules.money import format_pounds, to_pennies, written
from procurement.rules.questions.condition import Demand
from procurement.rules.questions.kind import Checked, Kind, Measure, Part, Purpose, Question, Setting, register
from procurement.rules.questions.tables import plans
from procurement.rules.questions.tables.adding_up import Costs, costs_of, faults, problems
from procurement.rules.questions.tables.cells import joined, too_much
from procurement.rules.questions.tables.costs import APPLICANT, COST, PER_CENT, stored, typed_costs
from procurement.rules.questions.tables.sheets import Sheet
from procurement.rules.questions.texts import is_blank, normalise
from workflows.facts import Sentence

A_THOUSAND = Decimal(1000)
MOST_PRINTED = 6  # periods that a sheet of paper is wide enough for
RECORD = (
    Column(
        name="partner_number",
        title="Partner number",
        about="Its place in the table; the applicant is 1.",
        example="2",
        type=Type.WHOLE,
    ),
    Column(
        name="partner",
        title="Partner",
        about="Its name as it was typed; empty for the applicant.",
        example="Aston Instruments",
        required=False,
    ),
    Column(
        name="partner_size",
        title="Size of partner",
        about="Which of the sizes of the table it chose.",
        example="Small",
        required=False,
    ),
    Column(
        name="grant_rate",
        title="Rate of grant",
        about="The part of its costs that the partner asks for.",
        example="70",
        type=Type.NUMBER,
        unit="per cent",
        required=False,
    ),
    Column(name="cost", title="Cost", about="The line of the table.", example="Labour"),
    Column(name="period", title="Period", about="Empty where there is one.", example="Quarter 1", required=False),
    Column(
        name="cost_amount",
        title="Amount of the cost",
        about="What the partner spends on the line in the period.",
        example="25000.00",
        type=Type.NUMBER,
        unit="GBP",
    ),
)


@register
class CostsTable(Kind):
    """What it comes to is the grant asked for where grant rates are set, and all costs where not."""

    key = "costs_table"
    title = Sentence("Table of costs")
    hint = Sentence("Lines, partners and periods, with totals, caps, grant rates and match funding")
    place = 80
    settings = (
        plans.LINES,
        plans.PERIODS,
        plans.PARTNERS,
        plans.RATES,
        plans.MATCH,
        Setting("minimum", Sentence("Smallest sum asked for"), Measure.POUNDS),
        Setting("maximum", Sentence("Largest sum asked for"), Measure.POUNDS),
    )
    purposes = frozenset({Purpose.AMOUNT})
    several = True
    demand = Demand.BOUND

    def faults(self, question: Question) -> tuple[Sentence, ...]:
        return plans.size_faults(question)

    def sample(self, question: Question) -> str:
        plan = plans.plan_of(question)
        line = next((name for name, cap in plan.lines.items() if cap is None), "Work")
        size = next(iter(plan.rates), "")
        share = min(plan.rate(size) or PER_CENT, PER_CENT - plan.match)
        asked = A_THOUSAND if question.minimum is None else question.minimum
        asked = asked if question.maximum is None else min(asked, question.maximum)
        spent = to_pennies(Fraction(asked) * 100 / Fraction(share)) if share else asked
        said = joined(APPLICANT, size if plan.sized else "", written(share) if plan.rates else "")
        return f"{said}\n{joined(COST, line, str(spent))}"

    def typed(self, sent: Mapping[str, str], name: str) -> str:
        return sent[name] if name in sent else typed_costs(sent, name)

    def check(self, question: Question, value: Any) -> Checked:
        text = normalise("" if value is None else str(value))
        if is_blank(text):
            return self.unanswered(question)
        if (fault := too_much(question, text)) is not None:
            return Checked(text, 0, (fault,), False)
        costs = self.table(question, text)
        if not (kept := stored(costs.spenders)):
            return self.unanswered(question)
        told = problems(question, costs)
        return Checked(kept, 0, told, not told)

    def table(self, question: Question, value: Any) -> Costs:
        """An answer as its lines and sums; what is too much for a table is an empty one."""
        text = normalise("" if value is None else str(value))
        return costs_of(plans.plan_of(question), "" if too_much(question, text) else text)

    def sheet(self, question: Question, value: Any) -> Sheet:
        """An answer as it is filled in, with what is wrong with it where there is one."""
        costs = self.table(question, value)
        return Sheet(costs, faults(question, costs) if self.check(question, value).value is not None else ())

    def beyond(self, question: Question, value: Any) -> bool:
        """Whether a text is too much to be laid out as a table, so that it is shown as it is."""
        return too_much(question, normalise("" if value is None else str(value))) is not None

    def number(self, question: Question, value: Any) -> Decimal | None:
        return None if value is None or value == "" else self.table(question, value).asked

    def shown(self, number: Decimal) -> str:
        return format_pounds(number)

    def parts(self, question: Question, value: Any) -> tuple[Part, ...]:
        if value is None or value == "":
            return ()
        return (str(value),) if self.beyond(question, value) else self.table(question, value).grids()

    def record_columns(self, question: Question) -> tuple[Column, ...]:
        return RECORD

    def printed_columns(self, question: Question) -> tuple[str, ...]:
        plan = plans.plan_of(question)
        partner = (str(Sentence("Partner")),) if plan.partners else ()
        if plan.width > MOST_PRINTED:
            return (*partner, *map(str, (Sentence("Cost"), Sentence("Period"), Sentence("Amount"))))
        total = (str(Sentence("Total")),) if plan.width > 1 else ()
        return (*partner, str(Sentence("Cost")), *(plan.periods or (str(Sentence("Costs")),)), *total)

    def records(self, question: Question, value: Any) -> tuple[Row, ...]:
        costs = self.table(question, value)
        periods = costs.plan.periods or ("",)
        return tuple(
            {
                "partner_number": each.number,
                "partner": each.name.stored,
                "partner_size": each.size.stored,
                "grant_rate": each.rate if costs.plan.rates else None,
                "cost": line.line,
                "period": period,
                "cost_amount": cell.number,
            }
            for each in costs.spenders
            for line in each.lines
            for period, cell in zip(periods, line.cells, strict=False)
            if cell.number is not None
        )

    def brief(self, question: Question) -> Sentence:
        return Sentence("a table of costs")

    def takes(self, question: Question) -> tuple[Sentence, ...]:
        plan = plans.plan_of(question)
        said: list[Sentence] = [Sentence("A table of costs in pounds")]
        if plan.lines:
            said.append(Sentence("for: %(lines)s", lines="; ".join(plans.LINES.of(question))))
        if plan.periods:
            said.append(Sentence("in: %(periods)s", periods="; ".join(plan.periods)))
        if plan.partners:
            said.append(Sentence.plural("for you and %(num)s partner", "for you and %(num)s partners", plan.partners))
        if plan.rates:
            said.append(Sentence("grant of at most: %(rates)s", rates="; ".join(plans.RATES.of(question))))
        if plan.match:
            said.append(Sentence("match funding of at least %(match)s%%", match=written(plan.match)))
        if question.minimum is not None:
            said.append(Sentence("at least %(least)s", least=self.shown(question.minimum)))
        if question.maximum is not None:
            said.append(Sentence("at most %(most)s", most=self.shown(question.maximum)))
        return tuple(said)

    def extent(self, question: Question, *, words: int, answered: bool, files: int) -> Sentence:
        return Sentence("A table of costs") if answered else Sentence("Not answered")
