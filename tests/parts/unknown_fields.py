"""No field that the schema does not name: plain JSON schemas let a mistyped field through, this does not."""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]


def unknown_fields(value: object, schema: Schema, others: Mapping[str, Schema] | None = None) -> list[str]:
    """The paths of all fields in `value` that `schema` does not name, in order (`releases/0/tender/lotz`).

    `others`: further schemas by the address by which `$ref` calls them. Raises LookupError for a reference to none.
    """
    return list(dict.fromkeys(_unknown(value, [(schema, schema)], "", others or {})))


def _unknown(
    value: object, places: list[tuple[Schema, Schema]], path: str, others: Mapping[str, Schema]
) -> Iterator[str]:
    """`places`: each schema that may describe this value, with the document in which its references are looked up."""
    places = [found for schema, root in places for found in _alternatives(schema, root, others)]
    if isinstance(value, Mapping):
        for name, each in value.items():
            named = [
                (schema["properties"][name], root) for schema, root in places if name in schema.get("properties", {})
            ]
            here = f"{path}/{name}" if path else str(name)
            if named:
                yield from _unknown(each, named, here, others)
            else:
                yield here
    elif isinstance(value, list):
        items = [(schema["items"], root) for schema, root in places if isinstance(schema.get("items"), Mapping)]
        for number, each in enumerate(value):
            yield from _unknown(each, items, f"{path}/{number}", others)


def _alternatives(schema: Schema, root: Schema, others: Mapping[str, Schema]) -> Iterator[tuple[Schema, Schema]]:
    """A schema, what it refers to, and what it is made of; each with the document that it stands in."""
    yield schema, root
    if "$ref" in schema:
        yield from _alternatives(*_resolved(schema["$ref"], root, others), others)
    for word in ("oneOf", "anyOf", "allOf"):
        for each in schema.get(word, ()):
            yield from _alternatives(each, root, others)


def _resolved(reference: str, root: Schema, others: Mapping[str, Schema]) -> tuple[Schema, Schema]:
    address, _, pointer = reference.partition("#")
    if address and address not in others:
        raise LookupError(f"no schema was given for {address}")
    document = others[address] if address else root
    found: Any = document
    for part in filter(None, pointer.split("/")):
        found = found[part.replace("~1", "/").replace("~0", "~")]
    return found, document
