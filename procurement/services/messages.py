"""Staging messages to people. A row is the message; what sends it is `services.delivery`."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.calls import Call
from procurement.models.messages import Message
from procurement.models.people import Person
from procurement.models.stages import Stage
from procurement.queries import installation as installation_queries
from procurement.queries import people as people_queries
from procurement.rules.ports import Ports
from procurement.rules.statuses import MessageStatus, SliceKind
from procurement.rules.work import IN_THE_DIGEST, Mail
from procurement.services.about import About
from procurement.services.act import Act
from procurement.services.at_commit import UNHEARD_AFTER, ring
from procurement.services.slices import MOST_AT_ONCE, put_off

NOTHING = About()  # of what is about a person alone
JOB = "procurement.jobs.messages.deliver"
AT_ONCE = 10_000  # keys in one statement: both databases take three times as many
TOGETHER = "letters_together"


@dataclass(frozen=True)
class Letter:
    """One of many messages of a kind that go out together, to one person; `key` as in `stage`."""

    person: Person
    key: str
    fields: Mapping[str, object]
    about: About
    sealed: bool = False


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


def stage_all(act: Act, kind: str, letters: Sequence[Letter]) -> None:
    """As `stage`, of a kind to many: as many statements for a thousand as for one. What somebody reads in their digest
    is not written to them here.

    More than `slices.MOST_AT_ONCE` are put off: to whom each goes and what it tells is written down now, and a worker
    writes the texts after the commit.
    """
    wanted = [each for each in letters if not (kind in IN_THE_DIGEST and each.person.work_mail == Mail.DAILY)]
    new = _new(act.session, wanted)
    if len(new) <= MOST_AT_ONCE:
        _stage_now(act, kind, new)
        return
    by_stage: dict[tuple[int | None, int | None], list[dict[str, Any]]] = {}
    for each in new:
        by_stage.setdefault((each.about.call_id, each.about.stage_id), []).append(_put_off(kind, each))
    for (call_id, stage_id), items in by_stage.items():
        put_off(act, SliceKind.MESSAGES, kind, About(call_id=call_id, stage_id=stage_id), items)


def _new(session: Session, letters: Sequence[Letter]) -> list[Letter]:
    """Those that nobody has staged yet, each once."""
    keys = [each.key for each in letters]
    there = {
        key
        for first in range(0, len(keys), AT_ONCE)
        for key in session.scalars(select(Message.key).where(Message.key.in_(keys[first : first + AT_ONCE])))
    }
    return list({each.key: each for each in letters if each.key not in there}.values())


def _put_off(kind: str, letter: Letter) -> dict[str, Any]:
    """A letter as plain JSON; its words as they are now."""
    said = {
        name: [str(each) for each in value] if isinstance(value, list | tuple) else str(value)
        for name, value in letter.fields.items()
    }
    return {
        "kind": kind,
        "person": letter.person.id,
        "key": letter.key,
        "fields": said,
        "about": asdict(letter.about),
        "sealed": letter.sealed,
    }


def stage_part(act: Act, items: Sequence[Mapping[str, Any]]) -> None:
    """Stage what was put off (`stage_all`), once; `act.now` is the instant of the act that it follows. What was sealed
    is not, where its bids were opened meanwhile."""
    session = act.session
    people = {
        person.id: person
        for person in session.scalars(select(Person).where(Person.id.in_({each["person"] for each in items})))
    }
    stage_ids = {each["about"]["stage_id"] for each in items if each["sealed"]}
    opened = set(session.scalars(select(Stage.id).where(Stage.id.in_(stage_ids), Stage.opened_at.is_not(None))))
    by_kind: dict[str, list[Letter]] = {}
    for each in items:
        where = About(**each["about"])
        sealed = each["sealed"] and where.stage_id not in opened
        letter = Letter(people[each["person"]], each["key"], each["fields"], where, sealed)
        by_kind.setdefault(each["kind"], []).append(letter)
    for kind, letters in by_kind.items():
        _stage_now(act, kind, _new(session, letters))


def _stage_now(act: Act, kind: str, letters: Sequence[Letter]) -> None:
    settings = installation_queries.settings(act.session, act.today)
    due_at = act.ports.clock.unshifted() + UNHEARD_AFTER
    rows = []
    for each in letters:
        subject, body = compose(act.ports, settings, kind, each.fields, name=each.person.name)
        rows.append(
            Message(
                key=each.key,
                kind=kind,
                state=MessageStatus.APPROVED,
                person_id=each.person.id,
                call_id=each.about.call_id,
                stage_id=each.about.stage_id,
                application_id=each.about.application_id,
                entry_id=each.about.entry_id,
                sealed=each.sealed,
                address=each.person.email,
                subject=subject,
                body=body,
                staged_at=act.now,
                due_at=due_at,
            )
        )
    act.session.add_all(rows)
    act.session.flush()
    for row in rows:
        ring(act.session, JOB, row.id)


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
    """The same message to each of several people, once: a message's key is `occasion` followed by the person's id.

    Inside `together` it is kept until the end of that.
    """
    letters = [Letter(person, f"{occasion}{person.id}", fields, about, sealed) for person in people]
    waiting: dict[str, list[Letter]] | None = act.session.info.get(TOGETHER)
    if waiting is None:
        stage_all(act, kind, letters)
    else:
        waiting.setdefault(kind, []).extend(letters)


class SentBack(Protocol):
    """A proposal that was not agreed to."""

    @property
    def id(self) -> int: ...
    @property
    def proposed_by(self) -> int: ...
    @property
    def answer(self) -> str: ...


def tell_sent_back(act: Act, call: Call, row: SentBack, link: str, about: About) -> None:
    """Whoever proposed something of a call reads why somebody does not agree; `link` is where it was proposed."""
    tell(
        act,
        "sent_back",
        [act.session.get_one(Person, row.proposed_by)],
        {"reference": call.ref, "call": call.title, "by": act.by.name, "reason": row.answer, "link": link},
        occasion=f"{type(row).__name__.lower()}_sent_back:{row.id}:",
        about=about,
    )


@contextmanager
def together(act: Act, organisation_ids: Collection[int] = ()) -> Iterator[None]:
    """Whatever is told in here goes into few statements at its end, however many things an act is about; the teams of
    these organisations are read once. An act that fails tells nothing."""
    people_queries.foresee_teams(act.session, organisation_ids)
    waiting: dict[str, list[Letter]] = act.session.info.setdefault(TOGETHER, {})
    try:
        yield
    finally:
        del act.session.info[TOGETHER]
        people_queries.forget_teams(act.session)
    for kind, letters in waiting.items():
        stage_all(act, kind, letters)


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
