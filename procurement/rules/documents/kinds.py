"""The kinds of document, what every content has in common, and how much one may say."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from workflows.facts import in_words

LETTER, ARCHIVE = "pdf/ua-1", "pdf/a-3a"
ATTACHED = "attached"  # the one value that is no text: open data that travels inside the file
LARGEST_DOCUMENT = 1_000_000  # characters in all; laying out a million took 15 s when it was measured
LONGEST_VALUE = 60_000  # characters in one value
MOST_VALUES = 20_000  # values in all


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


DOCUMENT_KINDS = {
    kind.key: kind
    for kind in (
        DocumentKind("receipt", "Receipt for an application", template="2"),
        DocumentKind("request_receipt", "Receipt for an answer", template="2"),
        DocumentKind("opening_record", "Record of the opening", template="3"),
        DocumentKind("panel_minutes", "Minutes of the panel", template="3"),
        DocumentKind("award_letter", "Award letter", template="4"),
        DocumentKind("advance_letter", "Letter on the next stage", template="2"),
        DocumentKind("reserve_letter", "Reserve list letter", template="4"),
        DocumentKind("declined_letter", "Decision letter", template="4"),
        DocumentKind("ineligible_letter", "Eligibility letter", template="3"),
        DocumentKind("review_letter", "Letter on a review", template="3"),
        DocumentKind("disqualification_letter", "Letter of disqualification", template="3"),
        DocumentKind("absence_letter", "Decision letter", template="3"),
        DocumentKind("assistance_confirmation", "Confirmation of minimal financial assistance"),
        DocumentKind("slot_letter", "Your date", template="3"),
        DocumentKind("standstill_letter", "Letter on the standstill"),
        DocumentKind("abandonment_letter", "Letter on a lot that was abandoned"),
        DocumentKind("assessment_summary", "Assessment summary", template="2"),
        DocumentKind("uk6_notice", "Contract award notice (UK6)", template="2", variant=ARCHIVE, public=True),
        DocumentKind("uk12_notice", "Procurement termination notice (UK12)", variant=ARCHIVE, public=True),
        DocumentKind("statutory_notice", "Notice", variant=ARCHIVE, public=True),
        DocumentKind("prospectus", "Prospectus", public=True),
        DocumentKind("blank_form", "Blank form", public=True),
        DocumentKind("clarification_log", "Questions and answers", public=True),
        DocumentKind("award_sheet", "Award sheet", template="2", public=True),
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
        described = DOCUMENT_KINDS[self.kind]
        return {
            **_plain(asdict(self)),
            "template": described.template,
            "title": f"{described.title} {issue.reference}",
            "heading": getattr(self, "heading", described.title),  # some say in theirs what was decided
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
            if len(value) > LONGEST_VALUE:
                raise ValueError(f"A text in this document is longer than {LONGEST_VALUE:,} characters.")
    if characters > LARGEST_DOCUMENT or values > MOST_VALUES:
        raise ValueError("This document would be longer than the service makes.")


def _plain(value: object) -> Any:
    """Tuples as lists, so that what is read back from the row equals what was put into it."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
