"""Messages of officers to the applicants of a call: to whom, and the texts that they begin with."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from workflows.facts import Sentence

MOST_WORDS = 300
LONGEST_TITLE = 80  # characters


class Audience(StrEnum):
    """To whom a message goes. Before an opening nobody knows who they are: only whether something is written or sent is
    asked, and by the service alone."""

    ALL = "all"  # everybody who is still in the running, with a draft too
    DRAFTS = "drafts"  # who has not submitted yet
    SUBMITTED = "submitted"  # whose submission stands, or was opened
    CHOSEN = "chosen"  # some of those that were opened


@dataclass(frozen=True)
class Template:
    """A text that a message begins with; `%(call)s` and `%(closes)s` are filled in before the officer reads it."""

    name: Sentence
    title: str
    text: str


TEMPLATES: Mapping[str, Template] = {
    "blank": Template(Sentence("An empty message"), "", ""),
    "closing": Template(
        Sentence("The call closes soon"),
        "The call closes soon",
        "“%(call)s” closes on %(closes)s. What is not submitted by then takes no part, so please allow time for the "
        "last check.",
    ),
    "meeting": Template(
        Sentence("A meeting or a visit for everybody"),
        "A meeting about the call",
        "We hold a meeting about “%(call)s” for everybody who is interested. It is on … at …, at ….\n\nWhat is asked "
        "there is answered for everybody on the page of questions and answers.",
    ),
    "contact": Template(
        Sentence("Another contact"),
        "Another contact for the call",
        "From … on, the contact for “%(call)s” is ….",
    ),
    "later": Template(
        Sentence("The decision takes longer"),
        "The decision takes longer",
        "We need more time for the decision about “%(call)s”. You will hear from us by …. You need not do anything.",
    ),
}
UNFINISHED = "…"  # what a template leaves for the officer to write


def fault(title: str, text: str, words: int) -> Sentence | None:
    """What is wrong with a message as it was typed, or None."""
    if not title.strip() or not text.strip():
        return Sentence("Write what it is about, and the message.")
    if len(title) > LONGEST_TITLE:
        return Sentence("Say what it is about in at most %(most)s characters.", most=LONGEST_TITLE)
    if words > MOST_WORDS:
        return Sentence("Keep the message to %(most)s words.", most=MOST_WORDS)
    if UNFINISHED in title or UNFINISHED in text:
        return Sentence("Fill in what the text leaves open with “…”.")
    return None
