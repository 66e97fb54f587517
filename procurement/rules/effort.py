"""How long a form takes: a rough figure by a published rule, so that officers see what they ask of a small firm.

The rule (docs/forms.md has it in the same words): two minutes for each question; a minute more for every ten words, or
sixty characters, that a text may have; fifteen for each question that takes files; ten for a question of several
inputs. The whole is rounded up to a quarter of an hour. It says nothing of the work behind an answer.
"""

from collections.abc import Iterable

from procurement.rules.questions import Question
from workflows.facts import Sentence

CHARACTERS_A_WORD = 6  # with the space after it
EACH, WORDS_A_MINUTE, A_FILE, SEVERAL_INPUTS = 2, 10, 15, 10
QUARTER, HOUR = 15, 60


def minutes_of(question: Question) -> int:
    """Of one question, in minutes, its optional ones too: most applicants answer them."""
    found = EACH
    if question.word_limit is not None:
        found += -(-question.word_limit // WORDS_A_MINUTE)
    elif question.character_limit is not None:
        found += -(-question.character_limit // (WORDS_A_MINUTE * CHARACTERS_A_WORD))
    if question.kind.uploads:
        found += A_FILE
    if question.kind.several:
        found += SEVERAL_INPUTS
    return found


def minutes_to_answer(form: Iterable[Question]) -> int:
    """Of a whole form, in minutes, rounded up to a quarter of an hour; 0 where nothing is asked."""
    return -(-sum(map(minutes_of, form)) // QUARTER) * QUARTER


def in_words(minutes: int) -> Sentence:
    """ "about 3 hours", "about 45 minutes", "about 2 hours and 15 minutes"."""
    hours, rest = divmod(minutes, HOUR)
    if not hours:
        return Sentence.plural("about %(num)s minute", "about %(num)s minutes", rest)
    if not rest:
        return Sentence.plural("about %(num)s hour", "about %(num)s hours", hours)
    return Sentence.plural(
        "about %(num)s hour and %(rest)s minutes", "about %(num)s hours and %(rest)s minutes", hours, rest=rest
    )
