"""What an address of these pages is about. Whether somebody may see it is for `allow` to say."""

from typing import Any

from flask import redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.stages import Stage
from procurement.queries import call_amendments as call_amendments_queries
from procurement.queries import calls as calls_queries
from procurement.queries import moderation as moderation_queries
from procurement.queries import opening as opening_queries
from procurement.queries import stages as stages_queries
from procurement.web.context import session as reading


def load_call(session: Session, ref: str, **_: object) -> Call | None:
    return calls_queries.find_call(session, ref)


def load_stage(session: Session, ref: str, stage: str = "", **_: object) -> Stage | None:
    """The stage that the address names; one from before there were stages leads to the newest."""
    return stages_queries.find(session, ref, stage)


def load_written(session: Session, ref: str, stage: str = "", **_: object) -> Stage | None:
    """The same, unless its form and criteria are those of the first window until the call is published."""
    found = load_stage(session, ref, stage)
    return found if found is None or found.window == 1 or found.call.published_at is not None else None


def load_moderated(session: Session, ref: str, stage: str = "", **_: object) -> Stage | None:
    """A stage that is moderated, with the people of its panel; the others have none."""
    found = moderation_queries.find_stage(session, ref, stage)
    return found if found is not None and found.moderates else None


def load_entry(session: Session, ref: str, bid: str, stage: str = "", **_: object) -> Entry | None:
    """A bid in a stage of the call that the address names, and of no other; without a stage in its newest."""
    return opening_queries.find_bid(session, ref, bid, stage)


def is_handed_on(call: Call) -> bool:
    """Whether a call is the copy of a published one that is not written any more: it waits, or is over."""
    return call.amends_id is not None and not call_amendments_queries.of_copy(reading(), call.id).editable


def to_amendment(copy: Call) -> Response:
    """From a page that the copy of a published call has not for itself to the page of the amendment."""
    ref = call_amendments_queries.of_copy(reading(), copy.id).call.ref
    return redirect(url_for("manage_amendments.show", ref=ref), 303)


def frame(stage: Stage) -> dict[str, Any]:
    """What every page about a stage shows of it: the stage, its call, and the call's stages in their order."""
    return {"stage": stage, "call": stage.call, "stages": stages_queries.listed(reading(), stage.call_id)}
