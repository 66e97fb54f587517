"""The registers by which organisations are known: how each writes its numbers, its list at org-id.guide, and its page.

One table for the forms, the open data and the pages. A number is kept as its register writes it; an identifier of open
data is `LIST-NUMBER`, and a link is given only where the register has a page for every such number.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Protocol

from babel import Locale

HOME = "GB"
COMPANIES_HOUSE = "GB-COH"
CHARITIES_ENGLAND, CHARITIES_SCOTLAND, CHARITIES_NORTH = "GB-CHC", "GB-SC", "GB-NIC"
COMPANY, CHARITY = "company", "charity"  # whose numbers have a place of their own
NATIONAL = "national"  # a register of its country that we have no list for: its number is shown, and is no identifier
COMPANY_LENGTH = 8  # characters
PPON = "GB-PPON"

# Companies House: eight digits, or two letters that say which register and where, and six digits
COMPANY_PREFIXES = frozenset(
    [
        "AC",
        "BR",
        "CC",
        "CE",
        "CS",
        "CU",
        "EN",
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
        "SG",
        "SI",
        "SL",
        "SO",
        "SP",
        "SR",
        "SZ",
        "ZC",
    ]
)
_NUMBERED = re.compile(r"([A-Z]{2})?(\d{1,8})", re.ASCII)
# what does not end in digits: registered societies (`IP00525R`, `SP2414RS`), some limited partnerships (`SL01234A`)
_LETTERED = re.compile(r"(IP|SP|NP|NO|NI|SL|RS|LP)(\d{1,5})([A-Z]{1,2})", re.ASCII)
_FIRST_NORTHERN = re.compile(r"R(\d{1,7})", re.ASCII)  # Northern Ireland before 1922: `R0000521`
_WITHOUT_PAGE = frozenset({"IP", "SP", "NP", "NO", "RS"})  # societies, whose register is kept by the FCA


@dataclass(frozen=True)
class Register:
    """One register. `pattern` is what a number looks like without blanks, in capitals; `page` has a place for it."""

    scheme: str
    title: str
    pattern: re.Pattern[str]
    example: str
    country: str = ""
    page: str = ""


def _of(scheme: str, title: str, pattern: str, example: str, page: str = "") -> Register:
    return Register(scheme, title, re.compile(pattern, re.ASCII), example, scheme.partition("-")[0], page)


_CHARITIES = (
    _of(
        CHARITIES_ENGLAND,
        "Charity Commission for England and Wales",
        r"[1-9]\d{5,6}",
        "1234567",
        "https://register-of-charities.charitycommission.gov.uk/charity-details/?regId={number}&subId=0",
    ),
    _of(
        CHARITIES_SCOTLAND,
        "Scottish Charity Register",
        r"SC\d{6}",
        "SC012345",
        "https://www.oscr.org.uk/about-charities/search-the-register/charity-details?number={number}",
    ),
    _of(
        CHARITIES_NORTH,
        "Charity Commission for Northern Ireland",
        r"NIC\d{6}",
        "NIC100012",
        "https://www.charitycommissionni.org.uk/charity-details/?regId={number}&subId=0",
    ),
)
# the lists of org-id.guide that a firm may name beside or instead of the two above
OTHERS: Mapping[str, Register] = MappingProxyType(
    {
        each.scheme: each
        for each in (
            _of(PPON, "Public Procurement Organisation Number (PPON)", r"P[A-Z]{3}\d{4}[A-Z]{4}", "PXWM-1234-ABCD"),
            _of("GB-UKPRN", "UK Register of Learning Providers (UKPRN)", r"1\d{7}", "10001234"),
            _of("GB-MPR", "Mutuals Public Register", r"(?:IP|SP|RS|NP|NO)?\d{1,6}[A-Z]{0,3}", "12345R"),
            _of("IE-CRO", "Companies Registration Office, Ireland", r"\d{1,6}", "123456"),
            _of("IE-CHY", "Charities, Ireland (CHY)", r"(?:CHY)?\d{1,6}", "CHY12345"),
            _of("BE-BCE_KBO", "Crossroads Bank for Enterprises, Belgium", r"[01]\d{9}", "0123456789"),
            _of("DK-CVR", "Central Business Register, Denmark", r"\d{8}", "12345678"),
            _of("FR-INSEE", "Sirene, France", r"\d{9}(?:\d{5})?", "123456789"),
            _of("NL-KVK", "Business Register, Netherlands", r"\d{8}", "12345678"),
            Register(
                "XI-LEI",
                "Legal Entity Identifier (LEI)",
                re.compile(r"[A-Z0-9]{18}\d{2}", re.ASCII),
                "213800ABCDEFGHIJKL12",
                page="https://search.gleif.org/#/record/{number}",
            ),
            Register(NATIONAL, "Another register of its country", re.compile(r"[^\s].{0,39}"), "HRB 12345"),
        )
    }
)


_IDENTIFIER = re.compile(r"([A-Z]{2,3}-[A-Z][A-Z0-9_]{1,19})-([A-Za-z0-9][A-Za-z0-9._/-]{0,39})", re.ASCII)


def company_number(typed: str) -> str | None:
    """A company number as Companies House writes it (`1234567` is `01234567`, `ip525r` is `IP00525R`), or None."""
    plain = re.sub(r"[\s.-]", "", typed).upper() if len(typed) <= 4 * COMPANY_LENGTH else ""
    if found := _NUMBERED.fullmatch(plain):
        prefix, digits, ending = found[1] or "", found[2], ""
    elif found := _FIRST_NORTHERN.fullmatch(plain):
        prefix, digits, ending = "R", found[1], ""
    elif found := _LETTERED.fullmatch(plain):
        prefix, digits, ending = found[1], found[2], found[3]
    else:
        return None
    width = COMPANY_LENGTH - len(prefix) - len(ending)
    if (prefix not in COMPANY_PREFIXES and prefix not in ("", "R")) or len(digits) > width or not int(digits):
        return None
    return prefix + digits.zfill(width) + ending


def charity_number(typed: str) -> str | None:
    """A charity number of one of the three registers, as it writes it (`sc 12345` is `SC012345`), or None."""
    plain = re.sub(r"[\s.-]", "", typed).upper() if len(typed) <= 4 * COMPANY_LENGTH else ""
    plain = re.sub(r"\A(SC|NIC)(\d{1,5})\Z", lambda found: found[1] + found[2].zfill(6), plain, flags=re.ASCII)
    return plain if any(each.pattern.fullmatch(plain) for each in _CHARITIES) else None


def charity_scheme(number: str) -> str:
    """Which of the three registers a charity number is of."""
    return next((each.scheme for each in _CHARITIES if each.pattern.fullmatch(number)), CHARITIES_ENGLAND)


def register_number(scheme: str, typed: str) -> str | None:
    """A number of another register as it is kept, or None if it cannot be one of it."""
    register = OTHERS.get(scheme)
    if register is None:
        return None
    plain = " ".join(typed.split()) if scheme == NATIONAL else re.sub(r"[\s.-]", "", typed).upper()
    if not register.pattern.fullmatch(plain):
        return None
    return f"{plain[:4]}-{plain[4:8]}-{plain[8:]}" if scheme == PPON else plain


def number_of(register: str, typed: str) -> str | None:
    """A number of any register as it is kept: Companies House, a charity register, or one of the others."""
    readers = {COMPANY: company_number, CHARITY: charity_number}
    return readers[register](typed) if register in readers else register_number(register, typed)


def identifier(text: str) -> tuple[str, str] | None:
    """(list of org-id.guide, number in it) of an identifier as `GB-LAE-BIR` or `GB-PPON-PXWM-1234-ABCD`, or None where
    it is none. A list has two parts, and what follows is the number, hyphens included; of a register that is known
    here the number must be one."""
    found = _IDENTIFIER.fullmatch(text)
    if found is None:
        return None
    scheme, number = found[1], found[2]
    if scheme == COMPANIES_HOUSE:
        kept = company_number(number)
    elif any(scheme == each.scheme for each in _CHARITIES):
        full = f"NIC{number}" if scheme == CHARITIES_NORTH else number
        kept = number if charity_number(full) == full and charity_scheme(full) == scheme else None
    else:
        kept = register_number(scheme, number) if scheme in OTHERS else number
    return (scheme, number) if kept == number else None


def by_scheme(scheme: str, typed: str) -> tuple[str, str] | None:
    """(list, number as that register keeps it) of a number that was typed for a list of `register_titles`; None where
    it is no number of it."""
    if scheme == COMPANIES_HOUSE:
        number = company_number(typed)
        return None if number is None else (scheme, number)
    if any(scheme == each.scheme for each in _CHARITIES):
        number = charity_number(f"NIC{typed}") if scheme == CHARITIES_NORTH else charity_number(typed)
        number = number or charity_number(typed)
        return known_as(charity=number)[0] if number and charity_scheme(number) == scheme else None
    number = register_number(scheme, typed)
    return None if number is None else (scheme, number)


def register_titles() -> Mapping[str, str]:
    """The registers by which an organisation can be named, in the order in which they are offered: list and title."""
    others = {scheme: each.title for scheme, each in OTHERS.items()}
    return {COMPANIES_HOUSE: "Companies House", **{each.scheme: each.title for each in _CHARITIES}, **others}


def known_as(company: str = "", charity: str = "", register: str = "", number: str = "") -> tuple[tuple[str, str], ...]:
    """(list of org-id.guide, number in it) for each register that knows an organisation, the surest first."""
    found = []
    if company:
        found.append((COMPANIES_HOUSE, company))
    if charity:
        scheme = charity_scheme(charity)
        found.append((scheme, charity.removeprefix("NIC") if scheme == CHARITIES_NORTH else charity))
    if register and number and register != NATIONAL:
        found.append((register, number))
    return tuple(found)


class Registered(Protocol):
    """An organisation with the numbers by which registers know it."""

    @property
    def company_number(self) -> str | None: ...
    @property
    def charity_number(self) -> str | None: ...
    @property
    def register(self) -> str: ...
    @property
    def register_number(self) -> str: ...


def numbers_of(organisation: Registered) -> tuple[tuple[str, str], ...]:
    """(what it is called, number as its register writes it) for each register that knows an organisation, the surest
    first: also of a register that open data has no list for."""
    found = []
    if organisation.company_number:
        found.append(("Company number", organisation.company_number))
    if number := organisation.charity_number:
        scheme = charity_scheme(number)
        kept_by = next(each.title for each in _CHARITIES if each.scheme == scheme)
        found.append((f"Charity number ({kept_by})", number))
    if organisation.register and organisation.register_number:
        other = OTHERS.get(organisation.register)
        found.append((other.title if other else organisation.register, organisation.register_number))
    return tuple(found)


def known_as_number(register: str, number: str) -> tuple[str, str] | None:
    """A number of any register as open data identifies it; None where no list has it."""
    if register == COMPANY:
        return known_as(company=number)[0]
    if register == CHARITY:
        return known_as(charity=number)[0]
    return next(iter(known_as(register=register, number=number)), None)


def page_of(scheme: str, number: str) -> str:
    """Where a register shows an organisation; empty where it has no page for such a number."""
    if scheme == COMPANIES_HOUSE:
        has_page = number[:2] not in _WITHOUT_PAGE
        return f"https://find-and-update.company-information.service.gov.uk/company/{number}" if has_page else ""
    registers = {each.scheme: each for each in (*_CHARITIES, *OTHERS.values())}
    return registers[scheme].page.format(number=number) if scheme in registers else ""


@lru_cache(maxsize=1)
def countries() -> Mapping[str, str]:
    """Every country by its two letters (ISO 3166-1), this one first, the others by name."""
    names = {code: name for code, name in Locale("en").territories.items() if re.fullmatch("[A-Z]{2}", code)}
    for code in ("EU", "EZ", "QO", "UN", "XA", "XB", "XK", "ZZ"):  # no countries of the standard
        names.pop(code, None)
    others = sorted(names.items(), key=lambda each: each[1])
    return MappingProxyType({HOME: names[HOME], **dict(others)})


# BS 7666: the district, and behind the blank the unit. Letters that no postcode has in a place are left out.
_POSTCODE = re.compile(
    r"(GIR|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d(?:\d|[ABEHMNPRVWXY])?|\d[A-HJKPSTUW]))(\d[ABD-HJLNP-UW-Z]{2})", re.ASCII
)


def uk_postcode(typed: str) -> str | None:
    """A postcode of the UK as it is written (`b11bb` is `B1 1BB`), or None if it cannot be one."""
    found = (
        _POSTCODE.fullmatch(re.sub(r"[^0-9A-Za-z]", "", typed).upper()) if len(typed) <= COMPANY_LENGTH * 2 else None
    )
    return f"{found[1]} {found[2]}" if found else None


def outward(postcode: str) -> str:
    """The district of a UK postcode (`B1` of `B1 1BB`), which is some thousand homes; empty for what is none."""
    return (uk_postcode(postcode) or "").partition(" ")[0]
