"""Documents as files: tagged and titled, the same bytes each time, and nothing fetched whatever people wrote."""

import dataclasses
import io
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader

from procurement.adapters.pdf import Limits, PdfRenderer
from procurement.config import PROJECT_ROOT
from procurement.rules.documents import DOCUMENT_KINDS, LARGEST_DOCUMENT, LONGEST_VALUE
from procurement.rules.ports import RenderFailed
from tests.adapters.document_samples import CONTENTS, issue

OUR_FONTS = {"source-sans-3", "noto-naskh-arabic"}


NOTICES = {"statutory_notice", "uk6_notice", "uk12_notice"}  # with their open data inside


@pytest.fixture(scope="module")
def renderer() -> Iterator[PdfRenderer]:
    made = PdfRenderer()
    yield made
    made.close()


@pytest.fixture(scope="module")
def made(renderer: PdfRenderer) -> dict[str, bytes]:
    """One long document of every kind."""
    return {
        kind: renderer.document(kind, content.as_content(issue()), f"{kind}-1") for kind, content in CONTENTS.items()
    }


def words(document: bytes) -> str:
    """All text of a document with single spaces."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages).split())


def tags(document: bytes) -> set[str]:
    """The kinds of structure elements in a document."""
    found: set[str] = set()
    with pikepdf.open(io.BytesIO(document)) as pdf:
        waiting = [pdf.Root.StructTreeRoot]
        while waiting:
            element = waiting.pop()
            if isinstance(element, pikepdf.Array):
                waiting.extend(element)
            elif isinstance(element, pikepdf.Dictionary):
                if "/S" in element:
                    found.add(str(element.S).removeprefix("/"))
                if "/K" in element:
                    waiting.append(element.K)
    return found


def test_every_kind_has_a_sample() -> None:
    assert set(CONTENTS) == set(DOCUMENT_KINDS)


@pytest.mark.parametrize("kind", DOCUMENT_KINDS)
def test_a_document_says_to_machines_what_it_is(made: dict[str, bytes], kind: str) -> None:
    with pikepdf.open(io.BytesIO(made[kind])) as pdf, pdf.open_metadata() as about:
        assert str(pdf.Root.Lang) == "en"
        assert bool(pdf.Root.MarkInfo.Marked)
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        own = {"disqualification_letter": "Your tender was disregarded"}  # it says which of two it is about
        title = f"{own.get(kind, DOCUMENT_KINDS[kind].title)} TT-2027-0012-A7K3"
        assert about["dc:title"] == title
        assert str(pdf.docinfo["/Title"]) == title
        assert str(pdf.docinfo["/Author"]) == "Birmingham City Council"
        marker = ("pdfaid:part", "3") if kind in NOTICES else ("pdfuaid:part", "1")
        assert about[marker[0]] == marker[1]
        assert "/CreationDate" in pdf.docinfo
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20270312120003")
    assert {"Document", "H1", "Table", "TR", "TH", "TD", "P", "Figure"} <= tags(made[kind])
    assert PdfReader(io.BytesIO(made[kind])).outline  # the headings are bookmarks


@pytest.mark.parametrize("kind", DOCUMENT_KINDS)
def test_all_fonts_are_ours_and_inside(made: dict[str, bytes], kind: str) -> None:
    names = set()
    with pikepdf.open(io.BytesIO(made[kind])) as pdf:
        for page in pdf.pages:
            for font in page.Resources.Font.values():
                descriptor = font.DescendantFonts[0].FontDescriptor
                assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.keys())
                names.add(str(font.BaseFont).split("+")[1])
    assert {name for name in names if not any(name.startswith(ours) for ours in OUR_FONTS)} == set()


@pytest.mark.parametrize("kind", DOCUMENT_KINDS)
def test_a_page_says_to_people_where_it_belongs(made: dict[str, bytes], kind: str) -> None:
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(made[kind])).pages]
    assert [f"Page {number} of {len(pages)}" in text for number, text in enumerate(pages, 1)] == [True] * len(pages)
    assert ["TT-2027-0012-A7K3" in text for text in pages] == [True] * len(pages)
    assert ["Check this document at https://trades.example.gov.uk/verify" in text for text in pages] == [True] * len(
        pages
    )
    assert "Verify code K7QM-2XWD-9RTA" in pages[0]
    assert "Dated Friday 12 March 2027 at 12 noon (UK time)" in pages[0]


def test_long_documents_take_several_pages_and_a_sheet_takes_one(made: dict[str, bytes]) -> None:
    lengths = {kind: len(PdfReader(io.BytesIO(document)).pages) for kind, document in made.items()}
    assert lengths["award_sheet"] == 1
    assert lengths["receipt"] == 3
    assert lengths["opening_record"] >= 3


def test_the_receipt_names_every_file_and_digest(made: dict[str, bytes]) -> None:
    text = words(made["receipt"])
    receipt = CONTENTS["receipt"]
    for expected in (
        "2027-03-12 11:59:58 UTC",
        "Friday 12 March 2027, 11:59:58 (UK time)",
        "kosten_übersicht_żółć.xlsx",
    ):
        assert expected in text
    assert text.replace(" ", "").count(receipt.digest) == 2 + len(receipt.files)  # type: ignore[attr-defined]


def test_a_notice_carries_its_open_data(made: dict[str, bytes]) -> None:
    with pikepdf.open(io.BytesIO(made["uk6_notice"])) as pdf:
        assert list(pdf.attachments) == ["release.json"]
        attached = pdf.attachments["release.json"].get_file().read_bytes()
        assert str(pdf.Root.AF[0].F) == "release.json"
    assert attached == (b'{\n "language": "en",\n "ocid": "ocds-kuma6s-tt-2027-0012",\n "tag": [\n  "award"\n ]\n}')


def test_the_same_row_gives_the_same_bytes_in_another_process_later(made: dict[str, bytes]) -> None:
    time.sleep(1.1)  # a file that names the second in which it was made would differ now
    another = PdfRenderer()
    try:
        again = {
            kind: another.document(kind, CONTENTS[kind].as_content(issue()), f"{kind}-1")
            for kind in reversed(DOCUMENT_KINDS)
        }
    finally:
        another.close()
    assert [kind for kind in DOCUMENT_KINDS if again[kind] != made[kind]] == []


def test_another_identifier_or_one_other_letter_gives_other_bytes(
    renderer: PdfRenderer, made: dict[str, bytes]
) -> None:
    sheet = CONTENTS["award_sheet"]
    changed = dataclasses.replace(sheet, amount="£48,500.01").as_content(issue())  # type: ignore[call-arg]
    assert renderer.document("award_sheet", sheet.as_content(issue()), "award_sheet-2") != made["award_sheet"]
    assert renderer.document("award_sheet", changed, "award_sheet-1") != made["award_sheet"]


@pytest.fixture
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """A server on this machine that writes down whoever connects."""
    heard: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.1)
    ended = threading.Event()

    def listen() -> None:
        while not ended.is_set():
            try:
                visitor, _ = server.accept()
            except TimeoutError:
                continue
            heard.append(visitor.recv(200))
            visitor.close()

    thread = threading.Thread(target=listen)
    thread.start()
    yield server.getsockname()[1], heard
    ended.set()
    thread.join()
    server.close()


def probes(port: int, canary: Path) -> list[str]:
    """What a hostile applicant would write into a text field."""
    web = f"http://127.0.0.1:{port}/x"
    return [
        f'<img src="{web}">',
        f'<img src="file://{canary}">',
        f'<link rel="stylesheet" href="{web}">',
        f"<style>@import url({web});</style>",
        f"<style>@font-face{{font-family:x;src:url({web})}}</style>",
        f'<link rel="attachment" href="file://{canary}">',
        f'<a rel="attachment" href="file://{canary}">x</a>',
        f'<object data="{web}"></object>',
        f'<embed src="file://{canary}">',
        f'<iframe src="{web}"></iframe>',
        f'<svg><image href="{web}"/></svg>',
        f'<base href="{web}">',
        f'<meta http-equiv="refresh" content="0;url={web}">',
        f'"><img src={web}>',
        f"url(file://{canary})",
        f"</title><img src='{web}'>",
        f'<input type="image" src="{web}">',
        '<img src="data:image/svg+xml,<svg/>">',
        "{{ self._TemplateReference__context }}",
        "{% include '/etc/passwd' %}",
        '<table><tr><td colspan="1000000" rowspan="1000000">x</td></tr></table>',
        '<div style="display:grid">' * 25,
        "<span>" * 60,
        "&#x3C;img src=" + web + ">",
        "%(reference)s %s {0} ${x}",
    ]


def filled(value: object, text: str) -> object:
    """A content with every text in it replaced, but for what the service itself puts in."""
    if isinstance(value, dict):
        kept = {"template", "requested_at", "language", "attached_name", "verify_url"}
        return {key: item if key in kept else filled(item, text) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, text) for item in value[:1]]
    return text


def batched(probes: list[str], size: int) -> list[list[str]]:
    return [probes[at : at + size] for at in range(0, len(probes), size)]


@pytest.mark.parametrize("kind", DOCUMENT_KINDS)
def test_hostile_text_in_every_field_is_printed_as_it_is_and_fetches_nothing(
    renderer: PdfRenderer, listener: tuple[int, list[bytes]], tmp_path: Path, kind: str
) -> None:
    port, heard = listener
    canary = tmp_path / "canary.txt"
    canary.write_text("the-canary-sings-4711")
    for together in batched(probes(port, canary), 5):
        content = filled(CONTENTS[kind].as_content(issue()), " ".join(together))
        assert isinstance(content, dict)
        made = renderer.document(kind, content, "probe")
        with pikepdf.open(io.BytesIO(made)) as pdf:
            assert list(pdf.attachments) == ([] if kind not in NOTICES else [content["attached_name"]])
            assert "/Annots" not in pdf.pages[0]  # no link either
        assert b"the-canary-sings-4711" not in made
        printed = words(made)
        assert "the-canary-sings-4711" not in printed
        # each letter by letter, so that none hides what another would have done
        squeezed = printed.replace(" ", "")
        assert {probe: squeezed.count(probe.replace(" ", "")) >= 3 for probe in together} == dict.fromkeys(
            together, True
        )
    assert heard == []


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="http://127.0.0.1:{port}/x">',
        '<img src="file:///etc/hostname">',
        '<link rel=stylesheet href="http://127.0.0.1:{port}/x">',
        '<style>@import url("http://127.0.0.1:{port}/x")</style>',
        '<link rel=attachment href="file:///etc/hostname">',
        '<img src="data:image/svg+xml,%3Csvg/%3E">',
        '<div style="background:url(http://127.0.0.1:{port}/x)">x</div>',
    ],
)
def test_even_markup_of_our_own_could_fetch_nothing(
    tmp_path: Path, listener: tuple[int, list[bytes]], markup: str
) -> None:
    """The second wall: should a template ever let markup through, the document fails or stays without it."""
    port, heard = listener
    room = templates_with(tmp_path, markup.replace("{port}", str(port)))
    renderer = PdfRenderer(templates=room)
    try:
        with pytest.raises(RenderFailed, match="asked for something from outside"):
            renderer.document("award_sheet", CONTENTS["award_sheet"].as_content(issue()), "x")
    finally:
        renderer.close()
    assert heard == []


def test_a_picture_inside_a_drawing_is_not_fetched_either(tmp_path: Path, listener: tuple[int, list[bytes]]) -> None:
    """WeasyPrint leaves such a picture out by itself, without asking the fetcher."""
    port, heard = listener
    drawing = f'<svg width="9" height="9"><image href="http://127.0.0.1:{port}/x" width="9" height="9" /></svg>'
    renderer = PdfRenderer(templates=templates_with(tmp_path, drawing))
    try:
        made = renderer.document("award_sheet", CONTENTS["award_sheet"].as_content(issue()), "x")
    finally:
        renderer.close()
    assert (made[:5], heard) == (b"%PDF-", [])


def templates_with(place: Path, markup: str) -> Path:
    """A copy of the templates in which the award sheet is this markup."""
    folder = place / "templates" / "documents"
    shutil.copytree(PROJECT_ROOT / "templates" / "documents", folder)
    (folder / "award_sheet" / "document.html").write_text(
        f'<html lang="en"><title>x</title><body>{markup}</body></html>'
    )
    (folder / "award_sheet" / "print.css").write_text("")
    return folder.parent


BOMBS = {
    "a cell over a million columns": '<table><tr><td colspan="1000000">x</td></tr></table>',
    "grids in grids": '<div style="display:grid">' * 25 + "x" + "</div>" * 25,
    "flexes in flexes": '<div style="display:flex">' * 30 + "x" + "</div>" * 30,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_ended_in_time_and_the_next_document_is_made(tmp_path: Path, name: str) -> None:
    renderer = PdfRenderer(
        # the processor's time ends the bomb; on a busy machine the next child needs many seconds to start
        templates=templates_with(tmp_path, BOMBS[name]),
        limits=Limits(seconds=20, processor_seconds=4),
    )
    try:
        begun = time.monotonic()
        with pytest.raises(RenderFailed) as failure:
            renderer.document("award_sheet", CONTENTS["award_sheet"].as_content(issue()), "x")
        assert time.monotonic() - begun < 100  # it would take hours; a busy machine ends it late
        assert str(failure.value).endswith(("was stopped.", "than can be laid out.", "may have."))
        receipt = renderer.document("receipt", CONTENTS["receipt"].as_content(issue()), "receipt-1")
    finally:
        renderer.close()
    assert receipt.startswith(b"%PDF-")


def test_a_document_that_eats_memory_fails_alone(tmp_path: Path) -> None:
    eater = (
        "{% set x = namespace(v='x' * 1000) %}{% for _ in range(40) %}{% set x.v = x.v + x.v %}{% endfor %}{{ x.v }}"
    )
    renderer = PdfRenderer(templates=templates_with(tmp_path, eater))
    try:
        with pytest.raises(RenderFailed, match="memory"):
            renderer.document("award_sheet", CONTENTS["award_sheet"].as_content(issue()), "x")
        assert renderer.document("receipt", CONTENTS["receipt"].as_content(issue()), "receipt-1").startswith(b"%PDF-")
    finally:
        renderer.close()


def test_children_are_used_again_and_end_with_the_renderer() -> None:
    renderer = PdfRenderer()
    sheet = CONTENTS["award_sheet"].as_content(issue())
    renderer.document("award_sheet", sheet, "1")
    child = renderer._idle[0]
    renderer.document("award_sheet", sheet, "2")
    assert (renderer._idle, child.made) == ([child], 2)
    child.process.kill()
    child.process.wait()
    assert renderer.document("award_sheet", sheet, "1").startswith(b"%PDF-")  # a child that died is replaced
    room = renderer._idle[0].room
    last = renderer._idle[0].process
    renderer.close()
    assert (last.poll() is not None, room.exists()) == (True, False)


def test_what_a_killed_worker_left_behind_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    dead = subprocess.Popen(["true"])
    dead.wait()
    for name in (f"rendering-{dead.pid}-a", f"rendering-{os.getpid()}-b", "rendering-x-c"):
        (tmp_path / name / "fonts").mkdir(parents=True)
    renderer = PdfRenderer()
    renderer.document("award_sheet", CONTENTS["award_sheet"].as_content(issue()), "1")
    renderer.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"rendering-{os.getpid()}-b", "rendering-x-c"]


def test_a_child_has_no_secret_and_no_socket_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "do-not-hand-on")
    renderer = PdfRenderer()
    ours = socket.create_server(("127.0.0.1", 0))
    ours.set_inheritable(True)
    try:
        renderer.document("award_sheet", CONTENTS["award_sheet"].as_content(issue()), "1")
        process = Path(f"/proc/{renderer._idle[0].process.pid}")
        assert b"do-not-hand-on" not in (process / "environ").read_bytes()
        kept = [str(each.readlink()) for each in (process / "fd").iterdir()]
        assert [each for each in kept if each.startswith("socket:")] == []
    finally:
        ours.close()
        renderer.close()


def test_a_text_that_is_too_long_is_refused_with_a_sentence(renderer: PdfRenderer) -> None:
    sheet = CONTENTS["award_sheet"].as_content(issue())
    with pytest.raises(RenderFailed, match="A text in this document is longer than 60,000 characters"):
        renderer.document("award_sheet", sheet | {"purpose": "x" * (LONGEST_VALUE + 1)}, "1")
    many = [{"name": "x" * 1_000, "value": "y"}] * (LARGEST_DOCUMENT // 1_000)
    with pytest.raises(RenderFailed, match="This document would be longer than the service makes"):
        renderer.document("award_sheet", sheet | {"facts": many}, "1")


def test_a_value_that_is_missing_fails_visibly(renderer: PdfRenderer) -> None:
    sheet = CONTENTS["award_sheet"].as_content(issue())
    del sheet["amount"]
    with pytest.raises(RenderFailed, match="'amount' is undefined"):
        renderer.document("award_sheet", sheet, "1")


@pytest.mark.parametrize("kind", ["declined_letter", "reserve_letter"])
def test_a_letter_says_what_was_decided_in_its_own_words(renderer: PdfRenderer, kind: str) -> None:
    heading = "Your expression of interest does not go on to the next stage"
    content = dataclasses.replace(CONTENTS[kind], heading=heading)
    said = words(renderer.document(kind, content.as_content(issue()), f"{kind}-2"))
    assert (heading in said, "Dear Zoë Ní Bhriain," in said, "for Birmingham City Council" in said) == (
        True,
        True,
        True,
    )
    for wrong in ("to make an award", "Your application is on the reserve list", "Your application was not"):
        assert wrong not in said
