"""What an operator may call the service and the authority fits on every document, in every message, on the pages."""

import dataclasses
import itertools
from collections.abc import Iterator

import pytest

from procurement.adapters.message_texts import Texts
from procurement.adapters.pdf import PdfRenderer
from procurement.config import PROJECT_ROOT
from procurement.rules.documents import DOCUMENT_KINDS
from procurement.rules.messages import MESSAGE_KINDS, SUBJECT_LENGTH, WIDTH
from procurement.rules.settings import DEFAULTS, IN_THE_HEAD, LONGEST, fault
from tests.adapters.document_samples import CONTENTS, issue
from tests.adapters.test_all_scripts_and_long_words import MARGIN, pieces
from tests.adapters.test_all_scripts_and_long_words import WIDTH as PAGE
from tests.rules.test_messages import LINK, fields

CODE = 283.0  # points from the left: where the square code of a document stands


def longest(key: str, word: str = "W" * 13) -> str:
    """The longest text that a setting may be, of words as wide as they may be."""
    return " ".join([word] * (LONGEST[key] // len(word) + 1))[: LONGEST[key]].strip()


@pytest.fixture(scope="module")
def renderer() -> Iterator[PdfRenderer]:
    made = PdfRenderer()
    yield made
    made.close()


@pytest.mark.parametrize("key", LONGEST)
def test_a_name_is_bounded_and_so_is_each_of_its_words(key: str) -> None:
    assert fault(key, DEFAULTS[key]) is None
    if key in IN_THE_HEAD:
        assert fault(key, longest(key)) is None
        assert fault(key, longest(key, "northamptonshire’s")) is None
        assert "is too wide for the head of a document" in str(fault(key, "x" * 19))
        assert fault(key, "Llanfair-pwllgwyngyll-gogery") is None
    assert fault(key, f"{'x ' * LONGEST[key]}x") is not None


@pytest.mark.parametrize("word", ["W" * 13, "northamptonshire’s", "m" * 13])
@pytest.mark.parametrize("kind", DOCUMENT_KINDS)
def test_the_longest_names_stay_in_their_place_in_every_document(renderer: PdfRenderer, kind: str, word: str) -> None:
    authority, service = longest("authority_name", word), longest("service_name", word)
    content = CONTENTS[kind].as_content(dataclasses.replace(issue(), authority=authority, service=service))
    shown = list(pieces(renderer.document(kind, content, f"{kind}-longest")))
    head = list(itertools.takewhile(lambda each: each.left < CODE, shown))
    assert head
    assert max(each.right for each in head) <= CODE
    right = max(shown, key=lambda each: each.right)
    assert right.right <= PAGE - MARGIN, (right.left, right.right)
    assert min(each.left for each in shown) >= MARGIN


@pytest.mark.parametrize("kind", MESSAGE_KINDS)
def test_the_longest_names_keep_every_message_within_its_lines(kind: str) -> None:
    named = {"authority": longest("authority_name"), "service": longest("service_name")}
    subject, text = Texts(PROJECT_ROOT / "templates" / "messages").text(kind, fields(kind, **named))
    assert len(subject) <= SUBJECT_LENGTH
    assert [line for line in text.split("\n") if len(line) > WIDTH and LINK not in line] == []
