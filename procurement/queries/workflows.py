"""Which workflow holds for a thing: the call's own frozen copy, or the catalogue's while the call is a draft."""

from typing import Any

from procurement.models.calls import Call
from workflows.catalogue import ALL, PLAIN
from workflows.definition import Workflow
from workflows.reading import fingerprint, read_cached

SUBJECTS = ("call", "application", "assignment", "award")


def frozen(call: Call) -> dict[str, Any]:
    """The copy that a call takes at publication: {subject: {"fingerprint", "plain"}}."""
    plains = {subject: PLAIN[call.procedure if subject == "application" else subject] for subject in SUBJECTS}
    return {subject: {"fingerprint": fingerprint(plain), "plain": plain} for subject, plain in plains.items()}


def workflow_of(call: Call, subject: str) -> Workflow:
    """The workflow that governs the call itself, or its applications, assignments or awards."""
    if call.workflows is None:
        return ALL[call.procedure if subject == "application" else subject]
    copy = call.workflows[subject]
    return read_cached(copy["fingerprint"], copy["plain"])
