"""Who is left out reads the very condition or ground, and was heard where the law asks for it."""

import pytest
from sqlalchemy import select

from procurement.models.decisions import Decision
from procurement.models.documents import Document
from procurement.models.history import Event
from procurement.rules.checks import CheckKind
from procurement.services import assessment
from procurement.services.assessment import Because
from tests.parts import assessment as parts
from tests.parts import calls
from tests.parts import checks as made
from tests.parts.checks import FAILS, MEETS, WARNED
from tests.services.test_checks import do, ground, refused

pytestmark = pytest.mark.both_databases


def test_who_is_left_out_reads_the_condition_and_the_own_answer(ports):
    _, entries = made.conditioned(ports)
    because = Because(conditions=("turnover",))
    proposal = do(ports, assessment.propose_ineligible, entries[FAILS], "Too little.", because=because)
    approver = parts.fresh(ports, calls.approver(ports))
    do(ports, assessment.approve_ineligible, entries[FAILS], seen=proposal.id, by=approver)
    with ports.database.reading() as session:
        letter = session.scalars(select(Document).where(Document.kind == "ineligible_letter")).one()
        event = session.scalars(select(Event).where(Event.tag == "entry.propose_ineligible")).one()
    assert letter.content["unmet"] == [{"name": "Turnover: at least £50,000", "value": "£49,999.99"}]
    assert (letter.content["noun"], letter.content["grounds"]) == ("application", [])
    assert event.data["conditions"] == ["turnover"]


def test_a_condition_that_is_met_or_was_not_looked_at_is_no_reason(ports):
    _, entries = made.conditioned(ports)
    wrong = ["You chose a condition that is met, or that nobody has looked at. Look at it again."]
    for firm, key in ((FAILS, "access"), (WARNED, "access"), (MEETS, "turnover"), (MEETS, "title")):
        because = Because(conditions=(key,))
        assert refused(ports, assessment.propose_ineligible, entries[firm], "No.", because=because) == wrong


def test_an_exclusion_names_its_ground_and_says_how_the_applicant_was_heard(ports):
    _, entries = made.conditioned(ports)
    (fact,) = do(ports, assessment.record_checks, entries[MEETS], [ground(CheckKind.DISCRETIONARY, "poor_performance")])
    because = Because(checks=(fact.id,))
    propose = (assessment.propose_ineligible, entries[MEETS], "Two contracts were ended.")
    assert refused(ports, *propose, because=because) == [
        "Write down when and how the applicant could explain itself before it is excluded on a ground."
    ]
    heard = "Asked on 3 March, answered on 9 March."
    proposal = do(ports, *propose, because=because, heard=heard)
    approver = parts.fresh(ports, calls.approver(ports))
    do(ports, assessment.approve_ineligible, entries[MEETS], seen=proposal.id, by=approver)
    with ports.database.reading() as session:
        letter = session.scalars(select(Document).where(Document.kind == "ineligible_letter")).one()
        row = session.get_one(Decision, proposal.id)
    assert letter.content["grounds"] == [
        {"name": "Discretionary exclusion grounds: Breach of contract and poor performance", "value": "About Meets Ltd"}
    ]
    assert (letter.content["heard"], row.heard) == (heard, heard)


def test_who_is_on_the_debarment_list_was_heard_before(ports):
    _, entries = made.conditioned(ports)
    (fact,) = do(ports, assessment.record_checks, entries[MEETS], [ground(CheckKind.DEBARMENT, "terrorism")])
    row = do(ports, assessment.propose_ineligible, entries[MEETS], "Listed.", because=Because(checks=(fact.id,)))
    assert [each["title"] for each in row.because["grounds"]] == ["Debarment list, by a mandatory ground"]
    stale = Because(checks=(fact.id + 7,))
    assert refused(ports, assessment.propose_ineligible, entries[FAILS], "Listed.", because=stale) == [
        "You chose a ground that does not stand any more. Look at it again."
    ]
