"""What the demonstration city asks for, and what the firms answer."""

from procurement.seeding.plans.challenges import AIR, BIKES, CANAL, CARE, PARCELS, WALKS, WATER
from procurement.seeding.plans.funds import HALLS, MARKETS, PLAY, RETROFIT, SKILLS, WARM, WORKSHOPS
from procurement.seeding.plans.shape import Bid, Plan, Reach, StagePlan, Until
from procurement.seeding.plans.staged import CROSSINGS, DAMP, FORMS, HEAT, WORKS
from procurement.seeding.plans.texts import COMMENTS, TEXTS

__all__ = ["COMMENTS", "PLANS", "TEXTS", "Bid", "Plan", "Reach", "StagePlan", "Until"]

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
)
