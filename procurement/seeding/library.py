"""What the officers of the demonstration keep to begin anew from: a template of each kind of call, and what they ask
again and again."""

from sqlalchemy import select

from procurement.models.calls import Call
from procurement.models.stages import Criterion, Question, Stage
from procurement.seeding.bids import OFFICER
from procurement.seeding.timeline import Timeline
from procurement.services import library

TEMPLATES = {
    "challenge": ("Challenge for a small firm", "One lot, one price, answers of about two pages."),
    "fund": ("Round of small grants", "For projects that are done within a year."),
}
QUESTIONS = {"solution": "solution plain-words", "delivery": "delivery risks", "conflicts": "declarations"}
CRITERIA = {"benefit": "people", "value": "money"}


def keep(timeline: Timeline) -> None:
    """Keep a published call of each kind, and some questions and criteria of the challenge."""
    officer = timeline.person(OFFICER)
    with timeline.ports.database.reading() as session:
        published = select(Call.id).where(Call.published_at.is_not(None)).order_by(Call.id)
        calls = {kind: session.scalars(published.where(Call.kind == kind)).first() for kind in TEMPLATES}
        wanted = select(Stage.id).where(Stage.call_id == calls["challenge"]).order_by(Stage.window, Stage.number)
        stage_ids = session.scalars(wanted).all()
        asked = select(Question.stage_id, Question.key).where(Question.key.in_(QUESTIONS))
        marked = select(Criterion.stage_id, Criterion.key).where(Criterion.key.in_(CRITERIA))
        questions = {key: stage for stage, key in session.execute(asked.where(Question.stage_id.in_(stage_ids)))}
        criteria = {key: stage for stage, key in session.execute(marked.where(Criterion.stage_id.in_(stage_ids)))}
    for kind, call_id in calls.items():
        if call_id is not None:
            name, note = TEMPLATES[kind]
            timeline.do(officer, library.keep_template, call_id, name, note)
    for key, stage_id in sorted(questions.items()):
        timeline.do(officer, library.keep_question, stage_id, key, QUESTIONS[key])
    for key, stage_id in sorted(criteria.items()):
        timeline.do(officer, library.keep_criterion, stage_id, key, CRITERIA[key])
