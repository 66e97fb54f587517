"""When a question is asked at all: clauses of its rule added, taken away, joined; what a rule needs stays."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from procurement.models.stages import Question, Stage
from procurement.queries import calls as calls_queries
from procurement.rules.questions import (
    MOST_CLAUSES,
    THE_LOT,
    Clause,
    Joined,
    Purpose,
    ShownIf,
    in_words,
    read_shown_if,
    shown_if_to_plain,
    users_of,
)
from procurement.services.act import Act
from procurement.services.calls import editable_stage, wrote
from procurement.services.refusal import Refusal
from workflows.facts import Sentence

CHANGED = Sentence("Somebody changed this question while you were looking at it. Look at it again, then change it.")


def add_clause(act: Act, stage_id: int, key: str, clause: Clause, *, version: int) -> None:
    """One more sentence of the rule that shows a question. `version`: that of the question on the page."""
    call, stage = editable_stage(act.session, stage_id)
    row = _question(act.session, stage, key)
    _require(calls_queries.question_mark(row) == version)
    rule = read_shown_if(row.shown_if) if row.shown_if else ShownIf(Joined.ALL, ())
    if clause in rule.clauses:
        return  # a repeated press adds nothing
    if len(rule.clauses) >= MOST_CLAUSES:
        raise Refusal(Sentence("A question has at most %(most)s conditions.", most=MOST_CLAUSES))
    _keep(row, ShownIf(rule.joined, (*rule.clauses, clause)))
    require_order(calls_queries.questions_of(act.session, stage.id))
    wrote(act, call, f"question-{key}", stage)


def drop_clause(act: Act, stage_id: int, key: str, place: int, *, said: str) -> None:
    """Take the sentence at a place (from 1) away, which the page said so; the last one ends the rule."""
    call, stage = editable_stage(act.session, stage_id)
    row = _question(act.session, stage, key)
    rule = read_shown_if(row.shown_if) if row.shown_if else ShownIf(Joined.ALL, ())
    if not 1 <= place <= len(rule.clauses):
        return
    rows = calls_queries.questions_of(act.session, stage.id)
    form = [calls_queries.as_question(each) for each in rows]
    lots = calls_queries.lots_of(act.session, call.id)
    _require(said == str(in_words(ShownIf(Joined.ALL, (rule.clauses[place - 1],)), form, lots)))
    _keep(row, ShownIf(rule.joined, (*rule.clauses[: place - 1], *rule.clauses[place:])))
    wrote(act, call, f"question-{key}", stage)


def join(act: Act, stage_id: int, key: str, joined: Joined, *, version: int) -> None:
    """Whether all sentences of a rule must hold, or one of them."""
    call, stage = editable_stage(act.session, stage_id)
    row = _question(act.session, stage, key)
    _require(calls_queries.question_mark(row) == version)
    if row.shown_if:
        _keep(row, ShownIf(joined, read_shown_if(row.shown_if).clauses))
        wrote(act, call, f"question-{key}", stage)


def require_order(rows: Sequence[Question]) -> None:
    """Refuse an order of a form in which a rule looks at a question that does not stand before its own."""
    before: set[str] = set()
    for row in rows:
        for clause in read_shown_if(row.shown_if).clauses if row.shown_if else ():
            if clause.subject != THE_LOT and clause.subject not in before:
                raise Refusal(
                    Sentence(
                        "“%(question)s” is shown by the answer to a question that would not stand before it any more. "
                        "Change its condition first.",
                        question=row.text,
                    )
                )
        before.add(row.key)


def require_unused(rows: Sequence[Question], row: Question) -> None:
    """Refuse to take a question away by whose answer others are shown."""
    form = [calls_queries.as_question(each) for each in rows]
    if users := users_of(form, row.key):
        raise Refusal(
            Sentence.plural(
                "The answer to “%(question)s” shows %(num)s question: %(names)s. Change its condition first.",
                "The answer to “%(question)s” shows %(num)s questions: %(names)s. Change their conditions first.",
                len(users),
                question=row.text,
                names=", ".join(f"“{each.name}”" for each in users),
            )
        )


def _keep(row: Question, rule: ShownIf) -> None:
    row.shown_if = shown_if_to_plain(rule) if rule.clauses else {}


def _question(session: Session, stage: Stage, key: str) -> Question:
    found = next((row for row in calls_queries.questions_of(session, stage.id) if row.key == key), None)
    if found is None:
        raise Refusal(Sentence("This question is no longer there."), status=404)
    if found.purpose != Purpose.NONE:
        raise Refusal(Sentence("The service itself reads this answer, so it is always asked."))
    return found


def _require(unchanged: bool) -> None:
    if not unchanged:
        raise Refusal(CHANGED)
