"""What happened to a call: who did what, when and why, as a page and as a table."""

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from procurement.models.calls import Call
from procurement.models.history import Event
from procurement.queries import history as history_queries
from procurement.queries import stages as stages_queries
from procurement.queries import tables as tables_queries
from procurement.queries.history import NOTHING, About
from procurement.rules.calls import with_article
from procurement.rules.exports import write_csv
from procurement.rules.permissions import Permission
from procurement.rules.slots import Attendance
from procurement.web import context
from procurement.web.access import allow
from procurement.web.context import principal
from procurement.web.filters import uk_datetime
from procurement.web.manage.history_words import LOOKED_UP, looked_up, moved, note_of, proposed
from procurement.web.manage.loading import load_call
from procurement.web.parts.paging import Pager, pages_of
from procurement.web.parts.search import Parameters
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
    total = history_queries.count_events(session, call)
    last = pages_of(total, history_queries.PAGE)
    number = min(Parameters(request.args).number("page") or 1, last)
    events = history_queries.list_events(session, call, page=number)
    stages = stages_queries.of_call(session, call.id)
    about = history_queries.about(session, call, stages, events, reader=principal().id)
    items = [
        {
            "title": " · ".join(filter(None, (what(event, about), about.named(event)))),
            "when": _when(event),
            "by": event.actor.name if event.actor else _("The service"),
            "text": _note(event, about),
            "state": "past",
        }
        for event in events
    ]
    return render_template(
        "manage/history/show.html",
        call=call,
        items=items,
        total=total,
        sealed=any(each.collects and not each.opened for each in stages),
        pager=Pager(number, last, lambda page: url_for(".show", ref=ref, page=page)),
    )


@pages.get("/manage/calls/<ref>/history.csv")
@allow(Permission.HISTORY_READ, load_call)
def table(call: Call, ref: str) -> Response:
    """The same as a table, whole, with the digests that tie each line to the one before."""
    session = context.session()
    events = history_queries.list_events(session, call, whole=True)
    stages = stages_queries.of_call(session, call.id)
    about = history_queries.about(session, call, stages, events, reader=principal().id)
    rows = (
        tables_queries.event_row(event, what(event, about), about.named(event) or call.ref, _note(event, about))
        for event in events
    )
    return attachment([b"".join(write_csv(tables_queries.HISTORY, rows))], f"{call.ref}-history.csv", "text/csv")


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
    if event.note is None:
        return ""
    return _("Kept from you, since you have an interest in it.") if about.is_kept(event) else note_of(event)


def what(event: Event, about: About = NOTHING) -> str:
    """An event in words: its own where it has some, else the words of the move that it records.

    `about` says what it is about: which stage, whose noun the words then have, and whom it names.
    """
    if event.tag == "call.edit":
        return _("Changed: %(part)s", part=part_words(str(event.data.get("part", ""))))
    tag, noun = as_today(event.tag), about.noun(event)
    own = {
        "call.begin": _("Began the call"),
        "call.freeze": _("Rules fixed under fingerprints"),
        "call.publish": _("Published the call"),
        "stage.begin": _("Began a stage"),
        "stage.take_up": _("Taken up as a stage of its own"),
        "stage.start": _("The stage has begun"),
        "entry.begin": _("Invited to the stage")
        if about.is_invitation(event)
        else _("Began %(a_noun)s", a_noun=with_article(noun)),
        "assignment.begin": _begun(event, about),
        "award.begin": _("Proposed an award"),
        "stage.ask_to_open": _("Asked to open the bids"),
        "stage.take_back_opening": _("Took back the request to open the bids"),
        "stage.tell": _("Told all applicants the outcome"),
        "stage.send_back_decisions": _("Sent the decisions back"),
        "entry.propose_ineligible": _("Proposed as not eligible"),
        "entry.send_back_ineligible": _("Sent back: whether it is eligible"),
        "entry.record_check": looked_up(event) if tag == LOOKED_UP else "",
        "entry.withdraw_ineligible": _("Took back the proposal as not eligible"),
        "entry.ask": _("Asked the applicant something"),
        "entry.take_back_request": _("Took a request to the applicant back"),
        "entry.answer_request": _("Answered a request"),
        "entry.late_answer": _("Answered a request too late"),
        "entry.decide_review": _("Answered a review"),
        "entry.late_press": _("Pressed submit too late"),
        "entry.fetch_file": _("Fetched a file"),
        "entry.add_file": _("Added a file"),
        "entry.remove_file": _("Removed a file"),
        "entry.propose": proposed(event) if tag == "entry.propose" else "",
        "entry.write_reason": _("Wrote the reason for a mark"),
        "entry.take_out": _("Took words out of what others read"),
        "entry.put_back": _("Let others read again what was taken out"),
        "entry.propose_promotion": _("Proposed to promote from the reserve"),
        "entry.send_back_promotion": _("Sent back: whether to promote it"),
        "stage.amend": moved(event) if tag == "stage.amend" else "",
        "stage.propose_dates": _("Proposed other dates of a stage"),
        "stage.send_back_dates": _("Sent back: other dates of a stage"),
        "stage.take_back_dates": _("Took back the proposal of other dates"),
        "entry.propose_disqualification": _("Proposed to disqualify"),
        "entry.send_back_disqualification": _("Sent back: whether to disqualify"),
        "entry.take_back_disqualification": _("Took back the proposal to disqualify"),
        "entry.approve_disqualification": _("Disqualified, in the stage that it had come to"),
        "stage.offer_slots": _("Offered times"),
        "stage.withdraw_slot": _("Took a free time away"),
        "stage.change_slot": _("Changed where a free time is"),
        "entry.choose_slot": _("Chose a time"),
        "entry.assign_slot": _("Was given a time"),
        "entry.change_slot": _("Changed where its time is"),
        "entry.release_slot": _("Freed its time"),
        "entry.note_attendance": _attended(event),
        "entry.agree_mark": _settled(event, about),
        "entry.leave_marks": _settled(event, about),
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
        "notice.publish": _("Published a notice"),
        "call.end_windows": _("Ended the windows to come"),
        "entry.carry_over": _("Went on in another window, with what was written before"),
        "register.publish": _("Published in the register"),
        **_moved(noun),
    }
    if tag in own:
        return own[tag]
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


def _settled(event: Event, about: About) -> str:
    """What a panel settled of one criterion, from what to what."""
    if event.tag not in ("entry.agree_mark", "entry.leave_marks"):
        return ""
    if about.is_kept(event):
        return _("Settled what the assessors differed in")
    criterion, before, after = (str(event.data[name]) for name in ("criterion", "before", "after"))
    named = criterion.replace("_", " ")
    if event.tag == "entry.leave_marks":
        return _("Left the marks for “%(criterion)s” as they are: %(after)s", criterion=named, after=after)
    return _(
        "Agreed on a mark for “%(criterion)s”: from %(before)s to %(after)s",
        criterion=named,
        before=before,
        after=after,
    )


def as_today(tag: str) -> str:
    """A tag of before there were stages as today's: what an application did is its entry's, and so on."""
    subject, _dot, action = tag.partition(".")
    if subject == "application":
        return f"entry.{action}"
    return f"stage.{action}" if subject == "call" and action in OF_STAGES else tag


def _moved(noun: str) -> dict[str, str]:
    """What a move did, once it is made: its title is the words of the button."""
    return {
        "call.send_for_review": _("Sent the call for review"),
        "call.send_back": _("Sent the call back"),
        "call.approve": _("Approved the call"),
        "stage.open": _("Opened the bids"),
        "stage.begin_assessment": _("Began the assessment"),
        "stage.lock_marks": _("Locked the marks"),
        "stage.close_moderation": _("Closed the moderation"),
        "stage.reopen_moderation": _("Opened the moderation again"),
        "stage.decide": _("Approved the decisions"),
        "call.conclude": _("Concluded the call"),
        "call.cancel": _("Cancelled the call"),
        "entry.submit": _("Submitted the %(noun)s", noun=noun),
        "entry.reopen": _("Began to change the %(noun)s", noun=noun),
        "entry.keep": _("Kept the submitted version"),
        "entry.withdraw": _("Withdrew the %(noun)s", noun=noun),
        "entry.restart": _("Started again"),
        "entry.lapse": _("Ended without submission"),
        "entry.revive": _("Became a draft again: the closing was moved"),
        "entry.disqualify": _("Disqualified"),
        "entry.open": _("Opened the bid"),
        "entry.find_eligible": _("Found eligible"),
        "entry.find_ineligible": _("Found not eligible"),
        "entry.reinstate": _("Let in again by a review"),
        "entry.recommend": _("Recommended"),  # until there were stages
        "entry.advance": _("Goes on"),
        "entry.hold_in_reserve": _("Held in reserve"),
        "entry.promote": _("Promoted from the reserve"),
        "entry.release": _("Its reserve has ended"),
        "entry.decline": _("Declined"),
        "entry.award": _("Awarded"),
        "entry.accept": _("Accepted by the applicant"),
        "entry.refuse": _("Refused by the applicant"),
        "assignment.accept": _("Agreed to assess"),
        "assignment.decline": _("Declined to assess"),
        "assignment.declare_conflict": _("Declared a conflict of interest"),
        "assignment.submit": _("Submitted the scorecard"),
        "assignment.return": _("Returned the scorecard"),
        "assignment.lock": _("Locked the scorecard"),
        "assignment.remove": _("Took the assignment away"),
        "assignment.end": _("Ended the assignment"),
        "award.approve": _("Approved the award"),
        "award.drop": _("Dropped the award"),
        "award.tell": _("Told the outcome"),
        "award.confirm": _("Confirmed the award"),
        "award.accept": _("Accepted the award"),
        "award.refuse": _("Refused the award"),
        "award.lapse": _("The award ended: its applicant was disqualified"),
    }


def part_words(part: str) -> str:
    kind, _dash, name = part.partition("-")
    named = {
        "lot": _("lot %(name)s", name=name),
        "question": _("question “%(name)s”", name=name.replace("_", " ")),
        "criterion": _("criterion “%(name)s”", name=name.replace("_", " ")),
    }
    whole = {
        "details": _("the description"),
        "money": _("the budget"),
        "windows": _("the windows"),
        "dates": _("the dates"),
        "stage": _("what the stage is"),
        "criteria": _("the weights and limits"),
        "sections": _("the sections of the form"),
    }
    return named[kind] if name and kind in named else whole.get(part, part)
