"""Messages to the applicants of a call: written from a text to begin with, looked at once more, sent, and kept."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.queries import announcements as announcements_queries
from procurement.queries import calls as calls_queries
from procurement.rules import announcements as rules
from procurement.rules.announcements import Audience
from procurement.rules.permissions import Permission
from procurement.services import announcements
from procurement.services.announcements import Written
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, HiddenField, ManyChoicesField, TextField, WordLimitedText
from procurement.web.manage.loading import load_call

pages = Blueprint("manage_announcements", __name__, url_prefix="/manage/calls/<ref>/messages")


class WriteForm(PageForm):
    """`looked`: the page has shown the message as it would go out; the next press sends it."""

    audience = ChoiceField(_l("To whom?"), missing=_l("Say to whom it goes"))
    chosen = ManyChoicesField(_l("Which of those that were opened?"))
    title = TextField(
        _l("What is it about?"),
        missing=_l("Say what it is about"),
        most=rules.LONGEST_TITLE,
        description=_l("It stands in the subject of the message."),
    )
    text = WordLimitedText(
        _l("The message"),
        missing=_l("Write the message"),
        limit=rules.MOST_WORDS,
        rows=10,
        description=_l(
            "What an applicant needs to know to apply is an answer for everybody instead, under Questions and answers."
        ),
    )
    looked = HiddenField()
    send_it = StringField()  # of the button that sends what was looked at


@pages.get("")
@allow(Permission.CALL_MANAGE, load_call)
def index(call: Call, ref: str) -> Page:
    return render_template(
        "manage/announcements/index.html",
        call=call,
        rows=announcements_queries.of_call(session(), call.id),
        words=_audiences(),
        templates=[(key, sentence(each.name)) for key, each in rules.TEMPLATES.items()],
        may_write=allowed(Permission.ANNOUNCE) and call.published_at is not None,
    )


@pages.get("/new")
@allow(Permission.ANNOUNCE, load_call)
def begin(call: Call, ref: str) -> Page:
    title, text = announcements.beginning(session(), call, request.args.get("template", ""))
    return _show(call, _form(call, WriteForm(formdata=None, data={"title": title, "text": text})))


@pages.post("/new")
@allow(Permission.ANNOUNCE, load_call)
def send(call: Call, ref: str) -> Page:
    """First the message as it would go out, and to how many; the same, sent again from there, goes."""
    form = _form(call, WriteForm())
    if not form.sent():
        return _show(call, form), REFUSED
    title, text = form.title.data or "", form.text.data or ""
    written = Written(Audience(form.audience.data), title, text, form.chosen.data or [])
    if form.send_it.data != "yes":
        try:
            count, form.looked.data = announcements.look(session(), call, written)
        except Refusal as refusal:
            return _refused(call, form, refusal)
        return _show(call, form, count=count)
    call_id, seen = call.id, form.looked.data or ""
    try:
        row = do(announcements.send, call_id, written, seen=seen)
    except Refusal as refusal:
        again = calls_queries.find_call(session(), ref)
        assert again is not None  # noqa: S101  (it was there a moment ago)
        return _refused(again, form, refusal)
    flash(_("Sent to %(count)s.", count=row.count), "success")
    return redirect(url_for(".index", ref=ref), 303)


def _refused(call: Call, form: WriteForm, refusal: Refusal) -> tuple[str, int]:
    """What stands in the way, at what it is about: the words, or to whom they go."""
    said = " ".join(sentence(each) for each in refusal.reasons)
    words = rules.fault(form.title.data or "", form.text.data or "", form.text.words) is not None
    form.refuse("text" if words else "audience", said)
    form.looked.data = ""
    return _show(call, form), refusal.status


def _audiences() -> dict[Audience, str]:
    return {
        Audience.ALL: _("Everybody who is in the running, with a draft too"),
        Audience.DRAFTS: _("Who has begun and not submitted"),
        Audience.SUBMITTED: _("Who has submitted"),
        Audience.CHOSEN: _("Some of those that were opened"),
    }


def _form(call: Call, form: WriteForm) -> WriteForm:
    choosable = announcements_queries.to_choose(session(), call.id)
    words = _audiences()
    form.audience.choices = [(each.value, words[each]) for each in Audience if each is not Audience.CHOSEN or choosable]
    form.chosen.choices = [(each.application.ref, _named(each)) for each in choosable]
    return form


def _named(entry: Entry) -> str:
    application = entry.application
    return f"{application.ref} · {application.organisation.name} · {application.lot.title} · {entry.title}"


def _show(call: Call, form: WriteForm, *, count: int = 0) -> str:
    return render_template("manage/announcements/new.html", call=call, form=form, count=count, words=_audiences())
