"""Staging messages to people. A row is the message; what sends it is `services.delivery`."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from procurement.models.messages import Message
from procurement.models.people import Person
from procurement.queries import installation as installation_queries
from procurement.rules.ports import Ports
from procurement.rules.statuses import MessageStatus
from procurement.services.about import About
from procurement.services.act import Act
from procurement.services.at_commit import UNHEARD_AFTER, ring

NOTHING = About()  # of what is about a person alone
JOB = "procurement.jobs.messages.deliver"


def stage(
    act: Act,
    kind: str,
    key: str,
    fields: Mapping[str, object],
    *,
    person: Person | None = None,
    address: str = "",
    about: About = NOTHING,
    sealed: bool = False,
    approved: bool = True,
) -> Message:
    """Write a message to one person, once: `key` says what it tells and to whom, and a repeat returns the same row.

    `fields` are those of the kind (`rules.messages`) without name, service, authority and contact, which are added
    here; `link` may be a path of this service. A message that is not approved waits for `approve`.
    """
    existing = act.session.scalars(select(Message).where(Message.key == key)).one_or_none()
    if existing is not None:
        return existing
    settings = installation_queries.settings(act.session, act.today)
    subject, body = compose(act.ports, settings, kind, fields, name=person.name if person else "")
    row = Message(
        key=key,
        kind=kind,
        state=MessageStatus.APPROVED if approved else MessageStatus.STAGED,
        person_id=person.id if person else None,
        call_id=about.call_id,
        stage_id=about.stage_id,
        application_id=about.application_id,
        entry_id=about.entry_id,
        sealed=sealed,
        address=person.email if person else address,
        subject=subject,
        body=body,
        staged_at=act.now,
        due_at=act.ports.clock.unshifted() + UNHEARD_AFTER,
    )
    act.session.add(row)
    act.session.flush()
    if approved:
        ring(act.session, JOB, row.id)
    return row


def compose(
    ports: Ports, settings: Mapping[str, Any], kind: str, fields: Mapping[str, object], *, name: str
) -> tuple[str, str]:
    """Subject and text of a message to somebody of that name, as `stage` writes it: for a preview too. `settings` are
    those of the day."""
    link = str(fields.get("link", ""))
    given = {
        "name": name,
        "service": settings["service_name"],
        "authority": settings["authority_name"],
        "contact": f"Write to {settings['help_email']} or telephone {settings['help_phone']}.",
        **fields,
        "link": f"{ports.base_url}{link}" if link.startswith("/") else link,
    }
    return ports.renderer.text(kind, given)


def tell(
    act: Act,
    kind: str,
    people: Iterable[Person],
    fields: Mapping[str, object],
    *,
    occasion: str,
    about: About,
    sealed: bool = False,
) -> None:
    """The same message to each of several people, once: a message's key is `occasion` followed by the person's id."""
    for person in people:
        stage(
            act,
            kind,
            f"{occasion}{person.id}",
            fields,
            person=person,
            about=about,
            sealed=sealed,
        )


def approve(act: Act, message_ids: Iterable[int]) -> int:
    """Let staged messages go; returns how many there were. Those that went already are left alone."""
    rows = act.session.scalars(
        select(Message)
        .where(Message.id.in_(list(message_ids)), Message.state == MessageStatus.STAGED)
        .with_for_update()
    ).all()
    for row in rows:
        row.state, row.due_at = MessageStatus.APPROVED, act.unshifted + UNHEARD_AFTER
        ring(act.session, JOB, row.id)
    return len(rows)
