"""From the telling to the answer: all applicants told at one instant, awards confirmed, accepted or refused."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from procurement.models.applications import Application, Entry
from procurement.models.awards import Award, Notice
from procurement.models.calls import Call
from procurement.models.people import Organisation
from procurement.models.stages import Stage
from procurement.queries import assessment as assessment_queries
from procurement.queries import assistance as assistance_queries
from procurement.queries import awards as awards_queries
from procurement.queries import claims as claims_queries
from procurement.queries import corrections as corrections_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import documents as documents_queries
from procurement.queries import people as people_queries
from procurement.queries import stages as stages_queries
from procurement.rules.permissions import Permission
from procurement.rules.vat import said_shortly, vat_of
from procurement.services import about, applications, assistance, messages, progress, publishing, stages
from procurement.services.act import Act
from procurement.services.decisions import CORRECTED_FIRST
from procurement.services.history import record
from procurement.services.locks import lock_stage
from procurement.services.refusal import Refusal, require_reason, require_role, require_team
from workflows.catalogue import states
from workflows.definition import Role
from workflows.facts import Sentence, in_words
from workflows.guards.awards import award_unconfirmed

APPLICANT = frozenset({Role.APPLICANT})
NOTHING_MORE: Mapping[str, str] = {}
LONGEST_WAIT = timedelta(days=180)
SUSPENDED = Sentence(
    "A claim was made during the standstill, so nothing can be accepted until that is lifted (Procurement Act 2023 "
    "section 101)."
)


def tell(act: Act, stage_id: int) -> Stage:
    """Tell every applicant of a stage, at one instant. Refused until each letter and summary is ready, and the next
    stage can begin. Whoever advanced enters that from this instant, or with the acceptance of the award.

    The awards of a fund stand from this instant; those of a challenge wait for the notice and its standstill.
    """
    call, stage = lock_stage(act.session, stage_id)
    require_role(act.by, Permission.OUTCOME_TELL)
    if stage.told_at is not None:
        raise Refusal(Sentence("The applicants were told on %(told_at)s.", told_at=stage.told_at))
    if stage.state not in states.stage.untold:
        raise Refusal(Sentence("The decisions have not been approved yet."))
    if corrections_queries.waiting_of(act.session, stage.id):
        raise Refusal(CORRECTED_FIRST)
    facts = replace(
        stages_queries.facts(call, stage, by=act.by, now=act.now),
        letters_due=documents_queries.letters_due(act.session, stage.id),
        next_problems=decisions_queries.next_problems(act.session, call, stage, act.now),
    )
    progress.move(act, stage, call, "tell", roles=act.by.workflow_roles(), facts=facts)
    stage.told_at = act.now
    act.session.flush()
    told = act.session.scalars(
        select(Entry)
        .where(Entry.stage_id == stage.id, Entry.state.in_(states.entry.answered))
        .options(joinedload(Entry.application).joinedload(Application.lot))
        .order_by(Entry.id)
        .with_for_update(of=Entry)
    ).all()
    for entry in told:
        set_committed_value(entry, "stage", stage)
        entry.told_at = act.now
    _tell_awards(act, call, stage)
    _write_to_teams(act, call, told, stages_queries.of_call(act.session, call.id))
    publishing.publish_told(act, call, stage)
    if not stage.awards:  # otherwise each goes on when the award is accepted
        _go_on(act, call, stage, told)
    return stage


def _go_on(act: Act, call: Call, stage: Stage, told: Sequence[Entry]) -> None:
    """Let whoever advanced enter the next stage of their lot, which begins with the first of them.

    Who accepts an award after that stage has closed does not enter it: the award stands all the same.
    """
    by_stage: dict[int, list[Application]] = {}
    following = {
        lot_id: after
        for lot_id, after in decisions_queries.following_of(act.session, call, stage).items()
        if not stages_queries.takes_nobody_more(after, act.now)
    }
    for entry in told:
        if entry.state in states.entry.advanced and entry.application.lot_id in following:
            by_stage.setdefault(following[entry.application.lot_id].id, []).append(entry.application)
    for stage_id in sorted(by_stage):
        _, after = lock_stage(act.session, stage_id)
        if after.started_at is None:
            stages.start(act, call, after)
        applications.enter_all(act, call, by_stage[stage_id], after)


def confirm(act: Act, award_id: int) -> bool:
    """Write down a confirmation that has fallen due, effective at its instant; False when there was nothing to do."""
    call, award = _take(act.session, award_id)
    facts = awards_queries.facts(act.session, call, award, now=act.now)
    if not progress.catch_up(act, award, call, facts=facts):
        return False
    if award.state in states.award.confirmed:
        _write_to_team(act, call, award.entry, "award_confirmed", _confirmed(act, call, award))
    return True


def expire(act: Act, award_id: int) -> bool:
    """Write down that an award has ended that nobody answered by its date; False when there was nothing to do."""
    call, award = _take(act.session, award_id)
    facts = awards_queries.facts(act.session, call, award, now=act.now)
    return bool(progress.catch_up(act, award, call, facts=facts))


def remind(act: Act, award_id: int) -> bool:
    """Some days before the date to accept by, once: the sweep's. False when there is nobody to remind any more."""
    call, award = _take(act.session, award_id)
    if award.id not in awards_queries.due_to_remind(act.session, act.now):
        return False
    award.reminded_at = act.now
    _write_to_team(act, call, award.entry, "award_reminder", {"until": _until(award)}, again=_until(award))
    return True


def give_longer(act: Act, award_id: int, accept_by: datetime, reason: str) -> Award:
    """An officer moves the date to accept by: later only, with a reason, and its team is told."""
    call, award = _take(act.session, award_id)
    require_role(act.by, Permission.DECISION_PROPOSE)
    if award.state not in states.award.confirmed or award.accept_by is None or award.accept_by <= act.now:
        raise Refusal(Sentence("This award does not wait for an answer by a date."))
    if accept_by <= award.accept_by:
        raise Refusal(Sentence("Choose a later date than %(until)s.", until=award.accept_by))
    if accept_by > act.now + LONGEST_WAIT:
        raise Refusal(Sentence("Choose a date within %(days)s days.", days=LONGEST_WAIT.days))
    require_reason(reason)
    data = {"before": award.accept_by, "after": accept_by}
    record(act, "award.give_longer", "award", award.id, call_id=call.id, data=data, note=reason.strip())
    award.accept_by, award.reminded_at = accept_by, None
    act.session.flush()
    _write_to_team(act, call, award.entry, "award_longer", {"until": _until(award)}, again=_until(award))
    return award


def accept(act: Act, award_id: int) -> Award:
    """The lead of the organisation accepts a confirmed award. Accepting twice gives the same. With it minimal financial
    assistance is given (Subsidy Control Act 2022 s. 37(4)), and the event keeps its figures; where nobody was asked to
    confirm it before, as in calls of older rules, accepting is the written confirmation too."""
    call, award = _answering(act, award_id)
    if award.state in states.award.accepted:
        return award
    facts = awards_queries.facts(act.session, call, award, now=act.now, actor=act.by.id)
    if award.lot_id in claims_queries.suspended(act.session, call.id):
        raise Refusal(SUSPENDED)
    if award.state in states.award.confirmed and award.accept_by is not None and award.accept_by <= act.now:
        raise Refusal(Sentence("It had to be answered by %(until)s, so the award has ended.", until=award.accept_by))
    if award.state in states.award.told and (reason := award_unconfirmed(facts)) is not None:
        raise Refusal(reason)
    helped = awards_queries.assistance_of(act.session, call, award, act.today)
    if helped is not None and helped.exceeded is not None:
        raise Refusal(helped.exceeded)
    if helped is not None and (above := assistance.accepted_too_much(act, award, helped)):
        raise Refusal(*above)
    confirmed = None if helped is None else helped.figures
    progress.move(act, award, call, "accept", roles=APPLICANT, facts=facts, data=confirmed)
    award.answered_at, award.awaits_signing = act.now, True
    if helped is not None:
        assistance.give(act, call, award, helped)
    _tell_officers(act, call, award.entry, "award_accepted", {"by": act.by.name})
    said = {"by": act.by.name, "when": in_words(act.now)}
    _write_to_team(act, call, award.entry, "acceptance_received", said, again=str(award.id))
    _go_on(act, call, award.entry.stage, [award.entry])
    return award


def refuse(act: Act, award_id: int, reason: str) -> Award:
    """The lead of the organisation refuses an award, with the reason; also while standstill runs."""
    call, award = _answering(act, award_id)
    facts = awards_queries.facts(act.session, call, award, now=act.now, actor=act.by.id, reason=reason.strip())
    progress.move(act, award, call, "refuse", roles=APPLICANT, facts=facts)
    award.answered_at, award.reason = act.now, reason.strip()
    _tell_officers(act, call, award.entry, "award_refused", {"by": act.by.name, "reason": award.reason})
    return award


def list_due(session: Session, now: datetime) -> list[int]:
    """The awards whose confirmation the sweep writes down."""
    return list(awards_queries.due_to_confirm(session, now))


def tell_award(act: Act, call: Call, award: Award, *, at: datetime | None = None) -> None:
    """Let an award be known: with its stage, or `at` an instant of its own. It stands from then on where nothing has
    to be waited for."""
    act.session.get_one(Award, award.id, with_for_update=True)
    notice = awards_queries.notices_of(act.session, call).of(award)
    waits = assistance_queries.is_confirmed_first(act.session, call)
    _let_be_known(act, call, award, notice, at, waits=waits)
    amount = str(said_shortly(award.amount, vat_of(award)))
    told = {"amount": amount, "until": _until(award)}
    _write_to_team(act, call, award.entry, "award_from_reserve", told, again=str(award.id))
    if waits:
        assistance.ask(act, call, [award])


def _tell_awards(act: Act, call: Call, stage: Stage) -> None:
    """Let the awards of a stage be known with it: they are held, and what is the same for all is read, once."""
    awards = [each for each in awards_queries.of_stage(act.session, stage.id) if each.state in states.award.approved]
    ids = [each.id for each in awards]
    act.session.execute(select(Award.id).where(Award.id.in_(ids)).order_by(Award.id).with_for_update())
    notices = awards_queries.notices_of(act.session, call)
    waits = assistance_queries.is_confirmed_first(act.session, call)
    with publishing.together(act, call):
        for award in awards:
            _let_be_known(act, call, award, notices.of(award), None, waits=waits)
    if waits:
        assistance.ask(act, call, awards)


def _let_be_known(
    act: Act, call: Call, award: Award, notice: Notice | None, at: datetime | None, *, waits: bool
) -> None:
    """`waits`: it is firm only when its enterprise has confirmed something; nothing by the clock alone."""
    facts = awards_queries.facts_with(notice, call, award, now=act.now, actor=act.by.id)
    facts = facts if at is None else replace(facts, told_at=at)
    progress.move(act, award, call, "tell", roles=act.by.workflow_roles(), facts=facts)
    if not awards_queries.has_standstill(call) and not waits:
        award.confirm_at = act.now
        facts = awards_queries.facts_with(notice, call, award, now=act.now)
        progress.catch_up(act, award, call, facts=facts)


def _take(session: Session, award_id: int) -> tuple[Call, Award]:
    """An award with its entry, the stage and the application of that, and its call, held."""
    stage_id = session.scalar(
        select(Entry.stage_id).join(Award, Award.entry_id == Entry.id).where(Award.id == award_id)
    )
    if stage_id is None:
        raise Refusal(Sentence("There is no such award."), status=404)
    call, _ = lock_stage(session, stage_id)
    award = session.scalars(
        select(Award)
        .where(Award.id == award_id)
        .options(
            joinedload(Award.entry).options(
                joinedload(Entry.stage), joinedload(Entry.application).joinedload(Application.lot)
            )
        )
        .with_for_update(of=Award)
        .execution_options(populate_existing=True)
    ).one()
    return call, award


def _answering(act: Act, award_id: int) -> tuple[Call, Award]:
    """An award that was told, for the lead of its organisation; nobody else learns that it is there."""
    call, award = _take(act.session, award_id)
    require_team(act.by, Permission.AWARD_ANSWER, award.entry, act.now)
    return call, award


def _outcome_of(stages_of_call: Sequence[Stage], entry: Entry) -> dict[str, str]:
    """Of which stage the outcome is, and whether there is one to go on to: the same for whoever does and does not."""
    stage = entry.stage
    following = stages_queries.following(stages_of_call, stage, entry.application.lot_id)
    return {
        "noun": stage.decided_noun,
        "stage": stage.title if len(stages_of_call) > 1 else "",
        "going_on": "" if following is None else "If you go on, the page says what is next and until when.",
    }


def _write_to_teams(act: Act, call: Call, told: Sequence[Entry], stages_of_call: Sequence[Stage]) -> None:
    """Word to each team that its outcome is there: as many statements for a thousand teams as for one."""
    teams = people_queries.reachable_of(act.session, {entry.application.organisation_id for entry in told})
    letters = [
        messages.Letter(
            person=person,
            key=f"outcome_ready:{entry.id}:{person.id}",
            fields=_fields(call, entry, _outcome_of(stages_of_call, entry)),
            about=about.entry(entry),
        )
        for entry in told
        for person in teams[entry.application.organisation_id]
    ]
    messages.stage_all(act, "outcome_ready", letters)


def _fields(call: Call, entry: Entry, more: Mapping[str, str] = NOTHING_MORE) -> dict[str, str]:
    return {
        "reference": entry.application.ref,
        "call": call.title,
        "link": f"/applications/{entry.application.ref}/stages/{entry.stage.key}/outcome",
        **more,
    }


def _confirmed(act: Act, call: Call, award: Award) -> dict[str, str]:
    """Until when an award that is confirmed can be answered, and when the standstill before it ended."""
    ended = awards_queries.notices_of(act.session, call).standstill_of(award)
    return {"until": _until(award), "ended": "" if ended is None else in_words(ended)}


def _until(award: Award) -> str:
    return "" if award.accept_by is None else in_words(award.accept_by)


def _write_to_team(
    act: Act, call: Call, entry: Entry, kind: str, more: Mapping[str, str] = NOTHING_MORE, *, again: str = ""
) -> None:
    """`again` tells one message of a kind from a later one about the same entry."""
    messages.tell(
        act,
        kind,
        people_queries.reachable(act.session, entry.application.organisation_id),
        _fields(call, entry, more),
        occasion=f"{kind}:{entry.id}:{again}:" if again else f"{kind}:{entry.id}:",
        about=about.entry(entry),
    )


def _tell_officers(act: Act, call: Call, entry: Entry, kind: str, more: dict[str, str]) -> None:
    application = entry.application
    fields = {
        "reference": application.ref,
        "call": call.title,
        "link": f"/manage/calls/{call.ref}/stages/{entry.stage.key}/outcomes",
        "organisation": act.session.get_one(Organisation, application.organisation_id).name,
        **more,
    }
    messages.tell(
        act,
        kind,
        assessment_queries.officers_of(act.session, call),
        fields,
        occasion=f"{kind}:{entry.id}:",
        about=about.entry(entry),
    )
