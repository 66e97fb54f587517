"""What follows the moves of a call: word to approvers, authors and applicants, and what publication freezes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from procurement.models.calls import Call, CallVersion
from procurement.models.stages import Stage
from procurement.queries import call_documents as call_documents_queries
from procurement.queries import calls as calls_queries
from procurement.queries import people as people_queries
from procurement.queries import stages as stages_queries
from procurement.rules import call_content
from procurement.rules.calls import Draft
from procurement.rules.ledger import digest
from procurement.services import about, messages
from procurement.services.act import Act
from procurement.services.commitments import commit
from procurement.services.effects.effect import Effect
from procurement.services.effects.papers import make_papers
from procurement.services.history import record
from workflows.catalogue import copies
from workflows.facts import Facts
from workflows.reading import fingerprint
from workflows.scoring import schemes


def tell_approvers(act: Act, thing: object, call: Call, facts: Facts) -> None:
    """Everybody who may approve this call: whoever wrote any of it may not."""
    messages.tell(
        act,
        "review_asked",
        [each for each in people_queries.holders_of(act.session, "approver") if each.id not in call.authors],
        {"reference": call.ref, "call": call.title, "by": act.by.name, "link": f"/manage/calls/{call.ref}/review"},
        occasion=f"review_asked-{call.id}-{call.version}-",
        about=about.call(call),
    )


def tell_author(act: Act, thing: object, call: Call, facts: Facts) -> None:
    fields = {
        "reference": call.ref,
        "call": call.title,
        "by": act.by.name,
        "reason": facts.reason,
        "link": f"/manage/calls/{call.ref}",
    }
    messages.tell(
        act,
        "sent_back",
        calls_queries.authors_of(act.session, call),
        fields,
        occasion=f"sent_back-{call.id}-{call.version}-",
        about=about.call(call),
    )


@dataclass(frozen=True)
class Frozen:
    """A call's own copy of its workflows, its stages' schemes (each with its fingerprint), and everything that it says
    in public, as bytes."""

    workflows: dict[str, Any]
    workflow: str
    schemes: list[tuple[Stage, Any, str]]
    content: bytes
    draft: Draft


def frozen_at(session: Session, call: Call, at: datetime) -> Frozen:
    """What would be frozen of a call that is published at an instant; nothing is changed."""
    stages = stages_queries.of_call(session, call.id)
    draft = calls_queries.draft_of(session, call, stages)
    workflows = copies(call.procedure, [_as_planned(stage) for stage in stages])
    workflow = fingerprint({subject: copy["plain"] for subject, copy in workflows.items()})
    marked = [
        (stage, scheme, schemes.fingerprint(scheme))
        for stage, written in zip(stages, draft.stages, strict=True)
        if (scheme := call_content.scheme_of(written)) is not None
    ]
    known = {stage.key: mark for stage, _, mark in marked}
    content = call_content.content_of(draft, published_at=at, fingerprints=known, workflow=workflow)
    return Frozen(workflows, workflow, marked, content, draft)


def freeze_call(act: Act, thing: object, call: Call, facts: Facts) -> None:
    """The call's own copy of its workflows, each stage's scheme, and everything that it says in public, under
    fingerprints.

    The event puts the fingerprints into the chain, so that nobody can exchange the rules once bids are in.
    """
    frozen = frozen_at(act.session, call, act.now)
    call.workflow_fingerprint = frozen.workflow
    call.workflows = frozen.workflows
    call.published_at = act.now
    content, known = frozen.content, {stage.key: mark for stage, _, mark in frozen.schemes}
    for stage, scheme, mark in frozen.schemes:
        stage.scheme, stage.scheme_fingerprint = scheme, mark
    call_documents = call_documents_queries.documents_of(act.session, call.id)
    for file in (each for document in call_documents for each in document.files):
        file.published_at, file.version = call.published_at, 1
        commit(act, file)
    version = CallVersion(call_id=call.id, number=1, content=content, fingerprint=digest(content), published_at=act.now)
    act.session.add(version)
    make_papers(act, call, frozen.draft, version)
    fingerprints = {
        **{f"scheme.{key}": scheme for key, scheme in known.items()},
        "workflow": frozen.workflow,
        "content": digest(content),
    }
    record(act, "call.freeze", "call", call.id, call_id=call.id, data=fingerprints)
    act.session.flush()


def _as_planned(stage: Stage) -> dict[str, Any]:
    """A stage as a procedure's file would say it: what it binds the call to, and no words."""
    optional = {
        "sealed": (stage.sealed, True),
        "required": (stage.required, True),
        "shows": (list(stage.shows), []),
        "marks_of": (stage.marks_of, ""),
        "ranks_by": (dict(stage.ranks_by), {}),
        "reasons": (stage.reasons, "optional"),
        "window": (stage.window, 1),
    }
    return {
        "key": stage.key,
        "steps": list(stage.steps),
        "names": stage.names,
        "other_marks": stage.other_marks,
        **{name: value for name, (value, usual) in optional.items() if value != usual},
    }


def tell_applicants_cancelled(act: Act, thing: object, call: Call, facts: Facts) -> None:
    """Every team that is still in the running, also with a draft. Sealed: who is in a stage that was never opened
    stays unknown to staff."""
    with messages.together(act):
        for entry, team in calls_queries.teams_of(act.session, call.id):
            fields = {
                "reference": entry.application.ref,
                "call": call.title,
                "reason": facts.reason,
                "link": f"/applications/{entry.application.ref}",
            }
            messages.tell(
                act,
                "cancelled",
                team,
                fields,
                occasion=f"cancelled-{entry.id}-",
                about=about.entry(entry),
                sealed=not entry.stage.opened,
            )


EFFECTS: dict[str, Effect] = {
    "tell_approvers": tell_approvers,
    "tell_author": tell_author,
    "freeze_call": freeze_call,
    "tell_applicants_cancelled": tell_applicants_cancelled,
}
