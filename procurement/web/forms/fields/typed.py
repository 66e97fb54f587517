"""What is typed: text, addresses, secrets, words up to a limit, money and numbers."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms.form import BaseForm
from wtforms.validators import StopValidation, ValidationError

from procurement.rules.accounts import address, address_fault
from procurement.rules.money import (
    doubt_about_number,
    doubt_about_pounds,
    format_pounds,
    parse_number,
    parse_pounds,
    written,
)
from procurement.rules.questions import ceiling, is_blank, normalise, one_line, word_count
from procurement.web.filters import sentence
from procurement.web.forms.widgets import Component, Secret, Words

PROSE = _l(
    "Begin a line with - or 1. for a list, leave a line empty for a new paragraph, and write **bold** or "
    "[the words of a link](https://example.org)."
)
LONGEST_LINE = 10_000  # characters as they were sent: nothing longer is one line, so it is not even tidied


def tidied(typed: str) -> str:
    """One line as the service stores it; what is far too long stays as it was typed, to be refused and shown."""
    return one_line(normalise(typed)) if len(typed) <= LONGEST_LINE else typed


class Asked(wtforms.Field):
    """What all fields share: empty is either a problem with its own sentence, or fine and ends the checks."""

    def __init__(
        self, label: Any = None, validators: list[Any] | None = None, *, missing: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.missing = missing

    def empty(self) -> bool:
        return not self.raw_data or is_blank(str(self.raw_data[0]))

    def pre_validate(self, form: BaseForm) -> None:
        if self.process_errors:
            raise StopValidation
        if self.empty():
            raise StopValidation(str(self.missing) if self.missing else "")
        super().pre_validate(form)


class Typed(Asked, wtforms.StringField):
    """What is typed: a text, and an empty one where there is nothing."""

    data: str

    def process_data(self, value: str | None) -> None:
        self.data = value or ""


class TextField(Typed):
    """One line: tidied as the service stores texts; `most` characters."""

    widget = Component("input")

    def __init__(self, *args: Any, most: int = 200, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = most

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = tidied(str(valuelist[0]))

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        over = len(self.data) - self.most
        if over > 0:
            raise ValidationError(
                ngettext(
                    "“%(label)s” is %(num)s character too long. Shorten it to %(most)s characters or fewer.",
                    "“%(label)s” is %(num)s characters too long. Shorten it to %(most)s characters or fewer.",
                    over,
                    label=self.label.text,
                    most=self.most,
                )
            )


class EmailField(TextField):
    """An email address, in lower case; delivery is the only real proof, so only its form is looked at.

    `known`: whoever types it has an account by it, which may be older than today's rules of what is taken.
    """

    widget = Component("email_input")

    def __init__(self, *args: Any, most: int = 254, known: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, most=most, **kwargs)
        self.known = known

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = address(self.data)

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        if not re.fullmatch(r"[^@\s\"(),:;<>\[\\\]]+@[^@\s.,/]+(\.[^@\s.,/]+)+", self.data):
            raise ValidationError(_("Enter an email address in the correct format, like name@example.com"))
        if not self.known and (fault := address_fault(self.data)) is not None:
            raise ValidationError(sentence(fault))


class SecretField(Typed):
    """A password: never tidied, never sent back."""

    widget = Secret()

    def empty(self) -> bool:
        return not self.data


class WordLimitedText(Typed):
    """Several lines with a word limit, a least number of words, or neither.

    `savable`: a text that is too long or too short is kept, and only its completeness is in question; nothing is then
    an error here. Otherwise (comments, reasons) both are refused, with the number of words.
    """

    widget = Words()

    def __init__(
        self,
        *args: Any,
        limit: int | None = None,
        least: int | None = None,
        rows: int = 8,
        savable: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.limit, self.least, self.rows, self.savable = limit, least, rows, savable

    @property
    def words(self) -> int:
        return word_count(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = normalise(str(valuelist[0]))

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        if self.savable:
            return
        if self.limit is not None and self.words > self.limit:
            raise ValidationError(
                ngettext(
                    "“%(label)s” is %(num)s word too long. Shorten it to %(limit)s words or fewer.",
                    "“%(label)s” is %(num)s words too long. Shorten it to %(limit)s words or fewer.",
                    self.words - self.limit,
                    label=self.label.text,
                    limit=self.limit,
                )
            )
        most = ceiling(self.limit, lines=True)
        if len(self.data) > most:
            raise ValidationError(
                _(
                    "“%(label)s” has %(count)s characters and can have at most %(most)s, spaces included.",
                    label=self.label.text,
                    count=f"{len(self.data):,}",
                    most=f"{most:,}",
                )
            )
        if self.least is not None and self.words < self.least:
            raise ValidationError(
                ngettext(
                    "“%(label)s” is %(num)s word too short. Write %(least)s words or more.",
                    "“%(label)s” is %(num)s words too short. Write %(least)s words or more.",
                    self.least - self.words,
                    label=self.label.text,
                    least=self.least,
                )
            )


class ProseField(WordLimitedText):
    """What officers write for everybody, with lists, bold words and links (`rules.prose`): its hint says how."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, savable=True, **{"description": PROSE, **kwargs})


class MoneyField(Asked, wtforms.Field):
    """Pounds as a Decimal with two places, from `£1,234.50`, `25 000` or `1.2m`; inclusive bounds in pounds."""

    widget = Component("money_input")

    def __init__(self, *args: Any, least: Decimal | int = 0, most: Decimal | int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.least, self.most = Decimal(least), None if most is None else Decimal(most)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else format_pounds(self.data).replace("£", "")

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        if not valuelist or is_blank(str(valuelist[0])):
            return
        self.data = parse_pounds(str(valuelist[0]))
        if (doubt := doubt_about_pounds(str(valuelist[0]))) is not None:
            raise ValueError(sentence(doubt))
        if self.data is None:
            raise ValueError(_("Enter an amount in pounds, like 25000 or 1,234.50"))
        if self.data < self.least or (self.most is not None and self.data > self.most):
            raise ValueError(_bounds(format_pounds, self.least, self.most))


class WholeNumberField(Asked, wtforms.Field):
    """A whole number, from `1,200` as well; inclusive bounds."""

    widget = Component("number_input")

    def __init__(self, *args: Any, least: int = 0, most: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.least, self.most = least, most

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        if not valuelist or is_blank(str(valuelist[0])):
            return
        found = parse_number(str(valuelist[0]))
        if (doubt := doubt_about_number(str(valuelist[0]))) is not None:
            raise ValueError(sentence(doubt))
        if found is None or found != found.to_integral_value():
            raise ValueError(_("Enter a whole number, like 12"))
        if found < self.least or (self.most is not None and found > self.most):
            raise ValueError(_bounds(lambda bound: written(Decimal(bound)), self.least, self.most))
        self.data = int(found)


def _bounds(show: Callable[[Any], str], least: Any, most: Any) -> str:
    if most is None:
        return _("Enter %(least)s or more", least=show(least))
    return _("Enter something between %(least)s and %(most)s", least=show(least), most=show(most))
