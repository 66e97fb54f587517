"""One line of words."""

from procurement.rules.questions.bases import CHARACTER_LIMIT, WORD_LIMIT, Text
from procurement.rules.questions.kind import Purpose, register
from workflows.facts import Sentence


@register
class ShortText(Text):
    key = "short_text"
    title = Sentence("Short text")
    hint = Sentence("One line")
    place = 10
    settings = (WORD_LIMIT, CHARACTER_LIMIT)
    purposes = frozenset({Purpose.TITLE, Purpose.SUMMARY})
    unlimited = Sentence("a short text")
