"""A published call that says something else than was published: its entry in the register, and a release of its own."""

from collections.abc import Sequence
from dataclasses import fields, replace

from procurement.models.calls import Call
from procurement.queries import publishable as publishable_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules.classification import Classified
from procurement.rules.published import PublishedAmendment
from procurement.rules.published_dates import amended, texts_of, with_ends
from procurement.services.act import Act
from procurement.services.publishing.known import known_call, published_awards
from procurement.services.publishing.writing import enter, next_moment, release
from workflows.definition import Standard

# what an amendment may change of a call's own facts, its classes included
AMENDED = (
    "title",
    "summary",
    "theme",
    "budget",
    "budget_gross",
    "above_threshold",
    *(each.name for each in fields(Classified)),
)


def publish_changes(
    act: Act, call: Call, amendment: PublishedAmendment, said: Sequence[str], *, material: bool
) -> None:
    """The call says something else than was published: its entry says it, with what it said before; a release of its
    own."""
    known = known_call(act, call)
    if known is None:
        return
    now_so = publishable_queries.call_to_publish(act.session, call, base_url=act.ports.base_url, now=act.now)
    moment = next_moment(act.session, call.ref, act.now, act.ports)
    before = texts_of(known) if texts_of(now_so) != texts_of(known) else None
    made = replace(amendment, published_at=moment, said=tuple(said), before=before, material=material)
    titles = {each.key: each.title for each in now_so.stages}
    dated = amended(known, made)
    public_call = replace(
        dated,
        **{name: getattr(now_so, name) for name in AMENDED},
        lots=with_ends(now_so.lots, known.lots),
        stages=tuple(replace(each, title=titles.get(each.key, each.title)) for each in dated.stages),
    )
    enter(act, "call", call.ref, public_call, call_id=call.id)
    if workflows_queries.standard_of(call) is Standard.OCDS:
        publisher = publishable_queries.publisher_at(act.session, act.now, act.ports.base_url)
        release(act, public_call, published_awards(act.session, call.ref), publisher)
