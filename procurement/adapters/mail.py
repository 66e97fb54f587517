"""Mail: handed to an SMTP server, or, in a demonstration, left for the operator's outbox page."""

import hashlib
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

from procurement.rules.ports import MailFailed

SMTP_TIMEOUT = 20  # seconds for each step of the conversation with the server


class SmtpMailer:
    """Sends by `smtp://user:password@host:port?starttls=1` or `smtps://…`.

    `sender` is "Name <address>" or an address. A message's key makes its Message-ID, so that a repeat after a crash
    between sending and noting it can be recognised by the mail system that receives both.
    """

    shown = False

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("MAIL_URL must look like smtp://user:password@host:port?starttls=1")
        self._host, self._tls = parts.hostname, parts.scheme == "smtps"
        self._port = parts.port or (465 if self._tls else 25)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._starttls = parse_qs(parts.query).get("starttls", ["0"])[0] == "1"
        self._name, self._sender = parseaddr(sender)
        if "@" not in self._sender:
            raise ValueError("The sender of mail must be an address.")

    def send(self, to: str, subject: str, text: str, key: str, reply_to: str = "") -> None:
        message = compose(self._name, self._sender, to, subject, text, key)
        answered_at(message, reply_to)
        try:
            with self._conversation() as server:
                if self._starttls:
                    server.starttls(context=ssl.create_default_context())
                if self._user:
                    server.login(self._user, self._password)
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            raise MailFailed("The mail server does not accept this recipient.") from error
        except smtplib.SMTPAuthenticationError as error:
            raise MailFailed("The mail server does not accept the service's name and password.") from error
        except smtplib.SMTPException as error:
            raise MailFailed(f"The mail server refused the message ({type(error).__name__}).") from error
        except OSError as error:  # no connection, a broken one, or no trust in the server's certificate
            raise MailFailed(f"The mail server could not be reached ({type(error).__name__}).") from error

    def _conversation(self) -> smtplib.SMTP:
        if self._tls:
            return smtplib.SMTP_SSL(self._host, self._port, timeout=SMTP_TIMEOUT, context=ssl.create_default_context())
        return smtplib.SMTP(self._host, self._port, timeout=SMTP_TIMEOUT)


class OutboxMailer:
    """Sends nothing: in a demonstration without `MAIL_URL` the rows are read on the operator's outbox page."""

    shown = True

    def __init__(self, sender: str) -> None:
        self._name, self._sender = parseaddr(sender)

    def send(self, to: str, subject: str, text: str, key: str, reply_to: str = "") -> None:
        # made all the same, so that what could not be sent fails here as well
        message = compose(self._name, self._sender, to, subject, text, key)
        answered_at(message, reply_to)


def compose(name: str, sender: str, to: str, subject: str, text: str, key: str) -> EmailMessage:
    """A plain-text message; refuses a recipient or subject that would add headers of its own. Raises MailFailed."""
    if any(ord(character) < ord(" ") for character in to + subject):
        raise MailFailed("The recipient or the subject has a line break or a control character in it.")
    mailbox, _, domain = to.rpartition("@")
    message = EmailMessage()
    try:
        message["To"] = Address(username=mailbox, domain=domain)
        message["From"] = Address(display_name=name, addr_spec=sender)
    except (ValueError, IndexError) as error:
        raise MailFailed("The recipient's address is not one that mail can be sent to.") from error
    if not mailbox or not domain or any(character in to for character in " ,;<>()"):
        raise MailFailed("The recipient's address is not one that mail can be sent to.")
    message["Subject"] = subject
    message["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, charset="utf-8", cte="quoted-printable")
    return message


def answered_at(message: EmailMessage, reply_to: str) -> None:
    """Let an answer go where somebody reads it; an address that is none is left out, since the message matters more."""
    mailbox, _, domain = reply_to.rpartition("@")
    if not mailbox or not domain:
        return
    try:
        message["Reply-To"] = Address(username=mailbox, domain=domain)
    except (ValueError, IndexError):
        return
