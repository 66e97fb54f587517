"""What the reasons that applicants read go by: how long they are, and what is taken out of what others read.

Information may be withheld where national security asks for it, or where it is commercially sensitive and an overriding
public interest does; that something is withheld, and on which ground, is said (Procurement Act 2023 s. 94). Personal
data is kept back under data protection law.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from procurement.rules.assessment import explained
from procurement.rules.ledger import canonical
from procurement.rules.questions import word_count
from workflows.facts import Sentence

MADE_FROM = ("panel", "assessor", "officer")
GROUNDS: Mapping[str, Sentence] = {
    "national_security": Sentence("National security"),
    "commercial": Sentence("Sensitive commercial information"),
    "personal": Sentence("Personal data"),
}
MOST_WORDS = 300  # of a reason
LETTER = "letter:"  # what the key of a paragraph begins with
MOST_OF_PARAGRAPH = 150  # words that an officer may add to a letter
LONGEST_PARAGRAPH = 2_000  # characters; the word limit is far below
# what is left to be filled in: {{ name }}, {name}, [NAME], <name>, %(name)s; links and footnotes like [1] are none
_FIELD = re.compile(r"\{[^{}\n]{0,80}\}|\[[^\]\[\n0-9]{1,80}\]|<[A-Za-z][^<>\n]{0,80}>|%\([^()\n]{1,80}\)s")
LONGEST = 20_000  # characters of any text; the word limit is far below
SHORTEST_SPAN, LONGEST_SPAN = 3, 1_000  # characters of what is taken out: less would take out half of a text
MOST_SPANS = 50  # of one bid
# the fields of what others read of a tender in which words may be taken out: its words, and none of its figures
READ_BY_OTHERS = frozenset({"explanation", "address", "email", "value"})

Content = TypeVar("Content")


def canonical_reason(reason_id: int, entry_id: int, criterion: str, agreed_id: int | None, text: str) -> bytes:
    """A reason as its commitment sees it."""
    return canonical(
        {"reason": reason_id, "entry": entry_id, "criterion": criterion, "agreed": agreed_id, "text": text}
    )


def canonical_redaction(redaction_id: int, entry_id: int, words: str, ground: str) -> bytes:
    """A redaction as its commitment sees it."""
    return canonical({"redaction": redaction_id, "entry": entry_id, "words": words, "ground": ground})


def unexplained(text: str) -> Sentence | None:
    """Why a text does not do as the reason for a mark."""
    if len(text) > LONGEST:
        return Sentence("A text is longer than %(most)s characters. Shorten it.", most=LONGEST)
    if not explained(text):
        return Sentence("Explain the mark to the applicant in at least ten words.")
    return None


def paragraph_key(outcome: str) -> str:
    """Under what an officer's own paragraph in the letter of an outcome is kept beside the reasons. No criterion has
    such a key; a letter of another outcome does not say it."""
    return f"{LETTER}{outcome}"


def is_paragraph(key: str) -> bool:
    """Whether what is kept under a key is a paragraph in a letter."""
    return key.startswith(LETTER)


def faulty_paragraph(text: str) -> Sentence | None:
    """Why a text cannot stand in a letter as an officer's own paragraph: one paragraph, not too long, with nothing left
    to be filled in."""
    if len(text) > LONGEST_PARAGRAPH:
        return Sentence("A paragraph has at most %(most)s characters. Shorten it.", most=f"{LONGEST_PARAGRAPH:,}")
    words = word_count(text)
    if words > MOST_OF_PARAGRAPH:
        return Sentence(
            "A paragraph has at most %(most)s words, and this has %(words)s.", most=MOST_OF_PARAGRAPH, words=words
        )
    if (field := _FIELD.search(text)) is not None:
        return Sentence("“%(field)s” is not filled in by anybody. Write what it stands for.", field=field[0])
    return None


def faulty_span(words: str, texts: Sequence[str]) -> Sentence | None:
    """Why these words cannot be taken out of these texts."""
    if not SHORTEST_SPAN <= len(words) <= LONGEST_SPAN:
        return Sentence(
            "Enter between %(least)s and %(most)s characters that are to be taken out.",
            least=SHORTEST_SPAN,
            most=LONGEST_SPAN,
        )
    if not any(words in text for text in texts):
        return Sentence("These words are nowhere in what others read. Enter them exactly as they stand there.")
    return None


def in_its_place(ground: str) -> str:
    """What others read in the place of what was taken out: "[taken out: personal data]"."""
    return f"[taken out: {str(GROUNDS[ground]).lower()}]"


def take_out(text: str, taken: Mapping[str, str]) -> str:
    """A text as others read it: each of these words (words: ground) as often as it stands in it. Of words that overlap
    the first ones, and of those that begin together the longest. What is put in their place is not looked at again.

    Work grows with the length of the text, times how many words there are.
    """
    parts, done = [], 0
    ahead = {words: text.find(words) for words in taken}
    while there := [(at, -len(words), words) for words, at in ahead.items() if at >= 0]:
        at, _length, words = min(there)
        parts += [text[done:at], in_its_place(taken[words])]
        done = at + len(words)
        ahead |= {each: text.find(each, done) for each, place in ahead.items() if 0 <= place < done}
    return "".join([*parts, text[done:]])


def as_others_read(content: Content, taken: Mapping[str, str]) -> Content:
    """The content of a document about one tender (a dataclass of texts, tuples and the same again) with these words
    taken out of its words (`READ_BY_OTHERS`); its figures, criteria and name stay."""
    if not taken or not is_dataclass(content) or isinstance(content, type):
        return content
    changed: dict[str, Any] = {}
    for each in fields(content):
        value = getattr(content, each.name)
        if each.name in READ_BY_OTHERS:
            changed[each.name] = (
                take_out(value, taken) if isinstance(value, str) else tuple(take_out(line, taken) for line in value)
            )
        elif isinstance(value, tuple):
            changed[each.name] = tuple(as_others_read(inner, taken) for inner in value)
    return replace(content, **changed)
