"""How a call marks: criteria, weights, scales, thresholds. Published before the first bid, and never changed after."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workflows.facts import Sentence

WHOLE = 100  # percent
MOST_DECIMALS = 4
ROUNDING = "half_up"
TIES = "shared"  # who is equal, by whatever may tell them apart, shares a place: 1, 2, 2, 4
SCHEME_KEYS = {"criteria", "minimum_total", "decimals", "rounding", "ties"}
# These are left out where nothing breaks a tie, so that older schemes read as they always did.
TIE_BREAKERS, DRAWN = "tie_breakers", "drawn"
CRITERION_KEYS = {"key", "name", "weight", "top", "minimum", "words"}
WITHIN, WITHIN_KEYS = "within", {"name", "weight", "share"}  # left out where a criterion is no part of another


class FaultyScheme(ValueError):
    """A scheme that cannot be used; `reasons` are sentences for the person who writes it."""

    def __init__(self, reasons: tuple[Sentence, ...]) -> None:
        super().__init__(" ".join(str(reason) for reason in reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class Within:
    """What a sub-criterion is a part of: a criterion by its name and its weight in the total, and the sub-criterion's
    share of it, both in per cent. The shares of a criterion add up to 100."""

    name: str
    weight: int
    share: int

    @property
    def worth(self) -> Decimal:
        """The share in the total, exact: two decimals at most."""
        whole, hundredths = divmod(self.weight * self.share, WHOLE)
        return Decimal(f"{whole}.{hundredths:02d}".rstrip("0").rstrip("."))


@dataclass(frozen=True)
class Criterion:
    """What is marked: a criterion, or a sub-criterion, which is `within` one and weighs its share of it, exactly."""

    key: str
    name: str
    weight: int | Decimal  # percent of the total; a Decimal of a sub-criterion
    top: int  # the highest mark; the lowest is 0
    minimum: int | None  # the mean mark below which a bid fails, whatever its total
    words: tuple[str, ...]  # what each mark means, from 0 to top
    within: Within | None = None

    @property
    def title(self) -> str:
        """What it is called where it stands by itself, as a row of it is."""
        return self.name

    @property
    def percent(self) -> int | Decimal:
        """What it weighs in the total, as a row of it is asked."""
        return self.weight


@dataclass(frozen=True)
class Scheme:
    """Frozen, and without faults: a faulty one cannot be built (FaultyScheme, a ValueError, with every reason).

    `tie_breakers` are keys of criteria: of equal totals the one with the higher mean mark for the first of them has the
    better place, and so on. `drawn`: who is equal then is told apart by lot where contracts are given, which cannot be
    shared (`ties`).
    """

    criteria: tuple[Criterion, ...]
    minimum_total: Decimal  # percent
    decimals: int = 2  # of every published figure
    tie_breakers: tuple[str, ...] = ()
    drawn: bool = False

    def __post_init__(self) -> None:
        if reasons := faults(self.criteria, self.minimum_total, self.decimals, self.tie_breakers):
            raise FaultyScheme(reasons)

    def criterion(self, key: str) -> Criterion:
        """The criterion of that key; KeyError if there is none."""
        for criterion in self.criteria:
            if criterion.key == key:
                return criterion
        raise KeyError(f"no criterion {key!r}")


def faults(
    criteria: tuple[Criterion, ...],
    minimum_total: Decimal,
    decimals: int = 2,
    tie_breakers: tuple[str, ...] = (),
) -> tuple[Sentence, ...]:
    """Why these cannot be a scheme; empty if they can. A page checks with it what an officer is still writing."""
    return (
        *_faulty_whole(criteria, minimum_total, decimals),
        *_faulty_parts(criteria),
        *_faulty_breakers(criteria, tie_breakers),
        *(f for c in criteria for f in _faulty_criterion(c)),
    )


def _faulty_whole(criteria: tuple[Criterion, ...], minimum_total: Decimal, decimals: int) -> Iterator[Sentence]:
    whole = {criterion.within.name: criterion.within.weight for criterion in criteria if criterion.within}
    weights = sum(criterion.weight for criterion in criteria if not criterion.within) + sum(whole.values())
    if not criteria:
        yield Sentence("Add at least one criterion.")
    elif weights != WHOLE:
        yield Sentence("Weights add up to %(weights)s. They must add up to 100.", weights=weights)
    for key, times in Counter(criterion.key for criterion in criteria).items():
        if times > 1:
            yield Sentence(
                "The criterion “%(key)s” is there %(times)s times. Each key can be used once.", key=key, times=times
            )
    if not 0 <= decimals <= MOST_DECIMALS:
        yield Sentence("Round to between 0 and %(most)s decimals.", most=MOST_DECIMALS)
    elif not (minimum_total.is_finite() and 0 <= minimum_total <= WHOLE):
        yield Sentence("The lowest total that passes must be between 0 and 100.")
    elif minimum_total != round(minimum_total, decimals):
        yield Sentence.plural(
            "The lowest total that passes can have %(num)s decimal at most, like the totals.",
            "The lowest total that passes can have %(num)s decimals at most, like the totals.",
            decimals,
        )


def _faulty_parts(criteria: tuple[Criterion, ...]) -> Iterator[Sentence]:
    """The sub-criteria of each criterion that has some."""
    parts: dict[str, list[Within]] = {}
    for criterion in criteria:
        if criterion.within is not None:
            parts.setdefault(criterion.within.name, []).append(criterion.within)
    for name, own in parts.items():
        if (shares := sum(each.share for each in own)) != WHOLE:
            text = "The sub-criteria of “%(name)s” add up to %(shares)s. They must add up to 100."
            yield Sentence(text, name=name, shares=shares)
        if len({each.weight for each in own}) > 1:
            yield Sentence("“%(name)s” has two weights.", name=name)
        if any(criterion.name == name and criterion.within is None for criterion in criteria):
            yield Sentence("“%(name)s” has sub-criteria, so it is not marked itself.", name=name)


def _faulty_breakers(criteria: tuple[Criterion, ...], tie_breakers: tuple[str, ...]) -> Iterator[Sentence]:
    for key, times in Counter(tie_breakers).items():
        if key not in {criterion.key for criterion in criteria}:
            yield Sentence("Ties are to be broken by “%(key)s”, which is not a criterion.", key=key)
        elif times > 1:
            yield Sentence("Ties are to be broken by “%(key)s” %(times)s times. Once is enough.", key=key, times=times)


def _faulty_criterion(criterion: Criterion) -> Iterator[Sentence]:
    name = criterion.name or criterion.key
    if not criterion.key or not criterion.name:
        yield Sentence("Each criterion needs a name.")
    within = criterion.within
    if within is not None and not (1 <= within.weight <= WHOLE and 1 <= within.share <= WHOLE):
        yield Sentence("“%(name)s”: weight and share must be between 1 and 100.", name=name)
    elif within is not None and criterion.weight != within.worth:
        yield Sentence("“%(name)s”: the weight is not its share of “%(whole)s”.", name=name, whole=within.name)
    elif within is None and not 1 <= criterion.weight <= WHOLE:
        yield Sentence("“%(name)s”: the weight must be between 1 and 100.", name=name)
    if criterion.top < 1:
        yield Sentence("“%(name)s”: the highest mark must be at least 1.", name=name)
        return
    if criterion.minimum is not None and not 0 <= criterion.minimum <= criterion.top:
        yield Sentence(
            "“%(name)s”: the lowest mark that passes must be between 0 and %(top)s.", name=name, top=criterion.top
        )
    if len(criterion.words) != criterion.top + 1 or not all(word.strip() for word in criterion.words):
        yield Sentence("“%(name)s”: say what each mark from 0 to %(top)s means.", name=name, top=criterion.top)


def read_scheme(plain: Mapping[str, Any]) -> Scheme:
    """The scheme that these plain values describe; ValueError (FaultyScheme for its content) if they cannot be one."""
    _check_keys(plain, SCHEME_KEYS | ({TIE_BREAKERS, DRAWN} & set(plain)), "scheme")
    if plain.get(TIE_BREAKERS) == []:
        raise ValueError("scheme: where nothing breaks a tie, tie_breakers is left out")
    if plain.get(DRAWN, True) is not True:
        raise ValueError("scheme: where nothing is drawn, drawn is left out")
    if (plain["rounding"], plain["ties"]) != (ROUNDING, TIES):
        raise ValueError(f"scheme: rounding {plain['rounding']!r} with ties {plain['ties']!r} is not known")
    for entry in plain["criteria"]:
        _check_keys(entry, CRITERION_KEYS | ({WITHIN} & set(entry)), f"criterion {entry.get('key')}")
    criteria = tuple(_read_criterion(entry) for entry in plain["criteria"])
    breakers = tuple(plain.get(TIE_BREAKERS, ()))
    return Scheme(criteria, Decimal(plain["minimum_total"]), plain["decimals"], breakers, plain.get(DRAWN, False))


def _read_criterion(entry: Mapping[str, Any]) -> Criterion:
    values = {**entry, "words": tuple(entry["words"])}
    if WITHIN in entry:
        _check_keys(entry[WITHIN], WITHIN_KEYS, f"criterion {entry.get('key')}, within")
        values |= {WITHIN: Within(**entry[WITHIN]), "weight": Decimal(entry["weight"])}
    return Criterion(**values)


def _within(criterion: Criterion) -> dict[str, Any]:
    """What is published of a sub-criterion besides: its exact weight as text, and what it is the share of."""
    within = criterion.within
    if within is None:
        return {}
    parts = {"name": within.name, "weight": within.weight, "share": within.share}
    return {"weight": f"{criterion.weight:f}", WITHIN: parts}


def to_plain(scheme: Scheme) -> dict[str, Any]:
    """The scheme as JSON can hold it: what is published, and what its fingerprint is taken of."""
    return {
        "criteria": [
            {
                "key": c.key,
                "name": c.name,
                "weight": c.weight,
                "top": c.top,
                "minimum": c.minimum,
                "words": list(c.words),
                **_within(c),
            }
            for c in scheme.criteria
        ],
        "minimum_total": f"{scheme.minimum_total:.{scheme.decimals}f}",
        "decimals": scheme.decimals,
        "rounding": ROUNDING,
        "ties": TIES,
        **({TIE_BREAKERS: list(scheme.tie_breakers)} if scheme.tie_breakers else {}),
        **({DRAWN: True} if scheme.drawn else {}),
    }


def fingerprint(plain: Mapping[str, Any]) -> str:
    """What a published scheme is known by: SHA-256, in hexadecimal, of its canonical JSON, as for a workflow."""
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _check_keys(entry: Mapping[str, Any], keys: set[str], where: str) -> None:
    if set(entry) != keys:
        raise ValueError(f"{where}: {', '.join(sorted(set(entry) ^ keys))} missing or unknown")
