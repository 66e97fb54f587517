"""A warning where a text that an applicant reads names somebody who marks or sits on the panel, or an address."""

from collections.abc import Iterable
from typing import NamedTuple

from flask import flash
from flask_babel import gettext as _

from procurement.models.stages import Stage
from procurement.queries import assessment as assessment_queries
from procurement.queries import stages as stages_queries
from procurement.rules.assessment import named_in
from procurement.web.context import principal, session
from procurement.web.filters import listed


class Named(NamedTuple):
    """What a text is called, and whom it names."""

    what: str
    who: str


def who_is_named(stage: Stage, texts: Iterable[tuple[str, str]]) -> list[Named]:
    """Of each text that names somebody, by what it is called; one statement, however many there are."""
    given = [(what, text) for what, text in texts if text]
    if not given:
        return []
    names = assessment_queries.names_beside(session(), stage, principal().id)
    return [Named(what, listed(found)) for what, text in given if (found := named_in(text, names))]


def warn_of_names(stage_id: int, texts: Iterable[tuple[str, str]]) -> None:
    """Say on the next page what was saved and names somebody: it stands, and can be changed."""
    for each in who_is_named(stages_queries.get(session(), stage_id), texts):
        flash(sentence_of(each), "important")


def sentence_of(named: Named) -> str:
    return _(
        "“%(what)s” names %(who)s. The applicant reads it without names: take it out, unless it must stand there.",
        what=named.what,
        who=named.who,
    )
