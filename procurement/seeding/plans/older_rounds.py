"""The fund rounds, the research and the challenges of the years before, all concluded."""

from procurement.seeding.plans.conditions import CONDITIONS
from procurement.seeding.plans.shape import Bid, Plan, Reach, StagePlan, Until, days

REPLIED = "We thank the assessors. We have made the first step smaller, and say below what it costs and who does it."
CARGO = Plan(
    "cargo",
    "innovation_fund",
    "The last mile by cycle and canal",
    "mobility",
    "Money for carrying goods through the inner city without an engine.",
    "A third of the traffic in the centre before noon is vans that stop, stand and start again.",
    "Shops, their customers, and whoever cycles or walks beside the vans.",
    "A tenth of all deliveries in the centre go by cycle or boat, and stay there.",
    352_000,
    (
        StagePlan(days(-920), days(-886), Reach.TOLD, assessed=9, decided=5),
        StagePlan(days(-862), days(-848), Reach.SETTLED, assessed=9, decided=5, apart=1, opening=REPLIED),
    ),
    (
        Bid("perry", "Eight wheels", "Four cargo cycles that shops share, booked by the hour.", 58_000, 5),
        Bid("kite", "The towpath depot", "A depot at the basin where vans hand over to cycles.", 94_000, 5),
        Bid("obrien", "Narrowboat to market", "A boat that brings vegetables at five in the morning.", 36_500, 4),
        Bid("saltley", "A trailer that helps", "An electric axle for any trailer.", 71_200, 4),
        Bid("stirchley", "Bread by six", "Bakers deliver together, by one round.", 24_900, 4),
        Bid("roshan", "تازہ پھل", "Fruit sellers share one cycle and one cold box.", 17_400, 3),
        Bid("quern", "One stop, nine parcels", "Software that lets three carriers share a street.", 43_600, 3),
        Bid("metro", "Electric vans for hire", "Vans by the minute.", 180_000, 1),
        Bid("trent", "A tunnel below the centre", "A study of parcels in tubes.", 120_000, 1),
    ),
)
LONGER = Plan(
    "longer",
    "innovation_fund",
    "Longer at home",
    "health_and_care",
    "Money for what lets people stay at home who would otherwise go into care.",
    "Every third move into a care home follows a fall that nobody noticed for hours.",
    "People over 80 who live alone, and whoever looks after them at night.",
    "A tenth fewer moves after a fall, and people who say that they feel safe.",
    398_000,
    (
        StagePlan(days(-560), days(-526), Reach.TOLD, assessed=9, decided=5),
        StagePlan(days(-502), days(-488), Reach.SETTLED, assessed=9, decided=5, apart=1, opening=REPLIED),
    ),
    (
        Bid(
            "mapledene", "A light along the floor", "Lights that show the way at night and notice who lies.", 96_000, 5
        ),
        Bid("selly", "The standing chair", "A chair that helps to rise, lent by the physiotherapist.", 78_500, 5),
        Bid("harborne", "Doorbells for the deaf", "A bell that is seen and felt in each room.", 41_700, 4),
        Bid("bci", "A visit at dusk", "Trained volunteers at the hour when most people fall.", 39_200, 4),
        Bid("aston", "Quiet watch", "A sensor in the bathroom door that knows no names.", 57_300, 4),
        Bid("sanaa", "جيران", "Neighbours with a key, on call by turns.", 18_600, 3),
        Bid("lumen", "Warm stairs", "Stair lights that grow brighter with each step.", 33_900, 3),
        Bid("uni", "Gait as a signal", "A study of how people walk before they fall.", 110_000, 2),
        Bid("metro", "Taxis home", "Vouchers.", 64_000, 1),
    ),
)
WALLS = Plan(
    "walls",
    "rnd_phased",
    "Walls that tell how wet they are",
    "low_carbon",
    "Find out whether the damp in a solid wall can be read without drilling.",
    "Nobody knows how wet the walls of forty thousand houses are, so nobody dares to insulate them.",
    "Surveyors, builders, and whoever lives behind such a wall.",
    "A method that a surveyor can use in ten minutes, proved in a hundred houses.",
    268_000,
    (
        StagePlan(days(-745), days(-712), Reach.SETTLED, assessed=9, decided=5),
        StagePlan(
            days(-640),
            days(-608),
            Reach.SETTLED,
            assessed=9,
            decided=5,
            amounts={"oran": 84_000, "brum": 77_500, "uni": 71_000},
            levels={"oran": 5, "brum": 4, "uni": 2},
            opening="Phase 1 has shown that it can be done in a room. Now we do it in a hundred houses.",
        ),
    ),
    (
        Bid("oran", "Knock and listen", "Sound through the wall: wet brick is duller.", 29_500, 5),
        Bid("brum", "Warm on one side", "A heated plate, and a camera on the other side.", 31_000, 4),
        Bid("uni", "Radio through brick", "How much of a signal comes through.", 34_000, 4),
        Bid("lumen", "Colour of mortar", "A lamp that shows salt.", 26_000, 1),
    ),
)
BENCHES = Plan(
    "benches",
    "challenge_small",
    "Somewhere to sit on the way",
    "mobility",
    "Let people who cannot walk far without sitting get to the shops again.",
    "On the way from the tower blocks to the shops there are eleven hundred metres and no bench.",
    "Older people, people in pain, and parents with a child on the arm.",
    "Nobody has to walk more than two hundred metres without a seat.",
    34_000,
    (StagePlan(days(-880), days(-850), Reach.SETTLED),),
    (
        Bid("castle", "A seat in every wall", "Seats that fold out of garden walls, with the owner’s yes.", 21_500, 5),
        Bid("hockley", "Bell metal benches", "Cast benches that are warm to sit on.", 30_500, 3),
        Bid("ladywood", "Chairs on loan", "Shops put out a chair.", 4_800, 2),
    ),
)
JUNCTIONS = Plan(
    "junctions",
    "challenge",
    "Junctions that see who is coming",
    "mobility",
    "Let a junction give green to whoever is most in need of it.",
    "Lights change by a timetable of 1998, and a bus with sixty people waits for one car.",
    "Passengers of nine bus lines, people on bicycles, ambulances.",
    "Buses are four minutes quicker from end to end, and nobody on foot waits longer than today.",
    310_000,
    (
        StagePlan(days(-600), days(-568), Reach.TOLD, assessed=9, decided=5, conditions=CONDITIONS),
        StagePlan(days(-549), days(-532), Reach.TOLD, assessed=9, decided=5),
        StagePlan(days(-514), days(-505), Reach.SETTLED, assessed=9, decided=5),
    ),
    (
        Bid("digbeth", "Ask the bus", "Buses say how full they are, and junctions listen.", 142_000, 5),
        Bid("quern", "Green by need", "Software for the lights that are there, tried at night first.", 156_000, 4),
        Bid("lumen", "A lamp that looks", "Cameras in lamps that count wheels and feet.", 171_000, 3),
        Bid("uni", "Learning lights", "Lights that learn from a model of the city.", 120_000, 1),
        Bid(
            "trent",
            "The managed corridor",
            "New lights along the whole line.",
            305_000,
            2,
            ineligible="The firm wrote the study on which this call rests, and would compete with what it knew before.",
        ),
    ),
)
COUNTERS = Plan(
    "hearing",
    "challenge_open",
    "Heard at the front desk",
    "health_and_care",
    "Let somebody who hears badly do at a counter what everybody else does there.",
    "One visitor in six hears badly, and at the counter there is glass, noise and a queue.",
    "Visitors to forty counters of the city and of the health service.",
    "At every counter people say that they understood what they came for.",
    132_000,
    (StagePlan(days(-385), days(-352), Reach.SETTLED),),
    (
        Bid("harborne", "Words on the glass", "What is said at the counter appears on the glass.", 68_400, 5),
        Bid("oran", "A counter that is quiet", "Panels and a shape of counter that keep the noise out.", 59_800, 4),
        Bid("metro", "Call us instead", "A telephone line with more staff.", 131_000, 2),
    ),
)
SHELTERS = Plan(
    "shelters",
    "challenge_small",
    "Shelters that say what is late",
    "connectivity",
    "Tell people at a stop, without a telephone, when the next bus comes.",
    "Two stops in three show a timetable that does not hold.",
    "Everybody who waits at a stop.",
    "Nobody waits for a bus that does not come.",
    38_000,
    (StagePlan(days(-230), days(-205), Reach.CANCELLED),),
    (Bid("lumen", "Ink that changes", "Signs of electronic paper.", 29_000, 3, until=Until.DRAFT),),
)
ROUNDS = (CARGO, LONGER, WALLS, BENCHES, JUNCTIONS, COUNTERS, SHELTERS)
