"""Which questions are asked: a closed grammar, evaluated without end or failure, in sentences and with its faults."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from procurement.rules.call_amendments import still_missing
from procurement.rules.call_content import to_plain as frozen
from procurement.rules.dossier import build
from procurement.rules.questions import (
    Clause,
    Comparison,
    Joined,
    Purpose,
    Question,
    ShownIf,
    asked_in,
    carried,
    comparisons_of,
    form_problems,
    in_words,
    is_conditional,
    missing,
    possible_in,
    read_question,
    read_shown_if,
    shown,
    shown_if_to_plain,
    to_plain,
    users_of,
)
from procurement.rules.questions.kinds.date import Date
from procurement.rules.questions.kinds.file import File
from procurement.rules.questions.kinds.long_text import LongText
from procurement.rules.questions.kinds.many_of import ManyOf
from procurement.rules.questions.kinds.money import Money
from procurement.rules.questions.kinds.short_text import ShortText
from procurement.rules.questions.kinds.yes_no import YesNo


@dataclass(frozen=True)
class Lot:
    number: int
    title: str


LOTS = (Lot(1, "Air"), Lot(2, "Water"))
DATA = Question("data", "A", "Do you use personal data?", YesNo())
COST = Question("cost", "A", "Cost", Money(), required=False)
SINCE = Question("since", "A", "Since when?", Date(), required=False)
THEMES = Question("themes", "A", "Themes", ManyOf(), options=("Air", "Heat"), required=False)
PROOF = Question("proof", "A", "Proof", File(), required=False)
HOW = Question("how", "B", "How do you protect it?", LongText(), word_limit=100)


def rule(*clauses: Clause, joined: Joined = Joined.ALL) -> ShownIf:
    return ShownIf(joined, clauses)


YES = Clause("data", Comparison.IS, ("yes",))
IN_TWO = Clause("", Comparison.IS, ("2",))
ASKED = replace(HOW, shown_if=rule(YES))


def keys(form: tuple[Question, ...], answers: Mapping[str, Any], lot: int | None = None) -> list[str]:
    return [each.key for each in shown(form, answers, lot)]


@pytest.mark.parametrize(
    ("clause", "answers", "lot", "held"),
    [
        (YES, {"data": "yes"}, None, True),
        (YES, {"data": "no"}, None, False),
        (YES, {}, None, False),
        (Clause("data", Comparison.IS_NOT, ("yes",)), {"data": "no"}, None, True),
        (Clause("data", Comparison.IS_NOT, ("yes",)), {"data": "yes"}, None, False),
        (Clause("data", Comparison.IS_NOT, ("yes",)), {}, None, False),
        (Clause("data", Comparison.ONE_OF, ("yes", "no")), {"data": "no"}, None, True),
        (Clause("themes", Comparison.INCLUDES, ("Heat",)), {"themes": "Air\nHeat"}, None, True),
        (Clause("themes", Comparison.INCLUDES, ("Heat",)), {"themes": "Air"}, None, False),
        (Clause("cost", Comparison.AT_LEAST, ("1000",)), {"cost": "1000.00"}, None, True),
        (Clause("cost", Comparison.AT_LEAST, ("1000",)), {"cost": "999.99"}, None, False),
        (Clause("cost", Comparison.AT_LEAST, ("1000",)), {"cost": "a lot"}, None, False),
        (Clause("cost", Comparison.AT_MOST, ("1000",)), {"cost": "999"}, None, True),
        (Clause("since", Comparison.AT_MOST, ("2020-12-31",)), {"since": "2020-12-31"}, None, True),
        (Clause("since", Comparison.AT_MOST, ("2020-12-31",)), {"since": "2021-01-01"}, None, False),
        (Clause("proof", Comparison.ANSWERED), {"proof": [{"name": "a.pdf"}]}, None, True),
        (Clause("proof", Comparison.ANSWERED), {"proof": []}, None, False),
        (Clause("cost", Comparison.ANSWERED), {"cost": "a lot"}, None, True),
        (IN_TWO, {}, 2, True),
        (IN_TWO, {}, 1, False),
        (IN_TWO, {}, None, False),
        (Clause("", Comparison.IS_NOT, ("2",)), {}, 1, True),
        (Clause("nowhere", Comparison.ANSWERED), {"nowhere": "x"}, None, False),
        (Clause("how", Comparison.ANSWERED), {"how": "itself"}, None, False),
    ],
)
def test_a_clause_holds_of_what_was_answered(
    clause: Clause, answers: Mapping[str, Any], lot: int | None, held: bool
) -> None:
    form = (DATA, COST, SINCE, THEMES, PROOF, replace(HOW, shown_if=rule(clause)))
    assert ("how" in keys(form, answers, lot)) is held


def test_clauses_are_joined_by_all_or_any() -> None:
    both = replace(HOW, shown_if=rule(YES, IN_TWO))
    either = replace(HOW, shown_if=rule(YES, IN_TWO, joined=Joined.ANY))
    assert keys((DATA, both), {"data": "yes"}, 1) == ["data"]
    assert keys((DATA, both), {"data": "yes"}, 2) == ["data", "how"]
    assert keys((DATA, either), {"data": "yes"}, 1) == ["data", "how"]


def test_what_is_hidden_counts_as_not_answered_for_what_follows() -> None:
    after = Question("after", "B", "After", ShortText(), shown_if=rule(Clause("how", Comparison.ANSWERED)))
    form = (DATA, ASKED, after)
    answers = {"data": "yes", "how": "Carefully", "after": "Kept"}
    assert keys(form, answers) == ["data", "how", "after"]
    assert keys(form, {**answers, "data": "no"}) == ["data"]
    assert missing(form, {"data": "no"}) == ()
    assert missing(form, {"data": "yes"}) == ("how",)


def test_a_rule_looks_only_at_what_stands_before() -> None:
    form = (ASKED, DATA)
    assert keys(form, {"data": "yes"}) == ["data"]
    told = [str(each.sentence) for each in form_problems(form, wanted=())]
    assert told == [
        "“How do you protect it?” is shown by an answer to a question that does not stand before it. Move it, or "
        "change its condition."
    ]


KINDS: tuple[Question, ...] = (DATA, COST, SINCE, THEMES, PROOF, HOW)
clauses = some.builds(
    Clause,
    some.sampled_from([*(each.key for each in KINDS), "", "nowhere"]),
    some.sampled_from(Comparison),
    some.lists(some.sampled_from(["yes", "no", "1", "2", "Air", "Heat", "2020-01-01", "x"]), max_size=3).map(tuple),
)
rules = some.none() | some.builds(
    ShownIf, some.sampled_from(Joined), some.lists(clauses, min_size=1, max_size=5).map(tuple)
)
forms = some.permutations(KINDS).flatmap(
    lambda order: some.tuples(*(some.builds(replace, some.just(each), shown_if=rules) for each in order))
)
values = some.none() | some.text() | some.sampled_from(["yes", "Air\nHeat", "12", "2020-01-01"]) | some.just([{"a": 1}])
said = some.dictionaries(some.sampled_from([each.key for each in KINDS]), values)


@given(forms, said, some.none() | some.integers(1, 3))
def test_evaluating_is_total_and_depends_on_nothing_that_comes_later(
    form: tuple[Question, ...], answers: dict[str, Any], lot: int | None
) -> None:
    found = shown(form, answers, lot)
    assert {each.key for each in form if each.shown_if is None} <= {each.key for each in found}
    assert [each for each in form if each in found] == list(found)
    for place in range(len(form)):
        earlier = form[:place]
        known = {each.key: answers.get(each.key) for each in earlier}
        assert shown(earlier, known, lot) == found[: len(shown(earlier, answers, lot))]
    if lot is not None:
        assert {each.key for each in found} <= possible_in(form, lot)


@given(forms, said, some.integers(1, 2))
def test_the_answer_to_what_is_hidden_changes_nothing(
    form: tuple[Question, ...], answers: dict[str, Any], lot: int
) -> None:
    found = {each.key for each in shown(form, answers, lot)}
    without = {key: value for key, value in answers.items() if key in found}
    assert shown(form, without, lot) == shown(form, answers, lot)
    assert missing(form, without, lot) == missing(form, answers, lot)


@given(forms)
def test_every_rule_survives_being_stored_and_is_said_in_a_sentence(form: tuple[Question, ...]) -> None:
    for question in form:
        assert read_question(json.loads(json.dumps(to_plain(question)))) == question
        if question.shown_if is not None:
            assert read_shown_if(shown_if_to_plain(question.shown_if)) == question.shown_if
            assert str(in_words(question.shown_if, form, LOTS)).startswith("Asked only if ")
    list(form_problems(form, wanted=(), lots=LOTS))


def test_a_question_without_a_rule_keeps_its_bytes() -> None:
    assert "shown_if" not in frozen(HOW)
    assert frozen(ASKED)["shown_if"] == {
        "joined": "all",
        "clauses": [{"subject": "data", "comparison": "is", "values": ["yes"]}],
    }


@pytest.mark.parametrize(
    "plain",
    [
        {"joined": "all"},
        {"joined": "all", "clauses": []},
        {"joined": "neither", "clauses": [{"subject": "a", "comparison": "is"}]},
        {"joined": "all", "clauses": [{"subject": "a", "comparison": "resembles"}]},
        {"joined": "all", "clauses": [{"subject": "a", "comparison": "is", "values": "yes"}]},
        {"joined": "all", "clauses": ["data is yes"]},
    ],
)
def test_what_is_not_of_the_grammar_is_refused(plain: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- the words differ by fault; that it is refused is the point
        read_shown_if(plain)


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (rule(YES), "Asked only if “Do you use personal data?” is “Yes”."),
        (rule(YES, IN_TWO), "Asked only if “Do you use personal data?” is “Yes” and the lot is 2 (Water)."),
        (
            rule(Clause("cost", Comparison.AT_LEAST, ("1000",)), IN_TWO, joined=Joined.ANY),
            "Asked only if “Cost” is “£1,000” or more or the lot is 2 (Water).",
        ),
        (
            rule(Clause("since", Comparison.AT_MOST, ("2020-12-31",))),
            "Asked only if “Since when?” is “Thursday 31 December 2020” or earlier.",
        ),
        (rule(Clause("", Comparison.ONE_OF, ("1", "2"))), "Asked only if the lot is one of 1 (Air), 2 (Water)."),
    ],
)
def test_a_rule_is_read_as_a_sentence(made: ShownIf, sentence: str) -> None:
    assert str(in_words(made, KINDS, LOTS)) == sentence


@pytest.mark.parametrize(
    ("clause", "told"),
    [
        (Clause("data", Comparison.AT_LEAST, ("1",)), "this cannot be said of that answer."),
        (Clause("data", Comparison.IS, ()), "say which value it is about."),
        (Clause("data", Comparison.IS, ("yes", "no")), "say which value it is about."),
        (Clause("data", Comparison.IS, ("perhaps",)), "“perhaps” cannot be chosen there."),
        (Clause("cost", Comparison.AT_LEAST, ("much",)), "“much” cannot be compared with its answers."),
        (Clause("", Comparison.IS, ("7",)), "there is no lot 7."),
        (Clause("", Comparison.ANSWERED, ()), "this cannot be said of that answer."),
    ],
)
def test_each_fault_of_a_rule_is_named(clause: Clause, told: str) -> None:
    form = (DATA, COST, replace(HOW, shown_if=rule(YES, clause)))
    found = [str(each.sentence) for each in form_problems(form, wanted=(), lots=LOTS)]
    assert found[0] == f"The condition of “How do you protect it?”: {told}"


def test_what_the_service_reads_is_always_asked_and_what_nobody_is_asked_is_a_fault() -> None:
    title = Question("title", "B", "Title", ShortText(), purpose=Purpose.TITLE, shown_if=rule(YES))
    assert [str(each.sentence) for each in form_problems((DATA, title), wanted=())] == [
        "“Title” is read by the service itself, so it is always asked."
    ]
    never = replace(HOW, shown_if=rule(IN_TWO, Clause("", Comparison.IS, ("1",))))
    assert [str(each.sentence) for each in form_problems((DATA, never), wanted=(), lots=LOTS)] == [
        "“How do you protect it?” is asked of nobody: no lot meets its condition."
    ]
    many = replace(HOW, shown_if=rule(*[YES] * 6))
    assert [str(each.sentence) for each in form_problems((DATA, many), wanted=())] == [
        "“How do you protect it?” has more than 5 conditions."
    ]


def test_whose_answer_shows_what_is_known() -> None:
    assert users_of((DATA, ASKED), "data") == (ASKED,)
    assert users_of((DATA, ASKED), "how") == ()
    assert (is_conditional((DATA, ASKED)), is_conditional((DATA, HOW))) == (True, False)
    assert comparisons_of(None) == (Comparison.IS, Comparison.IS_NOT, Comparison.ONE_OF)
    assert comparisons_of(THEMES) == (Comparison.INCLUDES, Comparison.ANSWERED)


def test_assessors_read_what_was_asked() -> None:
    form = (DATA, ASKED)
    manifest = {"files": [], "hidden": ["how"]}
    assert asked_in(form, manifest) == (DATA,)
    dossier = build(
        form, {"answers": {"data": "no"}}, manifest, number=1, blind=False, title="T", organisation="O", lot=""
    )
    assert [each.key for each in dossier.answers] == ["data"]
    unread = build(form, None, {"files": []}, number=1, blind=True, title="", organisation="", lot="")
    assert [each.key for each in unread.answers] == ["data", "how"]


def test_a_rule_goes_along_with_what_it_looks_at_and_stays_behind_without() -> None:
    lot = rule(IN_TWO)
    assert carried(rule(YES, IN_TWO), {"data": "data_2"}) == rule(replace(YES, subject="data_2"), IN_TWO)
    assert carried(rule(YES, IN_TWO), {"cost": "cost"}) is None
    assert (carried(lot, {}), carried(None, {})) == (lot, None)


def test_an_amendment_holds_up_only_what_is_asked() -> None:
    form = (DATA, ASKED)
    assert still_missing(form, {"data": "no", "how": "Well"}, {"how": 2}) == ()
    assert still_missing(form, {"data": "yes", "how": "Well"}, {"how": 2}) == ("how",)
