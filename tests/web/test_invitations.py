"""Invitations to assess as pages, without script: an officer invites, an assessor answers, and declares who applied."""

import re
from datetime import timedelta

from sqlalchemy import select

from procurement.models.assessment import Assignment
from procurement.queries import assessment as assessment_queries
from procurement.queries import opening as opening_queries
from procurement.rules.dates import uk_day
from tests.parts import assessment as parts
from tests.parts import calls, people
from workflows.catalogue import states


def words(answer) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", answer.text).split())


def base(call, key="application") -> str:
    return f"/manage/calls/{call.ref}/stages/{key}"


def own(call, key="application") -> str:
    return f"/assess/calls/{call.ref}/stages/{key}"


def typed(day) -> dict[str, str]:
    return {"answer_by-day": str(day.day), "answer_by-month": str(day.month), "answer_by-year": str(day.year)}


def seen_in(page) -> str:
    return re.search(r'name="seen"[^>]*value="([^"]*)"', page.text).group(1)


def invite(officer, ports, call, *who) -> None:
    """Through the page, with the preview before."""
    sent = {"people": [str(each.id) for each in who], **typed(uk_day(ports.clock.now()) + timedelta(days=7))}
    first = officer.send(f"{base(call)}/assessors/invite", sent)
    assert (first.status_code, "Nothing is sent yet" in words(first)) == (200, True)
    assert (
        officer.send(f"{base(call)}/assessors/invite", {**sent, "seen": seen_in(first), "invite": "1"}).status_code
        == 303
    )


def test_from_the_invitation_to_the_first_answer_that_is_read(app, ports):
    call = parts.bids_in(ports, firms=2)
    one, two = (calls.staff(ports, f"reader{number}@readers.example", "assessor") for number in (1, 2))
    officer = people.signed_in(app, ports, calls.officer(ports))
    assert "Nobody is invited yet" in words(officer.get(f"{base(call)}/assessors"))
    form = officer.get(f"{base(call)}/assessors/invite")
    assert (form.status_code, one.name in form.text) == (200, True)
    empty = officer.send(f"{base(call)}/assessors/invite", {})
    assert (empty.status_code, "Choose at least one person to invite" in empty.text) == (422, True)
    invite(officer, ports, call, one, two)
    listed = words(officer.get(f"{base(call)}/assessors"))
    assert listed.count("Waiting for the answer") == 2
    assert "0 can assess, 2 have not answered, 0 cannot" in words(officer.get(f"/manage/calls/{call.ref}"))

    reader, other = people.signed_in(app, ports, one), people.signed_in(app, ports, two)
    queue = reader.get("/assess")
    assert ("Can you assess? (1)" in words(queue), f"{own(call)}/invitation" in queue.text) == (True, True)
    page = reader.get(f"{own(call)}/invitation")
    assert (page.status_code, "Firm A" in page.text, call.title in page.text) == (200, False, True)
    assert reader.send(f"{own(call)}/invitation", {}).status_code == 422
    assert reader.send(f"{own(call)}/invitation", {"answer": "yes", "words": ""}).status_code == 303
    assert other.send(f"{own(call)}/invitation", {"answer": "no", "words": "I am away."}).status_code == 303
    assert "You said that you can assess" in words(reader.get("/assess"))
    assert reader.get(f"{own(call)}/interests").status_code == 404  # nobody learns who applied before the opening
    listed = words(officer.get(f"{base(call)}/assessors"))
    assert ("Can assess" in listed, "I am away." in listed) == (True, True)

    call = parts.in_assessment(ports, parts.opened(ports, call))
    officer = people.signed_in(app, ports, calls.officer(ports))  # weeks later
    reader, other = people.signed_in(app, ports, one), people.signed_in(app, ports, two)
    assert "declare your interests (1)" in words(reader.get("/assess"))
    assert other.get(f"{own(call)}/interests").status_code == 404
    page = reader.get(f"{own(call)}/interests")
    assert ("Firm A" in page.text, "Idea of" in page.text) == (True, False)
    with ports.database.reading() as session:
        stage = calls.newest(session, call)
        firms = {each.name: each.id for each in assessment_queries.applicants_of(session, stage.id)}
        entry_id = next(
            each.entry.id for each in opening_queries.list_bids(session, stage.id) if each.organisation.name == "Firm A"
        )
    sent = {"seen": seen_in(page), f"weight-{firms['Firm A']}": "none", f"weight-{firms['Firm B']}": "hard"}
    assert reader.send(f"{own(call)}/interests", sent).status_code == 303
    matrix = words(officer.get(f"{base(call)}/assign"))
    assert "1 can assess, 0 have not answered, 1 cannot" in matrix
    assert matrix.index(one.name) < matrix.index(two.name)
    assert officer.send(f"{base(call)}/assign", {"pair": f"{entry_id}-{one.id}"}).status_code == 303
    with ports.database.reading() as session:
        made = session.scalars(select(Assignment)).one()
    assert made.state in states.assignment.unbegun
    assert reader.get(f"/assess/assignments/{made.ref}").status_code == 303  # straight to what is to be read
    history = words(officer.get(f"/manage/calls/{call.ref}/history"))
    for said in (
        f"Invited {one.name} to assess, to answer by",
        "Said yes to the invitation to assess, before: no answer",
        "Said no to the invitation to assess, before: no answer",
        "Declared interests in who applied, to assess the stage",
    ):
        assert said in history


def test_nobody_but_staff_and_whoever_is_invited_sees_anything_of_it(app, ports):
    call = parts.bids_in(ports, firms=1)
    one = calls.staff(ports, "reader1@readers.example", "assessor")
    officer = people.signed_in(app, ports, calls.officer(ports))
    invite(officer, ports, call, one)
    stranger = people.signed_in(app, ports, calls.staff(ports, "stranger@readers.example", "assessor"))
    approver = people.signed_in(app, ports, calls.approver(ports))
    with ports.database.reading() as session:
        lead = session.scalars(select(people.Person).where(people.Person.email == "lead@firma.example")).one()
    applicant = people.signed_in(app, ports, lead)
    for address in (f"{base(call)}/assessors", f"{base(call)}/assessors/invite", f"{own(call)}/invitation"):
        assert applicant.get(address).status_code == 404
        assert stranger.get(address).status_code == 404
    assert approver.get(f"{base(call)}/assessors").status_code == 200
    assert approver.get(f"{base(call)}/assessors/invite").status_code == 403
    assert one.name not in applicant.get(f"/calls/{call.ref}").text


def test_an_invitation_is_withdrawn_on_a_page_that_says_what_happens(app, ports):
    call = parts.bids_in(ports, firms=1)
    one = calls.staff(ports, "reader1@readers.example", "assessor")
    officer = people.signed_in(app, ports, calls.officer(ports))
    invite(officer, ports, call, one)
    listed = officer.get(f"{base(call)}/assessors")
    number = re.search(r"withdraw\?invitation=(\d+)", listed.text).group(1)
    assert "you can invite the person again" in words(
        officer.get(f"{base(call)}/assessors/withdraw?invitation={number}")
    )
    assert officer.get(f"{base(call)}/assessors/withdraw?invitation=999").status_code == 404
    assert officer.send(f"{base(call)}/assessors/withdraw", {"invitation": number}).status_code == 303
    assert "Withdrawn" in words(officer.get(f"{base(call)}/assessors"))
    reader = people.signed_in(app, ports, one)
    assert "This invitation was withdrawn" in words(reader.get(f"{own(call)}/invitation"))
    assert "Can you assess?" not in words(reader.get("/assess"))


def test_in_a_blind_stage_an_interest_is_declared_on_the_list_and_not_in_the_bid_that_is_shown(app, ports):
    """An interest is about an organisation, and takes away that organisation's bid: not the one that was shown."""
    call = parts.in_assessment(ports, parts.opened(ports, parts.bids_in(ports, procedure="innovation_fund", firms=2)))
    with ports.database.reading() as session:
        stage = calls.newest(session, call)
        assert stage.blind
        firms = {each.name: each.id for each in assessment_queries.applicants_of(session, stage.id)}
    parts.assigned(ports, call)
    with ports.database.reading() as session:
        rows = session.scalars(select(Assignment).order_by(Assignment.id)).all()
        person_id = rows[0].person_id
        mine = [each for each in rows if each.person_id == person_id]
    reader = people.signed_in(app, ports, people.principal(ports, person_id))
    page = reader.get(f"/assess/assignments/{mine[0].ref}")
    assert ("I have an interest in it" in page.text, f"{own(call)}/interests" in page.text) == (False, True)
    assert reader.get(f"/assess/assignments/{mine[0].ref}/conflict").location == f"{own(call)}/interests"
    listed = reader.get(f"{own(call)}/interests")
    sent = {"seen": seen_in(listed), f"weight-{firms['Firm B']}": "hard"}
    assert reader.send(f"{own(call)}/interests", sent).status_code == 303
    with ports.database.reading() as session:
        found = {
            each.application_id: each.state in states.assignment.conflicted
            for each in session.scalars(select(Assignment).where(Assignment.person_id == person_id))
        }
        of = {each.application.id: each.organisation.name for each in opening_queries.list_bids(session, stage.id)}
    assert {of[key]: gone for key, gone in found.items()} == {
        of[each.application_id]: of[each.application_id] == "Firm B" for each in mine
    }


def test_what_waits_comes_first_and_what_is_done_stands_in_pages_of_its_own(app, ports):
    call = parts.in_assessment(ports, parts.opened(ports, parts.bids_in(ports, firms=3)))
    parts.assigned(ports, call)
    with ports.database.reading() as session:
        person_id = session.scalars(select(Assignment.person_id).order_by(Assignment.id)).first()
    reader = people.signed_in(app, ports, people.principal(ports, person_id))
    assert "Done" not in words(reader.get("/assess"))
    parts.marked(ports, call)
    first = words(reader.get("/assess"))
    assert ("All done" in first, "Submitted" in first) == (True, False)
    assert "Submitted" in words(reader.get("/assess?show=done"))
    assert "Left out, since it makes no sense here: show=nonsense" in words(reader.get("/assess?show=nonsense"))
