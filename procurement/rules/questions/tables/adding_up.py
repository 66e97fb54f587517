"""What a table of costs comes to, what is wrong with it cell by cell and as a whole, and how it reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from procurement.rules.money import LARGEST_AMOUNT, format_pounds, to_pennies, written
from procurement.rules.questions.grid import Grid, Words
from procurement.rules.questions.kind import Question
from procurement.rules.questions.tables.cells import total
from procurement.rules.questions.tables.costs import CostLine, Plan, Spender, added, by_line, spenders
from workflows.facts import Sentence

Fault = tuple[Sentence, str]  # what is wrong, and the place of the input that mends it: empty for the table as a whole


@dataclass(frozen=True)
class Costs:
    """A table with its sums. Each is None while something that it adds up cannot be read."""

    plan: Plan
    spenders: tuple[Spender, ...]

    @cached_property
    def total(self) -> Decimal | None:
        return added([each.total for each in self.spenders])

    @cached_property
    def grant(self) -> Decimal | None:
        return added([each.grant for each in self.spenders])

    @property
    def match(self) -> Decimal | None:
        return None if self.total is None or self.grant is None else self.total - self.grant

    @property
    def asked(self) -> Decimal | None:
        """The amount asked for: the grant where there are rates, else all costs."""
        found = self.grant if self.plan.rates else self.total
        return None if found is None or found > LARGEST_AMOUNT else found

    @property
    def lines(self) -> dict[str, Decimal | None]:
        return by_line(self.spenders)

    def in_period(self, place: int) -> Decimal | None:
        return added([each.in_period(place) for each in self.spenders])

    def grids(self) -> tuple[Grid, ...]:
        """A table for each partner, and one of what all come to where there is more than one thing to add up."""
        own = tuple(self._of(each) for each in self.spenders)
        if len(self.spenders) > 1:
            return (*own, self._of_all(), self._together())
        return (*own, self._together()) if self.plan.rates else own

    def _of(self, spender: Spender) -> Grid:
        periods, several = self._periods(), self.plan.width > 1
        rows = []
        for line in spender.lines:
            if not line.blank:
                cells: list[Words] = [_shown(cell.number, cell.stored) for cell in line.cells[: self.plan.width]]
                rows.append((line.line, *cells, *([pounds(line.total)] if several else [])))
        sums = [pounds(spender.in_period(place)) for place in range(self.plan.width)]
        foot: Words = Sentence("Total")
        return Grid(
            self._named(spender),
            (Sentence("Cost"), *periods, *([Sentence("Total")] if several else [])),
            tuple(rows),
            frozenset(range(1, len(periods) + 2)),
            ((foot, *sums, *([pounds(spender.total)] if several else [])),),
        )

    def _of_all(self) -> Grid:
        """What all partners together spend on each line, and in each period."""
        head, several = (Sentence("Cost"), *self._periods()), self.plan.width > 1
        rows = []
        for name, spent in self.lines.items():
            of = [line for each in self.spenders for line in each.lines if line.line == name]
            cells = [pounds(total(tuple(line.cells[place] for line in of))) for place in range(self.plan.width)]
            rows.append((name, *cells, *([pounds(spent)] if several else [])))
        sums = [pounds(self.in_period(place)) for place in range(self.plan.width)]
        return Grid(
            Sentence("Costs of all partners"),
            (*head, *([Sentence("Total")] if several else [])),
            tuple(rows),
            frozenset(range(1, len(head) + 1)),
            ((Sentence("Total"), *sums, *([pounds(self.total)] if several else [])),),
        )

    def _together(self) -> Grid:
        rated = bool(self.plan.rates)
        head: list[Words] = [Sentence("Partner"), Sentence("Costs")]
        head += [Sentence("Rate"), Sentence("Grant"), Sentence("Match")] if rated else []
        rows = []
        for each in self.spenders:
            rate = "–" if each.rate is None else f"{written(each.rate)}%"
            rows.append(
                (
                    self._named(each),
                    pounds(each.total),
                    *([rate, pounds(each.grant), pounds(each.match)] if rated else []),
                )
            )
        foot: tuple[Words, ...] = (
            Sentence("All"),
            pounds(self.total),
            *(["", pounds(self.grant), pounds(self.match)] if rated else []),
        )
        return Grid(
            Sentence("Costs and what is asked for" if rated else "Costs of each partner"),
            tuple(head),
            tuple(rows),
            frozenset(range(1, 6)),
            (foot,),
        )

    def _periods(self) -> tuple[Words, ...]:
        return self.plan.periods or (Sentence("Costs"),)

    def _named(self, spender: Spender) -> Words:
        name = spender.name.stored or spender.title
        return f"{name} ({spender.size.stored})" if spender.size.stored else name


def costs_of(plan: Plan, text: str) -> Costs:
    """A stored table with its sums."""
    return Costs(plan, spenders(plan, text))


def faults(question: Question, costs: Costs) -> tuple[Fault, ...]:
    """What is wrong: cell by cell in the order of the page, then lines, then the table as a whole."""
    cells = [fault for each in costs.spenders for fault in _of_spender(costs.plan, each)]
    return (*cells, *_of_whole(question, costs))


def problems(question: Question, costs: Costs) -> tuple[Sentence, ...]:
    return tuple(sentence for sentence, _ in faults(question, costs))


def _of_spender(plan: Plan, spender: Spender) -> Iterator[Fault]:
    if spender.number > 1 + plan.partners:
        told = Sentence.plural(
            "At most %(num)s partner can be named.", "At most %(num)s partners can be named.", plan.partners
        )
        yield told, spender.name.place
    for cell in (spender.name, spender.size, spender.share) if plan.rates else (spender.name,):
        yield from ((fault, cell.place) for fault in cell.faults)
    if spender.number > 1 and not spender.name.stored:
        yield Sentence("Enter the name of “%(partner)s”, or remove it.", partner=spender.title), spender.name.place
    if plan.sized and not spender.size.stored:
        yield Sentence("Choose the size of “%(partner)s”.", partner=spender.title), spender.size.place
    for line in spender.lines:
        yield from _of_line(plan, spender, line)


def _of_line(plan: Plan, spender: Spender, line: CostLine) -> Iterator[Fault]:
    if line.strange:
        told = Sentence("“%(line)s” is not a line of this table, or is there twice. Remove it.", line=line.line[:100])
        yield told, line.cells[0].place
    if line.name is not None:
        yield from ((fault, line.name.place) for fault in line.name.faults)
    for cell in line.cells:
        yield from ((fault, cell.place) for fault in cell.faults)


def _of_whole(question: Question, costs: Costs) -> Iterator[Fault]:
    plan = costs.plan
    if costs.total is None:
        return  # what cannot be read is said at its cell
    if costs.total > LARGEST_AMOUNT:
        most = format_pounds(LARGEST_AMOUNT)
        yield Sentence("“%(question)s” may come to at most %(most)s.", question=question.text, most=most), ""
        return
    if costs.total == 0:
        yield Sentence("“%(question)s”: enter at least one cost.", question=question.text), ""
        return
    for line, spent in costs.lines.items():
        cap = plan.lines.get(line)
        if cap is None or spent is None:
            continue
        if (limit := cap.exceeded(spent, costs.total)) is not None:
            yield _over(line, spent, limit, str(cap) if cap.share else ""), ""
    grant = costs.grant
    if grant is None:
        return
    least = Fraction(costs.total) * Fraction(plan.match) / 100
    if plan.rates and Fraction(costs.total - grant) < least:
        told = Sentence(
            "Match funding is %(match)s and must be %(least)s or more: %(share)s%% of all costs.",
            match=format_pounds(costs.total - grant),
            least=format_pounds(to_pennies(least)),
            share=written(plan.match),
        )
        yield told, ""
    yield from ((each, "") for each in _outside(question, costs.asked))


def _over(line: str, spent: Decimal, most: Decimal, share: str) -> Sentence:
    about = {"line": line, "spent": format_pounds(spent), "most": format_pounds(most)}
    if share:
        text = "“%(line)s” comes to %(spent)s. It may come to %(share)s of all costs, which is %(most)s."
        return Sentence(text, share=share, **about)
    return Sentence("“%(line)s” comes to %(spent)s. It may come to %(most)s.", **about)


def _outside(question: Question, asked: Decimal | None) -> Iterator[Sentence]:
    if asked is None:
        return
    about = {"question": question.text, "asked": format_pounds(asked)}
    if question.minimum is not None and asked < question.minimum:
        least = format_pounds(question.minimum)
        yield Sentence("“%(question)s” comes to %(asked)s and must be %(least)s or more.", least=least, **about)
    elif question.maximum is not None and asked > question.maximum:
        most = format_pounds(question.maximum)
        yield Sentence("“%(question)s” comes to %(asked)s and must be %(most)s or less.", most=most, **about)


def pounds(amount: Decimal | None) -> Words:
    return "–" if amount is None else format_pounds(amount)


def _shown(number: Decimal | None, stored: str) -> Words:
    """A figure, or what was typed instead of one."""
    return stored if number is None else format_pounds(number)
