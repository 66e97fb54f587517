"""The papers of a call, asked for with each version of it: its prospectus, and the blank form of each stage."""

from procurement.models.calls import Call, CallVersion
from procurement.queries import installation as installation_queries
from procurement.rules import papers
from procurement.rules.calls import Draft
from procurement.services import about, documents
from procurement.services.act import Act


def make_papers(act: Act, call: Call, draft: Draft, version: CallVersion) -> None:
    """Ask for the papers of a version: what they say is frozen with it."""
    authority = installation_queries.settings(act.session, act.today)["authority_name"]
    prospectus = papers.prospectus_of(draft, version, published_at=call.published_at or act.now, authority=authority)
    forms = [
        documents.Wanted(
            "blank_form",
            f"blank_form:{call.id}:{stage.key}:{version.number}",
            papers.blank_form_of(draft, stage, version=version.number),
            call.ref,
            about.call(call),
        )
        for stage in papers.forms_of(draft)
    ]
    whole = documents.Wanted(
        "prospectus", f"prospectus:{call.id}:{version.number}", prospectus, call.ref, about.call(call)
    )
    documents.request_all(act, [whole, *forms], whole=True)
