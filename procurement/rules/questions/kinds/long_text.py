"""Several lines of words, up to a limit."""

from dataclasses import replace

from procurement.rules.questions.bases import CHARACTER_LIMIT, WORD_LIMIT, Text
from procurement.rules.questions.kind import Purpose, register
from workflows.facts import Sentence


@register
class LongText(Text):
    key = "long_text"
    title = Sentence("Long text")
    hint = Sentence("With a limit in words or characters")
    place = 20
    settings = (replace(WORD_LIMIT, needed=True), CHARACTER_LIMIT)
    purposes = frozenset({Purpose.SUMMARY})
    keeps_lines = True
    unlimited = Sentence("a text")
