"""What documents say is frozen as plain text values, and a code can be typed as it was read aloud."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from procurement.config import PROJECT_ROOT
from procurement.rules.documents import (
    CODE_ALPHABET,
    CONTENTS,
    DOCUMENT_KINDS,
    LARGEST_DOCUMENT,
    LONGEST_VALUE,
    attachment,
    code_from,
    code_typed,
    grouped,
    refuse_excess,
)
from tests.adapters.document_samples import CONTENTS as SAMPLES
from tests.adapters.document_samples import issue


def test_every_kind_has_a_content_and_a_template_of_its_own() -> None:
    folders = {path.parent.name for path in (PROJECT_ROOT / "templates" / "documents").glob("*/document.html")}
    assert set(CONTENTS) == set(DOCUMENT_KINDS) == folders


@pytest.mark.parametrize("kind", DOCUMENT_KINDS)
def test_a_content_survives_being_kept_as_json(kind: str) -> None:
    content = SAMPLES[kind].as_content(issue())
    assert json.loads(json.dumps(content)) == content


def test_the_instant_of_the_request_is_kept_in_words_and_in_utc() -> None:
    asked = replace(issue(), requested=datetime(2027, 7, 1, 10, 59, 59, 999999, tzinfo=UTC))
    content = SAMPLES["award_sheet"].as_content(asked)
    assert (content["requested"], content["requested_at"]) == (
        "Thursday 1 July 2027 at 11:59am (UK time)",
        "2027-07-01T10:59:59+00:00",
    )


def test_a_row_of_an_older_template_keeps_that_template() -> None:
    kind = replace(DOCUMENT_KINDS["receipt"], template="3")
    assert (kind.folder("3"), kind.folder("2")) == ("receipt", "receipt/2")


def test_the_attachment_is_the_same_text_in_whatever_order_the_database_gives_it() -> None:
    one = {"attached": {"b": [1], "a": "é"}, "attached_name": "release.json"}
    other = {"attached": {"a": "é", "b": [1]}, "attached_name": "release.json"}
    assert attachment(one) == attachment(other) == ("release.json", '{\n "a": "é",\n "b": [\n  1\n ]\n}')
    assert attachment({"title": "x"}) is None


def test_excess_is_refused_and_what_is_just_within_is_not() -> None:
    refuse_excess({"a": "x" * LONGEST_VALUE, "b": [{"c": "y"}]})
    with pytest.raises(ValueError, match="longer than 60,000 characters"):
        refuse_excess({"a": [{"b": "x" * (LONGEST_VALUE + 1)}]})
    with pytest.raises(ValueError, match="longer than the service makes"):
        refuse_excess(["x" * 50_000] * (LARGEST_DOCUMENT // 50_000 + 1))
    with pytest.raises(ValueError, match="longer than the service makes"):
        refuse_excess(["x"] * 20_001)


def test_a_code_is_sixty_bits_and_can_be_typed_as_it_was_heard() -> None:
    code = code_from(bytes(range(0, 240, 20)))
    assert (len(code), set(code) <= set(CODE_ALPHABET)) == (12, True)
    assert code_typed(grouped(code).lower()) == code
    assert code_typed(" k7qm 2xwd-9rta ") == "K7QM2XWD9RTA"
    assert code_typed("OIL0-1111-ZZZZ") == "01101111ZZZZ"


def test_what_a_template_version_stands_for_does_not_change_behind_our_backs() -> None:
    """A changed template needs a new number, or documents made again would differ from the ones people hold."""
    kept = json.loads((Path(__file__).parent / "document_templates.json").read_text())
    assert fingerprints() == kept


def fingerprints() -> dict[str, str]:
    """Kind and version, and the digest of everything that its pages are made from: what all share, its own two files,
    and what its page names besides, and what that names."""
    import hashlib
    import re

    room = PROJECT_ROOT / "templates" / "documents"
    of_all = ("_base.css", "_base.html", "_parts.html")
    shared = b"".join((room / name).read_bytes() for name in of_all)
    versions = [(key, kind.template, room / key) for key, kind in DOCUMENT_KINDS.items()]
    versions += [(old.parent.name, old.name, old) for old in room.glob("*/[0-9]*")]

    def made_from(folder: Path) -> bytes:
        own = b"".join((folder / name).read_bytes() for name in ("document.html", "print.css"))
        found: list[str] = []
        waiting = re.findall(r'"(_\w+\.html)"', own.decode())
        while waiting:
            name = waiting.pop(0)
            if name not in (*of_all, *found):
                found.append(name)
                waiting += re.findall(r'"(_\w+\.html)"', (room / name).read_text())
        return shared + own + b"".join((room / name).read_bytes() for name in found)

    return {f"{key} {version}": hashlib.sha256(made_from(folder)).hexdigest() for key, version, folder in versions}
