"""Comments at the parts of a call while it is prepared; and that an approver has read it so far."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.calls import Call
from procurement.queries import calls as calls_queries
from procurement.queries import comments as comments_queries
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.services import comments
from procurement.web import context
from procurement.web.access import Page, allow
from procurement.web.context import do
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, WordLimitedText
from procurement.web.manage import sections
from procurement.web.manage.advising import in_words, places_of
from procurement.web.manage.loading import load_call
from workflows.catalogue import states

pages = Blueprint("manage_comments", __name__)
BETWEEN = "/"


class CommentForm(PageForm):
    place = ChoiceField(_l("At which part?"), missing=_l("Choose the part"), select=True)
    text = WordLimitedText(_l("Comment"), missing=_l("Write the comment"), limit=300, rows=5)


def _page(call: Call, form: CommentForm) -> str:
    draft = calls_queries.draft_of(context.session(), call)
    form.place.choices = [(BETWEEN.join(place), words) for place, words in places_of(draft)]
    said = [in_words(each, draft) for each in comments_queries.open_at(context.session(), call.id)]
    editable = call.state in states.call.editable
    hrefs = {
        each["row"].id: sections.address(call, each["row"].section, each["row"].field, each["row"].stage)
        for each in said
        if editable
    }
    prepared = call.state in states.call.unpublished
    return render_template("manage/comments/index.html", call=call, form=form, said=said, hrefs=hrefs, open=prepared)


def _form(call: Call, *, sent: bool) -> CommentForm:
    form = CommentForm() if sent else CommentForm(formdata=None, data={"place": request.args.get("place", "")})
    draft = calls_queries.draft_of(context.session(), call)
    form.place.choices = [(BETWEEN.join(place), words) for place, words in places_of(draft)]
    return form


@pages.get("/manage/calls/<ref>/comments")
@allow(Permission.CALL_MANAGE, load_call)
def index(call: Call, ref: str) -> str:
    return _page(call, _form(call, sent=False))


@pages.post("/manage/calls/<ref>/comments")
@allow(Permission.CALL_COMMENT, load_call)
def say(call: Call, ref: str) -> Page:
    form = _form(call, sent=True)
    if not form.sent():
        return _page(call, form), REFUSED
    section, field, stage = form.place.data.split(BETWEEN)
    do(comments.say, call.id, (section, field, stage), form.text.data)
    flash(_("Your comment stands at its part until somebody settles it."), "success")
    return redirect(url_for(".index", ref=ref), 303)


@pages.post("/manage/calls/<ref>/comments/<int:number>/settle")
@allow(Permission.CALL_COMMENT, load_call)
def settle(call: Call, ref: str, number: int) -> Page:
    do(comments.settle, call.id, number)
    flash(_("The comment is settled."), "success")
    return redirect(url_for(".index", ref=ref), 303)


@pages.post("/manage/calls/<ref>/look")
@allow(Permission.CALL_REVIEW, load_call)
def look(call: Call, ref: str) -> Page:
    do(comments.look, call.id, seen=whole_number(request.form.get("seen", "")) or 0)
    flash(_("Noted. Next time this page says what changed since."), "success")
    return redirect(url_for("manage_calls.review", ref=ref), 303)
