"""What an officer sets for a table of costs, and why it cannot be published so."""

from decimal import Decimal
from typing import Any

from procurement.rules.questions.kind import Measure, Question, Setting
from procurement.rules.questions.tables.costs import (
    MOST_CELLS,
    MOST_OWN_LINES,
    MOST_PARTNERS,
    Plan,
    read_cap,
    read_rate,
)
from procurement.rules.questions.texts import is_blank
from workflows.facts import Sentence

MOST_LINES, MOST_PERIODS, MOST_RATES = 30, 24, 6
LONGEST = 100  # characters of the name of a line, a period or a size


class Names(Setting):
    """Some texts that differ, each short; `most` is how many there may be."""

    def named(self, line: str) -> str | None:
        """What a line names; None where the line cannot be read."""
        return line

    def unread(self, question: Question, line: str) -> Sentence:
        """What to write instead of a line that cannot be read."""
        return self.outside(question)

    def faults(self, question: Question) -> tuple[Sentence, ...]:
        lines = self.of(question)
        names = [self.named(line) for line in lines]
        if None in names:
            return (self.unread(question, lines[names.index(None)]),)
        told: list[Any] = [each.casefold() for each in names if each is not None]
        about = {"question": question.name, "setting": str(self.label)}
        if self.most is not None and len(lines) > self.most:
            return (Sentence("“%(setting)s” of “%(question)s”: at most %(most)s lines.", most=self.most, **about),)
        if len(set(told)) < len(told):
            return (Sentence("“%(setting)s” of “%(question)s”: two lines have the same name.", **about),)
        if any(len(each) > LONGEST for each in told):
            return (Sentence("“%(setting)s” of “%(question)s”: keep each name short.", **about),)
        return ()


class Lines(Names):
    """Lines of costs, each with its cap behind it where it has one."""

    def named(self, line: str) -> str | None:
        found = read_cap(line)
        return None if found is None or is_blank(found[0]) else found[0]

    def unread(self, question: Question, line: str) -> Sentence:
        return Sentence(
            "“%(line)s” of “%(question)s”: write its cap like “Overheads: at most 20%%” or “Travel: at most £5,000”.",
            line=line[:LONGEST],
            question=question.name,
        )


class Rates(Names):
    """The percentage that may be asked for: one for everybody, or one for each size of partner."""

    def named(self, line: str) -> str | None:
        found = read_rate(line)
        return None if found is None else found[0]

    def unread(self, question: Question, line: str) -> Sentence:
        return Sentence(
            "“%(line)s” of “%(question)s”: write a rate from 0%% to 100%%, like “70%%” or “Small: 70%%”.",
            line=line[:LONGEST],
            question=question.name,
        )

    def faults(self, question: Question) -> tuple[Sentence, ...]:
        found = super().faults(question)
        rates = [read_rate(line) for line in self.of(question)]
        if not found and len(rates) > 1 and any(rate is not None and is_blank(rate[0]) for rate in rates):
            return (
                Sentence(
                    "“%(question)s” has several grant rates: name the size of partner that each is for.",
                    question=question.name,
                ),
            )
        return found


class Match(Setting):
    """How much of all costs must be match; there is some only where less than the whole is granted."""

    def faults(self, question: Question) -> tuple[Sentence, ...]:
        if self.of(question) is not None and not RATES.of(question):
            return (
                Sentence(
                    "“%(question)s” asks for match funding, so say which part of the costs may be asked for.",
                    question=question.name,
                ),
            )
        return super().faults(question)


LINES = Lines(
    "lines",
    Sentence("Cost lines"),
    Measure.LINES,
    most=MOST_LINES,
    laid=True,
    hint=Sentence(
        "One on each line, with a cap behind it where there is one: “Overheads: at most 20%”, “Travel: at most "
        "£5,000”. Leave it empty for applicants to name their own lines."
    ),
)
PERIODS = Names(
    "periods",
    Sentence("Periods"),
    Measure.LINES,
    most=MOST_PERIODS,
    laid=True,
    hint=Sentence("One on each line, like “Quarter 1”. Leave it empty for one column of costs."),
)
PARTNERS = Setting(
    "partners",
    Sentence("How many partners may be named beside the applicant?"),
    Measure.WHOLE,
    most=MOST_PARTNERS,
    laid=True,
    hint=Sentence("Leave it empty for none."),
)
RATES = Rates(
    "rates",
    Sentence("Grant rates"),
    Measure.LINES,
    most=MOST_RATES,
    laid=True,
    hint=Sentence(
        "The most of its costs that a partner may ask for: “70%” for everybody, or a line for each size: “Small: 70%”. "
        "Leave it empty where all costs are asked for."
    ),
)
MATCH = Match("match", Sentence("Least match funding, in per cent of all costs"), Measure.WHOLE, most=100, laid=True)


def plan_of(question: Question) -> Plan:
    """What was set for a table of costs. What cannot be read is left out: its setting says so before publication."""
    lines = [read_cap(line) for line in LINES.of(question)]
    rates = [read_rate(line) for line in RATES.of(question)]
    return Plan(
        lines=dict(each for each in lines if each is not None),
        periods=PERIODS.of(question),
        partners=int(PARTNERS.of(question) or 0),
        rates=dict(each for each in rates if each is not None),
        match=Decimal(MATCH.of(question) or 0),
    )


def size_faults(question: Question) -> tuple[Sentence, ...]:
    """Whether a table would have more cells than a page can hold."""
    plan = plan_of(question)
    if plan.cells <= MOST_CELLS:
        return ()
    return (
        Sentence(
            "“%(question)s” would have %(cells)s cells: %(lines)s lines × %(periods)s periods × %(partners)s partners. "
            "At most %(most)s fit on a page, so ask for fewer.",
            question=question.name,
            cells=plan.cells,
            lines=len(plan.lines) or MOST_OWN_LINES,
            periods=plan.width,
            partners=1 + plan.partners,
            most=MOST_CELLS,
        ),
    )
