"""An invitation to assess a stage: yes or no, before the opening; then whose applicants one has an interest in."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from procurement.models.invitations import Invitation
from procurement.models.stages import Stage
from procurement.queries import assessment as assessment_queries
from procurement.queries import invitations as invitations_queries
from procurement.queries import stages as stages_queries
from procurement.rules.dates import uk_day
from procurement.rules.invitations import MOST_REASON
from procurement.rules.numbers import whole_number
from procurement.rules.permissions import Permission
from procurement.services import invitations
from procurement.services.invitations import said_of
from procurement.web.access import Page, allow
from procurement.web.context import do, now, principal, session
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, WordLimitedText
from procurement.web.parts.interests import chosen_interests

pages = Blueprint("assess_invitations", __name__, url_prefix="/assess/calls/<call_ref>/stages/<stage>")
YES, NO = "yes", "no"


class AnswerForm(PageForm):
    answer = ChoiceField(
        _l("Can you assess?"),
        missing=_l("Select whether you can assess"),
        choices=[(YES, _l("Yes")), (NO, _l("No"))],
    )
    words = WordLimitedText(
        _l("If not, why? You need not say"),
        limit=MOST_REASON,
        rows=3,
        description=_l("Only the staff of the call read it."),
    )


@dataclass(frozen=True)
class Part:
    """A person's part in a stage: `invitation` is none for whoever was asked to read without having been invited."""

    person_id: int | None
    stage: Stage
    invitation: Invitation | None


def load_own(session: Session, call_ref: str, stage: str, **_: object) -> Invitation | None:
    return invitations_queries.find_own(session, call_ref, stage, principal().id)


def load_part(session: Session, call_ref: str, stage: str, **_: object) -> Part | None:
    """The part of whoever accepted, or reads something in an opened stage: nobody else learns who applied."""
    found, me = stages_queries.find(session, call_ref, stage), principal().id
    if found is None or not invitations_queries.is_inviting(found.call, found) or not found.opened:
        return None
    invitation = invitations_queries.standing(session, found.id).get(me or 0)
    if invitation is not None and invitation.accepted:
        return Part(me, found, invitation)
    return Part(me, found, None) if invitations_queries.reads_in(session, found.id, me) else None


@pages.get("/invitation")
@allow(Permission.INVITATION_ANSWER, load_own)
def show(invitation: Invitation, call_ref: str, stage: str) -> Page:
    data = {} if invitation.accepted is None else {"answer": YES if invitation.accepted else NO}
    return _page(invitation, AnswerForm(formdata=None, data={**data, "words": invitation.reason}))


@pages.post("/invitation")
@allow(Permission.INVITATION_ANSWER, load_own)
def answer(invitation: Invitation, call_ref: str, stage: str) -> Page:
    form, invitation_id = AnswerForm(), invitation.id
    if not form.sent():
        return _page(invitation, form), REFUSED
    accepts, reason = form.answer.data == YES, form.words.data or ""
    do(invitations.answer, invitation_id, accepts=accepts, reason=reason)
    flash(
        _("Thank you. The officers know that you can assess.") if accepts else _("Thank you for telling us."), "success"
    )
    return redirect(url_for("assess_queue.index"), 303)


@pages.get("/interests")
@allow(Permission.INVITATION_ANSWER, load_part)
def ask(part: Part, call_ref: str, stage: str) -> Page:
    """The list of all organisations that applied, linked to nothing that they sent."""
    own = assessment_queries.interests_of(session(), part.person_id or 0)
    return render_template(
        "assess/invitations/interests.html",
        call=part.stage.call,
        stage=part.stage,
        invitation=part.invitation,
        applicants=assessment_queries.applicants_of(session(), part.stage.id),
        values={each.organisation_id: (each.weight, each.note) for each in own},
    )


@pages.post("/interests")
@allow(Permission.INVITATION_ANSWER, load_part)
def declare(part: Part, call_ref: str, stage: str) -> Page:
    seen = [found for each in request.form.get("seen", "").split() if (found := whole_number(each)) is not None]
    stage_id = part.stage.id
    do(invitations.declare, stage_id, chosen_interests(request.form), seen=seen)
    flash(
        _("Your declaration was saved. You are shown nothing that an organisation of a close interest sent."), "success"
    )
    return redirect(url_for("assess_queue.index"), 303)


def _page(invitation: Invitation, form: AnswerForm) -> str:
    stage = invitation.stage
    return render_template(
        "assess/invitations/show.html",
        form=form,
        invitation=invitation,
        status=invitation.status(uk_day(now())),
        call=stage.call,
        stage=stage,
        said=said_of(stage, invitation.answer_by),
        inviting=invitations_queries.is_inviting(stage.call, stage),
    )
