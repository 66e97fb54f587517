"""Documents of a call: what officers put beside it as files, and what must be so before they are published."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from procurement.rules.questions import Question
from workflows.facts import Sentence

MOST = 50  # documents of one call
MOST_VERSIONS = 99  # of one document
LONGEST_TITLE = 120
LONGEST_REASON = 4_000  # characters; everybody reads it


class DocumentType(StrEnum):
    """What a document of a call is."""

    SPECIFICATION = "specification"
    CONTRACT = "contract"
    TERMS = "terms"
    TEMPLATE = "template"
    DRAWING = "drawing"
    OTHER = "other"


TYPES: Mapping[str, Sentence] = {
    DocumentType.SPECIFICATION: Sentence("Specification"),
    DocumentType.CONTRACT: Sentence("Contract or grant agreement"),
    DocumentType.TERMS: Sentence("Terms and conditions"),
    DocumentType.TEMPLATE: Sentence("Template to fill in"),
    DocumentType.DRAWING: Sentence("Drawing, plan or map"),
    DocumentType.OTHER: Sentence("Other"),
}
# The same in the words of OCDS (documentType, an open codelist):
# https://standard.open-contracting.org/1.1/en/schema/codelists/#document-type
OCDS_TYPES: Mapping[str, str] = {
    DocumentType.SPECIFICATION: "technicalSpecifications",
    DocumentType.CONTRACT: "contractDraft",
    DocumentType.TERMS: "biddingDocuments",
    DocumentType.TEMPLATE: "biddingDocuments",
    DocumentType.DRAWING: "technicalSpecifications",
    DocumentType.OTHER: "biddingDocuments",
}
# In which a document may be written, by its code (ISO 639-1): the most spoken ones of the city, and of the UK's law.
LANGUAGES: Mapping[str, Sentence] = {
    "en": Sentence("English"),
    "ar": Sentence("Arabic"),
    "bn": Sentence("Bengali"),
    "cy": Sentence("Welsh"),
    "pa": Sentence("Punjabi"),
    "pl": Sentence("Polish"),
    "ro": Sentence("Romanian"),
    "so": Sentence("Somali"),
    "ur": Sentence("Urdu"),
    "zh": Sentence("Chinese"),
}


@dataclass(frozen=True, kw_only=True)
class FileDraft:
    """The file of a document as it stands now: which version it is, and what identifies its bytes."""

    version: int
    name: str
    media_type: str
    size: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class DocumentDraft:
    """A document as it is written. `number`: for ever, in its call; `required`: whoever applies says that they have
    read it; `stage` and `question`: the keys of where a template is filled in; no `file` yet: nobody has uploaded one.
    """

    number: int
    title: str
    kind: str
    language: str
    required: bool = False
    stage: str = ""
    question: str = ""
    file: FileDraft | None = None


def content_of(documents: Iterable[DocumentDraft]) -> dict[str, Any]:
    """What a version of a call says of its documents; nothing where it has none, as before there were any."""
    found = [_content(each, each.file) for each in documents if each.file is not None]
    return {"documents": found} if found else {}


def _content(document: DocumentDraft, file: FileDraft) -> dict[str, Any]:
    return {
        "number": document.number,
        "title": document.title,
        "kind": document.kind,
        "language": document.language,
        **({"required": True} if document.required else {}),
        **({"fills": {"stage": document.stage, "question": document.question}} if document.question else {}),
        "version": file.version,
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.digest,
    }


class _Stage(Protocol):
    """What is looked at in a stage."""

    @property
    def key(self) -> str: ...
    @property
    def questions(self) -> tuple[Question, ...]: ...


def faults(documents: Iterable[DocumentDraft], stages: Iterable[_Stage]) -> Iterator[tuple[int, Sentence]]:
    """What stands in the way of publishing them, each with the number of its document."""
    uploads = {(stage.key, each.key) for stage in stages for each in stage.questions if each.kind.uploads}
    for document in documents:
        if document.file is None:
            text = "Upload the file of “%(title)s”, or remove the document."
            yield document.number, Sentence(text, title=document.title)
        if document.kind != DocumentType.TEMPLATE:
            continue
        if not document.question:
            text = "Say at which question applicants upload “%(title)s” when they have filled it in."
            yield document.number, Sentence(text, title=document.title)
        elif (document.stage, document.question) not in uploads:
            text = "The question at which “%(title)s” is filled in takes no file any more. Choose another."
            yield document.number, Sentence(text, title=document.title)
