"""Several things of one kind, each with the same few questions: partners, subcontractors, references."""

from typing import Any

from procurement.rules.questions.kind import Measure, Question, Setting, register
from procurement.rules.questions.tables.columns import FIELD_KINDS
from procurement.rules.questions.tables.rows import FEWEST, MOST, Rows, count_words
from procurement.rules.questions.texts import is_blank
from workflows.facts import Sentence

MOST_FIELDS = 8
LONGEST = 80  # characters of what a field is called
BETWEEN, OPTIONAL, CHOICES = "|", "optional", ";"
FEWEST_CHOICES = 2


def read_field(line: str) -> Question | None:
    """`Role | one of | Lead; Supplier | optional`: a name, a kind of answer (short text, where none is said), and for a
    choice its options; None where it cannot be read."""
    name, *rest = (each.strip() for each in line.split(BETWEEN))
    optional = bool(rest) and rest[-1].casefold() == OPTIONAL
    told = rest[:-1] if optional else rest
    word = told[0].casefold() if told else "short text"
    kind = FIELD_KINDS[word]() if word in FIELD_KINDS else None
    options = tuple(each.strip() for each in told[1].split(CHOICES) if each.strip()) if len(told) > 1 else ()
    choice = kind is not None and kind.setting("options") is not None
    if kind is None or is_blank(name) or len(name) > LONGEST or len(told) > (2 if choice else 1):
        return None
    if choice and (len(options) < FEWEST_CHOICES or len({each.casefold() for each in options}) < len(options)):
        return None
    return Question("field", "", name, kind, required=not optional, options=options)


class Fields(Setting):
    """What is asked of each: a line for each field."""

    def faults(self, question: Question) -> tuple[Sentence, ...]:
        lines = self.of(question)
        if not lines:
            return (Sentence("Say what “%(question)s” asks of each row.", question=question.name),)
        if len(lines) > MOST_FIELDS:
            return (
                Sentence(
                    "“%(question)s” can ask for at most %(most)s things.", question=question.name, most=MOST_FIELDS
                ),
            )
        fields = [read_field(line) for line in lines]
        if None in fields:
            return (
                Sentence(
                    "“%(line)s” of “%(question)s” cannot be read. Write what is asked, then its kind (%(kinds)s): "
                    "“Role | one of | Lead; Supplier”, “Website | short text | optional”.",
                    line=lines[fields.index(None)][:LONGEST],
                    question=question.name,
                    kinds=", ".join(FIELD_KINDS),
                ),
            )
        names = {each.text.casefold() for each in fields if each is not None}
        if len(names) < len(fields):
            return (Sentence("“%(question)s” asks for the same thing twice.", question=question.name),)
        return ()


FIELDS = Fields(
    "fields",
    Sentence("What is asked of each?"),
    Measure.LINES,
    laid=True,
    needed=True,
    missing=Sentence("Write what is asked of each"),
    hint=Sentence(
        "One on each line: what is asked, its kind, and whether it may stay empty. “Name”, “Role | one of | Lead; "
        "Supplier”, “Company number | company number | optional”. Kinds are: short text, number, money, date, one of, "
        "yes or no, company number."
    ),
)
NOUN = Setting(
    "noun", Sentence("What is one of them called?"), Measure.LINE, laid=True, hint=Sentence("Like “Partner”.")
)


@register
class RepeatingGroup(Rows):
    key = "repeating_group"
    title = Sentence("Repeating group")
    hint = Sentence("The same few questions for each of several: partners, subcontractors, references")
    place = 86
    settings = (FIELDS, NOUN, FEWEST, MOST)

    def columns(self, question: Question) -> tuple[Question, ...]:
        fields = (read_field(line) for line in FIELDS.of(question))
        return tuple(each for each in fields if each is not None)

    def noun(self, question: Question) -> str:
        return str(NOUN.of(question) or Sentence("Row"))

    def brief(self, question: Question) -> Sentence:
        return Sentence("a list")

    def takes(self, question: Question) -> tuple[Sentence, ...]:
        fields = "; ".join(self._asked(each) for each in self.columns(question))
        return (Sentence("A list, each with: %(fields)s", fields=fields), *count_words(question))

    def _asked(self, field: Question) -> str:
        kind: Any = ", ".join(map(str, field.kind.takes(field)))
        return f"{field.text} ({kind[:1].lower()}{kind[1:]})" if field.kind.key != "short_text" else field.text
