"""What a new call of each procedure begins with: a form, criteria and dates to change rather than to invent."""

from procurement.rules.starters.challenge import CHALLENGE
from procurement.rules.starters.dates import Dates, StageDates, dates_from
from procurement.rules.starters.fund import FUND
from procurement.rules.starters.starter import SCALE, StageStarter, Starter, StarterCriterion

# By the kind of the call: what a stage of its procedure begins with follows from its steps.
STARTERS: dict[str, Starter] = {"challenge": CHALLENGE, "fund": FUND}

__all__ = ["SCALE", "STARTERS", "Dates", "StageDates", "StageStarter", "Starter", "StarterCriterion", "dates_from"]
