"""Which questions of a form are asked of whom: its rules evaluated, put into sentences, and looked through for faults.

Evaluating never fails and never goes round in a circle: a rule looks at questions that stand before its own, and what
is not asked there counts as not answered. Of an answer that is not there no clause holds.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from procurement.rules.questions.condition import Demand
from procurement.rules.questions.kind import Part, Purpose, Question
from procurement.rules.questions.shown_if import MOST_CLAUSES, THE_LOT, Clause, Comparison, Joined, ShownIf
from workflows.facts import Sentence

OF_A_LOT = (Comparison.IS, Comparison.IS_NOT, Comparison.ONE_OF)
HIDDEN = "hidden"  # in the manifest of a submission: the keys of what was not asked


class LotNamed(Protocol):
    """A lot as a rule and its sentence name it."""

    @property
    def number(self) -> int: ...
    @property
    def title(self) -> str: ...


def shown(form: Iterable[Question], answers: Mapping[str, Any], lot: int | None) -> tuple[Question, ...]:
    """The questions that are asked, in the form's order. `answers`: as they are stored, files as a list; `lot`: the
    number of the lot that is applied for, None where it is not known."""
    asked: dict[str, Question] = {}
    for question in form:
        if question.shown_if is None or _holds(question.shown_if, asked, answers, lot):
            asked[question.key] = question
    return tuple(asked.values())


def is_conditional(form: Iterable[Question]) -> bool:
    return any(each.shown_if is not None for each in form)


def asked_in(form: Iterable[Question], manifest: Mapping[str, Any]) -> tuple[Question, ...]:
    """The questions of a form that a submission was asked, as its manifest says."""
    hidden = manifest.get(HIDDEN, ())
    return tuple(each for each in form if each.key not in hidden)


def users_of(form: Iterable[Question], key: str) -> tuple[Question, ...]:
    """The questions whose rule looks at one."""
    return tuple(
        each
        for each in form
        if each.shown_if is not None and any(clause.subject == key for clause in each.shown_if.clauses)
    )


def carried(rule: ShownIf | None, keys: Mapping[str, str]) -> ShownIf | None:
    """A rule in another form, where the questions that were taken along have other keys (`keys`: old to new). It
    is left behind where one that it looks at was: what is asked too often can be seen, what is never asked cannot."""
    if rule is None or not all(each.subject == THE_LOT or each.subject in keys for each in rule.clauses):
        return None
    return ShownIf(
        rule.joined,
        tuple(Clause(keys.get(each.subject, THE_LOT), each.comparison, each.values) for each in rule.clauses),
    )


def comparisons_of(question: Question | None) -> tuple[Comparison, ...]:
    """What can be said of an answer to a question, or of the lot."""
    return OF_A_LOT if question is None else question.kind.comparisons


# evaluating


def _holds(rule: ShownIf, asked: Mapping[str, Question], answers: Mapping[str, Any], lot: int | None) -> bool:
    held = (_clause_holds(each, asked, answers, lot) for each in rule.clauses)
    return all(held) if rule.joined is Joined.ALL else any(held)


def _clause_holds(clause: Clause, asked: Mapping[str, Question], answers: Mapping[str, Any], lot: int | None) -> bool:
    if clause.subject == THE_LOT:
        return lot is not None and _compares(clause, (str(lot),))
    question = asked.get(clause.subject)
    value = answers.get(clause.subject)
    if question is None or value is None or value in ("", [], ()):
        return False
    if clause.comparison is Comparison.ANSWERED:
        return True
    number = question.kind.number(question, value)
    if number is not None:
        bounds = [each for value in clause.values if (each := question.kind.number(question, value)) is not None]
        if clause.comparison is Comparison.AT_LEAST:
            return any(number >= each for each in bounds)
        if clause.comparison is Comparison.AT_MOST:
            return any(number <= each for each in bounds)
    return _compares(clause, question.kind.values(value))


def _compares(clause: Clause, chosen: Collection[str]) -> bool:
    if clause.comparison is Comparison.IS_NOT:
        return not set(chosen) & set(clause.values)
    if clause.comparison in (Comparison.IS, Comparison.ONE_OF, Comparison.INCLUDES):
        return bool(set(chosen) & set(clause.values))
    return False


# saying it


def in_words(rule: ShownIf, form: Iterable[Question], lots: Iterable[LotNamed] = ()) -> Sentence:
    """A rule as a sentence: "Asked only if “Do you use personal data?” is “Yes”."."""
    by_key = {each.key: each for each in form}
    titles = {str(each.number): each for each in lots}
    said = [str(_in_words(each, by_key, titles)) for each in rule.clauses]
    joint = Sentence(" and ") if rule.joined is Joined.ALL else Sentence(" or ")
    return Sentence("Asked only if %(what)s.", what=str(joint).join(said))


def _in_words(clause: Clause, by_key: Mapping[str, Question], lots: Mapping[str, LotNamed]) -> Sentence:
    question = by_key.get(clause.subject)
    if clause.subject == THE_LOT:
        named = [f"{each} ({lots[each].title})" if each in lots else each for each in clause.values]
        about = {"value": ", ".join(named)}
        if clause.comparison is Comparison.IS_NOT:
            return Sentence("the lot is not %(value)s", **about)
        if clause.comparison is Comparison.ONE_OF:
            return Sentence("the lot is one of %(value)s", **about)
        return Sentence("the lot is %(value)s", **about)
    about = {
        "question": clause.subject if question is None else question.name,
        "value": ", ".join(f"“{each}”" for each in _values_in_words(clause, question)),
    }
    if question is not None and question.kind.demand is Demand.DAY:
        if clause.comparison is Comparison.AT_LEAST:
            return Sentence("“%(question)s” is %(value)s or later", **about)
        if clause.comparison is Comparison.AT_MOST:
            return Sentence("“%(question)s” is %(value)s or earlier", **about)
    return {
        Comparison.IS: Sentence("“%(question)s” is %(value)s", **about),
        Comparison.IS_NOT: Sentence("“%(question)s” is answered and is not %(value)s", **about),
        Comparison.ONE_OF: Sentence("“%(question)s” is one of %(value)s", **about),
        Comparison.INCLUDES: Sentence("“%(question)s” includes %(value)s", **about),
        Comparison.AT_LEAST: Sentence("“%(question)s” is %(value)s or more", **about),
        Comparison.AT_MOST: Sentence("“%(question)s” is %(value)s or less", **about),
        Comparison.ANSWERED: Sentence("“%(question)s” is answered", **about),
    }[clause.comparison]


def _values_in_words(clause: Clause, question: Question | None) -> Iterator[str]:
    for value in clause.values:
        parts: tuple[Part, ...] = () if question is None else question.kind.parts(question, value)
        yield ", ".join(map(str, parts)) or value


# faults


def showing_faults(form: Sequence[Question], lots: Sequence[LotNamed] | None = None) -> Iterator[tuple[str, Sentence]]:
    """(key, what to do) of each rule with which a form cannot be published. `lots`: those of its stage, where known."""
    before: dict[str, Question] = {}
    for question in form:
        if question.shown_if is not None:
            for sentence in _faults(question, question.shown_if, before, lots):
                yield question.key, sentence
        before[question.key] = question
    for key in () if lots is None else _asked_of_nobody(form, lots):
        name = before[key].name
        yield key, Sentence("“%(question)s” is asked of nobody: no lot meets its condition.", question=name)


def _faults(
    question: Question, rule: ShownIf, before: Mapping[str, Question], lots: Sequence[LotNamed] | None
) -> Iterator[Sentence]:
    about = {"question": question.name}
    if question.purpose is not Purpose.NONE:
        yield Sentence("“%(question)s” is read by the service itself, so it is always asked.", **about)
    if len(rule.clauses) > MOST_CLAUSES:
        yield Sentence("“%(question)s” has more than %(most)s conditions.", most=MOST_CLAUSES, **about)
    numbers = None if lots is None else {str(each.number) for each in lots}
    for clause in rule.clauses:
        if clause.subject != THE_LOT and clause.subject not in before:
            yield Sentence(
                "“%(question)s” is shown by an answer to a question that does not stand before it. Move it, or change "
                "its condition.",
                **about,
            )
            continue
        subject = before.get(clause.subject)
        known = clause_fault(clause, subject, numbers)
        if known is not None:
            yield Sentence("The condition of “%(question)s”: %(why)s", why=str(known), **about)


def clause_fault(clause: Clause, subject: Question | None, lots: Collection[str] | None = None) -> Sentence | None:
    """What is wrong with one clause about a question that stands before, or about the lot (None)."""
    if clause.comparison not in comparisons_of(subject):
        return Sentence("this cannot be said of that answer.")
    if clause.comparison is Comparison.ANSWERED:
        return None
    if not clause.values or (len(clause.values) > 1 and clause.comparison is not Comparison.ONE_OF):
        return Sentence("say which value it is about.")
    if subject is None:
        strange = [each for each in clause.values if lots is not None and each not in lots]
        return Sentence("there is no lot %(value)s.", value=strange[0]) if strange else None
    if clause.comparison in (Comparison.AT_LEAST, Comparison.AT_MOST):
        unread = [each for each in clause.values if subject.kind.number(subject, each) is None]
        return Sentence("“%(value)s” cannot be compared with its answers.", value=unread[0]) if unread else None
    known = [value for value, _ in subject.kind.choices(subject)]
    strange = [each for each in clause.values if each not in known]
    return Sentence("“%(value)s” cannot be chosen there.", value=strange[0]) if strange else None


def possible_in(form: Iterable[Question], lot: int) -> frozenset[str]:
    """The keys of the questions that can be asked of whoever applies for a lot, whatever they answer."""
    found: set[str] = set()
    for question in form:
        if question.shown_if is None or _may_hold(question.shown_if, found, lot):
            found.add(question.key)
    return frozenset(found)


def _may_hold(rule: ShownIf, found: Collection[str], lot: int) -> bool:
    may = (_compares(each, (str(lot),)) if each.subject == THE_LOT else each.subject in found for each in rule.clauses)
    return all(may) if rule.joined is Joined.ALL else any(may)


def _asked_of_nobody(form: Sequence[Question], lots: Sequence[LotNamed]) -> list[str]:
    somewhere = frozenset[str]().union(*(possible_in(form, each.number) for each in lots))
    before: set[str] = set()
    nobody = []
    for question in form:
        known = question.shown_if is None or all(
            each.subject == THE_LOT or each.subject in before for each in question.shown_if.clauses
        )
        if known and lots and question.key not in somewhere:
            nobody.append(question.key)
        before.add(question.key)
    return nobody
