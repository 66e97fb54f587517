"""What letters say of the stage that comes next: what is handed in, whether it is sealed, and a time to choose."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from procurement.models.documents import Document
from procurement.models.stages import Stage
from procurement.rules.ports import Ports
from procurement.services import assessment as marking
from procurement.services.act import perform
from procurement.services.effects.letter_words import comes_next
from tests.parts import assessment, calls, moderation, slots
from workflows.facts import in_words

OPENS, CLOSES = datetime(2027, 4, 5, 8, 0, tzinfo=UTC), datetime(2027, 5, 7, 11, 0, tzinfo=UTC)
CHOOSE = datetime(2027, 5, 14, 11, 0, tzinfo=UTC)
DATES = "It opens on Monday 5 April 2027 at 9am (UK time) and closes on Friday 7 May 2027 at 12 noon (UK time)."
PAGE = "http://city.example/applications/CH-1/stages/demonstration/slot"


def after(steps: list[str], **values: Any) -> Stage:
    dates = {"opens_at": OPENS, "closes_at": CLOSES} if "collect" in steps else {}
    given = {"sealed": True, "required": True, **dates, **values}
    return Stage(title="Demonstration", noun="demonstration", steps=steps, **given)


def test_a_stage_that_collects() -> None:
    sealed = "Nobody reads it before it is opened after that."
    assert comes_next(after(["collect", "assess"])) == f"Next, you submit your demonstration. {DATES} {sealed}"


def test_a_stage_that_seals_nothing_and_needs_nothing() -> None:
    assert comes_next(after(["collect", "moderate"], sealed=False, required=False)) == (
        f"Next, you can submit your demonstration. {DATES} If you send nothing, you go on all the same. It is read "
        "from its closing on, with no holding time, and without two people who open it."
    )


def test_a_stage_that_presents() -> None:
    assert comes_next(after(["present", "assess"], choose_by=CHOOSE), PAGE) == (
        "Next, you choose a time for “Demonstration” until Friday 14 May 2027 at 12 noon (UK time) at "
        f"{PAGE}. Who does not come cannot go on."
    )


def test_a_stage_that_collects_and_presents_says_both() -> None:
    said = comes_next(after(["collect", "present", "assess"], choose_by=CHOOSE), PAGE)
    assert said.startswith(f"Next, you submit your demonstration. {DATES} Nobody reads it")
    assert said.endswith(
        "Then you choose a time for “Demonstration” until Friday 14 May 2027 at 12 noon (UK time) at "
        f"{PAGE}. Who does not come cannot go on."
    )


def test_a_stage_in_which_nothing_is_asked_of_a_team() -> None:
    assert comes_next(after(["assess"])).startswith("You do not have to hand in anything.")
    assert comes_next(None) == "Nothing has to be handed in now."


def test_the_letter_of_who_goes_on_to_a_demonstration_has_the_address_of_its_times(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    slots.offered(monkeypatch)
    call = assessment.opened(ports, assessment.bids_in(ports, procedure="demonstrated", firms=2))
    assessment.assigned(ports, call)
    assessment.marked(ports, call)
    first = calls.stage_of(ports, call)
    perform(ports, calls.officer(ports), ports.clock.now(), marking.lock_marks, first.id)
    moderation.go_on(ports, call)
    stage = calls.stage_of(ports, call, "demonstration")
    with ports.database.reading() as session:
        letter = session.scalars(select(Document).where(Document.kind == "advance_letter")).all()[0]
    page = f"{ports.base_url}/applications/{letter.content['application']}/stages/demonstration/slot"
    assert letter.content["comes"] == comes_next(stage, page)
    assert stage.choose_by is not None
    assert letter.content["next_steps"][-1] == {
        "name": f"By {in_words(stage.choose_by)}",
        "value": f"Choose a time for “Demonstration” at {page}.",
    }
