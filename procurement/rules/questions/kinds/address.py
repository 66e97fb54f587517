"""An address: two lines, town, postcode, and a country where it is not the United Kingdom."""

from collections.abc import Mapping
from typing import Any

from procurement.rules.questions.bases import Typed
from procurement.rules.questions.cells import cells_of, joined, typed_into
from procurement.rules.questions.kind import Checked, Part, Question, register
from procurement.rules.questions.texts import is_blank
from procurement.rules.registers import uk_postcode
from workflows.facts import Sentence

INPUTS = ("line1", "line2", "town", "postcode", "country")
LONGEST_LINE = 100  # characters
HERE = frozenset(
    {"", "uk", "gb", "united kingdom", "great britain", "england", "scotland", "wales", "northern ireland"}
)


@register
class Address(Typed):
    """Its five inputs in one line; what is in the United Kingdom has a postcode that can be one."""

    key = "address"
    title = Sentence("Address")
    hint = Sentence("Lines, town and postcode")
    place = 44
    several = True

    def typed(self, sent: Mapping[str, str], name: str) -> str:
        return typed_into(sent, name, INPUTS)

    def read(self, question: Question, text: str) -> Checked:
        cells = dict(zip(INPUTS, cells_of(text, len(INPUTS)), strict=True))
        if not any(cells.values()):
            return self.unanswered(question)
        at_home = cells["country"].casefold() in HERE
        postcode = uk_postcode(cells["postcode"]) if at_home else cells["postcode"]
        problems = []
        about = {"question": question.text}
        if is_blank(cells["line1"]):
            problems.append(Sentence("“%(question)s”: enter the first line of the address.", **about))
        if is_blank(cells["town"]):
            problems.append(Sentence("“%(question)s”: enter the town or city.", **about))
        if postcode is None:
            problems.append(Sentence("“%(question)s”: enter a full UK postcode, like B1 1BB.", **about))
        if any(len(each) > LONGEST_LINE for each in cells.values()):
            problems.append(
                Sentence("“%(question)s”: a line has at most %(most)s characters.", most=LONGEST_LINE, **about)
            )
        cells["postcode"] = cells["postcode"] if postcode is None else postcode
        return Checked(joined([cells[each] for each in INPUTS]), 0, tuple(problems), not problems)

    def inputs(self, value: Any) -> Mapping[str, str]:
        """What its inputs are filled with."""
        return dict(zip(INPUTS, cells_of("" if value is None else str(value), len(INPUTS)), strict=True))

    def parts(self, question: Question, value: Any) -> tuple[Part, ...]:
        lines = [each for each in self.inputs(value).values() if each]
        return ("\n".join(lines),) if lines else ()

    def ask(self, question: Question) -> Sentence:
        return Sentence("Enter an address for “%(question)s”.", question=question.text)

    def brief(self, question: Question) -> Sentence:
        return Sentence("an address")

    def takes(self, question: Question) -> tuple[Sentence, ...]:
        return (Sentence("An address with its postcode"),)
