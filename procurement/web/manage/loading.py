"""What an address of these pages is about. Whether somebody may see it is for `allow` to say."""

from sqlalchemy.orm import Session

from procurement.models.applications import Application
from procurement.models.calls import Call
from procurement.queries import calls as calls_queries
from procurement.queries import opening as opening_queries


def load_call(session: Session, ref: str, **_: object) -> Call | None:
    return calls_queries.find_call(session, ref)


def load_bid(session: Session, ref: str, bid: str, **_: object) -> Application | None:
    """A bid of the call that the address names, and of no other."""
    return opening_queries.find_bid(session, ref, bid)
