"""Starting an application, or coming back to the one that was started; and entering it into a stage."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only
from sqlalchemy.orm.attributes import set_committed_value

from procurement.models.applications import Application, Entry
from procurement.models.calls import Call, Lot
from procurement.models.people import Organisation
from procurement.models.stages import Stage
from procurement.queries import applications as applications_queries
from procurement.queries import assessment as assessment_queries
from procurement.queries import calls as calls_queries
from procurement.queries import installation as installation_queries
from procurement.queries import stages as stages_queries
from procurement.queries import workflows as workflows_queries
from procurement.rules import questions as rules
from procurement.rules.permissions import NEVER_APPLY, Permission
from procurement.rules.references import BYTES_NEEDED, application_reference
from procurement.services import progress
from procurement.services.act import Act
from procurement.services.applications.acknowledging import note_read, require_read
from procurement.services.applications.locks import lock_call_shared, require_lot, require_open
from procurement.services.applications.reminding import tell_begun
from procurement.services.refusal import Refusal, require_team
from workflows.facts import Sentence

NO_LOT = Sentence("Choose a lot of this call.")


def start(act: Act, call_id: int, lot_id: int, organisation_id: int, *, read: Collection[int] = ()) -> Application:
    """The organisation's application to a lot: a new draft in the first stage of the window that is open now, or the
    one that is there, also after that has closed. `read`: the versions of documents (`CallFile.id`) that whoever starts
    it says to have read.

    Refusal: 403 for staff of calls and for team members who may not write, 409 before the stage opens and where a
    document that must be read was not, 410 after it has closed.
    """
    call = lock_call_shared(act.session, call_id)
    lot = act.session.get(Lot, lot_id)
    if lot is None or lot.call_id != call.id:
        raise Refusal(NO_LOT)
    if act.by.holds(*NEVER_APPLY):
        raise Refusal(Sentence("People who work on calls or assess them cannot apply."), status=403)
    organisation = act.session.get(Organisation, organisation_id)
    require_team(act.by, Permission.ORGANISATION_APPLY, organisation, act.now)
    if (started := applications_queries.find_started(act.session, lot.id, organisation_id)) is not None:
        return started
    require_lot(lot)
    stage = applications_queries.entrance(stages_queries.of_call(act.session, call.id), act.now, lot.id)
    if stage is None:
        raise Refusal(NO_LOT)
    require_open(call, stage, act.now)
    must = require_read(act, call.id, read)
    prefix = installation_queries.settings(act.session, act.today)["application_prefix"]
    application = Application(
        ref=application_reference(prefix, act.ports.randomness.bytes(BYTES_NEEDED)),
        call_id=call.id,
        lot_id=lot.id,
        organisation_id=organisation_id,
        created_at=act.now,
        created_by=act.by.id,
    )
    act.session.add(application)
    act.session.flush()
    entry = enter(act, call, application, stage)
    note_read(act, entry, must)
    tell_begun(act, application, entry, stage)
    return application


def enter(act: Act, call: Call, application: Application, stage: Stage) -> Entry:
    """Let an application into a stage: its new entry, which is the newest from here on.

    Where the stage collects nothing there is nothing to open: the entry is open at once, with the title, the summary
    and the amount of the one before, and with the next neutral number. The call is held by the caller.
    """
    (entry,) = _enter(act, call, [application], stage)
    return entry


def enter_all(act: Act, call: Call, applications: Iterable[Application], stage: Stage) -> list[Entry]:
    """Let several into a stage at one instant; their neutral numbers say nothing about the order in which they came."""
    return _enter(act, call, list(applications), stage)


def _enter(act: Act, call: Call, applications: Sequence[Application], stage: Stage) -> list[Entry]:
    """What is read for it is read once, however many there are."""
    if stage.collects:
        form = applications_queries.questions_of(act.session, stage.id)
        return _begin(act, call, applications, stage, form)
    before = applications_queries.entries_before(act.session, stage, [each.id for each in applications])
    stage.opened_at = stage.opened_at or act.now
    entries = _begin(act, call, applications, stage, ())
    for entry in entries:
        entry.opened_at = act.now
        take_over(entry, before.get(entry.application_id))
    act.session.flush()
    give_numbers(act.session, stage)
    return entries


def _begin(
    act: Act, call: Call, applications: Sequence[Application], stage: Stage, form: Sequence[rules.Question]
) -> list[Entry]:
    """The new entry of each application, at the start of its workflow: as many statements for many as for one."""
    entries = []
    numbers = calls_queries.numbers_of_lots(act.session, call.id) if rules.is_conditional(form) else {}
    for application in applications:
        entry = Entry(
            call_id=call.id,
            application_id=application.id,
            stage_id=stage.id,
            state=workflows_queries.workflow_of(call, "entry", stage).start.key,
            missing=list(rules.missing(form, {}, numbers.get(application.lot_id))),
            made_at=act.now,
        )
        set_committed_value(entry, "application", application)
        set_committed_value(entry, "stage", stage)
        entries.append(entry)
    act.session.add_all(entries)
    act.session.flush()
    for entry in entries:
        entry.application.entry_id = entry.id
        set_committed_value(entry.application, "entry", entry)
        progress.begin(act, entry, call, data={"lot": entry.application.lot_id})
    act.session.flush()
    return entries


def give_numbers(session: Session, stage: Stage) -> None:
    """Give the open entries of a stage the neutral numbers under which its assessors may know them.

    Whoever has one keeps it; who comes later gets the next ones, in the same order that says nothing.
    """
    order = assessment_queries.numbers_of(session, stage.id)
    numbered = select(Entry).where(Entry.id.in_(order)).options(load_only(Entry.number))
    entries = session.scalars(numbered).all()
    last = max((entry.number for entry in entries if entry.number is not None), default=0)
    new = sorted((entry for entry in entries if entry.number is None), key=lambda entry: order[entry.id])
    for number, entry in enumerate(new, last + 1):
        entry.number = number
    session.flush()


def take_over(entry: Entry, before: Entry | None) -> None:
    """Fill in what the entry does not say itself (not asked, or not answered) with what the one before says."""
    if before is None:
        return
    entry.title = entry.title or before.title
    entry.summary = entry.summary or before.summary
    entry.over_assistance = entry.over_assistance or before.over_assistance
    if entry.amount is None:
        entry.amount, entry.no_vat = before.amount, before.no_vat
