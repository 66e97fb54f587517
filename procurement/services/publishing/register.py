"""Copying what becomes public into the register; a later publication starts from the one before it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from procurement.models.abandonments import Abandonment
from procurement.models.awards import Award, Notice
from procurement.models.calls import Call, Lot
from procurement.models.stages import Stage
from procurement.queries import publishable as publishable_queries
from procurement.queries import workflows as workflows_queries
from procurement.queries.publishable import with_counts
from procurement.rules import references
from procurement.rules.dates import work_can_start
from procurement.rules.published import (
    PublishedAmendment,
    PublishedAward,
    PublishedCall,
    Publisher,
    instant,
)
from procurement.rules.published_dates import amended
from procurement.rules.published_documents import PublishedNotice
from procurement.rules.signing import SIGNED, TO_BE_SIGNED
from procurement.rules.statuses import AWARD_ENDS, AWARD_HOLDS, AwardChange
from procurement.services import about, documents
from procurement.services.act import Act
from procurement.services.publishing.contents import Ended, sheet_content, uk6_content, uk12_content
from procurement.services.publishing.identity import identify, identify_grant, require_identity
from procurement.services.publishing.known import grown, known_call, published_awards, published_by_reference
from procurement.services.publishing.shown import notice_heading, notice_title, rows_of, show_all, show_notice
from procurement.services.publishing.tender_notices import show_tender_notices, with_tender_notices
from procurement.services.publishing.writing import enter, enter_all, next_moment, release, write_grants
from workflows.definition import Standard

TOGETHER = "award_changes_together"


def publish_call(act: Act, call: Call) -> None:
    """The call appears in the register, and where its procedure publishes OCDS the first release (tag `tender`)."""
    require_identity(act)
    identify(act, call)
    public_call = publishable_queries.call_to_publish(act.session, call, base_url=act.ports.base_url, now=act.now)
    if workflows_queries.standard_of(call) is not Standard.OCDS:
        enter(act, "call", call.ref, public_call, call_id=call.id)
        return
    public_call = with_tender_notices(act, call, public_call)
    enter(act, "call", call.ref, public_call, call_id=call.id)
    publisher = publishable_queries.publisher_at(act.session, act.now, act.ports.base_url)
    released = release(act, public_call, [], publisher)
    show_tender_notices(act, call, public_call, publisher, released[-1])


def publish_told(act: Act, call: Call, stage: Stage) -> None:
    """That the applicants of a stage were told: a release of its own where another stage comes next. The telling of a
    stage that awards is published with its awards."""
    known = known_call(act, call)
    if stage.awards or known is None or workflows_queries.standard_of(call) is not Standard.OCDS:
        return
    moment = next_moment(act.session, call.ref, act.now, act.ports)
    stages = tuple(replace(each, told_at=moment) if each.key == stage.key else each for each in known.stages)
    if stages == known.stages:
        return  # published before its stages were
    public_call = replace(known, stages=stages)
    enter(act, "call", call.ref, public_call, call_id=call.id)
    publisher = publishable_queries.publisher_at(act.session, act.now, act.ports.base_url)
    release(act, public_call, published_awards(act.session, call.ref), publisher)


def publish_amendment(act: Act, call: Call, amendment: PublishedAmendment) -> None:
    """Dates of the call moved: its entry says the new ones, and what they were and why; a release of its own."""
    known = known_call(act, call)
    if known is None:
        return
    moment = next_moment(act.session, call.ref, act.now, act.ports)
    documents = tuple(replace(each, published_at=moment) for each in amendment.documents)
    public_call = amended(known, replace(amendment, published_at=moment, documents=documents))
    enter(act, "call", call.ref, public_call, call_id=call.id)
    if workflows_queries.standard_of(call) is Standard.OCDS:
        publisher = publishable_queries.publisher_at(act.session, act.now, act.ports.base_url)
        release(act, public_call, published_awards(act.session, call.ref), publisher)


def publish_cancellation(act: Act, call: Call, *, reason: str) -> None:
    """The call's entry says that it ended, and why; what was published of it before stays. A draft had no entry."""
    known = known_call(act, call)
    if known is None:
        return
    moment = next_moment(act.session, call.ref, act.now, act.ports)
    public_call = replace(known, cancelled_at=moment, ended_reason=reason)
    enter(act, "call", call.ref, public_call, call_id=call.id)
    if workflows_queries.standard_of(call) is Standard.OCDS:
        awards = published_awards(act.session, call.ref)
        publisher = publishable_queries.publisher_at(act.session, act.now, act.ports.base_url)
        release(act, public_call, awards, publisher)


def publish_lot_end(act: Act, call: Call, lot: Lot, *, unsuccessful: bool) -> None:
    """One lot ended while the call goes on: the call's entry says which, when and why; a release of its own."""
    known = known_call(act, call)
    if known is None:
        return
    moment = next_moment(act.session, call.ref, act.now, act.ports)
    reference = references.lot_reference(call.ref, lot.number)
    lots = tuple(
        replace(each, abandoned_at=moment, ended_reason=lot.ended_reason, unsuccessful=unsuccessful)
        if each.reference == reference
        else each
        for each in known.lots
    )
    public_call = replace(known, lots=lots)
    enter(act, "call", call.ref, public_call, call_id=call.id)
    if workflows_queries.standard_of(call) is Standard.OCDS:
        publisher = publishable_queries.publisher_at(act.session, act.now, act.ports.base_url)
        release(act, public_call, published_awards(act.session, call.ref), publisher)


def publish_notice(act: Act, notice: Notice, call: Call, awards: Sequence[Award]) -> None:
    """UK6: the notice, its awards as pending while standstill runs, and one OCDS release for all of them.

    `notice.standstill_ends_at` and `notice.working` are set (`rules.dates`). Procurement Act 2023 s.50.
    """
    publisher = publishable_queries.publisher_at(act.session, act.now, act.ports.base_url)
    moment = next_moment(act.session, call.ref, act.now, act.ports)
    known = known_call(act, call)
    if known is None:
        raise ValueError(f"{call.ref} was never published")
    counted = publishable_queries.call_to_publish(act.session, call, base_url=act.ports.base_url, now=act.now)
    public_call = grown(known, counted)
    enter(act, "call", call.ref, public_call, call_id=call.id)
    published = [
        with_counts(each, public_call)
        for each in publishable_queries.awards_to_publish(
            act.session, call, awards, base_url=act.ports.base_url, published_at=moment, notice=notice
        )
    ]
    enter_all(act, "award", published, call_id=call.id)
    show_all(act, public_call, published, publisher)
    releases = release(act, public_call, published_awards(act.session, call.ref), publisher)
    content = uk6_content(notice, public_call, published, publisher, releases[-1], act.now)
    document = documents.request(
        act, "uk6_notice", f"uk6_notice:{notice.id}", content, reference=notice.ref, about=about.call(call), public=True
    )
    title = notice_title(notice_heading(notice.kind, call.route), call.title)
    show_notice(act, notice, public_call, published, publisher, document, title=title)
    for row in rows_of(act.session, [each.reference for each in published]).values():
        row.notice_ref = notice.ref


def publish_termination(act: Act, notice: Notice, call: Call) -> None:
    """UK12: the notice, and one OCDS release that says where it is. `notice.published_at` is its instant on the central
    platform; what ended was published when that was decided. Procurement Act 2023 s. 55."""
    publisher = publishable_queries.publisher_at(act.session, act.now, act.ports.base_url)
    moment = next_moment(act.session, call.ref, act.now, act.ports)
    known = known_call(act, call)
    if known is None or notice.abandonment_id is None:
        raise ValueError(f"{call.ref} was never published")
    row = act.session.get_one(Abandonment, notice.abandonment_id)
    lot = None if row.lot_id is None else act.session.get_one(Lot, row.lot_id)
    assert row.approved_at is not None  # noqa: S101  (nothing else has such a notice)
    lots = () if lot is None else (f"Lot {lot.number}: {lot.title}",)
    shown_at = PublishedNotice(
        notice=notice.kind,
        reference=notice.ref,
        title=notice_title(notice_heading(notice.kind, call.route), call.title, lots),
        url=f"{act.ports.base_url}/notices/{notice.ref}",
        published_at=moment,
        media_type="text/html",
        outside=notice.outside_number,
    )
    public_call = replace(known, notices=(*known.notices, shown_at))
    enter(act, "call", call.ref, public_call, call_id=call.id)
    releases = release(act, public_call, published_awards(act.session, call.ref), publisher)
    ended = Ended(
        what="The whole procurement." if lot is None else "One lot of the procurement. The other lots go on.",
        lots=lots,
        reason=row.reason,
        at=row.approved_at,
    )
    document = documents.request(
        act,
        "uk12_notice",
        f"uk12_notice:{notice.id}",
        uk12_content(notice, public_call, ended, publisher, releases[-1]),
        reference=notice.ref,
        about=about.call(call),
        public=True,
    )
    plain = {"ended": ended.what, "lots": list(ended.lots), "reason": ended.reason, "decided_at": instant(ended.at)}
    show_notice(act, notice, public_call, [], publisher, document, title=shown_at.title, more=plain)


@dataclass(frozen=True)
class Changed:
    """What became of an award, from when that is so, and what is published beside that."""

    award: Award
    change: AwardChange
    at: datetime
    told: Mapping[str, Any] = field(default_factory=dict)


@contextmanager
def together(act: Act, call: Call) -> Iterator[None]:
    """What becomes of the awards of a call in here is published at its end, at one instant: as many statements for
    many awards as for one. An act that fails publishes nothing."""
    waiting: list[Changed] = act.session.info.setdefault(TOGETHER, [])
    try:
        yield
    finally:
        del act.session.info[TOGETHER]
    _publish_changes(act, call, waiting)


def publish_award_change(act: Act, award: Award, call: Call, *, change: AwardChange, at: datetime, **told: Any) -> None:
    """An award is confirmed, accepted, held or ends (`change`), effective `at`; a grant is published with its
    confirmation. `told`: facts of a published award that go with the change. Inside `together` it waits for the end of
    that."""
    waiting: list[Changed] | None = act.session.info.get(TOGETHER)
    if waiting is None:
        _publish_changes(act, call, [Changed(award, change, at, told)])
    else:
        waiting.append(Changed(award, change, at, told))


def _publish_changes(act: Act, call: Call, changes: Sequence[Changed]) -> None:
    before = published_by_reference(act.session, [each.award.ref for each in changes])
    told = _by_award(changes, before)
    if not told:
        return
    publisher = publishable_queries.publisher_at(act.session, act.now, act.ports.base_url)
    public_call = known_call(act, call)
    if public_call is None:
        raise ValueError(f"{call.ref} was never published")
    ocds_call = workflows_queries.standard_of(call) is Standard.OCDS
    # everything is dated when it becomes public; what it is effective from stands beside that
    moment = next_moment(act.session, call.ref, act.now, act.ports)
    new = [each for ref, each in told.items() if ref not in before]
    first = publishable_queries.awards_to_publish(
        act.session, call, [each[0].award for each in new], base_url=act.ports.base_url, published_at=moment
    )
    if any(AwardChange.CONFIRMED in _kinds(each) for each in new):
        counted = publishable_queries.call_to_publish(act.session, call, base_url=act.ports.base_url, now=act.now)
        if (grew := grown(public_call, counted)) != public_call:
            public_call = grew
            enter(act, "call", call.ref, public_call, call_id=call.id)
    known = {**before, **{each.reference: with_counts(each, public_call) for each in first}}
    published = [_changed(each, known[ref], moment) for ref, each in told.items()]
    if not ocds_call:
        published = [
            replace(after, grant_id=identify_grant(each[0].award, public_call, after))
            for each, after in zip(told.values(), published, strict=True)
        ]
    enter_all(act, "award" if ocds_call else "grant", published, call_id=call.id)
    show_all(act, public_call, published, publisher)
    if ocds_call:
        release(act, public_call, published_awards(act.session, call.ref), publisher)
    else:
        write_grants(act, public_call, published, publisher)
    _request_sheets(act, public_call, list(zip(told.values(), published, strict=True)), publisher)


def _by_award(changes: Sequence[Changed], before: Mapping[str, PublishedAward]) -> dict[str, list[Changed]]:
    """What became of each award, in its order. What ended or was held before anything of it was public is left out:
    the register never knew of it."""
    told: dict[str, list[Changed]] = {}
    for each in changes:
        ref = each.award.ref
        if ref in before or ref in told or each.change not in (*AWARD_ENDS, *AWARD_HOLDS):
            told.setdefault(ref, []).append(each)
    return told


def _kinds(changes: Sequence[Changed]) -> list[AwardChange]:
    return [each.change for each in changes]


def _changed(changes: Sequence[Changed], known: PublishedAward, moment: datetime) -> PublishedAward:
    """An award as it is after what became of it, one after the other."""
    for changed in changes:
        told: dict[str, Any] = {f"{changed.change}_at": moment, **changed.told}
        if changed.change == AwardChange.CONFIRMED:
            starts_on = work_can_start(known.starts_on, moment)  # it may have been suspended over that day
            told = {"confirmed_at": changed.at, "confirmed_known_at": moment, "starts_on": starts_on}
        if changed.change == AwardChange.SUSPENDED:
            told["resumed_at"] = None  # of the claim before
        if changed.change == AwardChange.ACCEPTED:
            told["contract_status"] = TO_BE_SIGNED
        if changed.change == AwardChange.SIGNED and known.contract_status:
            told["contract_status"] = SIGNED
        known = replace(known, **told)
    return known


def _request_sheets(
    act: Act, call: PublishedCall, changes: Sequence[tuple[Sequence[Changed], PublishedAward]], publisher: Publisher
) -> None:
    """The sheet of each award that stands; who reads that of one that ended reads that it did. One for each award: of
    what it is last."""
    wanted = []
    for each, published in changes:
        award, ends = each[-1].award, [change for change in _kinds(each) if change in AWARD_ENDS]
        if published.confirmed_at is None or not (ends or AwardChange.CONFIRMED in _kinds(each)):
            continue
        key = f"award_sheet:{award.id}:{ends[-1]}" if ends else f"award_sheet:{award.id}"
        content = sheet_content(call, published, publisher)
        wanted.append(documents.Wanted("award_sheet", key, content, award.ref, about.award(award)))
    if not wanted:
        return
    codes = documents.request_all(act, wanted, whole=True)  # their addresses are public from the commit on
    rows = rows_of(act.session, [each.reference for each in wanted])
    for sheet in wanted:
        rows[sheet.reference].document_code = codes[sheet.key]
