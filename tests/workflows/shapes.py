"""Stages of the kinds that procedures are made of, with the workflows that they and their entries have."""

from workflows import catalogue
from workflows.catalogue import LIFECYCLES
from workflows.definition import STAGED, Shape

SHAPES = {
    "sift": Shape(("collect", "check", "assess"), noun="expression of interest", nouns="expressions of interest"),
    "proposal": Shape(("collect", "assess", "moderate"), noun="proposal", nouns="proposals"),
    "demonstration": Shape(("present", "assess", "moderate", "award")),
    "reply": Shape(("collect", "moderate", "award"), sealed=False, required=False, noun="reply", nouns="replies"),
    "decision": Shape(()),
}
EVERY = LIFECYCLES | {
    f"{subject} of a {kind}": catalogue.workflow(subject, shape) for kind, shape in SHAPES.items() for subject in STAGED
}
