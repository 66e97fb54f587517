"""What a view may reach: the ports, the request's one instant, who is asking, and the two doors to the database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ParamSpec, TypeVar, cast

from flask import Flask, current_app, g, has_request_context
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session

from procurement.config import Config
from procurement.queries import installation as installation_queries
from procurement.rules.dates import uk_day
from procurement.rules.permissions import ANYBODY, Permission, Principal, may
from procurement.rules.ports import Ports
from procurement.services.act import Service, perform

Result = TypeVar("Result")
P = ParamSpec("P")


@dataclass(frozen=True)
class AppState:
    """What `app.py` puts together for the views."""

    config: Config
    ports: Ports
    load_principal: Callable[[Session, str, datetime], Principal]


def app_state() -> AppState:
    return app_state_of(current_app)


def app_state_of(app: Flask) -> AppState:
    """What an app was built with, for what joins it before the first request."""
    return cast(AppState, app.extensions["app_state"])


def config() -> Config:
    return app_state().config


def ports() -> Ports:
    return app_state().ports


def now() -> datetime:
    """The instant at which the request was received: read once, before anything else, and passed down."""
    return cast(datetime, g.now)


def unshifted() -> datetime:
    """The machine's own time at which the request was received: for sessions."""
    return cast(datetime, g.unshifted)


def session() -> Session:
    """The request's reading session; it cannot write, and is closed with the request."""
    if "reading" not in g:
        g.reading = ports().database.reading()
        g.db = g.reading.__enter__()
    return cast(Session, g.db)


def principal() -> Principal:
    """Who is asking: looked up once for a request; see `web/login.py`."""
    return cast(Principal, current_user.principal) if has_request_context() else ANYBODY


def navigation(who: Principal, path: str) -> list[dict[str, Any]]:
    """The menu of what the person may do: what they came for first."""
    items: list[tuple[str, str]] = []
    if who.in_a_team or (who.signed_in and not who.staff):
        items.append((gettext("My applications"), "/dashboard"))
    if who.staff and may(who, Permission.ASSESSOR_HOME, None, now()):
        items.append((gettext("Assess"), "/assess"))
    if who.staff and may(who, Permission.AUDIT, None, now()):
        items.append((gettext("Audit"), "/manage/audit"))
    if who.staff and (may(who, Permission.CALL_EDIT, None, now()) or may(who, Permission.CALL_REVIEW, None, now())):
        items.append((gettext("My work"), "/manage"))
    if who.staff and may(who, Permission.CALL_MANAGE, None, now()):
        items.append((gettext("Manage calls"), "/manage/calls"))
    if who.staff and may(who, Permission.OPERATE, None, now()):
        items.append((gettext("Operate"), "/admin"))
    items += [
        (gettext("Find funding"), "/calls"),
        (gettext("Award register"), "/awards"),
        (gettext("Notices"), "/notices"),
    ]
    return [
        {"text": text, "href": href, "current": path == href or (href != "/manage" and path.startswith(f"{href}/"))}
        for text, href in items
    ]


def settings() -> dict[str, Any]:
    """The installation's dated settings, as they hold today (UK time)."""
    return settings_at(uk_day(now()))


def settings_at(day: date) -> dict[str, Any]:
    """The same, as they held on a day."""
    return installation_queries.settings(session(), day)


def setting(key: str) -> Any:
    return settings()[key]


def allowed(permission: Permission, subject: object = None) -> bool:
    """Whether the person may; for templates that offer a link or not."""
    return may(principal(), permission, subject, now())


def write(fn: Callable[[Session], Result], *, serializable: bool = False) -> Result:
    """Change something: see `Database.write`. What was read for this request is forgotten afterwards."""
    close()
    return ports().database.write(fn, serializable=serializable)


def do(service: Service[P, Result], /, *args: P.args, **kwargs: P.kwargs) -> Result:
    """Let the person who is asking do something, at the instant at which the request was received.

    `service` gets the act and the arguments; it may be run again after a conflict (see `Database.write`). What was read
    for this request is forgotten afterwards.
    """
    by, at = principal(), now()
    close()
    return perform(ports(), by, at, service, *args, **kwargs)


def close() -> None:
    """Give the reading session back; the next `session()` sees what has been committed since."""
    if "reading" in g:
        g.pop("reading").__exit__(None, None, None)
        g.pop("db")
