"""What blocks publication: each thing on its own, against a call that nothing blocks."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from procurement.rules.call_checks import call_advice, call_problems
from procurement.rules.call_content import content_of, scheme_of
from procurement.rules.calls import Draft, LotDraft, StageDraft, mark, status
from procurement.rules.dates import is_working_day, uk_day
from procurement.rules.ledger import canonical
from procurement.rules.questions import Purpose
from procurement.rules.starters import STARTERS, dates_from
from procurement.rules.vat import basis_of
from tests.parts.procedures import THREE
from workflows.catalogue import PROCEDURES
from workflows.definition import Procedure
from workflows.facts import UK
from workflows.scoring.schemes import faults

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
CHALLENGE = PROCEDURES["challenge_open"]
CLOSES = dates_from(NOW, CHALLENGE.stages).stages[0].closes_at or NOW


def staged(procedure: Procedure, **changed: Any) -> tuple[StageDraft, ...]:
    """The stages of a new call of a procedure; `changed` is changed in the first."""
    starter, dates = STARTERS[procedure.kind], dates_from(NOW, procedure.stages)
    found = []
    for number, (planned, begin) in enumerate(zip(procedure.stages, dates.stages, strict=True), 1):
        own = starter.of_stage(procedure.stages, planned)
        stage = StageDraft(
            key=planned.key,
            number=number,
            title=planned.title,
            noun=planned.noun,
            nouns=planned.nouns,
            steps=planned.steps,
            required=planned.required,
            names=planned.names,
            other_marks=planned.other_marks,
            shows=planned.shows,
            marks_of=planned.marks_of,
            ranks_by=planned.ranks_by,
            lots=((1, None),),
            opens_at=begin.opens_at,
            closes_at=begin.closes_at,
            choose_by=begin.choose_by,
            assess_by=begin.assess_by,
            decide_by=begin.decide_by,
            questions=own.questions,
            criteria=tuple(each.scored for each in own.criteria),
            descriptions=tuple(each.description for each in own.criteria),
        )
        found.append(replace(stage, **changed) if number == 1 else stage)
    return tuple(found)


def draft(procedure: Procedure = CHALLENGE, **changed: Any) -> Draft:
    """A whole call that nothing blocks; what is changed of a stage is changed in its first."""
    starter, dates = STARTERS[procedure.kind], dates_from(NOW, procedure.stages)
    of_call = {name: value for name, value in changed.items() if name in Draft.__dataclass_fields__}
    of_stage = {name: value for name, value in changed.items() if name not in of_call}
    whole = Draft(
        ref="BCC-2027-001",
        kind=procedure.kind,
        procedure=procedure.key,
        route=procedure.route,
        title="Cleaner air",
        theme="low_carbon",
        summary="Cleaner air at schools.",
        problem="The air is bad.",
        users="Children.",
        outcome="Better air.",
        eligibility=starter.eligibility,
        terms=starter.terms,
        cpv=starter.cpv,
        place=starter.place,
        contact="a@city.example",
        budget=Decimal(100),
        amount_basis=(basis := basis_of(procedure.route)),
        vat_rate=Decimal(20) if basis == "net" else None,
        threshold=Decimal(207_720),
        receives="supports" if procedure.kind == "fund" else "buys",
        subject="" if procedure.kind == "fund" else "research" if procedure.route == "exempt_rnd" else "goods_services",
        route_why="It is the first of several.",
        one_lot_why="One supplier answers for the whole.",
        conflicts_by="Olive Officer",
        conflicts_on=NOW.date(),
        lots=(LotDraft(1, "All", "", Decimal(100)),),
        stages=staged(procedure, **of_stage),
        starts_on=dates.starts_on,
        ends_on=dates.ends_on,
    )
    return replace(whole, **of_call)


def first(**changed: Any) -> StageDraft:
    return draft(**changed).stages[0]


@pytest.mark.parametrize("procedure", [*PROCEDURES.values(), THREE], ids=lambda each: each.key)
def test_a_starter_needs_only_its_words_and_its_money(procedure: Procedure) -> None:
    assert call_problems(draft(procedure), NOW) == ()
    assert call_advice(draft(procedure), NOW) == ()
    for stage in draft(procedure).stages:
        if stage.assesses:
            assert faults(stage.criteria, Decimal(STARTERS[procedure.kind].minimum_total)) == ()


@pytest.mark.parametrize("day", range(1, 366, 7))
def test_the_dates_of_a_new_call_are_noons_of_working_days_one_stage_after_the_other(day: int) -> None:
    dates = dates_from(datetime(2027, 1, 1, 15, 0, tzinfo=UTC) + timedelta(days=day), THREE.stages)
    instants = [at for each in dates.stages for at in (each.opens_at, each.closes_at, each.assess_by) if at is not None]
    assert len(instants) == 7
    assert instants == sorted(set(instants))
    assert {(at.astimezone(UK).hour, is_working_day(uk_day(at))) for at in instants} == {(12, True)}
    for each, following in pairwise(dates.stages):
        begins = following.opens_at or following.assess_by
        assert each.assess_by is not None
        assert begins is not None
        assert uk_day(each.assess_by) < each.decide_by < uk_day(begins)
    assert dates.stages[-1].decide_by < dates.starts_on < dates.ends_on


@pytest.mark.parametrize(
    ("changed", "section", "field"),
    [
        *[
            ({name: " "}, "details", name)
            for name in (
                "title",
                "summary",
                "problem",
                "users",
                "outcome",
                "eligibility",
                "terms",
                "contact",
            )
        ],
        ({"theme": "weather"}, "details", "theme"),
        ({"cpv": ""}, "details", "cpv"),
        ({"cpv": "73000000-3"}, "details", "cpv"),
        ({"place": ""}, "details", "place"),
        ({"starts_on": None}, "details", "starts_on"),
        ({"starts_on": date(2027, 3, 2), "ends_on": date(2028, 1, 1)}, "details", "starts_on"),
        ({"ends_on": None}, "details", "ends_on"),
        ({"ends_on": date(2027, 1, 1)}, "details", "ends_on"),
        ({"budget": None}, "money", "budget"),
        ({"budget": Decimal(101)}, "money", "budget"),
        ({"lots": ()}, "money", ""),
        ({"opens_at": None}, "dates", "opens_at"),
        ({"closes_at": None}, "dates", "closes_at"),
        ({"closes_at": NOW, "opens_at": NOW - timedelta(days=40)}, "dates", "closes_at"),
        ({"opens_at": datetime(2028, 1, 1, 12, tzinfo=UTC)}, "dates", "closes_at"),
        ({"assess_by": None}, "dates", "assess_by"),
        ({"assess_by": CLOSES + timedelta(minutes=60)}, "dates", "assess_by"),
        ({"decide_by": None}, "dates", "decide_by"),
        ({"decide_by": date(2027, 3, 2)}, "dates", "decide_by"),
        ({"minimum_total": Decimal(101)}, "criteria", ""),
        ({"readers": 0}, "criteria", "readers"),
    ],
)
def test_each_thing_that_is_wrong_blocks_and_names_its_field(changed: dict[str, Any], section: str, field: str) -> None:
    assert [(each.section, each.field) for each in call_problems(draft(**changed), NOW)] == [(section, field)]


def test_a_challenge_keeps_the_tendering_minimum_and_a_fund_has_none() -> None:
    opens = datetime(2027, 3, 10, 12, 0, tzinfo=UTC)
    for days, wrong in ((25, []), (24, ["closes_at"])):
        dates = {"opens_at": opens, "closes_at": opens + timedelta(days=days)}
        assert [each.field for each in call_problems(draft(**dates), NOW)] == wrong
        assert call_problems(draft(PROCEDURES["small_grant"], **dates), NOW) == ()
    short = draft(opens_at=opens, closes_at=opens + timedelta(days=24))
    assert str(call_problems(short, NOW)[0].sentence) == (
        "Tenderers would have 24 days and the law asks for at least 25, counted from the day after publication "
        "(Procurement Act 2023 section 54). Close on Sunday 4 April 2027 or later."
    )


def test_what_an_award_is_measured_by_is_asked_where_everybody_answers() -> None:
    fund = PROCEDURES["innovation_fund"]
    application, panel = draft(fund).stages
    assert [question.key for question in panel.questions] == ["reply"]
    assert "amount" in {question.key for question in application.questions}
    silent = tuple(question for question in application.questions if question.key != "amount")
    (problem,) = call_problems(draft(fund, questions=silent), NOW)
    assert (problem.section, problem.stage) == ("form", "application")


def test_faults_of_the_form_and_of_the_criteria_name_the_question_and_the_criterion() -> None:
    whole = first()
    questions = tuple(replace(each, text="") if each.key == "plan" else each for each in whole.questions)
    criteria = (replace(whole.criteria[0], words=("One",)), *whole.criteria[1:])
    unmarked = tuple(replace(each, criterion="") if each.criterion == "value" else each for each in whole.questions)
    for changed, where in (
        ({"questions": questions}, ("form", "plan")),
        ({"criteria": criteria}, ("criteria", "solution")),
        ({"questions": unmarked}, ("criteria", "value")),
    ):
        found = call_problems(draft(**changed), NOW)
        assert [(each.section, each.field, each.stage) for each in found] == [(*where, "application")]


def wrong(*changed: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What blocks a call of three stages of which some is changed, stage by stage."""
    stages = tuple(replace(stage, **each) for stage, each in zip(draft(THREE).stages, changed, strict=True))
    found = call_problems(replace(draft(THREE), stages=stages), NOW)
    return [(each.stage, each.section, each.field) for each in found]


def test_each_stage_is_checked_by_what_it_has_and_by_the_one_before_it() -> None:
    interest, proposal, _shown = draft(THREE).stages
    assert (interest.decide_by, proposal.opens_at) != (None, None)
    assert wrong({"decide_by": None}, {}, {}) == [("interest", "dates", "decide_by")]
    too_early = {"opens_at": interest.closes_at}
    assert wrong({}, too_early, {}) == [("proposal", "dates", "opens_at")]
    assert wrong({}, {}, {"assess_by": interest.closes_at}) == [("demonstration", "dates", "assess_by")]
    assert wrong({}, {}, {"criteria": ()})[0][:2] == ("demonstration", "criteria")
    # the amount is asked for in the last form before the award, the title where an application begins
    without = {
        purpose: tuple(each for each in proposal.questions if each.purpose is not purpose)
        for purpose in (Purpose.TITLE, Purpose.AMOUNT)
    }
    assert wrong({}, {"questions": without[Purpose.TITLE]}, {}) == []
    assert ("proposal", "form", "") in wrong({}, {"questions": without[Purpose.AMOUNT]}, {})
    assert {each.purpose for each in interest.questions} == {Purpose.NONE, Purpose.TITLE, Purpose.SUMMARY}


def test_a_stage_waits_for_those_from_which_its_lots_come() -> None:
    """Two stages for a lot each run side by side; one for both lots waits for the later of them."""
    interest, proposal, _shown = draft(THREE).stages
    assert interest.decide_by is not None
    assert proposal.closes_at is not None
    both, north, south = ({"lots": tuple((number, None) for number in lots)} for lots in ((1, 2), (1,), (2,)))
    before_the_other = {"assess_by": proposal.closes_at}

    def dates(*changed: dict[str, Any]) -> list[tuple[str, str, str]]:
        return [each for each in wrong(*changed) if each[1] == "dates"]

    assert dates(both, north, {**south, **before_the_other}) == []
    assert dates(both, both, {**south, **before_the_other}) == [("demonstration", "dates", "assess_by")]
    later = {"decide_by": interest.decide_by + timedelta(days=365)}
    assert ("demonstration", "dates", "assess_by") in wrong({**both, **later}, north, both)
    assert ("demonstration", "dates", "assess_by") not in wrong({**both, **later}, both, both)


@pytest.mark.parametrize(("days", "blocked"), [(10, []), (9, [("proposal", "dates", "closes_at")])])
def test_who_was_chosen_before_has_ten_days(days: int, blocked: list[tuple[str, str, str]]) -> None:
    opens = draft(THREE).stages[1].opens_at
    assert opens is not None
    assert wrong({}, {"closes_at": opens + timedelta(days=days)}, {}) == blocked


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"closes_at": datetime(2027, 5, 1, 11, tzinfo=UTC)}, ["closes_at"]),  # a Saturday
        ({"closes_at": datetime(2027, 4, 29, 22, 59, tzinfo=UTC)}, ["closes_at"]),  # 11:59pm
        ({"opens_at": NOW}, ["opens_at"]),
        ({"summary": "word " * 41}, ["summary"]),
        ({"summary": "word " * 40}, []),
    ],
)
def test_advice_does_not_block(changed: dict[str, Any], fields: list[str]) -> None:
    assert [each.field for each in call_advice(draft(**changed), NOW)] == fields


def test_what_is_frozen_is_canonical_and_complete() -> None:
    given: dict[str, Any] = {"published_at": NOW, "workflow": "b" * 64}
    known = {stage.key: digit * 64 for stage, digit in zip(draft(THREE).stages, "123", strict=True)}
    content = content_of(draft(THREE), fingerprints=known, **given)
    assert content == content_of(draft(THREE), fingerprints=known, **given)
    plain = json.loads(content)
    assert (plain["format"], plain["route"]) == (2, "covered")
    assert [(each["key"], each["scheme_sha256"][0]) for each in plain["stages"]] == [
        ("interest", "1"),
        ("proposal", "2"),
        ("demonstration", "3"),
    ]
    assert plain["stages"][2]["ranks_by"] == {"proposal": 60, "demonstration": 40}
    assert [each["lots"] for each in plain["stages"]] == [[{"number": 1, "seats": None}]] * 3
    assert not any("moderate_from" in each or "marks_of" in each for each in plain["stages"])
    scheme = scheme_of(first())
    assert scheme is not None
    assert canonical(scheme).startswith(b'{"criteria":[{"key":"solution"')
    for text in (draft().problem, draft().users, first().questions[3].guidance, first().descriptions[0]):
        assert text.encode() in content
    assert scheme_of(replace(first(), steps=("collect", "award"))) is None


@pytest.mark.parametrize("changed", [{"moderate_from": None}, {"moderate_from": 3}, {"marks_of": "interest"}])
def test_seats_choosing_and_moderating_of_each_stage_are_frozen(changed: dict[str, Any]) -> None:
    """What a stage promises by itself is in the content, and so under its digest."""
    steps = ("collect", "present", "assess", "moderate", "award")
    whole = draft(THREE, steps=steps, choose_by=NOW, **changed)
    seated = replace(whole.stages[0], lots=((1, 3), (2, None)))
    whole = replace(whole, stages=(seated, *whole.stages[1:]))
    known = {stage.key: "1" * 64 for stage in whole.stages}
    content = content_of(whole, published_at=NOW, fingerprints=known, workflow="b" * 64)
    stage = json.loads(content)["stages"][0]
    assert stage["lots"] == [{"number": 1, "seats": 3}, {"number": 2, "seats": None}]
    assert stage["choose_by"] == "2027-03-01T09:00:00+00:00"
    assert {name: stage[name] for name in changed} == changed


@dataclass(frozen=True)
class Stands:
    """What a stage shows of itself to say where its call stands."""

    number: int = 1
    opens_at: datetime | None = NOW - timedelta(days=9)
    closes_at: datetime | None = NOW
    opened_at: datetime | None = None
    told_at: datetime | None = None
    ended_at: datetime | None = None
    awards: bool = True


LATER = Stands(2, opens_at=NOW + timedelta(days=9), closes_at=NOW + timedelta(days=19))
SIFTED = Stands(awards=False, opened_at=NOW, told_at=NOW)


@pytest.mark.parametrize(
    ("state", "stages", "expected"),
    [
        ("published", [Stands(opens_at=NOW + timedelta(seconds=1), closes_at=NOW + timedelta(days=1))], "upcoming"),
        ("published", [Stands(closes_at=NOW + timedelta(seconds=1))], "open"),
        ("published", [Stands()], "closed"),
        ("published", [Stands(opened_at=NOW)], "in_assessment"),
        ("published", [Stands(opened_at=NOW, told_at=NOW + timedelta(seconds=1))], "in_assessment"),
        ("published", [Stands(opened_at=NOW, told_at=NOW)], "decided"),
        ("concluded", [Stands(opened_at=NOW, told_at=NOW)], "decided"),
        ("cancelled", [Stands()], "cancelled"),
        # a later stage is open to nobody new, and a sift decides nothing
        ("published", [SIFTED, LATER], "in_assessment"),
        ("published", [SIFTED, replace(LATER, opened_at=NOW, told_at=NOW)], "decided"),
        ("concluded", [SIFTED, LATER], "decided"),
        # a second window opens while the first is being decided
        ("published", [Stands(opened_at=NOW), Stands(closes_at=NOW + timedelta(days=1))], "open"),
        # a window that was ended before it began is not waited for
        ("published", [Stands(opened_at=NOW, told_at=NOW), replace(LATER, number=1)], "upcoming"),
        ("published", [Stands(opened_at=NOW, told_at=NOW), replace(LATER, number=1, ended_at=NOW)], "decided"),
    ],
)
def test_where_a_call_stands_and_that_nobody_learns_of_decisions_before_all_are_told(
    state: str, stages: list[Stands], expected: str
) -> None:
    assert status(state, stages, NOW) == expected


@pytest.mark.parametrize("state", ["draft", "in_review", "approved"])
def test_a_call_that_is_being_prepared_stands_nowhere_for_the_public(state: str) -> None:
    with pytest.raises(ValueError, match=f"^a call at '{state}' is not public$"):
        status(state, [Stands()], NOW)


def test_a_mark_changes_with_the_content_alone() -> None:
    one = {"title": "A", "budget": Decimal("5.00"), "opens_at": NOW, "starts_on": None}
    same = {"starts_on": None, "opens_at": NOW.astimezone(UK), "budget": Decimal(5), "title": "A"}
    assert mark(one) == mark(same)
    assert len({mark({**one, "title": text}) for text in ("A", "B", "", "A ")}) == 4
    assert 0 < mark(one) < 10**9
