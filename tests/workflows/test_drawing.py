"""A workflow draws itself: as a table, and as a picture whose every mark can be accounted for."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from tests.workflows.shapes import EVERY
from workflows.catalogue import LIFECYCLES
from workflows.definition import PlannedStage, Procedure, Role, Route, Standard
from workflows.drawing import FALLING_DUE, diagram, move_lines, procedures_table, table
from workflows.facts import INSTANTS

SVG = "{http://www.w3.org/2000/svg}"


def test_the_table_of_a_workflow():
    assert (
        table(LIFECYCLES["award"])
        == """\
| action | from | to | by | unless | then |
|---|---|---|---|---|---|
| approve | proposed | approved | approver | same_person | – |
| drop | proposed, approved | dropped | officer, approver | – | – |
| tell | approved | told | officer, approver, system | not_told | – |
| confirm | told | confirmed | system (due confirm_at) | notice_missing, standstill_running | publish_confirmation |
| accept | confirmed | accepted | applicant | award_unconfirmed | publish_acceptance |
| refuse | told, confirmed | refused | applicant | reason_missing | publish_refusal |
| expire | confirmed | lapsed | system (due accept_by) | – | publish_lapse, tell_award_expired |
| lapse | told, confirmed | lapsed | system | – | publish_lapse |
| reconsider | approved, dropped | proposed | system | – | – |"""
    )


def test_the_table_of_procedures_has_a_line_for_each_stage():
    first = PlannedStage("written", "Written", "form", "forms", ("collect", "check", "assess"), "hidden", "never")
    reply = replace(
        first,
        **{"key": "panel", "title": "Panel", "noun": "reply", "steps": ("collect", "award")},
        **{"sealed": False, "required": False, "ranks_by": (("written", 70), ("panel", 30))},
    )
    shown = replace(
        first, key="shown", title="Shown", steps=("present", "assess"), names="shown", other_marks="after_own"
    )
    fund = Procedure(
        "fund", "Fund", "A fund", "fund", Standard.THREESIXTY, Route.BELOW_THRESHOLD, (first, reply, shown)
    )
    whole = "A fund (`fund`) | fund | below threshold | 360giving"
    assert procedures_table([fund]).splitlines()[2:] == [
        f"| {whole} | Written (`written`) | collect, check, assess | form, sealed | hidden | never | its own total |",
        f"| {whole} | Panel (`panel`) | collect, award | reply, not sealed, not required | hidden | never"
        " | written 70 %, panel 30 % |",
        f"| {whole} | Shown (`shown`) | present, assess | – | shown | after own | its own total |",
    ]


@pytest.mark.parametrize("key", EVERY)
def test_the_picture_shows_every_state_and_every_move(key):
    workflow = EVERY[key]
    picture = ElementTree.fromstring(diagram(workflow))  # noqa: S314 - our own text
    boxes = [rect for rect in picture.iter(f"{SVG}rect") if "workflow-state" in rect.get("class").split()]
    ends = [state for state in workflow.states if state.ends]
    assert len(boxes) == len(workflow.states) + len(ends)  # an end has a double box
    titles = " ".join(text.text for text in picture.iter(f"{SVG}text") if text.get("class") == "workflow-state-title")
    assert sorted(titles.split()) == sorted(" ".join(state.title for state in workflow.states).split())
    assert [text.text for text in picture.iter(f"{SVG}text") if text.get("class") == "workflow-step-title"] == [
        step.title for step in workflow.steps
    ]
    assert len(list(picture.iter(f"{SVG}circle"))) == len(workflow.moves)  # a dot for each source
    assert [tspan.text for tspan in picture.iter(f"{SVG}tspan")] == [line.move.title for line in move_lines(workflow)]


@pytest.mark.parametrize("key", EVERY)
def test_every_arrow_runs_from_its_sources_to_its_target(key):
    workflow = EVERY[key]
    picture = ElementTree.fromstring(diagram(workflow))  # noqa: S314
    tracks = [line.get("x1") for line in picture.iter(f"{SVG}line") if line.get("class") == "workflow-track"]
    order = [step.key for step in workflow.steps]
    states = sorted(workflow.states, key=lambda state: order.index(state.step))
    column = {state.key: track for state, track in zip(states, tracks, strict=True)}
    groups = [g for g in picture.iter(f"{SVG}g") if "workflow-move" in g.get("class").split()]
    for move_line, group in zip(move_lines(workflow), groups, strict=True):
        assert {dot.get("cx") for dot in group.iter(f"{SVG}circle")} == {column[source] for source in move_line.sources}
        lines = list(group.iter(f"{SVG}line"))
        assert {line.get("x2") for line in lines} == {column[move_line.move.target]}
        assert len({line.get("y1") for line in lines} | {line.get("y2") for line in lines}) == 1
        covered = [sorted((int(line.get("x1")), int(line.get("x2")))) for line in lines]
        assert all(any(left <= int(column[s]) <= right for left, right in covered) for s in move_line.sources)
        assert {line.get("stroke-dasharray") is not None for line in lines} == {move_line.move.by == {Role.SYSTEM}}


@pytest.mark.parametrize("key", EVERY)
def test_no_two_boxes_or_labels_leave_the_picture(key):
    picture = ElementTree.fromstring(diagram(EVERY[key]))  # noqa: S314
    width, height = int(picture.get("width")), int(picture.get("height"))
    for text in picture.iter(f"{SVG}text"):
        assert 0 < int(text.get("y")) < height
        length = 6.4 * len("".join(text.itertext()))
        x = int(text.get("x"))
        left, right = {"start": (x, x + length), "end": (x - length, x), "middle": (x - length / 2, x + length / 2)}[
            text.get("text-anchor")
        ]
        assert left >= 0
        assert right <= width


@pytest.mark.parametrize("key", EVERY)
def test_a_strict_content_security_policy_and_a_screen_reader_can_live_with_it(key):
    text = diagram(EVERY[key])
    assert diagram(EVERY[key]) == text
    assert re.findall(r"\bstyle\b|<script|\bon\w+=|https?://(?!www\.w3\.org/2000/svg)", text) == []
    picture = ElementTree.fromstring(text)  # noqa: S314
    named = picture.get("aria-labelledby").split()
    assert picture.get("role") == "img"
    assert named == [picture.find(f"{SVG}title").get("id"), picture.find(f"{SVG}desc").get("id")]
    assert picture.find(f"{SVG}title").text == f"{EVERY[key].title}: states and moves"


def test_the_picture_is_told_in_sentences_too():
    picture = ElementTree.fromstring(diagram(LIFECYCLES["award"]))  # noqa: S314
    assert picture.find(f"{SVG}desc").text == (
        "Approve: from Proposed to Approved, by approver. "
        "Drop: from Proposed or Approved to Dropped, by officer, approver. "
        "Tell the outcome: from Approved to Applicants told, by officer, approver, the service. "
        "Confirm: from Applicants told to Confirmed, by the service, at once, or when standstill ends. "
        "Accept the award: from Confirmed to Accepted, by applicant. "
        "Refuse the award: from Applicants told or Confirmed to Refused, by applicant. "
        "End the award that nobody answered: from Confirmed to Lapsed, by the service, when the time to answer ends. "
        "End the award: from Applicants told or Confirmed to Lapsed, by the service. "
        "Decide again: from Approved or Dropped to Proposed, by the service."
    )


def test_every_instant_has_its_words():
    assert set(FALLING_DUE) == INSTANTS
