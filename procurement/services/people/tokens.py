"""Links that work once: made, found again, used up. The database keeps their SHA-256 only."""

import base64
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from procurement.models.people import Token
from procurement.rules.accounts import digest
from procurement.rules.ports import Ports
from procurement.services.act import Act
from procurement.services.refusal import Refusal
from workflows.facts import Sentence

SECRET_BYTES = 32
LASTS = {"confirm": timedelta(days=2), "password": timedelta(hours=1), "join": timedelta(days=7)}


class LinkGone(Refusal):
    """The link was used, has expired, or never was one: nobody can tell which."""

    def __init__(self) -> None:
        super().__init__(Sentence("This link has been used or has expired."), status=410)


def secret(ports: Ports) -> str:
    """256 bits that nobody guesses, as text for an address or a cookie."""
    return base64.urlsafe_b64encode(ports.randomness.bytes(SECRET_BYTES)).rstrip(b"=").decode()


def make(
    act: Act,
    purpose: str,
    *,
    person_id: int | None = None,
    organisation_id: int | None = None,
    email: str = "",
    role: str = "",
    lasts: timedelta | None = None,
) -> tuple[str, Token]:
    """A new link's secret and its row; the person's earlier links of the same purpose stop working."""
    if person_id is not None:
        void(act.session, purpose, person_id, now=act.now)
    made = secret(act.ports)
    row = Token(
        digest=digest(made),
        purpose=purpose,
        person_id=person_id,
        organisation_id=organisation_id,
        email=email,
        role=role,
        made_at=act.now,
        expires_at=act.now + (lasts or LASTS[purpose]),
    )
    act.session.add(row)
    act.session.flush()
    return made, row


def void(session: Session, purpose: str, person_id: int, *, now: datetime) -> None:
    """Let a person's links of a purpose work no more."""
    session.execute(
        update(Token)
        .where(Token.purpose == purpose, Token.person_id == person_id, Token.used_at.is_(None))
        .values(used_at=now)
    )


def void_sign_ups(session: Session, email: str, *, now: datetime, browser: str | None = None) -> None:
    """Let links that confirm an address work no more, and keep nothing of what was typed with them.

    `browser`: only those of one browser, by the SHA-256 of its secret.
    """
    chosen = update(Token).where(Token.purpose == "confirm", Token.email == email, Token.used_at.is_(None))
    if browser is not None:
        chosen = chosen.where(Token.browser == browser)
    session.execute(chosen.values(used_at=now, name=None, password=None, browser=None))


def use(session: Session, purpose: str, typed: str, *, now: datetime) -> Token:
    """Use a link up, and return its row. Raises LinkGone when it was used, has expired or is none."""
    row = find(session, purpose, typed, now=now)
    row.used_at = now
    return row


def find(session: Session, purpose: str, typed: str, *, now: datetime) -> Token:
    """The row of a link, held, that can still be used. Raises LinkGone as `use` does."""
    row = session.scalars(
        select(Token).where(Token.digest == digest(typed), Token.purpose == purpose).with_for_update()
    ).one_or_none()
    if row is None or row.used_at is not None or row.expires_at <= now:
        raise LinkGone
    return row
