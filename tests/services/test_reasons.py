"""One reason per criterion for each applicant, approved with the decisions; what is taken out of what others read."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.documents import Document
from procurement.models.history import Event
from procurement.models.reasons import Reason, Redaction
from procurement.queries import decisions as decisions_queries
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import decisions, moderation, reasons
from procurement.services.act import perform
from procurement.services.refusal import Refusal, Stale
from procurement.services.verification import verify
from tests.parts import assessment, calls, outcomes
from tests.parts import moderation as panels
from workflows.catalogue import PROCEDURES

TEXT = "The plan names each school, who stands at its gate, and what is measured there by when."
SECRET = "a margin of 11 per cent"
WITH_SECRET = f"The price holds, since the works are done with {SECRET} and two people in their own workshop."


def refused(act: Any, *arguments: Any, **named: Any) -> list[str]:
    with pytest.raises(Refusal) as refusal:
        act(*arguments, **named)
    return [str(reason) for reason in refusal.value.reasons]


def write(ports: Ports, call: Any, ref: str, texts: dict[str, str], **named: Any) -> int:
    version = named.pop("version", None)
    if version is None:
        entry = outcomes.table(ports, call).entry(ref)
        assert entry is not None
        version = reasons.version_of(entry)
    by: Principal = named.pop("by", None) or calls.officer(ports)
    stage = calls.stage_of(ports, call)
    return perform(ports, by, ports.clock.now(), reasons.write, stage.id, ref, texts, version=version)


def approve(ports: Ports, call: Any, *, by: Principal | None = None) -> None:
    """Without taking over what is missing, as `outcomes.approve` does."""
    who = assessment.fresh(ports, by or calls.approver(ports))
    seen, stage = outcomes.table(ports, call).seen, calls.stage_of(ports, call)
    perform(ports, who, ports.clock.now(), decisions.approve, stage.id, seen=seen)


def missing(*refs: str) -> str:
    return f"The one reason for each criterion, which the applicant reads, is not written for: {', '.join(refs)}."


def contents(ports: Ports, kind: str) -> dict[str, Any]:
    with ports.database.reading() as session:
        rows = session.scalars(select(Document).where(Document.kind == kind)).all()
        return {row.content["application"]: row.content for row in rows}


def test_decisions_wait_for_one_reason_per_criterion_where_the_stage_asks_for_it(ports: Ports) -> None:
    call = assessment.locked(ports)
    outcomes.propose(ports, call, outcomes.in_rank_order(ports, call))
    first, second, third = (entry.ref for entry in outcomes.table(ports, call).entries)
    assert refused(approve, ports, call) == [missing(first, second, third)]
    keys = [criterion.key for criterion in outcomes.table(ports, call).scheme.criteria]
    assert write(ports, call, first, dict.fromkeys(keys, TEXT)) == len(keys)
    assert write(ports, call, second, {keys[0]: TEXT}) == 1
    assert refused(approve, ports, call) == [missing(second, third)]
    assert outcomes.explained(ports, call) == 2 * len(keys) - 1
    approve(ports, call)
    assert calls.stage_of(ports, call).state == "decided"
    with ports.database.reading() as session:
        made_from = session.scalars(select(Reason.made_from).order_by(Reason.id)).all()
        assert [*made_from] == ["officer"] * (len(keys) + 1) + ["assessor"] * (2 * len(keys) - 1)
        assert [each for each in verify(session, ports) if each.broken] == []


@pytest.mark.parametrize("procedure", sorted(PROCEDURES))
def test_every_call_of_today_writes_one_reason_per_criterion_wherever_it_marks(procedure: str) -> None:
    stages = [stage for stage in PROCEDURES[procedure].stages if "assess" in stage.steps or stage.marks_of]
    assert {stage.reasons for stage in stages} == {"required"}


def test_where_it_is_optional_as_in_calls_of_before_nothing_is_missing(ports: Ports) -> None:
    call = outcomes.with_optional_reasons(ports, assessment.locked(ports, procedure="small_grant"))
    outcomes.propose(ports, call, outcomes.in_rank_order(ports, call))
    assert calls.stage_of(ports, call).reasons == "optional"
    approve(ports, call)
    assert calls.stage_of(ports, call).state == "decided"


def test_letters_summary_and_outcome_print_the_one_text_in_the_place_of_the_comments(ports: Ports) -> None:
    call = assessment.locked(ports)
    first = outcomes.table(ports, call).entries[0]
    criteria = outcomes.table(ports, call).scheme.criteria
    key, rest = criteria[0].key, [f"{each.name}: {assessment.COMMENT}" for each in criteria[1:]]
    write(ports, call, first.ref, {key: TEXT})
    outcomes.decided(ports, call)
    marks = contents(ports, "assessment_summary")[first.ref]["own"]["marks"]
    assert [mark["explanation"] for mark in marks] == [TEXT, *rest]
    with ports.database.reading() as session:
        said = decisions_queries.comments_on(session, first.entry.id)
    assert [said[each.key] for each in criteria] == [[TEXT], *([text] for text in rest)]


def test_who_wrote_a_reason_cannot_approve_the_decisions(ports: Ports) -> None:
    both = calls.staff(ports, "both@city.example", "officer", "approver")
    call = outcomes.proposed(ports)
    ref = outcomes.table(ports, call).entries[2].ref
    write(ports, call, ref, {outcomes.table(ports, call).scheme.criteria[0].key: TEXT}, by=both)
    assert refused(approve, ports, call, by=both) == ["You wrote this. Somebody else must approve it."]
    approve(ports, call)


def test_an_approver_approves_the_reasons_that_they_read(ports: Ports) -> None:
    call = outcomes.proposed(ports)
    entry = outcomes.table(ports, call).entries[0]
    seen, key = outcomes.table(ports, call).seen, outcomes.table(ports, call).scheme.criteria[0].key
    write(ports, call, entry.ref, {key: TEXT})
    assert refused(outcomes.approve, ports, call, seen=seen) == [
        "The decisions were changed after you opened this page. Read them again."
    ]


def test_two_who_write_at_once_lose_nothing(ports: Ports) -> None:
    call = assessment.locked(ports)
    entry, key = outcomes.table(ports, call).entries[0], outcomes.table(ports, call).scheme.criteria[0].key
    read = reasons.version_of(entry)
    write(ports, call, entry.ref, {key: TEXT}, version=read)
    with pytest.raises(Stale) as stale:
        write(ports, call, entry.ref, {key: WITH_SECRET}, version=read)
    assert (stale.value.yours, stale.value.theirs) == ({f"text-{key}": WITH_SECRET}, {f"text-{key}": TEXT})
    assert stale.value.saved_by == calls.officer(ports).name
    write(ports, call, entry.ref, {key: WITH_SECRET}, version=stale.value.version)
    with ports.database.reading() as session:
        rows = session.execute(select(Reason.text, Reason.superseded_at.is_(None)).order_by(Reason.id)).all()
    assert [tuple(row) for row in rows] == [(TEXT, False), (WITH_SECRET, True)]


def test_a_text_that_says_nothing_is_refused_and_only_officers_write_while_it_is_decided(ports: Ports) -> None:
    call = assessment.locked(ports)
    entry, criterion = outcomes.table(ports, call).entries[0], outcomes.table(ports, call).scheme.criteria[0]
    short = f"“{criterion.name}”: Explain the mark to the applicant in at least ten words."
    assert refused(write, ports, call, entry.ref, {criterion.key: "Good."}) == [short]
    assert write(ports, call, entry.ref, {criterion.key: ""}) == 0
    write(ports, call, entry.ref, {criterion.key: TEXT})
    assert refused(write, ports, call, entry.ref, {criterion.key: " "}) == [short]
    assert refused(write, ports, call, entry.ref, {"beauty": TEXT}) == ["There is no such criterion."]
    assert refused(write, ports, call, "TT-NONE", {criterion.key: TEXT}, version=1) == [
        "It was not marked in this stage."
    ]
    with pytest.raises(Refusal) as refusal:
        write(ports, call, entry.ref, {criterion.key: WITH_SECRET}, by=calls.approver(ports))
    assert refusal.value.status == 403
    outcomes.decided(ports, call)
    assert refused(write, ports, call, entry.ref, {criterion.key: WITH_SECRET}) == [
        "Reasons can be written from the locking of the marks until the decisions are approved."
    ]


def test_the_panel_s_reason_is_there_already_and_a_text_stands_no_longer_than_the_mark_that_it_is_about(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    panels.offered(monkeypatch)
    call = panels.moderating(ports)
    key, *_rest = panels.open_keys(ports, call)
    panels.settled(ports, call, {key: 4})
    stage, officer, now = calls.stage_of(ports, call), calls.officer(ports), ports.clock.now()
    perform(ports, officer, now, moderation.close_moderation, stage.id)

    def of_firm_a() -> decisions_queries.Ranked:
        return next(each for each in outcomes.table(ports, call).entries if each.organisation.name == "Firm A")

    entry = of_firm_a()
    assert (entry.reason(key), reasons.suggestion(entry, key, frozenset()).made_from) == (panels.REASON, "panel")
    others = [each.key for each in outcomes.table(ports, call).without_reason(entry)]
    assert key not in others
    assert others
    write(ports, call, entry.ref, {key: TEXT, others[0]: WITH_SECRET})
    assert (of_firm_a().reason(key), of_firm_a().reason(others[0])) == (TEXT, WITH_SECRET)
    perform(ports, calls.approver(ports), now, moderation.reopen_moderation, stage.id, "Firm A wrote to us.")
    panel = [panels.chair(ports).id or 0]
    again = "The panel read it once more and found two of the dates less convincing than it had."
    perform(ports, officer, now, moderation.agree, entry.entry.id, key, 3, again, panel)
    assert (of_firm_a().reason(key), of_firm_a().reason(others[0])) == (again, WITH_SECRET)
    with ports.database.reading() as session:
        assert decisions_queries.comments_on(session, entry.entry.id)[key] == [again]


def test_what_is_taken_out_is_marked_for_others_and_whole_for_its_own_team(ports: Ports) -> None:
    call = assessment.locked(ports)
    table = outcomes.table(ports, call)
    winner, _second, loser = table.entries
    key, officer, stage = table.scheme.criteria[0].key, calls.officer(ports), calls.stage_of(ports, call)
    now = ports.clock.now()

    def take_out(words: str, ground: str = "commercial") -> Redaction:
        return perform(ports, officer, now, reasons.take_out, stage.id, winner.ref, words, ground)

    write(ports, call, winner.ref, {key: WITH_SECRET})
    assert refused(take_out, "a margin of 12 per cent") == [
        "These words are nowhere in what others read. Enter them exactly as they stand there."
    ]
    assert refused(take_out, "in") == ["Enter between 3 and 1,000 characters that are to be taken out."]
    assert refused(take_out, SECRET, "it is awkward") == ["Choose on which ground it is taken out."]
    before = outcomes.table(ports, call).seen
    row = take_out(SECRET)
    assert outcomes.table(ports, call).seen != before
    assert refused(take_out, SECRET) == ["These words are taken out already."]
    back = take_out("their own workshop", "personal")
    perform(ports, officer, now, reasons.put_back, stage.id, winner.ref, back.id)
    outcomes.decided(ports, call)
    summaries = contents(ports, "assessment_summary")
    seen_by_others = WITH_SECRET.replace(SECRET, "[taken out: sensitive commercial information]")
    told = {each["organisation"]: each for each in summaries[loser.ref]["winners"]}[winner.organisation.name]
    assert told["marks"][0]["explanation"] == seen_by_others
    assert "with its ground" in summaries[loser.ref]["withheld"]
    assert summaries[winner.ref]["own"]["marks"][0]["explanation"] == WITH_SECRET
    assert "with its ground" not in summaries[winner.ref]["withheld"]
    assert SECRET not in str(summaries[loser.ref])
    with ports.database.reading() as session:
        kept = session.get_one(Redaction, row.id)
        event = session.scalars(select(Event).where(Event.tag == "entry.take_out").order_by(Event.id)).first()
        assert (kept.ground, kept.taken_by, kept.put_back_at) == ("commercial", officer.id, None)
        assert event is not None
        assert (event.data["ground"], event.data["commitment"]) == ("commercial", kept.commitment)


def test_nothing_is_taken_out_where_others_read_nothing(ports: Ports) -> None:
    call = assessment.locked(ports, procedure="small_grant")
    ref, stage = outcomes.table(ports, call).entries[0].ref, calls.stage_of(ports, call)
    now = ports.clock.now()
    assert refused(
        perform, ports, calls.officer(ports), now, reasons.take_out, stage.id, ref, "people", "personal"
    ) == ["Others read nothing of it, so nothing has to be taken out."]


@pytest.mark.parametrize("change", ["text", "ground", "put back", "gone"])
def test_verification_shows_a_reason_or_a_redaction_that_was_changed(ports: Ports, change: str) -> None:
    call = assessment.locked(ports)
    ref, stage = outcomes.table(ports, call).entries[0].ref, calls.stage_of(ports, call)
    key, now = outcomes.table(ports, call).scheme.criteria[0].key, ports.clock.now()
    write(ports, call, ref, {key: WITH_SECRET})
    perform(ports, calls.officer(ports), now, reasons.take_out, stage.id, ref, SECRET, "commercial")

    def tamper(session: Session) -> None:
        reason, redaction = session.scalars(select(Reason)).one(), session.scalars(select(Redaction)).one()
        if change == "text":
            reason.text = TEXT
        elif change == "ground":
            redaction.ground = "personal"
        elif change == "put back":
            redaction.put_back_at, redaction.put_back_by = now, redaction.taken_by
        else:
            session.delete(reason)

    ports.database.write(tamper)
    with ports.database.reading() as session:
        assert sum(len(each.broken) for each in verify(session, ports)) == 1
