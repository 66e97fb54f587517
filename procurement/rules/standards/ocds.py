"""Procurement as OCDS 1.1.5 with the UK extension: releases, one per thing that happened, in packages with a next link.

https://standard.open-contracting.org/1.1/en/ and https://github.com/cabinetoffice/ocds_uk_extension
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from procurement.rules import references
from procurement.rules.published import (
    CallKind,
    PublishedAward,
    PublishedCall,
    Publisher,
    instant,
)
from procurement.rules.published_dates import first_published
from procurement.rules.standards import ocds_contracts
from procurement.rules.standards import ocds_documents as documents
from procurement.rules.standards import ocds_parts as parts
from procurement.rules.standards.merging import compiled, merged
from procurement.rules.standards.ocds_changes import amended
from procurement.rules.standards.parties import filled
from procurement.rules.statuses import AwardStatus, TenderStatus
from workflows.definition import AWARD_NOTICE

VERSION = "1.1"
_COMMUNITY = "https://raw.githubusercontent.com/open-contracting-extensions"
EXTENSIONS = (
    f"{_COMMUNITY}/ocds_lots_extension/v1.1.5/extension.json",
    f"{_COMMUNITY}/ocds_bid_extension/v1.1.5/extension.json",
    f"{_COMMUNITY}/ocds_awardCriteria_extension/master/extension.json",
    f"{_COMMUNITY}/ocds_legalBasis_extension/1.1/extension.json",
    f"{_COMMUNITY}/ocds_partyDetails_scale_extension/master/extension.json",
    f"{_COMMUNITY}/ocds_pagination_extension/master/extension.json",
    # the UK extension adds to these, and so asks for them
    f"{_COMMUNITY}/ocds_communication_extension/master/extension.json",
    f"{_COMMUNITY}/ocds_location_extension/master/extension.json",
    f"{_COMMUNITY}/ocds_otherRequirements_extension/master/extension.json",
    f"{_COMMUNITY}/ocds_performance_failures_extension/master/extension.json",
    f"{_COMMUNITY}/ocds_subcontracting_extension/master/extension.json",
    f"{_COMMUNITY}/ocds_suitability_extension/master/extension.json",
    f"{_COMMUNITY}/ocds_techniques_extension/master/extension.json",
    "https://raw.githubusercontent.com/cabinetoffice/ocds_uk_extension/main/extension.json",
)
_PROCUREMENT_ACT = {
    "scheme": "UKPGA",
    "id": "2023/54",
    "description": "Procurement Act 2023",
    "uri": "https://www.legislation.gov.uk/ukpga/2023/54/contents",
}
Release = dict[str, Any]
Package = dict[str, Any]


def call_ocid(call: PublishedCall, publisher: Publisher) -> str:
    """The id of the contracting process: one per call, for ever."""
    return call.open_data_id or references.ocid(publisher.ocid_prefix, call.reference)


def _as_published(publisher: Publisher, call: PublishedCall) -> Publisher:
    """The publisher with the prefix that the call was first published under: ids of organisations go by it too."""
    return replace(publisher, ocid_prefix=references.prefix_of(call_ocid(call, publisher), call.reference))


def releases(call: PublishedCall, awards: Sequence[PublishedAward], publisher: Publisher) -> list[Release]:
    """Everything that was published of a procurement, oldest first, with strictly increasing dates.

    A release is added for each instant at which something became public: the call, dates of it that moved, the telling
    of a stage after which others come, its cancellation or its end without an award, awards (pending while standstill
    runs), their confirmation, refusals, and awards that lapsed. What falls into the same second is one release. Raises
    ValueError for a fund: grants are published as 360Giving.
    """
    if call.kind is not CallKind.CHALLENGE:
        raise ValueError(f"{call.reference} is no procurement")
    publisher = _as_published(publisher, call)
    happened: dict[str, list[Release]] = {}
    for at, part in _parts(call, awards, publisher):
        happened.setdefault(instant(at), []).append(part)
    ocid = call_ocid(call, publisher)
    found = []
    for moment in sorted(happened):
        parts = happened[moment]
        tags = list(dict.fromkeys(part.pop("tag") for part in parts))
        body: Release = {}
        for part in parts:
            body = merged(body, part)
        stamp = moment.replace("-", "").replace(":", "")
        found.append(
            {
                "ocid": ocid,
                "id": f"{ocid}-{stamp}",
                "date": moment,
                "tag": tags,
                "language": "en",
                "initiationType": "tender",
                **body,
            }
        )
    return found


def _parts(
    call: PublishedCall, awards: Sequence[PublishedAward], publisher: Publisher
) -> Iterable[tuple[datetime, Release]]:
    """What happened, in the order in which it may be told when two things fall together."""
    yield call.published_at, _called(first_published(call), publisher)
    for amendment in call.amendments:
        yield amendment.published_at, amended(call, amendment)
    for award in awards:
        yield award.published_at, _awarded(call, award, publisher)
    for award in awards:
        yield from _settled(award)
    for stage in call.stages:
        if stage.told_at is not None and not stage.awards:
            yield (
                stage.told_at,
                {"tag": "tenderUpdate", "tender": {"id": call.reference, "milestones": [parts.met(stage)]}},
            )
    ended = call.cancelled_at or call.no_award_at
    for notice in call.notices:
        if notice.published_at > (ended or call.published_at):
            yield (
                notice.published_at,
                {"tag": "tenderUpdate", "tender": {"id": call.reference, "documents": [documents.notice_of(notice)]}},
            )
    for lot in call.lots:
        if lot.abandoned_at is not None:
            yield lot.abandoned_at, {"tag": "tenderUpdate", "tender": parts.lot_ended(call, lot)}
    if awards:
        last = max(award.published_at for award in awards)
        yield last, filled({"tag": "award", "tender": _decided(call, awards), "bids": parts.bids_of(call, last)})
    if call.no_award_at is not None:
        yield call.no_award_at, {"tag": "tenderUpdate", **_ended(call, call.no_award_at, TenderStatus.UNSUCCESSFUL)}
    if call.cancelled_at is not None:
        yield (
            call.cancelled_at,
            {"tag": "tenderCancellation", **_ended(call, call.cancelled_at, TenderStatus.CANCELLED)},
        )


def _settled(award: PublishedAward) -> Iterable[tuple[datetime, Release]]:
    """What became of an award: a claim holds it, it stands, it is accepted, its contract is signed, it ends. Where it
    was accepted the award stays, and the contract is terminated; else the award is cancelled."""
    confirmed, ended = award.confirmation_published_at, award.ended_at
    for held, part in parts.holds_of(award):
        yield held, {"tag": "awardUpdate", "awards": [part]}
    if confirmed is not None and (ended is None or confirmed < ended):
        stands = {"id": award.reference, "status": AwardStatus.ACTIVE, **parts.without_start(award)}
        yield confirmed, {"tag": "awardUpdate", "awards": [stands]}
    yield from ocds_contracts.told_of(award)
    if ended is None:
        return
    if award.accepted_at is not None:
        yield ended, ocds_contracts.ended(award)
    else:
        yield ended, {"tag": "awardCancellation", "awards": [parts.cancelled(award)]}


def _decided(call: PublishedCall, awards: Sequence[PublishedAward]) -> dict[str, Any]:
    """What of the tender is new with the newest awards. It is complete with the first of them, since nobody can tender
    any more (an award of a tender that runs has no sense to who reads the data); its lots once every stage that awards
    is told."""
    awarding = [stage for stage in call.stages if stage.awards]
    told = [parts.met(stage) for stage in awarding if stage.told_at is not None]
    tender: dict[str, Any] = {"id": call.reference, "status": TenderStatus.COMPLETE}
    if len(told) == len(awarding):
        won = {award.lot for award in awards}
        tender["lots"] = [
            {
                "id": lot.reference,
                "status": lot.end or (TenderStatus.COMPLETE if lot.reference in won else TenderStatus.UNSUCCESSFUL),
            }
            for lot in call.lots
        ]
    return filled({**tender, "milestones": told})


def _called(call: PublishedCall, publisher: Publisher) -> Release:
    buyer = parts.authority_of(publisher)
    reference = {"id": buyer["id"], "name": buyer["name"]}
    tender = filled(
        {
            "id": call.reference,
            "title": call.title,
            "description": call.summary,
            "status": "active",
            "procuringEntity": reference,
            "value": parts.value_of(parts.total_of(call), call.budget_gross),
            **parts.method_of(call),
            "mainProcurementCategory": "services",
            "legalBasis": _PROCUREMENT_ACT,
            "aboveThreshold": call.above_threshold,
            "submissionMethod": ["electronicSubmission"],
            "submissionMethodDetails": f"Apply online at {call.url}",
            "tenderPeriod": {"startDate": instant(call.opens_at), "endDate": instant(call.closes_at)},
            "enquiryPeriod": call.questions_until
            and {"startDate": instant(call.published_at), "endDate": instant(call.questions_until)},
            "lots": [parts.lot_of(lot) for lot in call.lots],
            "items": parts.items_of(call, publisher),
            "milestones": [parts.milestone_of(stage) for stage in call.stages],
            "documents": documents.of_call(call),
        }
    )
    return {"tag": "tender", "parties": [buyer], "buyer": reference, "tender": tender}


def _awarded(call: PublishedCall, award: PublishedAward, publisher: Publisher) -> Release:
    parties = [parts.party_of(each, publisher) for each in award.organisations]
    standstill = filled(
        {
            "startDate": award.standstill_begins and instant(award.standstill_begins),
            "endDate": award.standstill_ends and instant(award.standstill_ends),
        }
    )
    body = filled(
        {
            "id": award.reference,
            "title": award.title,
            "description": award.summary,
            "status": "pending",
            "date": parts.day_of(award.decided_on),
            "value": parts.value_of(award.amount, award.amount_gross),
            "suppliers": [{"id": each["id"], "name": each["name"]} for each in parties],
            "relatedLots": [award.lot],
            "mainProcurementCategory": "services",
            "aboveThreshold": call.above_threshold,
            "contractPeriod": parts.days_of(award.starts_on, award.ends_on),
            "standstillPeriod": standstill,
            "assessmentSummariesDateSent": award.told_at and instant(award.told_at),
            "documents": [documents.notice_of(each) for each in award.notices if each.notice == AWARD_NOTICE],
        }
    )
    return {"tag": "award", "parties": [parts.authority_of(publisher), *parties], "awards": [body]}


def _ended(call: PublishedCall, at: datetime, status: TenderStatus) -> Release:
    reason = filled(
        {
            "id": f"{call.reference}-{status}",
            "date": instant(at),
            "rationale": call.ended_reason,
            "description": "The procurement was cancelled."
            if status is TenderStatus.CANCELLED
            else "No award was made.",
        }
    )
    tender = filled(
        {
            "id": call.reference,
            "status": status,
            "finalStatusDate": instant(at),
            "lots": [{"id": lot.reference, "status": lot.end or status} for lot in call.lots],
            "amendments": [reason],
            "documents": documents.notices_by(call, at),
        }
    )
    return filled({"tender": tender, "bids": parts.bids_of(call, at)})


def _package(publisher: Publisher, uri: str, published_at: str) -> Package:
    known = {"scheme": publisher.scheme, "uid": publisher.number} if publisher.scheme and publisher.number else {}
    return filled(
        {
            "uri": uri,
            "version": VERSION,
            "extensions": list(EXTENSIONS),
            "publishedDate": published_at,
            "publisher": filled({"name": publisher.name, **known, "uri": publisher.url}),
            "license": publisher.licence_url,
            "publicationPolicy": publisher.policy_url,
        }
    )


def release_package(
    found: Sequence[Release],
    publisher: Publisher,
    uri: str,
    *,
    published_at: datetime | None = None,
    next_uri: str = "",
) -> Package:
    """A page of releases. `uri`: this page's own address; `next_uri`: the next page's, empty where none is to be asked
    for; `published_at`: when the newest of them was published (else its own date is taken), so that the same releases
    give the same bytes. A page without releases, which has to be given one, says that nothing is new.
    """
    package = _package(publisher, uri, instant(published_at) if published_at else max(each["date"] for each in found))
    if next_uri:
        package["links"] = {"next": next_uri}
    return {**package, "releases": list(found)}


def record_package(found: Sequence[Release], publisher: Publisher, uri: str) -> Package | None:
    """One contracting process: its releases, oldest first, and what they add up to. None without releases.

    Raises ValueError where two releases have the same date or belong to different processes. `versionedRelease` is left
    out: the standard's own validators stumble over it, and everything in it is in the releases.
    """
    if not found:
        return None
    record = {"ocid": found[0]["ocid"], "releases": list(found), "compiledRelease": compiled(found)}
    return {**_package(publisher, uri, found[-1]["date"]), "records": [record]}
