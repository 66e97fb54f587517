"""One app for a whole test process. To build one and compile its templates takes longer than most tests.

What a test's app stands on (its settings and ports) is put in when the test begins, and what an app remembers from one
request to the next is made anew. Whatever an app is given for good when it is built asks for an app of its own.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.serving import make_server
from werkzeug.wsgi import ClosingIterator

from procurement.app import CACHED_ENDPOINTS, create_app
from procurement.config import Config
from procurement.rules.ports import Ports
from procurement.web.context import AppState, app_state_of
from procurement.web.parts import cache, limits
from tests.parts.visitors import Visitor

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

# settings that are read at each request; every other one has to be what the app was built with
ASKED_EACH_TIME = {"database_url", "redis_url", "storage_url", "mail_url", "data_dir", "demo"}
# what an app holds of its own: the first two are for good, the others are made anew for each test
FOR_GOOD = {"babel", "csrf"}
MADE_ANEW = {"app_state", "page_cache", "counters"}


class OneApp:
    """The app of this process, lent to one test at a time."""

    def __init__(self) -> None:
        self._app: Flask | None = None
        self._lent = False
        self._as_built: dict[str, Any] = {}
        self._state: AppState

    def lend(self, config: Config, ports: Ports) -> Flask:
        """The app over these ports; one of its own for a test that has it already, or wants other limits or names."""
        if self._app is None:
            self._app = built(config, ports)
            assert set(self._app.extensions) == FOR_GOOD | MADE_ANEW, "say whether an app remembers anything in it"
            self._as_built = _shape(self._app)
            self._state = app_state_of(self._app)
        first = self._state  # not what the test before left there
        if self._lent or _for_good(config) != _for_good(first.config):
            return built(config, ports)
        self._lent = True
        self._app.extensions["app_state"] = replace(first, config=config, ports=ports)
        cache.install(self._app, CACHED_ENDPOINTS)
        limits.install(self._app)
        return self._app

    def give_back(self) -> None:
        """The test is over. A test that changed the app itself should have asked `create_app` for one."""
        self._lent = False
        if self._app is not None and _shape(self._app) != self._as_built:
            self._app = None  # the next test gets a new one
            raise AssertionError("a test changed the app that all share")


def built(config: Config, ports: Ports) -> Flask:
    """An app of a test's own."""
    app = create_app(config, ports)
    app.testing, app.test_client_class = True, Visitor
    return app


@contextmanager
def behind_an_address(app: Flask) -> Iterator[str]:
    """The app on a port of this machine, for a browser."""

    def whole(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        # a browser that goes on drops what it was fetching, and the server of the tests would leave that file open
        with closing(ClosingIterator(app(environ, start_response))) as parts:
            return [b"".join(parts)]

    server = make_server("127.0.0.1", 0, whole, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _for_good(config: Config) -> dict[str, Any]:
    return {each.name: getattr(config, each.name) for each in fields(config) if each.name not in ASKED_EACH_TIME}


def _shape(app: Flask) -> dict[str, Any]:
    """What of an app a test could change by mistake."""
    return {
        "config": dict(app.config),
        "rules": {(str(rule), rule.endpoint) for rule in app.url_map.iter_rules()},
        "views": dict(app.view_functions),
        "class": app.test_client_class,
    }
