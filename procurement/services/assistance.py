"""Minimal financial assistance: an award is firm once the enterprise has confirmed what it received, an officer has
looked at that, and it is written to when the grant is given (Subsidy Control Act 2022 ss. 36, 37)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from procurement.models.applications import Entry
from procurement.models.awards import Award
from procurement.models.calls import Call
from procurement.models.people import Organisation, Person
from procurement.models.requests import Request
from procurement.queries import applications as applications_queries
from procurement.queries import assessment as assessment_queries
from procurement.queries import assistance as assistance_queries
from procurement.queries import awards as awards_queries
from procurement.queries import calls as calls_queries
from procurement.queries import decisions as decisions_queries
from procurement.queries import installation as installation_queries
from procurement.queries import people as people_queries
from procurement.queries import requests as requests_queries
from procurement.rules import questions as question_rules
from procurement.rules.assistance import Assistance, Reckoned, ceiling_of, confirm_by, months_later
from procurement.rules.dates import uk_day
from procurement.rules.documents import AssistanceConfirmation, Fact, salutation_of
from procurement.rules.money import format_pounds
from procurement.rules.permissions import SYSTEM, Permission
from procurement.rules.requests import RequestKind
from procurement.rules.starters.assistance import assistance_questions
from procurement.services import about, documents, messages, progress
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.locks import lock_organisations, lock_stage
from procurement.services.opening import read_submission
from procurement.services.refusal import Refusal
from procurement.services.requests.locks import lock_asked
from procurement.services.requests.telling import tell_to_confirm
from workflows.catalogue import states
from workflows.facts import Sentence, day_in_words, in_words

KEPT = 36  # months for which the enterprise keeps its record (s. 37(7))
NOT_KEPT = Sentence(
    "The enterprise says that it would not keep within the limit, so this cannot be given as minimal financial "
    "assistance."
)
NOT_ACCEPTED = Sentence("So it cannot be accepted. Write to us.")
NOTHING_WAITS = Sentence("Nothing waits to be looked at: it was not confirmed, or the award has ended or is firm.")


def ask(act: Act, call: Call, awards: Sequence[Award]) -> None:
    """Ask the teams of some awards that are being told to confirm, each with its figures: as many statements for many
    as for one, but for its event. The letter of each was the notification (s. 37(2))."""
    if not awards:
        return
    settings = installation_queries.settings(act.session, act.today)
    closes_at = confirm_by(act.now, settings["assistance_days"])
    entries = applications_queries.get_entries(act.session, [award.entry_id for award in awards])
    last = requests_queries.last_numbers(act.session, [entry.application_id for entry in entries])
    amounts = {award.entry_id: award for award in awards}
    made = []
    for entry in entries:
        award = amounts[entry.id]
        assistance = Assistance(award.amount, ceiling_of(settings), act.today)
        number = last.get(entry.application_id, 0) + 1
        request = Request(
            application_id=entry.application_id,
            entry_id=entry.id,
            number=number,
            kind=RequestKind.ASSISTANCE,
            text=assistance.asked(),
            questions=[question_rules.to_plain(each) for each in assistance_questions(assistance, number)],
            closes_at=closes_at,
            asked_by=award.proposed_by if act.by.id is None else act.by.id,
            asked_at=act.now,
        )
        made.append((entry, request))
    act.session.add_all(request for _, request in made)
    act.session.flush()
    for _, request in made:
        data = {"request": request.id, "kind": request.kind, "closes_at": request.closes_at}
        record(act, "entry.ask", "entry", request.entry_id, call_id=call.id, data=data, note=request.text)
    tell_to_confirm(act, call, made)


def _reckoned(act: Act, request: Request, award: Award) -> tuple[Reckoned, bool]:
    """What an answer comes to with its grant if that is given today, and whether the enterprise says that it keeps
    within the ceiling. Refusal where its bytes are not those that were stored."""
    snapshot = None if request.submission is None else read_submission(act.ports, request.submission)
    if snapshot is None:
        raise Refusal(Sentence("What was sent could not be read: its bytes are not those that were stored."))
    return assistance_queries.reckoned_of(act.session, request, award, snapshot["answers"], act.now)


def agree(act: Act, request_id: int) -> Award:
    """An officer has looked at what was confirmed: the award is firm from now on, and its team is told. Refused above
    the ceiling, by what the enterprise lists or by what the service knows, and where it says no."""
    call, request, award = _take(act, request_id)
    lock_organisations(act.session, [request.entry.organisation_id])
    found, keeps = _reckoned(act, request, award)
    own = assistance_queries.own_of(
        act.session, [request.entry.organisation_id], found.assistance, but=[request.entry_id]
    ).get(request.entry.organisation_id, [])
    if reasons := against(found, own, keeps=keeps):
        raise Refusal(*reasons)
    _looked(act, request)
    data = {
        "request": request.id,
        **found.assistance.figures,
        "received": int(found.received * 100),
        "total": int(found.total * 100),
    }
    record(act, "award.agree_assistance", "award", award.id, call_id=call.id, data=data, note=str(found.words))
    award.confirm_at = act.now
    facts = awards_queries.facts(act.session, call, award, now=act.now)
    progress.catch_up(act, award, call, facts=facts)
    until = "" if award.accept_by is None else in_words(award.accept_by)
    _tell_team(act, call, request.entry, "assistance_agreed", {"sums": str(found.words), "until": until})
    return award


def turn_down(act: Act, request_id: int, reason: str) -> Award:
    """An officer finds that the grant cannot be given as minimal financial assistance: the award ends, and its team is
    told why."""
    call, request, award = _take(act, request_id)
    if not reason.strip():
        raise Refusal(Sentence("Give a reason."))
    _looked(act, request)
    data = {"request": request.id}
    record(act, "award.turn_down_assistance", "award", award.id, call_id=call.id, data=data, note=reason.strip())
    _end(act, call, award, reason.strip())
    _tell_team(act, call, request.entry, "assistance_turned_down", {"reason": award.reason})
    return award


def lapse(act: Act, award_id: int) -> bool:
    """End an award that nobody confirmed in time: the sweep's. False where there is nothing to end any more."""
    entry_id = act.session.get_one(Award, award_id).entry_id
    entry = applications_queries.get_entry(act.session, entry_id)
    call, _ = lock_stage(act.session, entry.stage_id)
    award = act.session.get_one(Award, award_id, with_for_update=True, populate_existing=True)
    if award_id not in assistance_queries.due_to_lapse(act.session, act.now):
        return False
    request = assistance_queries.request_of(act.session, entry_id)
    assert request is not None  # noqa: S101  (by which it fell due)
    set_committed_value(award, "entry", request.entry)
    until = in_words(request.closes_at)
    _end(act, call, award, f"Nobody confirmed by {until} that it keeps within minimal financial assistance.")
    _tell_team(act, call, request.entry, "assistance_lapsed", {"until": until})
    application = request.entry.application
    messages.tell(
        act,
        "assistance_unconfirmed",
        assessment_queries.officers_of(act.session, call),
        {
            "reference": application.ref,
            "call": call.title,
            "organisation": application.organisation.name,
            "until": until,
            "link": f"/manage/calls/{call.ref}/stages/{entry.stage.key}/reserve",
        },
        occasion=f"assistance_unconfirmed:{award.id}:",
        about=about.entry(request.entry),
    )
    return True


def give(act: Act, call: Call, award: Award, assistance: Assistance) -> None:
    """Write to the enterprise that the grant is given as minimal financial assistance, when and how much (s. 37(4) and
    (5)), and keep on record what the public record must hold of it."""
    entry = applications_queries.get_entry(act.session, award.entry_id)
    firm, application, stage = entry.application.organisation, entry.application, entry.stage
    request = assistance_queries.request_of(act.session, entry.id)
    decision = decisions_queries.find_standing(act.session, entry.id)
    signs = request.looked_by if request is not None and request.looked_by is not None else None
    signs = decision.approved_by if signs is None and decision is not None else signs
    assert signs is not None and award.confirmed_at is not None  # noqa: PT018, S101  (approved, and firm)
    several = len(calls_queries.lots_of(act.session, call.id)) > 1
    kept = assistance.record(uk_day(award.confirmed_at), act.today)
    record(act, "award.give_assistance", "award", award.id, call_id=call.id, data=assistance.figures, note=str(kept))
    documents.request(
        act,
        "assistance_confirmation",
        f"assistance_confirmation:{award.id}",
        AssistanceConfirmation(
            organisation=firm.name,
            address=tuple(line for line in (firm.street, firm.town, firm.postcode) if line),
            application=application.ref,
            project=entry.title,
            call=f"{call.title} ({call.ref})",
            lot=f"Lot {application.lot.number}: {application.lot.title}" if several else "",
            dated=day_in_words(act.today),
            contact=call.contact or str(installation_queries.settings(act.session, act.today)["help_email"]),
            salutation=_salutation(act.session, firm),
            signed_by=act.session.get_one(Person, signs).name,
            noun=stage.noun,
            given=(
                Fact(name="Award", value=award.ref),
                Fact(name="Given as", value="Minimal financial assistance (Subsidy Control Act 2022 section 36)"),
                Fact(name="Date on which it is given", value=day_in_words(act.today)),
                Fact(name="Gross amount", value=format_pounds(award.amount)),
            ),
            keep=f"Keep this letter until {day_in_words(months_later(act.today, KEPT))} at least: it is your record "
            "that you received this as minimal financial assistance, when, and how much (section 37(6) and (7)). If "
            "another authority asks what you received, name this grant.",
            public=str(kept),
        ),
        title=f"Confirmation of minimal financial assistance for {application.ref}",
        reference=application.ref,
        about=about.entry(entry),
    )


def against(found: Reckoned, own: Sequence[assistance_queries.Own], *, keeps: bool) -> list[Sentence]:
    """Why a grant cannot be given as minimal financial assistance, by what its enterprise answered and by what the
    service itself gave it."""
    why = (None if keeps else NOT_KEPT, found.exceeded, own_exceeds(found.assistance, own))
    return [each for each in why if each is not None]


def own_exceeds(assistance: Assistance, own: Sequence[assistance_queries.Own]) -> Sentence | None:
    """Why a grant is too much, alone or beside what this service gave its enterprise already; None where it is not."""
    given = sum((each.amount for each in own), assistance.amount)
    if given <= assistance.ceiling:
        return None
    about = {"amount": format_pounds(assistance.amount), "ceiling": format_pounds(assistance.ceiling)}
    if not own:
        return Sentence(
            "This grant of %(amount)s is more than the %(ceiling)s of minimal financial assistance that the law allows "
            "(Subsidy Control Act 2022 section 36).",
            **about,
        )
    return Sentence(
        "We gave this enterprise %(given)s as minimal financial assistance since %(since)s already (%(refs)s). With "
        "%(amount)s more that is above the %(ceiling)s that the law allows (Subsidy Control Act 2022 section 36).",
        given=format_pounds(given - assistance.amount),
        since=day_in_words(assistance.since),
        refs=", ".join(each.ref for each in own),
        **about,
    )


def accepted_too_much(act: Act, award: Award, assistance: Assistance) -> list[Sentence]:
    """Why its lead cannot accept a grant beside those that the enterprise accepted already, which is held from here on:
    two that were told at once are not both given above the ceiling, by whatever rules their calls were published."""
    organisation_id = award.entry.organisation_id
    lock_organisations(act.session, [organisation_id])
    own = assistance_queries.own_of(
        act.session, [organisation_id], assistance, but=[award.entry_id], among=states.award.accepted
    )
    fault = own_exceeds(assistance, own.get(organisation_id, []))
    return [] if fault is None else [fault, NOT_ACCEPTED]


def too_much(act: Act, call: Call, funded: Sequence[tuple[Entry, Decimal]]) -> list[Sentence]:
    """Which of some awards (entry with its application, pounds) would be above the ceiling as minimal financial
    assistance by what the service knows: by themselves, with each other, or beside what it gave before."""
    if not funded or not awards_queries.assists(act.session, call):
        return []
    day = act.today
    ceiling = ceiling_of(installation_queries.settings(act.session, day))
    sums: dict[int, Decimal] = {}
    for entry, amount in funded:
        sums[entry.organisation_id] = sums.get(entry.organisation_id, Decimal(0)) + amount
    own = assistance_queries.own_of(act.session, sums, Assistance(Decimal(0), ceiling, day))
    refs: dict[int, list[str]] = {}
    for entry, _ in funded:
        refs.setdefault(entry.organisation_id, []).append(entry.application.ref)
    return [
        Sentence("%(application)s: %(fault)s", application=", ".join(refs[organisation_id]), fault=str(fault))
        for organisation_id, amount in sums.items()
        if (fault := own_exceeds(Assistance(amount, ceiling, day), own.get(organisation_id, []))) is not None
    ]


def _take(act: Act, request_id: int) -> tuple[Call, Request, Award]:
    """An answer that waits for an officer, with its award, both held."""
    call, request = lock_asked(act, request_id, Permission.REQUEST_ASK)
    if request.kind != RequestKind.ASSISTANCE:
        raise Refusal(Sentence("There is no such request."), status=404)
    award = awards_queries.of_entry(act.session, request.entry_id)
    if award is None or award.state not in states.award.told or request.answered_at is None:
        raise Refusal(NOTHING_WAITS)
    held = act.session.get_one(Award, award.id, with_for_update=True, populate_existing=True)
    set_committed_value(held, "entry", request.entry)
    return call, request, held


def _looked(act: Act, request: Request) -> None:
    request.looked_by, request.looked_at = act.by.id, act.now
    act.session.flush()


def _end(act: Act, call: Call, award: Award, reason: str) -> None:
    """The service ends an award that is told and not firm; `reason` is what everybody concerned reads."""
    award.reason = reason
    facts = awards_queries.facts(act.session, call, award, now=act.now)
    progress.move(act.made_by(SYSTEM), award, call, "lapse", roles=progress.SYSTEM_ROLES, facts=facts)


def _tell_team(act: Act, call: Call, entry: Entry, kind: str, said: Mapping[str, str]) -> None:
    application = entry.application
    messages.tell(
        act,
        kind,
        people_queries.reachable(act.session, application.organisation_id),
        {
            "reference": application.ref,
            "call": call.title,
            "link": f"/applications/{application.ref}/stages/{entry.stage.key}/outcome",
            **said,
        },
        occasion=f"{kind}:{entry.id}:",
        about=about.entry(entry),
    )


def _salutation(session: Session, firm: Organisation) -> str:
    return salutation_of(people_queries.leads_of(session, [firm.id]).get(firm.id, ""), firm.name)
