"""What everybody should be able to read about the service: help, how decisions are made, and what is kept."""

from flask import Blueprint, render_template

from procurement.rules.applications import MOST_FILES
from procurement.rules.permissions import Permission
from procurement.web.access import allow
from procurement.web.context import config
from workflows.catalogue import PROCEDURES

pages = Blueprint("pages", __name__)


@pages.get("/help")
@allow(Permission.PUBLIC)
def help_page() -> str:
    return render_template("public/pages/help_page.html", limits=config(), most_files=MOST_FILES)


@pages.get("/how-we-decide")
@allow(Permission.PUBLIC)
def how_we_decide() -> str:
    return render_template("public/pages/how_we_decide.html", procedures=PROCEDURES.values())


@pages.get("/accessibility-statement")
@allow(Permission.PUBLIC)
def accessibility_statement() -> str:
    return render_template("public/pages/accessibility_statement.html")


@pages.get("/privacy")
@allow(Permission.PUBLIC)
def privacy() -> str:
    return render_template("public/pages/privacy.html")


def cookie_names() -> dict[str, str]:
    """What the cookies are called here."""
    prefix = "__Host-" if config().secure else ""
    return {"name": f"{prefix}session", "known": f"{prefix}known"}


@pages.get("/cookies")
@allow(Permission.PUBLIC)
def cookies() -> str:
    return render_template("public/pages/cookies.html", **cookie_names())


@pages.get("/terms")
@allow(Permission.PUBLIC)
def terms() -> str:
    return render_template("public/pages/terms.html")
