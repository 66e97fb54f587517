"""A text that an applicant reads warns where it names whoever wrote it, a colleague or an address: on each page where
one is written, and before it is approved. It stands all the same: nobody is stopped."""

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.assessment import Mark
from procurement.models.people import Person
from procurement.models.stages import Stage
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import assessment as services
from procurement.services.act import perform
from tests.parts import assessment, calls, outcomes, people
from tests.parts import moderation as panel
from tests.parts.pages import read
from tests.web.test_moderation_pages import base, ref_of
from tests.web.test_reasons_pages import filled, root_of, words

LONG = "The plan names each school, who stands at its gate, and what is measured there by when."


def called(ports: Ports, who: Principal) -> str:
    with ports.database.reading() as session:
        return session.scalars(select(Person.name).where(Person.id == who.id)).one()


def test_a_comment_is_looked_at_before_the_scorecard_is_submitted(app: Flask, ports: Ports) -> None:
    call = assessment.in_assessment(ports)
    own, other = assessment.assessors(ports, 2)
    assessment.assigned(ports, call, [own, other])
    browser = people.signed_in(app, ports, own)
    ref = re.search(r"/assess/assignments/([\w-]+)", browser.get("/assess").text)
    assert ref is not None
    card = f"/assess/assignments/{ref[1]}"
    assert browser.send(card, {"answer": "accept"}).status_code == 303
    first = next(link for link in read(browser.get(f"{card}/check")).links if f"{card}/criteria/" in link)
    for text, named in (
        (f"{LONG} I agree with {called(ports, other)} on that.", called(ports, other)),
        (f"{LONG}\n\n{called(ports, own)}", called(ports, own)),
        (f"{LONG} Write to me: me@city.example.", "me@city.example"),
        (LONG, ""),
    ):
        page = read(browser.get(first))
        sent = {
            each.attributes["name"]: each.attributes.get("value", "") for each in page.all("form input[type=hidden]")
        }
        browser.send(first, {**sent, "mark": "3", "comment": text, "note": ""})
        shown = words(browser.get(f"{card}/check"))
        assert ("take these out first" in shown) is bool(named)
        assert f" names {named}" in shown or not named


def test_the_reasons_of_officers_warn_where_they_are_written_and_where_they_are_approved(
    app: Flask, ports: Ports
) -> None:
    call = assessment.locked(ports)
    outcomes.propose(ports, call, outcomes.in_rank_order(ports, call))
    table, root = outcomes.table(ports, call), root_of(call)
    winner, criterion = table.entries[0], table.scheme.criteria[0]
    officer = people.signed_in(app, ports, calls.officer(ports))
    approver = people.signed_in(app, ports, calls.approver(ports))
    somebody = called(ports, assessment.assessors(ports, 1)[0])
    sent = filled(read(officer.get(f"{root}/reasons/{winner.ref}")))
    naming = {**sent, f"text-{criterion.key}": f"{LONG} So {somebody} found."}
    saved = officer.send(f"{root}/reasons/{winner.ref}", naming)
    assert saved.status_code == 303
    warned = f"names {somebody}. The applicant reads it without names"
    assert f"“{criterion.name}” {warned}" in words(officer.get(saved.location))  # once, after it is saved
    for reader, page in ((officer, "reasons"), (officer, f"reasons/{winner.ref}"), (approver, "decisions")):
        assert warned in words(reader.get(f"{root}/{page}")), page
    again = filled(read(officer.get(f"{root}/reasons/{winner.ref}")))
    officer.send(f"{root}/reasons/{winner.ref}", {**again, f"text-{criterion.key}": LONG})
    officer.get(f"{root}/reasons")
    for reader, page in ((officer, "reasons"), (officer, f"reasons/{winner.ref}"), (approver, "decisions")):
        assert "without names: take it out" not in words(reader.get(f"{root}/{page}")), page


def test_the_reason_of_a_decision_warns_too(app: Flask, ports: Ports) -> None:
    call = assessment.locked(ports)
    entry, root = outcomes.table(ports, call).entries[-1], root_of(call)
    officer = people.signed_in(app, ports, calls.officer(ports))
    sent = {"outcome": "decline", "reason": "Ask priya@city.example why.", "departure": ""}
    answer = officer.send(f"{root}/decisions/{entry.ref}", sent)
    assert answer.status_code == 303
    assert f"“Reason for {entry.ref}” names priya@city.example." in words(officer.get(answer.location))
    assert f"“Reason for {entry.ref}” names priya@city.example." in words(officer.get(f"{root}/decisions"))


def test_what_a_panel_agrees_on_warns_where_it_is_settled(
    app: Flask, ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel.offered(monkeypatch)
    call = panel.moderating(ports)
    officer = people.signed_in(app, ports, calls.officer(ports))
    key, ref = panel.open_keys(ports, call)[0], ref_of(ports, call)
    chair = panel.chair(ports)
    there = [str(chair.id), str(calls.officer(ports).id)]
    page, who = f"{base(call)}/moderation/{ref}/{key}", called(ports, chair)
    sent = {"mark": "5", "reason": f"{LONG} {who} saw it.", "present": there, "seen": "0"}
    answer = officer.send(page, sent)
    assert answer.status_code == 303
    with ports.database.reading() as session:
        assert session.scalars(select(Stage.id)).first() is not None
    assert f"names {who}. The applicant reads it" in words(officer.get(answer.location))
    officer.get(page)
    assert f"names {who}. The applicant reads it" in words(officer.get(page))


def test_a_comment_that_names_somebody_is_warned_of_where_it_is_taken_over_and_where_it_is_approved(
    app: Flask, ports: Ports
) -> None:
    """Also in a fund that writes no reasons: its applicants read the comments as they are."""
    call = assessment.in_assessment(ports, assessment.opened(ports, assessment.bids_in(ports, procedure="small_grant")))
    own = assessment.assessors(ports, 2)
    assessment.assigned(ports, call, own)
    assessment.marked(ports, call)
    somebody, stage = called(ports, own[0]), calls.stage_of(ports, call)

    def write_a_name(session: Session) -> None:
        for each in session.scalars(select(Mark)):
            each.comment = f"{LONG} So {somebody} found."

    ports.database.write(write_a_name)
    perform(ports, calls.officer(ports), ports.clock.now(), services.lock_marks, stage.id)
    outcomes.with_optional_reasons(ports, call)
    outcomes.propose(ports, call, outcomes.in_rank_order(ports, call))
    warned = f"names {somebody}. The applicant reads it without names"
    for who, page in ((calls.officer(ports), "reasons"), (calls.approver(ports), "decisions")):
        assert warned in words(people.signed_in(app, ports, who).get(f"{root_of(call)}/{page}")), page
