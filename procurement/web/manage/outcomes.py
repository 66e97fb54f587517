"""Telling all applicants at one instant, after a dry run; and what became of the awards since."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.awards import Award
from procurement.models.documents import Document
from procurement.models.stages import Stage
from procurement.queries import assistance as assistance_queries
from procurement.queries import awards as awards_queries
from procurement.queries import claims as claims_queries
from procurement.queries import contracts as contracts_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import documents as documents_queries
from procurement.queries import endings as endings_queries
from procurement.queries import slices as slices_queries
from procurement.queries import stages as stages_queries
from procurement.queries import windows as windows_queries
from procurement.queries import workflows as workflows_queries
from procurement.queries.slices import Making
from procurement.rules.permissions import Permission
from procurement.rules.statuses import Outcome
from procurement.services import awards, reserve
from procurement.services.decisions import MOVES
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, now, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import DateTimePartsField, WordLimitedText
from procurement.web.manage.documents import how_far
from procurement.web.manage.loading import frame, load_stage
from workflows.catalogue import states

pages = Blueprint("manage_outcomes", __name__)


class LongerForm(PageForm):
    until = DateTimePartsField(_l("Until when can it be answered?"), missing=_l("Enter a day and a time"))
    reason = WordLimitedText(_l("Reason"), missing=_l("Give a reason"), limit=250, rows=4)


@pages.get("/manage/calls/<ref>/tell", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/tell")
@allow(Permission.RANKING_READ, load_stage)
def dry_run(stage_row: Stage, ref: str, stage: str) -> Page:
    """Who would be told what, and whether every letter is ready. Nothing is sent by looking."""
    decided, call = stage_row.state in states.stage.decided, stage_row.call
    following = decisions_queries.following_of(session(), call, stage_row) if decided and not stage_row.told_at else {}
    making = slices_queries.documents_of(session(), stage_row, documents_queries.LETTERS)
    return render_template(
        "manage/outcomes/dry_run.html",
        **frame(stage_row),
        table=decisions_queries.table_of(session(), call, stage_row) if decided else None,
        documents=_listed(stage_row, making),
        making=making,
        how_far=how_far,
        words={outcome: _told_word(stage_row, outcome) for outcome in decisions_queries.outcomes_of(stage_row)},
        lacks=decisions_queries.next_problems(session(), call, stage_row, now())
        if decided and not stage_row.told_at
        else 0,
        without_chair=[
            each
            for each in {each.id: each for each in following.values()}.values()
            if each.started_at is None and not each.collects and stages_queries.chair_missing(session(), each)
        ],
        may_tell=allowed(Permission.OUTCOME_TELL, stage_row),
    )


def _listed(stage: Stage, making: Making) -> list[Document]:
    """Every letter and summary, where a page holds them; of more, those that could not be made."""
    if making.total <= slices_queries.PAGE:
        return documents_queries.documents_of_stage(session(), stage.id, documents_queries.LETTERS)
    return slices_queries.failed_of(session(), stage.id, documents_queries.LETTERS)


def _told_word(stage: Stage, outcome: Outcome) -> str:
    """What the applicant will read: the word of the state that the outcome leads to, once it is told."""
    workflow = workflows_queries.workflow_of(stage.call, "entry", stage)
    target = next(move.target for move in workflow.moves if move.action == MOVES[outcome])
    return _(workflow.state(target).word(told=True))


@pages.post("/manage/calls/<ref>/tell", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/tell")
@allow(Permission.OUTCOME_TELL, load_stage)
def tell(stage_row: Stage, ref: str, stage: str) -> Page:
    stage_id, key = stage_row.id, stage_row.key
    do(awards.tell, stage_id)
    flash(_("Every applicant has been told."), "success")
    return redirect(url_for(".show", ref=ref, stage=key), 303)


@pages.get("/manage/calls/<ref>/outcomes", defaults={"stage": ""})
@pages.get("/manage/calls/<ref>/stages/<stage>/outcomes")
@allow(Permission.RANKING_READ, load_stage)
def show(stage_row: Stage, ref: str, stage: str) -> Page:
    call = stage_row.call
    found, notices = awards_queries.of_stage(session(), stage_row.id), awards_queries.notices_of(session(), call)
    return render_template(
        "manage/outcomes/show.html",
        **frame(stage_row),
        awards=found,
        going=slices_queries.messages_of(session(), stage_row),
        how_far=how_far,
        asked=assistance_queries.requests_of(session(), stage_row.id),
        confirmed={award.id for award in found if awards_queries.is_confirmed(award, now())},
        shown={award.id: awards_queries.shown(award, notices.of(award), now()) for award in found},
        endings=endings_queries.of_entries(
            session(), [each.entry_id for each in found if each.state in states.award.lapsed]
        ),
        contracts=contracts_queries.standing_of(session(), [award.id for award in found]),
        needs_notice=awards_queries.needs_notice(call),
        ends={award.id: notices.standstill_of(award) for award in found},
        unpublished=any(
            award.state in states.award.made_known and notices.standstill_of(award) is None for award in found
        ),
        hanging=claims_queries.hanging(session(), call),
        suspended=claims_queries.suspended(session(), call.id),
        may_conclude=allowed(Permission.DECISION_PROPOSE, stage_row),
        all_told=stages_queries.of_call_facts(stages_queries.of_call(session(), call.id)).told_at is not None,
        ahead=windows_queries.ahead(stages_queries.listed(session(), call.id)),
    )


@pages.get("/manage/calls/<ref>/stages/<stage>/awards/<award>/longer")
@allow(Permission.DECISION_PROPOSE, load_stage)
def longer(stage_row: Stage, ref: str, stage: str, award: str) -> Page:
    return _longer(stage_row, _award(stage_row, award), LongerForm(formdata=None))


@pages.post("/manage/calls/<ref>/stages/<stage>/awards/<award>/longer")
@allow(Permission.DECISION_PROPOSE, load_stage)
def give_longer(stage_row: Stage, ref: str, stage: str, award: str) -> Page:
    form, found = LongerForm(), _award(stage_row, award)
    if not form.sent():
        return _longer(stage_row, found, form), REFUSED
    award_id, until, reason = found.id, form.until.data, form.reason.data or ""
    try:
        do(awards.give_longer, award_id, until, reason)
    except Refusal as refusal:
        for each in refusal.reasons:
            form.refuse("until", sentence(each))
        again = load_stage(session(), ref, stage)
        assert again is not None  # noqa: S101  (it was there a moment ago)
        return _longer(again, _award(again, award), form), refusal.status
    flash(_("The date is moved, and its team has been told."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage), 303)


def _award(stage: Stage, ref: str) -> Award:
    found = next((each for each in awards_queries.of_stage(session(), stage.id) if each.ref == ref), None)
    if found is None:
        abort(404)
    return found


def _longer(stage: Stage, award: Award, form: LongerForm) -> str:
    return render_template("manage/outcomes/longer.html", **frame(stage), award=award, form=form)


@pages.post("/manage/calls/<ref>/conclude", defaults={"stage": ""})
@pages.post("/manage/calls/<ref>/stages/<stage>/conclude")
@allow(Permission.DECISION_PROPOSE, load_stage)
def conclude(stage_row: Stage, ref: str, stage: str) -> Page:
    call_id, key = stage_row.call_id, stage_row.key
    do(reserve.conclude, call_id)
    flash(_("The call is concluded."), "success")
    return redirect(url_for(".show", ref=ref, stage=key), 303)
