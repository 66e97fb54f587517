"""The prospectus and the blank form say the whole of a call, by what each kind of question says of itself."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from procurement.rules.call_documents import DocumentDraft, FileDraft
from procurement.rules.calls import LotDraft
from procurement.rules.documents import BlankForm, Issue, Prospectus, refuse_excess
from procurement.rules.papers import blank_form_of, forms_of, prospectus_of
from procurement.rules.questions import Question, get_kind, list_kinds
from procurement.rules.questions.condition import Condition, Effect
from tests.rules.test_call_checks import NOW, staged
from tests.rules.test_call_checks import draft as complete
from workflows.catalogue import PROCEDURES
from workflows.scoring.schemes import Within

FILE = FileDraft(version=1, name="costs.csv", media_type="text/csv", size=2048, digest="ab" * 32)


@dataclass(frozen=True)
class Version:
    number: int = 2
    fingerprint: str = "cd" * 32


def whole(prospectus: Prospectus | BlankForm) -> str:
    issue = Issue(
        reference="R",
        requested=NOW,
        authority="The City",
        service="Trades",
        code="C",
        verify_url="https://city.example/verify",
    )
    content = prospectus.as_content(issue)
    refuse_excess(content)
    return str(content)


def test_the_prospectus_says_everything_that_the_call_says() -> None:
    draft = complete()
    first = draft.stages[0]
    upload = next(each for each in first.questions if each.kind.uploads)
    sheet = DocumentDraft(
        number=1,
        title="Cost sheet",
        kind="template",
        language="en",
        required=True,
        stage=first.key,
        question=upload.key,
        file=FILE,
    )
    draft = replace(draft, documents=(sheet,))
    made = prospectus_of(draft, Version(), published_at=NOW, authority="The City")
    said = whole(made)
    for text in (draft.title, draft.problem, draft.users, draft.outcome, draft.eligibility, draft.terms):
        assert text in (made.call, made.terms, *(each.text for each in made.texts))
    assert [each.name for each in made.stages[0].criteria] == [each.name for each in first.criteria]
    asked = [each.text for section in made.stages[0].sections for each in section.questions]
    assert sorted(asked) == sorted(each.text for each in first.questions)
    assert made.documents[0].digest == "ab" * 32
    assert "“Cost sheet”: download it from the call" in said
    assert made.version == "2"
    closes = next(each for each in made.stages[0].dates if each.name == "Closes")
    assert ("At least 25 days" in closes.working) == (draft.route == "covered")


def test_the_same_call_gives_the_same_words_and_every_procedure_has_them() -> None:
    for procedure in PROCEDURES.values():
        draft = replace(complete(), procedure=procedure.key, kind=procedure.kind, stages=staged(procedure))
        once, again = (whole(prospectus_of(draft, Version(), published_at=NOW, authority="The City")) for _ in range(2))
        assert once == again
        for stage in forms_of(draft):
            form = blank_form_of(draft, stage, version=1)
            asked = [each.text for section in form.sections for each in section.questions]
            assert sorted(asked) == sorted(each.text for each in stage.questions)
            assert whole(form) == whole(blank_form_of(draft, stage, version=1))


def test_every_kind_leaves_room_of_its_own_to_write() -> None:
    """A kind is asked what it takes, and never which one it is: so is one that comes later."""
    draft = complete()
    for kind in list_kinds():
        key = kind.key
        question = Question(key, "A", f"What of {key}?", kind, word_limit=100, options=("Red", "Blue"))
        stage = replace(draft.stages[0], questions=(question,))
        (section,) = blank_form_of(draft, stage, version=1).sections
        (printed,) = section.questions
        rooms = (bool(printed.choices), bool(printed.columns), bool(printed.lines), kind.uploads)
        assert sum(rooms) == 1, key
        assert printed.facts[0].value == ", ".join(str(each) for each in kind.takes(question))


def test_a_condition_and_what_follows_from_it_are_said() -> None:
    draft = complete()
    asked = Question(
        "turnover",
        "A",
        "Turnover in the last year",
        get_kind("money"),
        condition=Condition(Effect.EXCLUDE, least=Decimal(50_000), why="They need to last."),
    )
    stage = replace(draft.stages[0], questions=(*draft.stages[0].questions, asked))
    made = prospectus_of(replace(draft, stages=(stage,)), Version(), published_at=NOW, authority="The City")
    assert made.stages[0].conditions == (
        "Turnover in the last year: at least £50,000. Whoever does not meet this cannot go on.",
    )


def test_further_windows_are_listed_with_their_dates_alone() -> None:
    draft = complete()
    second = replace(
        draft.stages[0],
        window=2,
        title="Window 2",
        opens_at=datetime(2027, 9, 1, 8, tzinfo=UTC),
        closes_at=datetime(2027, 10, 1, 11, tzinfo=UTC),
    )
    made = prospectus_of(
        replace(draft, stages=(*draft.stages, second), lots=(*draft.lots, LotDraft(2, "B", "", Decimal(1)))),
        Version(),
        published_at=NOW,
        authority="The City",
    )
    assert len(made.stages) == len(draft.stages)
    assert [each.name for each in made.windows] == ["Window 2"]
    assert made.windows[0].value.startswith("Wednesday 1 September 2027 at 9am (UK time)")


def test_a_part_of_a_criterion_says_what_it_is_a_part_of() -> None:
    draft = complete()
    first = draft.stages[0]
    whole_weight = int(first.criteria[0].weight)
    parts = tuple(
        replace(
            first.criteria[0],
            key=key,
            name=name,
            within=Within("Quality", whole_weight, 50),
            weight=Decimal(whole_weight) / 2,
        )
        for key, name in (("plan", "The plan"), ("team", "The team"))
    )
    stage = replace(first, criteria=(*parts, *first.criteria[1:]), descriptions=("", "", *first.descriptions[1:]))
    made = prospectus_of(
        replace(draft, stages=(stage, *draft.stages[1:])), Version(), published_at=NOW, authority="The City"
    )
    said = {each.name: {fact.name: fact.value for fact in each.facts} for each in made.stages[0].criteria}
    assert said["The plan"]["Part of"] == f"50% of “Quality”, which is {whole_weight}% of the total"
