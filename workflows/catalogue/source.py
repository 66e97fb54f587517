"""The catalogue's files as plain values: a lifecycle for each subject, and the procedures."""

import tomllib
from importlib.resources import files
from typing import Any

from workflows.definition import SUBJECTS

PLAIN: dict[str, dict[str, Any]] = {
    path.name.removesuffix(".toml"): tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted(files(__package__).iterdir(), key=lambda path: path.name)
    if path.name.endswith(".toml")
}
LIFECYCLES: dict[str, dict[str, Any]] = {subject: PLAIN[subject] for subject in SUBJECTS}
PROCEDURES: dict[str, dict[str, Any]] = {key: plain for key, plain in PLAIN.items() if key not in SUBJECTS}
