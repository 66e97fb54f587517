"""A tiny app that shows every component once: what the tests of the look are made of."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, render_template, request
from flask_babel import Babel
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader, StrictUndefined

from procurement.config import PROJECT_ROOT
from procurement.web import filters, time_left
from procurement.web.forms import fields
from procurement.web.forms.base import PageForm

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
NOW = datetime(2027, 3, 10, 8, 12, tzinfo=UTC)
CLOSES = datetime(2027, 3, 12, 12, tzinfo=UTC)

# one example of each name in templates/_components/ui.html, after its name in a comment
_WRITTEN = re.split(r"\{# (\w+) #\}\n", Path(__file__).with_name("examples.html").read_text())[1:]
EXAMPLES = dict(zip(_WRITTEN[::2], _WRITTEN[1::2], strict=True))


class Sample(PageForm):
    """One field of each type."""

    title = fields.TextField("Title", missing="Enter the title", most=80, description="Up to 80 characters")
    email = fields.EmailField("Email address", missing="Enter your email address")
    secret = fields.SecretField("Password", missing="Enter your password")
    problem = fields.WordLimitedText("The problem", limit=5, least=2)
    answer = fields.WordLimitedText("The answer", limit=5, savable=True)
    amount = fields.MoneyField("Amount", missing="Enter the amount", most=100_000)
    people = fields.WholeNumberField("People", most=250)
    kind = fields.ChoiceField("Kind", choices=[("a", "Firm"), ("b", "Charity", "Any")], missing="Select the kind")
    vat = fields.YesNoField("VAT", missing="Select yes if you are registered")
    themes = fields.ManyChoicesField("Themes", choices=[("m", "Mobility"), ("h", "Health")], missing="Select a theme")
    ward = fields.ChoiceField("Ward", choices=[("", "Choose"), ("n", "North")], select=True)
    start = fields.DatePartsField("Start", missing="Enter the day")
    closes = fields.DateTimePartsField("Closes", missing="Enter when it closes")
    agree = fields.TickField("I agree", missing="Confirm that you agree")
    plan = fields.FileField("Plan", missing="Choose a file", accept=".pdf")
    version = fields.VersionField()


def make_app() -> Flask:
    """The components under the frame of the house, with a strict policy and strict templates."""
    app = Flask("gallery", root_path=str(PROJECT_ROOT), static_folder="static/build", static_url_path="/static")
    pages = {"gallery.html": _page("".join(_titled(name) for name in EXAMPLES if name != "panel"))}
    pages |= {f"{name}.html": _page(example) for name, example in EXAMPLES.items()}
    pages["form.html"] = _page(
        "{% call ui.post_form(form, files=true, autosave='/autosave') %}{% for field in form if field.type not in"
        " ('VersionField', 'CSRFTokenField') %}{{ field }}{% endfor %}{{ ui.save_status() }}{{ ui.button('Save') }}"
        "{% endcall %}"
    )
    app.jinja_loader = ChoiceLoader([FileSystemLoader(PROJECT_ROOT / "templates"), DictLoader(pages)])
    app.secret_key = "for tests"
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["asset"] = _asset
    app.config["TESTING"] = True
    Babel(app)
    CSRFProtect(app)
    filters.install(app)
    time_left.install(app)
    app.context_processor(_everywhere)
    app.extensions["saved"] = []

    @app.get("/show/<name>")
    def show(name: str) -> str:
        return render_template(f"{name}.html", now=NOW, closes=CLOSES)

    @app.route("/form", methods=["GET", "POST"])
    def form() -> str:
        sample = Sample(data={"version": 3, "amount": None, "closes": CLOSES})
        return "sent" if sample.sent() else render_template("form.html", form=sample)

    @app.post("/autosave")
    def autosave() -> dict[str, Any]:
        app.extensions["saved"].append((request.form["field"], request.form["value"], request.form["version"]))
        return {"version": int(request.form["version"]) + 1, "saved_at": "10:42am"}

    @app.route("/errors/<name>", methods=["GET", "POST"])
    def errors(name: str) -> str:
        texts = {"yours": {"answer": "ours <b>"}, "theirs": {"answer": "theirs"}}
        stale = SimpleNamespace(**texts, version=8, saved_by="Sam Lee")
        return render_template(
            f"errors/{name}.html",
            stale=stale,
            reasons=["It is closed."],
            incident="1f2e",
            error=SimpleNamespace(most=65_536, retry_after=60),
        )

    @app.after_request
    def strict(response: Any) -> Any:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return app


def _asset(name: str) -> str:
    names = json.loads((PROJECT_ROOT / "static" / "build" / "manifest.json").read_text())
    return f"/static/{names[name]}"


def _everywhere() -> dict[str, Any]:
    site = {
        "service_name": "Thousand Trades",
        "authority_name": "Birmingham",
        "demo": True,
        "idle_minutes": 60,
        "clock_offset_text": "The clock is ahead.",
        "help_email": "help@example.org",
        "help_phone": "0121 496 0000",
    }
    nav = [{"text": "Calls", "href": "/calls", "current": True}, {"text": "Awards", "href": "/awards"}]
    return {
        "site": site,
        "nav": nav,
        "principal": SimpleNamespace(signed_in=True, name="Priya Kaur", roles={"officer"}),
    }


def _page(content: str) -> str:
    heading = "" if "ui.panel" in content else '<h1 class="govuk-heading-l">Gallery</h1>'
    return (
        '{% extends "layout.html" %}{% block title %}Gallery{% endblock %}{% block section %}Looks{% endblock %}'
        f"{{% block content %}}{heading}{content}{{% endblock %}}"
    )


def _titled(name: str) -> str:
    return f'<h2 class="govuk-heading-m">{name.replace("_", " ").capitalize()}</h2>{EXAMPLES[name]}'
