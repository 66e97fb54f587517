"""What an assessor gets holds no name in a blind stage, and who must not read what is barred with its reason."""

from dataclasses import asdict, replace

import pytest

from procurement.rules.conflicts import Applied, Reader, conflict, soft_interest
from procurement.rules.dossier import Earlier, build
from procurement.rules.questions import Question
from procurement.rules.questions.kinds.file import File
from procurement.rules.questions.kinds.long_text import LongText
from procurement.rules.questions.kinds.money import Money

FORM = (
    Question(key="price", section="Price", text="What does it cost?", kind=Money(), criterion="value"),
    Question(key="plan", section="Plan", text="What will you do?", kind=LongText(), word_limit=100),
    Question(key="files", section="Plan", text="Add your plan", kind=File()),
)
SAID = {"answers": {"price": "20000.00", "plan": "We begin in April."}}
SENT = {"files": [{"key": "files", "name": "Ash Works plan.pdf", "media_type": "application/pdf", "size": 10}]}
NAMES = {"title": "Ash's kerbs", "organisation": "Ash Works", "lot": ""}


def test_a_blind_dossier_holds_no_name_anywhere():
    blind = build(FORM, SAID, SENT, number=3, blind=True, **NAMES)
    assert "Ash" not in repr(asdict(blind))
    assert (blind.name, blind.organisation) == ("Application 3", "")
    assert [(file.label, file.filename) for file in blind.answers[2].files] == [("File 1 (PDF)", "file-1.pdf")]


def test_an_open_dossier_says_whose_it_is():
    shown = build(FORM, SAID, SENT, number=3, blind=False, **NAMES)
    assert (shown.name, shown.organisation) == ("Ash's kerbs", "Ash Works")
    assert [each.parts for each in shown.answers] == [("£20,000",), ("We begin in April.",), ()]
    assert [each.key for each in shown.for_criterion("value")] == ["price"]
    assert shown.for_criterion("nothing") == shown.answers
    found = shown.file(1)
    assert found is not None and found.filename == "Ash Works plan.pdf"  # noqa: PT018  (one fact)
    assert shown.file(2) is None


def test_a_damaged_one_has_its_questions_and_says_so():
    damaged = build(FORM, None, SENT, number=3, blind=True, **NAMES)
    assert (damaged.damaged, [each.parts for each in damaged.answers]) == (True, [(), (), ()])


def test_what_was_submitted_to_an_earlier_stage_comes_after_the_own_and_belongs_to_no_criterion():
    before = Earlier("Expression of interest", FORM, {"answers": {"plan": "A first idea."}}, SENT)
    shown = build(FORM, SAID, SENT, number=3, blind=True, noun="proposal", earlier=(before,), **NAMES)
    assert shown.name == "Proposal 3"
    assert [each.section for each in shown.answers[3:]] == [
        "Expression of interest: Price",
        "Expression of interest: Plan",
        "Expression of interest: Plan",
    ]
    assert [each.key for each in shown.for_criterion("value")] == ["price"]
    assert [file.number for each in shown.answers for file in each.files] == [1, 2]
    assert (shown.file(2).filename, shown.file(3), shown.damaged) == ("file-2.pdf", None, False)
    assert "Ash" not in repr(asdict(shown))
    assert build(FORM, SAID, SENT, number=3, blind=True, earlier=(replace(before, snapshot=None),), **NAMES).damaged


def test_an_answer_to_the_assessors_belongs_to_no_criterion_and_is_read_beside_each():
    reply = (replace(FORM[0], key="reply", criterion=""),)
    said = {"answers": {"reply": "19000.00"}}
    marked = Earlier("Application", FORM, SAID, SENT, marked=True)
    shown = build(reply, said, {"files": []}, number=3, blind=False, earlier=(marked,), **NAMES)
    assert [each.key for each in shown.for_criterion("value")] == ["price"]
    assert [each.key for each in shown.beside("value")] == ["reply"]
    assert shown.beside("nothing") == ()  # all of it is read there already
    assert [each.key for each in build(FORM, SAID, SENT, number=3, blind=False, **NAMES).beside("value")] == [
        "plan",
        "files",
    ]


FREE = Reader(person_id=1, roles=frozenset({"assessor"}))
BID, APPLICANTS, AUTHORS = Applied(application_id=10, organisation_id=5), frozenset({5, 6}), frozenset({9})


@pytest.mark.parametrize(
    ("reader", "begins"),
    [
        (FREE, None),
        (replace(FREE, roles=frozenset()), "Does not hold the role"),
        (replace(FREE, roles=frozenset({"assessor", "approver"})), "Works on calls"),
        (replace(FREE, roles=frozenset({"assessor", "officer"})), "Works on calls"),
        (replace(FREE, roles=frozenset({"assessor", "auditor"})), None),
        (replace(FREE, person_id=9), "Wrote this call"),
        (replace(FREE, teams=frozenset({6})), "Belongs to an organisation"),  # a rival's member reads nobody's bid
        (replace(FREE, teams=frozenset({7})), None),
        (replace(FREE, hard=frozenset({5})), "Declared an interest in this organisation"),
        (replace(FREE, hard=frozenset({6})), None),
        (replace(FREE, soft=frozenset({5})), None),
        (replace(FREE, asked=frozenset({10})), "Was asked before"),
        (replace(FREE, asked=frozenset({10}), conflicted=frozenset({10})), "Declared an interest in this application"),
        (replace(FREE, asked=frozenset({11})), None),
    ],
)
def test_each_conflict_has_its_reason(reader, begins):
    reason = conflict(reader, BID, APPLICANTS, AUTHORS)
    assert (reason is None) == (begins is None)
    assert reason is None or str(reason).startswith(begins)


def test_a_distant_interest_is_shown():
    assert [soft_interest(replace(FREE, soft=frozenset({place})), BID) for place in (5, 6)] == [True, False]
