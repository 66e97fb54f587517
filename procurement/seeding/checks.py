"""What officers set as conditions in the demonstration, and what they look up about who applies."""

from procurement.models.applications import Entry
from procurement.queries import applications as applications_queries
from procurement.queries import checks as checks_queries
from procurement.rules.checks import CheckKind, Finding, Looked, Tie
from procurement.rules.questions import condition_to_keep, layout_to_plain, settings_to_keep
from procurement.seeding.parts import Part, entries_of, stage_of
from procurement.services import assessment, questions
from procurement.services.act import Act

PLATFORM = "Supplier information on the central digital platform, shared by the applicant"
LIST = "https://www.gov.uk/government/publications/procurement-act-2023-debarment-list"
NOTHING = (
    Looked(kind=CheckKind.MANDATORY, finding=Finding.CLEAR, source=PLATFORM),
    Looked(kind=CheckKind.DEBARMENT, finding=Finding.CLEAR, source=LIST),
)
PARTNER = (
    Looked(
        kind=CheckKind.DEBARMENT,
        finding=Finding.CLEAR,
        source=LIST,
        about="Midland Signal Works Ltd",
        tie=Tie.SUBCONTRACTOR,
    ),
    Looked(
        kind=CheckKind.STATUS,
        finding=Finding.CLEAR,
        source="Companies House, overview of the company",
        note="Active, and its accounts are filed.",
    ),
)


def set_conditions(act: Act, part: Part) -> None:
    """The conditions that the plan of a stage sets, each as a question of its form."""
    for each in part.says.conditions:
        values = {name: getattr(each, name) for name in questions.QUESTION_FIELDS}
        values |= {"kind": each.kind.key, **settings_to_keep(each), "layout": layout_to_plain(each.layout)}
        values["condition"] = condition_to_keep(each.condition) if each.condition is not None else {}
        questions.add_question(act, stage_of(act.session, part).id, values)
        act.session.flush()


def look_up(act: Act, entry: Entry) -> None:
    """The exclusion grounds and the debarment list, where they must be looked at: nothing is found."""
    whole = applications_queries.get_entry(act.session, entry.id)
    if checks_queries.are_required(whole.stage.call, whole.stage):
        assessment.record_checks(act, entry.id, NOTHING)


def begin_to_look_up(act: Act, part: Part) -> None:
    """All but the last are looked up; of the first more than must be."""
    entries = [entry for _, entry in entries_of(act.session, part) if entry.was_opened]
    for entry in entries[:-1]:
        look_up(act, entry)
    for entry in entries[:1]:
        assessment.record_checks(act, entry.id, PARTNER)
