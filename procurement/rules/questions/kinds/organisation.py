"""An organisation: its name, and the register and number by which it is known, where it has one."""

from collections.abc import Mapping
from typing import Any

from procurement.rules.questions.bases import Typed
from procurement.rules.questions.cells import cells_of, joined, typed_into
from procurement.rules.questions.kind import Checked, Part, Question, register
from procurement.rules.questions.texts import is_blank
from procurement.rules.registers import by_scheme, register_titles
from workflows.facts import Sentence

INPUTS = ("scheme", "number", "name")
LONGEST_NAME = 200  # characters


@register
class Organisation(Typed):
    """Stored as the list of org-id.guide, the number in it, and the name; a name alone where no register has it."""

    key = "organisation"
    title = Sentence("Organisation")
    hint = Sentence("Found by its name or number, or typed")
    place = 46
    several = True
    looks_up = True

    def typed(self, sent: Mapping[str, str], name: str) -> str:
        return typed_into(sent, name, INPUTS)

    def read(self, question: Question, text: str) -> Checked:
        scheme, number, name = cells_of(text, len(INPUTS))
        if not any((number, name)):
            return self.unanswered(question)
        about, problems = {"question": question.text}, []
        known = by_scheme(scheme, number) if number and scheme else None
        if is_blank(name):
            problems.append(Sentence("“%(question)s”: enter the name of the organisation.", **about))
        elif len(name) > LONGEST_NAME:
            problems.append(
                Sentence("“%(question)s”: a name has at most %(most)s characters.", most=LONGEST_NAME, **about)
            )
        if number and not scheme:
            problems.append(Sentence("“%(question)s”: say which register the number is of.", **about))
        elif scheme and not number:
            problems.append(
                Sentence("“%(question)s”: enter the number in the register, or choose “No register”.", **about)
            )
        elif number and known is None:
            problems.append(
                Sentence("“%(question)s”: “%(number)s” is no number of that register.", number=number, **about)
            )
        stored = joined([*(known or (scheme, number)), name])
        return Checked(stored, 0, tuple(problems), not problems)

    def inputs(self, value: Any) -> Mapping[str, str]:
        """What its inputs are filled with."""
        return dict(zip(INPUTS, cells_of("" if value is None else str(value), len(INPUTS)), strict=True))

    def registers(self) -> tuple[tuple[str, str], ...]:
        """The registers that can be chosen: scheme and title."""
        return tuple(register_titles().items())

    def parts(self, question: Question, value: Any) -> tuple[Part, ...]:
        found = self.inputs(value)
        title = register_titles().get(found["scheme"], found["scheme"])
        numbered = f"{title}: {found['number']}" if title and found["number"] else found["number"]
        return tuple(each for each in (found["name"], numbered) if each)

    def ask(self, question: Question) -> Sentence:
        return Sentence("Enter an organisation for “%(question)s”.", question=question.text)

    def brief(self, question: Question) -> Sentence:
        return Sentence("an organisation")

    def takes(self, question: Question) -> tuple[Sentence, ...]:
        return (Sentence("The name of an organisation, with its number in a register where it has one"),)
