"""The kinds of document that the service issues, and exactly what each of them says.

A document's content is frozen in its row when it is asked for: every value is a text as people read it (instants with
their zone, amounts with their sign), so that a template does no arithmetic and the same row gives the same bytes for
ever. Whoever asks builds one of the classes below and hands it to `services.documents.request`, which adds what only
the service knows (`Issue`).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from workflows.facts import in_words

LETTER, ARCHIVE = "pdf/ua-1", "pdf/a-3a"
ATTACHED = "attached"  # the one value that is no text: open data that travels inside the file
LARGEST = 1_000_000  # characters in all; laying out a million took 15 s when it was measured
LONGEST = 60_000  # characters in one value
MOST = 20_000  # values in all


@dataclass(frozen=True)
class DocumentKind:
    """`template` is raised with every change of the template, so that an older row still gives its own bytes."""

    key: str
    title: str
    variant: str = LETTER
    public: bool = False
    template: str = "1"

    def folder(self, template: str) -> str:
        """Where the template that a row was frozen with lies, below `templates/documents`."""
        return self.key if template == self.template else f"{self.key}/{template}"


KINDS = {
    kind.key: kind
    for kind in (
        DocumentKind("receipt", "Receipt for an application"),
        DocumentKind("opening_record", "Record of the opening"),
        DocumentKind("award_letter", "Award letter", template="2"),
        DocumentKind("reserve_letter", "Reserve list letter", template="2"),
        DocumentKind("declined_letter", "Decision letter", template="2"),
        DocumentKind("ineligible_letter", "Eligibility letter"),
        DocumentKind("assessment_summary", "Assessment summary"),
        DocumentKind("uk6_notice", "Contract award notice (UK6)", variant=ARCHIVE, public=True),
        DocumentKind("award_sheet", "Award sheet", public=True),
    )
}


@dataclass(frozen=True, kw_only=True)
class Issue:
    """What every document says of itself; `services.documents` knows it."""

    reference: str
    requested: datetime
    authority: str
    service: str
    code: str
    verify_url: str
    language: str = "en"


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a kind of document says; each subclass is one kind."""

    kind: ClassVar[str]

    def as_content(self, issue: Issue) -> dict[str, Any]:
        """The JSON-able values that the row keeps and the template reads."""
        described = KINDS[self.kind]
        return {
            **_plain(asdict(self)),
            "template": described.template,
            "title": f"{described.title} {issue.reference}",
            "heading": described.title,
            "reference": issue.reference,
            "requested": in_words(issue.requested),
            "requested_at": issue.requested.astimezone(UTC).replace(microsecond=0).isoformat(),
            "authority": issue.authority,
            "service": issue.service,
            "code": issue.code,
            "verify_url": issue.verify_url,
            "language": issue.language,
        }


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A name and what it is; also a step (when, what) or a person (role, name)."""

    name: str
    value: str


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
    """Proof for the applicant of what was received and when (`product.md` 4.2).

    `received_utc` and `received_uk` have whole seconds: "2027-03-12 11:59:58 UTC", "Friday 12 March 2027, 11:59:58
    (UK time)". `chain_position` and `chain_digest` place it in the history; `replaces` is a sentence or empty.
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


@dataclass(frozen=True, kw_only=True)
class OpenedApplication:
    reference: str
    lot: str
    organisation: str
    received: str
    digest: str
    files: str


@dataclass(frozen=True, kw_only=True)
class OpeningRecord(Content):
    """Who opened the bids of a call, when, and which they found. `openers`: role and "name, instant"."""

    kind: ClassVar[str] = "opening_record"
    call: str
    closed: str
    hold: str
    openers: tuple[Fact, ...]
    applications: tuple[OpenedApplication, ...]
    withdrawn: str
    not_submitted: str
    near_misses: str
    reconciled: str


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
class Letter(Content):
    """What every letter to an applicant has. `application` is its reference; `contact` is where to ask."""

    organisation: str
    address: tuple[str, ...]
    application: str
    project: str
    call: str
    lot: str
    dated: str
    contact: str
    signed_by: str
    signed_role: str


@dataclass(frozen=True, kw_only=True)
class OutcomeLetter(Letter):
    """A letter with marks. `place` is a sentence about the place and the range of totals, without anybody's name."""

    marks: tuple[MarkLine, ...]
    total: str
    total_top: str
    total_threshold: str
    place: str
    scheme: str  # the fingerprint of the published scoring scheme
    next_steps: tuple[Fact, ...]


@dataclass(frozen=True, kw_only=True)
class AwardLetter(OutcomeLetter):
    """`standstill` is empty for a grant; otherwise its sentence, and `working` shows how its end was computed."""

    kind: ClassVar[str] = "award_letter"
    amount: str
    conditions: tuple[str, ...]
    standstill: str = ""
    working: str = ""


@dataclass(frozen=True, kw_only=True)
class ReserveLetter(OutcomeLetter):
    kind: ClassVar[str] = "reserve_letter"
    meaning: str
    until: str
    standstill: str = ""
    working: str = ""


@dataclass(frozen=True, kw_only=True)
class DeclinedLetter(OutcomeLetter):
    kind: ClassVar[str] = "declined_letter"
    reasons: tuple[str, ...]
    review: str
    standstill: str = ""
    working: str = ""


@dataclass(frozen=True, kw_only=True)
class IneligibleLetter(Letter):
    """`rule` is the published eligibility rule, `reason` why it was not met, `review` how to ask for a review."""

    kind: ClassVar[str] = "ineligible_letter"
    rule: str
    reason: str
    review: str


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
class AssessedTender:
    """One assessed tender as a summary shows it. `identifiers` and `address` are shown for a successful supplier."""

    organisation: str
    address: tuple[str, ...]
    email: str
    identifiers: tuple[Fact, ...]
    amount: str
    marks: tuple[ExplainedMark, ...]
    total: str
    total_top: str


@dataclass(frozen=True, kw_only=True)
class ScaleWord:
    mark: str
    words: str


@dataclass(frozen=True, kw_only=True)
class AssessmentSummary(Content):
    """Procurement Regulations 2024 reg. 31: the own tender, why it was not awarded, every successful one of the lot.

    `winners` is empty when the recipient is the only successful one; `why_not` is empty when it is one of them.
    `where` says where the criteria are published in full, `withheld` what is left out and on which ground (s. 94).
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


CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing in it is mistaken for another when read aloud or typed
CODE_LENGTH = 12


def code_from(chance: bytes) -> str:
    """A verify code from twelve unpredictable bytes: 60 bits, as it is stored."""
    return "".join(CODE_ALPHABET[byte % len(CODE_ALPHABET)] for byte in chance[:CODE_LENGTH])


def grouped(code: str) -> str:
    """A code as people read it: K7QM-2XWD-9RTA."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def code_typed(text: str) -> str:
    """The stored form of a code as somebody typed it: any case, any grouping, O for 0, I or L for 1."""
    kept = "".join(character for character in text.upper() if character.isalnum())
    return kept.translate(str.maketrans("OIL", "011"))[: CODE_LENGTH + 1]


CONTENTS: dict[str, type[Content]] = {
    each.kind: each
    for each in (
        Receipt,
        OpeningRecord,
        AwardLetter,
        ReserveLetter,
        DeclinedLetter,
        IneligibleLetter,
        AssessmentSummary,
        Uk6Notice,
        AwardSheet,
    )
}


def attachment(content: Mapping[str, Any]) -> tuple[str, str] | None:
    """Name and text of the open data inside the file; sorted, since a database may give the keys in another order."""
    if not content.get(ATTACHED):
        return None
    return content["attached_name"], json.dumps(content[ATTACHED], ensure_ascii=False, indent=1, sort_keys=True)


def refuse_excess(content: object) -> None:
    """Refuse what would occupy a worker for too long. Raises ValueError with a sentence."""
    characters = values = 0
    waiting = [content]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            waiting.extend(value.values())
        elif isinstance(value, list | tuple):
            waiting.extend(value)
        elif isinstance(value, str):
            values += 1
            characters += len(value)
            if len(value) > LONGEST:
                raise ValueError(f"A text in this document is longer than {LONGEST:,} characters.")
    if characters > LARGEST or values > MOST:
        raise ValueError("This document would be longer than the service makes.")


def _plain(value: Any) -> Any:
    """Tuples as lists, so that what is read back from the row equals what was put into it."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
