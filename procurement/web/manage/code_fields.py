"""Fields that take codes of a list, by their digits or picked by their words: what a call buys, and where."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.rules.classification import CPV, REGIONS, cpv_code, cpv_shown, picked_cpv, picked_place, place_code
from procurement.web.forms.fields import TextField, WordLimitedText

MOST = 20  # codes of one kind


def offered() -> dict[str, list[str]]:
    """What the pages offer to pick from, by the lists that ship with the service."""
    return {
        "cpv": [cpv_shown(code) for code in CPV],
        "places": [_("anywhere"), *(f"{region.name} ({code})" for code, region in REGIONS.items())],
    }


class CpvField(TextField):
    """A code of the Common Procurement Vocabulary, typed or picked by its words."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if not self.data:
            return
        if (code := picked_cpv(self.data)) is None:
            raise ValueError(_("Enter a CPV code with its check digit, like 73000000-2, or pick one by its words"))
        self.data = code


class PlaceField(TextField):
    """An ITL region, or “anywhere”."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if not self.data:
            return
        if (code := picked_place(self.data)) is None:
            raise ValueError(_("Enter “anywhere”, the name of a region, or its ITL code, like UKG31"))
        self.data = code


class CodesField(WordLimitedText):
    """Several codes, one on each line; kept with a space between them, none twice."""

    picked: Callable[[str], str | None]
    code: Callable[[str], str | None]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, rows=3, savable=True, **kwargs)

    def _value(self) -> str:
        return self.data if self.process_errors else "\n".join(self.data.split())

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        found = dict.fromkeys(code for line in self.data.splitlines() if line.strip() for code in self._of(line))
        if len(found) > MOST:
            raise ValueError(_("Enter at most %(most)s", most=MOST))
        self.data = " ".join(found)

    def _of(self, line: str) -> list[str]:
        """The codes of a line: as they are kept, or one that is picked by its words."""
        kept = [self.code(each) for each in line.split()]
        codes = [each for each in kept if each is not None]
        if len(codes) == len(kept):
            return codes
        if (one := self.picked(line.strip())) is None:
            raise ValueError(
                _("“%(line)s” is not in the list: enter its code, or its words as the list has them", line=line.strip())
            )
        return [one]


class CpvCodesField(CodesField):
    picked = staticmethod(picked_cpv)
    code = staticmethod(cpv_code)


class PlacesField(CodesField):
    picked = staticmethod(picked_place)
    code = staticmethod(place_code)


ALSO_BOUGHT = _l("What else is bought?")
ALSO_WHERE = _l("Where else?")
ONE_A_LINE = _l("A code or its words on each line. Leave it empty if there is nothing else.")
OWN = _l("A code or its words on each line. Leave it empty if it is as in the call.")
