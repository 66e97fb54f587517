"""Messages: what waits, what was sent, what failed; and in a demonstration, what they say."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from procurement.models.messages import Message
from procurement.queries import admin as admin_queries
from procurement.rules.messages import MESSAGE_KINDS
from procurement.rules.permissions import Permission
from procurement.rules.statuses import MessageStatus
from procurement.services import delivery
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.context import config, do, ports, session
from procurement.web.parts.message_texts import lines_of
from procurement.web.parts.search import Parameters

pages = Blueprint("admin_outbox", __name__, url_prefix="/admin/outbox")
MESSAGE_STATUSES = ("", *MessageStatus)


def load(database: Session, message_id: int) -> Message | None:
    return admin_queries.find_message(database, message_id)


@pages.get("")
@allow(Permission.OPERATE)
def show() -> str:
    read = Parameters(request.args)
    state = read.one("state", MESSAGE_STATUSES)
    rows, more = admin_queries.list_messages(session(), state, before=read.number("before"))
    return render_template(
        "admin/outbox/show.html",
        messages=rows,
        more=more,
        state=state,
        statuses=MESSAGE_STATUSES,
        totals=admin_queries.counts(session()).messages,
        sealed=[
            (MESSAGE_KINDS[kind].title, status, number)
            for kind, status, number in admin_queries.sealed_messages(session())
        ],
        kinds=MESSAGE_KINDS,
        sends=bool(config().mail_url),
    )


@pages.get("/<int:message_id>")
@allow(Permission.OPERATE, load)
def message(found: Message, message_id: int) -> str:
    # a link that lets somebody in is for them alone; in a demonstration without mail it is the only way to get it
    lines = lines_of(found.body, ports().base_url, secrets=config().demo and not config().mail_url)
    return render_template(
        "admin/outbox/message.html", message=found, lines=lines, kind=MESSAGE_KINDS[found.kind].title
    )


@pages.post("/<int:message_id>/retry")
@allow(Permission.OPERATE, load)
def retry(found: Message, message_id: int) -> Page:
    do(delivery.retry, message_id)
    flash(_("It will be tried again in a moment."), "success")
    return redirect(url_for("admin_outbox.message", message_id=message_id), 303)


@pages.post("/retry-all")
@allow(Permission.OPERATE)
def retry_all() -> Page:
    tried = 0
    for message_id in admin_queries.failed_ids(session(), Message):
        try:
            do(delivery.retry, message_id)
            tried += 1
        except Refusal:
            continue  # somebody else was quicker
    text = ngettext("%(num)s message will be tried again.", "%(num)s messages will be tried again.", tried)
    flash(text, "success")
    return redirect(url_for("admin_outbox.show"), 303)
