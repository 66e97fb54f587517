"""A procedure of seven stages for two lots, which stands nowhere but in this file, from a new call to its accepted
awards, through the pages: nothing in the house asks how many stages there are.

The lots show what they offer in stages of their own (`demonstration-1`, `demonstration-2`), which run side by side with
dates of their own, and come together again in the last one. With `windows = true` the same is gone through twice, the
second time while the first is on its way. What is made by a maker here is shown by a walk elsewhere: the worker's
documents and its sweep (tests/jobs), and the end of a standstill (tests/services/test_outcomes).
"""

import tomllib
from collections.abc import Collection, Generator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

import pytest
from flask import Flask
from sqlalchemy import select

from procurement.jobs.sweep import make_due
from procurement.models.applications import Application, Entry
from procurement.models.stages import Stage
from procurement.queries import applications as applications_queries
from procurement.queries import moderation as moderation_queries
from procurement.queries import slots as slots_queries
from procurement.queries import stages as stages_queries
from procurement.rules.applications import DECLARATIONS
from procurement.rules.ports import Ports
from tests.parts import applications, assessment, calls, noticing, outcomes
from tests.parts import moderation as panel
from tests.parts.clock import StandingClock
from tests.parts.pages import parse
from tests.parts.pages import read as parsed
from tests.parts.visitors import Visitor
from tests.web.test_a_challenge_in_three_stages import Walk, approve
from tests.web.test_manage_calls import LAW, press, send
from tests.web.test_slots import typed as typed_times
from workflows.catalogue import PROCEDURES, source
from workflows.facts import UK
from workflows.reading import read_procedure

SEVEN_STAGES = """
key = "seven_stages"
name = "Challenge in seven stages"
title = "Challenge tender (competitive flexible procedure, seven stages)"
kind = "challenge"
route = "covered"
standard = "ocds"

[[stage]]
key = "interest"
title = "Expression of interest"
noun = "expression of interest"
nouns = "expressions of interest"
steps = ["collect", "check", "assess"]
names = "hidden"
other_marks = "never"

[[stage]]
key = "outline"
title = "Outline"
noun = "outline"
nouns = "outlines"
steps = ["collect", "assess"]
names = "hidden"
other_marks = "after_own"
shows = ["interest"]

[[stage]]
key = "dialogue"
title = "Dialogue"
noun = "contribution"
nouns = "contributions"
steps = ["present", "assess"]
names = "shown"
other_marks = "after_own"
shows = ["outline"]

[[stage]]
key = "proposal"
title = "Proposal"
noun = "proposal"
nouns = "proposals"
steps = ["collect", "assess", "moderate"]
names = "shown"
other_marks = "after_own"

[[stage]]
key = "demonstration-1"
title = "Demonstration in the north"
noun = "demonstration"
nouns = "demonstrations"
steps = ["present", "assess", "moderate"]
names = "shown"
other_marks = "always"
shows = ["proposal"]

[[stage]]
key = "demonstration-2"
title = "Demonstration in the south"
noun = "demonstration"
nouns = "demonstrations"
steps = ["present", "assess", "moderate"]
names = "shown"
other_marks = "always"
shows = ["proposal"]

[[stage]]
key = "offer"
title = "Offer"
noun = "offer"
nouns = "offers"
steps = ["collect", "award"]
names = "shown"
other_marks = "after_own"
marks_of = "proposal"
ranks_by = { outline = 20, dialogue = 20, proposal = 60 }
reasons = "required"
"""
PLAIN = tomllib.loads(SEVEN_STAGES)
IN_WINDOWS = {**PLAIN, "key": "seven_stages_in_windows", "windows": True}
STAGES = [stage["key"] for stage in PLAIN["stage"]]
OWN_LOT = {"demonstration-1": 1, "demonstration-2": 2}  # the other stages are for both
LOTS = {"Firm A": 1, "Firm B": 1, "Firm C": 2, "Firm D": 2, "Firm E": 2, "Firm F": 1}
ASKS = {"Firm A": "30000", "Firm B": "25000", "Firm C": "28000", "Firm E": "20000", "Firm F": "19000"}
BUDGET = 30_000  # of a lot in a window: Firm B is next in rank, and nothing is left for it
DECLINED = "Others were better in what this stage asked for."
Going = Generator[datetime, None, None]  # what a window waits for, one instant after the other

# what everybody marks, by stage and firm; in the proposal two marks of Firm A lie apart
FIRST = {
    "interest": {"Firm A": 4, "Firm B": 4, "Firm C": 4, "Firm D": 4, "Firm E": 1},
    "outline": {"Firm A": 4, "Firm B": 3, "Firm C": 5, "Firm D": 4},
    "dialogue": {"Firm A": 3, "Firm B": 4, "Firm C": 4, "Firm D": 5},
    "proposal": {"Firm A": 4, "Firm B": 3, "Firm C": 4, "Firm D": 3},
    "demonstration-1": {"Firm A": 4, "Firm B": 4},
    "demonstration-2": {"Firm C": 4, "Firm D": 1},
}
# 20 % of the outline, 20 % of the dialogue, 60 % of the proposal; the marks are of 5
FIRST_TOTALS = {"Firm A": "76.00", "Firm B": "64.00", "Firm C": "84.00"}
SECOND = {stage: {"Firm E": 3, "Firm F": 4} for stage in STAGES if stage not in OWN_LOT} | {
    "demonstration-1": {"Firm F": 5},
    "demonstration-2": {"Firm E": 5},
}
SECOND_TOTALS = {"Firm E": "60.00", "Firm F": "80.00"}
APART = {("Firm A", 0, "solution"): 5, ("Firm A", 1, "solution"): 2}


@pytest.fixture(autouse=True)
def procedures(monkeypatch: pytest.MonkeyPatch) -> None:
    for plain in (PLAIN, IN_WINDOWS):
        monkeypatch.setitem(PROCEDURES, plain["key"], read_procedure(plain))
        monkeypatch.setitem(source.PROCEDURES, plain["key"], plain)


class Seven(Walk):
    """The walk of three stages, through seven, in one window or in two, with a lot for each firm."""

    firms = tuple(LOTS)

    # before anybody applies

    def write(self, procedure: str = PLAIN["key"], *, windows: int = 1) -> None:
        officer = self.officer
        home = str(send(officer, "/manage/calls/new", procedure=procedure, title="Dry homes").headers["Location"])
        self.ref = home.rpartition("/")[2]
        send(officer, f"{home}/setup/details", **calls.DETAILS)
        send(officer, f"{home}/setup/money", budget=str(2 * windows * BUDGET))
        send(officer, f"{home}/setup/law", **LAW)
        send(officer, f"{home}/setup/lots/1", title="North", budget=str(windows * BUDGET))
        send(officer, f"{home}/setup/lots/new", title="South", budget=str(windows * BUDGET))
        for key, lot in OWN_LOT.items():
            send(officer, f"{self.root(key)}/details", lots=[str(lot)], shows=self.stage(key).shows)
        self.side_by_side(officer)
        for key in STAGES:
            if self.stage(key).assesses:
                readers = "2" if self.stage(key).moderates else "1"
                send(officer, f"{self.root(key)}/criteria", readers=readers, minimum_total="40")
        if windows > 1:
            press(officer, f"{home}/setup/windows", f"{home}/setup/windows/add")
            budgets = {f"budget__{window}__{lot}": str(BUDGET) for window in (1, 2) for lot in (1, 2)}
            send(officer, f"{home}/setup/windows", **budgets)
        for key in self.keys():
            self.call_in(officer, key)
        assert "Nothing is missing: this call can be sent for review." in parsed(officer.get(f"{home}/review")).words
        send(officer, f"{home}/review", to=f"{home}/send-for-review")
        approve(self.approver, f"{home}/review", f"{home}/publish")

    def keys(self) -> list[str]:
        with self.ports.database.reading() as session:
            return [stage.key for stage in stages_queries.of_call(session, self.call.id)]

    def side_by_side(self, officer: Visitor) -> None:
        """The demonstrations in the south are three days after those in the north, and do not wait for those."""
        north, later = self.stage("demonstration-1"), timedelta(days=3)
        dates = {}
        for name in ("choose_by", "assess_by", "decide_by"):
            at = getattr(north, name) + later
            day = at.astimezone(UK) if name != "decide_by" else at
            dates |= {f"{name}__{part}": str(getattr(day, part)) for part in ("day", "month", "year")}
        send(officer, f"{self.root('demonstration-2')}/dates", **dates)

    def call_in(self, officer: Visitor, key: str) -> None:
        """The panel of a stage that has one."""
        root = self.root(key)
        if self.stage(key).moderates:
            for who, role in ((panel.chair(self.ports), "chair"), (panel.member(self.ports), "member")):
                press(officer, f"{root}/panel", f"{root}/panel/people", person=str(who.id), role=role)
            press(officer, f"{root}/panel", f"{root}/panel/distance", least="2")

    # a window from its opening to the telling of its last stage

    def through(self, window: int, marks: Mapping[str, Mapping[str, int]], totals: Mapping[str, str]) -> Going:
        """All seven stages; it says which instant it waits for, and goes on when the clock is there."""

        def key(stage: str) -> str:
            return stage if window == 1 else f"{stage}-{window}"

        for stage in ("interest", "outline"):
            yield from self.collect(key(stage), marks[stage])
            if stage == "interest":
                self.sift(key(stage), marks[stage])
            self.judge(key(stage), marks[stage])
        yield from self.present_in(key("dialogue"), marks["dialogue"])
        self.judge(key("dialogue"), marks["dialogue"])
        yield from self.collect(key("proposal"), marks["proposal"])
        self.judge(key("proposal"), marks["proposal"], apart=APART)

        # side by side: both have begun, and each lot is in its own
        for stage, lot in OWN_LOT.items():
            assert self.stage(key(stage)).started_at == self.stage(key("proposal")).told_at
            assert {firm for firm in marks["proposal"] if key(stage) in self.stands(firm)} == set(marks[stage])
            assert {LOTS[firm] for firm in marks[stage]} == {lot}
        north, south = (self.present_in(key(stage), marks[stage]) for stage in OWN_LOT)
        yield next(north)
        yield next(south)
        yield from north
        self.judge(key("demonstration-1"), marks["demonstration-1"])
        assert self.stage(key("offer")).started_at == self.stage(key("demonstration-1")).told_at
        assert self.stage(key("demonstration-2")).told_at is None
        yield from south
        self.judge(key("demonstration-2"), marks["demonstration-2"])

        assert {firm for firm in marks["proposal"] if key("offer") in self.stands(firm)} == set(totals)
        yield from self.collect(key("offer"), totals)
        assert self.totals(key("offer")) == totals
        self.decide(key("offer"))

    def collect(self, key: str, firms: Collection[str]) -> Going:
        """Everybody hands in, and two people open it."""
        stage, root = self.stage(key), self.root(key)
        assert stage.opens_at is not None
        assert stage.closes_at is not None
        yield stage.opens_at
        for firm in firms:
            self.apply(firm, key)
        yield stage.closes_at + timedelta(minutes=stage.hold_minutes)
        sealed = parsed(self.officer.get(f"{root}/applications"))
        assert [word for word in ("Idea of", "£") if word in sealed.one("main").text] == []
        assert f"{len(firms)} submitted 0 drafts" in sealed.words
        press(self.officer, f"{root}/opening", f"{root}/opening/ask")
        press(self.approver, f"{root}/opening", f"{root}/opening/complete")
        opened = parsed(self.officer.get(f"{root}/applications")).text
        assert {firm for firm in LOTS if f"Idea of {firm}" in opened} == set(firms)

    def apply(self, firm: str, key: str, amount: str = "") -> None:
        """The form of a stage; the first one begins at the page of the call, or with "apply again"."""
        browser = self.lead(firm)
        if firm not in self.bids:
            page = f"/calls/{self.ref}/apply"
            lots = [each.attributes["value"] for each in parsed(browser.get(page)).all("input[name=lot]")]
            made = send(browser, page, lot=lots[LOTS[firm] - 1])
            self.bids[firm] = str(made.headers["Location"]).rpartition("/")[2]
        own = f"/applications/{self.bids[firm]}"
        if key not in self.stands(firm):
            press(browser, f"{own}/again", f"{own}/again")
        with self.ports.database.reading() as session:
            questions = applications_queries.questions_of(session, self.stage(key).id)
        for question in questions:
            if not question.kind.uploads:
                special = {"title": f"Idea of {firm}", "amount": ASKS.get(firm, "")}
                answer = special.get(question.purpose.value) or applications.fitting(question, assessment.ANSWER, "12")
                send(browser, f"{own}/questions/{question.key}", answer=answer)
        shown = parsed(browser.get(f"{own}/check"))
        assert (self.stage(key).noun in shown.text, "application will" in shown.text) == (True, False)
        sent = send(browser, f"{own}/check", to=f"{own}/submit", declared=list(DECLARATIONS))
        assert sent.headers["Location"] == f"{own}/submitted"

    def sift(self, key: str, firms: Collection[str]) -> None:
        """Everybody is eligible."""
        root = self.root(key)
        for ref in (self.bids[firm] for firm in firms):
            here = f"{root}/bids/{ref}/eligibility"
            looked = {"due": ["mandatory|", "debarment|"], "nothing__source": "The central platform and the list"}
            send(self.officer, here, to=f"{root}/bids/{ref}/checks/nothing", **looked)
            send(self.officer, here, to=f"{here}/eligible", reason=assessment.REASON)
        press(self.officer, f"{root}/applications", f"{root}/begin-assessment")

    def present_in(self, key: str, firms: Collection[str]) -> Going:
        """Times are offered and chosen at once, and everybody comes."""
        root, choose_by = self.root(key), self.stage(key).choose_by
        assert choose_by is not None
        fields = typed_times(choose_by + timedelta(days=1), count=str(len(firms)))
        seen = parsed(self.officer.send(f"{root}/slots/offer", fields)).one("input[name=seen]").attributes["value"]
        assert self.officer.send(f"{root}/slots/offer", {**fields, "seen": seen, "offer": "1"}).status_code == 303
        for firm in firms:
            own, browser = f"/applications/{self.bids[firm]}/stages/{key}/slot", self.lead(firm)
            choice = parsed(browser.get(own)).one("input[name=slot]").attributes["value"]
            assert browser.send(own, {"slot": choice}).status_code == 303
        with self.ports.database.reading() as session:
            times = slots_queries.list_slots(session, self.stage(key).id)
        yield times[-1].ends_at
        for each in times:
            here = f"{root}/slots/{each.id}"
            press(self.officer, here, f"{here}/attendance", attendance="came")

    def judge(
        self, key: str, marks: Mapping[str, int], apart: Mapping[tuple[str, int, str], int] = MappingProxyType({})
    ) -> None:
        """Each bid is marked by as many as the stage asks for, `apart` where two differ, and agreed on; then it is
        decided in rank order and told."""
        self.assign(key)
        self.mark(lambda firm, number, criterion: apart.get((firm, number, criterion), marks[firm]))
        self.lock(key)
        if self.stage(key).moderates:
            assert self.moderate(key) == sorted({where[2] for where in apart if where[0] in marks})
        self.decide(key)

    def assign(self, key: str) -> None:
        officer, root = self.officer, self.root(key)
        boxes = [box.attributes["value"] for box in parsed(officer.get(f"{root}/assign")).all("input[name=pair]")]
        wanted = {str(reader.id) for reader in self.readers[: self.stage(key).readers]}
        press(officer, f"{root}/assign", f"{root}/assign", pair=[b for b in boxes if b.partition("-")[2] in wanted])

    def moderate(self, key: str) -> list[str]:
        """Agree on 4 wherever the marks of Firm A lie apart; the criteria."""
        officer, root, settled = self.officer, self.root(key), []
        while open_ := self.open_keys(key):
            there = [panel.chair(self.ports).id, calls.officer(self.ports).id]
            given = {"mark": "4", "reason": panel.REASON, "present": there, "seen": "0"}
            assert officer.send(f"{root}/moderation/{self.bids['Firm A']}/{open_[0]}", given).status_code == 303
            settled += open_[:1]
        press(officer, f"{root}/moderation/close", f"{root}/moderation/close")
        return settled

    def open_keys(self, key: str) -> list[str]:
        with self.ports.database.reading() as session:
            stage = stages_queries.get(session, self.stage(key).id)
            return [each.criterion.key for each in moderation_queries.queue_of(session, stage.call, stage).open]

    def decide(self, key: str, **reasons: str) -> None:
        """In rank order; whoever is declined reads why."""
        asked = self.officer.get(f"{self.root(key)}/decisions/in-rank-order?reserves=0").text
        super().decide(key, **({"decline": DECLINED} if 'name="decline"' in asked else {}), **reasons)

    # the end

    def award(self, key: str, accepting: Collection[str]) -> None:
        """The one notice of the call, its standstill, and what firms answer; then the call is concluded."""
        root = self.root(key)
        noticing.published(self.officer, self.approver, root, self.ports.clock.now())
        outcomes.confirmed(self.ports, self.call)
        for firm in accepting:
            own = f"/applications/{self.bids[firm]}/outcome"
            press(self.lead(firm), own, f"{own}/accept")
        press(self.officer, f"{root}/outcomes", f"{root}/conclude")
        assert self.call.state == "concluded"
        assert {self.stage(each).state for each in self.keys()} == {"told"}

    # what is stored and shown

    def totals(self, key: str) -> dict[str, str]:
        """What each firm comes to in a stage, by the script of a stranger."""
        firms = {ref: firm for firm, ref in self.bids.items()}
        return {firms[row["ref"]]: row["total"] for row in self.ranking(key)}

    def stands(self, firm: str) -> dict[str, str]:
        """Where a firm's application stands in each stage that it reached, in their order."""
        with self.ports.database.reading() as session:
            asked = (
                select(Stage.key, Entry.state)
                .join(Entry, Entry.stage_id == Stage.id)
                .join(Application, Application.id == Entry.application_id)
                .where(Application.ref == self.bids[firm])
                .order_by(Stage.window, Stage.number)
            )
            return {key: state for key, state in session.execute(asked)}

    def run(self, *windows: Going) -> None:
        """Let windows go on side by side, each when the clock has come to what it waits for; the worker sweeps."""
        waiting = [(next(each), number, each) for number, each in enumerate(windows)]
        while waiting:
            at, number, window = waiting.pop(waiting.index(min(waiting, key=lambda each: each[:2])))
            self.clock.set(max(at, self.clock.now()))
            make_due(self.ports)
            if (after := next(window, None)) is not None:
                waiting.append((after, number, window))


def test_seven_stages_and_two_lots_from_nothing_to_the_accepted_awards(
    app: Flask, ports: Ports, clock: StandingClock
) -> None:
    walk = Seven(app, ports, clock)
    walk.write()
    walk.run(walk.through(1, FIRST, FIRST_TOTALS))
    walk.award("offer", ("Firm A", "Firm C"))
    reached = {firm: walk.stands(firm) for firm in walk.bids}
    on = dict.fromkeys(STAGES, "advanced")
    north, south = ({key: on[key] for key in STAGES if OWN_LOT.get(key, lot) == lot} for lot in (1, 2))
    until = {key: south[key] for key in STAGES[:4]}
    assert reached == {
        "Firm A": north,
        "Firm B": {**north, "offer": "declined"},
        "Firm C": south,
        "Firm D": {**until, "demonstration-2": "declined"},
        "Firm E": {"interest": "declined"},
    }
    register = parse(app.test_client().get("/awards").text).words
    assert [firm for firm in LOTS if firm in register] == ["Firm A", "Firm C"]
    shown = parsed(app.test_client().get(f"/calls/{walk.ref}")).words
    assert [stage["title"] for stage in PLAIN["stage"] if stage["title"] not in shown] == []


def test_the_same_in_two_windows_the_second_while_the_first_is_on_its_way(
    app: Flask, ports: Ports, clock: StandingClock
) -> None:
    walk = Seven(app, ports, clock)
    walk.write(IN_WINDOWS["key"], windows=2)
    assert walk.keys() == [*STAGES, *(f"{key}-2" for key in STAGES)]
    walk.run(walk.through(1, FIRST, FIRST_TOTALS), walk.through(2, SECOND, SECOND_TOTALS))
    walk.award("offer-2", ("Firm A", "Firm C", "Firm E", "Firm F"))
    # Firm E was declined in the first stage of the first window, and applied again
    stood = walk.stands("Firm E")
    assert (len(stood), stood["interest"], set(list(stood.values())[1:])) == (7, "declined", {"advanced"})
    register = parse(app.test_client().get("/awards").text).words
    assert [firm for firm in LOTS if firm in register] == ["Firm A", "Firm C", "Firm E", "Firm F"]
