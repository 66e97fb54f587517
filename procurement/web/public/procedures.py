"""How it is decided: each procedure, and each call, stage by stage, with the workflows drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, abort, render_template
from markupsafe import Markup
from sqlalchemy.orm import Session

from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import calls as calls_queries
from procurement.queries import reserve as reserve_queries
from procurement.queries import stages as stages_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules.dates import uk_day
from procurement.rules.permissions import Permission
from procurement.web import context
from procurement.web.access import allow
from procurement.web.filters import capitalised
from procurement.web.parts.route_texts import route_in_words, why
from procurement.web.public.call_texts import beginning, key_dates, kind_words
from procurement.web.public.calls import cancelled_at, load
from procurement.web.public.way_texts import AnyStage, OfCall, Said, counts_of, steps_of
from workflows import catalogue
from workflows.catalogue import PROCEDURES
from workflows.definition import STAGED, Workflow
from workflows.drawing import diagram

pages = Blueprint("procedures", __name__)


@dataclass(frozen=True)
class Way:
    """One stage on the way, with its pictures by what they show."""

    stage: AnyStage
    steps: list[Said]
    counts: list[str]
    pictures: dict[str, Markup]


@pages.get("/how-we-decide/<procedure>")
@allow(Permission.PUBLIC)
def show(procedure: str) -> str:
    found = PROCEDURES.get(procedure)
    if found is None:
        abort(404)
    titles = {stage.key: stage.title for stage in found.stages}
    ways = [
        Way(
            stage,
            steps_of(stage, found.route, titles),
            counts_of(stage, found.route, dict(stage.ranks_by), titles),
            _pictures(stage, {subject: catalogue.workflow(subject, stage.shape) for subject in STAGED}),
        )
        for stage in found.stages
    ]
    return render_template("public/procedures/show.html", procedure=found, ways=ways, kind=kind_words(found.kind))


@pages.get("/calls/<ref>/how-we-decide")
@allow(Permission.CALL_READ, load)
def of_call(call: Call, ref: str) -> str:
    """The stages of the window in which an application begins now; those of every window are made alike."""
    session, now = context.session(), context.now()
    stages = stages_queries.of_call(session, call.id)
    window = beginning(stages, now).window
    return render_template(
        "public/procedures/of_call.html",
        call=call,
        procedure=PROCEDURES[call.procedure],
        ways=_ways(session, call, [stage for stage in stages if stage.window == window]),
        windows=len({stage.window for stage in stages}),
        law=route_in_words(call.route),
        why=why(calls_queries.draft_of(session, call, stages, on=uk_day(call.published_at or now))),
        dates=key_dates(call, stages, now, cancelled_at(session, call)),
    )


def _ways(session: Session, call: Call, stages: Sequence[Stage]) -> list[Way]:
    titles = {stage.key: stage.title for stage in stages}
    passing = reserve_queries.that_promote(session, call, stages)
    found = []
    for stage in stages:
        known = OfCall(
            readers=stage.readers,
            moderate_from=stage.moderate_from,
            scheme=calls_queries.scheme_of(stage) if stage.assesses else None,
            binds=workflows_queries.rule_binds(call, stage),
            seats=tuple((row.lot.title, row.seats) for row in stage.lots),
            passes_on=stage.id in passing,
        )
        drawn = {subject: workflows_queries.workflow_of(call, subject, stage) for subject in STAGED}
        steps = steps_of(stage, call.route, titles, known)
        counts = counts_of(stage, call.route, stage.ranks_by, titles, known)
        found.append(Way(stage, steps, counts, _pictures(stage, drawn)))
    return found


def _pictures(stage: AnyStage, drawn: Mapping[str, Workflow]) -> dict[str, Markup]:
    """The drawings of a stage, each with names of its own, since a page shows those of several stages."""
    titles = {"stage": stage.title, "entry": capitalised(stage.noun)}
    return {
        # our own drawing, whose every text is escaped in it
        subject: Markup(diagram(replace(workflow, key=f"{stage.key}-{subject}", title=titles[subject])))  # noqa: S704
        for subject, workflow in drawn.items()
    }
