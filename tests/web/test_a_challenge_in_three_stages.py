"""A challenge in three stages, from nothing to its published awards, through the pages as people without script walk
them: interest, a proposal that a panel moderates, a demonstration at a time that each team chose."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask

from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import calls as calls_queries
from procurement.queries import people as people_queries
from procurement.queries import stages as stages_queries
from procurement.rules.applications import DECLARATIONS
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from tests.parts import applications, assessment, calls, noticing, outcomes, people
from tests.parts import moderation as panel
from tests.parts.clock import StandingClock
from tests.parts.pages import Node, parse
from tests.parts.pages import read as parsed
from tests.parts.visitors import Visitor
from tests.web.test_manage_calls import LAW, press, send
from tests.web.test_slots import typed as typed_times
from tests.workflows import recompute

TITLE = "Homes that say when they are damp"
FIRMS = ("Firm A", "Firm B", "Firm C")
COMMENT = "The answer says who does what by when, and the figures add up to the amount asked for."
REASON = "The plan for working with tenants lacked people and dates."
Marks = Callable[[str, int, str], int]  # (firm, which assessor, criterion) -> mark


def approve(browser: Visitor, page: str, to: str) -> None:
    """Press the button with which somebody approves what they read: it says what that was."""
    seen = re.search(r'name="seen" value="([^"]+)"', browser.get(page).text)
    assert seen is not None
    press(browser, page, to, seen=seen[1])


class Walk:
    """A call on its way, and whoever walks: each is signed in anew, since weeks lie between two steps."""

    firms = FIRMS

    def __init__(self, app: Flask, ports: Ports, clock: StandingClock) -> None:
        self.app, self.ports, self.clock, self.ref = app, ports, clock, ""
        self.bids: dict[str, str] = {}  # the reference of each firm's application
        for firm in self.firms:
            place = {"street": "1 Curzon Street", "town": "Birmingham", "postcode": "B4 7XG"}
            people.firm(ports, firm, f"lead@{firm[-1].lower()}.example", **place)
        self.readers = assessment.assessors(ports, 2)

    def as_(self, who: Principal) -> Visitor:
        return people.signed_in(self.app, self.ports, who)

    @property
    def officer(self) -> Visitor:
        return self.as_(calls.officer(self.ports))

    @property
    def approver(self) -> Visitor:
        return self.as_(calls.approver(self.ports))

    def lead(self, firm: str) -> Visitor:
        with self.ports.database.reading() as session:
            found = people_queries.find_by_email(session, f"lead@{firm[-1].lower()}.example")
        assert found is not None
        assert found.id is not None
        return self.as_(people.principal(self.ports, found.id))

    @property
    def call(self) -> Call:
        with self.ports.database.reading() as session:
            found = calls_queries.find_call(session, self.ref)
        assert found is not None
        return found

    def stage(self, key: str) -> Stage:
        return calls.stage_of(self.ports, self.call, key)

    def root(self, key: str) -> str:
        return f"/manage/calls/{self.ref}/stages/{key}"

    def until(self, key: str, name: str, **more: float) -> None:
        at = getattr(self.stage(key), name)
        self.clock.set(at + timedelta(**more))

    # before anybody applies

    def write(self) -> None:
        officer = self.officer
        home = str(send(officer, "/manage/calls/new", procedure="challenge", title=TITLE).headers["Location"])
        self.ref = home.rpartition("/")[2]
        said = {name: calls.DETAILS[name] for name in ("theme", "summary", "problem", "users", "outcome", "contact")}
        send(officer, f"{home}/setup/details", **said)
        send(officer, f"{home}/setup/money", budget="60000")
        send(officer, f"{home}/setup/law", **LAW)
        with self.ports.database.reading() as session:
            stages = [each.key for each in stages_queries.of_call(session, self.call.id)]
        for key in stages:
            self.set_up(officer, key)
        assert "missing" not in parsed(officer.get(home)).one("main").words
        send(officer, f"{home}/review", to=f"{home}/send-for-review")
        assert parsed(officer.get(f"{home}/review")).all(f'form[action="{home}/publish"]') == []
        approve(self.approver, f"{home}/review", f"{home}/publish")
        shown = parsed(self.as_(people.person(self.ports, "anybody@new.example")).get(f"/calls/{self.ref}")).words
        assert [title in shown for title in ("Expression of interest", "Proposal", "Demonstration")] == [True] * 3

    def set_up(self, officer: Visitor, key: str) -> None:
        root, stage = self.root(key), self.stage(key)
        assert stage.decide_by is not None
        later = stage.decide_by
        send(officer, f"{root}/dates", **{"decide_by__day": str(later.day), "decide_by__month": str(later.month)})
        if stage.collects:
            assert officer.get(f"{root}/form").status_code == 200
            send(officer, f"{root}/form/questions/solution", guidance="Say it so that a tenant understands it.")
            assert "so that a tenant understands it" in parsed(officer.get(f"{root}/form/preview")).text
        send(officer, f"{root}/criteria", readers="2", minimum_total="50")
        if stage.moderates:
            for who, role in ((panel.chair(self.ports), "chair"), (panel.member(self.ports), "member")):
                press(officer, f"{root}/panel", f"{root}/panel/people", person=str(who.id), role=role)
            press(officer, f"{root}/panel", f"{root}/panel/distance", least="2")

    # what firms do

    def apply(self, firm: str, key: str, amount: str) -> None:
        browser = self.lead(firm)
        if firm not in self.bids:
            made = send(browser, f"/calls/{self.ref}/apply")
            self.bids[firm] = str(made.headers["Location"]).rpartition("/")[2]
        own = f"/applications/{self.bids[firm]}"
        for question in applications.form(self.ports, self.call):
            if question.kind.uploads:
                continue
            special = {"title": f"Idea of {firm}", "amount": amount}
            answer = special.get(question.purpose.value) or applications.fitting(question, assessment.ANSWER, "12")
            send(browser, f"{own}/questions/{question.key}", answer=answer)
        shown = parsed(browser.get(f"{own}/check"))
        assert (self.stage(key).noun in shown.text, "application will" in shown.text) == (True, False)
        sent = send(browser, f"{own}/check", to=f"{own}/submit", declared=list(DECLARATIONS))
        assert sent.headers["Location"] == f"{own}/submitted"

    # what officers and assessors do

    def open(self, key: str, submitted: int) -> None:
        self.until(key, "closes_at", hours=2)
        root = self.root(key)
        sealed = parsed(self.officer.get(f"{root}/applications"))
        assert "sealed" in sealed.text
        # who is invited is known from the stage before; what they sent, and whether they did, is not
        assert [word for word in ("Idea of", "£30,000", "£25,000", "Submitted") if word in sealed.text] == []
        assert f"{submitted} submitted 0 drafts" in sealed.words
        assert self.officer.get(f"{root}/bids/{self.bids['Firm A']}").status_code == 404
        press(self.officer, f"{root}/opening", f"{root}/opening/ask")
        press(self.approver, f"{root}/opening", f"{root}/opening/complete")
        assert "Idea of Firm A" in parsed(self.officer.get(f"{root}/applications")).text

    def assign(self, key: str) -> None:
        officer, root = self.officer, self.root(key)
        boxes = [box.attributes["value"] for box in parsed(officer.get(f"{root}/assign")).all("input[name=pair]")]
        wanted = {str(reader.id) for reader in self.readers}
        press(officer, f"{root}/assign", f"{root}/assign", pair=[b for b in boxes if b.partition("-")[2] in wanted])

    def mark(self, marks: Marks) -> None:
        for number, reader in enumerate(self.readers):
            browser = self.as_(reader)
            queue = browser.get("/assess").text
            for ref in sorted(set(re.findall(r"/assess/assignments/([A-Z0-9]+)", queue))):
                address = f"/assess/assignments/{ref}"
                shown = browser.get(address)
                if shown.status_code != 200 or 'value="accept"' not in shown.text:
                    continue  # of an earlier stage
                assert browser.send(address, {"answer": "accept"}).status_code == 303
                self.fill(browser, address, number, marks)

    def fill(self, browser: Visitor, address: str, number: int, marks: Marks) -> None:
        here = str(browser.get(f"{address}/mark").location)
        read = browser.get(f"{address}/application").text
        firm = next(each for each in self.firms if f"Idea of {each}" in read)
        while "/criteria/" in here:
            mark = str(marks(firm, number, here.rpartition("/")[2]))
            given = {"mark": mark, "comment": COMMENT, "note": "", "version": "0", "next": "1"}
            here = str(browser.send(here, given).location)
        assert here == f"{address}/check"
        assert browser.send(here).status_code == 303

    def lock(self, key: str) -> None:
        press(self.officer, f"{self.root(key)}/progress", f"{self.root(key)}/progress/lock")

    def present(self) -> None:
        """Times are offered and chosen, everybody comes, and two assessors mark what they saw."""
        root, choose_by = self.root("demonstration"), self.stage("demonstration").choose_by
        assert choose_by is not None
        first = choose_by + timedelta(days=1)
        fields = typed_times(first)
        seen = parsed(self.officer.send(f"{root}/slots/offer", fields)).one("input[name=seen]").attributes["value"]
        assert self.officer.send(f"{root}/slots/offer", {**fields, "seen": seen, "offer": "1"}).status_code == 303
        for firm in ("Firm A", "Firm B"):
            own, browser = f"/applications/{self.bids[firm]}/stages/demonstration/slot", self.lead(firm)
            choice = parsed(browser.get(own)).one("input[name=slot]").attributes["value"]
            assert browser.send(own, {"slot": choice}).status_code == 303
        self.clock.set(first + timedelta(hours=3))
        page = self.officer.get(f"{root}/slots").text
        for slot in sorted(set(re.findall(rf"{root}/slots/(\d+)", page))):
            press(self.officer, f"{root}/slots/{slot}", f"{root}/slots/{slot}/attendance", attendance="came")
        self.assign("demonstration")
        self.mark(lambda firm, number, key: {"Firm A": 3, "Firm B": 4}[firm])
        self.lock("demonstration")
        assert self.moderate("demonstration") == []

    def moderate(self, key: str) -> list[str]:
        """Agree on everything that is open; the criteria."""
        officer, root = self.officer, self.root(key)
        settled = []
        while open_ := panel.open_keys(self.ports, self.call):
            here = f"{root}/moderation/{self.bids['Firm A']}/{open_[0]}"
            there = [panel.chair(self.ports).id, calls.officer(self.ports).id]
            given = {"mark": "4", "reason": panel.REASON, "present": there, "seen": "0"}
            assert officer.send(here, given).status_code == 303
            settled += open_[:1]
        press(officer, f"{root}/moderation/close", f"{root}/moderation/close")
        return settled

    def decide(self, key: str, **reasons: str) -> None:
        root = self.root(key)
        send(
            self.officer, f"{root}/decisions/in-rank-order?reserves=0", to=f"{root}/decisions/in-rank-order", **reasons
        )
        if calls.stage_of(self.ports, self.call, key).reasons == "required":
            send(self.officer, f"{root}/reasons", to=f"{root}/reasons/accept")
        approve(self.approver, f"{root}/decisions", f"{root}/decisions/approve")
        assert "not ready yet" in parsed(self.officer.get(f"{root}/tell")).text
        outcomes.made_ready(self.ports, self.call)
        press(self.officer, f"{root}/tell", f"{root}/tell")

    def ranking(self, key: str) -> list[dict[str, Any]]:
        """The rows of a stage, reckoned again by the script of a stranger from what the page gives away."""
        content = self.officer.get(f"{self.root(key)}/ranking.json").get_json()
        found: list[dict[str, Any]] = recompute.ranked_stages(content)[key]
        shown = parsed(self.officer.get(f"{self.root(key)}/ranking")).words
        assert [row["total"] for row in found if row["total"] not in shown] == []
        return found

    def outcome(self, firm: str, key: str) -> Node:
        return parsed(self.lead(firm).get(f"/applications/{self.bids[firm]}/stages/{key}/outcome"))


def test_from_nothing_to_the_published_awards(app: Flask, ports: Ports, clock: StandingClock) -> None:
    walk = Walk(app, ports, clock)
    walk.write()

    walk.until("interest", "opens_at")
    for firm in FIRMS:
        walk.apply(firm, "interest", "")
    walk.open("interest", 3)
    root = walk.root("interest")
    for ref in walk.bids.values():
        here = f"{root}/bids/{ref}/eligibility"
        looked = {"due": ["mandatory|", "debarment|"], "nothing__source": "The central platform and the list"}
        send(walk.officer, here, to=f"{root}/bids/{ref}/checks/nothing", **looked)
        send(walk.officer, here, to=f"{here}/eligible", reason=assessment.REASON)
    press(walk.officer, f"{root}/applications", f"{root}/begin-assessment")
    walk.assign("interest")
    walk.mark(lambda firm, number, key: {"Firm A": 5, "Firm B": 4, "Firm C": 1}[firm])
    walk.lock("interest")
    assert [row["goes_on"] for row in walk.ranking("interest")] == [True, True, False]
    walk.decide("interest", decline=REASON)
    assert "was not successful" in walk.outcome("Firm C", "interest").one("h1").words
    assert "was successful" in walk.outcome("Firm A", "interest").one("h1").words

    walk.until("proposal", "opens_at")
    for firm, amount in (("Firm A", "30000"), ("Firm B", "25000")):
        walk.apply(firm, "proposal", amount)
    assert walk.lead("Firm C").get(f"/applications/{walk.bids['Firm C']}/stages/proposal").status_code == 404
    walk.open("proposal", 2)
    walk.assign("proposal")
    differs = {("Firm A", 0, "solution"): 5, ("Firm A", 1, "solution"): 2}
    walk.mark(lambda firm, number, key: differs.get((firm, number, key), {"Firm A": 4, "Firm B": 3}[firm]))
    walk.lock("proposal")
    assert walk.moderate("proposal") == ["solution"]
    assert [row["total"] for row in walk.ranking("proposal")] == ["80.00", "60.00"]
    walk.decide("proposal")

    walk.present()
    rows = walk.ranking("demonstration")
    assert [(row["ref"], row["own"], row["total"]) for row in rows] == [
        (walk.bids["Firm A"], "60.00", "72.00"),  # 60 % of 80 and 40 % of 60
        (walk.bids["Firm B"], "80.00", "68.00"),
    ]
    walk.decide("demonstration")

    root = walk.root("demonstration")
    noticing.published(walk.officer, walk.approver, root, ports.clock.now())
    assert "In standstill" in parsed(walk.officer.get(f"{root}/outcomes")).words
    outcomes.confirmed(ports, walk.call)
    for firm in ("Firm A", "Firm B"):
        own = f"/applications/{walk.bids[firm]}/outcome"
        press(walk.lead(firm), own, f"{own}/accept")
    press(walk.officer, f"{root}/outcomes", f"{root}/conclude")
    assert walk.call.state == "concluded"
    with walk.ports.database.reading() as session:
        found = stages_queries.of_call(session, walk.call.id)
    assert [stage.state for stage in found] == ["told"] * 3
    register = parse(app.test_client().get("/awards").text).words
    assert ("Firm A" in register, "Firm B" in register, "Firm C" in register) == (True, True, False)
