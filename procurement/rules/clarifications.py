"""Questions about a call and their answers for everybody: until when one may ask, how far a clarification is, and what
its text may not give away.

Nobody who answers reads who asked: before the opening even that somebody is interested is theirs alone.
"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from procurement.rules.assessment import addresses_in
from procurement.rules.dates import add_working_days
from procurement.rules.search import folded
from workflows.facts import Sentence

ANSWER_WORKING_DAYS = 5  # in which a question is answered, unless an operator says otherwise
MOST_WORDS = 300  # of a question
MOST_WORDS_OF_ANSWER = 1_000
MOST_WORDS_OF_REASON = 150
MOST_WAITING = 20  # questions of one person about one call that wait for an answer
SHORTEST_NAME = 3  # letters of a name that is looked for in a text


class ClarificationStatus(StrEnum):
    """How far a clarification is."""

    WAITING = "waiting"  # for an officer's draft
    DRAFTED = "drafted"  # for a second person who reads and publishes it
    ANSWERED = "answered"  # for everybody to read
    PRIVATE = "private"  # answered to whoever asked alone
    CLOSED = "closed"  # without an answer of its own, with a reason


UNANSWERED = frozenset({ClarificationStatus.WAITING, ClarificationStatus.DRAFTED})


def ask_until(ask_by: datetime | None, closes_at: datetime | None) -> datetime | None:
    """The instant from which on no question is taken: the published one, and the closing where none was published.
    None where no date is set yet."""
    if ask_by is None or closes_at is None:
        return ask_by or closes_at
    return min(ask_by, closes_at)


def due_on(asked_on: date, working_days: int) -> date:
    """The UK day by which a question should be answered: so many working days after it was asked."""
    return add_working_days(asked_on, working_days)


def names_in(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Which of some names stand in a text, as whole words in whatever case and accents, after the email addresses in
    it: what would tell everybody who asked. Names that are shorter than a word are not looked for."""
    where = f" {folded(text)} "
    found = addresses_in(text)
    for name in names:
        looked_for = folded(name).strip()
        if len(looked_for) >= SHORTEST_NAME and f" {looked_for} " in where:
            found.append(name)
    return tuple(found)


def fault_of_question(text: str, words: int) -> Sentence | None:
    """What is wrong with a question as it was typed."""
    if not text.strip():
        return Sentence("Write your question.")
    if words > MOST_WORDS:
        return Sentence("Ask in at most %(most)s words: several short questions are answered sooner.", most=MOST_WORDS)
    return None
