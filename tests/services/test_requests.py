"""What officers ask after the opening, what teams answer in time, and what must wait for it."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from procurement.jobs import sweep
from procurement.models.applications import Entry, NearMiss, Submission
from procurement.models.calls import Call
from procurement.models.documents import Document
from procurement.models.messages import Message
from procurement.models.requests import Request
from procurement.queries import applications as applications_queries
from procurement.queries import installation as installation_queries
from procurement.queries import requests as requests_queries
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.rules.requests import (
    REMINDED_WORKING_HOURS,
    Asked,
    RequestKind,
    RequestStatus,
    earliest_closing,
    working_time,
)
from procurement.services import applications, assessment, leaving, requests, verification
from procurement.services.act import Act, perform
from procurement.services.assessment.dossiers import dossier_of_entry
from procurement.services.refusal import Refusal, Stale
from tests.parts import assessment as scenes
from tests.parts import calls, people, slots
from tests.parts.applications import PDF
from tests.parts.checks import looked_up
from tests.parts.statements import statements

TICK = timedelta(microseconds=1)
MISSING = "The insurance certificate is missing, and the sum on page 4 is not that of its lines."
QUESTIONS = (("Which sum is right?", "long_text"), ("Are you insured?", "yes_no"), ("The certificate", "file"))


class Scene:
    """An opened call with three bids, and the request that the officer makes of the first."""

    def __init__(self, ports: Ports, procedure: str = "challenge_open") -> None:
        self.ports = ports
        self.call: Call = scenes.opened(ports, scenes.bids_in(ports, procedure=procedure))
        self.entries = slots.entries(ports, self.call)
        self.entry = self.entries["Firm A"]
        self.lead = slots.lead_of(ports, "Firm A")
        self.officer = calls.officer(ports)
        self.stage_id = calls.stage_of(ports, self.call).id

    @property
    def now(self) -> datetime:
        return self.ports.clock.now()

    def asking(self, kind: RequestKind = RequestKind.COMPLETE, **changed: Any) -> Asked:
        given: dict[str, Any] = {
            "kind": kind,
            "text": MISSING,
            "questions": QUESTIONS[:1],
            "closes_at": earliest_closing(self.now),
        }
        return Asked(**{**given, **changed})

    def ask(self, asked: Asked | None = None, *firms: str, by: Principal | None = None) -> list[Request]:
        ids = [self.entries[firm] for firm in firms or ("Firm A",)]
        given = asked or self.asking()
        return perform(self.ports, by or self.officer, self.now, requests.ask, self.stage_id, ids, given)

    def save(self, request: Request, place: int, text: str, *, version: int = 0, by: Principal | None = None) -> Any:
        key = f"request-{request.number}-{place}"
        who, now = by or self.lead, self.now
        return perform(self.ports, who, now, requests.save_answer, request.id, key, text, version=version)

    def send(
        self,
        request: Request,
        *,
        press: str = "p1",
        at: datetime | None = None,
        by: Principal | None = None,
        **given: Any,
    ) -> Any:
        values = {"version": self.read(Entry, request.entry_id).version, "declared": True, **given}
        return perform(self.ports, by or self.lead, at or self.now, requests.send, request.id, press=press, **values)

    def find_all_eligible(self) -> None:
        def find(session: Any) -> None:
            for entry_id in self.entries.values():
                looked_up(Act(session, self.ports, self.officer, self.now), entry_id)
                assessment.find_eligible(Act(session, self.ports, self.officer, self.now), entry_id, scenes.REASON)

        self.ports.database.write(find)

    def read(self, kind: type[Any], row_id: int) -> Any:
        with self.ports.database.reading() as session:
            return session.get_one(kind, row_id)

    def request(self, request: Request) -> Request:
        with self.ports.database.reading() as session:
            return requests_queries.get(session, request.id)


@pytest.fixture
def scene(ports: Ports) -> Scene:
    return Scene(ports)


def refused(scene: Scene, *args: Any, **kwargs: Any) -> tuple[int, list[str]]:
    return slots.refused(lambda: scene.ask(*args, **kwargs))


def test_a_team_answers_once_and_gets_a_receipt_with_the_digest(scene: Scene) -> None:
    (request,) = scene.ask(scene.asking(questions=QUESTIONS))
    assert slots.messages(scene.ports, "request_made") == ["lead@firma.example"]
    scene.save(request, 1, "The one in the table.")
    scene.save(request, 2, "yes")
    stored = applications.store_file(scene.ports, "certificate.pdf", BytesIO(PDF))
    key = f"request-{request.number}-3"
    added = perform(scene.ports, scene.lead, scene.now, requests.add_file, request.id, key, stored)
    made = scene.send(request)

    assert isinstance(made, Submission)
    assert (made.number, made.manifest["files"][0]["ref"]) == (2, added.ref)
    after = scene.request(request)
    assert (after.submission_id, after.answered_at, after.status(scene.now)) == (
        made.id,
        made.received_at,
        RequestStatus.ANSWERED,
    )
    with scene.ports.database.reading() as session:
        receipt = session.scalars(select(Document).where(Document.kind == "request_receipt")).one()
        told = session.scalars(select(Message).where(Message.kind == "response_received")).one()
        entry = session.get_one(Entry, scene.entry)
        versions = [each.number for each in applications_queries.submissions_of(session, entry.application_id)]
    assert (receipt.content["digest"], receipt.code, receipt.content["asked"]) == (made.digest, made.code, MISSING)
    assert made.digest in told.body
    assert slots.messages(scene.ports, "request_answered") == [calls.OFFICER]
    # the bid itself is what it was
    assert (entry.state, entry.standing_id != made.id, entry.missing, versions) == ("opened", True, [], [1])
    # the same press again is the same answer, and another one is refused
    assert scene.send(request).id == made.id
    assert slots.refused(lambda: scene.send(request, press="p2"))[0] == 409
    assert slots.refused(lambda: scene.save(request, 1, "Another one.", version=1))[0] == 409


def test_what_is_wrong_with_a_request_is_said_whole(scene: Scene) -> None:
    status, said = refused(scene, scene.asking(text=" ", questions=(), closes_at=scene.now + timedelta(hours=3)))
    assert (status, said) == (
        409,
        [
            "Write what is missing or unclear.",
            "Ask from 1 to 5 questions.",
            "That leaves 3 working hours, and at least 16 working hours are needed. Choose a later time.",
        ],
    )
    assert refused(scene, scene.asking(closes_at=scene.now))[1] == ["This time has passed. Choose a later one."]
    assert refused(scene, scene.asking(closes_at=scene.now + timedelta(days=61)))[1] == [
        "Choose a time within 60 days."
    ]
    assert refused(scene, scene.asking(kind=RequestKind.REVIEW))[1] == [
        "Choose why you ask.",
        f"{slots.refs(scene.ports, scene.call)['Firm A']} cannot be asked this any more.",
    ]


def test_the_same_is_asked_of_several_or_of_nobody(scene: Scene) -> None:
    asked = scene.asking()
    assert [each.number for each in scene.ask(asked, "Firm A", "Firm B")] == [1, 1]
    refs = slots.refs(scene.ports, scene.call)
    assert refused(scene, asked, "Firm B", "Firm C") == (409, [f"{refs['Firm B']} is asked this already."])
    with scene.ports.database.reading() as session:
        found = requests_queries.open_of(session, list(scene.entries.values()), scene.now)
    assert {entry_id: len(found[entry_id]) for entry_id in found} == {
        scene.entries["Firm A"]: 1,
        scene.entries["Firm B"]: 1,
    }


def test_the_deadline_is_one_comparison(scene: Scene) -> None:
    (request,) = scene.ask()
    scene.save(request, 1, "The one in the table.")
    made = scene.send(request, at=request.closes_at - TICK)
    assert isinstance(made, Submission)

    (again,) = scene.ask(scene.asking(text="Something else is missing."))
    scene.save(again, 1, "Here it is.")
    late = scene.send(again, press="p2", at=again.closes_at)
    assert (late.received_at, late.closes_at) == (again.closes_at, again.closes_at)
    with scene.ports.database.reading() as session:
        misses = [(each.entry_id, each.closes_at) for each in session.scalars(select(NearMiss))]
    assert misses == [(scene.entry, again.closes_at)]
    assert [tag for tag, _, _ in slots.events(scene.ports, "entry.late_answer")] == ["entry.late_answer"]
    assert scene.request(again).submission_id is None
    # a press that was answered in time is answered again, however late it comes
    assert scene.send(request, at=again.closes_at + timedelta(days=1)).id == made.id
    scene.ports.clock.set(again.closes_at)  # type: ignore[attr-defined]
    status, said = slots.refused(lambda: scene.save(again, 1, "Too late.", version=1))
    assert (status, said[0].startswith("This closed on ")) == (410, True)
    assert scene.request(again).status(scene.now) is RequestStatus.LAPSED


def test_what_was_taken_back_is_not_answered_and_what_was_answered_not_taken_back(scene: Scene) -> None:
    (request,) = scene.ask()
    scene.save(request, 1, "The one in the table.")
    perform(scene.ports, scene.officer, scene.now, requests.take_back, request.id, "We found it ourselves.")
    assert slots.refused(lambda: scene.send(request)) == (
        409,
        ["We took this request back, so nothing has to be answered."],
    )
    assert slots.messages(scene.ports, "request_taken_back") == ["lead@firma.example"]

    (other,) = scene.ask()
    scene.save(other, 1, "The one in the table.")
    scene.send(other, press="p2")
    by, at = scene.officer, scene.now
    assert slots.refused(lambda: perform(scene.ports, by, at, requests.take_back, other.id, "Too late."))[1] == [
        "This was answered already. An answer is sent once."
    ]


def test_of_presses_at_once_around_the_closing_one_counts_and_each_late_one_is_kept(scene: Scene) -> None:
    (request,) = scene.ask()
    scene.save(request, 1, "The one in the table.")
    version = scene.read(Entry, request.entry_id).version
    instants = [request.closes_at - TICK, request.closes_at] * 3

    def press(place: int) -> str:
        try:
            made = scene.send(request, press=f"p{place}", at=instants[place], version=version)
        except Refusal:
            return "refused"
        return type(made).__name__

    with ThreadPoolExecutor(len(instants)) as crowd:
        said = Counter(crowd.map(press, range(len(instants))))
    with scene.ports.database.reading() as session:
        answers = len(session.scalars(select(Submission).where(Submission.number > 1)).all())
        misses = len(session.scalars(select(NearMiss)).all())
    assert (said["Submission"], answers) == (1, 1)
    assert said["Late"] == misses <= 3  # whoever came after the answer is told that it is there
    assert scene.request(request).answered_at == request.closes_at - TICK


def test_an_answer_and_taking_back_at_once_leave_one_of_them(scene: Scene) -> None:
    (request,) = scene.ask()
    scene.save(request, 1, "The one in the table.")
    version = scene.read(Entry, request.entry_id).version

    def act(which: str) -> bool:
        try:
            if which == "send":
                scene.send(request, version=version)
            else:
                perform(scene.ports, scene.officer, scene.now, requests.take_back, request.id, "We found it.")
        except Refusal:
            return False
        return True

    with ThreadPoolExecutor(2) as crowd:
        assert sorted(crowd.map(act, ("send", "take back"))) == [False, True]
    after = scene.request(request)
    assert (after.answered_at is None) != (after.withdrawn_at is None)


def test_an_answer_that_somebody_else_saved_meanwhile_is_kept_and_shown(scene: Scene) -> None:
    (request,) = scene.ask()
    firm = scene.read(Entry, scene.entry)
    with scene.ports.database.reading() as session:
        organisation_id = applications_queries.get_entry(session, firm.id).organisation_id
    editor = people.member(scene.ports, organisation_id, "editor@firma.example", "editor")
    scene.save(request, 1, "Mine.")
    with pytest.raises(Stale) as stale:
        scene.save(request, 1, "Theirs.", by=editor)
    assert stale.value.theirs == {"answer": "Mine."}
    version = scene.read(Entry, scene.entry).version
    scene.save(request, 1, "Mine, and more.", version=1)
    with pytest.raises(applications.ChangedSince) as changed:
        scene.send(request, version=version)
    assert changed.value.keys == (f"request-{request.number}-1",)
    assert slots.refused(lambda: scene.send(request, by=editor))[0] == 403
    assert slots.refused(lambda: scene.send(request, by=slots.lead_of(scene.ports, "Firm B")))[0] == 404


def test_what_is_not_whole_or_not_declared_is_not_sent(scene: Scene) -> None:
    (request,) = scene.ask(scene.asking(questions=QUESTIONS))
    scene.save(request, 2, "perhaps")
    assert slots.refused(lambda: scene.send(request, declared=False))[1] == [
        "Answer “Which sum is right?”.",
        "Choose yes or no for “Are you insured?”.",
        "Upload a file for “The certificate”.",
        "Confirm the declaration before you send it.",
    ]


def test_nothing_is_decided_while_a_team_can_still_answer(scene: Scene) -> None:
    (request,) = scene.ask()
    by = scene.officer
    propose = lambda: perform(scene.ports, by, scene.now, assessment.propose_ineligible, scene.entry, "No.")  # noqa: E731
    assert slots.refused(propose)[1] == [
        "Its team was asked something and can still answer. Wait, or take the request back."
    ]
    scene.find_all_eligible()
    begin = lambda: perform(scene.ports, by, scene.now, assessment.begin_assessment, scene.stage_id)  # noqa: E731
    waits = ["1 request to an applicant is still open. Wait for the answer, or take the request back."]
    assert slots.refused(begin) == (409, waits)
    scene.ports.clock.set(request.closes_at)  # type: ignore[attr-defined]
    assert begin().state == "assessing"


def test_a_proposal_that_was_there_first_waits_for_the_answer_too(scene: Scene) -> None:
    """The guard of the move itself: what was asked before somebody proposed cannot be asked again, so it is forced."""
    found = perform(scene.ports, scene.officer, scene.now, assessment.propose_ineligible, scene.entry, "No.")
    assert refused(scene)[1] == [
        f"{slots.refs(scene.ports, scene.call)['Firm A']} is proposed as not eligible. Take that back first."
    ]
    with scene.ports.database.reading() as session:
        entry = session.get_one(Entry, scene.entry)
        application_id = entry.application_id

    def force(session: Any) -> None:
        session.add(
            Request(
                application_id=application_id,
                entry_id=scene.entry,
                number=1,
                kind=RequestKind.EXPLAIN,
                text=MISSING,
                questions=[],
                closes_at=scene.now + timedelta(days=1),
                asked_by=scene.officer.id,
                asked_at=scene.now,
            )
        )

    scene.ports.database.write(force)
    by, at = calls.approver(scene.ports), scene.now
    approve = lambda: perform(scene.ports, by, at, assessment.approve_ineligible, scene.entry, seen=found.id)  # noqa: E731
    assert slots.refused(approve)[1] == [
        "1 request to an applicant is still open. Wait for the answer, or take the request back."
    ]


def test_explaining_is_asked_until_the_decisions_are_approved_and_completing_while_it_is_checked(scene: Scene) -> None:
    ref = slots.refs(scene.ports, scene.call)["Firm A"]
    scene.find_all_eligible()
    assert refused(scene) == (409, [f"{ref} cannot be asked this any more."])
    (request,) = scene.ask(scene.asking(RequestKind.EXPLAIN))
    scene.save(request, 1, "The one in the table.")
    scene.send(request)
    perform(scene.ports, scene.lead, scene.now, leaving.withdraw, scene.entry)
    assert refused(scene, scene.asking(RequestKind.EXPLAIN, text="Why?"))[1] == [
        f"{ref} cannot be asked this any more."
    ]


def test_whoever_is_no_officer_asks_nothing(scene: Scene) -> None:
    assert refused(scene, by=calls.approver(scene.ports))[0] == 403
    assert refused(scene, by=scene.lead)[0] == 403


def dossier(scene: Scene) -> list[tuple[str, str, list[str], list[str]]]:
    with scene.ports.database.reading() as session:
        entry = applications_queries.get_entry(session, scene.entry)
        found = dossier_of_entry(session, scene.ports, entry)
    return [
        (each.section, each.guidance, [str(part) for part in each.parts], [file.filename for file in each.files])
        for each in found.answers
        if each.key.startswith("request-")
    ]


@pytest.mark.parametrize("procedure", ["challenge_open", "small_grant"])
def test_assessors_read_an_answer_where_names_are_shown_and_nothing_of_it_where_they_are_not(
    ports: Ports, procedure: str
) -> None:
    scene = Scene(ports, procedure)
    (request,) = scene.ask(scene.asking(questions=(QUESTIONS[0], QUESTIONS[2])))
    scene.save(request, 1, "Ask Zoë of Firm A.")
    stored = applications.store_file(scene.ports, "firm-a.pdf", BytesIO(PDF))
    key = f"request-{request.number}-2"
    perform(scene.ports, scene.lead, scene.now, requests.add_file, request.id, key, stored)
    assert dossier(scene) == []  # a draft is nobody's
    scene.send(request)
    shown = [
        ("Asked on Wednesday 31 March 2027: Answer", MISSING, ["Ask Zoë of Firm A."], []),
        ("Asked on Wednesday 31 March 2027: Answer", "", [], ["firm-a.pdf"]),
    ]
    assert dossier(scene) == ([] if procedure == "small_grant" else shown)


def test_verification_finds_an_answer_that_was_changed(scene: Scene) -> None:
    (request,) = scene.ask()
    scene.save(request, 1, "The one in the table.")
    made = scene.send(request)
    with scene.ports.database.reading() as session:
        found = {each.what: each for each in verification.verify(session, scene.ports)}
    assert (found["submissions"].checked, found["submissions"].broken) == (4, ())

    def change(session: Any) -> None:
        session.get_one(Submission, made.id).digest = "0" * 64

    scene.ports.database.write(change)
    with scene.ports.database.reading() as session:
        found = {each.what: each for each in verification.verify(session, scene.ports)}
    assert len(found["submissions"].broken) == 1


def test_what_came_back_waits_for_an_officer_until_somebody_looked_at_it(scene: Scene) -> None:
    (request,) = scene.ask()
    assert waiting(scene) == []
    assert slots.refused(lambda: look(scene, request)) == (409, ["There is no answer to look at."])
    scene.save(request, 1, "The one in the table.")
    scene.send(request)
    assert waiting(scene) == [request.id]
    assert slots.refused(lambda: look(scene, request, by=scene.lead))[0] == 403
    look(scene, request)
    first = scene.request(request).looked_at
    ports_clock(scene).set(scene.now + timedelta(hours=1))
    look(scene, request)
    after = scene.request(request)
    assert (after.looked_at, after.looked_by) == (first, scene.officer.id)
    assert waiting(scene) == []
    assert [tag for tag, _, _ in slots.events(scene.ports, "entry.look_at_answer")] == ["entry.look_at_answer"]


def test_what_came_back_waits_no_longer_once_it_is_decided(scene: Scene) -> None:
    (request,) = scene.ask()
    scene.save(request, 1, "The one in the table.")
    scene.send(request)
    assert waiting(scene) == [request.id]
    scene.find_all_eligible()
    assert waiting(scene) == []


def test_a_team_that_has_not_answered_is_reminded_once_one_working_day_before_the_end(scene: Scene) -> None:
    (first,) = scene.ask()
    (second,) = scene.ask(scene.asking(), "Firm B")
    closes = first.closes_at
    other = slots.lead_of(scene.ports, "Firm B")
    scene.save(second, 1, "Here.", by=other)
    scene.send(second, by=other, press="b1")
    clock = ports_clock(scene)
    before = next(
        at
        for hours in range(1, 200)
        if working_time(at := closes - timedelta(hours=hours), closes).minutes > 60 * REMINDED_WORKING_HOURS
    )
    clock.set(before)
    sweep.make_due(scene.ports)
    assert slots.messages(scene.ports, "request_reminder") == []
    clock.set(closes - timedelta(hours=4))  # 8am: nobody reads it yet
    sweep.make_due(scene.ports)
    assert slots.messages(scene.ports, "request_reminder") == []
    for at in (closes - timedelta(hours=3), closes - timedelta(hours=2), closes - timedelta(minutes=1)):
        clock.set(at)
        sweep.make_due(scene.ports)
        assert slots.messages(scene.ports, "request_reminder") == ["lead@firma.example"]


def test_nobody_is_reminded_of_what_was_taken_back(scene: Scene) -> None:
    (request,) = scene.ask()
    perform(scene.ports, scene.officer, scene.now, requests.take_back, request.id, "We found it.")
    ports_clock(scene).set(request.closes_at - timedelta(hours=1))
    sweep.make_due(scene.ports)
    assert slots.messages(scene.ports, "request_reminder") == []


def test_the_preview_shows_every_question_that_is_asked(scene: Scene) -> None:
    asked = scene.asking(questions=QUESTIONS)
    with scene.ports.database.reading() as session:
        entry = applications_queries.get_entry(session, scene.entry)
        settings = installation_queries.settings(session, scene.now.date())
        _, shown = requests.preview(scene.ports, settings, entry, 1, asked)
    scene.ask(asked)
    with scene.ports.database.reading() as session:
        sent = session.scalars(select(Message).where(Message.kind == "request_made")).one().body
    for text in (shown, sent):
        assert [line.strip() for line in text.splitlines() if line.strip()[:2] in ("1.", "2.", "3.")] == [
            "1. Which sum is right?",
            "2. Are you insured?",
            "3. The certificate",
        ]


def test_asking_many_takes_as_many_statements_as_asking_one(scene: Scene) -> None:
    one = statements(scene.ports, scene.ask)
    three = statements(scene.ports, scene.ask, scene.asking(text="Something else."), "Firm A", "Firm B", "Firm C")
    assert three == one


def look(scene: Scene, request: Request, *, by: Principal | None = None) -> Request:
    return perform(scene.ports, by or scene.officer, scene.now, requests.look, request.id)


def waiting(scene: Scene) -> list[int]:
    with scene.ports.database.reading() as session:
        return [each.id for each in requests_queries.to_look_at(session, [scene.stage_id])]


def ports_clock(scene: Scene) -> Any:
    return scene.ports.clock
