"""What each kind of letter to an applicant says."""

from dataclasses import dataclass
from typing import Any, ClassVar

from procurement.rules.documents.kinds import Content, Fact, Issue


@dataclass(frozen=True, kw_only=True)
class MarkLine:
    """One criterion of one application: `mark` is the published mean, `range` "lowest to highest", no names."""

    criterion: str
    weight: str
    mark: str
    top: str
    word: str
    threshold: str
    range: str


@dataclass(frozen=True, kw_only=True)
class MarkedStage:
    """The marks of one of several stages that count; `share` is its percents of the total that is ranked."""

    title: str
    share: str
    marks: tuple[MarkLine, ...]
    total: str
    total_top: str
    total_threshold: str
    scheme: str


@dataclass(frozen=True, kw_only=True)
class Letter(Content):
    """What every letter to an applicant has. `application` is its reference; `contact` is where to ask, an address or
    a number alone; `salutation` as `salutation_of` gives it. `signed_by` is the name of whoever answers for it; the
    template adds for whom: people have no posts here. `noun` is what was handed in."""

    organisation: str
    address: tuple[str, ...]
    application: str
    project: str
    call: str
    lot: str
    dated: str
    contact: str
    salutation: str
    signed_by: str
    noun: str = "application"


def salutation_of(lead: str, organisation: str) -> str:
    """ "Dear Priya Nair," – the lead of the team, or its organisation where nobody leads it."""
    return f"Dear {lead or organisation},"


@dataclass(frozen=True, kw_only=True)
class OutcomeLetter(Letter):
    """A letter with marks. `place` is a sentence about the place and the range of totals, without anybody's name.

    `stages` has every stage that counts, where several do; `marks` are those of the stage that is decided. `how` says
    what a mark is where it is not always the mean. `paragraph` is an officer's own, approved with the decision.
    """

    marks: tuple[MarkLine, ...]
    total: str
    total_top: str
    total_threshold: str
    place: str
    scheme: str  # the fingerprint of the published scoring scheme
    next_steps: tuple[Fact, ...]
    stages: tuple[MarkedStage, ...] = ()
    how: str = ""
    paragraph: str = ""


@dataclass(frozen=True, kw_only=True)
class AwardLetter(OutcomeLetter):
    """`heading` and `offer` say in a sentence what was decided, for a contract or a grant. `conditions` are the call's
    terms, `reason` is why it was chosen. `assistance` is the notification of minimal financial assistance (Subsidy
    Control Act 2022 s. 37), one paragraph each; empty where the award is none. `standstill` is empty for a grant, and
    otherwise says how long it is and when it begins.

    `working`, here and in the two letters below, is for how its end was computed. Letters are written before the notice
    that a standstill begins with, so that none has said it yet; it stays because released templates read the name.
    """

    kind: ClassVar[str] = "award_letter"
    heading: str
    offer: str
    amount: str
    conditions: tuple[str, ...]
    assistance: tuple[str, ...] = ()
    reason: str = ""
    standstill: str = ""
    working: str = ""


@dataclass(frozen=True, kw_only=True)
class ReserveLetter(OutcomeLetter):
    """`heading` and `meaning` say in a sentence what was decided and what it leads to; `review` how to ask for one."""

    kind: ClassVar[str] = "reserve_letter"
    heading: str
    meaning: str
    until: str
    review: str
    standstill: str = ""
    working: str = ""


@dataclass(frozen=True, kw_only=True)
class DeclinedLetter(OutcomeLetter):
    """`heading` and `decided` say in a sentence what was decided: about an award, or about going on."""

    kind: ClassVar[str] = "declined_letter"
    heading: str
    decided: str
    reasons: tuple[str, ...]
    review: str
    standstill: str = ""
    working: str = ""


@dataclass(frozen=True, kw_only=True)
class AdvanceLetter(OutcomeLetter):
    """To whoever goes on to the next stage. `stage` is the title of the one that is decided, `next_stage` that of the
    next; `meaning` and `comes` are sentences: what was decided, what is to be done and until when."""

    kind: ClassVar[str] = "advance_letter"
    stage: str
    next_stage: str
    meaning: str
    comes: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class IneligibleLetter(Letter):
    """`rule` is the published rule on who can apply, `reason` why it was not met, `review` how to ask for a review.
    `unmet` are the conditions that it does not meet, each with what was answered; `grounds` those on which it is
    excluded, with whom they are about; `heard` says when the applicant could explain itself. Where both
    are empty, the rule is what was not met."""

    kind: ClassVar[str] = "ineligible_letter"
    rule: str
    unmet: tuple[Fact, ...] = ()
    grounds: tuple[Fact, ...] = ()
    reason: str
    heard: str = ""
    review: str


@dataclass(frozen=True, kw_only=True)
class ReviewLetter(Letter):
    """What a review of an ineligibility found. `found` says it in a sentence, `asked` when it was asked for; `decision`
    is the reason that was reviewed, `reason` that of the review."""

    kind: ClassVar[str] = "review_letter"
    found: str
    asked: str
    decision: str
    reason: str
    next_steps: tuple[Fact, ...]


@dataclass(frozen=True, kw_only=True)
class DisqualificationLetter(Letter):
    """`headline` and `finding` say whether the application was disqualified or the tender disregarded. `ground` is the
    ground in the words of the law or the call, `reason` what was found, `meaning` what follows, also for an award;
    `review` how to ask for a review. `stage` is the title of the stage that it had come to."""

    kind: ClassVar[str] = "disqualification_letter"
    headline: str
    finding: str
    stage: str
    ground: str
    reason: str
    meaning: str
    review: str

    def as_content(self, issue: Issue) -> dict[str, Any]:
        """Its title says which of the two it is about."""
        return {**super().as_content(issue), "heading": self.headline, "title": f"{self.headline} {issue.reference}"}


@dataclass(frozen=True, kw_only=True)
class StandstillLetter(Letter):
    """When the standstill ends, once the contract award notice is published: `published` there, under `number` at the
    address `where`. `working` says how the end was worked out."""

    kind: ClassVar[str] = "standstill_letter"
    published: str
    number: str
    where: str
    ends: str
    working: tuple[str, ...]
    next_steps: tuple[Fact, ...]


@dataclass(frozen=True, kw_only=True)
class AbandonmentLetter(Letter):
    """A lot ended without a contract or a grant while its call goes on: `reason` is what everybody reads, `meaning`
    what follows for this applicant."""

    kind: ClassVar[str] = "abandonment_letter"
    reason: str
    meaning: str
    next_steps: tuple[Fact, ...]


@dataclass(frozen=True, kw_only=True)
class AbsenceLetter(Letter):
    """The decision on a team that did not come to its time, and so has no marks. `stage` is the title of the stage,
    `paragraph` an officer's own, approved with the decision."""

    kind: ClassVar[str] = "absence_letter"
    stage: str
    paragraph: str = ""
    reasons: tuple[str, ...]
    review: str
    next_steps: tuple[Fact, ...]


@dataclass(frozen=True, kw_only=True)
class SlotLetter(Letter):
    """When and where a team presents in a stage. `stage` is its title; `place` or `joining` (an address) may be empty;
    `change` says until when it can be changed, and is empty when that is over."""

    kind: ClassVar[str] = "slot_letter"
    stage: str
    when: str
    place: str
    joining: str
    change: str
    next_steps: tuple[Fact, ...]


@dataclass(frozen=True, kw_only=True)
class AssistanceConfirmation(Letter):
    """That a grant is given as minimal financial assistance, when and how much (Subsidy Control Act 2022 s. 37(5)).
    `given` says what is given, `keep` what the enterprise keeps and until when, `public`
    what the public record must hold of it."""

    kind: ClassVar[str] = "assistance_confirmation"
    given: tuple[Fact, ...]
    keep: str
    public: str
