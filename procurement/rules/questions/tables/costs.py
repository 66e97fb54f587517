"""A table of costs: what each partner spends on each line in each period, what of it is asked for, and what is match.

Exact throughout: amounts are whole pence, a grant is its partner's costs × its percentage, rounded once for each
partner, half up, to a penny (`money.to_pennies`); what the grants add up to is asked for, and all else is match.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from procurement.rules.money import format_pounds, parse_number, parse_pounds, to_pennies, written
from procurement.rules.questions.kind import Question, get_kind
from procurement.rules.questions.tables.cells import Cell, joined, lines_of, one_cell, read_cell, total
from procurement.rules.questions.texts import is_blank
from workflows.facts import Sentence

APPLICANT, PARTNER, COST = "applicant", "partner", "cost"  # what the lines of a stored table begin with
AT_MOST = ": at most "
PER_CENT = Decimal(100)
MOST_PLACES = 2  # of a percentage
MOST_PARTNERS = 9  # beside the applicant
MOST_OWN_LINES = 20  # that a partner may name itself
MOST_CELLS = 600
SPARE = 3  # lines to begin with where applicants name their own
_INPUT = re.compile(r"-p(\d{1,3})(?:-l(\d{1,3}))?-(?:(name|size|share|gone|line)|k(\d{1,3}))", re.ASCII)


@dataclass(frozen=True)
class Cap:
    """The most that a line may come to: in pounds, or in per cent of all costs."""

    amount: Decimal
    share: bool

    def exceeded(self, spent: Decimal, costs: Decimal) -> Decimal | None:
        """The most that it may be where it is more: exactly compared, and shown to a penny."""
        if not self.share:
            return self.amount if spent > self.amount else None
        most = Fraction(costs) * Fraction(self.amount) / 100
        return to_pennies(most) if Fraction(spent) > most else None

    def __str__(self) -> str:
        return f"{written(self.amount)}%" if self.share else format_pounds(self.amount)


@dataclass(frozen=True)
class Plan:
    """What an officer set: lines with their caps (none: applicants name their own), periods (none: one column), how
    many partners beside the applicant, and the percentage that each size may ask for (none: the whole)."""

    lines: Mapping[str, Cap | None]
    periods: tuple[str, ...]
    partners: int
    rates: Mapping[str, Decimal]
    match: Decimal

    @property
    def sized(self) -> bool:
        """Whether a partner must say which size it is."""
        return len(self.rates) > 1

    @property
    def width(self) -> int:
        return max(1, len(self.periods))

    @property
    def cells(self) -> int:
        return (len(self.lines) or MOST_OWN_LINES) * self.width * (1 + self.partners)

    def rate(self, size: str) -> Decimal | None:
        """The most per cent of its costs that a partner of that size may ask for; None where nobody can know."""
        if not self.rates:
            return PER_CENT
        return self.rates.get(size) if self.sized else next(iter(self.rates.values()))


def read_cap(line: str) -> tuple[str, Cap | None] | None:
    """`Overheads: at most 20%`, `Travel: at most £5,000` or `Labour`; None where what stands behind is no cap."""
    name, told, most = line.rpartition(AT_MOST)
    if not told:
        return line.strip(), None
    amount = percent(most) if most.rstrip().endswith("%") else parse_pounds(most)
    if amount is None or amount < 0:
        return None
    return name.strip(), Cap(amount, most.rstrip().endswith("%"))


def read_rate(line: str) -> tuple[str, Decimal] | None:
    """`Small: 70%`, or `70%` for everybody; None where it is no percentage."""
    name, _, rate = line.rpartition(":")
    found = percent(rate)
    return None if found is None else (name.strip(), found)


def percent(text: str) -> Decimal | None:
    """A percentage from 0 to 100 with at most two places, with or without its sign."""
    found = parse_number(text.strip().removesuffix("%"))
    if found is None or not 0 <= found <= PER_CENT or found != round(found, MOST_PLACES):
        return None
    return found


@dataclass(frozen=True)
class CostLine:
    """What one partner spends on one line. `name`: a cell where the applicant names it; `strange`: the form has no such
    line (any more)."""

    place: str
    line: str
    name: Cell | None
    cells: tuple[Cell, ...]
    strange: bool = False

    @property
    def total(self) -> Decimal | None:
        return total(self.cells)

    @property
    def blank(self) -> bool:
        """Whether nothing was typed in it. What the form does not have is there by its name alone."""
        named = self.name is not None or self.strange
        return not any(each.stored for each in self.cells) and not (named and self.line)


@dataclass(frozen=True)
class Spender:
    """One partner; the first is the applicant. `rate`: per cent of its costs that it asks for, where that is known."""

    number: int
    title: str
    name: Cell
    size: Cell
    share: Cell
    lines: tuple[CostLine, ...]
    rate: Decimal | None

    @property
    def place(self) -> str:
        return f"p{self.number}"

    @property
    def total(self) -> Decimal | None:
        return total(tuple(cell for line in self.lines for cell in line.cells))

    def in_period(self, place: int) -> Decimal | None:
        return total(tuple(line.cells[place] for line in self.lines))

    @property
    def grant(self) -> Decimal | None:
        """What it asks for: its costs × its percentage, half up to a penny."""
        if self.total is None or self.rate is None:
            return None
        return to_pennies(Fraction(self.total) * Fraction(self.rate) / 100)

    @property
    def match(self) -> Decimal | None:
        return None if self.total is None or self.grant is None else self.total - self.grant

    @property
    def blank(self) -> bool:
        said = (self.name, self.size, self.share)
        return not any(each.stored for each in said) and all(line.blank for line in self.lines)


def typed_costs(sent: Mapping[str, str], name: str) -> str:
    """What stands in the inputs of a table, as it is stored; partners and lines that are to go are left out."""
    partners: dict[int, dict[str, str]] = {}
    lines: dict[tuple[int, int], dict[str, str]] = {}
    for each, typed in sent.items():
        found = _INPUT.fullmatch(each.removeprefix(name)) if each.startswith(name) else None
        if found is None:
            continue
        partner, line, what, period = found.groups()
        held = partners.setdefault(int(partner), {})
        if line is not None:
            held = lines.setdefault((int(partner), int(line)), {})
        held[what or f"k{int(period)}"] = one_cell(typed)
    of: dict[int, list[dict[str, str]]] = {}
    for (number, _), held in sorted(lines.items()):
        of.setdefault(number, []).append(held)
    told = []
    for number, about in sorted(partners.items()):
        if about.get("gone"):
            continue
        told.append(_partner_line(number, about.get("name", ""), about.get("size", ""), about.get("share", "")))
        told += [_cost_line(held) for held in of.get(number, ()) if not held.get("gone")]
    return "\n".join(told)


def _partner_line(number: int, name: str, size: str, share: str) -> str:
    return joined(APPLICANT, size, share) if number == 1 else joined(PARTNER, name, size, share)


def _cost_line(held: Mapping[str, str]) -> str:
    periods = sorted(int(each[1:]) for each in held if each[0] == "k" and each[1:].isdecimal())
    cells = (held.get(f"k{place}", "") for place in range(1, periods[-1] + 1)) if periods else ()
    return joined(COST, held.get("line", ""), *cells)


def spenders(plan: Plan, text: str) -> tuple[Spender, ...]:
    """The partners of a stored table, the applicant first, each with every line of the form."""
    blocks: list[tuple[list[str], list[list[str]]]] = [([""] * 3, [])]
    for kind, *cells in lines_of(text):
        if kind == APPLICANT and len(blocks) == 1:
            blocks[0] = (["", *cells, "", ""][:3], blocks[0][1])
        elif kind == PARTNER:
            blocks.append(([*cells, "", "", ""][:3], []))
        else:  # a line that begins with anything else is kept as a cost, under what it begins with
            blocks[-1][1].append(cells if kind == COST else [kind, *cells])
    return tuple(_spender(plan, number, about, costs) for number, (about, costs) in enumerate(blocks, 1))


def blank_spender(plan: Plan, number: int) -> Spender:
    """A partner to be filled in."""
    return _spender(plan, number, ["", "", ""], [])


def _spender(plan: Plan, number: int, about: Sequence[str], costs: Sequence[Sequence[str]]) -> Spender:
    title = str(Sentence("Your organisation") if number == 1 else Sentence("Partner %(number)s", number=number))
    place = f"p{number}"
    name = read_cell(_column("short_text"), str(Sentence("%(of)s, name", of=title)), f"{place}-name", about[0])
    label = str(Sentence("%(of)s, size", of=title))
    size = read_cell(_column("one_of", options=tuple(plan.rates)), label, f"{place}-size", about[1])
    most = plan.rate(size.stored if not size.faults else "")
    asked = about[2].removesuffix("%")
    label = str(Sentence("%(of)s, grant in per cent of its costs", of=title))
    share = read_cell(
        _column("number", minimum=Decimal(0), maximum=PER_CENT if most is None else most),
        label,
        f"{place}-share",
        asked,
    )
    if share.number is not None and share.number != round(share.number, MOST_PLACES):
        told = Sentence("“%(cell)s” can have at most two places behind the point.", cell=label)
        share = Cell(share.place, label, share.stored, share.stored, share.stored, None, (told,))
    rate = None if share.unread else most if share.number is None else share.number
    lines = tuple(_lines(plan, title, place, costs, given=number <= 1 + plan.partners))
    return Spender(number, title, name, size, share, lines, rate)


def _lines(plan: Plan, title: str, place: str, costs: Sequence[Sequence[str]], *, given: bool) -> Iterator[CostLine]:
    """Every line of the form, where the partner is `given` them and not one too many; then what the table has besides:
    of the same name twice, or of no name of the form."""
    typed = [(cells[0] if cells else "", list(cells[1:])) for cells in costs]
    first: dict[str, list[str]] = {}
    besides = []
    for named, cells in typed:
        if given and named in plan.lines and named not in first:
            first[named] = cells
        elif named or any(cells):
            besides.append((named, cells))
    number = 0
    for line in plan.lines if given else ():
        number += 1
        yield _line(plan, title, f"{place}-l{number}", line, first.get(line, []))
    for named, cells in besides:
        number += 1
        yield _line(plan, title, f"{place}-l{number}", named, cells, own=not plan.lines, strange=bool(plan.lines))


def _line(
    plan: Plan, title: str, place: str, line: str, cells: Sequence[str], *, own: bool = False, strange: bool = False
) -> CostLine:
    of = [
        line or str(Sentence("Line %(number)s", number=place.rpartition("l")[2])),
        *([title] if plan.partners else []),
    ]
    name = None
    if own:
        label = str(Sentence("%(of)s, name of the cost", of=", ".join(of)))
        name = read_cell(_column("short_text", required=any(cells)), label, f"{place}-line", line)
    found = []
    wide = max(plan.width, len(cells)) if any(cells[plan.width :]) else plan.width
    for number in range(wide):
        period = [plan.periods[number]] if number < len(plan.periods) else []
        beyond = [] if number < plan.width else [str(Sentence("column %(number)s", number=number + 1))]
        text = cells[number] if number < len(cells) else ""
        found.append(read_cell(_column("money"), ", ".join([*of, *period, *beyond]), f"{place}-k{number + 1}", text))
    return CostLine(place, line, name, tuple(found), strange or wide > plan.width)


def own_line(plan: Plan, spender: Spender, number: int) -> CostLine:
    """An empty line that an applicant may name."""
    return _line(plan, spender.title, f"{spender.place}-l{number}", "", [], own=True)


def _column(
    kind: str,
    *,
    required: bool = False,
    options: tuple[str, ...] = (),
    minimum: Decimal | None = None,
    maximum: Decimal | None = None,
) -> Question:
    return Question(
        "cell", "", "", get_kind(kind), required=required, options=options, minimum=minimum, maximum=maximum
    )


def stored(found: Sequence[Spender]) -> str:
    """The one way in which a table is stored: lines and partners with nothing in them are none."""
    told = []
    for each in found:
        if each.blank and (each.number > 1 or len(found) == 1):
            continue
        told.append(_partner_line(each.number, each.name.stored, each.size.stored, each.share.stored))
        told += [
            joined(COST, line.line, *(cell.stored for cell in line.cells)) for line in each.lines if not line.blank
        ]
    return "\n".join(told) if any(not each.blank for each in found) else ""


def added(amounts: Sequence[Decimal | None]) -> Decimal | None:
    """What amounts come to; None while one of them is not known."""
    known = [each for each in amounts if each is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None


def by_line(found: Sequence[Spender]) -> dict[str, Decimal | None]:
    """What all partners together spend on each line."""
    spent: dict[str, list[Decimal | None]] = {}
    for each in found:
        for line in each.lines:
            if not is_blank(line.line):
                spent.setdefault(line.line, []).append(line.total)
    return {line: added(amounts) for line, amounts in spent.items()}
