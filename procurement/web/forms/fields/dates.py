"""Days and instants, as people write them."""

from typing import Any

import wtforms
from flask_babel import gettext as _
from wtforms.utils import unset_value

from procurement.rules.dates import FIRST_YEAR, read_clock, read_day, uk_instant
from procurement.web.filters import listed, sentence, uk_time
from procurement.web.forms.fields.typed import Asked, tidied
from procurement.web.forms.widgets import Parts
from workflows.facts import UK, Sentence


class DatePartsField(Asked, wtforms.Field):
    """A day as three inputs (`name-day`, `-month`, `-year`); a month may be a word. `data` is a date, of `first_year`
    or later."""

    widget = Parts("date_input")
    parts: tuple[str, ...] = ("day", "month", "year")

    def __init__(self, *args: Any, first_year: int = FIRST_YEAR, **kwargs: Any) -> None:
        self.typed: dict[str, str] = {}
        self.wrong: tuple[str, ...] = ()
        self.first_year = first_year
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
        self.typed = {part: tidied(str(formdata.get(f"{self.name}-{part}", ""))) for part in self.parts}
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
        return read_day(self.typed["day"], self.typed["month"], self.typed["year"], first_year=self.first_year)


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
