"""What officers look up about an applicant before it may go on: exclusion grounds, the debarment list, its status.

Procurement Act 2023: a supplier is excluded where a mandatory ground (Schedule 6) applies to it or to an associated
person and is continuing or likely to occur again, or where it is on the debarment list by such a ground (s. 57(1));
excludable where that is so of a discretionary ground (Schedule 7; s. 57(2)). It may first make representations
(s. 58), and may replace an associated person (s. 26(3), 27(4)) or a subcontractor (s. 28). Whether intended
subcontractors are on the debarment list must be looked up (s. 28(1)).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from workflows.facts import Sentence


class CheckKind(StrEnum):
    """What was looked at. `CONDITION` is a condition of participation that an answer alone does not settle."""

    MANDATORY = "mandatory"
    DISCRETIONARY = "discretionary"
    DEBARMENT = "debarment"
    STATUS = "status"
    OTHER = "other"
    CONDITION = "condition"


class Finding(StrEnum):
    """What was found. `PAST`: a ground, but neither continuing nor likely to occur again. `REPLACED`: whoever it is
    about takes no part any more. A condition is `MET` or `NOT_MET`."""

    CLEAR = "clear"
    FOUND = "found"
    PAST = "past"
    REPLACED = "replaced"
    UNCLEAR = "unclear"
    MET = "met"
    NOT_MET = "not_met"


class Tie(StrEnum):
    """What somebody else has to do with the applicant; nothing where a fact is about the applicant itself."""

    ITSELF = ""
    SUBCONTRACTOR = "subcontractor"
    ASSOCIATED = "associated"


KINDS: dict[CheckKind, Sentence] = {
    CheckKind.MANDATORY: Sentence("Mandatory exclusion grounds"),
    CheckKind.DISCRETIONARY: Sentence("Discretionary exclusion grounds"),
    CheckKind.DEBARMENT: Sentence("Debarment list"),
    CheckKind.STATUS: Sentence("Status at Companies House or the Charity Commission"),
    CheckKind.OTHER: Sentence("Something else"),
    CheckKind.CONDITION: Sentence("Condition of participation"),
}
FINDINGS: dict[Finding, Sentence] = {
    Finding.CLEAR: Sentence("Nothing found"),
    Finding.FOUND: Sentence("Found"),
    Finding.PAST: Sentence("Found, but not continuing nor likely to happen again"),
    Finding.REPLACED: Sentence("Takes no part any more: left out or replaced"),
    Finding.UNCLEAR: Sentence("Not clear yet"),
    Finding.MET: Sentence("Met"),
    Finding.NOT_MET: Sentence("Not met"),
}
TIES: dict[Tie, Sentence] = {
    Tie.ITSELF: Sentence("The applicant itself"),
    Tie.SUBCONTRACTOR: Sentence("A named subcontractor"),
    Tie.ASSOCIATED: Sentence("An associated person"),
}
# The headings of the two schedules, each under a key that is stored.
MANDATORY_GROUNDS: dict[str, Sentence] = {
    "corporate_manslaughter": Sentence("Corporate manslaughter or corporate homicide"),
    "terrorism": Sentence("Terrorism"),
    "fraud_and_bribery": Sentence("Theft, fraud, bribery, money laundering"),
    "labour_and_slavery": Sentence("Labour market offences, slavery, human trafficking"),
    "organised_crime": Sentence("Organised crime"),
    "tax_offences": Sentence("Tax offences"),
    "cartel_offence": Sentence("Cartel offence"),
    "ancillary_offences": Sentence("Ancillary offences"),
    "tax_misconduct": Sentence("Misconduct in relation to tax"),
    "competition": Sentence("Competition law infringements"),
    "not_cooperating": Sentence("Failure to cooperate with an investigation"),
}
DISCRETIONARY_GROUNDS: dict[str, Sentence] = {
    "labour_misconduct": Sentence("Labour market misconduct"),
    "environment": Sentence("Environmental misconduct"),
    "insolvency": Sentence("Insolvency, bankruptcy, ceasing business"),
    "potential_competition": Sentence("Potential competition infringements"),
    "professional_misconduct": Sentence("Professional misconduct"),
    "poor_performance": Sentence("Breach of contract and poor performance"),
    "improper_procurement": Sentence("Acting improperly in procurement"),
    "national_security": Sentence("National security"),
}
# By this one a supplier is excluded only where a minister has put it on the debarment list (Schedule 6 paragraph 35).
OF_A_MINISTER: dict[str, Sentence] = {
    "national_security_threat": Sentence("Threat to national security, for contracts as the entry describes them"),
}
MANDATORY_DEBARMENT = {**MANDATORY_GROUNDS, **OF_A_MINISTER}
GROUNDS = {**MANDATORY_DEBARMENT, **DISCRETIONARY_GROUNDS}
GROUNDS_OF: dict[CheckKind, Mapping[str, Sentence]] = {
    CheckKind.MANDATORY: MANDATORY_GROUNDS,
    CheckKind.DISCRETIONARY: DISCRETIONARY_GROUNDS,
    CheckKind.DEBARMENT: GROUNDS,
}
_WITH_GROUND = (Finding.FOUND, Finding.PAST)
_OF_GROUNDS = (Finding.CLEAR, Finding.FOUND, Finding.PAST, Finding.REPLACED, Finding.UNCLEAR)
FINDINGS_OF: dict[CheckKind, tuple[Finding, ...]] = {
    CheckKind.MANDATORY: _OF_GROUNDS,
    CheckKind.DISCRETIONARY: _OF_GROUNDS,
    CheckKind.DEBARMENT: (Finding.CLEAR, Finding.FOUND, Finding.REPLACED, Finding.UNCLEAR),
    CheckKind.STATUS: (Finding.CLEAR, Finding.FOUND, Finding.UNCLEAR),
    CheckKind.OTHER: (Finding.CLEAR, Finding.FOUND, Finding.UNCLEAR),
    CheckKind.CONDITION: (Finding.MET, Finding.NOT_MET, Finding.UNCLEAR),
}
# What must be looked up where a call is covered, about whom.
REQUIRED_OF: dict[Tie, tuple[CheckKind, ...]] = {
    Tie.ITSELF: (CheckKind.MANDATORY, CheckKind.DEBARMENT),
    Tie.ASSOCIATED: (CheckKind.MANDATORY, CheckKind.DEBARMENT),
    Tie.SUBCONTRACTOR: (CheckKind.DEBARMENT,),
}
MOST_WORDS = 250


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What an officer looked at and found. `about` is a name, empty for the applicant; `question` the key of a
    condition; `source` says where it was looked up (an address is kept as it is written, and never fetched)."""

    kind: CheckKind
    finding: Finding
    source: str
    note: str = ""
    about: str = ""
    tie: Tie = Tie.ITSELF
    ground: str = ""
    question: str = ""
    in_date_until: date | None = None


class Recorded(Protocol):
    """A recorded fact, as its row keeps it."""

    @property
    def kind(self) -> str: ...
    @property
    def finding(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def tie(self) -> str: ...
    @property
    def ground(self) -> str: ...
    @property
    def question(self) -> str: ...


@dataclass(frozen=True)
class Due:
    """Something that must be looked up and was not: what, and about whom (empty: the applicant)."""

    kind: CheckKind
    about: str
    tie: Tie


def problems_of(looked: Looked) -> tuple[Sentence, ...]:
    """Why a fact cannot be recorded as it is; empty when it can."""
    other = looked.tie is not Tie.ITSELF
    rows = [
        (not looked.source.strip(), Sentence("Say what you looked at, and where.")),
        (
            looked.finding not in FINDINGS_OF[looked.kind],
            Sentence("Choose what you found."),
        ),
        (other and not looked.about.strip(), Sentence("Give the name of the subcontractor or associated person.")),
        (bool(looked.about.strip()) and not other, Sentence("Say what they have to do with the applicant.")),
        (
            looked.kind in GROUNDS_OF
            and looked.finding in _WITH_GROUND
            and looked.ground not in GROUNDS_OF[looked.kind],
            Sentence("Say which ground was found."),
        ),
        (
            looked.finding is not Finding.CLEAR and looked.finding is not Finding.MET and not looked.note.strip(),
            Sentence("Write down what you found."),
        ),
        (looked.finding is Finding.REPLACED and not other, Sentence("The applicant itself cannot be replaced.")),
        ((looked.kind is CheckKind.CONDITION) != bool(looked.question), Sentence("Say which condition it is about.")),
    ]
    return tuple(sentence for found, sentence in rows if found)


def subject_of(fact: Recorded) -> tuple[str, str, str]:
    """What a fact is about: a newer one about the same takes its place."""
    return fact.kind, fact.about.casefold(), fact.question


def due(standing: Sequence[Recorded]) -> tuple[Due, ...]:
    """What must still be looked up where a call is covered: about the applicant, and about everybody who was named and
    still takes part. What is not clear yet is due."""
    settled = {subject_of(each)[:2] for each in standing if each.finding != Finding.UNCLEAR}
    found = []
    for about, tie in people_of(standing):
        found += [Due(kind, about, tie) for kind in REQUIRED_OF[tie] if (kind.value, about.casefold()) not in settled]
    return tuple(found)


def people_of(standing: Iterable[Recorded]) -> tuple[tuple[str, Tie], ...]:
    """The applicant, and everybody else who was named and still takes part. Who was named as both is an associated
    person, since more must be looked up about them."""
    named: dict[str, tuple[str, Tie]] = {}
    gone: set[str] = set()
    for each in standing:
        key = each.about.casefold()
        if not key:
            continue
        if each.finding == Finding.REPLACED:
            gone.add(key)
        if key not in named or each.tie == Tie.ASSOCIATED:
            named[key] = (each.about, Tie(each.tie))
    return (("", Tie.ITSELF), *(person for key, person in named.items() if key not in gone))


def grounds_found(standing: Sequence[Recorded]) -> tuple[Recorded, ...]:
    """The facts on which the applicant may be excluded: a ground that applies to it or to an associated person who
    still takes part. A subcontractor's is none: the applicant may first replace it."""
    taking_part = {about.casefold() for about, tie in people_of(standing) if tie is not Tie.SUBCONTRACTOR}
    return tuple(
        each
        for each in standing
        if each.kind in GROUNDS_OF and each.finding == Finding.FOUND and each.about.casefold() in taking_part
    )


def must_exclude(standing: Sequence[Recorded]) -> bool:
    """Whether a mandatory ground applies, or a debarment by one: the applicant may not go on (s. 26(1), 27(2))."""
    return any(each.ground in MANDATORY_DEBARMENT for each in grounds_found(standing))


def titled(fact: Recorded) -> Sentence:
    """What was looked at, by name; an entry of the debarment list says by which kind of ground it was made, since by
    the one a supplier is excluded and by the other excludable (s. 57)."""
    if fact.kind != CheckKind.DEBARMENT or not fact.ground:
        return KINDS[CheckKind(fact.kind)]
    if fact.ground in MANDATORY_DEBARMENT:
        return Sentence("Debarment list, by a mandatory ground")
    return Sentence("Debarment list, by a discretionary ground")


def must_be_heard(fact: Recorded) -> bool:
    """Whether the applicant must have had the chance to explain before it is excluded on this (s. 58): on a ground
    that the authority itself finds. Who is on the debarment list was heard before."""
    return fact.kind in (CheckKind.MANDATORY, CheckKind.DISCRETIONARY)
