"""A workflow of several stages that only the tests use: what the catalogue will need next, proved on the engine now."""

import tomllib
from pathlib import Path

from workflows.reading import read, read_procedure

PLAIN = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
PROCEDURE = {
    "key": "phased",
    "name": "Phased",
    "title": "A procedure of three stages",
    "kind": "challenge",
    "standard": "ocds",
    "stage": [
        {"key": "interest", "names": "shown", "other_marks": "never"},
        {"key": "proposal", "names": "hidden", "other_marks": "after_own"},
        {"key": "demonstration", "names": "shown", "other_marks": "always", "notices": ["UK6"], "standstill": True},
    ],
}
PHASED = read(PLAIN, read_procedure(PROCEDURE))
