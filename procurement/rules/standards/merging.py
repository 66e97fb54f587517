"""Adding up releases by the standard's rules: later values win, things with an id are the same thing, some lists are
replaced whole (https://standard.open-contracting.org/1.1/en/schema/merging/)."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

# The lists that the schemas mark with `wholeListMerge`, by name: a test compares them with the schemas.
WHOLE_LISTS = frozenset(
    {
        "additionalIdentifiers",
        "additionalClassifications",
        "buyerClassificationRestrictions",
        "buyerLocationRestrictions",
        "criteria",
        "deliveryAddresses",
        "deliveryLocations",
        "numbers",
        "rationaleClassifications",
    }
)
OMITTED = frozenset({"id", "date", "tag"})


def merged(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    """The earlier object with what the later one says; a later null takes a field away."""
    result = dict(earlier)
    for name, value in later.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, Mapping):
            before = result.get(name)
            result[name] = merged(before if isinstance(before, Mapping) else {}, value)
        elif isinstance(value, list) and name not in WHOLE_LISTS and _identified(value):
            before = result.get(name)
            result[name] = _merged_list(before if isinstance(before, list) else [], value)
        else:
            result[name] = value
    return result


def _identified(items: Sequence[Any]) -> bool:
    return bool(items) and all(isinstance(each, Mapping) and "id" in each for each in items)


def _merged_list(earlier: Sequence[Any], later: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Things with the same id become one, where the first of them stood."""
    if not _identified(earlier):
        earlier = []
    by_id: dict[str, dict[str, Any]] = {}
    for each in (*earlier, *later):
        key = str(each["id"])
        by_id[key] = merged(by_id.get(key, {}), each)
    return list(by_id.values())


def compiled(releases: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the releases of one process add up to. They must be in order, with strictly increasing dates."""
    dates = [each["date"] for each in releases]
    if not dates or any(later <= earlier for earlier, later in pairwise(dates)):
        raise ValueError("releases are merged in order of date, and no two have the same")
    if len({each["ocid"] for each in releases}) > 1:
        raise ValueError("releases of different processes are not merged")
    body: dict[str, Any] = {}
    for each in releases:
        body = merged(body, {name: value for name, value in each.items() if name not in OMITTED})
    return {"tag": ["compiled"], "id": f"{releases[-1]['ocid']}-{dates[-1]}", "date": dates[-1], **body}
