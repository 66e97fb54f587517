"""Dates that move, approved by two people: the stages' rows, what the call says in public, and word to everybody."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from procurement.models.calls import Call, CallVersion
from procurement.models.going_on import StageAmendment
from procurement.models.stages import Stage
from procurement.queries import amendments as amendments_queries
from procurement.queries import applications as applications_queries
from procurement.queries import calls as calls_queries
from procurement.queries import opening as opening_queries
from procurement.queries import stages as stages_queries
from procurement.rules import call_content
from procurement.rules.amendments import Change
from procurement.rules.calls import as_text
from procurement.rules.ledger import digest
from procurement.rules.permissions import SYSTEM
from procurement.rules.published import PublishedAmendment, PublishedChange
from procurement.services import about, messages, outages, progress, publishing
from procurement.services.act import Act
from procurement.services.amendments.telling import tell
from procurement.services.effects.papers import make_papers
from procurement.services.history import record
from procurement.services.locks import lock_stage
from procurement.services.refusal import Refusal
from workflows.facts import Sentence, in_words

ALONG = ("choose_by", "assess_by", "decide_by")  # what comes after the closing moves as far as the closing does


def move_closing(act: Act, call: Call, stage_id: int, closes_at: datetime, reason: str, *, proposed_by: int) -> Stage:
    """Let a stage that is not opened close later, and what comes after it as much later: an amendment that one person
    proposed and the one who acts approves. Everybody whom it concerns is told. The call is held by the caller."""
    _, stage = lock_stage(act.session, stage_id)
    if stage.opened or stage.closes_at is None:
        raise Refusal(Sentence("The dates of this stage cannot be moved any more: it was opened."))
    if closes_at <= max(stage.closes_at, act.now):
        raise Refusal(Sentence("The new closing time must be later than the old one, and than now."))
    later = timedelta(days=-(-(closes_at - stage.closes_at) // timedelta(days=1)))
    after: dict[str, datetime | date | None] = {"closes_at": closes_at}
    for name in ALONG:
        if (value := getattr(stage, name)) is not None:
            after[name] = value + later
    amendment = StageAmendment(
        stage_id=stage.id,
        before=amendments_queries.plain({name: getattr(stage, name) for name in after}),
        after=amendments_queries.plain(after),
        reason=reason,
        proposed_by=proposed_by,
        proposed_at=act.now,
        approved_by=act.by.id,
        approved_at=act.now,
    )
    act.session.add(amendment)
    act.session.flush()
    apply(act, call, [amendment])
    return stage


def apply(act: Act, call: Call, amendments: Sequence[StageAmendment]) -> None:
    """Let dates move that are approved: in one transaction the stages, the drafts that come back, the next version of
    what the call says in public, its data, and a message to everybody whom it concerns. The call is held."""
    before = stages_queries.of_call_facts(stages_queries.of_call(act.session, call.id))
    changes, extended = move_dates(act, amendments)
    first = min(amendments, key=lambda row: row.id)
    version = next_version(act, call)
    for each in amendments:
        record_dates(act, call, each, version)
    revived = {entry_id for stage in extended for entry_id in take_up_again(act, call, stage, first.reason)}
    now_so = stages_queries.of_call_facts(stages_queries.of_call(act.session, call.id))
    publishing.publish_amendment(act, call, as_published(version, first.reason, changes, before, now_so))
    tell(act, call, first, changes, leaving_out=revived)


def move_dates(act: Act, amendments: Sequence[StageAmendment]) -> tuple[list[Change], list[Stage]]:
    """Let the dates of the stages be what some amendments say: what changed, and the stages that had closed and take
    what they collect again."""
    extended: list[Stage] = []
    changes: list[Change] = []
    for each in sorted(amendments, key=lambda row: row.stage_id):
        _, stage = lock_stage(act.session, each.stage_id)
        moved = amendments_queries.changes_in(stage.key, each)
        changes += moved
        closed = stage.closes_at is not None and stage.closes_at <= act.now
        for change in moved:
            setattr(stage, change.field, change.after)
        if any(change.field == "closes_at" and _is_later(change) for change in moved):
            outages.settle(act, stage, each)
        if closed and stage.closes_at is not None and stage.closes_at > act.now:
            extended.append(stage)
    act.session.flush()
    return changes, extended


def as_published(
    version: CallVersion,
    reason: str,
    changes: Sequence[Change],
    before: stages_queries.OfCall,
    after: stages_queries.OfCall,
) -> PublishedAmendment:
    """What the register keeps of it. `before` and `after` are what the call's first stages said and say."""
    if before.opens_at is None or before.closes_at is None or after.opens_at is None or after.closes_at is None:
        raise ValueError("a published call opens and closes")
    return PublishedAmendment(
        number=version.number,
        published_at=version.published_at,
        reason=reason,
        opens_before=before.opens_at,
        closes_before=before.closes_at,
        opens_at=after.opens_at,
        closes_at=after.closes_at,
        changes=tuple(
            PublishedChange(
                stage=each.stage,
                date=each.field,
                before=as_text(each.before),
                after=as_text(each.after),
            )
            for each in changes
        ),
    )


def next_version(act: Act, call: Call) -> CallVersion:
    """What the call says in public from here on, whole and frozen; what it said before stays as it is."""
    stages = stages_queries.of_call(act.session, call.id)
    newest = calls_queries.newest_version(act.session, call.id)
    known = {each.key: each.scheme_fingerprint for each in stages if each.scheme_fingerprint is not None}
    draft = calls_queries.draft_of(act.session, call, stages)
    content = call_content.content_of(
        draft,
        published_at=act.now,
        fingerprints=known,
        workflow=call.workflow_fingerprint or "",
    )
    version = CallVersion(
        call_id=call.id,
        number=1 if newest is None else newest.number + 1,
        content=content,
        fingerprint=digest(content),
        published_at=act.now,
    )
    act.session.add(version)
    act.session.flush()
    make_papers(act, call, draft, version)
    return version


def record_dates(act: Act, call: Call, amendment: StageAmendment, version: CallVersion) -> None:
    """Put into the chain which dates of a stage moved, and the version of the call that says so."""
    data = {
        "amendment": amendment.id,
        "dates": list(amendment.after),
        "before": [amendment.before[name] for name in amendment.after],
        "after": list(amendment.after.values()),
        "version": version.number,
        "content": version.fingerprint,
    }
    record(act, "stage.amend", "stage", amendment.stage_id, call_id=call.id, data=data, note=amendment.reason)


def _is_later(change: Change) -> bool:
    before, after = change.before, change.after
    return isinstance(before, datetime) and isinstance(after, datetime) and after > before


def _call_off(act: Act, call: Call, stage: Stage, reason: str) -> None:
    """Whoever read that a second person is needed to open reads that nobody is, before the new closing."""
    assert stage.closes_at is not None  # noqa: S101  (it was just extended)
    fields = {
        "reference": call.ref,
        "call": call.title,
        "closes": in_words(stage.closes_at),
        "reason": reason,
        "link": f"/manage/calls/{call.ref}/stages/{stage.key}/opening",
    }
    everybody = opening_queries.possible_openers(act.session, None)
    occasion = f"opening_called_off:{stage.id}:{stage.closes_at:%Y%m%d%H%M%S}:"
    messages.tell(act, "opening_called_off", everybody, fields, occasion=occasion, about=about.stage(stage))


def take_up_again(act: Act, call: Call, stage: Stage, reason: str) -> list[int]:
    """A stage that had closed takes what it collects again: whoever asked to open it has to ask anew, and drafts that
    had lapsed are drafts again, with all that was written. Returns the entries that came back."""
    opening = opening_queries.find_opening(act.session, stage.id)
    if opening is not None:
        act.session.delete(opening)
        act.session.flush()
        record(act.made_by(SYSTEM), "stage.take_back_opening", "stage", stage.id, call_id=call.id)
        _call_off(act, call, stage, reason)
    found = amendments_queries.to_revive(act.session, call, stage)
    for entry in found:
        entry.version += 1  # a page that was made before this must not submit what is here now
        so = applications_queries.facts(call, entry, now=act.now, actor=None)
        system, facts = act.made_by(SYSTEM), replace(so, reason=reason)
        progress.move(system, entry, call, "revive", roles=progress.SYSTEM_ROLES, facts=facts)
    return [entry.id for entry in found]
