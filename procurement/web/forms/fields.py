"""Fields that read what people type, keep it when it is wrong, and say in a sentence what to do.

Each takes `missing`: the sentence shown when it is left empty ("Enter the title of the call"). Without one the field
may be left empty. `data` is the value, or None; what was typed is shown again whatever it was.
"""
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

import wtforms
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage
from wtforms.utils import unset_value
from wtforms.validators import StopValidation, ValidationError

from procurement.rules.dates import read_clock, read_day, uk_instant
from procurement.rules.money import format_pounds, parse_number, parse_pounds, written
from procurement.rules.questions import is_blank, normalise, word_count
from procurement.web.filters import listed, sentence, uk_time
from procurement.web.forms.widgets import Choices, Component, Parts, Secret, Tick, Upload, Words
from workflows.facts import UK, Sentence

Choice = tuple[Any, ...]


class Asked:
    """What all fields share: empty is either a problem with its own sentence, or fine and ends the checks."""

    def __init__(
        self, label: Any = None, validators: Sequence[Any] = (), *, missing: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.missing = missing

    def empty(self) -> bool:
        return not self.raw_data or is_blank(str(self.raw_data[0]))

    def pre_validate(self, form: wtforms.Form) -> None:
        if self.process_errors:
            raise StopValidation
        if self.empty():
            raise StopValidation(str(self.missing) if self.missing else None)
        super().pre_validate(form)


class TextField(Asked, wtforms.StringField):
    """One line: tidied as the service stores texts; `most` characters."""

    widget = Component("input")

    def __init__(self, *args: Any, most: int = 200, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = most

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = re.sub(r"\s*\n\s*", " ", normalise(str(valuelist[0]))).strip()

    def pre_validate(self, form: wtforms.Form) -> None:
        super().pre_validate(form)
        over = len(self.data or "") - self.most
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
    """An e-mail address, in lower case; delivery is the only real proof, so only its shape is looked at."""

    widget = Component("email_input")

    def __init__(self, *args: Any, most: int = 254, **kwargs: Any) -> None:
        super().__init__(*args, most=most, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = self.data.lower() if self.data else self.data

    def pre_validate(self, form: wtforms.Form) -> None:
        super().pre_validate(form)
        if not re.fullmatch(r"[^@\s\"(),:;<>\[\\\]]+@[^@\s.,/]+(\.[^@\s.,/]+)+", self.data or ""):
            raise ValidationError(_("Enter an email address in the correct format, like name@example.com"))


class SecretField(Asked, wtforms.PasswordField):
    """A password: never tidied, never sent back."""

    widget = Secret()

    def empty(self) -> bool:
        return not self.data


class WordLimitedText(Asked, wtforms.TextAreaField):
    """Several lines with a word limit, a least number of words, or neither.

    `savable`: a text that is too long or too short is kept, and only its completeness is in question; nothing is then
    an error here. Otherwise (comments, reasons) both are refused, with the number of words.
    """

    widget = Words()

    def __init__(
        self, *args: Any, limit: int | None = None, least: int | None = None, rows: int = 8, savable: bool = False,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.limit, self.least, self.rows, self.savable = limit, least, rows, savable

    @property
    def words(self) -> int:
        return word_count(self.data or "")

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = normalise(str(valuelist[0]))

    def pre_validate(self, form: wtforms.Form) -> None:
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
        if found is None or found != found.to_integral_value():
            raise ValueError(_("Enter a whole number, like 12"))
        if found < self.least or (self.most is not None and found > self.most):
            raise ValueError(_bounds(lambda bound: written(Decimal(bound)), self.least, self.most))
        self.data = int(found)


def _bounds(show: Callable[[Any], str], least: Any, most: Any) -> str:
    if most is None:
        return _("Enter %(least)s or more", least=show(least))
    return _("Enter something between %(least)s and %(most)s", least=show(least), most=show(most))


class _Chooser:
    """Choices given as (value, words) or (value, words, hint), as data of this form, fixed or set by the view."""

    choices: Any

    def items(self) -> list[Choice]:
        return [choice if isinstance(choice, tuple) else (choice, choice) for choice in self.choices or ()]

    def known(self) -> set[str]:
        return {str(choice[0]) for choice in self.items()}


class ChoiceField(Asked, _Chooser, wtforms.Field):
    """One of several, as radios; `select=True` in a list that would be too long. `coerce` makes the value of a text."""

    widget = Choices("radios")

    def __init__(
        self, *args: Any, choices: Iterable[Choice] = (), coerce: Callable[[str], Any] = str, select: bool = False,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.choices, self.coerce = list(choices), coerce
        if select:
            self.widget = Choices("select")

    def chosen(self) -> Any:
        return self.raw_data[0] if self.raw_data else self.data

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        if valuelist and not is_blank(str(valuelist[0])):
            # choices may be set by the view after this, so whether it is one of them is asked in pre_validate
            try:
                self.data = self.coerce(str(valuelist[0]))
            except (ValueError, TypeError, KeyError):
                raise ValueError(_("Select one of the options")) from None

    def pre_validate(self, form: wtforms.Form) -> None:
        super().pre_validate(form)
        if str(self.raw_data[0]) not in self.known():
            raise ValidationError(_("Select one of the options"))


class YesNoField(ChoiceField):
    """Yes or no: True, False, or None while nobody has chosen."""

    widget = Choices("radios", inline=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, coerce={"yes": True, "no": False}.__getitem__, **kwargs)

    def items(self) -> list[Choice]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def chosen(self) -> Any:
        if self.raw_data:
            return self.raw_data[0]
        return None if self.data is None else "yes" if self.data else "no"


class ManyChoicesField(Asked, _Chooser, wtforms.Field):
    """Any number of several, as checkboxes; `data` is a list in the order of the choices."""

    widget = Choices("checkboxes")

    def __init__(
        self, *args: Any, choices: Iterable[Choice] = (), coerce: Callable[[str], Any] = str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.choices, self.coerce = list(choices), coerce

    def process_formdata(self, valuelist: list[Any]) -> None:
        given = {str(value) for value in valuelist}
        self.data = [self.coerce(str(choice[0])) for choice in self.items() if str(choice[0]) in given]
        self._unknown = sorted(given - self.known())

    def empty(self) -> bool:
        return not self.raw_data

    def pre_validate(self, form: wtforms.Form) -> None:
        super().pre_validate(form)
        if {str(value) for value in self.raw_data or ()} - self.known():
            raise ValidationError(_("Select from the options that are listed"))


class TickField(wtforms.BooleanField):
    """One statement to tick; with `missing`, it must be ticked."""

    widget = Tick()

    def __init__(
        self, label: Any = None, validators: Sequence[Any] = (), *, missing: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.missing = missing

    def pre_validate(self, form: wtforms.Form) -> None:
        if self.missing and not self.data:
            raise StopValidation(str(self.missing))


class HiddenField(wtforms.HiddenField):
    """A hidden value, such as the version that the page was made from."""


class VersionField(wtforms.HiddenField):
    """The version of what is edited; a tampered one reads as 0, which is always stale."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]) if valuelist else ""
        self.data = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0

    def _value(self) -> str:
        return str(self.data or 0)


class DatePartsField(Asked, wtforms.Field):
    """A day as three inputs (`name-day`, `-month`, `-year`); a month may be a word. `data` is a date."""

    widget = Parts("date_input")
    parts: tuple[str, ...] = ("day", "month", "year")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.typed: dict[str, str] = {}
        self.wrong: tuple[str, ...] = ()
        super().__init__(*args, **kwargs)

    @property
    def first_input(self) -> str:
        """The input that the error summary links to: the first part at fault."""
        return f"{self.id}-{self.wrong[0] if self.wrong else self.parts[0]}"

    def empty(self) -> bool:
        return not any(self.typed.values())

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        super().process(None, data, extra_filters)
        self.typed = self.spread(self.data)
        if formdata is None:
            return
        self.typed = {part: normalise(str(formdata.get(f"{self.name}-{part}", ""))).strip() for part in self.parts}
        self.raw_data = list(self.typed.values())
        self.data = None
        absent = tuple(part for part in self.parts if not self.typed[part])
        if len(absent) == len(self.parts):
            return
        found = self.read() if not absent else _absent(absent)
        if isinstance(found, Sentence):
            self.wrong = self.wrong or absent
            self.process_errors = [sentence(found)]
        else:
            self.data = found

    def spread(self, value: Any) -> dict[str, str]:
        """A value as it would be typed."""
        return {} if value is None else {"day": str(value.day), "month": str(value.month), "year": str(value.year)}

    def read(self) -> Any:
        """The value of the parts, or the sentence that says why there is none."""
        return read_day(self.typed["day"], self.typed["month"], self.typed["year"])


class DateTimePartsField(DatePartsField):
    """A day and a time in the UK as four inputs (`name-time` takes `12 noon`, `5:30pm`, `17:30`); `data` is aware UTC.

    An hour that the clocks skip in March does not exist, and one that they repeat in October would leave open which is
    meant; both are refused, so that no deadline depends on a guess.
    """

    widget = Parts("date_time_input")
    parts = ("day", "month", "year", "time")

    def spread(self, value: Any) -> dict[str, str]:
        return {} if value is None else {**super().spread(value.astimezone(UK)), "time": uk_time(value)}

    def read(self) -> Any:
        day = super().read()
        if isinstance(day, Sentence):
            self.wrong = ("day", "month", "year")
            return day
        self.wrong = ("time",)
        clock = read_clock(self.typed["time"])
        found = clock if isinstance(clock, Sentence) else uk_instant(day, clock)
        if not isinstance(found, Sentence):
            self.wrong = ()
        return found


def _absent(parts: tuple[str, ...]) -> Sentence:
    names = {"day": _("a day"), "month": _("a month"), "year": _("a year"), "time": _("a time")}
    return Sentence("This must also have %(parts)s.", parts=listed(names[part] for part in parts))


class FileField(wtforms.FileField):
    """A file that was chosen, or None; what it holds and how large it may be is for the service that keeps it."""

    widget = Upload()

    def __init__(
        self, label: Any = None, validators: Sequence[Any] = (), *, missing: Any = None, accept: str = "", **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.missing, self.accept = missing, accept

    def process_formdata(self, valuelist: list[Any]) -> None:
        chosen = [each for each in valuelist if isinstance(each, FileStorage) and each.filename]
        self.data = chosen[0] if chosen else None

    def pre_validate(self, form: wtforms.Form) -> None:
        if self.missing and self.data is None:
            raise StopValidation(str(self.missing))
