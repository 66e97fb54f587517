"""What the demonstration city asks for, and what the firms answer."""

from procurement.seeding.plans.challenges import AIR, BIKES, CANAL, CARE, PARCELS, WALKS, WATER
from procurement.seeding.plans.conditions import ANSWERS
from procurement.seeding.plans.funds import HALLS, MARKETS, PLAY, RETROFIT, SKILLS, WARM, WORKSHOPS
from procurement.seeding.plans.older_grants import GRANTS
from procurement.seeding.plans.older_rounds import ROUNDS
from procurement.seeding.plans.open_ones import OPEN
from procurement.seeding.plans.shape import Bid, Plan, Reach, StagePlan, Until
from procurement.seeding.plans.staged import CROSSINGS, DAMP, FORMS, HEAT, WORKS
from procurement.seeding.plans.texts import COMMENTS, TEXTS
from procurement.seeding.plans.windowed import NEIGHBOURS

__all__ = [
    "ANSWERS",
    "COMMENTS",
    "OLDER_PLANS",
    "OPEN_PLANS",
    "PLANS",
    "TEXTS",
    "Bid",
    "Plan",
    "Reach",
    "StagePlan",
    "Until",
]

OLDER_PLANS: tuple[Plan, ...] = (*GRANTS, *ROUNDS)
OPEN_PLANS: tuple[Plan, ...] = OPEN
# In the order in which the city arranges them.
PLANS: tuple[Plan, ...] = (
    AIR,
    WARM,
    WALKS,
    SKILLS,
    CARE,
    MARKETS,
    CANAL,
    RETROFIT,
    WATER,
    PARCELS,
    PLAY,
    BIKES,
    DAMP,
    WORKS,
    CROSSINGS,
    WORKSHOPS,
    HEAT,
    HALLS,
    FORMS,
    NEIGHBOURS,
)
