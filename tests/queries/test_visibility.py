"""The SQL twin of each right finds exactly the rows that its predicate allows, for every kind of person."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from procurement.models.applications import Application, Entry
from procurement.models.assessment import Assignment
from procurement.models.calls import Call
from procurement.models.moderation import Panel
from procurement.models.stages import Stage, StagePerson
from procurement.queries import visibility as visibility_queries
from procurement.queries.visibility import TWINS
from procurement.rules.permissions import ANYBODY, Permission, may
from procurement.services import assessment
from procurement.services.act import Act
from tests.parts import assessment as parts
from tests.parts import calls, people

TABLES = {
    Permission.CALL_READ: Call,
    Permission.CALL_MANAGE: Call,
    Permission.APPLICATION_READ: Application,
    Permission.BID_READ: Entry,
    Permission.ASSIGNMENT_READ: Assignment,
    Permission.DOSSIER_READ: Assignment,
    Permission.PANEL_READ: Panel,
}


def met(session, stage, member, officer, now):
    """A meeting of a panel with one member."""
    by = {"added_by": officer.id, "added_at": now}
    session.add(StagePerson(stage_id=stage.id, person_id=member.id, role="member", **by))
    called = {"chair_id": officer.id, "called_by": officer.id, "called_at": now}
    session.add(Panel(ref="PANEL", stage_id=stage.id, held_at=now, place="Room 4", **called))


def test_each_twin_says_what_its_predicate_says(ports):
    calls.drafted(ports, title="A draft")
    sealed = calls.published(ports, title="Still open")
    parts.bid(ports, sealed, "Sealed Ltd")
    call = calls.published(ports, title="Assessed")
    parts.bid(ports, call, "Never Sent Ltd", submit=False)
    made = parts.in_assessment(ports, parts.opened(ports, parts.bids_in(ports, call)))
    one, other = parts.assessors(ports, 2)
    removed, declined, conflicted = parts.assigned(ports, made, [one])
    accepted, *_ = parts.assigned(ports, made, [other])
    now = ports.clock.now()

    def act(session):
        officer = calls.officer(ports)
        assessment.remove(Act(session, ports, officer, now), removed, "Too much.")
        assessment.decline(Act(session, ports, one, now), declined, "no_time", "")
        assessment.declare_conflict(Act(session, ports, one, now), conflicted, "My sister.")
        assessment.accept(Act(session, ports, other, now), accepted)

    ports.database.write(act)
    ports.database.write(lambda session: met(session, calls.newest(session, made), one, calls.officer(ports), now))
    calls.cancelled(ports, sealed, "No money.")
    with ports.database.reading() as session:
        team = people.principal(ports, session.scalars(select(Application.created_by)).first())
        everybody = [
            ANYBODY,
            team,
            one,
            other,
            calls.officer(ports),
            calls.approver(ports),
            calls.staff(ports, "auditor@city.example", "auditor"),
            calls.staff(ports, "operator@city.example", "operator"),
        ]
        assert set(TABLES) == set(TWINS)
        for permission, table in TABLES.items():
            rows = select(table)
            if table is Entry:
                rows = rows.options(joinedload(Entry.application))
            if table is Panel:
                rows = rows.options(joinedload(Panel.stage).selectinload(Stage.people))
            seen = []
            for who in everybody:
                found = {row.id for row in session.scalars(rows.where(visibility_queries.where(permission, who, now)))}
                assert found == {row.id for row in session.scalars(rows) if may(who, permission, row, now)}
                seen.append(bool(found))
            assert (any(seen), all(seen)) == (True, permission is Permission.CALL_READ)
