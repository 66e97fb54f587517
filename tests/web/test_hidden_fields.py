"""Two databases that differ in one hidden field say the same, byte for byte, on every page of whoever may not see it.

Every address is asked as each person; then the one field is changed behind the service's back, and all is asked again.
A call in its second stage, whose proposals are sealed, and one whose assessors read without names and without the marks
of others.
"""

import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Answer, Application, Attachment, Entry, Submission
from procurement.models.assessment import Assignment, Mark
from procurement.models.calls import Call
from procurement.models.documents import Document
from procurement.models.people import Organisation, Person
from procurement.models.stages import Question, Stage
from procurement.queries import applications as applications_queries
from procurement.queries import stages as stages_queries
from procurement.rules.permissions import Principal
from procurement.rules.ports import Ports
from procurement.services import applications
from procurement.services.act import Act, perform
from tests.parts import assessment as parts
from tests.parts import calls, people, sifting
from tests.parts.applications import fitting
from tests.parts.scenes import prepared
from tests.parts.visitors import Visitor

Change = Callable[..., None]
# the proofs find, as they should, that somebody wrote behind the service's back; the room on the disk changes by itself
LEFT_OUT = {"/sign-out", "/admin/chain", "/admin"}
DRAWN_ANEW = re.compile(rb'(name="(?:csrf_token|press)"[^>]*value|data-csrf|nonce)="[^"]*"')


@dataclass(frozen=True)
class House:
    """The pages as one person after the other reads them, and what may stand in an address."""

    app: Flask
    browsers: Mapping[str, Visitor]
    values: Mapping[str, tuple[object, ...]]

    def addresses(self) -> Iterator[str]:
        """Every address that can be asked without a change, with every value that fits."""
        build = self.app.url_map.bind("localhost").build
        for rule in self.app.url_map.iter_rules():
            if "GET" not in (rule.methods or set()) or rule.rule.startswith(("/static", "/metrics")):
                continue
            names = sorted(rule.arguments)
            pools = [self._pool(rule.rule, name) for name in names]
            for chosen in itertools.product(*pools):
                try:
                    yield build(rule.endpoint, dict(zip(names, chosen, strict=True)), method="GET")
                except ValueError:
                    continue  # a value that this address does not take

    def _pool(self, rule: str, name: str) -> tuple[object, ...]:
        if name == "ref":
            kind = next((each for each in ("applications", "assess") if rule.startswith(f"/{each}/")), "calls")
            return self.values[kind]
        return self.values.get(name, (1, "how"))

    def said(self) -> dict[tuple[str, str], tuple[int, bytes]]:
        """What each person is answered at each address."""
        return {
            (who, address): (answer.status_code, without_what_is_drawn(answer.data))
            for who, browser in self.browsers.items()
            for address in self.addresses()
            if address not in LEFT_OUT
            for answer in (browser.get(address),)
        }


def without_what_is_drawn(content: bytes) -> bytes:
    """What is said, without what is drawn anew for each browser and press, or by the hour in a spreadsheet."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return b"".join(book.read(name) for name in book.namelist() if name != "docProps/core.xml")
    return DRAWN_ANEW.sub(b"", content)


def house(app: Flask, ports: Ports, call: Call, people_by_name: Mapping[str, Principal]) -> House:
    with ports.database.reading() as session:
        refs = tuple(session.scalars(select(Application.ref).where(Application.call_id == call.id)))[1:3]
        assigned = tuple(session.scalars(select(Assignment.ref)))
        keys = tuple(session.scalars(select(Question.key).where(Question.call_id == call.id).distinct()))
    stages = tuple(each.key for each in every_stage(ports, call))
    values = {
        "calls": (call.ref,),
        "applications": refs,
        "assess": assigned[:4] or ("nothing",),
        "assignment": assigned[:1] or ("nothing",),
        "bid": refs,
        "application": refs,
        "stage": stages,
        "key": keys[:3],
        "number": (1,),
        "filename": ("nothing",),
        "procedure": (call.procedure,),
        "kind": ("csv", "json"),
        "file": ("nothing",),
    }
    browsers = {name: people.signed_in(app, ports, who) for name, who in people_by_name.items()}
    return House(app, browsers, values)


def every_stage(ports: Ports, call: Call) -> Sequence[Stage]:
    with ports.database.reading() as session:
        return stages_queries.of_call(session, call.id)


def hidden(found: House, ports: Ports, call: Call, changes: Sequence[Change]) -> int:
    """How many pages were compared; fails with every page that tells."""
    before = found.said()
    for change in changes:
        ports.database.write(partial(change, call=call))
    after = found.said()
    told = [(who, address) for (who, address), answer in after.items() if before[who, address] != answer]
    assert told == []
    return sum(status == 200 for status, _ in before.values())


@prepared
def sealed_again(ports: Ports) -> Call:
    """Four of five went on to the second stage: two have submitted, one writes, one has not begun. It is not opened."""
    call = sifting.told_with_reserve(ports, seats=4, reserves=1, firms=5)
    opens_at = every_stage(ports, call)[-1].opens_at
    assert opens_at is not None
    ports.clock.set(opens_at + timedelta(days=1))  # type: ignore[attr-defined]
    for firm, submits in (("a", True), ("b", True), ("c", False)):
        write(ports, call, f"lead@firm{firm}.example", submits=submits)
    return calls.read(ports, call.id)


def write(ports: Ports, call: Call, email: str, *, submits: bool) -> None:
    """A proposal of somebody who went on."""
    now = ports.clock.now()
    with ports.database.reading() as session:
        person_id = session.scalars(select(Person.id).where(Person.email == email)).one()
    lead = people.principal(ports, person_id)

    def answer(session: Session) -> tuple[int, int]:
        entry = entry_of(session, call, email)
        act = Act(session, ports, lead, now)
        for question in applications_queries.questions_of(session, entry.stage_id):
            if not question.kind.uploads:
                typed = fitting(question, f"Written by {email}.", "12000")
                applications.save_answer(act, entry.id, question.key, typed, version=0)
        return entry.id, entry.version

    entry_id, version = ports.database.write(answer)
    if submits:
        press = {"press": ports.randomness.bytes(16).hex(), "version": version, "declared": True}
        made = perform(ports, lead, now, applications.submit, entry_id, **press)
        assert isinstance(made, Submission)


def entry_of(session: Session, call: Call, email: str) -> Entry:
    """The newest entry of the application that somebody began."""
    asked = (
        select(Entry)
        .join(Application, Application.entry_id == Entry.id)
        .join(Person, Person.id == Application.created_by)
        .where(Application.call_id == call.id, Person.email == email)
        .options(joinedload(Entry.stage))
    )
    return session.scalars(asked).one()


def of_the_newest_stage(session: Session, call: Call) -> list[int]:
    stage = stages_queries.of_call(session, call.id)[-1]
    return list(session.scalars(select(Entry.id).where(Entry.stage_id == stage.id)))


def what_they_ask_for(session: Session, call: Call) -> None:
    ids = of_the_newest_stage(session, call)
    session.execute(update(Entry).where(Entry.id.in_(ids)).values(title="Another", summary="Other words", amount=7))


def how_far_they_are(session: Session, call: Call) -> None:
    """When each wrote, how much and how often; what files they have."""
    ids = of_the_newest_stage(session, call)
    words = {"words": 3, "version": Answer.version + 4, "draft_version": Answer.draft_version + 4}
    later = {"saved_at": call.created_at + timedelta(days=1)}
    session.execute(update(Answer).where(Answer.entry_id.in_(ids)).values(**words, **later))
    session.execute(update(Entry).where(Entry.id.in_(ids), Entry.state == "draft").values(missing=["other"]))
    session.execute(update(Attachment).where(Attachment.entry_id.in_(ids)).values(name="other.pdf", size=5))


def what_they_sent(session: Session, call: Call) -> None:
    """When, and how much; the digest stays, since whoever changed that is found by the chain."""
    ids = of_the_newest_stage(session, call)
    sent = {"manifest": {"files": [], "words": {}}, "received_at": call.created_at + timedelta(hours=1)}
    session.execute(update(Submission).where(Submission.entry_id.in_(ids)).values(**sent))


def who_has_sent(session: Session, call: Call) -> None:
    """The submission is another firm's: the counts are the same."""
    sender, writer = (entry_of(session, call, f"lead@firm{firm}.example") for firm in "bc")
    standing = sender.standing_id
    state, sender.state = sender.state, writer.state
    sender.standing_id, sender.missing, writer.missing = None, writer.missing, sender.missing
    session.flush()
    moved = {"entry_id": writer.id, "application_id": writer.application_id}
    session.execute(update(Submission).where(Submission.id == standing).values(**moved))
    writer.state, writer.standing_id = state, standing
    receipts = update(Document).where(Document.entry_id == sender.id, Document.kind == "receipt")
    session.execute(receipts.values(**moved, title="Receipt of another firm"))


def test_before_its_opening_nobody_reads_what_a_later_stage_holds(app: Flask, ports: Ports) -> None:
    call = sealed_again(ports)
    with ports.database.reading() as session:
        reader = session.scalars(select(Assignment.person_id)).first()
        other = session.scalars(select(Person.id).where(Person.email == "lead@firme.example")).one()
    assert reader is not None
    found = house(
        app,
        ports,
        call,
        {
            "other firm": people.principal(ports, other),
            "assessor": people.principal(ports, reader),
            "officer": calls.officer(ports),
            "auditor": calls.staff(ports, "auditor@city.example", "auditor"),
            "operator": calls.staff(ports, "operator@city.example", "operator"),
        },
    )
    assert hidden(found, ports, call, [what_they_ask_for, how_far_they_are, what_they_sent, who_has_sent]) > 100


def whose_it_is(session: Session, call: Call) -> None:
    own = select(Application.organisation_id).where(Application.call_id == call.id)
    named = {"name": "Another Firm Ltd", "town": "Leeds", "postcode": "LS1 1AA", "size": "large"}
    session.execute(update(Organisation).where(Organisation.id.in_(own)).values(**named))
    leads = select(Application.created_by).where(Application.call_id == call.id)
    session.execute(update(Person).where(Person.id.in_(leads)).values(name="Somebody Else"))


def how_others_marked(session: Session, call: Call) -> None:
    one = session.scalars(select(Person.id).where(Person.email == "one@readers.example")).one()
    others = select(Assignment.id).where(Assignment.person_id != one)
    session.execute(update(Mark).where(Mark.assignment_id.in_(others)).values(mark=1, comment="Quite other words."))


def test_a_blind_assessor_reads_no_name_and_no_others_mark(app: Flask, ports: Ports) -> None:
    call = parts.in_assessment(ports, parts.opened(ports, parts.bids_in(ports, procedure="challenge")))
    one, other = (parts.assessor(ports, f"{name}@readers.example") for name in ("one", "other"))
    parts.assigned(ports, call, [one])
    parts.assigned(ports, call, [other])
    parts.marked(ports, call)
    found = house(app, ports, call, {"assessor": one})
    assert hidden(found, ports, call, [whose_it_is, how_others_marked]) > 20
