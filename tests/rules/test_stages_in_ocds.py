"""Stages in open data: milestones, who was selected, what was counted where, and when a tender is complete."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from procurement.rules.counts import PublishedCounts
from procurement.rules.published import PublishedAward, PublishedCall, PublishedStage, read, to_plain
from procurement.rules.standards import ocds
from procurement.rules.standards.merging import compiled
from tests.rules.test_standards import (
    AUTHORITY,
    CHALLENGE,
    NOTICED,
    PUBLISHED,
    STANDARDS,
    STORIES,
    WITH_COUNTS,
    award,
    ocds_errors,
    record_errors,
)

pytestmark = pytest.mark.skipif(not STANDARDS.is_dir(), reason="the published schemas are not beside the project")
SIFTED = datetime(2026, 11, 9, 10, tzinfo=UTC)
AWARDED = datetime(2026, 11, 23, 12, tzinfo=UTC)
INTEREST = PublishedStage(key="interest", title="Expression of interest", number=1, due_on=date(2026, 11, 9))
SHOWN = PublishedStage(
    key="demonstration",
    title="Demonstration",
    number=2,
    awards=True,
    lots=("BCC-2026-014-L1",),
    due_on=date(2026, 11, 30),
)
STAGED = replace(CHALLENGE, stages=(INTEREST, SHOWN))
SIFTED_CALL = replace(STAGED, stages=(replace(INTEREST, told_at=SIFTED), SHOWN))
TOLD_CALL = replace(WITH_COUNTS, stages=(replace(INTEREST, told_at=SIFTED), replace(SHOWN, told_at=AWARDED)))
PHASES = (
    PublishedStage(key="feasibility", title="Phase 1", number=1, awards=True, told_at=AWARDED),
    PublishedStage(key="prototype", title="Phase 2", number=2, awards=True, due_on=date(2027, 9, 30)),
)


def releases(call: PublishedCall, awards: tuple[PublishedAward, ...] = ()) -> list[dict[str, Any]]:
    found = ocds.releases(call, awards, AUTHORITY)
    assert ocds_errors(ocds.release_package(found, AUTHORITY, "https://trades.example/ocds/releases.json")) == []
    assert record_errors(ocds.record_package(found, AUTHORITY, "https://trades.example/ocds/records/x.json")) == []
    return found


def test_stages_are_milestones_and_who_goes_on_was_selected() -> None:
    (called,) = releases(STAGED)
    assert called["tender"]["procurementMethod"] == "selective"
    assert called["tender"]["milestones"] == [
        {
            "id": "interest",
            "title": "Expression of interest",
            "type": "assessment",
            "dueDate": "2026-11-09T23:59:59+00:00",
            "status": "scheduled",
        },
        {
            "id": "demonstration",
            "title": "Demonstration",
            "type": "assessment",
            "dueDate": "2026-11-30T23:59:59+00:00",
            "status": "scheduled",
            "relatedLots": ["BCC-2026-014-L1"],
        },
    ]


def test_a_stage_that_is_told_is_met_and_the_rest_is_merged() -> None:
    called, told = releases(SIFTED_CALL)
    assert (called, told["tag"], told["tender"]) == (
        releases(STAGED)[0],
        ["tenderUpdate"],
        {
            "id": "BCC-2026-014",
            "milestones": [{"id": "interest", "status": "met", "dateMet": "2026-11-09T10:00:00Z"}],
        },
    )
    whole = compiled([called, told])["tender"]
    assert (whole["status"], [(each["id"], each["status"]) for each in whole["milestones"]]) == (
        "active",
        [("interest", "met"), ("demonstration", "scheduled")],
    )
    assert whole["milestones"][0]["title"] == "Expression of interest"


def test_a_tender_is_complete_with_the_stage_that_awards_last() -> None:
    found = releases(TOLD_CALL, (award(),))
    assert [each["tag"] for each in found] == [["tender"], ["tenderUpdate"], ["award"]]
    assert found[2]["tender"]["status"] == "complete"
    assert found[2]["tender"]["milestones"] == [
        {"id": "demonstration", "status": "met", "dateMet": "2026-11-23T12:00:00Z"}
    ]
    phased = replace(WITH_COUNTS, stages=PHASES)
    first = releases(phased, (award(),))
    # nobody can tender any more; the lots wait for the second phase
    assert first[1]["tender"] == {
        "id": "BCC-2026-014",
        "status": "complete",
        "milestones": [{"id": "feasibility", "status": "met", "dateMet": "2026-11-23T12:00:00Z"}],
    }
    later = NOTICED + timedelta(days=300)
    both = replace(phased, stages=(PHASES[0], replace(PHASES[1], told_at=later)))
    second = releases(both, (award(), award(2, published_at=later, told_at=later)))
    assert [each["status"] for each in second[2]["tender"]["lots"]] == ["complete"] * len(second[2]["tender"]["lots"])
    assert [each["status"] for each in second[2]["tender"]["milestones"]] == ["met", "met"]


def test_statistics_are_of_the_first_and_of_the_awarding_stage_per_lot() -> None:
    counts = PublishedCounts(lot="BCC-2026-014-L1", received=9, eligible=7, assessed=3, assessed_sme=2, assessed_vcse=1)
    found = releases(replace(TOLD_CALL, counts=(counts,)), (award(),))[2]["bids"]["statistics"]
    assert [(each["measure"], each["value"], each["relatedLot"]) for each in found] == [
        ("bids", 9, "BCC-2026-014-L1"),
        ("validBids", 7, "BCC-2026-014-L1"),
        ("finalStageBids", 3, "BCC-2026-014-L1"),
        ("smeFinalStageBids", 2, "BCC-2026-014-L1"),
        ("vcseFinalStageBids", 1, "BCC-2026-014-L1"),
    ]


@pytest.mark.parametrize("story", STORIES)
def test_one_stage_adds_its_milestone_and_changes_nothing_else(story: str) -> None:
    call, awards = STORIES[story]
    before = ocds.releases(call, awards, AUTHORITY)
    told = AWARDED if awards else None
    one = PublishedStage(key="application", title="Application", awards=True, due_on=date(2026, 11, 30), told_at=told)
    after = releases(replace(call, stages=(one,)), awards)
    for each in after:
        if "tender" in each:
            each["tender"].pop("milestones", None)
    assert after == before


def test_what_was_published_before_stages_were_is_read_as_it_was() -> None:
    plain = to_plain(CHALLENGE)
    del plain["stages"]
    assert read(PublishedCall, plain) == CHALLENGE
    assert read(PublishedCall, to_plain(SIFTED_CALL)) == SIFTED_CALL
    assert PUBLISHED < SIFTED
