"""Looking at an applicant before it goes on: recording what was found, and what is so of each condition."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from procurement.models.applications import Application, Entry
from procurement.models.calls import Call
from procurement.models.checks import Check
from procurement.models.stages import Stage
from procurement.queries import applications as applications_queries
from procurement.queries import checks as checks_queries
from procurement.rules import checks
from procurement.rules.checks import Due, Looked
from procurement.rules.conditions import Result, Verdict, conditions_of, evaluate
from procurement.rules.ledger import canonical
from procurement.rules.permissions import Permission
from procurement.rules.ports import Ports
from procurement.rules.questions import Question, asked_in
from procurement.services.act import Act
from procurement.services.assessment.locks import lock_opened_entry
from procurement.services.history import record
from procurement.services.opening import read_submission
from procurement.services.refusal import Refusal, require_role
from workflows.catalogue import states
from workflows.facts import Facts, Sentence

MOST_AT_ONCE = 20
RECORDED = "entry.record_check"


def record_checks(act: Act, entry_id: int, looked: Sequence[Looked]) -> list[Check]:
    """Record what was looked up about the applicant of an opened entry: a row each, never changed. One about the same
    takes the place of the one that stood. It is possible as long as the entry stands: what comes to light later is
    recorded too.

    Refusal where nothing was given, or something is not said.
    """
    call, entry = lock_opened_entry(act.session, entry_id)
    require_role(act.by, Permission.ELIGIBILITY_DECIDE)
    _require_possible(call, entry, looked)
    application = act.session.get_one(Application, entry.application_id)
    before = checks_queries.standing(checks_queries.all_of(act.session, entry.stage_id, [application.organisation_id]))
    rows = []
    for each in looked:
        row = Check(
            call_id=call.id,
            stage_id=entry.stage_id,
            organisation_id=application.organisation_id,
            entry_id=entry.id,
            kind=each.kind.value,
            about=each.about.strip(),
            tie=each.tie.value,
            question=each.question,
            finding=each.finding.value,
            ground=each.ground,
            source=each.source.strip(),
            note=each.note.strip(),
            in_date_until=each.in_date_until,
            recorded_by=act.by.id,
            recorded_at=act.now,
        )
        row.replaces_id = next((old.id for old in before if _same(old, row)), None)
        act.session.add(row)
        act.session.flush()
        before = [old for old in before if old.id != row.replaces_id] + [row]
        rows.append(row)
    for row in rows:
        record(
            act,
            RECORDED,
            "entry",
            entry.id,
            call_id=call.id,
            data={"check": row.id, "kind": row.kind, "finding": row.finding, "replaces": row.replaces_id},
            note=canonical(words_of(row)).decode(),
        )
    return rows


def words_of(row: Check) -> dict[str, Any]:
    """What a fact says, as the history keeps a salted digest of it."""
    return {
        "about": row.about,
        "tie": row.tie,
        "question": row.question,
        "ground": row.ground,
        "source": row.source,
        "note": row.note,
        "in_date_until": row.in_date_until.isoformat() if row.in_date_until else "",
    }


def _same(old: Check, row: Check) -> bool:
    """Whether two facts are about the same; a condition is of one entry."""
    same = checks.subject_of(old) == checks.subject_of(row)
    return same and (not row.question or old.entry_id == row.entry_id)


def _require_possible(call: Call, entry: Entry, looked: Sequence[Looked]) -> None:
    if "check" not in entry.stage.steps:
        raise Refusal(Sentence("This stage has no check."), status=404)
    if call.state not in states.call.published:
        raise Refusal(Sentence("The call is not running, so nothing more is looked up."))
    if not looked:
        raise Refusal(Sentence("Say what you looked at, and what you found."))
    if len(looked) > MOST_AT_ONCE:
        raise Refusal(Sentence("Record at most %(most)s at once.", most=MOST_AT_ONCE))
    if problems := tuple(dict.fromkeys(problem for each in looked for problem in checks.problems_of(each))):
        raise Refusal(*problems)


# what is so of an entry


@dataclass(frozen=True)
class Checked:
    """What is so of one entry: each condition, the facts that stand, and what is missing. `damaged`: what was submitted
    could not be read."""

    entry: Entry
    verdicts: tuple[Verdict, ...]
    facts: tuple[Check, ...]
    due: tuple[Due, ...]
    damaged: bool = False

    @property
    def meets_everything(self) -> bool:
        """Whether every condition is met, whatever must be looked up is, and no ground for exclusion was found."""
        met = all(each.result is Result.MET for each in self.verdicts)
        found = any(each.finding == checks.Finding.FOUND for each in self.facts)
        return met and not (self.damaged or self.due or found)

    def facts_for(self, facts: Facts) -> Facts:
        """What the move of going on looks at, with what was gathered before."""
        return replace(
            facts,
            checks_missing=len(self.due),
            conditions_unmet=sum(each.stops for each in self.verdicts),
            supplier_excluded=checks.must_exclude(self.facts),
        )


def check_entry(session: Session, ports: Ports, call: Call, entry: Entry) -> Checked:
    """What is so of one entry, whose stage and application are loaded."""
    form = applications_queries.questions_of(session, entry.stage_id)
    known = checks_queries.all_of(session, entry.stage_id, [entry.application.organisation_id])
    required = checks_queries.are_required(call, entry.stage)
    submission = applications_queries.find_standing(session, entry)
    return _checked(ports, entry, form, known, required=required, submission=submission)


def check_all(session: Session, ports: Ports, stage: Stage) -> list[Checked]:
    """The same of every entry of a stage that waits for a decision: three statements, however many there are."""
    form = applications_queries.questions_of(session, stage.id)
    known: dict[int, list[Check]] = {}
    for each in checks_queries.all_of(session, stage.id):
        known.setdefault(each.organisation_id, []).append(each)
    required = checks_queries.are_required(stage.call, stage)
    return [
        _checked(
            ports,
            entry,
            form,
            known.get(entry.application.organisation_id, []),
            required=required,
            submission=entry.standing,
        )
        for entry in checks_queries.to_check(session, stage.id)
    ]


def _checked(
    ports: Ports,
    entry: Entry,
    form: Iterable[Question],
    known: Sequence[Check],
    *,
    required: bool,
    submission: Any,
) -> Checked:
    asked = conditions_of(form if submission is None else asked_in(form, submission.manifest))
    snapshot = read_submission(ports, submission) if submission is not None and asked else None
    answers = {} if snapshot is None else _answers(submission, snapshot)
    noted = checks_queries.noted_of(known, entry.id)
    standing = checks_queries.about_the_applicant(known, entry)
    return Checked(
        entry,
        tuple(evaluate(each, answers.get(each.key), noted.get(each.key)) for each in asked),
        tuple(standing),
        checks.due(standing) if required else (),
        damaged=submission is not None and bool(asked) and snapshot is None,
    )


def _answers(submission: Any, snapshot: dict[str, Any]) -> dict[str, Any]:
    """What was answered, with the files of each question in the place of its answer."""
    answers = dict(snapshot["answers"])
    files: dict[str, list[dict[str, Any]]] = {}
    for line in submission.manifest["files"]:
        files.setdefault(line["key"], []).append(line)
    return {**answers, **files}
