"""The firms of the demonstration city: most are small, some are charities, one is a university."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Firm:
    """An organisation and the address of its lead."""

    key: str
    name: str
    lead: str
    person: str
    profile: dict[str, Any]


def firm(key: str, name: str, person: str, *, lead: str = "", **profile: object) -> Firm:
    values: dict[str, Any] = {
        "kind": "company",
        "size": "small",
        "street": "1 High Street",
        "town": "Birmingham",
        "email": f"office@{key}.example",
        **profile,
    }
    return Firm(key, name, lead or f"{key}@firms.example", person, values)


FIRMS = (
    firm(
        "aston",
        "Aston Sensors Ltd",
        "Priya Kaur",
        lead="sme@demo.example",
        size="micro",
        company_number="09876501",
        street="12 Love Lane",
        postcode="B7 4AA",
        email="hello@aston-sensors.example",
    ),
    firm(
        "digbeth",
        "Digbeth Data Cooperative",
        "Sam Lee",
        lead="sme2@demo.example",
        company_number="09876502",
        street="7 Fazeley Street",
        postcode="B5 5RT",
        email="work@digbeth-data.example",
    ),
    firm(
        "soho",
        "Soho Road Community Energy CIC",
        "Nadia Hussain",
        kind="community interest company",
        vcse=True,
        size="micro",
        company_number="09876503",
        street="201 Soho Road",
        postcode="B21 9SX",
    ),
    firm(
        "bci",
        "Bournville Centre for Inclusive and Accessible Technology, Learning and Community Research",
        "Zoë O’Connor-Ward",
        kind="charity",
        vcse=True,
        charity_number="1187654",
        postcode="B30 1AA",
    ),
    firm("canal", "Café Canal & Sons Engineering", "Jörg Müller", company_number="09876505", postcode="B1 2JB"),
    firm(
        "roshan",
        "روشن مستقبل لمیٹڈ (Roshan Mustaqbil Ltd)",
        "عائشہ خان",
        size="micro",
        company_number="09876506",
        postcode="B10 0AB",
    ),
    firm(
        "uni",
        "University of the West Midlands Plateau",
        "Prof. Helen Ashdown",
        kind="university",
        size="large",
        postcode="B15 2TT",
    ),
    firm(
        "tyseley",
        "Tyseley Heat Networks Ltd",
        "Marcus Bell",
        size="medium",
        company_number="09876508",
        postcode="B11 2BH",
    ),
    firm(
        "metro", "Metro Mobility Group plc", "Grace Adeyemi", size="large", company_number="09876509", postcode="B4 6AB"
    ),
    firm(
        "ladywood",
        "Ladywood Learners",
        "Tom Novák",
        kind="charity",
        vcse=True,
        size="micro",
        charity_number="1187660",
        postcode="B16 8SP",
    ),
    firm(
        "wisla",
        "Wisła Workshop Spółdzielnia",
        "Małgorzata Wiśniewska",
        kind="community interest company",
        vcse=True,
        size="micro",
        company_number="09876511",
        postcode="B12 0XX",
    ),
    firm("anadolu", "Anadolu Yapı & Çatı Ltd", "Çağrı Yıldız", company_number="09876512", postcode="B11 1LX"),
    firm("oran", "Òran Mór Acoustics Ltd", "Siobhán Ní Dhomhnaill", company_number="09876513", postcode="B3 1RB"),
    firm("porth", "Porth Dŵr Cyfyngedig", "Siân Gŵyr", size="micro", company_number="09876514", postcode="B29 6ND"),
    firm("ofogh", "افق مشترک (Ofogh Systems Ltd)", "نیلوفر کریمی", company_number="09876515", postcode="B18 6NF"),
    firm(
        "sanaa",
        "جمعية سنا (Sanaa Community Association)",
        "سلمى الحداد",
        kind="charity",
        vcse=True,
        size="micro",
        charity_number="1187666",
        postcode="B10 9AB",
    ),
)
# Who has answered the city in the years before, too.
OLDER_FIRMS = (
    firm(
        "hockley", "Hockley Brass & Bell Foundry Ltd", "Rosalind Okafor", company_number="09876517", postcode="B18 6HN"
    ),
    firm("kite", "Red Kite Logistics Ltd", "Owain Prothero", company_number="09876518", postcode="B6 4TN"),
    firm(
        "panjab",
        "ਸਾਂਝਾ ਪੰਜਾਬ ਲਿਮਿਟੇਡ (Sanjha Panjab Media Ltd)",
        "ਹਰਪ੍ਰੀਤ ਕੌਰ",
        size="micro",
        company_number="09876519",
        postcode="B21 0JT",
    ),
    firm("obrien", "O’Brien’s Yard", "Aoife O’Brien", kind="sole trader", size="micro", postcode="B9 4EP"),
    firm(
        "stirchley",
        "Stirchley Co-operative Development, Baking, Mending and Bicycle Society Limited",
        "Imogen Achebe-Hartley",
        kind="community interest company",
        vcse=True,
        company_number="09876521",
        postcode="B30 2JT",
    ),
    firm("lumen", "Lumen & Łódź Lighting Ltd", "Zbigniew Żak", company_number="09876522", postcode="B5 6DR"),
    firm("mapledene", "Mapledene Care Technology Ltd", "Dr Yetunde Bello", size="medium", company_number="09876523"),
    firm(
        "umeed",
        "اُمید سینٹر (Umeed Centre)",
        "رابعہ ملک",
        kind="charity",
        vcse=True,
        size="micro",
        charity_number="1187674",
        postcode="B8 1SA",
    ),
    firm("quern", "Quern Software Ltd", "Vikram Nair", size="micro", company_number="09876525", postcode="B2 4QA"),
    firm("saltley", "Saltley Bus Builders Ltd", "Dee Fairclough", size="medium", company_number="09876526"),
    firm(
        "acocks",
        "Acocks Green Growers",
        "Winston Grant",
        kind="charity",
        vcse=True,
        size="micro",
        charity_number="1187677",
        postcode="B27 6QB",
    ),
    firm("brum", "Brüm & Söhne Werkstatt Ltd", "Anneliese Brüm", company_number="09876528", postcode="B12 9AH"),
    firm("northfield", "Northfield Fibre Ltd", "Callum Reid", company_number="09876529", postcode="B31 2JD"),
    firm("selly", "Selly Oak Rehabilitation Robotics Ltd", "Thuý Trần", size="micro", company_number="09876530"),
    firm("trent", "Trent & Tame Infrastructure plc", "Gareth Llewellyn", size="large", company_number="09876531"),
    firm(
        "moseley",
        "Moseley Museum of Everyday Things",
        "Beatriz Gonçalves",
        kind="charity",
        vcse=True,
        charity_number="1187682",
        postcode="B13 8DD",
    ),
    firm("perry", "Perry Barr Pedal Works Ltd", "D’Shawn Ellis", size="micro", company_number="09876533"),
    firm("erdington", "Erdington Energy Advice Ltd", "Hilary Wynn", size="micro", company_number="09876534"),
    firm("castle", "Castle Vale Makers Ltd", "Ngozi Eze", company_number="09876535", postcode="B35 7PR"),
    firm("harborne", "Harborne Hearing Ltd", "Fergus MacIntyre", company_number="09876536", postcode="B17 9QG"),
)
EVERY_FIRM = (*FIRMS, *OLDER_FIRMS)
FIRM_NAMES = {each.key: each.name for each in EVERY_FIRM}
LEADS = {each.key: each.lead for each in EVERY_FIRM}
