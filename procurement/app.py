"""The whole service, put together."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request, send_from_directory, session
from flask_babel import gettext
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from procurement.config import PROJECT_ROOT, Config
from procurement.queries import people as people_queries
from procurement.rules.accounts import digest
from procurement.rules.permissions import PUBLIC, Permission
from procurement.rules.ports import Ports
from procurement.web import access, amounts, context, errors, filters, isolation, login, time_left
from procurement.web.access import allow
from procurement.web.parts import cache, packing, public_data, routing, sizes

# Every module of pages, sorted; each has a blueprint `pages`, which may bring error handlers of its own.
BLUEPRINTS: tuple[str, ...] = (
    "account.contests",
    "account.organisations",
    "account.passwords",
    "account.profile",
    "account.sign_in",
    "account.sign_up",
    "account.teams",
    "account.unsent_forms",
    "admin.clock",
    "admin.contests",
    "admin.health",
    "admin.heartbeats",
    "admin.jobs",
    "admin.outbox",
    "admin.settings",
    "admin.users",
    "apply.applications",
    "apply.dashboard",
    "apply.disqualification",
    "apply.documents",
    "apply.files",
    "apply.outcome",
    "apply.questions",
    "apply.request_files",
    "apply.requests",
    "apply.slots",
    "apply.starting",
    "apply.submitting",
    "assess.assignments",
    "assess.criteria",
    "assess.interests",
    "assess.invitations",
    "assess.panels",
    "assess.queue",
    "assess.scorecards",
    "manage.abandoning",
    "manage.amendments",
    "manage.announcements",
    "manage.answer_tables",
    "manage.assessors",
    "manage.audit",
    "manage.bids",
    "manage.call_documents",
    "manage.call_files",
    "manage.calls",
    "manage.checks",
    "manage.claims",
    "manage.clarifications",
    "manage.comments",
    "manage.contracts",
    "manage.copying",
    "manage.corrections",
    "manage.criteria",
    "manage.dates",
    "manage.decisions",
    "manage.details",
    "manage.disqualification",
    "manage.documents",
    "manage.forms",
    "manage.history",
    "manage.invitations",
    "manage.library",
    "manage.meetings",
    "manage.moderation",
    "manage.my_work",
    "manage.notices",
    "manage.opening",
    "manage.outages",
    "manage.outcomes",
    "manage.panels",
    "manage.paragraphs",
    "manage.pipeline",
    "manage.planned",
    "manage.preview",
    "manage.progress",
    "manage.ranking",
    "manage.reasons",
    "manage.requests",
    "manage.reserve",
    "manage.responses",
    "manage.routes",
    "manage.scorecards",
    "manage.setup",
    "manage.several",
    "manage.showing",
    "manage.slots",
    "manage.tender_notices",
    "manage.terminations",
    "manage.windows",
    "public.awards_data",
    "public.call_documents",
    "public.calls",
    "public.changes",
    "public.clarifications",
    "public.documents",
    "public.feeds",
    "public.home",
    "public.indexing",
    "public.notices",
    "public.opendata",
    "public.operation",
    "public.organisations",
    "public.pages",
    "public.papers",
    "public.pipeline",
    "public.procedures",
    "public.publications",
    "public.register",
    "public.register_changes",
)
# Pages that say the same to everybody who is not signed in, kept in memory (`web/parts/cache.py`).
CACHED_ENDPOINTS = frozenset(
    {
        "home.show",
        "calls.index",
        "calls.show",
        "calls.form",
        "procedures.of_call",
        "procedures.show",
        "register.search",
        "register.show",
        "notices.index",
        "notices.show",
        "publications.show",
        "organisations.show",
        "opendata.show",
    }
)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
PROBES = ("operation.healthz", "operation.readyz")


def create_app(config: Config, ports: Ports) -> Flask:
    """The service as a WSGI application. Raises RuntimeError when a view declares no permission."""
    app = Flask("procurement", root_path=str(PROJECT_ROOT), static_folder=None, template_folder="templates")
    app.secret_key = config.secret_key
    app.config.update(
        SESSION_COOKIE_NAME="__Host-session" if config.secure else "session",
        SESSION_COOKIE_SECURE=config.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_TIME_LIMIT=None,  # a form may be written for hours: the session's end is what ends it
        WTF_CSRF_SSL_STRICT=False,
        MAX_CONTENT_LENGTH=config.file_bytes + sizes.AROUND_A_FILE,
        MAX_FORM_MEMORY_SIZE=sizes.TYPED_FORM,  # what is typed beside files, which are streamed
        MAX_FORM_PARTS=sizes.FORM_PARTS,
        BABEL_DEFAULT_LOCALE="en",
        BABEL_DEFAULT_TIMEZONE="Europe/London",
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    routing.install(app)
    app.extensions["app_state"] = context.AppState(
        config, ports, people_queries.loader(config.idle_applicant, config.idle_staff, config.session_limit)
    )
    isolation.install(app)
    app.before_request(_begin)  # before the token is looked at: when an expired form was sent is known
    login.install(app)
    CSRFProtect(app)
    filters.install(app)
    amounts.install(app)
    time_left.install(app)
    errors.register(app)
    cache.install(app, CACHED_ENDPOINTS)
    _serve_assets(app)
    app.context_processor(_everywhere)
    app.after_request(_finish)
    app.teardown_request(lambda _: context.close())
    for name in BLUEPRINTS:
        app.register_blueprint(import_module(f"procurement.web.{name}").pages)
    access.require_permissions(app)
    if config.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # because Flask wraps an app here, at a method
            app.wsgi_app, x_for=config.trusted_proxies, x_proto=config.trusted_proxies, x_host=0
        )
    return app


def _begin() -> Response | None:
    """One instant for the whole request, the one that a deadline is compared with; and who may be known from here on.

    Who is asking is looked up when it is first asked, and stays the same for the request (`context.principal`): nobody
    is for a request that is refused here, for a page that is kept, or for a file that is the same for everybody.
    """
    ports = context.ports()
    g.now = ports.clock.now()
    g.unshifted = ports.clock.unshifted()
    _refuse_other_hosts()
    if (preflight := public_data.preflight()) is not None:
        return preflight
    packing.refuse_nothing_taken()
    routing.refuse_nul()
    sizes.refuse_long_addresses()
    public_data.refuse_what_is_not_understood()
    if (kept := cache.cached_page()) is not None:
        return kept
    g.may_be_known = request.endpoint != "static"
    if request.method not in sizes.BODILESS:
        shown = login.secret()
        sizes.limit_body(digest(shown) if shown else None)
        # the body is read from here on, at the pace of whoever sends it: no connection to the database waits meanwhile
        context.close()
    return None


def _refuse_other_hosts() -> None:
    """Only the service's own name is answered to, so that no address that we write can be another's.

    Probes ask by the machine's address, and on one's own machine `localhost` is as good as `127.0.0.1`
    (docs/threats.md 45).
    """
    own = urlsplit(context.config().base_url).hostname or ""
    asked = urlsplit(f"//{request.host}").hostname
    if asked != own and not (own in LOOPBACK and asked in LOOPBACK) and request.endpoint not in PROBES:
        abort(400)


def _everywhere() -> dict[str, Any]:
    """What every template may use."""
    config = context.config()
    who = context.principal()
    values = context.settings() if "now" in g else {}
    site = {
        **values,
        "demo": config.demo,
        "base_url": config.base_url,
        "clock_offset_text": _clock_text() if config.demo and "now" in g else "",
        "idle_minutes": config.idle_staff if who.staff else config.idle_applicant,
    }
    return {
        "site": site,
        "principal": who,
        "now": g.get("now"),
        "nav": context.navigation(who, request.path),
        "canonical": config.base_url + request.path if access.permission_of(current_app) in PUBLIC else "",
        "allowed": context.allowed,
        "Permission": Permission,
    }


def _clock_text() -> str:
    """What the banner says while a demonstration's clock is ahead."""
    ahead = g.now - g.unshifted
    if ahead.total_seconds() < 1:
        return ""
    return gettext("The clock has been moved forward: it is %(time)s here.", time=filters.uk_datetime(g.now))


def _finish(response: Response) -> Response:
    if cache.finished():
        return response
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if context.config().secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        response.vary.add("Cookie")
        if context.principal().signed_in or session or session.modified:
            headers["Cache-Control"] = "no-store"
        else:
            headers.setdefault("Cache-Control", "no-cache")
        public_data.finish(response)
        packing.pack(response)
        return cache.keep(public_data.answer_conditionally(response))
    packing.pack(response)
    return response


def _serve_assets(app: Flask) -> None:
    """Fingerprinted files under /static, kept for ever by whoever fetched them; already packed where that helps."""
    build: Path = PROJECT_ROOT / "static" / "build"
    names: dict[str, str] = json.loads((build / "manifest.json").read_text())
    app.jinja_env.globals["asset"] = lambda name: f"/static/{names[name]}"

    @app.get("/static/<path:filename>", endpoint="static")
    @allow(Permission.PUBLIC)
    def static(filename: str) -> Response:
        packed = f"{filename}.gz"
        if packing.wanted() is not packing.Packing.NEVER and (build / packed).is_file():
            response = send_from_directory(build, packed, mimetype=_type_of(filename), max_age=31536000)
            response.headers["Content-Encoding"] = "gzip"
            response.vary.add("Accept-Encoding")
        else:
            response = send_from_directory(build, filename, max_age=31536000)
        response.cache_control.immutable = True
        response.cache_control.public = True
        response.cache_control.no_cache = None
        return response


def _type_of(filename: str) -> str:
    return {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}.get(
        filename.rsplit(".", 1)[-1], "application/octet-stream"
    )
