"""What the page of a check shows of one bid, and the forms on it: conditions, facts, and what a proposal names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from procurement.models.applications import Entry
from procurement.models.checks import Check
from procurement.queries import checks as checks_queries
from procurement.rules import checks
from procurement.rules.checks import CheckKind, Finding, Looked, Tie
from procurement.rules.conditions import Result
from procurement.rules.questions import Demand
from procurement.services import assessment
from procurement.services.assessment import Because, Checked
from procurement.web.context import ports, session
from procurement.web.filters import requirement, sentence
from procurement.web.forms.base import PageForm
from procurement.web.forms.fields import (
    ChoiceField,
    DatePartsField,
    ManyChoicesField,
    TextField,
    WordLimitedText,
)
from workflows.catalogue import states

THE_RULE, CONDITION, GROUND = "rule", "condition-", "ground-"
LONGEST_NAME = 200


class ReasonForm(PageForm):
    reason = WordLimitedText(_l("Reason"), missing=_l("Give a reason"), limit=250, rows=5)


class ProposeForm(ReasonForm):
    """A proposal to leave a bid out: it names what is not met, where anything can be named."""

    because = ManyChoicesField(_l("What does it not meet?"), missing=_l("Say what it does not meet"))
    heard = WordLimitedText(
        _l("When and how could the applicant explain itself?"),
        limit=checks.MOST_WORDS,
        rows=3,
        description=_l(
            "Needed before an exclusion on a ground that you found yourselves (Procurement Act 2023 s. 58). The letter "
            "says it."
        ),
    )

    def named(self) -> Because:
        chosen = self.because.data or [] if "because" in self else []
        return Because(
            tuple(each.removeprefix(CONDITION) for each in chosen if each.startswith(CONDITION)),
            tuple(int(each.removeprefix(GROUND)) for each in chosen if each.startswith(GROUND)),
        )


class CheckForm(PageForm):
    """One fact about the applicant, or about somebody who works with it."""

    kind = ChoiceField(_l("What did you look at?"), select=True, missing=_l("Say what you looked at"))
    tie = ChoiceField(_l("Whom is it about?"), select=True)
    about = TextField(_l("Name of the subcontractor or associated person"), most=LONGEST_NAME)
    source = WordLimitedText(
        _l("Where did you look?"),
        missing=_l("Say what you looked at, and where"),
        limit=checks.MOST_WORDS,
        rows=2,
        description=_l("A register, a list with its address, a document. Addresses are kept as you write them."),
    )
    finding = ChoiceField(_l("What did you find?"), select=True, missing=_l("Choose what you found"))
    ground = ChoiceField(_l("Which ground?"), select=True, description=_l("Only where one was found."))
    note = WordLimitedText(_l("What it says"), limit=checks.MOST_WORDS, rows=3)

    def looked(self) -> Looked:
        return Looked(
            kind=CheckKind(self.kind.data),
            finding=Finding(self.finding.data),
            source=self.source.data,
            note=self.note.data or "",
            about=self.about.data or "",
            tie=Tie(self.tie.data or ""),
            ground=self.ground.data or "",
        )


class NothingForm(PageForm):
    """What must be looked up was, and nothing was found: one place where it was looked at for each."""

    source = WordLimitedText(
        _l("Where did you look?"),
        missing=_l("Say what you looked at, and where"),
        limit=checks.MOST_WORDS,
        rows=2,
    )


class ConditionForm(PageForm):
    """What an officer saw of a condition that the answer alone does not settle."""

    in_date_until = DatePartsField(_l("Until when is the file in date?"))
    finding = ChoiceField(_l("Is it met?"))
    source = WordLimitedText(
        _l("What did you look at?"), missing=_l("Say what you looked at, and where"), limit=checks.MOST_WORDS, rows=2
    )
    note = WordLimitedText(_l("What did you see?"), limit=checks.MOST_WORDS, rows=2)

    def looked(self, key: str) -> Looked:
        return Looked(
            kind=CheckKind.CONDITION,
            finding=Finding(self.finding.data or Finding.UNCLEAR),
            source=self.source.data,
            note=self.note.data or _("In date until the day above."),
            question=key,
            in_date_until=self.in_date_until.data if "in_date_until" in self else None,
        )


def check_form(*, sent: bool = False) -> CheckForm:
    """The form of one fact, with its choices."""
    form = CheckForm(prefix="check") if sent else CheckForm(formdata=None, prefix="check")
    form.kind.choices = [
        (kind.value, sentence(words)) for kind, words in checks.KINDS.items() if kind.value != "condition"
    ]
    form.tie.choices = [(tie.value, sentence(words)) for tie, words in checks.TIES.items()]
    offered = dict.fromkeys(
        each for kind, found in checks.FINDINGS_OF.items() if kind is not CheckKind.CONDITION for each in found
    )
    form.finding.choices = [(each.value, sentence(checks.FINDINGS[each])) for each in offered]
    form.ground.choices = [("", _("None")), *((key, sentence(words)) for key, words in checks.GROUNDS.items())]
    return form


def nothing_form(*, sent: bool = False) -> NothingForm:
    return NothingForm(prefix="nothing") if sent else NothingForm(formdata=None, prefix="nothing")


def condition_form(checked: Checked, key: str, *, sent: bool = False) -> ConditionForm | None:
    """The form of one condition of a bid; None where it has no such condition."""
    found = next((each for each in checked.verdicts if each.question.key == key), None)
    if found is None:
        return None
    form = ConditionForm(prefix=f"on-{key}") if sent else ConditionForm(formdata=None, prefix=f"on-{key}")
    words = {Finding.MET: _("Yes"), Finding.NOT_MET: _("No")}
    if found.question.kind.demand is Demand.IN_DATE:
        words = {Finding.UNCLEAR: _("By the date that I have entered"), **words}
    else:
        del form.in_date_until
    form.finding.choices = [(each.value, said) for each, said in words.items()]
    form.finding.missing = _("Say whether it is met")
    return form


def propose_form(checked: Checked, entry: Entry, *, sent: bool = False) -> ProposeForm:
    """The form of a proposal: what can be named of this bid, which the letter prints with the answers, so that the
    reason does not say them again."""
    unmet = [each for each in checked.verdicts if each.result is Result.NOT_MET]
    usual = ngettext(
        "The answer does not meet this condition of participation.",
        "The answers do not meet these conditions of participation.",
        len(unmet),
    )
    form = ProposeForm() if sent else ProposeForm(formdata=None, data={"reason": usual if unmet else ""})
    choices = [(f"{CONDITION}{each.question.key}", requirement(each.question)) for each in unmet]
    grounds = checks.grounds_found(checked.facts)
    choices += [(f"{GROUND}{each.id}", _ground(each)) for each in checked.facts if each in grounds]
    if not choices:
        del form.because
    else:
        form.because.offer([*choices, (THE_RULE, _("The published rule on who can apply"))])
        if not sent:
            form.because.data = [value for value, _words in choices if value.startswith(CONDITION)]
    if not any(checks.must_be_heard(each) for each in grounds):
        del form.heard
    return form


def _ground(fact: Check) -> str:
    about = f" ({fact.about})" if fact.about else ""
    return f"{sentence(checks.titled(fact))}: {sentence(checks.GROUNDS[fact.ground])}{about}"


def refuse_if_wrong(form: CheckForm | ConditionForm, looked: Looked) -> bool:
    """Put what is wrong with a fact beside its field; True where nothing is."""
    problems = checks.problems_of(looked)
    for each in problems:
        form.refuse("note" if looked.source.strip() else "source", sentence(each))
    return not problems


@dataclass(frozen=True)
class Place:
    """Where a bid stands in the list of those that were opened: "2 of 7", and the next that waits for a decision."""

    number: int
    total: int
    following: str
    left: int


def place_of(entry: Entry) -> Place:
    rows = checks_queries.order_of(session(), entry.stage_id)
    refs = [ref for ref, _state in rows]
    here = refs.index(entry.application.ref)
    waiting = [ref for ref, state in (*rows[here + 1 :], *rows[:here]) if state in states.entry.checking]
    return Place(here + 1, len(refs), waiting[0] if waiting else "", len(waiting))


def shown(entry: Entry, checked: Checked) -> dict[str, Any]:
    """What the page shows of conditions and facts."""
    known = checks_queries.of_application(session(), entry.application)
    lines = [] if entry.standing is None else entry.standing.manifest["files"]
    return {
        "checked": checked,
        "files": {
            each.question.key: [line for line in lines if line["key"] == each.question.key] for each in checked.verdicts
        },
        "facts": _facts(checked.facts),
        "notes": {
            each.question: each
            for each in checks_queries.standing(known)
            if each.question and each.entry_id == entry.id
        },
        "earlier": _facts([each for each in known if each not in checked.facts]),
        "due": [
            (sentence(checks.KINDS[each.kind]), each.about or entry.application.organisation.name)
            for each in checked.due
        ],
        "excluded": checks.must_exclude(checked.facts),
        "place": place_of(entry),
        "requirements": {each.question.key: requirement(each.question) for each in checked.verdicts},
    }


@dataclass(frozen=True)
class Said:
    """A fact in words."""

    fact: Check
    kind: str
    finding: str
    ground: str
    tie: str


def _facts(rows: Sequence[Check]) -> list[Said]:
    return [
        Said(
            each,
            sentence(checks.KINDS[CheckKind(each.kind)]),
            sentence(checks.FINDINGS[Finding(each.finding)]),
            sentence(checks.GROUNDS[each.ground]) if each.ground else "",
            sentence(checks.TIES[Tie(each.tie)]),
        )
        for each in rows
    ]


def of_entry(entry: Entry) -> Checked:
    """What is so of one bid, read for a page."""
    return assessment.check_entry(session(), ports(), entry.stage.call, entry)
