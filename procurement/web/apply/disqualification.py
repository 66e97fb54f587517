"""What the team of a disqualified application, or of a disregarded tender, reads: the ground, what was found, the
letter, and what it can do."""

from flask import Blueprint, abort

from procurement.models.applications import Entry
from procurement.queries import disqualifications as disqualifications_queries
from procurement.queries import documents as documents_queries
from procurement.rules.disqualification import heading, said
from procurement.rules.permissions import Permission
from procurement.web.access import Page, allow
from procurement.web.apply.frame import load_entry, page
from procurement.web.apply.outcome import offered
from procurement.web.context import session
from procurement.web.filters import sentence

pages = Blueprint("apply_disqualification", __name__, url_prefix="/applications/<ref>")


@pages.get("/disqualification")
@allow(Permission.APPLICATION_READ, load_entry)
def show(entry: Entry, ref: str) -> Page:
    found = disqualifications_queries.find_approved(session(), entry.application_id)
    if found is None:
        abort(404)
    letter = documents_queries.documents_of_stage(session(), found.entry.stage_id, ("disqualification_letter",))
    return page(
        "disqualification/show",
        entry,
        found=found,
        review=offered(entry),
        heading=sentence(heading(found.ground)),
        ground=" ".join(str(sentence(each)) for each in said(found.ground, found.paragraph, found.heard)),
        letter=next((each for each in letter if each.application_id == entry.application_id), None),
    )
