"""The tables that applicants filled in, all in one: a question whose answers are rows, as CSV and as a workbook."""

from collections.abc import Iterator

from flask import Blueprint, abort
from flask_babel import gettext as _

from procurement.models.stages import Stage
from procurement.queries import applications as applications_queries
from procurement.queries import opening as opening_queries
from procurement.queries.sent_forms import forms_of, question_sent
from procurement.rules.columns import Column, Row
from procurement.rules.permissions import Permission
from procurement.rules.questions import Question
from procurement.rules.staff_columns import LOT, LOT_NUMBER, ORGANISATION, REFERENCE
from procurement.services.opening import read_submission
from procurement.web.access import Page, allow
from procurement.web.context import now, ports, session
from procurement.web.filters import uk_datetime
from procurement.web.manage.loading import load_stage
from procurement.web.manage.tables import csv_of
from procurement.web.parts.uploads import attachment
from procurement.web.parts.workbooks import MEDIA_TYPE, Sheet, workbook

pages = Blueprint("manage_answer_tables", __name__, url_prefix="/manage/calls/<ref>")
WHOSE = (REFERENCE, ORGANISATION, LOT_NUMBER, LOT)
LONGEST_SHEET = 31  # characters of the title of a sheet, as Excel has it
NOT_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


@pages.get("/answers/<key>.csv", defaults={"stage": ""})
@pages.get("/stages/<stage>/answers/<key>.csv")
@allow(Permission.BIDS_READ, load_stage)
def as_csv(stage_row: Stage, ref: str, stage: str, key: str) -> Page:
    question = _question(stage_row, key)
    table = csv_of(_columns(question), _rows(stage_row, question))
    return attachment([b"".join(table)], f"{ref}-{stage_row.key}-{key}.csv", "text/csv")


@pages.get("/answers/<key>.xlsx", defaults={"stage": ""})
@pages.get("/stages/<stage>/answers/<key>.xlsx")
@allow(Permission.BIDS_READ, load_stage)
def as_xlsx(stage_row: Stage, ref: str, stage: str, key: str) -> Page:
    question = _question(stage_row, key)
    title = question.text.translate(NOT_IN_TITLES).strip()[:LONGEST_SHEET].strip()
    about = [
        (_("Call"), f"{ref}: {stage_row.call.title}"),
        (_("Question"), question.text),
        (_("As of"), uk_datetime(now())),
    ]
    sheet = Sheet(title or _("Answers"), _columns(question), {})
    made = workbook(sheet, _rows(stage_row, question), about, now())
    return attachment([made], f"{ref}-{stage_row.key}-{key}.xlsx", MEDIA_TYPE)


def _question(stage: Stage, key: str) -> Question:
    """The question of the stage's form, if its answers are rows."""
    form = applications_queries.questions_of(session(), stage.id)
    found = next((each for each in form if each.key == key and each.kind.record_columns(each)), None)
    if found is None:
        abort(404)
    return found


def _columns(question: Question) -> tuple[Column, ...]:
    return (*WHOSE, *question.kind.record_columns(question))


def _rows(stage: Stage, question: Question) -> Iterator[Row]:
    """The rows of each opened bid that stands, after what says whose they are."""
    bids = opening_queries.list_bids(session(), stage.id)
    versions = {bid.submission.call_version for bid in bids if bid.submission is not None}
    forms = forms_of(session(), stage, {each for each in versions if each is not None})
    for bid in bids:
        said = None if bid.submission is None else read_submission(ports(), bid.submission)
        whose: Row = {
            REFERENCE.name: bid.application.ref,
            ORGANISATION.name: bid.organisation.name,
            LOT_NUMBER.name: bid.lot.number,
            LOT.name: bid.lot.title,
        }
        if said is not None and bid.submission is not None:
            asked = question_sent(question, forms, bid.submission)
            for row in question.kind.records(asked, said["answers"].get(question.key)):
                yield {**whose, **row}
