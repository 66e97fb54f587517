"""A firm's lead in a browser without script, who presses Submit, and presses again when no answer came."""

import hashlib
import http.client
import random
import re
import threading
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

SEE_OTHER, CONFLICT, SERVER_ERROR = 303, 409, 500
ANSWERS_WITHIN = 30.0  # seconds for one answer
TRIES_FOR = 90.0  # seconds for a request with all its repetitions


@dataclass(frozen=True)
class Acknowledged:
    """A press whose redirect to the receipt reached the browser, and what the receipt's own download hashes to."""

    ref: str
    press: str
    number: int
    digest: str
    fields: tuple[tuple[str, str], ...]


@dataclass
class Form:
    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    def value(self, name: str) -> str:
        return next((value for key, value in self.fields if key == name), "")


class Forms(HTMLParser):
    """The forms of a page with what they would send; every box ticked, texts as they stand."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
            self._open = True
        elif tag == "input" and self._open and given.get("name") and given.get("type") != "file":
            self.forms[-1].fields.append((given["name"], given.get("value", "on")))

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag != "form"

    def having(self, name: str) -> Form | None:
        return next((form for form in self.forms if any(key == name for key, _ in form.fields)), None)


class NoAnswer(Exception):
    """A request got no usable answer although it was repeated for so long."""


@dataclass
class Applicant:
    """`acknowledged` is what must never be lost; `odd` is every answer that should not have come."""

    port: int
    email: str
    password: str
    ref: str
    title_key: str
    cookies: dict[str, str] = field(default_factory=dict)
    acknowledged: list[Acknowledged] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    repeated: int = 0

    def sign_in(self) -> None:
        form = self._form("/sign-in", "email")
        sent = [("csrf_token", form.value("csrf_token")), ("email", self.email), ("password", self.password)]
        status, where, _ = self._ask("POST", "/sign-in", sent)
        assert status == SEE_OTHER, f"{self.email} could not sign in ({status} {where})"

    def keep_pressing(self, stop: threading.Event, chance: random.Random, pause: float) -> None:
        """Submit, reopen, change an answer, submit again … until told to stop."""
        while not stop.is_set():
            try:
                self.submit_once(chance.random() < 0.5)
            except NoAnswer as silence:
                self.odd.append(str(silence))
                return
            stop.wait(chance.uniform(0.2, 1.0) * pause)

    def submit_once(self, changed: bool) -> None:
        """One submission from its check page to its receipt."""
        here = f"/applications/{self.ref}"
        form = Forms(self._page(f"{here}/check")).having("press")
        if form is None:  # what stands was submitted: reopen it first
            token = self._form(f"{here}/reopen", "csrf_token").value("csrf_token")
            self._expect(f"{here}/reopen", [("csrf_token", token)], SEE_OTHER, CONFLICT)
            if changed:
                self._change_title(here)
            form = Forms(self._page(f"{here}/check")).having("press")
            if form is None:
                self.odd.append(f"{self.ref}: there is no button after reopening")
                return
        if not self._expect(form.action, form.fields, SEE_OTHER):
            return
        found = re.search(r"submissions/(\d+)\.json", self._page(f"{here}/receipt"))
        assert found is not None, "the receipt has no download"
        status, _, content = self._ask("GET", f"{here}/submissions/{found[1]}.json")
        assert status == http.client.OK, status
        digest = hashlib.sha256(content).hexdigest()
        self.acknowledged.append(Acknowledged(self.ref, form.value("press"), int(found[1]), digest, tuple(form.fields)))

    def press_again(self) -> None:
        """Send every acknowledged press once more: each must lead to its receipt and make nothing."""
        for each in self.acknowledged:
            self._expect(f"/applications/{self.ref}/submit", list(each.fields), SEE_OTHER)

    def _change_title(self, here: str) -> None:
        page = f"{here}/questions/{self.title_key}"
        form = self._form(page, "version")
        kept = [(key, value) for key, value in form.fields if key in ("csrf_token", "version")]
        title = f"Sensors at every school gate, {time.monotonic_ns()}"
        self._expect(page, [*kept, ("answer", title)], SEE_OTHER, CONFLICT)

    def _expect(self, path: str, fields: list[tuple[str, str]], *statuses: int) -> bool:
        status, _, _ = self._ask("POST", path, fields)
        if status not in statuses:
            self.odd.append(f"{self.ref}: POST {urlsplit(path).path} was answered {status}")
        return status in statuses

    def _form(self, path: str, name: str) -> Form:
        form = Forms(self._page(path)).having(name)
        assert form is not None, f"{path} has no form with {name}"
        return form

    def _page(self, path: str) -> str:
        return self._ask("GET", path)[2].decode()

    def _ask(self, method: str, path: str, fields: list[tuple[str, str]] | None = None) -> tuple[int, str, bytes]:
        """An answer below 500; until one comes the same request is sent again, as a person presses again."""
        deadline, why = time.monotonic() + TRIES_FOR, ""
        while time.monotonic() < deadline:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWERS_WITHIN)
            try:
                headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
                if fields is not None:
                    headers["Content-Type"] = "application/x-www-form-urlencoded"
                connection.request(method, path, urlencode(fields) if fields is not None else None, headers)
                answer = connection.getresponse()
                content = answer.read()
                if answer.status < SERVER_ERROR:
                    for each in answer.headers.get_all("Set-Cookie") or ():
                        name, _, rest = each.partition("=")
                        self.cookies[name] = rest.partition(";")[0]
                    return answer.status, answer.headers.get("Location", ""), content
                why = str(answer.status)
            except (OSError, http.client.HTTPException) as error:
                why = type(error).__name__
            finally:
                connection.close()
            self.repeated += 1
            time.sleep(0.1)
        raise NoAnswer(f"{self.ref}: {method} {path} got no answer within {TRIES_FOR:g} s ({why})")
