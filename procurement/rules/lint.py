"""What is worth a second look in a call that could be published: limits too narrow for what is asked, answers that
nobody marks, conditions that nobody can meet, sentences that a small firm must read twice. It never stops anybody.

How hard a text is to read is its LIX (Björnsson 1968): words in a sentence, and of a hundred words those of more than
six letters; above 55 it is hard for most readers. It needs no syllables, so that it is the same for every reader here.
"""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from procurement.rules.calls import Draft, StageDraft
from procurement.rules.effort import CHARACTERS_A_WORD, HOUR, in_words, minutes_to_answer
from procurement.rules.questions import Purpose, Question
from workflows.facts import Sentence

FEW_WORDS = 30  # a limit below it is narrow for a question that asks to describe something
WORTH_MARKING = 100  # words: whoever is asked to write so much should be marked for it
LONGEST_SENTENCE = 40  # words
HARD = 55  # LIX
LONG_WORD = 6  # letters
ENOUGH_TO_TELL = 30  # words: of less, a measure of reading says nothing
MOST_HOURS = 12  # of one form
OPEN = ("describe", "explain", "how ", "why ", "tell us", "set out", "what will", "what would", "sum up")
TEXTS = ("problem", "users", "outcome", "eligibility", "terms")
ENDS = ".!?"
HUNDRED = 100  # words, of which the long ones are counted


class Remark(NamedTuple):
    """A sentence and where it belongs: a section of the set-up, a field of it, the stage's key where it is one's."""

    section: str
    field: str
    sentence: Sentence
    stage: str = ""


def remarks(draft: Draft) -> Iterator[Remark]:
    """Everything about the texts and the forms of a call, in the order of its set-up."""
    for name in TEXTS:
        for sentence in _reading(getattr(draft, name)):
            yield Remark("details", name, sentence)
    for stage in draft.stages:
        if stage.window == 1 and stage.collects:
            yield from (Remark(each.section, each.field, each.sentence, stage.key) for each in _of_form(stage))


def _of_form(stage: StageDraft) -> Iterator[Remark]:
    times = Counter(each.text.casefold().strip() for each in stage.questions)
    for question in stage.questions:
        for sentence in (*_of_question(question, stage), *_reading(question.guidance, question.name)):
            yield Remark("form", question.key, sentence)
        if times[question.text.casefold().strip()] > 1:
            yield Remark("form", question.key, Sentence("“%(question)s” is asked twice.", question=question.name))
    minutes = minutes_to_answer(stage.questions)
    if minutes > MOST_HOURS * HOUR:
        text = "To answer this form takes %(time)s. A firm of three people may not begin: ask for less."
        yield Remark("form", "", Sentence(text, time=str(in_words(minutes))))


def _of_question(question: Question, stage: StageDraft) -> Iterator[Sentence]:
    name, limit = question.name, question.word_limit
    if limit is None and question.character_limit is not None:
        limit = question.character_limit // CHARACTERS_A_WORD
    if limit is not None and limit < FEW_WORDS and _is_open(question):
        text = "“%(question)s” asks for more than %(limit)s words can say."
        yield Sentence(text, question=name, limit=limit)
    unmarked = stage.assesses and question.purpose is Purpose.NONE and not question.criterion
    if unmarked and limit is not None and limit >= WORTH_MARKING:
        text = "“%(question)s” asks for up to %(limit)s words that no criterion marks."
        yield Sentence(text, question=name, limit=limit)
    if question.criterion and not question.required and not question.kind.uploads:
        yield Sentence("“%(question)s” is optional, but it is marked: who leaves it out loses by it.", question=name)
    yield from _of_condition(question)


def _is_open(question: Question) -> bool:
    text = question.text.casefold()
    return question.purpose is Purpose.NONE and any(text.startswith(each) for each in OPEN)


def _of_condition(question: Question) -> Iterator[Sentence]:
    """Conditions of participation that every answer meets, or none."""
    condition, name = question.condition, question.name
    if condition is None:
        return
    least, most = condition.least, condition.most
    low, high = question.minimum, question.maximum
    if (least is not None and high is not None and least > high) or (
        most is not None and low is not None and most < low
    ):
        yield Sentence("No answer to “%(question)s” can meet its condition.", question=name)
    elif (least is not None or most is not None) and (
        (least is None or (low is not None and low >= least)) and (most is None or (high is not None and high <= most))
    ):
        yield Sentence("Every answer to “%(question)s” meets its condition, so it decides nothing.", question=name)


# reading


def _reading(text: str, question: str = "") -> Iterator[Sentence]:
    about = {"question": question} if question else {}
    for words in (len(each) for each in _sentences(text)):
        if words > LONGEST_SENTENCE:
            said = "A sentence has %(words)s words. Two short ones are read once."
            named = "The guidance of “%(question)s” has a sentence of %(words)s words. Two short ones are read once."
            yield Sentence(named if question else said, words=words, **about)
            break
    if (found := lix(text)) is not None and found > HARD:
        said = "This is hard to read (%(lix)s on a scale on which 40 is a newspaper and 55 a law)."
        named = "The guidance of “%(question)s” is hard to read (%(lix)s; 40 is a newspaper and 55 a law)."
        yield Sentence(named if question else said, lix=found, **about)


def _sentences(text: str) -> Iterator[list[str]]:
    """The words of each sentence; a line that ends is the end of one."""
    for line in text.splitlines():
        words: list[str] = []
        for word in line.split():
            words.append(word)
            if word[-1] in ENDS:
                yield words
                words = []
        if words:
            yield words


def lix(text: str) -> int | None:
    """How hard a text is to read; None for one that is too short to tell."""
    sentences = list(_sentences(text))
    words = [word for each in sentences for word in each]
    if len(words) < ENOUGH_TO_TELL:
        return None
    long = sum(sum(map(str.isalpha, word)) > LONG_WORD for word in words)
    return round(Fraction(len(words), len(sentences)) + HUNDRED * Fraction(long, len(words)))
