"""Files that people really have are taken, or told what is in the way: protected, embedded, forms, printers' lines."""

import gzip
import io
import itertools

import pikepdf
import pytest

from procurement.rules.dossier import file_label
from procurement.rules.uploads import MEDIA_TYPES, Accepted, Refused, examine
from tests.rules.test_uploads import SHEET, SLIDES, WORD, archive, office, pdf, with_entries

EVERYTHING = pikepdf.Permissions()


def document(*, script: str = "", encrypted: pikepdf.Encryption | None = None, packed: bool = False) -> bytes:
    """A PDF of one page."""
    made, held = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    if script:
        made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=script)
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    made.save(held, encryption=encrypted or False, object_stream_mode=mode)
    return held.getvalue()


def form(*, needs_rendering: bool = False, text: bytes = b"", described: bytes = b"") -> bytes:
    """A PDF of one page with an XFA form."""
    made, held = pikepdf.new(), io.BytesIO()
    page = made.add_blank_page()
    page.obj.Contents = made.make_stream(text)
    made.Root.AcroForm = pikepdf.Dictionary(
        Fields=pikepdf.Array(),
        XFA=pikepdf.Array([pikepdf.String("config"), made.make_stream(described or b"<config/>")]),
    )
    if needs_rendering:
        made.Root.NeedsRendering = True
    made.save(held)
    return held.getvalue()


def reason(name: str, content: bytes) -> str:
    answer = examine(name, content)
    return str(answer.reason) if isinstance(answer, Refused) else ""


@pytest.mark.parametrize("revision", [2, 3, 4, 6])
@pytest.mark.parametrize("packed", [False, True])
def test_a_pdf_with_an_owner_password_alone_is_taken(revision: int, packed: bool) -> None:
    strong = revision > 3
    protection = pikepdf.Encryption(owner="secret", user="", R=revision, aes=strong, metadata=strong)
    assert reason("plan.pdf", document(encrypted=protection, packed=packed)) == ""


@pytest.mark.parametrize("revision", [2, 3, 4, 6])
def test_a_pdf_that_asks_for_a_password_is_refused(revision: int) -> None:
    strong = revision > 3
    protection = pikepdf.Encryption(owner="secret", user="open", R=revision, aes=strong, metadata=strong)
    assert "protected by a password" in reason("plan.pdf", document(encrypted=protection))


@pytest.mark.parametrize("packed", [False, True])
def test_a_script_is_found_behind_an_owner_password(packed: bool) -> None:
    protection = pikepdf.Encryption(owner="secret", user="", R=6)
    assert "runs a script" in reason("plan.pdf", document(script="app.alert(1)", encrypted=protection, packed=packed))


@pytest.mark.parametrize(
    "content",
    [
        form(needs_rendering=True),
        form(text=b"BT (Please wait... If this message is not eventually replaced) Tj ET"),
        form(
            described=b"<config><acrobat><acrobat7><dynamicRender>required</dynamicRender></acrobat7></acrobat></config>"
        ),
    ],
)
def test_a_form_that_shows_please_wait_is_refused_with_what_to_do(content: bytes) -> None:
    assert "print it to a new PDF" in reason("form.pdf", content)


def test_a_form_whose_pages_everybody_reads_is_taken() -> None:
    assert reason("form.pdf", form(text=b"BT (Our plan) Tj ET")) == ""


@pytest.mark.parametrize(
    "before",
    [
        b"\x1b%-12345X@PJL JOB\r\n@PJL ENTER LANGUAGE=PDF\r\n",
        b"\x1b%-12345X@PJL SET RESOLUTION=600\n" * 20,
        b"\xef\xbb\xbf\r\n",
        b"Content-Type: application/pdf\r\n\r\n",
    ],
)
def test_what_printers_put_before_a_pdf_is_let_be(before: bytes) -> None:
    assert isinstance(examine("plan.pdf", before + pdf()), Accepted)


@pytest.mark.parametrize("before", [b"<html><script>", b"PK\x03\x04", b"MZ", b"#!/bin/sh\n", b"GIF89a", b" " * 2048])
def test_what_could_be_another_kind_of_file_is_not_skipped(before: bytes) -> None:
    assert isinstance(examine("plan.pdf", before + pdf()), Refused)


@pytest.mark.parametrize("name", ["IMG_0042.HEIC", "site.webp", "scan.tiff"])
def test_a_photograph_of_another_type_is_refused_with_what_to_do(name: str) -> None:
    assert "Save it as JPG" in reason(name, b"\0\0\0\x18ftypheic")


def test_packed_pictures_and_embedded_documents_are_taken() -> None:
    drawing = gzip.compress(b"\x01\0\0\0" + b"picture" * 100)
    binary = archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"\x83\x01"})
    parts = {
        "word/media/image1.emz": drawing,
        "word/media/image2.WMZ": drawing,
        "word/embeddings/Plan.vsdx": archive({"visio/document.xml": b"<d/>"}),
        "word/embeddings/Costs.xlsb": binary,
        "word/embeddings/Sheet.xlsx": office(SHEET),
    }
    assert reason("plan.docx", with_entries(WORD, parts)) == ""


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("word/media/image1.emz", gzip.compress(b" " * 20_000_000), "unpacks to far more"),
        ("word/media/image1.emz", gzip.compress(archive({"a": b"b"})), "(“image1.emz”)"),
        ("word/media/image1.emz", gzip.compress(b"picture")[:-9], "damaged"),
        ("word/media/image1.emz", gzip.compress(b"picture") + archive({"a": b"b"}), "(“image1.emz”)"),
        ("word/embeddings/Costs.xlsb", archive({"xl/vbaProject.bin": b"macro"}), "macros"),
        ("word/embeddings/inner.zip", archive({"a": b"b"}), "(“inner.zip”)"),
    ],
    ids=itertools.count(),  # bytes that hold the time at which they were packed name no test twice the same
)
def test_what_is_packed_is_counted_and_named(name: str, content: bytes, said: str) -> None:
    assert said in reason("plan.docx", with_entries(WORD, {name: content}))


def test_a_file_of_every_type_that_is_taken_keeps_its_type_in_a_blind_stage() -> None:
    for suffix, media_type in MEDIA_TYPES.items():
        words, filename = file_label(3, media_type, f"plan.{suffix}", blind=True)
        assert MEDIA_TYPES[filename.rpartition(".")[2]] == media_type
        assert filename.startswith("file-3.")
        assert "plan" not in words
    assert file_label(3, MEDIA_TYPES["pptx"], "plan.pptx", blind=True)[1] == "file-3.pptx"
    assert isinstance(examine("plan.pptx", office(SLIDES)), Accepted)
