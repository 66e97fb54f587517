"""What is chosen: options, ticks, files, and what a page carries along unseen."""

from collections.abc import Callable, Iterable
from typing import Any

import wtforms
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from wtforms.form import BaseForm
from wtforms.validators import StopValidation, ValidationError

from procurement.rules.numbers import whole_number
from procurement.rules.questions import is_blank
from procurement.web.forms.fields.typed import Asked
from procurement.web.forms.widgets import Choices, Tick, Upload

Choice = tuple[Any, ...]


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
        self,
        *args: Any,
        choices: Iterable[Choice] = (),
        coerce: Callable[[str], Any] = str,
        select: bool = False,
        **kwargs: Any,
    ) -> None:
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

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        if not self.raw_data or str(self.raw_data[0]) not in self.known():
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
        given = {line for value in valuelist for line in str(value).split("\n") if line}
        self.data = [self.coerce(str(choice[0])) for choice in self.items() if str(choice[0]) in given]
        self._unknown = sorted(given - self.known())

    def offer(self, choices: Iterable[Choice]) -> None:
        """Choices that only the view knows: what was sent is read again, by them."""
        self.choices = list(choices)
        if self.raw_data is not None:
            self.process_formdata(self.raw_data)

    def empty(self) -> bool:
        return not self.raw_data

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        if {str(value) for value in self.raw_data or ()} - self.known():
            raise ValidationError(_("Select from the options that are listed"))


class TickField(wtforms.BooleanField):
    """One statement to tick; with `missing`, it must be ticked."""

    widget = Tick()

    def __init__(
        self, label: Any = None, validators: list[Any] | None = None, *, missing: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.missing = missing

    def pre_validate(self, form: BaseForm) -> None:
        if self.missing and not self.data:
            raise StopValidation(str(self.missing))


class HiddenField(wtforms.HiddenField):
    """A hidden value, such as the version that the page was made from."""


class VersionField(wtforms.HiddenField):
    """The version of what is edited; a tampered one reads as 0, which is always stale."""

    data: int  # type: ignore[assignment]  # because a hidden field holds texts, and this one makes a number of its own

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]) if valuelist else ""
        self.data = whole_number(text) or 0

    def _value(self) -> str:
        return str(self.data or 0)


class FileField(wtforms.FileField):
    """A file that was chosen, or None; what it holds and how large it may be is for the service that keeps it."""

    widget = Upload()

    def __init__(
        self,
        label: Any = None,
        validators: list[Any] | None = None,
        *,
        missing: Any = None,
        accept: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.missing, self.accept = missing, accept

    def process_formdata(self, valuelist: list[Any]) -> None:
        chosen = [each for each in valuelist if isinstance(each, FileStorage) and each.filename]
        self.data = chosen[0] if chosen else None

    def pre_validate(self, form: BaseForm) -> None:
        if self.missing and self.data is None:
            raise StopValidation(str(self.missing))
