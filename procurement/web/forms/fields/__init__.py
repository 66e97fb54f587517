"""Fields that read what people type, keep it when it is wrong, and say in a sentence what to do.

Each takes `missing`: the sentence shown when it is left empty ("Enter the title of the call"). Without one the field
may be left empty. `data` is the value, or None; what was typed is shown again whatever it was.
"""

from procurement.web.forms.fields.answers import AnswerField
from procurement.web.forms.fields.chosen import (
    ChoiceField,
    FileField,
    HiddenField,
    ManyChoicesField,
    TickField,
    VersionField,
    YesNoField,
)
from procurement.web.forms.fields.dates import (
    DatePartsField,
    DateTimePartsField,
)
from procurement.web.forms.fields.typed import (
    Asked,
    EmailField,
    MoneyField,
    ProseField,
    SecretField,
    TextField,
    WholeNumberField,
    WordLimitedText,
)

__all__ = [
    "AnswerField",
    "Asked",
    "ChoiceField",
    "DatePartsField",
    "DateTimePartsField",
    "EmailField",
    "FileField",
    "HiddenField",
    "ManyChoicesField",
    "MoneyField",
    "ProseField",
    "SecretField",
    "TextField",
    "TickField",
    "VersionField",
    "WholeNumberField",
    "WordLimitedText",
    "YesNoField",
]
