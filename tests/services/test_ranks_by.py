"""A stage that ranks by what earlier ones carry into it, on both databases: its places, what is published and told."""

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.documents import Document
from procurement.queries import decisions as decisions_queries
from procurement.queries import moderation as moderation_queries
from procurement.queries import stages as stages_queries
from procurement.queries import tables as tables_queries
from procurement.rules.ports import Ports
from procurement.services import moderation as moderation_services
from procurement.services.act import perform
from tests.parts import calls, carrying, moderation, outcomes
from tests.parts.statements import statements
from tests.workflows import recompute


@pytest.fixture(autouse=True)
def _offered(monkeypatch: pytest.MonkeyPatch) -> None:
    carrying.offered(monkeypatch)


def table(ports: Ports, call: Call, key: str) -> decisions_queries.Table:
    with ports.database.reading() as session:
        stage = stages_queries.get(session, calls.stage_of(ports, call, key).id)
        return decisions_queries.table_of(session, stage.call, stage)


def figures(found: decisions_queries.Table) -> list[tuple[str, int, str]]:
    return [(each.organisation.name, each.row.place, str(each.row.total)) for each in found.entries if each.row]


def close_moderation(ports: Ports, call: Call) -> None:
    stage, now = calls.stage_of(ports, call, "demonstration"), ports.clock.now()
    perform(ports, calls.officer(ports), now, moderation_services.close_moderation, stage.id)


def test_a_stage_ranks_by_what_it_and_earlier_ones_carry_and_its_own_total_stays(ports: Ports) -> None:
    call = carrying.demonstrated(ports)
    first, second = table(ports, call, "proposal"), table(ports, call, "demonstration")
    assert figures(first) == [("Firm A", 1, "100.00"), ("Firm B", 2, "80.00"), ("Firm C", 3, "60.00")]
    # 60% of the first, 40% of the second, in which Firm B has 100 and the others 60
    assert figures(second) == [("Firm B", 1, "88.00"), ("Firm A", 2, "84.00"), ("Firm C", 3, "60.00")]
    best = second.entries[0].row
    assert best is not None
    assert (best.own, dict(best.parts)) == (
        Decimal("100.00"),
        {"proposal": Decimal("80.00"), "demonstration": Decimal("100.00")},
    )
    columns, rows = tables_queries.ranking(call, second, {"proposal": "Proposal"})
    assert (columns[-2].title, columns[-2].name, columns[-1].title) == (
        "Total: Proposal",
        "total_proposal",
        "Total: demonstration",
    )
    assert (rows[0]["total"], rows[0]["total_proposal"], rows[0]["total_demonstration"]) == (
        Decimal("88.00"),
        Decimal("80.00"),
        Decimal("100.00"),
    )
    assert [each for each in tables_queries.ranking(call, first, {})[0] if each.name.startswith("total_")] == []


def test_what_a_panel_agrees_counts_with_the_share_of_its_stage(ports: Ports) -> None:
    call = carrying.demonstrated(ports)
    before = table(ports, call, "demonstration").entry(table(ports, call, "demonstration").entries[1].ref)
    assert before is not None
    assert before.row is not None
    criterion = table(ports, call, "demonstration").scheme.criteria[0]
    entry_id, officer, now = before.entry.id, calls.officer(ports), ports.clock.now()
    there = [moderation.chair(ports).id or 0]
    perform(ports, officer, now, moderation_services.agree, entry_id, criterion.key, 5, moderation.REASON, there)
    after = table(ports, call, "demonstration").entry(before.ref)
    assert after is not None
    assert after.row is not None
    gained = Decimal(2 * criterion.weight) / criterion.top
    assert (after.row.own - before.row.own, after.row.total - before.row.total) == (gained, gained * 40 / 100)
    with ports.database.reading() as session:
        stage = stages_queries.get(session, calls.stage_of(ports, call).id)
        queue = moderation_queries.queue_of(session, stage.call, stage)
    (moved,) = queue.moved()
    assert (moved.entry.ref, moved.total_before) == (before.ref, before.row.total)
    assert {each.found.now.total for each in queue.differences if each.found and each.entry.ref == before.ref} == {
        after.row.total
    }


def test_a_stranger_ranks_every_stage_again_from_what_is_published(ports: Ports) -> None:
    call = carrying.demonstrated(ports)
    with ports.database.reading() as session:
        read = stages_queries.get(session, calls.stage_of(ports, call).id).call
        content = decisions_queries.for_recomputing(session, read)
    script = Path(recompute.__file__)
    done = subprocess.run(
        [sys.executable, "-I", str(script)], input=json.dumps(content), capture_output=True, text=True, check=True
    )
    again = json.loads(done.stdout)
    assert list(again) == ["proposal", "demonstration"]
    for key, rows in again.items():
        assert [(row["ref"], row["place"], row["total"], row["own"]) for row in rows] == [
            (each.ref, each.row.place, str(each.row.total), str(each.row.own))
            for each in table(ports, call, key).entries
            if each.row is not None
        ]
    assert "Firm" not in json.dumps(content)
    assert "@" not in json.dumps(content)


def test_marks_of_a_stage_that_are_not_locked_are_not_published(ports: Ports) -> None:
    call = carrying.demonstrating(ports)
    with ports.database.reading() as session:
        read = stages_queries.get(session, calls.stage_of(ports, call).id).call
        content = decisions_queries.for_recomputing(session, read)
    assert [each["key"] for each in content["stages"]] == ["proposal"]


def test_what_a_told_ranking_said_never_changes(ports: Ports) -> None:
    call = carrying.demonstrated(ports)
    before = figures(table(ports, call, "proposal"))

    def leave(session: Session) -> None:
        # whatever becomes of an entry after it was told, it keeps its place in that ranking
        told = calls.stage_of(ports, call, "proposal").id
        entry = select(Entry.id).where(Entry.stage_id == told).order_by(Entry.id).limit(1).scalar_subquery()
        session.execute(update(Entry).where(Entry.id == entry).values(state="withdrawn"))

    ports.database.write(leave)
    assert figures(table(ports, call, "proposal")) == before
    assert figures(table(ports, call, "demonstration"))[0] == ("Firm B", 1, "88.00")


def test_the_letters_and_summaries_say_what_adds_up(ports: Ports) -> None:
    call = carrying.demonstrated(ports)
    close_moderation(ports, call)
    found = table(ports, call, "demonstration")
    outcomes.propose(
        ports,
        call,
        {each.ref: outcomes.Proposal("decline", None, outcomes.REASON) for each in found.entries},
    )
    outcomes.approve(ports, call)
    with ports.database.reading() as session:
        stage = calls.stage_of(ports, call, "demonstration")
        kinds = ("declined_letter", "assessment_summary")
        rows = session.scalars(
            select(Document).where(Document.stage_id == stage.id, Document.kind.in_(kinds)).order_by(Document.id)
        ).all()
        said = {(row.kind, row.reference): row.content for row in rows}
    best = found.entries[0].ref
    added = "Proposal 80.00 × 60% + Demonstration 100.00 × 40% = 88.00"
    words = f"The total is made of: {added}."
    letter, summary = said["declined_letter", best], said["assessment_summary", best]
    assert (
        letter["place"] == f"{words} Your application has place 1 of 3 in this lot. The totals go from 60.00 to 88.00."
    )
    assert (letter["total"], letter["total_threshold"]) == ("88.00", "")
    assert words in summary["why_not"][-1]
    assert summary["own"]["sum"] == added
    for stages in (letter["stages"], summary["own"]["stages"]):
        assert [(each["title"], each["share"], each["total"]) for each in stages] == [
            ("Proposal", "60%", "80.00"),
            ("Demonstration", "40%", "100.00"),
        ]
        for each in stages:  # the criteria that are shown come to the total that is printed below them
            came_to = sum(
                Decimal(line["weight"].rstrip("%")) * Decimal(line["mark"]) / Decimal(line["top"])
                for line in each["marks"]
            )
            assert came_to == Decimal(each["total"])
    assert all(line["explanation"] for each in summary["own"]["stages"] for line in each["marks"])
    with ports.database.reading() as session:
        schemes = {each.title: each.scheme_fingerprint for each in stages_queries.of_call(session, call.id)}
    assert {each["name"]: each["value"] for each in summary["schemes"]} == schemes
    assert {each["title"]: each["scheme"] for each in letter["stages"]} == schemes
    assert summary["method"].endswith(
        "What is ranked is made of what each of these stages came to, each by its own marks: Proposal 60%, "
        "Demonstration 40%. It is rounded once, half up."
    )


def test_where_a_panel_agreed_on_marks_nothing_says_that_they_are_all_means(ports: Ports) -> None:
    call = carrying.demonstrated(ports)
    found = table(ports, call, "demonstration")
    there, key = [moderation.chair(ports).id or 0], found.scheme.criteria[0].key
    officer, now, entry_id = calls.officer(ports), ports.clock.now(), found.entries[1].entry.id
    perform(ports, officer, now, moderation_services.agree, entry_id, key, 5, moderation.REASON, there)
    close_moderation(ports, call)
    proposals = {each.ref: outcomes.Proposal("decline", None, outcomes.REASON) for each in found.entries}
    outcomes.propose(ports, call, proposals)
    outcomes.approve(ports, call)
    with ports.database.reading() as session:
        stage = calls.stage_of(ports, call, "demonstration")
        rows = session.scalars(select(Document).where(Document.stage_id == stage.id)).all()
        letters = [row.content for row in rows if row.kind == "declined_letter"]
        summaries = [row.content for row in rows if row.kind == "assessment_summary"]
    assert (len(letters), len(summaries)) == (3, 3)
    for said in (*(each["how"] for each in letters), *(each["method"] for each in summaries)):
        assert "the one that " in said
        assert "otherwise the mean of the assessors’ marks" in said
    own = next(each["own"] for each in summaries if each["application"] == found.entries[1].ref)
    agreed = own["stages"][1]["marks"][0]
    assert (agreed["mark"], agreed["explanation"]) == ("5.00", moderation.REASON)


@pytest.mark.parametrize("firms", [1, 3])
def test_an_earlier_stage_costs_a_few_statements_however_many_bids_it_had(ports: Ports, firms: int) -> None:
    call = carrying.demonstrated(ports, firms=firms)
    with ports.database.reading() as session:

        def read(key: str) -> int:
            stage = stages_queries.get(session, calls.stage_of(ports, call, key).id)
            return statements(ports, decisions_queries.table_of, session, stage.call, stage)

        assert read("proposal") == 5
        # its agreed marks, redactions and the lock that ties are drawn from; the stages, entries and cards of the first
        assert read("demonstration") == 11
        whole = stages_queries.get(session, calls.stage_of(ports, call).id).call
        assert statements(ports, decisions_queries.for_recomputing, session, whole) == 8
