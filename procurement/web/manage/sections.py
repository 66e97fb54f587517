"""The parts of a call's set-up, its own and those of its stages: as a task list, and the way from one to the next."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _

from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import stages as stages_queries
from procurement.rules.call_checks import Problem
from procurement.rules.calls import SECTIONS, section_title, sections_of
from procurement.web import context
from procurement.web.access import Page
from procurement.web.filters import sentence
from workflows.catalogue import PROCEDURES

INSTANTS_AND_DAYS = (
    "opens_at",
    "ask_by",
    "closes_at",
    "choose_by",
    "assess_by",
    "decide_by",
    "starts_on",
    "ends_on",
    "conflicts_on",
)
NOT_AMENDED = ("route", "documents")  # fixed, and changed on a page of their own
OF_A_STAGE = {
    "dates": "manage_setup.dates",
    "stage": "manage_details.edit",
    "form": "manage_forms.index",
    "criteria": "manage_criteria.index",
}


def tasks(call: Call, stages: Sequence[Stage], problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """The set-up as a task list; what is missing in a section is counted beside it. Each stage has its own tasks, under
    its title where there are several; further windows have one task together."""
    own = [_task(call, section, sentence(words), problems) for section, words in SECTIONS.items()]
    if PROCEDURES[call.procedure].windows:
        own.append(_of_windows(call, stages, problems))
    groups: list[tuple[str, list[dict[str, Any]]]] = [(_("Write the call"), own)]
    stages = [stage for stage in stages if stage.window == 1]
    for stage in stages:
        if len(stages) > 1:
            groups.append((stage.title, []))
        groups[-1][1].extend(
            _task(call, section, sentence(section_title(section, stage.noun)), problems, stage.key)
            for section in sections_of(stage.steps)
        )
    send = {
        "text": _("Check and send for review"),
        "href": url_for("manage_calls.review", ref=call.ref),
        "status": "cannot_start_yet" if problems else "not_started",
    }
    return [{"title": title, "tasks": found} for title, found in (*groups, (_("Publish it"), [send]))]


def amendable(call: Call, stages: Sequence[Stage]) -> list[dict[str, Any]]:
    """The pages on which the copy of a published call is written: all but those of its law, documents,
    dates and windows."""
    own = [
        _task(call, section, sentence(words), ()) for section, words in SECTIONS.items() if section not in NOT_AMENDED
    ]
    groups: list[tuple[str, list[dict[str, Any]]]] = [(_("What it is to say"), own)]
    stages = [stage for stage in stages if stage.window == 1]
    for stage in stages:
        if len(stages) > 1:
            groups.append((stage.title, []))
        groups[-1][1].extend(
            _task(call, section, sentence(section_title(section, stage.noun)), (), stage.key)
            for section in sections_of(stage.steps)
            if section != "dates"
        )
    return [{"title": title, "tasks": found} for title, found in groups]


def further(stages: Sequence[Stage]) -> frozenset[str]:
    """The keys of the stages of further windows, which have only their dates for themselves."""
    return frozenset(stage.key for stage in stages if stage.window > 1)


def _of_windows(call: Call, stages: Sequence[Stage], problems: Sequence[Problem]) -> dict[str, Any]:
    """The task of setting the windows out; it also counts what is wrong with the dates of further ones."""
    keys = further(stages)
    own = [replace(each, section="windows", stage="") if each.stage in keys else each for each in problems]
    return _task(call, "windows", _("Set the windows"), own)


def _task(call: Call, section: str, words: str, problems: Sequence[Problem], stage: str = "") -> dict[str, Any]:
    missing = [sentence(each.sentence) for each in problems if (each.section, each.stage) == (section, stage)]
    hint = missing[0] if len(missing) == 1 else _("%(number)s missing", number=len(missing)) if missing else ""
    return {
        "text": words,
        "href": address(call, section, stage=stage),
        "hint": hint,
        "status": "in_progress" if missing else "completed",
    }


def address(call: Call, section: str, field: str = "", stage: str = "") -> str:
    """The page that a problem is put right on, at the field that it is about."""
    anchor = (f"{field}-day" if field in INSTANTS_AND_DAYS else field) or None
    if section == "form" and field:
        return url_for("manage_forms.edit", ref=call.ref, stage=stage, key=field)
    if section == "criteria" and field not in ("", "readers", "minimum_total"):
        return url_for("manage_criteria.edit", ref=call.ref, stage=stage, key=field)
    if section in OF_A_STAGE:
        return url_for(OF_A_STAGE[section], ref=call.ref, stage=stage, _anchor=None if section == "form" else anchor)
    if section == "documents":
        return url_for("manage_call_documents.index", ref=call.ref, _anchor=anchor)
    if section == "windows":
        return url_for("manage_windows.edit", ref=call.ref, _anchor="budgets" if field else None)
    if section == "money":
        if field.startswith("lot-"):
            return url_for("manage_setup.lot", ref=call.ref, number=int(field.removeprefix("lot-")))
        return url_for("manage_setup.money", ref=call.ref, _anchor=anchor)
    if section == "route":
        return url_for("manage_routes.edit", ref=call.ref, _anchor=anchor)
    return url_for("manage_setup.edit", ref=call.ref, section=section, _anchor=anchor)


def after_saving(call: Call, section: str, stage: Stage | None = None, *, back: str) -> Page:
    """To where the button that was pressed leads: the section after this one, or `back`."""
    if request.form.get("then") != "next":
        return redirect(back, 303)
    return redirect(onward(call, stages_queries.listed(context.session(), call.id), section, stage)[1], 303)


def onward(call: Call, stages: Sequence[Stage], section: str, stage: Stage | None = None) -> tuple[str, str]:
    """The words and the address of the section after one, in the order of the task list."""
    order: list[tuple[str, Stage | None]] = [(each, None) for each in SECTIONS]
    order += [("windows", None)] if PROCEDURES[call.procedure].windows else []
    order += [(each, of) for of in stages if of.window == 1 for each in sections_of(of.steps)]
    places = (n for n, (each, of) in enumerate(order) if each == section and (of and of.id) == (stage and stage.id))
    here = next(places, len(order) - 1)  # what a later window has of its own stands with the first
    if here + 1 == len(order):
        return _("Next: check and send for review"), url_for("manage_calls.review", ref=call.ref)
    following, of = order[here + 1]
    if following == "windows":
        return _("Next: set the windows"), address(call, following)
    if following == "documents":
        return _("Next: add documents"), address(call, following)
    if of is None:
        words = {"money": _("Next: set the budget and lots"), "route": _("Next: say which law applies")}
        return words[following], address(call, following)
    another = stage is not None and of.id != stage.id
    words = {
        "dates": _("Next: set the dates of the next stage") if another else _("Next: set the dates"),
        "stage": _("Next: say what this stage is"),
        "form": _("Next: write the %(noun)s form", noun=of.noun),
        "criteria": _("Next: set the criteria and the scale"),
    }
    return words[following], address(call, following, stage=of.key)
