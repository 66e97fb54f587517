"""What a call buys and where: codes of the Common Procurement Vocabulary (CPV) and of ITL regions, with their words.

The vocabulary is that of Regulation (EC) 213/2008, which the Procurement Regulations 2024 keep. Its check digits follow
no arithmetic since that revision (its keepers say so), so they are held against the list of codes that is built in:
another code is known by its shape and its division. Regions are those of the ONS (International Territorial Levels),
which notices write with the letters of the older NUTS: `UKG31`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple, Protocol, TypedDict

from workflows.facts import Sentence

ANYWHERE = "anywhere"  # in the area of the authority
BIRMINGHAM = "UKG31"  # the city of the demonstration
SOLIHULL = "UKG32"
RESEARCH = "73000000-2"  # what a challenge begins with
SOFTWARE = "48000000-8"
# the divisions of the vocabulary, and what cities often ask innovators for
CPV: Mapping[str, str] = MappingProxyType(
    {
        "03000000-1": "Agricultural, farming, fishing, forestry and related products",
        "09000000-3": "Petroleum products, fuel, electricity and other sources of energy",
        "14000000-1": "Mining, basic metals and related products",
        "15000000-8": "Food, beverages, tobacco and related products",
        "16000000-5": "Agricultural machinery",
        "18000000-9": "Clothing, footwear, luggage articles and accessories",
        "19000000-6": "Leather and textile fabrics, plastic and rubber materials",
        "22000000-0": "Printed matter and related products",
        "24000000-4": "Chemical products",
        "30000000-9": "Office and computing machinery, equipment and supplies",
        "31000000-6": "Electrical machinery, apparatus, equipment and consumables; lighting",
        "32000000-3": "Radio, television, communication, telecommunication and related equipment",
        "33000000-0": "Medical equipment, pharmaceuticals and personal care products",
        "34000000-7": "Transport equipment and auxiliary products to transportation",
        "35000000-4": "Security, fire-fighting, police and defence equipment",
        "37000000-8": "Musical instruments, sport goods, games, toys, handicraft and art materials",
        "38000000-5": "Laboratory, optical and precision equipment",
        "39000000-2": "Furniture, furnishings, domestic appliances and cleaning products",
        "41000000-9": "Collected and purified water",
        "42000000-6": "Industrial machinery",
        "43000000-3": "Machinery for mining, quarrying, construction equipment",
        "44000000-0": "Construction structures and materials; auxiliary products to construction",
        "45000000-7": "Construction work",
        SOFTWARE: "Software package and information systems",
        "50000000-5": "Repair and maintenance services",
        "51000000-9": "Installation services (except software)",
        "55000000-0": "Hotel, restaurant and retail trade services",
        "60000000-8": "Transport services (excluding waste transport)",
        "63000000-9": "Supporting and auxiliary transport services; travel agencies services",
        "64000000-6": "Postal and telecommunications services",
        "65000000-3": "Public utilities",
        "66000000-0": "Financial and insurance services",
        "70000000-1": "Real estate services",
        "71000000-8": "Architectural, construction, engineering and inspection services",
        "72000000-5": "IT services: consulting, software development, Internet and support",
        "73000000-2": "Research and development services and related consultancy services",
        "73100000-3": "Research and experimental development services",
        "73110000-6": "Research services",
        "73120000-9": "Experimental development services",
        "73200000-4": "Research and development consultancy services",
        "73210000-7": "Research consultancy services",
        "73220000-0": "Development consultancy services",
        "73300000-5": "Design and execution of research and development",
        "75000000-6": "Administration, defence and social security services",
        "76000000-3": "Services related to the oil and gas industry",
        "77000000-0": "Agricultural, forestry, horticultural, aquacultural and apicultural services",
        "79000000-4": "Business services: law, marketing, consulting, recruitment, printing and security",
        "80000000-4": "Education and training services",
        "85000000-9": "Health and social work services",
        "90000000-5": "Sewage, refuse, cleaning and environmental services",
        "92000000-1": "Recreational, cultural and sporting services",
        "98000000-3": "Other community, social and personal services",
    }
)
_DIGITS = 8
_BY_DIGITS = {code[:_DIGITS]: code for code in CPV}
_CPV = re.compile(r"(\d{8})-?(\d)", re.ASCII)
# the letters of NUTS, or of the ITL that followed them; C to N are the twelve regions of the first level
_PLACE = re.compile(r"(?:UK|TL)([C-N][0-9A-Z]{0,3})", re.ASCII)


class Region(NamedTuple):
    """A region by name; `code` and `kind` are those of the ONS (the codelist geoCodeType of 360Giving)."""

    name: str
    code: str = ""
    kind: str = ""


REGIONS: Mapping[str, Region] = MappingProxyType(
    {
        "UKC": Region("North East England", "E12000001", "RGN/GOR"),
        "UKD": Region("North West England", "E12000002", "RGN/GOR"),
        "UKE": Region("Yorkshire and the Humber", "E12000003", "RGN/GOR"),
        "UKF": Region("East Midlands", "E12000004", "RGN/GOR"),
        "UKG": Region("West Midlands", "E12000005", "RGN/GOR"),
        "UKH": Region("East of England", "E12000006", "RGN/GOR"),
        "UKI": Region("London", "E12000007", "RGN/GOR"),
        "UKJ": Region("South East England", "E12000008", "RGN/GOR"),
        "UKK": Region("South West England", "E12000009", "RGN/GOR"),
        "UKL": Region("Wales"),
        "UKM": Region("Scotland"),
        "UKN": Region("Northern Ireland"),
        BIRMINGHAM: Region("Birmingham", "E08000025", "MD"),
        SOLIHULL: Region("Solihull", "E08000029", "MD"),
        "UKG33": Region("Coventry", "E08000026", "MD"),
        "UKG36": Region("Dudley", "E08000027", "MD"),
        "UKG37": Region("Sandwell", "E08000028", "MD"),
        "UKG38": Region("Walsall", "E08000030", "MD"),
        "UKG39": Region("Wolverhampton", "E08000031", "MD"),
    }
)


class OfCall(Protocol):
    """What a call says of what it buys and where: a main code each, and others with a space between them."""

    @property
    def cpv(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def also_cpv(self) -> str: ...
    @property
    def also_places(self) -> str: ...


class OfLot(Protocol):
    """What a lot says of itself, codes with a space between them; what it does not say is as in its call."""

    @property
    def title(self) -> str: ...
    @property
    def cpv(self) -> str: ...
    @property
    def places(self) -> str: ...


class Said(TypedDict):
    """As a call says it: the first of each, and the others with a space between them."""

    cpv: str
    also_cpv: str
    place: str
    also_places: str


@dataclass(frozen=True, kw_only=True)
class Classified:
    """What is published of a call, or of the lot of an award: of older ones nobody said it."""

    cpv: str = ""
    place: str = ""
    also_cpv: str = ""
    also_places: str = ""


class Classes(NamedTuple):
    """What is bought, the main class first, and where."""

    cpv: tuple[str, ...]
    places: tuple[str, ...]


def classes_of(call: OfCall, lot: OfLot | None = None) -> Classes:
    """The classes and places of a lot, or of a call as a whole."""
    own = Classes((), ()) if lot is None else Classes(tuple(lot.cpv.split()), tuple(lot.places.split()))
    return Classes(
        own.cpv or tuple(f"{call.cpv} {call.also_cpv}".split()),
        own.places or tuple(f"{call.place} {call.also_places}".split()),
    )


def as_said(classes: Classes) -> Said:
    """Classes as a call says them."""
    return {
        "cpv": next(iter(classes.cpv), ""),
        "also_cpv": " ".join(classes.cpv[1:]),
        "place": next(iter(classes.places), ""),
        "also_places": " ".join(classes.places[1:]),
    }


def cpv_code(typed: str) -> str | None:
    """A code as it is written (`730000002` is `73000000-2`), or None: not eight digits and the check digit, of no
    division, or with another check digit than the list has."""
    found = _CPV.fullmatch(re.sub(r"[\s.]", "", typed))
    if found is None or f"{found[1][:2]}000000" not in _BY_DIGITS:
        return None
    code = f"{found[1]}-{found[2]}"
    return code if _BY_DIGITS.get(found[1], code) == code else None


def cpv_words(code: str) -> str:
    """What a code means; of one that is not in the list, what its division is called. Empty for none."""
    if not code:
        return ""
    return CPV.get(code) or CPV[_BY_DIGITS[f"{code[:2]}000000"]]


def cpv_shown(code: str) -> str:
    """A code with its words: `73000000-2: Research and …`; empty for none."""
    return f"{code}: {cpv_words(code)}" if code else ""


def place_code(typed: str) -> str | None:
    """A region as notices write it (`tlg31` is `UKG31`), or `ANYWHERE`; None for neither."""
    plain = re.sub(r"\s", "", typed)
    if plain.casefold() == ANYWHERE:
        return ANYWHERE
    found = _PLACE.fullmatch(plain.upper())
    return f"UK{found[1]}" if found else None


def picked_cpv(typed: str) -> str | None:
    """A code as it is typed or chosen: the code alone, with its words behind it, or words that name one of the list."""
    return _picked(typed, cpv_code, CPV)


def picked_place(typed: str) -> str | None:
    """The same of a place: `UKG31`, `Birmingham (UKG31)`, `Birmingham`, `anywhere`."""
    code = typed.rpartition("(")[2].removesuffix(")")
    return place_code(code) or _picked(typed, place_code, {key: each.name for key, each in REGIONS.items()})


def _picked(typed: str, code_of: Callable[[str], str | None], words: Mapping[str, str]) -> str | None:
    """None also where words name several: `services` alone is no choice."""
    for text in (typed, typed.partition(":")[0], *typed.split()[:1]):
        if (code := code_of(text)) is not None:
            return code
    asked = typed.casefold().split()
    named = [code for code, known in words.items() if known.casefold().split() == asked]
    found = named or [code for code, known in words.items() if asked and set(asked) <= set(_words_of(known))]
    return found[0] if len(found) == 1 else None


def _words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def region_of(place: str) -> Region | None:
    """A region that is known by name; None for others and for `ANYWHERE`."""
    return REGIONS.get(place)


def place_words(place: str, authority: str) -> Sentence | None:
    """Where the work is done, or who benefits; None where nobody said."""
    if not place:
        return None
    if place == ANYWHERE:
        return Sentence("Anywhere in the area of %(authority)s", authority=authority)
    region = region_of(place)
    if region is None:
        return Sentence("ITL region %(code)s", code=place)
    return Sentence("%(name)s (%(code)s)", name=region.name, code=place)


def bought_words(call: OfCall, lots: Sequence[OfLot]) -> str:
    """What a call buys, as a document says it: of the call, and of each lot that says something else."""
    own = [(lot.title, classes_of(call, lot).cpv) for lot in lots if lot.cpv]
    return _as_line(classes_of(call).cpv, own, cpv_shown)


def place_of(call: OfCall, lots: Sequence[OfLot], authority: str) -> str:
    """The same of where."""
    own = [(lot.title, classes_of(call, lot).places) for lot in lots if lot.places]
    return _as_line(classes_of(call).places, own, lambda place: str(place_words(place, authority)))


def _as_line(whole: Sequence[str], own: Sequence[tuple[str, Sequence[str]]], words: Callable[[str], str]) -> str:
    parts = [*map(words, whole), *(f"lot “{title}”: {', '.join(map(words, codes))}" for title, codes in own)]
    return "; ".join(parts)
