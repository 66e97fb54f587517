"""Browsers without script. CSRF and sessions are the real ones."""

from collections.abc import Mapping
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.parts.pages import token_in


class Visitor(FlaskClient):
    """A browser without script: it fetches a page and sends the form that it found there."""

    def send(self, page: str, fields: Mapping[str, Any] | None = None, *, to: str | None = None) -> TestResponse:
        """POST as a person would: the page first, for its CSRF token; `to` where the form goes elsewhere."""
        shown = self.get(page)
        assert "csrf_token" in shown.text, f"{page} ({shown.status}) has no form"
        return self.post(to or page, data={"csrf_token": token_in(shown.text), **(fields or {})})
