"""What a team reads in a stage after the first: when it closes, a reply that it need not send, and leaving the call."""

from typing import Any

import pytest
from flask import Flask

from procurement.models.applications import Entry
from procurement.models.stages import Stage
from procurement.rules.ports import Ports
from procurement.services import applications, opening
from procurement.services.act import perform
from tests.parts import assessment, calls, people, sifting, stages
from tests.parts.clock import StandingClock
from tests.parts.pages import read as parsed
from tests.parts.visitors import Visitor


class Scene:
    """Two firms in the second stage, a reply that nobody needs to send; the first is looked at."""

    def __init__(self, app: Flask, ports: Ports) -> None:
        self.app, self.ports = app, ports
        self.call = assessment.opened(ports, assessment.bids_in(ports, firms=2))
        steps = ["collect", "assess", "award"]
        self.stage: Stage = stages.following(ports, self.call, "reply", steps, required=False, sealed=False)
        self.entry: Entry = next(iter(stages.go_on(ports, self.stage).values()))
        self.hub = f"/applications/{self.entry.application.ref}"

    @property
    def browser(self) -> Visitor:
        """Signed in anew, since the clock moves past a sign-in."""
        return people.signed_in(self.app, self.ports, calls.staff(self.ports, "lead@firma.example"))

    def said(self, path: str = "") -> str:
        return parsed(self.browser.get(f"{self.hub}{path}")).one("main").words

    def submit(self) -> None:
        lead, now = calls.staff(self.ports, "lead@firma.example"), self.ports.clock.now()
        for key, typed in (("how", "With care."), ("price", "35000")):
            perform(self.ports, lead, now, applications.save_answer, self.entry.id, key, typed, version=0)
        version = self.read().version
        perform(
            self.ports, lead, now, applications.submit, self.entry.id, press="a" * 32, version=version, declared=True
        )

    def read(self) -> Entry:
        return stages.read_entries(self.ports, [self.entry.id])[0]


@pytest.fixture
def scene(app: Flask, ports: Ports) -> Scene:
    return Scene(app, ports)


def test_a_reply_that_nobody_sent_is_not_called_submitted(scene: Scene, clock: StandingClock) -> None:
    said = scene.said()
    assert "“Reply” closes on" in said
    assert "You need not send a reply: if you send nothing, your application goes on all the same." in said
    assert "Optional. To send a reply, complete its required questions: 0 of 2 are complete." in said
    optional = "Optional: if you send no reply, your application goes on all the same"
    assert optional in parsed(scene.browser.get("/dashboard")).one("main").words
    assert "Not started" in said
    assert scene.stage.closes_at is not None
    clock.set(scene.stage.closes_at)
    sent_none = "You sent no reply; your application goes on all the same"

    def shown() -> tuple[list[bool], list[str], str]:
        hub, dashboard = scene.said(), parsed(scene.browser.get("/dashboard"))
        titles = [each.words for each in dashboard.all("main h2")]
        reads = [sent_none in hub, sent_none in dashboard.one("main").words, "Submitted" in hub]
        return reads, titles, dashboard.one(".app-card__status").words

    as_it_is = ([True, True, False], ["Taking part", "Your organisations"], "Closed")
    assert shown() == as_it_is  # by the clock alone
    assert "Not started" not in scene.said()
    perform(scene.ports, calls.officer(scene.ports), clock.now(), opening.open_due, scene.stage.id)
    assert scene.read().state == "in_assessment"
    assert shown() == (*as_it_is[:2], "Being assessed")


def test_from_the_second_stage_on_a_withdrawal_is_of_the_whole_application(scene: Scene) -> None:
    scene.submit()
    assert "Withdraw your whole application from this call" in scene.said()
    asked = scene.said("/withdraw")
    for text in (
        "Withdraw your whole application from this call?",
        "The whole application ends, not only its reply: you lose your place in “Reply”",
        "To send nothing is no withdrawal: without a reply your application goes on all the same.",
        "until “Reply” closes on",
    ):
        assert text in asked, text
    assert scene.browser.send(f"{scene.hub}/withdraw").status_code == 303
    after = scene.said()
    assert "Your whole application was withdrawn from this call" in after
    assert "Submission 2" in after
    assert "– stood until it was withdrawn" in after
    assert "– stands" not in after
    assert "does not stand any more" in scene.said("/receipt")


def test_the_dashboard_names_the_stage_of_a_call_that_has_several(scene: Scene) -> None:
    assert "Stage Reply" in parsed(scene.browser.get("/dashboard")).one("main").words


def test_the_queue_of_an_assessor_names_the_stage_of_a_call_that_has_several(app: Flask, ports: Ports) -> None:
    call = assessment.in_assessment(ports)
    assessment.assigned(ports, call)
    browser = people.signed_in(app, ports, assessment.assessors(ports, 1)[0])
    assert "Marks are due by" in parsed(browser.get("/assess")).one("main").words
    assert "Stage Application" not in parsed(browser.get("/assess")).one("main").words
    stages.following(ports, call, "demonstration", ["assess", "award"])
    assert "Stage Application" in parsed(browser.get("/assess")).one("main").words


def test_a_call_of_one_stage_is_withdrawn_as_it_always_was(app: Flask, ports: Ports) -> None:
    call = assessment.bids_in(ports, firms=1)
    browser = people.signed_in(app, ports, calls.staff(ports, "lead@firma.example"))
    dashboard = parsed(browser.get("/dashboard"))
    assert "Stage" not in dashboard.one("main").words
    hub = next(link for link in dashboard.links if link.startswith("/applications/"))
    said = parsed(browser.get(hub)).one("main").words
    assert "Withdraw the application" in said
    assert "whole application" not in said
    assert "The submission of" in said
    assert call.ref in said


def test_the_first_submission_to_a_later_stage_is_numbered_within_the_application(scene: Scene) -> None:
    scene.submit()
    said = scene.said("/submitted")
    assert "Your reply was received on" in said
    assert "(submission 2 of this application)" in said
    assert "We received submission" not in said


@pytest.mark.parametrize(
    ("steps", "values", "noun"),
    [
        (["collect", "assess"], {"required": True}, "reply"),
        (["collect", "moderate", "award"], {"required": False}, "application"),
        (["collect", "moderate", "award"], {"required": True, "marks_of": "first"}, "application"),
        (["present", "assess"], {"required": True}, "reply"),
        (["assess"], {"required": True}, "application"),
    ],
)
def test_what_is_decided_is_what_had_to_be_handed_in(steps: list[str], values: dict[str, Any], noun: str) -> None:
    stage = Stage(steps=steps, noun="reply", **({"marks_of": ""} | values))
    assert stage.decided_noun == noun


def test_who_has_gone_on_reads_the_outcome_without_naming_its_stage(app: Flask, ports: Ports) -> None:
    call = sifting.told_with_reserve(ports)
    with ports.database.reading() as session:
        best = sifting.table(session, calls.stage_of(ports, call, "application")).entries[0]
    email = best.organisation.name.replace(" ", "").lower()
    lead = people.signed_in(app, ports, calls.staff(ports, f"lead@{email}.example"))
    said = parsed(lead.get(f"/applications/{best.ref}/outcome")).one("main").words
    assert "was successful" in said
    officer = people.signed_in(app, ports, calls.officer(ports))
    opening_page = parsed(officer.get(f"/manage/calls/{call.ref}/stages/proposal/opening")).one("main").words
    assert "Two people open the proposals" in opening_page
    assert "bids" not in opening_page
