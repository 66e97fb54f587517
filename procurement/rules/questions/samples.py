"""Test data for a form that is being written: an answer to each question that its kind takes, and that nobody would
mistake for somebody's."""

from collections.abc import Iterator, Mapping

from procurement.rules.money import written
from procurement.rules.questions.cells import joined
from procurement.rules.questions.kind import Question

FILE = "example.pdf"
TEXT = "Test answer: this is what an applicant could write here, in a sentence or two, to see how the form reads."
TYPED = (
    "1",
    "1000",
    "yes",
    "2030-04-01",
    "1 April 2030",
    "01/04/2030",
    "test@example.org",
    joined(("1 Test Street", "", "Birmingham", "B1 1BB", "")),
    joined(("", "", "Test organisation")),
    "Test giver | 1 April 2025 | 1000",
)


def sample(question: Question) -> str:
    """A typed answer that the question takes as it stands; empty where none of the usual ones is taken."""
    if question.kind.uploads:
        return FILE
    return next((each for each in _candidates(question) if _is_taken(question, each)), "")


def samples(form: tuple[Question, ...]) -> Mapping[str, str]:
    """The same for a whole form, by key."""
    return {each.key: sample(each) for each in form}


def _candidates(question: Question) -> Iterator[str]:
    yield question.kind.sample(question)
    choices = [value for value, _words in question.kind.choices(question)]
    yield from choices
    yield "\n".join(choices[: int(question.minimum or 0)])
    yield from (day.isoformat() for day in (question.earliest, question.latest) if day is not None)
    for bound in (question.minimum, question.maximum):
        if bound is not None:
            yield written(bound)
    words = TEXT.split()
    yield " ".join(words[: question.word_limit] if question.word_limit is not None else words)
    yield from TYPED


def _is_taken(question: Question, typed: str) -> bool:
    checked = question.kind.check(question, typed)
    return checked.complete and checked.value is not None
