"""The challenges of the demonstration city that run in several stages, and those below the threshold."""

from procurement.seeding.plans.conditions import CONDITIONS
from procurement.seeding.plans.shape import Bid, Plan, Reach, StagePlan, Until, days

DAMP = Plan(
    "damp",
    "challenge",
    "Homes that say when they are damp",
    "health_and_care",
    "Find mould in rented homes before a child coughs.",
    "One rented home in seven is damp. Tenants report it when the wall is black, and by then the repair costs ten times "
    "as much and somebody in the home has been to the doctor.",
    "Eleven thousand households in council homes built before 1965, and the forty people who repair them.",
    "Within two winters, nine in ten cases are found and mended before there is mould to be seen.",
    260_000,
    (
        StagePlan(days(-155), days(-124), Reach.TOLD, assessed=9, decided=5, seats=3, conditions=CONDITIONS),
        StagePlan(
            days(-106),
            days(-91),
            Reach.TOLD,
            assessed=9,
            decided=5,
            seats=3,
            levels={"canal": 3, "oran": 3, "anadolu": 3},
            opening="Since our expression of interest we have been in nine homes with the repairs team, and have changed "
            "what we put where.",
        ),
        StagePlan(
            days(-73),
            days(-64),
            Reach.SETTLED,
            assessed=9,
            decided=5,
            levels={"oran": 3, "anadolu": 4},
        ),
    ),
    (
        Bid(
            "aston",
            "The quiet sensor",
            "A sensor the size of a coin behind the wardrobe, where damp begins. It needs no internet of the tenant’s "
            "and tells the repairs team which room to see first.",
            118_000,
            5,
        ),
        Bid(
            "anadolu",
            "Breathing walls",
            "Lime plaster and a small fan in the one room that is worst, chosen by a night of measuring.",
            131_000,
            4,
        ),
        Bid(
            "oran",
            "Listen to the pipes",
            "Microphones on the risers hear a leak weeks before it is seen.",
            124_000,
            4,
        ),
        Bid("uni", "A map of dew", "A model of every council home that says where water will settle.", 99_000, 2),
        Bid("wisla", "Ciepło w domu", "Repairers who live on the estate, trained in six weeks.", 87_000, 1),
        Bid(
            "metro",
            "Damp patrol",
            "A van that looks at a hundred homes a day from the street.",
            240_000,
            2,
            ineligible="The firm was given the contract for the city’s repairs this spring, and would assess its own work.",
        ),
    ),
)
WORKS = Plan(
    "works",
    "challenge",
    "One map of every hole in the road",
    "information_marketplaces",
    "Let everybody who digs up a street see who else is about to.",
    "Nine companies dig in the same streets in turn. Each has its own map, and nobody may see another’s.",
    "The nine companies, bus drivers, shops, and whoever walks with a stick or a pram.",
    "In a year one street in three that is opened is opened once for all of them.",
    180_000,
    (
        StagePlan(
            days(-80),
            days(-48),
            Reach.TOLD,
            assessed=9,
            decided=5,
            seats=3,
            reserves=1,
        ),
        StagePlan(
            days(-29),
            days(-13),
            Reach.MODERATING,
            assessed=9,
            decided=5,
            seats=2,
            levels={"digbeth": 4, "ofogh": 3},
            opening="We have asked all nine companies since. Seven sent us a month of their plans, under an agreement "
            "that we put beside this answer.",
        ),
        StagePlan(days(9), days(19), Reach.PLANNED, assessed=9, decided=5),
    ),
    (
        Bid(
            "digbeth",
            "Dig once",
            "A shared calendar in which a company sees that somebody else comes, and asks to share the trench, without "
            "seeing why.",
            92_000,
            5,
        ),
        Bid(
            "ofogh",
            "افق مشترک",
            "One picture of each street, a metre deep, put together from what every company already has.",
            121_000,
            4,
        ),
        Bid("canal", "Chalk and camera", "Marks on the road that a phone can read.", 38_000, 4),
        Bid("porth", "Twll yn y ffordd", "The Welsh register of street works, opened for English cities.", 64_000, 3),
        Bid("ladywood", "Ask the street", "Neighbours report what they see being marked.", 21_000, 1),
        Bid("uni", "Roads that remember", "A model that says which road will be opened next.", 88_000, 1),
    ),
)
CROSSINGS = Plan(
    "crossings",
    "challenge",
    "Crossings that wait for you",
    "mobility",
    "Give everybody the time that they need to cross.",
    "A green man lasts six seconds. One in three people over seventy is still in the road when it ends.",
    "Older people, people with a stick or a pram, and children in a group.",
    "At forty crossings nobody is in the road when the light changes, and traffic waits no longer than today.",
    150_000,
    (
        StagePlan(days(-36), days(-4), Reach.OPENED, assessed=9, decided=5, seats=3, conditions=CONDITIONS),
        StagePlan(days(16), days(34), Reach.PLANNED, assessed=9, decided=5, seats=2),
        StagePlan(days(54), days(64), Reach.PLANNED, assessed=9, decided=5),
    ),
    (
        Bid("aston", "The patient light", "A camera that counts legs and keeps no picture.", 74_000, 4),
        Bid(
            "oran",
            "Hear it coming",
            "A crossing that says aloud how long it will wait.",
            58_000,
            4,
            answers={"How do you see to accessibility?": "Not looked at yet"},
        ),
        Bid(
            "wisla",
            "Przejście",
            "Longer green by a card that is lent at the library.",
            33_000,
            3,
            answers={"Turnover in the last year": "41300"},
        ),
    ),
)
HEAT = Plan(
    "heat",
    "rnd_phased",
    "Summer heat for winter evenings",
    "low_carbon",
    "Find out whether a terrace can keep July for January.",
    "Roofs give away more heat in July than the house needs in January, and nobody knows how to keep it in a small yard.",
    "Terraces without a garden, and the 900 households that would try it first.",
    "A store that one street can share, tried through a whole winter, with its figures in the open.",
    220_000,
    (
        StagePlan(days(-100), days(-70), Reach.SETTLED, assessed=9, decided=5),
        StagePlan(
            days(-12),
            days(16),
            Reach.PUBLISHED,
            untils={"tyseley": Until.SUBMITTED, "anadolu": Until.DRAFT},
            amounts={"tyseley": 96_000, "anadolu": 88_000},
            opening="Phase 1 has shown that the store keeps two thirds of its heat for ninety days. Now we build one for "
            "twelve homes.",
        ),
    ),
    (
        Bid("tyseley", "Sand under the yard", "A pit of hot sand below the shared yard of a terrace.", 34_000, 5),
        Bid("anadolu", "Salt that sleeps", "A salt that gives back its heat when it is made wet.", 29_500, 4),
        Bid("uni", "Water in the cellar", "Old cellars as tanks, lined from inside.", 31_000, 3),
        Bid("canal", "Warm bricks", "Bricks that are heated at night.", 30_000, 1),
    ),
)
FORMS = Plan(
    "forms",
    "challenge_small",
    "Forms that read themselves aloud",
    "digital_inclusion",
    "Let somebody who does not read well fill in a form of the city alone.",
    "One adult in six cannot read the form for council tax support. They ask a neighbour, or do not apply.",
    "Adults who read little, who read another script, or who do not see well.",
    "The ten forms that matter most can be filled in by listening and speaking.",
    28_000,
    (StagePlan(days(-46), days(-16), Reach.DECIDED),),
    (
        Bid("ofogh", "با صدای خودت", "Ten forms in eight languages, spoken by people of the city.", 19_500, 5),
        Bid("porth", "Ffurflen lafar", "A reader that knows which question comes next.", 16_000, 4),
        Bid("bci", "Read with me", "A volunteer on the telephone, and the form on both screens.", 9_800, 2),
    ),
)
