"""Questions about a published call: asked by anybody who could apply, answered by two people, read by everybody.

An answer is drafted by one officer and published by a second person who reads it; it goes to everybody at the same
instant, without the name of who asked, which no officer ever reads. Nothing of it moves a closing; but what was asked
stands against the opening of its stage until it has an answer, or a reason why there is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.models.calls import Call
from procurement.models.clarifications import Clarification, ClarificationsRead
from procurement.models.documents import Document
from procurement.models.people import Person
from procurement.models.stages import Stage
from procurement.queries import calls as calls_queries
from procurement.queries import clarifications as clarifications_queries
from procurement.queries import installation as installation_queries
from procurement.queries import stages as stages_queries
from procurement.rules import clarifications as rules
from procurement.rules.dates import uk_day
from procurement.rules.documents import ClarificationLog, LoggedAnswer
from procurement.rules.permissions import SYSTEM, Permission, may
from procurement.rules.questions import normalise, word_count
from procurement.services import about, documents, messages
from procurement.services.about import About
from procurement.services.act import Act
from procurement.services.commitments import commit
from procurement.services.history import record
from procurement.services.locks import lock_call
from procurement.services.refusal import Refusal, Stale, require_role, require_running
from workflows.facts import Sentence, in_words

NO_SUCH = Sentence("There is no such question.")
OVER = Sentence("Questions are no longer taken: the last time to ask has passed.")
DONE = Sentence("This question has its answer already, or was closed.")
OWN = Sentence("You wrote this answer. Somebody else must read and publish it.")
NAMES = Sentence(
    "The text for everybody names %(names)s. Take the name out, or say that you have looked and it gives nobody away."
)


@dataclass(frozen=True)
class Draft:
    """An answer as it is typed. `wording`: the question as everybody reads it; `private_reason`: why only whoever asked
    gets the answer, empty where all do; `looked`: names that the service found in it give nobody away."""

    wording: str
    answer: str
    private_reason: str = ""
    looked: bool = False


def ask(act: Act, call_id: int, question: str, *, lot: int | None = None, secret: str = "") -> Clarification:
    """Ask something about a published call. `lot`: its number, where it is about one lot; `secret`: why an answer to
    everybody would give away a trade secret.

    Whoever cannot apply cannot ask; after the last instant nothing is taken (410).
    """
    call = lock_call(act.session, call_id)
    if not may(act.by, Permission.CLARIFICATION_ASK, call, act.now):
        raise Refusal(
            Sentence("Whoever works on calls does not ask about them. Say it as a clarification."), status=403
        )
    stage = clarifications_queries.stage_to_ask(call, stages_queries.listed(act.session, call.id), act.now)
    if stage is None:
        raise Refusal(OVER, status=410)
    assert act.by.id is not None  # noqa: S101  (who may ask is signed in)
    text, why = normalise(question).strip(), normalise(secret).strip()
    if fault := rules.fault_of_question(text, word_count(text)):
        raise Refusal(fault)
    if word_count(why) > rules.MOST_WORDS_OF_REASON:
        raise Refusal(Sentence("Say it in at most %(most)s words.", most=rules.MOST_WORDS_OF_REASON))
    if (again := clarifications_queries.waiting_with(act.session, call.id, act.by.id, text)) is not None:
        return again  # the same press once more: nobody asks the same twice while it waits
    if clarifications_queries.count_waiting_of(act.session, call.id, act.by.id) >= rules.MOST_WAITING:
        text_ = "%(most)s questions of yours wait for an answer already. Ask more when some of them are answered."
        raise Refusal(Sentence(text_, most=rules.MOST_WAITING))
    row = _begin(act, call, stage, lot)
    row.asked_by, row.question, row.secret = act.by.id, text, why
    act.session.add(row)
    act.session.flush()
    # by nobody: a name in the history would tell officers before the opening who thinks of applying
    record(act.made_by(SYSTEM), "call.ask", "call", call.id, call_id=call.id, data={"clarification": row.id})
    return row


def say(act: Act, call_id: int, draft: Draft, *, lot: int | None = None, corrects: int | None = None) -> Clarification:
    """What the authority says to everybody of its own accord; `corrects`: the number of the answer that it corrects."""
    call = lock_call(act.session, call_id)
    require_role(act.by, Permission.CLARIFICATION_DRAFT)
    require_running(call.state)
    if call.published_at is None:
        raise Refusal(Sentence("Nobody knows of the call yet. Write it into the call itself."))
    assert act.by.id is not None  # noqa: S101  (an officer is a person)
    text = normalise(draft.answer).strip()
    if (again := clarifications_queries.said_by(act.session, call.id, act.by.id, text)) is not None:
        return again  # the same press once more
    stages = stages_queries.listed(act.session, call.id)
    stage = clarifications_queries.stage_to_ask(call, stages, act.now) or stages_queries.newest(stages)
    assert stage is not None  # noqa: S101  (every call has one)
    row = _begin(act, call, stage, lot)
    if corrects is not None:
        before = clarifications_queries.numbered(act.session, call.id, corrects)
        if before is None:
            raise Refusal(Sentence("Give the number of the answer that this corrects."))
        row.corrects_id = before.id
    act.session.add(row)
    act.session.flush()
    _write(act, call, row, draft)
    return row


def write(act: Act, clarification_id: int, draft: Draft, *, seen: int) -> Clarification:
    """Draft the answer, or write it anew. `seen` is the draft that the page was made from: raises Stale where somebody
    else wrote meanwhile."""
    call, row = _take(act, clarification_id)
    require_role(act.by, Permission.CLARIFICATION_DRAFT)
    if row.written != seen:
        yours = {"wording": draft.wording, "answer": draft.answer, "private_reason": draft.private_reason}
        theirs = {"wording": row.wording, "answer": row.answer, "private_reason": row.private_reason}
        raise Stale(yours=yours, theirs=theirs, version=row.written)
    _write(act, call, row, draft)
    return row


def send_back(act: Act, clarification_id: int, reason: str) -> Clarification:
    """Whoever reads it second asks for another wording."""
    call, row = _take(act, clarification_id)
    require_role(act.by, Permission.CLARIFICATION_ANSWER)
    _require_drafted(row)
    if not reason.strip():
        raise Refusal(Sentence("Give a reason."))
    row.sent_back = normalise(reason).strip()
    act.session.flush()
    data = {"clarification": row.id, "written": row.written}
    record(act, "call.send_back_answer", "call", call.id, call_id=call.id, data=data, note=row.sent_back)
    return row


def answer(act: Act, clarification_id: int, *, seen: int) -> Clarification:
    """The second person publishes the draft that they read (`seen`): to everybody at once, or to whoever asked alone.
    It cannot be changed afterwards; a later one can correct it."""
    call, row = _take(act, clarification_id)
    require_role(act.by, Permission.CLARIFICATION_ANSWER)
    _require_drafted(row)
    if row.written != seen:
        raise Refusal(Sentence("The answer was changed after you opened this page. Read it again."))
    if row.drafted_by == act.by.id:
        raise Refusal(OWN)
    number = None if row.private_reason else clarifications_queries.next_number(act.session, call.id)
    row.answered_by, row.answered_at, row.number = act.by.id, act.now, number
    act.session.flush()
    commit(act, row)
    tag = "call.answer" if row.number is not None else "call.answer_privately"
    data = {"clarification": row.id, "written": row.written, **({} if row.number is None else {"number": row.number})}
    note = row.private_reason
    record(act, tag, "call", call.id, call_id=call.id, data=data, note=note)
    _tell_answer(act, call, row)
    return row


def close(act: Act, clarification_id: int, reason: str, *, same_as: int | None = None) -> Clarification:
    """End a question without an answer of its own: the published one with that number answers it, or `reason` says why
    there is none. Whoever asked is told."""
    call, row = _take(act, clarification_id)
    require_role(act.by, Permission.CLARIFICATION_DRAFT)
    text = normalise(reason).strip()
    if same_as is not None:
        other = clarifications_queries.numbered(act.session, call.id, same_as)
        if other is None:
            raise Refusal(Sentence("Give the number of a published answer."))
        row.same_as_id = other.id
    elif not text:
        raise Refusal(Sentence("Give a reason, or the number of the answer that fits."))
    if word_count(text) > rules.MOST_WORDS_OF_REASON:
        raise Refusal(Sentence("Say it in at most %(most)s words.", most=rules.MOST_WORDS_OF_REASON))
    row.closed_by, row.closed_at, row.closed_reason = act.by.id, act.now, text
    act.session.flush()
    data = {"clarification": row.id, **({} if same_as is None else {"number": same_as})}
    record(act, "call.close_question", "call", call.id, call_id=call.id, data=data, note=text)
    if (person := clarifications_queries.asker_of(act.session, row)) is not None:
        said = text if same_as is None else f"Answer {same_as} answers it too."
        _tell(act, call, row, "question_closed", [person], {"reason": said})
    return row


def mark_read(act: Act, call_id: int, number: int) -> None:
    """Remember that a person has read the clarifications of a call up to a number."""
    assert act.by.id is not None  # noqa: S101  (who is signed in)
    highest, _at = clarifications_queries.newest(act.session, call_id)
    asked = select(ClarificationsRead).where(
        ClarificationsRead.call_id == call_id, ClarificationsRead.person_id == act.by.id
    )
    row = act.session.scalars(asked.with_for_update()).one_or_none()
    if row is None:
        row = ClarificationsRead(call_id=call_id, person_id=act.by.id, number=0, read_at=act.now)
        act.session.add(row)
    row.number, row.read_at = max(row.number, min(number, highest)), act.now
    act.session.flush()


def found_names(session: Session, text: str) -> tuple[str, ...]:
    """The email addresses in a text, and the names of organisations and of their people that stand in it."""
    return rules.names_in(text, clarifications_queries.names_to_hide(session))


def make_log(act: Act, call_id: int) -> Document | None:
    """Ask for the public list of questions and answers as a document, as it is now; None where nothing was answered.
    Asked for again without a new answer, it is the same one."""
    call = act.session.get_one(Call, call_id)
    found = clarifications_queries.published(act.session, call_id)
    if not found:
        return None
    content = ClarificationLog(
        call=call.title,
        call_reference=call.ref,
        answers=tuple(
            LoggedAnswer(
                number=str(each.number),
                lot="" if each.lot is None else f"Lot {each.lot.number}: {each.lot.title}",
                question=each.wording,
                answer=each.answer,
                answered="" if each.answered_at is None else in_words(each.answered_at),
                corrects="" if each.corrects is None else f"Corrects answer {each.corrects.number}.",
            )
            for each in reversed(found)
        ),
    )
    key = f"clarification_log:{call.id}:{len(found)}"
    return documents.request(act, "clarification_log", key, content, reference=call.ref, about=about.call(call))


# parts


def _begin(act: Act, call: Call, stage: Stage, lot: int | None) -> Clarification:
    chosen = None
    if lot is not None:
        chosen = next((each for each in calls_queries.lots_of(act.session, call.id) if each.number == lot), None)
        if chosen is None:
            raise Refusal(Sentence("Choose a lot of this call."))
    days = installation_queries.settings(act.session, act.today)["answer_days"]
    return Clarification(
        call_id=call.id,
        stage_id=stage.id,
        lot_id=None if chosen is None else chosen.id,
        asked_at=act.now,
        due_on=rules.due_on(uk_day(act.now), int(days)),
        question="",
        secret="",
        written=0,
        wording="",
        answer="",
        private_reason="",
    )


def _take(act: Act, clarification_id: int) -> tuple[Call, Clarification]:
    """One that waits, and its call, both held."""
    found = act.session.get(Clarification, clarification_id)
    if found is None:
        raise Refusal(NO_SUCH, status=404)
    call = lock_call(act.session, found.call_id)
    row = act.session.get_one(Clarification, clarification_id, with_for_update=True, populate_existing=True)
    require_running(call.state)
    if not row.waits:
        raise Refusal(DONE)
    return call, row


def _require_drafted(row: Clarification) -> None:
    if row.status is not rules.ClarificationStatus.DRAFTED:
        raise Refusal(Sentence("No answer is drafted yet."))


def _write(act: Act, call: Call, row: Clarification, draft: Draft) -> None:
    wording, text = normalise(draft.wording).strip(), normalise(draft.answer).strip()
    private = normalise(draft.private_reason).strip()
    reasons = []
    if row.asked_by is not None and not wording:
        reasons.append(Sentence("Write the question as everybody reads it."))
    if row.asked_by is None and private:
        reasons.append(Sentence("Nobody asked this, so it goes to everybody."))
    if not text:
        reasons.append(Sentence("Write the answer."))
    for words, most in ((wording, rules.MOST_WORDS), (text, rules.MOST_WORDS_OF_ANSWER)):
        if word_count(words) > most:
            reasons.append(Sentence("Keep it to %(most)s words.", most=most))
    if word_count(private) > rules.MOST_WORDS_OF_REASON:
        reasons.append(Sentence("Say it in at most %(most)s words.", most=rules.MOST_WORDS_OF_REASON))
    if not private and not draft.looked and (names := found_names(act.session, f"{wording}\n{text}")):
        reasons.append(Sentence(NAMES.text, names=", ".join(names)))
    if reasons:
        raise Refusal(*reasons)
    row.wording, row.answer, row.private_reason = wording, text, private
    row.written, row.drafted_by, row.drafted_at, row.sent_back = row.written + 1, act.by.id, act.now, ""
    act.session.flush()
    data = {"clarification": row.id, "written": row.written, **({"looked": True} if draft.looked else {})}
    record(act, "call.draft_answer", "call", call.id, call_id=call.id, data=data, note=f"{wording}\n\n{text}".strip())


def _tell_answer(act: Act, call: Call, row: Clarification) -> None:
    """Whoever asked, and where the answer is for everybody every team of the call, with a draft too, each person once.

    Sealed until the stage is opened: who has a draft is nobody's to know.
    """
    asker = clarifications_queries.asker_of(act.session, row)
    if row.private_reason:
        if asker is not None:
            _tell(act, call, row, "question_answered_privately", [asker], {})
        return
    people = {asker.id: asker} if asker is not None else {}
    for _entry, team in calls_queries.teams_of(act.session, call.id):
        people.update({person.id: person for person in team})
    _tell(act, call, row, "clarification", list(people.values()), {"number": str(row.number)})


def _tell(act: Act, call: Call, row: Clarification, kind: str, people: Sequence[Person], said: dict[str, str]) -> None:
    fields = {"reference": call.ref, "call": call.title, "link": f"/calls/{call.ref}/questions", **said}
    of_stage = About(call_id=call.id, stage_id=row.stage_id)
    messages.tell(act, kind, people, fields, occasion=f"{kind}:{row.id}:", about=of_stage, sealed=True)
