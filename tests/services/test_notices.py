"""Statutory notices: drafted, approved, published on the central platform, entered by one person and confirmed by
another; the standstill runs from the day of the publication there."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from procurement.models.awards import Notice
from procurement.models.calls import Call
from procurement.models.documents import Document
from procurement.models.messages import Message
from procurement.models.register import RegisterAward, RegisterEntry, RegisterNotice, Release
from procurement.queries import work as work_queries
from procurement.queries.work import Task
from procurement.rules.dates import standstill
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.rules.work import Kind
from procurement.services import notices, verification
from procurement.services.act import perform
from tests.parts import assessment, calls, outcomes
from tests.parts.clock import StandingClock
from tests.services.test_abandoning import approve as agree
from tests.services.test_abandoning import propose
from tests.services.test_leaving import refused
from tests.services.test_lots_abandoned import abandon, bids
from workflows.facts import in_words

NO_NUMBER = "Enter the number as Find a Tender writes it: six digits, a hyphen and the year, for example 012345-2027."
NO_ADDRESS = (
    "Enter the address of the notice on Find a Tender, which begins with https://www.find-tender.service.gov.uk/."
)
AWARDS = (Kind.DRAFT_NOTICE, Kind.PUBLISH_NOTICE, Kind.ENTER_NOTICE, Kind.CONFIRM_NOTICE)
TERMINATIONS = (
    Kind.DRAFT_TERMINATION,
    Kind.PUBLISH_TERMINATION,
    Kind.ENTER_TERMINATION,
    Kind.CONFIRM_TERMINATION,
)


def enter(ports: Ports, notice: Notice, place: notices.Place | None = None) -> Notice:
    return perform(ports, calls.officer(ports), ports.clock.now(), notices.enter, notice.id, place or there(ports))


def there(ports: Ports) -> notices.Place:
    return outcomes.place(ports)


def confirm(ports: Ports, notice: Notice, by: Principal | None = None, seen: str | None = None) -> Notice:
    who, now = assessment.fresh(ports, by or calls.approver(ports)), ports.clock.now()
    return perform(ports, who, now, notices.confirm, notice.id, seen=seen or there(ports).number)


def read(ports: Ports, notice: Notice) -> Notice:
    with ports.database.reading() as session:
        return session.get_one(Notice, notice.id)


def waiting(ports: Ports, kinds: tuple[Kind, ...] = TERMINATIONS) -> list[Task]:
    with ports.database.reading() as session:
        return [each for each in work_queries.tasks(session, ports.clock.now()) if each.kind in kinds]


def terminated(ports: Ports) -> Notice:
    """The termination notice of the one thing that was abandoned, drafted."""
    (task,) = waiting(ports)
    return perform(ports, calls.officer(ports), ports.clock.now(), notices.draft_termination, task.number)


def test_the_standstill_runs_from_the_day_of_publication_on_the_central_platform(
    ports: Ports, clock: StandingClock
) -> None:
    call = outcomes.told(ports, most=1)
    notice = outcomes.approved(ports, outcomes.drafted(ports, call))
    published = clock.now() + timedelta(hours=1)
    clock.forward(days=2)
    enter(ports, notice, replace(there(ports), at=published))
    assert outcomes.awards_of(ports, call)[0].confirm_at is None  # what one person types begins nothing
    confirm(ports, notice)
    runs = standstill(published)
    found = read(ports, notice)
    assert (found.published_at, found.standstill_ends_at) == (published, runs.ends_at)
    assert outcomes.awards_of(ports, call)[0].confirm_at == runs.confirm_at
    with ports.database.reading() as session:
        said = session.scalars(select(Document.content).where(Document.kind == "uk6_notice")).one()
        shown = session.scalars(select(RegisterNotice)).one()
        newest = json.loads(session.scalars(select(Release.content).order_by(Release.id.desc())).first() or b"")
        broken = [each for finding in verification.verify(session, ports) for each in finding.broken]
    assert there(ports).number in said["notice"]
    assert shown.content["outside"]["number"] == there(ports).number
    (award,) = newest["awards"]
    assert award["standstillPeriod"]["startDate"] == published.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert award["documents"][0]["description"] == f"Published on Find a Tender as {there(ports).number}."
    assert broken == []


def test_each_step_is_for_somebody_and_none_for_the_same_person_twice(ports: Ports) -> None:
    call = outcomes.told(ports, most=1)
    assert [each.kind for each in waiting(ports, AWARDS)] == [Kind.DRAFT_NOTICE]
    notice = outcomes.drafted(ports, call)
    approver, both = calls.approver(ports), calls.staff(ports, "both@city.example", "officer", "approver")
    now = ports.clock.now()
    assert refused(perform, ports, calls.officer(ports), now, notices.enter, notice.id, there(ports)) == [
        "This notice is not approved yet."
    ]
    assert [each.kind for each in waiting(ports, AWARDS)] == [Kind.PUBLISH_NOTICE]
    outcomes.approved(ports, notice)
    assert refused(outcomes.approved, ports, notice) == ["This notice was approved already."]
    assert [each.kind for each in waiting(ports, AWARDS)] == [Kind.ENTER_NOTICE]
    assert refused(confirm, ports, notice) == ["Nobody has entered yet where it was published."]
    perform(ports, both, now, notices.enter, notice.id, there(ports))
    (task,) = waiting(ports, AWARDS)
    assert (task.kind, task.is_for(both.id, both.roles), task.is_for(approver.id, approver.roles)) == (
        Kind.CONFIRM_NOTICE,
        False,
        True,
    )
    assert refused(confirm, ports, notice, both) == [
        "You entered where it was published. Somebody else must confirm it."
    ]
    assert refused(confirm, ports, notice, approver, "000000-2027") == [
        "Where it was published was entered again after you opened this page. Read it again."
    ]
    perform(ports, approver, now, notices.send_back, notice.id, "There is no such number.")
    found = read(ports, notice)
    assert (found.state, found.outside_number, found.sent_back) == ("approved", "", "There is no such number.")
    with ports.database.reading() as session:
        assert session.scalars(select(Message.person_id).where(Message.kind == "sent_back")).all() == [both.id]
    enter(ports, notice)
    assert confirm(ports, notice).state == "published"
    assert waiting(ports, AWARDS) == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"number": " "}, NO_NUMBER),
        ({"number": "abc"}, NO_NUMBER),
        ({"number": "12345-2027"}, NO_NUMBER),
        ({"address": "http://www.find-tender.service.gov.uk/Notice/012345-2027"}, NO_ADDRESS),
        ({"address": "https://example.org/x"}, NO_ADDRESS),
        ({"hours": 1}, "Enter when it was published: that cannot be later than now."),
        ({"hours": -1}, "It was approved on"),
    ],
)
def test_where_it_was_published_is_believable(ports: Ports, wrong: dict[str, object], sentence: str) -> None:
    notice = outcomes.approved(ports, outcomes.drafted(ports, outcomes.told(ports, most=1)))
    place = there(ports)
    if "hours" in wrong:
        wrong = {"at": place.at + timedelta(hours=int(str(wrong["hours"])))}
    (said,) = refused(enter, ports, notice, replace(place, **wrong))
    assert said.startswith(sentence)


@pytest.mark.parametrize("since", ["refused", "abandoned"])
def test_what_was_published_in_law_is_confirmed_whatever_became_of_its_awards(ports: Ports, since: str) -> None:
    """The notice names the awards that were approved; that one ended since is a change of the award."""
    call = outcomes.told(ports, most=1)
    notice = outcomes.approved(ports, outcomes.drafted(ports, call))
    enter(ports, notice)
    (award,) = outcomes.awards_of(ports, call)
    ports.clock.forward(hours=1)  # type: ignore[attr-defined]  (the tests' clock)
    if since == "refused":
        outcomes.refused(ports, award)
        assert [each.kind for each in waiting(ports, AWARDS)] == [Kind.CONFIRM_NOTICE]
    else:
        agree(ports, propose(ports, call))
    published = confirm(ports, notice)
    assert (published.state, published.content) == ("published", {"awards": [award.ref]})
    with ports.database.reading() as session:
        shown = session.scalars(select(RegisterNotice)).one()
        asked = select(RegisterEntry.content).where(RegisterEntry.public_id == award.ref).order_by(RegisterEntry.id)
        first, last = (json.loads(each) for each in session.scalars(asked))
        row = session.scalars(select(RegisterAward)).one()
        broken = [each for finding in verification.verify(session, ports) for each in finding.broken]
    assert [each["reference"] for each in shown.content["awards"]] == [award.ref]
    assert (first[f"{since}_at"], last[f"{since}_at"] is not None, row.status) == (None, True, "cancelled")
    assert broken == []
    # of what was abandoned nobody waits for a standstill
    assert bool(written(ports, "standstill_begun")) == (since == "refused")


def test_whoever_enters_a_notice_twice_hears_each_time_that_it_was_sent_back(ports: Ports) -> None:
    notice = outcomes.approved(ports, outcomes.drafted(ports, outcomes.told(ports, most=1)))
    for reason in ("There is no such number.", "It is another notice."):
        enter(ports, notice)
        ports.clock.forward(hours=1)  # type: ignore[attr-defined]  (the tests' clock)
        perform(ports, calls.approver(ports), ports.clock.now(), notices.send_back, notice.id, reason)
    assert len(written(ports, "sent_back")) == 2


def test_a_whole_procurement_that_ended_has_a_termination_notice(ports: Ports) -> None:
    call = outcomes.told(ports, most=1)
    agree(ports, propose(ports, call))
    notice = terminated(ports)
    assert terminated_again(ports, notice) == notice.id
    assert notice.ref == f"{call.ref}-uk12-1".lower()
    outcomes.publish(ports, notice)
    assert waiting(ports) == []
    with ports.database.reading() as session:
        shown = session.scalars(select(RegisterNotice)).one()
        said = session.scalars(select(Document).where(Document.kind == "uk12_notice")).one()
        newest = json.loads(session.scalars(select(Release.content).order_by(Release.id.desc())).first() or b"")
        broken = [each for finding in verification.verify(session, ports) for each in finding.broken]
    assert (shown.kind, shown.content["ended"], shown.content["lots"]) == ("UK12", "The whole procurement.", [])
    assert (said.public, said.content["legal_basis"]) == (True, "Procurement Act 2023, section 55")
    assert newest["tender"]["documents"] == [
        {
            "id": notice.ref,
            "documentType": "tenderCancellationNotice",
            "noticeType": "UK12",
            "title": f"Procurement termination notice: {call.title}",
            "description": f"Published on Find a Tender as {there(ports).number}.",
            "url": f"http://localhost/notices/{notice.ref}",
            "datePublished": newest["date"],
            "format": "text/html",
            "language": "en",
        }
    ]
    assert broken == []


def terminated_again(ports: Ports, notice: Notice) -> int:
    about = notice.abandonment_id or 0
    return perform(ports, calls.officer(ports), ports.clock.now(), notices.draft_termination, about).id


def test_each_lot_that_ended_has_one_of_its_own(ports: Ports) -> None:
    call = bids(ports, lots=(("Streets", "60000"), ("Schools", "60000"), ("Parks", "60000")))
    abandon(ports, call, 2)
    outcomes.publish(ports, terminated(ports))
    abandon(ports, call, 3)
    second = terminated(ports)
    assert second.ref == f"{call.ref}-uk12-2".lower()
    outcomes.publish(ports, second)
    with ports.database.reading() as session:
        rows = session.scalars(select(RegisterNotice).order_by(RegisterNotice.id)).all()
    assert [each.content["lots"] for each in rows] == [["Lot 2: Schools"], ["Lot 3: Parks"]]
    assert [each.title for each in rows] == [
        f"Procurement termination notice: {call.title}, {lot}" for lot in ("Lot 2: Schools", "Lot 3: Parks")
    ]
    assert calls.read(ports, call.id).state == "published"


@pytest.mark.parametrize("procedure", ["challenge_small", "small_grant"])
def test_what_is_not_covered_needs_none(ports: Ports, procedure: str) -> None:
    call = assessment.bids_in(ports, procedure=procedure)
    row = propose(ports, call)
    agree(ports, row)
    assert waiting(ports) == []
    officer, now = calls.officer(ports), ports.clock.now()
    assert refused(perform, ports, officer, now, notices.draft_termination, row.id) == [
        "No termination notice is needed: only a covered procurement has one."
    ]


def test_what_is_only_proposed_has_no_notice(ports: Ports) -> None:
    call: Call = assessment.bids_in(ports)
    row = propose(ports, call)
    assert waiting(ports) == []
    officer, now = calls.officer(ports), ports.clock.now()
    assert refused(perform, ports, officer, now, notices.draft_termination, row.id) == ["It is not abandoned."]


def test_everybody_who_was_told_reads_when_the_standstill_ends_and_the_winner_that_it_has(ports: Ports) -> None:
    call = outcomes.told(ports, most=1)
    notice = outcomes.approved(ports, outcomes.drafted(ports, call))
    enter(ports, notice)
    assert written(ports, "standstill_begun") == []
    confirm(ports, notice)
    ends = standstill(read(ports, notice).published_at or ports.clock.now()).ends_at
    said = written(ports, "standstill_begun")
    assert len({each.entry_id for each in said}) == 3  # the winner, the reserve and whoever was declined
    assert {in_words(ends) in " ".join(each.body.split()) for each in said} == {True}
    with ports.database.reading() as session:
        letters = session.scalars(select(Document).where(Document.kind == "standstill_letter")).all()
    assert {(each.content["ends"], each.content["number"]) for each in letters} == {
        (in_words(ends), there(ports).number)
    }
    assert sum("The award is confirmed." in str(each.content["next_steps"]) for each in letters) == 1
    assert written(ports, "award_confirmed") == []
    outcomes.confirmed(ports, call)
    (confirmed,) = {each.entry_id: each for each in written(ports, "award_confirmed")}.values()
    assert f"The standstill ended on {in_words(ends)}." in " ".join(confirmed.body.split())


def written(ports: Ports, kind: str) -> list[Message]:
    with ports.database.reading() as session:
        return list(session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id)))
