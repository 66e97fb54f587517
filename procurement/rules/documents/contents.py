"""Exactly what each kind of document says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from procurement.rules.documents.kinds import Content, Fact, Issue
from procurement.rules.documents.letters import (
    AbandonmentLetter,
    AbsenceLetter,
    AdvanceLetter,
    AssistanceConfirmation,
    AwardLetter,
    DeclinedLetter,
    DisqualificationLetter,
    IneligibleLetter,
    ReserveLetter,
    ReviewLetter,
    SlotLetter,
    StandstillLetter,
)
from procurement.rules.documents.logs import ClarificationLog
from procurement.rules.documents.papers import BlankForm, Prospectus
from procurement.rules.documents.records import OpeningRecord, PanelMinutes


@dataclass(frozen=True, kw_only=True)
class AnsweredQuestion:
    """`extent` says how much was answered, never what: "212 of at most 250 words", "Answered", "Not answered"."""

    question: str
    extent: str


@dataclass(frozen=True, kw_only=True)
class FileLine:
    name: str
    size: str
    digest: str  # SHA-256 in hexadecimal, of the file as the applicant sent it


@dataclass(frozen=True, kw_only=True)
class Receipt(Content):
    """Proof for the applicant of what was received and when.

    `received_utc` and `received_uk` have whole seconds: "2027-03-12 11:59:58 UTC", "Friday 12 March 2027, 11:59:58
    (UK time)". `chain_position` and `chain_digest` place it in the history; `replaces` is a sentence or empty. `of` is
    what was sent, with its article; `stage` the title of the stage that closes, empty where that is the call.
    """

    kind: ClassVar[str] = "receipt"
    call: str
    lot: str
    organisation: str
    submitted_by: str
    number: str
    received_utc: str
    received_uk: str
    closes: str
    answers: tuple[AnsweredQuestion, ...]
    files: tuple[FileLine, ...]
    declaration: str
    digest: str
    chain_position: str = ""
    chain_digest: str = ""
    replaces: str = ""
    next_steps: tuple[Fact, ...]
    of: str = "an application"
    stage: str = ""

    def as_content(self, issue: Issue) -> dict[str, Any]:
        """Its title names what was sent."""
        heading = f"Receipt for {self.of}"
        return {**super().as_content(issue), "heading": heading, "title": f"{heading} {issue.reference}"}


@dataclass(frozen=True, kw_only=True)
class RequestReceipt(Content):
    """Proof for the applicant of an answer to what was asked after the opening: as `Receipt`, with what was asked.

    `closes` is the closing instant of the request, in words.
    """

    kind: ClassVar[str] = "request_receipt"
    call: str
    lot: str
    organisation: str
    submitted_by: str
    number: str
    asked: str
    received_utc: str
    received_uk: str
    closes: str
    answers: tuple[AnsweredQuestion, ...]
    files: tuple[FileLine, ...]
    declaration: str
    digest: str
    chain_position: str = ""
    chain_digest: str = ""


@dataclass(frozen=True, kw_only=True)
class ExplainedMark:
    """One criterion with its explanation "by reference to relevant information in the tender" (reg. 31(2))."""

    criterion: str
    weight: str
    mark: str
    top: str
    word: str
    explanation: str


@dataclass(frozen=True, kw_only=True)
class AssessedStage:
    """A tender in one of several stages that count; `share` is its percents of the total that is ranked."""

    title: str
    share: str
    marks: tuple[ExplainedMark, ...]
    total: str
    total_top: str


@dataclass(frozen=True, kw_only=True)
class AssessedTender:
    """One assessed tender as a summary shows it. `identifiers` and `address` are shown for a successful supplier.

    `stages` has every stage that counts, where several do, and `sum` what they add up to; `marks` are those of the
    stage that is decided.
    """

    organisation: str
    address: tuple[str, ...]
    email: str
    identifiers: tuple[Fact, ...]
    amount: str
    marks: tuple[ExplainedMark, ...]
    total: str
    total_top: str
    stages: tuple[AssessedStage, ...] = ()
    sum: str = ""


@dataclass(frozen=True, kw_only=True)
class ScaleWord:
    mark: str
    words: str


@dataclass(frozen=True, kw_only=True)
class AssessmentSummary(Content):
    """Procurement Regulations 2024 reg. 31: the own tender, why it was not awarded, every successful one of the lot.

    `winners` is empty when the recipient is the only successful one; `why_not` is empty when it is one of them.
    `where` says where the criteria are published in full, `withheld` what is left out and on which ground (s. 94).
    `schemes` has the fingerprint of each scheme by its stage, where several stages count.
    """

    kind: ClassVar[str] = "assessment_summary"
    call: str
    lot: str
    application: str
    dated: str
    own: AssessedTender
    why_not: tuple[str, ...]
    winners: tuple[AssessedTender, ...]
    scale: tuple[ScaleWord, ...]
    method: str
    where: str
    scheme: str
    standstill: str
    withheld: str
    contact: str
    schemes: tuple[Fact, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NoticeSupplier:
    """`small` and `charity` are "Yes" or "No": an SME; a voluntary, community or social enterprise (VCSE)."""

    name: str
    address: tuple[str, ...]
    identifiers: tuple[Fact, ...]
    small: str
    charity: str


@dataclass(frozen=True, kw_only=True)
class NoticeLot:
    """A lot that is awarded; values say whether they include VAT."""

    title: str
    suppliers: tuple[NoticeSupplier, ...]
    value: str
    value_with_vat: str
    category: str
    decided: str
    signing: str
    ends: str


@dataclass(frozen=True, kw_only=True)
class Uk6Notice(Content):
    """Contract award notice: Procurement Act 2023 s. 50, Procurement Regulations 2024 reg. 27.

    `attached` is the OCDS release of the same publication, which travels inside the file as `attached_name`.
    """

    kind: ClassVar[str] = "uk6_notice"
    notice: str
    ocid: str
    published: str
    buyer: tuple[Fact, ...]
    call: str
    description: str
    procedure: str
    legal_basis: str
    lots: tuple[NoticeLot, ...]
    submitted: str
    assessed: str
    small_assessed: str
    charity_assessed: str
    summaries_sent: str
    standstill_ends: str
    working: str
    signing: str
    attached: Mapping[str, Any]
    attached_name: str
    bought: str = ""
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Uk12Notice(Content):
    """Procurement termination notice: Procurement Act 2023 s. 55, Procurement Regulations 2024 reg. 37.

    `ended`: the whole procurement, or that its lots (`lots`, their titles) did; `decided`: the day of the decision.
    """

    kind: ClassVar[str] = "uk12_notice"
    notice: str
    ocid: str
    published: str
    buyer: tuple[Fact, ...]
    call: str
    description: str
    procedure: str
    legal_basis: str
    ended: str
    lots: tuple[str, ...]
    reason: str
    decided: str
    attached: Mapping[str, Any]
    attached_name: str
    bought: str = ""
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class NoticeSection:
    """A part of a statutory notice: its heading, and names with what they are."""

    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, kw_only=True)
class StatutoryNotice(Content):
    """Any other statutory notice, as the sections that were approved (`rules.notice_contents`)."""

    kind: ClassVar[str] = "statutory_notice"
    heading: str
    notice: str
    published: str
    sections: tuple[NoticeSection, ...]
    attached: Mapping[str, Any]
    attached_name: str


@dataclass(frozen=True, kw_only=True)
class AwardSheet(Content):
    """One public page about one award: a sheet for a wall, a council paper or a journalist."""

    kind: ClassVar[str] = "award_sheet"
    project: str
    organisation: str
    amount: str
    purpose: str
    facts: tuple[Fact, ...]
    numbers: tuple[Fact, ...]
    state: str
    page: str
    open_data: str
    licence: str


CONTENTS: dict[str, type[Content]] = {
    each.kind: each
    for each in (
        Receipt,
        AbandonmentLetter,
        RequestReceipt,
        OpeningRecord,
        PanelMinutes,
        AwardLetter,
        AdvanceLetter,
        ReserveLetter,
        DeclinedLetter,
        IneligibleLetter,
        ReviewLetter,
        DisqualificationLetter,
        AbsenceLetter,
        SlotLetter,
        StandstillLetter,
        AssistanceConfirmation,
        AssessmentSummary,
        Uk6Notice,
        Uk12Notice,
        StatutoryNotice,
        AwardSheet,
        ClarificationLog,
        Prospectus,
        BlankForm,
    )
}
