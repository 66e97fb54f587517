"""Who reads what: asking assessors, taking an assignment away, reminding whoever is late."""

from collections.abc import Collection, Mapping, Sequence

from procurement.models.assessment import Assignment
from procurement.models.people import Person
from procurement.models.stages import Stage
from procurement.queries import assessment as assessment_queries
from procurement.queries import invitations as invitations_queries
from procurement.rules.conflicts import conflict
from procurement.rules.dates import uk_day
from procurement.rules.permissions import SYSTEM, Permission
from procurement.rules.references import BYTES_NEEDED, VERIFY_LENGTH, code
from procurement.services import about, messages, progress
from procurement.services.act import Act
from procurement.services.assessment.locks import ASSESSOR, lock_assignment
from procurement.services.locks import lock_stage
from procurement.services.messages import Letter
from procurement.services.refusal import Refusal, require_role, require_running
from workflows.catalogue import states
from workflows.facts import Facts, Sentence, in_words


def assign(act: Act, stage_id: int, pairs: Collection[tuple[int, int]]) -> list[Assignment]:
    """Ask people to read what was sent to a stage: (entry, person) for each. All of them or, with every reason, none.

    One message to each person, however many they are asked for. Who accepted an invitation to the stage and declared
    their interests on the list of who applied to it has answered: they can begin at once.
    """
    call, stage = lock_stage(act.session, stage_id)
    require_role(act.by, Permission.ASSIGN)
    if not assessment_queries.is_marking(call, stage):
        raise Refusal(Sentence("Assessors can be asked once the assessment has begun, until the marks are locked."))
    rows = {row.entry.id: row for row in assessment_queries.table_of(act.session, stage.id)}
    assessors = {each.person.id: each for each in assessment_queries.list_assessors(act.session, stage)}
    applicants = frozenset(firm.id for firm in assessment_queries.applicants_of(act.session, stage.id))
    authors, reasons, chosen = frozenset(call.authors), [], sorted(set(pairs))
    for entry_id, person_id in chosen:
        row, assessor = rows.get(entry_id), assessors.get(person_id)
        if row is None or row.entry.state not in states.entry.assessing or assessor is None:
            raise Refusal(Sentence("Choose applications and assessors of this call."), status=404)
        if (reason := conflict(assessor.reader, row.bid, applicants, authors)) is not None:
            reasons.append(
                Sentence(
                    "%(person)s cannot be asked to read %(application)s. %(reason)s",
                    person=assessor.person.name,
                    application=row.ref,
                    reason=str(reason),
                )
            )
    if not chosen:
        raise Refusal(Sentence("Choose at least one assessor for at least one application."))
    if reasons:
        raise Refusal(*reasons)

    again = assessment_queries.ended_of(act.session, chosen)
    made = [
        Assignment(
            ref=code(act.ports.randomness.bytes(BYTES_NEEDED), VERIFY_LENGTH),
            call_id=call.id,
            application_id=rows[entry_id].entry.application_id,
            entry_id=entry_id,
            person_id=person_id,
            state="",  # progress.begin says which
            assigned_by=act.by.id,
            assigned_at=act.now,
        )
        for entry_id, person_id in chosen
        if (entry_id, person_id) not in again
    ]
    act.session.add_all(made)
    act.session.flush()
    for each in made:
        data = {"application": each.application_id, "entry": each.entry_id, "person": each.person_id}
        progress.begin(act, each, call, data=data)
    for each in again.values():
        progress.move(
            act.made_by(SYSTEM), each, call, "ask_again", roles=progress.SYSTEM_ROLES, facts=Facts(now=act.now)
        )
        each.assigned_at, each.reminded_at = act.now, None
    made += again.values()
    agreed = invitations_queries.declared(act.session, stage.id)
    for each in made:
        if each.person_id in agreed:
            facts = Facts(now=act.now, actor=each.person_id)
            progress.move(act.made_by(SYSTEM), each, call, "accept", roles=ASSESSOR, facts=facts)
    _invite(act, stage, made, {person_id: each.person for person_id, each in assessors.items()}, agreed)
    return made


def remove(act: Act, assignment_id: int, reason: str) -> Assignment:
    """Take an assignment away, with the reason that the record keeps. What was marked stays in the history."""
    call, assignment = lock_assignment(act.session, assignment_id)
    require_running(call.state)
    facts = assessment_queries.facts(call, assignment, (), now=act.now, reason=reason)
    progress.move(act, assignment, call, "remove", roles=act.by.workflow_roles(), facts=facts)
    assignment.reason = reason.strip()
    return assignment


def remind(act: Act, stage_id: int, person_ids: Sequence[int] | None) -> int:
    """Remind some or all whose scorecards are still to come: at most once a day each. Returns how many were."""
    call, stage = lock_stage(act.session, stage_id)
    require_role(act.by, Permission.ASSIGN)
    if not assessment_queries.is_marking(call, stage):
        raise Refusal(Sentence("Nobody has anything to mark in this call now."))
    today = act.today
    late = {
        person_id: due
        for person_id, due in assessment_queries.late_readers(act.session, stage.id, person_ids).items()
        if not any(each.reminded_at is not None and uk_day(each.reminded_at) == today for each in due)
    }
    letters = [
        Letter(
            due[0].person,
            f"assessment_reminder:{stage.id}:{person_id}:{today.isoformat()}",
            {
                "reference": call.ref,
                "call": call.title,
                "left": _counted(stage, len(due)),
                "due": _due(stage),
                "link": "/assess",
            },
            about.stage(stage),
        )
        for person_id, due in late.items()
    ]
    messages.stage_all(act, "assessment_reminder", letters)
    for due in late.values():
        for each in due:
            each.reminded_at = act.now
    return len(late)


def _invite(
    act: Act, stage: Stage, made: Sequence[Assignment], people: Mapping[int, Person], agreed: Collection[int]
) -> None:
    """One message to each person, each time that they are asked; `agreed` are those who have answered already."""
    call, where = stage.call, about.stage(stage)
    own: dict[int, list[Assignment]] = {}
    for each in made:
        own.setdefault(each.person_id, []).append(each)
    letters: dict[str, list[Letter]] = {"assigned_to_read": [], "invited_to_assess": []}
    for person_id, given in sorted(own.items()):
        kind = "assigned_to_read" if person_id in agreed else "invited_to_assess"
        letters[kind].append(
            Letter(
                people[person_id],
                f"{kind}:{stage.id}:{person_id}:{given[0].id}:{act.now.isoformat()}",
                {
                    "reference": call.ref,
                    "call": call.title,
                    "count": _counted(stage, len(given)),
                    "due": _due(stage),
                    "link": "/assess",
                },
                where,
            )
        )
    for kind, to_each in letters.items():
        if to_each:
            messages.stage_all(act, kind, to_each)


def _counted(stage: Stage, count: int) -> str:
    return f"1 {stage.noun}" if count == 1 else f"{count} {stage.nouns}"


def _due(stage: Stage) -> str:
    return in_words(stage.assess_by) if stage.assess_by is not None else "the date that the officers tell you"
