"""Inviting people to assess a stage, before or after its opening; their answer; what they declare of its applicants.

An invitation gives no right to read. Whoever accepted declares, once the stage is opened, on the list of all
organisations that applied to it, in which they have an interest; what is assigned to them then needs no second answer.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from procurement.models.calls import Call
from procurement.models.invitations import Invitation
from procurement.models.people import Person
from procurement.models.stages import Stage
from procurement.queries import assessment as assessment_queries
from procurement.queries import invitations as invitations_queries
from procurement.queries import moderation as moderation_queries
from procurement.queries import stages as stages_queries
from procurement.rules import invitations as rules
from procurement.rules.conflicts import barred_from_call
from procurement.rules.invitations import InvitationStatus
from procurement.rules.permissions import Permission, may
from procurement.rules.ports import Ports
from procurement.rules.questions import word_count
from procurement.services import about, assessment, messages
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.locks import lock_call, lock_stage
from procurement.services.refusal import Refusal, require_role, require_running
from workflows.facts import Sentence, day_in_words, in_words

NO_SUCH = Sentence("There is no such invitation.")


def invite(act: Act, stage_id: int, person_ids: Collection[int], answer_by: date) -> list[Invitation]:
    """Invite people to assess a stage, from the publication of the call until its marks are locked: all of them or,
    with every reason, none. `answer_by` is the last day (UK) to answer. Each gets one message.

    Nobody is invited again while an invitation of theirs stands, also one that they declined.
    """
    call, stage = lock_stage(act.session, stage_id)
    require_role(act.by, Permission.INVITE)
    _require_inviting(call, stage)
    reasons = rules.faults(answer_by, act.today)
    chosen = sorted(set(person_ids))
    if not chosen:
        reasons.append(Sentence("Choose at least one person to invite."))
    if len(chosen) > rules.MOST_AT_ONCE:
        reasons.append(Sentence("Invite at most %(most)s people at once.", most=rules.MOST_AT_ONCE))
    people = _people(act, chosen)
    if len(people) != len(chosen):
        raise Refusal(Sentence("Choose people from the list."), status=404)
    there = invitations_queries.standing(act.session, stage.id)
    applicants, authors = moderation_queries.applicants_of(act.session, call.id), frozenset(call.authors)
    for person in people:
        why = barred_from_call(moderation_queries.as_reader(person), applicants, authors)
        if person.id in there:
            why = Sentence("An invitation to this stage stands already.")
        if why is not None:
            text = "%(person)s cannot be invited. %(reason)s"
            reasons.append(Sentence(text, person=person.name, reason=str(why)))
    if reasons:
        raise Refusal(*reasons)

    made = [
        Invitation(stage_id=stage.id, person_id=each.id, answer_by=answer_by, invited_by=_id(act), invited_at=act.now)
        for each in people
    ]
    act.session.add_all(made)
    act.session.flush()
    for each, person in zip(made, people, strict=True):
        data = {"person": person.id, "invitation": each.id, "answer_by": answer_by.isoformat()}
        record(act, "stage.invite", "stage", stage.id, call_id=call.id, data=data)
        _tell(act, stage, each, person, "invited_to_stage", said_of(stage, answer_by))
    return made


def withdraw(act: Act, invitation_id: int) -> Invitation:
    """Take an invitation back; the row stays, and the person may be invited anew. Who was asked to read something is
    not invited but at work: that is taken away where it was given."""
    call, stage, invitation = _lock(act, invitation_id)
    require_role(act.by, Permission.INVITE)
    if invitation.withdrawn_at is not None:
        return invitation
    _require_inviting(call, stage)
    if invitations_queries.reads_in(act.session, stage.id, invitation.person_id):
        raise Refusal(Sentence("They were asked to read something in this stage. Take that away first."))
    before = invitation.status(act.today)
    invitation.withdrawn_by, invitation.withdrawn_at = _id(act), act.now
    act.session.flush()
    _record(act, "stage.withdraw_invitation", call, invitation, before)
    _tell(act, stage, invitation, invitation.person, "invitation_withdrawn", {})
    return invitation


def answer(act: Act, invitation_id: int, *, accepts: bool, reason: str = "") -> Invitation:
    """Say yes or no to one's own invitation. An answer can be changed until the marks are locked; no yes is taken back
    this way by who was already asked to read something. `reason` is for the staff of the call."""
    call, stage, invitation = _lock_own(act, invitation_id)
    _require_inviting(call, stage)
    if word_count(reason) > rules.MOST_REASON:
        raise Refusal(Sentence("Say it in at most %(most)s words.", most=rules.MOST_REASON))
    if invitation.accepted is accepts:
        return invitation
    if not accepts and invitations_queries.reads_in(act.session, stage.id, invitation.person_id):
        raise Refusal(Sentence("You were asked to read something in this stage already. Decline it where you read it."))
    before = invitation.status(act.today)
    invitation.accepted, invitation.answered_at = accepts, act.now
    invitation.reason = "" if accepts else reason.strip()
    invitation.declared_at = None
    act.session.flush()
    tag = "stage.accept_invitation" if accepts else "stage.decline_invitation"
    _record(act, tag, call, invitation, before, note=invitation.reason)
    if not accepts:
        _tell_officers(act, call, stage, invitation)
    return invitation


def declare(
    act: Act, stage_id: int, interests: Mapping[int, tuple[str, str]], *, seen: Collection[int]
) -> Invitation | None:
    """Say of every organisation that applied to an opened stage whether one has an interest in it: {organisation:
    (hard | soft, note)}; one that is missing is one without. What was declared of other organisations stays.

    It is for whoever accepted an invitation to the stage, or was asked to read something in it; `seen` are the ids that
    the page listed. Returns the invitation, if there is one. A hard interest takes away whatever of that organisation
    the person was asked to read and has not submitted.
    """
    require_role(act.by, Permission.ASSESSOR_HOME)
    stage = stages_queries.get(act.session, stage_id)
    firms = {each.id for each in assessment_queries.applicants_of(act.session, stage.id)}
    hard = [firm for firm, (weight, _) in interests.items() if weight == "hard"]
    ended = assessment_queries.live_with(act.session, _id(act), hard)
    for call_id in sorted({stage.call_id, *(call_id for call_id, _ in ended)}):
        lock_call(act.session, call_id)
    call, stage = lock_stage(act.session, stage_id)
    invitation = invitations_queries.standing(act.session, stage.id).get(_id(act))
    agreed = invitation is not None and invitation.status(act.today) is InvitationStatus.ACCEPTED
    if not agreed and not invitations_queries.reads_in(act.session, stage.id, act.by.id):
        raise Refusal(NO_SUCH, status=404)
    _require_inviting(call, stage)
    if not stage.opened:
        raise Refusal(Sentence("Who applied is not known yet. You are asked when the stage is opened."))
    if firms != set(seen):
        raise Refusal(Sentence("The list of who applied has changed. Read it again."))
    if not set(interests) <= firms:
        raise Refusal(Sentence("Choose an organisation from the list, and how close you are to it."))
    others = {
        row.organisation_id: (row.weight, row.note)
        for row in assessment_queries.interests_of(act.session, _id(act))
        if row.organisation_id not in firms
    }
    whole = {**others, **interests}
    assessment.declare_interests(act, whole, none=not whole)
    if not agreed or invitation is None:
        return None
    invitation.declared_at = act.now
    act.session.flush()
    data = {"person": invitation.person_id, "invitation": invitation.id, "organisations": len(firms)}
    record(act, "stage.declare_for_stage", "stage", stage.id, call_id=call.id, data=data)
    return invitation


def remind(act: Act, invitation_id: int) -> None:
    """Two days before an answer is due, once: the sweep's. Whether it was answered is read while nobody can."""
    call, stage, invitation = _lock(act, invitation_id)
    if not invitations_queries.is_inviting(call, stage):
        return
    if invitation_id not in invitations_queries.due_to_remind(act.session, act.now):
        return
    invitation.reminded_at = act.now
    _tell(act, stage, invitation, invitation.person, "invitation_reminder", said_of(stage, invitation.answer_by))


def preview(ports: Ports, settings: Mapping[str, Any], stage: Stage, answer_by: date) -> tuple[str, str]:
    """Subject and text of what each would be written, before anybody is invited; the stage has its call, `settings` are
    those of the day."""
    fields = _fields(stage, said_of(stage, answer_by))
    return messages.compose(ports, settings, "invited_to_stage", fields, name="…")


def said_of(stage: Stage, answer_by: date) -> dict[str, str]:
    """What an invitation says of the stage: nothing of the bids, whose number nobody knows before the opening."""
    readers = "one assessor" if stage.readers == 1 else f"{stage.readers} assessors"
    due = f"until {in_words(stage.assess_by)}" if stage.assess_by is not None else "until a date that we tell you"
    return {"noun": stage.noun, "nouns": stage.nouns, "readers": readers, "until": due, "by": day_in_words(answer_by)}


# parts


def _require_inviting(call: Call, stage: Stage) -> None:
    require_running(call.state)
    if not invitations_queries.is_inviting(call, stage):
        raise Refusal(Sentence("Nobody is invited to this stage: it has no assessment, or its marks are locked."))


def _people(act: Act, ids: Sequence[int]) -> list[Person]:
    return list(
        act.session.scalars(
            select(Person)
            .where(Person.id.in_(ids), Person.disabled_at.is_(None))
            .options(selectinload(Person.roles), selectinload(Person.memberships))
            .order_by(Person.id)
        )
    )


def _lock(act: Act, invitation_id: int) -> tuple[Call, Stage, Invitation]:
    """An invitation with its stage and call, held."""
    stage_id = act.session.scalar(select(Invitation.stage_id).where(Invitation.id == invitation_id))
    if stage_id is None:
        raise Refusal(NO_SUCH, status=404)
    call, stage = lock_stage(act.session, stage_id)
    act.session.get_one(Invitation, invitation_id, with_for_update=True, populate_existing=True)
    found = invitations_queries.find(act.session, invitation_id)
    assert found is not None  # noqa: S101  (it is held)
    return call, stage, found


def _lock_own(act: Act, invitation_id: int) -> tuple[Call, Stage, Invitation]:
    """The same for whoever was invited: 404 for anybody else, and once it was withdrawn."""
    call, stage, found = _lock(act, invitation_id)
    if not may(act.by, Permission.INVITATION_ANSWER, found, act.now):
        raise Refusal(NO_SUCH, status=404)
    if found.withdrawn_at is not None:
        raise Refusal(Sentence("This invitation was withdrawn. You have nothing to do."))
    return call, stage, found


def _record(
    act: Act, tag: str, call: Call, invitation: Invitation, before: InvitationStatus, *, note: str = ""
) -> None:
    after = invitation.status(act.today)
    data = {
        "person": invitation.person_id,
        "invitation": invitation.id,
        "before": before.value,
        "after": after.value,
    }
    record(act, tag, "stage", invitation.stage_id, call_id=call.id, data=data, note=note)


def _fields(stage: Stage, said: Mapping[str, str]) -> dict[str, str]:
    call = stage.call
    page = f"/assess/calls/{call.ref}/stages/{stage.key}/invitation"
    return {"reference": call.ref, "call": call.title, "stage": stage.title, "link": page, **said}


def _tell(act: Act, stage: Stage, invitation: Invitation, person: Person, kind: str, said: Mapping[str, str]) -> None:
    fields = _fields(stage, said)
    messages.tell(act, kind, [person], fields, occasion=f"{kind}:{invitation.id}:", about=about.stage(stage))


def _tell_officers(act: Act, call: Call, stage: Stage, invitation: Invitation) -> None:
    """Each time somebody says no: an answer can be changed."""
    fields = {
        "reference": call.ref,
        "call": call.title,
        "stage": stage.title,
        "assessor": invitation.person.name,
        "reason": invitation.reason or "No reason was given.",
        "link": f"/manage/calls/{call.ref}/stages/{stage.key}/assessors",
    }
    officers = assessment_queries.officers_of(act.session, call)
    occasion = f"invitation_declined:{invitation.id}:{act.now:%Y%m%d%H%M%S%f}:"
    messages.tell(act, "invitation_declined", officers, fields, occasion=occasion, about=about.stage(stage))


def _id(act: Act) -> int:
    assert act.by.id is not None  # noqa: S101  (somebody who holds a role)
    return act.by.id
