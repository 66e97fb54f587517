"""One file or several, each kept as soon as it was uploaded."""

from collections.abc import Mapping, Sequence
from typing import Any

from procurement.rules.applications import MOST_FILES
from procurement.rules.questions.condition import Demand
from procurement.rules.questions.kind import Checked, Kind, Measure, Part, Question, Setting, register
from workflows.facts import Sentence


class MostFiles(Setting):
    """How many files one answer may have."""

    def outside(self, question: Question) -> Sentence:
        return Sentence(
            "“%(question)s” may take between 1 and %(files)s files.", question=question.name, files=MOST_FILES
        )


@register
class File(Kind):
    key = "file"
    title = Sentence("File")
    hint = Sentence("PDF, Word, a table or a picture")
    place = 70
    settings = (MostFiles("maximum", Sentence("How many files at most?"), Measure.WHOLE, least=1, most=MOST_FILES),)
    uploads = True
    demand = Demand.IN_DATE

    def check(self, question: Question, value: Any) -> Checked:
        """`value`: the list of the files' records, or one of them."""
        given = [value] if isinstance(value, Mapping) else list(value) if isinstance(value, Sequence) else []
        files = [dict(each) for each in given if isinstance(each, Mapping)]
        most, count = self.most(question), len(files)
        if not files:
            return self.unanswered(question)
        if count <= most:
            return Checked(files, 0, (), True)
        if most > 1:
            problem = Sentence(
                "“%(question)s” takes at most %(most)s files and has %(count)s. Remove some of them.",
                question=question.text,
                most=most,
                count=count,
            )
        else:
            problem = Sentence(
                "“%(question)s” takes one file and has %(count)s. Remove all but one.",
                question=question.text,
                count=count,
            )
        return Checked(files, 0, (problem,), False)

    def ask(self, question: Question) -> Sentence:
        return Sentence("Upload a file for “%(question)s”.", question=question.text)

    def most(self, question: Question) -> int:
        return int(question.maximum) if question.maximum is not None else 1

    def parts(self, question: Question, value: Any) -> tuple[Part, ...]:
        return ()

    def brief(self, question: Question) -> Sentence:
        return Sentence.plural("1 file", "up to %(num)s files", self.most(question))

    def takes(self, question: Question) -> tuple[Sentence, ...]:
        return (Sentence.plural("Up to %(num)s file", "Up to %(num)s files", self.most(question)),)

    def extent(self, question: Question, *, words: int, answered: bool, files: int) -> Sentence:
        return Sentence.plural("%(num)s file", "%(num)s files", files) if files else Sentence("No file")
