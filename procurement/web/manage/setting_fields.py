"""What an officer sets for a question of a kind, as a field of the question's page."""

from typing import Any

from procurement.rules.dates import LONG_AGO
from procurement.rules.questions import Measure, Setting
from procurement.web.filters import sentence
from procurement.web.forms.fields import (
    ChoiceField,
    DatePartsField,
    ManyChoicesField,
    MoneyField,
    TextField,
    WholeNumberField,
    WordLimitedText,
)

TEXT_AREAS = {Measure.LINES: 6, Measure.WORDS: 4}  # the rows of each


def field_for(setting: Setting) -> Any:
    label = sentence(setting.label)
    told: dict[str, Any] = {
        "missing": sentence(setting.missing) if setting.missing else None,
        "description": sentence(setting.hint) if setting.hint else "",
    }
    if setting.measure is Measure.POUNDS:
        return MoneyField(label, **told)
    if setting.measure in TEXT_AREAS:
        return WordLimitedText(label, rows=TEXT_AREAS[setting.measure], savable=True, **told)
    if setting.measure is Measure.LINE:
        return TextField(label, **told)
    if setting.measure is Measure.DAY:
        return DatePartsField(label, first_year=LONG_AGO, **told)
    if setting.offered:
        field = ManyChoicesField if setting.measure is Measure.CHOSEN else ChoiceField
        return field(label, choices=[(key, sentence(words)) for key, words in setting.offered], **told)
    return WholeNumberField(label, least=setting.least, most=setting.most, **told)
