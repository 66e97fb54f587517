"""What an account and an organisation may look like: passwords, secrets, names."""

import hashlib
from contextlib import suppress

import idna
from email_validator import EmailNotValidError, validate_email

from procurement.rules.normal_forms import normal_form
from workflows.facts import Sentence

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200


def digest(secret: str) -> str:
    """What the database keeps of a secret that a browser or a link holds: its SHA-256 in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def address(typed: str) -> str:
    """An email address as accounts keep it, and as mail is sent to it: in small letters, and a domain beyond ASCII in
    the form that mail servers know (RFC 5891), so that both ways to write it are one account. What cannot be an
    address stays as it is, and is refused by `address_fault`."""
    mailbox, at, domain = normal_form("NFC", typed.strip()).lower().rpartition("@")
    if not domain.isascii():
        with suppress(idna.IDNAError):
            domain = idna.encode(domain, uts46=True).decode()
    return f"{mailbox}{at}{domain}"


def address_fault(typed: str) -> Sentence | None:
    """Why nothing can be sent to an address, or None: by its syntax and by names that are reserved (RFC 5321, 5891,
    6761); nobody is asked whether the domain is there. Mail servers that take letters beyond ASCII before the @ are few
    (RFC 6531), so no account can depend on it."""
    whole = address(typed)
    mailbox = whole.rpartition("@")[0]
    if not mailbox.isascii():
        return Sentence("Mail cannot be sent to letters such as “é” before the @. Enter an address without them")
    try:
        validate_email(whole, allow_smtputf8=False, check_deliverability=False, strict=True)
    except EmailNotValidError:
        return Sentence("Mail cannot be sent to this address. Check it, or enter another one")
    return None


def password_fault(password: str, email: str) -> Sentence | None:
    """What is wrong with a password, or None. Length counts; no mixture is asked for (NIST SP 800-63B 5.1.1)."""
    if len(password) < SHORTEST_PASSWORD:
        return Sentence("Your password must be %(least)s characters or more", least=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        return Sentence("Your password must be %(most)s characters or fewer", most=LONGEST_PASSWORD)
    plain = password.strip().lower()
    if plain in (address(email), address(email).partition("@")[0]):
        return Sentence("Your password must not be your email address")
    if len(set(plain)) == 1:
        return Sentence("Your password must not be one character again and again")
    return None
