"""What firms ask about the calls of the demonstration, and what everybody is answered."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from procurement.models.clarifications import Clarification
from procurement.seeding.bids import APPROVER, OFFICER
from procurement.seeding.firms import LEADS
from procurement.seeding.parts import Part, call_of
from procurement.seeding.timeline import Timeline
from procurement.services import clarifications
from procurement.services.clarifications import Draft
from workflows.catalogue import PROCEDURES

ASKED_AFTER = timedelta(days=3, hours=2)  # from the opening of the call
ANSWERED_AFTER = timedelta(days=1, hours=3)
# As it was asked, as everybody reads it, and the answer.
OF_FUNDS: Sequence[tuple[str, str, str]] = (
    (
        "Our partner would give staff time and no money. Does that count towards the costs?",
        "May a partner’s staff time count towards the costs?",
        "No: ask only for costs that you pay. Say in your answer what a partner gives; assessors read it.",
    ),
    (
        "Can two of us apply together?",
        "Can two organisations apply together?",
        "Yes. One of you leads, submits and signs. Name the others, and say who does what.",
    ),
    (
        "We began in spring with our own money. Can the grant pay that back?",
        "Can a grant pay for work that was done before the award?",
        "No. It pays for work from the day of the award on.",
    ),
    (
        "Is an association without a company number allowed?",
        "Can an association apply that is in no register?",
        "Yes. Give the name under which it has its bank account, and say who signs for it.",
    ),
    (
        "Will you pay in advance? We are small.",
        "When is a grant paid?",
        "In parts, as the terms of the call say. Say in your answer what you need before you can begin.",
    ),
)
OF_CHALLENGES: Sequence[tuple[str, str, str]] = (
    (
        "Do you want the price with VAT? We are below the threshold and charge none.",
        "Is the price with or without VAT?",
        "Without. The form asks whether you charge VAT, and what it comes to with VAT is shown beside your price.",
    ),
    (
        "May we use a subcontractor for the installation?",
        "May a subcontractor do a part of the work?",
        "Yes. Name who it is and what they do. You answer for all of the work.",
    ),
    (
        "Does the software have to be open source?",
        "Must what is made be open source?",
        "No. The terms of the call say which rights the city needs; more counts where a criterion says so.",
    ),
    (
        "Who keeps the data of residents?",
        "Who is responsible for personal data in the pilot?",
        "The city is the controller. Say how you keep the data safe, and where.",
    ),
    (
        "Is it enough if we show a prototype?",
        "Must a product be finished?",
        "No. Say what is there today, what is still to be made, and by when.",
    ),
)
WAITS = "Is there a day on which the place can be visited before the closing?"


def arrange(timeline: Timeline, part: Part, now: datetime) -> None:
    """Put two questions with their answers on the timeline, and one that waits where the call is open now."""
    askers = [bid.firm for bid in part.bids[:2]]
    every = OF_FUNDS if PROCEDURES[part.plan.procedure].kind == "fund" else OF_CHALLENGES
    first = len(part.plan.key) % len(every)  # not the same ones of each call
    said = [*every[first:], *every[:first]]
    asked_at = part.opens_at + ASKED_AFTER
    for firm, (question, wording, answer) in zip(askers, said, strict=False):
        answered_at = asked_at + ANSWERED_AFTER
        if answered_at >= min(part.ask_by or part.closes_at, now):
            return
        timeline.at(asked_at, partial(ask, timeline, part, firm, question))
        timeline.at(answered_at - timedelta(hours=1), partial(draft, timeline, part, question, Draft(wording, answer)))
        timeline.at(answered_at, partial(publish, timeline, part, question))
        asked_at += timedelta(days=1, hours=1)
    if askers and now < (part.ask_by or part.closes_at) and now - timedelta(days=1) > asked_at:
        timeline.at(now - timedelta(days=1), partial(ask, timeline, part, askers[0], WAITS))


def ask(timeline: Timeline, part: Part, firm: str, question: str) -> None:
    with timeline.ports.database.reading() as session:
        call_id = call_of(session, part.plan).id
    timeline.do(timeline.person(LEADS[firm]), lambda act: clarifications.ask(act, call_id, question).id)


def draft(timeline: Timeline, part: Part, question: str, said: Draft) -> None:
    row_id = _id_of(timeline, part, question)
    timeline.do(timeline.person(OFFICER), lambda act: clarifications.write(act, row_id, said, seen=0).id)


def publish(timeline: Timeline, part: Part, question: str) -> None:
    row_id = _id_of(timeline, part, question)
    timeline.do(timeline.person(APPROVER), lambda act: clarifications.answer(act, row_id, seen=1).id)


def _id_of(timeline: Timeline, part: Part, question: str) -> int:
    with timeline.ports.database.reading() as session:
        call = call_of(session, part.plan)
        found = select(Clarification.id).where(Clarification.call_id == call.id, Clarification.question == question)
        return session.scalars(found.order_by(Clarification.id.desc()).limit(1)).one()
