"""What we publish is valid, has no field that the schemas do not name, and adds up as the standards say.

The schemas are not ours and not in this repository: they lie in the shared folder beside it.
"""

import copy
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some
from jsonschema import Draft4Validator, FormatChecker
from jsonschema.validators import validator_for
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4, DRAFT202012

from procurement.rules.counts import PublishedCounts
from procurement.rules.dates import standstill
from procurement.rules.ledger import canonical
from procurement.rules.published import (
    CallKind,
    CriterionKind,
    PublishedAward,
    PublishedCall,
    PublishedCriterion,
    PublishedLot,
    PublishedOrganisation,
    Publisher,
    Scale,
    read,
    to_plain,
)
from procurement.rules.published_documents import PublishedNotice
from procurement.rules.standards import ocds, threesixty
from procurement.rules.standards.merging import WHOLE_LISTS, compiled, merged
from tests.parts.unknown_fields import unknown_fields

STANDARDS = Path(__file__).parents[2].parent / "shared" / "standards"
RELEASE = "https://standard.open-contracting.org/schema/1__1__5/release-schema.json"
VERSIONED = "https://standard.open-contracting.org/schema/1__1__5/versioned-release-validation-schema.json"
GRANT = "https://raw.githubusercontent.com/ThreeSixtyGiving/standard/1.4.2/schema/360-giving-schema.json"
Errors = Callable[[Any], list[str]]


@pytest.fixture(autouse=True, scope="module")
def schemas_are_there() -> None:
    if STANDARDS.is_dir():
        return
    reason = f"the published schemas are not in {STANDARDS.parent.name}/{STANDARDS.name} beside the project"
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@cache
def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((STANDARDS / name).read_text(encoding="utf-8"))
    return found


@cache
def paged(name: str) -> dict[str, Any]:
    """A package schema with what the pagination extension adds to it, as that extension publishes it."""
    (path,) = (STANDARDS / "ocds" / "extensions").glob("ocds_pagination_extension*.zip")
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as packed:
        (inner,) = (each for each in packed.namelist() if each.endswith(f"/{name}"))
        patch = json.loads(packed.read(inner))
    found = copy.deepcopy(schema(f"ocds/{name}"))
    found["properties"] |= patch["properties"]
    return found


def formats() -> FormatChecker:
    """Dates as RFC 3339 says (rfc3339-validator), and addresses that are absolute."""
    checker = FormatChecker()
    assert "date-time" in checker.checkers

    @checker.checks("uri")
    def absolute(value: object) -> bool:
        return not isinstance(value, str) or (urlsplit(value).scheme in {"http", "https"} and " " not in value)

    return checker


@cache
def release_schema() -> dict[str, Any]:
    """The release schema with the location extension that we declare (its master); the file has its version 1.1.5."""
    with zipfile.ZipFile(STANDARDS / "ocds" / "extensions" / "ocds_location_extension@master.zip") as packed:
        (name,) = (each for each in packed.namelist() if Path(each).name == "release-schema.json")
        return patched(schema("ocds/release-schema-patched.json"), json.loads(packed.read(name)))


def patched(whole: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """As RFC 7396 says, without its null: an extension takes nothing out."""
    return whole | {
        key: patched(whole.get(key, {}), value) if isinstance(value, dict) else value for key, value in patch.items()
    }


def ocds_errors(package: Any, name: str = "release-package-schema.json") -> list[str]:
    resources = [
        (RELEASE, Resource.from_contents(release_schema(), DRAFT4)),
        (VERSIONED, Resource.from_contents({}, DRAFT4)),
    ]
    registry: Registry[Any] = Registry().with_resources(resources)
    validator = Draft4Validator(paged(name), registry=registry, format_checker=formats())
    invalid = [f"{'/'.join(map(str, each.absolute_path))}: {each.message}" for each in validator.iter_errors(package)]
    named = {RELEASE: release_schema(), VERSIONED: {}}
    return invalid + [f"{path}: unknown" for path in unknown_fields(package, paged(name), named)]


def record_errors(package: Any) -> list[str]:
    return ocds_errors(package, "record-package-schema.json")


def grant_errors(package: Any) -> list[str]:
    whole, item = (
        schema(f"360giving/schema/{name}")
        for name in (
            "360-giving-package-schema.json",
            "360-giving-schema.json",
        )
    )
    registry: Registry[Any] = Registry().with_resources([(GRANT, Resource.from_contents(item, DRAFT202012))])
    kind = validator_for({"$schema": whole["$schema"].replace("http:", "https:")})
    validator = kind(whole, registry=registry, format_checker=formats())
    invalid = [f"{'/'.join(map(str, each.absolute_path))}: {each.message}" for each in validator.iter_errors(package)]
    return invalid + [f"{path}: unknown" for path in unknown_fields(package, whole, {GRANT: item})]


AUTHORITY = Publisher(
    name="Birmingham City Council",
    url="https://trades.example",
    ocid_prefix="ocds-b5fd17",
    grant_prefix="360G-bcc",
    scheme="GB-LAE",
    number="BIR",
    policy_url="https://trades.example/data/policy",
    email="trades@birmingham.example",
    locality="Birmingham",
    postcode="B1 1BB",
)
FIRM = PublishedOrganisation(
    key="7k3m",
    name="Airwise & Söhne Ltd",
    company_number="1234567",
    street="1 Gas Street",
    locality="Birmingham",
    postcode="B1 2JT",
    country="United Kingdom",
    url="https://airwise.example",
    scale=Scale.SMALL,
    vcse=False,
)
CHARITY = PublishedOrganisation(key="9x2b", name="صاف ہوا ٹرسٹ", charity_number="1098765", scale=Scale.MICRO, vcse=True)
NEITHER = PublishedOrganisation(key="4d5e", name="Café Olé “co-op”", scale=Scale.SELF_EMPLOYED)
BOTH = replace(FIRM, key="8h8h", name="Both plc", charity_number="SC012345")
PUBLISHED = datetime(2026, 10, 1, 9, tzinfo=UTC)
TOLD = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOTICED = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
PERIOD = standstill(NOTICED)
CALL_URL = "https://trades.example/calls/BCC-2026-014"


def notice(kind: str, at: datetime) -> PublishedNotice:
    return PublishedNotice(
        notice=kind,
        reference=f"BCC-2026-014-{kind}",
        title=f"{kind} notice",
        url=f"{CALL_URL}/{kind}.pdf",
        published_at=at,
    )


def lot(number: int, **more: Any) -> PublishedLot:
    quality = PublishedCriterion(name="Impact", description="What changes", weight=Decimal(60), minimum=2)
    price = PublishedCriterion(name="Price", weight=Decimal("40"), kind=CriterionKind.PRICE)
    return PublishedLot(
        reference=f"BCC-2026-014-L{number}",
        title=f"Lot {number}",
        budget=Decimal("50000.50"),
        criteria=(quality, price),
        starts_on=date(2027, 1, 4),
        ends_on=date(2027, 6, 30),
        **more,
    )


def counts(number: int) -> PublishedCounts:
    return PublishedCounts(
        lot=f"BCC-2026-014-L{number}", received=5, eligible=4, assessed=4, assessed_sme=3, assessed_vcse=0
    )


CHALLENGE = PublishedCall(
    reference="BCC-2026-014",
    kind=CallKind.CHALLENGE,
    title="Cleaner air at the school gate",
    summary="Children breathe traffic fumes.\n\nWe want fewer.",
    url=CALL_URL,
    published_at=PUBLISHED,
    opens_at=PUBLISHED,
    closes_at=datetime(2026, 11, 2, 12, tzinfo=UTC),
    lots=(lot(1), lot(2)),
    procedure="Competitive flexible procedure, one stage",
    theme="Low carbon",
    above_threshold=True,
    questions_until=datetime(2026, 10, 20, 11, tzinfo=UTC),
    notices=(notice("UK4", PUBLISHED),),
)


def award(number: int = 1, **more: Any) -> PublishedAward:
    given: dict[str, Any] = {
        "reference": f"bcc-2026-014-a{number}",
        "number": f"a{number}",
        "lot": f"BCC-2026-014-L{number}",
        "title": f"Sensors at {number} schools",
        "summary": "Measured air",
        "amount": Decimal("49999.99"),
        "organisations": (FIRM,),
        "url": f"https://trades.example/awards/bcc-2026-014-a{number}",
        "decided_on": date(2026, 11, 20),
        "published_at": NOTICED,
        "told_at": TOLD,
        "standstill_begins": NOTICED,
        "standstill_ends": PERIOD.ends_at,
        "starts_on": date(2027, 1, 4),
        "ends_on": date(2027, 6, 30),
        "notices": (notice("UK6", NOTICED),),
    }
    return PublishedAward(**(given | more))


WITH_COUNTS = replace(CHALLENGE, counts=(counts(1), counts(2)))
CANCELLED = replace(
    CHALLENGE,
    cancelled_at=datetime(2026, 11, 10, tzinfo=UTC),
    ended_reason="The budget was withdrawn.",
    notices=(notice("UK4", PUBLISHED), notice("UK12", datetime(2026, 11, 10, tzinfo=UTC))),
)
STORIES: dict[str, tuple[PublishedCall, tuple[PublishedAward, ...]]] = {
    "only published": (CHALLENGE, ()),
    "as little as can be": (
        PublishedCall(
            reference="X",
            kind=CallKind.CHALLENGE,
            title="x",
            summary="",
            url=CALL_URL,
            published_at=PUBLISHED,
            opens_at=PUBLISHED,
            closes_at=TOLD,
            lots=(PublishedLot(reference="X-L1", title="Everything"),),
        ),
        (),
    ),
    "one award pending": (WITH_COUNTS, (award(),)),
    "one award confirmed": (WITH_COUNTS, (award(confirmed_at=PERIOD.confirm_at),)),
    "several awards": (
        WITH_COUNTS,
        (award(1, organisations=(CHARITY, NEITHER)), award(2, organisations=(BOTH,), confirmed_at=PERIOD.confirm_at)),
    ),
    "one firm wins both": (WITH_COUNTS, (award(1), award(2))),
    "refused": (WITH_COUNTS, (award(refused_at=NOTICED + timedelta(days=1)),)),
    "refused after confirmation": (
        WITH_COUNTS,
        (award(confirmed_at=PERIOD.confirm_at, refused_at=PERIOD.confirm_at + timedelta(days=2)),),
    ),
    "disqualified": (WITH_COUNTS, (award(disqualified_at=NOTICED + timedelta(days=1)),)),
    "abandoned": (
        WITH_COUNTS,
        (award(abandoned_at=NOTICED + timedelta(days=1), abandoned="call", ended_reason="No money."),),
    ),
    "suspended": (WITH_COUNTS, (award(suspended_at=NOTICED + timedelta(days=1)),)),
    "suspended over the first day of the work": (
        WITH_COUNTS,
        (
            award(
                suspended_at=NOTICED + timedelta(days=1),
                resumed_at=NOTICED + timedelta(days=90),
                confirmed_at=NOTICED + timedelta(days=91),
                starts_on=None,
            ),
        ),
    ),
    "suspended after its acceptance": (
        WITH_COUNTS,
        (
            award(
                confirmed_at=PERIOD.confirm_at,
                accepted_at=PERIOD.confirm_at + timedelta(days=1),
                suspended_at=PERIOD.confirm_at + timedelta(days=2),
            ),
        ),
    ),
    "signed, with its notice": (
        WITH_COUNTS,
        (
            award(
                confirmed_at=PERIOD.confirm_at,
                accepted_at=PERIOD.confirm_at + timedelta(days=1),
                contract_status="active",
                signed_on=(PERIOD.confirm_at + timedelta(days=2)).date(),
                signed_at=PERIOD.confirm_at + timedelta(days=3),
                contract_starts_on=(PERIOD.confirm_at + timedelta(days=4)).date(),
                contract_ends_on=(PERIOD.confirm_at + timedelta(days=90)).date(),
                contract_amount=Decimal(40_000),
                notices=(*award().notices, notice("UK7", PERIOD.confirm_at + timedelta(days=9))),
            ),
        ),
    ),
    "no award": (replace(WITH_COUNTS, no_award_at=TOLD, ended_reason="Nobody reached the minimum."), ()),
    "cancelled": (CANCELLED, ()),
    "everything in one second": (replace(CHALLENGE, cancelled_at=PUBLISHED), ()),
}


def built(story: str) -> list[dict[str, Any]]:
    call, awards = STORIES[story]
    return ocds.releases(call, awards, AUTHORITY)


@pytest.mark.parametrize("story", STORIES)
def test_every_story_is_valid_as_releases_and_as_a_record(story: str) -> None:
    found = built(story)
    assert ocds_errors(ocds.release_package(found, AUTHORITY, "https://trades.example/ocds/releases.json")) == []
    assert record_errors(ocds.record_package(found, AUTHORITY, "https://trades.example/ocds/records/x.json")) == []


def test_an_authority_without_an_identifier_is_published_too() -> None:
    bare = replace(AUTHORITY, scheme="", number="", policy_url="", email="", locality="", postcode="")
    found = ocds.releases(WITH_COUNTS, (award(),), bare)
    assert found[0]["buyer"] == {"id": "ocds-b5fd17-authority", "name": "Birmingham City Council"}
    assert ocds_errors(ocds.release_package(found, bare, "https://trades.example/ocds/releases.json")) == []


def test_a_release_for_each_thing_that_happened() -> None:
    def told(story: str) -> list[tuple[str, list[str]]]:
        return [(each["date"], each["tag"]) for each in built(story)]

    called = ("2026-10-01T09:00:00Z", ["tender"])
    assert told("only published") == [called]
    assert told("one award pending") == [called, ("2026-11-24T09:30:00Z", ["award"])]
    assert told("one award confirmed") == [
        called,
        ("2026-11-24T09:30:00Z", ["award"]),
        ("2026-12-05T00:00:00Z", ["awardUpdate"]),
    ]
    assert told("refused")[2:] == [("2026-11-25T09:30:00Z", ["awardCancellation"])]
    assert told("refused after confirmation")[2:] == [
        ("2026-12-05T00:00:00Z", ["awardUpdate"]),
        ("2026-12-07T00:00:00Z", ["awardCancellation"]),
    ]
    assert told("no award")[1:] == [("2026-11-23T12:00:00Z", ["tenderUpdate"])]
    assert told("cancelled")[1:] == [("2026-11-10T00:00:00Z", ["tenderCancellation"])]
    assert told("everything in one second") == [("2026-10-01T09:00:00Z", ["tender", "tenderCancellation"])]


@pytest.mark.parametrize(
    ("story", "statuses"),
    [
        ("suspended", ["pending", "pending"]),
        ("suspended over the first day of the work", ["pending", "pending", "pending", "active"]),
        ("suspended after its acceptance", ["pending", "active", "active"]),
        ("abandoned", ["pending", "cancelled"]),
    ],
)
def test_what_holds_and_ends_an_award_is_a_release_with_its_reason(story: str, statuses: list[str]) -> None:
    found = [each for release in built(story) for each in release.get("awards", ())]
    assert [each["status"] for each in found] == statuses
    whole = compiled(built(story))["awards"][0]
    said = [each.get("rationale", each["description"]) for each in whole["amendments"]]
    assert len({each["id"] for each in whole["amendments"]}) == len(said)
    assert said[0].startswith("The call was abandoned: No money." if story == "abandoned" else "A claim was made")
    assert "startDate" not in whole["contractPeriod"] or story != "suspended over the first day of the work"


def test_what_was_published_stays_as_it_was() -> None:
    before, after = built("one award pending"), built("one award confirmed")
    assert after[:2] == before
    assert [each["id"] for each in after] == [
        "ocds-b5fd17-bcc-2026-014-20261001T090000Z",
        "ocds-b5fd17-bcc-2026-014-20261124T093000Z",
        "ocds-b5fd17-bcc-2026-014-20261205T000000Z",
    ]


def test_an_award_says_what_the_law_asks_for() -> None:
    release = built("one award pending")[1]
    assert release["awards"] == [
        {
            "id": "bcc-2026-014-a1",
            "title": "Sensors at 1 schools",
            "description": "Measured air",
            "status": "pending",
            "date": "2026-11-20T00:00:00+00:00",
            "value": {"amount": 49999.99, "currency": "GBP"},
            "suppliers": [{"id": "GB-COH-01234567", "name": "Airwise & Söhne Ltd"}],
            "relatedLots": ["BCC-2026-014-L1"],
            "mainProcurementCategory": "services",
            "aboveThreshold": True,
            "contractPeriod": {"startDate": "2027-01-04T00:00:00+00:00", "endDate": "2027-06-30T23:59:59+01:00"},
            "standstillPeriod": {"startDate": "2026-11-24T09:30:00Z", "endDate": "2026-12-04T23:59:00Z"},
            "assessmentSummariesDateSent": "2026-11-23T12:00:00Z",
            "documents": [
                {
                    "id": "BCC-2026-014-UK6",
                    "documentType": "awardNotice",
                    "noticeType": "UK6",
                    "title": "UK6 notice",
                    "url": f"{CALL_URL}/UK6.pdf",
                    "datePublished": "2026-11-24T09:30:00Z",
                    "format": "application/pdf",
                    "language": "en",
                }
            ],
        }
    ]
    assert release["parties"][1]["details"] == {"scale": "small", "vcse": False}
    assert [(each["measure"], each["value"]) for each in release["bids"]["statistics"]][:5] == [
        ("bids", 5),
        ("validBids", 4),
        ("finalStageBids", 4),
        ("smeFinalStageBids", 3),
        ("vcseFinalStageBids", 0),
    ]
    assert release["tender"] == {
        "id": "BCC-2026-014",
        "status": "complete",
        "lots": [{"id": "BCC-2026-014-L1", "status": "complete"}, {"id": "BCC-2026-014-L2", "status": "unsuccessful"}],
    }


def test_a_call_is_published_with_its_lots_and_their_criteria() -> None:
    tender = built("only published")[0]["tender"]
    assert tender["value"] == {"amount": 100001, "currency": "GBP"}
    assert tender["tenderPeriod"] == {"startDate": "2026-10-01T09:00:00Z", "endDate": "2026-11-02T12:00:00Z"}
    assert tender["submissionMethod"] == ["electronicSubmission"]
    assert tender["lots"][0]["awardCriteria"] == {
        "criteria": [
            {
                "type": "quality",
                "name": "Impact",
                "description": "What changes",
                "numbers": [{"number": 60, "weight": "percentageExact"}, {"number": 2, "threshold": "minimumScore"}],
            },
            {"type": "price", "name": "Price", "numbers": [{"number": 40, "weight": "percentageExact"}]},
        ]
    }
    assert [each["noticeType"] for each in tender["documents"]] == ["UK4"]


def test_organisations_are_known_by_the_registers_that_know_them() -> None:
    release = built("several awards")[1]
    assert [each["id"] for each in release["parties"]] == [
        "GB-LAE-BIR",
        "GB-CHC-1098765",
        "ocds-b5fd17-org-4d5e",
        "GB-COH-01234567",
    ]
    both = release["parties"][3]
    assert both["identifier"]["id"] == "01234567"
    assert both["additionalIdentifiers"] == [
        {
            "scheme": "GB-SC",
            "id": "SC012345",
            "legalName": "Both plc",
            "uri": "https://www.oscr.org.uk/about-charities/search-the-register/charity-details?number=SC012345",
        }
    ]
    assert "identifier" not in release["parties"][2]
    assert [each["id"] for each in built("one firm wins both")[1]["parties"]] == ["GB-LAE-BIR", "GB-COH-01234567"]


def test_the_compiled_release_is_what_the_releases_add_up_to() -> None:
    package = ocds.record_package(built("one award confirmed"), AUTHORITY, "https://trades.example/r.json")
    assert package is not None
    (record,) = package["records"]
    final = record["compiledRelease"]
    assert set(record) == {"ocid", "releases", "compiledRelease"}
    assert (final["tag"], final["date"], final["id"]) == (
        ["compiled"],
        "2026-12-05T00:00:00Z",
        "ocds-b5fd17-bcc-2026-014-2026-12-05T00:00:00Z",
    )
    assert [each["status"] for each in final["awards"]] == ["active"]
    assert final["awards"][0]["value"] == {"amount": 49999.99, "currency": "GBP"}
    assert [(each["id"], each["status"], each["title"]) for each in final["tender"]["lots"]] == [
        ("BCC-2026-014-L1", "complete", "Lot 1"),
        ("BCC-2026-014-L2", "unsuccessful", "Lot 2"),
    ]
    assert [each["id"] for each in final["parties"]] == ["GB-LAE-BIR", "GB-COH-01234567"]


def test_merging_follows_the_standard() -> None:
    earlier = {
        "a": 1,
        "gone": 2,
        "deep": {"x": 1, "y": 2},
        "roles": ["buyer"],
        "items": [{"id": "1", "v": 1}],
        "criteria": [{"id": "1"}],
        "plain": [{"v": 1}],
    }
    later = {
        "a": 2,
        "gone": None,
        "deep": {"y": 3},
        "roles": ["seller"],
        "items": [{"id": 2}, {"id": 1, "w": 2}],
        "criteria": [{"id": "2"}],
        "plain": [{"v": 2}],
    }
    assert merged(earlier, later) == {
        "a": 2,
        "deep": {"x": 1, "y": 3},
        "roles": ["seller"],
        "items": [{"id": 1, "v": 1, "w": 2}, {"id": 2}],
        "criteria": [{"id": "2"}],
        "plain": [{"v": 2}],
    }
    assert earlier["items"] == [{"id": "1", "v": 1}]


def test_releases_that_cannot_be_ordered_are_not_merged() -> None:
    first, second = built("one award pending")
    with pytest.raises(ValueError, match="no two have the same"):
        compiled([first, {**second, "date": first["date"]}])
    with pytest.raises(ValueError, match="no two have the same"):
        compiled([second, first])
    with pytest.raises(ValueError, match="different processes"):
        compiled([first, {**second, "ocid": "ocds-b5fd17-other"}])


def test_the_lists_that_are_replaced_whole_are_those_of_the_schema() -> None:
    def names(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            for name, each in node.items():
                if isinstance(each, dict) and each.get("wholeListMerge") is True:
                    yield name
                yield from names(each)

    assert set(names(release_schema())) == WHOLE_LISTS


def test_packages_are_paged() -> None:
    found = built("one award pending")
    here, there = "https://trades.example/ocds/releases.json", "https://trades.example/ocds/releases.json?after=2"
    dates = [datetime.fromisoformat(each["date"]) for each in found]
    first = ocds.release_package(found[:1], AUTHORITY, here, published_at=dates[0], next_uri=there)
    last = ocds.release_package(found[1:], AUTHORITY, there, published_at=dates[-1])
    assert first["links"] == {"next": there}
    assert "links" not in last
    assert ocds_errors(first) == ocds_errors(last) == []
    assert first["publishedDate"] == "2026-10-01T09:00:00Z"
    assert ocds.release_package([], AUTHORITY, there, published_at=dates[-1])["releases"] == []
    assert ocds.record_package([], AUTHORITY, here) is None


def test_a_fund_is_no_procurement() -> None:
    with pytest.raises(ValueError, match="no procurement"):
        ocds.releases(replace(CHALLENGE, kind=CallKind.FUND), (), AUTHORITY)


FUND = replace(CHALLENGE, kind=CallKind.FUND, reference="BCC-2026-015", title="Innovation fund 2026", notices=())


def granted(**more: Any) -> PublishedAward:
    plain: dict[str, Any] = {
        "applied_for": Decimal(60000),
        "confirmed_at": TOLD,
        "notices": (),
        "standstill_begins": None,
        "standstill_ends": None,
        "published_at": TOLD,
    }
    return award(**(plain | more))


def grants_of(*awards: PublishedAward) -> dict[str, Any] | None:
    return threesixty.package(
        threesixty.grants([(FUND, awards), (CHALLENGE, (award(confirmed_at=TOLD),))], AUTHORITY),
        AUTHORITY,
        download_url="https://trades.example/data/360giving.json",
        page_url="https://trades.example/awards",
        dated=(TOLD, TOLD + timedelta(days=3)),
    )


def test_the_list_of_grants_is_no_older_for_one_that_ended() -> None:
    package = grants_of(granted())
    assert package is not None
    assert (package["issued"], package["modified"]) == ("2026-11-23T12:00:00Z", "2026-11-26T12:00:00Z")


def test_a_grant_is_published_as_360giving() -> None:
    package = grants_of(granted())
    assert package is not None
    assert grant_errors(package) == []
    assert package["grants"] == [
        {
            "id": "360G-bcc-bcc-2026-015-a1",
            "title": "Sensors at 1 schools",
            "description": "Measured air",
            "currency": "GBP",
            "amountAppliedFor": 60000,
            "amountAwarded": 49999.99,
            "awardDate": "2026-11-23",
            "url": "https://trades.example/awards/bcc-2026-014-a1",
            "plannedDates": [{"startDate": "2027-01-04", "endDate": "2027-06-30", "duration": 6}],
            "recipientOrganization": [
                {
                    "id": "GB-COH-01234567",
                    "name": "Airwise & Söhne Ltd",
                    "companyNumber": "01234567",
                    "streetAddress": "1 Gas Street",
                    "addressLocality": "Birmingham",
                    "postalCode": "B1 2JT",
                    "addressCountry": "United Kingdom",
                    "url": "https://airwise.example",
                }
            ],
            "fundingOrganization": [{"id": "GB-LAE-BIR", "name": "Birmingham City Council"}],
            "grantProgramme": [{"code": "BCC-2026-015", "title": "Innovation fund 2026", "url": CALL_URL}],
            "fromOpenCall": "Yes",
            "classifications": [{"vocabulary": "Priority area", "title": "Low carbon"}],
            "dateModified": "2026-11-23T12:00:00Z",
            "dataSource": "https://trades.example/awards/bcc-2026-014-a1",
        }
    ]


def test_grants_of_every_kind_of_recipient_are_valid() -> None:
    awards = [granted(number=number, organisations=(each,)) for number, each in enumerate((CHARITY, NEITHER, BOTH), 1)]
    package = grants_of(*awards, granted(number=4, starts_on=None, ends_on=None, summary="", applied_for=None))
    assert package is not None
    assert grant_errors(package) == []
    assert [each["recipientOrganization"][0]["id"] for each in package["grants"]] == [
        "GB-CHC-1098765",
        "360G-bcc-org-4d5e",
        "GB-COH-01234567",
        "GB-COH-01234567",
    ]
    assert package["grants"][3]["description"] == "Sensors at 4 schools: awarded in Innovation fund 2026"


def test_only_grants_that_stand_are_published() -> None:
    assert grants_of() is None
    assert grants_of(granted(confirmed_at=None), granted(number=2, refused_at=TOLD)) is None


NAMES = some.text(some.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60)


@given(NAMES, NAMES, some.decimals(0, 10_000_000, places=2))
def test_odd_names_and_amounts_stay_valid(name: str, title: str, amount: Decimal) -> None:
    odd = replace(NEITHER, name=name)
    found = ocds.releases(replace(WITH_COUNTS, title=title), (award(organisations=(odd,), amount=amount),), AUTHORITY)
    package = ocds.release_package(found[1:], AUTHORITY, "https://trades.example/ocds/releases.json")
    json.dumps(package, allow_nan=False)
    assert unknown_fields(package, paged("release-package-schema.json"), {RELEASE: release_schema()}) == []
    assert found[1]["awards"][0]["suppliers"][0]["name"] == name


PLANTED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "an unknown field of the package": lambda package: package.update(publishd="x"),
    "an unknown field of a release": lambda package: package["releases"][1].update(awrds=[]),
    "an unknown field deep down": lambda package: package["releases"][0]["tender"]["lots"][0].update(valeu={}),
    "an unknown field of a statistic": lambda package: package["releases"][1]["bids"]["statistics"][0].update(lot="x"),
    "criteria on the tender": lambda package: package["releases"][0]["tender"].update(criteria=[]),
    "a status of no list": lambda package: package["releases"][1]["awards"][0].update(status="won"),
    "a tag of no list": lambda package: package["releases"][0].update(tag=["opened"]),
    "a date without a zone": lambda package: package["releases"][0].update(date="2026-10-01T09:00:00"),
    "an amount in words": lambda package: package["releases"][1]["awards"][0]["value"].update(amount="£5"),
    "an award without an id": lambda package: package["releases"][1]["awards"][0].pop("id"),
    "an address that is none": lambda package: package.update(uri="releases.json"),
    "no publisher": lambda package: package.pop("publisher"),
    "a size of no list": lambda package: package["releases"][1]["parties"][1]["details"].update(scale="tiny"),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_each_planted_error_of_procurement_is_found(fault: str) -> None:
    package = copy.deepcopy(
        ocds.release_package(built("one award pending"), AUTHORITY, "https://trades.example/ocds/releases.json")
    )
    assert package is not None
    assert ocds_errors(package) == []
    PLANTED[fault](package)
    assert len(ocds_errors(package)) == 1


PLANTED_GRANTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "an unknown field": lambda grant: grant.update(amountAwardd=5),
    "an unknown field of the recipient": lambda grant: grant["recipientOrganization"][0].update(companyNo="1"),
    "an amount in words": lambda grant: grant.update(amountAwarded="5"),
    "a day of no form": lambda grant: grant.update(awardDate="23/11/2026"),
    "an answer of no list": lambda grant: grant.update(fromOpenCall="yes"),
    "no recipient": lambda grant: grant.pop("recipientOrganization"),
    "no title": lambda grant: grant.pop("title"),
}


@pytest.mark.parametrize("fault", PLANTED_GRANTS)
def test_each_planted_error_of_grants_is_found(fault: str) -> None:
    package = copy.deepcopy(grants_of(granted()))
    assert package is not None
    PLANTED_GRANTS[fault](package["grants"][0])
    assert len(grant_errors(package)) == 1


def test_a_reference_to_a_schema_that_was_not_given_is_an_error() -> None:
    with pytest.raises(LookupError, match="no schema was given"):
        unknown_fields({"releases": [{}]}, paged("release-package-schema.json"))


@pytest.mark.parametrize("story", STORIES)
def test_facts_are_stored_as_canonical_bytes_and_read_back(story: str) -> None:
    call, awards = STORIES[story]
    assert read(PublishedCall, json.loads(canonical(to_plain(call)))) == call
    for each in awards:
        assert read(PublishedAward, json.loads(canonical(to_plain(each)))) == each
    assert read(Publisher, to_plain(AUTHORITY)) == AUTHORITY


def test_facts_that_cannot_be_read_are_refused() -> None:
    with pytest.raises(ValueError, match="has no colour"):
        read(PublishedLot, {"reference": "a", "title": "b", "colour": "red"})
    with pytest.raises(ValueError, match="title"):
        read(PublishedLot, {"reference": "a"})
    with pytest.raises(ValueError, match="no zone"):
        to_plain(replace(CHALLENGE, opens_at=datetime(2026, 1, 1)))  # noqa: DTZ001 -- that is the fault
