"""What the demonstration city asks for, and what the firms answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class Until(StrEnum):
    """How far a firm has come with its answer."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    LATE = "late"


class Reach(StrEnum):
    """How far a call has come, in the order in which it gets there; cancelled is beside that order."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    OPENED = "opened"
    IN_ASSESSMENT = "in_assessment"
    DECIDING = "deciding"
    DECIDED = "decided"
    TOLD = "told"
    NOTICED = "noticed"
    SETTLED = "settled"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Bid:
    """One firm's answer. `level` is how good it is, from 1 to 5: assessors mark around it; `ineligible` says why it is
    found so."""

    firm: str
    title: str
    summary: str
    amount: int
    level: int = 3
    until: Until = Until.SUBMITTED
    lot: int = 1
    ineligible: str = ""


@dataclass(frozen=True)
class Plan:
    """A call: when it opens and closes, counted in days from now, and how far it has come."""

    key: str
    procedure: str
    title: str
    theme: str
    summary: str
    problem: str
    users: str
    outcome: str
    budget: int
    opens: timedelta
    closes: timedelta
    reach: Reach
    bids: tuple[Bid, ...] = ()
    lots: Mapping[str, int] = field(default_factory=dict)


def days(number: float) -> timedelta:
    return timedelta(days=number)


PLANS: tuple[Plan, ...] = (
    Plan(
        "air",
        "challenge",
        "Cleaner air at school gates",
        "low_carbon",
        "Cut what children breathe in at the school gate between eight and nine.",
        "At forty primary schools the air at the gate is over the legal limit on most school days. Parents drive because "
        "the walk feels unsafe, and the queue of cars makes it worse.",
        "Fourteen thousand children aged four to eleven, the people who bring them, and the staff who stand at the gate.",
        "On any school day by summer 2028 no gate is over the limit, and head teachers can show it to parents.",
        150_000,
        days(-150),
        days(-118),
        Reach.SETTLED,
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
            Bid(
                "uni", "Green screens for small yards", "Hedges and screens chosen by a model of each yard.", 88_000, 3
            ),
        ),
    ),
    Plan(
        "warm",
        "innovation_fund",
        "Warm homes, street by street",
        "low_carbon",
        "Small grants for new ways of making old terraces warm.",
        "Every second terrace in the inner wards loses most of its heat through walls that standard insulation does not "
        "fit. Households turn the heating off instead.",
        "Tenants and owners of about 60,000 terraced houses built before 1919.",
        "Three methods that a street can buy together, each tried in ten houses, with the bills before and after.",
        120_000,
        days(-95),
        days(-60),
        Reach.SETTLED,
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
    ),
    Plan(
        "walks",
        "challenge",
        "Safer walks to the tram",
        "mobility",
        "Make the last four hundred metres to the tram feel safe after dark.",
        "Half of the women who were asked do not take the tram after eight because of the walk from the stop.",
        "Evening and night workers, students and older people along the eastern line.",
        "In a year twice as many journeys end after eight, and reports of fear are halved.",
        200_000,
        days(-46),
        days(-16),
        Reach.NOTICED,
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
    ),
    Plan(
        "skills",
        "innovation_fund",
        "Getting older residents online",
        "digital_inclusion",
        "Grants for people who help others to do one thing online that matters to them.",
        "One resident in nine has never been online, and the forms for rent, health and heating are nowhere else.",
        "Residents over 65 and whoever helps them today.",
        "Two thousand people who can do three things online without help.",
        80_000,
        days(-62),
        days(-30),
        Reach.DECIDING,
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
    ),
    Plan(
        "care",
        "challenge",
        "A calmer night on the ward",
        "health_and_care",
        "Help nurses to let patients sleep.",
        "Patients on general wards are woken nine times a night, mostly by alarms that nobody needs.",
        "Patients and night nurses of four wards.",
        "Patients sleep five hours in one piece, and no alarm that matters is missed.",
        90_000,
        days(-50),
        days(-20),
        Reach.IN_ASSESSMENT,
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
    ),
    Plan(
        "markets",
        "innovation_fund",
        "Open data for street markets",
        "information_marketplaces",
        "Grants that turn what markets know into something that traders can use.",
        "Traders decide what to bring by habit, and a third of fresh food goes to waste on wet days.",
        "Six hundred traders at eleven markets, and their customers.",
        "Traders who used it throw away a quarter less.",
        60_000,
        days(-33),
        timedelta(hours=-30),
        Reach.PUBLISHED,
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
    ),
    Plan(
        "canal",
        "challenge",
        "Connected along the canal",
        "connectivity",
        "Bring a connection to the boats and workshops along the canal.",
        "Two hundred people live and work where no cable goes and the signal fails between the walls.",
        "Boat dwellers, workshops and walkers along nine kilometres.",
        "Whoever wants it can make a video call from the towpath.",
        110_000,
        days(-12),
        days(18),
        Reach.PUBLISHED,
        (
            Bid("aston", "Lock to lock", "A chain of small masts on the lock gates.", 92_000, 4, until=Until.DRAFT),
            Bid("uni", "Light down the cut", "Optical links above the water.", 105_000, 3),
        ),
        {"The old line": 60_000, "The new line": 50_000},
    ),
    Plan(
        "retrofit",
        "innovation_fund",
        "Apprentices for retrofit",
        "skills_and_jobs",
        "Grants for training that ends in work on warm homes.",
        "There are forty applicants for each apprenticeship and nobody to fit heat pumps.",
        "People aged 16 to 24 in the north and east of the city.",
        "Sixty people in paid work on retrofit after a year.",
        75_000,
        days(-28),
        timedelta(hours=20),
        Reach.PUBLISHED,
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
    ),
    Plan(
        "water",
        "challenge",
        "Streets that drink rain",
        "low_carbon",
        "Keep a cloudburst out of cellars, street by street.",
        "Two streets flood each summer, and the pipes cannot be made larger.",
        "Three hundred households and their landlords.",
        "A cloudburst like that of June 2016 leaves every cellar dry.",
        140_000,
        days(6),
        days(45),
        Reach.PUBLISHED,
    ),
    Plan(
        "parcels",
        "challenge",
        "Parcels without vans",
        "mobility",
        "Get parcels over the last mile without another van.",
        "Vans stand on every second pavement of the centre between ten and four.",
        "Shops, offices and everybody who walks.",
        "Half as many vans in the centre between ten and four.",
        95_000,
        days(12),
        days(50),
        Reach.IN_REVIEW,
    ),
    Plan(
        "play",
        "innovation_fund",
        "Play on the way",
        "health_and_care",
        "Grants for places to play that are on the way to somewhere.",
        "Children spend eleven minutes a day outside.",
        "Children aged three to twelve in six wards.",
        "",
        50_000,
        days(20),
        days(60),
        Reach.DRAFT,
    ),
    Plan(
        "bikes",
        "challenge",
        "Bikes that come back",
        "mobility",
        "Fewer stolen bicycles at stations.",
        "A bicycle is stolen at a station every ninth hour.",
        "Everybody who leaves a bicycle at a station.",
        "Half as many thefts.",
        70_000,
        days(-40),
        days(-5),
        Reach.CANCELLED,
        (Bid("canal", "The shy lock", "A lock that calls.", 44_000, 3, until=Until.DRAFT),),
    ),
)

# What firms write where a plan does not say: by the question's key, or for any long answer.
TEXTS: Mapping[str, str] = {
    "solution": "We start with the people who have the problem and build only what they use in the first month. The parts "
    "exist and have been tried in two neighbouring towns; what is new is that they work together and that residents decide "
    "where. We put up the first of them within six weeks, look at the numbers together every fortnight, and move or remove "
    "what does not help. Nothing of it needs a smartphone, and everything can be read by anybody on one public page.",
    "benefit": "Today nobody measures it. We count before we begin, for four weeks, in the same places and hours. We then "
    "publish the same count every month. Success is a fall by a third within a year, shown by the city’s own counter and "
    "not by ours, and a yes from three in five of the people who were asked at the beginning and at the end.",
    "delivery": "Month 1: agreements and first count. Months 2 and 3: first three places. Months 4 to 9: the rest. Months 10 "
    "to 12: hand over to those who will keep it going. Two of us work on it full time and one half time; we have done this "
    "twice before. The largest risk is permission for the street; we have spoken to the officer in charge and have a second "
    "place for each first one.",
    "price_explained": "Staff 61 per cent, parts 22 per cent, fitting 9 per cent, evaluation 5 per cent, insurance 3 per "
    "cent. After the contract it costs the city about a twelfth of the price each year, which is mostly electricity and "
    "one day a month of somebody’s time.",
    "innovation": "People do this alone and badly today, each from the beginning. Our idea is that the street does it once, "
    "together, with tools that stay in the street. We have not found it anywhere else in this form, and we say openly which "
    "parts we borrowed.",
    "impact": "About four hundred people in the first year, most of them with less than the average income. We measure the "
    "bill, the temperature at seven in the morning, and whether they would do it again. All of it is published without "
    "names.",
    "plan": "We begin in March with ten households that have said yes. By June we know whether it works; if it does not, we "
    "stop and give back what is left. From July to December we do the other ninety. We need one van, two trained people and "
    "a room. The largest risk is a wet spring.",
    "costs": "Materials £14,000\nTwo trained people for nine months, part of their time £17,500\nRoom and van £4,200\n"
    "Evaluation by a neighbouring project £2,300",
}
COMMENTS: Mapping[int, str] = {
    1: "The answer touches on the question but gives no evidence, and it is not clear who would do what.",
    2: "Part of the question is answered; the figures are not explained and the risk in the second month is left open.",
    3: "A fair answer with clear steps. More evidence from where it was tried before would have made it stronger.",
    4: "A good answer: the steps are clear, the people have done it before, and the measure is honest.",
    5: "An excellent answer that names the people, the measure and what happens if it fails, with evidence for each.",
}
