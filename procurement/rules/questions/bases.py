"""What several kinds share: what is typed, words up to a limit, numbers between bounds, one of some choices."""

from abc import abstractmethod
from decimal import Decimal
from typing import Any, ClassVar

from procurement.rules.questions.condition import Demand
from procurement.rules.questions.kind import Checked, Kind, Measure, Part, Question, Setting
from procurement.rules.questions.shown_if import Comparison
from procurement.rules.questions.texts import MOST_CHARACTERS, ceiling, is_blank, normalise, one_line, word_count
from workflows.facts import Sentence

MOST_WORDS = 10_000
FEWEST_OPTIONS, MOST_OPTIONS = 2, 30


class WordLimit(Setting):
    """How long a text may be, where its limit is not in characters."""

    def faults(self, question: Question) -> tuple[Sentence, ...]:
        return super().faults(question) if question.character_limit is None else ()

    def unset(self, question: Question) -> Sentence:
        return Sentence(
            "Give “%(question)s” a word limit, so that applicants know how much to write.", question=question.name
        )

    def outside(self, question: Question) -> Sentence:
        return Sentence(
            "The word limit of “%(question)s” must be between 1 and %(words)s, and only a text has one.",
            question=question.name,
            words=f"{MOST_WORDS:,}",
        )


class CharacterLimit(Setting):
    """The other way to say how long a text may be. Two limits would leave open which of them counts."""

    def faults(self, question: Question) -> tuple[Sentence, ...]:
        if question.character_limit is not None and question.word_limit is not None:
            return (
                Sentence(
                    "“%(question)s” has two limits. Choose one: in words or in characters.", question=question.name
                ),
            )
        return super().faults(question)


class Options(Setting):
    """What can be chosen: some texts that differ, whatever the case of their letters."""

    def faults(self, question: Question) -> tuple[Sentence, ...]:
        different = {normalise(each).casefold() for each in question.options}
        if not FEWEST_OPTIONS <= len(different) <= MOST_OPTIONS:
            return (
                Sentence(
                    "Give “%(question)s” between %(fewest)s and %(options)s different options.",
                    question=question.name,
                    fewest=FEWEST_OPTIONS,
                    options=MOST_OPTIONS,
                ),
            )
        if len(different) != len(question.options) or any(is_blank(each) for each in question.options):
            return (
                Sentence("The options of “%(question)s” must differ, and none may be empty.", question=question.name),
            )
        return ()


WORD_LIMIT = WordLimit("word_limit", Sentence("Word limit"), Measure.WHOLE, least=1, most=MOST_WORDS)
CHARACTER_LIMIT = CharacterLimit(
    "character_limit",
    Sentence("Or a limit in characters"),
    Measure.WHOLE,
    least=1,
    most=MOST_CHARACTERS,
    hint=Sentence("Spaces count. Set one of the two limits, not both."),
)
OPTIONS = Options(
    "options",
    Sentence("Options"),
    Measure.LINES,
    hint=Sentence("One on each line."),
    missing=Sentence("Write at least two options"),
    needed=True,
)


class Typed(Kind):
    """Something that is typed or chosen in one input; on one line, unless the kind `keeps_lines`."""

    keeps_lines: ClassVar[bool] = False

    def check(self, question: Question, value: Any) -> Checked:
        text = normalise("" if value is None else str(value))
        if not self.keeps_lines:
            text = one_line(text)
        return self.unanswered(question) if is_blank(text) else self.read(question, text)

    @abstractmethod
    def read(self, question: Question, text: str) -> Checked:
        """Check a normalised text that is not blank."""


class Text(Typed):
    """Words, up to a limit where there is one. `unlimited` says what is asked for where there is none."""

    unlimited: ClassVar[Sentence]

    def read(self, question: Question, text: str) -> Checked:
        words = word_count(text)
        over = words - question.word_limit if question.word_limit is not None else 0
        if over <= 0:
            problem = self._above_ceiling(question, text)
            return Checked(text, words, () if problem is None else (problem,), problem is None)
        about: dict[str, Any] = {"question": question.text, "words": words, "limit": question.word_limit}
        if over > 1:
            problem = Sentence(
                "“%(question)s” has %(words)s words and the limit is %(limit)s. Take out at least %(over)s.",
                over=over,
                **about,
            )
        else:
            problem = Sentence(
                "“%(question)s” has %(words)s words and the limit is %(limit)s. Take out at least one.", **about
            )
        return Checked(text, words, (problem,), False)

    def most_characters(self, question: Question) -> int:
        """How many characters an answer may have, whatever its words: published with the form."""
        if question.character_limit is not None:
            return question.character_limit
        return ceiling(question.word_limit, lines=self.keeps_lines)

    def _above_ceiling(self, question: Question, text: str) -> Sentence | None:
        """What to do about a text that keeps to its limit in words and has more characters than it may have."""
        most = self.most_characters(question)
        if len(text) <= most:
            return None
        return Sentence(
            "“%(question)s” has %(count)s characters and can have at most %(most)s, spaces included. "
            "Take out at least %(over)s.",
            question=question.text,
            count=f"{len(text):,}",
            most=f"{most:,}",
            over=f"{len(text) - most:,}",
        )

    def brief(self, question: Question) -> Sentence:
        if question.character_limit is not None:
            limit = question.character_limit
            return Sentence.plural("up to %(num)s character", "up to %(num)s characters", limit)
        if question.word_limit is None:
            return self.unlimited
        return Sentence.plural("up to %(num)s word", "up to %(num)s words", question.word_limit)

    def takes(self, question: Question) -> tuple[Sentence, ...]:
        most = Sentence("at most %(most)s characters", most=f"{self.most_characters(question):,}")
        if question.character_limit is not None:
            return (Sentence("Text"), most, Sentence("spaces included"))
        if not question.word_limit:
            return (Sentence("Text"), most)
        return (
            Sentence.plural("Text of up to %(num)s word", "Text of up to %(num)s words", question.word_limit),
            most,
        )

    def extent(self, question: Question, *, words: int, answered: bool, files: int) -> Sentence:
        if not answered:
            return Sentence("Not answered")
        if question.word_limit is not None:
            return Sentence("%(words)s of at most %(limit)s words", words=words, limit=question.word_limit)
        return Sentence.plural("%(num)s word", "%(num)s words", words)


class Quantity(Typed):
    """A number between a smallest and a largest; `floor` is the smallest where the question names none."""

    floor: ClassVar[Decimal | None] = None
    demand = Demand.BOUND
    comparisons: ClassVar[tuple[Comparison, ...]] = (Comparison.AT_LEAST, Comparison.AT_MOST, Comparison.ANSWERED)
    asked: ClassVar[Sentence]

    @abstractmethod
    def parse(self, text: str) -> Decimal | None:
        """The number that was typed, if it is one."""

    @abstractmethod
    def stored(self, number: Decimal) -> str:
        """The one way in which it is stored."""

    @abstractmethod
    def bound(self, number: Decimal) -> str:
        """A bound, as a problem names it."""

    @abstractmethod
    def unread(self, question: Question) -> Sentence:
        """What to type instead of something that is not a number."""

    @abstractmethod
    def doubt(self, question: Question, text: str) -> Sentence | None:
        """What to ask about something that has two readings."""

    def read(self, question: Question, text: str) -> Checked:
        number = self.parse(text)
        if (doubt := self.doubt(question, text)) is not None:
            return Checked(text, 0, (doubt,), False)
        if number is None:
            return Checked(text, 0, (self.unread(question),), False)
        value, problem = self.stored(number), None
        lowest = self.floor if question.minimum is None else question.minimum
        if lowest is not None and number < lowest:
            limit = self.bound(lowest)
            problem = Sentence("“%(question)s” must be %(limit)s or more.", question=question.text, limit=limit)
        elif question.maximum is not None and number > question.maximum:
            limit = self.bound(question.maximum)
            problem = Sentence("“%(question)s” must be %(limit)s or less.", question=question.text, limit=limit)
        return Checked(value, 0, () if problem is None else (problem,), problem is None)

    def number(self, question: Question, value: Any) -> Decimal | None:
        return None if value is None else self.parse(str(value))

    def takes(self, question: Question) -> tuple[Sentence, ...]:
        said = [self.asked]
        if question.minimum is not None:
            said.append(Sentence("at least %(least)s", least=self.shown(question.minimum)))
        if question.maximum is not None:
            said.append(Sentence("at most %(most)s", most=self.shown(question.maximum)))
        return tuple(said)


class Choice(Typed):
    """One of its choices; `read` takes it in any case of letters."""

    demand: ClassVar[Demand | None] = Demand.CHOICE
    comparisons: ClassVar[tuple[Comparison, ...]] = (
        Comparison.IS,
        Comparison.IS_NOT,
        Comparison.ONE_OF,
        Comparison.ANSWERED,
    )

    def read(self, question: Question, text: str) -> Checked:
        stored = (value for value, _ in self.choices(question))
        chosen = next((each for each in stored if each.casefold() == text.casefold()), None)
        if chosen is None:
            return Checked(text, 0, (self.ask(question),), False)
        return Checked(chosen, 0, (), True)

    def parts(self, question: Question, value: Any) -> tuple[Part, ...]:
        return () if value is None or value == "" else (dict(self.choices(question)).get(str(value), str(value)),)
