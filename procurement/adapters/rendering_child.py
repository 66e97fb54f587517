"""The limited process in which documents are laid out: `python -m procurement.adapters.rendering_child '{…}'`.

It reads requests and writes answers on pipes, keeps its fonts and styles from one document to the next, fetches
nothing, and is ended by its parent (or by the limits that it sets on itself) when a document asks too much of it.
"""

import ctypes
import io
import json
import os
import resource
import signal
import struct
import sys
from collections import OrderedDict
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from procurement.adapters.document_fonts import ALWAYS, called_for, faces_of
from procurement.rules.bidi import isolated_values
from procurement.rules.prose import html_of

# of the addresses of what documents are made with (fonts, the square code); it stands in released templates
OWN_FILES_SCHEME = "house"
PAGE_OPEN, LINE_LENGTH = 24 * 1024 * 1024, 4
PR_SET_PDEATHSIG = 1
CLONE_NEWNET, CLONE_NEWUSER = 0x40000000, 0x10000000
# a word that is longer than its line is broken, in every element: an address of 200 characters stays on the page;
# `anywhere` measures letter by letter besides, and took fifty times as long over a word of five hundred
WRAPPED = "html{overflow-wrap:break-word}\n"
MOST_DRESSES = 6  # of fonts that are kept at once


def main(settings: dict[str, Any]) -> int:
    """Serve requests until the parent closes its end of the pipe; 0, or 1 when the memory limit was met."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not end up among the answers
    requests = sys.stdin.buffer
    _limit(settings["memory"], settings["parent"])
    press = Press(Path(settings["templates"]), Path(settings["fonts"]))
    while (request := read_frame(requests)) is not None:
        _allow_processor(settings["processor_seconds"])
        reason, exhausted, document = "", False, b""
        try:
            document = press.make(json.loads(request))
        except MemoryError:
            reason, exhausted = "The document asked for more memory than a document may have.", True
        except RecursionError:
            reason = "The document is nested more deeply than can be laid out."
        except press.fatal as error:
            reason = f"The document asked for something from outside ({error})."
        except Exception as error:  # any fault of layout is this document's failure, never the end of the worker
            reason = f"The document could not be laid out ({type(error).__name__}: {str(error)[:200]})."
        write_frame(answers, json.dumps({"reason": reason, "last": exhausted}).encode())
        write_frame(answers, document)
        if exhausted:
            return 1
    return 0


def read_frame(source: BinaryIO) -> bytes | None:
    """A length in four bytes, then as many bytes; None at the end of the pipe."""
    head = source.read(LINE_LENGTH)
    if len(head) < LINE_LENGTH:
        return None
    length = struct.unpack(">I", head)[0]
    body = source.read(length)
    return body if len(body) == length else None


def write_frame(sink: BinaryIO, body: bytes) -> None:
    sink.write(struct.pack(">I", len(body)) + body)
    sink.flush()


def _limit(memory: int, parent: int) -> None:
    """Die with the parent, without a network where the system allows it, within the memory given."""
    library = ctypes.CDLL(None, use_errno=True)
    if hasattr(library, "prctl"):
        library.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked to be told
        raise SystemExit(1)
    if hasattr(library, "unshare") and library.unshare(CLONE_NEWNET) != 0:
        library.unshare(CLONE_NEWUSER | CLONE_NEWNET)  # refused on some machines: the fetcher below holds anyway
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (PAGE_OPEN, PAGE_OPEN))
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))


def _allow_processor(seconds: int) -> None:
    """Processor time for one more document: the limit counts from the start of the process, so it moves along."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + seconds, resource.RLIM_INFINITY))


class Press:
    """WeasyPrint, with templates, styles and fonts read once."""

    def __init__(self, templates: Path, fonts: Path) -> None:
        import jinja2
        import segno
        import weasyprint
        from markupsafe import Markup
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

        self.fatal = FatalURLFetchingError  # a BaseException: `except Exception` would let it end the process

        class OwnFilesFetcher(URLFetcher):  # type: ignore[misc]  # because WeasyPrint has no types
            """Answers only for the documents' own files, read beforehand; anything else ends the document."""

            def __init__(self, own_files: dict[str, tuple[str, bytes]]) -> None:
                super().__init__(allowed_protocols=(OWN_FILES_SCHEME,), allow_redirects=False)
                self._own_files = own_files

            def fetch(self, url: str, headers: object = None) -> Any:
                try:
                    kind, content = self._own_files[url]
                except KeyError:
                    raise FatalURLFetchingError(f"refused: {url[:80]}") from None
                return URLFetcherResponse(url, content, {"Content-Type": kind})

        self._weasyprint, self._segno, self._fetcher = weasyprint, segno, OwnFilesFetcher
        self._templates = templates
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(templates),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        self._environment.filters["prose"] = lambda text: Markup(html_of(text))  # noqa: S704  (it escapes)
        self._environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # because i18n adds it
        self._configuration, self._font_files = FontConfiguration, fonts
        self._dressed: OrderedDict[tuple[str, ...], tuple[Any, Any, dict[str, Any]]] = OrderedDict()
        self._dress(())

    def _dress(self, faces: tuple[str, ...]) -> tuple[Any, Any, dict[str, Any]]:
        """Fonts, the style of every document and those of templates, for texts that call for some more faces.

        Each has fonts of its own, so that what one document needed never draws another.
        """
        if faces in self._dressed:
            self._dressed.move_to_end(faces)
            return self._dressed[faces]
        fonts, found = self._configuration(), faces_of(self._font_files, (*ALWAYS, *faces), OWN_FILES_SCHEME)
        chain = f"html{{font-family:{found.chain}}} @page{{font-family:{found.chain}}}\n"
        text = f"{found.rules}\n{chain}{WRAPPED}" + (self._templates / "_base.css").read_text("utf-8")
        self._dressed[faces] = fonts, self._style(text, fonts, self._fetcher(found.files)), {}
        if len(self._dressed) > MOST_DRESSES:
            self._dressed.pop(next(each for each in self._dressed if each))  # the plainest one stays
        return self._dressed[faces]

    def _style(self, text: str, fonts: Any, fetcher: object) -> Any:
        return self._weasyprint.CSS(
            string=text, font_config=fonts, url_fetcher=fetcher, base_url=f"{OWN_FILES_SCHEME}:/"
        )

    def make(self, request: dict[str, Any]) -> bytes:
        """One PDF. `request`: folder (of the template), variant, content, identifier (hex), attachment (or None)."""
        folder, content = request["folder"], isolated_values(request["content"])
        html = self._environment.get_template(f"{folder}/document.html").render(content)
        fetcher = self._fetcher({f"{OWN_FILES_SCHEME}:/qr.svg": ("image/svg+xml", self._square(content["verify_url"]))})
        fonts, base, styles = self._dress(called_for(html))
        if folder not in styles:
            styles[folder] = self._style((self._templates / folder / "print.css").read_text("utf-8"), fonts, fetcher)
        attachments = []
        if request["attachment"]:
            name, text = request["attachment"]
            requested = datetime.fromisoformat(
                content["requested_at"]
            )  # frozen: the file's own time would differ each time
            attachments.append(
                self._weasyprint.Attachment(
                    file_obj=io.BytesIO(text.encode()),
                    name=name,
                    created=requested,
                    modified=requested,
                    relationship="Data",
                    url_fetcher=fetcher,
                )
            )
        page = self._weasyprint.HTML(string=html, url_fetcher=fetcher, base_url=f"{OWN_FILES_SCHEME}:/")
        pdf: bytes = page.write_pdf(
            stylesheets=[base, styles[folder]],
            font_config=fonts,
            pdf_variant=request["variant"],
            pdf_identifier=bytes.fromhex(request["identifier"]),
            pdf_tags=True,
            attachments=attachments,
        )
        return pdf

    def _square(self, address: str) -> bytes:
        drawn = io.BytesIO()
        self._segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=2, xmldecl=False, nl=False)
        return drawn.getvalue()


if __name__ == "__main__":
    raise SystemExit(main(json.loads(sys.argv[1])))
