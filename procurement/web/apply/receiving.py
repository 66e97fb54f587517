"""A file on its way in: named before anything else is asked of it, stored with no connection held, then attached."""

from collections.abc import Callable
from typing import BinaryIO, cast

from flask import flash, jsonify, redirect
from flask import request as http
from flask_babel import gettext as _

from procurement.models.applications import Attachment
from procurement.rules.questions import Question
from procurement.services import applications
from procurement.services.applications import StoredFile
from procurement.services.refusal import Refusal
from procurement.web import context
from procurement.web.access import Page
from procurement.web.context import ports
from procurement.web.filters import sentence
from procurement.web.parts.uploads import wants_json

GONE = 410


def receive(
    attach: Callable[[StoredFile], Attachment],
    show: Callable[[list[str]], str],
    *,
    closed: str,
    back: str,
    question: Question | None = None,
) -> Page:
    """Take one file in. For a script: {name} or {detail}; otherwise on to `back`, or the page again (`show`) with the
    reason when it was not taken. `closed` says why nothing can be added now; empty where something can. `question`:
    whose types and pages it keeps to."""
    chosen = http.files.get("file")
    if chosen is None or not chosen.filename:
        return _refused(show, _("Choose a file first."), 422)
    if closed:
        return _refused(show, closed, 409)
    the_ports = ports()
    context.close()  # storing may take a while: no connection is held meanwhile
    try:
        kept = applications.store_file(the_ports, chosen.filename, cast(BinaryIO, chosen.stream), question)
        added = attach(kept)
    except Refusal as refusal:
        if refusal.status == GONE and not wants_json():
            raise
        return _refused(show, " ".join(map(sentence, refusal.reasons)), refusal.status)
    finally:
        chosen.close()  # a large one lies in a file of its own
    if wants_json():
        return jsonify(name=added.name)
    flash(_("“%(name)s” was added.", name=added.name), "success")
    return redirect(back, 303)


def _refused(show: Callable[[list[str]], str], reason: str, status: int) -> Page:
    if wants_json():
        return jsonify(detail=reason), status
    return show([reason]), status
