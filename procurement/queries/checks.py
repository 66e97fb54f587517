"""Reading what officers looked up about applicants, and which entries of a stage wait for their decision."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from procurement.models.applications import Application, Entry, Submission
from procurement.models.calls import Call
from procurement.models.checks import Check
from procurement.models.stages import Stage
from procurement.queries import workflows as workflows_queries
from procurement.rules import checks
from procurement.rules.checks import CheckKind
from procurement.rules.conditions import Noted
from workflows.catalogue import states
from workflows.definition import Route


def are_required(call: Call, stage: Stage) -> bool:
    """Whether nobody goes on from the check of a stage before the exclusion grounds and the debarment list were looked
    at: where the call is covered. A call that was published before there were such facts froze moves that do not ask
    for them."""
    if call.route != Route.COVERED or "check" not in stage.steps:
        return False
    workflow = workflows_queries.workflow_of(call, "entry", stage)
    return any("checks_missing" in move.unless for move in workflow.moves)


def all_of(session: Session, stage_id: int, organisation_ids: Collection[int] | None = None) -> list[Check]:
    """Every fact of a stage, the newest last: of all applicants, or of some."""
    asked = select(Check).where(Check.stage_id == stage_id)
    if organisation_ids is not None:
        asked = asked.where(Check.organisation_id.in_(organisation_ids))
    return list(session.scalars(asked.options(joinedload(Check.recorder)).order_by(Check.id)))


def of_application(session: Session, application: Application) -> list[Check]:
    """Every fact about whoever applies, in all stages of the call that were opened, with who recorded it; the newest
    last."""
    return list(
        session.scalars(
            select(Check)
            .where(Check.call_id == application.call_id, Check.organisation_id == application.organisation_id)
            .options(joinedload(Check.recorder))
            .order_by(Check.id)
        )
    )


def standing(facts: Iterable[Check]) -> list[Check]:
    """Those that no newer one has replaced, in their order."""
    known = list(facts)
    replaced = {each.replaces_id for each in known}
    return [each for each in known if each.id not in replaced]


def about_the_applicant(facts: Iterable[Check], entry: Entry) -> list[Check]:
    """What stands about an organisation in the stage of an entry, without conditions: those are of one entry each."""
    return [
        each
        for each in standing(facts)
        if each.kind != CheckKind.CONDITION
        and each.stage_id == entry.stage_id
        and each.organisation_id == entry.application.organisation_id
    ]


def noted_of(facts: Iterable[Check], entry_id: int) -> dict[str, Noted]:
    """What officers noted of the conditions of an entry, by the question's key."""
    said = {checks.Finding.MET: True, checks.Finding.NOT_MET: False}
    return {
        each.question: Noted(said.get(checks.Finding(each.finding)), each.in_date_until)
        for each in standing(facts)
        if each.entry_id == entry_id and each.question
    }


def to_check(session: Session, stage_id: int) -> list[Entry]:
    """The opened entries of a stage of which nobody has decided whether they are eligible, with what was submitted, in
    the order in which it was received."""
    return list(
        session.scalars(
            select(Entry)
            .outerjoin(Submission, Submission.id == Entry.standing_id)
            .where(Entry.stage_id == stage_id, Entry.opened_at.is_not(None), Entry.state.in_(states.entry.checking))
            .options(
                joinedload(Entry.stage),
                joinedload(Entry.standing),
                joinedload(Entry.application).options(
                    joinedload(Application.organisation), joinedload(Application.lot)
                ),
            )
            .order_by(Submission.received_at.asc().nulls_last(), Entry.id)
        )
    )


def order_of(session: Session, stage_id: int) -> Sequence[tuple[str, str]]:
    """The reference and the state of every opened entry of a stage, in the order in which they were received."""
    rows = session.execute(
        select(Application.ref, Entry.state)
        .join(Entry, Entry.application_id == Application.id)
        .outerjoin(Submission, Submission.id == Entry.standing_id)
        .where(Entry.stage_id == stage_id, Entry.opened_at.is_not(None))
        .order_by(Submission.received_at.asc().nulls_last(), Entry.id)
    )
    return [(ref, state) for ref, state in rows]
