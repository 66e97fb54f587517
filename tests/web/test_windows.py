"""A small grant in two windows, through the pages as people without script walk them: set out and published together; a
draft that goes on, somebody who was declined and applies again, and the end."""

from datetime import timedelta

from flask import Flask

from procurement.jobs.sweep import make_due
from procurement.models.calls import Call
from procurement.queries import applications as applications_queries
from procurement.rules.ports import Ports
from tests.parts import assessment, calls, outcomes, people, windows
from tests.parts.clock import StandingClock
from tests.parts.pages import Node
from tests.parts.pages import read as parsed
from tests.parts.statements import statements
from tests.web.test_a_challenge_in_three_stages import REASON, Walk, approve
from tests.web.test_manage_calls import GRANT, press, send

TITLE = "Warm halls"


class SmallGrant(Walk):
    def write(self) -> None:
        """One window first, then a second with the helper, then what each may cost."""
        officer = self.officer
        home = str(send(officer, "/manage/calls/new", procedure="small_grant", title=TITLE).headers["Location"])
        self.ref = home.rpartition("/")[2]
        said = {name: calls.DETAILS[name] for name in ("theme", "summary", "problem", "users", "outcome", "contact")}
        send(officer, f"{home}/setup/details", **said)
        send(officer, f"{home}/setup/money", budget="90000")
        send(officer, f"{home}/setup/law", **GRANT)
        here = f"{home}/setup/windows"
        assert "Window 1" in parsed(officer.get(here)).words
        press(officer, here, f"{here}/add")
        shown = parsed(officer.get(here)).words
        assert "Window 2" in shown
        assert "working days to assess" in shown
        assert "Say what window 1 may cost in lot 1." in shown
        send(officer, here, **{"budget-1-1": "50000", "budget-2-1": "30000"})
        short = "The windows add up to £80,000 in lot 1, and its budget is £90,000. They must be the same."
        assert short in parsed(officer.get(here)).words
        send(officer, here, **{"budget-2-1": "40000"})
        assert officer.get(f"{home}/stages/application-2/form").status_code == 404
        later = self.stage("application-2").decide_by
        assert later is not None
        moved = {"decide_by__day": str(later.day), "decide_by__month": str(later.month)}
        sent = send(officer, f"{home}/stages/application-2/dates", **moved)
        assert str(sent.headers["Location"]) == here
        send(officer, f"{home}/stages/application/criteria", readers="2", minimum_total="50")
        assert "missing" not in parsed(officer.get(home)).one("main").words
        send(officer, f"{home}/review", to=f"{home}/send-for-review")
        whole = parsed(self.approver.get(f"{home}/review")).words
        assert "Application, window 2" in whole
        assert whole.count("How much do you ask for, in pounds?") == 1
        approve(self.approver, f"{home}/review", f"{home}/publish")

    def public(self) -> Node:
        return parsed(self.app.test_client().get(f"/calls/{self.ref}"))

    def begin(self, number: int) -> None:
        self.until(windows.key(number), "opens_at")
        make_due(self.ports)

    def close(self, number: int) -> None:
        self.until(windows.key(number), "closes_at")
        make_due(self.ports)

    def decide_window(self, number: int, **reasons: str) -> Call:
        key = windows.key(number)
        root = self.root(key)
        self.until(key, "closes_at", hours=2)
        assert "Idea of" not in parsed(self.officer.get(f"{root}/applications")).text
        press(self.officer, f"{root}/opening", f"{root}/opening/ask")
        press(self.approver, f"{root}/opening", f"{root}/opening/complete")
        shown = parsed(self.officer.get(f"{root}/applications")).text
        assert ("Idea of Firm A" in shown, "Idea of Firm C" in shown) == (number == 1, number == 2)
        assessment.in_assessment(self.ports, self.call)
        self.assign(key)
        self.mark(lambda firm, assessor, criterion: {"Firm A": 5, "Firm B": 2 + number, "Firm C": 4}[firm])
        self.lock(key)
        self.decide(key, **reasons)
        return self.call


def test_a_small_grant_over_two_windows(app: Flask, ports: Ports, clock: StandingClock) -> None:
    walk = SmallGrant(app, ports, clock)
    walk.write()
    walk.begin(1)
    table = walk.public().words
    assert "Window 1 of this call is open." in table
    assert "The next window opens on " in table
    assert "£50,000 Open now" in table
    assert "£40,000 Next" in table
    assert "The next window opens on " in parsed(app.test_client().get("/calls")).words
    data = app.test_client().get(f"/calls/{walk.ref}.json").get_json()
    assert [(each["number"], each["status"]) for each in data["windows"]] == [(1, "open"), (2, "upcoming")]
    assert [each["lots"][0]["budget"] for each in data["windows"]] == [50_000, 40_000]
    for firm, amount in (("Firm A", "30000"), ("Firm B", "25000")):
        walk.apply(firm, "application", amount)
    made = send(walk.lead("Firm C"), f"/calls/{walk.ref}/apply")
    walk.bids["Firm C"] = str(made.headers["Location"]).rpartition("/")[2]
    own = f"/applications/{walk.bids['Firm C']}"
    send(walk.lead("Firm C"), f"{own}/questions/title", answer="Idea of Firm C")

    walk.close(1)
    shown = parsed(walk.lead("Firm C").get(own)).words
    assert "You can write and submit from " in shown
    assert "Earlier stages Application, window 1" in shown
    assert "Not submitted" in parsed(walk.lead("Firm C").get(f"{own}/stages/application")).words
    assert "Idea of Firm C" in parsed(walk.lead("Firm C").get(f"{own}/print")).text
    between = parsed(walk.lead("Firm C").get(f"/calls/{walk.ref}/apply")).words
    assert "No window of this call is open now. The next one opens on " in between
    assert "Window 2 of this call opens on " in walk.public().words

    walk.decide_window(1, decline=REASON)
    outcome = walk.outcome("Firm B", "application")
    assert "was not successful" in outcome.one("h1").words
    assert "You can apply again then, beginning with what you wrote." in outcome.words
    declined = f"/applications/{walk.bids['Firm B']}"
    assert walk.lead("Firm B").get(f"{declined}/again").status_code == 302
    home = f"/manage/calls/{walk.ref}"
    strip = parsed(walk.officer.get(home)).words
    assert "It opens by itself on " in strip
    outcomes.made_firm(ports, walk.call)
    press(
        walk.lead("Firm A"),
        f"/applications/{walk.bids['Firm A']}/outcome",
        f"/applications/{walk.bids['Firm A']}/outcome/accept",
    )
    to_come = "Window 2 is still to come. The call can be concluded after the last window"
    assert to_come in parsed(walk.officer.get(f"{walk.root('application')}/outcomes")).words

    walk.begin(2)
    assert f"{declined}/again" in parsed(walk.lead("Firm B").get("/dashboard")).links
    press(walk.lead("Firm B"), f"{declined}/again", f"{declined}/again")
    assert "Idea of Firm B" in parsed(walk.lead("Firm B").get(f"{declined}/print")).text
    walk.apply("Firm B", "application-2", "20000")
    walk.apply("Firm C", "application-2", "15000")
    walk.decide_window(2)
    ranking = parsed(walk.officer.get(f"{walk.root('application-2')}/ranking")).words
    assert "Budget: £40,000." in ranking
    outcomes.made_firm(ports, walk.call)
    for firm in ("Firm B", "Firm C"):
        own = f"/applications/{walk.bids[firm]}/outcome"
        press(walk.lead(firm), own, f"{own}/accept")
    press(walk.officer, f"{walk.root('application-2')}/outcomes", f"{walk.root('application-2')}/conclude")
    assert walk.call.state == "concluded"
    register = parsed(app.test_client().get("/awards")).words
    assert [firm in register for firm in ("Firm A", "Firm B", "Firm C")] == [True, True, True]


def test_an_officer_ends_the_windows_to_come(app: Flask, ports: Ports, clock: StandingClock) -> None:
    call = windows.published(ports, count=3)
    officer = people.signed_in(app, ports, calls.officer(ports))
    home = f"/manage/calls/{call.ref}"
    assert f"{home}/windows/end" in parsed(officer.get(home)).links
    assert people.signed_in(app, ports, calls.approver(ports)).get(f"{home}/windows/end").status_code == 403
    assert "Give a reason" in parsed(send(officer, f"{home}/windows/end", 422), 422).words
    send(officer, f"{home}/windows/end", reason="The money went elsewhere.")
    assert "Ended before it began: The money went elsewhere." in parsed(officer.get(home)).words
    assert "Not opened: The money went elsewhere." in parsed(app.test_client().get(f"/calls/{call.ref}")).words
    assert "No window is still to come." in parsed(officer.get(f"{home}/windows/end")).words
    stage = windows.window(ports, call, 1)
    assert stage.closes_at is not None
    clock.set(stage.closes_at + timedelta(minutes=1))
    closed = parsed(app.test_client().get(f"/calls/{call.ref}")).words
    assert "This call closed on " in closed


def test_a_call_of_one_window_says_nothing_of_windows(app: Flask, ports: Ports) -> None:
    call = calls.published(ports, "small_grant")
    shown = parsed(app.test_client().get(f"/calls/{call.ref}")).words
    assert ("Windows" in shown, "window" in shown) == (False, False)
    home = parsed(people.signed_in(app, ports, calls.officer(ports)).get(f"/manage/calls/{call.ref}")).words
    assert "Window" not in home


def test_how_many_windows_there_are_costs_no_more_statements(app: Flask, ports: Ports) -> None:
    two = windows.published(ports, count=2)
    officer = people.signed_in(app, ports, calls.officer(ports))
    pages = ("/manage/calls/{}", "/calls/{}", "/calls/{}.json")

    def asked(call: Call) -> list[int]:
        found = []
        for page in pages:
            assert officer.get(page.format(call.ref)).status_code == 200
            found.append(statements(ports, officer.get, page.format(call.ref)))
        return found

    few = asked(two)
    assert asked(windows.published(ports, count=5, title="Five windows")) == few


def test_no_list_of_staff_says_whose_draft_goes_on(app: Flask, ports: Ports) -> None:
    """The operator's outbox says nothing of a draft that goes on: who writes is not known before the opening."""
    call = windows.published(ports)
    _lead, entry_id = assessment.bid(ports, call, "Firm Z", submit=False)
    with ports.database.reading() as session:
        ref = applications_queries.get_entry(session, entry_id).application.ref
    windows.closed(ports, call, 1)
    operator = people.signed_in(app, ports, calls.staff(ports, "operator@city.example", "operator"))
    shown = parsed(operator.get("/admin/outbox"))
    assert "Draft goes on in the next window" in shown.words
    assert [word for word in ("Firm Z", "firmz.example", ref) if word in shown.text] == []
    history = parsed(people.signed_in(app, ports, calls.officer(ports)).get(f"/manage/calls/{call.ref}/history")).words
    assert ("Went on in another window" in history, "Ended without submission" in history) == (False, False)
