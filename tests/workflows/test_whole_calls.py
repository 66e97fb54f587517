"""Whole calls of one to four stages, composed of whatever steps there can be, with whoever presses whatever: no call
comes to where nothing can happen before its end, and none ends while a stage that has begun is not told.

What a service does in one act is one act here: publishing begins the first stage, opening one opens its entries,
approving decides them, telling lets whoever advances enter the next stage. Everything is asked of the engine.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.workflows.clear import CLEAR, OPENS_AT
from tests.workflows.test_composing import SHAPES
from workflows import catalogue
from workflows.catalogue import LIFECYCLES, states
from workflows.definition import Role, Shape, Workflow
from workflows.engine import Refused, decide, due_moves
from workflows.facts import Facts

HOUR = timedelta(hours=1)
OPEN_FOR, HELD_FOR = 6 * HOUR, HOUR
TEAMS = 3
PEOPLE = (1, 2, 3)
SYSTEM = frozenset({Role.SYSTEM})
HUMAN = frozenset(Role) - SYSTEM
# what only an act on the whole stage makes of an entry, or on the application of an award; and what only the correction
# of a mark, or a review that found a wrong, makes anew: neither is in this model
WITHIN = {"advance", "hold_in_reserve", "decline", "tell", "approve", "drop"}
WITHIN |= {"reopen_decisions", "readmit", "reinstate"}
# counts of what the model does not have, any of which may stand in the way of a press
IN_THE_WAY = (
    *("requests_open", "reviews_open", "checks_missing", "conditions_unmet", "readers_missing", "attendance_missing"),
    *("differences_open", "scorecards_due", "departures", "letters_due"),
)
ENDLESS = 400  # acts that no finishing takes


@dataclass
class Thing:
    """A call, a stage, an entry or an award."""

    workflow: Workflow
    state: str = ""  # empty: where its workflow begins
    told_at: datetime | None = None

    def __post_init__(self) -> None:
        self.state = self.state or self.workflow.start.key

    @property
    def ended(self) -> bool:
        return self.workflow.state(self.state).ends


@dataclass
class Stage(Thing):
    number: int = 1
    shape: Shape = field(default_factory=lambda: Shape(()))
    opens_at: datetime | None = None
    closes_at: datetime | None = None

    @property
    def begun(self) -> bool:
        return self.state != self.workflow.start.key

    @property
    def collects(self) -> bool:
        return "collect" in self.shape.steps

    @property
    def awards(self) -> bool:
        return "award" in self.shape.steps


@dataclass
class Entry(Thing):
    team: int = 0
    stage: Stage = field(default_factory=lambda: Stage(LIFECYCLES["stage"]))
    proposal: str = ""
    award: Thing | None = None


class WholeCall:
    """A call with its stages, and everything that is done to it through the engine."""

    def __init__(self, shapes: list[Shape]) -> None:
        self.now, self.call = OPENS_AT - HOUR, Thing(LIFECYCLES["call"])
        self.stages = [
            Stage(catalogue.workflow("stage", shape), number=number, shape=shape)
            for number, shape in enumerate(shapes, 1)
        ]
        self.entries: list[Entry] = []

    # what is so

    def things(self) -> list[Thing]:
        awards = [each.award for each in self.entries if each.award is not None]
        return [self.call, *(each for each in self.stages if each.begun), *self.entries, *awards]

    def of(self, stage: Stage, *keys: str) -> list[Entry]:
        return [each for each in self.entries if each.stage is stage and (not keys or each.state in keys)]

    def newest(self, team: int) -> Entry | None:
        return next((each for each in reversed(self.entries) if each.team == team), None)

    def after(self, stage: Stage) -> Stage | None:
        return self.stages[stage.number] if stage.number < len(self.stages) else None

    def takes_nobody_more(self, stage: Stage) -> bool:
        if stage.collects:
            return stage.closes_at is not None and stage.closes_at <= self.now
        return stage.state in states.stage.ranked

    def facts(self, thing: Thing, **more: object) -> Facts:
        """What a move of this thing looks at, as a service gathers it."""
        stage = thing if isinstance(thing, Stage) else thing.stage if isinstance(thing, Entry) else self.stages[0]
        begun = [each for each in self.stages if each.begun]
        told = [each.told_at for each in begun if each.told_at is not None]
        after, closes_at = self.after(stage), stage.closes_at or self.now + OPEN_FOR  # until it is published it moves
        found = replace(
            CLEAR,
            now=self.now,
            opens_at=stage.opens_at or self.now,
            closes_at=closes_at,
            hold_until=closes_at + (HELD_FOR if stage.shape.sealed else 0 * HOUR),
            call_live=self.call.state in states.call.published,
            award_decided=any(each.awards and each.state in states.stage.decided for each in self.stages),
            undecided=len(self.of(stage, *states.entry.checking)),
            decisions_missing=len([each for each in self.of(stage, *states.entry.assessing) if not each.proposal]),
            told_at=thing.told_at if thing.workflow.subject == "award" else stage.told_at,
            unsettled=len([1 for each in self.entries if each.award and each.award.state not in states.award.settled]),
            reserve_ended=self.call.state not in states.call.published
            or (after is not None and after.begun and self.takes_nobody_more(after)),
            confirm_at=thing.told_at,
            standstill_ends_at=thing.told_at,
        )
        if thing is self.call:
            found = replace(found, told_at=max(told) if begun and len(told) == len(begun) else None)
        return replace(found, **more)

    # what is done

    def move(self, thing: Thing, action: str, roles: frozenset[Role], facts: Facts) -> bool:
        """One act: the move, and what goes with it. Refused, it gives reasons; made, it is not made twice."""
        answer = decide(thing.workflow, thing.state, action, roles, facts)
        if isinstance(answer, Refused):
            assert answer.reasons
            return False
        assert answer.move.by & roles
        assert not self.call.ended or not HUMAN & roles, f"{action} when the call is {self.call.state}"
        before, thing.state = thing.state, answer.move.target
        assert thing.state != before
        assert isinstance(decide(thing.workflow, thing.state, action, roles, facts), Refused), f"{action} twice"
        if isinstance(thing, Stage):
            self._with_stage(thing, action)
        elif isinstance(thing, Entry):
            self._with_entry(thing, action)
        elif thing is self.call:
            self._with_call(action)
        elif action == "accept":
            self._go_on([each for each in self.entries if each.award is thing])
        return True

    def by_service(self, thing: Thing, action: str, **more: object) -> None:
        made = self.move(thing, action, SYSTEM, self.facts(thing, **more))
        assert made, f"{thing.workflow.key} at {thing.state}: {action} was refused"

    def _with_call(self, action: str) -> None:
        if action == "publish":
            self._start(self.stages[0])
            for team in range(TEAMS):
                self._enter(team, self.stages[0])
        if action == "conclude":
            assert {each.state for each in self.stages if each.begun} <= set(states.stage.told)
            assert [each.award for each in self.entries if each.award is not None and not each.award.ended] == []
            for each in [each for each in self.entries if each.state in states.entry.reserve]:
                self.by_service(each, "release")

    def _with_stage(self, stage: Stage, action: str) -> None:
        if action == "open":
            self.sweep()
            for each in self.of(stage):
                if any(move.action == "open" for move in each.workflow.moves_from(each.state)):
                    self.by_service(each, "open")
            for each in self.entries:
                if each.state in states.entry.reserve and self.after(each.stage) is stage:
                    self.by_service(each, "release")
        if action == "decide":
            approver = frozenset({Role.APPROVER})
            for each in self.of(stage, *states.entry.assessing):
                assert self.move(each, each.proposal, approver, self.facts(each))
        if action == "tell":
            stage.told_at = self.now
            answered = self.of(stage, *states.entry.answered)
            for each in answered:
                each.told_at = self.now
            going = [each for each in answered if each.state in states.entry.advanced]
            if stage.awards:
                for each in going:
                    self._award(each)
            else:
                self._go_on(going)

    def _with_entry(self, entry: Entry, action: str) -> None:
        if action == "promote":
            if entry.stage.awards:
                self._award(entry)
            else:
                self._go_on([entry])
        if action == "disqualify" and entry.award is not None and not entry.award.ended:
            self.by_service(entry.award, "lapse")

    def _award(self, entry: Entry) -> None:
        entry.award = Thing(LIFECYCLES["award"], told_at=self.now)
        for action in ("approve", "tell"):
            facts = self.facts(entry, confirm_at=self.now)
            assert self.move(entry.award, action, frozenset({Role.APPROVER}), facts)

    def _start(self, stage: Stage) -> None:
        self.by_service(stage, "start")
        if stage.collects:
            stage.opens_at, stage.closes_at = self.now + HOUR, self.now + HOUR + OPEN_FOR

    def _enter(self, team: int, stage: Stage) -> None:
        self.entries.append(Entry(catalogue.workflow("entry", stage.shape), team=team, stage=stage))

    def _go_on(self, entries: list[Entry]) -> None:
        for each in entries:
            after = self.after(each.stage)
            if after is None or self.takes_nobody_more(after) or self.call.state not in states.call.published:
                continue
            if not after.begun:
                self._start(after)
            self._enter(each.team, after)

    def sweep(self) -> None:
        """What has fallen due by the clock: drafts lapse, awards are confirmed, and what is not sealed opens."""
        for thing in self.things():
            for move, _at in due_moves(thing.workflow, thing.state, self.facts(thing)):
                self.by_service(thing, move.action)

    def open_unsealed(self) -> None:
        for stage in self.stages:
            if stage.state in states.stage.collecting and not stage.shape.sealed:
                self.move(stage, "open", SYSTEM, self.facts(stage))

    # to the end

    def finish(self) -> None:
        """Everybody does what they should; the call comes to its end, and everything in it to one."""
        for _ in range(ENDLESS):
            if self.call.ended:
                break
            before = [each.state for each in self.things()]
            self.an_hour()
            if [each.state for each in self.things()] == before:
                any(self.press(self.call, each) for each in ("send_for_review", "approve", "publish", "conclude"))
        assert self.call.ended, [(each.workflow.key, each.state) for each in self.things()]
        if self.call.state in states.call.concluded:
            assert [each.state for each in self.things() if not each.ended] == []

    def an_hour(self, proposals: Sequence[str] = ("advance",) * TEAMS, *, accepting: bool = True) -> None:
        """Everything is handed in, found eligible, and decided as is proposed for its team; awards are accepted."""
        self.now += HOUR
        self.sweep()
        self.open_unsealed()
        for entry in [each for each in self.entries if each is self.newest(each.team)]:
            for action in ("submit", "find_eligible"):
                self.press(entry, action)
        for stage in self.stages:
            for each in self.of(stage, *states.entry.assessing):
                each.proposal = proposals[each.team]
            for action in ("open", "begin_assessment", "lock_marks", "close_moderation", "decide", "tell"):
                self.press(stage, action)
        for entry in self.entries if accepting else ():
            if entry.award is not None:
                self.press(entry.award, "accept")

    def press(self, thing: Thing, action: str) -> bool:
        return self.move(thing, action, HUMAN, self.facts(thing))


MOSTLY = st.sampled_from((True, True, True, False))
MORE = st.dictionaries(st.sampled_from(IN_THE_WAY), st.sampled_from((0, 0, 0, 0, 1)), max_size=2)


class Pressed(RuleBasedStateMachine):
    """Anything by anybody, of whatever there is; then everybody does what they should."""

    @initialize(
        shapes=st.lists(st.sampled_from(SHAPES), min_size=1, max_size=4), acts=st.sampled_from((0, 1, 2, *[3] * 9))
    )
    def written(self, shapes: list[Shape], acts: int) -> None:
        """A draft, or mostly a call that has come a way already."""
        self.whole = WholeCall(shapes)
        for action in ("send_for_review", "approve", "publish")[:acts]:
            assert self.whole.press(self.whole.call, action)

    @rule(data=st.data(), likely=MOSTLY, roles=st.sets(st.sampled_from(sorted(HUMAN)), min_size=1))
    def press(self, data: st.DataObject, likely: bool, roles: set[Role]) -> None:
        """Something that can be done here, by whoever does it; or anything by anybody. What stands in the way beside
        what the model knows is drawn."""
        thing = data.draw(st.sampled_from(self.whole.things()))
        if isinstance(thing, Entry) and thing is not self.whole.newest(thing.team):
            return  # whoever went on stays in the record of the stages before
        alone = isinstance(thing, Stage) or thing is self.whole.call
        moves = thing.workflow.moves_from(thing.state) if likely else thing.workflow.moves
        moves = tuple(
            move for move in moves if (move.by & HUMAN if likely else move.by) and (alone or move.action not in WITHIN)
        )
        if not moves:
            return
        move = data.draw(st.sampled_from(moves))
        if move.action == "cancel" and data.draw(MOSTLY):
            return  # or there would be little left to see
        facts = self.whole.facts(thing, actor=data.draw(st.sampled_from(PEOPLE)), **data.draw(MORE))
        self.whole.move(thing, move.action, move.by & HUMAN if likely else frozenset(roles), facts)

    @rule(
        hours=st.integers(1, 3),
        proposals=st.tuples(*[st.sampled_from(("advance", "advance", "hold_in_reserve", "decline"))] * TEAMS),
        accepting=st.booleans(),
    )
    def work(self, hours: int, proposals: tuple[str, ...], accepting: bool) -> None:
        """Everybody does what they should for some hours, but that awards may wait for an answer."""
        for _ in range(hours):
            self.whole.an_hour(proposals, accepting=accepting)

    @rule(hours=st.integers(1, 9))
    def later(self, hours: int) -> None:
        self.whole.now += hours * HOUR
        self.whole.sweep()
        self.whole.open_unsealed()

    @rule(data=st.data())
    def extend(self, data: st.DataObject) -> None:
        """The closing of a stage that is not opened moves; whoever's draft had lapsed writes on."""
        collecting = [each for each in self.whole.stages if each.state in states.stage.collecting]
        if not collecting or self.whole.call.ended:
            return
        stage = data.draw(st.sampled_from(collecting))
        stage.closes_at = max(self.whole.now, stage.opens_at or self.whole.now) + OPEN_FOR
        for each in self.whole.of(stage, *states.entry.lapsed):
            self.whole.by_service(each, "revive")

    @invariant()
    def everything_has_its_words(self) -> None:
        """For staff, and for whoever it is about, before and after they are told."""
        for thing in self.whole.things() if hasattr(self, "whole") else ():
            here = thing.workflow.state(thing.state)
            assert here.title
            if thing is not self.whole.call or thing.ended:
                assert here.word(told=False)
                assert here.word(told=True)

    def teardown(self) -> None:
        if hasattr(self, "whole"):
            self.whole.finish()


def test_whatever_is_pressed_a_call_comes_to_its_end() -> None:
    run_state_machine_as_test(
        Pressed, settings=settings(max_examples=100, stateful_step_count=60, deadline=None, database=None)
    )


def test_every_combination_of_steps_comes_to_its_end_before_and_after_another() -> None:
    """Each stage that there can be, by itself, before a plain one, and after it."""
    plain = Shape(("collect", "assess", "award"))
    for shape in SHAPES:
        for way in ([shape], [shape, plain], [plain, shape]):
            whole = WholeCall(way)
            whole.finish()
            assert whole.call.state in states.call.concluded
            assert {each.stage.number for each in whole.entries} == set(range(1, len(way) + 1))
            assert {each.state for each in whole.entries} == {"advanced"}
