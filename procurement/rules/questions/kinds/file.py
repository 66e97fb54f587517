"""One file or several, each kept as soon as it was uploaded."""

from collections.abc import Mapping, Sequence
from typing import Any

from procurement.rules.applications import MOST_FILES
from procurement.rules.questions.condition import Demand
from procurement.rules.questions.kind import Checked, Kind, Measure, Part, Question, Setting, register
from procurement.rules.uploads.types import GROUPS, endings_of
from workflows.facts import Sentence

MOST_PAGES = 500


class MostFiles(Setting):
    """How many files one answer may have."""

    def outside(self, question: Question) -> Sentence:
        return Sentence(
            "“%(question)s” may take between 1 and %(files)s files.", question=question.name, files=MOST_FILES
        )


class PageLimit(Setting):
    """How many pages a PDF may have: no other type says how many it has."""

    def faults(self, question: Question) -> tuple[Sentence, ...]:
        if question.page_limit is not None and "pdf" not in endings_of(question.types):
            return (Sentence("“%(question)s” limits the pages of PDFs, but takes no PDF.", question=question.name),)
        return super().faults(question)


@register
class File(Kind):
    key = "file"
    title = Sentence("File")
    hint = Sentence("PDF, Word, a table or a picture")
    place = 70
    settings = (
        MostFiles("maximum", Sentence("How many files at most?"), Measure.WHOLE, least=1, most=MOST_FILES),
        Setting(
            "types",
            Sentence("Which types of file?"),
            Measure.CHOSEN,
            hint=Sentence("Choose none to take all of them."),
            offered=tuple((key, Sentence(title)) for key, (title, _) in GROUPS.items()),
        ),
        PageLimit(
            "page_limit",
            Sentence("How many pages may a PDF have?"),
            Measure.WHOLE,
            least=1,
            most=MOST_PAGES,
            hint=Sentence("Leave it empty for no limit. Pages of other types cannot be counted."),
        ),
    )
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
        said = [Sentence.plural("Up to %(num)s file", "Up to %(num)s files", self.most(question))]
        if question.types:
            words = ", ".join(GROUPS[each][0] for each in GROUPS if each in question.types)
            said.append(Sentence("of these types: %(types)s", types=words))
        if question.page_limit is not None:
            said.append(
                Sentence.plural("a PDF of at most %(num)s page", "a PDF of at most %(num)s pages", question.page_limit)
            )
        return tuple(said)

    def extent(self, question: Question, *, words: int, answered: bool, files: int) -> Sentence:
        return Sentence.plural("%(num)s file", "%(num)s files", files) if files else Sentence("No file")
