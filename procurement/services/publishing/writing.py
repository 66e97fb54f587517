"""Writing into the register: entries, OCDS releases and 360Giving grants, each with what puts it into the chain."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from procurement.models.history import Event
from procurement.models.register import RegisterEntry, RegisterGrant, Release
from procurement.rules import ledger
from procurement.rules.ports import Ports
from procurement.rules.published import PublishedAward, PublishedCall, Publisher, to_plain
from procurement.rules.standards import ocds, threesixty
from procurement.services.act import Act
from procurement.services.at_commit import afterwards
from procurement.services.commitments import commit, commit_removal
from procurement.services.history import record

SECOND = timedelta(seconds=1)


def enter(act: Act, subject: str, reference: str, publication: PublishedCall, *, call_id: int) -> RegisterEntry:
    """Append one entry: the canonical bytes, their digest, and one event that puts the digest into the chain."""
    (entry,) = _append(act, subject, [(reference, publication)], call_id)
    return entry


def enter_all(act: Act, subject: str, publications: Sequence[PublishedAward], *, call_id: int) -> None:
    """The same of several awards, each of which has an entry and an event of its own."""
    _append(act, subject, [(each.reference, each) for each in publications], call_id)


def _append(
    act: Act, subject: str, publications: Sequence[tuple[str, PublishedCall | PublishedAward]], call_id: int
) -> list[RegisterEntry]:
    asked = (
        select(RegisterEntry.public_id, func.max(RegisterEntry.number))
        .where(RegisterEntry.subject == subject, RegisterEntry.public_id.in_([ref for ref, _ in publications]))
        .group_by(RegisterEntry.public_id)
    )
    before = {public_id: number for public_id, number in act.session.execute(asked)}
    entries = []
    for reference, publication in publications:
        content = ledger.canonical(to_plain(publication))
        before[reference] = before.get(reference, 0) + 1
        entries.append(
            RegisterEntry(
                subject=subject,
                public_id=reference,
                number=before[reference],
                published_at=act.now,
                content=content,
                digest=ledger.digest(content),
            )
        )
    act.session.add_all(entries)
    act.session.flush()
    for entry in entries:
        event = record(
            act,
            "register.publish",
            "register",
            entry.id,
            call_id=call_id,
            data={"subject": subject, "public_id": entry.public_id, "number": entry.number, "digest": entry.digest},
        )
        afterwards(act.session, partial(_place, entry, event))
    return entries


def _place(entry: RegisterEntry, event: Event, _: Session) -> None:
    entry.event_position = event.position


def next_moment(session: Session, call_reference: str, at: datetime, ports: Ports) -> datetime:
    """`at`, or the second after the call's last release where that is not before it: dates of one process rise."""
    last = session.scalar(select(func.max(Release.moment)).where(Release.ocid.like(f"%-{call_reference.lower()}")))
    return at if last is None or at.replace(microsecond=0) > last else last + SECOND


def release(
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


def write_grants(act: Act, call: PublishedCall, awards: Sequence[PublishedAward], publisher: Publisher) -> None:
    """The 360Giving grants of these awards as they now stand; one that was refused is taken out of the data, not of the
    register."""
    asked = select(RegisterGrant).where(RegisterGrant.public_id.in_([each.reference for each in awards]))
    rows = {row.public_id: row for row in act.session.scalars(asked)}
    for award in awards:
        row, found = rows.get(award.reference), threesixty.grants([(call, [award])], publisher)
        if not found:
            if row is not None:
                act.session.delete(row)
                commit_removal(act, row)
            continue
        if row is None:
            row = RegisterGrant(grant_id=found[0]["id"], public_id=award.reference, awarded_on=award.decided_on)
            act.session.add(row)
        row.content, row.changed_at = _as_json(found[0]), act.now
        commit(act, row)


def _as_json(value: object) -> bytes:
    """Open data as it is served. Amounts may have pence, which canonical JSON (whole numbers only) refuses."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
