"""Asking applicants to complete or explain what they sent: from an opened bid, with a preview; what came back."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from procurement.models.applications import Entry
from procurement.models.stages import Stage
from procurement.queries import opening as opening_queries
from procurement.queries import requests as requests_queries
from procurement.rules.calls import mark
from procurement.rules.permissions import Permission
from procurement.rules.requests import (
    LEAST_WORKING_HOURS,
    LONGEST_QUESTION,
    MOST_ASKED,
    MOST_QUESTIONS,
    Asked,
    RequestKind,
    earliest_closing,
    faults,
    offered_kinds,
    usual_kind,
    working_time,
)
from procurement.services import requests
from procurement.services.refusal import Refusal
from procurement.web import context
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, now, ports, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import (
    ChoiceField,
    DateTimePartsField,
    ManyChoicesField,
    TextField,
    VersionField,
    WordLimitedText,
)
from procurement.web.manage.loading import frame, load_entry, load_stage
from procurement.web.parts.message_texts import lines_of

pages = Blueprint("manage_requests", __name__, url_prefix="/manage/calls/<ref>/stages/<stage>")


def _text() -> TextField:
    return TextField(_l("Question"), most=LONGEST_QUESTION)


def _kind() -> ChoiceField:
    return ChoiceField(_l("What the answer is"), select=True)


class AskForm(PageForm):
    kind = ChoiceField(_l("Why do you ask?"), missing=_l("Choose why you ask"))
    text = WordLimitedText(
        _l("What is missing or unclear?"), missing=_l("Write what is missing or unclear"), limit=MOST_ASKED, rows=5
    )
    question_1, answer_1 = _text(), _kind()
    question_2, answer_2 = _text(), _kind()
    question_3, answer_3 = _text(), _kind()
    question_4, answer_4 = _text(), _kind()
    question_5, answer_5 = _text(), _kind()
    closes_at = DateTimePartsField(
        _l("Until when can it be answered?"),
        missing=_l("Enter until when it can be answered"),
        description=_l("UK time"),
    )
    others = ManyChoicesField(_l("Whom else do you ask the same?"))
    seen = VersionField()

    @property
    def questions(self) -> tuple[tuple[str, str], ...]:
        """Those that are written, with the kind of answer of each."""
        rows = [(self[f"question_{place}"].data, self[f"answer_{place}"].data or "") for place in self.places]
        return tuple((text, kind) for text, kind in rows if text)

    @property
    def places(self) -> range:
        return range(1, MOST_QUESTIONS + 1)


@pages.get("/requests")
@allow(Permission.BIDS_READ, load_stage)
def of_stage(stage_row: Stage, ref: str, stage: str) -> Page:
    """Everything that was asked in a stage, and which reviews wait for an answer."""
    found = requests_queries.of_stage(session(), stage_row.id)
    return render_template(
        "manage/requests/stage.html",
        **frame(stage_row),
        asked=[each for each in found if each.kind != RequestKind.REVIEW or each.answered_at is not None],
        reviews=requests_queries.reviews_waiting(session(), stage_row.id),
    )


@pages.get("/bids/<bid>/requests")
@allow(Permission.BID_READ, load_entry)
def index(entry: Entry, ref: str, stage: str, bid: str) -> Page:
    return render_template(
        "manage/requests/index.html",
        **_of(entry),
        asked=requests_queries.of_entry(session(), entry.id),
        may_ask=bool(_kinds(entry)) and allowed(Permission.REQUEST_ASK, entry),
    )


@pages.get("/bids/<bid>/requests/new")
@allow(Permission.REQUEST_ASK, load_entry)
def new(entry: Entry, ref: str, stage: str, bid: str) -> Page:
    data = {"closes_at": earliest_closing(now()), **{f"answer_{place}": usual_kind().key for place in range(1, 6)}}
    return _ask_page(entry, AskForm(formdata=None, data=data))


@pages.post("/bids/<bid>/requests/new")
@allow(Permission.REQUEST_ASK, load_entry)
def ask(entry: Entry, ref: str, stage: str, bid: str) -> Page:
    """The first press shows what the team would be written; the second, with nothing changed between, asks."""
    form = _with_choices(AskForm(), entry)
    valid = form.sent()
    asked = _asked(form)
    if asked is not None:
        for field, fault in faults(asked, now()):
            name = "question_1" if field == "questions" else field
            if not form[name].errors:
                form.refuse(name, sentence(fault))
    if not valid or asked is None or form.errors:
        return _ask_page(entry, form), REFUSED
    seen = mark(
        {
            name: ",".join(map(str, field.data)) if isinstance(field.data, list) else field.data
            for name, field in form._fields.items()
            if name not in ("seen", "csrf_token")
        }
    )
    if "ask" not in request.form or form.seen.data != seen:
        form.seen.data = seen
        return _ask_page(entry, form, asked)
    entry_ids = [entry.id, *form.others.data]
    try:
        made = do(requests.ask, entry.stage_id, entry_ids, asked)
    except Refusal as refusal:
        for reason in refusal.reasons:
            form.refuse("text", sentence(reason))
        return _ask_page(_again(ref, stage, bid), form), refusal.status
    flash(ngettext("%(num)s team was asked.", "%(num)s teams were asked.", len(made)), "success")
    return redirect(url_for(".index", ref=ref, stage=stage, bid=bid), 303)


# parts


def _of(entry: Entry) -> dict[str, Any]:
    return {**frame(entry.stage), "entry": entry, "application": entry.application}


def _kinds(entry: Entry) -> tuple[RequestKind, ...]:
    """What may be asked about a bid now, as the service will say."""
    if opening_queries.find_proposal(session(), entry.id) is not None:
        return ()
    return requests_queries.askable(entry.stage.call, entry.stage, entry)


def _with_choices(form: AskForm, entry: Entry) -> AskForm:
    words = {
        RequestKind.COMPLETE: (_("Something is missing"), _("A document, a signature, an answer that is cut off")),
        RequestKind.EXPLAIN: (
            _("Something is not clear"),
            _("Two figures that differ, a word with two meanings"),
        ),
    }
    kinds = _kinds(entry)
    form.kind.choices = [(kind.value, *words[kind]) for kind in kinds]
    answers = [(kind.key, sentence(kind.title)) for kind in offered_kinds()]
    for place in form.places:
        field: Any = form[f"answer_{place}"]
        field.choices = answers
    others = requests_queries.same_position(session(), entry, kinds[0]) if kinds else []
    form.others.coerce = int
    form.others.offer(
        (str(each.id), f"{each.application.ref} · {each.application.organisation.name}") for each in others
    )
    return form


def _asked(form: AskForm) -> Asked | None:
    """What the form asks, where enough of it can be read."""
    if form.closes_at.data is None or form.kind.data not in set(RequestKind):
        return None
    return Asked(RequestKind(form.kind.data), form.text.data, form.questions, form.closes_at.data)


def _ask_page(entry: Entry, form: AskForm, asked: Asked | None = None) -> str:
    """The form; with `asked`, what the team would be written, and whom else it would go to."""
    subject, body = "", ""
    if asked is not None:
        number = requests_queries.last_number(session(), entry.application_id) + 1
        subject, body = requests.preview(ports(), context.settings(), entry, number, asked)
    closes_at = form.closes_at.data
    return render_template(
        "manage/requests/new.html",
        **_of(entry),
        form=_with_choices(form, entry),
        previewed=asked is not None,
        count=1 + len(form.others.data or ()),
        subject=subject,
        lines=lines_of(body, context.config().base_url, secrets=False),
        working=working_time(now(), closes_at).sentences if closes_at is not None and closes_at > now() else (),
        least=LEAST_WORKING_HOURS,
    )


def _again(ref: str, stage: str, bid: str) -> Entry:
    """The bid after something was refused: what was read before is forgotten."""
    found = load_entry(session(), ref, bid, stage)
    if found is None:
        abort(404)
    return found
