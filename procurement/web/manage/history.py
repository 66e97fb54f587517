"""What happened to a call: who did what, when and why, as a page, a table and a file."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from procurement.models.calls import Call
from procurement.models.history import Event
from procurement.queries import history as history_queries
from procurement.queries import stages as stages_queries
from procurement.queries import tables as tables_queries
from procurement.queries.history import NOTHING, About
from procurement.rules.calls import with_article
from procurement.rules.permissions import Permission
from procurement.rules.reasons import is_paragraph
from procurement.rules.slots import Attendance
from procurement.rules.staff_columns import HISTORY
from procurement.web import context
from procurement.web.access import allow
from procurement.web.context import now, principal
from procurement.web.filters import uk_datetime
from procurement.web.manage.history_details import FOLLOWS, details
from procurement.web.manage.history_words import (
    LOOKED_UP,
    RULED_OUT,
    corrected,
    invited,
    looked_up,
    moved,
    note_of,
    proposed,
    ruled_out,
    settled,
    words_of_abandoning,
    words_of_amending,
    words_of_documents,
    words_of_moves,
    words_of_signing,
)
from procurement.web.manage.loading import load_call
from procurement.web.manage.tables import csv_of
from procurement.web.parts.edit_words import part_words
from procurement.web.parts.paging import Pager, pages_of
from procurement.web.parts.search import Parameters, query
from procurement.web.parts.uploads import attachment
from workflows.catalogue import LIFECYCLES
from workflows.definition import SUBJECTS

# what the call did itself before it had stages
OF_STAGES = frozenset(
    {
        "ask_to_open",
        "begin_assessment",
        "decide",
        "lock_marks",
        "open",
        "send_back_decisions",
        "take_back_opening",
        "tell",
    }
)
pages = Blueprint("manage_history", __name__)


@pages.get("/manage/calls/<ref>/history")
@allow(Permission.HISTORY_READ, load_call)
def show(call: Call, ref: str) -> str:
    session = context.session()
    actors = dict(history_queries.actors(session, call))
    read = Parameters(request.args)
    search = _search(read, actors)
    total = history_queries.count_events(session, call, search)
    last = pages_of(total, history_queries.PAGE)
    asked = read.number("page") or 1
    number = min(asked, last)
    events = history_queries.list_events(session, call, search, page=number)
    stages = stages_queries.of_call(session, call.id)
    about = history_queries.about(session, call, stages, events, reader=principal().id)
    items = [
        {
            "title": " · ".join(filter(None, (line.what, line.about))),
            "when": line.when,
            "by": line.by,
            "text": line.text,
            "state": "past",
        }
        for line in _lines(events, about)
    ]
    given = request.args.to_dict()
    return render_template(
        "manage/history/show.html",
        call=call,
        items=items,
        total=total,
        search=search,
        given=given,
        ignored=[each.shown for each in read.ignored],
        parts_of=[("", _("Everything")), *((part, part_titles()[part]) for part in history_queries.PARTS)],
        actors=[("", _("Anybody")), *((str(person), name) for person, name in actors.items())],
        columns=HISTORY,
        sealed=any(each.collects and not each.opened for each in stages),
        pager=Pager(number, last, lambda page: f"{url_for('.show', ref=ref)}{query(_kept(given), page=page)}", asked),
    )


@pages.get("/manage/calls/<ref>/history.csv")
@allow(Permission.HISTORY_READ, load_call)
def table(call: Call, ref: str) -> Response:
    """The same as a table, whole, with the digests that tie each line to the one before."""
    rows = (tables_queries.event_row(line.event, line.what, line.about or call.ref, line.text) for line in _whole(call))
    return attachment([b"".join(csv_of(HISTORY, rows))], f"{call.ref}-history.csv", "text/csv")


@pages.get("/manage/calls/<ref>/history.html")
@allow(Permission.HISTORY_READ, load_call)
def whole(call: Call, ref: str) -> Response:
    """The same as one page that can be kept, printed and read without the service."""
    page = render_template("manage/history/whole.html", call=call, lines=_whole(call), made_at=now())
    return attachment([page.encode()], f"{call.ref}-history.html", "text/html; charset=utf-8")


@dataclass(frozen=True)
class Line:
    """An event as its reader is told of it; `about` is its reference and stage, empty where it is the call itself."""

    event: Event
    what: str
    about: str
    when: str
    by: str
    text: str


def part_titles() -> dict[str, str]:
    """What the parts of a history are called."""
    return {
        "call": _("The call and its stages"),
        "opening": _("Openings"),
        "bids": _("What applicants sent, and what was decided of it"),
        "assessment": _("Assessment and panels"),
        "awards": _("Awards"),
        "publications": _("Notices and the register"),
    }


def _search(read: Parameters, actors: Mapping[int, str]) -> history_queries.Search:
    who = read.one("who", [str(each) for each in actors])
    return history_queries.Search(
        words=read.words(),
        part=read.one("part", tuple(history_queries.PARTS)),
        who=int(who) if who else None,
        since=read.moment("from"),
        until=read.moment("to", end=True),
    )


def _kept(given: Mapping[str, str]) -> dict[str, str]:
    return {name: given[name] for name in ("q", "part", "who", "from", "to") if given.get(name)}


def _whole(call: Call) -> list[Line]:
    session = context.session()
    events = history_queries.list_events(session, call, whole=True)
    stages = stages_queries.of_call(session, call.id)
    return list(_lines(events, history_queries.about(session, call, stages, events, reader=principal().id)))


def _lines(events: Iterable[Event], about: About) -> Iterator[Line]:
    for event in events:
        by = event.actor.name if event.actor and event.tag not in FOLLOWS else _("The service")
        said = " – ".join(filter(None, (what(event, about), details(event, about))))
        yield Line(event, said, about.named(event), _when(event), by, _note(event, about))


def _when(event: Event) -> str:
    if event.effective_at == event.recorded_at:
        return uk_datetime(event.recorded_at)
    return _(
        "%(recorded)s, effective %(effective)s",
        recorded=uk_datetime(event.recorded_at),
        effective=uk_datetime(event.effective_at),
    )


def _note(event: Event, about: About) -> str:
    """The words beside an event, but for those about a bid that its reader must know nothing of."""
    said = note_of(event, about)
    reason = about.reasons.get(event.data.get("decision", 0), "") if event.tag == history_queries.PROPOSED else ""
    if not said and not reason:
        return ""
    if about.is_kept(event):
        return _("Kept from you, since you have an interest in it.")
    return "\n".join(filter(None, (reason, said)))


def what(event: Event, about: About = NOTHING) -> str:
    """An event in words: its own where it has some, else the words of the move that it records.

    `about` says what it is about: which stage, whose noun the words then have, and whom it names.
    """
    if event.tag == "call.edit":
        return _("Changed: %(part)s", part=part_words(str(event.data.get("part", "")), about.name))
    if event.tag == "call.edit_amendment":
        return _("Wrote in the amendment: %(part)s", part=part_words(str(event.data.get("part", "")), about.name))
    tag, noun, nouns = as_today(event.tag), about.noun(event), about.nouns(event)
    own = {
        "call.begin": _("Began the call as a copy of %(ref)s", ref=event.data["copied_from"])
        if event.data.get("copied_from")
        else _("Began the call"),
        "call.comment": _("Commented on a part of the call"),
        "call.settle_comment": _("Settled a comment"),
        "call.look": _("Read the call so far"),
        "call.keep_template": _("Kept the call as a template"),
        "call.keep_in_library": _("Kept something of it in the library"),
        "call.remove_template": _("No longer kept the call as a template"),
        "call.freeze": _("Rules fixed under fingerprints"),
        "call.publish": _("Published the call"),
        "stage.begin": _("Began a stage"),
        "stage.take_up": _("Taken up as a stage of its own"),
        "stage.start": _("The stage has begun"),
        "entry.begin": _("Invited to the stage")
        if about.is_invitation(event)
        else _("Began %(a_noun)s", a_noun=with_article(noun)),
        "assignment.begin": _begun(event, about),
        "award.begin": _("Made an award of the decision"),
        "stage.ask_to_open": _("Asked to open the %(nouns)s", nouns=nouns),
        "stage.take_back_opening": _("Took back the request to open the %(nouns)s", nouns=nouns),
        "stage.tell": _("Told all applicants the outcome"),
        "stage.send_back_decisions": _("Sent the decisions back"),
        "entry.propose_ineligible": _("Proposed as not eligible"),
        "entry.send_back_ineligible": _("Sent back: whether it is eligible"),
        "entry.record_check": looked_up(event) if tag == LOOKED_UP else "",
        "entry.withdraw_ineligible": _("Took back the proposal as not eligible"),
        "entry.ask": _("Asked the applicant something"),
        "entry.take_back_request": _("Took a request to the applicant back"),
        "entry.answer_request": _("Answered a request"),
        "entry.look_at_answer": _("Looked at the answer to a request"),
        "entry.late_answer": _("Answered a request too late"),
        "entry.begin_review": _("Began to ask for a review"),
        "entry.decide_review": _("Answered a review"),
        "entry.late_press": _("Pressed submit too late"),
        "entry.fetch_file": _("Fetched a file"),
        "entry.add_file": _("Added a file"),
        "entry.remove_file": _("Removed a file"),
        "entry.propose": proposed(event) if tag == "entry.propose" else "",
        "entry.write_reason": _("Wrote a paragraph in the letter")
        if is_paragraph(str(event.data.get("criterion", "")))
        else _("Wrote the reason for a mark"),
        "entry.take_out_paragraph": _("Took the paragraph out of the letter"),
        **corrected(event, about),
        "entry.take_out": _("Took words out of what others read"),
        "entry.put_back": _("Let others read again what was taken out"),
        "entry.propose_promotion": _("Proposed to promote from the reserve"),
        "entry.send_back_promotion": _("Sent back: whether to promote it"),
        "stage.amend": moved(event) if tag == "stage.amend" else "",
        "stage.propose_dates": _("Proposed other dates of a stage"),
        "stage.send_back_dates": _("Sent back: other dates of a stage"),
        "stage.take_back_dates": _("Took back the proposal of other dates"),
        "award.agree_assistance": _("Found that it keeps within minimal financial assistance"),
        "award.turn_down_assistance": _("Found that it cannot be given as minimal financial assistance"),
        "award.give_assistance": _("Given as minimal financial assistance"),
        "award.give_longer": _("Gave longer to accept the award"),
        **words_of_signing(event),
        **words_of_abandoning(event),
        **words_of_amending(event),
        **words_of_documents(event),
        "call.ask": _("Somebody asked a question about the call"),
        "call.draft_answer": _("Drafted an answer to a question"),
        "call.send_back_answer": _("Sent the draft of an answer back"),
        "call.answer": _("Published answer %(number)s", number=event.data.get("number", "")),
        "call.answer_privately": _("Answered a question to who asked alone"),
        "call.close_question": _("Closed a question without an answer of its own"),
        "call.announce": _("Wrote to %(count)s applications", count=event.data.get("count", "")),
        "call.claim": _("Recorded a claim, which suspends awards"),
        "call.approve_claim": _("Confirmed that a claim suspends awards"),
        "call.end_claim": _("Found that a claim suspends nothing"),
        "call.lift_suspension": _("Lifted the suspension of awards"),
        "stage.offer_slots": _("Offered times"),
        "stage.withdraw_slot": _("Took a free time away"),
        "stage.change_slot": _("Changed where a free time is"),
        "entry.choose_slot": _("Chose a time"),
        "entry.assign_slot": _("Was given a time"),
        "entry.change_slot": _("Changed where its time is"),
        "entry.release_slot": _("Freed its time"),
        "entry.note_attendance": _attended(event),
        "entry.agree_mark": settled(event, about),
        "entry.leave_marks": settled(event, about),
        "entry.commit_marks": _("Fixed the agreed marks under a digest"),
        "stage.add_person": _("Put somebody on the panel"),
        "stage.remove_person": _("Took somebody off the panel"),
        "stage.moderate_from": _("Changed which marks must be moderated"),
        "panel.call": _("Called the panel together"),
        "panel.change": _("Changed when and where the panel meets"),
        "panel.fill": _("Made the agenda of the panel"),
        "panel.discuss": _("Discussed %(a_noun)s in the panel", a_noun=with_article(noun)),
        "panel.leave_the_room": _("Noted who leaves the room"),
        "panel.write_minutes": _("Wrote minutes of the panel"),
        "panel.close": _("Closed the minutes of the panel"),
        "notice.draft": _("Drafted a notice"),
        "notice.approve": _("Approved a notice"),
        "notice.enter": _("Entered where a notice is published"),
        "notice.send_back": _("Sent back: where a notice is published"),
        "notice.publish": _("Confirmed that a notice is published")
        if "published_at" in event.data
        else _("Published a notice"),
        "call.end_windows": _("Ended the windows to come"),
        "entry.carry_over": _("Went on in another window, with what was written before"),
        "register.publish": _("Published in the register"),
        **words_of_moves(noun, nouns),
    }
    if tag == "entry.advance" and about.is_awarding(event):
        return _("Is to be awarded it")
    if tag == "call.cancel" and "abandonment" in event.data:
        return _("Abandoned the call")
    if tag in RULED_OUT:
        return ruled_out(event)
    if tag in own:
        return own[tag]
    if tag in history_queries.INVITATIONS:
        return invited(event, about.people.get(event.data.get("person", 0), _("an assessor")))
    subject, _dot, action = tag.partition(".")
    if subject in SUBJECTS:
        for move in LIFECYCLES[subject].moves:
            if move.action == action:
                return move.title
    return tag.replace(".", ": ").replace("_", " ").capitalize()


def _attended(event: Event) -> str:
    said = {Attendance.CAME: _("Noted: came"), Attendance.DID_NOT_COME: _("Noted: did not come")}
    return said.get(event.data.get("attendance", ""), _("Took back the note whether it came"))


def _begun(event: Event, about: About) -> str:
    """Of an assessor's part: asking them begins it, and so does their own move (which says from which state)."""
    if "before" in event.data:
        return _("Began marking")
    if (person := about.people.get(event.data.get("person", 0))) is not None:
        return _("Asked %(person)s to read it", person=person)
    return _("Asked an assessor to read it")


def as_today(tag: str) -> str:
    """A tag of before there were stages as today's: what an application did is its entry's, and so on."""
    subject, _dot, action = tag.partition(".")
    if subject == "application":
        return f"entry.{action}"
    return f"stage.{action}" if subject == "call" and action in OF_STAGES else tag
