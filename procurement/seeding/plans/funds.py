"""The fund rounds of the demonstration city, and what the firms answer."""

from datetime import timedelta

from procurement.seeding.plans.shape import Bid, Plan, Reach, StagePlan, Until, days

COSTS = (
    ("lines", ("Wages", "Materials and hire", "Overheads: at most 20%")),
    ("match", 20),
    ("partners", 2),
    ("periods", ("First half", "Second half")),
    ("rates", ("80%",)),
)
WARM = Plan(
    "warm",
    "small_grant",
    "Warm homes, street by street",
    "low_carbon",
    "Small grants for new ways of making old terraces warm.",
    "Every second terrace in the inner wards loses most of its heat through walls that standard insulation does not "
    "fit. Households turn the heating off instead.",
    "Tenants and owners of about 60,000 terraced houses built before 1919.",
    "Three methods that a street can buy together, each tried in ten houses, with the bills before and after.",
    120_000,
    (StagePlan(days(-95), days(-60), Reach.SETTLED),),
    (
        Bid(
            "soho",
            "Neighbours’ wall club",
            "A street buys inner wall insulation together, fits it with a trained neighbour, and shares the tools.",
            38_000,
            5,
        ),
        Bid("tyseley", "Heat from the sewer", "A heat exchanger in the main sewer feeds ten houses.", 64_000, 4),
        Bid("canal", "Cork and lime", "A breathable plaster that one person can spray in a day.", 41_000, 4),
        Bid(
            "bci",
            "A warm room for every flat",
            "Draught screens that tenants may put up without asking.",
            22_500,
            2,
        ),
    ),
)
SKILLS = Plan(
    "skills",
    "small_grant",
    "Getting older residents online",
    "digital_inclusion",
    "Grants for people who help others to do one thing online that matters to them.",
    "One resident in nine has never been online, and the forms for rent, health and heating are nowhere else.",
    "Residents over 65 and whoever helps them today.",
    "Two thousand people who can do three things online without help.",
    80_000,
    (StagePlan(days(-62), days(-30), Reach.DECIDING),),
    (
        Bid(
            "ladywood",
            "Kitchen table lessons",
            "Six lessons at home by a neighbour, each for one errand.",
            24_000,
            5,
        ),
        Bid("bci", "The patient telephone", "A helpline that stays on the line while you do it.", 31_000, 4),
        Bid("roshan", "آن لائن ساتھ", "Lessons in Urdu and Punjabi after the Friday prayer.", 18_500, 4),
        Bid("digbeth", "Borrow a tablet", "Tablets from the library with the three errands set up.", 45_000, 2),
        Bid(
            "metro",
            "Digital champions by bus",
            "A bus with twelve screens.",
            79_000,
            1,
            ineligible="The fund is for small and medium-sized organisations, charities and social enterprises.",
        ),
    ),
)
MARKETS = Plan(
    "markets",
    "small_grant",
    "Open data for street markets",
    "information_marketplaces",
    "Grants that turn what markets know into something that traders can use.",
    "Traders decide what to bring by habit, and a third of fresh food goes to waste on wet days.",
    "Six hundred traders at eleven markets, and their customers.",
    "Traders who used it throw away a quarter less.",
    60_000,
    (StagePlan(days(-33), timedelta(hours=-30), Reach.PUBLISHED),),
    (
        Bid(
            "digbeth",
            "Rain or shine",
            "A message at six in the morning: how many people will come, and for what.",
            27_000,
            4,
        ),
        Bid("canal", "The shared cold room", "Who has room in the fridge tonight.", 33_000, 3),
        Bid(
            "ladywood",
            "Leftovers at four",
            "Households learn what is left, and fetch it.",
            12_000,
            4,
            until=Until.DRAFT,
        ),
        Bid("soho", "Basket by basket", "Customers order before they come.", 30_000, 3, until=Until.LATE),
    ),
)
RETROFIT = Plan(
    "retrofit",
    "small_grant",
    "Apprentices for retrofit",
    "skills_and_jobs",
    "Grants for training that ends in work on warm homes.",
    "There are forty applicants for each apprenticeship and nobody to fit heat pumps.",
    "People aged 16 to 24 in the north and east of the city.",
    "Sixty people in paid work on retrofit after a year.",
    75_000,
    (StagePlan(days(-28), timedelta(hours=20), Reach.PUBLISHED, costs=COSTS),),
    (
        Bid(
            "digbeth",
            "The travelling workshop",
            "A van with everything that is needed to learn in the house.",
            36_000,
            4,
            until=Until.REOPENED,
        ),
        Bid("tyseley", "Four days work, one day school", "Paid from the first day.", 58_000, 4),
        Bid(
            "bci",
            "Hands first",
            "Training for people who left school early, without forms.",
            21_000,
            3,
            until=Until.WITHDRAWN,
        ),
    ),
)
PLAY = Plan(
    "play",
    "small_grant",
    "Play on the way",
    "health_and_care",
    "Grants for places to play that are on the way to somewhere.",
    "Children spend eleven minutes a day outside.",
    "Children aged three to twelve in six wards.",
    "",
    50_000,
    (StagePlan(days(20), days(60), Reach.DRAFT),),
)
WORKSHOPS = Plan(
    "workshops",
    "innovation_fund",
    "New work in old workshops",
    "skills_and_jobs",
    "Money for makers who bring work back into workshops that stand empty.",
    "Two hundred workshops in the inner city are empty, and four thousand people who know a trade are out of work.",
    "People who made things for a living, and their grandchildren who would like to.",
    "Thirty workshops in use after a year, each with two people paid and one learning.",
    160_000,
    (
        StagePlan(days(-75), days(-43), Reach.TOLD, assessed=9, decided=5),
        StagePlan(
            days(-24),
            days(-12),
            Reach.MODERATING,
            assessed=9,
            decided=5,
            apart=1,
            untils={"soho": Until.DRAFT},
            opening="We thank the assessors for their comments. What follows answers them one after the other, and says "
            "where we have changed the plan.",
        ),
    ),
    (
        Bid(
            "wisla",
            "Szewc i syn",
            "Shoemakers teach in the window of an empty shop, and sell what is made there.",
            44_000,
            5,
        ),
        Bid("anadolu", "Halı", "Carpets mended and woven again, by those who learned it elsewhere.", 36_000, 4),
        Bid("soho", "The lending lathe", "Machines that nobody can buy alone, lent by the week.", 52_000, 4),
        Bid("ladywood", "Sew on Sunday", "A room with twelve machines and a teacher.", 15_000, 3),
        Bid("bci", "One hand is enough", "Tools for people who have the use of one hand.", 27_500, 2),
    ),
)
HALLS = Plan(
    "halls",
    "small_grant",
    "Wi-Fi in every community hall",
    "connectivity",
    "Small grants for halls that want to open their connection to everybody who comes.",
    "Half of the community halls have a connection that only the office may use.",
    "Everybody who comes to a hall: homework clubs, lunch clubs, prayer groups.",
    "Forty halls with a connection that is open whenever the hall is.",
    30_000,
    (StagePlan(days(-88), days(-56), Reach.SETTLED),),
    (
        Bid("porth", "Neuadd agored", "Open networks in six chapels, looked after by their youth clubs.", 11_000, 5),
        Bid("sanaa", "صالة للجميع", "A connection and somebody who helps, on four evenings a week.", 9_500, 4),
        Bid("ladywood", "Homework at the hall", "Twenty desks and a connection that is fast enough.", 8_000, 3),
        Bid("metro", "Hall to hall", "A network of our own between halls.", 29_000, 2),
    ),
)
