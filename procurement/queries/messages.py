"""Reading messages: one of them, for whoever may see it."""

from sqlalchemy.orm import Session

from procurement.models.messages import Message


def find(session: Session, message_id: int) -> Message | None:
    return session.get(Message, message_id)
