"""Which workflow holds for a thing: the call's own frozen copy, or the catalogue's while the call is a draft."""

from procurement.models.calls import Call
from workflows import catalogue
from workflows.definition import Procedure, Stage, Workflow


def workflow_of(call: Call, subject: str) -> Workflow:
    """The workflow that governs the call itself, or its applications, assignments or awards."""
    if call.workflows is None:
        return catalogue.workflow(subject, call.procedure)
    return catalogue.read_taken(subject, call.procedure, call.workflows[subject])


def procedure_of(call: Call) -> Procedure:
    """What the call is bound to."""
    procedure = workflow_of(call, "application").procedure
    if procedure is None:
        raise LookupError(f"{call.ref} has no procedure")
    return procedure


def stage_of(call: Call) -> Stage:
    """What holds while the call's one stage runs, whatever became of an application since."""
    return procedure_of(call).stage
