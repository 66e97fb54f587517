"""Documents by their code: fetched by whoever may have them, and found genuine by anybody."""

from collections.abc import Iterator

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from procurement.queries import documents as documents_queries
from procurement.queries.documents import Held
from procurement.rules.documents import CODE_LENGTH, DOCUMENT_KINDS, code_typed, grouped
from procurement.rules.permissions import Permission
from procurement.web.access import Page, allow
from procurement.web.context import ports, session
from procurement.web.parts.uploads import attachment

pages = Blueprint("documents", __name__)
PART = 1024 * 1024
ACCEPTED = 202


def document_of(reading: Session, code: str) -> Held | None:
    """A document by the code in its address."""
    return documents_queries.find_by_code(reading, code)


@pages.get("/documents/<code>.pdf")
@allow(Permission.DOCUMENT_READ, document_of)
def show(held: Held, code: str) -> Page:
    """The file, once it is made; until then a page that says how far it is."""
    document = held.document
    if document.digest is None:
        return render_template("public/documents/waiting.html", document=document), ACCEPTED
    source = ports().files.open(document.digest)

    def parts() -> Iterator[bytes]:
        with source:
            while part := source.read(PART):
                yield part

    return attachment(parts(), f"{document.reference}-{document.kind}.pdf", "application/pdf", document.size)


@pages.get("/verify")
@allow(Permission.PUBLIC)
def verify() -> Page:
    """Ask for a code, or say what is known of one: never what the document says, and nobody's name."""
    typed = request.args.get("code", "")[:100]
    code = code_typed(typed)
    held = documents_queries.find_by_code(session(), code) if len(code) == CODE_LENGTH else None
    if held is None:
        return render_template("public/documents/verify.html", typed=typed, held=None)
    receipt = held.document.kind in documents_queries.RECEIPTS
    submission = documents_queries.find_submission(session(), code) if receipt else None
    return render_template(
        "public/documents/verify.html",
        typed=grouped(code),
        held=held,
        kind=DOCUMENT_KINDS[held.document.kind].title,
        shown=held.public or held.unsealed,
        submission=submission,
    )


@pages.get("/verify/<code>")
@allow(Permission.PUBLIC)
def verify_code(code: str) -> Page:
    """The same, as it can be read aloud."""
    return redirect(url_for(".verify", code=code[:100]))
