"""An officer writes a call, an approver publishes it; the stale, the unfinished and the foreign are refused."""

import csv
import io
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from procurement.models.applications import Application
from procurement.models.calls import Lot
from procurement.models.history import Event
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.rules.ports import Ports
from tests.parts import applications, procedures
from tests.parts import calls as made
from tests.parts.pages import parse, token_in
from tests.parts.people import signed_in
from tests.parts.statements import statements
from tests.web.test_public_calls import page


@pytest.fixture
def officer(app: Flask, ports: Ports) -> FlaskClient:
    return signed_in(app, ports, made.officer(ports))


@pytest.fixture
def approver(app: Flask, ports: Ports) -> FlaskClient:
    return signed_in(app, ports, made.approver(ports))


def typed(text: str) -> dict[str, str]:
    """What a page's forms hold as they are: the value of every named input, for sending it back changed."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]+>", text):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and not ('type="radio"' in tag and " checked" not in tag):
            found[unescape(name[1])] = unescape(value[1]) if value else ""
    for name, value in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>([^<]*)</textarea>', text):
        found[name] = unescape(value)
    for name, inner in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', inner)
        found[name] = unescape(chosen[1]) if chosen else ""
    return found


def send(client: FlaskClient, path: str, status: int = 303, to: str = "", **changed: Any) -> TestResponse:
    """Open a page and send its form with some inputs changed."""
    shown = client.get(path)
    assert shown.status_code == 200, (path, shown.status_code)
    given = typed(shown.text) | {name.replace("__", "-"): value for name, value in changed.items()}
    answer = client.post(to or path, data=given)
    assert answer.status_code == status, (path, answer.status_code, parse(answer.text).words[:1500])
    return answer


def press(client: FlaskClient, page_path: str, to: str, status: int = 303, **data: Any) -> TestResponse:
    answer = client.post(to, data={"csrf_token": token_in(client.get(page_path).text), **data})
    assert answer.status_code == status, (to, answer.status_code, parse(answer.text).words[:1500])
    return answer


LAW = {
    "receives": "buys",
    "subject": "goods_services",
    "route_why": "A standstill for whoever answers.",
    "one_lot_why": "One supplier must answer for the whole.",
    "conflicts_by": "Olive Officer",
    "conflicts_on__day": "1",
    "conflicts_on__month": "12",
    "conflicts_on__year": "2026",
}
GRANT = {"receives": "supports"}


def new_call(officer: FlaskClient) -> str:
    answer = send(officer, "/manage/calls/new", procedure="challenge_open", title="Cleaner air at school gates")
    return str(answer.headers["Location"])


@pytest.mark.both_databases
def test_from_nothing_to_published_through_the_pages(ports: Ports, officer: FlaskClient, approver: FlaskClient) -> None:
    assert "There is none yet." in page(officer, "/manage/calls").words
    home = new_call(officer)
    ref = home.rpartition("/")[2]
    assert "5 missing" in page(officer, home).words
    blocked = page(officer, f"{home}/review")
    assert "8 things are missing before this can be published" in blocked.words
    assert f"{home}/setup/details#problem" in blocked.links
    refusal = press(officer, f"{home}/review", f"{home}/send-for-review", 409)
    assert "8 things are missing before this can be published." in parse(refusal.text).words
    send(officer, f"{home}/setup/details", **made.DETAILS)
    send(officer, f"{home}/setup/money", budget="£120,000")
    send(officer, f"{home}/setup/law", **LAW)
    send(officer, f"{home}/setup/lots/1", title="North", budget="70000")
    send(officer, f"{home}/setup/lots/new", title="South", budget="50000")
    assert (
        "The lots add up to: £120,000 net of VAT (£144,000 including VAT)."
        in page(officer, f"{home}/setup/money").words
    )
    assert "Nothing is missing: this call can be sent for review." in page(officer, f"{home}/review").words
    press(officer, f"{home}/review", f"{home}/send-for-review")
    assert officer.get(f"{home}/setup/details").status_code == 409
    assert "Calls to review (1)" in page(approver, "/manage").words
    whole = page(approver, f"{home}/review")
    assert "Officer. Somebody else must publish it." in whole.words
    press(approver, f"{home}/review", f"{home}/publish", seen=typed_seen(approver, home))
    page(approver, home)
    with ports.database.reading() as session:
        call = calls_queries.find_call(session, ref)
        assert call is not None
        assert (call.state, [lot.title for lot in calls_queries.lots_of(session, call.id)]) == (
            "published",
            ["North", "South"],
        )
    assert page(approver, f"/calls/{ref}").one("h1").words == "Cleaner air at school gates"


def typed_seen(client: FlaskClient, home: str) -> str:
    found = re.search(r'name="seen" value="([0-9]+)"', client.get(f"{home}/review").text)
    assert found is not None
    return found[1]


def test_a_long_page_leads_to_its_end_and_each_part_to_the_next(
    ports: Ports, officer: FlaskClient, approver: FlaskClient
) -> None:
    call = made.drafted(ports)
    home = f"/manage/calls/{call.ref}"
    own = "stages/application"
    following = {
        "setup/money": "setup/law",
        "setup/law": "setup/documents",
        "setup/documents": f"{own}/dates",
        f"{own}/form": f"{own}/criteria",
        f"{own}/criteria": "review",
    }
    shown = {part: officer.get(f"{home}/{part}").text for part in following}
    assert {part: re.findall(r'href="([^"]+)"[^>]*>Next: ', text) for part, text in shown.items()} == {
        part: [f"{home}/{path}"] for part, path in following.items()
    }
    parts = ["#description", "#money", "#dates", "#form", "#criteria"]
    for client, ways in ((officer, ["#send"]), (approver, ["#publish", "#back"])):
        found = page(client, f"{home}/review")
        there = [link for link in found.links if link.startswith("#") and link != "#main-content"]
        assert there == [*parts, *ways]
        assert {link.removeprefix("#") for link in there} <= set(found.ids)
        if client is officer:
            made.reviewed(ports, call)


def test_a_reviewer_sends_it_back_with_a_reason(ports: Ports, officer: FlaskClient, approver: FlaskClient) -> None:
    call = made.reviewed(ports, made.drafted(ports))
    home = f"/manage/calls/{call.ref}"
    answer = press(approver, f"{home}/review", f"{home}/send-back", 422, reason=" ")
    assert "Give a reason" in parse(answer.text).words
    press(approver, f"{home}/review", f"{home}/send-back", reason="Say who pays.")
    assert "Sent back to you Say who pays." in page(officer, home).words
    assert "Sent back to you (1)" in page(officer, "/manage").words


def test_who_wrote_it_is_told_why_they_cannot_publish_it(ports: Ports, app: Flask) -> None:
    both = made.staff(ports, "both@city.example", "officer", "approver")
    call = made.reviewed(ports, made.drafted(ports, by=both), by=both)
    client = signed_in(app, ports, both)
    home = f"/manage/calls/{call.ref}"
    assert "You wrote this. Somebody else must approve it." in page(client, f"{home}/review").words
    answer = press(client, f"{home}/review", f"{home}/publish", 409, seen=call.version)
    assert "You wrote this. Somebody else must approve it." in parse(answer.text).words
    assert made.read(ports, call.id).state == "in_review"


def test_a_stale_save_offers_both_texts_and_either_can_be_kept(ports: Ports, officer: FlaskClient, app: Flask) -> None:
    call = made.drafted(ports)
    other = signed_in(app, ports, made.staff(ports, "colleague@city.example", "officer"))
    path = f"/manage/calls/{call.ref}/setup/details"
    mine = typed(officer.get(path).text)
    send(other, path, problem="What the colleague wrote.")
    answer = officer.post(path, data=mine | {"problem": "What I wrote.", "starts_on-year": "2031"})
    assert answer.status_code == 409
    shown = parse(answer.text)
    for text in ("What I wrote.", "What the colleague wrote.", "Colleague saved another text"):
        assert text in shown.words
    keep = answer.text.partition("Keep mine")[0]
    assert officer.post(path, data=typed(keep[keep.rindex("<form") :])).status_code == 303
    saved = made.read(ports, call.id)
    assert saved.starts_on is not None
    assert (saved.problem, saved.starts_on.year, saved.theme) == ("What I wrote.", 2031, "low_carbon")


def test_whatever_was_typed_is_kept_when_something_is_wrong(ports: Ports, officer: FlaskClient) -> None:
    call = made.drafted(ports)
    path = f"/manage/calls/{call.ref}/stages/application/dates"
    answer = send(officer, path, 422, closes_at__day="31", closes_at__month="february", closes_at__time="noonish")
    shown = typed(answer.text)
    assert (shown["closes_at-day"], shown["closes_at-month"], shown["closes_at-time"]) == ("31", "february", "noonish")
    assert "There is no such day: check the day and the month." in parse(answer.text).words
    answer = send(officer, path, 422, closes_at__year="2026")
    assert "The call must close after it has opened" in parse(answer.text).words


def test_what_is_bought_and_where_is_asked_checked_and_shown(ports: Ports, officer: FlaskClient) -> None:
    call = made.drafted(ports)
    path = f"/manage/calls/{call.ref}/setup/details"
    assert (typed(officer.get(path).text)["cpv"], typed(officer.get(path).text)["place"]) == ("73000000-2", "anywhere")
    answer = send(
        officer, path, 422, cpv="73000000-3", place="England", also_cpv="72000000-5\nservices", also_places="Mars"
    )
    assert (
        "Enter a CPV code with its check digit, like 73000000-2, or pick one by its words" in parse(answer.text).words
    )
    assert "Enter “anywhere”, the name of a region, or its ITL code, like UKG31" in parse(answer.text).words
    for line in ("services", "Mars"):
        assert (
            f"“{line}” is not in the list: enter its code, or its words as the list has them"
            in parse(answer.text).words
        )
    assert typed(answer.text)["also_cpv"].split() == ["72000000-5", "services"]  # nothing typed is lost
    assert '<option value="Birmingham (UKG31)">' in answer.text
    send(officer, path, cpv="731100006", place="tlg31")
    assert (made.read(ports, call.id).cpv, made.read(ports, call.id).place) == ("73110000-6", "UKG31")
    shown = page(officer, f"/manage/calls/{call.ref}/review").words
    for text in ("What is bought 73110000-6: Research services", "Where Birmingham (UKG31)"):
        assert text in shown
    history = page(officer, f"/manage/calls/{call.ref}/history").words
    assert "What is bought (CPV): from 73000000-2: Research" in history
    assert "Where the work is done: from anywhere in the area of the authority to Birmingham (UKG31)" in history
    send(officer, path, cpv="", place="")
    lacks = page(officer, f"/manage/calls/{call.ref}/review").words
    assert "Say what is bought, with a CPV code." in lacks
    assert "Say where the work is done." in lacks


def test_a_call_and_its_lots_have_several_classes_and_places(ports: Ports, officer: FlaskClient) -> None:
    call = made.drafted(ports)
    path = f"/manage/calls/{call.ref}/setup/details"
    several = {
        "also_cpv": "IT services: consulting, software development, Internet and support\n480000008\n\n72000000-5"
    }
    send(
        officer,
        path,
        cpv="73110000-6: Research services",
        place="birmingham",
        also_places="Coventry (UKG33)\nUKG32",
        **several,
    )
    saved = made.read(ports, call.id)
    assert (saved.cpv, saved.also_cpv) == ("73110000-6", "72000000-5 48000000-8")
    assert (saved.place, saved.also_places) == ("UKG31", "UKG33 UKG32")
    assert typed(officer.get(path).text)["also_cpv"].split() == ["72000000-5", "48000000-8"]
    shown = page(officer, f"/manage/calls/{call.ref}/review").words
    assert "What is bought 73110000-6: Research services; 72000000-5: IT services" in shown
    assert "Where Birmingham (UKG31); Coventry (UKG33); Solihull (UKG32)" in shown
    lot = f"/manage/calls/{call.ref}/setup/lots/1"
    send(officer, lot, cpv="71000000-8", places="Dudley")
    with ports.database.reading() as session:
        own = session.scalars(select(Lot).where(Lot.call_id == call.id)).one()
    assert (own.cpv, own.places) == ("71000000-8", "UKG36")
    shown = page(officer, f"/manage/calls/{call.ref}/review").words
    assert "What is bought 71000000-8: Architectural, construction" in shown
    assert "Where Dudley (UKG36)" in shown
    history = page(officer, f"/manage/calls/{call.ref}/history").words
    assert "from nothing to 72000000-5: IT services" in history
    assert "Where its work is done of lot" in history


def test_a_fund_buys_nothing_and_may_say_where_people_benefit(ports: Ports, officer: FlaskClient) -> None:
    call = made.drafted(ports, "small_grant")
    path = f"/manage/calls/{call.ref}/setup/details"
    assert "cpv" not in typed(officer.get(path).text)
    send(officer, path, place="")
    assert (made.read(ports, call.id).cpv, made.read(ports, call.id).place) == ("", "")
    assert "Say where the work is done." not in page(officer, f"/manage/calls/{call.ref}/review").words


@pytest.mark.both_databases
def test_a_form_is_built_moved_and_previewed(ports: Ports, officer: FlaskClient) -> None:
    call = made.drafted(ports)
    home, stage = f"/manage/calls/{call.ref}/stages/application/form", made.stage_of(ports, call)
    assert "What kind of answer is it?" in page(officer, f"{home}/new").words
    answer = send(
        officer, f"{home}/new?kind=one_of", 422, text="How far is it?", section="Stage", required="yes", options=""
    )
    assert "Write at least two options" in parse(answer.text).words
    send(
        officer,
        f"{home}/new?kind=one_of",
        text="How far is it?",
        section="Stage",
        required="yes",
        options="An idea\nA prototype\n\n",
    )
    send(officer, f"{home}/new?kind=long_text", text="Who else?", section="Delivery", required="no", word_limit="200")
    with ports.database.reading() as session:
        rows = {row.text: row for row in calls_queries.questions_of(session, stage.id)}
        order = [row.text for row in calls_queries.questions_of(session, stage.id) if row.section == "Delivery"]
    assert rows["How far is it?"].options == ["An idea", "A prototype"]
    assert order[-1] == "Who else?"
    press(officer, home, f"{home}/questions/{rows['Who else?'].key}/up")
    press(officer, home, f"{home}/sections/1/down")
    with ports.database.reading() as session:
        found = calls_queries.questions_of(session, stage.id)
    assert [row.text for row in found if row.section == "Delivery"][-2] == "Who else?"
    assert [row.position for row in found] == list(range(1, len(found) + 1))
    assert found[0].section == "Your solution"
    assert "A prototype" in page(officer, f"{home}/preview").words
    refusal = press(officer, home, f"{home}/questions/amount/remove", 409)
    assert "so this one stays" in parse(refusal.text).words
    press(officer, home, f"{home}/questions/{rows['How far is it?'].key}/remove")
    assert officer.get(f"{home}/questions/{rows['How far is it?'].key}").status_code == 404


@pytest.mark.both_databases
def test_every_kind_of_question_can_be_added_and_changed(ports: Ports, officer: FlaskClient) -> None:
    call = made.drafted(ports)
    home, stage = f"/manage/calls/{call.ref}/stages/application/form", made.stage_of(ports, call)
    more = {
        "one_of": {"options": "a\nb"},
        "short_text": {"word_limit": "20"},
        "file": {"maximum": "3"},
        "money": {"minimum": "100", "maximum": "2000"},
        "number": {"minimum": "-5"},
    }
    for kind in ("short_text", "long_text", "number", "money", "yes_no", "one_of", "file"):
        send(
            officer,
            f"{home}/new?kind={kind}",
            text=f"Tell us {kind}",
            section="More",
            required="no",
            **more.get(kind, {}),
        )
    with ports.database.reading() as session:
        rows = [row for row in calls_queries.questions_of(session, stage.id) if row.section == "More"]
    assert [row.kind for row in rows] == ["short_text", "long_text", "number", "money", "yes_no", "one_of", "file"]
    for row in rows:
        send(officer, f"{home}/questions/{row.key}", text=f"{row.text}, please")
    with ports.database.reading() as session:
        again = [row for row in calls_queries.questions_of(session, stage.id) if row.section == "More"]
    assert [row.text for row in again] == [f"{row.text}, please" for row in rows]
    assert [(row.minimum, row.maximum, row.options) for row in again] == [
        (row.minimum, row.maximum, row.options) for row in rows
    ]


@pytest.mark.both_databases
def test_weights_that_do_not_add_up_are_said(ports: Ports, officer: FlaskClient) -> None:
    call = made.drafted(ports)
    path = f"/manage/calls/{call.ref}/stages/application/criteria"
    send(officer, path, weight__solution="30")
    assert "Weights add up to 95. They must add up to 100." in page(officer, path).words
    made_new = send(officer, f"{path}/new", name="Beauty", weight="5")
    send(officer, str(made_new.headers["Location"]), top="2", minimum="1", words="None\nSome\nMuch")
    assert "The weights add up to 100." in page(officer, path).words
    review = page(officer, f"/manage/calls/{call.ref}/review")
    assert "No question is marked by “Beauty”." in review.words
    assert f"{path}/beauty" in review.links
    answer = send(officer, f"{path}/beauty", 422, top="2", minimum="3")
    assert "The lowest mark that passes cannot be above the highest mark" in parse(answer.text).words
    press(officer, path, f"{path}/beauty/remove")
    assert officer.get(f"{path}/beauty").status_code == 404


def test_cancelling_needs_an_approver_and_a_reason(ports: Ports, officer: FlaskClient, approver: FlaskClient) -> None:
    call = made.reviewed(ports, made.drafted(ports))
    path = f"/manage/calls/{call.ref}/cancel"
    assert officer.get(path).status_code == 403
    assert "Give a reason" in parse(send(approver, path, 422, reason="").text).words
    send(approver, path, reason="The money went elsewhere.")
    assert "Cancelled: The money went elsewhere." in page(officer, f"/manage/calls/{call.ref}").words


def test_only_staff_see_these_pages(ports: Ports, app: Flask, visitor: FlaskClient) -> None:
    call = made.drafted(ports)
    base = f"/manage/calls/{call.ref}"
    paths = ["/manage", "/manage/calls", base, f"{base}/review", f"{base}/history", f"{base}/setup/details"]
    for path in paths:
        assert visitor.get(path).status_code in (302, 303), path
    stranger = signed_in(app, ports, made.staff(ports, "somebody@firm.example"))
    auditor = signed_in(app, ports, made.staff(ports, "auditor@city.example", "auditor"))
    assert [stranger.get(path).status_code for path in paths] == [403, 403, 404, 404, 404, 404]
    assert [auditor.get(path).status_code for path in paths] == [200, 200, 200, 200, 200, 403]
    assert auditor.get("/manage/calls/new").status_code == 403


def test_history_says_who_did_what_and_why(ports: Ports, officer: FlaskClient, approver: FlaskClient) -> None:
    call = made.published(ports)
    made.cancelled(ports, call, "=The money went elsewhere.")
    path = f"/manage/calls/{call.ref}/history"
    shown = page(officer, path).words
    for text in ("Began the call", "Changed: the budget", "Published the call", "=The money went elsewhere."):
        assert text in shown
    rows = list(csv.DictReader(io.StringIO(officer.get(f"{path}.csv").data.decode("utf-8-sig"))))
    assert [row["tag"] for row in rows][:3] == ["call.begin", "stage.begin", "call.edit"]
    assert next(row["reason"] for row in rows if row["tag"] == "call.cancel") == "'=The money went elsewhere."
    assert [int(row["position"]) for row in rows] == sorted(int(row["position"]) for row in rows)


def test_before_the_opening_nothing_that_an_applicant_did_can_be_seen(ports: Ports, officer: FlaskClient) -> None:
    call = made.published(ports)
    applications.submitted(ports, call, "Clean Air Makers", "mina@clean-air.example")
    with ports.database.reading() as session:
        ref = session.scalars(select(Application.ref)).one()
        events = session.scalars(select(Event).where(Event.subject == "entry")).all()
    assert events
    for path in ("", "/history", "/history.csv", "/review"):
        shown = officer.get(f"/manage/calls/{call.ref}{path}").text
        for word in (ref, "Clean Air Makers", "Mina", "entry.submit", "Submit the application"):
            assert word not in shown, (path, word)
    assert "1 application submitted" in page(officer, f"/manage/calls/{call.ref}").words
    assert (
        "1 application has been submitted."
        in page(signed_in(officer.application, ports, made.approver(ports)), f"/manage/calls/{call.ref}/abandon").words
    )


def test_lists_cost_the_same_with_more_calls(ports: Ports, officer: FlaskClient) -> None:
    first = made.published(ports)
    paths = ("/manage", "/manage/calls", f"/manage/calls/{first.ref}", f"/manage/calls/{first.ref}/review")
    one = {path: statements(ports, officer.get, path) for path in paths}
    for title in ("Two", "Three"):
        made.published(ports, title=title)
    assert {path: statements(ports, officer.get, path) for path in paths} == one
    assert one.pop("/manage") <= 36  # which reads each kind of task by a statement of its own
    assert max(one.values()) <= 13


def test_each_stage_is_set_up_on_pages_of_its_own(
    ports: Ports, officer: FlaskClient, approver: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    procedures.offered(monkeypatch)
    call = made.drafted(ports, "three_stages")
    home = f"/manage/calls/{call.ref}"
    shown = page(officer, home)
    assert [each.words for each in shown.all("h2")][:5] == [
        "Write the call",
        "Expression of interest",
        "Proposal",
        "Demonstration",
        "Publish it",
    ]
    pages = {
        "interest": ["dates", "details", "form", "criteria"],
        "proposal": ["dates", "details", "form", "criteria"],
        "demonstration": ["dates", "details", "criteria"],
    }
    links = [f"{home}/stages/{stage}/{part}" for stage, parts in pages.items() for part in parts]
    assert [link for link in shown.links if "/stages/" in link] == links
    assert "Write the expression of interest form" in shown.words
    for link in links:
        assert officer.get(link).status_code == 200, link
    assert officer.get(f"{home}/stages/demonstration/form").status_code == 404
    assert officer.get(f"{home}/stages/nowhere/dates").status_code == 404
    way = {
        part: re.findall(r'href="([^"]+)"[^>]*>Next: ', officer.get(f"{home}/{part}").text)
        for part in (
            "stages/interest/form",
            "stages/interest/criteria",
            "stages/proposal/criteria",
            "stages/demonstration/criteria",
        )
    }
    assert [each for (each,) in way.values()] == [
        f"{home}/stages/interest/criteria",
        f"{home}/stages/proposal/dates",
        f"{home}/stages/demonstration/dates",
        f"{home}/review",
    ]
    # the same keys in two stages are two things
    send(officer, f"{home}/stages/proposal/form/questions/solution", text="How will it work?")
    send(officer, f"{home}/stages/interest/criteria", weight__solution="50", weight__benefit="50")
    with ports.database.reading() as session:
        first, second, _third = stages_queries.listed(session, call.id)
        texts = [each.text for stage in (first, second) for each in calls_queries.questions_of(session, stage.id)]
        weights = [[each.weight for each in calls_queries.criteria_of(session, stage.id)] for stage in (first, second)]
    assert texts.count("How will it work?") == 1
    assert weights == [[50, 50], [35, 25, 20, 20]]
    send(officer, f"{home}/stages/demonstration/dates", assess_by__year="2020")
    assert f"{home}/stages/demonstration/dates#assess_by-day" in page(officer, f"{home}/review").links


@pytest.mark.parametrize("part", ["dates", "form", "criteria"])
def test_an_address_from_before_there_were_stages_leads_to_the_stage(
    ports: Ports, officer: FlaskClient, part: str
) -> None:
    call = made.drafted(ports)
    home = f"/manage/calls/{call.ref}"
    old, new = (page(officer, f"{home}/{where}/{part}") for where in ("setup", "stages/application"))
    assert old.words == new.words


def test_the_page_of_a_call_leads_to_the_pages_of_each_stage_that_has_begun(
    ports: Ports, officer: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    procedures.offered(monkeypatch)
    call = made.published(ports, "three_stages")
    shown = page(officer, f"/manage/calls/{call.ref}")
    titles = [each.words for each in shown.all("h2")]
    assert titles[-5:-1] == ["This call", "Expression of interest", "Proposal", "Demonstration"]
    later = [link for link in shown.links if f"/manage/calls/{call.ref}/stages/proposal/" in link]
    assert [link.rpartition("/")[2] for link in later] == ["dates", "assessors"]  # what can be done before it begins
    assert "It takes expressions of interest until" in shown.words
    assert f"/manage/calls/{call.ref}/stages/interest/opening" in shown.links
    assert "0 expressions of interest submitted" in shown.words


def test_how_many_go_on_is_said_lot_by_lot_with_the_criteria(ports: Ports, officer: FlaskClient) -> None:
    call = made.drafted(ports, "challenge", lots=[("North", 60_000), ("South", 40_000)])
    page = f"/manage/calls/{call.ref}/stages/interest/criteria"

    def stored() -> list[int | None]:
        return [row.seats for row in made.stage_of(ports, call, "interest").lots]

    for north, south, seats in (("2", "0", [2, None]), ("2", "1", [2, 1])):
        send(officer, page, seats__1=north, seats__2=south)
        assert stored() == seats
    send(officer, page, status=422, seats__1="two")
    assert stored() == [2, 1]
    awarding = f"/manage/calls/{call.ref}/stages/demonstration/criteria"
    assert ("How many go on" in officer.get(page).text, "How many go on" in officer.get(awarding).text) == (True, False)
    assert "How many contracts at most" in officer.get(awarding).text
    send(officer, awarding, seats__1="1", seats__2="0")
    assert [row.seats for row in made.stage_of(ports, call, "demonstration").lots] == [1, None]
    shown = officer.get(f"/manage/calls/{call.ref}/review").text
    assert "North: One contract is made, with the first in the ranking, within the budget." in shown
    assert "South: Those at the top are awarded, for as long as the budget of their lot lasts." in shown
