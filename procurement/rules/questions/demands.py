"""What a condition of participation asks for, in a sentence made from its rule, and why one cannot be published."""

from procurement.rules.questions.condition import Condition, Demand
from procurement.rules.questions.kind import Question
from procurement.rules.questions.texts import is_blank
from workflows.facts import Sentence, day_in_words


def requirement(question: Question) -> Sentence:
    """What a condition says to everybody: "Turnover in the last year: at least £50,000". ValueError without one."""
    text = question.name.strip()
    if text.endswith("?"):
        return Sentence("%(question)s Needed: %(needed)s", question=text, needed=needed(question))
    return Sentence("%(question)s: %(needed)s", question=text.rstrip(".:"), needed=needed(question))


def needed(question: Question) -> str:
    """What the answer must be: "at least £50,000", "Yes", "a file that is in date on Friday 12 March 2027"."""
    condition, kind = question.condition, question.kind
    if condition is None:
        raise ValueError(f"{question.key} is no condition")
    if kind.demand is Demand.CHOICE:
        words = {value: str(part) for value, part in kind.choices(question)}
        accepted = [words.get(each, each) for each in condition.accepts]
        return accepted[0] if len(accepted) == 1 else str(Sentence("one of %(words)s", words="; ".join(accepted)))
    if kind.demand is Demand.INCLUDES:
        words = {value: str(part) for value, part in kind.choices(question)}
        listed = "; ".join(words.get(each, each) for each in condition.accepts)
        return str(Sentence("at least one of %(words)s", words=listed)) if condition.accepts[1:] else listed
    if kind.demand is Demand.DAY:
        return _days(condition)
    if kind.demand is Demand.BOUND:
        least = None if condition.least is None else kind.shown(condition.least)
        most = None if condition.most is None else kind.shown(condition.most)
        if least is not None and most is not None:
            return str(Sentence("between %(least)s and %(most)s", least=least, most=most))
        if least is not None:
            return str(Sentence("at least %(least)s", least=least))
        return str(Sentence("at most %(most)s", most=most or ""))
    if condition.in_date_on is None:
        return str(Sentence("a file that is in date"))
    return str(Sentence("a file that is still in date on %(day)s", day=day_in_words(condition.in_date_on)))


def _days(condition: Condition) -> str:
    earliest = None if condition.earliest is None else day_in_words(condition.earliest)
    latest = None if condition.latest is None else day_in_words(condition.latest)
    if earliest is not None and latest is not None:
        return str(Sentence("between %(earliest)s and %(latest)s", earliest=earliest, latest=latest))
    if earliest is not None:
        return str(Sentence("on %(earliest)s or later", earliest=earliest))
    return str(Sentence("on %(latest)s or earlier", latest=latest or ""))


def condition_faults(question: Question) -> tuple[Sentence, ...]:
    """Why a form with this question cannot be published, as far as its condition goes."""
    condition, kind, name = question.condition, question.kind, question.name
    if condition is None:
        return ()
    if kind.demand is None:
        return (Sentence("“%(question)s” cannot be a condition: nobody can say when a text meets it.", question=name),)
    own = {
        Demand.CHOICE: _about_choices,
        Demand.INCLUDES: _about_choices,
        Demand.BOUND: _about_bounds,
        Demand.DAY: _about_bounds_of_days,
        Demand.IN_DATE: _about_days,
    }[kind.demand](question)
    rows = [
        (
            not question.required,
            Sentence("“%(question)s” is a condition, so it must be answered.", question=name),
        ),
        (
            is_blank(condition.why),
            Sentence("Say why the condition of “%(question)s” is needed and goes no further.", question=name),
        ),
    ]
    return (*own, *(sentence for found, sentence in rows if found))


def _about_choices(question: Question) -> tuple[Sentence, ...]:
    condition, name = question.condition, question.name
    known = [value for value, _ in question.kind.choices(question)]
    accepts = condition.accepts if condition is not None else ()
    if not accepts:
        return (Sentence("Say which answers to “%(question)s” meet the condition.", question=name),)
    if strange := [each for each in accepts if each not in known]:
        return (
            Sentence(
                "“%(answer)s” meets the condition of “%(question)s”, but cannot be chosen there.",
                answer=strange[0],
                question=name,
            ),
        )
    if len(set(accepts)) == len(known):
        return (Sentence("Every answer to “%(question)s” meets its condition, so it is none.", question=name),)
    return ()


def _about_bounds(question: Question) -> tuple[Sentence, ...]:
    condition, name = question.condition, question.name
    if condition is None or (condition.least is None and condition.most is None):
        return (Sentence("Say from or up to which number “%(question)s” meets its condition.", question=name),)
    if condition.least is not None and condition.most is not None and condition.least > condition.most:
        return (Sentence("No number can meet the condition of “%(question)s”.", question=name),)
    return ()


def _about_bounds_of_days(question: Question) -> tuple[Sentence, ...]:
    condition, name = question.condition, question.name
    if condition is None or (condition.earliest is None and condition.latest is None):
        return (Sentence("Say from or up to which day “%(question)s” meets its condition.", question=name),)
    if condition.earliest is not None and condition.latest is not None and condition.earliest > condition.latest:
        return (Sentence("No day can meet the condition of “%(question)s”.", question=name),)
    return ()


def _about_days(question: Question) -> tuple[Sentence, ...]:
    condition, name = question.condition, question.name
    if condition is None or condition.in_date_on is None:
        return (Sentence("Say on which day the file of “%(question)s” must still be in date.", question=name),)
    return ()
