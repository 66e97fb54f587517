"""Pounds and percentages: read what people type, and write them the one way that every page does."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from procurement.rules.normal_forms import normal_form
from workflows.facts import Sentence

PENNY = Decimal("0.01")
PENNIES = 2  # places
LARGEST_AMOUNT = Decimal("999999999999.99")  # what a NUMERIC(14, 2) column holds

_MULTIPLES = {"": 1, "k": 1_000, "m": 1_000_000}
_POUNDS = re.compile(
    r"""(?P<sign>-?)\s*(?:(?:£|gbp)\s*)?(?P<after>-?)
        (?P<whole>\d{1,3}(?:,\d{3})+|\d{1,3}(?:\ \d{3})+|\d+)
        (?:\.(?P<part>\d{1,6}))?\s*(?:(?P<multiple>[km])\s*)?
        (?:gbp|pounds?)?\.?""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
# what is not read as an amount, with points, commas, blanks or apostrophes wherever people elsewhere set them
_DOUBTFUL = re.compile(
    r"(?P<sign>-?)\s*(?:(?:£|gbp)\s*)?(?P<number>\d+(?:[.,' ]\d+)*)(?:\s*(?P<multiple>[km]))?\s*(?:gbp|pounds?)?\.?",
    re.IGNORECASE | re.ASCII,
)
_CONTINENTAL = re.compile(r"[1-9]\d{0,2}(?:[. ']\d{3})*(?:,\d{1,2})?|\d+,\d{1,2}", re.ASCII)
_ROUND_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(?:\.\d{3})*\.000", re.ASCII)
_NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)?(?:\.\d{1,9})?", re.ASCII)
_LONGEST = 60  # characters: nothing longer is one amount, and a cap keeps the patterns quick


def _plain(text: str) -> str:
    """Digits of any script, wide forms and typographic minus signs as the ASCII ones that the patterns know."""
    folded = normal_form("NFKC", text[: _LONGEST + 1]).replace("\N{MINUS SIGN}", "-")
    digits = (str(unicodedata.decimal(each)) if each.isdecimal() else each for each in folded)
    return re.sub(r"\s+", " ", "".join(digits)).strip()


def parse_pounds(text: str) -> Decimal | None:
    """An amount as people write it (`£25,000.50`, `25 000`, `1.2m`), in pounds with two places; None if it is not one.

    Groups must be whole thousands, so that `1,23` and `25.000,50` are asked about rather than guessed at, and a part
    of a penny is not an amount; nor is `100.000`, which is a hundred to some and a hundred thousand to others.
    """
    found = _POUNDS.fullmatch(_plain(text)) if len(text) <= _LONGEST else None
    if found is None or (found["sign"] and found["after"]):
        return None
    if len(found["part"] or "") > PENNIES and not found["multiple"]:
        return None
    written = re.sub(r"[, ]", "", found["whole"]) + "." + (found["part"] or "0")
    amount = Decimal(written) * _MULTIPLES[(found["multiple"] or "").lower()]
    if amount > LARGEST_AMOUNT or amount != amount.quantize(PENNY):
        return None
    return (-amount if found["sign"] or found["after"] else amount).quantize(PENNY)


def pounds_meant(text: str) -> tuple[Decimal, ...]:
    """What somebody may have meant by something that is not read as an amount, the least first.

    `25.000` is £25 or £25,000, `25,00` is £25 or £2,500, `1.234,56` is £1,234.56; nothing where it cannot be told.
    """
    found = _DOUBTFUL.fullmatch(_plain(text)) if len(text) <= _LONGEST and parse_pounds(text) is None else None
    if found is None:
        return ()
    number = found["number"].strip()
    here = re.sub(r"[, ']", "", number) if re.fullmatch(r"[^.]*(?:\.[^.,]*)?", number) else ""
    there = re.sub(r"[. ']", "", number).replace(",", ".") if _CONTINENTAL.fullmatch(number) else ""
    read = (
        parse_pounds(f"{found['sign']}{each}{found['multiple'] or ''}") or _whole(each, found) for each in (here, there)
    )
    return tuple(sorted({each for each in read if each is not None}))


def _whole(number: str, found: re.Match[str]) -> Decimal | None:
    """`25.000` as this country reads it: pounds and nothing behind the point."""
    whole, _, part = number.partition(".")
    return parse_pounds(f"{found['sign']}{whole}{found['multiple'] or ''}") if part and not part.strip("0") else None


def doubt_about_pounds(text: str, question: str = "") -> Sentence | None:
    """What asks somebody what they meant by an amount, with each reading; None where there is none.

    `question`: what they were asked, where the sentence stands apart from it.
    """
    meant = pounds_meant(text)
    return _asked(
        tuple(map(format_pounds, meant)), tuple(f"{each:,.2f}".removesuffix(".00") for each in meant), question
    )


def doubt_about_number(text: str, question: str = "") -> Sentence | None:
    """As `doubt_about_pounds`, where a number is asked for: `25.000` is not taken for 25 without a word."""
    meant = numbers_meant(text)
    return _asked(tuple(f"{each:,f}" for each in meant), tuple(f"{each:,f}" for each in meant), question)


def _asked(shown: tuple[str, ...], typed: tuple[str, ...], question: str) -> Sentence | None:
    if not shown:
        return None
    given = {"one": shown[0], "other": shown[-1], "first": typed[0], "second": typed[-1], "question": question}
    if len(shown) == 1 and question:
        return Sentence("“%(question)s”: do you mean %(one)s? If so, enter %(first)s.", **given)
    if len(shown) == 1:
        return Sentence("Do you mean %(one)s? If so, enter %(first)s.", **given)
    if question:
        return Sentence("“%(question)s”: do you mean %(one)s or %(other)s? Enter %(first)s or %(second)s.", **given)
    return Sentence("Do you mean %(one)s or %(other)s? Enter %(first)s or %(second)s.", **given)


def numbers_meant(text: str) -> tuple[Decimal, ...]:
    """What `25.000` may be where a number is asked for: 25 or 25,000; nothing for what leaves no doubt."""
    written_so = _plain(text) if len(text) <= _LONGEST else ""
    if not _ROUND_THOUSANDS.fullmatch(written_so):
        return ()
    thousands = Decimal(written_so.replace(".", ""))
    return (Decimal(written_so.partition(".")[0]), thousands) if written_so.count(".") == 1 else (thousands,)


def parse_number(text: str) -> Decimal | None:
    """A number as people write it (`1,200`, `12.5`, `-3`); None if it is not one. At most nine places."""
    written = _plain(text) if len(text) <= _LONGEST else ""
    if not _NUMBER.fullmatch(written) or not any(each.isdigit() for each in written):
        return None
    return Decimal(re.sub(r"[, ]", "", written))


def written(number: Decimal) -> str:
    """A number as stored and compared: no exponent, no needless zeros (`1200`, `12.5`)."""
    if number == 0:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def to_pennies(amount: Decimal | Fraction) -> Decimal:
    """An exact amount rounded once, half up, to whole pence."""
    if isinstance(amount, Fraction):
        pence = amount * 100
        whole, rest = divmod(abs(pence.numerator), pence.denominator)
        whole += 1 if 2 * rest >= pence.denominator else 0
        return (Decimal(whole if pence >= 0 else -whole) / 100).quantize(PENNY)
    return amount.quantize(PENNY, rounding=ROUND_HALF_UP)


def format_pounds(amount: Decimal | int) -> str:
    """`£1,234,500`, with pence only where there are any: `£25,000.50`, `-£3.20`."""
    pennies = to_pennies(Decimal(amount))
    sign = "-" if pennies < 0 else ""
    pounds = f"{abs(pennies):,.2f}".removesuffix(".00")
    return f"{sign}£{pounds}"


def percentage(part: int, whole: int) -> str:
    """A share in whole per cent, as people read it: `71%`. Never 100% or 0% of what is not all or nothing of it; of
    nothing at all, a dash."""
    if whole <= 0:
        return "–"
    rounded = (200 * part + whole) // (2 * whole)  # half up, without a float
    if 0 < part < whole:
        rounded = min(max(rounded, 1), 99)
    return f"{rounded}%"


def as_number(amount: Decimal) -> int | float:
    """An amount as a JSON number of a published standard: whole where it can be, and never more than two places."""
    pennies = to_pennies(amount)
    return int(pennies) if pennies == pennies.to_integral_value() else float(pennies)
