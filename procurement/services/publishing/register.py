"""Copying what becomes public into the register; a later publication starts from the one before it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from procurement.models.awards import Award, Notice
from procurement.models.calls import Call
from procurement.models.register import RegisterEntry, RegisterGrant, Release
from procurement.models.stages import Stage
from procurement.queries import publishable as publishable_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules import ledger
from procurement.rules.ports import Ports
from procurement.rules.published import (
    PublishedAmendment,
    PublishedAward,
    PublishedCall,
    Publisher,
    to_plain,
)
from procurement.rules.published_dates import amended
from procurement.rules.standards import ocds, threesixty
from procurement.rules.statuses import AWARD_ENDS, AwardChange
from procurement.services import about, documents
from procurement.services.act import Act
from procurement.services.at_commit import afterwards
from procurement.services.commitments import commit, commit_removal
from procurement.services.history import record
from procurement.services.publishing.contents import sheet_content, uk6_content
from procurement.services.publishing.identity import identify, identify_grant, require_identity
from procurement.services.publishing.known import grown, published_award, published_awards, published_call
from procurement.services.publishing.shown import row_of, show, show_notice
from workflows.definition import Standard

SECOND = timedelta(seconds=1)


def publish_call(act: Act, call: Call) -> None:
    """The call appears in the register, and where its procedure publishes OCDS the first release (tag `tender`)."""
    require_identity(act)
    identify(act, call)
    public_call = publishable_queries.call_to_publish(act.session, call, base_url=act.ports.base_url, now=act.now)
    _enter(act, "call", call.ref, public_call, call_id=call.id)
    if workflows_queries.standard_of(call) is Standard.OCDS:
        publisher = publishable_queries.publisher_at(act.session, act.now, act.ports.base_url)
        _release(act, public_call, [], publisher)


def _known(act: Act, call: Call) -> PublishedCall | None:
    """What the register says of a call, with the id that it has for ever: older publications did not say it."""
    known = published_call(act.session, call.ref)
    return None if known is None else replace(known, open_data_id=identify(act, call))


def publish_told(act: Act, call: Call, stage: Stage) -> None:
    """That the applicants of a stage were told: a release of its own where another stage comes next. The telling of a
    stage that awards is published with its awards."""
    known = _known(act, call)
    if stage.awards or known is None or workflows_queries.standard_of(call) is not Standard.OCDS:
        return
    moment = _next_moment(act.session, call.ref, act.now, act.ports)
    stages = tuple(replace(each, told_at=moment) if each.key == stage.key else each for each in known.stages)
    if stages == known.stages:
        return  # published before its stages were
    public_call = replace(known, stages=stages)
    _enter(act, "call", call.ref, public_call, call_id=call.id)
    publisher = publishable_queries.publisher_at(act.session, act.now, act.ports.base_url)
    _release(act, public_call, published_awards(act.session, call.ref), publisher)


def publish_amendment(act: Act, call: Call, amendment: PublishedAmendment) -> None:
    """Dates of the call moved: its entry says the new ones, and what they were and why; a release of its own."""
    known = _known(act, call)
    if known is None:
        return
    moment = _next_moment(act.session, call.ref, act.now, act.ports)
    public_call = amended(known, replace(amendment, published_at=moment))
    _enter(act, "call", call.ref, public_call, call_id=call.id)
    if workflows_queries.standard_of(call) is Standard.OCDS:
        publisher = publishable_queries.publisher_at(act.session, act.now, act.ports.base_url)
        _release(act, public_call, published_awards(act.session, call.ref), publisher)


def publish_cancellation(act: Act, call: Call, *, reason: str) -> None:
    """The call's entry says that it ended, and why; what was published of it before stays. A draft had no entry."""
    known = _known(act, call)
    if known is None:
        return
    moment = _next_moment(act.session, call.ref, act.now, act.ports)
    public_call = replace(known, cancelled_at=moment, ended_reason=reason)
    _enter(act, "call", call.ref, public_call, call_id=call.id)
    if workflows_queries.standard_of(call) is Standard.OCDS:
        awards = published_awards(act.session, call.ref)
        publisher = publishable_queries.publisher_at(act.session, act.now, act.ports.base_url)
        _release(act, public_call, awards, publisher)


def publish_notice(act: Act, notice: Notice, call: Call, awards: Sequence[Award]) -> None:
    """UK6: the notice, its awards as pending while standstill runs, and one OCDS release for all of them.

    `notice.standstill_ends_at` and `notice.working` are set (`rules.dates`). Procurement Act 2023 s.50.
    """
    publisher = publishable_queries.publisher_at(act.session, act.now, act.ports.base_url)
    moment = _next_moment(act.session, call.ref, act.now, act.ports)
    known = _known(act, call)
    if known is None:
        raise ValueError(f"{call.ref} was never published")
    counted = publishable_queries.call_to_publish(act.session, call, base_url=act.ports.base_url, now=act.now)
    public_call = grown(known, counted)
    _enter(act, "call", call.ref, public_call, call_id=call.id)
    published = [
        publishable_queries.award_to_publish(
            act.session, call, award, base_url=act.ports.base_url, published_at=moment, notice=notice
        )
        for award in awards
    ]
    for award, each in zip(awards, published, strict=True):
        _enter(act, "award", award.ref, each, call_id=call.id)
        show(act, public_call, each, publisher)
    releases = _release(act, public_call, published, publisher)
    content = uk6_content(notice, public_call, published, publisher, releases[-1], act.now)
    document = documents.request(
        act, "uk6_notice", f"uk6_notice:{notice.id}", content, reference=notice.ref, about=about.call(call), public=True
    )
    show_notice(act, notice, public_call, published, publisher, document)
    for each in published:
        row = row_of(act.session, each.reference)
        row.notice_ref = notice.ref


def publish_award_change(act: Act, award: Award, call: Call, *, change: AwardChange, at: datetime) -> None:
    """An award is confirmed, accepted, refused or lapses (`change`), effective `at`; a grant is published with its
    confirmation. A change that the register already tells is not told again."""
    publisher = publishable_queries.publisher_at(act.session, act.now, act.ports.base_url)
    public_call = _known(act, call)
    if public_call is None:
        raise ValueError(f"{call.ref} was never published")
    standard = workflows_queries.standard_of(call)
    # everything is dated when it becomes public; what it is effective from stands beside that
    moment = _next_moment(act.session, call.ref, act.now, act.ports)
    known = published_award(act.session, award.ref)
    if known is None:
        if change in AWARD_ENDS:
            return  # ended before anything was public: the register never knew of it
        known = publishable_queries.award_to_publish(
            act.session, call, award, base_url=act.ports.base_url, published_at=moment
        )
        if change == AwardChange.CONFIRMED:
            counted = publishable_queries.call_to_publish(act.session, call, base_url=act.ports.base_url, now=act.now)
            before, public_call = public_call, grown(public_call, counted)
            if public_call != before:
                _enter(act, "call", call.ref, public_call, call_id=call.id)
    told: dict[str, Any] = {f"{change}_at": moment}
    if change == AwardChange.CONFIRMED:
        told = {"confirmed_at": at, "confirmed_known_at": moment}
    public_award = replace(known, **told)
    subject = "award" if standard is Standard.OCDS else "grant"
    if standard is not Standard.OCDS:
        public_award = replace(public_award, grant_id=identify_grant(award, public_call, public_award))
    _enter(act, subject, award.ref, public_award, call_id=call.id)
    show(act, public_call, public_award, publisher)
    awards = published_awards(act.session, call.ref)
    if standard is Standard.OCDS:
        _release(act, public_call, awards, publisher)
    else:
        _grant(act, public_call, public_award, publisher)
    # who reads the sheet of an award that ended reads that it did
    if change == AwardChange.CONFIRMED or (change in AWARD_ENDS and public_award.confirmed_at is not None):
        document = documents.request(
            act,
            "award_sheet",
            f"award_sheet:{award.id}" if change == AwardChange.CONFIRMED else f"award_sheet:{award.id}:{change}",
            sheet_content(public_call, public_award, publisher),
            reference=award.ref,
            about=about.award(award),
            public=True,
        )
        row_of(act.session, award.ref).document_code = document.code


# writing


def _enter(
    act: Act, subject: str, reference: str, publication: PublishedCall | PublishedAward, *, call_id: int
) -> RegisterEntry:
    """Append one entry: the canonical bytes, their digest, and one event that puts the digest into the chain."""
    content = ledger.canonical(to_plain(publication))
    before = act.session.scalar(
        select(func.max(RegisterEntry.number)).where(
            RegisterEntry.subject == subject, RegisterEntry.public_id == reference
        )
    )
    entry = RegisterEntry(
        subject=subject,
        public_id=reference,
        number=(before or 0) + 1,
        published_at=act.now,
        content=content,
        digest=ledger.digest(content),
    )
    act.session.add(entry)
    act.session.flush()
    event = record(
        act,
        "register.publish",
        "register",
        entry.id,
        call_id=call_id,
        data={"subject": subject, "public_id": reference, "number": entry.number, "digest": entry.digest},
    )

    def place(_: Session) -> None:
        entry.event_position = event.position

    afterwards(act.session, place)
    return entry


def _next_moment(session: Session, call_reference: str, at: datetime, ports: Ports) -> datetime:
    """`at`, or the second after the call's last release where that is not before it: dates of one process rise."""
    last = session.scalar(select(func.max(Release.moment)).where(Release.ocid.like(f"%-{call_reference.lower()}")))
    return at if last is None or at.replace(microsecond=0) > last else last + SECOND


def _release(
    act: Act, call: PublishedCall, awards: Sequence[PublishedAward], publisher: Publisher
) -> list[dict[str, Any]]:
    """Append the releases that are new; those that were published stay byte for byte, and what they lack by today's
    rules is not put in between them."""
    made = ocds.releases(call, awards, publisher)
    last = act.session.scalar(select(func.max(Release.moment)).where(Release.ocid == made[0]["ocid"]))
    for each in made:
        if last is None or datetime.fromisoformat(each["date"]) > last:
            row = Release(
                ocid=each["ocid"],
                release_id=each["id"],
                tag=",".join(each["tag"]),
                moment=datetime.fromisoformat(each["date"]),
                recorded_at=act.now,
                content=_as_json(each),
            )
            act.session.add(row)
            commit(act, row)
            afterwards(act.session, partial(_put_last, row))
    act.session.flush()
    return made


def _put_last(row: Release, session: Session) -> None:
    """A release's place among all, given while the head of the chain is held, which is until the commit: whoever reads
    up to a place has read everything before it."""
    row.place = (session.scalar(select(func.max(Release.place))) or 0) + 1
    session.flush()


def _grant(act: Act, call: PublishedCall, award: PublishedAward, publisher: Publisher) -> None:
    """The 360Giving grant of this award as it now stands; one that was refused is taken out of the data, not of the
    register."""
    row = act.session.scalars(select(RegisterGrant).where(RegisterGrant.public_id == award.reference)).one_or_none()
    found = threesixty.grants([(call, [award])], publisher)
    if not found:
        if row is not None:
            act.session.delete(row)
            commit_removal(act, row)
        return
    content = _as_json(found[0])
    if row is None:
        row = RegisterGrant(
            grant_id=found[0]["id"],
            public_id=award.reference,
            awarded_on=award.decided_on,
        )
        act.session.add(row)
    row.content, row.changed_at = content, act.now
    commit(act, row)


def _as_json(value: object) -> bytes:
    """Open data as it is served. Amounts may have pence, which canonical JSON (whole numbers only) refuses."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
