"""Dates that moved, and an award that ended, in open data: a release of its own; what was published stays as it was."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from procurement.rules.published import (
    PublishedAmendment,
    PublishedCall,
    PublishedChange,
    read,
    to_plain,
)
from procurement.rules.published_dates import amended, first_published
from procurement.rules.standards.merging import compiled
from procurement.services.publishing import status_of
from tests.rules.test_stages_in_ocds import STAGED, releases
from tests.rules.test_standards import STANDARDS, award, granted, grants_of

pytestmark = pytest.mark.skipif(not STANDARDS.is_dir(), reason="the published schemas are not beside the project")
MOVED = STAGED.published_at + timedelta(days=9)
CLOSES = STAGED.closes_at + timedelta(days=7)
AMENDMENT = PublishedAmendment(
    number=2,
    published_at=MOVED,
    reason="The network of the city was down.",
    opens_before=STAGED.opens_at,
    closes_before=STAGED.closes_at,
    opens_at=STAGED.opens_at,
    closes_at=CLOSES,
    changes=(
        PublishedChange(
            stage="interest", date="closes_at", before=STAGED.closes_at.isoformat(), after=CLOSES.isoformat()
        ),
        PublishedChange(stage="interest", date="decide_by", before="2026-11-09", after="2026-11-16"),
    ),
)


def test_dates_that_moved_are_a_release_of_their_own_and_the_first_one_stays() -> None:
    call = amended(STAGED, AMENDMENT)
    assert (call.closes_at, call.stages[0].due_on) == (CLOSES, date(2026, 11, 16))
    assert replace(first_published(call), amendments=()) == STAGED
    first, second = releases(call)
    assert [first] == releases(STAGED)
    assert (second["tag"], second["date"]) == (["tenderAmendment"], f"{MOVED:%Y-%m-%dT%H:%M:%SZ}")
    assert second["tender"]["tenderPeriod"]["endDate"] == f"{CLOSES:%Y-%m-%dT%H:%M:%SZ}"
    assert second["tender"]["milestones"] == [{"id": "interest", "dueDate": "2026-11-16T23:59:59+00:00"}]
    assert second["tender"]["amendments"][0]["rationale"] == AMENDMENT.reason
    whole = compiled([first, second])["tender"]
    assert whole["tenderPeriod"]["endDate"] == f"{CLOSES:%Y-%m-%dT%H:%M:%SZ}"
    assert [each["dueDate"] for each in whole["milestones"]] == [
        "2026-11-16T23:59:59+00:00",
        "2026-11-30T23:59:59+00:00",
    ]


def test_a_second_amendment_leaves_the_first_as_it_was() -> None:
    once = amended(STAGED, AMENDMENT)
    later = CLOSES + timedelta(days=2)
    again = replace(
        AMENDMENT,
        number=3,
        published_at=MOVED + timedelta(days=1),
        reason="Once more.",
        closes_before=CLOSES,
        closes_at=later,
        changes=(
            PublishedChange(stage="interest", date="closes_at", before=CLOSES.isoformat(), after=later.isoformat()),
        ),
    )
    twice = amended(once, again)
    found = releases(twice)
    assert found[:2] == releases(once)
    assert [each["rationale"] for each in compiled(found)["tender"]["amendments"]] == [AMENDMENT.reason, "Once more."]
    assert "milestones" not in found[2]["tender"]
    assert read(PublishedCall, to_plain(twice)) == twice


def test_an_award_that_lapsed_is_cancelled_and_a_grant_is_not_published_any_more() -> None:
    at = datetime(2026, 12, 20, 12, tzinfo=UTC)
    ended = award(lapsed_at=at)
    assert status_of(ended) == "cancelled"
    found = releases(STAGED, (ended,))
    assert found[-1]["tag"] == ["awardCancellation"]
    assert found[-1]["awards"][0]["finalStatusDate"] == "2026-12-20T12:00:00Z"
    assert grants_of(granted(lapsed_at=at)) is None
