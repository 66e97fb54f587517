"""Writing to one, some or all applicants of a call: one message each, kept with the call and with each application."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from procurement.models.announcements import Announcement, AnnouncementRecipient
from procurement.models.calls import Call
from procurement.queries import announcements as announcements_queries
from procurement.queries import stages as stages_queries
from procurement.rules import announcements as rules
from procurement.rules.announcements import Audience
from procurement.rules.ledger import canonical, digest
from procurement.rules.permissions import Permission
from procurement.rules.questions import normalise, one_line, word_count
from procurement.services import about, messages
from procurement.services.act import Act
from procurement.services.commitments import commit
from procurement.services.history import record
from procurement.services.locks import lock_call
from procurement.services.refusal import Refusal, require_role
from workflows.facts import Sentence, in_words


@dataclass(frozen=True)
class Written:
    """A message as it was typed; `chosen`: the references of some that were opened, where it goes to these."""

    audience: Audience
    title: str
    text: str
    chosen: Collection[str] = ()


def look(session: Session, call: Call, written: Written) -> tuple[int, str]:
    """To how many applications a message would go, and the digest of what would go to whom, which `send` asks for.

    Raises Refusal for what cannot be sent.
    """
    if call.published_at is None:
        raise Refusal(Sentence("Nobody can have applied yet: the call is not published."))
    said, body = _tidied(written)
    if fault := rules.fault(said, body, word_count(body)):
        raise Refusal(fault)
    teams = announcements_queries.teams_for(session, call.id, written.audience, written.chosen)
    if not teams:
        raise Refusal(Sentence("There is nobody whom this message would reach."))
    if written.audience is Audience.CHOSEN and len(teams) != len(set(written.chosen)):
        raise Refusal(Sentence("Choose from the list: one of those that you chose takes no part any more."))
    before = announcements_queries.of_call(session, call.id)
    return len(teams), _mark(written, [entry.application_id for entry, _team in teams], len(before))


def _tidied(written: Written) -> tuple[str, str]:
    return one_line(normalise(written.title)), normalise(written.text).strip()


def _mark(written: Written, application_ids: Collection[int], sent_before: int) -> str:
    """What tells one press from every other: the words, to whom, and how many were sent in the call before it."""
    said, body = _tidied(written)
    whole = [written.audience.value, said, body, sorted(application_ids), sent_before]
    return digest(canonical(whole))


def send(act: Act, call_id: int, written: Written, *, seen: str) -> Announcement:
    """Write to the teams of an audience what `look` showed (`seen`); the same press again gives the same message.

    Each person gets one message for each application of theirs. Refused where it would go to nobody, or the words or
    those whom it reaches are not those that were shown.
    """
    call = lock_call(act.session, call_id)
    require_role(act.by, Permission.ANNOUNCE)
    if (again := _sent_by(act, call, written, seen)) is not None:
        return again
    _count, mark = look(act.session, call, written)
    if mark != seen:
        raise Refusal(
            Sentence("The message, or those whom it reaches, changed after you looked. Look at it once more.")
        )
    said, body = _tidied(written)
    audience, chosen = written.audience, written.chosen
    teams = announcements_queries.teams_for(act.session, call.id, audience, chosen)
    stage = stages_queries.newest(stages_queries.listed(act.session, call.id))
    assert stage is not None  # noqa: S101  (every call has one)
    assert act.by.id is not None  # noqa: S101  (an officer is a person)
    row = Announcement(
        call_id=call.id,
        stage_id=stage.id,
        audience=audience,
        title=said,
        text=body,
        count=len(teams),
        sent_by=act.by.id,
        sent_at=act.now,
    )
    act.session.add(row)
    act.session.flush()
    commit(act, row)
    act.session.add_all(
        AnnouncementRecipient(announcement_id=row.id, application_id=entry.application_id) for entry, _team in teams
    )
    act.session.flush()
    data = {"announcement": row.id, "audience": audience.value, "count": len(teams)}
    note = f"{said}\n\n{body}"
    record(act, "call.announce", "call", call.id, call_id=call.id, data=data, note=note)
    paragraphs = [line.strip() for line in body.split("\n") if line.strip()]
    with messages.together(act):
        for entry, team in teams:
            fields = {
                "reference": entry.application.ref,
                "call": call.title,
                "title": said,
                "paragraphs": paragraphs,
                "link": f"/applications/{entry.application.ref}",
            }
            of = about.entry(entry)
            occasion = f"announcement:{row.id}:{entry.id}:"
            messages.tell(act, "announcement", team, fields, occasion=occasion, about=of, sealed=not entry.was_opened)
    return row


def _sent_by(act: Act, call: Call, written: Written, seen: str) -> Announcement | None:
    """The message that this very press has sent already."""
    sent = announcements_queries.of_call(act.session, call.id)
    if not sent or sent[0].sent_by != act.by.id:
        return None
    reached = announcements_queries.applications_of(act.session, sent[0].id)
    return sent[0] if _mark(written, reached, len(sent) - 1) == seen else None


def beginning(session: Session, call: Call, template: str) -> tuple[str, str]:
    """Title and text that a message begins with, by the key of a template; an unknown one begins empty."""
    found = rules.TEMPLATES.get(template, rules.TEMPLATES["blank"])
    stage = stages_queries.newest(stages_queries.listed(session, call.id))
    closes = in_words(stage.closes_at) if stage is not None and stage.closes_at is not None else rules.UNFINISHED
    return found.title, found.text % {"call": call.title, "closes": closes}
