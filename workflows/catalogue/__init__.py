"""The workflows that the house comes with. A call takes its own copy when it is published."""

from collections.abc import Mapping, Sequence
from typing import Any

from workflows.catalogue import source
from workflows.composing import compose
from workflows.definition import STAGED, STEPS, Procedure, Shape, Standard, Words, Workflow
from workflows.earlier import as_one_stage, bound_to, is_earlier
from workflows.reading import checked, fingerprint, read, read_copy, read_procedure, remembered, to_copy

PROCEDURES: dict[str, Procedure] = {key: read_procedure(plain) for key, plain in source.PROCEDURES.items()}
WHOLE = Shape(STEPS)  # a stage that has every step: all states are in it, and so all words


def workflow(subject: str, shape: Shape = WHOLE) -> Workflow:
    """What a thing goes through while its call has no copy of its own; stages and entries are composed by `shape`."""
    plain = source.LIFECYCLES[subject]
    if subject not in STAGED:
        return LIFECYCLES[subject]
    return remembered(("catalogue", subject, shape), lambda: read(compose(plain, shape)))


LIFECYCLES: dict[str, Workflow] = {
    subject: read(compose(plain, WHOLE) if subject in STAGED else plain) for subject, plain in source.LIFECYCLES.items()
}


def copies(procedure: str, stages: Sequence[Mapping[str, Any]] | None = None) -> dict[str, dict[str, Any]]:
    """What a call takes at publication: {subject: {"fingerprint", "plain"}}, and its procedure beside the subjects.

    `stages` are those that the call has, as a procedure's file says them; without, those of the procedure.
    """
    plains = {subject: to_copy(plain) for subject, plain in source.LIFECYCLES.items()}
    bound = source.PROCEDURES[procedure]
    plains["procedure"] = to_copy(bound if stages is None else {**bound, "stage": list(stages)})
    return {subject: {"fingerprint": fingerprint(plain), "plain": plain} for subject, plain in plains.items()}


def read_taken(subject: str, taken: Mapping[str, Any], shape: Shape = WHOLE) -> Workflow:
    """What a call took at publication, whatever its format. ValueError if it is not what its fingerprint says."""
    if is_earlier(taken):
        known_as = tuple(taken[each]["fingerprint"] for each in ("call", "application", "assignment", "award"))
        return remembered((subject, known_as), lambda: _read_earlier(subject, taken))
    known = workflow(subject, shape)
    staged = shape if subject in STAGED else None
    copy = taken[subject]
    return remembered((subject, copy["fingerprint"], staged), lambda: read_copy(checked(copy), known, staged))


def _read_earlier(subject: str, taken: Mapping[str, Any]) -> Workflow:
    return read_copy(as_one_stage({each: checked(copy) for each, copy in taken.items()})[subject], workflow(subject))


def standard_of(taken: Mapping[str, Any]) -> Standard:
    """In which open data standard a published call's awards are published."""
    if is_earlier(taken):
        return Standard(bound_to(taken["application"]["plain"])["standard"])
    return Standard(taken["procedure"]["plain"]["standard"])


def words(subject: str, key: str) -> Words:
    """How a state, or what the clock makes of one, is called; KeyError if there is none."""
    return LIFECYCLES[subject].words(key)
