"""Who is in: eligible by an officer with a reason, ineligible only when an approver agrees."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from procurement.models.applications import Entry
from procurement.models.calls import Call
from procurement.models.decisions import Decision
from procurement.models.stages import Stage
from procurement.queries import applications as applications_queries
from procurement.queries import opening as opening_queries
from procurement.queries import requests as requests_queries
from procurement.queries import stages as stages_queries
from procurement.rules.permissions import Permission, Principal
from procurement.rules.statuses import Outcome
from procurement.services import progress, reviews
from procurement.services.act import Act
from procurement.services.assessment.checks import Checked, check_entry
from procurement.services.assessment.locks import lock_opened_entry
from procurement.services.assessment.naming import BY_THE_RULE, Because, named_by
from procurement.services.history import record
from procurement.services.locks import lock_stage
from procurement.services.refusal import Refusal, require_reason, require_role, require_running
from workflows.catalogue import states
from workflows.facts import Facts, Sentence


def find_eligible(act: Act, entry_id: int, reason: str) -> Entry:
    """Take an application into the assessment, with the reason that the record keeps."""
    call, entry = lock_opened_entry(act.session, entry_id)
    require_role(act.by, Permission.ELIGIBILITY_DECIDE)
    if opening_queries.find_proposal(act.session, entry.id) is not None:
        raise Refusal(_waits(entry))
    return take_in(act, call, check_entry(act.session, act.ports, call, entry), reason)


def take_in(act: Act, call: Call, checked: Checked, reason: str) -> Entry:
    """The move itself, of an entry that is held and of which nobody proposed anything else."""
    entry = checked.entry
    facts = checked.facts_for(_facts(call, entry, by=act.by, now=act.now, reason=reason))
    progress.move(act, entry, call, "find_eligible", roles=act.by.workflow_roles(), facts=facts)
    entry.eligibility_reason = reason.strip()
    return entry


def propose_ineligible(
    act: Act, entry_id: int, reason: str, *, because: Because = BY_THE_RULE, heard: str = ""
) -> Decision:
    """Propose to leave an application out. Nothing is decided, and nobody told, before an approver agrees.

    `because`: the conditions that it does not meet, or the grounds on which it is excluded; where it names nothing, the
    published rule on who can apply is meant. `heard`: when and how the applicant could explain itself before it is
    excluded on a ground (Procurement Act 2023 s. 58).
    """
    call, entry = lock_opened_entry(act.session, entry_id)
    require_role(act.by, Permission.ELIGIBILITY_DECIDE)
    require_reason(reason)
    if requests_queries.count_open(act.session, entry.id, act.now):
        raise Refusal(Sentence("Its team was asked something and can still answer. Wait, or take the request back."))
    named = named_by(check_entry(act.session, act.ports, call, entry), because, heard)
    if entry.state not in states.entry.checking or not _is_checking(call, entry):
        raise Refusal(Sentence("Whether this %(noun)s is eligible has been decided.", noun=entry.stage.noun))
    if opening_queries.find_proposal(act.session, entry.id) is not None:
        raise Refusal(_waits(entry))
    proposal = Decision(
        call_id=call.id,
        application_id=entry.application_id,
        entry_id=entry.id,
        outcome=Outcome.INELIGIBLE,
        reason=reason.strip(),
        because=named,
        heard=heard.strip(),
        proposed_by=act.by.id,
        proposed_at=act.now,
    )
    act.session.add(proposal)
    act.session.flush()
    record(
        act,
        "entry.propose_ineligible",
        "entry",
        entry.id,
        call_id=call.id,
        data={
            "decision": proposal.id,
            **({"conditions": list(because.conditions)} if because.conditions else {}),
            **({"checks": list(because.checks)} if because.checks else {}),
        },
        note=proposal.reason,
    )
    return proposal


def withdraw_proposal(act: Act, entry_id: int) -> Entry:
    """An officer takes a proposal back; without one nothing happens."""
    call, entry = lock_opened_entry(act.session, entry_id)
    require_role(act.by, Permission.ELIGIBILITY_DECIDE)
    require_running(call.state)
    proposal = opening_queries.find_proposal(act.session, entry.id)
    if proposal is not None and proposal.approved_at is None:
        proposal.superseded_at = act.now
        record(
            act,
            "entry.withdraw_ineligible",
            "entry",
            entry.id,
            call_id=call.id,
            data={"decision": proposal.id},
        )
    return entry


def send_back_ineligible(act: Act, entry_id: int, reason: str) -> Entry:
    """An approver does not agree: the officers decide anew, and the record keeps why."""
    call, entry = lock_opened_entry(act.session, entry_id)
    require_role(act.by, Permission.ELIGIBILITY_APPROVE)
    require_running(call.state)
    proposal = _proposal(act.session, entry)
    require_reason(reason)
    proposal.superseded_at = act.now
    record(
        act,
        "entry.send_back_ineligible",
        "entry",
        entry.id,
        call_id=call.id,
        data={"decision": proposal.id},
        note=reason.strip(),
    )
    return entry


def approve_ineligible(act: Act, entry_id: int, *, seen: int) -> Entry:
    """A second person agrees: the application is out, and its team gets the letter with the reason.

    `seen` is the id of the proposal that the approver read, since nobody approves what they have not seen.
    """
    call, entry = lock_opened_entry(act.session, entry_id)
    require_role(act.by, Permission.ELIGIBILITY_APPROVE)
    proposal = _proposal(act.session, entry)
    if proposal.id != seen:
        raise Refusal(Sentence("The proposal was changed after you opened this page. Read it again."))
    facts = replace(
        _facts(call, entry, by=act.by, now=act.now, reason=proposal.reason),
        authors=frozenset({proposal.proposed_by}),
        requests_open=requests_queries.count_open(act.session, entry.id, act.now),
    )
    entry.eligibility_reason, entry.told_at = proposal.reason, act.now
    reviews.offer(act, entry, proposal)
    progress.move(
        act,
        entry,
        call,
        "find_ineligible",
        roles=act.by.workflow_roles(),
        facts=facts,
        data={"decision": proposal.id},
    )
    proposal.approved_by, proposal.approved_at = act.by.id, act.now
    return entry


def begin_assessment(act: Act, stage_id: int) -> Stage:
    """From here on assessors can be asked; refused while any application is undecided."""
    call, stage = lock_stage(act.session, stage_id)
    facts = replace(
        stages_queries.facts(call, stage, by=act.by, now=act.now),
        undecided=opening_queries.undecided(act.session, stage.id),
        requests_open=requests_queries.count_open_in(act.session, stage.id, act.now),
    )
    progress.move(act, stage, call, "begin_assessment", roles=act.by.workflow_roles(), facts=facts)
    return stage


def _is_checking(call: Call, entry: Entry) -> bool:
    """While the stage is checked; for whoever was let in again by a review, until its marks are locked."""
    return not requests_queries.is_past_reviewing(entry.stage) and call.state in states.call.published


def _waits(entry: Entry) -> Sentence:
    return Sentence(
        "Somebody has proposed to find this %(noun)s ineligible. That must be approved or sent back first.",
        noun=entry.stage.noun,
    )


def _proposal(session: Session, entry: Entry) -> Decision:
    proposal = opening_queries.find_proposal(session, entry.id)
    if proposal is None or proposal.approved_at is not None:
        raise Refusal(Sentence("There is no proposal to decide on."))
    return proposal


def _facts(call: Call, entry: Entry, *, by: Principal, now: datetime, reason: str) -> Facts:
    return replace(applications_queries.facts(call, entry, now=now, actor=by.id), reason=reason)
