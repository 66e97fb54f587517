"""One question a page: guidance and weight beside it, saved on purpose and by itself, nobody's text overwritten."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from procurement.models.applications import Entry
from procurement.models.people import Organisation
from procurement.queries import applications as applications_queries
from procurement.queries import call_documents as call_documents_queries
from procurement.queries import known_organisations as look_up
from procurement.queries.call_documents import Published
from procurement.queries.own_names import own_of
from procurement.queries.room import room_of
from procurement.rules.applications import MOST_FILES
from procurement.rules.asking import Warned, warnings
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.rules.questions import Purpose, Question, is_blank, is_conditional
from procurement.services import applications
from procurement.services.refusal import Refusal, Stale
from procurement.web.access import Page, allow
from procurement.web.apply import reading
from procurement.web.apply.frame import load_entry, page
from procurement.web.context import do, now, ports
from procurement.web.context import session as reading_session
from procurement.web.filters import listed, sentence, uk_time
from procurement.web.forms.fields import AnswerField
from procurement.web.parts.questions import Asked, counts_towards, tell_on_the_next_page
from procurement.web.parts.uploads import accepted, limits_in_words

pages = Blueprint("apply_questions", __name__, url_prefix="/applications/<ref>")
FIELD, UPLOAD = "answer", "file"
LOOK, USE = "look", "use"  # asks what the service knows like that, and takes one of it
AUTOSAVED = "autosaved"  # what the page's script sent and has no answer to yet; static/js/autosave.js
DRAWN = "draw"  # how many rows of a table are drawn: "r-4" in an address, "draw r-4" on a button
LONGEST_PART = 40  # characters
GONE, CONFLICT = 410, 409


@pages.get("/questions/<key>", defaults={"stage": ""})
@pages.get("/stages/<stage>/questions/<key>")
@allow(Permission.APPLICATION_READ, load_entry)
def show(entry: Entry, ref: str, stage: str, key: str) -> Page:
    return question_page(entry, key)


@pages.post("/questions/<key>")
@allow(Permission.APPLICATION_WRITE, load_entry)
def save(entry: Entry, ref: str, key: str) -> Page:
    """Save, whatever was typed; then on to the next question, back to where one came from, or stay."""
    form = applications_queries.questions_of(reading_session(), entry.stage_id)
    question = next((each for each in form if each.key == key), None)
    before = asked_keys(entry, form)
    typed = typed_answer(question) if question else ""
    try:
        saved = do(
            applications.save_answer, entry.id, key, typed, version=_version(), autosaved=request.form.get(AUTOSAVED)
        )
    except Stale as stale:
        lines = reading.draft(entry)
        line = _line(lines, key)
        return render_template(
            "errors/stale.html", stale=stale, labels={FIELD: line.question.text}, back=request.path
        ), CONFLICT
    except Refusal as refusal:
        if refusal.status != GONE:
            raise
        return page("questions/closed", entry, typed=typed, reasons=refusal.reasons), GONE
    after = asked_keys(entry, form)
    for said in said_of_change(form, before, after):
        flash(said, "success")
    return _onwards(entry, after, key, typed, saved)


@pages.post("/questions/<key>/confirm")
@allow(Permission.APPLICATION_WRITE, load_entry)
def confirm(entry: Entry, ref: str, key: str) -> Page:
    """The answer stands as it is for the amended question; then on to the next one that is affected."""
    try:
        left = sorted(do(applications.confirm_answer, entry.id, key).affected)
    except Refusal as refusal:
        if refusal.status != CONFLICT:
            raise
        again = applications_queries.get_entry(reading_session(), entry.id, fresh=True)
        return question_page(again, key, [sentence(reason) for reason in refusal.reasons]), CONFLICT
    flash(_("Your answer stands as it is."), "success")
    asked = [each.key for each in applications_queries.questions_of(reading_session(), entry.stage_id)]
    following = next((each for each in asked if each in left), "")
    if following:
        return redirect(url_for(".show", ref=ref, key=following), 303)
    return redirect(url_for("apply_submitting.check", ref=ref), 303)


@pages.post("/questions/<key>/autosave")
@allow(Permission.APPLICATION_WRITE, load_entry)
def autosave(entry: Entry, ref: str, key: str) -> Page:
    """The same for a script: {version, saved_at, words, problems}; 409 when somebody else has saved."""
    typed, version = request.form.get("value", ""), _version()
    form = applications_queries.questions_of(reading_session(), entry.stage_id)
    before = asked_keys(entry, form)
    if request.form.get("field") != FIELD:
        return jsonify(detail=_("There is no such field.")), 404
    try:
        saved = do(
            applications.save_answer, entry.id, key, typed, version=version, autosaved=request.form.get(AUTOSAVED)
        )
    except Refusal as refusal:
        return jsonify(detail=" ".join(sentence(reason) for reason in refusal.reasons)), refusal.status
    return jsonify(
        version=saved.version,
        saved_at=uk_time(saved.saved_at),
        words=saved.words,
        complete=saved.complete,
        warnings=[sentence(each.sentence) for each in _warned(entry, key, typed)],
        **_after(entry, form, key, before),
        problems=[] if is_blank(typed) else [sentence(problem) for problem in saved.problems],
    )


def asked_keys(entry: Entry, form: Sequence[Question]) -> list[str]:
    """The keys of the questions that a draft is asked now."""
    if not is_conditional(form):
        return [each.key for each in form]
    return [line.question.key for line in reading.draft(entry)]


def said_of_change(form: Sequence[Question], before: Sequence[str], after: Sequence[str]) -> list[str]:
    """What an answer changed of what is asked, in sentences."""
    names = {each.key: each.name for each in form}
    added = [f"“{names[key]}”" for key in after if key not in before]
    gone = [f"“{names[key]}”" for key in before if key not in after]
    said = []
    if added:
        text = ngettext(
            "Because of your answer one more question is asked: %(names)s.",
            "Because of your answer %(num)s more questions are asked: %(names)s.",
            len(added),
            names=listed(added),
        )
        said.append(text)
    if gone:
        text = ngettext(
            "Because of your answer one question is asked no more: %(names)s. What you wrote there is kept, "
            "and is not sent.",
            "Because of your answer %(num)s questions are asked no more: %(names)s. What you wrote there is "
            "kept, and is not sent.",
            len(gone),
            names=listed(gone),
        )
        said.append(text)
    return said


def _after(entry: Entry, form: Sequence[Question], key: str, before: Sequence[str]) -> dict[str, Any]:
    """For the page's script: what an answer changed of what is asked, and which question comes next."""
    if not is_conditional(form):
        return {}
    after = asked_keys(entry, form)
    place = after.index(key) + 1 if key in after else len(after)
    following = url_for(".show", ref=entry.application.ref, key=after[place]) if place < len(after) else ""
    return {"changed": said_of_change(form, before, after), "following": following}


def question_page(entry: Entry, key: str, problems: list[str] | None = None) -> str:
    """The page of one question; `problems` are about what was just sent (a file that is not taken)."""
    lines = reading.draft(entry)
    if _is_hidden(entry, lines, key):
        return page("questions/hidden", entry, key=key)
    line = _line(lines, key)
    place = lines.index(line)
    own = [] if line.value is None and not line.files else [sentence(each) for each in line.checked.problems]
    field = replace(
        answer_field(line, [*(problems or []), *own]), found=found_for(line, entry.application.organisation)
    )
    criteria = applications_queries.criteria_of(reading_session(), entry.stage_id)
    return page(
        "questions/show",
        entry,
        line=line,
        place=place + 1,
        total=len(lines),
        following=lines[place + 1].question.key if place + 1 < len(lines) else "",
        before=lines[place - 1].question.key if place else "",
        criterion=criteria.get(line.question.criterion),
        counts=counts_towards(criteria, [each.question for each in lines]).get(key, ""),
        field=field,
        templates=_templates(entry, line.question),
        room=room_of(entry).words() if line.question.purpose is Purpose.AMOUNT else None,
        warned=[sentence(each.sentence) for each in _foretold(entry, line.question, line.value)],
        problems=[(text, f"#{field.name}") for text in problems or []],
        returning="check" if request.values.get("from") == "check" else "",
        most_files=MOST_FILES,
    )


def typed_answer(question: Question) -> str:
    """What was typed into the inputs of a question, or chosen of what the service found for it."""
    if question.kind.looks_up and USE in request.form and FIELD not in request.form:
        return request.form[USE]
    return question.kind.typed(request.form, FIELD)


def found_for(line: Asked, own: Organisation) -> list[tuple[str, str]] | None:
    """What the service knows like an answer that was typed: what was published, and the applicant's own; None where
    nobody asked for it."""
    question = line.question
    if not question.kind.looks_up or LOOK not in request.args or line.value is None:
        return None
    found = look_up.known_like(reading_session(), line.typed, own)
    return [(stored, " – ".join(map(sentence, question.kind.parts(question, stored)))) for stored in found]


def _templates(entry: Entry, question: Question) -> list[Published]:
    """What is to be downloaded, filled in and uploaded again at a question."""
    if not question.kind.uploads:
        return []
    published = call_documents_queries.published_of(reading_session(), entry.call_id, now())
    return call_documents_queries.templates_of(published, entry.stage).get(question.key, [])


def _warned(entry: Entry, key: str, typed: str) -> tuple[Warned, ...]:
    """What an answer that was typed is warned about: an amount above what there is, a condition that it does not
    meet."""
    form = applications_queries.questions_of(reading_session(), entry.stage_id)
    question = next((each for each in form if each.key == key), None)
    if question is None or question.kind.uploads:
        return ()
    return _foretold(entry, question, question.kind.check(question, typed).value)


def _foretold(entry: Entry, question: Question, value: Any) -> tuple[Warned, ...]:
    own = own_of(reading_session(), entry)
    return warnings((question,), {question.key: value}, entry.stage.noun, room_of(entry), own)


def _onwards(entry: Entry, keys: list[str], key: str, typed: str, saved: applications.Saved) -> Page:
    ref = entry.application.ref
    incomplete = bool(saved.problems) and not is_blank(typed)
    if request.form.get("then") == LOOK:
        return redirect(url_for(".show", ref=ref, key=key, look="yes", _anchor=FIELD, **_from()), 303)
    if stays():
        if not incomplete:  # what is wrong stands at the answer: no success beside it
            flash(_("Saved."), "success")
        return redirect(url_for(".show", ref=ref, key=key, **_from(), **one_row_more()), 303)
    box = url_for(".show", ref=ref, key=key, _anchor=FIELD, **_from())
    for each in _warned(entry, key, typed):
        tell_on_the_next_page(sentence(each.sentence), box)
    if incomplete:
        tell_on_the_next_page(_("Saved, but not complete: %(problem)s", problem=sentence(saved.problems[0])), box)
    if request.form.get("from") == "check":
        return redirect(url_for("apply_submitting.check", ref=ref, _anchor=f"q-{key}"), 303)
    place = keys.index(key) + 1 if key in keys else len(keys)
    if place < len(keys):
        return redirect(url_for(".show", ref=ref, key=keys[place]), 303)
    return redirect(url_for("apply_applications.show", ref=ref), 303)


def _from() -> dict[str, Any]:
    return {"from": "check"} if request.form.get("from") == "check" else {}


def _is_hidden(entry: Entry, lines: list[Asked], key: str) -> bool:
    """Whether it is a question of the form that the answers so far do not show."""
    if any(line.question.key == key for line in lines):
        return False
    return any(each.key == key for each in applications_queries.questions_of(reading_session(), entry.stage_id))


def _line(lines: list[Asked], key: str) -> Asked:
    found = next((line for line in lines if line.question.key == key), None)
    if found is None:
        abort(404)
    return found


def answer_field(line: Asked, errors: Sequence[str] = ()) -> AnswerField:
    """What the page of a question is filled in with: its answer as it stands, or the input for one more file."""
    question = line.question
    if question.kind.uploads:
        takes, limits = sentence(question.kind.brief(question)), limits_in_words(ports().file_bytes, question)
        return AnswerField(
            question,
            UPLOAD,
            _("Add another file") if line.files else _("Add a file"),
            hint=_("This question takes %(number)s. %(limits)s.", number=takes, limits=limits),
            errors=list(errors),
            accept=accepted(question),
            alone=True,
        )
    return AnswerField(
        question,
        FIELD,
        question.text,
        value=line.typed,
        words=line.checked.words if line.answered else None,
        errors=list(errors),
        alone=True,
        drawn=request.args.get(DRAWN, ""),
    )


def stays() -> bool:
    """Whether the page is to be shown again: it was asked for, or for one more row of its table."""
    return request.form.get("then", "").startswith(("stay", DRAWN)) or USE in request.form


def one_row_more() -> dict[str, Any]:
    """The part of a table of which one more row was asked for, and how many there are to be, as its page takes it."""
    asked, __, drawn = request.form.get("then", "").partition(" ")
    part, __, count = drawn.rpartition("-")
    return {DRAWN: drawn, "_anchor": f"{FIELD}-{part}{count}"} if asked == DRAWN and len(drawn) <= LONGEST_PART else {}


def _version() -> int:
    """The version that the page was made from; one that makes no sense is always stale."""
    version = whole_number(request.form.get("version", ""))
    return -1 if version is None else version
