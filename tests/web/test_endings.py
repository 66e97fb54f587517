"""Each ending by its own word, in the officers' list, its filter and its table, on the team's dashboard and page."""

import csv

import pytest
from flask import Flask
from sqlalchemy import select, update

from procurement.models.disqualifications import Disqualification
from procurement.models.documents import Document
from procurement.rules.ports import Ports
from tests.parts import assessment, calls, people
from tests.parts.pages import checked as page
from tests.parts.visitors import Visitor
from tests.services.test_disqualifying import approve, propose
from tests.services.test_leaving import entry_of, member
from tests.web.test_reserve import ref_of, words

WORDS = [
    ("condition_of_participation", "Disregarded", "Your tender was disregarded"),
    ("procedural_requirement", "Disregarded", "Your tender was disregarded"),
    ("abnormally_low", "Disregarded: price abnormally low", "Your tender was disregarded"),
    ("debarred_mandatory", "Excluded", "Your organisation was excluded from this call"),
    ("conflict_of_interest", "Excluded", "Your organisation was excluded from this call"),
    ("debarred", "Excluded", "Your organisation was excluded from this call"),
    ("false_information", "Disqualified", "Your application was disqualified"),
]


@pytest.mark.parametrize(("ground", "word", "heading"), WORDS)
def test_whoever_is_out_reads_the_word_of_its_ground(
    app: Flask, ports: Ports, ground: str, word: str, heading: str
) -> None:
    call = assessment.opened(ports, assessment.bids_in(ports, firms=2))
    entry = entry_of(ports, call)
    row = propose(ports, entry)
    ports.database.write(lambda session: session.execute(update(Disqualification).values(ground=ground)) and None)
    approve(ports, row)
    ref = ref_of(ports, entry)
    officer, lead = (people.signed_in(app, ports, who) for who in (calls.officer(ports), member(ports, entry)))
    stage = f"/manage/calls/{call.ref}/stages/application"
    listed = words(page(officer.get(f"{stage}/applications")))
    assert word in listed
    (key,) = {line["state"] for line in _lines(officer, stage) if line["reference"] == ref}
    narrowed = words(page(officer.get(f"{stage}/applications?state={key}")))
    assert (ref in narrowed, word in narrowed) == (True, True)
    assert word in words(page(officer.get(f"{stage}/bids/{ref}")))
    assert word in words(page(lead.get("/dashboard")))
    assert f"{word}." in words(page(lead.get(f"/applications/{ref}")))
    assert heading in words(page(lead.get(f"/applications/{ref}/disqualification")))
    for other in {said for _ground, said, _heading in WORDS} - {word}:
        if other not in word:
            assert f"{other}." not in words(page(lead.get(f"/applications/{ref}")))
    with ports.database.reading() as session:
        letter = session.scalars(select(Document).where(Document.kind == "disqualification_letter")).one()
    assert letter.content["headline"] == heading


def _lines(officer: Visitor, stage: str) -> list[dict[str, str]]:
    return list(csv.DictReader(officer.get(f"{stage}/applications.csv").text.lstrip("\ufeff").splitlines()))
