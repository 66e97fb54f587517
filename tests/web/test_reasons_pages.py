"""The reasons that applicants read, from the officer's page to the summary and the outcome, without script."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from procurement.models.calls import Call
from procurement.models.documents import Document
from procurement.models.people import Membership, Person
from procurement.rules.ports import Ports
from procurement.services.act import perform
from tests.parts import assessment, calls, outcomes, people
from tests.parts.pages import Node, read
from tests.parts.visitors import Visitor

TEXT = "The plan names each school, who stands at its gate, and what is measured there by when."
SECRET = "a margin of 11 per cent"
WITH_SECRET = f"The price holds, since the works are done with {SECRET} and two people in their own workshop."


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def root_of(call: Call) -> str:
    return f"/manage/calls/{call.ref}/stages/application"


def filled(page: Node) -> dict[str, str]:
    """What the form of a bid's reasons sends as it is."""
    form = page.one("form:has(textarea)")
    hidden = {each.attributes["name"]: each.attributes.get("value", "") for each in form.all("input[type=hidden]")}
    return {**hidden, **{each.attributes["name"]: each.text.strip() for each in form.all("textarea")}}


def team_of(app: Flask, ports: Ports, organisation_id: int) -> Visitor:
    with ports.database.reading() as session:
        found = select(Person.id).join(Membership, Membership.person_id == Person.id)
        person_id = session.scalars(found.where(Membership.organisation_id == organisation_id)).first()
    return people.signed_in(app, ports, people.principal(ports, person_id or 0))


@pytest.mark.both_databases
def test_from_the_comments_to_what_the_applicant_and_the_others_read(app: Flask, ports: Ports) -> None:
    call = assessment.locked(ports)
    outcomes.propose(ports, call, outcomes.in_rank_order(ports, call))
    table = outcomes.table(ports, call)
    (winner, second, loser), criterion = table.entries, table.scheme.criteria[0]
    officer = people.signed_in(app, ports, calls.officer(ports))
    approver = people.signed_in(app, ports, calls.approver(ports))
    root = root_of(call)

    page = read(officer.get(f"{root}/reasons"))
    assert "Of 3 applications a reason is not written yet." in page.words
    assert f"{root}/reasons/{winner.ref}" in page.links
    assert f"is not written for: {winner.ref}, {second.ref}, {loser.ref}." in words(approver.get(f"{root}/decisions"))

    one = read(officer.get(f"{root}/reasons/{winner.ref}"))
    assert "Assessor 2" in one.words
    sent = filled(one)
    assert sent[f"text-{criterion.key}"] == f"{criterion.name}: {assessment.COMMENT}"
    short = officer.send(f"{root}/reasons/{winner.ref}", {**sent, f"text-{criterion.key}": "Good."})
    assert (short.status_code, "Good." in short.text) == (409, True)
    assert "Explain the mark to the applicant in at least ten words." in words(short)
    saved = officer.send(f"{root}/reasons/{winner.ref}", {**sent, f"text-{criterion.key}": WITH_SECRET})
    assert (saved.status_code, saved.location) == (303, f"{root}/reasons")
    stale = officer.send(f"{root}/reasons/{winner.ref}", {**sent, f"text-{criterion.key}": TEXT})
    assert (stale.status_code, TEXT in words(stale), WITH_SECRET in words(stale)) == (409, True, True)

    listed = read(officer.get(f"{root}/reasons"))
    assert "Of 2 applications a reason is not written yet." in listed.words
    seen = listed.one("input[name=seen]").attributes["value"]
    assert officer.send(f"{root}/reasons/accept", {"seen": seen}).status_code == 303
    assert "Every reason is written." in words(officer.get(f"{root}/reasons"))

    others = f"{root}/reasons/{winner.ref}/others"
    nowhere = officer.send(others, {"words": "a margin of 12 per cent", "ground": "commercial"})
    assert (nowhere.status_code, "a margin of 12 per cent" in nowhere.text) == (409, True)
    assert officer.send(others, {"words": "", "ground": ""}).status_code == 422
    assert officer.send(others, {"words": "two people", "ground": "personal"}).status_code == 303
    back = read(officer.get(others)).one("form[action$=put-back]").attributes["action"]
    assert officer.send(back, {}).status_code == 303
    assert officer.send(others, {"words": SECRET, "ground": "commercial"}).status_code == 303
    marked = WITH_SECRET.replace(SECRET, "[taken out: sensitive commercial information]")
    assert marked in words(officer.get(others))

    decisions = approver.get(f"{root}/decisions")
    assert WITH_SECRET in words(decisions)
    assert f"“{SECRET}” (Sensitive commercial information), by" in words(decisions)
    auditor = people.signed_in(app, ports, calls.staff(ports, "auditor@city.example", "auditor"))
    on_file = read(auditor.get(others))
    assert (SECRET in on_file.words, on_file.all("form[action$=put-back]")) == (True, [])
    assert approver.send(others, {"words": "workshop", "ground": "personal"}).status_code == 403
    approved = approver.send(
        f"{root}/decisions/approve", {"seen": read(decisions).one("input[name=seen]").attributes["value"]}
    )
    assert approved.status_code == 303
    assert officer.send(f"{root}/reasons/{winner.ref}", filled(one)).status_code == 409

    outcomes.made_ready(ports, call)
    outcomes.tell(ports, call)
    own = words(team_of(app, ports, winner.organisation.id).get(f"/applications/{winner.ref}/outcome"))
    assert (WITH_SECRET in own, "Assessor 1:" in own) == (True, False)
    with ports.database.reading() as session:
        rows = session.scalars(select(Document).where(Document.kind == "assessment_summary")).all()
        told = {row.content["application"]: str(row.content) for row in rows}
    assert (SECRET in told[winner.ref], SECRET in told[loser.ref], marked in told[loser.ref]) == (True, False, True)


def test_a_fund_of_before_may_write_reasons_and_has_nothing_to_take_out(app: Flask, ports: Ports) -> None:
    call = outcomes.with_optional_reasons(ports, assessment.locked(ports, procedure="small_grant"))
    officer, root = people.signed_in(app, ports, calls.officer(ports)), root_of(call)
    ref = outcomes.table(ports, call).entries[0].ref
    page = officer.get(f"{root}/reasons")
    assert "Where none is written, the comments of each assessor are shown, without names." in words(page)
    assert officer.get(f"{root}/reasons/{ref}/others").status_code == 404
    assert "Why rank order is left" in words(officer.get(f"{root}/decisions/{ref}"))


def test_a_procurement_is_asked_for_no_reason_to_leave_its_rule(app: Flask, ports: Ports) -> None:
    call = assessment.locked(ports)
    officer, root = people.signed_in(app, ports, calls.officer(ports)), root_of(call)
    first, second, _third = (entry.ref for entry in outcomes.table(ports, call).entries)
    assert "Why rank order is left" not in words(officer.get(f"{root}/decisions/{first}"))
    for ref, amount in ((first, "40000"), (second, "39000")):
        assert officer.send(f"{root}/decisions/{ref}", {"outcome": "fund", "amount": amount}).status_code == 303
    passed_over = officer.send(f"{root}/decisions/{first}", {"outcome": "decline", "reason": "kept"})
    assert (passed_over.status_code, "kept" in passed_over.text) == (409, True)
    assert "A procurement cannot leave it." in words(passed_over)


def test_before_the_marks_are_locked_there_is_nothing_to_explain(app: Flask, ports: Ports) -> None:
    call = assessment.in_assessment(ports)
    officer = people.signed_in(app, ports, calls.officer(ports))
    assert "There is nothing to explain yet" in words(officer.get(f"{root_of(call)}/reasons"))
    assert officer.get(f"{root_of(call)}/reasons/TT-NONE").status_code == 404


def test_what_breaks_a_tie_is_chosen_in_the_setup_and_said_to_everybody(app: Flask, ports: Ports) -> None:
    call = calls.drafted(ports)
    officer = people.signed_in(app, ports, calls.officer(ports))
    address = f"{root_of(call)}/criteria"
    page = read(officer.get(address))
    assert "Who is equal then is drawn by lot, in a way that everybody can do again." in page.words
    form = page.one("form:has(select)")
    sent = {each.attributes["name"]: each.attributes.get("value", "") for each in form.all("input")}
    twice = {**sent, "tie-1": "value", "tie-2": "value"}
    assert officer.send(address, twice).status_code == 303
    assert "Ties are to be broken by “value” 2 times. Once is enough." in words(officer.get(address))
    assert officer.send(address, {**sent, "tie-1": "no such"}).status_code == 422
    again = read(officer.get(address))
    current = again.one("form:has(select) input[name=version]").attributes["value"]
    assert officer.send(address, {**sent, "version": current, "tie-1": "value", "tie-2": "delivery"}).status_code == 303
    now, sent_on = ports.clock.now(), calls.reviewed(ports, call)
    perform(ports, calls.approver(ports), now, calls.calls.approve_and_publish, call.id, seen=sent_on.version)
    for public in (f"/calls/{call.ref}", f"/calls/{call.ref}/how-we-decide"):
        said = words(app.test_client().get(public))
        assert "with the better mark is first, in this order: Value for money, Ability to deliver." in said
        assert "Who is equal then is drawn by lot" in said
