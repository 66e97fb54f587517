"""A mail server that keeps what it is given, and refuses what a test tells it to refuse."""

from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Postbox:
    """What arrived, in order; addresses in `refused` are answered with a permanent refusal."""

    messages: list[EmailMessage] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    async def handle_RCPT(  # noqa: N802  aiosmtpd's own names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 there is no such postbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """What arrived for one address."""
        return [message for message in self.messages if message["To"] and address in message["To"]]


class Catcher(Controller):
    """An SMTP server on a free port of this machine; `url` is what MAIL_URL wants."""

    def __init__(self) -> None:
        self.postbox = Postbox()
        super().__init__(self.postbox, hostname="127.0.0.1", port=0)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def _trigger_server(self) -> None:
        # port 0 meant "any": from here on the port is the one that the system chose
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
