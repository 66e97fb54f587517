"""What officers and approvers do to a call: write it, have it reviewed, publish it, cancel it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from procurement.models.calls import Call, Lot
from procurement.models.stages import Stage
from procurement.queries import call_amendments as call_amendments_queries
from procurement.queries import calls as calls_queries
from procurement.queries import installation as installation_queries
from procurement.queries import limits as limits_queries
from procurement.rules import edits as edit_rules
from procurement.rules.call_amendments import DOCUMENTS_PAGE, NO_LOT_GOES
from procurement.rules.calls import SECTION_FIELDS, as_text, fields_of
from procurement.rules.permissions import Permission
from procurement.rules.references import call_reference
from procurement.rules.routes import OF_KIND
from procurement.rules.set_lines import LotLine
from procurement.rules.starters import STARTERS, dates_from
from procurement.rules.vat import Basis, basis_of, rates
from procurement.services import edits, limits, notices, planned, progress, stages
from procurement.services.act import Act
from procurement.services.history import record
from procurement.services.locks import lock_call, lock_stage
from procurement.services.refusal import Refusal, Stale, require_role
from workflows.catalogue import PROCEDURES, states
from workflows.facts import Sentence

MOST_LOTS = 30
WRITTEN = "what an amendment said before"  # the key of the session's notes
BY_TWO = Sentence("A published call is ended by two people: an officer proposes to abandon it, and an approver agrees.")


def create(act: Act, procedure: str, title: str) -> Call:
    """A new call of a procedure, as a draft that begins with its stages, and their forms, criteria and dates."""
    if procedure not in PROCEDURES or act.by.id is None:
        raise Refusal(Sentence("Choose one of the procedures."))
    chosen = PROCEDURES[procedure]
    starter, dates = STARTERS[chosen.kind], dates_from(act.now, chosen.stages)
    settings = installation_queries.settings(act.session, act.today)
    year, prefix = act.today.year, settings["call_prefix"]
    number = calls_queries.count_of_year(act.session, f"{prefix}-{year:04d}-") + 1
    call = Call(
        ref=call_reference(prefix, year, number),
        kind=chosen.kind,
        procedure=procedure,
        route=chosen.route,
        state="",  # progress.begin says which
        title=title,
        eligibility=starter.eligibility,
        terms=starter.terms,
        cpv=starter.cpv,
        place=starter.place,
        contact=settings["help_email"],
        amount_basis=(basis := basis_of(chosen.route)),
        vat_rate=rates(settings["vat_rates"])[0] if basis is Basis.NET else None,
        starts_on=dates.starts_on,
        ends_on=dates.ends_on,
        created_at=act.now,
        authors=[act.by.id],
    )
    act.session.add(call)
    act.session.flush()
    progress.begin(act, call, call, data={"procedure": procedure})
    stages.plan(act, call, chosen, starter, dates, hold_minutes=settings["hold_minutes"])
    return call


# writing


def editable(session: Session, call_id: int) -> Call:
    """The call, held, if it may still be changed; Refusal (409) otherwise."""
    call = lock_call(session, call_id)
    _require_editable(session, call)
    edits.watch(session)
    return call


def editable_stage(session: Session, stage_id: int, section: str = "") -> tuple[Call, Stage]:
    """A stage and its call, held, if they may still be changed; Refusal (409) otherwise. A further window has only its
    dates for itself."""
    call, stage = lock_stage(session, stage_id)
    _require_editable(session, call)
    edits.watch(session)
    if stage.window > 1 and section != "dates":
        raise Refusal(Sentence("Every window has the form and the criteria of the first one. Change them there."))
    return call, stage


def _require_editable(session: Session, call: Call) -> None:
    if call.amends_id is not None:
        amendment = call_amendments_queries.of_copy(session, call.id)
        if not amendment.editable:
            text = "This amendment was handed on, so it cannot be changed. Its page says how far it is."
            raise Refusal(Sentence(text))
        session.info[WRITTEN] = call_amendments_queries.changes_of(session, amendment, call)
    if call.state in states.call.editable:
        return
    if call.published_at is not None:
        raise Refusal(Sentence("This call was published: it is changed by an amendment, which somebody else approves."))
    if call.state in states.call.cancelled:
        raise Refusal(Sentence("This call was cancelled, so it cannot be changed."))
    raise Refusal(Sentence("This call is being reviewed, so it cannot be changed. An approver can send it back."))


def wrote(act: Act, call: Call, part: str, stage: Stage | None = None) -> None:
    """Note that somebody changed a part of the call, or of one of its stages, and from what to what: they are an author
    from now on, and cannot approve it."""
    changes = edits.changed(act.session)
    call.version += 1
    if act.by.id is not None and act.by.id not in call.authors:
        call.authors = [*call.authors, act.by.id]  # a new list, since a JSON column does not see a change within
    where = {} if stage is None else {"stage": stage.key}
    data = {"part": part, "version": call.version, **where}
    tag, about = "call.edit", call.id
    if call.amends_id is not None:
        _require_amendable(act, call, part)
        tag, about = "call.edit_amendment", call.amends_id
    record(act, tag, "call", about, call_id=about, data=data, note=edit_rules.written(changes))


def _require_amendable(act: Act, copy: Call, part: str) -> None:
    """Refuse to write in the copy of a published call what the law and the state of that do not allow any more. What
    stood in its way already is not held against whoever puts something else right."""
    if part.startswith("document-"):
        raise Refusal(DOCUMENTS_PAGE)
    before = call_amendments_queries.refused(act.session, copy, act.session.info[WRITTEN], act.now)
    amendment = call_amendments_queries.of_copy(act.session, copy.id)
    changes = call_amendments_queries.changes_of(act.session, amendment, copy)
    now_so = call_amendments_queries.refused(act.session, copy, changes, act.now)
    if refused := [each for each in now_so if each not in before]:
        raise Refusal(*refused)


def require_current(
    session: Session, call: Call, sent: int, current: int, yours: Mapping[str, Any], theirs: Mapping[str, Any]
) -> None:
    """Raise Stale with what differs when the page was made from something else than what is stored now."""
    if sent == current:
        return
    texts = {name: (as_text(yours[name]), as_text(theirs[name])) for name in yours}
    differing = {name: pair for name, pair in texts.items() if pair[0] != pair[1]}
    if not differing:
        return  # both wrote the same: there is nothing to choose
    raise Stale(
        yours={name: pair[0] for name, pair in differing.items()},
        theirs={name: pair[1] for name, pair in differing.items()},
        version=current,
        saved_by=calls_queries.last_editor(session, call),
    )


def save_section(act: Act, call_id: int, section: str, values: Mapping[str, Any], *, version: int) -> Call:
    """Save the plain fields of a section of the call itself (`rules.calls.SECTION_FIELDS`). Whatever is missing can be
    saved; only publishing is stopped by it. Raises Stale."""
    call = editable(act.session, call_id)
    if set(values) != set(SECTION_FIELDS[section]):
        raise ValueError(f"the section {section} has the fields {', '.join(SECTION_FIELDS[section])}")
    theirs = {name: getattr(call, name) for name in values}
    require_current(act.session, call, version, calls_queries.section_mark(act.session, call, section), values, theirs)
    for name, value in values.items():
        setattr(call, name, value)
    if section == "route" and call.route not in OF_KIND[call.kind]:
        raise Refusal(Sentence("Choose one of the ways that are offered."))
    if section != "details":
        call.amount_basis = basis_of(call.route)
        call.vat_rate = call.vat_rate if call.amount_basis == Basis.NET else None
    if section == "money":
        _let_the_lot_follow(act.session, call)
    wrote(act, call, section)
    return call


def save_stage(act: Act, stage_id: int, section: str, values: Mapping[str, Any], *, version: int) -> Stage:
    """The same for a section of a stage (`rules.calls.fields_of`). Raises Stale."""
    call, stage = editable_stage(act.session, stage_id, section)
    if set(values) != set(names := fields_of(section, stage.steps)):
        raise ValueError(f"the section {section} of the stage {stage.key} has the fields {', '.join(names)}")
    theirs = {name: getattr(stage, name) for name in values}
    require_current(act.session, call, version, calls_queries.section_mark(act.session, stage, section), values, theirs)
    if values.get("opens_at") and values.get("closes_at") and values["opens_at"] >= values["closes_at"]:
        raise Refusal(Sentence("The call must close after it has opened."))
    for name, value in values.items():
        setattr(stage, name, value)
    wrote(act, call, section, stage)
    return stage


def _let_the_lot_follow(session: Session, call: Call) -> None:
    """Every call has a lot: while it is the only one, its budget is the call's."""
    lots = calls_queries.lots_of(session, call.id)
    if call.budget is None or len(lots) > 1:
        return
    if lots:
        lots[0].budget = call.budget
        return
    lot = Lot(call_id=call.id, number=1, title=call.title, budget=call.budget)
    session.add(lot)
    session.flush()
    stages.take_in(session, lot)


def add_lot(act: Act, call_id: int, values: Mapping[str, Any]) -> Lot:
    """A further lot, with its title, description, budget, rate of VAT and options (`queries.calls.LOT_FIELDS`)."""
    call = editable(act.session, call_id)
    lots = calls_queries.lots_of(act.session, call.id)
    if len(lots) >= MOST_LOTS:
        raise Refusal(Sentence("A call has at most %(most)s lots.", most=MOST_LOTS))
    lot = Lot(call_id=call.id, number=len(lots) + 1, **values)
    act.session.add(lot)
    act.session.flush()
    stages.take_in(act.session, lot)
    wrote(act, call, f"lot-{lot.number}")
    return lot


def add_lots(act: Act, call_id: int, lines: Sequence[LotLine]) -> int:
    """Several lots; the number of them. The lot that every call begins with, while nobody has written anything about
    it, becomes the first of them; a call without a budget gets what they add up to."""
    call = editable(act.session, call_id)
    lots = calls_queries.lots_of(act.session, call.id)
    untouched = len(lots) == 1 and (lots[0].title, lots[0].description) == (call.title, "")
    if len(lots) - untouched + len(lines) > MOST_LOTS:
        raise Refusal(Sentence("A call has at most %(most)s lots.", most=MOST_LOTS))
    for place, line in enumerate(lines):
        if untouched and place == 0:
            lots[0].title, lots[0].budget, lots[0].description = line.title, line.budget, line.description
            continue
        values = {"title": line.title, "budget": line.budget, "description": line.description}
        lot = Lot(call_id=call.id, number=len(lots) + 1, **values)
        lots.append(lot)
        act.session.add(lot)
        act.session.flush()
        stages.take_in(act.session, lot)
    if call.budget is None:
        call.budget = sum((lot.budget for lot in lots), Decimal(0))
    wrote(act, call, "lots")
    return len(lines)


def save_lot(act: Act, call_id: int, number: int, values: Mapping[str, Any], *, version: int) -> Lot:
    """Save the fields of a lot that are given (`queries.calls.LOT_FIELDS`). Raises Stale."""
    call = editable(act.session, call_id)
    lot = _lot(act.session, call, number)
    if unknown := set(values) - set(calls_queries.LOT_FIELDS):
        raise ValueError(f"a lot has no {', '.join(sorted(unknown))}")
    theirs = {name: getattr(lot, name) for name in values}
    require_current(act.session, call, version, calls_queries.lot_mark(lot), values, theirs)
    for name, value in values.items():
        setattr(lot, name, value)
    wrote(act, call, f"lot-{number}")
    return lot


def remove_lot(act: Act, call_id: int, number: int) -> None:
    """Remove a lot; those after it move up, so that lots are numbered without a gap."""
    call = editable(act.session, call_id)
    gone = _lot(act.session, call, number)
    lots = calls_queries.lots_of(act.session, call.id)
    if len(lots) == 1:
        raise Refusal(Sentence("A call has at least one lot. Change this one instead."))
    if call.amends_id is not None and number <= len(calls_queries.lots_of(act.session, call.amends_id)):
        raise Refusal(NO_LOT_GOES)
    stages.leave_out(act.session, gone)
    act.session.delete(gone)
    act.session.flush()
    for lot in lots[number:]:
        lot.number -= 1
        act.session.flush()  # one after the other: two lots never share a number
    wrote(act, call, f"lot-{number}")


def _lot(session: Session, call: Call, number: int) -> Lot:
    found = next((lot for lot in calls_queries.lots_of(session, call.id) if lot.number == number), None)
    if found is None:
        raise Refusal(Sentence("This lot is no longer there."), status=404)
    return found


# moving it on


def send_for_review(act: Act, call_id: int) -> Call:
    """Hand the call to the approvers; refused while anything is missing."""
    call = lock_call(act.session, call_id)
    if call.amends_id is not None:
        raise Refusal(Sentence("This is an amendment of a published call: send it from its own page."))
    facts = calls_queries.facts(act.session, call, by=act.by, now=act.now, whole=True)
    call.sent_back = ""
    call.version += 1
    progress.move(act, call, call, "send_for_review", roles=act.by.workflow_roles(), facts=facts)
    return call


def send_back(act: Act, call_id: int, reason: str) -> Call:
    """Back to the authors, with the reason that they read."""
    call = lock_call(act.session, call_id)
    facts = calls_queries.facts(act.session, call, by=act.by, now=act.now, reason=reason)
    call.sent_back = reason
    call.version += 1
    progress.move(act, call, call, "send_back", roles=act.by.workflow_roles(), facts=facts)
    planned.end(act, call, reason)
    return call


def approve_and_publish(act: Act, call_id: int, *, seen: int) -> Call:
    """Approve and publish in one: whoever wrote any of it is refused. The stage in which an application begins begins
    with it, and opens by the clock; those of further windows begin when they open.

    `seen`: the `version` of the call that the approver read, since nobody approves what they have not seen.
    """
    call = lock_call(act.session, call_id)
    if call.version != seen:
        raise Refusal(planned.READ_AGAIN)
    limits.require_within(act, limits_queries.of_call(call, calls_queries.lots_of(act.session, call.id)))
    stages.fill_in_windows(act.session, call)
    notices.require_as_noticed(act, call)
    for action in ("approve", "publish"):
        facts = calls_queries.facts(act.session, call, by=act.by, now=act.now, whole=True)
        progress.move(act, call, call, action, roles=act.by.workflow_roles(), facts=facts)
    stages.begin(act, call)
    return call


def cancel(act: Act, call_id: int, reason: str) -> Call:
    """End a call that was never published for good, with the reason for its authors. One that is published is ended by
    two people (`services.abandoning`)."""
    call = lock_call(act.session, call_id)
    if call.state in states.call.published:
        require_role(act.by, Permission.CALL_CANCEL)
        raise Refusal(BY_TWO)
    facts = calls_queries.facts(act.session, call, by=act.by, now=act.now, reason=reason)
    call.ended_reason = reason
    progress.move(act, call, call, "cancel", roles=act.by.workflow_roles(), facts=facts)
    planned.end(act, call, reason)
    return call
