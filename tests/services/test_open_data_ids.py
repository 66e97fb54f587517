"""The ids of open data are written once; nothing is published under an example; and nothing is dated back."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.installation import Installation, Setting
from procurement.models.register import RegisterGrant, Release
from procurement.queries import register as register_queries
from procurement.rules.dates import uk_day
from procurement.rules.ports import Ports
from procurement.rules.statuses import AwardChange
from procurement.services import publishing
from procurement.services.act import Act, perform
from procurement.services.installation import set_value
from procurement.services.refusal import Refusal
from tests.parts import calls
from tests.services.test_publishing import awarded, changed, published_challenge

OTHER = {"ocid_prefix": "ocds-abc123", "grant_prefix": "360G-other"}


def other_prefixes(ports: Ports) -> None:
    now = ports.clock.now()
    for key, value in OTHER.items():
        perform(ports, calls.officer(ports), now, set_value, key, value, uk_day(now))


def organisations_in(ports: Ports) -> set[str]:
    with ports.database.reading() as session:
        releases = [json.loads(each) for each in session.scalars(select(Release.content))]
    return {party["id"] for each in releases for party in each.get("parties", ()) if "supplier" in party["roles"]}


def test_a_prefix_that_changes_while_a_call_lives_changes_nothing(ports: Ports, clock: Any, app: Flask) -> None:
    call, awards = published_challenge(ports, clock, "Aston Sensors")
    other_prefixes(ports)
    clock.forward(days=15)
    changed(ports, awards[0], "confirmed")
    clock.forward(days=1)
    changed(ports, awards[0], "accepted")
    with ports.database.reading() as session:
        ocids = set(session.scalars(select(Release.ocid)))
    assert ocids == {f"ocds-b5fd17-{call.ref.lower()}"}
    assert organisations_in(ports) == {"ocds-b5fd17-org-aston-sensors"}
    record = app.test_client().get(f"/ocds/records/ocds-b5fd17-{call.ref.lower()}.json").get_json()["records"][0]
    assert len(record["releases"]) == 4
    assert {row["ocid"] for row in app.test_client().get("/awards.json").get_json()["awards"]} == ocids


def test_grants_of_a_round_keep_the_prefix_that_it_was_published_under(ports: Ports, clock: Any) -> None:
    fund = calls.published(ports, "small_grant")
    clock.forward(days=40)
    first, second = awarded(ports, fund, "Digbeth Air", 20_000), awarded(ports, fund, "Moseley Makers", 25_000)
    changed(ports, first, "confirmed")
    other_prefixes(ports)
    clock.forward(days=1)
    changed(ports, second, "confirmed")
    changed(ports, first, "accepted")
    with ports.database.reading() as session:
        ids = list(session.scalars(select(RegisterGrant.grant_id).order_by(RegisterGrant.id)))
        written = list(session.scalars(select(Award.grant_id).order_by(Award.id)))
        recipients = [
            json.loads(each)["recipientOrganization"][0]["id"]
            for each in session.scalars(select(RegisterGrant.content).order_by(RegisterGrant.id))
        ]
    assert ids == written == [f"360G-bcc-{fund.ref.lower()}-a1", f"360G-bcc-{fund.ref.lower()}-a2"]
    assert recipients == ["360G-bcc-org-digbeth-air", "360G-bcc-org-moseley-makers"]


def test_a_call_published_after_the_change_has_the_new_prefix(ports: Ports) -> None:
    other_prefixes(ports)
    call = calls.published(ports)
    with ports.database.reading() as session:
        assert session.get_one(Call, call.id).open_data_id == f"ocds-abc123-{call.ref.lower()}"


@pytest.mark.parametrize("demonstration", [False, True])
def test_nothing_is_published_under_an_example_but_in_a_demonstration(ports: Ports, demonstration: bool) -> None:
    def forget(session: Any) -> None:
        session.execute(delete(Setting))
        session.get_one(Installation, 1).demonstration = demonstration

    ports.database.write(forget)
    if demonstration:
        assert calls.read(ports, calls.published(ports).id).open_data_id == "ocds-213czf-bcc-2027-001"
        return
    with pytest.raises(Refusal, match=r"The OCID prefix .* The 360Giving prefix .* anything is published"):
        calls.published(ports)


def test_nothing_is_dated_before_it_was_recorded(ports: Ports, clock: Any, app: Flask) -> None:
    """The standstill ended while no sweep ran: the award stands since then, and is published when that is written."""
    _, awards = published_challenge(ports, clock, "Aston Sensors")
    clock.forward(days=20)
    ended, recorded = ports.clock.now() - timedelta(days=5), ports.clock.now()

    def confirm(session: Any) -> None:
        award = session.get_one(Award, awards[0])
        award.confirmed_at = ended
        call = session.get_one(Call, award.call_id)
        act = Act(session, ports, calls.approver(ports), recorded)
        publishing.publish_award_change(act, award, call, change=AwardChange.CONFIRMED, at=ended)

    before = app.test_client().get("/ocds/releases.json").get_json()["publishedDate"]
    ports.database.write(confirm)
    with ports.database.reading() as session:
        newest = session.scalars(select(Release).order_by(Release.id.desc())).first()
        reference = session.get_one(Award, awards[0]).ref
        known = publishing.published_by_reference(session, [reference]).get(reference)
    assert newest is not None
    assert (newest.moment, newest.recorded_at) == (recorded, recorded)
    assert known is not None
    assert (known.confirmed_at, known.confirmed_known_at) == (ended, recorded)
    stamp = recorded.strftime("%Y-%m-%dT%H:%M:%SZ")
    again = app.test_client().get("/ocds/releases.json")
    assert before < again.get_json()["publishedDate"] == stamp
    assert app.test_client().get(f"/awards/{reference}.json").last_modified == recorded


def test_awards_that_become_public_together_are_each_released_whole(ports: Ports, clock: Any) -> None:
    """Without a notice an award is published with its confirmation: two of one instant, one after the other."""
    call = calls.published(ports)
    clock.forward(days=40)
    awards = [awarded(ports, call, name, 10_000) for name in ("Aston Sensors", "Digbeth Air")]

    def confirm(session: Any) -> None:
        act = Act(session, ports, calls.approver(ports), ports.clock.now())
        for each in awards:
            award = session.get_one(Award, each)
            award.confirmed_at = act.now
            owner = session.get_one(Call, award.call_id)
            publishing.publish_award_change(act, award, owner, change=AwardChange.CONFIRMED, at=act.now)

    ports.database.write(confirm)
    with ports.database.reading() as session:
        releases = [json.loads(each) for each in session.scalars(select(Release.content).order_by(Release.id))]
    made = [award["value"]["amount"] for each in releases for award in each.get("awards", ()) if "value" in award]
    assert made == [10_000, 10_000]


def test_a_follower_by_cursor_misses_no_release_that_was_committed_late(ports: Ports, clock: Any) -> None:
    """Two publications at once: what was written first is committed last, and comes after the other for who follows."""
    _, (slow,) = published_challenge(ports, clock, "Aston Sensors")
    _, (quick,) = published_challenge(ports, clock, "Digbeth Air")
    clock.forward(days=20)
    now, by = ports.clock.now(), calls.approver(ports)
    written, may_end = threading.Event(), threading.Event()

    def confirm_slowly(session: Any) -> None:
        award = session.get_one(Award, slow)
        award.confirmed_at = now
        act = Act(session, ports, by, now)
        publishing.publish_award_change(
            act, award, session.get_one(Call, award.call_id), change=AwardChange.CONFIRMED, at=now
        )
        written.set()
        may_end.wait(20)

    if ports.database.sqlite:  # lets one writer in at a time
        may_end.set()
    late = threading.Thread(target=ports.database.write, args=(confirm_slowly,))
    late.start()
    assert written.wait(20)
    changed(ports, quick, "confirmed")
    with ports.database.reading() as session:
        seen = register_queries.releases_after(session, 0)
    may_end.set()
    late.join()
    with ports.database.reading() as session:
        news = register_queries.releases_after(session, seen[-1].place or 0)
        every = register_queries.releases_after(session, 0)
    assert [each.release_id for each in (*seen, *news)] == [each.release_id for each in every]
    assert [each.place for each in every] == [1, 2, 3, 4, 5, 6]
    if not ports.database.sqlite:
        assert news[0].id < seen[-1].id, "ids are given in another order, which is what this is about"
