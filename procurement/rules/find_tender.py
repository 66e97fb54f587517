"""Find a Tender, the central digital platform (Procurement Act 2023 s. 95): how its notices are numbered, and where
their pages are."""

import re
from urllib.parse import urlsplit

HOST = "find-tender.service.gov.uk"
LONGEST_ADDRESS = 300  # characters
NUMBER_LENGTH = 11  # characters
_NUMBER = re.compile(r"[0-9]{6}-[0-9]{4}")  # and the year, as 012345-2027


def is_number(number: str) -> bool:
    """Whether it has the form of a number of a notice."""
    return _NUMBER.fullmatch(number) is not None


def is_address(address: str) -> bool:
    """Whether it is the address of a page of the platform: https, its host or one below it, and nothing else that says
    where."""
    if len(address) > LONGEST_ADDRESS or re.search(r"[\s\\]", address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return (
        parts.scheme == "https"
        and parts.netloc.lower().endswith(f".{HOST}")
        and re.search("[@:]", parts.netloc) is None
    )
