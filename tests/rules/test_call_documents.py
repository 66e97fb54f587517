"""What stops documents from being published with a call, and what a version of a call says of them."""

from dataclasses import replace

from procurement.rules.call_documents import (
    LANGUAGES,
    OCDS_TYPES,
    TYPES,
    DocumentDraft,
    DocumentType,
    FileDraft,
    content_of,
    faults,
)
from tests.rules.test_call_checks import CHALLENGE, staged

FILE = FileDraft(version=2, name="costs.ods", media_type="application/x", size=9, digest="ab" * 32)
PLAN = DocumentDraft(number=3, title="Site plan", kind=DocumentType.DRAWING, language="en", file=FILE)
STAGES = staged(CHALLENGE)
UPLOAD = next(each for each in STAGES[0].questions if each.kind.uploads)
SHEET = replace(PLAN, kind=DocumentType.TEMPLATE, stage=STAGES[0].key, question=UPLOAD.key)


def said(*documents: DocumentDraft) -> list[tuple[int, str]]:
    return [(number, str(sentence)) for number, sentence in faults(documents, STAGES)]


def test_what_stands_in_the_way_is_said_with_the_number_of_its_document() -> None:
    assert said(PLAN, SHEET) == []
    assert said(replace(PLAN, file=None)) == [(3, "Upload the file of “Site plan”, or remove the document.")]
    assert said(replace(SHEET, question="", stage="")) == [
        (3, "Say at which question applicants upload “Site plan” when they have filled it in.")
    ]
    title = next(each for each in STAGES[0].questions if not each.kind.uploads)
    assert said(replace(SHEET, question=title.key)) == [
        (3, "The question at which “Site plan” is filled in takes no file any more. Choose another.")
    ]


def test_a_version_says_nothing_of_documents_that_are_not_there() -> None:
    assert content_of([]) == {}
    assert content_of([replace(PLAN, file=None)]) == {}
    (plain,) = content_of([PLAN])["documents"]
    assert (plain["version"], plain["sha256"], "required" in plain, "fills" in plain) == (2, "ab" * 32, False, False)
    (filled,) = content_of([replace(SHEET, required=True)])["documents"]
    assert filled["fills"] == {"stage": STAGES[0].key, "question": UPLOAD.key}
    assert filled["required"] is True


def test_every_kind_has_its_words_and_its_code() -> None:
    assert set(TYPES) == set(OCDS_TYPES) == set(DocumentType)
    assert next(iter(LANGUAGES)) == "en"
    assert all(len(code) == 2 for code in LANGUAGES)
