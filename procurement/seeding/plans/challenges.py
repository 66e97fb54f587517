"""The challenges of the demonstration city, and what the firms answer."""

from procurement.seeding.plans.shape import Bid, Plan, Reach, StagePlan, Until, days

AIR = Plan(
    "air",
    "challenge_open",
    "Cleaner air at school gates",
    "low_carbon",
    "Cut what children breathe in at the school gate between eight and nine.",
    "At forty primary schools the air at the gate is over the legal limit on most school days. Parents drive because "
    "the walk feels unsafe, and the queue of cars makes it worse.",
    "Fourteen thousand children aged four to eleven, the people who bring them, and the staff who stand at the gate.",
    "On any school day by summer 2028 no gate is over the limit, and head teachers can show it to parents.",
    150_000,
    (StagePlan(days(-150), days(-118), Reach.SETTLED),),
    (
        Bid(
            "aston",
            "Gate by gate",
            "Small sensors at each gate and a weekly plan that the school council makes "
            "from them: which gate to close to cars, and where to walk.",
            72_000,
            5,
        ),
        Bid(
            "digbeth",
            "Walking trains",
            "Volunteers lead groups of children along quiet streets; an app tells parents when the group passes.",
            61_500,
            4,
        ),
        Bid(
            "metro",
            "Clear mornings",
            "A timed closure of the street outside each school, with staff and signs.",
            149_000,
            2,
        ),
        Bid("uni", "Green screens for small yards", "Hedges and screens chosen by a model of each yard.", 88_000, 3),
    ),
)
WALKS = Plan(
    "walks",
    "challenge_open",
    "Safer walks to the tram",
    "mobility",
    "Make the last four hundred metres to the tram feel safe after dark.",
    "Half of the women who were asked do not take the tram after eight because of the walk from the stop.",
    "Evening and night workers, students and older people along the eastern line.",
    "In a year twice as many journeys end after eight, and reports of fear are halved.",
    200_000,
    (StagePlan(days(-46), days(-16), Reach.NOTICED, withheld_of="digbeth"),),
    (
        Bid(
            "digbeth",
            "Lights that listen",
            "Lamps that brighten where people walk, set by those who walk there.",
            118_000,
            5,
        ),
        Bid(
            "aston",
            "Eyes on the path",
            "Shopkeepers along the path become safe places with a sign and a bell.",
            64_000,
            4,
        ),
        Bid(
            "roshan",
            "محفوظ راستہ",
            "Women of the neighbourhood walk the path together at fixed times and say what has "
            "to change; the city repairs one thing a week.",
            39_000,
            4,
        ),
    ),
    {"The eastern line": 200_000},
)
CARE = Plan(
    "care",
    "challenge_open",
    "A calmer night on the ward",
    "health_and_care",
    "Help nurses to let patients sleep.",
    "Patients on general wards are woken nine times a night, mostly by alarms that nobody needs.",
    "Patients and night nurses of four wards.",
    "Patients sleep five hours in one piece, and no alarm that matters is missed.",
    90_000,
    (StagePlan(days(-50), days(-20), Reach.IN_ASSESSMENT),),
    (
        Bid(
            "aston",
            "Quiet alarms",
            "Alarms go to the nurse’s wrist first and to the ward only when nobody answers.",
            84_000,
            4,
        ),
        Bid("uni", "Night rounds by need", "Rounds planned by who is likely to be awake.", 67_000, 3),
        Bid("canal", "Soft doors", "Closers and seals for every door of a ward.", 29_000, 3),
    ),
)
CANAL = Plan(
    "canal",
    "challenge_open",
    "Connected along the canal",
    "connectivity",
    "Bring a connection to the boats and workshops along the canal.",
    "Two hundred people live and work where no cable goes and the signal fails between the walls.",
    "Boat dwellers, workshops and walkers along nine kilometres.",
    "Whoever wants it can make a video call from the towpath.",
    110_000,
    (StagePlan(days(-12), days(18), Reach.PUBLISHED),),
    (
        Bid("aston", "Lock to lock", "A chain of small masts on the lock gates.", 92_000, 4, until=Until.DRAFT),
        Bid("uni", "Light down the cut", "Optical links above the water.", 105_000, 3),
    ),
    {"The old line": 60_000, "The new line": 50_000},
)
WATER = Plan(
    "water",
    "challenge_open",
    "Streets that drink rain",
    "low_carbon",
    "Keep a cloudburst out of cellars, street by street.",
    "Two streets flood each summer, and the pipes cannot be made larger.",
    "Three hundred households and their landlords.",
    "A cloudburst like that of June 2016 leaves every cellar dry.",
    140_000,
    (StagePlan(days(6), days(45), Reach.PUBLISHED),),
)
PARCELS = Plan(
    "parcels",
    "challenge_open",
    "Parcels without vans",
    "mobility",
    "Get parcels over the last mile without another van.",
    "Vans stand on every second pavement of the centre between ten and four.",
    "Shops, offices and everybody who walks.",
    "Half as many vans in the centre between ten and four.",
    95_000,
    (StagePlan(days(12), days(50), Reach.IN_REVIEW),),
)
BIKES = Plan(
    "bikes",
    "challenge_open",
    "Bikes that come back",
    "mobility",
    "Fewer stolen bicycles at stations.",
    "A bicycle is stolen at a station every ninth hour.",
    "Everybody who leaves a bicycle at a station.",
    "Half as many thefts.",
    70_000,
    (StagePlan(days(-40), days(-5), Reach.CANCELLED),),
    (Bid("canal", "The shy lock", "A lock that calls.", 44_000, 3, until=Until.DRAFT),),
)
