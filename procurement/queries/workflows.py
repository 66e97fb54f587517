"""Which workflow holds for a thing: the call's own frozen copy, or the catalogue's while the call is a draft."""

from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.rules.calls import BOUND
from workflows import catalogue
from workflows.catalogue import PROCEDURES, WHOLE
from workflows.definition import STAGED, Standard, Workflow


def workflow_of(call: Call, subject: str, stage: Stage | None = None) -> Workflow:
    """The workflow that governs the call itself, one of its stages, or its entries in it, assignments or awards.

    `stage` where the subject is a stage or an entry (ValueError without it): theirs is composed by its steps.
    """
    if subject in STAGED and stage is None:
        raise ValueError(f"the workflow of a {subject} hangs on the stage")
    shape = WHOLE if stage is None else stage.shape
    if call.workflows is None:
        return catalogue.workflow(subject, shape)
    return catalogue.read_taken(subject, call.workflows, shape)


def standard_of(call: Call) -> Standard:
    """In which open data standard the call and its awards are published."""
    if call.workflows is None:
        return PROCEDURES[call.procedure].standard
    return catalogue.standard_of(call.workflows)


def rule_binds(call: Call, stage: Stage) -> bool:
    """Whether the decisions of a stage are what the published rule gives: those of a procurement that froze so. A
    fund's departures have reasons, and so have those of calls of before."""
    return call.route in BOUND and any(
        move.action == "decide" and "rule_broken" in move.unless for move in workflow_of(call, "stage", stage).moves
    )
