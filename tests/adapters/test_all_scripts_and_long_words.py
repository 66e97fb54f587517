"""Names in any script can be read in documents on a machine without fonts, and no word however long leaves the page."""

import dataclasses
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from procurement.adapters.document_fonts import SCRIPTS, called_for
from procurement.adapters.pdf import PdfRenderer
from procurement.rules.documents import DOCUMENT_KINDS
from tests.adapters.document_samples import CONTENTS, issue

NAMES = {
    "noto-sans-gurmukhi": "ਪੰਜਾਬ ਸੇਵਾ",
    "noto-sans-bengali": "বাংলা সমিতি",
    "noto-sans-devanagari": "हिन्दी समिति",
    "noto-sans-gujarati": "ગુજરાતી",
    "noto-sans-tamil": "தமிழ்",
    "noto-sans-hebrew": "חברת הבנייה",
    "noto-naskh-arabic": "شركة البناء 2027",
    "noto-sans-sc": "伯明翰建筑業",
    "noto-sans-kr": "한국 회사",
    "noto-sans-thai": "ไทย",
    "noto-sans-ethiopic": "አማርኛ",
    "noto-emoji": "🌍👩🏽",
    "source-sans-3": "Πράσινη Зелёная Łódź Trần",
}
WORD = "x" * 200
WRITTEN = re.compile("[A-Za-z]{3}")  # a text that somebody wrote, and no amount, mark or digest
ADDRESS = "https://example.org/" + "a1b2c3d4e5" * 18
WIDTH, MARGIN = 595.28, 28.0  # points: of A4, and at least so much of it stays white


@pytest.fixture(scope="module")
def renderer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PdfRenderer]:
    """As on a machine that has no font: its configuration names an empty folder."""
    place = tmp_path_factory.mktemp("no-fonts")
    (place / "fonts").mkdir()
    config = place / "fonts.conf"
    config.write_text(
        f"<?xml version='1.0'?><!DOCTYPE fontconfig SYSTEM 'fonts.dtd'><fontconfig><dir>{place}/fonts</dir>"
        f"<cachedir>{place}/cache</cachedir></fontconfig>"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FONTCONFIG_FILE", str(config))
        made = PdfRenderer()
        yield made
        made.close()


@dataclasses.dataclass(frozen=True)
class Piece:
    """A piece of text as a page shows it: its font, its glyphs (0 is the empty box), where it begins and ends."""

    font: str
    glyphs: tuple[int, ...]
    left: float
    right: float


def pieces(document: bytes) -> Iterator[Piece]:
    """Every piece of text of a document, from the operators of its pages."""
    with pikepdf.open(io.BytesIO(document)) as pdf:
        for page in pdf.pages:
            fonts = {name: _font(each) for name, each in page.Resources.get("/Font", {}).items()}
            yield from _shown(pikepdf.parse_content_stream(page), fonts)


def _font(font: Any) -> tuple[str, dict[int, float]]:
    widths: dict[int, float] = {}
    given = list(font.DescendantFonts[0].get("/W", []))
    for at in range(0, len(given), 2):
        for more, width in enumerate(given[at + 1]):
            widths[int(given[at]) + more] = float(width)
    return str(font.BaseFont).partition("+")[2], widths


def _shown(instructions: Any, fonts: dict[str, tuple[str, dict[int, float]]]) -> Iterator[Piece]:
    now, kept, text = pikepdf.Matrix(), [], pikepdf.Matrix()
    font, size = "", 0.0
    for operands, operator in instructions:
        name = str(operator)
        if name == "q":
            kept.append(now)
        elif name == "Q":
            now = kept.pop()
        elif name == "cm":
            now = pikepdf.Matrix(*map(float, operands)) @ now
        elif name == "Tm":
            text = pikepdf.Matrix(*map(float, operands))
        elif name == "Tf":
            font, size = str(operands[0]), float(operands[1])
        elif name in ("TJ", "Tj"):
            face, widths = fonts[font]
            glyphs, advance = [], 0.0
            for part in operands[0] if name == "TJ" else operands:
                if isinstance(part, pikepdf.String):
                    codes = bytes(part)
                    ids = [int.from_bytes(codes[at : at + 2], "big") for at in range(0, len(codes), 2)]
                    glyphs += ids
                    advance += sum(widths.get(each, 0.0) for each in ids)
                else:
                    advance -= float(part)
            whole = text @ now
            ends = sorted((whole.transform((0, 0))[0], whole.transform((advance / 1000 * size, 0))[0]))
            yield Piece(face, tuple(glyphs), *ends)


def content_with(kind: str, change: Any) -> dict[str, Any]:
    """A sample's content with each text changed, but for what the service itself writes into a place of fixed width."""
    keep = {
        "authority",
        "numbers",
        "service",
        "requested",
        "verify_url",
        "template",
        "kind",
        "language",
        "requested_at",
        "code",
        "reference",
        "attached",
    }

    def walk(value: Any, key: str = "") -> Any:
        if key in keep:
            return value
        if isinstance(value, str):
            return change(value) if WRITTEN.search(value) else value
        if isinstance(value, dict):
            return {name: walk(each, name) for name, each in value.items()}
        return [walk(each, key) for each in value] if isinstance(value, list | tuple) else value

    content = CONTENTS[kind].as_content(issue())
    return {key: walk(value, key) for key, value in content.items()}


@pytest.mark.parametrize("family", NAMES)
def test_a_name_in_any_script_is_drawn_with_fonts_that_we_ship(renderer: PdfRenderer, family: str) -> None:
    content = dataclasses.replace(CONTENTS["award_letter"], organisation=NAMES[family]).as_content(issue())
    found = list(pieces(renderer.document("award_letter", content, f"name-{family}")))
    fonts = {each.font.lower().replace("_", "-") for each in found}
    assert any(each.startswith(family) for each in fonts), sorted(fonts)
    assert [each for each in found if 0 in each.glyphs] == []


def test_a_document_declares_only_the_faces_of_its_scripts(renderer: PdfRenderer) -> None:
    made = renderer.document("award_letter", CONTENTS["award_letter"].as_content(issue()), "plain")
    assert all(each.font.startswith(("source-sans-3", "noto-naskh-arabic")) for each in pieces(made))
    assert called_for("Plain text – with “quotes”, Łódź and شركة") == ()
    assert called_for("伯明翰") == ("noto-sans-sc chinese-simplified",)
    assert len({face for _, faces in SCRIPTS for face in faces}) == len(SCRIPTS)


@pytest.mark.parametrize("kind", DOCUMENT_KINDS)
def test_a_word_of_200_characters_in_every_field_stays_on_the_page(renderer: PdfRenderer, kind: str) -> None:
    for word in (WORD, ADDRESS):
        content = content_with(kind, lambda text, word=word: f"{text[:40]} {word}")  # type: ignore[misc]
        made = renderer.document(kind, content, f"{kind}-long")
        right = max(pieces(made), key=lambda each: each.right)
        assert right.right <= WIDTH - MARGIN, (right.left, right.right, len(right.glyphs))
        assert min(each.left for each in pieces(made)) >= MARGIN


def test_the_fonts_are_there() -> None:
    build = Path("static/build/fonts")
    names = {each.name for each in build.glob("*.woff2")}
    for _, faces in SCRIPTS:
        for face in faces:
            family, subset = face.split()
            assert f"{family}-{subset}-400-normal.woff2" in names
