"""The pages from the ranking to the answer, as officers, approvers and applicants walk them without script."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from procurement.models.calls import Call
from procurement.models.documents import Document
from procurement.queries import people as people_queries
from procurement.rules.dates import uk_day
from procurement.rules.ports import Ports
from procurement.services import installation
from procurement.services.act import perform
from tests.parts import assessment, calls, noticing, outcomes, people
from tests.parts.visitors import Visitor

RECOMPUTE = Path(__file__).parents[1] / "workflows" / "recompute.py"


def browser(app: Flask, ports: Ports, who: Any) -> Visitor:
    return people.signed_in(app, ports, who)


def staff(app: Flask, ports: Ports) -> tuple[Visitor, Visitor]:
    return browser(app, ports, calls.officer(ports)), browser(app, ports, calls.approver(ports))


def refs(ports: Ports, call: Call) -> list[str]:
    return [entry.ref for entry in outcomes.table(ports, call).entries]


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.both_databases
def test_the_walk_from_the_ranking_to_the_acceptance(app: Flask, ports: Ports) -> None:
    call = assessment.locked(ports)
    officer, approver = staff(app, ports)
    root = f"/manage/calls/{call.ref}/stages/application"
    page = officer.get(f"{root}/ranking")
    assert page.status_code == 200
    assert (
        "Budget: £100,000 net of VAT. £79,000 net of VAT committed above this line. £21,000 net of VAT left. "
        "Next in rank asks £38,000 net of VAT." in words(page.text)
    )
    first, second, third = refs(ports, call)
    assert officer.get(f"{root}/ranking/{first}").status_code == 200
    over = officer.send(f"{root}/decisions/{first}", {"outcome": "fund", "amount": "40001", "reason": "kept"})
    assert over.status_code == 409
    assert "The award cannot be more" in over.text
    assert 'value="40001"' in over.text
    for ref, amount in ((first, "40000"), (second, "39000")):
        assert officer.send(f"{root}/decisions/{ref}", {"outcome": "fund", "amount": amount}).status_code == 303
    said = {"outcome": "reserve", "reason": outcomes.REASON}
    assert officer.send(f"{root}/decisions/{third}", said).status_code == 303
    assert "is not written for:" in words(approver.get(f"{root}/decisions").text)
    seen = re.search(r'name="seen" value="([^"]+)"', officer.get(f"{root}/reasons").text)
    assert seen is not None
    assert officer.send(f"{root}/reasons", {"seen": seen[1]}, to=f"{root}/reasons/accept").status_code == 303
    shown = words(officer.get(f"{root}/ranking").text)
    assert (shown.count("Award it: £40,000 net of VAT"), shown.count("Keep it in reserve")) == (1, 1)
    page = approver.get(f"{root}/decisions")
    assert f'href="{root}/ranking/{first}"' in page.text  # the marks are where the approver decides
    assert "Award 2 (£79,000 net of VAT), reserve 1, decline 0." in words(page.text)
    seen = re.search(r'name="seen" value="([^"]+)"', page.text)
    assert seen is not None
    answer = approver.send(f"{root}/decisions", {"seen": seen[1]}, to=f"{root}/decisions/approve")
    assert (answer.status_code, answer.location) == (303, f"{root}/tell")
    page = officer.get(f"{root}/tell")
    assert "6 letters and summaries are not ready yet" in words(page.text)
    outcomes.made_ready(ports, call)
    assert officer.send(f"{root}/tell").status_code == 303
    assert officer.get(f"{root}/documents").status_code == 200
    outcomes.addressed(ports, call)
    assert officer.send(f"{root}/notices", to=f"{root}/notices/draft").status_code == 303
    assert noticing.steps(officer, approver, f"{root}/notices", f"{root}/notices", ports.clock.now()) == [303] * 3
    assert "8 working days, beginning with the day of publication" in words(officer.get(f"{root}/notices").text)
    shown = words(officer.get(f"{root}/outcomes").text)
    assert (shown.count("In standstill"), shown.count("Applicants told")) == (2, 0)
    assert "11:59pm" in shown
    award = outcomes.awards_of(ports, call)[0]
    lead = browser(app, ports, outcomes.lead_of(ports, award))
    mine = f"/applications/{first}/outcome"
    page = lead.get(mine)
    assert "Your application was successful" in page.text
    assert "place 1 of 3" in page.text
    assert "Marks in this lot: 3 to 5." in page.text
    assert "Accept the award" not in page.text
    outcomes.confirmed(ports, call)
    lead = browser(app, ports, outcomes.lead_of(ports, award))
    assert lead.send(mine, to=f"{mine}/refuse").status_code == 422
    assert lead.send(mine, to=f"{mine}/accept").status_code == 303
    assert "The award was accepted on" in lead.get(mine).text
    officer = browser(app, ports, calls.officer(ports))
    assert "Accepted" in officer.get(f"{root}/outcomes").text
    # nobody's outcome is anybody else's
    assert lead.get(f"/applications/{third}/outcome").status_code == 404
    assert lead.get(f"{root}/ranking").status_code == 404


def test_the_standstill_is_as_long_as_the_setting_says_wherever_it_is_named(app: Flask, ports: Ports) -> None:
    now = ports.clock.now()
    perform(ports, people.OPERATOR, now, installation.set_value, "standstill_days", 10, uk_day(now))
    call = outcomes.told(ports)
    award = outcomes.awards_of(ports, call)[0]
    mine = f"/applications/{refs(ports, call)[0]}/outcome"
    says = "a standstill of 10 working days"
    assert says in words(browser(app, ports, outcomes.lead_of(ports, award)).get(mine).text)
    with ports.database.reading() as session:
        letters = session.scalars(select(Document).where(Document.kind == "award_letter")).all()
    assert [says in letter.content["standstill"] for letter in letters] == [True] * len(letters) != []
    outcomes.addressed(ports, call)
    officer, approver = staff(app, ports)
    root = f"/manage/calls/{call.ref}/stages/application"
    assert officer.send(f"{root}/notices", to=f"{root}/notices/draft").status_code == 303
    assert "10 working days, beginning with the day of publication" in words(officer.get(f"{root}/notices").text)
    assert noticing.steps(officer, approver, f"{root}/notices", f"{root}/notices", ports.clock.now()) == [303] * 3
    assert "10 working days, beginning with the day of publication" in words(officer.get(f"{root}/notices").text)


def test_before_the_telling_the_funded_and_the_declined_see_the_same(app: Flask, ports: Ports) -> None:
    call = outcomes.decided(ports, most=1)
    outcomes.made_ready(ports, call)
    pages = []
    for entry in outcomes.table(ports, call).entries:
        application = entry.entry.application
        with ports.database.reading() as session:
            lead_id = people_queries.team_of(session, application.organisation_id)[0].person_id
        lead = browser(app, ports, people.principal(ports, lead_id))
        assert lead.get(f"/applications/{application.ref}/outcome").status_code in (403, 404)
        html = lead.get(f"/applications/{application.ref}").text
        for own in (application.ref, entry.title, entry.organisation.name, entry.organisation.ref):
            html = html.replace(own, "…")
        body = html[html.index("<h1") :]
        pages.append(
            re.sub(
                r"Firm [A-Z]|lead@\w+|Lead|\d+:\d\d[ap]m|[0-9a-f]{64}|[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}|"
                r'name="csrf_token"[^>]*>',
                "…",
                body,
            )
        )
    assert pages[0] == pages[1] == pages[2]


@pytest.mark.both_databases
def test_what_if_changes_nothing_and_a_stranger_ranks_the_same(app: Flask, ports: Ports) -> None:
    call = assessment.locked(ports)
    officer, _ = staff(app, ports)
    root = f"/manage/calls/{call.ref}/stages/application"
    page = officer.get(f"{root}/ranking?budget_1=40000&threshold=70")
    assert "What if: nothing of this is kept." in page.text
    assert "Budget: £40,000 net of VAT. £40,000 net of VAT committed above this line." in words(page.text)
    assert "Below threshold" in page.text
    assert "Below threshold" not in officer.get(f"{root}/ranking").text
    assert officer.get(f"{root}/ranking?budget_1=lots&threshold=900").status_code == 200
    published = officer.get(f"{root}/ranking.json").text
    made = subprocess.run([sys.executable, str(RECOMPUTE)], input=published, capture_output=True, text=True, check=True)
    table = outcomes.table(ports, call)
    assert [(row["ref"], row["place"], row["total"]) for row in json.loads(made.stdout)["application"]] == [
        (entry.ref, entry.row.place, str(entry.row.total)) for entry in table.entries if entry.row
    ]
    assert officer.get(f"{root}/ranking.csv").text.count("\r\n") == 4


@pytest.mark.parametrize("page", ["ranking", "decisions", "tell", "outcomes", "notices", "documents"])
def test_each_page_explains_itself_before_its_time(app: Flask, ports: Ports, page: str) -> None:
    call = assessment.in_assessment(ports)
    officer, _ = staff(app, ports)
    answer = officer.get(f"/manage/calls/{call.ref}/{page}")
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    stranger = browser(app, ports, people.person(ports, "eve@other.example"))
    assert stranger.get(f"/manage/calls/{call.ref}/{page}").status_code == 404


@pytest.mark.both_databases
def test_many_decisions_are_proposed_at_once_by_nothing_but_rank(app: Flask, ports: Ports) -> None:
    # they ask for £40,000, £39,000, £38,000 and £37,000 of £100,000, and the last misses a threshold
    call = assessment.locked(ports, firms=4)
    officer, approver = staff(app, ports)
    root = f"/manage/calls/{call.ref}/stages/application/decisions"
    first, second, third, fourth = refs(ports, call)
    assert "Propose all in rank order" in officer.get(root).text
    assert approver.get(f"{root}/in-rank-order").status_code == 403
    page = officer.get(f"{root}/in-rank-order")
    assert "To award: 2 Idea of Firm A, Firm A (place 1, asks for £40,000 net of VAT)" in words(page.text)
    assert "To keep in reserve: 1" in words(page.text)
    assert "To keep in reserve: 0 Nobody" in words(officer.get(f"{root}/in-rank-order?reserves=0").text)
    seen = outcomes.table(ports, call).seen
    # a browser sends every input, and the first of a name counts
    sent = [tag for tag in re.findall(r"<input[^>]+>", page.text) if 'name="seen"' in tag]
    assert [re.findall(r'value="([^"]*)"', tag) for tag in sent] == [[seen]]
    given = {"seen": seen, "reserves": "1", "reserve": outcomes.REASON}
    refused = officer.send(f"{root}/in-rank-order", given)
    assert refused.status_code == 409
    assert f"{fourth}: " in refused.text  # a decline needs its reason, and then nothing at all is written
    assert all(entry.decision is None for entry in outcomes.table(ports, call).entries)
    stale = officer.send(f"{root}/in-rank-order", {**given, "seen": "other", "decline": outcomes.REASON})
    assert stale.status_code == 409
    assert officer.send(f"{root}/in-rank-order", {**given, "decline": outcomes.REASON}).status_code == 303
    decided = {entry.ref: entry.decision for entry in outcomes.table(ports, call).entries}
    assert [(decided[ref].outcome, decided[ref].amount) for ref in (first, second, third, fourth)] == [
        ("fund", 40_000),
        ("fund", 39_000),
        ("reserve", None),
        ("decline", None),
    ]
    assert outcomes.table(ports, call).leaving == frozenset()
    assert "Every application has a proposal" in officer.get(f"{root}/in-rank-order").text


def test_an_award_that_waits_for_an_answer_stands_first_on_the_dashboard(app: Flask, ports: Ports) -> None:
    call = outcomes.told(ports, procedure="small_grant", firms=2)
    award = outcomes.awards_of(ports, call)[0]
    visitor = browser(app, ports, outcomes.lead_of(ports, award))
    waiting = words(visitor.get("/dashboard").text)
    assert "Waiting for you Accept or refuse the award" in waiting
    outcomes.accepted(ports, award)
    assert "Accept or refuse the award" not in words(visitor.get("/dashboard").text)


def test_refusing_has_two_pages_and_is_told_in_the_past_afterwards(app: Flask, ports: Ports) -> None:
    call = outcomes.told(ports, procedure="small_grant", firms=2)
    award = outcomes.awards_of(ports, call)[0]
    visitor = browser(app, ports, outcomes.lead_of(ports, award))
    mine = f"/applications/{refs(ports, call)[0]}/outcome"
    page = visitor.get(mine)
    assert "<textarea" not in page.text  # nothing is refused on the page that says that it was won
    assert f'href="{mine}/refuse"' in page.text
    amount = re.search(r"The award is (£[0-9,]+)", words(page.text))
    assert amount is not None
    first = words(visitor.get(f"{mine}/refuse").text)
    assert ("What you refuse" in first, amount[1] in first, "It is final: you cannot take it back" in first) == (
        True,
    ) * 3
    assert visitor.send(f"{mine}/refuse", {"reason": ""}).status_code == 422
    assert outcomes.awards_of(ports, call)[0].state == award.state
    assert visitor.send(f"{mine}/refuse", {"reason": "We found other money."}).status_code == 303
    after = words(visitor.get(mine).text)
    assert "You refused the award" in after
    assert f"The award was {amount[1]}" in after
    assert ("was successful" in after, "The award is" in after) == (False, False)
    assert visitor.get(f"{mine}/refuse").location == mine  # there is nothing to refuse any more


@pytest.mark.parametrize(("procedure", "contract"), [("challenge_open", True), ("small_grant", False)])
def test_who_accepted_reads_what_follows_whom_to_write_to_and_keeps_a_confirmation(
    app: Flask, ports: Ports, procedure: str, contract: bool
) -> None:
    call = outcomes.told(ports, procedure=procedure, firms=2)
    if contract:
        outcomes.noticed(ports, call)
    outcomes.confirmed(ports, call)
    award = outcomes.awards_of(ports, call)[0]
    lead = outcomes.lead_of(ports, award)
    visitor = browser(app, ports, lead)
    mine = f"/applications/{refs(ports, call)[0]}/outcome"
    assert visitor.get(f"{mine}/acceptance").location == mine  # nothing was accepted yet
    outcomes.accepted(ports, award)
    page = visitor.get(mine)
    assert ("sign the contract" in page.text, "sign the agreement" in page.text) == (contract, not contract)
    assert f"write to {call.contact}" in words(page.text)
    kept = words(visitor.get(f"{mine}/acceptance").text)
    for said in (award.ref, call.ref, lead.name, "Place in the history", "Accepted (UTC)"):
        assert said in kept
    assert ("at least three years" in kept) is not contract


def test_from_an_outcome_it_is_one_step_to_the_call_and_to_the_register(app: Flask, ports: Ports) -> None:
    call = outcomes.told(ports, procedure="small_grant", firms=2)
    award = outcomes.awards_of(ports, call)[0]
    visitor = browser(app, ports, outcomes.lead_of(ports, award))
    mine = f"/applications/{refs(ports, call)[0]}/outcome"
    page = visitor.get(mine).text
    assert f'href="/calls/{call.ref}"' in page
    assert (f'href="/awards/{award.ref}"' in page) is (visitor.get(f"/awards/{award.ref}").status_code == 200)
    outcomes.accepted(ports, award)
    assert visitor.get(f"/awards/{award.ref}").status_code == 200
    assert f'href="/awards/{award.ref}"' in visitor.get(mine).text
