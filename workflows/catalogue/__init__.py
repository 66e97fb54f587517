"""The workflows that the house comes with. A call takes its own copy when it is published."""

from typing import Any

from workflows.catalogue import source
from workflows.definition import Procedure, Words, Workflow
from workflows.reading import fingerprint, read, read_cached, read_procedure, to_copy

PROCEDURES: dict[str, Procedure] = {key: read_procedure(plain) for key, plain in source.PROCEDURES.items()}
LIFECYCLES: dict[str, Workflow] = {subject: read(plain) for subject, plain in source.LIFECYCLES.items()}
# what an application goes through binds a call to its procedure; nothing else depends on that
_APPLICATIONS = {key: read(source.LIFECYCLES["application"], procedure) for key, procedure in PROCEDURES.items()}


def workflow(subject: str, procedure: str) -> Workflow:
    """What a thing of a call of that procedure goes through, while the call has no copy of its own."""
    return _APPLICATIONS[procedure] if subject == "application" else LIFECYCLES[subject]


def copies(procedure: str) -> dict[str, dict[str, Any]]:
    """What a call takes at publication: {subject: {"fingerprint", "plain"}}."""
    plains = {
        subject: to_copy(plain, source.PROCEDURES[procedure] if subject == "application" else None)
        for subject, plain in source.LIFECYCLES.items()
    }
    return {subject: {"fingerprint": fingerprint(plain), "plain": plain} for subject, plain in plains.items()}


def read_taken(subject: str, procedure: str, copy: dict[str, Any]) -> Workflow:
    """What a call took at publication, whatever its format. ValueError if it is not what its fingerprint says."""
    return read_cached(copy["fingerprint"], copy["plain"], workflow(subject, procedure))


def words(subject: str, key: str) -> Words:
    """How a state, or what the clock makes of one, is called; KeyError if there is none."""
    return LIFECYCLES[subject].words(key)
