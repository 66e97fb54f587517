"""Handing out a file that an applicant sent, with the fact that it was fetched."""

from typing import Any

from flask import abort, render_template

from procurement.models.applications import Submission
from procurement.rules.ports import FileMissing, VaultRefused
from procurement.services import vault
from procurement.services.opening import fetched
from procurement.web.access import Page
from procurement.web.context import do, ports
from procurement.web.parts.uploads import attachment


def hand_out(submission: Submission | None, file: str, entry_id: int, frame: dict[str, Any]) -> Page:
    """A file of what was sent, by its name in addresses; 404 without one. That it was fetched, by whom and when, is
    recorded; one that is damaged is shown as that, in the `frame` of its page."""
    lines = [] if submission is None else submission.manifest["files"]
    line = next((each for each in lines if each["ref"] == file), None)
    if line is None:
        abort(404)
    try:
        content = vault.open_file(ports(), line)
    except (FileMissing, VaultRefused):
        return render_template("manage/bids/damaged.html", **frame, line=line), 409
    do(fetched, entry_id, file)
    return attachment(content, line["name"], line["media_type"], line["size"])
