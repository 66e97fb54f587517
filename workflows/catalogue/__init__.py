"""The workflows that the house comes with. A call takes its own copy when it is published."""

import tomllib
from importlib.resources import files
from typing import Any

from workflows.definition import Workflow
from workflows.reading import read

# Plain values, for a call's own copy and its fingerprint, by key and in the order of their keys.
PLAIN: dict[str, dict[str, Any]] = {
    path.name.removesuffix(".toml"): tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted(files(__name__).iterdir(), key=lambda path: path.name)
    if path.name.endswith(".toml")
}
ALL: dict[str, Workflow] = {key: read(plain) for key, plain in PLAIN.items()}
PROCEDURES: dict[str, Workflow] = {key: workflow for key, workflow in ALL.items() if workflow.procedure}
