"""The pages from the opening to the locked marks, as people use them without script."""

import re

import pytest
from sqlalchemy import select

from procurement.models.applications import Application, Entry
from procurement.models.assessment import Assignment, Mark
from procurement.models.history import Event
from procurement.models.stages import Criterion
from procurement.queries import assessment as assessment_queries
from procurement.services import assessment
from procurement.services.act import perform
from tests.parts import applications as bids
from tests.parts import assessment as parts
from tests.parts import calls, people
from tests.parts.pages import checked as page
from tests.parts.pages import read
from tests.parts.statements import statements


def browser(app, ports, who):
    return people.signed_in(app, ports, who)


def as_read(text: str) -> str:
    """A page without what differs from one browser to the next."""
    return re.sub(r'(name="csrf_token" value|data-csrf)="[^"]*"', "", text)


def assignment_of(ports, assignment_id) -> Assignment:
    with ports.database.reading() as session:
        return session.get_one(Assignment, assignment_id)


def test_before_the_opening_staff_see_counts_and_nothing_else(app, ports):
    call = calls.published(ports)
    _, entry_id = parts.bid(ports, call, "Ash Works", title="Cleaner kerbs", amount=12_345)
    parts.bid(ports, call, "Birch Ltd", submit=False)
    with ports.database.reading() as session:
        entry = session.get_one(Entry, entry_id)
        ref = session.get_one(Application, entry.application_id).ref
    officer = browser(app, ports, calls.officer(ports))
    for path in ("opening", "applications"):
        text = page(officer.get(f"/manage/calls/{call.ref}/{path}"))
        for secret in ("Ash Works", "ashworks", "Birch", "Cleaner kerbs", "12,345", "12345", ref):
            assert secret not in text
    assert officer.get(f"/manage/calls/{call.ref}/applications.csv").status_code == 403
    assert officer.get(f"/manage/calls/{call.ref}/applications/{ref}").status_code == 404
    assert officer.get(f"/manage/calls/{call.ref}/assign").status_code == 403


def test_two_people_open_the_bids_in_the_browser(app, ports):
    call = parts.bids_in(ports, firms=2)
    parts.closed(ports, call)
    address = f"/manage/calls/{call.ref}/opening"
    officer, approver = browser(app, ports, calls.officer(ports)), browser(app, ports, calls.approver(ports))
    assert officer.send(address, to=f"{address}/ask").status_code == 303
    assert "You asked to open the applications" in page(officer.get(address))
    assert page(officer.send(address, to=f"{address}/complete"), 409).count("A different person must complete it") == 1
    assert "asked to open the applications on" in page(approver.get(address))
    assert approver.send(address, to=f"{address}/complete").status_code == 303
    shown = page(approver.get(address))
    assert "First person" in shown
    listed = page(approver.get(f"/manage/calls/{call.ref}/applications"))
    assert ("Firm A" in listed, "Firm B" in listed, "Idea of Firm A" in listed) == (True, True, True)


def test_opening_asks_for_the_password_when_the_sign_in_is_old(app, ports):
    call = parts.bids_in(ports, firms=1)
    parts.closed(ports, call)
    officer = browser(app, ports, calls.officer(ports))
    address = f"/manage/calls/{call.ref}/opening"
    ports.clock.forward(minutes=11)
    answer = officer.send(address, to=f"{address}/ask")
    assert (answer.status_code, "again" in answer.location) == (303, True)
    with ports.database.reading() as session:
        assert session.scalars(select(Event.tag).where(Event.tag == "stage.ask_to_open")).all() == []


@pytest.mark.both_databases
def test_the_list_filters_counts_and_downloads(app, ports):
    call = parts.bids_in(ports, firms=2)
    parts.bid(ports, call, "Zephyr")
    parts.opened(ports, call)
    officer = browser(app, ports, calls.officer(ports))
    address = f"/manage/calls/{call.ref}/applications"
    assert "1 application of 3" in page(officer.get(f"{address}?q=zephyr"))
    assert "No application fits these filters." in page(officer.get(f"{address}?state=declined"))
    lines = officer.get(f"{address}.csv?q=zephyr+idea").data.decode("utf-8-sig").splitlines()
    assert (len(lines), lines[1].split(",")[1]) == (2, "Zephyr")


def test_eligibility_on_its_page(app, ports):
    call = parts.opened(ports, parts.bids_in(ports, firms=1))
    with ports.database.reading() as session:
        ref = session.scalars(select(Application.ref)).one()
    officer, approver = browser(app, ports, calls.officer(ports)), browser(app, ports, calls.approver(ports))
    address = f"/manage/calls/{call.ref}/applications/{ref}/eligibility"
    page(officer.send(address, {"reason": ""}, to=f"{address}/propose"), 422)
    assert officer.send(address, {"reason": "Outside the region."}, to=f"{address}/propose").status_code == 303
    assert officer.send(address, to=f"{address}/approve").status_code == 403
    shown = page(approver.get(address))
    assert "Outside the region." in shown
    seen = re.search(r'name="seen" value="(\d+)"', shown)[1]
    page(approver.send(address, {"reason": "Look again"}, to=f"{address}/eligible"), 403)
    assert approver.send(address, {"seen": seen}, to=f"{address}/approve").status_code == 303
    assert "This application is not eligible" in page(officer.get(address))
    page(officer.get(f"/manage/calls/{call.ref}/applications/{ref}"))
    assert officer.send(address, {"reason": "x"}, to=f"{address}/eligible").status_code == 409


@pytest.mark.both_databases
def test_who_fetches_a_file_is_written_down_and_a_get_changes_nothing(app, ports):
    call = calls.published(ports)
    application, _ = bids.submitted(ports, call, "Ash Works", "lead@ash.example")
    parts.opened(ports, call)
    officer = browser(app, ports, calls.officer(ports))
    address = f"/manage/calls/{call.ref}/stages/application/bids/{application.ref}"
    shown = page(officer.get(address))
    found = re.findall(rf"{address}/files/([A-Z0-9]+)", shown)
    if not found:
        pytest.skip("the starter form of this procedure asks for no file")
    answer = officer.send(address, to=f"{address}/files/{found[0]}")
    assert (answer.status_code, answer.data[:4]) == (200, b"%PDF")
    with ports.database.reading() as session:
        tags = session.scalars(select(Event.tag).where(Event.tag == "entry.fetch_file")).all()
    assert tags == ["entry.fetch_file"]


def test_a_file_of_an_applicant_is_saved_by_the_browser_and_never_run(app, ports):
    """Whoever fetches it: the staff's browsers are worth more to somebody than the applicant's own."""
    call = calls.published(ports)
    bids.submitted(ports, call, "Ash Works", "lead@ash.example")
    call = parts.in_assessment(ports, parts.opened(ports, call))
    reader = parts.assessor(ports, "reader@readers.example")
    assignment_id = parts.assigned(ports, call, [reader])[0]
    parts_do(ports, assessment.accept, assignment_id, by=reader)
    assignment = assignment_of(ports, assignment_id).ref
    with ports.database.reading() as session:
        bid = assessment_queries.find_assignment(session, assignment).entry
        line = bid.standing.manifest["files"][0]
    officer = browser(app, ports, calls.officer(ports))
    address = f"/manage/calls/{call.ref}/applications/{bid.application.ref}"
    for answer in (
        officer.send(address, to=f"{address}/files/{line['ref']}"),
        browser(app, ports, reader).get(f"/assess/assignments/{assignment}/files/1"),
    ):
        assert (answer.status_code, answer.data[:4]) == (200, b"%PDF")
        assert answer.headers["Content-Disposition"].startswith("attachment; ")
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.content_length == line["size"]


@pytest.mark.both_databases
def test_assigning_in_the_matrix_and_for_one(app, ports):
    call = parts.in_assessment(ports)
    one, other = parts.assessors(ports, 2)
    with ports.database.reading() as session:
        row, *_ = assessment_queries.table_of(session, calls.newest(session, call).id)
        firm = row.organisation.id
    parts_do(ports, assessment.declare_interests, {firm: ("hard", "Mine.")}, none=False, by=other)
    officer = browser(app, ports, calls.officer(ports))
    address = f"/manage/calls/{call.ref}/assign"
    shown = page(officer.get(address))
    assert shown.count("<strong>Conflict</strong>") == 1
    forged = officer.send(address, {"pair": f"{row.entry.id}-{other.id}"})
    assert "cannot be asked to read" in page(forged, 409)
    assert officer.send(address, {"pair": [f"{row.entry.id}-{one.id}"]}).status_code == 303
    text = page(officer.get(f"{address}/{row.ref}"))
    assert "Cannot be asked" in text
    ref = re.search(rf"/manage/calls/{call.ref}/stages/application/assignments/([A-Z0-9]+)/remove", text)[1]
    removal = f"/manage/calls/{call.ref}/assignments/{ref}/remove"
    page(officer.send(removal, {"reason": ""}), 422)
    assert officer.send(removal, {"reason": "Too much to do."}).status_code == 303
    assert browser(app, ports, one).get(f"/assess/assignments/{ref}").status_code == 404
    page(officer.get("/manage/assessors"))
    page(officer.get(f"/manage/calls/{call.ref}/progress"))


def parts_do(ports, service, *given, by, **named):
    return perform(ports, by, ports.clock.now(), service, *given, **named)


def test_an_assessor_answers_marks_and_submits(app, ports):
    call = parts.in_assessment(ports)
    reader = parts.assessor(ports, "reader@readers.example", declared=False)
    parts.assigned(ports, call, [reader])
    visitor = browser(app, ports, reader)
    with ports.database.reading() as session:
        first = assessment_queries.queue_of(session, reader, ports.clock.now())[0].assignment.ref
        keys = [row.key for row in assessment_queries.criteria_of(session, calls.newest(session, call).id)]
    address = f"/assess/assignments/{first}"
    assert "declare your interests" in page(visitor.get("/assess"))
    assert "Declare your interests first" in page(visitor.get(address))
    page(visitor.send("/assess/interests", {}), 422)
    assert visitor.send("/assess/interests", {"none": "y"}).status_code == 303
    assert visitor.get(f"{address}/mark").status_code == 403
    page(visitor.send(address, {}), 422)
    assert visitor.send(address, {"answer": "accept"}).status_code == 303
    assert visitor.get(address).location == f"{address}/mark"
    assert visitor.get(f"{address}/mark").location == f"{address}/criteria/{keys[0]}"
    for place, key in enumerate(keys):
        here = f"{address}/criteria/{key}"
        page(visitor.get(here))
        saved = visitor.send(here, {"mark": "4", "comment": parts.COMMENT, "note": "", "version": "0", "next": "1"})
        onwards = f"{address}/criteria/{keys[place + 1]}" if place + 1 < len(keys) else f"{address}/check"
        assert (saved.status_code, saved.location) == (303, onwards)
    page(visitor.get(f"{address}/application"))
    page(visitor.get(f"{address}/check"))
    assert visitor.send(f"{address}/check").status_code == 303
    page(visitor.get(f"{address}/submitted"))
    assert "You cannot change it any more" in page(visitor.get(f"{address}/check"))
    assert "1 of 3 scorecards submitted" in page(visitor.get("/assess"))


def test_one_press_accepts_all_that_the_page_lists(app, ports):
    call = parts.in_assessment(ports)
    reader = parts.assessor(ports, "reader@readers.example", declared=False)
    ids = parts.assigned(ports, call, [reader])
    visitor = browser(app, ports, reader)
    assert "Accept all 3 at once" in page(visitor.get("/assess"))
    before = page(visitor.get("/assess/accept"))
    assert ("Declare your interests first" in before, "Accept all 3" in before) == (True, False)
    declared = visitor.send("/assess/interests", {"none": "y", "next": "/assess/accept"})
    assert (declared.status_code, declared.location) == (303, "/assess/accept")
    listed = page(visitor.get("/assess/accept"))
    assert [each for each in "ABC" if f"Idea of Firm {each}" in listed and f", Firm {each}" in listed] == [
        "A",
        "B",
        "C",
    ]
    seen = re.search(r'name="seen" value="([\d ]+)"', listed)[1].split()
    assert sorted(map(int, seen)) == ids
    assert "Read the list again" in page(visitor.send("/assess/accept", {"seen": " ".join(seen[:2])}), 409)
    assert visitor.send("/assess/accept", {"seen": " ".join(seen)}).status_code == 303
    assert {assignment_of(ports, each).state for each in ids} == {"accepted"}
    after = page(visitor.get("/assess"))
    assert ("accepted all 3 applications" in after, "at once" in after) == (True, False)
    assert "Nothing waits for your answer" in page(visitor.get("/assess/accept"))


def test_one_criterion_leads_across_all_own_bids(app, ports):
    call = parts.in_assessment(ports)
    one, other = parts.assessors(ports, 2)
    ids = parts.assigned(ports, call, [one])
    for each in ids:
        parts_do(ports, assessment.accept, each, by=one)
    with ports.database.reading() as session:
        stage = calls.newest(session, call)
        keys = [row.key for row in assessment_queries.criteria_of(session, stage.id)]
        tasks = assessment_queries.queue_of(session, one, ports.clock.now())
        refs = [task.assignment.ref for task in tasks]  # by their neutral numbers
    base = f"/assess/stages/{call.ref}/{stage.key}/criteria"
    visitor = browser(app, ports, one)
    assert base in read(visitor.get("/assess")).links
    assert visitor.get(base).location == f"{base}/{keys[0]}"
    assert page(visitor.get(f"{base}/{keys[0]}")).count("No mark yet") == 3
    across = [f"/assess/assignments/{ref}/criteria/{keys[0]}" for ref in refs]
    sent = {"mark": "4", "comment": parts.COMMENT, "note": "", "version": "0"}
    for place, here in enumerate(across):
        shown = read(visitor.get(f"{here}?by=criterion"))
        ways = [each for each in shown.links if each.endswith("?by=criterion")]
        assert ways[:3] == [f"{each}?by=criterion" for each in across]
        onwards = f"{across[place + 1]}?by=criterion" if place < 2 else f"{base}/{keys[0]}"
        stayed = visitor.send(f"{here}?by=criterion", sent)
        assert (stayed.status_code, stayed.location) == (303, f"{here}?by=criterion")
        again = visitor.send(f"{here}?by=criterion", {**sent, "mark": "3", "version": "1", "next": "1"})
        assert (again.status_code, again.location) == (303, onwards)
    assert page(visitor.get(f"{base}/{keys[0]}")).count("3 of 3 done") == 1
    assert visitor.get(base).location == f"{base}/{keys[1]}"
    assert f"{across[0]}?by=criterion" in read(visitor.get(across[0])).links  # the switch, there and back
    assert across[0] in read(visitor.get(f"{across[0]}?by=criterion")).links
    for path in (base, f"{base}/{keys[0]}"):
        assert browser(app, ports, other).get(path).status_code == 404
        assert browser(app, ports, calls.officer(ports)).get(path).status_code == 403
    assert visitor.get(f"{base}/nothing").status_code == 404


def test_own_marks_stand_side_by_side(app, ports):
    call = parts.in_assessment(ports)
    one, other = parts.assessors(ports, 2)
    ids = parts.assigned(ports, call, [one, other])
    own = [each for each in ids if assignment_of(ports, each).person_id == one.id]
    with ports.database.reading() as session:
        stage = calls.newest(session, call)
        keys = [row.key for row in assessment_queries.criteria_of(session, stage.id)]
    for each in own[:2]:
        parts_do(ports, assessment.accept, each, by=one)
        for key in keys if each == own[0] else keys[:1]:
            parts_do(ports, assessment.save_mark, each, key, mark=4, comment=parts.COMMENT, note="", version=0, by=one)
    visitor, here = browser(app, ports, one), f"/assess/stages/{call.ref}/{stage.key}/marks"
    assert here in read(visitor.get("/assess")).links

    def table(who):
        lines = read(who.get(here)).all("tbody tr")
        cells = [[cell.words.split()[0] for cell in line.all("td")] for line in lines]
        return sorted(cells), sorted(link for line in lines for link in line.links if "/criteria/" in link)

    whole, begun = ["4"] * len(keys), ["4"] + ["Mark"] * (len(keys) - 1)
    cells, links = table(visitor)
    assert cells == sorted([[*whole, "80.00"], [*begun, "–"]])  # what was not accepted yet is not there
    refs = [assignment_of(ports, each).ref for each in own[:2]]
    assert links == sorted(f"/assess/assignments/{ref}/criteria/{key}?by=criterion" for ref in refs for key in keys)
    parts_do(ports, assessment.submit_card, own[0], by=one)
    cells, links = table(visitor)
    assert (cells, len(links)) == (sorted([[*whole, "80.00"], [*begun, "–"]]), len(keys))
    assert not [link for link in links if refs[0] in link]
    assert browser(app, ports, other).get(here).status_code == 404  # nothing accepted
    assert browser(app, ports, calls.officer(ports)).get(here).status_code == 403


def test_a_submitted_card_refuses_the_form_sent_again(app, ports):
    call = parts.in_assessment(ports)
    (reader,) = parts.assessors(ports, 1)
    first = parts.assigned(ports, call, [reader])[0]
    parts.marked(ports, call)
    ref = assignment_of(ports, first).ref
    visitor = browser(app, ports, reader)
    with ports.database.reading() as session:
        mark = session.scalars(select(Mark).where(Mark.assignment_id == first).order_by(Mark.id)).first()
    here = f"/assess/assignments/{ref}/criteria/{mark.criterion}"
    sent = {"mark": "0", "comment": "Changed.", "note": "", "version": str(mark.version)}
    assert "does not change" in page(visitor.send("/assess/interests", sent, to=here), 409)
    auto = visitor.send("/assess/interests", {**sent, "field": "mark", "value": "0"}, to=f"{here}/autosave")
    assert auto.status_code == 409
    assert visitor.send("/assess/interests", {"answer": "accept"}, to=f"/assess/assignments/{ref}").status_code == 409
    with ports.database.reading() as session:
        again = session.get_one(Mark, mark.id)
        assert (again.mark, again.comment, again.version) == (mark.mark, mark.comment, mark.version)


def test_two_windows_give_a_page_with_both_texts(app, ports):
    call = parts.in_assessment(ports)
    (reader,) = parts.assessors(ports, 1)
    first = parts.assigned(ports, call, [reader])[0]
    parts_do(ports, assessment.accept, first, by=reader)
    ref = assignment_of(ports, first).ref
    with ports.database.reading() as session:
        key = assessment_queries.criteria_of(session, calls.newest(session, call).id)[0].key
    visitor = browser(app, ports, reader)
    here = f"/assess/assignments/{ref}/criteria/{key}"
    sent = {"mark": "3", "comment": "The first text.", "note": "", "version": "0"}
    assert visitor.send(here, sent).status_code == 303
    text = page(visitor.send(here, {**sent, "comment": "The second text."}), 409)
    assert ("The first text." in text, "The second text." in text) == (True, True)
    saved = visitor.send(here, {"version": "1", "field": "comment", "value": "By itself."}, to=f"{here}/autosave")
    assert saved.json["version"] == 2
    assert "By itself." in page(visitor.get(here))


def test_declining_and_conflicts(app, ports):
    call = parts.in_assessment(ports)
    (reader,) = parts.assessors(ports, 1)
    one, two, _ = [assignment_of(ports, each).ref for each in parts.assigned(ports, call, [reader])]
    visitor = browser(app, ports, reader)
    for form in ("decline", "conflict"):
        page(visitor.get(f"/assess/assignments/{one}/{form}"))
        page(visitor.send(f"/assess/assignments/{one}/{form}", {}), 422)
    page(visitor.send(f"/assess/assignments/{one}/decline", {"reason": "other", "words": " "}), 422)
    assert visitor.send(f"/assess/assignments/{one}/decline", {"reason": "no_time"}).status_code == 303
    assert "You declined" in page(visitor.get(f"/assess/assignments/{one}"))

    parts_do(ports, assessment.accept, id_of(ports, two), by=reader)
    name = title_of(ports, two)
    assert name in page(visitor.get("/assess"))
    assert visitor.send(f"/assess/assignments/{two}/conflict", {"words": "My sister."}).status_code == 303
    assert name not in page(visitor.get("/assess"))
    for rest in ("", "/mark", "/application", "/check", "/files/1", "/conflict", "/decline"):
        assert visitor.get(f"/assess/assignments/{two}{rest}").status_code == 404
    key = criterion_of(ports, call)
    assert visitor.get(f"/assess/assignments/{two}/criteria/{key}").status_code == 404


def id_of(ports, ref):
    with ports.database.reading() as session:
        return session.scalars(select(Assignment.id).where(Assignment.ref == ref)).one()


def title_of(ports, ref):
    with ports.database.reading() as session:
        found = assessment_queries.find_assignment(session, ref)
        return found.entry.title


def criterion_of(ports, call):
    with ports.database.reading() as session:
        return session.scalars(
            select(Criterion.key).where(Criterion.stage_id == calls.newest(session, call).id)
        ).first()


def test_anothers_assignment_is_not_there(app, ports):
    call = parts.in_assessment(ports)
    one, other = parts.assessors(ports, 2)
    first = parts.assigned(ports, call, [one])[0]
    ref, key = assignment_of(ports, first).ref, criterion_of(ports, call)
    for who in (other, calls.officer(ports)):
        visitor = browser(app, ports, who)
        for rest in ("", "/mark", f"/criteria/{key}", "/application", "/check", "/submitted", "/files/1"):
            assert visitor.get(f"/assess/assignments/{ref}{rest}").status_code == 404


def test_others_marks_make_no_difference_before_the_own_are_in(app, ports):
    call = parts.in_assessment(ports)
    one, other = parts.assessors(ports, 2)
    mine = parts.assigned(ports, call, [one])[0]
    parts.assigned(ports, call, [other])
    parts_do(ports, assessment.accept, mine, by=one)
    ref, key = assignment_of(ports, mine).ref, criterion_of(ports, call)
    visitor = browser(app, ports, one)
    own = f"/assess/assignments/{ref}"
    paths = ["/assess", f"{own}/criteria/{key}", f"{own}/application", f"{own}/check"]
    before = [as_read(page(visitor.get(path))) for path in paths]
    marked_by(ports, call, other)
    assert [as_read(page(visitor.get(path))) for path in paths] == before
    parts.marked(ports, call)
    after = page(visitor.get(f"/assess/assignments/{ref}/check"))
    assert ("Assessor A" in after, other.name in after, other.email in after) == (True, False, False)


def marked_by(ports, call, who):
    with ports.database.reading() as session:
        own = [
            each.assignment.id
            for each in assessment_queries.queue_of(session, who, ports.clock.now())
            if each.assignment.state == "invited"
        ]
        keys = [row.key for row in assessment_queries.criteria_of(session, calls.newest(session, call).id)]
    for each in own:
        parts_do(ports, assessment.accept, each, by=who)
        for key in keys:
            parts_do(ports, assessment.save_mark, each, key, mark=5, comment=parts.COMMENT, note="", version=0, by=who)
        parts_do(ports, assessment.submit_card, each, by=who)


def test_a_blind_stage_shows_no_name_anywhere(app, ports):
    call = parts.in_assessment(ports, parts.opened(ports, parts.bids_in(ports, procedure="small_grant")))
    (reader,) = parts.assessors(ports, 1)
    first = parts.assigned(ports, call, [reader])[0]
    ref, key = assignment_of(ports, first).ref, criterion_of(ports, call)
    visitor = browser(app, ports, reader)
    secrets = [f"Firm {letter}" for letter in "ABC"] + ["firma.example", "lead@"]
    listed = page(visitor.get("/assess"))
    before = page(visitor.get(f"/assess/assignments/{ref}"))
    assert [secret for secret in secrets if secret in listed] == []
    accepting = page(visitor.get("/assess/accept"))
    assert [each for each in ("Firm A", "Firm B", "Firm C") if each in accepting] == ["Firm A", "Firm B", "Firm C"]
    assert ("Idea of" in accepting, ", Firm" in accepting) == (False, False)
    assert [each for each in ("Firm A", "Firm B", "Firm C") if each in before] == ["Firm A", "Firm B", "Firm C"]
    assert "Idea of" not in before
    parts_do(ports, assessment.accept, first, by=reader)
    stage = calls.stage_of(ports, call)
    for rest in (f"criteria/{key}", "marks"):
        together = page(visitor.get(f"/assess/stages/{call.ref}/{stage.key}/{rest}"))
        assert [secret for secret in [*secrets, "Idea of"] if secret in together] == []
    for rest in (f"/criteria/{key}", f"/criteria/{key}?by=criterion", "/check", "/conflict", "/decline"):
        text = page(visitor.get(f"/assess/assignments/{ref}{rest}"))
        # what the applicant wrote into an answer is the applicant's; the frame around it names nobody
        text = re.sub(r'<div class="app-typed".*?</div>', "", text, flags=re.DOTALL)
        text = re.sub(r"<ul class=\"govuk-list govuk-list--bullet\">.*?</ul>", "", text, flags=re.DOTALL)
        assert [secret for secret in [*secrets, "Idea of"] if secret in text] == []
    with ports.database.reading() as session:
        refs = session.scalars(select(Application.ref)).all()
    whole = page(visitor.get(f"/assess/assignments/{ref}/application"))
    assert [each for each in refs if each in whole] == []


def test_progress_reminds_and_locks(app, ports):
    call = parts.in_assessment(ports)
    parts.assigned(ports, call)
    officer = browser(app, ports, calls.officer(ports))
    address = f"/manage/calls/{call.ref}/progress"
    assert f"0 of {3 * calls.stage_of(ports, call).readers} scorecards are in." in page(officer.get(address))
    assert officer.send(address, to=f"{address}/remind").status_code == 303
    assert "Reminded today" in page(officer.get(address))
    assert "scorecards are not in yet" in page(officer.send(address, to=f"{address}/lock"), 409)
    ports.clock.set(calls.stage_of(ports, call).assess_by)
    officer = browser(app, ports, calls.officer(ports))
    assert "Late" in page(officer.get(address))
    parts.marked(ports, call)
    page(officer.get(address))
    assert officer.send(address, to=f"{address}/lock").status_code == 303
    assert "The marks are locked" in page(officer.get(address))
    auditor = browser(app, ports, calls.staff(ports, "auditor@city.example", "auditor"))
    for path in ("opening", "applications", "assign", "progress"):
        page(auditor.get(f"/manage/calls/{call.ref}/{path}"))


@pytest.mark.parametrize("path", ["/assess", "/assess/accept", "progress", "assign", "applications"])
def test_the_number_of_statements_does_not_grow(app, ports, path):
    counted = []
    for firms in (1, 3):
        call = parts.bids_in(ports, calls.published(ports, title=f"Call with {firms}"), firms=0)
        for place in range(firms):
            parts.bid(ports, call, f"Oak {firms} {place}")
        made = parts.in_assessment(ports, parts.opened(ports, call))
        reader = parts.assessor(ports, f"reader{firms}@readers.example")
        parts.assigned(ports, made, [reader])
        who = reader if path.startswith("/assess") else calls.officer(ports)
        visitor = browser(app, ports, who)
        address = path if path.startswith("/") else f"/manage/calls/{made.ref}/{path}"
        page(visitor.get(address))
        counted.append(statements(ports, visitor.get, address))
    assert counted[0] == counted[1]


def test_what_is_shown_across_bids_costs_as_much_for_many(app, ports):
    counted = []
    for firms in (2, 4):
        call = parts.bids_in(ports, calls.published(ports, title=f"Call with {firms}"), firms=0)
        for place in range(firms):
            parts.bid(ports, call, f"Elm {firms} {place}")
        made = parts.in_assessment(ports, parts.opened(ports, call))
        reader = parts.assessor(ports, f"reader{firms}@readers.example")
        ids = parts.assigned(ports, made, [reader])
        parts_do(ports, assessment.accept_all, seen=ids, by=reader)
        stage, key = calls.stage_of(ports, made).key, criterion_of(ports, made)
        ref, visitor = assignment_of(ports, ids[0]).ref, browser(app, ports, reader)
        base = f"/assess/stages/{made.ref}/{stage}"
        own = f"/assess/assignments/{ref}/criteria/{key}?by=criterion"
        for address in (f"{base}/criteria/{key}", f"{base}/marks", own):
            page(visitor.get(address))
        counted.append(
            [statements(ports, visitor.get, each) for each in (f"{base}/criteria/{key}", f"{base}/marks", own)]
        )
    assert counted[0] == counted[1]
