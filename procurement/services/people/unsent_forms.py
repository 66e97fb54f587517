"""What somebody had typed when their session or form had expired: kept a day, sealed, given back to nobody else.

Its stored names, the table `stashes` and the vault's context `stash:`, are older and never renamed: what was sealed in
one context cannot be opened in another. All times here are unshifted. Files and passwords are never kept; their names
are, so that the page can say so.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.orm import Session

from procurement.models.people import UnsentForm
from procurement.rules.accounts import digest
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services.act import Act
from procurement.services.people.tokens import secret

KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True)
class TypedForm:
    """One form as it was sent: where it went, the page it stood on, and what it held."""

    path: str
    page: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True)
class OpenedUnsentForm:
    """An unsent form as its person reads it, with the number by which the browser's own page names it."""

    id: int
    typed: TypedForm
    made_at: datetime


def keep(act: Act, typed: TypedForm, *, person_id: int | None) -> str:
    """Keep an unsent form; returns the secret for the browser's cookie. What is older than a day goes."""
    act.session.execute(delete(UnsentForm).where(UnsentForm.made_at < act.unshifted - KEPT_FOR))
    made = secret(act.ports)
    name = digest(made)
    body = json.dumps([typed.page, typed.fields, typed.files, typed.secrets]).encode()
    act.session.add(
        UnsentForm(
            digest=name,
            person_id=person_id,
            path=typed.path,
            body=act.ports.vault.seal(body, f"stash:{name}"),
            made_at=act.unshifted,
        )
    )
    act.session.flush()
    return made


def list_unsent(
    session: Session, ports: Ports, nonces: list[str], *, by: Principal, at: datetime
) -> list[OpenedUnsentForm]:
    """What this browser keeps for this person, oldest first; what was another person's is as if it were not there."""
    rows = session.scalars(_theirs(nonces, by, at).order_by(UnsentForm.id))
    found = []
    for row in rows:
        page, fields, files, secrets = json.loads(ports.vault.open(row.body, f"stash:{row.digest}"))
        typed = TypedForm(row.path, page, tuple((name, text) for name, text in fields), tuple(files), tuple(secrets))
        found.append(OpenedUnsentForm(row.id, typed, row.made_at))
    return found


def claim(session: Session, nonces: list[str], *, person_id: int, at: datetime) -> int:
    """Whoever signs in first in this browser owns what was typed there by nobody known; returns how much is theirs."""
    names = [digest(nonce) for nonce in nonces]
    session.execute(
        update(UnsentForm)
        .where(UnsentForm.digest.in_(names), UnsentForm.person_id.is_(None))
        .values(person_id=person_id)
    )
    theirs = session.scalars(_theirs(nonces, Principal(id=person_id), at)).all()
    return len(theirs)


def waits(session: Session, nonces: list[str], *, by: Principal, at: datetime) -> bool:
    """Whether this browser keeps something: for whoever is signed in, or, while nobody is, for anybody."""
    kept = select(UnsentForm.id).where(
        UnsentForm.digest.in_([digest(nonce) for nonce in nonces]), UnsentForm.made_at >= at - KEPT_FOR
    )
    if by.id is not None:
        kept = _theirs(nonces, by, at).with_only_columns(UnsentForm.id)
    return session.scalars(kept.limit(1)).first() is not None


def drop(act: Act, form_id: int, nonces: list[str]) -> None:
    """It was sent again, or is not wanted: nothing of it stays."""
    ids = [row.id for row in act.session.scalars(_theirs(nonces, act.by, act.unshifted)) if row.id == form_id]
    act.session.execute(delete(UnsentForm).where(UnsentForm.id.in_(ids)))


def _theirs(nonces: list[str], by: Principal, at: datetime) -> Select[UnsentForm]:
    return select(UnsentForm).where(
        UnsentForm.digest.in_([digest(nonce) for nonce in nonces]),
        UnsentForm.made_at >= at - KEPT_FOR,
        or_(UnsentForm.person_id == by.id, UnsentForm.person_id.is_(None)),
    )
