"""Reading a declaration of interests that was sent by a page: how close, and a note, for each organisation listed."""

from collections.abc import Mapping

from procurement.rules.numbers import whole_number

MOST_NOTE = 500  # characters


def chosen_interests(sent: Mapping[str, str]) -> dict[int, tuple[str, str]]:
    """{organisation: (hard | soft, note)} of the fields `weight-<id>`, `note-<id>`; what says neither is left out."""
    found: dict[int, tuple[str, str]] = {}
    for name, weight in sent.items():
        prefix, _dash, number = name.partition("-")
        organisation_id = whole_number(number)
        if prefix == "weight" and organisation_id is not None and weight in ("hard", "soft"):
            found[organisation_id] = (weight, sent.get(f"note-{number}", "")[:MOST_NOTE])
    return found
