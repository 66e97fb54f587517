"""A workflow of several stages that only the tests use: what the catalogue will need next, proved on the engine now."""

import tomllib
from pathlib import Path

from workflows.reading import read

PLAIN = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
PHASED = read(PLAIN)
