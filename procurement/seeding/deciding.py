"""How the demonstration decides: proposals, approval, telling, notices, answers."""

from datetime import datetime

from procurement.seeding.plans import Plan
from procurement.seeding.stage import Stage


def arrange(stage: Stage, plan: Plan, begins: datetime) -> None:
    """Put the decisions on the stage, as far as the plan reaches."""
