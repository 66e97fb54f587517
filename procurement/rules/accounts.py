"""What an account and an organisation may look like: passwords, secrets, registered numbers."""

import hashlib
import re

from workflows.facts import Sentence

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
# Companies House: eight digits, or two letters that say which register and where, and six digits
COMPANY_PREFIXES = frozenset(
    (
        "AC",
        "BR",
        "CE",
        "CS",
        "CU",
        "ES",
        "FC",
        "FE",
        "GE",
        "GN",
        "GS",
        "IC",
        "IP",
        "LP",
        "NA",
        "NC",
        "NF",
        "NI",
        "NL",
        "NO",
        "NP",
        "NR",
        "NV",
        "NZ",
        "OC",
        "OE",
        "PC",
        "RC",
        "RS",
        "SA",
        "SC",
        "SE",
        "SF",
        "SI",
        "SL",
        "SO",
        "SP",
        "SR",
        "SZ",
    )
)
# England and Wales: six or seven digits; Scotland: SC and six; Northern Ireland: NIC and six
CHARITY = re.compile(r"[1-9]\d{5,6}|SC\d{6}|NIC\d{6}", re.ASCII)


def digest(secret: str) -> str:
    """What the database keeps of a secret that a browser or a link holds: its SHA-256 in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def address(typed: str) -> str:
    """An e-mail address as accounts keep it."""
    return typed.strip().lower()


def password_fault(password: str, email: str) -> Sentence | None:
    """What is wrong with a password, or None. Length counts; no mixture is asked for (NIST SP 800-63B 5.1.1)."""
    if len(password) < SHORTEST_PASSWORD:
        return Sentence("Your password must be %(least)s characters or more", least=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        return Sentence("Your password must be %(most)s characters or fewer", most=LONGEST_PASSWORD)
    plain = password.strip().lower()
    if plain in (address(email), address(email).partition("@")[0]):
        return Sentence("Your password must not be your e-mail address")
    if len(set(plain)) == 1:
        return Sentence("Your password must not be one character again and again")
    return None


def company_number(typed: str) -> str | None:
    """A company number as Companies House writes it (`1234567` is `01234567`); None if it is not one."""
    plain = re.sub(r"[\s.-]", "", typed).upper()
    found = re.fullmatch(r"([A-Z]{2})?(\d{1,8})", plain, re.ASCII)
    if found is None:
        return None
    prefix, digits = found[1] or "", found[2]
    if prefix and prefix not in COMPANY_PREFIXES:
        return None
    width = 8 - len(prefix)
    if len(digits) > width or not int(digits):
        return None
    return prefix + digits.zfill(width)


def charity_number(typed: str) -> str | None:
    """A charity number of one of the three registers, without what says the register's part; None if it is not one."""
    plain = re.sub(r"[\s.]", "", typed).upper()
    return plain if CHARITY.fullmatch(plain) else None


def short_name(name: str) -> str:
    """A person as somebody outside their team may know them: `Priya K.`"""
    first, _, rest = " ".join(name.split()).partition(" ")
    return f"{first} {rest.rpartition(' ')[2][:1].upper()}." if rest else first
