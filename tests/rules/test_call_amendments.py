"""What may be amended until when, what is material, and which answers are touched: by the rules alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.rules import call_amendments as rules
from procurement.rules.call_amendments import Stands, Thing
from procurement.rules.dates import add_working_days, is_working_day, uk_day
from procurement.rules.edits import Change

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


def stands(*, key: str = "proposal", number: int = 1, window: int = 1, opened: bool = False, days: int = 10) -> Stands:
    return Stands(key, number, window, key.title(), collects=True, opened=opened, closes_at=NOW + timedelta(days=days))


def changed(key: str, field: str, before: str = "a", after: str = "b") -> Change:
    return Change(key, key.split("/", 1)[0], "A thing", field, before, after)


def why_not(change: Change, *stages: Stands) -> list[str]:
    return [str(each) for each in rules.refusals([change], stages or (stands(),), NOW)]


CLOSED, OPENED = stands(days=-1), stands(days=-1, opened=True)


@pytest.mark.parametrize(
    ("change", "stage", "reason"),
    [
        (changed("question/proposal/team", "text"), stands(), None),
        (changed("question/proposal/team", "text"), CLOSED, rules.CLOSED),
        (changed("question/proposal/team", "criterion"), CLOSED, None),
        (changed("question/proposal/team", "criterion"), OPENED, rules.OPENED),
        (changed("criterion/proposal/value", "weight"), CLOSED, None),
        (changed("criterion/proposal/value", "weight"), OPENED, rules.OPENED),
        (changed("stage/proposal", "minimum_total"), CLOSED, None),
        (changed("stage/proposal", "minimum_total"), OPENED, rules.OPENED),
        (changed("stage/proposal", "readers", "3", "2"), CLOSED, None),
        (changed("stage/proposal", "readers", "2", "3"), stands(), rules.MORE_READERS),
        (changed("stage/proposal", "names"), stands(), rules.BY_WORKFLOW),
        (changed("stage/proposal", "closes_at"), stands(), rules.OTHER_PAGE),
        (changed("stage/proposal", "title"), OPENED, None),
        (changed("call", "contact"), OPENED, None),
        (changed("call", "terms"), CLOSED, rules.CALL_CLOSED),
        (changed("call", "terms"), stands(), None),
        (changed("call", "route"), stands(), rules.LAW),
        (changed("lot/1", "", "there", ""), stands(), rules.NO_LOT_GOES),
        (changed("lot/1", "budget"), CLOSED, rules.CALL_CLOSED),
        (changed("stage_lot/proposal/1", "", "there", ""), stands(), rules.SAME_WAY),
    ],
)
def test_what_may_change_until_when(change: Change, stage: Stands, reason: object) -> None:
    assert why_not(change, stage) == ([] if reason is None else [str(reason)])


def test_the_kind_of_a_published_question_stays_and_that_of_a_new_one_is_free() -> None:
    kind = changed("question/proposal/team", "kind", "short_text", "number")
    assert why_not(kind)[0].startswith("“A thing” was published, so its kind of answer stays")
    new = [changed("question/proposal/team", "", "", "there"), kind]
    assert rules.refusals(new, (stands(),), NOW) == ()


def test_what_one_window_does_not_take_any_more_the_next_one_does() -> None:
    change = changed("question/proposal/team", "text")
    assert why_not(change, CLOSED, stands(key="proposal-2", window=2, days=90)) == []


@pytest.mark.parametrize(
    ("change", "material", "touches"),
    [
        (changed("question/proposal/team", "text"), True, True),
        (changed("question/proposal/team", "word_limit"), True, True),
        (changed("question/proposal/team", "guidance"), False, False),
        (changed("question/proposal/team", "position"), False, False),
        (changed("question/proposal/team", "criterion"), True, False),
        (changed("question/proposal/team", "", "", "there"), True, False),
        (changed("question/proposal/team", "", "there", ""), True, False),
        (changed("criterion/proposal/value", "weight"), True, False),
        (changed("call", "eligibility"), True, False),
        (changed("call", "summary"), False, False),
        (changed("lot/1", "title"), False, False),
        (changed("lot/1", "budget"), True, False),
    ],
)
def test_what_is_material_and_which_answers_are_touched(change: Change, material: bool, touches: bool) -> None:
    assert rules.is_material(change) is material
    assert rules.affected([change]) == ({"proposal": {"team"}} if touches else {})


@given(st.integers(0, 40), st.integers(0, 20))
def test_a_proposed_closing_leaves_five_working_days_at_the_same_time_of_day(ahead: int, left: int) -> None:
    now = NOW + timedelta(days=ahead)
    stage = Stands(
        "proposal", 1, 1, "Proposal", collects=True, opened=False, closes_at=now + timedelta(days=left, hours=1)
    )
    found = list(rules.closings([changed("call", "terms")], [stage], now))
    earliest = add_working_days(uk_day(now), 5)
    if uk_day(stage.closes_at) >= earliest:  # type: ignore[arg-type]
        assert found == []
        return
    (proposal,) = found
    assert uk_day(proposal.proposed) == earliest
    assert is_working_day(earliest)
    assert proposal.proposed > proposal.closes_at


KEYS = st.sampled_from([f"question/proposal/q{number}" for number in range(6)])
FORMS = st.lists(KEYS, unique=True, max_size=6).flatmap(
    lambda keys: st.tuples(st.just(keys), st.lists(st.sampled_from("abc"), min_size=len(keys), max_size=len(keys)))
)


def form(keys: list[str], texts: list[str]) -> dict[str, Thing]:
    return {
        key: Thing("question", key, {"position": str(place), "text": text})
        for place, (key, text) in enumerate(zip(keys, texts, strict=True), 1)
    }


@given(FORMS, FORMS)
def test_a_difference_says_all_that_differs_and_nothing_else(
    before: tuple[list[str], list[str]], after: tuple[list[str], list[str]]
) -> None:
    old, new = form(*before), form(*after)
    found = rules.differences(old, new)
    assert {each.key for each in found if not each.field and each.after} == set(new) - set(old)
    assert {each.key for each in found if not each.field and each.before} == set(old) - set(new)
    texts = {each.key for each in found if each.field == "text" and each.key in old and each.key in new}
    assert texts == {key for key in set(old) & set(new) if old[key].values["text"] != new[key].values["text"]}
    shared = [[key for key in keys if key in old and key in new] for keys in (before[0], after[0])]
    assert any(each.field == "position" for each in found) is (shared[0] != shared[1])
    assert rules.differences(new, new) == ()
    assert rules.read_rows(rules.to_rows(found)) == found
    assert rules.read_things(rules.to_keep(old)) == old
