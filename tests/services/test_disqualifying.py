"""Disqualifying after the opening: a ground, two people, a letter; what was told and opened stays as it was."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from procurement.models.applications import Entry
from procurement.models.assessment import Assignment
from procurement.models.decisions import Decision
from procurement.models.disqualifications import Disqualification
from procurement.models.documents import Document
from procurement.models.history import Event
from procurement.models.messages import Message
from procurement.models.register import RegisterAward
from procurement.queries import disqualifications as disqualifications_queries
from procurement.queries import documents as documents_queries
from procurement.queries import funnel as funnel_queries
from procurement.queries import opening as opening_queries
from procurement.queries import stages as stages_queries
from procurement.rules.checks import GROUNDS_OF, CheckKind, Finding, Looked
from procurement.rules.disqualification import GROUNDS, Exclusion, grounds_of
from procurement.rules.endings import ended_because
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import applications, disqualifying, leaving, reserve
from procurement.services.act import perform
from procurement.services.assessment import record_checks
from procurement.services.refusal import FreshSignInNeeded, Refusal
from tests.parts import assessment, calls, outcomes, sifting
from tests.services.test_leaving import entry_of, member, read, refused

REASON = "The certificate of insurance that was sent is not one of the insurer that it names."


def propose(
    ports: Ports, entry: Entry, by: Principal | None = None, ground: str = "false_information"
) -> Disqualification:
    who, now = by or calls.officer(ports), ports.clock.now()
    return perform(ports, who, now, disqualifying.propose, entry.id, ground, REASON)


def approve(ports: Ports, row: Disqualification, by: Principal | None = None) -> Entry:
    who, now = assessment.fresh(ports, by or calls.approver(ports)), ports.clock.now()
    return perform(ports, who, now, disqualifying.approve, row.id, seen=row.id)


def out(ports: Ports, entry: Entry) -> Entry:
    return approve(ports, propose(ports, entry))


def told(ports: Ports) -> list[Message]:
    with ports.database.reading() as session:
        return list(session.scalars(select(Message).where(Message.kind == "disqualification")))


def test_two_people_disqualify_and_the_team_gets_a_letter(ports: Ports) -> None:
    call = assessment.opened(ports, assessment.bids_in(ports, firms=2))
    entry = entry_of(ports, call)
    row = propose(ports, entry)
    assert (read(ports, entry).state, told(ports)) == ("opened", [])
    assert refused(propose, ports, entry) == ["It is proposed already, and waits for an approver."]
    approve(ports, row)
    after = read(ports, entry)
    assert (after.state, after.opened_at, after.standing_id) == ("disqualified", entry.opened_at, entry.standing_id)
    assert {each.entry_id for each in told(ports)} == {entry.id}
    with ports.database.reading() as session:
        letter = session.scalars(select(Document).where(Document.kind == "disqualification_letter")).one()
        assert documents_queries.find_by_code(session, letter.code).released  # type: ignore[union-attr]
        event = session.scalars(select(Event).where(Event.tag == "entry.disqualify")).one()
        kept = session.scalars(select(Disqualification)).one()
    assert (letter.content["ground"], letter.content["reason"]) == (str(GROUNDS["false_information"]), REASON)
    assert event.data == {
        "before": "opened",
        "after": "disqualified",
        "disqualification": row.id,
        "ground": "false_information",
    }
    assert (kept.proposed_by, kept.approved_by) == (calls.officer(ports).id, calls.approver(ports).id)
    assert refused(approve, ports, row) == ["There is no proposal to decide on."]
    assert refused(propose, ports, entry) == ["It is proposed already, and waits for an approver."]
    lead, now = member(ports, entry), ports.clock.now()
    assert refused(perform, ports, lead, now, leaving.withdraw, entry.id) == [
        "This cannot be done now. The application is at “Ruled out”."
    ]


def test_who_may_and_on_what_grounds(ports: Ports) -> None:
    call = assessment.opened(ports, assessment.bids_in(ports, firms=1))
    entry, now = entry_of(ports, call), ports.clock.now()
    assert refused(propose, ports, entry, calls.approver(ports)) == ["Only an officer can do this."]
    assert refused(propose, ports, entry, ground="bad_manners") == ["Choose a ground."]
    assert refused(
        perform, ports, calls.officer(ports), now, disqualifying.propose, entry.id, "improper_behaviour", " "
    ) == ["Give a reason."]
    both = calls.staff(ports, "both@city.example", "officer", "approver")
    row = propose(ports, entry, both, ground="improper_behaviour")
    assert refused(approve, ports, row, both) == ["You wrote this. Somebody else must approve it."]
    assert refused(approve, ports, row, calls.officer(ports)) == ["Only an approver can do this."]
    with pytest.raises(FreshSignInNeeded):
        perform(ports, calls.approver(ports), now, disqualifying.approve, row.id, seen=row.id)
    fresh = assessment.fresh(ports, calls.approver(ports))
    assert refused(perform, ports, fresh, now, disqualifying.approve, row.id, seen=0) == [
        "The proposal was changed after you opened this page. Read it again."
    ]
    perform(ports, calls.approver(ports), now, disqualifying.send_back, row.id, "Ask the insurer first.")
    again = propose(ports, entry)
    perform(ports, calls.officer(ports), now, disqualifying.take_back, again.id, "It was our mistake.")
    assert read(ports, entry).state == "opened"
    assert "improper_behaviour" not in grounds_of("grant")


def test_before_the_opening_there_is_nobody_to_disqualify(ports: Ports) -> None:
    call = assessment.bids_in(ports, firms=1)
    assert refused(propose, ports, entry_of(ports, call)) == ["There is no such application."]


def test_an_untold_ranking_leaves_it_out_and_names_it(ports: Ports) -> None:
    call = sifting.sift(ports, seats=2)
    sifting.in_order(ports, call)
    stage, entry = calls.stage_of(ports, call), entry_of(ports, call)
    before = outcomes.table(ports, call)
    assert entry.id in {each.entry.id for each in before.entries}
    out(ports, entry)
    table = outcomes.table(ports, call)
    assert (len(table.entries), entry.id in {each.entry.id for each in table.entries}) == (2, False)
    assert table.seen != before.seen  # an approver reads the decisions again
    with ports.database.reading() as session:
        (named,) = disqualifications_queries.of_stage(session, stage.id)
        decisions = session.scalars(select(Decision).where(Decision.entry_id == entry.id)).all()
        assert len(opening_queries.opened_bids(session, stage.id)) == 3  # it stays on record
    assert (named.entry.id, named.at) == (entry.id, ports.clock.now())
    assert [each.superseded_at is None for each in decisions] == [False]


def test_its_scorecards_stop(ports: Ports) -> None:
    call = assessment.in_assessment(ports)
    entry, other = entry_of(ports, call), entry_of(ports, call, 1)
    assessment.assigned(ports, call)
    out(ports, entry)
    with ports.database.reading() as session:
        states = set(session.scalars(select(Assignment.state).where(Assignment.entry_id == entry.id)))
        others = set(session.scalars(select(Assignment.state).where(Assignment.entry_id == other.id)))
    assert states == {"removed"}
    assert others == {"invited"}


def test_who_went_on_ends_in_the_next_stage_and_the_reserve_takes_its_seat(ports: Ports) -> None:
    call = sifting.told_with_reserve(ports)
    first, after = calls.stage_of(ports, call, "application"), calls.stage_of(ports, call, "proposal")
    with ports.database.reading() as session:
        ranked = [(each.ref, each.row) for each in sifting.table(session, first).entries]
        gone_on = session.scalars(select(Entry).where(Entry.stage_id == first.id, Entry.state == "advanced")).one()
        waiting = session.scalars(select(Entry).where(Entry.stage_id == first.id, Entry.state == "reserve")).one()
        counts = opening_queries.counts(session, after.id)
    moved = out(ports, gone_on)
    assert (moved.stage_id, moved.state, read(ports, gone_on).state) == (after.id, "disqualified", "advanced")
    with ports.database.reading() as session:
        assert [(each.ref, each.row) for each in sifting.table(session, first).entries] == ranked
        assert opening_queries.counts(session, after.id) == counts  # they do not say how far it had come
        (named,) = disqualifications_queries.of_stage(session, first.id)
        assert session.scalars(select(Event).where(Event.tag == "entry.approve_disqualification")).one().subject_id == (
            gone_on.id
        )
    assert named.entry.id == gone_on.id
    (message,) = told(ports)
    assert (message.entry_id, message.sealed) == (gone_on.id, False)
    officer, now = calls.officer(ports), ports.clock.now()
    promotion = perform(ports, officer, now, reserve.propose, waiting.id, "The first was disqualified.")
    fresh = assessment.fresh(ports, calls.approver(ports))
    perform(ports, fresh, now, reserve.approve, promotion.id)
    assert read(ports, waiting).state == "advanced"


def test_an_award_that_is_not_accepted_ends_and_the_next_can_have_it(ports: Ports) -> None:
    call = outcomes.told(ports, outcomes.decided(ports, most=1, procedure="small_grant"))
    (award,) = outcomes.awards_of(ports, call)
    with ports.database.reading() as session:
        entry = session.get_one(Entry, award.entry_id)
        waiting = session.scalars(select(Entry).where(Entry.stage_id == entry.stage_id, Entry.state == "reserve")).one()
        before = session.scalars(select(RegisterAward)).one()
    assert (award.state, before.status) == ("confirmed", "active")
    out(ports, entry)
    (ended,) = outcomes.awards_of(ports, call)
    assert ended.state == "lapsed"
    with ports.database.reading() as session:
        assert session.scalars(select(RegisterAward.status)).one() == "cancelled"
    asks = waiting.amount
    officer, now = calls.officer(ports), ports.clock.now()
    promotion = perform(ports, officer, now, reserve.propose, waiting.id, "The first was disqualified.", amount=asks)
    perform(ports, assessment.fresh(ports, calls.approver(ports)), now, reserve.approve, promotion.id)
    assert [each.state for each in outcomes.awards_of(ports, call)] == ["lapsed", "told"]
    outcomes.made_firm(ports, call)
    assert [each.state for each in outcomes.awards_of(ports, call)] == ["lapsed", "confirmed"]


def test_an_award_in_its_standstill_ends_in_the_open_data_too(ports: Ports) -> None:
    call = outcomes.told(ports, most=1)
    outcomes.noticed(ports, call)
    (award,) = outcomes.awards_of(ports, call)
    with ports.database.reading() as session:
        entry = session.get_one(Entry, award.entry_id)
    out(ports, entry)
    assert [each.state for each in outcomes.awards_of(ports, call)] == ["lapsed"]
    with ports.database.reading() as session:
        assert session.scalars(select(RegisterAward.status)).one() == "cancelled"


def test_whoever_was_told_that_it_goes_on_did_whatever_came_later(ports: Ports) -> None:
    """The funnel is of the telling: a disqualification takes nobody out of it, as a refusal does not."""
    call = outcomes.told(ports, most=1)
    (award,) = outcomes.awards_of(ports, call)
    with ports.database.reading() as session:
        entry = session.get_one(Entry, award.entry_id)
        before = funnel_queries.funnel_of(session, stages_queries.of_call(session, call.id))
    out(ports, entry)
    with ports.database.reading() as session:
        after = funnel_queries.funnel_of(session, stages_queries.of_call(session, call.id))
    assert [step.went_on for step in after] == [1]
    assert after == before


def test_an_award_whose_applicant_was_disqualified_says_so_and_no_other_reason(ports: Ports) -> None:
    call = outcomes.told(ports, most=1)
    outcomes.noticed(ports, call)
    (award,) = outcomes.awards_of(ports, call)
    with ports.database.reading() as session:
        entry = session.get_one(Entry, award.entry_id)
    out(ports, entry)
    with ports.database.reading() as session:
        more = session.scalars(select(RegisterAward.more)).one()
    assert str(ended_because(more)) == "The organisation was disqualified after the award."
    assert (more["abandoned_at"], more["lapsed_at"], more["ended_reason"]) == (None, None, "")


def test_an_award_that_nobody_knows_of_is_dropped_and_not_told(ports: Ports) -> None:
    call = outcomes.decided(ports, most=1, procedure="small_grant")
    (award,) = outcomes.awards_of(ports, call)
    with ports.database.reading() as session:
        entry = session.get_one(Entry, award.entry_id)
    out(ports, entry)
    assert [each.state for each in outcomes.awards_of(ports, call)] == ["dropped"]
    outcomes.told(ports, call)
    after = read(ports, entry)
    assert (after.state, after.told_at) == ("disqualified", None)


def test_what_is_under_contract_is_not_disqualified(ports: Ports) -> None:
    call = outcomes.told(ports, outcomes.decided(ports, most=1, procedure="small_grant"))
    (award,) = outcomes.awards_of(ports, call)
    with ports.database.reading() as session:
        entry = session.get_one(Entry, award.entry_id)
    row = propose(ports, entry)
    outcomes.accepted(ports, award)
    sentence = "Its award was accepted, so it is under way. End the contract or the grant by its own terms."
    assert refused(approve, ports, row) == [sentence]
    assert outcomes.awards_of(ports, call)[0].state == "accepted"


def test_once_the_call_is_over_nobody_is_disqualified(ports: Ports) -> None:
    call = assessment.opened(ports, assessment.bids_in(ports, firms=1))
    row = propose(ports, entry_of(ports, call))
    calls.cancelled(ports, call, "The money is gone.")
    assert "The call is not running" in refused(approve, ports, row)[0]


def test_a_draft_that_was_disqualified_cannot_be_submitted(ports: Ports) -> None:
    call = sifting.told_with_reserve(ports)
    first, after = calls.stage_of(ports, call, "application"), calls.stage_of(ports, call, "proposal")
    with ports.database.reading() as session:
        gone_on = session.scalars(select(Entry).where(Entry.stage_id == first.id, Entry.state == "advanced")).one()
    moved = out(ports, gone_on)
    assert after.opens_at is not None
    ports.clock.set(after.opens_at)  # type: ignore[attr-defined]  (the tests' clock)
    with ports.database.reading() as session:
        version = session.get_one(Entry, moved.id).version
    lead = member(ports, moved)
    with pytest.raises(Refusal):
        perform(
            ports,
            lead,
            ports.clock.now(),
            applications.submit,
            moved.id,
            press="a-press",
            version=version,
            declared=True,
        )
    assert read(ports, moved).state == "disqualified"


def test_one_of_two_approvals_wins(ports: Ports) -> None:
    call = assessment.opened(ports, assessment.bids_in(ports, firms=1))
    row = propose(ports, entry_of(ports, call))

    def agree(who: Principal) -> str:
        try:
            approve(ports, row, who)
        except Refusal as refusal:
            return str(refusal.reasons[0])
        return "done"

    people = [calls.approver(ports), calls.staff(ports, "second@city.example", "approver")]
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(agree, people)) == ["There is no proposal to decide on.", "done"]
    assert len(told(ports)) == 1


@pytest.mark.parametrize(
    ("ground", "kind", "paragraph"),
    [
        ("mandatory_exclusion", CheckKind.MANDATORY, "tax_offences"),
        ("discretionary_exclusion", CheckKind.DISCRETIONARY, "poor_performance"),
    ],
)
def test_an_exclusion_names_its_ground_was_looked_up_and_the_supplier_was_heard(
    ports: Ports, ground: str, kind: CheckKind, paragraph: str
) -> None:
    call = assessment.opened(ports, assessment.bids_in(ports, firms=1))
    entry, officer, now = entry_of(ports, call), calls.officer(ports), ports.clock.now()
    heard = "In writing, asked on 1 March and answered on 9 March 2027."

    def exclude(given: Exclusion) -> Disqualification:
        return perform(ports, officer, now, disqualifying.propose, entry.id, ground, REASON, given)

    said = refused(exclude, Exclusion())
    assert said[0] == "Say which ground of the schedule it is."
    assert said[1].startswith("Say when and how the supplier could make representations")
    other = "insolvency" if ground == "mandatory_exclusion" else "terrorism"
    assert refused(exclude, Exclusion(other, heard)) == ["Say which ground of the schedule it is."]
    assert refused(exclude, Exclusion(paragraph, heard))[0].startswith("Nothing on file says")
    found = Looked(kind=kind, finding=Finding.FOUND, source="A judgment", note="It was found.", ground=paragraph)
    perform(ports, officer, now, record_checks, entry.id, [found])
    assert refused(exclude, Exclusion(paragraph, " "))[0].startswith("Say when and how")
    approve(ports, exclude(Exclusion(paragraph, heard)))
    with ports.database.reading() as session:
        letter = session.scalars(select(Document).where(Document.kind == "disqualification_letter")).one().content
    assert str(GROUNDS_OF[kind][paragraph]) in letter["ground"]
    assert heard in letter["ground"]
    assert "You can ask once for a review, until" in letter["review"]


@pytest.mark.parametrize(
    ("ground", "paragraph", "other", "says"),
    [
        ("debarred_mandatory", "national_security_threat", "national_security", "It is an excluded supplier, and must"),
        (
            "debarred_discretionary",
            "national_security",
            "terrorism",
            "It is an excludable supplier: it may be left out",
        ),
    ],
)
def test_a_debarment_is_by_a_mandatory_or_a_discretionary_ground_that_the_list_names(
    ports: Ports, ground: str, paragraph: str, other: str, says: str
) -> None:
    call = assessment.opened(ports, assessment.bids_in(ports, firms=1))
    entry, officer, now = entry_of(ports, call), calls.officer(ports), ports.clock.now()

    def exclude(paragraph: str) -> Disqualification:
        return perform(ports, officer, now, disqualifying.propose, entry.id, ground, REASON, Exclusion(paragraph))

    assert refused(exclude, other) == ["Say which ground of the schedule it is."]
    if paragraph in GROUNDS_OF[CheckKind.DISCRETIONARY]:  # found by us alone it is no entry of the list
        ours = Looked(kind=CheckKind.DISCRETIONARY, finding=Finding.FOUND, source="A", note="B", ground=paragraph)
        perform(ports, officer, now, record_checks, entry.id, [ours])
    assert refused(exclude, paragraph)[0].startswith("Nothing on file says")
    listed = Looked(kind=CheckKind.DEBARMENT, finding=Finding.FOUND, source="The list", note="No. 3", ground=paragraph)
    perform(ports, officer, now, record_checks, entry.id, [listed])
    approve(ports, exclude(paragraph))  # a minister heard the supplier, so nobody here has to
    with ports.database.reading() as session:
        letter = session.scalars(select(Document).where(Document.kind == "disqualification_letter")).one().content
        (named,) = disqualifications_queries.of_stage(session, entry.stage_id)
    assert named.because == GROUNDS[ground]
    assert says in letter["ground"]
    assert str(GROUNDS_OF[CheckKind.DEBARMENT][paragraph]) in letter["ground"]
    assert "A minister keeps the list" in letter["ground"]


def test_the_ground_of_before_is_read_and_never_chosen(ports: Ports) -> None:
    assert (
        str(GROUNDS["debarred"]) == "The supplier is on the debarment list (Procurement Act 2023 sections 57 and 62)."
    )
    assert "debarred" not in grounds_of("covered")
    assert {"debarred_mandatory", "debarred_discretionary"} <= set(grounds_of("covered"))
    assert not {"debarred_mandatory", "debarred_discretionary"} & set(grounds_of("below_threshold"))
