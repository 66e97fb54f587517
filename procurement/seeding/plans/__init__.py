"""What the demonstration city asks for, and what the firms answer."""

from procurement.seeding.plans.challenges import AIR, BIKES, CANAL, CARE, PARCELS, WALKS, WATER
from procurement.seeding.plans.funds import MARKETS, PLAY, RETROFIT, SKILLS, WARM
from procurement.seeding.plans.shape import Bid, Plan, Reach, Until
from procurement.seeding.plans.texts import COMMENTS, TEXTS

__all__ = ["COMMENTS", "PLANS", "TEXTS", "Bid", "Plan", "Reach", "Until"]

# In the order in which the city arranges them.
PLANS: tuple[Plan, ...] = (AIR, WARM, WALKS, SKILLS, CARE, MARKETS, CANAL, RETROFIT, WATER, PARCELS, PLAY, BIKES)
