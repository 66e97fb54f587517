"""The organisations that the service knows by itself: those of the public register, and the applicant's own.

Who else has an account is nobody's business.
"""

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from procurement.models.people import Organisation
from procurement.models.register import RegisterAward
from procurement.queries.words import matching
from procurement.rules.questions.cells import cells_of, joined
from procurement.rules.registers import known_as
from procurement.rules.search import folded

MOST = 5  # that are shown
NUMBERS = ("company_number", "charity_number", "register", "register_number")
LOOKED_AT = 200  # awards, the newest: an organisation may have several


def known_like(session: Session, typed: str, own: Organisation) -> list[str]:
    """Those like an answer that was typed (`scheme | number | name`), as the answer would be stored: by the number
    where one was typed, or by words of the name. At most `MOST`; one statement."""
    _scheme, number, name = cells_of(typed, 3)
    by_number = [RegisterAward.organisation_number == number] if number else []
    by_name = [and_(*matching(name, RegisterAward.words))] if name else []
    if not (by_number or by_name):
        return []
    asked = select(RegisterAward).where(or_(*by_number, *by_name))
    rows = session.scalars(asked.order_by(RegisterAward.id.desc()).limit(LOOKED_AT))
    found: dict[str, None] = {}
    mine = {"name": own.name, "company_number": own.company_number, "charity_number": own.charity_number}
    mine |= {"register": own.register, "register_number": own.register_number}
    for plain in (mine, *(each for row in rows for each in row.more.get("organisations") or ())):
        known = next(iter(known_as(*(str(plain.get(key) or "") for key in NUMBERS))), ("", ""))
        if (number and number in known) or (name and _like(str(plain.get("name") or ""), name)):
            found[joined([*known, str(plain.get("name") or "")])] = None
    return list(found)[:MOST]


def _like(name: str, typed: str) -> bool:
    """Whether each word that was typed begins a word of the name."""
    words = folded(name).split()
    return all(any(each.startswith(word) for each in words) for word in folded(typed).split())
