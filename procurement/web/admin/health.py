"""Whether everything runs: one line for each thing, in words, with the way to what failed."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from procurement.queries import admin as admin_queries
from procurement.queries import outages as outages_queries
from procurement.rules.permissions import Permission
from procurement.rules.statuses import DocumentStatus, MessageStatus
from procurement.services import verification
from procurement.web.access import allow
from procurement.web.context import config, now, ports, session, unshifted
from procurement.web.filters import uk_datetime

pages = Blueprint("admin_health", __name__, url_prefix="/admin")
GIB = 1024**3
LEAST_FREE = 2 * GIB
MAY_WAIT = timedelta(minutes=5)


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; `href` leads to where something can be done about it."""

    name: str
    fine: bool
    words: str
    href: str = ""


@pages.get("")
@allow(Permission.OPERATE)
def show() -> str:
    checks = _checks()
    return render_template("admin/health/show.html", checks=checks, failing=sum(not check.fine for check in checks))


@pages.get("/chain")
@allow(Permission.CHAIN_READ)
def chain() -> str:
    """The proofs of `procurement verify`: how many things hold. Which do not may name an application, so the command
    on the machine says it, not this page."""
    return render_template("admin/health/chain.html", findings=verification.verify(session(), ports()))


def _checks() -> list[Check]:
    at, database = unshifted(), session()
    workers, waiting = ports().bell.workers(at), ports().bell.waiting()
    found = admin_queries.counts(database)
    return [
        Check(_("Database"), True, _("It answers.")),
        _web(at),
        _outages(),
        _redis(workers, waiting),
        _workers(workers),
        _sweep(at),
        _waiting(),
        _failed(_("Documents"), found.documents, DocumentStatus.FAILED, url_for("admin_jobs.show")),
        _failed(
            _("Messages"),
            found.messages,
            MessageStatus.FAILED,
            url_for("admin_outbox.show", state=MessageStatus.FAILED),
        ),
        _mail(),
        _disk(),
        Check(
            _("History"),
            True,
            ngettext(
                "%(num)s event in the chain.", "%(num)s events in the chain.", admin_queries.chain_length(database)
            ),
            url_for("admin_health.chain"),
        ),
    ]


def _web(at: datetime) -> Check:
    number, last = outages_queries.heard_of(session(), at), outages_queries.last_heard(session())
    href = url_for("admin_heartbeats.show")
    if number:
        words = ngettext("%(num)s process says that it is there.", "%(num)s processes say that they are there.", number)
        return Check(_("Web"), True, words, href)
    if last is None:
        return Check(_("Web"), True, _("No process has said yet that it is there."), href)
    return Check(_("Web"), False, _("None has said that it is there since %(when)s.", when=uk_datetime(last)), href)


def _outages() -> Check:
    number, href = len(outages_queries.list_waiting(session())), url_for("admin_heartbeats.show")
    if not number:
        return Check(_("Outages"), True, _("None before a closing waits for an answer."), href)
    words = ngettext(
        "%(num)s before a closing waits for officers.", "%(num)s before a closing wait for officers.", number
    )
    return Check(_("Outages"), False, words, href)


def _redis(workers: int | None, waiting: int) -> Check:
    if workers is None:
        return Check("Redis", False, _("It does not answer. Nothing is lost: work waits in the database meanwhile."))
    return Check("Redis", True, ngettext("%(num)s job in the line.", "%(num)s jobs in the line.", waiting))


def _workers(workers: int | None) -> Check:
    if not workers:
        return Check(_("Workers"), False, _("None was heard of lately. Start one: procurement worker"))
    return Check(_("Workers"), True, ngettext("%(num)s is at work.", "%(num)s are at work.", workers))


def _sweep(at: datetime) -> Check:
    until = admin_queries.sweep_until(session())
    if until is None:
        return Check(_("Sweep"), False, _("It has never run. Start it: procurement sweep"))
    if until <= at:
        return Check(_("Sweep"), False, _("Nothing was heard of it since %(when)s.", when=uk_datetime(until)))
    return Check(_("Sweep"), True, _("It runs."))


def _waiting() -> Check:
    since = admin_queries.oldest_wait(session())
    if since is None:
        return Check(_("Waiting"), True, _("Nothing waits to be made or sent."))
    words = _("The longest wait began on %(when)s.", when=uk_datetime(since))
    return Check(_("Waiting"), now() - since < MAY_WAIT, words, url_for("admin_jobs.show"))


def _failed(name: str, counted: dict[str, int], failed: str, href: str) -> Check:
    number = counted.get(failed, 0)
    if number:
        return Check(name, False, ngettext("%(num)s failed.", "%(num)s failed.", number), href)
    return Check(name, True, _("None failed."), href)


def _mail() -> Check:
    if config().mail_url:
        return Check(_("Mail"), True, _("It goes to the mail server that MAIL_URL names."))
    if config().demo:
        words = _("This demonstration sends none: the outbox shows what would have been sent.")
        return Check(_("Mail"), True, words, url_for("admin_outbox.show"))
    return Check(_("Mail"), False, _("MAIL_URL is not set, so messages wait."), url_for("admin_outbox.show"))


def _disk() -> Check:
    free = shutil.disk_usage(config().data_dir).free
    return Check(_("Disk"), free >= LEAST_FREE, _("%(size)s GB are free.", size=f"{free / GIB:,.1f}"))
