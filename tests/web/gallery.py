"""A tiny app that shows every component once: what the tests of the look are made of."""
import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from flask import Flask, render_template, request
from flask_babel import Babel
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader, StrictUndefined

from procurement.config import HOUSE
from procurement.web import filters
from procurement.web.forms import fields
from procurement.web.forms.base import PageForm

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
NOW = datetime(2027, 3, 10, 8, 12, tzinfo=UTC)
CLOSES = datetime(2027, 3, 12, 12, tzinfo=UTC)

# one example of each name in templates/_components/ui.html
EXAMPLES = {
    "button": "{{ ui.button('Save and continue') }}{{ ui.button('Save', kind='secondary', name='go', value='list') }}",
    "link_button": "{{ ui.link_button('Sign in', '/sign-in', kind='secondary') }}",
    "start_button": "{{ ui.start_button('Start application', '/start') }}",
    "button_group": "{% call ui.button_group() %}{{ ui.button('Send') }}{{ ui.link('Cancel', '/') }}{% endcall %}",
    "link": "{{ ui.link('Change', '/change', about='the budget') }}",
    "post_button": "{{ ui.post_button('Remove', '/remove', about='plan.pdf') }}",
    "back_link": "{{ ui.back_link('/back') }}",
    "breadcrumbs": "{{ ui.breadcrumbs([('Home', '/'), {'text': 'Calls', 'href': '/calls'}, ('Cleaner air',)]) }}",
    "tabs": "{{ ui.tabs([{'text': 'All', 'href': '/a', 'current': true}, {'text': 'Questions', 'href': '/q', 'count': 12}]) }}",
    "contents": "{{ ui.contents([('Who can apply', '#who'), ('Money', '#money')]) }}",
    "pagination": "{{ ui.pagination([{'number': 1, 'href': '?p=1'}, none, {'number': 7, 'href': '?p=7', 'current': true}],"
    " previous='?p=6', next='?p=8') }}",
    "fieldset": "{% call ui.fieldset('Your firm', hint='As registered', errors=['Say who you are'], id='firm') %}"
    "<p class='govuk-body'>…</p>{% endcall %}",
    "input": "{{ ui.input('town', 'Town', 'Sparkbrook', hint='Where you work', errors=['Enter a town'], width=20,"
    " suffix='UK') }}",
    "money_input": "{{ ui.money_input('budget', 'Budget', '25,000') }}",
    "number_input": "{{ ui.number_input('people', 'People', 12, suffix='people') }}",
    "email_input": "{{ ui.email_input('email', 'Email address') }}",
    "password_input": "<form>{{ ui.password_input('password', 'Password') }}</form>",
    "textarea": "{{ ui.textarea('problem', 'The problem', 'one two', limit=500, words=2) }}"
    "{{ ui.textarea('comment', 'Comment', limit=150, least=20) }}{{ ui.textarea('note', 'Note') }}",
    "radios": "{{ ui.radios('mark', 'Mark', [('0', '0 – nothing'), ('3', '3 – good', 'Most of it'), 'or', {'value': '5',"
    " 'text': '5 – excellent', 'reveal': ui.input('why', 'Why?')}], value='3', hint='In words', errors=['Choose a mark']) }}",
    "checkboxes": "{{ ui.checkboxes('theme', 'Theme', [('m', 'Mobility'), ('h', 'Health', 'and care')], values=['h']) }}",
    "checkbox": "{{ ui.checkbox('agree', 'I agree', errors=['Confirm that you agree']) }}",
    "select": "{{ ui.select('ward', 'Ward', [('', 'Choose'), ('n', 'North')], value='n') }}",
    "date_input": "{{ ui.date_input('start', 'Start', {'day': '12', 'month': '3', 'year': '2027'}) }}",
    "date_time_input": "{{ ui.date_time_input('closes', 'Closes', {'time': '12 noon'}, errors=['Enter a day'],"
    " wrong=('day',)) }}",
    "file_upload": "{{ ui.file_upload('plan', 'Your plan', hint='A PDF of at most 50 MB', accept='.pdf') }}",
    "hidden": "<form>{{ ui.hidden('version', 3) }}</form>",
    "post_form": "{% call ui.post_form(action='/save') %}{{ ui.button('Save') }}{% endcall %}",
    "search": "{{ ui.search('/awards', label='Search awards', value='air', keep={'year': '2027'}) }}",
    "error_summary": "{{ ui.error_summary([('Enter a town', '#town'), {'text': 'Two firms share a number'}]) }}",
    "notification_banner": "{{ ui.notification_banner('Saved', kind='success', id='saved') }}"
    "{% call ui.notification_banner(id='moved') %}<p class='govuk-body'>The deadline has moved.</p>{% endcall %}",
    "panel": "{{ ui.panel('Application submitted', 'Your reference', 'TT-7K3M-42') }}",
    "inset": "{{ ui.inset('Closes soon', kind='deadline') }}",
    "warning": "{{ ui.warning('You cannot change this later') }}",
    "details": "{% call ui.details('What assessors look for') %}<p class='govuk-body'>A plan.</p>{% endcall %}",
    "empty_state": "{{ ui.empty_state('You have no applications', 'None is started.', ('Find funding', '/calls')) }}",
    "reasons": "{{ ui.reasons(['It is closed.', ('Two answers are missing.', '/answers')], title='Why') }}",
    "progress": "{{ ui.progress('12 of 40 letters are made', 12, 40) }}",
    "save_status": "{{ ui.save_status('Saved at 10:42am') }}",
    "summary_list": "{{ ui.summary_list([('Budget', '£1'), ('Who', 'Firms', ('Change', '/who', 'who')), {'key': 'Contact',"
    " 'value': none, 'actions': [('Change', '/c', 'contact'), ('Remove', '/r', 'contact')]}]) }}",
    "summary_card": "{{ ui.summary_card('Costs', [('Staff', '£120,000', ('Change', '/staff', 'staff'))],"
    " actions=[('Edit', '/edit')]) }}",
    "tag": "{% for colour in ('', 'grey', 'green', 'teal', 'purple', 'red', 'orange', 'yellow', 'magenta', 'blue') %}"
    "{{ ui.tag('Word', colour) }}{% endfor %}",
    "status": "{{ ui.status('in_assessment') }}{{ ui.status('never_heard_of') }}",
    "task_list": "{{ ui.task_list([{'title': 'Your proposal', 'tasks': [{'text': 'Describe the problem', 'href': '/p',"
    " 'status': 'in_progress', 'hint': 'Worth 20%'}, {'text': 'Costs', 'href': '/c', 'status': 'completed'},"
    " {'text': 'Submit', 'status': 'cannot_start_yet'}]}]) }}",
    "phase_strip": "{{ ui.phase_strip([{'text': 'Published', 'state': 'done', 'when': '1 March'}, {'text': 'Open', 'state':"
    " 'current'}, {'text': 'Decision', 'state': 'later'}]) }}",
    "timeline": "{{ ui.timeline([{'title': 'Published', 'when': 'Monday', 'state': 'past', 'by': 'Sam'}, {'title': 'Closes',"
    " 'when': 'Friday', 'state': 'next', 'text': 'At noon'}]) }}",
    "card": "{{ ui.card('Warm homes', '/card', text='Forty houses.', facts=[('Money', '£320,000')], status=ui.status('open'),"
    " meta='Fund') }}",
    "big_numbers": "{{ ui.big_numbers([('£1.5m', 'to award'), {'number': '71%', 'text': 'small firms', 'href': '/a'}]) }}",
    "bullets": "{{ ui.bullets(['One', 'Two']) }}",
    "chips": "{{ ui.chips([{'group': 'Theme', 'text': 'Mobility', 'href': '?'}], clear='?') }}",
    "filter_panel": "{% call ui.filter_panel('/calls', chosen=[], keep={'sort': 'new'}) %}{{ ui.input('words', 'Words') }}"
    "{% endcall %}",
    "table": "{{ ui.table('Ranking', [{'text': 'Rank', 'numeric': true}, {'text': 'Firm', 'sort': '?s', 'direction':"
    " 'ascending'}, {'text': 'Act', 'hidden': true}], [(1, 'Acme', ui.link('Open', '/1')), (2, none, '–')], foot=['Total',"
    " '', '']) }}{{ ui.table('Nothing', ['A', 'B'], empty='Nothing is here yet.') }}",
    "line_row": "{% call ui.table('With a line', ['A', 'B']) %}{{ ui.line_row('£1,500,000 budget', 2) }}{% endcall %}",
    "bars": "{{ ui.bars('money', 'Small firms got most', [('Small', 640, '£6.4m'), {'label': 'Large', 'value': 210, 'text':"
    " '£2.1m', 'series': 1}], 'Kind', 'Awarded', line={'value': 300, 'text': 'Target'}, csv='/x.csv') }}"
    "{{ ui.bars('none', 'Nobody got anything', [('Small', 0)], 'Kind', 'Awarded') }}",
    "text_diff": "{{ ui.text_diff('ten near the school'|text_diff('twelve near the school gate')) }}",
    "typed_text": "{{ ui.typed_text('First\\n\\nبرمنگھم') }}{{ ui.typed_text('') }}",
    "digest": "{{ ui.digest('9f86d081884c7d65', 'Digest (SHA-256)', id='d') }}",
    "download": "{{ ui.download('Receipt', '/receipt.pdf', size=43210, about='for Warm homes') }}",
    "moment": "{{ ui.moment(closes, left=now) }}",
}


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
    app = Flask("gallery", root_path=str(HOUSE), static_folder="static/build", static_url_path="/static")
    pages = {"gallery.html": _page("".join(_titled(name) for name in EXAMPLES if name != "panel"))}
    pages |= {f"{name}.html": _page(example) for name, example in EXAMPLES.items()}
    pages["form.html"] = _page(
        "{% call ui.post_form(form, files=true, autosave='/autosave') %}{% for field in form if field.type not in"
        " ('VersionField', 'CSRFTokenField') %}{{ field }}{% endfor %}{{ ui.save_status() }}{{ ui.button('Save') }}{% endcall %}"
    )
    app.jinja_loader = ChoiceLoader([FileSystemLoader(HOUSE / "templates"), DictLoader(pages)])  # type: ignore[assignment]
    app.secret_key = "for tests"
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["asset"] = _asset
    app.config["TESTING"] = True
    Babel(app)
    CSRFProtect(app)
    filters.install(app)
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
        stale = SimpleNamespace(yours={"answer": "ours <b>"}, theirs={"answer": "theirs"}, version=8, saved_by="Sam Lee")
        return render_template(f"errors/{name}.html", stale=stale, reasons=["It is closed."], incident="1f2e")

    @app.after_request
    def strict(response: Any) -> Any:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return app


def _asset(name: str) -> str:
    names = json.loads((HOUSE / "static" / "build" / "manifest.json").read_text())
    return f"/static/{names[name]}"


def _everywhere() -> dict[str, Any]:
    site = {"service_name": "Thousand Trades", "authority_name": "Birmingham", "demo": True, "idle_minutes": 60,
            "clock_offset_text": "The clock is ahead.", "help_email": "help@example.org", "help_phone": "0121 496 0000"}  # fmt: skip
    nav = [{"text": "Calls", "href": "/calls", "current": True}, {"text": "Awards", "href": "/awards"}]
    return {"site": site, "nav": nav, "principal": SimpleNamespace(signed_in=True, name="Priya Kaur")}


def _page(content: str) -> str:
    heading = "" if "ui.panel" in content else '<h1 class="govuk-heading-l">Gallery</h1>'
    return (
        '{% extends "layout.html" %}{% block title %}Gallery{% endblock %}{% block section %}Looks{% endblock %}'
        f"{{% block content %}}{heading}{content}{{% endblock %}}"
    )


def _titled(name: str) -> str:
    return f'<h2 class="govuk-heading-m">{name.replace("_", " ").capitalize()}</h2>{EXAMPLES[name]}'
