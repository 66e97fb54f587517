"""A paragraph of an officer's own in letters: within bounds, seen by the approver, committed to, printed."""

import pytest
from sqlalchemy import select

from procurement.models.calls import Call
from procurement.models.documents import Document
from procurement.models.reasons import Reason
from procurement.rules.ports import Ports
from procurement.rules.reasons import LONGEST_PARAGRAPH, faulty_paragraph, paragraph_key
from procurement.services import paragraphs, verification
from procurement.services.act import perform
from procurement.services.proposals import Proposal
from tests.parts import calls, outcomes, slots

SAID = "We liked how you work with schools. Ana Lopez of the arts team can show you round on any Tuesday."


@pytest.fixture
def call(ports: Ports) -> Call:
    return outcomes.proposed(ports)


def write_for(ports: Ports, call: Call, outcome: str, text: str, *, seen: str | None = None) -> int:
    stage, read = calls.stage_of(ports, call), outcomes.table(ports, call).seen if seen is None else seen
    return perform(
        ports, calls.officer(ports), ports.clock.now(), paragraphs.write_for, stage.id, outcome, text, seen=read
    )


def write(ports: Ports, call: Call, ref: str, text: str) -> None:
    stage, seen = calls.stage_of(ports, call), outcomes.table(ports, call).seen
    perform(ports, calls.officer(ports), ports.clock.now(), paragraphs.write, stage.id, ref, text, seen=seen)


def letters(ports: Ports) -> dict[str, str]:
    """What each letter that was asked for says in the place of the paragraph, by reference."""
    with ports.database.reading() as session:
        rows = session.scalars(select(Document).where(Document.kind.in_(("award_letter", "reserve_letter"))))
        return {row.reference: row.content["paragraph"] for row in rows}


def test_one_paragraph_for_all_with_a_decision_and_another_for_one_of_them(ports: Ports, call: Call) -> None:
    funded = [each.ref for each in outcomes.table(ports, call).entries if each.decision.outcome == "fund"]  # type: ignore[union-attr]
    assert write_for(ports, call, "fund", f" {SAID}\nSee you.\n") == len(funded)
    write(ports, call, funded[0], "Only yours.")
    outcomes.approve(ports, call)
    said = letters(ports)
    assert said[funded[0]] == "Only yours."
    assert {said[ref] for ref in funded[1:]} == {f"{SAID} See you."}
    assert {text for ref, text in said.items() if ref not in funded} == {""}


def test_the_approver_approves_no_paragraph_that_was_not_on_the_page(ports: Ports, call: Call) -> None:
    before = outcomes.table(ports, call).seen
    write_for(ports, call, "fund", SAID)
    assert outcomes.table(ports, call).seen != before
    with pytest.raises(Exception, match="changed after you opened this page"):
        outcomes.approve(ports, call, seen=before)
    with pytest.raises(Exception, match="meanwhile"):
        write_for(ports, call, "fund", "Another.", seen=before)


def test_who_wrote_a_paragraph_does_not_approve_and_nobody_writes_after_the_approval(ports: Ports, call: Call) -> None:
    both = calls.staff(ports, "both@city.example", "officer", "approver")
    stage, seen = calls.stage_of(ports, call), outcomes.table(ports, call).seen
    perform(ports, both, ports.clock.now(), paragraphs.write_for, stage.id, "fund", SAID, seen=seen)
    with pytest.raises(Exception, match="approve"):
        outcomes.approve(ports, call, by=both)
    outcomes.approve(ports, call)
    assert slots.refused(lambda: write_for(ports, call, "fund", "Later."))[1] == [str(paragraphs.NOT_NOW)]


def test_it_belongs_to_one_decision_and_goes_with_it(ports: Ports) -> None:
    call = outcomes.proposed(ports, procedure="small_grant")  # whose decisions may leave rank order
    first = outcomes.table(ports, call).entries[0]
    write(ports, call, first.ref, SAID)
    outcomes.propose(ports, call, {first.ref: Proposal("reserve", None, outcomes.REASON)})
    entry = outcomes.table(ports, call).entry(first.ref)
    assert entry is not None
    assert entry.paragraph == ""


def test_it_is_committed_to_as_reasons_are_and_taken_out_with_a_trace(ports: Ports, call: Call) -> None:
    ref = outcomes.table(ports, call).entries[0].ref
    write(ports, call, ref, SAID)
    write(ports, call, ref, "")
    assert outcomes.table(ports, call).entries[0].paragraph == ""
    write(ports, call, ref, SAID)

    def change(session: object) -> None:
        row = session.scalars(select(Reason).where(Reason.superseded_at.is_(None), Reason.text == SAID)).one()  # type: ignore[attr-defined]
        row.text = f"{SAID} And money."

    with ports.database.reading() as session:
        assert {each.broken for each in verification.verify(session, ports)} == {()}
    ports.database.write(change)
    with ports.database.reading() as session:
        assert any("Reason" in text for each in verification.verify(session, ports) for text in each.broken)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("word " * 151, "A paragraph has at most 150 words, and this has 151."),
        ("x" * (LONGEST_PARAGRAPH + 1), "A paragraph has at most 2,000 characters. Shorten it."),
        ("Dear {{ name }}, well done.", "“{ name }” is not filled in by anybody. Write what it stands for."),
        ("Dear [NAME], well done.", "“[NAME]” is not filled in by anybody. Write what it stands for."),
        ("Pay by <date>.", "“<date>” is not filled in by anybody. Write what it stands for."),
        ("Ask %(contact)s.", "“%(contact)s” is not filled in by anybody. Write what it stands for."),
    ],
)
def test_it_keeps_within_its_bounds(text: str, fault: str) -> None:
    assert str(faulty_paragraph(text)) == fault


@pytest.mark.parametrize(
    "text", ["", SAID, "See note [1] at https://city.example/a?b=1&c=2.", "5 < 6 and 7 > 6", "word " * 150]
)
def test_what_is_plain_text_stays(text: str) -> None:
    assert faulty_paragraph(text) is None


def test_no_criterion_can_have_the_key_of_a_paragraph() -> None:
    assert ":" in paragraph_key("fund")
