"""PDF files that only a reader of the whole format can judge: encrypted ones, and forms that are drawn by a program.

`pikepdf` reads them. It is asked only about files in which the words for it were found, and for a bounded part.
"""

from typing import BinaryIO

import pikepdf

from procurement.rules.uploads.findings import Finding

UNREADABLE = (pikepdf.PdfError, ValueError, RuntimeError, RecursionError)
OBJECTS = 50_000  # more are not looked into: the file is refused
TEMPLATE = 1 << 20  # bytes of a form's description that are looked into
_WAITING = b"Please wait"
_RUNS = frozenset({"/JavaScript", "/Launch"})


def examine_protected(file: BinaryIO) -> Finding | None:
    """What is wrong with an encrypted PDF; None where it opens for everybody (its user password is empty) and starts
    nothing. What an owner password forbids, such as printing, is the reader's matter."""
    file.seek(0)
    try:
        with pikepdf.open(file) as document:
            return Finding.SCRIPTS if _runs(document) else None
    except (pikepdf.PasswordError, *UNREADABLE):  # a password, or a protection of another kind
        return Finding.PASSWORD


def shows_only_a_form(file: BinaryIO) -> bool:
    """Whether a PDF with an XFA form shows nothing but "Please wait" in most readers: the form is drawn by a program
    that only a few of them have."""
    file.seek(0)
    try:
        with pikepdf.open(file) as document:
            root = document.Root
            form = root.get("/AcroForm")
            if form is None or "/XFA" not in form:
                return False
            if bool(root.get("/NeedsRendering", False)):
                return True
            return _is_dynamic(form["/XFA"]) or _first_page_waits(document)
    except (pikepdf.PasswordError, *UNREADABLE):
        return False  # other checks judge a damaged file


def pages_of(file: BinaryIO) -> int | None:
    """How many pages a PDF has that was found good; None where that cannot be read. The file is left at its start."""
    file.seek(0)
    try:
        with pikepdf.open(file) as document:
            return len(document.pages)
    except (pikepdf.PasswordError, *UNREADABLE):
        return None
    finally:
        file.seek(0)


def _runs(document: pikepdf.Pdf) -> bool:
    """Whether an object of the file is a script, or starts another program."""
    if len(document.objects) > OBJECTS:
        return True
    return any(isinstance(each, pikepdf.Dictionary | pikepdf.Stream) and _is_script(each) for each in document.objects)


def _is_script(each: pikepdf.Object) -> bool:
    found = each.stream_dict if isinstance(each, pikepdf.Stream) else each
    if "/JS" in found:
        return True
    kind = found.get("/S")
    if isinstance(kind, pikepdf.Name) and str(kind) in _RUNS:
        return True
    # actions may stand within the object that they belong to
    return any(isinstance(inner, pikepdf.Dictionary) and _is_own_script(inner) for inner in found.values())


def _is_own_script(inner: pikepdf.Object) -> bool:
    kind = inner.get("/S")
    return "/JS" in inner or (isinstance(kind, pikepdf.Name) and str(kind) in _RUNS)


def _is_dynamic(form: pikepdf.Object) -> bool:
    """Whether the form's own description asks for being drawn anew."""
    parts = list(form) if isinstance(form, pikepdf.Array) else [form]
    left = TEMPLATE
    for part in parts:
        if isinstance(part, pikepdf.Stream) and left > 0:
            text = part.read_bytes()[:left]
            left -= len(text)
            if b"dynamicRender>required<" in text.replace(b" ", b""):
                return True
    return False


def _first_page_waits(document: pikepdf.Pdf) -> bool:
    """Whether the only page is the one that the form's program left for readers without it."""
    if len(document.pages) != 1:
        return False
    contents = document.pages[0].obj.get("/Contents")
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    return any(isinstance(each, pikepdf.Stream) and _WAITING in each.read_bytes()[:TEMPLATE] for each in streams)
