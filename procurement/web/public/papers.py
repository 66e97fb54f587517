"""The blank form of a stage, to be downloaded and written into."""

from flask import Blueprint, Response, abort, request

from procurement.models.calls import Call
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.rules.papers import blank_form_of, forms_of
from procurement.rules.permissions import Permission
from procurement.web import context
from procurement.web.access import allow
from procurement.web.context import now
from procurement.web.parts.blank_forms import MEDIA_TYPE, About, blank_form_docx
from procurement.web.parts.uploads import attachment
from procurement.web.public.call_texts import beginning
from procurement.web.public.calls import load

pages = Blueprint("papers", __name__)


@pages.get("/calls/<ref>/form.docx", defaults={"stage": ""})
@pages.get("/calls/<ref>/stages/<stage>/form.docx")
@allow(Permission.CALL_READ, load)
def form(call: Call, ref: str, stage: str) -> Response:
    """Of the stage that is named; else of that in which an application begins. As the newest version says it."""
    session = context.session()
    stages = stages_queries.of_call(session, call.id)
    draft, version = calls_queries.draft_of(session, call, stages), calls_queries.newest_version(session, call.id)
    key = stage or beginning(stages, now()).key
    asked = next((each for each in stages if each.key == key), None)
    # a further window has the form of the first
    found = next((each for each in forms_of(draft) if asked is not None and each.number == asked.number), None)
    if found is None or version is None:
        abort(404)
    about = About(context.setting("authority_name"), "en", version.published_at)
    content = blank_form_docx(blank_form_of(draft, found, version=version.number), about)
    answer = attachment([content], f"{call.ref}-{found.key}-{version.number}.docx", MEDIA_TYPE, len(content))
    answer.headers["Cache-Control"] = "public, max-age=300"
    answer.set_etag(f"{version.fingerprint[:32]}-{found.key}")
    answer.make_conditional(request)
    return answer
