"""The prospectus of a call and the blank form of a stage, made from the call as it is written: the same call gives the
same words, whoever asks and whenever."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Protocol

from procurement.rules.amendments import DATE_WORDS
from procurement.rules.call_documents import LANGUAGES, TYPES, DocumentDraft
from procurement.rules.calls import CALL_KINDS, THEMES, Draft, StageDraft, fields_of
from procurement.rules.classification import classes_of, cpv_shown, place_words
from procurement.rules.conditions import conditions_of
from procurement.rules.dates import earliest_close, tendering_days, uk_day
from procurement.rules.documents.kinds import Fact
from procurement.rules.documents.papers import (
    BlankForm,
    ListedDocument,
    PrintedCriterion,
    PrintedDate,
    PrintedQuestion,
    PrintedSection,
    PrintedStage,
    PrintedText,
    Prospectus,
)
from procurement.rules.papers_of_deciding import ways_of
from procurement.rules.questions import Question, by_section, in_words, needed, requirement
from procurement.rules.uploads.examination import in_units
from procurement.rules.vat import Vat, budget_with_vat, said, vat_of
from workflows.catalogue import PROCEDURES
from workflows.definition import Route
from workflows.facts import Sentence, shown

WORDS_ON_A_LINE = 10
FEWEST_LINES, MOST_LINES = 3, 30
TEXTS = (("problem", "The problem"), ("users", "Who has it"), ("outcome", "What good looks like"))


class Version(Protocol):
    """What is looked at in a version of a call."""

    @property
    def number(self) -> int: ...
    @property
    def fingerprint(self) -> str: ...


def prospectus_of(draft: Draft, version: Version, *, published_at: datetime, authority: str) -> Prospectus:
    """The whole call as a version of it says it, which was first `published_at`; `authority`: whose area a place may be
    anywhere in."""
    first = [each for each in draft.stages if each.window == 1]
    return Prospectus(
        call=draft.title,
        call_reference=draft.ref,
        version=str(version.number),
        fingerprint=version.fingerprint,
        summary=draft.summary,
        facts=tuple(_facts(draft, authority)),
        texts=(
            *(PrintedText(heading=heading, text=getattr(draft, name)) for name, heading in TEXTS),
            PrintedText(heading="Who can apply", text=draft.eligibility),
        ),
        lots=tuple(
            PrintedText(
                heading=f"Lot {lot.number}: {lot.title}",
                text="\n".join(filter(None, (lot.description, f"Budget: {said(lot.budget, vat_of(draft, lot))}"))),
            )
            for lot in draft.lots
        ),
        stages=tuple(_stage(draft, each, published_at) for each in first),
        windows=tuple(_windows(draft)),
        terms=draft.terms,
        documents=tuple(_listed(each) for each in draft.documents if each.file is not None),
    )


def blank_form_of(draft: Draft, stage: StageDraft, *, version: int) -> BlankForm:
    """The form of a stage, with room to write."""
    facts = [Fact(name="To be sent by", value=shown(stage.closes_at))] if stage.closes_at is not None else []
    return BlankForm(
        call=draft.title,
        call_reference=draft.ref,
        version=str(version),
        stage=stage.title,
        facts=(*facts, Fact(name="Questions", value=str(len(stage.questions)))),
        sections=_sections(draft, stage),
    )


def forms_of(draft: Draft) -> list[StageDraft]:
    """The stages that have a form of their own: those of further windows have that of the first."""
    return [each for each in draft.stages if each.window == 1 and each.collects]


def _facts(draft: Draft, authority: str) -> Iterator[Fact]:
    classes = classes_of(draft)
    places = [str(words) for each in classes.places if (words := place_words(each, authority)) is not None]
    vat = vat_of(draft)
    found: list[tuple[str, str]] = [
        ("Kind", str(CALL_KINDS[draft.kind])),
        ("Procedure", PROCEDURES[draft.procedure].title),
        ("Priority area", str(THEMES.get(draft.theme, ""))),
        ("What is bought", "; ".join(map(cpv_shown, classes.cpv))),
        ("Where", "; ".join(places)),
        ("Work starts", _day(draft.starts_on)),
        ("Work ends", _day(draft.ends_on)),
        ("Contact", draft.contact),
    ]
    if draft.budget is not None:
        money = said(draft.budget, Vat(vat.basis), gross=budget_with_vat(draft, draft.lots))
        found.insert(2, ("Money", str(money)))
    yield from (Fact(name=name, value=value) for name, value in found if value)


def _windows(draft: Draft) -> Iterator[Fact]:
    """The further windows of a call that takes applications again and again: their dates alone are their own."""
    for stage in draft.stages:
        if stage.window > 1 and stage.opens_at is not None and stage.closes_at is not None:
            yield Fact(name=stage.title, value=f"{shown(stage.opens_at)} – {shown(stage.closes_at)}")


def _stage(draft: Draft, stage: StageDraft, published_at: datetime) -> PrintedStage:
    titles = {each.key: each.title for each in draft.stages}
    return PrintedStage(
        title=stage.title,
        dates=tuple(_dates(draft, stage, published_at)),
        conditions=tuple(map(_condition, conditions_of(stage.questions))),
        ways=tuple(str(each) for each in ways_of(draft, stage, titles)),
        criteria=tuple(_criteria(stage)),
        sections=_sections(draft, stage) if stage.collects else (),
    )


def _dates(draft: Draft, stage: StageDraft, published_at: datetime) -> Iterator[PrintedDate]:
    for name in fields_of("dates", stage.steps):
        value = getattr(stage, name)
        if value is None:
            continue
        working = ""
        if name == "closes_at" and draft.route == Route.COVERED and stage.opens_at is not None:
            least = tendering_days(invited=stage.number > 1)
            starts = max(published_at, stage.opens_at)
            text = (
                "At least %(least)s days, counted from the day after %(starts)s, so not before %(earliest)s "
                "(Procurement Act 2023 section 54)."
            )
            earliest = earliest_close(starts, least)
            working = str(Sentence(text, least=least, starts=uk_day(starts), earliest=earliest))
        yield PrintedDate(name=str(DATE_WORDS[name]), value=shown(value), working=working)


def _condition(question: Question) -> str:
    assert question.condition is not None  # noqa: S101  (asked before)
    follows = "cannot go on" if question.condition.excludes else "is looked at by officers"
    return f"{requirement(question)}. Whoever does not meet this {follows}."


def _criteria(stage: StageDraft) -> Iterator[PrintedCriterion]:
    for criterion, description in zip(stage.criteria, stage.descriptions, strict=True):
        facts = [Fact(name="Weight", value=f"{criterion.percent}%")]
        if (within := criterion.within) is not None:
            part = f"{within.share}% of “{within.name}”, which is {within.weight}% of the total"
            facts.append(Fact(name="Part of", value=part))
        if criterion.minimum:
            facts.append(Fact(name="Lowest mean mark that passes", value=f"{criterion.minimum} of {criterion.top}"))
        yield PrintedCriterion(
            name=criterion.title,
            description=description,
            facts=tuple(facts),
            marks=tuple(Fact(name=str(mark), value=word) for mark, word in enumerate(criterion.words)),
        )


def _sections(draft: Draft, stage: StageDraft) -> tuple[PrintedSection, ...]:
    places = {each.key: place for place, each in enumerate(stage.questions, 1)}
    weights = {each.key: f"{each.title}, {each.percent}% of the total" for each in stage.criteria}
    templates = {each.question: each.title for each in draft.documents if each.stage == stage.key and each.question}
    return tuple(
        PrintedSection(
            title=f"{number}. {name}",
            questions=tuple(
                _question(each, places[each.key], weights.get(each.criterion, ""), templates, _when(draft, stage, each))
                for each in own
            ),
        )
        for number, (name, own) in enumerate(by_section(stage.questions).items(), 1)
    )


def _when(draft: Draft, stage: StageDraft, question: Question) -> str:
    """When a question is asked; empty where it always is."""
    rule = question.shown_if
    return "" if rule is None else str(in_words(rule, stage.questions, draft.lots))


def _question(question: Question, place: int, counts: str, templates: Mapping[str, str], when: str) -> PrintedQuestion:
    """A question as its kind says what it takes, so that a new kind is printed without a word of this module."""
    kind = question.kind
    takes = ", ".join(str(each) for each in kind.takes(question))
    facts = [("Answer", takes), ("Needed", "Yes" if question.required else "No, you can leave it out")]
    if when:
        facts.append(("When", when))
    if question.condition is not None:
        facts.append(("Condition", f"{needed(question)}"))
    if counts:
        facts.append(("Counts towards", counts))
    if question.key in templates:
        facts.append(
            ("Template", f"“{templates[question.key]}”: download it from the call, fill it in, upload it here")
        )
    choices = tuple(str(part) for _value, part in kind.choices(question))
    columns = kind.printed_columns(question)
    room = choices or columns or kind.uploads
    lines = 0 if room else min(MOST_LINES, max(FEWEST_LINES, (question.word_limit or 0) // WORDS_ON_A_LINE))
    return PrintedQuestion(
        number=str(place),
        text=question.text,
        guidance=question.guidance,
        facts=tuple(Fact(name=name, value=value) for name, value in facts),
        choices=choices,
        columns=columns,
        lines=("",) * lines,
    )


def _listed(document: DocumentDraft) -> ListedDocument:
    assert document.file is not None  # noqa: S101  (asked before)
    file = document.file
    facts = [
        ("What it is", str(TYPES[document.kind])),
        ("Language", str(LANGUAGES[document.language])),
        ("File", f"{file.name}, {in_units(file.size)}"),
        ("Version", str(file.version)),
    ]
    if document.required:
        facts.append(("Must be read", "Whoever applies says that they have read it"))
    return ListedDocument(
        title=document.title,
        facts=tuple(Fact(name=name, value=value) for name, value in facts),
        digest=file.digest,
    )


def _day(value: date | None) -> str:
    return "" if value is None else shown(value)
