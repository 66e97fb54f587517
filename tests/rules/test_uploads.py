"""A file is what its name says, whole and harmless, or it is refused in one sentence; hostile bytes never break in."""

import io
import random
import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as some

from procurement.rules.uploads import MEDIA_TYPES, Accepted, Limits, Refused, display_name, examine
from procurement.rules.uploads.examination import in_units

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def archive(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return held.getvalue()


def office(main: str, **more: bytes) -> bytes:
    contents = f'<Types><Override PartName="/main.xml" ContentType="{main}"/></Types>'.encode()
    return archive({"[Content_Types].xml": contents, "main.xml": b"<main>Clean air</main>", **more})


def with_entries(main: str, entries: dict[str, bytes]) -> bytes:
    return office(main, **entries)


def open_document(kind: str, entries: dict[str, bytes] | None = None, manifest: bytes = b"<manifest/>") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        packed.writestr("META-INF/manifest.xml", manifest)
        for name, content in (entries or {}).items():
            packed.writestr(name, content)
    return held.getvalue()


def pdf(body: bytes = b"1 0 obj\n<< /Type /Catalog >>\nendobj\n", trailer: bytes = b"<< /Root 1 0 R >>") -> bytes:
    return b"%PDF-1.7\n" + body + b"xref\n0 1\ntrailer\n" + trailer + b"\nstartxref\n9\n%%EOF\n"


def png(width: int = 2, height: int = 2) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))

    shape = struct.pack(">LLBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0\0\0" * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", shape) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def jpeg(width: int = 2, height: int = 2) -> bytes:
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8\xff\xe0\x00\x04ab" + frame + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"pixels" + b"\xff\xd9"


GOOD = {
    "plan.pdf": pdf(),
    "plan.docx": office(WORD),
    "costs.xlsx": office(SHEET),
    "pitch.pptx": office(SLIDES),
    "plan.odt": open_document("text"),
    "costs.ods": open_document("spreadsheet"),
    "picture.png": png(),
    "picture.jpg": jpeg(),
    "picture.jpeg": jpeg(),
    "costs.csv": "what,pounds\r\nsensors,“1,200”\r\n".encode(),
    "notes.txt": "برمنگھم\r\nClean air\n".encode(),
}


def refusal(name: str, content: bytes, **more: int) -> tuple[int, str]:
    answer = examine(name, content, **more)
    assert isinstance(answer, Refused), answer
    return answer.status, str(answer.reason)


@pytest.mark.parametrize("name", GOOD)
def test_each_type_that_we_name_is_taken(name: str) -> None:
    assert examine(name, GOOD[name]) == Accepted(name, MEDIA_TYPES[name.rpartition(".")[2]], len(GOOD[name]))


@pytest.mark.parametrize("name", [name for name in GOOD if not name.endswith(("csv", "txt", "jpeg"))])
@pytest.mark.parametrize("suffix", sorted(set(MEDIA_TYPES) - {"jpeg"}))
def test_a_name_must_agree_with_the_content(name: str, suffix: str) -> None:
    answer = examine(f"x.{suffix}", GOOD[name])
    if name.endswith("." + suffix):
        assert isinstance(answer, Accepted)
    else:
        assert isinstance(answer, Refused)
        assert answer.status == 415


@pytest.mark.parametrize(
    ("name", "content", "status", "sentence"),
    [
        (
            "plan.pdf",
            b"",
            422,
            "“plan.pdf” is empty. Check on your device that it opens and has content, then upload it again.",
        ),
        (
            "plan.exe",
            b"MZ",
            415,
            "“plan.exe” is not a type of file that we take. Save it as PDF, DOCX, XLSX, "
            "PPTX, ODT, ODS, PNG, JPG, CSV or "
            "TXT, and upload that.",
        ),
        (
            "plan.pdf",
            pdf()[:-12],
            422,
            "“plan.pdf” is damaged or arrived incomplete. Save it again as PDF and upload the new copy.",
        ),
        (
            "plan.pdf",
            pdf(trailer=b"<< /Root 1 0 R /Encrypt 5 0 R >>"),
            422,
            "“plan.pdf” is protected by a password, so nobody here could read it. Save a copy without the password and "
            "upload that.",
        ),
        (
            "plan.docx",
            OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
            422,
            "“plan.docx” is protected by a password, so nobody here could read it. Save a "
            "copy without the password and "
            "upload that.",
        ),
        (
            "plan.docx",
            OLE + b"\0" * 600,
            415,
            "“plan.docx” is an older Office file, although it is named DOCX. Open it and save it as DOCX or PDF.",
        ),
        (
            "plan.docx",
            with_entries(WORD, {"word/vbaProject.bin": b"macro"}),
            422,
            "“plan.docx” contains macros, which we do not take. Save a copy without macros and upload that.",
        ),
        (
            "plan.docx",
            with_entries(WORD, {"word/media/more.bin": archive({"a": b"b"})}),
            422,
            "“plan.docx” has another archive inside it (“more.bin”). Take that out, and upload its files one by one.",
        ),
        (
            "plan.docx",
            with_entries(WORD, {"word/big.xml": b" " * 20_000_000}),
            422,
            "“plan.docx” unpacks to far more than a document would. Save it again as a smaller document, or as a PDF.",
        ),
        (
            "plan.pdf",
            pdf(b"1 0 obj << /S /JavaScript /JS (app.alert(1)) >> endobj\n"),
            422,
            "“plan.pdf” runs a script or another program when it is opened. Print it to a new PDF and upload that.",
        ),
        (
            "plan.pdf",
            pdf() + archive({"a": b"b"}),
            415,
            "“plan.pdf” is two kinds of file in one. Save it again as PDF and upload the new copy.",
        ),
        (
            "plan.pdf",
            office(WORD),
            415,
            "“plan.pdf” is named PDF, but something else is in it. Open it, save it as PDF, and upload the new copy.",
        ),
        (
            "costs.csv",
            b"a,b\0c",
            415,
            "“costs.csv” is not plain text, although it is named CSV. Save it as plain text "
            "(UTF-8) and upload it again.",
        ),
        (
            "picture.png",
            png(20_000, 20_000),
            422,
            "“picture.png” has too many pixels. Make the picture smaller and upload it again.",
        ),
    ],
)
def test_each_refusal_is_one_sentence_that_names_the_file(
    name: str, content: bytes, status: int, sentence: str
) -> None:
    assert refusal(name, content) == (status, sentence)


def test_limits_are_those_that_were_given() -> None:
    answer = examine("notes.txt", b"x" * 2049, limits=Limits(file_bytes=2048))
    assert isinstance(answer, Refused)
    assert (answer.status, str(answer.reason)) == (
        413,
        "“notes.txt” has 2.1 KB and a file may have at most 2 KB. Make it smaller and upload it again.",
    )
    assert isinstance(examine("notes.txt", b"x" * 2048, limits=Limits(file_bytes=2048)), Accepted)
    assert refusal("notes.txt", b"half", size=8) == (422, "“notes.txt” arrived incomplete. Upload it again.")
    assert [in_units(each) for each in (0, 1, 1024, 1536, 50 << 20, (50 << 20) + 1)] == [
        "0 bytes",
        "1 byte",
        "1 KB",
        "1.5 KB",
        "50 MB",
        "50.1 MB",
    ]


@pytest.mark.parametrize(
    "trailer",
    [
        b"<< /Encrypt 5 0 R >>",
        b"<< /Encrypt\r\n5 0 R >>",
        b"<< /#45ncrypt 5 0 R >>",
        b"<< /Encr#79pt<</Filter/Standard>> >>",
        b"<< /Encrypt % hidden\n 5 0 R >>",
    ],
)
def test_encryption_of_a_pdf_is_found_however_it_is_written(trailer: bytes) -> None:
    assert refusal("plan.pdf", pdf(trailer=trailer))[1].split(" is ")[1].startswith("protected by a password")
    far = pdf(b"% " + b"x" * (1 << 20) + b"\n", trailer=trailer)
    assert refusal("plan.pdf", far)[1].split(" is ")[1].startswith("protected by a password")


def test_a_pdf_that_writes_about_encryption_is_not_encrypted() -> None:
    text = b"stream\n(We will use /Encrypt and /JavaScript and /EncryptMetadata true) Tj\nendstream\n"
    assert isinstance(examine("plan.pdf", pdf(text)), Accepted)


def test_scripts_are_found_in_packed_objects() -> None:
    packed = zlib.compress(b"12 0 << /S /Launch /F (cmd.exe) >>")
    body = b"7 0 obj\n<< /Type /ObjStm /Filter /FlateDecode >>\nstream\r\n" + packed + b"\nendstream\nendobj\n"
    assert refusal("plan.pdf", pdf(body))[0] == 422
    harmless = zlib.compress(b"12 0 << /S /GoTo >>")
    body = b"7 0 obj\n<< /Type /ObjStm /Filter /FlateDecode >>\nstream\r\n" + harmless + b"\nendstream\nendobj\n"
    assert isinstance(examine("plan.pdf", pdf(body)), Accepted)


def test_a_workbook_behind_a_chart_may_be_embedded_but_nothing_deeper() -> None:
    chart = with_entries(SLIDES, {"ppt/embeddings/Sheet1.xlsx": office(SHEET)})
    assert isinstance(examine("pitch.pptx", chart), Accepted)
    deeper = with_entries(SHEET, {"xl/embeddings/again.xlsx": office(SHEET)})
    assert refusal("pitch.pptx", with_entries(SLIDES, {"ppt/embeddings/Sheet1.xlsx": deeper}))[0] == 422
    macros = with_entries(SHEET, {"xl/vbaProject.bin": b"macro"})
    assert "macros" in refusal("pitch.pptx", with_entries(SLIDES, {"ppt/embeddings/Sheet1.xlsx": macros}))[1]


def lying(content: bytes, old: int, new: int) -> bytes:
    """The same archive, with an unpacked size that is not so, in both places that state it."""
    return content.replace(struct.pack("<L", old), struct.pack("<L", new))


def test_archives_are_counted_while_reading_and_not_believed() -> None:
    body = b"<main>Clean air</main>"
    whole = office(WORD)
    assert refusal("plan.docx", lying(whole, len(body), 1))[0] == 422
    many = with_entries(WORD, {f"word/{number}.xml": b"" for number in range(1000)})
    assert "far more" in refusal("plan.docx", many)[1]
    large = with_entries(WORD, {f"word/{number}.xml": random.Random(1).randbytes(400_000) for number in range(4)})
    small = Limits(archive_bytes=1_000_000)
    answer = examine("plan.docx", large, limits=small)
    assert isinstance(answer, Refused)
    assert "far more" in str(answer.reason)
    assert refusal("plan.docx", b"junk" + whole)[0] == 415
    assert refusal("plan.docx", whole + b"junk")[0] == 415
    assert refusal("plan.docx", whole[:40] + b"\0" * 9 + whole[40:])[0] in {415, 422}


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/passwd", "a\\b.xml", "c:/evil.xml", "word/../../x"])
def test_an_entry_that_leads_out_of_the_archive_is_refused(name: str) -> None:
    assert refusal("plan.docx", with_entries(WORD, {name: b"x"}))[0] == 422


def test_encrypted_entries_and_documents_are_named_as_protected() -> None:
    content = bytearray(office(WORD))
    content[6] |= 1
    central = content.index(b"PK\x01\x02")
    content[central + 8] |= 1
    assert "protected by a password" in refusal("plan.docx", bytes(content))[1]
    manifest = b'<manifest:file-entry><manifest:encryption-data manifest:checksum="x"/></manifest:file-entry>'
    assert "protected by a password" in refusal("plan.odt", open_document("text", manifest=manifest))[1]
    assert "macros" in refusal("plan.odt", open_document("text", {"Basic/Standard/Module1.xml": b"Sub"}))[1]


def test_a_document_named_as_one_with_macros_is_not_a_type_we_take() -> None:
    assert refusal("plan.docm", office(WORD))[0] == 415
    enabled = "application/vnd.ms-word.document.macroEnabled.main+xml"
    assert "macros" in refusal("plan.docx", office(enabled))[1]


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><script>",
        b"  <svg onload=x>",
        b"\xef\xbb\xbf<html>",
        b"#!/bin/sh\n",
        b"%PDF-1.7\n",
        b"{\\rtf1",
        "<script>".encode("utf-16"),
        b"<?xml version='1.0'?>",
    ],
)
def test_a_page_or_a_script_is_not_plain_text(content: bytes) -> None:
    assert refusal("notes.txt", content)[0] == 415


@pytest.mark.parametrize(
    "content",
    [b"caf\xe9 costs \xa325", "Ω £25".encode("utf-16"), b"\xef\xbb\xbfa,b", b"tab\there\n", "😀".encode()],
)
def test_text_is_taken_in_the_encodings_that_offices_write(content: bytes) -> None:
    assert isinstance(examine("notes.txt", content), Accepted)


def test_text_in_no_encoding_is_refused() -> None:
    for content in (b"\x81\x8d broken", b"\xff\xfe\x00", b"bell\x07"):
        assert refusal("notes.csv", content)[0] == 415


def test_a_picture_must_be_whole_and_end_where_it_ends() -> None:
    assert refusal("p.png", png()[:-4])[0] == 422
    assert refusal("p.png", png() + b"<script>")[0] == 415
    assert refusal("p.jpg", jpeg()[:-2])[0] == 422
    assert refusal("p.jpg", jpeg() + archive({"a.class": b"x"}))[0] == 415
    assert isinstance(examine("p.jpg", jpeg() + b"what phones append"), Accepted)
    assert refusal("p.jpg", jpeg(60_000, 60_000))[0] == 422


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../etc/plan.pdf", "plan.pdf"),
        ("C:\\Users\\Amira\\plan.pdf", "plan.pdf"),
        ("plan\r\nSet-Cookie: x.pdf", "planSet-Cookie_ x.pdf"),
        ("plan\0.pdf", "plan.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("  the   plan .pdf ", "the plan.pdf"),
        ("cafe\u0301.pdf", "caf\u00e9.pdf"),
        ("منصوبہ\u200cبندی.pdf", "منصوبہ\u200cبندی.pdf"),
        ("", "file"),
        ("...", "file"),
        (".pdf", "file.pdf"),
        ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
        ("a" * 300, "a" * 150),
        ('<img src="x">.png', "_img src=_x__.png"),
        ("\ud800plan.pdf", "plan.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("lpt1.tar.txt", "_lpt1.tar.txt"),
        ("nul", "_nul"),
        ("Console.pdf", "Console.pdf"),
        ("\U0001f600" * 100 + ".pdf", "\U0001f600" * 49 + ".pdf"),
        ("a" * 145 + "e\u0323\u0302" * 3 + ".pdf", "a" * 145 + "\u1ec7.pdf"),
        ("a" * 145 + "x\u0323\u0302" * 3 + ".pdf", "a" * 145 + ".pdf"),
    ],
)
def test_names_are_cleaned_for_people(given_name: str, shown: str) -> None:
    assert display_name(given_name) == shown


@given(some.text(alphabet=some.characters(codec=None), max_size=400))
def test_every_name_becomes_one_that_can_be_shown_and_stays_so(name: str) -> None:
    shown = display_name(name)
    assert 1 <= len(shown) <= 150
    assert len(shown.encode()) <= 200
    assert display_name(shown) == shown
    assert not set(shown) & set('/\\\r\n\0<>:"|?*\u202e')
    shown.encode("utf-8")


def damaged(content: bytes, chance: random.Random) -> bytes:
    """One of the ways in which a file arrives broken, or is broken on purpose."""
    bytes_ = bytearray(content)
    at, to = sorted((chance.randrange(len(bytes_)), chance.randrange(len(bytes_))))
    ways: list[Callable[[], bytes]] = [
        lambda: bytes(bytes_[:at]),
        lambda: bytes(bytes_[at:]),
        lambda: bytes(bytes_[:at] + bytes_[to:]),
        lambda: bytes(bytes_[:to] + bytes_[at:to] * chance.randrange(1, 50) + bytes_[to:]),
        lambda: bytes(bytes_[:at] + chance.randbytes(chance.randrange(1, 64)) + bytes_[to:]),
        lambda: bytes(bytes_[:at] + b"\xff" * (to - at) + bytes_[to:]),
        lambda: bytes(bytes_[:at] + b"\0" * (to - at) + bytes_[to:]),
        lambda: bytes(each ^ (1 << chance.randrange(8)) if chance.random() < 0.05 else each for each in bytes_),
        lambda: content + content,
        lambda: chance.randbytes(chance.randrange(1, 4096)),
        lambda: content[:8] + chance.randbytes(chance.randrange(1, 4096)),
        lambda: chance.randbytes(32) + content,
    ]
    return chance.choice(ways)()


@pytest.mark.parametrize("name", GOOD)
def test_malformed_files_are_answered_and_never_break(name: str) -> None:
    chance = random.Random(name)
    allowed = {413, 415, 422}
    started = time.process_time()
    for _ in range(120):
        content = damaged(GOOD[name], chance)
        answer = examine(name, content)
        assert isinstance(answer, Accepted) or answer.status in allowed
        for other in chance.sample(sorted(GOOD), 2):
            examine(other, content)
    assert time.process_time() - started < 10


@given(some.sampled_from(sorted(GOOD)), some.binary(max_size=2000))
def test_any_bytes_under_any_name_are_answered(name: str, content: bytes) -> None:
    assert isinstance(examine(name, content), Accepted | Refused)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bomb.docx", with_entries(WORD, {"word/a.xml": b"\0" * 60_000_000})),
        ("bomb.docx", with_entries(WORD, {"[Content_Types]2.xml": b"<a>" * 15_000_000})),
        ("bomb.pdf", pdf(b"7 0 obj << /Type /ObjStm >> stream\n" + zlib.compress(b"x" * 60_000_000) + b"\n")),
        ("wide.png", png(65_535, 65_535)),
    ],
)
def test_a_bomb_costs_little_memory(name: str, content: bytes) -> None:
    file = io.BytesIO(content)
    tracemalloc.start()
    try:
        examine(name, file)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000
    assert file.tell() == 0
