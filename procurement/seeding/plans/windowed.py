"""The small grant of the demonstration city that takes applications in one window after another."""

from procurement.seeding.plans.shape import Bid, Plan, Reach, StagePlan, Until, days

NEIGHBOURS = Plan(
    "neighbours",
    "small_grant",
    "Neighbours who look in on each other",
    "health_and_care",
    "Small grants, four times a year, for people who look in on neighbours who live alone.",
    "One in three residents over 75 speaks to nobody on most days. Those who live next door would look in, and do not "
    "know how to begin.",
    "Residents who live alone, whoever would visit them, and the district nurses who come too late.",
    "Five hundred households that somebody looks in on each week, in streets where nobody did.",
    120_000,
    (
        StagePlan(days(-152), days(-122), Reach.SETTLED),
        StagePlan(days(-92), days(-62), Reach.SETTLED),
        StagePlan(days(-20), days(12), Reach.PUBLISHED),
        StagePlan(days(75), days(105), Reach.PLANNED),
    ),
    (
        Bid("sanaa", "Tea at three", "Two volunteers for each stairwell, and a kettle that goes round.", 14_000, 5),
        Bid(
            "porth",
            "Songs through the wall",
            "A choir of those who cannot come down, each from their own window.",
            9_000,
            4,
            until=Until.DRAFT,
        ),
        Bid("wisla", "Niedziela razem", "Sunday soup in Polish, carried up to whoever cannot come.", 12_000, 2),
        Bid(
            "porth",
            "Songs through the wall",
            "A choir of those who cannot come down, each from their own window.",
            9_500,
            4,
            window=2,
        ),
        Bid(
            "wisla",
            "Niedziela razem",
            "Sunday soup in Polish, carried up to whoever cannot come, and a telephone that is answered all week.",
            12_500,
            4,
            window=3,
        ),
        Bid(
            "soho",
            "Borrowed dogs",
            "Dogs that need a walk, and people who need a reason for one.",
            8_000,
            3,
            until=Until.DRAFT,
            window=3,
        ),
    ),
)
