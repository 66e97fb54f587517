"""The standing declaration of interests: organisations that one is close to, or that there are none."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from procurement.models.people import Interest
from procurement.queries import assessment as assessment_queries
from procurement.rules.permissions import Permission
from procurement.services import assessment
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.context import do, principal, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED
from procurement.web.parts.addresses import wanted
from procurement.web.parts.interests import chosen_interests

pages = Blueprint("assess_interests", __name__)


@pages.get("/assess/interests")
@allow(Permission.ASSESSOR_HOME)
def show() -> Page:
    return _page()


@pages.post("/assess/interests")
@allow(Permission.ASSESSOR_HOME)
def save() -> Page:
    """The whole declaration at once: every listed organisation with its weight, those to add, or none."""
    given, none = chosen_interests(request.form), request.form.get("none") == "y"
    try:
        ended = do(assessment.declare_interests, given, none=none)
    except Refusal as refused:
        if refused.status != 409:  # noqa: PLR2004  (a role is no matter of this form)
            raise
        return _page([(sentence(reason), "#interests") for reason in refused.reasons], given, none=none), REFUSED
    flash(_("Your declaration was saved."), "success")
    if ended:
        flash(
            ngettext(
                "%(num)s application was taken away from you, because you declared an interest.",
                "%(num)s applications were taken away from you, because you declared an interest.",
                ended,
            )
        )
    return redirect(wanted() or url_for(".show"), 303)


def _page(
    problems: list[tuple[str, str]] | None = None,
    given: dict[int, tuple[str, str]] | None = None,
    *,
    none: bool = False,
) -> str:
    person_id, words = principal().id or 0, request.values.get("q", "").strip()[:200]
    listed: list[Interest] = assessment_queries.interests_of(session(), person_id)
    known = {each.organisation_id for each in listed}
    values = {each.organisation_id: (each.weight, each.note) for each in listed} if given is None else given
    extra = assessment_queries.organisations_by_id(session(), [each for each in values if each not in known])
    found = [
        each for each in assessment_queries.search_organisations(session(), words) if each.id not in {*known, *values}
    ]
    return render_template(
        "assess/interests/show.html",
        organisations=[*(each.organisation for each in listed), *extra],
        values=values,
        found=found,
        words=words,
        none=none,
        declared=assessment_queries.declared_at(session(), person_id),
        onwards=wanted() or "",
        **({"problems": problems} if problems else {}),
    )
