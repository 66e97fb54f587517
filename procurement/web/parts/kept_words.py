"""What a form that was kept is about, in the words of the page on which it was typed: the question, not its address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from procurement.models.applications import Application
from procurement.queries import applications as applications_queries
from procurement.queries import requests as requests_queries
from procurement.rules.permissions import Permission
from procurement.services.people.unsent_forms import TypedForm
from procurement.web.context import allowed, session

ANSWER = "answer"  # the field of the page of one question
QUESTIONS = frozenset({"apply_questions.save", "apply_files.add"})
ASKED = frozenset({"apply_requests.save", "apply_request_files.add"})


@dataclass(frozen=True)
class About:
    """`of`: the question, and whose answer it is; `labels`: what its fields are called on the page."""

    of: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


def about(typed: TypedForm) -> About:
    """What was typed into, where it is a question that whoever asks may read; nothing for any other page."""
    endpoint, parts = page_at(typed.path, "POST")
    if endpoint in QUESTIONS:
        entry = applications_queries.find_entry(session(), parts["ref"], "")
        if entry is None or not allowed(Permission.APPLICATION_READ, entry):
            return About()
        form = applications_queries.questions_of(session(), entry.stage_id)
        found = next((each.text for each in form if each.key == parts["key"]), "")
        return _answer(found, entry.application)
    if endpoint in ASKED:
        task = requests_queries.find(session(), parts["ref"], parts["number"])
        if task is None or not allowed(Permission.APPLICATION_READ, task):
            return About()
        form = requests_queries.form_of(task)
        found = form[parts["place"] - 1].text if 0 < parts["place"] <= len(form) else ""
        return _answer(found, task.entry.application)
    return About()


def _answer(question: str, application: Application) -> About:
    if not question:
        return About()
    of = _(
        "Your answer to “%(question)s” in %(call)s (%(ref)s)",
        question=question,
        call=application.call.title,
        ref=application.ref,
    )
    return About(of, {ANSWER: question})


def page_at(path: str, method: str = "GET") -> tuple[str, Mapping[str, Any]]:
    """The page at an address of ours, and the parts of the address; nothing where there is none any more."""
    try:
        endpoint, parts = current_app.url_map.bind("").match(path.partition("?")[0], method=method)
    except (HTTPException, RequestRedirect):
        return "", {}
    return str(endpoint), parts
