"""Before content: whose application it is, and the answer to it. A conflict leaves nothing behind."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from procurement.models.assessment import Assignment
from procurement.queries import assessment as assessment_queries
from procurement.queries import calls as calls_queries
from procurement.rules.assessment import DECLINE_REASONS
from procurement.rules.dossier import neutral_name
from procurement.rules.permissions import Permission
from procurement.services import assessment
from procurement.web.access import Page, allow
from procurement.web.context import do, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, WordLimitedText
from workflows.catalogue import states

pages = Blueprint("assess_assignments", __name__)


class RespondForm(PageForm):
    answer = ChoiceField(
        _l("Can you assess this application?"),
        missing=_l("Select whether you accept, decline or have an interest"),
        choices=[
            ("accept", _l("Yes, and I have no interest in it")),
            ("decline", _l("No")),
            ("conflict", _l("I have an interest in it")),
        ],
    )


class BlindForm(PageForm):
    """Of a stage that is read without names: an interest is in an organisation, and is declared on the list of all."""

    answer = ChoiceField(
        _l("Can you assess this application?"),
        missing=_l("Select whether you accept or decline"),
        choices=[("accept", _l("Yes, and I have no close interest in any of them")), ("decline", _l("No"))],
    )


class DeclineForm(PageForm):
    reason = ChoiceField(_l("Why can you not assess it?"), missing=_l("Select a reason"))
    words = WordLimitedText(_l("Anything else the officers should know"), limit=100, rows=3)


class ConflictForm(PageForm):
    words = WordLimitedText(_l("What is your interest?"), missing=_l("Say what your interest is"), limit=100, rows=4)


def load(session: Session, ref: str, **_: object) -> Assignment | None:
    """A cancelled call is assessed by nobody."""
    found = assessment_queries.find_assignment(session, ref)
    return None if found is None or found.entry.stage.call.state in states.call.cancelled else found


@pages.get("/assess/assignments/<ref>")
@allow(Permission.ASSIGNMENT_READ, load)
def show(assignment: Assignment, ref: str) -> Page:
    if assignment.state in states.assignment.reading:
        return redirect(url_for("assess_scorecards.begin", ref=ref), 303)
    return _page(assignment, _respond_form(assignment))


@pages.post("/assess/assignments/<ref>")
@allow(Permission.ASSIGNMENT_RESPOND, load)
def respond(assignment: Assignment, ref: str) -> Page:
    form, assignment_id = _respond_form(assignment), assignment.id
    if not form.sent():
        return _page(assignment, form), REFUSED
    if form.answer.data == "accept":
        do(assessment.accept, assignment_id)
        return redirect(url_for("assess_scorecards.begin", ref=ref), 303)
    return redirect(url_for(".ask_to_decline" if form.answer.data == "decline" else ".ask_for_conflict", ref=ref), 303)


@pages.get("/assess/assignments/<ref>/decline")
@allow(Permission.ASSIGNMENT_RESPOND, load)
def ask_to_decline(assignment: Assignment, ref: str) -> Page:
    return _decline(assignment, _decline_form())


@pages.post("/assess/assignments/<ref>/decline")
@allow(Permission.ASSIGNMENT_RESPOND, load)
def decline(assignment: Assignment, ref: str) -> Page:
    form, assignment_id = _decline_form(), assignment.id
    if form.sent() and form.reason.data == "other" and not (form.words.data or "").strip():
        form.refuse("words", _("Say what the reason is"))
    if form.errors or not form.is_submitted():
        return _decline(assignment, form), REFUSED
    code, words = form.reason.data, form.words.data or ""
    do(assessment.decline, assignment_id, code, words)
    flash(_("You have declined. Thank you for telling us."), "success")
    return redirect(url_for("assess_queue.index"), 303)


@pages.get("/assess/assignments/<ref>/conflict")
@allow(Permission.ASSIGNMENT_RESPOND, load)
def ask_for_conflict(assignment: Assignment, ref: str) -> Page:
    if _is_unread(assignment):
        return redirect(_list_of(assignment), 303)
    return _conflict(assignment, ConflictForm())


@pages.post("/assess/assignments/<ref>/conflict")
@allow(Permission.ASSIGNMENT_RESPOND, load)
def declare_conflict(assignment: Assignment, ref: str) -> Page:
    if _is_unread(assignment):
        return redirect(_list_of(assignment), 303)
    form, assignment_id = ConflictForm(), assignment.id
    if not form.sent():
        return _conflict(assignment, form), REFUSED
    words = form.words.data
    do(assessment.declare_conflict, assignment_id, words)
    flash(_("You have declared an interest. The application is no longer shown to you."), "success")
    return redirect(url_for("assess_queue.index"), 303)


def _is_unread(assignment: Assignment) -> bool:
    """Whether its answer comes before content in a stage without names: nobody can know then whose it is."""
    return assessment_queries.is_blind(assignment.entry.stage) and assignment.state in states.assignment.invited


def _list_of(assignment: Assignment) -> str:
    """The list of all who applied to its stage, on which interests are declared."""
    stage = assignment.entry.stage
    return url_for("assess_invitations.ask", call_ref=stage.call.ref, stage=stage.key)


def _respond_form(assignment: Assignment) -> RespondForm | BlindForm:
    return BlindForm() if assessment_queries.is_blind(assignment.entry.stage) else RespondForm()


def _decline_form() -> DeclineForm:
    form = DeclineForm()
    form.reason.choices = [(code, sentence(words)) for code, words in DECLINE_REASONS.items()]
    return form


def _facts(assignment: Assignment) -> dict[str, Any]:
    """What is shown before content; of a blind stage only the list of all applicants, linked to nothing."""
    entry, stage = assignment.entry, assignment.entry.stage
    application = entry.application
    blind = assessment_queries.is_blind(stage)
    neutral = neutral_name(entry.number or 0, stage.noun)
    return {
        "assignment_ref": assignment.ref,
        "state": assignment.state,
        "call": stage.call,
        "stage": stage,
        "blind": blind,
        "name": neutral if blind else entry.title or neutral,
        "organisation": "" if blind else application.organisation.name,
        "summary": "" if blind else entry.summary,
        "lot": application.lot if len(calls_queries.lots_of(session(), entry.call_id)) > 1 else None,
        "applicants": [each.name for each in assessment_queries.applicants_of(session(), stage.id)],
        "list_of_all": _list_of(assignment) if _is_unread(assignment) else "",
        "declared": assessment_queries.declared_at(session(), assignment.person_id),
    }


def _page(assignment: Assignment, form: PageForm) -> str:
    declined = assignment.state in states.assignment.declined
    template = "assess/assignments/declined.html" if declined else "assess/assignments/show.html"
    return render_template(template, form=form, **_facts(assignment))


def _decline(assignment: Assignment, form: PageForm) -> str:
    return render_template("assess/assignments/decline.html", form=form, **_facts(assignment))


def _conflict(assignment: Assignment, form: PageForm) -> str:
    return render_template("assess/assignments/conflict.html", form=form, **_facts(assignment))
