"""Who reads what: the pool of assessors, asking several at once or for one application, taking an assignment away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from procurement.models.applications import Entry
from procurement.models.assessment import Assignment
from procurement.models.stages import Stage
from procurement.queries import assessment as assessment_queries
from procurement.queries import invitations as invitations_queries
from procurement.rules.conflicts import conflict, soft_interest
from procurement.rules.dates import uk_day
from procurement.rules.invitations import InvitationStatus
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.rules.spreading import spread
from procurement.services import assessment
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, now, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import WordLimitedText
from procurement.web.manage.loading import frame, load_entry, load_stage
from procurement.web.manage.reading_pages import COLUMNS, Listed, given, listed
from procurement.web.parts.paging import Pager, pages_of
from workflows.catalogue import states
from workflows.facts import Sentence

pages = Blueprint("manage_assessors", __name__)
PROPOSED = 20  # applications on one page of a proposal: each has a list of people for every reader


class RemoveForm(PageForm):
    reason = WordLimitedText(_l("Why is the assignment taken away?"), missing=_l("Give a reason"), limit=100, rows=4)


@dataclass(frozen=True)
class Cell:
    """One assessor beside one application: asked already, barred with the reason, or free."""

    assessor: assessment_queries.Assessor
    assignment: Assignment | None
    barred: Sentence | None
    interest: bool


@pages.get("/manage/assessors")
@allow(Permission.CALL_MANAGE)
def pool() -> Page:
    return render_template("manage/assessors/pool.html", people=assessment_queries.list_pool(session()))


@pages.get("/manage/calls/<ref>/assign", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/assign")
@allow(Permission.PROGRESS_READ, load_stage)
def matrix(stage_row: Stage, ref: str, stage: str) -> Page:
    here, found, applicants = listed(stage_row, ".matrix"), _ready_first(stage_row), _applicants(stage_row)
    across = _across(stage_row, here, len(found))
    assessors = found[(across.number - 1) * COLUMNS : across.number * COLUMNS]
    return render_template(
        "manage/assessors/matrix.html",
        **frame(stage_row),
        answers=_answers(stage_row),
        counts=invitations_queries.counts_of(session(), [stage_row.id], uk_day(now())).get(stage_row.id),
        listed=here,
        across=across,
        table=[(row, _cells(stage_row, row, assessors, applicants)) for row in here.rows],
        assessors=assessors,
        everybody=len(found),
        columns_of=COLUMNS,
        assessing=states.entry.assessing,
        standing=assessment_queries.progress_of(session(), stage_row),
        may_assign=_may_assign(stage_row),
    )


@pages.post("/manage/calls/<ref>/assign", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/assign")
@allow(Permission.ASSIGN, load_stage)
def assign(stage_row: Stage, ref: str, stage: str) -> Page:
    pairs, stage_id, key = _pairs(request.form.getlist("pair")), stage_row.id, stage_row.key
    kept = listed(stage_row, ".matrix").kept
    made = do(lambda act: len(assessment.assign(act, stage_id, pairs)))
    _say_made(made)
    return redirect(url_for(".matrix", ref=ref, stage=key, **kept), 303)


@pages.get("/manage/calls/<ref>/stages/<stage>/assign/proposal")
@allow(Permission.ASSIGN, load_stage)
def propose(stage_row: Stage, ref: str, stage: str) -> Page:
    """Who might read what has too few readers, spread evenly; nothing is written by looking."""
    return _proposal(stage_row, {})


@pages.post("/manage/calls/<ref>/stages/<stage>/assign/proposal")
@allow(Permission.ASSIGN, load_stage)
def save_proposal(stage_row: Stage, ref: str, stage: str) -> Page:
    """What stands in the lists: as it was proposed, or as it was changed."""
    chosen, stage_id = _chosen(), stage_row.id
    twice = [key for key, people in chosen.items() if len(set(people)) < len(people)]
    if twice:
        return _proposal(stage_row, chosen, [_("Choose each assessor once for the same application.")]), REFUSED
    pairs = {(entry_id, person_id) for entry_id, people in chosen.items() for person_id in people}
    try:
        made = do(lambda act: len(assessment.assign(act, stage_id, pairs)))
    except Refusal as refusal:
        again = load_stage(session(), ref, stage)
        assert again is not None  # noqa: S101  (it was there a moment ago)
        return _proposal(again, chosen, [sentence(each) for each in refusal.reasons]), refusal.status
    _say_made(made)
    return redirect(url_for(".matrix", ref=ref, stage=stage), 303)


@pages.get("/manage/calls/<ref>/assign/<bid>", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/assign/<bid>")
@allow(Permission.BID_READ, load_entry)
def one(entry: Entry, ref: str, bid: str, stage: str) -> Page:
    application, stage_row = entry.application, entry.stage
    row = assessment_queries.Row(
        entry,
        application.organisation,
        application.lot,
        tuple(assessment_queries.assignments_of(session(), entry.id)),
    )
    assessors = _ready_first(stage_row)
    return render_template(
        "manage/assessors/one.html",
        **frame(stage_row),
        answers=_answers(stage_row),
        row=row,
        cells=_cells(stage_row, row, assessors, _applicants(stage_row)),
        may_assign=_may_assign(stage_row) and entry.state in states.entry.assessing,
    )


@pages.get("/manage/calls/<ref>/assignments/<assignment>/remove", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/assignments/<assignment>/remove")
@allow(Permission.ASSIGN, load_stage)
def ask_to_remove(stage_row: Stage, ref: str, assignment: str, stage: str) -> Page:
    return _removal(stage_row, assignment, RemoveForm())


@pages.post("/manage/calls/<ref>/assignments/<assignment>/remove", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/assignments/<assignment>/remove")
@allow(Permission.ASSIGN, load_stage)
def remove(stage_row: Stage, ref: str, assignment: str, stage: str) -> Page:
    form = RemoveForm()
    found, key = _assignment(stage_row, assignment), stage_row.key
    if not form.sent():
        return _removal(stage_row, assignment, form), REFUSED
    assignment_id, reason = found.id, form.reason.data
    do(assessment.remove, assignment_id, reason)
    flash(_("The assignment was taken away."), "success")
    return redirect(url_for(".matrix", ref=ref, stage=key), 303)


def _removal(stage: Stage, ref: str, form: RemoveForm) -> str:
    return render_template(
        "manage/assessors/remove.html", **frame(stage), assignment=_assignment(stage, ref), form=form
    )


def _assignment(stage: Stage, ref: str) -> Assignment:
    found = assessment_queries.find_assignment(session(), ref)
    if found is None or found.entry.stage_id != stage.id:
        abort(404)
    return found


# who can begin at once stands first, who said no last
_ORDER = (
    InvitationStatus.ACCEPTED,
    InvitationStatus.WAITING,
    InvitationStatus.OVERDUE,
    None,
    InvitationStatus.DECLINED,
)


def _answers(stage: Stage) -> dict[int, InvitationStatus]:
    """What each person who was invited to the stage answered."""
    today, standing = uk_day(now()), invitations_queries.standing(session(), stage.id)
    return {person_id: each.status(today) for person_id, each in standing.items()}


def _ready_first(stage: Stage) -> list[assessment_queries.Assessor]:
    """Everybody with the role: those who said that they can assess the stage first, by name within each answer."""
    answers = _answers(stage)
    found = assessment_queries.list_assessors(session(), stage)
    return sorted(found, key=lambda each: _ORDER.index(answers.get(each.person.id)))


def _may_assign(stage: Stage) -> bool:
    return allowed(Permission.ASSIGN, stage) and assessment_queries.is_marking(stage.call, stage)


def _applicants(stage: Stage) -> frozenset[int]:
    return assessment_queries.applicant_ids(session(), stage.id)


def _across(stage: Stage, here: Listed, people: int) -> Pager:
    """The pages of assessors beside each other, each with the same applications."""
    last = pages_of(people, COLUMNS)

    def address(columns: int) -> str:
        return url_for(".matrix", ref=stage.call.ref, stage=stage.key, **given(here.shown, here.pager.number, columns))

    return Pager(min(here.columns, last), last, address, here.columns)


def _cells(
    stage: Stage,
    row: assessment_queries.Row,
    assessors: Sequence[assessment_queries.Assessor],
    applicants: frozenset[int],
) -> list[Cell]:
    again = row.entry.state in states.entry.assessing  # who was asked before it was out can be asked again
    given = {
        each.person_id: each
        for each in row.assignments
        if not (again and assessment_queries.has_ended(each.state, each.reason))
    }
    return [
        Cell(
            assessor=each,
            assignment=given.get(each.person.id),
            barred=conflict(each.reader, row.bid, applicants, frozenset(stage.call.authors)),
            interest=soft_interest(each.reader, row.bid),
        )
        for each in assessors
    ]


@dataclass(frozen=True)
class Proposed:
    """One application with the people who might read it: each list has whoever can, and who is chosen in it."""

    row: assessment_queries.Row
    choices: list[tuple[str, str]]
    chosen: list[int]


def _proposal(stage: Stage, chosen: Mapping[int, list[int]], reasons: Sequence[str] = ()) -> str:
    """`chosen`: what was sent, by entry; where nothing was, what an even spread gives."""
    rows = assessment_queries.page_of(session(), stage, 1, few=True)[:PROPOSED]
    rows = [row for row in rows if row.entry.state in states.entry.assessing] if _may_assign(stage) else []
    people, answers = _ready_first(stage), _answers(stage)
    ready = [each for each in people if answers.get(each.person.id) is InvitationStatus.ACCEPTED]
    able = [each for each in people if answers.get(each.person.id) is not InvitationStatus.DECLINED]
    pool = ready if len(ready) >= stage.readers else able
    applicants, authors = _applicants(stage), frozenset(stage.call.authors)
    barred, last, choices = set(), set(), {}
    for row in rows:
        given = {each.person_id for each in row.assignments if each.state in states.assignment.live}
        free = [each for each in able if each.person.id not in given]
        free = [each for each in free if conflict(each.reader, row.bid, applicants, authors) is None]
        barred |= {(row.entry.id, each.person.id) for each in pool} - {(row.entry.id, each.person.id) for each in free}
        last |= {(row.entry.id, each.person.id) for each in pool if soft_interest(each.reader, row.bid)}
        choices[row.entry.id] = [(str(each.person.id), f"{each.person.name} ({each.load})") for each in free]
    wanted = [(row.entry.id, stage.readers - row.readers) for row in rows]
    load = {each.person.id: each.load for each in pool}
    spread_out = spread(wanted, [each.person.id for each in pool], load, barred, last)
    nobody = [("", _("Nobody"))]
    return render_template(
        "manage/assessors/proposal.html",
        **frame(stage),
        table=[
            Proposed(row, [*nobody, *choices[row.entry.id]], _filled(chosen or spread_out, row.entry.id, count))
            for row, (_entry_id, count) in zip(rows, wanted, strict=True)
        ],
        reasons=reasons,
        few=assessment_queries.counts_of(session(), stage).few,
    )


def _filled(chosen: Mapping[int, list[int]], entry_id: int, count: int) -> list[int]:
    """So many places, those that nobody fills with 0."""
    return [*chosen.get(entry_id, []), *[0] * count][:count]


def _chosen() -> dict[int, list[int]]:
    """What the lists say: `reader-<entry>-<place>`; an empty one is nobody."""
    found: dict[int, list[int]] = {}
    for name, value in request.form.items(multi=True):
        kind, _dash, rest = name.partition("-")
        entry_id, person_id = whole_number(rest.partition("-")[0]), whole_number(value)
        if kind == "reader" and entry_id is not None and person_id is not None:
            found.setdefault(entry_id, []).append(person_id)
    return found


def _say_made(made: int) -> None:
    flash(
        ngettext(
            "%(num)s assignment was made. We have written to the assessor.",
            "%(num)s assignments were made. We have written to the assessors.",
            made,
        ),
        "success",
    )


def _pairs(sent: Sequence[str]) -> set[tuple[int, int]]:
    """What the boxes say: "entry-person"; anything else is nobody's box."""
    found = set()
    for each in sent:
        entry, _dash, person = each.partition("-")
        pair = whole_number(entry), whole_number(person)
        if pair[0] is not None and pair[1] is not None:
            found.add((pair[0], pair[1]))
    return found
