"""Saying what a stage is: which lots it is for, what it ranks by and who sees what; in every window the same."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from procurement.models.calls import Call
from procurement.models.history import Event
from procurement.models.stages import Stage
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.rules.call_checks import call_problems
from procurement.rules.ports import Ports
from procurement.services import stage_details
from procurement.services import windows as windows_service
from procurement.services.act import perform
from procurement.services.refusal import Refusal, Stale
from procurement.services.stage_details import Details
from tests.parts import calls, procedures

BOTH = [("North", 60_000), ("South", 40_000)]


def stages_of(ports: Ports, call: Call) -> dict[str, Stage]:
    with ports.database.reading() as session:
        return {each.key: each for each in stages_queries.of_call(session, call.id)}


def lots_of(stage: Stage) -> list[tuple[int, int | None]]:
    return [(row.lot.number, row.seats) for row in stage.lots]


def is_now(ports: Ports, call: Call, key: str) -> tuple[Details, int]:
    stages = stages_of(ports, call)
    stage = stages[key]
    found = Details(
        title=stage.title,
        lots=tuple(number for number, _seats in lots_of(stage)),
        names=stage.names,
        other_marks=stage.other_marks,
        shows=tuple(stage.shows),
        shares=stage.ranks_by,
    )
    return found, calls_queries.details_mark(stage, list(stages.values()))


def save(ports: Ports, call: Call, key: str, *, version: int = 0, **changed: Any) -> None:
    details, current = is_now(ports, call, key)
    given = replace(details, **changed)
    stage_id, now = stages_of(ports, call)[key].id, ports.clock.now()
    perform(ports, calls.officer(ports), now, stage_details.save, stage_id, given, version=version or current)


def missing(ports: Ports, call: Call) -> list[tuple[str, str]]:
    with ports.database.reading() as session:
        draft = calls_queries.draft_of(session, calls_queries.get_call(session, call.id))
        return [(each.stage, each.field) for each in call_problems(draft, ports.clock.now()) if each.section == "stage"]


def test_a_stage_is_for_the_lots_that_are_chosen_and_keeps_what_else_it_had(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    procedures.offered(monkeypatch)
    call = calls.drafted(ports, "three_stages", lots=BOTH)
    ports.database.write(lambda session: _seat(session, call, 3))
    save(ports, call, "proposal", title="Bid", lots=(1,), names="hidden", other_marks="always", shows=("interest",))
    stage = stages_of(ports, call)["proposal"]
    assert (stage.title, lots_of(stage), stage.names) == ("Bid", [(1, 3)], "hidden")
    assert (stage.other_marks, stage.shows) == ("always", ["interest"])
    # it counts in the last stage, to which the other lot comes without it
    assert missing(ports, call) == [("demonstration", "ranks_by")]
    save(ports, call, "demonstration", shares={"demonstration": 100})
    assert stages_of(ports, call)["demonstration"].ranks_by == {}
    assert missing(ports, call) == []
    save(ports, call, "proposal", lots=(1, 2))
    assert lots_of(stages_of(ports, call)["proposal"]) == [(1, 3), (2, None)]
    with ports.database.reading() as session:
        events = session.scalars(select(Event).where(Event.tag == "call.edit").order_by(Event.position)).all()
    assert [(each.data["part"], each.data["stage"]) for each in events[-3:]] == [
        ("stage", "proposal"),
        ("stage", "demonstration"),
        ("stage", "proposal"),
    ]


def _seat(session: Any, call: Call, seats: int) -> None:
    stage = next(each for each in stages_queries.of_call(session, call.id) if each.key == "proposal")
    next(row for row in stage.lots if row.lot.number == 1).seats = seats


def test_what_the_page_does_not_offer_is_refused_and_an_older_page_is_stale(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    procedures.offered(monkeypatch)
    call = calls.drafted(ports, "three_stages", lots=BOTH)
    for key, changed, why in (
        ("proposal", {"title": " "}, "Give the stage a title."),
        ("proposal", {"lots": ()}, "Say which lots this stage is for."),
        ("proposal", {"lots": (1, 3)}, "This lot is no longer there."),
        ("proposal", {"shows": ("demonstration",)}, "Only what was handed in to an earlier stage can be read here."),
        ("proposal", {"shares": {"demonstration": 100}}, "A stage ranks only by its own total and those of earlier st"),
    ):
        with pytest.raises(Refusal, match=why[:40]):
            save(ports, call, key, **changed)
    _details, before = is_now(ports, call, "proposal")
    save(ports, call, "proposal", lots=(1,))
    with pytest.raises(Stale) as stale:
        save(ports, call, "proposal", version=before, lots=(2,))
    assert (stale.value.yours, stale.value.theirs) == ({"lots": "2"}, {"lots": "1"})
    published = calls.published(ports)
    with pytest.raises(Refusal, match="published"):
        save(ports, published, "application", title="Another")


def test_further_windows_are_what_the_first_one_is(ports: Ports) -> None:
    call = calls.drafted(ports, "small_grant")
    perform(ports, calls.officer(ports), ports.clock.now(), windows_service.add, call.id)
    save(ports, call, "application", title="Request", names="shown")
    titles = {each.title: each.names for each in stages_of(ports, call).values()}
    assert titles == {"Request, window 1": "shown", "Request, window 2": "shown"}
    with pytest.raises(Refusal, match="first one"):
        save(ports, call, "application-2", title="Other")
    perform(ports, calls.officer(ports), ports.clock.now(), windows_service.remove, call.id, 2)
    assert [each.title for each in stages_of(ports, call).values()] == ["Request"]
