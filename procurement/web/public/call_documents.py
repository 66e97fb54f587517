"""Documents of a call for everybody: all of them with their versions, and each version at an address that stays."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from procurement.models.calls import Call
from procurement.queries import call_documents as call_documents_queries
from procurement.queries.call_documents import Published
from procurement.rules import call_documents as rules
from procurement.rules.permissions import Permission
from procurement.services import vault
from procurement.web.access import Page, allow
from procurement.web.context import now, ports, session
from procurement.web.filters import sentence
from procurement.web.parts.uploads import attachment
from procurement.web.public.calls import load

pages = Blueprint("call_documents", __name__, url_prefix="/calls/<ref>")


@pages.get("/documents")
@allow(Permission.CALL_READ, load)
def index(call: Call, ref: str) -> Page:
    return render_template(
        "public/call_documents/index.html",
        call=call,
        documents=call_documents_queries.published_of(session(), call.id, now()),
        types={key: sentence(words) for key, words in rules.TYPES.items()},
        languages={key: sentence(words) for key, words in rules.LANGUAGES.items()},
    )


@pages.get("/documents/<int:number>")
@allow(Permission.CALL_READ, load)
def newest(call: Call, ref: str, number: int) -> Page:
    """The version that holds now, at its own address."""
    file = _published(call, number).file
    return redirect(url_for(".show", ref=ref, number=number, version=file.version))


@pages.get("/documents/<int:number>/<int:version>")
@allow(Permission.CALL_READ, load)
def show(call: Call, ref: str, number: int, version: int) -> Response:
    """One version as it was published: always the same bytes, for whoever asks, to be kept and not to be run."""
    file = next((each for each in _published(call, number).files if each.version == version), None)
    if file is None:
        abort(404)
    if request.if_none_match.contains(file.digest):
        answer = Response(status=304)
    else:
        plain = {"ref": file.ref, "stored": file.stored}
        answer = attachment(vault.open_file(ports(), plain), file.name, file.media_type, file.size)
    answer.set_etag(file.digest)
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


@pages.get("/terms")
@allow(Permission.CALL_READ, load)
def terms(call: Call, ref: str) -> str:
    """The terms by themselves, to be read and printed; and the documents that belong to them."""
    found = call_documents_queries.published_of(session(), call.id, now())
    binding = (rules.DocumentType.CONTRACT, rules.DocumentType.TERMS)
    return render_template(
        "public/call_documents/terms.html",
        call=call,
        documents=[each for each in found if each.document.kind in binding],
        types={key: sentence(words) for key, words in rules.TYPES.items()},
    )


def _published(call: Call, number: int) -> Published:
    found = call_documents_queries.published_of(session(), call.id, now())
    document = next((each for each in found if each.document.number == number), None)
    if document is None:
        abort(404)
    return document
