"""Moderating a stage: what its assessors differ in, one after the other, and the end of it after a dry run.

Officers see who gave which mark. The chair sees letters in the place of names, nothing of a bid that bars them, and no
name of an applicant in a blind stage.
"""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from procurement.models.applications import Entry
from procurement.models.people import Person
from procurement.models.stages import Stage
from procurement.queries import decisions as decisions_queries
from procurement.queries import moderation as moderation_queries
from procurement.rules.assessment import LEAST_WORDS
from procurement.rules.dossier import assessor_letter, shown_as
from procurement.rules.moderation import MOST_REASON
from procurement.rules.permissions import Permission
from procurement.services import moderation
from procurement.services.assessment.dossiers import dossier_of_entry
from procurement.services.refusal import Refusal
from procurement.web.access import Page, allow
from procurement.web.context import allowed, do, ports, principal, session
from procurement.web.filters import sentence
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, ManyChoicesField, VersionField, WordLimitedText
from procurement.web.manage.loading import frame, load_moderated
from procurement.web.parts.naming import sentence_of, warn_of_names, who_is_named
from workflows.catalogue import states

pages = Blueprint("manage_moderation", __name__, url_prefix="/manage/calls/<ref>/stages/<stage>/moderation")
LEFT = "left"  # in the place of a mark: the marks stay as they are


class SettleForm(PageForm):
    mark = ChoiceField(_l("What is settled?"), missing=_l("Choose a mark, or that the marks stay as they are"))
    reason = WordLimitedText(
        _l("Reason"),
        description=_l(
            "The applicant reads the reason of an agreed mark in the place of the assessors’ comments. "
            "Say what in the answer earned it, and name nobody."
        ),
        missing=_l("Give a reason"),
        limit=MOST_REASON,
        rows=6,
    )
    present = ManyChoicesField(_l("Who was there?"), missing=_l("Say who was there"), coerce=int)
    seen = VersionField()


class LeaveForm(PageForm):
    reason = WordLimitedText(
        _l("Why do these marks stay as they are?"), missing=_l("Give a reason"), limit=MOST_REASON, rows=4
    )
    present = ManyChoicesField(_l("Who was there?"), missing=_l("Say who was there"), coerce=int)


class ReopenForm(PageForm):
    reason = WordLimitedText(_l("Why is it moderated again?"), missing=_l("Give a reason"), limit=MOST_REASON, rows=4)


@dataclass(frozen=True)
class Seen:
    """What of a stage's moderation whoever is asking may see."""

    stage: Stage
    queue: moderation_queries.Queue
    names: bool  # of applicants and of assessors
    markers: dict[int, list[str]]  # by entry: who gave the marks, in the order of the scorecards

    def called(self, ranked: decisions_queries.Ranked) -> str:
        """How a bid is called before these eyes."""
        return shown_as(ranked.title, ranked.entry.number or 0, self.stage.noun, blind=not self.names)


@pages.get("")
@allow(Permission.MODERATION_READ, load_moderated)
def show(stage_row: Stage, ref: str, stage: str) -> Page:
    return _show(stage_row, ReopenForm(formdata=None))


@pages.get("/<bid>/<criterion>")
@allow(Permission.MODERATION_READ, load_moderated)
def one(stage_row: Stage, ref: str, stage: str, bid: str, criterion: str) -> Page:
    seen = _ranked(stage_row)
    found = _difference(seen, bid, criterion)
    return _one(stage_row, seen, found, _filled(stage_row, found))


@pages.post("/<bid>/<criterion>")
@allow(Permission.MODERATE, load_moderated)
def settle(stage_row: Stage, ref: str, stage: str, bid: str, criterion: str) -> Page:
    """A mark, or that they stay; then the next that is open."""
    seen = _ranked(stage_row)
    found = _difference(seen, bid, criterion)
    form = _offered(stage_row, found, SettleForm())
    if not form.sent():
        return _one(stage_row, seen, found, form), REFUSED
    entry_id, after = found.entry.entry.id, seen.queue.following(found)
    stage_id, named = stage_row.id, found.criterion.name
    onwards = (
        url_for(".one", ref=ref, stage=stage, bid=after.entry.ref, criterion=after.criterion.key)
        if after is not None
        else url_for(".show", ref=ref, stage=stage)
    )
    reason, present, version = form.reason.data or "", form.present.data, form.seen.data
    mark = None if form.mark.data == LEFT else int(form.mark.data)
    try:
        if mark is None:
            do(moderation.leave_as_is, entry_id, criterion, reason, present, seen=version)
        else:
            do(moderation.agree, entry_id, criterion, mark, reason, present, seen=version)
    except Refusal as refusal:
        if refusal.status != 409:  # noqa: PLR2004  (a right is no matter of this form)
            raise
        for each in refusal.reasons:
            form.refuse("reason", sentence(each))
        again = _again(ref, stage)
        seen = _ranked(again)
        return _one(again, seen, _difference(seen, bid, criterion), form), refusal.status
    flash(_("It is settled."), "success")
    if mark is not None:
        warn_of_names(stage_id, [(_("Reason for %(ref)s, %(name)s", ref=bid, name=named), reason)])
    return redirect(onwards, 303)


@pages.get("/<bid>")
@allow(Permission.MODERATE, load_moderated)
def ask_to_leave(stage_row: Stage, ref: str, stage: str, bid: str) -> Page:
    return _leave(stage_row, bid, LeaveForm(formdata=None, data={"present": _usual(stage_row)}))


@pages.post("/<bid>")
@allow(Permission.MODERATE, load_moderated)
def leave_rest(stage_row: Stage, ref: str, stage: str, bid: str) -> Page:
    form = LeaveForm()
    found = _of_bid(_ranked(stage_row), bid)
    form.present.offer(_people(stage_row, found[0].entry.entry))
    if not form.sent():
        return _leave(stage_row, bid, form), REFUSED
    entry_id, reason, present = found[0].entry.entry.id, form.reason.data or "", form.present.data
    made = do(moderation.leave_rest, entry_id, reason, present)
    flash(ngettext("%(num)s difference is settled.", "%(num)s differences are settled.", len(made)), "success")
    return redirect(url_for(".show", ref=ref, stage=stage), 303)


@pages.get("/close")
@allow(Permission.MODERATION_READ, load_moderated)
def dry_run(stage_row: Stage, ref: str, stage: str) -> Page:
    """What the agreed marks change, and what would be committed to. Nothing is done by looking."""
    seen = _ranked(stage_row)
    return render_template(
        "manage/moderation/close.html",
        **frame(stage_row),
        seen=seen,
        queue=seen.queue,
        moved=seen.queue.moved(),
        left=[each for each in seen.queue.settled if each.settled is not None and each.settled.mark is None],
        may_close=allowed(Permission.PANEL_MANAGE) and stage_row.state in states.stage.moderating,
        staff=allowed(Permission.CALL_MANAGE),
    )


@pages.post("/close")
@allow(Permission.MODERATE, load_moderated)
def close(stage_row: Stage, ref: str, stage: str) -> Page:
    stage_id = stage_row.id
    do(moderation.close_moderation, stage_id)
    flash(_("The moderation is closed. The agreed marks are fixed under digests in the history."), "success")
    return redirect(url_for("manage_ranking.show", ref=ref, stage=stage), 303)


@pages.post("/reopen")
@allow(Permission.DECISION_APPROVE, load_moderated)
def reopen(stage_row: Stage, ref: str, stage: str) -> Page:
    form, stage_id = ReopenForm(), stage_row.id
    if not form.sent():
        return _show(stage_row, form), REFUSED
    reason = form.reason.data or ""
    do(moderation.reopen_moderation, stage_id, reason)
    flash(_("The moderation is open again."), "success")
    return redirect(url_for(".show", ref=ref, stage=stage), 303)


# parts


def _again(ref: str, key: str) -> Stage:
    """The stage after something was refused: what was read before is forgotten."""
    found = load_moderated(session(), ref, key)
    assert found is not None  # noqa: S101  (it was there a moment ago)
    return found


def _ranked(stage: Stage) -> Seen:
    """What there is to see once the marks are locked; 404 before."""
    if stage.state not in states.stage.ranked:
        abort(404)
    whole = moderation_queries.queue_of(session(), stage.call, stage, comments=True)
    barred = moderation_queries.interests_against(session(), stage.call_id, principal().id)
    staff = allowed(Permission.CALL_MANAGE)
    markers = moderation_queries.markers_of(session(), stage) if staff else {}
    return Seen(stage, whole.seen_without(barred), staff or not stage.blind, markers)


def _difference(seen: Seen, bid: str, criterion: str) -> moderation_queries.Difference:
    found = seen.queue.of(bid, criterion)
    if found is None:
        abort(404)
    return found


def _of_bid(seen: Seen, bid: str) -> list[moderation_queries.Difference]:
    found = [each for each in seen.queue.differences if each.entry.ref == bid]
    if not found:
        abort(404)
    return found


def _show(stage: Stage, form: ReopenForm) -> str:
    ranked = stage.state in states.stage.ranked
    seen = _ranked(stage) if ranked else None
    return render_template(
        "manage/moderation/show.html",
        **frame(stage),
        form=form,
        seen=seen,
        queue=seen.queue if seen is not None else None,
        meetings=moderation_queries.list_panels(session(), stage.id) if _sits(stage) else [],
        staff=allowed(Permission.CALL_MANAGE),
        may_settle=allowed(Permission.MODERATE, stage) and stage.state in states.stage.moderating,
        may_close=allowed(Permission.PANEL_MANAGE) and stage.state in states.stage.moderating,
        may_reopen=allowed(Permission.DECISION_APPROVE, stage) and stage.state in states.stage.deciding,
    )


def _people(stage: Stage, entry: Entry) -> list[tuple[int, str]]:
    people: list[Person] = moderation_queries.present_choices(session(), stage, entry, entry.organisation_id)
    return [(person.id, person.name) for person in people]


def _usual(stage: Stage) -> list[int]:
    """Who is mostly there: the panel without its observers."""
    return [each.person_id for each in stage.people if each.role != "observer"]


def _offered(stage: Stage, found: moderation_queries.Difference, form: SettleForm) -> SettleForm:
    words = sorted(enumerate(found.criterion.words), reverse=True)
    stays = _("The marks stay as they are: the mean of %(mean)s counts", mean=found.mean)
    form.mark.choices = [(str(mark), f"{mark} – {text}") for mark, text in words] + [(LEFT, stays)]
    form.present.offer(_people(stage, found.entry.entry))
    return form


def _filled(stage: Stage, found: moderation_queries.Difference) -> SettleForm:
    settled = found.settled
    data: dict[str, Any] = {"seen": 0, "present": _usual(stage)}
    if settled is not None:
        mark = LEFT if settled.mark is None else str(settled.mark)
        data = {"mark": mark, "reason": settled.reason, "present": settled.present, "seen": settled.id}
    return _offered(stage, found, SettleForm(formdata=None, data=data))


def _sits(stage: Stage) -> bool:
    """Whether whoever asks belongs to the panel, and so has its papers."""
    return any(each.person_id == principal().id for each in stage.people)


def _one(stage: Stage, seen: Seen, found: moderation_queries.Difference, form: SettleForm) -> str:
    entry_id = found.entry.entry.id
    dossier = dossier_of_entry(session(), ports(), moderation_queries.as_read(session(), entry_id))
    place = moderation_queries.place_of(session(), entry_id) if _sits(stage) else None
    paper = url_for("assess_panels.item", ref=place[0], number=place[1]) if place is not None else ""
    names = seen.markers.get(entry_id, ())
    wanted = found.settled.present if found.settled is not None else ()
    agreed = found.settled.reason if found.settled is not None and found.settled.mark is not None else ""
    return render_template(
        "manage/moderation/one.html",
        **frame(stage),
        form=form,
        named=[sentence_of(each) for each in who_is_named(stage, [(found.criterion.name, agreed)])],
        seen=seen,
        found=found,
        least=LEAST_WORDS,
        given=[
            (names[place] if place < len(names) else _("Assessor %(letter)s", letter=assessor_letter(place)), mark)
            for place, mark in enumerate(found.marks)
        ],
        there=moderation_queries.names_of(session(), wanted),
        dossier=dossier,
        answers=dossier.for_criterion(found.criterion.key),
        replies=dossier.beside(found.criterion.key) if stage.marks_of else (),
        paper=paper,
        others=[each for each in _of_bid(seen, found.entry.ref) if each is not found],
        staff=allowed(Permission.CALL_MANAGE),
        may_settle=allowed(Permission.MODERATE, stage) and stage.state in states.stage.moderating,
    )


def _leave(stage: Stage, bid: str, form: LeaveForm) -> str:
    seen = _ranked(stage)
    found = _of_bid(seen, bid)
    form.present.offer(_people(stage, found[0].entry.entry))
    return render_template(
        "manage/moderation/leave.html",
        **frame(stage),
        form=form,
        name=seen.called(found[0].entry),
        open=[each for each in found if each.open],
        staff=allowed(Permission.CALL_MANAGE),
    )
