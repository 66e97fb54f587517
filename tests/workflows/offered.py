"""The moves whose button works: those that are offered with nothing in the way."""

from workflows.definition import Move, Role, Workflow
from workflows.engine import offers
from workflows.facts import Facts


def open_moves(workflow: Workflow, state: str, roles: frozenset[Role], facts: Facts) -> list[Move]:
    return [offer.move for offer in offers(workflow, state, roles, facts) if not offer.reasons]
