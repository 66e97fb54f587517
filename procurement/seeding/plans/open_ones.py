"""What whoever tries the demonstration can do themselves: a staged call that is open, a proposal that was asked for, a
time to choose, an award to accept. Two of the firms are led by the accounts that the sign-in page names."""

from procurement.seeding.plans.shape import Bid, Plan, Reach, StagePlan, Until, days

CHARGING = Plan(
    "charging",
    "challenge",
    "Charging without a driveway",
    "low_carbon",
    "Let people charge a car who park it in the street.",
    "Seven households in ten have no driveway, and a cable across the pavement is a danger to whoever walks there.",
    "Residents of terraces, and everybody who walks past them.",
    "In two years nobody is farther than three minutes’ walk from a place to charge, and no cable lies on a pavement.",
    240_000,
    (
        StagePlan(days(-9), days(25), Reach.PUBLISHED, assessed=9, decided=5),
        StagePlan(days(46), days(64), Reach.PLANNED, assessed=9, decided=5),
        StagePlan(days(84), days(94), Reach.PLANNED, assessed=9, decided=5),
    ),
    (
        Bid("lumen", "From the lamp", "A socket in the lamp that is there.", 148_000, 4),
        Bid("castle", "A channel in the kerb", "A lid that a wheelchair does not feel.", 96_000, 4, until=Until.DRAFT),
    ),
)
QUEUES = Plan(
    "queues",
    "challenge",
    "No more mornings in a queue",
    "digital_inclusion",
    "Let people who have no computer see a housing officer without waiting since six.",
    "Whoever has no computer queues from six in the morning, and goes home when the forty tickets are gone.",
    "Three thousand households in temporary homes, and the officers who see them.",
    "Everybody who asks is seen within a week, at a time that they know the day before.",
    190_000,
    (
        StagePlan(days(-62), days(-29), Reach.TOLD, assessed=9, decided=5),
        StagePlan(
            days(-10),
            days(10),
            Reach.PUBLISHED,
            assessed=9,
            decided=5,
            untils={"aston": Until.DRAFT, "digbeth": Until.DRAFT},
            opening="Since our expression of interest we have stood in the queue on four mornings.",
        ),
        StagePlan(days(32), days(42), Reach.PLANNED, assessed=9, decided=5),
    ),
    (
        Bid("aston", "A bell at the corner shop", "A ticket that is printed where people shop.", 88_000, 5),
        Bid("digbeth", "The queue that calls you", "A telephone call in your language, the evening before.", 97_000, 4),
        Bid("panjab", "ਵਾਰੀ", "Appointments by voice message, answered by people.", 64_000, 4),
        Bid("trent", "A new front desk", "A building.", 189_000, 1),
    ),
)
LIFTS = Plan(
    "lifts",
    "challenge",
    "Lifts that say when they will fail",
    "health_and_care",
    "Mend the lift of a tower block before it stops.",
    "A lift stops in one tower block or another every day, and somebody on the eleventh floor misses the dialysis.",
    "Nine thousand people who live above the fourth floor.",
    "Nine of ten failures are seen a week before, and mended at night.",
    230_000,
    (
        StagePlan(days(-112), days(-80), Reach.TOLD, assessed=9, decided=5),
        StagePlan(days(-61), days(-44), Reach.TOLD, assessed=9, decided=5),
        StagePlan(
            days(-4), days(10), Reach.PUBLISHED, assessed=9, decided=5, waits=("aston", "digbeth"), levels={"aston": 5}
        ),
    ),
    (
        Bid("hockley", "The sound of a bearing", "A foundry’s ear for metal that is tired.", 104_000, 4),
        Bid("aston", "Every floor, every second", "A sensor on the cabin that feels each stop.", 118_000, 5),
        Bid("digbeth", "Ask the residents", "A button on each floor, and a log that mechanics read.", 86_000, 4),
        Bid("saltley", "Doors first", "New doors, since doors fail most.", 131_000, 3),
        Bid("metro", "A mechanic on call", "A contract for repairs.", 226_000, 1),
    ),
)
GARDENS = Plan(
    "gardens",
    "small_grant",
    "Gardens between the blocks",
    "health_and_care",
    "Small grants for making the grass between tower blocks a place to be in.",
    "Between the blocks there are sixty hectares of grass with a sign that forbids to play on it.",
    "Families in flats, and their neighbours who would like to dig.",
    "Ten places between blocks where somebody is outside on every dry day.",
    68_000,
    (StagePlan(days(-50), days(-18), Reach.TOLD),),
    (
        Bid("aston", "A path that lights itself", "Low lamps along a path that residents choose.", 22_500, 5),
        Bid("acocks", "Beds at the right height", "Raised beds that can be reached from a wheelchair.", 12_800, 5),
        Bid("digbeth", "Who waters when", "A rota on a board and on the telephone.", 8_900, 4),
        Bid("umeed", "چائے کا باغ", "A tea garden that women of the block keep.", 13_400, 4),
        Bid("kite", "Grass by contract", "Mowing.", 51_000, 1),
    ),
)
OPEN = (CHARGING, QUEUES, LIFTS, GARDENS)
