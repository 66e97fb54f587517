"""Fields that take a code of a list: what a call buys, and where."""

from typing import Any

from flask_babel import gettext as _

from procurement.rules.classification import cpv_code, place_code
from procurement.web.forms.fields import TextField


class CpvField(TextField):
    """A code of the Common Procurement Vocabulary, as it is written."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if not self.data:
            return
        if (code := cpv_code(self.data)) is None:
            raise ValueError(_("Enter a CPV code with its check digit, like 73000000-2"))
        self.data = code


class PlaceField(TextField):
    """An ITL region, or “anywhere”."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if not self.data:
            return
        if (code := place_code(self.data)) is None:
            raise ValueError(_("Enter “anywhere”, or the code of an ITL region, like UKG31"))
        self.data = code
