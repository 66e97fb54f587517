"""What a stage of a call that is written is: its title and lots, what it ranks by, and who sees what in it."""

import re
from typing import Any

from flask import Blueprint, flash, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procurement.models.stages import Stage
from procurement.queries import calls as calls_queries
from procurement.queries import stages as stages_queries
from procurement.rules.call_checks import MOST_SEATS
from procurement.rules.permissions import Permission
from procurement.rules.stage_details import countable, is_read, readable
from procurement.services import stage_details
from procurement.services.refusal import Stale
from procurement.web import context
from procurement.web.access import Page, allow
from procurement.web.context import do
from procurement.web.forms.base import REFUSED, PageForm
from procurement.web.forms.fields import ChoiceField, ManyChoicesField, TextField, VersionField, WholeNumberField
from procurement.web.manage.advising import advice
from procurement.web.manage.loading import frame, load_written
from procurement.web.manage.sections import after_saving
from procurement.web.manage.setup import require_draft, stale_page
from procurement.web.parts.edit_words import EYES, OTHERS
from procurement.web.parts.seats import most_label
from workflows.definition import WHOLE

pages = Blueprint("manage_details", __name__, url_prefix="/manage/calls/<ref>/stages/<stage>/details")


class KeysField(ManyChoicesField):
    """Several of what is listed, also written one after the other, as a page of two versions holds them."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.raw_data = [part for value in valuelist for part in re.split(r"[,\s]+", str(value)) if part]
        super().process_formdata(self.raw_data)


class DetailsForm(PageForm):
    title = TextField(_l("Title of the stage"), missing=_l("Enter the title of the stage"), most=120)
    lots = KeysField(_l("Which lots is it for?"), missing=_l("Choose at least one lot"))
    names = ChoiceField(_l("Names of applicants"), choices=list(EYES.items()))
    other_marks = ChoiceField(_l("Marks of other assessors"), choices=list(OTHERS.items()))
    shows = KeysField(_l("What is read as well, from before?"))
    version = VersionField()


def details_form(stage: Stage, stages: list[Stage], *, sent: bool) -> PageForm:
    """With what the stage can be asked: nobody's names are hidden where nobody reads."""
    counting = countable(stages, stage)
    several = [each for each in counting if each.id != stage.id]
    fields = {
        calls_queries.share_field(each.key): WholeNumberField(each.title, most=WHOLE)
        for each in (counting if several else ())
    }
    titles = {f"seats-{row.lot.number}": row.lot.title for row in stage.lots}
    fields |= {
        name: WholeNumberField(titles[name], most=MOST_SEATS, description=_l("Empty: as many as the budget lasts for"))
        for name in calls_queries.most_of(stage)
    }
    kind: type[DetailsForm] = type("StageDetailsForm", (DetailsForm,), fields)
    stored: dict[str, Any] = dict(calls_queries.details_of(stage, stages))
    lots = calls_queries.lots_of(context.session(), stage.call_id)
    values = {
        **{name: stored[name] for name in ("title", "names", "other_marks")},
        **{calls_queries.share_field(each.key): stage.ranks_by.get(each.key) for each in counting},
        **calls_queries.most_of(stage),
        "lots": [str(row.lot.number) for row in stage.lots],
        "shows": list(stage.shows),
        "version": calls_queries.details_mark(stage, stages),
    }
    form = kind() if sent else kind(formdata=None, data=values)
    form.lots.offer([(str(lot.number), _lot_words(lot.number, lot.title)) for lot in lots])
    before = readable(stages, stage)
    form.shows.offer([(each.key, each.title) for each in before])
    absent = {"lots": len(lots) <= 1, "names": not is_read(stage), "other_marks": not stage.assesses}
    for name in (name for name, gone in {**absent, "shows": not before}.items() if gone):
        del form[name]
    return form


def _lot_words(number: int, title: str) -> str:
    return _("Lot %(number)s: %(title)s", number=number, title=title)


def _page(stage: Stage, form: PageForm, **more: object) -> str:
    stages = stages_queries.of_call(context.session(), stage.call_id)
    titles = {each.key: each.title for each in stages}
    shares = [name for each in stages if (name := calls_queries.share_field(each.key)) in form]
    return render_template(
        "manage/setup/stage.html",
        form=form,
        shares=shares,
        most=list(calls_queries.most_of(stage)),
        most_awards=most_label(stage.call.kind),
        rereads=titles.get(stage.marks_of, ""),
        **frame(stage),
        **{"missing": [], **more},
    )


@pages.get("")
@allow(Permission.CALL_EDIT, load_written)
def edit(stage_row: Stage, ref: str, stage: str) -> Page:
    require_draft(stage_row.call)
    form = details_form(stage_row, stages_queries.of_call(context.session(), stage_row.call_id), sent=False)
    return _page(stage_row, form, **advice(stage_row.call, "stage", stage_row.key))


@pages.post("")
@allow(Permission.CALL_EDIT, load_written)
def save(stage_row: Stage, ref: str, stage: str) -> Page:
    stages = stages_queries.of_call(context.session(), stage_row.call_id)
    form = details_form(stage_row, stages, sent=True)
    if not form.sent():
        return _page(stage_row, form), REFUSED
    given = _given(stage_row, stages, form)
    version = form["version"].data
    try:
        do(stage_details.save, stage_row.id, given, version=version)
    except Stale as stale:
        now = stages_queries.of_call(context.session(), stage_row.call_id)
        current = next(each for each in now if each.key == stage)
        return stale_page(stale, form, details_form(current, now, sent=False))
    flash(_("Saved."), "success")
    return after_saving(stage_row.call, "stage", stage_row, back=url_for("manage_calls.show", ref=ref))


def _given(stage: Stage, stages: list[Stage], form: PageForm) -> stage_details.Details:
    """What was typed; what the page does not ask for stays as it is."""

    def typed(name: str, kept: Any) -> Any:
        return form[name].data if name in form else kept

    shares = {each.key: calls_queries.share_field(each.key) for each in countable(stages, stage)}
    return stage_details.Details(
        title=typed("title", stage.title),
        lots=tuple(map(int, typed("lots", [row.lot.number for row in stage.lots]))),
        names=typed("names", stage.names),
        other_marks=typed("other_marks", stage.other_marks),
        shows=tuple(typed("shows", stage.shows)),
        shares={key: typed(name, stage.ranks_by.get(key)) for key, name in shares.items()},
        most={name: typed(name, kept) for name, kept in calls_queries.most_of(stage).items()},
    )
