"""The blank form of a stage as a DOCX that people write into: headings, lists and tables of Word's own, and room below
each question. It holds no macro, no link to anything outside, and names nobody but the authority."""

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import docx
from docx.document import Document
from docx.enum.table import WD_ROW_HEIGHT_RULE
from docx.shared import Cm, Pt
from flask_babel import gettext as _

from procurement.rules.documents import BlankForm, PrintedQuestion
from procurement.rules.prose import plain_of

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ROWS = 6  # of a table that is filled in by hand
LINE = 0.8  # cm
KEPT = 64  # forms in memory: one takes about 40 kB
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the first day that an archive can name
NO_TEXT = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML cannot hold


@dataclass(frozen=True)
class About:
    """Who publishes the form, in which language, and since when it says what it says."""

    authority: str
    language: str
    at: datetime


@lru_cache(maxsize=KEPT)
def blank_form_docx(form: BlankForm, about: About) -> bytes:
    """The bytes of the form; the same form gives the same bytes, for as long as the library does."""
    made = docx.Document()
    _describe(made, form, about)
    made.add_heading(_plain(form.call), level=0)
    made.add_paragraph(_plain(f"{form.stage} · {form.call_reference} · {_('version %(number)s', number=form.version)}"))
    said = _("Answers are sent online; this is for thinking, for talking about it, and for whoever is helped.")
    made.add_paragraph(said)
    _listed(made, (f"{each.name}: {each.value}" for each in form.facts))
    for section in form.sections:
        made.add_heading(_plain(section.title), level=1)
        for question in section.questions:
            _question(made, question)
    return _packed(made)


def _describe(made: Document, form: BlankForm, about: About) -> None:
    """What the file says of itself: nothing of a person, and nothing of the program that made it."""
    core = made.core_properties
    core.title = _plain(f"{form.call} – {form.stage}")
    core.subject = form.call_reference
    core.author = core.last_modified_by = _plain(about.authority)
    core.language = about.language
    core.comments = core.keywords = core.category = ""
    core.created = core.modified = about.at.replace(tzinfo=None, microsecond=0)
    core.revision = 1
    made.styles["Normal"].font.size = Pt(11)


def _question(made: Document, question: PrintedQuestion) -> None:
    made.add_heading(_plain(f"{question.number}. {question.text}"), level=2)
    for text in filter(str.strip, plain_of(question.guidance).split("\n")):
        made.add_paragraph(_plain(text))
    _listed(made, (f"{each.name}: {each.value}" for each in question.facts))
    for choice in question.choices:
        made.add_paragraph(_plain(f"☐ {choice}"))
    if question.columns:
        table = made.add_table(rows=1 + ROWS, cols=len(question.columns), style="Table Grid")
        for cell, text in zip(table.rows[0].cells, question.columns, strict=True):
            cell.text = _plain(text)
    if question.lines:
        box = made.add_table(rows=1, cols=1, style="Table Grid")
        box.rows[0].height = Cm(LINE * len(question.lines))
        box.rows[0].height_rule = WD_ROW_HEIGHT_RULE.AT_LEAST
    made.add_paragraph()


def _listed(made: Document, texts: Iterable[str]) -> None:
    for text in texts:
        made.add_paragraph(_plain(text), style="List Bullet")


def _plain(text: str) -> str:
    return NO_TEXT.sub("", text)


def _packed(made: Document) -> bytes:
    """The archive with one date for all of its parts: when it was drawn says nothing."""
    first, packed = io.BytesIO(), io.BytesIO()
    made.save(first)
    with zipfile.ZipFile(first) as read, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as written:
        for name in read.namelist():
            written.writestr(zipfile.ZipInfo(name, FIRST_DAY), read.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
