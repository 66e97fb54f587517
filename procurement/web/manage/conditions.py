"""A condition of participation on the page of a question: its fields, and what is typed into them."""

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.stages import Question as QuestionRow
from procurement.models.stages import Stage
from procurement.rules.dates import LONG_AGO
from procurement.rules.questions import (
    Condition,
    Demand,
    Effect,
    Kind,
    Measure,
    Question,
    condition_to_keep,
    read_condition,
)
from procurement.web.filters import sentence
from procurement.web.forms.base import PageForm
from procurement.web.forms.fields import (
    ChoiceField,
    DatePartsField,
    ManyChoicesField,
    MoneyField,
    WholeNumberField,
    WordLimitedText,
)

LARGEST = 1_000_000_000
DAYS = {"in_date_on": "in_date_on", "earliest": "earliest_day", "latest": "latest_day"}  # of a condition, and its field
ASKED = ("accepts", "least", "most", *DAYS.values())
MOST_WORDS = 150


def are_asked(stage: Stage, kind: Kind, purpose: str) -> bool:
    """Whether a question of this kind can be a condition: of a stage that is checked, and not one that the service
    itself reads."""
    return "check" in stage.steps and kind.demand is not None and not purpose


def fields_for(kind: Kind) -> dict[str, Any]:
    """The fields of a condition on a question of this kind, by their names on the form."""
    return {
        "effect": ChoiceField(
            _l("Is the answer a condition of participation?"),
            choices=[
                ("", _l("No")),
                (Effect.EXCLUDE.value, _l("Yes, whoever does not meet it cannot go on")),
                (Effect.WARN.value, _l("Yes, officers look at whoever does not meet it")),
            ],
        ),
        **_demanded(kind),
        "why": WordLimitedText(
            _l("Why is the condition needed, and why does it go no further?"),
            rows=3,
            limit=MOST_WORDS,
            description=_l("The approver reads it before the call is published. It is not published."),
        ),
    }


def _demanded(kind: Kind) -> dict[str, Any]:
    if kind.demand is Demand.IN_DATE:
        return {
            "in_date_on": DatePartsField(
                _l("On which day must the file still be in date?"), description=_l("Officers read it in the file.")
            )
        }
    if kind.demand is Demand.DAY:
        return {
            "earliest_day": DatePartsField(_l("It is met from this day on"), first_year=LONG_AGO),
            "latest_day": DatePartsField(_l("It is met up to this day"), first_year=LONG_AGO),
        }
    if kind.demand is Demand.BOUND:
        pounds = any(each.measure is Measure.POUNDS for each in kind.settings)
        made = MoneyField if pounds else WholeNumberField
        lowest = {} if pounds else {"least": -LARGEST, "most": LARGEST}
        return {"least": made(_l("It is met from"), **lowest), "most": made(_l("It is met up to"), **lowest)}
    if kind.setting("options"):
        return {
            "accepts": WordLimitedText(
                _l("Which options meet the condition?")
                if kind.demand is Demand.CHOICE
                else _l("At least one of which options must be chosen?"),
                rows=4,
                savable=True,
                description=_l("One on each line, as it stands above."),
            )
        }
    choices = [
        (value, part if isinstance(part, str) else sentence(part))
        for value, part in kind.choices(Question("", "", "", kind))
    ]
    return {"accepts": ManyChoicesField(_l("Which answers meet the condition?"), choices=choices)}


def typed(form: PageForm) -> dict[str, Any]:
    """What is kept of the condition that was typed; nothing where the question is none."""
    if "effect" not in form or not form["effect"].data:
        return {}
    accepts = form["accepts"].data if "accepts" in form else ()
    lines = accepts.splitlines() if isinstance(accepts, str) else accepts or ()
    least, most = (form[name].data if name in form else None for name in ("least", "most"))
    return condition_to_keep(
        Condition(
            Effect(form["effect"].data),
            accepts=tuple(line.strip() for line in lines if line.strip()),
            least=None if least is None else Decimal(least),
            most=None if most is None else Decimal(most),
            why=form["why"].data or "",
            **{name: form[field].data if field in form else None for name, field in DAYS.items()},
        )
    )


def stored(row: QuestionRow, kind: Kind) -> dict[str, Any]:
    """What the fields of a stored condition hold."""
    if not row.condition:
        return {"effect": ""}
    condition = read_condition(row.condition)
    whole = any(each.measure is Measure.WHOLE for each in kind.settings)
    accepts: Any = "\n".join(condition.accepts) if kind.setting("options") else list(condition.accepts)
    return {
        "effect": condition.effect.value,
        "accepts": accepts,
        "least": int(condition.least) if whole and condition.least is not None else condition.least,
        "most": int(condition.most) if whole and condition.most is not None else condition.most,
        **{field: getattr(condition, name) for name, field in DAYS.items()},
        "why": condition.why,
    }


def complete(form: PageForm) -> bool:
    """Add what a condition lacks to the form's problems: what it asks for, and why. True where nothing is missing."""
    if "effect" not in form or not form["effect"].data:
        return True
    filled = [name for name in ASKED if name in form]
    given = [name for name in filled if form[name].data not in ("", None, [])]
    asked = next(iter(filled), "")
    if asked and not given:
        form.refuse(asked, _("Say what meets the condition"))
    if not form["why"].data:
        form.refuse("why", _("Say why the condition is needed and goes no further"))
    return bool(given and form["why"].data)
