"""The auditor's own start: what happened, what was opened, who was given a role, and whether anything was changed."""

from datetime import timedelta

from flask import Blueprint, render_template
from flask_babel import gettext as _

from procurement.queries import admin as admin_queries
from procurement.queries import audit as audit_queries
from procurement.rules.permissions import Permission
from procurement.web.access import allow
from procurement.web.context import now, session

pages = Blueprint("manage_audit", __name__)
LATELY = timedelta(days=30)


@pages.get("/manage/audit")
@allow(Permission.AUDIT)
def show() -> str:
    since = now() - LATELY
    return render_template(
        "manage/audit/show.html",
        days=LATELY.days,
        busy=audit_queries.busy_calls(session(), since),
        openings=audit_queries.openings(session()),
        changes=audit_queries.role_changes(session()),
        role_words=role_words(),
        events=admin_queries.chain_length(session()),
    )


def role_words() -> dict[str, str]:
    """What each role is called."""
    return {
        "officer": _("officer"),
        "approver": _("approver"),
        "assessor": _("assessor"),
        "auditor": _("auditor"),
        "operator": _("operator"),
    }
