"""All that meet everything, at one press."""

from collections.abc import Collection

from sqlalchemy import select

from procurement.models.applications import Entry
from procurement.queries import opening as opening_queries
from procurement.rules.permissions import Permission
from procurement.services.act import Act
from procurement.services.assessment.checks import Checked, check_all
from procurement.services.assessment.eligibility import take_in
from procurement.services.locks import lock_stage
from procurement.services.refusal import Refusal, require_role
from workflows.catalogue import states
from workflows.facts import Sentence


def find_all_eligible(act: Act, stage_id: int, reason: str, *, seen: Collection[int]) -> list[Entry]:
    """Take in every entry of a stage whose conditions are all met, about which everything was looked up, and of whom
    nobody proposed that it is not eligible; each is one decision, as if it had been pressed alone.

    `seen` are the ids that the page listed: Refusal where they are not the same any more, since nobody goes on unseen.
    """
    call, stage = lock_stage(act.session, stage_id)
    require_role(act.by, Permission.SIFT)
    if stage.state not in states.stage.checking or call.state not in states.call.published:
        raise Refusal(Sentence("This stage is not being checked now."))
    act.session.scalars(
        select(Entry)
        .where(Entry.stage_id == stage.id, Entry.state.in_(states.entry.checking))
        .order_by(Entry.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    proposed = opening_queries.proposed_ids(act.session, stage.id)
    ready = meeting_everything(check_all(act.session, act.ports, stage), proposed)
    if {each.entry.id for each in ready} != set(seen):
        raise Refusal(Sentence("What is known of these %(nouns)s has changed. Read the list again.", nouns=stage.nouns))
    if not ready:
        raise Refusal(Sentence("Nothing here meets everything yet."))
    for each in sorted(ready, key=lambda one: one.entry.id):
        take_in(act, call, each, reason)
    return [each.entry for each in ready]


def meeting_everything(checked: Collection[Checked], proposed: Collection[int]) -> list[Checked]:
    """Those that meet everything, without whoever somebody proposed to leave out."""
    return [each for each in checked if each.meets_everything and each.entry.id not in proposed]
