"""The history says what was done, in the past: the title of a move is the word of its button."""

from flask import Flask

from procurement.models.calls import Call
from procurement.models.history import Event
from procurement.web.manage.history import what
from workflows.catalogue import LIFECYCLES, PROCEDURES


def test_every_move_has_words_for_when_it_was_made(app: Flask) -> None:
    with app.test_request_context():
        said = {
            f"{subject}.{move.action}": what(Event(tag=f"{subject}.{move.action}", data={}), Call(procedure=key))
            for subject, workflow in LIFECYCLES.items()
            for key in PROCEDURES
            for move in workflow.moves
        }
    titles = {move.title for workflow in LIFECYCLES.values() for move in workflow.moves}
    assert {tag: words for tag, words in said.items() if words in titles} == {}
