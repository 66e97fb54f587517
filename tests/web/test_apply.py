"""The pages of a firm that applies, as a browser without script sees them."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from procurement.config import Config
from procurement.models.applications import Application, NearMiss, Submission
from procurement.queries import applications as applications_queries
from procurement.rules.applications import DECLARATIONS
from procurement.rules.documents import grouped
from procurement.rules.ledger import digest
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import vault
from tests.parts import applications as made
from tests.parts import assessment, calls, people, stages
from tests.parts.clock import StandingClock
from tests.parts.pages import Node, token_in
from tests.parts.pages import read as parsed
from tests.parts.statements import statements


class Firm:
    """A published call, and a firm whose lead is signed in."""

    def __init__(self, app: Flask, ports: Ports) -> None:
        self.app, self.ports = app, ports
        self.call = calls.published(ports)
        self.lead, self.organisation = people.firm(ports, "Clean Air Makers", "mina@clean-air.example")
        self.browser = people.signed_in(app, ports, self.lead)
        self.form = made.form(ports, self.call)
        closes_at = calls.stage_of(ports, self.call).closes_at
        assert closes_at is not None
        self.closes_at = closes_at

    def key(self, kind: str) -> str:
        """The key of the first question of a kind."""
        return next(each.key for each in self.form if each.kind.key == kind)

    def draft(self) -> Application:
        return made.started(self.ports, self.call, self.lead, self.organisation)

    def complete(self) -> Application:
        return made.written(self.ports, self.call, self.lead, self.organisation)

    def as_(self, who: Principal) -> FlaskClient:
        return people.signed_in(self.app, self.ports, who)

    def count(self, model: type[Any]) -> int:
        with self.ports.database.reading() as session:
            return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def firm(app: Flask, ports: Ports) -> Firm:
    return Firm(app, ports)


def words(page: Node, selector: str) -> str:
    return page.one(selector).words


def fields(page: Node, action: str = "") -> dict[str, str]:
    """The hidden inputs of a form of the page."""
    form = next(each for each in page.all("main form") if not action or each.attributes.get("action") == action)
    return {each.attributes["name"]: each.attributes.get("value") or "" for each in form.all("input[type=hidden]")}


def send(browser: FlaskClient, page: str, data: dict[str, Any], to: str = "") -> Any:
    """POST a form as it stands on its page."""
    hidden = fields(parsed(browser.get(page)), to)
    return browser.post(to or page, data={**hidden, **data})


# starting


def test_start_leads_to_one_draft_and_again_to_the_same(firm: Firm) -> None:
    address = f"/calls/{firm.call.ref}/apply"
    page = parsed(firm.browser.get(address))
    assert "closes on" in words(page, ".govuk-inset-text")
    first = send(firm.browser, address, {})
    again = send(firm.browser, address, {})
    assert (first.status_code, first.location) == (303, again.location)
    assert firm.count(Application) == 1
    hub = parsed(firm.browser.get(first.location))
    assert "Not submitted yet." in words(hub, ".govuk-inset-text")
    statuses = [each.text.strip() for each in hub.all(".govuk-task-list__status")]
    assert statuses == ["Not started" if each.required else "Optional" for each in firm.form] + ["Not started"]


def test_staff_cannot_start_and_somebody_without_an_organisation_is_shown_the_way(firm: Firm) -> None:
    address = f"/calls/{firm.call.ref}/apply"
    officer = firm.as_(calls.officer(firm.ports))
    assert officer.get(address).status_code == 403
    alone = firm.as_(people.person(firm.ports, "alone@new.example"))
    page = parsed(alone.get(address))
    links = [each.attributes["href"] for each in page.all("main a.govuk-button")]
    assert links == [f"/account/organisations/new?next={address}"]
    assert "You do not belong to an organisation yet." in parsed(alone.get("/dashboard")).text


def test_whoever_cannot_apply_is_not_led_to_a_page_that_refuses_them(app: Flask, ports: Ports) -> None:
    shown = parsed(people.signed_in(app, ports, calls.officer(ports)).get("/dashboard"))
    assert "People who work on calls or assess them cannot apply." in shown.text
    assert [each for each in shown.links if "organisations/new" in each] == []


# writing


def test_save_and_continue_goes_to_the_next_question_and_the_text_is_there_again(firm: Firm) -> None:
    draft = firm.draft()
    key = firm.key("long_text")
    address = f"/applications/{draft.ref}/questions/{key}"
    typed = "First line\r\n\r\n<script>alert(1)</script> £5 – ✓ اردو"
    answer = send(firm.browser, address, {"answer": typed, "then": "on"})
    place = [each.key for each in firm.form].index(key)
    assert (answer.status_code, answer.location) == (
        303,
        f"/applications/{draft.ref}/questions/{firm.form[place + 1].key}",
    )
    page = parsed(firm.browser.get(address))
    assert page.one("textarea").text.lstrip("\n") == typed.replace("\r\n", "\n")
    assert "Last changed by" in words(page, "[data-save-status]")
    assert len(page.all("main script")) == 0


def test_too_long_is_saved_and_said(firm: Firm) -> None:
    draft, key = firm.draft(), firm.key("long_text")
    address = f"/applications/{draft.ref}/questions/{key}"
    question = next(each for each in firm.form if each.key == key)
    assert question.word_limit is not None
    answer = send(firm.browser, address, {"answer": "word " * (question.word_limit + 3), "then": "on"})
    assert answer.status_code == 303
    page = parsed(firm.browser.get(address))
    assert "Take out at least 3." in words(page, ".govuk-error-message")
    assert f"{question.word_limit + 3} of {question.word_limit} words" == words(page, ".app-words")


def test_stale_shows_both_texts_and_keep_mine_saves_over(firm: Firm) -> None:
    draft, key = firm.draft(), firm.key("long_text")
    address = f"/applications/{draft.ref}/questions/{key}"
    sam = people.member(firm.ports, firm.organisation.id, "sam@clean-air.example", "editor")
    before = fields(parsed(firm.browser.get(address)))
    made.answer(firm.ports, draft, key, "Sam was quicker", sam)
    stale = firm.browser.post(address, data={**before, "answer": "Mina wrote this", "then": "on"})
    page = parsed(stale, 409)
    assert "Sam was quicker" in stale.text
    mine = page.all("main form")[0]
    values = {each.attributes["name"]: each.attributes.get("value") or "" for each in mine.all("input")}
    assert values["answer"] == "Mina wrote this"
    assert firm.browser.post(address, data=values).status_code == 303
    with firm.ports.database.reading() as session:
        row = applications_queries.find_answer(session, draft.entry.id, key)
        assert row is not None
        assert vault.open_answer(firm.ports, row) == "Mina wrote this"


def test_autosave_answers_in_json_and_says_when_it_is_stale(firm: Firm) -> None:
    draft, key = firm.draft(), firm.key("long_text")
    address = f"/applications/{draft.ref}/questions/{key}"
    page = parsed(firm.browser.get(address))
    form = page.one("form[data-autosave]")
    to = form.attributes["data-autosave"]
    assert to == f"{address}/autosave"
    data = {**fields(page), "field": "answer", "value": "one two three"}
    first = firm.browser.post(to, data=data)
    assert (first.status_code, first.json["version"], first.json["words"], first.json["complete"]) == (200, 1, 3, True)
    sam = people.member(firm.ports, firm.organisation.id, "sam@clean-air.example", "editor")
    made.answer(firm.ports, draft, key, "Sam", sam)
    late = firm.browser.post(to, data={**data, "version": "1", "value": "four"})
    assert late.status_code == 409


def test_two_tabs_of_ones_own_lose_nothing_and_a_page_may_replace_what_it_sent_itself(firm: Firm) -> None:
    draft, key = firm.draft(), firm.key("long_text")
    address = f"/applications/{draft.ref}/questions/{key}"
    before = fields(parsed(firm.browser.get(address)))  # both tabs
    first = {**before, "answer": "From the first tab", "then": "stay"}
    second = {**before, "answer": "From the second tab", "then": "stay"}
    assert firm.browser.post(address, data=first).status_code == 303
    shown = firm.browser.post(address, data=second)
    assert ("From the first tab" in shown.text, "From the second tab" in shown.text) == (True, True)
    page = parsed(shown, 409)
    values = {
        each.attributes["name"]: each.attributes.get("value") or "" for each in page.all("main form")[0].all("input")
    }
    assert firm.browser.post(address, data=values).status_code == 303

    # what the page's own script sent, with an answer that never came, is replaced
    here = fields(parsed(firm.browser.get(address)))
    sent = firm.browser.post(f"{address}/autosave", data={**here, "field": "answer", "value": "Half a sen"})
    assert sent.status_code == 200
    pressed = {**here, "answer": "Half a sentence", "then": "stay"}
    assert firm.browser.post(address, data={**pressed, "autosaved": "Other"}).status_code == 409
    assert firm.browser.post(address, data={**pressed, "autosaved": "Half a sen"}).status_code == 303
    again = {**here, "field": "answer", "value": "A whole sentence", "autosaved": "Half a sentence"}
    assert firm.browser.post(f"{address}/autosave", data=again).status_code == 200


def test_after_closing_what_was_typed_is_shown_again_and_the_draft_is_read_only(
    firm: Firm, clock: StandingClock
) -> None:
    draft, key = firm.draft(), firm.key("long_text")
    address = f"/applications/{draft.ref}/questions/{key}"
    before = fields(parsed(firm.browser.get(address)))
    clock.set(firm.closes_at)
    firm.browser = firm.as_(firm.lead)
    token = token_in(firm.browser.get("/dashboard").text)
    gone = firm.browser.post(address, data={**before, "csrf_token": token, "answer": "A second too late"})
    assert "A second too late" in parsed(gone, 410).text
    hub = parsed(firm.browser.get(f"/applications/{draft.ref}"))
    assert "Not submitted." in words(hub, ".govuk-inset-text")
    assert parsed(firm.browser.get(address)).all("textarea") == []
    assert "Not submitted" in words(parsed(firm.browser.get("/dashboard")), ".app-card__status")


# files


@pytest.mark.both_databases
def test_a_file_is_added_fetched_and_removed(firm: Firm) -> None:
    draft, key = firm.draft(), firm.key("file")
    address = f"/applications/{draft.ref}/questions/{key}"
    to = f"{address}/files"
    sent = send(firm.browser, address, {"file": (io.BytesIO(made.PDF), "Plan – größer.pdf")}, to)
    assert (sent.status_code, sent.location) == (303, address)
    page = parsed(firm.browser.get(address))
    link = next(each for each in page.all("main li a") if each.text == "Plan – größer.pdf")
    got = firm.browser.get(link.attributes["href"])
    assert (got.status_code, got.data) == (200, made.PDF)
    assert got.headers["Content-Disposition"].startswith("attachment; ")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert got.headers["Cache-Control"] == "no-store"
    remove = f"{link.attributes['href']}/remove"
    assert send(firm.browser, remove, {}).location == address
    assert "No files yet." in parsed(firm.browser.get(address)).text


def test_a_refused_file_is_named_with_the_reason_and_the_others_stay(firm: Firm) -> None:
    draft, key = firm.draft(), firm.key("file")
    address = f"/applications/{draft.ref}/questions/{key}"
    hidden = fields(parsed(firm.browser.get(address)), f"{address}/files")
    made.attach(firm.ports, draft, key, firm.lead, "kept.pdf")
    for name, content, status in (("empty.pdf", b"", 422), ("tool.exe", b"MZ", 415)):
        data = {**hidden, "file": (io.BytesIO(content), name)}
        page = parsed(firm.browser.post(f"{address}/files", data=data), status)
        assert f"“{name}”" in words(page, ".govuk-error-summary")
        assert f"“{name}”" in words(page, ".govuk-error-message")
        assert "kept.pdf" in words(page, "main ul.govuk-list:not(.govuk-error-summary__list)")


def test_a_file_above_the_limit_is_named_although_the_whole_request_is_too_large(
    serve: Callable[[Config, Ports], Flask], config: Config, ports: Ports
) -> None:
    limit = 100_000
    small = replace(ports, file_bytes=limit)
    firm = Firm(serve(replace(config, file_bytes=limit), small), small)
    draft, key = firm.draft(), firm.key("file")
    address = f"/applications/{draft.ref}/questions/{key}"
    values = {**fields(parsed(firm.browser.get(address)), f"{address}/files")}
    content = b"x" * (limit + 2 * 1024 * 1024)
    boundary, body = encode_multipart({**values, "file": FileStorage(io.BytesIO(content), "film.txt", "file")})
    sent = firm.browser.post(f"{address}/files", data=body, content_type=f"multipart/form-data; boundary={boundary}")
    assert "“film.txt” has 2.1 MB and a file may have at most 97.7 KB." in words(
        parsed(sent, 413), ".govuk-error-summary"
    )
    asked = {"Accept": "application/json"}
    boundary, body = encode_multipart({**values, "file": FileStorage(io.BytesIO(b"MZ"), "tool.exe", "file")})
    told = firm.browser.post(
        f"{address}/files", data=body, headers=asked, content_type=f"multipart/form-data; boundary={boundary}"
    )
    assert (told.status_code, "“tool.exe”" in told.json["detail"]) == (415, True)


# submitting


def submit(firm: Firm, draft: Application, **data: Any) -> Any:
    check = f"/applications/{draft.ref}/check"
    return send(firm.browser, check, {"declared": list(DECLARATIONS), **data}, f"/applications/{draft.ref}/submit")


def test_problems_come_first_and_there_is_no_button(firm: Firm) -> None:
    draft = firm.draft()
    page = parsed(firm.browser.get(f"/applications/{draft.ref}/check"))
    required = sum(each.required for each in firm.form)
    assert words(page, "main h2") == f"{required} things to put right before you can submit"
    assert [each.text for each in page.all("main button")] == []


@pytest.mark.both_databases
def test_submit_shows_the_receipt_and_the_same_press_again_shows_the_same(firm: Firm) -> None:
    draft = firm.complete()
    check = f"/applications/{draft.ref}/check"
    hidden = fields(parsed(firm.browser.get(check)))
    data = {**hidden, "declared": list(DECLARATIONS)}
    to = f"/applications/{draft.ref}/submit"
    answers = [firm.browser.post(to, data=data) for _ in range(3)]
    assert {(each.status_code, each.location) for each in answers} == {(303, f"/applications/{draft.ref}/submitted")}
    assert firm.count(Submission) == 1
    panel = parsed(firm.browser.get(answers[0].location))
    assert words(panel, ".govuk-panel__title") == "Application submitted"
    with firm.ports.database.reading() as session:
        submission = session.scalars(select(Submission)).one()
    receipt = parsed(firm.browser.get(f"/applications/{draft.ref}/receipt"))
    text = receipt.text
    for shown in (
        "Monday 1 March 2027, 09:00:00 (UK time)",
        grouped(submission.code),
        submission.digest,
        str(submission.event_position),
        "plan.pdf",
    ):
        assert shown in text
    content = firm.browser.get(f"/applications/{draft.ref}/submissions/1.json").data
    assert digest(content) == submission.digest
    assert json.loads(content)["application"] == draft.ref
    hub = parsed(firm.browser.get(f"/applications/{draft.ref}"))
    assert words(hub, ".govuk-inset-text").startswith("Submitted.")


def test_without_the_declaration_nothing_is_submitted(firm: Firm) -> None:
    draft = firm.complete()
    page = parsed(submit(firm, draft, declared=["true"]), 422)
    assert len(page.all(".govuk-error-summary a")) == len(DECLARATIONS) - 1  # each that is missing, with its own box
    assert [each.attributes["value"] for each in page.all("input[name=declared][checked]")] == ["true"]
    assert firm.count(Submission) == 0


def test_what_a_colleague_changed_since_is_named_with_a_link(firm: Firm) -> None:
    draft, key = firm.complete(), firm.key("long_text")
    hidden = fields(parsed(firm.browser.get(f"/applications/{draft.ref}/check")))
    made.answer(firm.ports, draft, key, "Changed meanwhile", firm.lead)
    sent = firm.browser.post(f"/applications/{draft.ref}/submit", data={**hidden, "declared": list(DECLARATIONS)})
    page = parsed(sent, 409)
    assert "1 answer changed since you checked." in words(page, ".govuk-error-summary")
    links = [each.attributes["href"] for each in page.all(".govuk-error-summary a")]
    assert links[1:] == [f"/applications/{draft.ref}/questions/{key}?from=check"]
    assert firm.count(Submission) == 0


def test_a_late_press_is_answered_and_kept(firm: Firm, clock: StandingClock) -> None:
    draft = firm.complete()
    hidden = fields(parsed(firm.browser.get(f"/applications/{draft.ref}/check")))
    clock.forward(seconds=(firm.closes_at - clock.now()).total_seconds())
    browser = firm.as_(firm.lead)
    token = token_in(browser.get("/dashboard").text)
    data = {**hidden, "csrf_token": token, "declared": list(DECLARATIONS)}
    page = parsed(browser.post(f"/applications/{draft.ref}/submit", data=data), 410)
    assert words(page, "h1") == "Too late: the call has closed"
    assert (firm.count(NearMiss), firm.count(Submission)) == (1, 0)
    assert parsed(browser.get(f"/applications/{draft.ref}/print")).all("main h3") != []


def test_reopen_keep_withdraw_and_start_again(firm: Firm) -> None:
    draft = firm.complete()
    submit(firm, draft)
    hub = f"/applications/{draft.ref}"
    for act, said in (
        ("reopen", "Your changes are not submitted yet."),
        ("keep", "Submitted."),
        ("withdraw", "Withdrawn."),
        ("restart", "Not submitted yet."),
    ):
        answer = send(firm.browser, f"{hub}/{act}", {})
        assert (answer.status_code, answer.location) == (303, hub)
        assert words(parsed(firm.browser.get(hub)), ".govuk-inset-text").startswith(said)
    assert submit(firm, draft).status_code == 303
    assert firm.count(Submission) == 2
    assert "does not stand any more" in firm.browser.get(f"{hub}/receipt/1").text


# rights


def test_strangers_find_nothing_and_viewers_read_but_do_not_write(firm: Firm) -> None:
    draft, key = firm.complete(), firm.key("long_text")
    rival, _ = people.firm(firm.ports, "Rival", "rita@rival.example")
    stranger, officer = firm.as_(rival), firm.as_(calls.officer(firm.ports))
    viewer = firm.as_(people.member(firm.ports, firm.organisation.id, "vic@clean-air.example", "viewer"))
    pages = ["", f"/questions/{key}", "/check", "/print", "/application.txt"]
    for path in pages:
        address = f"/applications/{draft.ref}{path}"
        assert [each.get(address).status_code for each in (stranger, officer, viewer)] == [404, 404, 200]
    token = token_in(viewer.get("/dashboard").text)
    data = {"csrf_token": token, "answer": "x", "version": "1"}
    assert viewer.post(f"/applications/{draft.ref}/questions/{key}", data=data).status_code == 403
    assert viewer.post(f"/applications/{draft.ref}/submit", data=data).status_code == 403
    assert firm.app.test_client().get(f"/applications/{draft.ref}").status_code in (302, 303)


def test_verify_says_genuine_and_nothing_more_before_the_opening(firm: Firm, work: Any) -> None:
    draft = firm.complete()
    submit(firm, draft)
    work()
    with firm.ports.database.reading() as session:
        submission = session.scalars(select(Submission)).one()
    visitor = firm.app.test_client()
    typed = grouped(submission.code).lower()
    page = parsed(visitor.get(f"/verify?code={typed}"))
    text = words(page, "main")
    assert "This code is genuine" in text
    assert "Receipt of a submission" in text
    assert draft.ref in text
    for hidden in (submission.digest, "Clean Air Makers", "Mina", "2027", str(firm.call.title)):
        assert hidden not in text
    assert visitor.get(f"/verify/{typed}").location == f"/verify?code={typed}"
    assert "We have not issued" in words(parsed(visitor.get("/verify?code=0000-0000-0000")), "main")
    pdf = firm.browser.get(f"/documents/{submission.code}.pdf")
    assert (pdf.status_code, pdf.mimetype, pdf.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert pdf.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    officer = firm.as_(calls.officer(firm.ports))
    assert officer.get(f"/documents/{submission.code}.pdf").status_code == 404
    assert visitor.get(f"/documents/{submission.code}.pdf").status_code == 404


# cost


def test_the_dashboard_costs_the_same_with_one_and_with_three(firm: Firm) -> None:
    firm.complete()
    first = statements(firm.ports, firm.browser.get, "/dashboard")
    for title in ("Second", "Third"):
        call = calls.published(firm.ports, title=title)
        made.written(firm.ports, call, firm.lead, firm.organisation)
    assert statements(firm.ports, firm.browser.get, "/dashboard") == first


def test_pages_cost_the_same_however_much_was_answered(firm: Firm) -> None:
    draft = firm.draft()
    pages = [f"/applications/{draft.ref}", f"/applications/{draft.ref}/check"]
    before = [statements(firm.ports, firm.browser.get, page) for page in pages]
    firm.complete()
    made.attach(firm.ports, draft, firm.key("file"), firm.lead, "second.pdf")
    assert [statements(firm.ports, firm.browser.get, page) for page in pages] == before


# several stages


def test_the_page_is_about_the_newest_stage_and_lists_the_earlier_ones(firm: Firm) -> None:
    draft = firm.complete()
    submit(firm, draft)
    call = assessment.opened(firm.ports, firm.call)
    second = stages.following(firm.ports, call, "proposal", ["collect", "assess", "award"])
    hub = f"/applications/{draft.ref}"
    firm.browser = firm.as_(firm.lead)
    alone = parsed(firm.browser.get(hub))
    assert "Earlier stages" not in alone.text
    stages.go_on(firm.ports, second)

    page = parsed(firm.browser.get(hub))
    assert words(page, ".govuk-inset-text").startswith("Not submitted yet.")
    assert "Proposal" in words(page, "h1 .govuk-caption-l")
    assert "About this proposal" in page.text
    assert [each.attributes["href"] for each in page.all(".govuk-task-list a")] == [
        f"{hub}/questions/how",
        f"{hub}/questions/price",
        f"{hub}/check",
    ]
    earlier = next(each for each in page.all("main li a") if each.text.strip() == "Application")
    assert earlier.attributes["href"] == f"{hub}/stages/application"
    first = parsed(firm.browser.get(f"{hub}/stages/application"))
    assert words(first, ".govuk-inset-text").startswith("Being checked.")
    key = firm.form[0].key
    assert first.all(".govuk-task-list a")[0].attributes["href"] == f"{hub}/stages/application/questions/{key}"
    for path in (f"/questions/{key}", "/print", "/application.txt", "/receipt"):
        assert firm.browser.get(f"{hub}/stages/application{path}").status_code == 200
    assert parsed(firm.browser.get(f"{hub}/stages/application/questions/{key}")).all("main form") == []
    assert firm.browser.get(f"{hub}/stages/proposal/receipt").status_code == 404
    assert firm.browser.get(f"{hub}/stages/nothing").status_code == 404
    assert "submission 1" in words(parsed(firm.browser.get(f"{hub}/receipt")), "h1")

    for name, typed in (("how", "With care."), ("price", "35000")):
        send(firm.browser, f"{hub}/questions/{name}", {"answer": typed, "then": "on"})
    check = parsed(firm.browser.get(f"{hub}/check"))
    assert "What this proposal says is true" in check.text
    assert [each.text.strip() for each in check.all("main button")] == ["Submit the proposal"]
    assert submit(firm, draft).status_code == 303
    panel = parsed(firm.browser.get(f"{hub}/submitted"))
    assert words(panel, ".govuk-panel__title") == "Proposal submitted"
    assert "submission 2" in words(parsed(firm.browser.get(f"{hub}/receipt")), "h1")
    assert "submission 1" in words(parsed(firm.browser.get(f"{hub}/stages/application/receipt")), "h1")
    assert "Submitted" in words(parsed(firm.browser.get("/dashboard")), ".app-card__status")
